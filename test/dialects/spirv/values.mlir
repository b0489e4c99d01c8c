// RUN: mica-opt %s | FileCheck %s
// RUN: mica-opt %s | mica-opt | FileCheck %s
// RUN: mica-opt --mlir-print-op-generic %s | mica-opt | FileCheck %s

// Arithmetic, conversions, composites, extended instructions.

// CHECK-LABEL: func.func @arithmetic
func.func @arithmetic(%a: i32, %b: i32, %x: f32, %y: f32, %v: vector<4xf32>, %w: vector<3xi32>, %c: i1) {
  // CHECK: %{{.*}} = spirv.IAdd %{{.*}}, %{{.*}} : i32
  %0 = spirv.IAdd %a, %b : i32
  // CHECK: %{{.*}} = spirv.ISub %{{.*}}, %{{.*}} : vector<3xi32>
  %1 = spirv.ISub %w, %w : vector<3xi32>
  // CHECK: %{{.*}} = spirv.SDiv %{{.*}}, %{{.*}} : i32
  %2 = spirv.SDiv %a, %b : i32
  // CHECK: %{{.*}} = spirv.UMod %{{.*}}, %{{.*}} : i32
  %3 = spirv.UMod %a, %b : i32
  // CHECK: %{{.*}} = spirv.SNegate %{{.*}} : i32
  %4 = spirv.SNegate %a : i32
  // CHECK: %{{.*}} = spirv.FAdd %{{.*}}, %{{.*}} : vector<4xf32>
  %5 = spirv.FAdd %v, %v : vector<4xf32>
  // CHECK: %{{.*}} = spirv.FMul %{{.*}}, %{{.*}} {note} : f32
  %6 = spirv.FMul %x, %y {note} : f32
  // CHECK: %{{.*}} = spirv.FNegate %{{.*}} : f32
  %7 = spirv.FNegate %x : f32
  // CHECK: %{{.*}} = spirv.IAddCarry %{{.*}}, %{{.*}} : !spirv.struct<(i32, i32)>
  %8 = spirv.IAddCarry %a, %b : !spirv.struct<(i32, i32)>
  // CHECK: %{{.*}} = spirv.SMulExtended %{{.*}}, %{{.*}} : !spirv.struct<(i32, i32)>
  %9 = spirv.SMulExtended %a, %b : !spirv.struct<(i32, i32)>
  // CHECK: %{{.*}} = spirv.Dot %{{.*}}, %{{.*}} : vector<4xf32> -> f32
  %10 = spirv.Dot %v, %v : vector<4xf32> -> f32
  // CHECK: %{{.*}} = spirv.VectorTimesScalar %{{.*}}, %{{.*}} : (vector<4xf32>, f32) -> vector<4xf32>
  %11 = spirv.VectorTimesScalar %v, %x : (vector<4xf32>, f32) -> vector<4xf32>
  // CHECK: %{{.*}} = spirv.IEqual %{{.*}}, %{{.*}} : i32
  %12 = spirv.IEqual %a, %b : i32
  // CHECK: %{{.*}} = spirv.ULessThan %{{.*}}, %{{.*}} : vector<3xi32>
  %13 = spirv.ULessThan %w, %w : vector<3xi32>
  // CHECK: %{{.*}} = spirv.FOrdLessThan %{{.*}}, %{{.*}} : f32
  %14 = spirv.FOrdLessThan %x, %y : f32
  // CHECK: %{{.*}} = spirv.IsNan %{{.*}} : f32
  %15 = spirv.IsNan %x : f32
  // CHECK: %{{.*}} = spirv.LogicalAnd %{{.*}}, %{{.*}} : i1
  %16 = spirv.LogicalAnd %c, %c : i1
  // CHECK: %{{.*}} = spirv.LogicalNot %{{.*}} : i1
  %17 = spirv.LogicalNot %c : i1
  // CHECK: %{{.*}} = spirv.Select %{{.*}}, %{{.*}}, %{{.*}} : i1, i32
  %18 = spirv.Select %c, %a, %b : i1, i32
  // CHECK: %{{.*}} = spirv.BitwiseXor %{{.*}}, %{{.*}} : i32
  %19 = spirv.BitwiseXor %a, %b : i32
  // CHECK: %{{.*}} = spirv.ShiftLeftLogical %{{.*}}, %{{.*}} : i32, i32
  %20 = spirv.ShiftLeftLogical %a, %b : i32, i32
  // CHECK: %{{.*}} = spirv.BitFieldSExtract %{{.*}}, %{{.*}}, %{{.*}} : i32, i32, i32
  %21 = spirv.BitFieldSExtract %a, %b, %b : i32, i32, i32
  // CHECK: %{{.*}} = spirv.BitCount %{{.*}} : i32
  %22 = spirv.BitCount %a : i32
  // CHECK: %{{.*}} = spirv.Not %{{.*}} : i32
  %23 = spirv.Not %a : i32
  return
}
// CHECK-LABEL: func.func @conversions
func.func @conversions(%a: i32, %x: f32, %v: vector<2xf32>, %p: !spirv.ptr<f32, CrossWorkgroup>) {
  // CHECK: %{{.*}} = spirv.ConvertFToS %{{.*}} : f32 to i32
  %0 = spirv.ConvertFToS %x : f32 to i32
  // CHECK: %{{.*}} = spirv.ConvertUToF %{{.*}} : i32 to f32
  %1 = spirv.ConvertUToF %a : i32 to f32
  // CHECK: %{{.*}} = spirv.SConvert %{{.*}} : i32 to i64
  %2 = spirv.SConvert %a : i32 to i64
  // CHECK: %{{.*}} = spirv.FConvert %{{.*}} : vector<2xf32> to vector<2xf16>
  %3 = spirv.FConvert %v : vector<2xf32> to vector<2xf16>
  // CHECK: %{{.*}} = spirv.Bitcast %{{.*}} : f32 to i32
  %4 = spirv.Bitcast %x : f32 to i32
  // CHECK: %{{.*}} = spirv.PtrCastToGeneric %{{.*}} : !spirv.ptr<f32, CrossWorkgroup> to !spirv.ptr<f32, Generic>
  %5 = spirv.PtrCastToGeneric %p : !spirv.ptr<f32, CrossWorkgroup> to !spirv.ptr<f32, Generic>
  // CHECK: %{{.*}} = spirv.GenericCastToPtr %{{.*}} : !spirv.ptr<f32, Generic> to !spirv.ptr<f32, CrossWorkgroup>
  %6 = spirv.GenericCastToPtr %5 : !spirv.ptr<f32, Generic> to !spirv.ptr<f32, CrossWorkgroup>
  return
}
// CHECK-LABEL: func.func @composites
func.func @composites(%x: f32, %v: vector<4xf32>, %a: !spirv.array<4 x f32>, %s: !spirv.struct<(f32, i32)>, %i: i32, %m: !spirv.matrix<3 x vector<3xf32>>) {
  // CHECK: %{{.*}} = spirv.CompositeConstruct %{{.*}}, %{{.*}} : (f32, f32) -> vector<2xf32>
  %0 = spirv.CompositeConstruct %x, %x : (f32, f32) -> vector<2xf32>
  // CHECK: %{{.*}} = spirv.CompositeExtract %{{.*}}[1 : i32] : !spirv.struct<(f32, i32)>
  %1 = spirv.CompositeExtract %s[1 : i32] : !spirv.struct<(f32, i32)>
  // CHECK: %{{.*}} = spirv.CompositeInsert %{{.*}}, %{{.*}}[2 : i32] : f32 into !spirv.array<4 x f32>
  %2 = spirv.CompositeInsert %x, %a[2 : i32] : f32 into !spirv.array<4 x f32>
  // CHECK: %{{.*}} = spirv.VectorShuffle [1 : i32, 3 : i32, -1 : i32] %{{.*}}, %{{.*}} : vector<4xf32>, vector<4xf32> -> vector<3xf32>
  %3 = spirv.VectorShuffle [1 : i32, 3 : i32, -1 : i32] %v, %v : vector<4xf32>, vector<4xf32> -> vector<3xf32>
  // CHECK: %{{.*}} = spirv.VectorExtractDynamic %{{.*}}[%{{.*}}] : vector<4xf32>, i32
  %4 = spirv.VectorExtractDynamic %v[%i] : vector<4xf32>, i32
  // CHECK: %{{.*}} = spirv.VectorInsertDynamic %{{.*}}, %{{.*}}[%{{.*}}] : vector<4xf32>, i32
  %5 = spirv.VectorInsertDynamic %x, %v[%i] : vector<4xf32>, i32
  // CHECK: %{{.*}} = spirv.MatrixTimesScalar %{{.*}}, %{{.*}} : !spirv.matrix<3 x vector<3xf32>>, f32
  %6 = spirv.MatrixTimesScalar %m, %x : !spirv.matrix<3 x vector<3xf32>>, f32
  // CHECK: %{{.*}} = spirv.MatrixTimesMatrix %{{.*}}, %{{.*}} : !spirv.matrix<3 x vector<3xf32>>, !spirv.matrix<3 x vector<3xf32>> -> !spirv.matrix<3 x vector<3xf32>>
  %7 = spirv.MatrixTimesMatrix %m, %m : !spirv.matrix<3 x vector<3xf32>>, !spirv.matrix<3 x vector<3xf32>> -> !spirv.matrix<3 x vector<3xf32>>
  // CHECK: %{{.*}} = spirv.Transpose %{{.*}} : !spirv.matrix<3 x vector<3xf32>> -> !spirv.matrix<3 x vector<3xf32>>
  %8 = spirv.Transpose %m : !spirv.matrix<3 x vector<3xf32>> -> !spirv.matrix<3 x vector<3xf32>>
  // CHECK: %{{.*}} = spirv.Constant dense<[1.000000e+00, 2.000000e+00]> : tensor<2xf32> : !spirv.array<2 x f32>
  %9 = spirv.Constant dense<[1.000000e+00, 2.000000e+00]> : tensor<2xf32> : !spirv.array<2 x f32>
  // CHECK: %{{.*}} = spirv.Constant dense<3> : vector<2xi32>
  %10 = spirv.Constant dense<3> : vector<2xi32>
  // CHECK: %{{.*}} = spirv.Constant true
  %11 = spirv.Constant true
  // CHECK: %{{.*}} = spirv.Undef : vector<4xf32>
  %12 = spirv.Undef : vector<4xf32>
  return
}
// CHECK-LABEL: func.func @extended
func.func @extended(%x: f32, %v: vector<4xf32>, %i: i32) {
  // CHECK: %{{.*}} = spirv.GL.Exp %{{.*}} : f32
  %0 = spirv.GL.Exp %x : f32
  // CHECK: %{{.*}} = spirv.GL.FClamp %{{.*}}, %{{.*}}, %{{.*}} : f32
  %1 = spirv.GL.FClamp %x, %x, %x : f32
  // CHECK: %{{.*}} = spirv.GL.Fma %{{.*}}, %{{.*}}, %{{.*}} : vector<4xf32>
  %2 = spirv.GL.Fma %v, %v, %v : vector<4xf32>
  // CHECK: %{{.*}} = spirv.GL.Pow %{{.*}}, %{{.*}} : f32
  %3 = spirv.GL.Pow %x, %x : f32
  // CHECK: %{{.*}} = spirv.GL.SMax %{{.*}}, %{{.*}} : i32
  %4 = spirv.GL.SMax %i, %i : i32
  // CHECK: %{{.*}} = spirv.GL.Ldexp %{{.*}} : f32, %{{.*}} : i32 -> f32
  %5 = spirv.GL.Ldexp %x : f32, %i : i32 -> f32
  // CHECK: %{{.*}} = spirv.GL.FrexpStruct %{{.*}} : f32 -> !spirv.struct<(f32, i32)>
  %6 = spirv.GL.FrexpStruct %x : f32 -> !spirv.struct<(f32, i32)>
  // CHECK: %{{.*}} = spirv.CL.sqrt %{{.*}} : vector<4xf32>
  %7 = spirv.CL.sqrt %v : vector<4xf32>
  // CHECK: %{{.*}} = spirv.CL.fma %{{.*}}, %{{.*}}, %{{.*}} : f32
  %8 = spirv.CL.fma %x, %x, %x : f32
  // CHECK: %{{.*}} = spirv.CL.s_min %{{.*}}, %{{.*}} : i32
  %9 = spirv.CL.s_min %i, %i : i32
  return
}
