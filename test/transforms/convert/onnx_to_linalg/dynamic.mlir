// RUN: mica-opt %s -pass-pipeline='builtin.module(func.func(expose-dims),convert-onnx-to-linalg,canonicalize,cse)' -split-input-file | FileCheck %s

// Sizes that are seen to be equal are not asked about again.
// CHECK-LABEL: func.func @equal(
// CHECK-SAME: %[[N:arg[0-9]+]]: index {mica.dim = "n"})
// CHECK: tensor.empty(%[[N]]) : tensor<?xf32>
// CHECK-NOT: arith.minsi
// CHECK: return
func.func @equal(%x: tensor<?xf32> {onnx.dim_params = ["n"]}, %y: tensor<?xf32> {onnx.dim_params = ["n"]}) -> tensor<?xf32> {
  %0 = onnx.Relu %x : (tensor<?xf32>) -> tensor<?xf32>
  %1 = onnx.Add %0, %y : (tensor<?xf32>, tensor<?xf32>) -> tensor<?xf32>
  return %1 : tensor<?xf32>
}

// -----

// Others may be 1: then their only element is read.
// CHECK-LABEL: func.func @open(
// CHECK-SAME: %[[N:arg[0-9]+]]: index {mica.dim = "n"}, %[[M:arg[0-9]+]]: index {mica.dim = "m"})
// CHECK: %[[ONE:.*]] = arith.cmpi eq, %[[N]], %{{.*}} : index
// CHECK: %[[SIZE:.*]] = arith.select %[[ONE]], %[[M]], %[[N]] : index
// CHECK: tensor.empty(%[[SIZE]])
// CHECK: arith.minsi
// CHECK: arith.minsi
// CHECK: arith.addf
func.func @open(%x: tensor<?xf32> {onnx.dim_params = ["n"]}, %y: tensor<?xf32> {onnx.dim_params = ["m"]}) -> tensor<?xf32> {
  %0 = onnx.Add %x, %y : (tensor<?xf32>, tensor<?xf32>) -> tensor<?xf32>
  return %0 : tensor<?xf32>
}

// -----

// Arithmetic on a shape is done on scalars, and what stands above and below a division goes.
// CHECK-LABEL: func.func @heads(
// CHECK-SAME: %[[X:.*]]: tensor<?x?x12xf32> {{.*}}, %[[B:arg[0-9]+]]: index {mica.dim = "b"}, %[[S:arg[0-9]+]]: index {mica.dim = "s"})
// CHECK: %[[Y:.*]] = tensor.expand_shape %[[X]] {{\[}}[0], [1], [2, 3]{{\]}} output_shape [%[[B]], %[[S]], 3, 4] : tensor<?x?x12xf32> into tensor<?x?x3x4xf32>
// CHECK: return %[[Y]]
func.func @heads(%x: tensor<?x?x12xf32> {onnx.dim_params = ["b", "s", ""]}) -> tensor<?x?x3x4xf32> {
  %zero = onnx.Constant dense<[0]> : tensor<1xi64>
  %rest = onnx.Constant dense<[-1, 3, 4]> : tensor<3xi64>
  %shape = onnx.Shape %x : (tensor<?x?x12xf32>) -> tensor<3xi64>
  %batch = onnx.Gather %shape, %zero : (tensor<3xi64>, tensor<1xi64>) -> tensor<1xi64>
  %to = onnx.Concat %batch, %rest {axis = 0 : i64} : (tensor<1xi64>, tensor<3xi64>) -> tensor<4xi64>
  %0 = onnx.Reshape %x, %to : (tensor<?x?x12xf32>, tensor<4xi64>) -> tensor<?x?x3x4xf32>
  return %0 : tensor<?x?x3x4xf32>
}

// -----

// A window that keeps the size, and one that halves it.
// CHECK-LABEL: func.func @windows(
// CHECK-SAME: %[[W:arg[0-9]+]]: index {mica.dim = "w"})
// CHECK: tensor.empty(%[[W]]) : tensor<1x2x?xf32>
// CHECK: linalg.conv_1d_ncw_fcw
// CHECK: %[[LESS:.*]] = arith.addi %[[W]], %{{.*}} : index
// CHECK: %[[HALF:.*]] = arith.floordivsi %[[LESS]], %{{.*}} : index
// CHECK: %[[SIZE:.*]] = arith.addi %[[HALF]], %{{.*}} : index
// CHECK: tensor.empty(%[[SIZE]]) : tensor<1x2x?xf32>
// CHECK: linalg.pooling_ncw_max
func.func @windows(%x: tensor<1x2x?xf32> {onnx.dim_params = ["", "", "w"]}, %f: tensor<2x2x3xf32>) -> tensor<1x2x?xf32> {
  %0 = onnx.Conv %x, %f {kernel_shape = array<i64: 3>, pads = array<i64: 1, 1>} : (tensor<1x2x?xf32>, tensor<2x2x3xf32>) -> tensor<1x2x?xf32>
  %1 = onnx.MaxPool %0 {kernel_shape = array<i64: 2>, strides = array<i64: 2>} : (tensor<1x2x?xf32>) -> tensor<1x2x?xf32>
  return %1 : tensor<1x2x?xf32>
}

// -----

// Places that are sums of sizes; a box at run time is a view.
// CHECK-LABEL: func.func @pieces(
// CHECK-SAME: %[[N:arg[0-9]+]]: index {mica.dim = "n"}, %[[M:arg[0-9]+]]: index {mica.dim = "m"})
// CHECK: %[[SUM:.*]] = arith.addi %[[N]], %[[M]] : index
// CHECK: tensor.insert_slice %{{.*}} into %{{.*}}[0] [%[[N]]] [1]
// CHECK: tensor.insert_slice %{{.*}} into %{{.*}}[%[[N]]] [%[[M]]] [1]
// CHECK: tensor.extract_slice %{{.*}}[%{{.*}}] [%{{.*}}] [1]
func.func @pieces(%x: tensor<?xf32> {onnx.dim_params = ["n"]}, %y: tensor<?xf32> {onnx.dim_params = ["m"]}) -> tensor<?xf32> {
  %one = onnx.Constant dense<[1]> : tensor<1xi64>
  %last = onnx.Constant dense<[-1]> : tensor<1xi64>
  %0 = onnx.Concat %x, %y {axis = 0 : i64} : (tensor<?xf32>, tensor<?xf32>) -> tensor<?xf32>
  %1 = onnx.Slice %0, %one, %last : (tensor<?xf32>, tensor<1xi64>, tensor<1xi64>) -> tensor<?xf32>
  return %1 : tensor<?xf32>
}
