// RUN: mica-opt %s -lower-contractions -canonicalize -cse -one-shot-bufferize="bufferize-function-boundaries=1 function-boundary-type-conversion=identity-layout-map" -canonicalize -cse | FileCheck %s

// Two packs, no copy: 6 rows of accumulators in registers, updated in place.
// CHECK-LABEL: func.func @matmul(
// CHECK-NOT: memref.copy
// CHECK-NOT: memref.copy
// CHECK-COUNT-2: memref.alloc()
// CHECK: vector.fma
// CHECK-NOT: memref.copy
// CHECK: return %arg2
func.func @matmul(%a: tensor<12x8xf32>, %b: tensor<8x32xf32>, %c: tensor<12x32xf32>) -> tensor<12x32xf32> {
  %r = linalg.matmul ins(%a, %b : tensor<12x8xf32>, tensor<8x32xf32>) outs(%c : tensor<12x32xf32>) -> tensor<12x32xf32>
  return %r : tensor<12x32xf32>
}

// Sizes that are not known are left for the loops.
// CHECK-LABEL: func.func @dynamic(
// CHECK: linalg.matmul
func.func @dynamic(%a: tensor<?x8xf32>, %b: tensor<8x32xf32>, %c: tensor<?x32xf32>) -> tensor<?x32xf32> {
  %r = linalg.matmul ins(%a, %b : tensor<?x8xf32>, tensor<8x32xf32>) outs(%c : tensor<?x32xf32>) -> tensor<?x32xf32>
  return %r : tensor<?x32xf32>
}
