// RUN: mica-opt %s --canonicalize --split-input-file | FileCheck %s

// Identity goes.
// CHECK-LABEL: func.func @identity
// CHECK-SAME: (%[[X:.*]]: tensor<2xf32>)
func.func @identity(%x: tensor<2xf32>) -> tensor<2xf32> {
  // CHECK-NEXT: return %[[X]]
  %0 = onnx.Identity %x : (tensor<2xf32>) -> tensor<2xf32>
  return %0 : tensor<2xf32>
}

// -----

// One that changes the type stays.
// CHECK-LABEL: func.func @identity_with_type
func.func @identity_with_type(%x: tensor<2xf32>) -> tensor<*xf32> {
  // CHECK: onnx.Identity
  %0 = onnx.Identity %x : (tensor<2xf32>) -> tensor<*xf32>
  return %0 : tensor<*xf32>
}

// -----

// Factors 2 / sqrt(3 + 1) = 1 and 6 / sqrt(3 + 1) = 3; (bias - mean) * factor + offset.
// CHECK-LABEL: func.func @batch_normalization
func.func @batch_normalization(%x: tensor<1x1x4x4xf32>) -> tensor<1x2x3x3xf32> {
  %w = onnx.Constant dense<[[[[1.0, 2.0], [3.0, 4.0]]], [[[5.0, 6.0], [7.0, 8.0]]]]> : tensor<2x1x2x2xf32>
  %b = onnx.Constant dense<[10.0, 20.0]> : tensor<2xf32>
  %scale = onnx.Constant dense<[2.0, 6.0]> : tensor<2xf32>
  %offset = onnx.Constant dense<[100.0, 200.0]> : tensor<2xf32>
  %mean = onnx.Constant dense<[1.0, 2.0]> : tensor<2xf32>
  %var = onnx.Constant dense<3.0> : tensor<2xf32>
  // CHECK-DAG: %[[W:.*]] = onnx.Constant dense<{{\[\[\[\[}}1.000000e+00, 2.000000e+00], [3.000000e+00, 4.000000e+00]]], {{\[\[\[}}1.500000e+01, 1.800000e+01], [2.100000e+01, 2.400000e+01]]]]> : tensor<2x1x2x2xf32>
  // CHECK-DAG: %[[B:.*]] = onnx.Constant dense<[1.090000e+02, 2.540000e+02]> : tensor<2xf32>
  // CHECK: %[[Y:.*]] = onnx.Conv %{{.*}}, %[[W]], %[[B]]
  // CHECK-NEXT: return %[[Y]]
  %0 = onnx.Conv %x, %w, %b : (tensor<1x1x4x4xf32>, tensor<2x1x2x2xf32>, tensor<2xf32>) -> tensor<1x2x3x3xf32>
  %1 = onnx.BatchNormalization %0, %scale, %offset, %mean, %var {epsilon = 1.0 : f32} : (tensor<1x2x3x3xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>) -> tensor<1x2x3x3xf32>
  return %1 : tensor<1x2x3x3xf32>
}

// -----

// Without a bias: -mean * factor + offset.
// CHECK-LABEL: func.func @no_bias
func.func @no_bias(%x: tensor<1x1x4xf32>) -> tensor<1x1x4xf32> {
  %w = onnx.Constant dense<2.0> : tensor<1x1x1xf32>
  %scale = onnx.Constant dense<4.0> : tensor<1xf32>
  %offset = onnx.Constant dense<100.0> : tensor<1xf32>
  %mean = onnx.Constant dense<1.0> : tensor<1xf32>
  %var = onnx.Constant dense<3.0> : tensor<1xf32>
  // CHECK-DAG: %[[W:.*]] = onnx.Constant dense<4.000000e+00> : tensor<1x1x1xf32>
  // CHECK-DAG: %[[B:.*]] = onnx.Constant dense<9.800000e+01> : tensor<1xf32>
  // CHECK: onnx.Conv %{{.*}}, %[[W]], %[[B]]
  // CHECK-NOT: onnx.BatchNormalization
  %0 = onnx.Conv %x, %w : (tensor<1x1x4xf32>, tensor<1x1x1xf32>) -> tensor<1x1x4xf32>
  %1 = onnx.BatchNormalization %0, %scale, %offset, %mean, %var {epsilon = 1.0 : f32} : (tensor<1x1x4xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x1x4xf32>
  return %1 : tensor<1x1x4xf32>
}

// -----

// The convolution has another use, or the filter is no constant: both stay.
// CHECK-LABEL: func.func @not_folded
func.func @not_folded(%x: tensor<1x1x4xf32>, %w1: tensor<1x1x1xf32>) -> (tensor<1x1x4xf32>, tensor<1x1x4xf32>, tensor<1x1x4xf32>) {
  %w = onnx.Constant dense<2.0> : tensor<1x1x1xf32>
  %v = onnx.Constant dense<4.0> : tensor<1xf32>
  // CHECK: onnx.Conv
  // CHECK: onnx.BatchNormalization
  %0 = onnx.Conv %x, %w : (tensor<1x1x4xf32>, tensor<1x1x1xf32>) -> tensor<1x1x4xf32>
  %1 = onnx.BatchNormalization %0, %v, %v, %v, %v : (tensor<1x1x4xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x1x4xf32>
  // CHECK: onnx.Conv
  // CHECK: onnx.BatchNormalization
  %2 = onnx.Conv %x, %w1 : (tensor<1x1x4xf32>, tensor<1x1x1xf32>) -> tensor<1x1x4xf32>
  %3 = onnx.BatchNormalization %2, %v, %v, %v, %v : (tensor<1x1x4xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x1x4xf32>
  return %0, %1, %3 : tensor<1x1x4xf32>, tensor<1x1x4xf32>, tensor<1x1x4xf32>
}

// -----

// An If whose condition is known is the branch that is taken.
// CHECK-LABEL: func.func @decide
// CHECK-SAME: (%[[X:.*]]: tensor<2xf32>
// CHECK-NOT: onnx.If
// CHECK: %[[R:.*]] = onnx.Relu %[[X]]
// CHECK: return %[[R]]
func.func @decide(%x: tensor<2xf32>) -> tensor<2xf32> {
  %c = onnx.Constant dense<true> : tensor<i1>
  %0 = onnx.If %c {
    %1 = onnx.Relu %x : (tensor<2xf32>) -> tensor<2xf32>
    onnx.Yield %1 : tensor<2xf32>
  } else {
    onnx.Yield %x : tensor<2xf32>
  } : (tensor<i1>) -> tensor<2xf32>
  return %0 : tensor<2xf32>
}

// -----

// Not when it is not known, or when the branch has another type.
// CHECK-LABEL: func.func @keep_if
// CHECK: onnx.If
// CHECK: onnx.If
func.func @keep_if(%c: tensor<i1>, %x: tensor<2xf32>) -> (tensor<2xf32>, tensor<?xf32>) {
  %0 = onnx.If %c {
    %1 = onnx.Relu %x : (tensor<2xf32>) -> tensor<2xf32>
    onnx.Yield %1 : tensor<2xf32>
  } else {
    onnx.Yield %x : tensor<2xf32>
  } : (tensor<i1>) -> tensor<2xf32>
  %true = onnx.Constant dense<true> : tensor<i1>
  %2 = onnx.If %true {
    onnx.Yield %x : tensor<2xf32>
  } else {
    onnx.Yield %x : tensor<2xf32>
  } : (tensor<i1>) -> tensor<?xf32>
  return %0, %2 : tensor<2xf32>, tensor<?xf32>
}
