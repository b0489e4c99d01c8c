// RUN: mica-opt %s --convert-math-to-llvm | FileCheck %s
// RUN: mica-opt %s --convert-math-to-llvm=approximate-log1p=false | FileCheck %s --check-prefix=EXACT

// CHECK-LABEL: func.func @floats(
func.func @floats(%a: f32) {
  // CHECK: llvm.intr.fabs(%arg0) : (f32) -> f32
  %0 = math.absf %a : f32
  // CHECK: llvm.intr.ceil(%arg0) : (f32) -> f32
  %1 = math.ceil %a : f32
  // CHECK: llvm.intr.copysign(%arg0, %arg0) : (f32, f32) -> f32
  %2 = math.copysign %a, %a : f32
  // CHECK: llvm.intr.cos(%arg0) : (f32) -> f32
  %3 = math.cos %a : f32
  // CHECK: llvm.intr.exp(%arg0) : (f32) -> f32
  %4 = math.exp %a : f32
  // CHECK: llvm.intr.exp2(%arg0) : (f32) -> f32
  %5 = math.exp2 %a : f32
  // CHECK: llvm.intr.floor(%arg0) : (f32) -> f32
  %6 = math.floor %a : f32
  // CHECK: llvm.intr.fma(%arg0, %arg0, %arg0) : (f32, f32, f32) -> f32
  %7 = math.fma %a, %a, %a : f32
  // CHECK: llvm.intr.log(%arg0) : (f32) -> f32
  %8 = math.log %a : f32
  // CHECK: llvm.intr.log10(%arg0) : (f32) -> f32
  %9 = math.log10 %a : f32
  // CHECK: llvm.intr.log2(%arg0) : (f32) -> f32
  %10 = math.log2 %a : f32
  // CHECK: llvm.intr.pow(%arg0, %arg0) : (f32, f32) -> f32
  %11 = math.powf %a, %a : f32
  // CHECK: llvm.intr.round(%arg0) : (f32) -> f32
  %12 = math.round %a : f32
  // CHECK: llvm.intr.roundeven(%arg0) : (f32) -> f32
  %13 = math.roundeven %a : f32
  // CHECK: llvm.intr.sin(%arg0) : (f32) -> f32
  %14 = math.sin %a : f32
  // CHECK: llvm.intr.sqrt(%arg0) : (f32) -> f32
  %15 = math.sqrt %a : f32
  // CHECK: llvm.intr.trunc(%arg0) : (f32) -> f32
  %16 = math.trunc %a : f32
  return
}

// CHECK-LABEL: func.func @integers(
func.func @integers(%i: i32, %f: f32) {
  // CHECK: "llvm.intr.abs"(%arg0) <{is_int_min_poison = false}> : (i32) -> i32
  %0 = math.absi %i : i32
  // CHECK: "llvm.intr.ctlz"(%arg0) <{is_zero_poison = false}> : (i32) -> i32
  %1 = math.ctlz %i : i32
  // CHECK: "llvm.intr.cttz"(%arg0) <{is_zero_poison = false}> : (i32) -> i32
  %2 = math.cttz %i : i32
  // CHECK: llvm.intr.ctpop(%arg0) : (i32) -> i32
  %3 = math.ctpop %i : i32
  // CHECK: llvm.intr.powi(%arg1, %arg0) : (f32, i32) -> f32
  %4 = math.fpowi %f, %i : f32, i32
  return
}

// EXACT-LABEL: func.func @expansions
// EXACT: math.log1p
// CHECK-LABEL: func.func @expansions(
func.func @expansions(%a: f32) {
  // CHECK: %[[E:.*]] = llvm.intr.exp(%arg0)
  // CHECK: llvm.fsub %[[E]]
  %0 = math.expm1 %a : f32
  // CHECK: %[[S:.*]] = llvm.fadd %{{.*}}, %arg0
  // CHECK: llvm.intr.log(%[[S]])
  %1 = math.log1p %a : f32
  // CHECK: %[[Q:.*]] = llvm.intr.sqrt(%arg0)
  // CHECK: llvm.fdiv %{{.*}}, %[[Q]]
  %2 = math.rsqrt %a : f32
  return
}

// CHECK-LABEL: func.func @vectors(
func.func @vectors(%v: vector<4xf32>, %w: vector<2x3xf32>) -> vector<2x3xf32> {
  // CHECK: llvm.intr.exp(%arg0) {fastmathFlags = #llvm.fastmath<fast>} : (vector<4xf32>) -> vector<4xf32>
  %0 = math.exp %v fastmath<fast> : vector<4xf32>
  // CHECK: llvm.intr.sqrt(%{{.*}}) : (vector<3xf32>) -> vector<3xf32>
  // CHECK: llvm.intr.sqrt(%{{.*}}) : (vector<3xf32>) -> vector<3xf32>
  %1 = math.sqrt %w : vector<2x3xf32>
  return %1 : vector<2x3xf32>
}

// No intrinsic; tensors.
// CHECK-LABEL: func.func @stays(
func.func @stays(%a: f32, %t: tensor<4xf32>) {
  // CHECK: math.tanh %arg0 : f32
  %0 = math.tanh %a : f32
  // CHECK: math.erf %arg0 : f32
  %1 = math.erf %a : f32
  // CHECK: math.exp %arg1 : tensor<4xf32>
  %2 = math.exp %t : tensor<4xf32>
  return
}
