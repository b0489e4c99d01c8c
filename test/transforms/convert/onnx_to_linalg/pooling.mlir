// RUN: mica-opt %s --convert-onnx-to-linalg --split-input-file | FileCheck %s

// CHECK-LABEL: func.func @max
func.func @max(%x: tensor<1x2x8x8xf32>) -> tensor<1x2x4x4xf32> {
  // CHECK-NOT: tensor.insert_slice
  // CHECK: %[[INF:.*]] = arith.constant 0xFF800000 : f32
  // CHECK: linalg.fill ins(%[[INF]]
  // CHECK: linalg.pooling_nchw_max {dilations = dense<1> : tensor<2xi64>, strides = dense<2> : tensor<2xi64>}
  %0 = onnx.MaxPool %x {kernel_shape = array<i64: 2, 2>, strides = array<i64: 2, 2>} : (tensor<1x2x8x8xf32>) -> tensor<1x2x4x4xf32>
  return %0 : tensor<1x2x4x4xf32>
}

// -----

// Padding is -inf.
// CHECK-LABEL: func.func @max_padded
func.func @max_padded(%x: tensor<1x2x8xf32>) -> tensor<1x2x8xf32> {
  // CHECK: %[[INF:.*]] = arith.constant 0xFF800000 : f32
  // CHECK: linalg.fill ins(%[[INF]] : f32) outs(%{{.*}} : tensor<1x2x10xf32>)
  // CHECK: tensor.insert_slice
  // CHECK: linalg.pooling_ncw_max
  %0 = onnx.MaxPool %x {kernel_shape = array<i64: 3>, pads = array<i64: 1, 1>} : (tensor<1x2x8xf32>) -> tensor<1x2x8xf32>
  return %0 : tensor<1x2x8xf32>
}

// -----

// ceil_mode lets the last window reach one element further.
// CHECK-LABEL: func.func @max_ceil
func.func @max_ceil(%x: tensor<1x1x4xf32>) -> tensor<1x1x2xf32> {
  // CHECK: tensor.insert_slice %{{.*}} : tensor<1x1x4xf32> into tensor<1x1x5xf32>
  %0 = onnx.MaxPool %x {ceil_mode = 1 : i64, kernel_shape = array<i64: 3>, strides = array<i64: 2>} : (tensor<1x1x4xf32>) -> tensor<1x1x2xf32>
  return %0 : tensor<1x1x2xf32>
}

// -----

// CHECK-LABEL: func.func @max_integers
func.func @max_integers(%x: tensor<1x1x4xi8>, %y: tensor<1x1x4xui8>) -> (tensor<1x1x3xi8>, tensor<1x1x3xui8>) {
  // CHECK: arith.constant -128 : i8
  // CHECK: linalg.pooling_ncw_max
  %0 = onnx.MaxPool %x {kernel_shape = array<i64: 2>} : (tensor<1x1x4xi8>) -> tensor<1x1x3xi8>
  // CHECK: linalg.generic
  // CHECK: arith.maxui
  %1 = onnx.MaxPool %y {kernel_shape = array<i64: 2>} : (tensor<1x1x4xui8>) -> tensor<1x1x3xui8>
  return %0, %1 : tensor<1x1x3xi8>, tensor<1x1x3xui8>
}

// -----

// CHECK-LABEL: func.func @max_3d
func.func @max_3d(%x: tensor<1x1x4x4x4xf32>) -> tensor<1x1x3x3x3xf32> {
  // CHECK: linalg.generic
  // CHECK: arith.maximumf
  %0 = onnx.MaxPool %x {kernel_shape = array<i64: 2, 2, 2>} : (tensor<1x1x4x4x4xf32>) -> tensor<1x1x3x3x3xf32>
  return %0 : tensor<1x1x3x3x3xf32>
}

// -----

// All windows count four elements.
// CHECK-LABEL: func.func @average
func.func @average(%x: tensor<1x2x8x8xf32>) -> tensor<1x2x7x7xf32> {
  // CHECK: linalg.pooling_nchw_sum
  // CHECK: %[[FOUR:.*]] = arith.constant 4.000000e+00 : f32
  // CHECK: arith.divf %{{.*}}, %[[FOUR]]
  %0 = onnx.AveragePool %x {kernel_shape = array<i64: 2, 2>} : (tensor<1x2x8x8xf32>) -> tensor<1x2x7x7xf32>
  return %0 : tensor<1x2x7x7xf32>
}

// -----

// Windows at the border count fewer.
// CHECK-LABEL: func.func @average_padded
func.func @average_padded(%x: tensor<1x1x4xf32>) -> tensor<1x1x4xf32> {
  // CHECK: %[[N:.*]] = arith.constant dense<[2.000000e+00, 3.000000e+00, 3.000000e+00, 2.000000e+00]> : tensor<4xf32>
  // CHECK: linalg.generic {{.*}} ins(%{{.*}}, %[[N]] :
  // CHECK: arith.divf
  %0 = onnx.AveragePool %x {kernel_shape = array<i64: 3>, pads = array<i64: 1, 1>} : (tensor<1x1x4xf32>) -> tensor<1x1x4xf32>
  return %0 : tensor<1x1x4xf32>
}

// -----

// CHECK-LABEL: func.func @average_with_pads
func.func @average_with_pads(%x: tensor<1x1x4xf32>) -> tensor<1x1x4xf32> {
  // CHECK: %[[THREE:.*]] = arith.constant 3.000000e+00 : f32
  // CHECK: arith.divf %{{.*}}, %[[THREE]]
  %0 = onnx.AveragePool %x {count_include_pad = 1 : i64, kernel_shape = array<i64: 3>, pads = array<i64: 1, 1>} : (tensor<1x1x4xf32>) -> tensor<1x1x4xf32>
  return %0 : tensor<1x1x4xf32>
}

// -----

// What ceil_mode adds never counts, also with count_include_pad.
// CHECK-LABEL: func.func @average_ceil
func.func @average_ceil(%x: tensor<1x1x4xf32>) -> tensor<1x1x2xf32> {
  // CHECK: arith.constant dense<[3.000000e+00, 2.000000e+00]> : tensor<2xf32>
  %0 = onnx.AveragePool %x {ceil_mode = 1 : i64, count_include_pad = 1 : i64, kernel_shape = array<i64: 3>, strides = array<i64: 2>} : (tensor<1x1x4xf32>) -> tensor<1x1x2xf32>
  return %0 : tensor<1x1x2xf32>
}

// -----

// CHECK-LABEL: func.func @global
func.func @global(%x: tensor<2x3x4x5xf32>) -> tensor<2x3x1x1xf32> {
  // CHECK: linalg.generic {{.*}} iterator_types = ["parallel", "parallel", "reduction", "reduction"]
  // CHECK: arith.constant 2.000000e+01 : f32
  // CHECK: tensor.expand_shape %{{.*}} {{\[\[}}0], [1, 2, 3]] output_shape [2, 3, 1, 1]
  %0 = onnx.GlobalAveragePool %x : (tensor<2x3x4x5xf32>) -> tensor<2x3x1x1xf32>
  return %0 : tensor<2x3x1x1xf32>
}
