// RUN: mica-opt %s --convert-onnx-to-linalg --split-input-file | FileCheck %s

// Constant parameters: a = 2 / sqrt(3 + 1) = 1, 6 / 2 = 3; b = B - mean * a.
// CHECK-LABEL: func.func @constants
func.func @constants(%x: tensor<1x2x3xf32>) -> tensor<1x2x3xf32> {
  %scale = onnx.Constant dense<[2.0, 6.0]> : tensor<2xf32>
  %offset = onnx.Constant dense<[100.0, 200.0]> : tensor<2xf32>
  %mean = onnx.Constant dense<[1.0, 2.0]> : tensor<2xf32>
  %var = onnx.Constant dense<3.0> : tensor<2xf32>
  // CHECK-DAG: %[[A:.*]] = arith.constant dense<[1.000000e+00, 3.000000e+00]> : tensor<2xf32>
  // CHECK-DAG: %[[B:.*]] = arith.constant dense<[9.900000e+01, 1.940000e+02]> : tensor<2xf32>
  // CHECK: linalg.generic {{.*}} ins(%{{.*}}, %[[A]], %[[B]] :
  // CHECK: arith.mulf
  // CHECK: arith.addf
  // CHECK-NOT: math.sqrt
  %0 = onnx.BatchNormalization %x, %scale, %offset, %mean, %var {epsilon = 1.0 : f32} : (tensor<1x2x3xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>) -> tensor<1x2x3xf32>
  return %0 : tensor<1x2x3xf32>
}

// -----

// Other parameters: both vectors are computed, once for each channel.
// CHECK-LABEL: func.func @values
func.func @values(%x: tensor<?x2x3xf32>, %v: tensor<2xf32>) -> tensor<?x2x3xf32> {
  // CHECK: linalg.generic {{.*}} outs(%{{.*}} : tensor<2xf32>)
  // CHECK: math.sqrt
  // CHECK: linalg.generic {{.*}} outs(%{{.*}} : tensor<2xf32>)
  // CHECK: linalg.generic {{.*}} outs(%{{.*}} : tensor<?x2x3xf32>)
  %0 = onnx.BatchNormalization %x, %v, %v, %v, %v : (tensor<?x2x3xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>) -> tensor<?x2x3xf32>
  return %0 : tensor<?x2x3xf32>
}

// -----

// CHECK-LABEL: func.func @softmax
func.func @softmax(%x: tensor<2x3x4xf32>) -> tensor<2x3x4xf32> {
  // CHECK: %[[M:.*]] = linalg.generic {{.*}} iterator_types = ["parallel", "reduction", "parallel"]
  // CHECK: arith.maximumf
  // CHECK: %[[E:.*]] = linalg.generic {{.*}} ins(%{{.*}}, %[[M]] : tensor<2x3x4xf32>, tensor<2x4xf32>)
  // CHECK: arith.subf
  // CHECK: math.exp
  // CHECK: %[[S:.*]] = linalg.generic {{.*}} ins(%[[E]] : tensor<2x3x4xf32>)
  // CHECK: arith.addf
  // CHECK: linalg.generic {{.*}} ins(%[[E]], %[[S]] : tensor<2x3x4xf32>, tensor<2x4xf32>)
  // CHECK: arith.divf
  %0 = onnx.Softmax %x {axis = 1 : i64} : (tensor<2x3x4xf32>) -> tensor<2x3x4xf32>
  return %0 : tensor<2x3x4xf32>
}
