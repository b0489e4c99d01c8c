// erf, which SPIR-V has not, and inverse functions, which GLSL defines loosely.
// RUN: mica-opt %s --pass-pipeline='builtin.module(convert-gpu-to-spirv,reconcile-unrealized-casts,spirv-lower-abi-attrs,spirv-update-vce)' > %t.lowered.mlir
// RUN: mica-translate --serialize-spirv %t.lowered.mlir -o %t.spv && spirv-val --target-env vulkan1.1 %t.spv
// RUN: run_spirv %t.spv k 8 1 1 in=f32:0,0.125,-0.3,0.49999,0.5,-1.5,3,-10 in=f32:0.25,-0.5,0.75,-0.375,0.5,-0.9,0.9,0 out=f32:0,0.140316205,-0.328626759,0.52049109,0.520499878,-0.966105146,0.99997791,-1 out=f32:0,0.124676747,-0.295673048,0.481202881,0.481211825,-1.19476322,1.81844646,-2.99822295 out=f32:0,0.494932923,0.756432911,0.962414706,0.96242365,1.56679924,2.06343707,3.0889699 out=f32:1.31811607,2.0943951,0.722734248,1.9551931,1.04719755,2.69056584,0.451026812,1.57079633 out=f32:0.252680255,-0.523598776,0.848062079,-0.384396774,0.523598776,-1.11976951,1.11976951,0 out=f32:0.255412812,-0.549306144,0.972955075,-0.39422868,0.549306144,-1.47221949,1.47221949,0
module {
  gpu.module @m {
    gpu.func @k(%x_m: memref<8xf32>, %y_m: memref<8xf32>, %r0_m: memref<8xf32>, %r1_m: memref<8xf32>, %r2_m: memref<8xf32>, %r3_m: memref<8xf32>, %r4_m: memref<8xf32>, %r5_m: memref<8xf32>) kernel attributes {known_block_size = array<i32: 1, 1, 1>} {
      %i = gpu.block_id x
      %one = arith.constant 1.0 : f32
      %x = memref.load %x_m[%i] : memref<8xf32>
      %y = memref.load %y_m[%i] : memref<8xf32>
      %m = math.absf %x : f32
      %n = arith.addf %m, %one : f32
      %r0 = math.erf %x : f32
      %r1 = math.asinh %x : f32
      %r2 = math.acosh %n : f32
      %r3 = math.acos %y : f32
      %r4 = math.asin %y : f32
      %r5 = math.atanh %y : f32
      memref.store %r0, %r0_m[%i] : memref<8xf32>
      memref.store %r1, %r1_m[%i] : memref<8xf32>
      memref.store %r2, %r2_m[%i] : memref<8xf32>
      memref.store %r3, %r3_m[%i] : memref<8xf32>
      memref.store %r4, %r4_m[%i] : memref<8xf32>
      memref.store %r5, %r5_m[%i] : memref<8xf32>
      gpu.return
    }
  }
}
