// RUN: mica-opt %s --convert-onnx-to-linalg --split-input-file | FileCheck %s

// A tensor with room for all elements; the columns that were counted are the result.
// CHECK-LABEL: func.func @non_zero
func.func @non_zero(%x: tensor<2x3xf32>) -> tensor<2x?xi64> {
  // CHECK: %[[ROOM:.*]] = tensor.empty() : tensor<2x6xi64>
  // CHECK: %[[ALL:.*]]:2 = scf.for {{.*}} iter_args(%{{.*}} = %[[ROOM]], %{{.*}} = %{{.*}}) -> (tensor<2x6xi64>, index)
  // CHECK: %[[IS:.*]] = arith.cmpf une
  // CHECK: arith.select %[[IS]]
  // CHECK: tensor.extract_slice %[[ALL]]#0[0, 0] [2, %[[ALL]]#1] [1, 1] : tensor<2x6xi64> to tensor<2x?xi64>
  %0 = onnx.NonZero %x : (tensor<2x3xf32>) -> tensor<2x?xi64>
  return %0 : tensor<2x?xi64>
}

// -----

// The room follows from the sizes of the operand.
// CHECK-LABEL: func.func @dynamic
func.func @dynamic(%x: tensor<?x3xf32>) -> tensor<2x?xi64> {
  // CHECK: %[[N:.*]] = tensor.dim
  // CHECK: %[[M:.*]] = arith.muli %[[N]]
  // CHECK: tensor.empty(%[[M]]) : tensor<2x?xi64>
  %0 = onnx.NonZero %x : (tensor<?x3xf32>) -> tensor<2x?xi64>
  return %0 : tensor<2x?xi64>
}

// -----

// The shorter one of condition and axis bounds the result.
// CHECK-LABEL: func.func @compress
func.func @compress(%x: tensor<5x3xf32>, %c: tensor<4xi1>) -> tensor<?x3xf32> {
  // CHECK: %[[LIST:.*]]:2 = scf.for {{.*}} -> (tensor<4xi64>, index)
  // CHECK: %[[ALL:.*]] = linalg.generic {{.*}} outs(%{{.*}} : tensor<4x3xf32>)
  // CHECK: tensor.extract_slice %[[ALL]][0, 0] [%[[LIST]]#1, 3] [1, 1] : tensor<4x3xf32> to tensor<?x3xf32>
  %0 = onnx.Compress %x, %c {axis = 0 : i64} : (tensor<5x3xf32>, tensor<4xi1>) -> tensor<?x3xf32>
  return %0 : tensor<?x3xf32>
}

// -----

// 9 places are sorted in 4 passes; only results that the op has are made.
// CHECK-LABEL: func.func @unique
func.func @unique(%x: tensor<9xi32>) -> tensor<?xi32> {
  // CHECK: %[[PASSES:.*]] = arith.constant 4 : index
  // CHECK: scf.for %{{.*}} = %{{.*}} to %[[PASSES]]
  // CHECK: tensor.extract_slice {{.*}} : tensor<9xi32> to tensor<?xi32>
  // CHECK-NOT: tensor.extract_slice
  %0 = "onnx.Unique"(%x) {resultSegmentSizes = array<i32: 1, 0, 0, 0>} : (tensor<9xi32>) -> tensor<?xi32>
  return %0 : tensor<?xi32>
}

// -----

// CHECK-LABEL: func.func @suppress
func.func @suppress(%b: tensor<2x7x4xf32>, %s: tensor<2x3x7xf32>, %m: tensor<1xi64>) -> tensor<?x3xi64> {
  // CHECK: tensor.empty() : tensor<42x3xi64>
  // CHECK: tensor.extract_slice {{.*}} : tensor<42x3xi64> to tensor<?x3xi64>
  %0 = "onnx.NonMaxSuppression"(%b, %s, %m) {operandSegmentSizes = array<i32: 1, 1, 1, 0, 0>} : (tensor<2x7x4xf32>, tensor<2x3x7xf32>, tensor<1xi64>) -> tensor<?x3xi64>
  return %0 : tensor<?x3xi64>
}
