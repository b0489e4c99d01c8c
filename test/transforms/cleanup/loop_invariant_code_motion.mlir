// RUN: mica-opt %s -loop-invariant-code-motion | FileCheck %s

// CHECK-LABEL: func @out_of_two_loops
// CHECK-NEXT: %[[A:.*]] = arith.muli %arg0, %arg0
// CHECK-NEXT: %[[B:.*]] = arith.addi %[[A]], %arg0
// CHECK-NEXT: scf.for
// CHECK-NEXT: scf.for
// CHECK-NEXT: memref.store %[[B]]
func.func @out_of_two_loops(%a: i32, %m: memref<4xi32>, %l: index, %n: index) {
  scf.for %i = %l to %n step %n {
    scf.for %j = %l to %n step %n {
      %0 = arith.muli %a, %a : i32
      %1 = arith.addi %0, %a : i32
      memref.store %1, %m[%j] : memref<4xi32>
    }
  }
  return
}

// CHECK-LABEL: func @what_varies_or_reads_stays
// CHECK-NEXT: scf.for
// CHECK-NEXT: arith.addi
// CHECK-NEXT: memref.load
// CHECK-NEXT: memref.store
func.func @what_varies_or_reads_stays(%m: memref<4xi32>, %l: index, %n: index) {
  scf.for %i = %l to %n step %n {
    %0 = arith.addi %i, %l : index
    %1 = memref.load %m[%l] : memref<4xi32>
    memref.store %1, %m[%0] : memref<4xi32>
  }
  return
}

// A loop that never runs must not divide by zero.
// CHECK-LABEL: func @division
// CHECK: %[[SAFE:.*]] = arith.divsi %arg0, %c7_i32
// CHECK-NEXT: scf.for
// CHECK-NEXT: %[[TRAPS:.*]] = arith.divsi %arg0, %arg1
// CHECK-NEXT: %[[OVERFLOWS:.*]] = arith.divsi %arg0, %c-1_i32
// CHECK-NEXT: memref.store %[[TRAPS]]
func.func @division(%a: i32, %b: i32, %m: memref<4xi32>, %l: index, %n: index) {
  %c7 = arith.constant 7 : i32
  %cm1 = arith.constant -1 : i32
  scf.for %i = %l to %n step %n {
    %0 = arith.divsi %a, %b : i32
    %1 = arith.divsi %a, %c7 : i32
    %2 = arith.divsi %a, %cm1 : i32
    memref.store %0, %m[%i] : memref<4xi32>
    memref.store %1, %m[%i] : memref<4xi32>
    memref.store %2, %m[%i] : memref<4xi32>
  }
  return
}

// A loop that counts by more than one may wrap around its bound and never end.
// CHECK-LABEL: func @inner_loops
// CHECK: scf.for %{{.*}} step %c1 iter_args
// CHECK: scf.for %{{.*}} step %c2 {
// CHECK: scf.for %{{.*}} step %c2 iter_args
func.func @inner_loops(%l: index, %n: index, %x: i32, %m: memref<4xi32>) {
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  scf.for %i = %l to %n step %c2 {
    %0 = scf.for %j = %l to %n step %c1 iter_args(%p = %x) -> (i32) {
      %s = arith.addi %p, %x : i32
      scf.yield %s : i32
    }
    %1 = scf.for %j = %l to %n step %c2 iter_args(%p = %x) -> (i32) {
      %s = arith.addi %p, %x : i32
      scf.yield %s : i32
    }
    memref.store %0, %m[%i] : memref<4xi32>
    memref.store %1, %m[%i] : memref<4xi32>
  }
  return
}
