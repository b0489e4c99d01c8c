// RUN: mica-opt %s --convert-onnx-to-linalg --split-input-file | FileCheck %s

// CHECK-LABEL: func.func @collapse
func.func @collapse(%x: tensor<?x3x4x5xf32>) -> tensor<?x60xf32> {
  // CHECK: tensor.collapse_shape %{{.*}} {{\[\[}}0], [1, 2, 3]] : tensor<?x3x4x5xf32> into tensor<?x60xf32>
  %0 = onnx.Flatten %x : (tensor<?x3x4x5xf32>) -> tensor<?x60xf32>
  return %0 : tensor<?x60xf32>
}

// -----

// CHECK-LABEL: func.func @expand
func.func @expand(%x: tensor<?x60xf32>) -> tensor<?x3x20x1xf32> {
  %shape = onnx.Constant dense<[0, 3, -1, 1]> : tensor<4xi64>
  // CHECK: %[[N:.*]] = tensor.dim
  // CHECK: tensor.expand_shape %{{.*}} {{\[\[}}0], [1, 2, 3]] output_shape [%[[N]], 3, 20, 1]
  %0 = onnx.Reshape %x, %shape : (tensor<?x60xf32>, tensor<4xi64>) -> tensor<?x3x20x1xf32>
  return %0 : tensor<?x3x20x1xf32>
}

// -----

// CHECK-LABEL: func.func @both
func.func @both(%x: tensor<4x6x5xf32>) -> tensor<8x3x5xf32> {
  %shape = onnx.Constant dense<[8, 3, 5]> : tensor<3xi64>
  // CHECK: %[[C:.*]] = tensor.collapse_shape %{{.*}} {{\[\[}}0, 1], [2]] : tensor<4x6x5xf32> into tensor<24x5xf32>
  // CHECK: tensor.expand_shape %[[C]] {{\[\[}}0, 1], [2]] output_shape [8, 3, 5]
  %0 = onnx.Reshape %x, %shape : (tensor<4x6x5xf32>, tensor<3xi64>) -> tensor<8x3x5xf32>
  return %0 : tensor<8x3x5xf32>
}

// -----

// CHECK-LABEL: func.func @scalars
func.func @scalars(%x: tensor<1x1xf32>) -> tensor<1xf32> {
  %none = onnx.Constant dense<> : tensor<0xi64>
  %one = onnx.Constant dense<1> : tensor<1xi64>
  // CHECK: %[[S:.*]] = tensor.collapse_shape %{{.*}} [] : tensor<1x1xf32> into tensor<f32>
  %0 = onnx.Reshape %x, %none : (tensor<1x1xf32>, tensor<0xi64>) -> tensor<f32>
  // CHECK: tensor.expand_shape %[[S]] [] output_shape [1] : tensor<f32> into tensor<1xf32>
  %1 = onnx.Reshape %0, %one : (tensor<f32>, tensor<1xi64>) -> tensor<1xf32>
  return %1 : tensor<1xf32>
}

// -----

// CHECK-LABEL: func.func @transpose
func.func @transpose(%x: tensor<2x?x4xf32>) -> tensor<4x2x?xf32> {
  // CHECK: %[[E:.*]] = tensor.empty(%{{.*}}) : tensor<4x2x?xf32>
  // CHECK: linalg.transpose ins(%{{.*}} : tensor<2x?x4xf32>) outs(%[[E]] : tensor<4x2x?xf32>) permutation = [2, 0, 1]
  %0 = onnx.Transpose %x {perm = array<i64: 2, 0, 1>} : (tensor<2x?x4xf32>) -> tensor<4x2x?xf32>
  return %0 : tensor<4x2x?xf32>
}

// -----

// A constant is transposed here; a permutation that moves nothing is nothing.
// CHECK-LABEL: func.func @transpose_constant
func.func @transpose_constant() -> tensor<3x1x2xi64> {
  %c = onnx.Constant dense<[[[1, 2, 3]], [[4, 5, 6]]]> : tensor<2x1x3xi64>
  // CHECK-NOT: linalg.transpose
  // CHECK: arith.constant dense<{{\[\[\[}}1, 4]], {{\[\[}}2, 5]], {{\[\[}}3, 6]]]> : tensor<3x1x2xi64>
  // CHECK-NOT: linalg.transpose
  // CHECK: return
  %0 = onnx.Transpose %c : (tensor<2x1x3xi64>) -> tensor<3x1x2xi64>
  %1 = onnx.Transpose %0 {perm = array<i64: 0, 1, 2>} : (tensor<3x1x2xi64>) -> tensor<3x1x2xi64>
  return %1 : tensor<3x1x2xi64>
}

// -----

// CHECK-LABEL: func.func @concat
// CHECK-SAME: (%[[A:.*]]: tensor<?x2xf32>, %[[B:.*]]: tensor<?x3xf32>)
func.func @concat(%a: tensor<?x2xf32>, %b: tensor<?x3xf32>) -> tensor<?x5xf32> {
  // CHECK: %[[E:.*]] = tensor.empty(%{{.*}}) : tensor<?x5xf32>
  // CHECK: %[[F:.*]] = tensor.insert_slice %[[A]] into %[[E]][0, 0] [%{{.*}}, 2] [1, 1]
  // CHECK: tensor.insert_slice %[[B]] into %[[F]][0, 2] [%{{.*}}, 3] [1, 1]
  %0 = onnx.Concat %a, %b {axis = -1 : i64} : (tensor<?x2xf32>, tensor<?x3xf32>) -> tensor<?x5xf32>
  return %0 : tensor<?x5xf32>
}

// -----

// CHECK-LABEL: func.func @identity
// CHECK-SAME: (%[[X:.*]]: tensor<2xf32>)
func.func @identity(%x: tensor<2xf32>) -> (tensor<2xf32>, tensor<2xui8>) {
  // CHECK: %[[C:.*]] = arith.constant dense<[-56, 1]> : tensor<2xi8>
  // CHECK: return %[[X]], %[[C]]
  %0 = onnx.Identity %x : (tensor<2xf32>) -> tensor<2xf32>
  %1 = onnx.Constant dense<[200, 1]> : tensor<2xui8>
  %2 = onnx.Identity %1 : (tensor<2xui8>) -> tensor<2xui8>
  return %0, %2 : tensor<2xf32>, tensor<2xui8>
}

// -----

// The shape is no constant, but the result's type says what it is.
// CHECK-LABEL: func.func @declared
func.func @declared(%x: tensor<2x3xf32>, %s: tensor<1xi64>) -> tensor<6xf32> {
  // CHECK: tensor.collapse_shape %{{.*}} {{\[\[}}0, 1]] : tensor<2x3xf32> into tensor<6xf32>
  %0 = onnx.Reshape %x, %s : (tensor<2x3xf32>, tensor<1xi64>) -> tensor<6xf32>
  return %0 : tensor<6xf32>
}

// -----

// Sizes that were asked for before follow the tensor, whose elements lose their sign.
// CHECK-LABEL: func.func @asked
// CHECK-SAME: (%[[X:.*]]: tensor<?xi8>) -> (tensor<?xi8>, index)
func.func @asked(%x: tensor<?xui8>) -> (tensor<?xui8>, index) {
  %y = onnx.Identity %x : (tensor<?xui8>) -> tensor<?xui8>
  %c0 = arith.constant 0 : index
  // CHECK-NOT: unrealized_conversion_cast
  // CHECK: %[[N:.*]] = tensor.dim %[[X]], {{.*}} : tensor<?xi8>
  // CHECK: return %[[X]], %[[N]]
  %n = tensor.dim %y, %c0 : tensor<?xui8>
  return %y, %n : tensor<?xui8>, index
}
