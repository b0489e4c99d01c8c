// RUN: mica-opt %s --canonicalize | FileCheck %s

// CHECK-LABEL: func.func @reshaped_fill
// CHECK: %[[C:.*]] = tensor.collapse_shape %arg0 {{\[\[}}0, 1], [2]]
// CHECK: %[[F:.*]] = linalg.fill ins(%arg1 : f32) outs(%[[C]] : tensor<6x4xf32>) -> tensor<6x4xf32>
// CHECK: return %[[F]]
func.func @reshaped_fill(%a: tensor<2x3x4xf32>, %x: f32) -> tensor<6x4xf32> {
  %0 = linalg.fill ins(%x : f32) outs(%a : tensor<2x3x4xf32>) -> tensor<2x3x4xf32>
  %1 = tensor.collapse_shape %0 [[0, 1], [2]] : tensor<2x3x4xf32> into tensor<6x4xf32>
  return %1 : tensor<6x4xf32>
}

// CHECK-LABEL: func.func @other_ops_stay
// CHECK: linalg.negf
// CHECK: tensor.collapse_shape
func.func @other_ops_stay(%a: tensor<2x3x4xf32>, %b: tensor<2x3x4xf32>) -> tensor<6x4xf32> {
  %0 = linalg.negf ins(%a : tensor<2x3x4xf32>) outs(%b : tensor<2x3x4xf32>) -> tensor<2x3x4xf32>
  %1 = tensor.collapse_shape %0 [[0, 1], [2]] : tensor<2x3x4xf32> into tensor<6x4xf32>
  return %1 : tensor<6x4xf32>
}
