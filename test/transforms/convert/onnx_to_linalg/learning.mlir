// RUN: mica-opt %s --convert-onnx-to-linalg --split-input-file --verify-diagnostics | FileCheck %s

// One kind of test needs no table of kinds. Leaves are negative numbers.
// CHECK-LABEL: func.func @tree
func.func @tree(%x: tensor<3x2xf32>) -> tensor<3x1xf32> {
  // CHECK: arith.constant dense<[1, -3]> : tensor<2xi64>
  // CHECK: arith.constant dense<[-1, -2]> : tensor<2xi64>
  // CHECK: linalg.generic {{.*}} outs(%{{.*}} : tensor<3x1xi64>)
  // CHECK: scf.for %{{.*}} = %{{.*}} to %c2
  // CHECK: arith.cmpf ole
  // CHECK-NOT: arith.cmpf
  // CHECK: linalg.generic {{.*}} outs(%{{.*}} : tensor<3x1xf32>)
  %0 = onnx.ml.TreeEnsemble %x {leaf_targetids = array<i64: 0, 0, 0>, leaf_weights = dense<[1.0, 2.0, 3.0]> : tensor<3xf32>, n_targets = 1 : i64, nodes_falseleafs = array<i64: 1, 1>, nodes_falsenodeids = array<i64: 0, 1>, nodes_featureids = array<i64: 0, 1>, nodes_modes = dense<0> : tensor<2xui8>, nodes_splits = dense<[1.0, 2.0]> : tensor<2xf32>, nodes_trueleafs = array<i64: 0, 1>, nodes_truenodeids = array<i64: 1, 2>, tree_roots = array<i64: 0>} : (tensor<3x2xf32>) -> tensor<3x1xf32>
  return %0 : tensor<3x1xf32>
}

// -----

func.func @circle(%x: tensor<3x2xf32>) -> tensor<3x1xf32> {
  // expected-error @+2 {{failed to legalize operation 'onnx.ml.TreeEnsemble' that was explicitly marked illegal}}
  // expected-note @+1 {{a node leads back to itself}}
  %0 = onnx.ml.TreeEnsemble %x {leaf_targetids = array<i64: 0>, leaf_weights = dense<1.0> : tensor<1xf32>, n_targets = 1 : i64, nodes_falseleafs = array<i64: 1, 0>, nodes_falsenodeids = array<i64: 0, 0>, nodes_featureids = array<i64: 0, 1>, nodes_modes = dense<0> : tensor<2xui8>, nodes_splits = dense<[1.0, 2.0]> : tensor<2xf32>, nodes_trueleafs = array<i64: 0, 1>, nodes_truenodeids = array<i64: 1, 0>, tree_roots = array<i64: 0>} : (tensor<3x2xf32>) -> tensor<3x1xf32>
  return %0 : tensor<3x1xf32>
}

// -----

func.func @shared_place(%x: tensor<4xi64>) -> tensor<1xf32> {
  // expected-error @+2 {{failed to legalize operation 'onnx.TfIdfVectorizer' that was explicitly marked illegal}}
  // expected-note @+1 {{two n-grams share a place of the result}}
  %0 = onnx.TfIdfVectorizer %x {max_gram_length = 1 : i64, max_skip_count = 0 : i64, min_gram_length = 1 : i64, mode = "TF", ngram_counts = array<i64: 0>, ngram_indexes = array<i64: 0, 0>, pool_int64s = array<i64: 1, 2>} : (tensor<4xi64>) -> tensor<1xf32>
  return %0 : tensor<1xf32>
}
