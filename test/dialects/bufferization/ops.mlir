// RUN: mica-opt %s | FileCheck %s
// RUN: mica-opt --mlir-print-op-generic %s | mica-opt | FileCheck %s
// Every op prints as it was written, and survives the generic form.

// CHECK-LABEL: func.func @ops(
func.func @ops(%t: tensor<4x?xf32>, %m: memref<4x?xf32>, %n: index, %c: i1) {
  // CHECK: %0 = bufferization.alloc_tensor(%arg2) : tensor<4x?xf32>
  %0 = bufferization.alloc_tensor(%n) : tensor<4x?xf32>
  // CHECK: %1 = bufferization.alloc_tensor() copy(%arg0) {memory_space = 1 : i64} : tensor<4x?xf32>
  %1 = bufferization.alloc_tensor() copy(%t) {memory_space = 1 : i64} : tensor<4x?xf32>
  // CHECK: %2 = bufferization.alloc_tensor(%arg2) size_hint=%arg2 : tensor<4x?xf32>
  %2 = bufferization.alloc_tensor(%n) size_hint=%n : tensor<4x?xf32>
  // CHECK: %3 = bufferization.to_memref %arg0 : memref<4x?xf32>
  %3 = bufferization.to_memref %t : memref<4x?xf32>
  // CHECK: %4 = bufferization.to_memref %arg0 read_only : memref<4x?xf32, strided<[?, ?], offset: ?>>
  %4 = bufferization.to_memref %t read_only : memref<4x?xf32, strided<[?, ?], offset: ?>>
  // CHECK: %5 = bufferization.to_tensor %arg1 : memref<4x?xf32>
  %5 = bufferization.to_tensor %m : memref<4x?xf32>
  // CHECK: %6 = bufferization.to_tensor %arg1 restrict writable : memref<4x?xf32>
  %6 = bufferization.to_tensor %m restrict writable : memref<4x?xf32>
  // CHECK: %7 = bufferization.clone %arg1 : memref<4x?xf32> to memref<4x?xf32>
  %7 = bufferization.clone %m : memref<4x?xf32> to memref<4x?xf32>
  // CHECK: %8 = bufferization.materialize_in_destination %arg0 in %0 : (tensor<4x?xf32>, tensor<4x?xf32>) -> tensor<4x?xf32>
  %8 = bufferization.materialize_in_destination %t in %0 : (tensor<4x?xf32>, tensor<4x?xf32>) -> tensor<4x?xf32>
  // CHECK: bufferization.materialize_in_destination %arg0 in restrict writable %arg1 : (tensor<4x?xf32>, memref<4x?xf32>) -> ()
  bufferization.materialize_in_destination %t in restrict writable %m : (tensor<4x?xf32>, memref<4x?xf32>) -> ()
  // CHECK: bufferization.dealloc_tensor %arg0 : tensor<4x?xf32>
  bufferization.dealloc_tensor %t : tensor<4x?xf32>
  // CHECK: %9 = bufferization.dealloc (%arg1 : memref<4x?xf32>) if (%arg3) retain (%7 : memref<4x?xf32>)
  %9 = bufferization.dealloc (%m : memref<4x?xf32>) if (%c) retain (%7 : memref<4x?xf32>)
  // CHECK: bufferization.dealloc (%arg1 : memref<4x?xf32>) if (%arg3)
  bufferization.dealloc (%m : memref<4x?xf32>) if (%c)
  // CHECK: bufferization.dealloc
  bufferization.dealloc
  return
}
