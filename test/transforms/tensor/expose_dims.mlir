// RUN: mica-opt %s -pass-pipeline='builtin.module(func.func(expose-dims))' -split-input-file | FileCheck %s

// One name is one argument, wherever it stands; what has no name is its own. Questions about
// sizes of arguments are answered by them, and the sizes of results are returned.
// CHECK: func.func @named(%[[X:.*]]: tensor<?x3xf32> {mica.dims = array<i64: 0, -1>, onnx.dim_params = ["n", ""]},
// CHECK-SAME: %[[Y:.*]]: tensor<?x?xf32> {mica.dims = array<i64: 0, 1>, onnx.dim_params = ["n", ""], onnx.name = "q"},
// CHECK-SAME: %[[N:.*]]: index {mica.dim = "n"}, %[[M:.*]]: index {mica.dim = "q_dim1"})
// CHECK-SAME: -> (tensor<?x3xf32> {onnx.name = "z"}, tensor<2xf32>, tensor<?x?xf32>, index {mica.size = 0 : i64}, index {mica.size = 1 : i64}, index {mica.size = 2 : i64})
// CHECK: %[[SUM:.*]] = arith.addi %[[M]], %[[N]] : index
// CHECK: tensor.empty(%[[SUM]])
// CHECK: %[[SIZE:.*]] = tensor.dim %{{.*}}, %{{.*}} : tensor<?x3xf32>
// CHECK: return %{{.*}}, %{{.*}}, %[[Y]], %[[SIZE]], %[[N]], %[[M]]
func.func @named(%x: tensor<?x3xf32> {onnx.dim_params = ["n", ""]},
                 %y: tensor<?x?xf32> {onnx.dim_params = ["n", ""], onnx.name = "q"})
    -> (tensor<?x3xf32> {onnx.name = "z"}, tensor<2xf32>, tensor<?x?xf32>) {
  %c1 = arith.constant 1 : index
  %c0 = arith.constant 0 : index
  %d = tensor.dim %y, %c1 : tensor<?x?xf32>
  %e = tensor.dim %y, %c0 : tensor<?x?xf32>
  %f = arith.addi %d, %e : index
  %z = tensor.empty(%f) : tensor<?x3xf32>
  %w = arith.constant dense<1.0> : tensor<2xf32>
  return %z, %w, %y : tensor<?x3xf32>, tensor<2xf32>, tensor<?x?xf32>
}

// -----

// Without names.
// CHECK: func.func @unnamed(%{{.*}}: tensor<?xf32> {mica.dims = array<i64: 0>}, %{{.*}}: tensor<?xf32> {mica.dims = array<i64: 1>}, %{{.*}}: index {mica.dim = "input_0_dim0"}, %{{.*}}: index {mica.dim = "input_1_dim0"}) {
func.func @unnamed(%x: tensor<?xf32>, %y: tensor<?xf32>) {
  return
}

// -----

// Static and private functions stay as they are.
// CHECK: func.func @fixed(%{{.*}}: tensor<4xf32>) -> tensor<4xf32> {
func.func @fixed(%x: tensor<4xf32>) -> tensor<4xf32> {
  return %x : tensor<4xf32>
}
// CHECK: func.func private @helper(%{{.*}}: tensor<?xf32>) -> tensor<?xf32> {
func.func private @helper(%x: tensor<?xf32>) -> tensor<?xf32> {
  return %x : tensor<?xf32>
}
