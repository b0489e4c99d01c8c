// Functions on tensors whose sizes are dynamic, or which do what is undefined.
func.func @pair_up(%a: tensor<?xf32>, %b: tensor<?xf32>) -> tensor<?xf32> {
  %r = linalg.add ins(%a, %b : tensor<?xf32>, tensor<?xf32>) outs(%a : tensor<?xf32>) -> tensor<?xf32>
  return %r : tensor<?xf32>
}
func.func @places(%a: tensor<2xf32>) -> tensor<1x?xi64> {
  %zero = arith.constant dense<0.0> : tensor<2xf32>
  %positive = "onnx.Greater"(%zero, %a) : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xi1>
  %r = "onnx.NonZero"(%positive) : (tensor<2xi1>) -> tensor<1x?xi64>
  return %r : tensor<1x?xi64>
}
func.func @outside(%a: tensor<2xf32>) -> tensor<f32> {
  %c = arith.constant dense<[0, 5]> : tensor<2xindex>
  %one = arith.constant 1 : index
  %at = tensor.extract %c[%one] : tensor<2xindex>
  %e = tensor.extract %a[%at] : tensor<2xf32>
  %r = tensor.from_elements %e : tensor<f32>
  return %r : tensor<f32>
}
func.func @unset(%a: tensor<2xf32>) -> tensor<2xf32> {
  %r = tensor.empty() : tensor<2xf32>
  return %r : tensor<2xf32>
}
