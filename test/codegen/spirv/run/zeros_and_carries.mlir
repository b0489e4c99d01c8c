// Leading and trailing zeros, of zero as well; sums and products with their upper halves.
// RUN: mica-opt %s --pass-pipeline='builtin.module(convert-gpu-to-spirv,reconcile-unrealized-casts,spirv-lower-abi-attrs,spirv-update-vce)' > %t.lowered.mlir
// RUN: mica-translate --serialize-spirv %t.lowered.mlir -o %t.spv && spirv-val --target-env vulkan1.1 %t.spv
// RUN: run_spirv %t.spv k 8 1 1 in=i32:0,1,-1,8,12,-2147483648,255,65536 out=i32:32,31,0,28,28,0,24,15 out=i32:32,0,0,3,2,31,0,16 out=i32:0,1,32,1,2,1,8,1 out=i32:0,2,-2,16,24,0,510,131072 out=i32:0,0,1,0,0,1,0,0 out=i32:0,0,0,0,0,1073741824,0,1 out=i32:0,0,-2,0,0,1073741824,0,1
module {
  gpu.module @m {
    gpu.func @k(%a_m: memref<8xi32>, %r0_m: memref<8xi32>, %r1_m: memref<8xi32>, %r2_m: memref<8xi32>, %r3_m: memref<8xi32>, %r4_m: memref<8xi32>, %r5_m: memref<8xi32>, %r6_m: memref<8xi32>) kernel attributes {known_block_size = array<i32: 1, 1, 1>} {
      %i = gpu.block_id x
      %a = memref.load %a_m[%i] : memref<8xi32>
      %r0 = math.ctlz %a : i32
      %r1 = math.cttz %a : i32
      %r2 = math.ctpop %a : i32
      %r3, %c = arith.addui_extended %a, %a : i32, i1
      %r4 = arith.extui %c : i1 to i32
      %low, %r5 = arith.mulsi_extended %a, %a : i32
      %low2, %r6 = arith.mului_extended %a, %a : i32
      memref.store %r0, %r0_m[%i] : memref<8xi32>
      memref.store %r1, %r1_m[%i] : memref<8xi32>
      memref.store %r2, %r2_m[%i] : memref<8xi32>
      memref.store %r3, %r3_m[%i] : memref<8xi32>
      memref.store %r4, %r4_m[%i] : memref<8xi32>
      memref.store %r5, %r5_m[%i] : memref<8xi32>
      memref.store %r6, %r6_m[%i] : memref<8xi32>
      gpu.return
    }
  }
}
