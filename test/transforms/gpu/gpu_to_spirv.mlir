// RUN: mica-opt %s --convert-gpu-to-spirv | FileCheck %s
// RUN: mica-opt %s --convert-gpu-to-spirv=push-constants=true | FileCheck %s --check-prefix=PUSH
// RUN: mica-opt %s --convert-gpu-to-spirv --spirv-lower-abi-attrs --spirv-update-vce | FileCheck %s --check-prefix=ABI
// RUN: mica-opt %s --convert-gpu-to-spirv --spirv-lower-abi-attrs --spirv-update-vce --gpu-module-to-binary | FileCheck %s --check-prefix=BINARY

// A gpu.module becomes a spirv.module beside it, its kernels entry points.

// CHECK: module attributes {gpu.container_module}
module attributes {gpu.container_module} {
  // CHECK-LABEL: spirv.module @__spv__kernels Logical GLSL450
  // CHECK-DAG: spirv.GlobalVariable @__builtin__LocalInvocationId__ built_in("LocalInvocationId")
  // CHECK-DAG: spirv.GlobalVariable @__builtin__WorkgroupId__ built_in("WorkgroupId")
  // CHECK: spirv.func @scale(
  // CHECK-SAME: %{{.*}}: !spirv.ptr<!spirv.struct<(!spirv.array<8 x f32, stride=4> [0])>, StorageBuffer> {spirv.interface_var_abi = #spirv.interface_var_abi<(0, 0)>}
  // CHECK-SAME: %{{.*}}: f32 {spirv.interface_var_abi = #spirv.interface_var_abi<(0, 1), StorageBuffer>}
  // CHECK-SAME: spirv.entry_point_abi = #spirv.entry_point_abi<workgroup_size = [4, 1, 1]>
  // CHECK: spirv.ControlBarrier <Workgroup>, <Workgroup>, <AcquireRelease|WorkgroupMemory>
  // CHECK: spirv.Return
  // PUSH: #spirv.interface_var_abi<(0, 1), PushConstant>
  // ABI-LABEL: spirv.module @__spv__kernels Logical GLSL450 requires #spirv.vce<v1.0, [Shader], [SPV_KHR_storage_buffer_storage_class]>
  // ABI: spirv.GlobalVariable @scale_arg_0 bind(0, 0)
  // ABI: spirv.GlobalVariable @scale_arg_1 bind(0, 1)
  // ABI: spirv.func @scale() "None"
  // ABI: spirv.mlir.addressof @scale_arg_0
  // ABI: spirv.EntryPoint "GLCompute" @scale
  // ABI: spirv.ExecutionMode @scale "LocalSize", 4, 1, 1
  // BINARY: gpu.binary @kernels [#gpu.object<#spirv.target_env<{{.*}}>, "\03\02#\07
  // BINARY-NOT: gpu.module
  // BINARY-NOT: spirv.module
  gpu.module @kernels {
    gpu.func @scale(%m: memref<8xf32>, %f: f32) kernel attributes {known_block_size = array<i32: 4, 1, 1>} {
      %t = gpu.thread_id x
      %b = gpu.block_id x
      %n = gpu.block_dim x
      %s = arith.muli %b, %n : index
      %i = arith.addi %s, %t : index
      gpu.barrier
      %x = memref.load %m[%i] : memref<8xf32>
      %y = arith.mulf %x, %f : f32
      memref.store %y, %m[%i] : memref<8xf32>
      gpu.return
    }
  }
  // The host's side stays.
  // CHECK: func.func @host
  // CHECK: gpu.launch_func @kernels::@scale
  func.func @host(%m: memref<8xf32>, %f: f32) {
    %c1 = arith.constant 1 : index
    %c2 = arith.constant 2 : index
    %c4 = arith.constant 4 : index
    gpu.launch_func @kernels::@scale blocks in (%c2, %c1, %c1) threads in (%c4, %c1, %c1) args(%m : memref<8xf32>, %f : f32)
    return
  }
}
