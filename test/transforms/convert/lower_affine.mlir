// RUN: mica-opt %s --lower-affine | FileCheck %s

// Affine expressions become index arithmetic. Division rounds down, remainders are not negative.

// CHECK-LABEL: func.func @sum(
func.func @sum(%a: index, %b: index) -> index {
  // CHECK: %[[A:.*]] = arith.muli %arg0, %c3
  // CHECK: %[[B:.*]] = arith.addi %[[A]], %arg1
  // CHECK: %[[R:.*]] = arith.addi %[[B]], %c-2
  // CHECK: return %[[R]]
  %0 = affine.apply affine_map<(d0)[s0] -> (d0 * 3 + s0 - 2)>(%a)[%b]
  return %0 : index
}

// CHECK-LABEL: func.func @divisions(
func.func @divisions(%a: index) {
  // CHECK: %[[N:.*]] = arith.cmpi slt, %arg0, %c0
  // CHECK: %[[M:.*]] = arith.subi %c-1{{.*}}, %arg0
  // CHECK: %[[X:.*]] = arith.select %[[N]], %[[M]], %arg0
  // CHECK: %[[Q:.*]] = arith.divsi %[[X]], %c4
  // CHECK: %[[P:.*]] = arith.subi %c-1{{.*}}, %[[Q]]
  // CHECK: arith.select %[[N]], %[[P]], %[[Q]]
  %0 = affine.apply affine_map<(d0) -> (d0 floordiv 4)>(%a)
  // CHECK: arith.cmpi sle
  // CHECK: arith.divsi
  // CHECK: arith.select
  %1 = affine.apply affine_map<(d0) -> (d0 ceildiv 4)>(%a)
  // CHECK: %[[R:.*]] = arith.remsi %arg0, %c4
  // CHECK: %[[L:.*]] = arith.cmpi slt, %[[R]], %c0
  // CHECK: %[[S:.*]] = arith.addi %[[R]], %c4
  // CHECK: arith.select %[[L]], %[[S]], %[[R]]
  %2 = affine.apply affine_map<(d0) -> (d0 mod 4)>(%a)
  return
}

// CHECK-LABEL: func.func @extremes(
func.func @extremes(%a: index, %b: index) {
  // CHECK: arith.minsi %arg0, %arg1
  %0 = affine.min affine_map<(d0, d1) -> (d0, d1)>(%a, %b)
  // CHECK: arith.maxsi %arg0, %arg1
  %1 = affine.max affine_map<(d0, d1) -> (d0, d1)>(%a, %b)
  return
}

// Nothing to do.
// CHECK-LABEL: func.func @none(
func.func @none(%a: index) -> index {
  // CHECK-NEXT: %[[S:.*]] = arith.addi %arg0, %arg0
  // CHECK-NEXT: return %[[S]]
  %0 = arith.addi %a, %a : index
  return %0 : index
}
