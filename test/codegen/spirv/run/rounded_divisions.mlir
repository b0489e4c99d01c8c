// Division that rounds up and down, up to the ends of the range.
// RUN: mica-opt %s --pass-pipeline='builtin.module(convert-gpu-to-spirv,reconcile-unrealized-casts,spirv-lower-abi-attrs,spirv-update-vce)' > %t.lowered.mlir
// RUN: mica-translate --serialize-spirv %t.lowered.mlir -o %t.spv && spirv-val --target-env vulkan1.1 %t.spv
// RUN: run_spirv %t.spv k 8 1 1 in=i32:7,-7,7,-7,0,2147483647,-2147483648,6 in=i32:2,2,-2,-2,5,-1,3,3 out=i32:3,-4,-4,3,0,-2147483647,-715827883,2 out=i32:4,-3,-3,4,0,-2147483647,-715827882,2 out=i32:1,-1,1,-1,0,0,-2,0 out=i32:4,2147483645,1,1,0,1,715827883,2 out=i32:3,-4,-4,3,0,-2147483647,-715827883,2 out=i32:4,-3,-3,4,0,-2147483647,-715827882,2
module {
  gpu.module @m {
    gpu.func @k(%a_m: memref<8xi32>, %b_m: memref<8xi32>, %r0_m: memref<8xi32>, %r1_m: memref<8xi32>, %r2_m: memref<8xi32>, %r3_m: memref<8xi32>, %r4_m: memref<8xi32>, %r5_m: memref<8xi32>) kernel attributes {known_block_size = array<i32: 1, 1, 1>} {
      %i = gpu.block_id x
      %a = memref.load %a_m[%i] : memref<8xi32>
      %b = memref.load %b_m[%i] : memref<8xi32>
      %x = index.casts %a : i32 to index
      %y = index.casts %b : i32 to index
      %f = index.floordivs %x, %y
      %r0 = index.casts %f : index to i32
      %c = index.ceildivs %x, %y
      %r1 = index.casts %c : index to i32
      %m = index.rems %x, %y
      %r2 = index.casts %m : index to i32
      %u = index.ceildivu %x, %y
      %r3 = index.castu %u : index to i32
      %r4 = arith.floordivsi %a, %b : i32
      %r5 = arith.ceildivsi %a, %b : i32
      memref.store %r0, %r0_m[%i] : memref<8xi32>
      memref.store %r1, %r1_m[%i] : memref<8xi32>
      memref.store %r2, %r2_m[%i] : memref<8xi32>
      memref.store %r3, %r3_m[%i] : memref<8xi32>
      memref.store %r4, %r4_m[%i] : memref<8xi32>
      memref.store %r5, %r5_m[%i] : memref<8xi32>
      gpu.return
    }
  }
}
