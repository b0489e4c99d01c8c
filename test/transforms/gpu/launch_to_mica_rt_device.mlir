// RUN: mica-opt %s --pass-pipeline='builtin.module(convert-gpu-to-spirv{push-constants=true},spirv-lower-abi-attrs,spirv-update-vce,gpu-module-to-binary,convert-gpu-launch-to-mica-rt{device-argument=true})' | FileCheck %s
// RUN: mica-opt %s --pass-pipeline='builtin.module(convert-gpu-to-spirv{push-constants=true},spirv-lower-abi-attrs,spirv-update-vce,gpu-module-to-binary,convert-gpu-launch-to-mica-rt)' | FileCheck %s --check-prefix=DEFAULT

module attributes {gpu.container_module} {
  gpu.module @m {
    gpu.func @k(%a: memref<4xf32>, %f: f32) kernel attributes {known_block_size = array<i32: 4, 1, 1>} {
      %x = gpu.thread_id x
      memref.store %f, %a[%x] : memref<4xf32>
      gpu.return
    }
  }
  // The caller's device, and nobody waits.
  // CHECK-LABEL: func.func @f(
  // CHECK-SAME: %[[A:arg[0-9]+]]: memref<4xf32> {test.kept}, %{{.*}}: f32, %[[DEVICE:arg[0-9]+]]: !llvm.ptr {mica.device}
  // CHECK: %[[MODULE:.*]] = llvm.call @mica_rt_gpu_module_load(%[[DEVICE]],
  // Both launches use the one module, array of arguments and place of scalars.
  // CHECK-NOT: mica_rt_gpu_module_load
  // CHECK: llvm.call @mica_rt_gpu_launch(%[[DEVICE]], %[[MODULE]], %{{.*}}, %{{.*}}, %{{.*}}, %{{.*}}, %[[ARGUMENTS:[0-9]+]], %{{.*}})
  // CHECK-NOT: llvm.alloca
  // CHECK: llvm.call @mica_rt_gpu_launch(%[[DEVICE]], %[[MODULE]], %{{.*}}, %{{.*}}, %{{.*}}, %{{.*}}, %[[ARGUMENTS]], %{{.*}})
  // CHECK-NOT: mica_rt_gpu_wait
  // CHECK: return
  // CHECK: llvm.mlir.global private constant @m_spirv("\03\02#\07
  // CHECK: llvm.mlir.global private constant @m_k_name("k\00")
  // CHECK-NOT: llvm.mlir.global
  // DEFAULT-LABEL: func.func @f(
  // DEFAULT: llvm.call @mica_rt_gpu_default_device()
  // DEFAULT: llvm.call @mica_rt_gpu_launch
  // DEFAULT: llvm.call @mica_rt_gpu_wait
  // DEFAULT-NOT: default_device
  // DEFAULT: llvm.call @mica_rt_gpu_launch
  // DEFAULT: llvm.call @mica_rt_gpu_wait
  func.func @f(%a: memref<4xf32> {test.kept}, %f: f32) {
    %c1 = arith.constant 1 : index
    %c4 = arith.constant 4 : index
    gpu.launch_func @m::@k blocks in (%c1, %c1, %c1) threads in (%c4, %c1, %c1) args(%a : memref<4xf32>, %f : f32)
    gpu.launch_func @m::@k blocks in (%c1, %c1, %c1) threads in (%c4, %c1, %c1) args(%a : memref<4xf32>, %f : f32)
    return
  }
}
