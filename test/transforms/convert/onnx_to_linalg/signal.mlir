// RUN: mica-opt %s --convert-onnx-to-linalg --split-input-file | FileCheck %s

// A window of known size is a constant.
// CHECK-LABEL: func.func @window
func.func @window() -> tensor<4xf32> {
  // CHECK: arith.constant dense<[0.000000e+00, 5.000000e-01, 1.000000e+00, 5.000000e-01]> : tensor<4xf32>
  // CHECK-NOT: linalg
  %n = onnx.Constant dense<4> : tensor<i64>
  %0 = onnx.HannWindow %n : (tensor<i64>) -> tensor<4xf32>
  return %0 : tensor<4xf32>
}

// -----

// CHECK-LABEL: func.func @window_at_run_time
func.func @window_at_run_time(%n: tensor<i64>) -> tensor<?xf32> {
  // CHECK: %[[N:.*]] = tensor.extract %{{.*}}[] : tensor<i64>
  // CHECK: %[[I:.*]] = arith.index_cast %[[N]]
  // CHECK: tensor.empty(%[[I]])
  // CHECK: linalg.generic
  // CHECK: math.cos
  %0 = onnx.HannWindow %n : (tensor<i64>) -> tensor<?xf32>
  return %0 : tensor<?xf32>
}

// -----

// 24 elements: a stage of 4, one of 2 and one of 3, each a contraction with its table. The first
// reads reals; the half that is asked for is cut off at the end.
// CHECK-LABEL: func.func @stages
func.func @stages(%x: tensor<5x24x1xf32>) -> tensor<5x13x2xf32> {
  // CHECK: arith.constant dense<{{.*}}> : tensor<6x4x4x1x2xf32>
  // CHECK: linalg.generic {{.*}} iterator_types = ["parallel", "parallel", "parallel", "parallel", "parallel", "parallel", "reduction", "reduction"]
  // CHECK-SAME: tensor<5x4x6x1x1x1xf32>, tensor<6x4x4x1x2xf32>
  // CHECK: arith.constant dense<{{.*}}> : tensor<3x2x2x2x2xf32>
  // CHECK: arith.constant dense<{{.*}}> : tensor<1x3x3x2x2xf32>
  // CHECK: tensor.extract_slice {{.*}}[0, 0, 0, 0] [5, 13, 1, 2]
  // CHECK-NOT: math.cos
  %0 = onnx.DFT %x {onesided = 1 : i64, operandSegmentSizes = array<i32: 1, 0, 0>} : (tensor<5x24x1xf32>) -> tensor<5x13x2xf32>
  return %0 : tensor<5x13x2xf32>
}

// -----

// An axis that comes at run time takes the definition.
// CHECK-LABEL: func.func @axis
func.func @axis(%x: tensor<4x8x2xf32>, %axis: tensor<i64>) -> tensor<4x8x2xf32> {
  // CHECK: scf.for
  // CHECK: math.cos
  // CHECK: math.sin
  %0 = onnx.DFT %x, %axis {operandSegmentSizes = array<i32: 1, 0, 1>} : (tensor<4x8x2xf32>, tensor<i64>) -> tensor<4x8x2xf32>
  return %0 : tensor<4x8x2xf32>
}
