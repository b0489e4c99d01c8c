// RUN: mica-opt %s --split-input-file --verify-diagnostics

// Operators for signals, grids, training and classical machine learning.

func.func @optimizer(%r: tensor<f32>, %t: tensor<i64>, %x: tensor<3xf32>) {
  // expected-error @+1 {{'onnx.training.Adagrad' op has 2 tensors to optimize, not a multiple of 3}}
  %0 = onnx.training.Adagrad %r, %t, %x, %x : (tensor<f32>, tensor<i64>, tensor<3xf32>, tensor<3xf32>) -> tensor<3xf32>
  return
}

// -----

func.func @gradient(%r: tensor<f32>, %t: tensor<i64>, %x: tensor<3xf32>, %g: tensor<4xf32>) {
  // expected-error @+1 {{'onnx.training.Adagrad' op operands #2 and #3 differ in type}}
  %0:2 = onnx.training.Adagrad %r, %t, %x, %g, %x : (tensor<f32>, tensor<i64>, tensor<3xf32>, tensor<4xf32>, tensor<3xf32>) -> (tensor<3xf32>, tensor<3xf32>)
  return
}

// -----

func.func @theta(%theta: tensor<1x3x3xf32>, %size: tensor<5xi64>) {
  // expected-error @+1 {{'onnx.AffineGrid' op 'theta' must be [N, 2, 3] or [N, 3, 4]}}
  %0 = onnx.AffineGrid %theta, %size : (tensor<1x3x3xf32>, tensor<5xi64>) -> tensor<*xf32>
  return
}

// -----

func.func @grid(%x: tensor<1x2x4x4xf32>, %grid: tensor<1x4x4x3xf32>) {
  // expected-error @+1 {{'onnx.GridSample' op the last size of 'grid' must be 2, as many as 'X' has spatial dimensions}}
  %0 = onnx.GridSample %x, %grid : (tensor<1x2x4x4xf32>, tensor<1x4x4x3xf32>) -> tensor<*xf32>
  return
}

// -----

func.func @mode(%x: tensor<1x2x4xf32>, %grid: tensor<1x4x1xf32>) {
  // expected-error @+1 {{'onnx.GridSample' op 'mode' must be linear, nearest or cubic}}
  %0 = onnx.GridSample %x, %grid {mode = "bilinear"} : (tensor<1x2x4xf32>, tensor<1x4x1xf32>) -> tensor<*xf32>
  return
}

// -----

func.func @axis(%x: tensor<4x8x2xf32>) {
  %axis = onnx.Constant dense<-1> : tensor<i64>
  // expected-error @+1 {{'onnx.DFT' op axis -1 is outside of the dimensions before the last}}
  %0 = onnx.DFT %x, %axis {operandSegmentSizes = array<i32: 1, 0, 1>} : (tensor<4x8x2xf32>, tensor<i64>) -> tensor<*xf32>
  return
}

// -----

func.func @parts(%x: tensor<4x8x3xf32>) {
  // expected-error @+1 {{'onnx.DFT' op the last size of 'input' must be 1 or 2}}
  %0 = onnx.DFT %x {operandSegmentSizes = array<i32: 1, 0, 0>} : (tensor<4x8x3xf32>) -> tensor<*xf32>
  return
}

// -----

func.func @frames(%x: tensor<1x8x1xf32>, %step: tensor<i64>) {
  // expected-error @+1 {{'onnx.STFT' op needs 'window' or 'frame_length'}}
  %0 = onnx.STFT %x, %step {operandSegmentSizes = array<i32: 1, 1, 0, 0>} : (tensor<1x8x1xf32>, tensor<i64>) -> tensor<*xf32>
  return
}

// -----

func.func @random() {
  // expected-error @+1 {{'onnx.RandomUniform' op its results must be floating-point numbers}}
  %0 = "onnx.RandomUniform"() {dtype = i32, shape = array<i64: 2>} : () -> tensor<2xf32>
  return
}

// -----

func.func @norm(%x: tensor<2x3xf32>) {
  // expected-error @+1 {{'onnx.ml.Normalizer' op 'norm' must be MAX, L1 or L2}}
  %0 = onnx.ml.Normalizer %x {norm = "L3"} : (tensor<2x3xf32>) -> tensor<2x3xf32>
  return
}

// -----

func.func @det(%x: tensor<2x3xf32>) {
  // expected-error @+1 {{'onnx.Det' op 'X' must hold square matrices}}
  %0 = onnx.Det %x : (tensor<2x3xf32>) -> tensor<f32>
  return
}

// -----

func.func @rois(%x: tensor<1x2x8x8xf32>, %rois: tensor<3x5xf32>, %batch: tensor<3xi64>) {
  // expected-error @+1 {{'onnx.RoiAlign' op 'rois' must have 4 entries a region}}
  %0 = onnx.RoiAlign %x, %rois, %batch : (tensor<1x2x8x8xf32>, tensor<3x5xf32>, tensor<3xi64>) -> tensor<*xf32>
  return
}

// -----

func.func @offset(%x: tensor<1x4x5x5xf32>, %w: tensor<6x4x3x3xf32>, %offset: tensor<1x9x3x3xf32>) {
  // expected-error @+1 {{'onnx.DeformConv' op 'offset' has 9 channels instead of 18}}
  %0 = onnx.DeformConv %x, %w, %offset {operandSegmentSizes = array<i32: 1, 1, 1, 0, 0>} : (tensor<1x4x5x5xf32>, tensor<6x4x3x3xf32>, tensor<1x9x3x3xf32>) -> tensor<*xf32>
  return
}

// -----

func.func @pool(%x: tensor<4xi64>) {
  // expected-error @+1 {{'onnx.TfIdfVectorizer' op the pool has 2 n-grams, 'ngram_indexes' 1}}
  %0 = onnx.TfIdfVectorizer %x {max_gram_length = 1 : i64, max_skip_count = 0 : i64, min_gram_length = 1 : i64, mode = "TF", ngram_counts = array<i64: 0>, ngram_indexes = array<i64: 0>, pool_int64s = array<i64: 1, 2>} : (tensor<4xi64>) -> tensor<*xf32>
  return
}

// -----

func.func @leaf(%x: tensor<3x2xf32>) {
  // expected-error @+1 {{'onnx.ml.TreeEnsemble' op 'nodes_truenodeids' and 'nodes_trueleafs' do not fit its nodes}}
  %0 = onnx.ml.TreeEnsemble %x {leaf_targetids = array<i64: 0>, leaf_weights = dense<1.0> : tensor<1xf32>, n_targets = 1 : i64, nodes_falseleafs = array<i64: 1>, nodes_falsenodeids = array<i64: 0>, nodes_featureids = array<i64: 0>, nodes_modes = dense<0> : tensor<1xui8>, nodes_splits = dense<1.0> : tensor<1xf32>, nodes_trueleafs = array<i64: 1>, nodes_truenodeids = array<i64: 1>, tree_roots = array<i64: 0>} : (tensor<3x2xf32>) -> tensor<3x1xf32>
  return
}
