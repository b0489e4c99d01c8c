// RUN: mica-opt %s --onnx-expand-functions --split-input-file --verify-diagnostics

func.func @unknown(%x: tensor<4x3x2xf32>, %w: tensor<1x5x2xf32>, %r: tensor<1x5x5xf32>) -> tensor<1x3x5xf32> {
  // expected-error @+1 {{'onnx.RNN' op activation 'Cosine' is not known}}
  %y, %h = "onnx.RNN"(%x, %w, %r) {activations = ["Cosine"], operandSegmentSizes = array<i32: 1, 1, 1, 0, 0, 0>, resultSegmentSizes = array<i32: 1, 1>} : (tensor<4x3x2xf32>, tensor<1x5x2xf32>, tensor<1x5x5xf32>) -> (tensor<4x1x3x5xf32>, tensor<1x3x5xf32>)
  return %h : tensor<1x3x5xf32>
}

// -----

func.func @count(%x: tensor<4x3x2xf32>, %w: tensor<2x5x2xf32>, %r: tensor<2x5x5xf32>) -> tensor<2x3x5xf32> {
  // expected-error @+1 {{'onnx.RNN' op has 1 activations, but needs 2}}
  %y, %h = "onnx.RNN"(%x, %w, %r) {activations = ["Tanh"], direction = "bidirectional", operandSegmentSizes = array<i32: 1, 1, 1, 0, 0, 0>, resultSegmentSizes = array<i32: 1, 1>} : (tensor<4x3x2xf32>, tensor<2x5x2xf32>, tensor<2x5x5xf32>) -> (tensor<4x2x3x5xf32>, tensor<2x3x5xf32>)
  return %h : tensor<2x3x5xf32>
}

// -----

func.func @weights(%x: tensor<4x3x2xf32>, %w: tensor<1x?x2xf32>, %r: tensor<1x?x5xf32>) -> tensor<1x3x5xf32> {
  // expected-error @+1 {{'onnx.RNN' op the shapes of W and R must be known}}
  %y, %h = "onnx.RNN"(%x, %w, %r) {operandSegmentSizes = array<i32: 1, 1, 1, 0, 0, 0>, resultSegmentSizes = array<i32: 1, 1>} : (tensor<4x3x2xf32>, tensor<1x?x2xf32>, tensor<1x?x5xf32>) -> (tensor<4x1x3x5xf32>, tensor<1x3x5xf32>)
  return %h : tensor<1x3x5xf32>
}
