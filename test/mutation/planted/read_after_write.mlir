// flags: --one-shot-bufferize="bufferize-function-boundaries=true function-boundary-type-conversion=identity-layout-map"
func.func @both(%t: tensor<4xf32>, %x: f32) -> (tensor<4xf32>, f32) {
  %c1 = arith.constant 1 : index
  %changed = tensor.insert %x into %t[%c1] : tensor<4xf32>
  %old = tensor.extract %t[%c1] : tensor<4xf32>
  return %changed, %old : tensor<4xf32>, f32
}
