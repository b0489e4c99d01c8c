// RUN: mica-opt %s -one-shot-bufferize="bufferize-function-boundaries=1 function-boundary-type-conversion=identity-layout-map" | FileCheck %s

// A body may read elements of tensors from outside.

#id = affine_map<(d0) -> (d0)>

// CHECK-LABEL: func.func @gather
// CHECK-SAME: (%[[DATA:.*]]: memref<4xf32>, %[[AT:.*]]: memref<3xindex>)
func.func @gather(%data: tensor<4xf32>, %at: tensor<3xindex>) -> tensor<3xf32> {
  // CHECK: %[[R:.*]] = memref.alloc
  // CHECK: linalg.generic
  // CHECK-SAME: outs(%[[R]]
  // CHECK: %[[K:.*]] = memref.load %[[AT]]
  // CHECK: memref.load %[[DATA]][%[[K]]]
  %empty = tensor.empty() : tensor<3xf32>
  %r = linalg.generic {indexing_maps = [#id], iterator_types = ["parallel"]} outs(%empty : tensor<3xf32>) {
  ^bb0(%o: f32):
    %i = linalg.index 0 : index
    %k = tensor.extract %at[%i] : tensor<3xindex>
    %x = tensor.extract %data[%k] : tensor<4xf32>
    linalg.yield %x : f32
  } -> tensor<3xf32>
  return %r : tensor<3xf32>
}

// The op writes while its body still reads: it can't work in place.
// CHECK-LABEL: func.func @reverse
// CHECK-SAME: (%[[T:.*]]: memref<4xf32>)
func.func @reverse(%t: tensor<4xf32>) -> tensor<4xf32> {
  // CHECK: %[[R:.*]] = memref.alloc
  // CHECK: linalg.generic
  // CHECK-SAME: outs(%[[R]]
  // CHECK: memref.load %[[T]]
  %r = linalg.generic {indexing_maps = [#id], iterator_types = ["parallel"]} outs(%t : tensor<4xf32>) {
  ^bb0(%o: f32):
    %i = linalg.index 0 : index
    %c3 = arith.constant 3 : index
    %k = arith.subi %c3, %i : index
    %x = tensor.extract %t[%k] : tensor<4xf32>
    linalg.yield %x : f32
  } -> tensor<4xf32>
  return %r : tensor<4xf32>
}
