// RUN: mica-opt %s --convert-onnx-to-linalg --split-input-file | FileCheck %s

// The bias is where the accumulator starts; a constant operand is transposed here.
// CHECK-LABEL: func.func @gemm
// CHECK-SAME: (%[[A:.*]]: tensor<1x3xf32>, %[[C:.*]]: tensor<2xf32>)
func.func @gemm(%a: tensor<1x3xf32>, %c: tensor<2xf32>) -> tensor<1x2xf32> {
  %b = onnx.Constant dense<[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]> : tensor<2x3xf32>
  // CHECK-DAG: %[[B:.*]] = arith.constant dense<{{\[\[}}1.000000e+00, 4.000000e+00], [2.000000e+00, 5.000000e+00], [3.000000e+00, 6.000000e+00]]> : tensor<3x2xf32>
  // CHECK: %[[INTO:.*]] = linalg.generic {{.*}} ins(%[[C]] : tensor<2xf32>)
  // CHECK: linalg.matmul ins(%[[A]], %[[B]] : tensor<1x3xf32>, tensor<3x2xf32>) outs(%[[INTO]] : tensor<1x2xf32>)
  %0 = onnx.Gemm %a, %b, %c {transB = 1 : i64} : (tensor<1x3xf32>, tensor<2x3xf32>, tensor<2xf32>) -> tensor<1x2xf32>
  return %0 : tensor<1x2xf32>
}

// -----

// alpha keeps the bias from being the accumulator.
// CHECK-LABEL: func.func @gemm_scaled
func.func @gemm_scaled(%a: tensor<3x4xf32>, %b: tensor<3x2xf32>, %c: tensor<4x1xf32>) -> tensor<4x2xf32> {
  // CHECK: linalg.transpose ins(%{{.*}} : tensor<3x4xf32>) outs(%{{.*}} : tensor<4x3xf32>) permutation = [1, 0]
  // CHECK: %[[FILL:.*]] = linalg.fill
  // CHECK: linalg.matmul {{.*}} outs(%[[FILL]] : tensor<4x2xf32>)
  // CHECK: arith.mulf
  // CHECK: arith.mulf
  // CHECK: arith.addf
  %0 = onnx.Gemm %a, %b, %c {alpha = 0.5 : f32, beta = 2.0 : f32, transA = 1 : i64} : (tensor<3x4xf32>, tensor<3x2xf32>, tensor<4x1xf32>) -> tensor<4x2xf32>
  return %0 : tensor<4x2xf32>
}

// -----

// CHECK-LABEL: func.func @matrices
func.func @matrices(%a: tensor<?x3xf32>, %b: tensor<3x4xf32>) -> tensor<?x4xf32> {
  // CHECK: tensor.dim %arg0
  // CHECK: tensor.empty(%{{.*}}) : tensor<?x4xf32>
  // CHECK: linalg.matmul
  %0 = onnx.MatMul %a, %b : (tensor<?x3xf32>, tensor<3x4xf32>) -> tensor<?x4xf32>
  return %0 : tensor<?x4xf32>
}

// -----

// CHECK-LABEL: func.func @vectors
func.func @vectors(%a: tensor<3xf32>, %b: tensor<3xf32>) -> tensor<f32> {
  // CHECK: linalg.matmul ins(%{{.*}}, %{{.*}} : tensor<1x3xf32>, tensor<3x1xf32>) outs(%{{.*}} : tensor<1x1xf32>)
  // CHECK: tensor.collapse_shape %{{.*}} [] : tensor<1x1xf32> into tensor<f32>
  %0 = onnx.MatMul %a, %b : (tensor<3xf32>, tensor<3xf32>) -> tensor<f32>
  return %0 : tensor<f32>
}

// -----

// A batch on the left alone joins the rows.
// CHECK-LABEL: func.func @rows
func.func @rows(%a: tensor<2x5x3xf32>, %b: tensor<3x4xf32>) -> tensor<2x5x4xf32> {
  // CHECK: linalg.matmul ins(%{{.*}}, %{{.*}} : tensor<10x3xf32>, tensor<3x4xf32>)
  // CHECK: tensor.expand_shape %{{.*}} {{\[\[}}0, 1], [2]] output_shape [2, 5, 4]
  %0 = onnx.MatMul %a, %b : (tensor<2x5x3xf32>, tensor<3x4xf32>) -> tensor<2x5x4xf32>
  return %0 : tensor<2x5x4xf32>
}

// -----

// CHECK-LABEL: func.func @batches
func.func @batches(%a: tensor<2x1x4x3xf32>, %b: tensor<7x3x6xf32>) -> tensor<2x7x4x6xf32> {
  // CHECK: linalg.generic {{.*}} outs(%{{.*}} : tensor<2x7x4x3xf32>)
  // CHECK: linalg.generic {{.*}} outs(%{{.*}} : tensor<2x7x3x6xf32>)
  // CHECK: linalg.batch_matmul ins(%{{.*}}, %{{.*}} : tensor<14x4x3xf32>, tensor<14x3x6xf32>)
  %0 = onnx.MatMul %a, %b : (tensor<2x1x4x3xf32>, tensor<7x3x6xf32>) -> tensor<2x7x4x6xf32>
  return %0 : tensor<2x7x4x6xf32>
}

// -----

// The same batch on both sides: views only.
// CHECK-LABEL: func.func @same_batch
func.func @same_batch(%a: tensor<2x4x3xf32>, %b: tensor<2x3x6xf32>) -> tensor<2x4x6xf32> {
  // CHECK-NOT: linalg.generic
  // CHECK: linalg.batch_matmul
  %0 = onnx.MatMul %a, %b : (tensor<2x4x3xf32>, tensor<2x3x6xf32>) -> tensor<2x4x6xf32>
  return %0 : tensor<2x4x6xf32>
}
