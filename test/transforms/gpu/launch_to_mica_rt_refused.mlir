// RUN: mica-opt %s --convert-gpu-launch-to-mica-rt --split-input-file --verify-diagnostics

module attributes {gpu.container_module} {
  gpu.binary @kernels [#gpu.object<#spirv.target_env<#spirv.vce<v1.0, [Shader], []>, #spirv.resource_limits<>>, "\03">]
  func.func @unknown_size(%m: memref<?xf32>) {
    %c1 = arith.constant 1 : index
    // expected-error@+1 {{passes a memref whose extent is not known at compile time}}
    gpu.launch_func @kernels::@scale blocks in (%c1, %c1, %c1) threads in (%c1, %c1, %c1) args(%m : memref<?xf32>)
    return
  }
}

// -----

module attributes {gpu.container_module} {
  gpu.binary @kernels [#gpu.object<#spirv.target_env<#spirv.vce<v1.0, [Shader], []>, #spirv.resource_limits<>>, "\03">]
  func.func @asynchronous() {
    %c1 = arith.constant 1 : index
    %token = gpu.wait async
    // expected-error@+1 {{is asynchronous, which is not supported}}
    %done = gpu.launch_func async [%token] @kernels::@scale blocks in (%c1, %c1, %c1) threads in (%c1, %c1, %c1)
    return
  }
}
