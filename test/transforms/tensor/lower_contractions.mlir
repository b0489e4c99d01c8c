// RUN: mica-opt %s -lower-contractions -canonicalize -cse -one-shot-bufferize="bufferize-function-boundaries=1 function-boundary-type-conversion=identity-layout-map" -canonicalize -cse | FileCheck %s

// Two packs, no copy: 6 rows of accumulators in registers, updated in place.
// CHECK-LABEL: func.func @matmul(
// CHECK-NOT: memref.copy
// CHECK-NOT: memref.copy
// CHECK-COUNT-2: memref.alloc()
// CHECK: vector.fma
// CHECK-NOT: memref.copy
// CHECK: return %arg2
func.func @matmul(%a: tensor<18x8xf32>, %b: tensor<8x48xf32>, %c: tensor<18x48xf32>) -> tensor<18x48xf32> {
  %r = linalg.matmul ins(%a, %b : tensor<18x8xf32>, tensor<8x48xf32>) outs(%c : tensor<18x48xf32>) -> tensor<18x48xf32>
  return %r : tensor<18x48xf32>
}

// Sizes that are not known are left for the loops.
// CHECK-LABEL: func.func @dynamic(
// CHECK: linalg.matmul
func.func @dynamic(%a: tensor<?x8xf32>, %b: tensor<8x48xf32>, %c: tensor<?x48xf32>) -> tensor<?x48xf32> {
  %r = linalg.matmul ins(%a, %b : tensor<?x8xf32>, tensor<8x48xf32>) outs(%c : tensor<?x48xf32>) -> tensor<?x48xf32>
  return %r : tensor<?x48xf32>
}
