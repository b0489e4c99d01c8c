// RUN: mica-opt %s -split-input-file -one-shot-bufferize="bufferize-function-boundaries=1 function-boundary-type-conversion=identity-layout-map" | FileCheck %s
// RUN: mica-opt %s -split-input-file -one-shot-bufferize | FileCheck %s --check-prefix=INSIDE

// Without function boundaries tensors stay in the types, and what a call gives is a tensor.
// INSIDE-LABEL: func.func @old_value_is_read(
// INSIDE: call @write(%{{.*}}) : (tensor<4xf32>, f32, index) -> tensor<4xf32>
// INSIDE-LABEL: func.func @write(
// INSIDE-SAME: %arg0: tensor<4xf32>
// INSIDE: %[[T:.*]] = bufferization.to_tensor %{{.*}} : memref<4xf32>
// INSIDE: return %[[T]] : tensor<4xf32>

// CHECK-LABEL: func.func @old_value_is_read(
// CHECK: %[[COPY:.*]] = memref.alloc()
// CHECK: memref.copy %arg0, %[[COPY]]
// CHECK: call @write(%[[COPY]], %arg1, %arg2) : (memref<4xf32>, f32, index) -> memref<4xf32>
// CHECK: call @read(%arg0, %arg2)
func.func @old_value_is_read(%t: tensor<4xf32>, %x: f32, %i: index) -> (tensor<4xf32>, f32) {
  %0 = call @write(%t, %x, %i) : (tensor<4xf32>, f32, index) -> tensor<4xf32>
  %1 = call @read(%t, %i) : (tensor<4xf32>, index) -> f32
  return %0, %1 : tensor<4xf32>, f32
}
// The callee is bufferized first, wherever it stands: its result is its argument's buffer.
// CHECK-LABEL: func.func @write(
// CHECK-NEXT: memref.store %arg1, %arg0[%arg2]
// CHECK-NEXT: return %arg0
func.func @write(%t: tensor<4xf32>, %x: f32, %i: index) -> tensor<4xf32> {
  %0 = tensor.insert %x into %t[%i] : tensor<4xf32>
  return %0 : tensor<4xf32>
}
func.func @read(%t: tensor<4xf32>, %i: index) -> f32 {
  %0 = tensor.extract %t[%i] : tensor<4xf32>
  return %0 : f32
}
func.func @fill(%t: tensor<4xf32>, %x: f32) -> tensor<4xf32> {
  %0 = linalg.fill ins(%x : f32) outs(%t : tensor<4xf32>) -> tensor<4xf32>
  return %0 : tensor<4xf32>
}

// A callee that only reads needs no copy, and neither does a constant that is read.
// CHECK-LABEL: func.func @constant_read(
// CHECK-NOT: memref.copy
// CHECK: call @read
func.func @constant_read(%i: index) -> f32 {
  %c = arith.constant dense<[1.0, 2.0, 3.0, 4.0]> : tensor<4xf32>
  %0 = call @read(%c, %i) : (tensor<4xf32>, index) -> f32
  return %0 : f32
}

// A constant is copied before a callee writes it.
// CHECK-LABEL: func.func @constant_written(
// CHECK: %[[G:.*]] = memref.get_global
// CHECK: memref.copy %[[G]], %[[COPY:.*]] :
// CHECK: call @write(%[[COPY]]
func.func @constant_written(%x: f32, %i: index) -> tensor<4xf32> {
  %c = arith.constant dense<[1.0, 2.0, 3.0, 4.0]> : tensor<4xf32>
  %0 = call @write(%c, %x, %i) : (tensor<4xf32>, f32, index) -> tensor<4xf32>
  return %0 : tensor<4xf32>
}

// The callee overwrites all without reading: an allocation, but no copy of what was there.
// CHECK-LABEL: func.func @overwritten(
// CHECK: memref.alloc()
// CHECK-NOT: memref.copy
// CHECK: call @fill
// CHECK: call @read(%arg0
func.func @overwritten(%t: tensor<4xf32>, %x: f32, %i: index) -> (tensor<4xf32>, f32) {
  %0 = call @fill(%t, %x) : (tensor<4xf32>, f32) -> tensor<4xf32>
  %1 = call @read(%t, %i) : (tensor<4xf32>, index) -> f32
  return %0, %1 : tensor<4xf32>, f32
}

// The same tensor twice, one of them written: they must not meet.
// CHECK-LABEL: func.func @passed_twice(
// CHECK: memref.copy
// CHECK: call @write_first
func.func @passed_twice(%t: tensor<4xf32>, %x: f32, %i: index) -> (tensor<4xf32>, f32) {
  %0, %1 = call @write_first(%t, %t, %x, %i) : (tensor<4xf32>, tensor<4xf32>, f32, index) -> (tensor<4xf32>, f32)
  return %0, %1 : tensor<4xf32>, f32
}
func.func @write_first(%a: tensor<4xf32>, %b: tensor<4xf32>, %x: f32, %i: index) -> (tensor<4xf32>, f32) {
  %0 = tensor.insert %x into %a[%i] : tensor<4xf32>
  %1 = tensor.extract %b[%i] : tensor<4xf32>
  return %0, %1 : tensor<4xf32>, f32
}

// -----

// What a callee returns may be a constant, which nobody may write.
// CHECK-LABEL: func.func @constant_returned(
// CHECK: %[[R:.*]] = call @table()
// CHECK: memref.copy %[[R]], %[[COPY:.*]] :
// CHECK: memref.store %arg0, %[[COPY]]
func.func @constant_returned(%x: f32, %i: index) -> tensor<4xf32> {
  %c = call @table() : () -> tensor<4xf32>
  %0 = tensor.insert %x into %c[%i] : tensor<4xf32>
  return %0 : tensor<4xf32>
}
func.func @table() -> tensor<4xf32> {
  %c = arith.constant dense<[1.0, 2.0, 3.0, 4.0]> : tensor<4xf32>
  return %c : tensor<4xf32>
}

// Results of a function that is called never share a buffer.
// CHECK-LABEL: func.func @twice(
// CHECK: memref.copy %arg0, %[[COPY:.*]] :
// CHECK: return %arg0, %[[COPY]]
func.func @twice(%t: tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32>) {
  return %t, %t : tensor<4xf32>, tensor<4xf32>
}
func.func @calls_twice(%t: tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32>) {
  %0:2 = call @twice(%t) : (tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32>)
  return %0#0, %0#1 : tensor<4xf32>, tensor<4xf32>
}

// -----

// CHECK-LABEL: func.func @not_writable(
// CHECK-SAME: %arg0: memref<4xf32>, %arg1: f32
// CHECK: memref.copy %arg0
func.func @not_writable(%t: tensor<4xf32> {bufferization.writable = false}, %x: f32, %i: index) -> tensor<4xf32> {
  %0 = tensor.insert %x into %t[%i] : tensor<4xf32>
  return %0 : tensor<4xf32>
}

// An argument of a layout that the callee's type does not have is copied, a slice that is
// returned as well.
// CHECK-LABEL: func.func @slice(
// CHECK: %[[VIEW:.*]] = memref.subview %arg0
// CHECK: memref.copy %[[VIEW]], %[[A:.*]] : memref<8x2xf32, strided<[8, 1], offset: 1>> to memref<8x2xf32>
// CHECK: call @whole(%[[A]]) : (memref<8x2xf32>) -> ()
// CHECK: memref.copy %[[VIEW]], %[[B:.*]] : memref<8x2xf32, strided<[8, 1], offset: 1>> to memref<8x2xf32>
// CHECK: return %[[B]] : memref<8x2xf32>
func.func private @whole(%t: tensor<8x2xf32>)
func.func @slice(%t: tensor<8x8xf32>) -> tensor<8x2xf32> {
  %s = tensor.extract_slice %t[0, 1] [8, 2] [1, 1] : tensor<8x8xf32> to tensor<8x2xf32>
  call @whole(%s) : (tensor<8x2xf32>) -> ()
  return %s : tensor<8x2xf32>
}

// A declaration says that it reads only: no copy.
// CHECK-LABEL: func.func @declared_read(
// CHECK-NOT: memref.copy
// CHECK: call @show(%arg0)
func.func private @show(%t: tensor<4xf32> {bufferization.access = "read"})
func.func @declared_read(%t: tensor<4xf32>, %i: index) -> f32 {
  call @show(%t) : (tensor<4xf32>) -> ()
  %0 = tensor.extract %t[%i] : tensor<4xf32>
  return %0 : f32
}
