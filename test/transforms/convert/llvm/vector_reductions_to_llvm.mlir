// RUN: mica-opt %s --convert-vector-to-llvm | FileCheck %s
// RUN: mica-opt %s --convert-vector-to-llvm=reassociate-fp-reductions | FileCheck %s --check-prefix=REASSOCIATE

// REASSOCIATE-LABEL: func.func @reductions(
// REASSOCIATE: fastmathFlags = #llvm.fastmath<reassoc>
// CHECK-LABEL: func.func @reductions(
func.func @reductions(%f: vector<4xf32>, %n: vector<4xi32>, %x: f32, %i: i32) {
  // CHECK: "llvm.intr.vector.reduce.fadd"(%{{.*}}, %arg0)
  %0 = vector.reduction <add>, %f : vector<4xf32> into f32
  // CHECK: "llvm.intr.vector.reduce.fmul"(%arg2, %arg0)
  %1 = vector.reduction <mul>, %f, %x : vector<4xf32> into f32
  // CHECK: llvm.intr.vector.reduce.fmaximum(%arg0)
  %2 = vector.reduction <maximumf>, %f : vector<4xf32> into f32
  // CHECK: llvm.intr.vector.reduce.fmin(%arg0)
  %3 = vector.reduction <minnumf>, %f : vector<4xf32> into f32
  // CHECK: %[[S:.*]] = "llvm.intr.vector.reduce.add"(%arg1)
  // CHECK: llvm.add %[[S]], %arg3
  %4 = vector.reduction <add>, %n, %i : vector<4xi32> into i32
  // CHECK: "llvm.intr.vector.reduce.smax"(%arg1)
  %5 = vector.reduction <maxsi>, %n : vector<4xi32> into i32
  // CHECK: "llvm.intr.vector.reduce.umin"(%arg1)
  %6 = vector.reduction <minui>, %n : vector<4xi32> into i32
  // CHECK: "llvm.intr.vector.reduce.xor"(%arg1)
  %7 = vector.reduction <xor>, %n : vector<4xi32> into i32
  return
}

// CHECK-LABEL: func.func @products(
func.func @products(%a: vector<2xf32>, %b: vector<4xf32>, %c: vector<2x4xf32>) -> vector<2x4xf32> {
  // CHECK: llvm.intr.fmuladd(%{{.*}}, %arg1, %{{.*}}) : (vector<4xf32>, vector<4xf32>, vector<4xf32>) -> vector<4xf32>
  // CHECK: llvm.insertvalue %{{.*}}[0]
  // CHECK: llvm.intr.fmuladd
  // CHECK: llvm.insertvalue %{{.*}}[1]
  %0 = vector.outerproduct %a, %b, %c {kind = #vector.kind<add>} : vector<2xf32>, vector<4xf32>
  return %0 : vector<2x4xf32>
}

// CHECK-LABEL: func.func @multi_reduction(
func.func @multi_reduction(%m: vector<2x4xf32>, %c: vector<4xf32>) -> vector<4xf32> {
  // CHECK: llvm.fadd
  // CHECK: llvm.fadd
  %0 = vector.multi_reduction <add>, %m, %c [0] : vector<2x4xf32> to vector<4xf32>
  return %0 : vector<4xf32>
}

// CHECK-LABEL: func.func @contract(
func.func @contract(%a: vector<2x3xf32>, %b: vector<3x4xf32>, %c: vector<2x4xf32>) -> vector<2x4xf32> {
  // CHECK: llvm.intr.fmuladd
  // CHECK-NOT: vector.contract
  %0 = vector.contract {indexing_maps = [affine_map<(i, j, k) -> (i, k)>, affine_map<(i, j, k) -> (k, j)>, affine_map<(i, j, k) -> (i, j)>], iterator_types = ["parallel", "parallel", "reduction"], kind = #vector.kind<add>} %a, %b, %c : vector<2x3xf32>, vector<3x4xf32> into vector<2x4xf32>
  return %0 : vector<2x4xf32>
}

// CHECK-LABEL: func.func @fma(
func.func @fma(%a: vector<4xf32>) {
  // CHECK: llvm.intr.fmuladd(%arg0, %arg0, %arg0) : (vector<4xf32>, vector<4xf32>, vector<4xf32>) -> vector<4xf32>
  %0 = vector.fma %a, %a, %a : vector<4xf32>
  return
}
