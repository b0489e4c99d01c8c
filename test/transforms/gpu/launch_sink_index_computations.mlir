// RUN: mica-opt %s --pass-pipeline='builtin.module(func.func(gpu-launch-sink-index-computations))' | FileCheck %s

// Constants and sizes that a kernel can compute itself are no arguments.

// CHECK-LABEL: func.func @sinks(
// CHECK: gpu.launch
// CHECK-DAG: %[[K:.*]] = arith.constant 2.000000e+00 : f32
// CHECK-DAG: %[[D:.*]] = memref.dim %arg0
// CHECK: arith.mulf %{{.*}}, %[[K]]
func.func @sinks(%a: memref<?xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %k = arith.constant 2.0 : f32
  %n = memref.dim %a, %c0 : memref<?xf32>
  gpu.launch blocks(%bx, %by, %bz) in (%gx = %n, %gy = %c1, %gz = %c1)
             threads(%tx, %ty, %tz) in (%sx = %c1, %sy = %c1, %sz = %c1) {
    %i = arith.remui %bx, %n : index
    %x = memref.load %a[%i] : memref<?xf32>
    %y = arith.mulf %x, %k : f32
    memref.store %y, %a[%i] : memref<?xf32>
    gpu.terminator
  }
  return
}

// What reads memory stays outside.
// CHECK-LABEL: func.func @stays(
// CHECK: %[[V:.*]] = memref.load %arg0[%{{.*}}]
// CHECK: gpu.launch
// CHECK-NOT: memref.load
// CHECK: memref.store %[[V]]
func.func @stays(%a: memref<4xf32>, %b: memref<4xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %v = memref.load %a[%c0] : memref<4xf32>
  gpu.launch blocks(%bx, %by, %bz) in (%gx = %c1, %gy = %c1, %gz = %c1)
             threads(%tx, %ty, %tz) in (%sx = %c1, %sy = %c1, %sz = %c1) {
    memref.store %v, %b[%bx] : memref<4xf32>
    gpu.terminator
  }
  return
}
