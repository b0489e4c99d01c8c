// RUN: mica-opt %s --canonicalize --split-input-file | FileCheck %s

// CHECK-LABEL: func.func @two_of_a_kind
// CHECK: %[[C:.*]] = tensor.collapse_shape %arg0 {{\[\[}}0, 1, 2], [3]] : tensor<2x3x4x5xf32> into tensor<24x5xf32>
// CHECK: %[[E:.*]] = tensor.expand_shape %arg1 {{\[\[}}0, 1, 2], [3]] output_shape [2, 3, 4, 5] : tensor<24x5xf32> into tensor<2x3x4x5xf32>
// CHECK: return %[[C]], %[[E]]
func.func @two_of_a_kind(%a: tensor<2x3x4x5xf32>, %b: tensor<24x5xf32>) -> (tensor<24x5xf32>, tensor<2x3x4x5xf32>) {
  %0 = tensor.collapse_shape %a [[0, 1], [2], [3]] : tensor<2x3x4x5xf32> into tensor<6x4x5xf32>
  %1 = tensor.collapse_shape %0 [[0, 1], [2]] : tensor<6x4x5xf32> into tensor<24x5xf32>
  %2 = tensor.expand_shape %b [[0, 1], [2]] output_shape [6, 4, 5] : tensor<24x5xf32> into tensor<6x4x5xf32>
  %3 = tensor.expand_shape %2 [[0, 1], [2], [3]] output_shape [2, 3, 4, 5] : tensor<6x4x5xf32> into tensor<2x3x4x5xf32>
  return %1, %3 : tensor<24x5xf32>, tensor<2x3x4x5xf32>
}

// -----

// CHECK-LABEL: func.func @one_undoes_a_part
// CHECK: %[[E:.*]] = tensor.expand_shape %arg0 {{\[\[}}0], [1, 2]] output_shape [8, 6, 5] : tensor<8x30xf32> into tensor<8x6x5xf32>
// CHECK: %[[C:.*]] = tensor.collapse_shape %arg1 {{\[\[}}0, 1], [2]] : tensor<2x3x4xf32> into tensor<6x4xf32>
// CHECK: return %[[E]], %[[C]]
func.func @one_undoes_a_part(%a: tensor<8x30xf32>, %b: tensor<2x3x4xf32>) -> (tensor<8x6x5xf32>, tensor<6x4xf32>) {
  %0 = tensor.expand_shape %a [[0], [1, 2, 3]] output_shape [8, 2, 3, 5] : tensor<8x30xf32> into tensor<8x2x3x5xf32>
  %1 = tensor.collapse_shape %0 [[0], [1, 2], [3]] : tensor<8x2x3x5xf32> into tensor<8x6x5xf32>
  %2 = tensor.collapse_shape %b [[0, 1, 2]] : tensor<2x3x4xf32> into tensor<24xf32>
  %3 = tensor.expand_shape %2 [[0, 1]] output_shape [6, 4] : tensor<24xf32> into tensor<6x4xf32>
  return %1, %3 : tensor<8x6x5xf32>, tensor<6x4xf32>
}

// -----

// Groups that cross leave both reshapes.
// CHECK-LABEL: func.func @crossing_groups_stay
// CHECK: tensor.collapse_shape
// CHECK: tensor.expand_shape
func.func @crossing_groups_stay(%a: tensor<2x3x4xf32>) -> tensor<3x8xf32> {
  %0 = tensor.collapse_shape %a [[0, 1, 2]] : tensor<2x3x4xf32> into tensor<24xf32>
  %1 = tensor.expand_shape %0 [[0, 1]] output_shape [3, 8] : tensor<24xf32> into tensor<3x8xf32>
  return %1 : tensor<3x8xf32>
}

// -----

// CHECK-LABEL: func.func @elements
// CHECK-DAG: %[[C:.*]] = arith.constant dense<[1, 2]> : tensor<2xi32>
// CHECK-DAG: %[[E:.*]] = tensor.from_elements %arg0, %arg1 : tensor<1x2xi32>
// CHECK: return %[[C]], %[[E]]
func.func @elements(%a: i32, %b: i32) -> (tensor<2xi32>, tensor<1x2xi32>) {
  %c1 = arith.constant 1 : i32
  %c2 = arith.constant 2 : i32
  %0 = tensor.from_elements %c1, %c2 : tensor<2xi32>
  %1 = tensor.from_elements %a, %b : tensor<2xi32>
  %2 = tensor.expand_shape %1 [[0, 1]] output_shape [1, 2] : tensor<2xi32> into tensor<1x2xi32>
  return %0, %2 : tensor<2xi32>, tensor<1x2xi32>
}

// -----

// CHECK: #[[DIVIDE:.*]] = affine_map<()[s0] -> (s0 floordiv 4)>
// CHECK: #[[MULTIPLY:.*]] = affine_map<()[s0] -> (s0 * 4)>
// CHECK-LABEL: func.func @sizes
// CHECK: %[[A:.*]] = tensor.dim %arg0, %c0
// CHECK: affine.apply #[[DIVIDE]]()[%[[A]]]
// CHECK: %[[B:.*]] = tensor.dim %arg2, %c0
// CHECK: affine.apply #[[MULTIPLY]]()[%[[B]]]
func.func @sizes(%a: tensor<?xf32>, %n: index, %b: tensor<?x4xf32>) -> (index, index) {
  %c0 = arith.constant 0 : index
  %0 = tensor.expand_shape %a [[0, 1]] output_shape [%n, 4] : tensor<?xf32> into tensor<?x4xf32>
  %1 = tensor.dim %0, %c0 : tensor<?x4xf32>
  %2 = tensor.collapse_shape %b [[0, 1]] : tensor<?x4xf32> into tensor<?xf32>
  %3 = tensor.dim %2, %c0 : tensor<?xf32>
  return %1, %3 : index, index
}
