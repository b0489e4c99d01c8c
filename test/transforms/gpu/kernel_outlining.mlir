// RUN: mica-opt %s --gpu-kernel-outlining | FileCheck %s

// The body of a launch is a kernel; what it uses becomes arguments, in the order of their uses.

// CHECK: module attributes {gpu.container_module}
// CHECK-LABEL: func.func @launch(
// CHECK: gpu.launch_func @launch_kernel::@launch_kernel blocks in (%{{.*}}, %{{.*}}, %{{.*}}) threads in (%{{.*}}, %{{.*}}, %{{.*}}) args(%arg0 : memref<8xf32>, %{{.*}} : f32, %arg1 : f32)
// CHECK-NEXT: return
// CHECK: gpu.module @launch_kernel {
// CHECK: gpu.func @launch_kernel(%[[M:.*]]: memref<8xf32>, %[[K:.*]]: f32, %[[F:.*]]: f32) kernel attributes {known_block_size = array<i32: 8, 1, 1>, known_grid_size = array<i32: 1, 1, 1>}
// CHECK: %[[X:.*]] = gpu.thread_id x
// CHECK: %[[V:.*]] = memref.load %[[M]][%[[X]]]
// CHECK: %[[P:.*]] = arith.mulf %[[V]], %[[K]]
// CHECK: arith.addf %[[P]], %[[F]]
// CHECK: gpu.return
func.func @launch(%a: memref<8xf32>, %f: f32) {
  %c1 = arith.constant 1 : index
  %c8 = arith.constant 8 : index
  %k = arith.constant 2.0 : f32
  gpu.launch blocks(%bx, %by, %bz) in (%gx = %c1, %gy = %c1, %gz = %c1)
             threads(%tx, %ty, %tz) in (%sx = %c8, %sy = %c1, %sz = %c1) {
    %x = memref.load %a[%tx] : memref<8xf32>
    %y = arith.mulf %x, %k : f32
    %z = arith.addf %y, %f : f32
    memref.store %z, %a[%tx] : memref<8xf32>
    gpu.terminator
  }
  return
}

// Two launches of a function are two modules.
// CHECK-LABEL: func.func @twice(
// CHECK: gpu.launch_func @twice_kernel::@twice_kernel
// CHECK: gpu.launch_func @twice_kernel_0::@twice_kernel
// CHECK: gpu.module @twice_kernel {
// CHECK: gpu.module @twice_kernel_0 {
func.func @twice(%a: memref<8xf32>, %n: index) {
  %c1 = arith.constant 1 : index
  gpu.launch blocks(%bx, %by, %bz) in (%gx = %n, %gy = %c1, %gz = %c1)
             threads(%tx, %ty, %tz) in (%sx = %c1, %sy = %c1, %sz = %c1) {
    gpu.terminator
  }
  gpu.launch blocks(%bx, %by, %bz) in (%gx = %n, %gy = %c1, %gz = %c1)
             threads(%tx, %ty, %tz) in (%sx = %c1, %sy = %c1, %sz = %c1) {
    gpu.terminator
  }
  return
}

// CHECK-LABEL: func.func @nothing(
// CHECK-NEXT: return
func.func @nothing() {
  return
}
