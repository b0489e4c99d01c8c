// RUN: mica-opt %s | FileCheck %s
// RUN: mica-opt %s | mica-opt | FileCheck %s
// RUN: mica-opt --mlir-print-op-generic %s | mica-opt | FileCheck %s

// Every type, with layouts and with itself inside.

// CHECK: func.func private @pointers(!spirv.ptr<f32, Function>, !spirv.ptr<!spirv.ptr<i8, Workgroup>, Generic>)
func.func private @pointers(!spirv.ptr<f32, Function>, !spirv.ptr<!spirv.ptr<i8, Workgroup>, Generic>)
// CHECK: func.func private @arrays(!spirv.array<4 x f32>, !spirv.array<4 x vector<4xi32>, stride=16>, !spirv.rtarray<i64>, !spirv.rtarray<f32, stride=4>)
func.func private @arrays(!spirv.array<4 x f32>, !spirv.array<4 x vector<4xi32>, stride=16>, !spirv.rtarray<i64>, !spirv.rtarray<f32, stride=4>)
// CHECK: func.func private @structs(!spirv.struct<()>, !spirv.struct<(f32, i32)>, !spirv.struct<(f32 [0], i32 [4])>, !spirv.struct<(f32 [0, NonWritable], i32 [4, NonWritable, NonReadable])>, !spirv.struct<(i32 [RelaxedPrecision])>)
func.func private @structs(!spirv.struct<()>, !spirv.struct<(f32, i32)>, !spirv.struct<(f32 [0], i32 [4])>, !spirv.struct<(f32 [0, NonWritable], i32 [4, NonWritable, NonReadable])>, !spirv.struct<(i32 [RelaxedPrecision])>)
// CHECK: func.func private @named(!spirv.struct<empty, ()>, !spirv.struct<pair, (f32 [0], f32 [4])>)
func.func private @named(!spirv.struct<empty, ()>, !spirv.struct<pair, (f32 [0], f32 [4])>)
// CHECK: func.func private @recursive(!spirv.struct<list, (!spirv.ptr<!spirv.struct<list>, Uniform>)>)
func.func private @recursive(!spirv.struct<list, (!spirv.ptr<!spirv.struct<list>, Uniform>)>)
// CHECK: func.func private @matrices(!spirv.matrix<2 x vector<3xf16>>, !spirv.coopmatrix<8x16xf16, Workgroup, MatrixB>)
func.func private @matrices(!spirv.matrix<2 x vector<3xf16>>, !spirv.coopmatrix<8x16xf16, Workgroup, MatrixB>)
// CHECK: func.func private @images(!spirv.image<f32, Dim1D, IsDepth, Arrayed, MultiSampled, NeedSampler, Rgba8>, !spirv.sampled_image<!spirv.image<i32, Cube, NoDepth, NonArrayed, SingleSampled, SamplerUnknown, R32i>>)
func.func private @images(!spirv.image<f32, Dim1D, IsDepth, Arrayed, MultiSampled, NeedSampler, Rgba8>, !spirv.sampled_image<!spirv.image<i32, Cube, NoDepth, NonArrayed, SingleSampled, SamplerUnknown, R32i>>)
