// RUN: mica-opt %s --onnx-expand-functions --split-input-file | FileCheck %s

// One product for all steps before the loop, one a step in it.
// CHECK-LABEL: func.func @rnn
// CHECK-SAME: (%[[X:.*]]: tensor<4x3x2xf32>
// CHECK: %[[W:.*]] = onnx.Transpose %{{.*}} -> tensor<2x5xf32>
// CHECK: %[[F:.*]] = onnx.Reshape %[[X]], %{{.*}} -> tensor<12x2xf32>
// CHECK: %[[G:.*]] = onnx.MatMul %[[F]], %[[W]]
// CHECK: %[[S:.*]] = onnx.Reshape %[[G]], %{{.*}} -> tensor<4x3x5xf32>
// CHECK: %[[R:.*]]:2 = onnx.Scan %{{.*}}, %[[S]] {
// CHECK: ^bb0(%[[H:.*]]: tensor<3x5xf32>, %[[I:.*]]: tensor<3x5xf32>):
// CHECK:   %[[P:.*]] = onnx.MatMul %[[H]]
// CHECK:   %[[A:.*]] = onnx.Add %[[I]], %[[P]]
// CHECK:   %[[N:.*]] = onnx.Tanh %[[A]]
// CHECK-NOT: onnx.MatMul
// CHECK:   onnx.Yield %[[N]], %[[N]]
// CHECK: } {num_scan_inputs = 1 : i64}
// CHECK: %[[Y:.*]] = onnx.Unsqueeze %[[R]]#1, %{{.*}} -> tensor<4x1x3x5xf32>
// CHECK: return %[[Y]]
func.func @rnn(%x: tensor<4x3x2xf32>, %w: tensor<1x5x2xf32>, %r: tensor<1x5x5xf32>) -> tensor<4x1x3x5xf32> {
  %y, %h = "onnx.RNN"(%x, %w, %r) {operandSegmentSizes = array<i32: 1, 1, 1, 0, 0, 0>, resultSegmentSizes = array<i32: 1, 1>} : (tensor<4x3x2xf32>, tensor<1x5x2xf32>, tensor<1x5x5xf32>) -> (tensor<4x1x3x5xf32>, tensor<1x3x5xf32>)
  return %y : tensor<4x1x3x5xf32>
}

// -----

// Constant weights are transposed here; outputs that nobody wants are not collected.
// CHECK-LABEL: func.func @last
// CHECK-NOT: onnx.Transpose
// CHECK-DAG: onnx.Constant dense<{{\[\[}}1.000000e+00, 3.000000e+00], [2.000000e+00, 4.000000e+00]]> : tensor<2x2xf32>
// CHECK: onnx.Scan %{{.*}}, %{{.*}} {
// CHECK: onnx.Yield %{{.*}} : tensor<3x2xf32>
// CHECK: } {num_scan_inputs = 1 : i64, scan_input_directions = array<i64: 1>}
func.func @last(%x: tensor<4x3x2xf32>) -> tensor<1x3x2xf32> {
  %w = onnx.Constant dense<[[[1.0, 2.0], [3.0, 4.0]]]> : tensor<1x2x2xf32>
  %r = onnx.Constant dense<[[[5.0, 6.0], [7.0, 8.0]]]> : tensor<1x2x2xf32>
  %y, %h = "onnx.RNN"(%x, %w, %r) {direction = "reverse", operandSegmentSizes = array<i32: 1, 1, 1, 0, 0, 0>, resultSegmentSizes = array<i32: 1, 1>} : (tensor<4x3x2xf32>, tensor<1x2x2xf32>, tensor<1x2x2xf32>) -> (tensor<4x1x3x2xf32>, tensor<1x3x2xf32>)
  return %h : tensor<1x3x2xf32>
}

// -----

// GRU multiplies twice a step where the reset comes before the product.
// CHECK-LABEL: func.func @gru
// CHECK: onnx.Scan
// CHECK:   onnx.MatMul
// CHECK:   onnx.MatMul
// CHECK:   onnx.Yield
func.func @gru(%x: tensor<4x3x2xf32>, %w: tensor<1x15x2xf32>, %r: tensor<1x15x5xf32>) -> tensor<1x3x5xf32> {
  %y, %h = "onnx.GRU"(%x, %w, %r) {operandSegmentSizes = array<i32: 1, 1, 1, 0, 0, 0>, resultSegmentSizes = array<i32: 1, 1>} : (tensor<4x3x2xf32>, tensor<1x15x2xf32>, tensor<1x15x5xf32>) -> (tensor<4x1x3x5xf32>, tensor<1x3x5xf32>)
  return %h : tensor<1x3x5xf32>
}

// -----

// And once where it comes after it.
// CHECK-LABEL: func.func @late
// CHECK: onnx.Scan
// CHECK:   onnx.MatMul
// CHECK-NOT: onnx.MatMul
// CHECK:   onnx.Yield
func.func @late(%x: tensor<4x3x2xf32>, %w: tensor<1x15x2xf32>, %r: tensor<1x15x5xf32>) -> tensor<1x3x5xf32> {
  %y, %h = "onnx.GRU"(%x, %w, %r) {linear_before_reset = 1 : i64, operandSegmentSizes = array<i32: 1, 1, 1, 0, 0, 0>, resultSegmentSizes = array<i32: 1, 1>} : (tensor<4x3x2xf32>, tensor<1x15x2xf32>, tensor<1x15x5xf32>) -> (tensor<4x1x3x5xf32>, tensor<1x3x5xf32>)
  return %h : tensor<1x3x5xf32>
}

// -----

// Each sequence has its length: a state stays from there on, in reverse each is turned by itself.
// CHECK-LABEL: func.func @lengths
// CHECK: %[[X:.*]] = onnx.ReverseSequence
// CHECK: %[[M:.*]] = onnx.Less
// CHECK: %[[R:.*]]:3 = onnx.Scan %{{.*}}, %{{.*}}, %{{.*}}, %[[M]] {
// CHECK:   onnx.Where
// CHECK:   onnx.Where
// CHECK:   onnx.Where
// CHECK: } {num_scan_inputs = 2 : i64}
// CHECK: onnx.ReverseSequence %[[R]]#2
func.func @lengths(%x: tensor<4x3x2xf32>, %w: tensor<1x20x2xf32>, %r: tensor<1x20x5xf32>, %n: tensor<3xi32>) -> tensor<4x1x3x5xf32> {
  %y, %h, %c = "onnx.LSTM"(%x, %w, %r, %n) {direction = "reverse", operandSegmentSizes = array<i32: 1, 1, 1, 0, 1, 0, 0, 0>, resultSegmentSizes = array<i32: 1, 1, 1>} : (tensor<4x3x2xf32>, tensor<1x20x2xf32>, tensor<1x20x5xf32>, tensor<3xi32>) -> (tensor<4x1x3x5xf32>, tensor<1x3x5xf32>, tensor<1x3x5xf32>)
  return %y : tensor<4x1x3x5xf32>
}

// -----

// The length of the sequence may be open.
// CHECK-LABEL: func.func @open
// CHECK: onnx.Scan
// CHECK: ^bb0(%{{.*}}: tensor<3x5xf32>, %{{.*}}: tensor<3x5xf32>):
// CHECK: -> (tensor<3x5xf32>, tensor<?x3x5xf32>)
func.func @open(%x: tensor<?x3x2xf32>, %w: tensor<1x5x2xf32>, %r: tensor<1x5x5xf32>) -> tensor<?x1x3x5xf32> {
  %y, %h = "onnx.RNN"(%x, %w, %r) {operandSegmentSizes = array<i32: 1, 1, 1, 0, 0, 0>, resultSegmentSizes = array<i32: 1, 1>} : (tensor<?x3x2xf32>, tensor<1x5x2xf32>, tensor<1x5x5xf32>) -> (tensor<?x1x3x5xf32>, tensor<1x3x5xf32>)
  return %y : tensor<?x1x3x5xf32>
}
