// RUN: mica-opt %s --split-input-file --verify-diagnostics

func.func @counts(%c: tensor<i1>, %x: tensor<2xf32>) {
  // expected-error @+1 {{'onnx.If' op its branches have 1 and 0 outputs}}
  %0 = onnx.If %c {
    onnx.Yield %x : tensor<2xf32>
  } else {
    onnx.Yield
  } : (tensor<i1>) -> tensor<2xf32>
  return
}

// -----

func.func @elements(%c: tensor<i1>, %x: tensor<2xf32>, %y: tensor<2xi64>) {
  // expected-error @+1 {{'onnx.If' op its branches give output #0 different types}}
  %0 = onnx.If %c {
    onnx.Yield %x : tensor<2xf32>
  } else {
    onnx.Yield %y : tensor<2xi64>
  } : (tensor<i1>) -> tensor<2xf32>
  return
}

// -----

func.func @promise(%c: tensor<i1>, %x: tensor<2xf32>, %y: tensor<2xf32>) {
  // expected-error @+1 {{'onnx.If' op has result type 'tensor<3xf32>', but its operands give 'tensor<2xf32>'}}
  %0 = onnx.If %c {
    onnx.Yield %x : tensor<2xf32>
  } else {
    onnx.Yield %y : tensor<2xf32>
  } : (tensor<i1>) -> tensor<3xf32>
  return
}

// -----

func.func @few(%m: tensor<i64>, %x: tensor<2xf32>) {
  // expected-error @+1 {{'onnx.Loop' op its body has 2 inputs, but gets 3}}
  %0 = onnx.Loop %m, %x {
  ^bb0(%i: tensor<i64>, %c: tensor<i1>):
    onnx.Yield %c, %x : tensor<i1>, tensor<2xf32>
  } {operandSegmentSizes = array<i32: 1, 0, 1>} : (tensor<i64>, tensor<2xf32>) -> tensor<2xf32>
  return
}

// -----

func.func @changes(%m: tensor<i64>, %x: tensor<2xf32>, %y: tensor<3xf32>) {
  // expected-error @+1 {{carried value #0 enters the body, comes back or begins with another type}}
  %0 = onnx.Loop %m, %x {
  ^bb0(%i: tensor<i64>, %c: tensor<i1>, %s: tensor<2xf32>):
    onnx.Yield %c, %y : tensor<i1>, tensor<3xf32>
  } {operandSegmentSizes = array<i32: 1, 0, 1>} : (tensor<i64>, tensor<2xf32>) -> tensor<?xf32>
  return
}

// -----

func.func @lengths(%x: tensor<2xf32>, %y: tensor<3xf32>) {
  // expected-error @+1 {{'onnx.Scan' op its scan inputs have 2 and 3 slices}}
  %0 = onnx.Scan %x, %y {
  ^bb0(%a: tensor<f32>, %b: tensor<f32>):
    onnx.Yield %a : tensor<f32>
  } {num_scan_inputs = 2 : i64} : (tensor<2xf32>, tensor<3xf32>) -> tensor<2xf32>
  return
}

// -----

func.func @axes(%x: tensor<2xf32>) {
  // expected-error @+1 {{'onnx.Scan' op axis 1 is outside of scan input #0}}
  %0 = onnx.Scan %x {
  ^bb0(%a: tensor<f32>):
    onnx.Yield %a : tensor<f32>
  } {num_scan_inputs = 1 : i64, scan_input_axes = array<i64: 1>} : (tensor<2xf32>) -> tensor<2xf32>
  return
}

// -----

func.func @alone(%x: tensor<2xf32>) {
  // expected-error @+1 {{'onnx.Yield' op expects parent op to be one of}}
  onnx.Yield %x : tensor<2xf32>
}

// -----

func.func @rows(%x: tensor<4x3x2xf32>, %w: tensor<1x19x2xf32>, %r: tensor<1x20x5xf32>) {
  // expected-error @+1 {{'onnx.LSTM' op dimension 1 of 'W' must be 20, but is 19}}
  %y = "onnx.LSTM"(%x, %w, %r) {operandSegmentSizes = array<i32: 1, 1, 1, 0, 0, 0, 0, 0>, resultSegmentSizes = array<i32: 1, 0, 0>} : (tensor<4x3x2xf32>, tensor<1x19x2xf32>, tensor<1x20x5xf32>) -> tensor<4x1x3x5xf32>
  return
}

// -----

func.func @direction(%x: tensor<4x3x2xf32>, %w: tensor<1x20x2xf32>, %r: tensor<1x20x5xf32>) {
  // expected-error @+1 {{'onnx.LSTM' op direction must be forward, reverse or bidirectional}}
  %y = "onnx.LSTM"(%x, %w, %r) {direction = "up", operandSegmentSizes = array<i32: 1, 1, 1, 0, 0, 0, 0, 0>, resultSegmentSizes = array<i32: 1, 0, 0>} : (tensor<4x3x2xf32>, tensor<1x20x2xf32>, tensor<1x20x5xf32>) -> tensor<4x1x3x5xf32>
  return
}
