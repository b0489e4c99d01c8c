// RUN: mica-opt %s --pass-pipeline='builtin.module(func.func(gpu-map-parallel-loops))' | FileCheck %s

// The outermost loops go to blocks, those inside to threads, others stay sequential.

// CHECK-LABEL: func.func @one(
// CHECK: scf.parallel
// CHECK: {mapping = [#gpu.loop_dim_map<processor = block_x, map = (d0) -> (d0), bound = (d0) -> (d0)>, #gpu.loop_dim_map<processor = block_y, map = (d0) -> (d0), bound = (d0) -> (d0)>]}
func.func @one(%m: memref<64x32xf32>, %x: f32) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c32 = arith.constant 32 : index
  %c64 = arith.constant 64 : index
  scf.parallel (%i, %j) = (%c0, %c0) to (%c64, %c32) step (%c1, %c1) {
    memref.store %x, %m[%i, %j] : memref<64x32xf32>
    scf.reduce
  }
  return
}

// CHECK-LABEL: func.func @nested(
// CHECK: {mapping = [#gpu.loop_dim_map<processor = sequential, {{.*}}]}
// CHECK: {mapping = [#gpu.loop_dim_map<processor = thread_x, {{.*}}]}
// CHECK: {mapping = [#gpu.loop_dim_map<processor = block_x, {{.*}}]}
func.func @nested(%m: memref<8x8x8xf32>, %x: f32) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c8 = arith.constant 8 : index
  scf.parallel (%i) = (%c0) to (%c8) step (%c1) {
    scf.parallel (%j) = (%c0) to (%c8) step (%c1) {
      scf.parallel (%k) = (%c0) to (%c8) step (%c1) {
        memref.store %x, %m[%i, %j, %k] : memref<8x8x8xf32>
        scf.reduce
      }
      scf.reduce
    }
    scf.reduce
  }
  return
}

// A loop that is mapped already stays as it is, sequential loops too.
// CHECK-LABEL: func.func @stays(
// CHECK: scf.for
// CHECK: {mapping = [#gpu.loop_dim_map<processor = thread_z, {{.*}}]}
// CHECK-NOT: mapping
func.func @stays(%m: memref<8xf32>, %x: f32) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c8 = arith.constant 8 : index
  scf.for %i = %c0 to %c8 step %c1 {
    scf.parallel (%j) = (%c0) to (%c8) step (%c1) {
      memref.store %x, %m[%j] : memref<8xf32>
      scf.reduce
    } {mapping = [#gpu.loop_dim_map<processor = thread_z, map = (d0) -> (d0), bound = (d0) -> (d0)>]}
  }
  return
}
