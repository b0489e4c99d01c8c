// RUN: mica-opt %s -lower-contractions -canonicalize -cse | FileCheck %s

// One row: B, read once, is not packed; the registers hold four times as many columns.
// CHECK-LABEL: func.func @row(
// CHECK-NOT: tensor.empty
// CHECK: scf.for %[[K:.*]] = %c0 to %c33
// CHECK: vector.transfer_read %arg1[%[[K]], %{{.*}}]{{.*}} : tensor<33x128xf32>, vector<64xf32>
// CHECK: vector.fma {{.*}} : vector<64xf32>
func.func @row(%a: tensor<1x33xf32>, %b: tensor<33x128xf32>, %c: tensor<1x128xf32>) -> tensor<1x128xf32> {
  %r = linalg.matmul ins(%a, %b : tensor<1x33xf32>, tensor<33x128xf32>) outs(%c : tensor<1x128xf32>) -> tensor<1x128xf32>
  return %r : tensor<1x128xf32>
}

// A constant is packed at compile time: 3 columns and 13 zeros a row.
// CHECK-LABEL: func.func @constant(
// CHECK: arith.constant dense<{{\[\[\[}}1.000000e+00, 2.000000e+00, 3.000000e+00, 0.000000e+00,
// CHECK-SAME: [4.000000e+00, 5.000000e+00, 6.000000e+00, 0.000000e+00,
// CHECK-SAME: tensor<1x2x16xf32>
// CHECK-NOT: tensor.empty
// CHECK: vector.fma
func.func @constant(%a: tensor<12x2xf32>, %c: tensor<12x3xf32>) -> tensor<12x3xf32> {
  %b = arith.constant dense<[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]> : tensor<2x3xf32>
  %r = linalg.matmul ins(%a, %b : tensor<12x2xf32>, tensor<2x3xf32>) outs(%c : tensor<12x3xf32>) -> tensor<12x3xf32>
  return %r : tensor<12x3xf32>
}

// The same constant, transposed, gives the same panels.
// CHECK-LABEL: func.func @constant_transposed(
// CHECK: arith.constant dense<{{\[\[\[}}1.000000e+00, 2.000000e+00, 3.000000e+00, 0.000000e+00,
// CHECK-SAME: [4.000000e+00, 5.000000e+00, 6.000000e+00, 0.000000e+00,
// CHECK-SAME: tensor<1x2x16xf32>
func.func @constant_transposed(%a: tensor<12x2xf32>, %c: tensor<12x3xf32>) -> tensor<12x3xf32> {
  %b = arith.constant dense<[[1.0, 4.0], [2.0, 5.0], [3.0, 6.0]]> : tensor<3x2xf32>
  %r = linalg.matmul_transpose_b ins(%a, %b : tensor<12x2xf32>, tensor<3x2xf32>) outs(%c : tensor<12x3xf32>) -> tensor<12x3xf32>
  return %r : tensor<12x3xf32>
}

// A transposed B is packed element by element.
// CHECK-LABEL: func.func @b_transposed(
// CHECK: %[[X:.*]] = tensor.extract %arg1[%[[J:.*]], %[[K:.*]]] : tensor<48x8xf32>
// CHECK: tensor.insert %[[X]] into %{{.*}}[%{{.*}}, %[[K]], %{{.*}}]
// CHECK: vector.fma
func.func @b_transposed(%a: tensor<12x8xf32>, %b: tensor<48x8xf32>, %c: tensor<12x48xf32>) -> tensor<12x48xf32> {
  %r = linalg.matmul_transpose_b ins(%a, %b : tensor<12x8xf32>, tensor<48x8xf32>) outs(%c : tensor<12x48xf32>) -> tensor<12x48xf32>
  return %r : tensor<12x48xf32>
}

// CHECK-LABEL: func.func @a_transposed(
// CHECK-NOT: linalg
// CHECK: tensor.extract %arg0[%[[K:.*]], %[[I:.*]]] : tensor<8x12xf32>
// CHECK: vector.fma
func.func @a_transposed(%a: tensor<8x12xf32>, %b: tensor<8x16xf32>, %c: tensor<12x16xf32>) -> tensor<12x16xf32> {
  %r = linalg.matmul_transpose_a ins(%a, %b : tensor<8x12xf32>, tensor<8x16xf32>) outs(%c : tensor<12x16xf32>) -> tensor<12x16xf32>
  return %r : tensor<12x16xf32>
}

// CHECK-LABEL: func.func @batch(
// CHECK: scf.for %[[B:.*]] = %c0 to %c3
// CHECK: vector.transfer_read %{{.*}}[%[[B]],
// CHECK: vector.fma
func.func @batch(%a: tensor<3x6x8xf32>, %b: tensor<3x8x16xf32>, %c: tensor<3x6x16xf32>) -> tensor<3x6x16xf32> {
  %r = linalg.batch_matmul ins(%a, %b : tensor<3x6x8xf32>, tensor<3x8x16xf32>) outs(%c : tensor<3x6x16xf32>) -> tensor<3x6x16xf32>
  return %r : tensor<3x6x16xf32>
}

// Element types that differ, half floats and buffers are left alone.
// CHECK-LABEL: func.func @left_alone(
// CHECK: linalg.matmul
// CHECK: linalg.matmul
// CHECK: linalg.matmul
func.func @left_alone(%a: tensor<4x4xi8>, %c: tensor<4x4xi32>, %h: tensor<4x4xf16>, %m: memref<4x4xf32>) -> (tensor<4x4xi32>, tensor<4x4xf16>) {
  %0 = linalg.matmul ins(%a, %a : tensor<4x4xi8>, tensor<4x4xi8>) outs(%c : tensor<4x4xi32>) -> tensor<4x4xi32>
  %1 = linalg.matmul ins(%h, %h : tensor<4x4xf16>, tensor<4x4xf16>) outs(%h : tensor<4x4xf16>) -> tensor<4x4xf16>
  linalg.matmul ins(%m, %m : memref<4x4xf32>, memref<4x4xf32>) outs(%m : memref<4x4xf32>)
  return %0, %1 : tensor<4x4xi32>, tensor<4x4xf16>
}
