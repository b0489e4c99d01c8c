// RUN: mica-opt %s --split-input-file --verify-diagnostics

func.func @broadcast(%a: tensor<2x3xf32>, %b: tensor<4xf32>) {
  // expected-error @+1 {{'onnx.Add' op shapes 2x3 and 4 can't be broadcast together}}
  %0 = onnx.Add %a, %b : (tensor<2x3xf32>, tensor<4xf32>) -> tensor<2x4xf32>
  return
}

// -----

func.func @elements(%a: tensor<2xf32>, %b: tensor<2xf64>) {
  // expected-error @+1 {{'onnx.Mul' op operands 'A' and 'B' differ in element type}}
  %0 = onnx.Mul %a, %b : (tensor<2xf32>, tensor<2xf64>) -> tensor<2xf32>
  return
}

// -----

func.func @result(%a: tensor<2x3xf32>) {
  // expected-error @+1 {{'onnx.Relu' op has result type 'tensor<3x2xf32>', but its operands give 'tensor<2x3xf32>'}}
  %0 = onnx.Relu %a : (tensor<2x3xf32>) -> tensor<3x2xf32>
  return
}

// -----

func.func @channels(%x: tensor<1x3x8x8xf32>, %w: tensor<4x2x3x3xf32>) {
  // expected-error @+1 {{'onnx.Conv' op 'X' has 3 channels, but 'W' takes 2 for each of 1 groups}}
  %0 = onnx.Conv %x, %w : (tensor<1x3x8x8xf32>, tensor<4x2x3x3xf32>) -> tensor<1x4x6x6xf32>
  return
}

// -----

func.func @bias(%x: tensor<1x2x8x8xf32>, %w: tensor<4x2x3x3xf32>, %b: tensor<3xf32>) {
  // expected-error @+1 {{'onnx.Conv' op 'B' has shape 3, but 'W' has 4 filters}}
  %0 = onnx.Conv %x, %w, %b : (tensor<1x2x8x8xf32>, tensor<4x2x3x3xf32>, tensor<3xf32>) -> tensor<1x4x6x6xf32>
  return
}

// -----

func.func @kernel_too_large(%x: tensor<1x2x2x2xf32>) {
  // expected-error @+1 {{'onnx.MaxPool' op the window covers 3 elements of spatial dimension 0, which has 2 with padding}}
  %0 = onnx.MaxPool %x {kernel_shape = array<i64: 3, 3>} : (tensor<1x2x2x2xf32>) -> tensor<1x2x1x1xf32>
  return
}

// -----

func.func @strides(%x: tensor<1x2x4x4xf32>) {
  // expected-error @+1 {{'onnx.MaxPool' op attribute 'strides' has 1 entries, but 2 are needed}}
  %0 = onnx.MaxPool %x {kernel_shape = array<i64: 3, 3>, strides = array<i64: 1>} : (tensor<1x2x4x4xf32>) -> tensor<1x2x2x2xf32>
  return
}

// -----

func.func @auto_pad(%x: tensor<1x2x4x4xf32>) {
  // expected-error @+1 {{'onnx.AveragePool' op auto_pad must be NOTSET, VALID, SAME_UPPER or SAME_LOWER}}
  %0 = onnx.AveragePool %x {auto_pad = "SAME", kernel_shape = array<i64: 3, 3>} : (tensor<1x2x4x4xf32>) -> tensor<1x2x4x4xf32>
  return
}

// -----

func.func @depth(%a: tensor<2x3xf32>, %b: tensor<2x4xf32>) {
  // expected-error @+1 {{'onnx.MatMul' op matrices of shapes 2x3 and 2x4 can't be multiplied}}
  %0 = onnx.MatMul %a, %b : (tensor<2x3xf32>, tensor<2x4xf32>) -> tensor<2x4xf32>
  return
}

// -----

func.func @accumulator(%a: tensor<2x3xf32>, %b: tensor<3x4xf32>, %c: tensor<3xf32>) {
  // expected-error @+1 {{'onnx.Gemm' op 'C' of shape 3 can't be broadcast to 2x4}}
  %0 = onnx.Gemm %a, %b, %c : (tensor<2x3xf32>, tensor<3x4xf32>, tensor<3xf32>) -> tensor<2x4xf32>
  return
}

// -----

func.func @count(%x: tensor<2x3xf32>) {
  %shape = onnx.Constant dense<[4, 2]> : tensor<2xi64>
  // expected-error @+1 {{'onnx.Reshape' op 2x3 can't be reshaped to 4x2: the numbers of elements differ}}
  %0 = onnx.Reshape %x, %shape : (tensor<2x3xf32>, tensor<2xi64>) -> tensor<4x2xf32>
  return
}

// -----

func.func @two_holes(%x: tensor<2x3xf32>) {
  %shape = onnx.Constant dense<-1> : tensor<2xi64>
  // expected-error @+1 {{'onnx.Reshape' op 'shape' holds -1 more than once}}
  %0 = onnx.Reshape %x, %shape : (tensor<2x3xf32>, tensor<2xi64>) -> tensor<2x3xf32>
  return
}

// -----

func.func @permutation(%x: tensor<2x3xf32>) {
  // expected-error @+1 {{'onnx.Transpose' op perm is no permutation of 2 dimensions}}
  %0 = onnx.Transpose %x {perm = array<i64: 0, 0>} : (tensor<2x3xf32>) -> tensor<2x2xf32>
  return
}

// -----

func.func @concat(%a: tensor<2x3xf32>, %b: tensor<3x3xf32>) {
  // expected-error @+1 {{'onnx.Concat' op operand #1 has size 3 in dimension 0, where those before it have 2}}
  %0 = onnx.Concat %a, %b {axis = 1 : i64} : (tensor<2x3xf32>, tensor<3x3xf32>) -> tensor<2x6xf32>
  return
}

// -----

func.func @axis(%a: tensor<2x3xf32>) {
  // expected-error @+1 {{'onnx.Softmax' op axis 2 is outside of rank 2}}
  %0 = onnx.Softmax %a {axis = 2 : i64} : (tensor<2x3xf32>) -> tensor<2x3xf32>
  return
}

// -----

func.func @parameter(%x: tensor<1x4x2x2xf32>, %v: tensor<3xf32>) {
  // expected-error @+1 {{'onnx.BatchNormalization' op 'scale' has shape 3, but 'X' has 4 channels}}
  %0 = onnx.BatchNormalization %x, %v, %v, %v, %v : (tensor<1x4x2x2xf32>, tensor<3xf32>, tensor<3xf32>, tensor<3xf32>, tensor<3xf32>) -> tensor<1x4x2x2xf32>
  return
}

// -----

func.func @integers(%x: tensor<2xi32>) {
  // expected-error @+1 {{'onnx.Exp' op operand #0 must be tensor of floating-point numbers, but got 'tensor<2xi32>'}}
  %0 = onnx.Exp %x : (tensor<2xi32>) -> tensor<2xi32>
  return
}

// -----

func.func @update_rule(%q: tensor<1x2x8xf32>, %k: tensor<1x2x8xf32>) {
  // expected-error @+1 {{'onnx.LinearAttention' op update_rule 'none' is not known}}
  %0 = "onnx.LinearAttention"(%q, %k, %k) {q_num_heads = 2 : i64, kv_num_heads = 2 : i64, update_rule = "none", operandSegmentSizes = array<i32: 1, 1, 1, 0, 0, 0>} : (tensor<1x2x8xf32>, tensor<1x2x8xf32>, tensor<1x2x8xf32>) -> tensor<1x2x8xf32>
  return
}

// -----

func.func @no_decay(%q: tensor<1x2x8xf32>, %k: tensor<1x2x8xf32>) {
  // expected-error @+1 {{'onnx.LinearAttention' op its update_rule needs 'decay' or 'beta'}}
  %0 = "onnx.LinearAttention"(%q, %k, %k) {q_num_heads = 2 : i64, kv_num_heads = 2 : i64, operandSegmentSizes = array<i32: 1, 1, 1, 0, 0, 0>} : (tensor<1x2x8xf32>, tensor<1x2x8xf32>, tensor<1x2x8xf32>) -> tensor<1x2x8xf32>
  return
}

// -----

func.func @activation(%x: tensor<1x2x8xf32>, %w: tensor<2x1x3xf32>) {
  // expected-error @+1 {{'onnx.CausalConvWithState' op activation 'relu' is not known}}
  %0 = "onnx.CausalConvWithState"(%x, %w) {activation = "relu", operandSegmentSizes = array<i32: 1, 1, 0, 0>} : (tensor<1x2x8xf32>, tensor<2x1x3xf32>) -> tensor<1x2x8xf32>
  return
}

// -----

func.func @update_too_long(%cache: tensor<1x2x8xf32>, %update: tensor<1x3x8xf32>) {
  // expected-error @+1 {{'onnx.TensorScatter' op 'update' has size 3 at dimension 1, the cache 2}}
  %0 = onnx.TensorScatter %cache, %update : (tensor<1x2x8xf32>, tensor<1x3x8xf32>) -> tensor<1x2x8xf32>
  return
}

// -----

func.func @condition(%x: tensor<2x3xf32>, %c: tensor<2x3xi1>) {
  // expected-error @+1 {{'onnx.Compress' op 'condition' must have rank 1}}
  %0 = onnx.Compress %x, %c : (tensor<2x3xf32>, tensor<2x3xi1>) -> tensor<?xf32>
  return
}

// -----

func.func @unique_axis(%x: tensor<2x3xf32>) {
  // expected-error @+1 {{'onnx.Unique' op axis 2 is outside of rank 2}}
  %0 = "onnx.Unique"(%x) {axis = 2 : i64, resultSegmentSizes = array<i32: 1, 0, 0, 0>} : (tensor<2x3xf32>) -> tensor<2x?xf32>
  return
}

// -----

func.func @boxes(%b: tensor<1x6x4xf32>, %s: tensor<1x2x5xf32>) {
  // expected-error @+1 {{'onnx.NonMaxSuppression' op 'boxes' and 'scores' do not fit together}}
  %0 = "onnx.NonMaxSuppression"(%b, %s) {operandSegmentSizes = array<i32: 1, 1, 0, 0, 0>} : (tensor<1x6x4xf32>, tensor<1x2x5xf32>) -> tensor<?x3xi64>
  return
}

// -----

func.func @bits(%a: tensor<3x16xf32>, %b: tensor<4x1x8xui8>, %s: tensor<4x1xf32>) {
  // expected-error @+1 {{'onnx.ms.MatMulNBits' op bits must be 2, 4 or 8}}
  %0 = "onnx.ms.MatMulNBits"(%a, %b, %s) {K = 16 : i64, N = 4 : i64, bits = 3 : i64, block_size = 16 : i64, operandSegmentSizes = array<i32: 1, 1, 1, 0, 0, 0>} : (tensor<3x16xf32>, tensor<4x1x8xui8>, tensor<4x1xf32>) -> tensor<3x4xf32>
  return
}

// -----

func.func @quantized_concat(%s: tensor<f32>, %z: tensor<ui8>, %a: tensor<3xui8>) {
  // expected-error @+1 {{'onnx.ms.QLinearConcat' op its inputs are not tensor, scale, zero point in turn}}
  %0 = "onnx.ms.QLinearConcat"(%s, %z, %a, %s) {axis = 0 : i64} : (tensor<f32>, tensor<ui8>, tensor<3xui8>, tensor<f32>) -> tensor<3xui8>
  return
}

// -----

func.func @fused_matmul(%a: tensor<2x3xf32>) {
  // expected-error @+1 {{'onnx.ms.FusedMatMul' op matrices of shapes 2x3 and 2x3 can't be multiplied}}
  %0 = onnx.ms.FusedMatMul %a, %a : (tensor<2x3xf32>, tensor<2x3xf32>) -> tensor<2x3xf32>
  return
}

// -----

func.func @cast_mode(%x: tensor<3xf32>) {
  // expected-error @+1 {{'onnx.Cast' op 'round_mode' must be up, down or nearest}}
  %0 = onnx.Cast %x {to = f8E8M0FNU, round_mode = "even"} : (tensor<3xf32>) -> tensor<3xf8E8M0FNU>
  return
}

// -----

func.func @cast_to_index(%x: tensor<3xf32>) {
  // expected-error @+1 {{'onnx.Cast' op 'to' must be an integer or floating-point type}}
  %0 = onnx.Cast %x {to = index} : (tensor<3xf32>) -> tensor<3xindex>
  return
}

// -----

// A bool is as wide as a byte.
func.func @bit_cast(%x: tensor<3xi1>) {
  %0 = onnx.BitCast %x {to = f8E5M2} : (tensor<3xi1>) -> tensor<3xf8E5M2>
  // expected-error @+1 {{'onnx.BitCast' op 'to' must be as wide as the elements of 'input'}}
  %1 = onnx.BitCast %x {to = i4} : (tensor<3xi1>) -> tensor<3xi4>
  return
}
