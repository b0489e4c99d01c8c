// z = softmax(2 y) over the last dimension, w the column sums of relu(x) plus v, and a constant.
func.func @main(%x: tensor<?x3xf32> {onnx.name = "x", onnx.dim_params = ["n", ""]},
                %y: tensor<?x?xf32> {onnx.name = "y", onnx.dim_params = ["n", "my width"]},
                %v: tensor<?xf32> {onnx.name = "v", onnx.dim_params = ["k"]})
    -> (tensor<?x?xf32> {onnx.name = "z"}, tensor<3xf32> {onnx.name = "w"},
        tensor<?x6xf32> {onnx.name = "both"}, tensor<?xf32> {onnx.name = "sum"}) {
  %axis = onnx.Constant dense<[0]> : tensor<1xi64>
  %double = onnx.Add %y, %y : (tensor<?x?xf32>, tensor<?x?xf32>) -> tensor<?x?xf32>
  %z = onnx.Softmax %double : (tensor<?x?xf32>) -> tensor<?x?xf32>
  %r = onnx.Relu %x : (tensor<?x3xf32>) -> tensor<?x3xf32>
  %w = onnx.ReduceSum %r, %axis {keepdims = 0 : i64} : (tensor<?x3xf32>, tensor<1xi64>) -> tensor<3xf32>
  %both = onnx.Concat %x, %r {axis = 1 : i64} : (tensor<?x3xf32>, tensor<?x3xf32>) -> tensor<?x6xf32>
  %row = onnx.ReduceSum %y, %axis {keepdims = 0 : i64} : (tensor<?x?xf32>, tensor<1xi64>) -> tensor<?xf32>
  %sum = onnx.Add %row, %v : (tensor<?xf32>, tensor<?xf32>) -> tensor<?xf32>
  return %z, %w, %both, %sum : tensor<?x?xf32>, tensor<3xf32>, tensor<?x6xf32>, tensor<?xf32>
}
