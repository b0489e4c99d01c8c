// RUN: mica-opt %s --convert-onnx-to-linalg --split-input-file | FileCheck %s

// Without decay and delta the state is only added to; its rows are the innermost loop.
// CHECK-LABEL: func.func @linear
func.func @linear(%q: tensor<2x3x8xf32>, %k: tensor<2x3x4xf32>, %v: tensor<2x3x6xf32>) -> tensor<2x3x12xf32> {
  // CHECK: %[[STATE:.*]] = linalg.fill {{.*}} -> tensor<2x1x4x6xf32>
  // CHECK: scf.for {{.*}} iter_args(%{{.*}} = %[[STATE]], %{{.*}} = %{{.*}}, %{{.*}} = %{{.*}}) -> (tensor<2x1x4x6xf32>, tensor<6xf32>, tensor<2x3x12xf32>)
  // CHECK-NOT: math.exp
  // CHECK-NOT: arith.subf
  %y, %state = "onnx.LinearAttention"(%q, %k, %v) {q_num_heads = 2 : i64, kv_num_heads = 1 : i64, update_rule = "linear", operandSegmentSizes = array<i32: 1, 1, 1, 0, 0, 0>} : (tensor<2x3x8xf32>, tensor<2x3x4xf32>, tensor<2x3x6xf32>) -> (tensor<2x3x12xf32>, tensor<2x1x4x6xf32>)
  return %y : tensor<2x3x12xf32>
}

// -----

// The decay is exponentiated once, before the loops; half-wide elements are computed as f32.
// CHECK-LABEL: func.func @gated_delta
// CHECK-SAME: (%[[Q:.*]]: tensor<?x?x4xf16>, %{{.*}}, %{{.*}}, %[[PAST:.*]]: tensor<?x1x4x6xf32>,
func.func @gated_delta(%q: tensor<?x?x4xf16>, %k: tensor<?x?x4xf16>, %v: tensor<?x?x6xf16>, %past: tensor<?x1x4x6xf32>, %decay: tensor<?x?x4xf16>, %beta: tensor<?x?x1xf16>) -> (tensor<?x?x6xf16>, tensor<?x1x4x6xf32>) {
  // CHECK: math.exp {{.*}} : f32
  // CHECK: scf.for {{.*}} iter_args(%{{.*}} = %[[PAST]],
  // CHECK-NOT: math.exp
  // CHECK: arith.subf
  %y, %state = "onnx.LinearAttention"(%q, %k, %v, %past, %decay, %beta) {q_num_heads = 1 : i64, kv_num_heads = 1 : i64, operandSegmentSizes = array<i32: 1, 1, 1, 1, 1, 1>} : (tensor<?x?x4xf16>, tensor<?x?x4xf16>, tensor<?x?x6xf16>, tensor<?x1x4x6xf32>, tensor<?x?x4xf16>, tensor<?x?x1xf16>) -> (tensor<?x?x6xf16>, tensor<?x1x4x6xf32>)
  return %y, %state : tensor<?x?x6xf16>, tensor<?x1x4x6xf32>
}

// -----

// CHECK-LABEL: func.func @circular
func.func @circular(%cache: tensor<2x4x3xf32>, %update: tensor<2x2x3xf32>, %starts: tensor<2xi64>) -> tensor<2x4x3xf32> {
  // CHECK: arith.remui
  // CHECK: tensor.insert
  %0 = onnx.TensorScatter %cache, %update, %starts {mode = "circular"} : (tensor<2x4x3xf32>, tensor<2x2x3xf32>, tensor<2xi64>) -> tensor<2x4x3xf32>
  return %0 : tensor<2x4x3xf32>
}
