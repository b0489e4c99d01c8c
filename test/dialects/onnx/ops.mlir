// RUN: mica-opt %s | FileCheck %s
// RUN: mica-opt %s | mica-opt | FileCheck %s
// RUN: mica-opt --mlir-print-op-generic %s | mica-opt | FileCheck %s

// Every op in its custom form, with and without its optional parts.

// CHECK-LABEL: func.func @elementwise
func.func @elementwise(%x: tensor<2x3xf32>, %row: tensor<3xf32>, %low: tensor<f32>) -> tensor<2x3xf32> {
  // CHECK: onnx.Add %{{.*}}, %{{.*}} : (tensor<2x3xf32>, tensor<3xf32>) -> tensor<2x3xf32>
  %0 = onnx.Add %x, %row : (tensor<2x3xf32>, tensor<3xf32>) -> tensor<2x3xf32>
  // CHECK: onnx.Relu %{{.*}} : (tensor<2x3xf32>) -> tensor<2x3xf32>
  %1 = onnx.Relu %0 : (tensor<2x3xf32>) -> tensor<2x3xf32>
  // CHECK: onnx.Clip %{{.*}} min(%{{.*}} : tensor<f32>) : tensor<2x3xf32> -> tensor<2x3xf32>
  %2 = onnx.Clip %1 min(%low : tensor<f32>) : tensor<2x3xf32> -> tensor<2x3xf32>
  // CHECK: onnx.Clip %{{.*}} max(%{{.*}} : tensor<f32>) : tensor<2x3xf32> -> tensor<2x3xf32>
  %3 = onnx.Clip %2 max(%low : tensor<f32>) : tensor<2x3xf32> -> tensor<2x3xf32>
  // CHECK: onnx.Softmax %{{.*}} : (tensor<2x3xf32>) -> tensor<2x3xf32>
  %4 = onnx.Softmax %3 : (tensor<2x3xf32>) -> tensor<2x3xf32>
  // CHECK: onnx.Softmax %{{.*}} {axis = 0 : i64} : (tensor<2x3xf32>) -> tensor<2x3xf32>
  %5 = onnx.Softmax %4 {axis = 0 : i64} : (tensor<2x3xf32>) -> tensor<2x3xf32>
  return %5 : tensor<2x3xf32>
}

// CHECK-LABEL: func.func @windows
func.func @windows(%x: tensor<1x2x8x8xf32>, %w: tensor<4x2x3x3xf32>, %b: tensor<4xf32>) -> tensor<1x4x1x1xf32> {
  // CHECK: onnx.Conv %{{.*}}, %{{.*}}, %{{.*}} {pads = array<i64: 1, 1, 1, 1>} : (tensor<1x2x8x8xf32>, tensor<4x2x3x3xf32>, tensor<4xf32>) -> tensor<1x4x8x8xf32>
  %0 = onnx.Conv %x, %w, %b {pads = array<i64: 1, 1, 1, 1>} : (tensor<1x2x8x8xf32>, tensor<4x2x3x3xf32>, tensor<4xf32>) -> tensor<1x4x8x8xf32>
  // CHECK: onnx.MaxPool %{{.*}} {kernel_shape = array<i64: 2, 2>, strides = array<i64: 2, 2>}
  %1 = onnx.MaxPool %0 {kernel_shape = array<i64: 2, 2>, strides = array<i64: 2, 2>} : (tensor<1x4x8x8xf32>) -> tensor<1x4x4x4xf32>
  // CHECK: onnx.AveragePool %{{.*}} {count_include_pad = 1 : i64, kernel_shape = array<i64: 3, 3>, pads = array<i64: 1, 1, 1, 1>}
  %2 = onnx.AveragePool %1 {count_include_pad = 1 : i64, kernel_shape = array<i64: 3, 3>, pads = array<i64: 1, 1, 1, 1>} : (tensor<1x4x4x4xf32>) -> tensor<1x4x4x4xf32>
  // CHECK: onnx.BatchNormalization %{{.*}}, %[[B:.*]], %[[B]], %[[B]], %[[B]] : (tensor<1x4x4x4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>) -> tensor<1x4x4x4xf32>
  %3 = onnx.BatchNormalization %2, %b, %b, %b, %b : (tensor<1x4x4x4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>) -> tensor<1x4x4x4xf32>
  // CHECK: onnx.GlobalAveragePool %{{.*}} : (tensor<1x4x4x4xf32>) -> tensor<1x4x1x1xf32>
  %4 = onnx.GlobalAveragePool %3 : (tensor<1x4x4x4xf32>) -> tensor<1x4x1x1xf32>
  return %4 : tensor<1x4x1x1xf32>
}

// CHECK-LABEL: func.func @products
func.func @products(%a: tensor<2x3xf32>, %c: tensor<2xf32>) -> tensor<2x2xf32> {
  // CHECK: onnx.Gemm %{{.*}}, %{{.*}}, %{{.*}} {transB = 1 : i64} : (tensor<2x3xf32>, tensor<2x3xf32>, tensor<2xf32>) -> tensor<2x2xf32>
  %0 = onnx.Gemm %a, %a, %c {transB = 1 : i64} : (tensor<2x3xf32>, tensor<2x3xf32>, tensor<2xf32>) -> tensor<2x2xf32>
  // CHECK: onnx.Gemm %{{.*}}, %{{.*}} {alpha = 5.000000e-01 : f32} : (tensor<2x2xf32>, tensor<2x2xf32>) -> tensor<2x2xf32>
  %1 = onnx.Gemm %0, %0 {alpha = 0.5 : f32} : (tensor<2x2xf32>, tensor<2x2xf32>) -> tensor<2x2xf32>
  // CHECK: onnx.MatMul %{{.*}}, %{{.*}} : (tensor<2x2xf32>, tensor<2x2xf32>) -> tensor<2x2xf32>
  %2 = onnx.MatMul %1, %1 : (tensor<2x2xf32>, tensor<2x2xf32>) -> tensor<2x2xf32>
  return %2 : tensor<2x2xf32>
}

// CHECK-LABEL: func.func @layout
func.func @layout(%x: tensor<2x3x4xf32>) -> tensor<*xf32> {
  // CHECK: %[[SHAPE:.*]] = onnx.Constant dense<[4, -1]> : tensor<2xi64>
  %shape = onnx.Constant dense<[4, -1]> : tensor<2xi64>
  // CHECK: onnx.Reshape %{{.*}}, %[[SHAPE]] : (tensor<2x3x4xf32>, tensor<2xi64>) -> tensor<4x6xf32>
  %0 = onnx.Reshape %x, %shape : (tensor<2x3x4xf32>, tensor<2xi64>) -> tensor<4x6xf32>
  // CHECK: onnx.Transpose %{{.*}} {perm = array<i64: 1, 0>} : (tensor<4x6xf32>) -> tensor<6x4xf32>
  %1 = onnx.Transpose %0 {perm = array<i64: 1, 0>} : (tensor<4x6xf32>) -> tensor<6x4xf32>
  // CHECK: onnx.Concat %[[T:.*]], %[[T]] {axis = 1 : i64} : (tensor<6x4xf32>, tensor<6x4xf32>) -> tensor<6x8xf32>
  %2 = onnx.Concat %1, %1 {axis = 1 : i64} : (tensor<6x4xf32>, tensor<6x4xf32>) -> tensor<6x8xf32>
  // CHECK: onnx.Flatten %{{.*}} {axis = 0 : i64} : (tensor<6x8xf32>) -> tensor<1x48xf32>
  %3 = onnx.Flatten %2 {axis = 0 : i64} : (tensor<6x8xf32>) -> tensor<1x48xf32>
  // CHECK: onnx.Identity %{{.*}} : (tensor<1x48xf32>) -> tensor<*xf32>
  %4 = onnx.Identity %3 : (tensor<1x48xf32>) -> tensor<*xf32>
  return %4 : tensor<*xf32>
}
