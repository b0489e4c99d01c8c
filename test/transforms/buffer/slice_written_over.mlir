// RUN: mica-opt %s --one-shot-bufferize="bufferize-function-boundaries=true function-boundary-type-conversion=identity-layout-map" --split-input-file | FileCheck %s

// A slice that can't be in place, since its result is carried on too, gets a buffer of its own.
// Nothing is copied into that before it is written over.
// CHECK-LABEL: func.func @written_over
// CHECK: scf.for
// CHECK: %[[B:.*]] = memref.alloc() {{.*}} : memref<2xf32>
// CHECK-NOT: memref.copy
// CHECK: linalg.generic {{.*}} outs(%[[B]] : memref<2xf32>)
// CHECK: memref.copy %[[B]]
func.func @written_over(%s: tensor<2xf32> {bufferization.writable = false}, %n: index) -> (tensor<2xf32>, tensor<5x2xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %e = tensor.empty() : tensor<5x2xf32>
  %r:2 = scf.for %i = %c0 to %n step %c1 iter_args(%a = %s, %z = %e) -> (tensor<2xf32>, tensor<5x2xf32>) {
    %t = tensor.extract_slice %z[%i, 0] [1, 2] [1, 1] : tensor<5x2xf32> to tensor<2xf32>
    %v = linalg.generic {indexing_maps = [affine_map<(d0) -> (d0)>, affine_map<(d0) -> (d0)>], iterator_types = ["parallel"]} ins(%a : tensor<2xf32>) outs(%t : tensor<2xf32>) {
    ^bb0(%in: f32, %out: f32):
      %x = arith.addf %in, %in : f32
      linalg.yield %x : f32
    } -> tensor<2xf32>
    %p = tensor.insert_slice %v into %z[%i, 0] [1, 2] [1, 1] : tensor<2xf32> into tensor<5x2xf32>
    scf.yield %v, %p : tensor<2xf32>, tensor<5x2xf32>
  }
  return %r#0, %r#1 : tensor<2xf32>, tensor<5x2xf32>
}

// -----

// One that is read is copied.
// CHECK-LABEL: func.func @read
// CHECK: scf.for
// CHECK: %[[T:.*]] = memref.subview
// CHECK: %[[B:.*]] = memref.alloc() {{.*}} : memref<2xf32>
// CHECK: memref.copy %[[T]], %[[B]]
// CHECK: linalg.generic {{.*}} outs(%[[B]] : memref<2xf32>)
func.func @read(%s: tensor<2xf32> {bufferization.writable = false}, %e: tensor<5x2xf32>, %n: index) -> (tensor<2xf32>, tensor<5x2xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %r:2 = scf.for %i = %c0 to %n step %c1 iter_args(%a = %s, %z = %e) -> (tensor<2xf32>, tensor<5x2xf32>) {
    %t = tensor.extract_slice %z[%i, 0] [1, 2] [1, 1] : tensor<5x2xf32> to tensor<2xf32>
    %v = linalg.generic {indexing_maps = [affine_map<(d0) -> (d0)>, affine_map<(d0) -> (d0)>], iterator_types = ["parallel"]} ins(%a : tensor<2xf32>) outs(%t : tensor<2xf32>) {
    ^bb0(%in: f32, %out: f32):
      %x = arith.addf %in, %out : f32
      linalg.yield %x : f32
    } -> tensor<2xf32>
    %p = tensor.insert_slice %s into %z[%i, 0] [1, 2] [1, 1] : tensor<2xf32> into tensor<5x2xf32>
    scf.yield %v, %p : tensor<2xf32>, tensor<5x2xf32>
  }
  return %r#0, %r#1 : tensor<2xf32>, tensor<5x2xf32>
}
