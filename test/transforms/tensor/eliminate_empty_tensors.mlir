// RUN: mica-opt %s -eliminate-empty-tensors | FileCheck %s
// RUN: mica-opt %s -eliminate-empty-tensors -one-shot-bufferize="bufferize-function-boundaries=1 function-boundary-type-conversion=identity-layout-map" | FileCheck %s --check-prefix=BUFFERS

// CHECK-LABEL: func.func @chain(
// CHECK-NOT: tensor.empty
// CHECK: %[[S:.*]] = tensor.extract_slice %arg1[%arg2] [4] [1]
// CHECK: linalg.fill {{.*}} outs(%[[S]] : tensor<4xf32>)
// CHECK: tensor.insert_slice %{{.*}} into %arg1[%arg2] [4] [1]
// BUFFERS-LABEL: func.func @chain(
// BUFFERS-NOT: memref.alloc
// BUFFERS-NOT: memref.copy
// BUFFERS: return %arg1
func.func @chain(%x: f32, %t: tensor<8xf32>, %i: index) -> tensor<8xf32> {
  %e = tensor.empty() : tensor<4xf32>
  %f = linalg.fill ins(%x : f32) outs(%e : tensor<4xf32>) -> tensor<4xf32>
  %g = linalg.exp ins(%f : tensor<4xf32>) outs(%f : tensor<4xf32>) -> tensor<4xf32>
  %r = tensor.insert_slice %g into %t[%i] [4] [1] : tensor<4xf32> into tensor<8xf32>
  return %r : tensor<8xf32>
}

// Padding: the padded tensor and its fill move up; one allocation, no copy.
// CHECK-LABEL: func.func @padding(
// CHECK: %[[P:.*]] = tensor.empty() : tensor<8x8xf32>
// CHECK: %[[Z:.*]] = linalg.fill {{.*}} outs(%[[P]]
// CHECK: %[[S:.*]] = tensor.extract_slice %[[Z]][1, 1] [6, 6] [1, 1]
// CHECK: linalg.exp {{.*}} outs(%[[S]] : tensor<6x6xf32>)
// BUFFERS-LABEL: func.func @padding(
// BUFFERS-COUNT-1: memref.alloc
// BUFFERS-NOT: memref.alloc
// BUFFERS-NOT: memref.copy
// BUFFERS: return
func.func @padding(%x: tensor<6x6xf32>) -> tensor<8x8xf32> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<6x6xf32>
  %y = linalg.exp ins(%x : tensor<6x6xf32>) outs(%e : tensor<6x6xf32>) -> tensor<6x6xf32>
  %p = tensor.empty() : tensor<8x8xf32>
  %z = linalg.fill ins(%zero : f32) outs(%p : tensor<8x8xf32>) -> tensor<8x8xf32>
  %r = tensor.insert_slice %y into %z[1, 1] [6, 6] [1, 1] : tensor<6x6xf32> into tensor<8x8xf32>
  return %r : tensor<8x8xf32>
}

// A loop's init, and a slice of fewer dimensions.
// CHECK-LABEL: func.func @loop(
// CHECK: %[[S:.*]] = tensor.extract_slice %arg1[0, 1] [1, 4] [1, 1] : tensor<2x8xf32> to tensor<4xf32>
// CHECK: scf.for {{.*}} iter_args(%{{.*}} = %[[S]])
// BUFFERS-LABEL: func.func @loop(
// BUFFERS-NOT: memref.copy
// BUFFERS: return %arg1
func.func @loop(%x: f32, %t: tensor<2x8xf32>, %n: index) -> tensor<2x8xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %e = tensor.empty() : tensor<4xf32>
  %f = scf.for %i = %c0 to %n step %c1 iter_args(%a = %e) -> (tensor<4xf32>) {
    %w = tensor.insert %x into %a[%i] : tensor<4xf32>
    scf.yield %w : tensor<4xf32>
  }
  %r = tensor.insert_slice %f into %t[0, 1] [1, 4] [1, 1] : tensor<4xf32> into tensor<2x8xf32>
  return %r : tensor<2x8xf32>
}

// The destination depends on what is inserted: it can't be there before.
// CHECK-LABEL: func.func @too_early(
// CHECK-NOT: tensor.extract_slice
// CHECK: tensor.insert_slice
func.func @too_early(%x: tensor<4xf32>, %i: index) -> tensor<8xf32> {
  %e = tensor.empty() : tensor<4xf32>
  %f = linalg.exp ins(%x : tensor<4xf32>) outs(%e : tensor<4xf32>) -> tensor<4xf32>
  %s = tensor.extract %f[%i] : tensor<4xf32>
  %p = tensor.empty() : tensor<8xf32>
  %z = linalg.fill ins(%s : f32) outs(%p : tensor<8xf32>) -> tensor<8xf32>
  %r = tensor.insert_slice %f into %z[2] [4] [1] : tensor<4xf32> into tensor<8xf32>
  return %r : tensor<8xf32>
}

// What is inserted is not computed into an empty tensor.
// CHECK-LABEL: func.func @not_empty(
// CHECK-NOT: tensor.extract_slice
// CHECK: tensor.insert_slice
func.func @not_empty(%x: tensor<4xf32>, %t: tensor<8xf32>) -> tensor<8xf32> {
  %r = tensor.insert_slice %x into %t[2] [4] [1] : tensor<4xf32> into tensor<8xf32>
  return %r : tensor<8xf32>
}
