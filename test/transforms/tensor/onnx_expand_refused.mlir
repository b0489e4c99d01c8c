// RUN: mica-opt %s -onnx-expand-functions --split-input-file --verify-diagnostics

// What is not expanded, and why.

func.func @rotary(%x: tensor<1x2x8xf32>, %w: tensor<8x24xf32>) -> tensor<1x2x8xf32> {
  // expected-error @+1 {{'onnx.ms.Attention' op do_rotary and past_present_share_buffer are not supported}}
  %y = "onnx.ms.Attention"(%x, %w) {num_heads = 2 : i64, do_rotary = 1 : i64, operandSegmentSizes = array<i32: 1, 1, 0, 0, 0, 0, 0>} : (tensor<1x2x8xf32>, tensor<8x24xf32>) -> tensor<1x2x8xf32>
  return %y : tensor<1x2x8xf32>
}

// -----

func.func @activation(%a: tensor<2x3xf32>, %b: tensor<3x4xf32>) -> tensor<2x4xf32> {
  // expected-error @+1 {{'onnx.ms.FusedGemm' op its activation 'Elu' is not supported}}
  %y = onnx.ms.FusedGemm %a, %b {activation = "Elu"} : (tensor<2x3xf32>, tensor<3x4xf32>) -> tensor<2x4xf32>
  return %y : tensor<2x4xf32>
}

// -----

func.func @sinks(%q: tensor<1x1x8xf32>, %k: tensor<1x1x4xf32>, %p: tensor<1x1x3x4xf32>, %n: tensor<1xi32>, %h: tensor<2xf32>) -> tensor<1x1x8xf32> {
  // expected-error @+1 {{'onnx.ms.GroupQueryAttention' op attention_bias, head_sink and causal 0 are not supported}}
  %y = "onnx.ms.GroupQueryAttention"(%q, %k, %k, %p, %p, %n, %n, %h) {num_heads = 2 : i64, kv_num_heads = 1 : i64, operandSegmentSizes = array<i32: 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 1>, resultSegmentSizes = array<i32: 1, 0, 0>} : (tensor<1x1x8xf32>, tensor<1x1x4xf32>, tensor<1x1x4xf32>, tensor<1x1x3x4xf32>, tensor<1x1x3x4xf32>, tensor<1xi32>, tensor<1xi32>, tensor<2xf32>) -> tensor<1x1x8xf32>
  return %y : tensor<1x1x8xf32>
}

// -----

func.func @indices(%a: tensor<3x16xf32>, %b: tensor<4x1x8xui8>, %s: tensor<4x1xf32>, %g: tensor<16xi32>) -> tensor<3x4xf32> {
  // expected-error @+1 {{'onnx.ms.MatMulNBits' op g_idx and prepacked weights are not supported}}
  %y = "onnx.ms.MatMulNBits"(%a, %b, %s, %g) {K = 16 : i64, N = 4 : i64, block_size = 16 : i64, operandSegmentSizes = array<i32: 1, 1, 1, 0, 1, 0>} : (tensor<3x16xf32>, tensor<4x1x8xui8>, tensor<4x1xf32>, tensor<16xi32>) -> tensor<3x4xf32>
  return %y : tensor<3x4xf32>
}

// -----

func.func @precision(%x: tensor<4xf32>, %s: tensor<f32>) -> tensor<4xui8> {
  // expected-error @+1 {{'onnx.QuantizeLinear' op its precision (7) is no type to divide in}}
  %0 = onnx.QuantizeLinear %x, %s {precision = 7 : i64} : (tensor<4xf32>, tensor<f32>) -> tensor<4xui8>
  return %0 : tensor<4xui8>
}
