// RUN: mica-opt %s -cse | FileCheck %s

// CHECK-LABEL: func @commuted_operands_merge
// CHECK-NEXT: %[[S:.*]] = arith.addi %arg0, %arg1
// CHECK-NEXT: return %[[S]], %[[S]]
func.func @commuted_operands_merge(%a: i32, %b: i32) -> (i32, i32) {
  %0 = arith.addi %a, %b : i32
  %1 = arith.addi %b, %a : i32
  return %0, %1 : i32, i32
}

// CHECK-LABEL: func @order_counts_elsewhere
// CHECK: arith.subi %arg0, %arg1
// CHECK: arith.subi %arg1, %arg0
func.func @order_counts_elsewhere(%a: i32, %b: i32) -> (i32, i32) {
  %0 = arith.subi %a, %b : i32
  %1 = arith.subi %b, %a : i32
  return %0, %1 : i32, i32
}

// CHECK-LABEL: func @attributes_count
// CHECK: arith.constant 1 : i32
// CHECK: arith.constant 2 : i32
func.func @attributes_count() -> (i32, i32) {
  %0 = arith.constant 1 : i32
  %1 = arith.constant 2 : i32
  return %0, %1 : i32, i32
}

// CHECK-LABEL: func @reads_merge_up_to_a_write
// CHECK-NEXT: %[[FIRST:.*]] = memref.load
// CHECK-NEXT: memref.store %[[FIRST]]
// CHECK-NEXT: %[[LATER:.*]] = memref.load
// CHECK-NEXT: return %[[FIRST]], %[[FIRST]], %[[LATER]]
func.func @reads_merge_up_to_a_write(%m: memref<4xi32>, %i: index) -> (i32, i32, i32) {
  %0 = memref.load %m[%i] : memref<4xi32>
  %1 = memref.load %m[%i] : memref<4xi32>
  memref.store %0, %m[%i] : memref<4xi32>
  %2 = memref.load %m[%i] : memref<4xi32>
  return %0, %1, %2 : i32, i32, i32
}

// CHECK-LABEL: func @a_write_in_a_region_is_a_write
// CHECK: memref.load
// CHECK: scf.if
// CHECK: memref.load
func.func @a_write_in_a_region_is_a_write(%m: memref<4xi32>, %i: index, %c: i1) -> (i32, i32) {
  %0 = memref.load %m[%i] : memref<4xi32>
  scf.if %c {
    memref.store %0, %m[%i] : memref<4xi32>
  }
  %1 = memref.load %m[%i] : memref<4xi32>
  return %0, %1 : i32, i32
}

// Only from a dominating block.
// CHECK-LABEL: func @dominance
// CHECK: ^bb1:
// CHECK-NEXT: %[[X:.*]] = arith.muli
// CHECK-NEXT: return %[[X]]
// CHECK: ^bb2:
// CHECK-NEXT: %[[Y:.*]] = arith.muli
// CHECK-NEXT: arith.addi %[[Y]], %{{.*}}
func.func @dominance(%c: i1, %a: i32) -> i32 {
  %0 = arith.addi %a, %a : i32
  cf.cond_br %c, ^bb1, ^bb2
^bb1:
  %1 = arith.muli %a, %a : i32
  return %1 : i32
^bb2:
  %2 = arith.muli %a, %a : i32
  %3 = arith.addi %a, %a : i32
  %4 = arith.addi %2, %3 : i32
  %5 = arith.addi %4, %0 : i32
  return %5 : i32
}

// CHECK-LABEL: func @regions_are_compared
// CHECK-COUNT-2: scf.if
// CHECK-NOT: scf.if
// CHECK: return
func.func @regions_are_compared(%c: i1, %a: i32) -> (i32, i32, i32) {
  %0 = scf.if %c -> (i32) {
    %x = arith.addi %a, %a : i32
    scf.yield %x : i32
  } else {
    scf.yield %a : i32
  }
  %1 = scf.if %c -> (i32) {
    %x = arith.addi %a, %a : i32
    scf.yield %x : i32
  } else {
    scf.yield %a : i32
  }
  %2 = scf.if %c -> (i32) {
    %x = arith.muli %a, %a : i32
    scf.yield %x : i32
  } else {
    scf.yield %a : i32
  }
  return %0, %1, %2 : i32, i32, i32
}
