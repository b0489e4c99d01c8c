// RUN: mica-opt %s --gpu-merge-kernel-modules | FileCheck %s

// CHECK-LABEL: func.func @f(
// CHECK: gpu.launch_func @b::@k blocks
// CHECK: gpu.launch_func @b::@k_0 blocks
// The third kernel does what the first does, the fourth differs in its block's size.
// CHECK: gpu.launch_func @b::@k blocks
// CHECK: gpu.launch_func @b::@k_1 blocks
// CHECK: gpu.launch_func @b::@k_0 blocks
// Of another target.
// CHECK: gpu.launch_func @e::@k blocks
// CHECK-NOT: gpu.module @a
// CHECK: gpu.module @b {
// CHECK: gpu.func @k(%[[X:.*]]: memref<4xf32>
// CHECK: arith.mulf
// CHECK: gpu.func @k_0(
// CHECK: arith.addf
// CHECK: gpu.func @k_1(
// CHECK-SAME: known_block_size = array<i32: 2, 1, 1>
// CHECK-NOT: gpu.func
// CHECK: gpu.module @e
module attributes {gpu.container_module} {
  func.func @f(%a: memref<4xf32>, %b: memref<4xf32>) {
    %c1 = arith.constant 1 : index
    gpu.launch_func @b::@k blocks in (%c1, %c1, %c1) threads in (%c1, %c1, %c1) args(%a : memref<4xf32>)
    gpu.launch_func @a::@k blocks in (%c1, %c1, %c1) threads in (%c1, %c1, %c1) args(%a : memref<4xf32>)
    gpu.launch_func @c::@k blocks in (%c1, %c1, %c1) threads in (%c1, %c1, %c1) args(%b : memref<4xf32>)
    gpu.launch_func @d::@k blocks in (%c1, %c1, %c1) threads in (%c1, %c1, %c1) args(%b : memref<4xf32>)
    gpu.launch_func @a::@k blocks in (%c1, %c1, %c1) threads in (%c1, %c1, %c1) args(%b : memref<4xf32>)
    gpu.launch_func @e::@k blocks in (%c1, %c1, %c1) threads in (%c1, %c1, %c1) args(%b : memref<4xf32>)
    return
  }
  gpu.module @a {
    gpu.func @k(%x: memref<4xf32>) kernel attributes {known_block_size = array<i32: 1, 1, 1>} {
      %c0 = arith.constant 0 : index
      %0 = memref.load %x[%c0] : memref<4xf32>
      %1 = arith.addf %0, %0 : f32
      memref.store %1, %x[%c0] : memref<4xf32>
      gpu.return
    }
  }
  gpu.module @b {
    gpu.func @k(%x: memref<4xf32>) kernel attributes {known_block_size = array<i32: 1, 1, 1>} {
      %c0 = arith.constant 0 : index
      %0 = memref.load %x[%c0] : memref<4xf32>
      %1 = arith.mulf %0, %0 : f32
      memref.store %1, %x[%c0] : memref<4xf32>
      gpu.return
    }
  }
  gpu.module @c {
    gpu.func @k(%y: memref<4xf32>) kernel attributes {known_block_size = array<i32: 1, 1, 1>} {
      %c0 = arith.constant 0 : index
      %0 = memref.load %y[%c0] : memref<4xf32>
      %1 = arith.mulf %0, %0 : f32
      memref.store %1, %y[%c0] : memref<4xf32>
      gpu.return
    }
  }
  gpu.module @d {
    gpu.func @k(%y: memref<4xf32>) kernel attributes {known_block_size = array<i32: 2, 1, 1>} {
      %c0 = arith.constant 0 : index
      %0 = memref.load %y[%c0] : memref<4xf32>
      %1 = arith.mulf %0, %0 : f32
      memref.store %1, %y[%c0] : memref<4xf32>
      gpu.return
    }
  }
  gpu.module @e [#spirv.target_env<#spirv.vce<v1.3, [Shader], []>, #spirv.resource_limits<>>] {
    gpu.func @k(%y: memref<4xf32>) kernel attributes {known_block_size = array<i32: 2, 1, 1>} {
      gpu.return
    }
  }
}
