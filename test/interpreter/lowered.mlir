// Each level of a lowering computes the same.
// RUN: mica-run --interpret %s | FileCheck %s
// RUN: mica-opt %s --one-shot-bufferize="bufferize-function-boundaries=true" \
// RUN:   | mica-run --interpret | FileCheck %s
// RUN: mica-opt %s --one-shot-bufferize="bufferize-function-boundaries=true" \
// RUN:   --convert-linalg-to-loops --convert-vector-to-scf --lower-affine --convert-scf-to-cf \
// RUN:   --convert-vector-to-llvm --finalize-memref-to-llvm --convert-arith-to-llvm \
// RUN:   --convert-index-to-llvm --convert-func-to-llvm --convert-cf-to-llvm \
// RUN:   --reconcile-unrealized-casts -o %t
// RUN: mica-run --interpret %t | FileCheck %s
// RUN: %run_program -e main --entry-point-result=void %t | FileCheck %s

func.func private @printF64(f64)
func.func private @printNewline()

func.func @main() {
  %a = arith.constant dense<[[1.0, 2.0], [3.0, 4.0]]> : tensor<2x2xf64>
  %zero = arith.constant 0.0 : f64
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %empty = tensor.empty() : tensor<2x2xf64>
  %start = linalg.fill ins(%zero : f64) outs(%empty : tensor<2x2xf64>) -> tensor<2x2xf64>
  %product = linalg.matmul ins(%a, %a : tensor<2x2xf64>, tensor<2x2xf64>)
    outs(%start : tensor<2x2xf64>) -> tensor<2x2xf64>
  %row = vector.transfer_read %product[%c1, %c0], %zero {in_bounds = [false]}
    : tensor<2x2xf64>, vector<4xf64>
  // The row is 15, 22, and padding.
  // CHECK: 37
  %sum = vector.reduction <add>, %row : vector<4xf64> into f64
  func.call @printF64(%sum) : (f64) -> ()
  func.call @printNewline() : () -> ()
  return
}
