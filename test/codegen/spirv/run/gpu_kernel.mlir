// The whole road of a kernel: ids, a loop, a condition, a scalar in push constants.
// RUN: mica-opt %s --pass-pipeline='builtin.module(convert-gpu-to-spirv{push-constants=true},reconcile-unrealized-casts,spirv-lower-abi-attrs,spirv-update-vce)' > %t.lowered.mlir
// RUN: mica-translate --serialize-spirv %t.lowered.mlir -o %t.spv && spirv-val --target-env vulkan1.1 %t.spv
// RUN: run_spirv %t.spv scale 4 1 1 in=f32:16*2,16*-2 f32=0.5 out=f32:16*4,16*0.0183156389
module {
  gpu.module @m {
    gpu.func @scale(%a: memref<4x8xf32>, %f: f32, %b: memref<4x8xf32>) kernel attributes {known_block_size = array<i32: 8, 1, 1>} {
      %c0 = arith.constant 0 : index
      %c1 = arith.constant 1 : index
      %c4 = arith.constant 4 : index
      %zero = arith.constant 0.0 : f32
      %x = gpu.thread_id x
      %y = gpu.block_id x
      %v = memref.load %a[%y, %x] : memref<4x8xf32>
      %s = scf.for %i = %c0 to %c4 step %c1 iter_args(%acc = %zero) -> (f32) {
        %n = arith.addf %acc, %f : f32
        scf.yield %n : f32
      }
      %m = arith.mulf %v, %s : f32
      %p = arith.cmpf ogt, %m, %zero : f32
      %r = scf.if %p -> (f32) {
        scf.yield %m : f32
      } else {
        %q = math.exp %m : f32
        scf.yield %q : f32
      }
      memref.store %r, %b[%y, %x] : memref<4x8xf32>
      gpu.return
    }
  }
}
