// RUN: mica-opt %s -canonicalize | FileCheck %s

// Poison of one type is one constant, and goes when nobody uses it.

// CHECK-LABEL: @poison
// CHECK-NEXT: %[[I:.*]] = ub.poison : i32
// CHECK-NEXT: %[[F:.*]] = ub.poison : f32
// CHECK-NEXT: return %[[I]], %[[I]], %[[F]]
func.func @poison() -> (i32, i32, f32) {
  %0 = ub.poison : i32
  %1 = ub.poison : i32
  %2 = ub.poison : f32
  %3 = ub.poison : vector<4xi32>
  return %0, %1, %2 : i32, i32, f32
}
