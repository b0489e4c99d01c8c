func.func @main_graph(%x: tensor<2x3xf32> {onnx.name = "x"}, %w: tensor<3xui4> {onnx.name = "w"})
    -> (tensor<2x3xf8E4M3FN> {onnx.name = "y"}, tensor<3xf4E2M1FN> {onnx.name = "v"}) {
  %0 = onnx.Cast %x {to = f8E4M3FN} : (tensor<2x3xf32>) -> tensor<2x3xf8E4M3FN>
  %1 = onnx.Cast %w {to = f4E2M1FN} : (tensor<3xui4>) -> tensor<3xf4E2M1FN>
  return %0, %1 : tensor<2x3xf8E4M3FN>, tensor<3xf4E2M1FN>
}
