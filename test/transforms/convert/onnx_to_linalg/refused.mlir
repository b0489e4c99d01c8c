// RUN: mica-opt %s --convert-onnx-to-linalg --split-input-file --verify-diagnostics

// What is not lowered, and why.

func.func @unranked(%x: tensor<*xf32>) -> tensor<*xf32> {
  // expected-error @+2 {{failed to legalize operation 'onnx.Relu' that was explicitly marked illegal}}
  // expected-note @+1 {{rank of operand #0 is not known}}
  %0 = onnx.Relu %x : (tensor<*xf32>) -> tensor<*xf32>
  return %0 : tensor<*xf32>
}

// -----

func.func @broadcast(%x: tensor<?xf32>, %y: tensor<?xf32>) -> tensor<?xf32> {
  // expected-error @+2 {{failed to legalize operation 'onnx.Add' that was explicitly marked illegal}}
  // expected-note @+1 {{whether its dimension 0 is broadcast depends on sizes at run time}}
  %0 = onnx.Add %x, %y : (tensor<?xf32>, tensor<?xf32>) -> tensor<?xf32>
  return %0 : tensor<?xf32>
}

// -----

func.func @dynamic_window(%x: tensor<1x2x?xf32>) -> tensor<1x2x?xf32> {
  // expected-error @+2 {{failed to legalize operation 'onnx.MaxPool' that was explicitly marked illegal}}
  // expected-note @+1 {{dimension 2 of 'X' is dynamic}}
  %0 = onnx.MaxPool %x {kernel_shape = array<i64: 2>} : (tensor<1x2x?xf32>) -> tensor<1x2x?xf32>
  return %0 : tensor<1x2x?xf32>
}

// -----

func.func @shape_at_run_time(%x: tensor<6xf32>, %s: tensor<2xi64>) -> tensor<?x?xf32> {
  // expected-error @+2 {{failed to legalize operation 'onnx.Reshape' that was explicitly marked illegal}}
  // expected-note @+1 {{how the dimensions correspond is not known before run time}}
  %0 = onnx.Reshape %x, %s : (tensor<6xf32>, tensor<2xi64>) -> tensor<?x?xf32>
  return %0 : tensor<?x?xf32>
}

// -----

// What the model promises must be possible.
func.func @room(%x: tensor<5xf32>, %c: tensor<4xi1>) -> tensor<5xf32> {
  // expected-error @+2 {{failed to legalize operation 'onnx.Compress' that was explicitly marked illegal}}
  // expected-note @+1 {{result #0 has 4 places at most, but is declared with 5}}
  %0 = onnx.Compress %x, %c : (tensor<5xf32>, tensor<4xi1>) -> tensor<5xf32>
  return %0 : tensor<5xf32>
}
