// RUN: mica-opt %s -drop-equivalent-buffer-results | FileCheck %s

// CHECK-LABEL: func.func @write(%arg0: memref<4xf32>, %arg1: f32) -> f32 {
// CHECK: return %arg1 : f32
func.func @write(%c: memref<4xf32>, %x: f32) -> (memref<4xf32>, f32) {
  linalg.fill ins(%x : f32) outs(%c : memref<4xf32>)
  return %c, %x : memref<4xf32>, f32
}

// The caller uses what it passed.
// CHECK-LABEL: func.func @caller(
// CHECK: %[[X:.*]] = call @write(%arg0, %arg1) : (memref<4xf32>, f32) -> f32
// CHECK: memref.load %arg0
// CHECK: return %[[X]]
func.func @caller(%c: memref<4xf32>, %x: f32, %i: index) -> f32 {
  %0:2 = call @write(%c, %x) : (memref<4xf32>, f32) -> (memref<4xf32>, f32)
  %1 = memref.load %0#0[%i] : memref<4xf32>
  return %0#1 : f32
}

// A cast of an argument is the argument; callers cast what they passed.
// CHECK-LABEL: func.func @cast(%arg0: memref<4xf32>) {
func.func @cast(%c: memref<4xf32>) -> memref<?xf32> {
  %x = arith.constant 1.0 : f32
  linalg.fill ins(%x : f32) outs(%c : memref<4xf32>)
  %0 = memref.cast %c : memref<4xf32> to memref<?xf32>
  return %0 : memref<?xf32>
}
// CHECK-LABEL: func.func @calls_cast(
// CHECK: call @cast(%arg0) : (memref<4xf32>) -> ()
// CHECK: %[[C:.*]] = memref.cast %arg0 : memref<4xf32> to memref<?xf32>
// CHECK: memref.load %[[C]]
func.func @calls_cast(%c: memref<4xf32>, %i: index) -> f32 {
  %0 = call @cast(%c) : (memref<4xf32>) -> memref<?xf32>
  %1 = memref.load %0[%i] : memref<?xf32>
  return %1 : f32
}

// An argument that is handed back as it came is a result like any other.
// CHECK-LABEL: func.func @same(
// CHECK-SAME: -> memref<4xf32>
func.func @same(%a: memref<4xf32>, %i: index) -> memref<4xf32> {
  %0 = memref.load %a[%i] : memref<4xf32>
  return %a : memref<4xf32>
}

// One return gives another buffer.
// CHECK-LABEL: func.func @differs(
// CHECK-SAME: -> memref<4xf32>
func.func @differs(%a: memref<4xf32>, %b: memref<4xf32>, %c: i1) -> memref<4xf32> {
  %x = arith.constant 1.0 : f32
  linalg.fill ins(%x : f32) outs(%a : memref<4xf32>)
  linalg.fill ins(%x : f32) outs(%b : memref<4xf32>)
  cf.cond_br %c, ^first, ^second
^first:
  return %a : memref<4xf32>
^second:
  return %b : memref<4xf32>
}

// What is allocated must be returned; what has a name is part of the interface.
// CHECK-LABEL: func.func @stays(
// CHECK-SAME: -> (memref<4xf32>, memref<4xf32> {onnx.name = "y"})
func.func @stays(%a: memref<4xf32>) -> (memref<4xf32>, memref<4xf32> {onnx.name = "y"}) {
  %x = arith.constant 1.0 : f32
  linalg.fill ins(%x : f32) outs(%a : memref<4xf32>)
  %0 = memref.alloc() : memref<4xf32>
  return %0, %a : memref<4xf32>, memref<4xf32>
}
