// RUN: mica-opt %s --scf-parallel-loop-fusion | FileCheck %s
// RUN: mica-opt %s --pass-pipeline='builtin.module(func.func(scf-parallel-loop-fusion{max-buffers=2}))' | FileCheck %s --check-prefix=FEW

// The later loop reads what its own iteration wrote; the allocation between is passed.
// CHECK-LABEL: func.func @chain(
// CHECK-COUNT-1: scf.parallel
// CHECK: memref.store %{{.*}}, %[[T:.*]][%[[I:.*]], %[[J:.*]]]
// CHECK: memref.load %[[T]][%[[I]], %[[J]]]
// CHECK-NOT: scf.parallel
// CHECK: return
// Three buffers are more than two.
// FEW-LABEL: func.func @chain(
// FEW-COUNT-2: scf.parallel
func.func @chain(%a: memref<4x8xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : index
  %c8 = arith.constant 8 : index
  %t = memref.alloc() : memref<4x8xf32>
  scf.parallel (%i, %j) = (%c0, %c0) to (%c4, %c8) step (%c1, %c1) {
    %x = memref.load %a[%i, %j] : memref<4x8xf32>
    memref.store %x, %t[%i, %j] : memref<4x8xf32>
  }
  %u = memref.alloc() : memref<4x8xf32>
  scf.parallel (%i, %j) = (%c0, %c0) to (%c4, %c8) step (%c1, %c1) {
    %x = memref.load %t[%i, %j] : memref<4x8xf32>
    memref.store %x, %u[%i, %j] : memref<4x8xf32>
  }
  return
}

// A loop that shares no memory with the earlier one is passed by it.
// CHECK-LABEL: func.func @past(
// CHECK: scf.parallel (%{{.*}}) = (%c0) to (%c9)
// CHECK: scf.parallel (%{{.*}}) = (%c0) to (%c4)
// CHECK: memref.store
// CHECK: memref.load
// CHECK-NOT: scf.parallel
// CHECK: return
func.func @past(%x: f32, %b: memref<9xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : index
  %c9 = arith.constant 9 : index
  %t = memref.alloc() : memref<4xf32>
  scf.parallel (%i) = (%c0) to (%c4) step (%c1) {
    memref.store %x, %t[%i] : memref<4xf32>
  }
  scf.parallel (%i) = (%c0) to (%c9) step (%c1) {
    memref.store %x, %b[%i] : memref<9xf32>
  }
  scf.parallel (%i) = (%c0) to (%c4) step (%c1) {
    %y = memref.load %t[%i] : memref<4xf32>
    memref.store %y, %t[%i] : memref<4xf32>
  }
  return
}

// A neighbour's element.
// CHECK-LABEL: func.func @neighbour(
// CHECK-COUNT-2: scf.parallel
func.func @neighbour(%x: f32, %u: memref<4xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : index
  %t = memref.alloc() : memref<5xf32>
  scf.parallel (%i) = (%c0) to (%c4) step (%c1) {
    memref.store %x, %t[%i] : memref<5xf32>
  }
  scf.parallel (%i) = (%c0) to (%c4) step (%c1) {
    %j = arith.addi %i, %c1 : index
    %y = memref.load %t[%j] : memref<5xf32>
    memref.store %y, %u[%i] : memref<4xf32>
  }
  return
}

// One element for several iterations.
// CHECK-LABEL: func.func @shared_element(
// CHECK-COUNT-2: scf.parallel
func.func @shared_element(%x: f32, %u: memref<4x8xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : index
  %c8 = arith.constant 8 : index
  %t = memref.alloc() : memref<4xf32>
  scf.parallel (%i, %j) = (%c0, %c0) to (%c4, %c8) step (%c1, %c1) {
    memref.store %x, %t[%i] : memref<4xf32>
  }
  scf.parallel (%i, %j) = (%c0, %c0) to (%c4, %c8) step (%c1, %c1) {
    %y = memref.load %t[%i] : memref<4xf32>
    memref.store %y, %u[%i, %j] : memref<4x8xf32>
  }
  return
}

// Arguments may be the same memory; other iterations are another loop.
// CHECK-LABEL: func.func @arguments(
// CHECK-COUNT-3: scf.parallel
func.func @arguments(%x: f32, %a: memref<4xf32>, %b: memref<4xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c3 = arith.constant 3 : index
  %c4 = arith.constant 4 : index
  scf.parallel (%i) = (%c0) to (%c4) step (%c1) {
    memref.store %x, %a[%i] : memref<4xf32>
  }
  scf.parallel (%i) = (%c0) to (%c4) step (%c1) {
    memref.store %x, %b[%i] : memref<4xf32>
  }
  scf.parallel (%i) = (%c0) to (%c3) step (%c1) {
    memref.store %x, %b[%i] : memref<4xf32>
  }
  return
}

// What a call does is not known.
// CHECK-LABEL: func.func @call_between(
// CHECK: scf.parallel
// CHECK: call @g
// CHECK: scf.parallel
func.func private @g()
func.func @call_between(%x: f32, %a: memref<4xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : index
  scf.parallel (%i) = (%c0) to (%c4) step (%c1) {
    memref.store %x, %a[%i] : memref<4xf32>
  }
  func.call @g() : () -> ()
  scf.parallel (%i) = (%c0) to (%c4) step (%c1) {
    memref.store %x, %a[%i] : memref<4xf32>
  }
  return
}
