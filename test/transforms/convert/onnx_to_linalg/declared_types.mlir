// RUN: mica-opt %s --convert-onnx-to-linalg --split-input-file | FileCheck %s

// What a result's type says more than its operands do holds for unsigned elements too.
// CHECK-LABEL: func.func @unsigned
func.func @unsigned(%x: tensor<3x4xui64>, %k: tensor<1xi64>) -> (tensor<3x3xui64>, tensor<3x3xi64>) {
  // CHECK-NOT: tensor<3x?xi64>
  // CHECK: tensor.empty() : tensor<3x3xi64>
  %0:2 = onnx.TopK %x, %k {axis = 1 : i64} : (tensor<3x4xui64>, tensor<1xi64>) -> (tensor<3x3xui64>, tensor<3x3xi64>)
  return %0#0, %0#1 : tensor<3x3xui64>, tensor<3x3xi64>
}
