// RUN: mica-opt %s --canonicalize | FileCheck %s

// CHECK-LABEL: func.func @apply
// CHECK-SAME: (%[[A:.*]]: index, %[[B:.*]]: index)
// CHECK-DAG: %[[C:.*]] = arith.constant 10 : index
// CHECK-NOT: affine.apply
// CHECK: return %[[B]], %[[A]], %[[C]]
func.func @apply(%a: index, %b: index) -> (index, index, index) {
  %c = arith.constant 3 : index
  %0 = affine.apply affine_map<(d0, d1) -> (d1)>(%a, %b)
  %1 = affine.apply affine_map<(d0)[s0] -> (s0)>(%b)[%a]
  %2 = affine.apply affine_map<(d0)[s0] -> (d0 * 2 + s0 + 1)>(%c)[%c]
  return %0, %1, %2 : index, index, index
}

// CHECK-LABEL: func.func @extrema
// CHECK-DAG: %[[THREE:.*]] = arith.constant 3 : index
// CHECK-DAG: %[[FOUR:.*]] = arith.constant 4 : index
// CHECK: return %[[THREE]], %[[FOUR]]
func.func @extrema() -> (index, index) {
  %c = arith.constant 3 : index
  %0 = affine.min affine_map<(d0) -> (d0, 4)>(%c)
  %1 = affine.max affine_map<(d0) -> (d0, 4)>(%c)
  return %0, %1 : index, index
}

// CHECK-LABEL: func.func @unknown_operands_stay
// CHECK: %[[S:.*]] = affine.apply
// CHECK: %[[M:.*]] = affine.min
// CHECK: return %[[S]], %[[M]]
func.func @unknown_operands_stay(%a: index, %b: index) -> (index, index) {
  %0 = affine.apply affine_map<(d0, d1) -> (d0 + d1)>(%a, %b)
  %1 = affine.min affine_map<(d0, d1) -> (d0, d1)>(%a, %b)
  return %0, %1 : index, index
}

// CHECK-LABEL: func.func @compose
// CHECK-NEXT: %[[R:.*]] = affine.apply #{{.*}}()[%arg0]
// CHECK-NEXT: return %[[R]]
func.func @compose(%a: index) -> index {
  %c = arith.constant 3 : index
  %0 = affine.apply affine_map<(d0) -> (d0 * 4)>(%a)
  %1 = affine.apply affine_map<(d0, d1, d2) -> (d0 + d1)>(%0, %c, %a)
  return %1 : index
}
