// RUN: mica-opt %s --convert-onnx-to-linalg --split-input-file --verify-diagnostics

// What is not lowered, and why.

func.func @unranked(%x: tensor<*xf32>) -> tensor<*xf32> {
  // expected-error @+2 {{failed to legalize operation 'onnx.Relu' that was explicitly marked illegal}}
  // expected-note @+1 {{rank of operand #0 is not known}}
  %0 = onnx.Relu %x : (tensor<*xf32>) -> tensor<*xf32>
  return %0 : tensor<*xf32>
}

// -----

func.func @dynamic_window(%x: tensor<1x2x?xf32>) -> tensor<1x2x?xf32> {
  // expected-error @+2 {{failed to legalize operation 'onnx.MaxPool' that was explicitly marked illegal}}
  // expected-note @+1 {{auto_pad and ceil_mode need size 2 of 'X'}}
  %0 = onnx.MaxPool %x {ceil_mode = 1 : i64, kernel_shape = array<i64: 2>} : (tensor<1x2x?xf32>) -> tensor<1x2x?xf32>
  return %0 : tensor<1x2x?xf32>
}

// -----

// What the model promises must be possible.
func.func @room(%x: tensor<5xf32>, %c: tensor<4xi1>) -> tensor<5xf32> {
  // expected-error @+2 {{failed to legalize operation 'onnx.Compress' that was explicitly marked illegal}}
  // expected-note @+1 {{result #0 has 4 places at most, but is declared with 5}}
  %0 = onnx.Compress %x, %c : (tensor<5xf32>, tensor<4xi1>) -> tensor<5xf32>
  return %0 : tensor<5xf32>
}
