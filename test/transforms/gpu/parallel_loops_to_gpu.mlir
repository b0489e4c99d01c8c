// RUN: mica-opt %s --convert-parallel-loops-to-gpu | FileCheck %s

// A mapped loop is a launch: its bounds give the sizes, ids and steps the induction variables.

// CHECK-LABEL: func.func @launch(
// CHECK: %[[WIDTH:.*]] = arith.subi %arg2, %arg1 : index
// CHECK: %[[BLOCKS:.*]] = arith.ceildivsi %[[WIDTH]], %arg3 : index
// CHECK: %[[THREADS:.*]] = arith.ceildivsi
// CHECK: gpu.launch blocks(%[[BLOCK:.*]], %{{.*}}, %{{.*}}) in (%{{.*}} = %[[BLOCKS]], %{{.*}}, %{{.*}}) threads(%[[THREAD:.*]], %{{.*}}, %{{.*}}) in (%{{.*}} = %[[THREADS]],
// CHECK: %[[SCALED:.*]] = arith.muli %[[BLOCK]], %arg3
// CHECK: %[[I:.*]] = arith.addi %[[SCALED]], %arg1
// CHECK: %[[T:.*]] = arith.muli %[[THREAD]]
// CHECK: %[[J:.*]] = arith.addi %[[T]]
// CHECK: memref.store %{{.*}}, %arg0[%[[I]], %[[J]]]
// CHECK: gpu.terminator
// CHECK-NOT: scf.parallel
func.func @launch(%m: memref<64x32xf32>, %low: index, %high: index, %step: index, %x: f32) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c32 = arith.constant 32 : index
  scf.parallel (%i, %j) = (%low, %c0) to (%high, %c32) step (%step, %c1) {
    memref.store %x, %m[%i, %j] : memref<64x32xf32>
    scf.reduce
  } {mapping = [#gpu.loop_dim_map<processor = block_x, map = (d0) -> (d0), bound = (d0) -> (d0)>,
                #gpu.loop_dim_map<processor = thread_x, map = (d0) -> (d0), bound = (d0) -> (d0)>]}
  return
}

// Without a mapping a loop stays on the host.
// CHECK-LABEL: func.func @host(
// CHECK-NOT: gpu.launch
// CHECK: scf.parallel
func.func @host(%m: memref<8xf32>, %x: f32) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c8 = arith.constant 8 : index
  scf.parallel (%i) = (%c0) to (%c8) step (%c1) {
    memref.store %x, %m[%i] : memref<8xf32>
    scf.reduce
  }
  return
}
