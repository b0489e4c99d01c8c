// RUN: mica-opt --canonicalize %s | FileCheck %s
// Sizes become static, casts and whole slices disappear; what says more stays.

// CHECK-LABEL: func.func @static_dim
// CHECK: %[[C:.*]] = arith.constant 8 : index
// CHECK: return %[[C]]
func.func @static_dim(%t: tensor<?x8xf32>) -> index {
  %c1 = arith.constant 1 : index
  %0 = tensor.dim %t, %c1 : tensor<?x8xf32>
  return %0 : index
}

// CHECK-LABEL: func.func @dynamic_dim
// CHECK: tensor.dim
func.func @dynamic_dim(%t: tensor<?x8xf32>) -> index {
  %c0 = arith.constant 0 : index
  %0 = tensor.dim %t, %c0 : tensor<?x8xf32>
  return %0 : index
}

// CHECK-LABEL: func.func @merge_casts
// CHECK-NOT: tensor.cast
// CHECK: return %arg0
func.func @merge_casts(%t: tensor<4xf32>) -> tensor<4xf32> {
  %0 = tensor.cast %t : tensor<4xf32> to tensor<?xf32>
  %1 = tensor.cast %0 : tensor<?xf32> to tensor<4xf32>
  return %1 : tensor<4xf32>
}

// CHECK-LABEL: func.func @keep_casts
// CHECK: tensor.cast
// CHECK: tensor.cast
func.func @keep_casts(%t: tensor<?xf32>) -> tensor<?xf32> {
  %0 = tensor.cast %t : tensor<?xf32> to tensor<4xf32>
  %1 = tensor.cast %0 : tensor<4xf32> to tensor<?xf32>
  return %1 : tensor<?xf32>
}

// CHECK-LABEL: func.func @constant_slice
// CHECK: tensor.extract_slice %arg0[2] [4] [1] : tensor<8xf32> to tensor<4xf32>
// CHECK: tensor.cast
func.func @constant_slice(%t: tensor<8xf32>) -> tensor<?xf32> {
  %c2 = arith.constant 2 : index
  %c4 = arith.constant 4 : index
  %0 = tensor.extract_slice %t[%c2] [%c4] [1] : tensor<8xf32> to tensor<?xf32>
  return %0 : tensor<?xf32>
}

// CHECK-LABEL: func.func @whole_slice
// CHECK-NEXT: return %arg0
func.func @whole_slice(%t: tensor<8xf32>) -> tensor<8xf32> {
  %0 = tensor.extract_slice %t[0] [8] [1] : tensor<8xf32> to tensor<8xf32>
  return %0 : tensor<8xf32>
}

// CHECK-LABEL: func.func @insert_what_was_extracted
// CHECK-NEXT: return %arg0
func.func @insert_what_was_extracted(%t: tensor<8xf32>, %i: index) -> tensor<8xf32> {
  %0 = tensor.extract_slice %t[%i] [2] [1] : tensor<8xf32> to tensor<2xf32>
  %1 = tensor.insert_slice %0 into %t[%i] [2] [1] : tensor<2xf32> into tensor<8xf32>
  return %1 : tensor<8xf32>
}

// CHECK-LABEL: func.func @insert_elsewhere
// CHECK: tensor.insert_slice
func.func @insert_elsewhere(%t: tensor<8xf32>, %i: index, %j: index) -> tensor<8xf32> {
  %0 = tensor.extract_slice %t[%i] [2] [1] : tensor<8xf32> to tensor<2xf32>
  %1 = tensor.insert_slice %0 into %t[%j] [2] [1] : tensor<2xf32> into tensor<8xf32>
  return %1 : tensor<8xf32>
}

// CHECK-LABEL: func.func @inverse_reshape
// CHECK-NEXT: return %arg0
func.func @inverse_reshape(%t: tensor<4x2xf32>) -> tensor<4x2xf32> {
  %0 = tensor.collapse_shape %t [[0, 1]] : tensor<4x2xf32> into tensor<8xf32>
  %1 = tensor.expand_shape %0 [[0, 1]] output_shape [4, 2] : tensor<8xf32> into tensor<4x2xf32>
  return %1 : tensor<4x2xf32>
}
