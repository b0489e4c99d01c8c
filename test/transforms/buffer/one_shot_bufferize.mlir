// RUN: mica-opt %s -one-shot-bufferize="bufferize-function-boundaries=1 function-boundary-type-conversion=identity-layout-map" | FileCheck %s

// Nobody reads %t afterwards: the insertion writes into the argument itself.
// CHECK-LABEL: func.func @in_place(
// CHECK-NOT: memref.alloc
// CHECK-NOT: memref.copy
// CHECK: memref.store %{{.*}}, %arg0[%{{.*}}] : memref<4xf32>
// CHECK: return %arg0 : memref<4xf32>
func.func @in_place(%t: tensor<4xf32>, %x: f32, %i: index) -> tensor<4xf32> {
  %0 = tensor.insert %x into %t[%i] : tensor<4xf32>
  return %0 : tensor<4xf32>
}

// The old contents are read after the write: the write goes to a copy.
// CHECK-LABEL: func.func @read_after_write(
// CHECK: %[[COPY:.*]] = memref.alloc() {{.*}} : memref<4xf32>
// CHECK: memref.copy %arg0, %[[COPY]]
// CHECK: memref.store %{{.*}}, %[[COPY]]
// CHECK: memref.load %arg0
func.func @read_after_write(%t: tensor<4xf32>, %x: f32, %i: index) -> (tensor<4xf32>, f32) {
  %0 = tensor.insert %x into %t[%i] : tensor<4xf32>
  %1 = tensor.extract %t[%i] : tensor<4xf32>
  return %0, %1 : tensor<4xf32>, f32
}

// A slice that is changed and written back where it came from is not copied.
// CHECK-LABEL: func.func @slice_written_back(
// CHECK-NOT: memref.copy
// CHECK: %[[VIEW:.*]] = memref.subview %arg0
// CHECK: memref.store %{{.*}}, %[[VIEW]]
// CHECK-NOT: memref.copy
// CHECK: return %arg0
func.func @slice_written_back(%t: tensor<8xf32>, %x: f32, %i: index) -> tensor<8xf32> {
  %s = tensor.extract_slice %t[2] [4] [1] : tensor<8xf32> to tensor<4xf32>
  %w = tensor.insert %x into %s[%i] : tensor<4xf32>
  %r = tensor.insert_slice %w into %t[2] [4] [1] : tensor<4xf32> into tensor<8xf32>
  return %r : tensor<8xf32>
}

// A loop carries its tensor in the buffer of its init.
// CHECK-LABEL: func.func @loop(
// CHECK-NOT: memref.alloc
// CHECK: scf.for {{.*}} iter_args(%[[B:.*]] = %arg0) -> (memref<4xf32>)
// CHECK: memref.store %{{.*}}, %[[B]]
// CHECK: scf.yield %[[B]] : memref<4xf32>
func.func @loop(%t: tensor<4xf32>, %x: f32, %n: index) -> tensor<4xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %r = scf.for %i = %c0 to %n step %c1 iter_args(%a = %t) -> (tensor<4xf32>) {
    %w = tensor.insert %x into %a[%i] : tensor<4xf32>
    scf.yield %w : tensor<4xf32>
  }
  return %r : tensor<4xf32>
}

// Each element is read before it is written: in place.
// CHECK-LABEL: func.func @elementwise(
// CHECK-NOT: memref.alloc
// CHECK: linalg.exp ins(%arg0 : memref<4xf32>) outs(%arg0 : memref<4xf32>)
func.func @elementwise(%t: tensor<4xf32>) -> tensor<4xf32> {
  %0 = linalg.exp ins(%t : tensor<4xf32>) outs(%t : tensor<4xf32>) -> tensor<4xf32>
  return %0 : tensor<4xf32>
}

// A transpose onto itself reads elements that it has written: not in place.
// CHECK-LABEL: func.func @transpose(
// CHECK: %[[COPY:.*]] = memref.alloc()
// CHECK: linalg.transpose ins(%arg0 : memref<4x4xf32>) outs(%[[COPY]]
func.func @transpose(%t: tensor<4x4xf32>) -> tensor<4x4xf32> {
  %0 = linalg.transpose ins(%t : tensor<4x4xf32>) outs(%t : tensor<4x4xf32>) permutation = [1, 0]
  return %0 : tensor<4x4xf32>
}

// Two elementwise ops into one empty tensor: the second overwrites what it reads, in place.
// CHECK-LABEL: func.func @same_empty(
// CHECK-COUNT-1: memref.alloc
// CHECK-NOT: memref.alloc
// CHECK: linalg.exp ins(%arg0 : memref<4xf32>) outs(%[[E:.*]] : memref<4xf32>)
// CHECK: linalg.exp ins(%[[E]] : memref<4xf32>) outs(%[[E]] : memref<4xf32>)
func.func @same_empty(%t: tensor<4xf32>) -> tensor<4xf32> {
  %e = tensor.empty() : tensor<4xf32>
  %0 = linalg.exp ins(%t : tensor<4xf32>) outs(%e : tensor<4xf32>) -> tensor<4xf32>
  %1 = linalg.exp ins(%0 : tensor<4xf32>) outs(%e : tensor<4xf32>) -> tensor<4xf32>
  return %1 : tensor<4xf32>
}

// A product can't: it reads what it has overwritten.
// CHECK-LABEL: func.func @same_empty_matmul(
// CHECK-COUNT-2: memref.alloc
// CHECK: linalg.matmul
func.func @same_empty_matmul(%t: tensor<4x4xf32>, %x: f32) -> tensor<4x4xf32> {
  %e = tensor.empty() : tensor<4x4xf32>
  %0 = linalg.fill ins(%x : f32) outs(%e : tensor<4x4xf32>) -> tensor<4x4xf32>
  %1 = linalg.fill ins(%x : f32) outs(%e : tensor<4x4xf32>) -> tensor<4x4xf32>
  %2 = linalg.matmul ins(%0, %t : tensor<4x4xf32>, tensor<4x4xf32>) outs(%1 : tensor<4x4xf32>) -> tensor<4x4xf32>
  return %2 : tensor<4x4xf32>
}
