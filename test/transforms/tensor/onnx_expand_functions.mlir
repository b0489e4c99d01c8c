// RUN: mica-opt %s -onnx-expand-functions --split-input-file | FileCheck %s

// CHECK-LABEL: func.func @rms
// CHECK-SAME: (%[[X:.*]]: tensor<2x8xf16>, %[[S:.*]]: tensor<8xf16>)
func.func @rms(%x: tensor<2x8xf16>, %s: tensor<8xf16>) -> tensor<2x8xf16> {
  // Half-wide elements are summed as f32.
  // CHECK: %[[WIDE:.*]] = onnx.Cast %[[X]] {{.*}} -> tensor<2x8xf32>
  // CHECK: %[[SQUARES:.*]] = onnx.Mul %[[WIDE]], %[[WIDE]]
  // CHECK: onnx.ReduceMean %[[SQUARES]]
  // CHECK: onnx.Cast {{.*}} -> tensor<2x8xf16>
  // CHECK: onnx.Mul {{.*}}, %[[S]]
  // CHECK-NOT: RMSNormalization
  %y = onnx.RMSNormalization %x, %s : (tensor<2x8xf16>, tensor<8xf16>) -> tensor<2x8xf16>
  return %y : tensor<2x8xf16>
}

// -----

// Two heads of queries share one of keys and values.
// CHECK-LABEL: func.func @attention
func.func @attention(%q: tensor<1x4x3x8xf32>, %k: tensor<1x2x5x8xf32>, %v: tensor<1x2x5x8xf32>) -> tensor<1x4x3x8xf32> {
  // CHECK: onnx.Expand {{.*}} -> tensor<1x2x2x5x8xf32>
  // CHECK: onnx.MatMul {{.*}} -> tensor<1x4x3x5xf32>
  // CHECK: onnx.Softmax
  // CHECK: onnx.MatMul {{.*}} -> tensor<1x4x3x8xf32>
  %y = onnx.Attention %q, %k, %v {operandSegmentSizes = array<i32: 1, 1, 1, 0, 0, 0, 0>, resultSegmentSizes = array<i32: 1, 0, 0, 0>} : (tensor<1x4x3x8xf32>, tensor<1x2x5x8xf32>, tensor<1x2x5x8xf32>) -> tensor<1x4x3x8xf32>
  return %y : tensor<1x4x3x8xf32>
}

// -----

// Sums of half-wide numbers are f32's, in expansions too.
// CHECK-LABEL: func.func @half
func.func @half(%a: tensor<2x3xbf16>, %b: tensor<3x4xbf16>) -> tensor<2x4xbf16> {
  // CHECK: %[[A:.*]] = onnx.Cast {{.*}} -> tensor<2x3xf32>
  // CHECK: %[[B:.*]] = onnx.Cast {{.*}} -> tensor<3x4xf32>
  // CHECK: %[[C:.*]] = onnx.Gemm %[[A]], %[[B]] {alpha = 5.000000e-01 : f32} : {{.*}} -> tensor<2x4xf32>
  // CHECK: %[[D:.*]] = onnx.Cast %[[C]] {to = bf16}
  // CHECK: %[[E:.*]] = onnx.Cast %[[D]] {to = f32}
  // CHECK: onnx.Softmax %[[E]]
  %0 = onnx.Gemm %a, %b {alpha = 0.5 : f32} : (tensor<2x3xbf16>, tensor<3x4xbf16>) -> tensor<2x4xbf16>
  %1 = onnx.Softmax %0 : (tensor<2x4xbf16>) -> tensor<2x4xbf16>
  return %1 : tensor<2x4xbf16>
}

// -----

// Elementwise operators stay half-wide, and f32 stays f32.
// CHECK-LABEL: func.func @not_half
func.func @not_half(%a: tensor<2x2xf16>, %b: tensor<2x2xf32>) -> (tensor<2x2xf16>, tensor<2x2xf32>) {
  // CHECK-NOT: onnx.Cast
  %0 = onnx.Tanh %a : (tensor<2x2xf16>) -> tensor<2x2xf16>
  %1 = onnx.MatMul %b, %b : (tensor<2x2xf32>, tensor<2x2xf32>) -> tensor<2x2xf32>
  return %0, %1 : tensor<2x2xf16>, tensor<2x2xf32>
}

// -----

// What is no function stays.
// CHECK-LABEL: func.func @others
func.func @others(%x: tensor<4xf32>) -> tensor<4xf32> {
  // CHECK: onnx.Relu
  %y = onnx.Relu %x : (tensor<4xf32>) -> tensor<4xf32>
  return %y : tensor<4xf32>
}

// -----

// No past is a margin of zeros; the last elements are the state that follows.
// CHECK-LABEL: func.func @causal
// CHECK-SAME: (%[[X:.*]]: tensor<1x2x8xf32>, %[[W:.*]]: tensor<2x1x3xf32>)
func.func @causal(%x: tensor<1x2x8xf32>, %w: tensor<2x1x3xf32>) -> (tensor<1x2x8xf32>, tensor<1x2x2xf32>) {
  // CHECK: %[[P:.*]] = onnx.Pad %[[X]]{{.*}} -> tensor<1x2x10xf32>
  // CHECK: %[[Y:.*]] = onnx.Conv %[[P]], %[[W]] {group = 2 : i64}
  // CHECK: %[[S:.*]] = onnx.Slice %[[P]]
  // CHECK: %[[G:.*]] = onnx.Sigmoid %[[Y]]
  // CHECK: %[[R:.*]] = onnx.Mul %[[Y]], %[[G]]
  // CHECK: return %[[R]], %[[S]]
  %y, %s = "onnx.CausalConvWithState"(%x, %w) {activation = "swish", operandSegmentSizes = array<i32: 1, 1, 0, 0>} : (tensor<1x2x8xf32>, tensor<2x1x3xf32>) -> (tensor<1x2x8xf32>, tensor<1x2x2xf32>)
  return %y, %s : tensor<1x2x8xf32>, tensor<1x2x2xf32>
}

// -----

// V = a V + g and X - R V: beta is 1, so that the first step is like the others.
// CHECK-LABEL: func.func @momentum
// CHECK-SAME: (%[[R:.*]]: tensor<f32>, %[[T:.*]]: tensor<i64>, %[[X:.*]]: tensor<3xf32>, %[[G:.*]]: tensor<3xf32>, %[[V:.*]]: tensor<3xf32>)
func.func @momentum(%r: tensor<f32>, %t: tensor<i64>, %x: tensor<3xf32>, %g: tensor<3xf32>, %v: tensor<3xf32>) -> (tensor<3xf32>, tensor<3xf32>) {
  // CHECK: %[[KEPT:.*]] = onnx.Mul %[[V]]
  // CHECK: %[[NEW:.*]] = onnx.Add %[[KEPT]]
  // CHECK: %[[CHANGE:.*]] = onnx.Mul %[[R]], %[[NEW]]
  // CHECK: %[[RESULT:.*]] = onnx.Sub %[[X]], %[[CHANGE]]
  // CHECK: return %[[RESULT]], %[[NEW]]
  %0:2 = onnx.training.Momentum %r, %t, %x, %g, %v {alpha = 0.5 : f32, beta = 1.0 : f32, mode = "standard", norm_coefficient = 0.0 : f32} : (tensor<f32>, tensor<i64>, tensor<3xf32>, tensor<3xf32>, tensor<3xf32>) -> (tensor<3xf32>, tensor<3xf32>)
  return %0#0, %0#1 : tensor<3xf32>, tensor<3xf32>
}

// -----

// Mean and variance of the batch, once each.
// CHECK-LABEL: func.func @batch
func.func @batch(%x: tensor<4x2x3xf32>, %v: tensor<2xf32>) -> tensor<4x2x3xf32> {
  // CHECK-COUNT-2: onnx.ReduceMean
  // CHECK: onnx.Div
  // CHECK-NOT: BatchNormalizationTraining
  %0:3 = "onnx.BatchNormalizationTraining"(%x, %v, %v, %v, %v) {resultSegmentSizes = array<i32: 1, 1, 1, 0, 0>} : (tensor<4x2x3xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>) -> (tensor<4x2x3xf32>, tensor<2xf32>, tensor<2xf32>)
  return %0#0 : tensor<4x2x3xf32>
}

// -----

// CHECK-LABEL: func.func @binarizer
func.func @binarizer(%x: tensor<4xf32>) -> tensor<4xf32> {
  // CHECK: %[[ABOVE:.*]] = onnx.Greater
  // CHECK: onnx.Cast %[[ABOVE]] {to = f32}
  %0 = onnx.ml.Binarizer %x {threshold = 0.5 : f32} : (tensor<4xf32>) -> tensor<4xf32>
  return %0 : tensor<4xf32>
}

// -----

// d(a b + b) / da = b, / db = a + 1; b was broadcast, so that its derivative is a sum.
// CHECK-LABEL: func.func @gradient
// CHECK-SAME: (%[[A:.*]]: tensor<2x3xf32>, %[[B:.*]]: tensor<3xf32>)
func.func @gradient(%a: tensor<2x3xf32>, %b: tensor<3xf32>) -> (tensor<2x3xf32>, tensor<3xf32>) {
  %0 = onnx.Mul %a, %b : (tensor<2x3xf32>, tensor<3xf32>) -> tensor<2x3xf32>
  %1 = onnx.Add %0, %b : (tensor<2x3xf32>, tensor<3xf32>) -> tensor<2x3xf32>
  // CHECK: onnx.ReduceSum
  // CHECK: %[[DA:.*]] = onnx.Mul %[[B]], %{{.*}} -> tensor<2x3xf32>
  // CHECK: onnx.Mul %[[A]]
  // CHECK: onnx.ReduceSum
  // CHECK: %[[DB:.*]] = onnx.Add
  // CHECK: return %[[DA]], %[[DB]]
  // CHECK-NOT: onnx.training.Gradient
  %2:2 = onnx.training.Gradient %1, %a, %b : (tensor<2x3xf32>, tensor<2x3xf32>, tensor<3xf32>) -> (tensor<2x3xf32>, tensor<3xf32>)
  return %2#0, %2#1 : tensor<2x3xf32>, tensor<3xf32>
}
