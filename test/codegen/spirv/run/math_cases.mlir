// What GLSL leaves open: ties of round, powers of negative numbers. And functions made of several.
// RUN: mica-opt %s --pass-pipeline='builtin.module(convert-gpu-to-spirv,reconcile-unrealized-casts,spirv-lower-abi-attrs,spirv-update-vce)' > %t.lowered.mlir
// RUN: mica-translate --serialize-spirv %t.lowered.mlir -o %t.spv && spirv-val --target-env vulkan1.1 %t.spv
// RUN: run_spirv %t.spv k 8 1 1 in=f32:2.5,-2.5,0.5,-0.5,-2,-2,3,-0.25 in=f32:2,3,-1,2,3,2,0,1 out=f32:3,-3,1,-1,-2,-2,3,-0 out=f32:6.25,-15.625,2,0.25,-8,4,1,-0.25 out=f32:2.5,2.5,-0.5,0.5,2,2,3,0.25 out=f32:11.18249,-0.917915,0.6487213,-0.3934693,-0.8646647,-0.8646647,19.08554,-0.2211992 out=f32:1.252763,1.252763,0.4054651,0.4054651,1.098612,1.098612,1.386294,0.2231436 out=f32:0.39794,0.39794,-0.30103,-0.30103,0.30103,0.30103,0.4771213,-0.60206
module {
  gpu.module @m {
    gpu.func @k(%a_m: memref<8xf32>, %b_m: memref<8xf32>, %r0_m: memref<8xf32>, %r1_m: memref<8xf32>, %r2_m: memref<8xf32>, %r3_m: memref<8xf32>, %r4_m: memref<8xf32>, %r5_m: memref<8xf32>) kernel attributes {known_block_size = array<i32: 1, 1, 1>} {
      %i = gpu.block_id x
      %a = memref.load %a_m[%i] : memref<8xf32>
      %b = memref.load %b_m[%i] : memref<8xf32>
      %r0 = math.round %a : f32
      %r1 = math.powf %a, %b : f32
      %r2 = math.copysign %a, %b : f32
      %r3 = math.expm1 %a : f32
      %m = math.absf %a : f32
      %r4 = math.log1p %m : f32
      %r5 = math.log10 %m : f32
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
