// The function's name is one that the entry code wants for itself.
func.func @main(%a: tensor<2xf32> {onnx.name = "a.b"}, %b: tensor<2xf32> {onnx.name = "a/b"},
                %c: tensor<2xf32> {onnx.name = "1st"}, %d: tensor<2xf32> {onnx.name = "class"},
                %e: tensor<2xf32> {onnx.name = "struct_size"}, %f: tensor<2xf32> {onnx.name = "linux"},
                %g: tensor<2xf32> {onnx.name = "*/\0A x"}) -> tensor<2xf32> {
  return %b : tensor<2xf32>
}
