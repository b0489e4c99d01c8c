// RUN: mica-opt %s --gpu-distribute-parallel-loops --canonicalize | FileCheck %s
// RUN: mica-opt %s --pass-pipeline='builtin.module(func.func(gpu-distribute-parallel-loops{workgroup-size=128}),canonicalize)' | FileCheck %s --check-prefix=WIDE

// 1500 iterations in 24 workgroups of 64: the last is not full.
// CHECK-LABEL: func.func @rows(
// CHECK-SAME: %[[A:arg[0-9]+]]: memref<30x50xf32>
// CHECK: scf.parallel (%[[G:.*]]) = (%c0) to (%c24) step (%c1) {
// CHECK: scf.parallel (%[[T:.*]]) = (%c0) to (%c64) step (%c1) {
// CHECK: %[[P:.*]] = arith.muli %[[G]], %c64
// CHECK: %[[N:.*]] = arith.addi %[[P]], %[[T]]
// CHECK: %[[IN:.*]] = arith.cmpi slt, %[[N]], %c1500
// CHECK: scf.if %[[IN]] {
// CHECK: %[[J:.*]] = arith.remui %[[N]], %c50
// CHECK: %[[I:.*]] = arith.divui %[[N]], %c50
// CHECK: memref.store %{{.*}}, %[[A]][%[[I]], %[[J]]]
// CHECK: {mapping = [#gpu.loop_dim_map<processor = thread_x
// CHECK: {mapping = [#gpu.loop_dim_map<processor = block_x
// WIDE-LABEL: func.func @rows(
// WIDE: scf.parallel (%{{.*}}) = (%c0) to (%c12) step (%c1) {
// WIDE: scf.parallel (%{{.*}}) = (%c0) to (%c128) step (%c1) {
func.func @rows(%a: memref<30x50xf32>, %x: f32) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c30 = arith.constant 30 : index
  %c50 = arith.constant 50 : index
  scf.parallel (%i, %j) = (%c0, %c0) to (%c30, %c50) step (%c1, %c1) {
    memref.store %x, %a[%i, %j] : memref<30x50xf32>
  }
  return
}

// 128 iterations from 3 by 2: no condition; the dimension of one iteration takes no arithmetic.
// CHECK-LABEL: func.func @fits(
// CHECK-SAME: %[[A:arg[0-9]+]]: memref<1x258xf32>
// CHECK: scf.parallel (%{{.*}}) = (%c0) to (%c2) step
// CHECK-NOT: scf.if
// CHECK: %[[N:.*]] = arith.addi
// CHECK: %[[D:.*]] = arith.muli %[[N]], %c2
// CHECK: %[[J:.*]] = arith.addi %[[D]], %c3
// CHECK: memref.store %{{.*}}, %[[A]][%c0, %[[J]]]
func.func @fits(%a: memref<1x258xf32>, %x: f32) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c3 = arith.constant 3 : index
  %c258 = arith.constant 258 : index
  scf.parallel (%i, %j) = (%c0, %c3) to (%c1, %c258) step (%c1, %c2) {
    memref.store %x, %a[%i, %j] : memref<1x258xf32>
  }
  return
}

// More than 65535 workgroups: two dimensions.
// CHECK-LABEL: func.func @large(
// CHECK: scf.parallel (%[[X:.*]], %[[Y:.*]]) = (%c0, %c0) to (%c65535, %c3)
// CHECK: %[[R:.*]] = arith.muli %[[Y]], %c65535
// CHECK: arith.addi %[[R]], %[[X]]
// CHECK: processor = block_x{{.*}}processor = block_y
func.func @large(%a: memref<9000000xf32>, %x: f32) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %n = arith.constant 9000000 : index
  scf.parallel (%i) = (%c0) to (%n) step (%c1) {
    memref.store %x, %a[%i] : memref<9000000xf32>
  }
  return
}

// Sizes that are not known are computed before; the loop inside becomes sequential.
// CHECK-LABEL: func.func @dynamic(
// CHECK-SAME: %[[M:arg[0-9]+]]: index, %[[N:arg[0-9]+]]: index
// CHECK: %[[GROUPS:.*]] = arith.ceildivsi %[[M]], %c64
// CHECK: %[[COLUMNS:.*]] = arith.minsi %[[GROUPS]], %c65535
// CHECK: %[[SOME:.*]] = arith.maxsi %[[COLUMNS]], %c1
// CHECK: %[[ROWS:.*]] = arith.ceildivsi %[[GROUPS]], %[[SOME]]
// CHECK: scf.parallel (%{{.*}}, %{{.*}}) = (%c0, %c0) to (%[[COLUMNS]], %[[ROWS]])
// CHECK: scf.if
// CHECK: scf.for %{{.*}} = %c0 to %[[N]] step %c1
func.func @dynamic(%a: memref<?x?xf32>, %x: f32, %m: index, %n: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  scf.parallel (%i) = (%c0) to (%m) step (%c1) {
    scf.parallel (%j) = (%c0) to (%n) step (%c1) {
      memref.store %x, %a[%i, %j] : memref<?x?xf32>
    }
  }
  return
}

// A loop that is not parallel, and one that is mapped already, stay.
// CHECK-LABEL: func.func @others(
// CHECK: scf.for
// CHECK-NOT: scf.parallel {{.*}} to (%c1)
// CHECK: scf.parallel (%{{.*}}) = (%c0) to (%c9)
func.func @others(%a: memref<9xf32>, %x: f32) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c9 = arith.constant 9 : index
  scf.for %i = %c0 to %c9 step %c1 {
    memref.store %x, %a[%i] : memref<9xf32>
  }
  scf.parallel (%i) = (%c0) to (%c9) step (%c1) {
    memref.store %x, %a[%i] : memref<9xf32>
  } {mapping = [#gpu.loop_dim_map<processor = block_x, map = (d0) -> (d0), bound = (d0) -> (d0)>]}
  return
}

// Nothing to do.
// CHECK-LABEL: func.func @empty(
// CHECK-NOT: scf.parallel
// CHECK: return
func.func @empty(%a: memref<3x0xf32>, %x: f32) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c3 = arith.constant 3 : index
  scf.parallel (%i, %j) = (%c0, %c0) to (%c3, %c0) step (%c1, %c1) {
    memref.store %x, %a[%i, %j] : memref<3x0xf32>
  }
  return
}
