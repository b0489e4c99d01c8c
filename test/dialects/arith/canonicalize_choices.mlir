// RUN: mica-opt %s --canonicalize | FileCheck %s

// A choice between bits is a negation only when the bits are known.
// CHECK-LABEL: func.func @bits
// CHECK: %[[TRUE:.*]] = arith.constant true
// CHECK: %[[NOT:.*]] = arith.xori %arg0, %[[TRUE]] : i1
// CHECK: %[[S:.*]] = arith.select %arg0, %arg1, %arg2 : i1
// CHECK: return %[[NOT]], %[[S]]
func.func @bits(%b: i1, %x: i1, %y: i1) -> (i1, i1) {
  %true = arith.constant true
  %false = arith.constant false
  %0 = arith.select %b, %false, %true : i1
  %1 = arith.select %b, %x, %y : i1
  return %0, %1 : i1, i1
}

// CHECK-LABEL: func.func @product_by_one
// CHECK: %[[N:.*]] = arith.cmpi slt, %arg0, %c0_i32 : i32
// CHECK: %[[H:.*]] = arith.extsi %[[N]] : i1 to i32
// CHECK: return %arg0, %[[H]]
func.func @product_by_one(%a: i32) -> (i32, i32) {
  %c1 = arith.constant 1 : i32
  %low, %high = arith.mulsi_extended %a, %c1 : i32
  return %low, %high : i32, i32
}

// CHECK-LABEL: func.func @and_twice
// CHECK: %[[A:.*]] = arith.andi %arg0, %arg1
// CHECK: %[[B:.*]] = arith.andi %[[A]], %arg2
// CHECK: return %[[A]], %[[B]]
func.func @and_twice(%a: i32, %b: i32, %c: i32) -> (i32, i32) {
  %0 = arith.andi %a, %b : i32
  %1 = arith.andi %a, %0 : i32
  %2 = arith.andi %0, %c : i32
  return %1, %2 : i32, i32
}
