// A model that calls a function of its host.
func.func private @elsewhere(f32) -> f32
func.func @model(%x: tensor<4xf32>) -> tensor<4xf32> {
  %c0 = arith.constant 0 : index
  %a = tensor.extract %x[%c0] : tensor<4xf32>
  %b = func.call @elsewhere(%a) : (f32) -> f32
  %e = tensor.empty() : tensor<4xf32>
  %r = linalg.fill ins(%b : f32) outs(%e : tensor<4xf32>) -> tensor<4xf32>
  return %r : tensor<4xf32>
}
