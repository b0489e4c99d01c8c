// RUN: mica-opt %s | FileCheck %s
// RUN: mica-opt %s | mica-opt | FileCheck %s
// RUN: mica-opt --mlir-print-op-generic %s | mica-opt | FileCheck %s

// Control flow in its custom form; bodies use values from outside, nested ones too.

// CHECK-LABEL: func.func @branch
// CHECK-SAME: (%[[C:.*]]: tensor<i1>, %[[X:.*]]: tensor<2xf32>)
func.func @branch(%c: tensor<i1>, %x: tensor<2xf32>) -> tensor<2xf32> {
  // CHECK: %[[R:.*]] = onnx.If %[[C]] {
  // CHECK:   %[[A:.*]] = onnx.Relu %[[X]]
  // CHECK:   onnx.Yield %[[A]] : tensor<2xf32>
  // CHECK: } else {
  // CHECK:   onnx.Yield %[[X]] : tensor<2xf32>
  // CHECK: } : (tensor<i1>) -> tensor<2xf32>
  %0 = onnx.If %c {
    %1 = onnx.Relu %x : (tensor<2xf32>) -> tensor<2xf32>
    onnx.Yield %1 : tensor<2xf32>
  } else {
    onnx.Yield %x : tensor<2xf32>
  } : (tensor<i1>) -> tensor<2xf32>
  return %0 : tensor<2xf32>
}

// CHECK-LABEL: func.func @loops
func.func @loops(%m: tensor<i64>, %x: tensor<2xf32>) -> (tensor<2xf32>, tensor<?x2xf32>) {
  // CHECK: %{{.*}}:2 = onnx.Loop %{{.*}}, %{{.*}} {
  // CHECK: ^bb0(%{{.*}}: tensor<i64>, %[[C:.*]]: tensor<i1>, %[[S:.*]]: tensor<2xf32>):
  // CHECK:   onnx.If %[[C]]
  // CHECK:   onnx.Yield %[[C]], %{{.*}}, %[[S]] : tensor<i1>, tensor<2xf32>, tensor<2xf32>
  // CHECK: } {operandSegmentSizes = array<i32: 1, 0, 1>} : (tensor<i64>, tensor<2xf32>) -> (tensor<2xf32>, tensor<?x2xf32>)
  %0:2 = onnx.Loop %m, %x {
  ^bb0(%i: tensor<i64>, %c: tensor<i1>, %s: tensor<2xf32>):
    %1 = onnx.If %c {
      %2 = onnx.Add %s, %x : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
      onnx.Yield %2 : tensor<2xf32>
    } else {
      onnx.Yield %s : tensor<2xf32>
    } : (tensor<i1>) -> tensor<2xf32>
    onnx.Yield %c, %1, %s : tensor<i1>, tensor<2xf32>, tensor<2xf32>
  } {operandSegmentSizes = array<i32: 1, 0, 1>} : (tensor<i64>, tensor<2xf32>) -> (tensor<2xf32>, tensor<?x2xf32>)
  return %0#0, %0#1 : tensor<2xf32>, tensor<?x2xf32>
}

// CHECK-LABEL: func.func @scans
func.func @scans(%s: tensor<f32>, %x: tensor<2x5xf32>) -> tensor<2x5xf32> {
  // CHECK: onnx.Scan %{{.*}}, %{{.*}} {
  // CHECK: ^bb0(%{{.*}}: tensor<f32>, %[[X:.*]]: tensor<2xf32>):
  // CHECK: } {num_scan_inputs = 1 : i64, scan_input_axes = array<i64: 1>, scan_output_axes = array<i64: 1>}
  %0:2 = onnx.Scan %s, %x {
  ^bb0(%t: tensor<f32>, %v: tensor<2xf32>):
    onnx.Yield %t, %v : tensor<f32>, tensor<2xf32>
  } {num_scan_inputs = 1 : i64, scan_input_axes = array<i64: 1>, scan_output_axes = array<i64: 1>} : (tensor<f32>, tensor<2x5xf32>) -> (tensor<f32>, tensor<2x5xf32>)
  return %0#1 : tensor<2x5xf32>
}

// CHECK-LABEL: func.func @recurrent
func.func @recurrent(%x: tensor<4x3x2xf32>, %w: tensor<1x20x2xf32>, %r: tensor<1x20x5xf32>, %h: tensor<1x3x5xf32>) -> tensor<1x3x5xf32> {
  // CHECK: onnx.LSTM %{{.*}}, %{{.*}}, %{{.*}}, %{{.*}} {operandSegmentSizes = array<i32: 1, 1, 1, 0, 0, 1, 0, 0>, resultSegmentSizes = array<i32: 1, 1, 0>}
  %0:2 = onnx.LSTM %x, %w, %r, %h {operandSegmentSizes = array<i32: 1, 1, 1, 0, 0, 1, 0, 0>, resultSegmentSizes = array<i32: 1, 1, 0>} : (tensor<4x3x2xf32>, tensor<1x20x2xf32>, tensor<1x20x5xf32>, tensor<1x3x5xf32>) -> (tensor<4x1x3x5xf32>, tensor<1x3x5xf32>)
  return %0#1 : tensor<1x3x5xf32>
}
