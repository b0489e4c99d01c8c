// RUN: mica-opt %s --convert-math-to-spirv | FileCheck %s

// GLSL ops; where they leave cases open, ops that decide those.

module attributes {spirv.target_env = #spirv.target_env<#spirv.vce<v1.0, [Shader, Float16, Float64, Int16, Int64], []>, #spirv.resource_limits<>>} {
// CHECK-LABEL: func.func @one_op(
func.func @one_op(%a: f32, %b: f32, %i: i32, %v: vector<3xf32>, %d: f64) {
  // CHECK: spirv.GL.FAbs %arg0 : f32
  %0 = math.absf %a : f32
  // CHECK: spirv.GL.SAbs %arg2 : i32
  %1 = math.absi %i : i32
  // CHECK: spirv.GL.Atan %arg0 : f32
  %2 = math.atan %a : f32
  // CHECK: spirv.GL.Ceil %arg0 : f32
  %3 = math.ceil %a : f32
  // CHECK: spirv.GL.Cos %arg0 : f32
  %4 = math.cos %a : f32
  // CHECK: spirv.GL.Cosh %arg0 : f32
  %5 = math.cosh %a : f32
  // CHECK: spirv.BitCount %arg2 : i32
  %6 = math.ctpop %i : i32
  // CHECK: spirv.GL.Exp %arg0 : f32
  %7 = math.exp %a : f32
  // CHECK: spirv.GL.Exp2 %arg0 : (f32) -> f32
  %8 = math.exp2 %a : f32
  // CHECK: spirv.GL.Floor %arg0 : f32
  %9 = math.floor %a : f32
  // CHECK: spirv.GL.Fma %arg0, %arg1, %arg0 : f32
  %10 = math.fma %a, %b, %a : f32
  // CHECK: spirv.GL.Log %arg0 : f32
  %11 = math.log %a : f32
  // CHECK: spirv.GL.Log2 %arg0 : (f32) -> f32
  %12 = math.log2 %a : f32
  // CHECK: spirv.GL.RoundEven %arg0 : f32
  %13 = math.roundeven %a : f32
  // CHECK: spirv.GL.InverseSqrt %arg0 : f32
  %14 = math.rsqrt %a : f32
  // CHECK: spirv.GL.Sin %arg0 : f32
  %15 = math.sin %a : f32
  // CHECK: spirv.GL.Sinh %arg0 : f32
  %16 = math.sinh %a : f32
  // CHECK: spirv.GL.Sqrt %arg0 : f32
  %17 = math.sqrt %a : f32
  // CHECK: spirv.GL.Tan %arg0 : f32
  %18 = math.tan %a : f32
  // CHECK: spirv.GL.Tanh %arg0 : f32
  %19 = math.tanh %a : f32
  // CHECK: spirv.GL.Trunc %arg0 : (f32) -> f32
  %20 = math.trunc %a : f32
  // CHECK: spirv.GL.Sqrt %arg3 : vector<3xf32>
  %21 = math.sqrt %v : vector<3xf32>
  // CHECK: spirv.GL.Floor %arg4 : f64
  %22 = math.floor %d : f64
  return
}

// CHECK-LABEL: func.func @sums(
func.func @sums(%a: f32) {
  // CHECK: %[[E:.*]] = spirv.GL.Exp %arg0 : f32
  // CHECK: spirv.FSub %[[E]], %cst_f32 : f32
  %0 = math.expm1 %a : f32
  // CHECK: %[[S:.*]] = spirv.FAdd %{{.*}}, %arg0 : f32
  // CHECK: spirv.GL.Log %[[S]] : f32
  %1 = math.log1p %a : f32
  // CHECK: %[[L:.*]] = spirv.GL.Log %arg0 : f32
  // CHECK: spirv.Constant 0.434294492
  // CHECK: spirv.FMul %[[L]]
  %2 = math.log10 %a : f32
  return
}

// Ties go away from zero.
// CHECK-LABEL: func.func @round(
func.func @round(%a: f32) -> f32 {
  // CHECK: %[[ABS:.*]] = spirv.GL.FAbs %arg0
  // CHECK: %[[FLOOR:.*]] = spirv.GL.Floor %[[ABS]]
  // CHECK: %[[REST:.*]] = spirv.FSub %[[ABS]], %[[FLOOR]]
  // CHECK: %[[UP:.*]] = spirv.FOrdGreaterThanEqual %[[REST]]
  // CHECK: %[[ONE:.*]] = spirv.Select %[[UP]]
  // CHECK: %[[SUM:.*]] = spirv.FAdd %[[FLOOR]], %[[ONE]]
  // CHECK: %[[A:.*]] = spirv.Bitcast %[[SUM]] : f32 to i32
  // CHECK: %[[B:.*]] = spirv.Bitcast %arg0 : f32 to i32
  // CHECK: spirv.BitwiseAnd %[[A]], %cst2147483647_i32
  // CHECK: spirv.BitwiseAnd %[[B]], %cst-2147483648_i32
  // CHECK: %[[OR:.*]] = spirv.BitwiseOr
  // CHECK: spirv.Bitcast %[[OR]] : i32 to f32
  %0 = math.round %a : f32
  return %0 : f32
}

// CHECK-LABEL: func.func @copysign(
func.func @copysign(%a: vector<2xf16>, %b: vector<2xf16>) -> vector<2xf16> {
  // CHECK: spirv.Constant dense<32767> : vector<2xi16>
  // CHECK: spirv.Constant dense<-32768> : vector<2xi16>
  %0 = math.copysign %a, %b : vector<2xf16>
  return %0 : vector<2xf16>
}

// GLSL's pow takes no negative base.
// CHECK-LABEL: func.func @powf(
func.func @powf(%a: f32, %b: f32) -> f32 {
  // CHECK: %[[ABS:.*]] = spirv.GL.FAbs %arg0
  // CHECK: %[[POW:.*]] = spirv.GL.Pow %[[ABS]], %arg1
  // CHECK: %[[MINUS:.*]] = spirv.FNegate %[[POW]]
  // CHECK: %[[EVEN:.*]] = spirv.FOrdEqual
  // CHECK: %[[WHOLE:.*]] = spirv.FOrdEqual
  // CHECK: %[[NEGATIVE:.*]] = spirv.FOrdLessThan %arg0
  // CHECK: %[[ZERO:.*]] = spirv.FOrdEqual %arg1
  // CHECK: %[[X:.*]] = spirv.Select %[[EVEN]], %[[POW]], %[[MINUS]]
  // CHECK: %[[Y:.*]] = spirv.Select %[[WHOLE]], %[[X]]
  // CHECK: %[[Z:.*]] = spirv.Select %[[NEGATIVE]], %[[Y]], %[[POW]]
  // CHECK: spirv.Select %[[ZERO]], %{{.*}}, %[[Z]]
  %0 = math.powf %a, %b : f32
  return %0 : f32
}

// CHECK-LABEL: func.func @zeros(
func.func @zeros(%i: i32, %b: i8) {
  // CHECK: %[[HIGH:.*]] = spirv.GL.FindUMsb %arg0 : i32
  // CHECK: spirv.ISub %cst31_i32, %[[HIGH]]
  %0 = math.ctlz %i : i32
  // CHECK: %[[MINUS:.*]] = spirv.SNegate %arg0
  // CHECK: %[[LOW:.*]] = spirv.BitwiseAnd %arg0, %[[MINUS]]
  // CHECK: %[[AT:.*]] = spirv.GL.FindUMsb %[[LOW]]
  // CHECK: %[[ZERO:.*]] = spirv.IEqual %arg0
  // CHECK: spirv.Select %[[ZERO]], %cst32_i32, %[[AT]]
  %1 = math.cttz %i : i32
  // CHECK: spirv.BitwiseAnd %{{.*}}, %cst255_i32
  // CHECK: spirv.GL.FindUMsb
  // CHECK: spirv.ISub %cst7_i32
  %2 = math.ctlz %b : i8
  return
}

// A series near zero, an exponential elsewhere.
// CHECK-LABEL: func.func @erf(
func.func @erf(%a: f32) -> f32 {
  // CHECK: %[[SQUARE:.*]] = spirv.FMul %arg0, %arg0
  // CHECK: %[[NEAR:.*]] = spirv.FMul %arg0, %
  // CHECK: %[[SIZE:.*]] = spirv.GL.FAbs %arg0
  // CHECK: %[[MINUS:.*]] = spirv.FNegate %[[SQUARE]]
  // CHECK: spirv.GL.Exp %[[MINUS]]
  // CHECK: %[[FAR:.*]] = spirv.Select
  // CHECK: %[[IS_NEAR:.*]] = spirv.FOrdLessThan %[[SIZE]], %
  // CHECK: spirv.Select %[[IS_NEAR]], %[[NEAR]], %[[FAR]]
  %0 = math.erf %a : f32
  return %0 : f32
}

// CHECK-LABEL: func.func @inverse(
func.func @inverse(%a: f32) -> (f32, f32, f32, f32, f32) {
  // CHECK: %[[RATIO:.*]] = spirv.FDiv
  // CHECK: %[[ROOT:.*]] = spirv.GL.Sqrt %[[RATIO]]
  // CHECK: %[[HALF:.*]] = spirv.GL.Atan %[[ROOT]]
  // CHECK: spirv.FMul %[[HALF]], %
  %0 = math.acos %a : f32
  // CHECK: spirv.GL.Acosh %arg0
  %1 = math.acosh %a : f32
  // CHECK: %[[ROOT:.*]] = spirv.GL.Sqrt
  // CHECK: %[[RATIO:.*]] = spirv.FDiv %arg0, %[[ROOT]]
  // CHECK: spirv.GL.Atan %[[RATIO]]
  %2 = math.asin %a : f32
  // CHECK: spirv.GL.Asinh %arg0
  %3 = math.asinh %a : f32
  // CHECK: spirv.GL.Atanh %arg0
  %4 = math.atanh %a : f32
  return %0, %1, %2, %3, %4 : f32, f32, f32, f32, f32
}

// Ops and widths without a counterpart.
// CHECK-LABEL: func.func @stays(
func.func @stays(%a: f32, %i: i32, %l: i64, %d: f64) {
  // CHECK: math.cbrt %arg0 : f32
  %0 = math.cbrt %a : f32
  // CHECK: math.atan2 %arg0, %arg0 : f32
  %1 = math.atan2 %a, %a : f32
  // CHECK: math.fpowi %arg0, %arg1 : f32, i32
  %2 = math.fpowi %a, %i : f32, i32
  // CHECK: math.ctlz %arg2 : i64
  %3 = math.ctlz %l : i64
  // CHECK: math.sin %arg3 : f64
  %4 = math.sin %d : f64
  // CHECK: math.log1p %arg3 : f64
  %5 = math.log1p %d : f64
  return
}

}
