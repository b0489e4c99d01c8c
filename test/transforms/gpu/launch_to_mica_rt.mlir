// RUN: mica-opt %s --convert-gpu-launch-to-mica-rt | FileCheck %s

// A launch is a call of the runtime with the module as data.

module attributes {gpu.container_module} {
  // CHECK-NOT: gpu.binary
  gpu.binary @kernels [#gpu.object<#spirv.target_env<#spirv.vce<v1.0, [Shader], []>, #spirv.resource_limits<>>, "\03\02#\07">]
  // CHECK-LABEL: func.func @host(
  // CHECK: %[[DEVICE:.*]] = llvm.call @mica_rt_gpu_default_device() : () -> !llvm.ptr
  // CHECK: %[[MODULE:.*]] = llvm.call @mica_rt_gpu_module_load(%[[DEVICE]]
  // CHECK: memref.extract_aligned_pointer_as_index %arg0
  // CHECK: llvm.call @mica_rt_gpu_launch(%[[DEVICE]], %[[MODULE]]
  // CHECK: llvm.call @mica_rt_gpu_wait(%[[DEVICE]])
  // CHECK-NOT: gpu.launch_func
  // CHECK: llvm.mlir.global private constant @kernels_spirv("\03\02#\07") {alignment = 4 : i64
  func.func @host(%m: memref<8xf32>, %f: f32) {
    %c1 = arith.constant 1 : index
    %c2 = arith.constant 2 : index
    gpu.launch_func @kernels::@scale blocks in (%c2, %c1, %c1) threads in (%c1, %c1, %c1) args(%m : memref<8xf32>, %f : f32)
    return
  }
}
