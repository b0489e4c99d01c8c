// Collatz: a loop that runs until its condition fails, with a choice inside.
// RUN: mica-opt %s --pass-pipeline='builtin.module(convert-gpu-to-spirv,reconcile-unrealized-casts,spirv-lower-abi-attrs,spirv-update-vce)' > %t.lowered.mlir
// RUN: mica-translate --serialize-spirv %t.lowered.mlir -o %t.spv && spirv-val --target-env vulkan1.1 %t.spv
// RUN: run_spirv %t.spv k 8 1 1 in=i32:1,2,3,6,7,9,27,97 out=i32:0,1,7,8,16,19,111,118 out=i32:1,1,1,1,1,1,1,1
module {
  gpu.module @m {
    gpu.func @k(%a_m: memref<8xi32>, %r0_m: memref<8xi32>, %r1_m: memref<8xi32>) kernel attributes {known_block_size = array<i32: 1, 1, 1>} {
      %i = gpu.block_id x
      %a = memref.load %a_m[%i] : memref<8xi32>
      %zero = arith.constant 0 : i32
      %one = arith.constant 1 : i32
      %two = arith.constant 2 : i32
      %three = arith.constant 3 : i32
      %r0, %r1 = scf.while (%n = %zero, %x = %a) : (i32, i32) -> (i32, i32) {
        %more = arith.cmpi ne, %x, %one : i32
        scf.condition(%more) %n, %x : i32, i32
      } do {
      ^bb0(%n: i32, %x: i32):
        %rest = arith.remui %x, %two : i32
        %is_odd = arith.cmpi eq, %rest, %one : i32
        %y = scf.if %is_odd -> i32 {
          %triple = arith.muli %x, %three : i32
          %plus = arith.addi %triple, %one : i32
          scf.yield %plus : i32
        } else {
          %half = arith.divui %x, %two : i32
          scf.yield %half : i32
        }
        %m = arith.addi %n, %one : i32
        scf.yield %m, %y : i32, i32
      }
      memref.store %r0, %r0_m[%i] : memref<8xi32>
      memref.store %r1, %r1_m[%i] : memref<8xi32>
      gpu.return
    }
  }
}
