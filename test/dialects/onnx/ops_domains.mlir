// RUN: mica-opt %s | FileCheck %s
// RUN: mica-opt %s | mica-opt | FileCheck %s
// RUN: mica-opt --mlir-print-op-generic %s | mica-opt | FileCheck %s
// RUN: mica-opt %s --onnx-infer-shapes | FileCheck %s --check-prefix=INFER

// Operators for signals, grids, random numbers, training and classical machine learning, and the
// types that shape inference gives them.

// CHECK-LABEL: func.func @signals
// INFER-LABEL: func.func @signals
func.func @signals(%x: tensor<2x40x1xf32>, %n: tensor<i64>) -> tensor<*xf32> {
  %8 = onnx.Constant dense<8> : tensor<i64>
  // CHECK: onnx.HannWindow %{{.*}} : (tensor<i64>) -> tensor<*xf32>
  // INFER: onnx.HannWindow {{.*}} -> tensor<8xf32>
  %w = onnx.HannWindow %8 : (tensor<i64>) -> tensor<*xf32>
  // INFER: onnx.BlackmanWindow {{.*}} -> tensor<?xf64>
  %b = onnx.BlackmanWindow %n {output_datatype = f64} : (tensor<i64>) -> tensor<*xf64>
  // INFER: onnx.DFT {{.*}} -> tensor<2x21x2xf32>
  %0 = onnx.DFT %x {onesided = 1 : i64, operandSegmentSizes = array<i32: 1, 0, 0>} : (tensor<2x40x1xf32>) -> tensor<*xf32>
  // INFER: onnx.DFT {{.*}} -> tensor<2x40x1xf32>
  %1 = onnx.DFT %0 {inverse = 1 : i64, onesided = 1 : i64, operandSegmentSizes = array<i32: 1, 0, 0>} : (tensor<*xf32>) -> tensor<*xf32>
  // CHECK: onnx.STFT %{{.*}}, %{{.*}}, %{{.*}} {operandSegmentSizes = array<i32: 1, 1, 1, 0>}
  // INFER: onnx.STFT {{.*}} -> tensor<2x5x5x2xf32>
  %2 = onnx.STFT %1, %8, %w {operandSegmentSizes = array<i32: 1, 1, 1, 0>} : (tensor<*xf32>, tensor<i64>, tensor<*xf32>) -> tensor<*xf32>
  return %2 : tensor<*xf32>
}

// CHECK-LABEL: func.func @grids
// INFER-LABEL: func.func @grids
func.func @grids(%x: tensor<1x3x8x8xf32>, %theta: tensor<1x2x3xf32>) -> tensor<*xf32> {
  %size = onnx.Constant dense<[1, 3, 4, 5]> : tensor<4xi64>
  // INFER: onnx.AffineGrid {{.*}} -> tensor<1x4x5x2xf32>
  %grid = onnx.AffineGrid %theta, %size {align_corners = 1 : i64} : (tensor<1x2x3xf32>, tensor<4xi64>) -> tensor<*xf32>
  // CHECK: onnx.GridSample %{{.*}}, %{{.*}} {mode = "cubic", padding_mode = "border"}
  // INFER: onnx.GridSample {{.*}} -> tensor<1x3x4x5xf32>
  %0 = onnx.GridSample %x, %grid {mode = "cubic", padding_mode = "border"} : (tensor<1x3x8x8xf32>, tensor<*xf32>) -> tensor<*xf32>
  return %0 : tensor<*xf32>
}

// CHECK-LABEL: func.func @random
// INFER-LABEL: func.func @random
func.func @random(%x: tensor<4x3xf32>) -> tensor<*xi32> {
  // CHECK: onnx.RandomNormal {scale = 2.000000e+00 : f32, shape = array<i64: 4, 3>, stream = 7 : i64} : () -> tensor<4x3xf32>
  %0 = onnx.RandomNormal {scale = 2.0 : f32, shape = array<i64: 4, 3>, stream = 7 : i64} : () -> tensor<4x3xf32>
  // INFER: onnx.RandomUniformLike {{.*}} -> tensor<4x3xf64>
  %1 = onnx.RandomUniformLike %0 {dtype = f64} : (tensor<4x3xf32>) -> tensor<*xf64>
  // INFER: onnx.Multinomial {{.*}} -> tensor<4x5xi32>
  %2 = onnx.Multinomial %1 {sample_size = 5 : i64} : (tensor<*xf64>) -> tensor<*xi32>
  return %2 : tensor<*xi32>
}

// CHECK-LABEL: func.func @training
// INFER-LABEL: func.func @training
func.func @training(%r: tensor<f32>, %t: tensor<i64>, %x: tensor<3xf32>) -> tensor<*xf32> {
  // CHECK: onnx.training.Momentum
  // INFER: onnx.training.Momentum {{.*}} -> (tensor<3xf32>, tensor<3xf32>)
  %0:2 = onnx.training.Momentum %r, %t, %x, %x, %x {alpha = 0.5 : f32, beta = 1.0 : f32, mode = "standard", norm_coefficient = 0.0 : f32} : (tensor<f32>, tensor<i64>, tensor<3xf32>, tensor<3xf32>, tensor<3xf32>) -> (tensor<*xf32>, tensor<*xf32>)
  return %0#0 : tensor<*xf32>
}

// Sizes of segments stand in the text where the number of values does not say them.
// CHECK-LABEL: func.func @segments
func.func @segments(%x: tensor<4x2xf32>, %v: tensor<2xf32>, %p: tensor<1xi64>) -> tensor<4x1xf32> {
  // CHECK: onnx.LayerNormalization %{{.*}}, %{{.*}} {resultSegmentSizes = array<i32: 1, 1, 0>} :
  %0:2 = onnx.LayerNormalization %x, %v {resultSegmentSizes = array<i32: 1, 1, 0>} : (tensor<4x2xf32>, tensor<2xf32>) -> (tensor<4x2xf32>, tensor<4x1xf32>)
  // CHECK: onnx.LayerNormalization %{{.*}}, %{{.*}} : (tensor<4x2xf32>, tensor<2xf32>) -> tensor<4x2xf32>
  %1 = onnx.LayerNormalization %x, %v : (tensor<4x2xf32>, tensor<2xf32>) -> tensor<4x2xf32>
  // CHECK: onnx.Slice %{{.*}}, %{{.*}}, %{{.*}}, %{{.*}} {operandSegmentSizes = array<i32: 1, 1, 1, 0, 1>} :
  %2 = onnx.Slice %1, %p, %p, %p {operandSegmentSizes = array<i32: 1, 1, 1, 0, 1>} : (tensor<4x2xf32>, tensor<1xi64>, tensor<1xi64>, tensor<1xi64>) -> tensor<?x2xf32>
  return %0#1 : tensor<4x1xf32>
}

// CHECK-LABEL: func.func @rows
// INFER-LABEL: func.func @rows
func.func @rows(%x: tensor<4x3xf32>, %y: tensor<2xi64>) -> tensor<*xf32> {
  // CHECK: onnx.ml.ArrayFeatureExtractor %{{.*}}, %{{.*}} :
  // INFER: onnx.ml.ArrayFeatureExtractor {{.*}} -> tensor<4x2xf32>
  %0 = onnx.ml.ArrayFeatureExtractor %x, %y : (tensor<4x3xf32>, tensor<2xi64>) -> tensor<*xf32>
  // INFER: onnx.ml.Scaler {{.*}} -> tensor<4x2xf32>
  %1 = onnx.ml.Scaler %0 {offset = array<f32: 1.0, 2.0>} : (tensor<*xf32>) -> tensor<*xf32>
  return %1 : tensor<*xf32>
}
