// RUN: mica-opt %s --convert-onnx-to-scf --split-input-file | FileCheck %s

// CHECK-LABEL: func.func @branch
// CHECK: %[[C:.*]] = tensor.extract %{{.*}}[%{{.*}}] : tensor<1xi1>
// CHECK: %[[R:.*]] = scf.if %[[C]] -> (tensor<?xf32>) {
// CHECK:   %[[A:.*]] = tensor.cast %{{.*}} : tensor<2xf32> to tensor<?xf32>
// CHECK:   scf.yield %[[A]]
// CHECK: } else {
// CHECK:   %[[B:.*]] = tensor.cast %{{.*}} : tensor<3xf32> to tensor<?xf32>
// CHECK:   scf.yield %[[B]]
func.func @branch(%c: tensor<1xi1>, %x: tensor<2xf32>, %y: tensor<3xf32>) -> tensor<?xf32> {
  %0 = onnx.If %c {
    onnx.Yield %x : tensor<2xf32>
  } else {
    onnx.Yield %y : tensor<3xf32>
  } : (tensor<1xi1>) -> tensor<?xf32>
  return %0 : tensor<?xf32>
}

// -----

// scf carries no signs.
// CHECK-LABEL: func.func @unsigned
// CHECK: scf.if %{{.*}} -> (tensor<2xi8>)
// CHECK:   unrealized_conversion_cast %{{.*}} : tensor<2xui8> to tensor<2xi8>
// CHECK: unrealized_conversion_cast %{{.*}} : tensor<2xi8> to tensor<2xui8>
func.func @unsigned(%c: tensor<i1>, %x: tensor<2xui8>, %y: tensor<2xui8>) -> tensor<2xui8> {
  %0 = onnx.If %c {
    onnx.Yield %x : tensor<2xui8>
  } else {
    onnx.Yield %y : tensor<2xui8>
  } : (tensor<i1>) -> tensor<2xui8>
  return %0 : tensor<2xui8>
}

// -----

// A known number of iterations: a static tensor takes what each gives.
// CHECK-LABEL: func.func @counted
// CHECK-DAG: %[[E:.*]] = tensor.empty() : tensor<4x2xf32>
// CHECK-DAG: %[[M:.*]] = arith.constant 4 : index
// CHECK: scf.for %[[I:.*]] = %{{.*}} to %[[M]] step %{{.*}} iter_args(%[[S:.*]] = %{{.*}}, %[[Z:.*]] = %[[E]]) -> (tensor<2xf32>, tensor<4x2xf32>) {
// CHECK:   %[[N:.*]] = arith.index_cast %[[I]] : index to i64
// CHECK:   tensor.from_elements %[[N]] : tensor<i64>
// CHECK:   %[[A:.*]] = onnx.Add %[[S]]
// CHECK:   %[[P:.*]] = tensor.insert_slice %[[S]] into %[[Z]][%[[I]], 0] [1, 2] [1, 1] : tensor<2xf32> into tensor<4x2xf32>
// CHECK:   scf.yield %[[A]], %[[P]]
func.func @counted(%x: tensor<2xf32>) -> (tensor<2xf32>, tensor<4x2xf32>) {
  %m = onnx.Constant dense<4> : tensor<i64>
  %0:2 = onnx.Loop %m, %x {
  ^bb0(%i: tensor<i64>, %c: tensor<i1>, %s: tensor<2xf32>):
    %1 = onnx.Add %s, %x : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
    onnx.Yield %c, %1, %s : tensor<i1>, tensor<2xf32>, tensor<2xf32>
  } {operandSegmentSizes = array<i32: 1, 0, 1>} : (tensor<i64>, tensor<2xf32>) -> (tensor<2xf32>, tensor<4x2xf32>)
  return %0#0, %0#1 : tensor<2xf32>, tensor<4x2xf32>
}

// -----

// The body may end it: room for as many as M says, cut to the count.
// CHECK-LABEL: func.func @conditional
// CHECK-SAME: (%[[M:.*]]: tensor<i64>, %[[C:.*]]: tensor<i1>
// CHECK: %[[E:.*]] = tensor.empty(%[[T:.*]]) : tensor<?xf32>
// CHECK: %[[R:.*]]:4 = scf.while (%[[I:.*]] = %{{.*}}, %[[G:.*]] = %{{.*}}, %{{.*}} = %{{.*}}, %{{.*}} = %[[E]])
// CHECK:   %[[L:.*]] = arith.cmpi slt, %[[I]], %[[T]] : index
// CHECK:   %[[B:.*]] = arith.andi %[[L]], %[[G]] : i1
// CHECK:   scf.condition(%[[B]])
// CHECK: } do {
// CHECK:   onnx.Less
// CHECK:   arith.addi
// CHECK:   tensor.extract
// CHECK:   tensor.insert_slice
// CHECK:   scf.yield
// CHECK: tensor.extract_slice %[[R]]#3[0] [%[[R]]#0] [1] : tensor<?xf32> to tensor<?xf32>
func.func @conditional(%m: tensor<i64>, %c: tensor<i1>, %x: tensor<f32>) -> (tensor<f32>, tensor<?xf32>) {
  %0:2 = onnx.Loop %m, %c, %x {
  ^bb0(%i: tensor<i64>, %d: tensor<i1>, %s: tensor<f32>):
    %1 = onnx.Add %s, %s : (tensor<f32>, tensor<f32>) -> tensor<f32>
    %2 = onnx.Less %1, %x : (tensor<f32>, tensor<f32>) -> tensor<i1>
    onnx.Yield %2, %1, %s : tensor<i1>, tensor<f32>, tensor<f32>
  } {operandSegmentSizes = array<i32: 1, 1, 1>} : (tensor<i64>, tensor<i1>, tensor<f32>) -> (tensor<f32>, tensor<?xf32>)
  return %0#0, %0#1 : tensor<f32>, tensor<?xf32>
}

// -----

// Slices along any axis, from either end.
// CHECK-LABEL: func.func @scan
// CHECK: scf.for %[[I:.*]] = %{{.*}} to %{{.*}} step %{{.*}} iter_args(%[[S:.*]] = %{{.*}}, %[[Z:.*]] = %{{.*}}) -> (tensor<f32>, tensor<2x5xf32>) {
// CHECK:   %[[J:.*]] = arith.subi %{{.*}}, %[[I]] : index
// CHECK:   %[[V:.*]] = tensor.extract_slice %{{.*}}[0, %[[J]]] [2, 1] [1, 1] : tensor<2x5xf32> to tensor<2xf32>
// CHECK:   tensor.insert_slice %[[V]] into %[[Z]][0, %[[I]]] [2, 1] [1, 1] : tensor<2xf32> into tensor<2x5xf32>
func.func @scan(%s: tensor<f32>, %x: tensor<2x5xf32>) -> tensor<2x5xf32> {
  %0:2 = onnx.Scan %s, %x {
  ^bb0(%t: tensor<f32>, %v: tensor<2xf32>):
    onnx.Yield %t, %v : tensor<f32>, tensor<2xf32>
  } {num_scan_inputs = 1 : i64, scan_input_axes = array<i64: 1>, scan_input_directions = array<i64: 1>, scan_output_axes = array<i64: 1>} : (tensor<f32>, tensor<2x5xf32>) -> (tensor<f32>, tensor<2x5xf32>)
  return %0#1 : tensor<2x5xf32>
}

// -----

// A loop over a dimension has as many iterations as that.
// CHECK-LABEL: func.func @over_dimension
// CHECK: %[[N:.*]] = tensor.dim %{{.*}}, %{{.*}} : tensor<?x3xf32>
// CHECK-NOT: tensor.extract
// CHECK: %[[E:.*]] = tensor.empty(%[[N]]) : tensor<?x3xf32>
// CHECK: scf.for %{{.*}} = %{{.*}} to %[[N]]
func.func @over_dimension(%x: tensor<?x3xf32>, %y: tensor<3xf32>) -> tensor<?x3xf32> {
  %s = onnx.Shape %x : (tensor<?x3xf32>) -> tensor<2xi64>
  %z = onnx.Constant dense<0> : tensor<i64>
  %m = onnx.Gather %s, %z : (tensor<2xi64>, tensor<i64>) -> tensor<i64>
  %0 = onnx.Loop %m {
  ^bb0(%i: tensor<i64>, %c: tensor<i1>):
    onnx.Yield %c, %y : tensor<i1>, tensor<3xf32>
  } {operandSegmentSizes = array<i32: 1, 0, 0>} : (tensor<i64>) -> tensor<?x3xf32>
  return %0 : tensor<?x3xf32>
}

// -----

// An element that is carried on too has the sizes of what is carried.
// CHECK-LABEL: func.func @like_carried
// CHECK-SAME: (%[[S:.*]]: tensor<?xf32>
// CHECK: %[[N:.*]] = tensor.dim %[[S]]
// CHECK: tensor.empty(%[[N]]) : tensor<4x?xf32>
// CHECK: tensor.insert_slice %{{.*}} into %{{.*}}[%{{.*}}, 0] [1, %{{.*}}] [1, 1] : tensor<?xf32> into tensor<4x?xf32>
func.func @like_carried(%s: tensor<?xf32>, %x: tensor<4xf32>) -> tensor<4x?xf32> {
  %0:2 = onnx.Scan %s, %x {
  ^bb0(%t: tensor<?xf32>, %v: tensor<f32>):
    %1 = onnx.Add %t, %v : (tensor<?xf32>, tensor<f32>) -> tensor<?xf32>
    onnx.Yield %1, %1 : tensor<?xf32>, tensor<?xf32>
  } {num_scan_inputs = 1 : i64} : (tensor<?xf32>, tensor<4xf32>) -> (tensor<?xf32>, tensor<4x?xf32>)
  return %0#1 : tensor<4x?xf32>
}

// -----

// Where there is no control flow nothing changes.
// CHECK-LABEL: func.func @straight
// CHECK-NEXT: onnx.Relu
func.func @straight(%x: tensor<2xf32>) -> tensor<2xf32> {
  %0 = onnx.Relu %x : (tensor<2xf32>) -> tensor<2xf32>
  return %0 : tensor<2xf32>
}
