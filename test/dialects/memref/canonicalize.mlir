// RUN: mica-opt --canonicalize %s | FileCheck %s
// Casts move into users, sizes become static, memory that nobody reads goes.

// CHECK-LABEL: func.func @load_of_cast
// CHECK-NEXT: memref.load %arg0[%arg1] : memref<8xf32>
func.func @load_of_cast(%m: memref<8xf32>, %i: index) -> f32 {
  %0 = memref.cast %m : memref<8xf32> to memref<?xf32>
  %1 = memref.load %0[%i] : memref<?xf32>
  return %1 : f32
}

// CHECK-LABEL: func.func @dim_of_alloc
// CHECK-NEXT: return %arg0
func.func @dim_of_alloc(%n: index) -> index {
  %c0 = arith.constant 0 : index
  %0 = memref.alloc(%n) : memref<?xf32>
  %1 = memref.dim %0, %c0 : memref<?xf32>
  memref.dealloc %0 : memref<?xf32>
  return %1 : index
}

// CHECK-LABEL: func.func @constant_subview
// CHECK: memref.subview %arg0[2] [4] [1]
func.func @constant_subview(%m: memref<8xf32>) -> memref<?xf32, strided<[1], offset: ?>> {
  %c2 = arith.constant 2 : index
  %c4 = arith.constant 4 : index
  %0 = memref.subview %m[%c2] [%c4] [1] : memref<8xf32> to memref<?xf32, strided<[1], offset: ?>>
  return %0 : memref<?xf32, strided<[1], offset: ?>>
}

// CHECK-LABEL: func.func @read_memory_stays
// CHECK: memref.alloc()
// CHECK: memref.load
func.func @read_memory_stays(%v: f32, %i: index) -> f32 {
  %0 = memref.alloc() : memref<4xf32>
  memref.store %v, %0[%i] : memref<4xf32>
  %1 = memref.load %0[%i] : memref<4xf32>
  memref.dealloc %0 : memref<4xf32>
  return %1 : f32
}
