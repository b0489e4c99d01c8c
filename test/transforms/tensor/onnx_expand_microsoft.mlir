// RUN: mica-opt %s -onnx-expand-functions --split-input-file | FileCheck %s

// Batch and length may be dynamic: shapes are made with Reshape's 0.
// CHECK-LABEL: func.func @attention
// CHECK-SAME: (%[[X:.*]]: tensor<?x?x8xf32>, %[[W:.*]]: tensor<8x24xf32>)
func.func @attention(%x: tensor<?x?x8xf32>, %w: tensor<8x24xf32>) -> tensor<?x?x8xf32> {
  // CHECK: onnx.MatMul %[[X]], %[[W]] {{.*}} -> tensor<?x?x24xf32>
  // CHECK-COUNT-3: onnx.Slice {{.*}} -> tensor<?x?x8xf32>
  // CHECK: onnx.MatMul {{.*}} -> tensor<?x2x?x?xf32>
  // CHECK: onnx.Softmax
  // CHECK: onnx.Reshape {{.*}} -> tensor<?x?x8xf32>
  // CHECK-NOT: onnx.ms
  %y = "onnx.ms.Attention"(%x, %w) {num_heads = 2 : i64, operandSegmentSizes = array<i32: 1, 1, 0, 0, 0, 0, 0>} : (tensor<?x?x8xf32>, tensor<8x24xf32>) -> tensor<?x?x8xf32>
  return %y : tensor<?x?x8xf32>
}

// -----

// The mask of later places is a constant where lengths are known.
// CHECK-LABEL: func.func @unidirectional
func.func @unidirectional(%q: tensor<1x3x8xf32>) -> tensor<1x3x8xf32> {
  // CHECK: %[[M:.*]] = onnx.Constant dense<{{\[\[}}0.000000e+00, -1.000000e+04, -1.000000e+04], [0.000000e+00, 0.000000e+00, -1.000000e+04], [0.000000e+00, 0.000000e+00, 0.000000e+00]]>
  // CHECK: %[[S:.*]] = onnx.Add %{{.*}}, %[[M]]
  // CHECK: onnx.Softmax %[[S]]
  %y = "onnx.ms.MultiHeadAttention"(%q, %q, %q) {num_heads = 2 : i64, unidirectional = 1 : i64, operandSegmentSizes = array<i32: 1, 1, 1, 0, 0, 0, 0, 0, 0, 0>, resultSegmentSizes = array<i32: 1, 0, 0>} : (tensor<1x3x8xf32>, tensor<1x3x8xf32>, tensor<1x3x8xf32>) -> tensor<1x3x8xf32>
  return %y : tensor<1x3x8xf32>
}

// -----

// The sum is a result too; half-wide elements are normalized as f32.
// CHECK-LABEL: func.func @skip
// CHECK-SAME: (%[[X:.*]]: tensor<2x4xf16>, %[[S:.*]]: tensor<2x4xf16>, %[[G:.*]]: tensor<4xf16>)
func.func @skip(%x: tensor<2x4xf16>, %s: tensor<2x4xf16>, %g: tensor<4xf16>) -> (tensor<2x4xf16>, tensor<2x4xf16>) {
  // CHECK: %[[A:.*]] = onnx.Add %[[X]], %[[S]]
  // CHECK: onnx.Cast %[[A]] {{.*}} -> tensor<2x4xf32>
  // CHECK: %[[N:.*]] = onnx.Cast {{.*}} -> tensor<2x4xf16>
  // CHECK: %[[Y:.*]] = onnx.Mul %[[N]], %[[G]]
  // CHECK: return %[[Y]], %[[A]]
  %y, %m, %i, %a = "onnx.ms.SkipLayerNormalization"(%x, %s, %g) {operandSegmentSizes = array<i32: 1, 1, 1, 0, 0>, resultSegmentSizes = array<i32: 1, 1, 1, 1>} : (tensor<2x4xf16>, tensor<2x4xf16>, tensor<4xf16>) -> (tensor<2x4xf16>, tensor<2x1xf32>, tensor<2x1xf32>, tensor<2x4xf16>)
  return %y, %a : tensor<2x4xf16>, tensor<2x4xf16>
}

// -----

// Two numbers in a byte, the low one first; the last block is cut off at K.
// CHECK-LABEL: func.func @bits
// CHECK-SAME: (%[[A:.*]]: tensor<3x20xf32>, %[[B:.*]]: tensor<4x2x8xui8>, %{{.*}}: tensor<4x2xf32>)
func.func @bits(%a: tensor<3x20xf32>, %b: tensor<4x2x8xui8>, %s: tensor<4x2xf32>) -> tensor<3x4xf32> {
  // CHECK: onnx.BitwiseAnd
  // CHECK: onnx.BitShift {{.*}} {direction = "RIGHT"}
  // CHECK: onnx.Concat {{.*}} -> tensor<4x2x8x2xui8>
  // CHECK: onnx.Slice {{.*}} -> tensor<4x20xf32>
  // CHECK: onnx.MatMul %[[A]]
  %y = "onnx.ms.MatMulNBits"(%a, %b, %s) {K = 20 : i64, N = 4 : i64, block_size = 16 : i64, operandSegmentSizes = array<i32: 1, 1, 1, 0, 0, 0>} : (tensor<3x20xf32>, tensor<4x2x8xui8>, tensor<4x2xf32>) -> tensor<3x4xf32>
  return %y : tensor<3x4xf32>
}

// -----

// CHECK-LABEL: func.func @quantized
func.func @quantized(%a: tensor<4xi8>, %s: tensor<f32>, %z: tensor<i8>) -> tensor<4xi8> {
  // CHECK: %[[A:.*]] = onnx.Mul {{.*}} -> tensor<4xf32>
  // CHECK: %[[B:.*]] = onnx.Mul {{.*}} -> tensor<4xf32>
  // CHECK: onnx.Add %[[A]], %[[B]]
  // CHECK: onnx.Round
  // CHECK: onnx.Cast {{.*}} -> tensor<4xi8>
  // CHECK-NOT: onnx.ms
  %y = "onnx.ms.QLinearAdd"(%a, %s, %z, %a, %s, %z, %s, %z) {operandSegmentSizes = array<i32: 1, 1, 1, 1, 1, 1, 1, 1>} : (tensor<4xi8>, tensor<f32>, tensor<i8>, tensor<4xi8>, tensor<f32>, tensor<i8>, tensor<f32>, tensor<i8>) -> tensor<4xi8>
  return %y : tensor<4xi8>
}
