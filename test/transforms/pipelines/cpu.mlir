// The default road for the CPU, stage by stage. Its results are checked where programs are run
// (test/tools/micac).
// RUN: mica-opt %s --mica-cpu-to-buffers | FileCheck --check-prefix=BUFFERS %s
// RUN: mica-opt %s --mica-cpu-pipeline | FileCheck --check-prefix=LLVM %s

// Arguments, then the result's place, then the arena. The constant operand was packed when the
// program was compiled, the copy into the margin is no call.
// BUFFERS: memref.global "private" constant @{{.*}} : memref<1x8x16xf32>
// BUFFERS-LABEL: func.func @dense(
// BUFFERS-SAME: %[[X:.*]]: memref<6x8xf32>, %[[Y:.*]]: memref<6x16xf32>, %[[ARENA:.*]]: memref<{{[0-9]+}}xi8>) {
// BUFFERS-NOT: memref.alloc
// BUFFERS: vector.fma
// BUFFERS: vector.transfer_write {{.*}}, %[[Y]]
// BUFFERS: return{{$}}

// BUFFERS-LABEL: func.func @pad(
// BUFFERS: memref.copy

// LLVM-LABEL: llvm.func @dense(
// LLVM-NOT: {{ (func|arith|memref|vector|scf|cf|linalg|builtin)\.}}
// LLVM: llvm.intr.fmuladd
// LLVM: llvm.return
// LLVM-LABEL: llvm.func @pad(
// LLVM-NOT: llvm.call
// LLVM: llvm.return
func.func @dense(%x: tensor<6x8xf32>) -> tensor<6x16xf32> {
  %zero = arith.constant 0.0 : f32
  %w = arith.constant dense<0.5> : tensor<8x16xf32>
  %e = tensor.empty() : tensor<6x16xf32>
  %f = linalg.fill ins(%zero : f32) outs(%e : tensor<6x16xf32>) -> tensor<6x16xf32>
  %r = linalg.matmul ins(%x, %w : tensor<6x8xf32>, tensor<8x16xf32>) outs(%f : tensor<6x16xf32>) -> tensor<6x16xf32>
  return %r : tensor<6x16xf32>
}

func.func @pad(%x: tensor<2x2xf32>) -> tensor<4x4xf32> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<4x4xf32>
  %f = linalg.fill ins(%zero : f32) outs(%e : tensor<4x4xf32>) -> tensor<4x4xf32>
  %r = tensor.insert_slice %x into %f[1, 1] [2, 2] [1, 1] : tensor<2x2xf32> into tensor<4x4xf32>
  return %r : tensor<4x4xf32>
}
