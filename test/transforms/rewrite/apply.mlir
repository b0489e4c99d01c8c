// RUN: mica-opt %s -apply-rewrites=files=%S/Inputs/arith.rewrite | FileCheck %s
// RUN: mica-opt %s -load-rewrites=%S/Inputs/arith.rewrite -apply-rewrites | FileCheck %s
// RUN: not mica-opt %s -apply-rewrites=files=%S/Inputs/faulty.rewrite 2>&1 | FileCheck %s --check-prefix=ERROR
// RUN: not mica-opt %s -apply-rewrites 2>&1 | FileCheck %s --check-prefix=NONE

// ERROR: faulty.rewrite:4:10: error: 'y' stands for nothing yet
// NONE: error: apply-rewrites needs the option 'files'

// CHECK-LABEL: func @double
// CHECK: %[[SUM:.*]] = arith.addi %arg0, %arg0 : i32
// CHECK: %[[PRODUCT:.*]] = arith.muli %arg0, %c3_i32 : i32
// CHECK: return %[[SUM]], %[[PRODUCT]]
func.func @double(%a: i32) -> (i32, i32) {
  %c2 = arith.constant 2 : i32
  %c3 = arith.constant 3 : i32
  %0 = arith.muli %a, %c2 : i32
  %1 = arith.muli %a, %c3 : i32
  return %0, %1 : i32, i32
}

// Splats count as their element, other types are left alone.
// CHECK-LABEL: func @splat
// CHECK: arith.addi %arg0, %arg0 : tensor<4xi32>
func.func @splat(%a: tensor<4xi32>) -> tensor<4xi32> {
  %c2 = arith.constant dense<2> : tensor<4xi32>
  %0 = arith.muli %a, %c2 : tensor<4xi32>
  return %0 : tensor<4xi32>
}

// The predicate is an attribute of the match and another one in the replacement.
// CHECK-LABEL: func @flip
// CHECK-NEXT: arith.cmpi sgt, %arg1, %arg0
// CHECK-NEXT: arith.cmpi eq, %arg0, %arg1
func.func @flip(%a: i32, %b: i32) -> (i1, i1) {
  %0 = arith.cmpi slt, %a, %b : i32
  %1 = arith.cmpi eq, %a, %b : i32
  return %0, %1 : i1, i1
}

// (x + c) + d, whichever operand the inner sum is; not when the inner sum is used again.
// CHECK-LABEL: func @sums
// CHECK-DAG: %[[C5:.*]] = arith.constant 5 : i64
// CHECK: %[[ONE:.*]] = arith.addi %arg0, %[[C5]]
// CHECK: %[[INNER:.*]] = arith.addi %arg1
// CHECK: %[[OUTER:.*]] = arith.addi %[[INNER]]
// CHECK: return %[[ONE]], %[[INNER]], %[[OUTER]]
func.func @sums(%a: i64, %b: i64) -> (i64, i64, i64) {
  %c2 = arith.constant 2 : i64
  %c3 = arith.constant 3 : i64
  %0 = arith.addi %a, %c2 : i64
  %1 = arith.addi %c3, %0 : i64
  %2 = arith.addi %b, %c2 : i64
  %3 = arith.addi %2, %c3 : i64
  return %1, %2, %3 : i64, i64, i64
}
