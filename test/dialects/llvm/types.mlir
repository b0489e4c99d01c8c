// RUN: mica-opt %s | FileCheck %s
// RUN: mica-opt %s | mica-opt | FileCheck %s
// RUN: mica-opt --mlir-print-op-generic %s | mica-opt | FileCheck %s

// Every type; in another type of the dialect it stands in its short form.

// CHECK: func.func private @scalars(!llvm.ptr, !llvm.ptr<4>, !llvm.void, !llvm.label, !llvm.token, !llvm.metadata, !llvm.ppc_fp128, !llvm.x86_mmx)
func.func private @scalars(!llvm.ptr, !llvm.ptr<4>, !llvm.void, !llvm.label, !llvm.token, !llvm.metadata, !llvm.ppc_fp128, !llvm.x86_mmx)
// CHECK: func.func private @arrays(!llvm.array<4 x i8>, !llvm.array<0 x ptr<1>>, !llvm.array<2 x array<3 x f16>>)
func.func private @arrays(!llvm.array<4 x i8>, !llvm.array<0 x ptr<1>>, !llvm.array<2 x array<3 x f16>>)
// CHECK: func.func private @vectors(!llvm.vec<? x 4 x  ptr>, !llvm.vec<2 x ppc_fp128>)
func.func private @vectors(!llvm.vec<? x 4 x ptr>, !llvm.vec<2 x ppc_fp128>)
// CHECK: func.func private @structs(!llvm.struct<()>, !llvm.struct<(i8, f32)>, !llvm.struct<packed (i8, i32)>, !llvm.struct<(struct<(i1)>, array<2 x i8>)>)
func.func private @structs(!llvm.struct<()>, !llvm.struct<(i8, f32)>, !llvm.struct<packed (i8, i32)>, !llvm.struct<(struct<(i1)>, array<2 x i8>)>)
// CHECK: func.func private @named(!llvm.struct<"closed", (i32, f32)>, !llvm.struct<"later", opaque>, !llvm.struct<"tight", packed (i8)>)
func.func private @named(!llvm.struct<"closed", (i32, f32)>, !llvm.struct<"later", opaque>, !llvm.struct<"tight", packed (i8)>)
// CHECK: func.func private @recursive(!llvm.struct<"list", (i32, struct<"list">)>)
func.func private @recursive(!llvm.struct<"list", (i32, struct<"list">)>)
// CHECK: func.func private @functions(!llvm.func<void ()>, !llvm.func<i32 (ptr, ...)>)
func.func private @functions(!llvm.func<void ()>, !llvm.func<i32 (ptr, ...)>)
// CHECK: func.func private @targets(!llvm.target<"spirv.Image", f32, 1, 0>, !llvm.target<"aarch64.svcount">)
func.func private @targets(!llvm.target<"spirv.Image", f32, 1, 0>, !llvm.target<"aarch64.svcount">)
