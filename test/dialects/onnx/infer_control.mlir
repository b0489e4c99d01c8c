// RUN: mica-opt %s --onnx-infer-shapes --split-input-file | FileCheck %s

// A condition on sizes decides: one branch remains, although the other is of another rank.
// CHECK-LABEL: func.func @decided
// CHECK-SAME: -> tensor<2x3xf32>
// CHECK-NOT: onnx.If
// CHECK: %[[R:.*]] = onnx.Relu %{{.*}} : (tensor<2x3xf32>) -> tensor<2x3xf32>
// CHECK: return %[[R]]
func.func @decided(%x: tensor<2x3xf32>) -> tensor<*xf32> {
  %shape = onnx.Shape %x : (tensor<2x3xf32>) -> tensor<2xi64>
  %one = onnx.Constant dense<1> : tensor<i64>
  %three = onnx.Constant dense<3> : tensor<i64>
  %size = onnx.Gather %shape, %one : (tensor<2xi64>, tensor<i64>) -> tensor<i64>
  %c = onnx.Equal %size, %three : (tensor<i64>, tensor<i64>) -> tensor<i1>
  %0 = onnx.If %c {
    %1 = onnx.Relu %x : (tensor<2x3xf32>) -> tensor<*xf32>
    onnx.Yield %1 : tensor<*xf32>
  } else {
    %1 = onnx.Flatten %x {axis = 0 : i64} : (tensor<2x3xf32>) -> tensor<?x?xf32>
    %axes = onnx.Constant dense<0> : tensor<1xi64>
    %2 = onnx.Squeeze %1, %axes : (tensor<?x?xf32>, tensor<1xi64>) -> tensor<?xf32>
    onnx.Yield %2 : tensor<?xf32>
  } : (tensor<i1>) -> tensor<*xf32>
  return %0 : tensor<*xf32>
}

// -----

// Not decided: what both branches say.
// CHECK-LABEL: func.func @both
// CHECK-SAME: -> tensor<2x?xf32>
// CHECK: onnx.If
// CHECK: } : (tensor<i1>) -> tensor<2x?xf32>
func.func @both(%c: tensor<i1>, %x: tensor<2x3xf32>, %y: tensor<2x4xf32>) -> tensor<*xf32> {
  %0 = onnx.If %c {
    %1 = onnx.Relu %x : (tensor<2x3xf32>) -> tensor<*xf32>
    onnx.Yield %1 : tensor<*xf32>
  } else {
    onnx.Yield %y : tensor<2x4xf32>
  } : (tensor<i1>) -> tensor<*xf32>
  return %0 : tensor<*xf32>
}

// -----

// An If that is decided and empty leaves nothing; casts serve those who need the old type.
// CHECK-LABEL: func.func @empty
// CHECK-NEXT: %{{.*}} = onnx.Constant
// CHECK-NEXT: %[[C:.*]] = tensor.cast %{{.*}} : tensor<2xf32> to tensor<?xf32>
// CHECK-NEXT: %{{.*}} = tensor.dim %[[C]]
func.func @empty(%x: tensor<2xf32>, %i: index) -> index {
  %c = onnx.Constant dense<false> : tensor<i1>
  %0 = onnx.If %c {
    onnx.Yield %x : tensor<2xf32>
  } else {
    onnx.Yield %x : tensor<2xf32>
  } : (tensor<i1>) -> tensor<?xf32>
  %1 = tensor.dim %0, %i : tensor<?xf32>
  return %1 : index
}

// -----

// Carried values are of the type of their inits where the body keeps it.
// CHECK-LABEL: func.func @kept
// CHECK: ^bb0(%{{.*}}: tensor<i64>, %{{.*}}: tensor<i1>, %{{.*}}: tensor<2xf32>):
// CHECK: -> (tensor<2xf32>, tensor<4x2xf32>)
func.func @kept(%x: tensor<2xf32>) -> (tensor<?xf32>, tensor<?x?xf32>) {
  %m = onnx.Constant dense<4> : tensor<i64>
  %0:2 = onnx.Loop %m, %x {
  ^bb0(%i: tensor<i64>, %c: tensor<i1>, %s: tensor<?xf32>):
    %1 = onnx.Relu %s : (tensor<?xf32>) -> tensor<?xf32>
    onnx.Yield %c, %1, %s : tensor<i1>, tensor<?xf32>, tensor<?xf32>
  } {operandSegmentSizes = array<i32: 1, 0, 1>} : (tensor<i64>, tensor<2xf32>) -> (tensor<?xf32>, tensor<?x?xf32>)
  return %0#0, %0#1 : tensor<?xf32>, tensor<?x?xf32>
}

// -----

// Here it does not: the value grows.
// CHECK-LABEL: func.func @grows
// CHECK: ^bb0(%{{.*}}: tensor<i64>, %{{.*}}: tensor<i1>, %{{.*}}: tensor<?xf32>):
// CHECK: -> tensor<?xf32>
func.func @grows(%x: tensor<2xf32>) -> tensor<?xf32> {
  %m = onnx.Constant dense<4> : tensor<i64>
  %0 = onnx.Loop %m, %x {
  ^bb0(%i: tensor<i64>, %c: tensor<i1>, %s: tensor<?xf32>):
    %1 = onnx.Concat %s, %x {axis = 0 : i64} : (tensor<?xf32>, tensor<2xf32>) -> tensor<?xf32>
    onnx.Yield %c, %1 : tensor<i1>, tensor<?xf32>
  } {operandSegmentSizes = array<i32: 1, 0, 1>} : (tensor<i64>, tensor<2xf32>) -> tensor<?xf32>
  return %0 : tensor<?xf32>
}

// -----

// Slices are their input's, without the axis.
// CHECK-LABEL: func.func @slices
// CHECK: ^bb0(%{{.*}}: tensor<2xf32>, %{{.*}}: tensor<2xf32>):
// CHECK: -> (tensor<2xf32>, tensor<2x5xf32>)
func.func @slices(%s: tensor<2xf32>, %x: tensor<2x5xf32>) -> (tensor<?xf32>, tensor<*xf32>) {
  %0:2 = onnx.Scan %s, %x {
  ^bb0(%t: tensor<?xf32>, %v: tensor<?xf32>):
    %1 = onnx.Relu %v : (tensor<?xf32>) -> tensor<*xf32>
    onnx.Yield %t, %1 : tensor<?xf32>, tensor<*xf32>
  } {num_scan_inputs = 1 : i64, scan_input_axes = array<i64: -1>, scan_output_axes = array<i64: -1>} : (tensor<2xf32>, tensor<2x5xf32>) -> (tensor<?xf32>, tensor<*xf32>)
  return %0#0, %0#1 : tensor<?xf32>, tensor<*xf32>
}
