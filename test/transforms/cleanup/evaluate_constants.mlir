// RUN: mica-opt %s --evaluate-constants | FileCheck %s

// Ops without a folder are evaluated too.
// CHECK-LABEL: @shuffled
// CHECK: %[[C:.*]] = arith.constant dense<[1, 4]> : vector<2xi32>
// CHECK-NEXT: return %[[C]]
func.func @shuffled() -> vector<2xi32> {
  %a = arith.constant dense<[1, 2]> : vector<2xi32>
  %b = arith.constant dense<[3, 4]> : vector<2xi32>
  %r = vector.shuffle %a, %b [0, 3] : vector<2xi32>, vector<2xi32>
  return %r : vector<2xi32>
}

// CHECK-LABEL: @scalars
// CHECK: %[[C:.*]] = arith.constant 5.000000e-01 : f32
// CHECK-NEXT: return %[[C]]
func.func @scalars() -> f32 {
  %four = arith.constant 4.0 : f32
  %r = math.rsqrt %four : f32
  return %r : f32
}

// What is undefined stays, and so does what is not constant or large.
// CHECK-LABEL: @left
// CHECK: arith.divsi
// CHECK: math.rsqrt
// CHECK: vector.step
func.func @left(%x: f32) -> (i32, f32, vector<128xindex>) {
  %one = arith.constant 1 : i32
  %zero = arith.constant 0 : i32
  %q = arith.divsi %one, %zero : i32
  %r = math.rsqrt %x : f32
  %v = vector.step : vector<128xindex>
  return %q, %r, %v : i32, f32, vector<128xindex>
}
