// i8 on a target without Int8: the sum carries into bit 8, which no op after it may see.
// RUN: mica-opt %s --pass-pipeline='builtin.module(convert-gpu-to-spirv,reconcile-unrealized-casts,spirv-lower-abi-attrs,spirv-update-vce)' > %t.lowered.mlir
// RUN: mica-translate --serialize-spirv %t.lowered.mlir -o %t.spv && spirv-val --target-env vulkan1.1 %t.spv
// RUN: run_spirv %t.spv k 8 1 1 in=i32:100,-100,-128,7,-7,127,-1,3 in=i32:100,3,3,2,2,127,7,-5 out=i32:-56,-97,-125,9,-5,-2,6,-2 out=i32:0,-32,-41,4,-2,0,0,0 out=i32:-56,-1,-2,1,-1,-2,6,-2 out=i32:2,53,43,4,125,2,0,1 out=i32:1,1,1,0,1,1,1,0 out=i32:0,0,0,0,0,0,1,0 out=i32:50,39,32,2,62,63,1,63
module attributes {spirv.target_env = #spirv.target_env<#spirv.vce<v1.0, [Shader], [SPV_KHR_storage_buffer_storage_class]>, #spirv.resource_limits<>>} {
  gpu.module @m {
    gpu.func @k(%a_m: memref<8xi32>, %b_m: memref<8xi32>, %r0_m: memref<8xi32>, %r1_m: memref<8xi32>, %r2_m: memref<8xi32>, %r3_m: memref<8xi32>, %r4_m: memref<8xi32>, %r5_m: memref<8xi32>, %r6_m: memref<8xi32>) kernel attributes {known_block_size = array<i32: 1, 1, 1>} {
      %i = gpu.block_id x
      %a = memref.load %a_m[%i] : memref<8xi32>
      %b = memref.load %b_m[%i] : memref<8xi32>
      %x = arith.trunci %a : i32 to i8
      %y = arith.trunci %b : i32 to i8
      %two = arith.constant 2 : i8
      %s = arith.addi %x, %y : i8
      %r0 = arith.extsi %s : i8 to i32
      %q = arith.divsi %s, %y : i8
      %r1 = arith.extsi %q : i8 to i32
      %m = arith.remsi %s, %y : i8
      %r2 = arith.extsi %m : i8 to i32
      %u = arith.divui %s, %y : i8
      %r3 = arith.extui %u : i8 to i32
      %l = arith.cmpi slt, %s, %y : i8
      %r4 = arith.extui %l : i1 to i32
      %v = arith.cmpi ult, %s, %y : i8
      %r5 = arith.extui %v : i1 to i32
      %h = arith.shrui %s, %two : i8
      %r6 = arith.extui %h : i8 to i32
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
