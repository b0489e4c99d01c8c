// RUN: mica-opt %s -canonicalize | FileCheck %s
// RUN: mica-opt %s -canonicalize='top-down=false' | FileCheck %s --check-prefix=UP

// Constants are uniqued and stand at the top, the latest one first but for those that stood
// there already.
// CHECK-LABEL: func @order
// CHECK-NEXT: %[[C6:.*]] = arith.constant 6 : i32
// CHECK-NEXT: %[[C3:.*]] = arith.constant 3 : i32
// CHECK-NEXT: %[[C5:.*]] = arith.constant 5 : i32
// CHECK-NEXT: %[[I:.*]] = arith.constant 1 : index
// CHECK-NEXT: memref.store %[[C5]]
// CHECK-NEXT: memref.store %[[C6]]
// CHECK-NEXT: memref.store %[[C3]]
// UP-LABEL: func @order
// UP: arith.constant 6 : i32
func.func @order(%a: memref<4xi32>) {
  %c3 = arith.constant 3 : i32
  %c5 = arith.constant 5 : i32
  %i = arith.constant 1 : index
  memref.store %c5, %a[%i] : memref<4xi32>
  %c3b = arith.constant 3 : i32
  %s = arith.addi %c3, %c3b : i32
  memref.store %s, %a[%i] : memref<4xi32>
  memref.store %c3b, %a[%i] : memref<4xi32>
  return
}

// Out of loops, not out of functions.
// CHECK-LABEL: func @hoist
// CHECK-DAG: arith.constant 7 : i32
// CHECK: scf.for
func.func @hoist(%a: memref<4xi32>, %n: index) {
  scf.for %i = %n to %n step %n {
  }
  scf.for %i = %n to %n step %n {
  }
  %c0 = arith.constant 0 : index
  scf.for %i = %c0 to %n step %n {
    %c7 = arith.constant 7 : i32
    memref.store %c7, %a[%i] : memref<4xi32>
  }
  return
}

// CHECK-LABEL: func @dead
// CHECK-NEXT: memref.store
// CHECK-NEXT: return
func.func @dead(%a: memref<4xi32>, %i: index, %x: i32) {
  %0 = memref.load %a[%i] : memref<4xi32>
  %1 = arith.addi %0, %x : i32
  %2 = arith.muli %1, %1 : i32
  memref.store %x, %a[%i] : memref<4xi32>
  return
}
