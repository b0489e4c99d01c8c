// RUN: mica-opt %s --convert-onnx-to-linalg --split-input-file | FileCheck %s

// CHECK-LABEL: func.func @formula
func.func @formula(%x: tensor<5x2x2xf32>) -> tensor<5xf32> {
  // CHECK: linalg.generic
  // CHECK-COUNT-2: arith.mulf
  // CHECK: arith.subf
  // CHECK-NOT: scf.for
  %0 = onnx.Det %x : (tensor<5x2x2xf32>) -> tensor<5xf32>
  return %0 : tensor<5xf32>
}

// -----

// Matrix, column, pivot, swap, row, element.
// CHECK-LABEL: func.func @elimination
func.func @elimination(%x: tensor<5x4x4xf32>) -> tensor<5xf32> {
  // CHECK-COUNT-6: scf.for
  // CHECK-NOT: scf.for
  %0 = onnx.Det %x : (tensor<5x4x4xf32>) -> tensor<5xf32>
  return %0 : tensor<5xf32>
}
