// RUN: mica-opt %s -plan-memory | FileCheck %s

// What a loop uses lives as long as the loop: %b, made after %a's last use by position, must not
// take its place.
// CHECK-LABEL: func.func @used_in_loop(
// CHECK-SAME: memref<128xi8>
// CHECK: memref.view %{{.*}}[%[[A:.*]]][] : memref<128xi8> to memref<4xf32>
// CHECK: scf.for
// CHECK: memref.load %view[
// CHECK: %[[B:.*]] = arith.constant 64 : index
// CHECK: memref.view %{{.*}}[%[[B]]][]
func.func @used_in_loop(%x: f32, %i: index, %n: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %a = memref.alloc() : memref<4xf32>
  memref.store %x, %a[%i] : memref<4xf32>
  scf.for %k = %c0 to %n step %c1 {
    %v = memref.load %a[%k] : memref<4xf32>
    %b = memref.alloc() : memref<4xf32>
    memref.store %v, %b[%k] : memref<4xf32>
  }
  return
}

// Both sides of an if may use one place.
// CHECK-LABEL: func.func @sides(
// CHECK-SAME: memref<64xi8>
func.func @sides(%x: f32, %i: index, %c: i1) {
  scf.if %c {
    %a = memref.alloc() : memref<4xf32>
    memref.store %x, %a[%i] : memref<4xf32>
  } else {
    %b = memref.alloc() : memref<4xf32>
    memref.store %x, %b[%i] : memref<4xf32>
  }
  return
}

// A view keeps its buffer alive; what frees a planned buffer goes.
// CHECK-LABEL: func.func @view_lives(
// CHECK-SAME: memref<128xi8>
// CHECK-NOT: memref.dealloc
// CHECK: return
func.func @view_lives(%x: f32, %i: index) -> f32 {
  %a = memref.alloc() : memref<8xf32>
  memref.store %x, %a[%i] : memref<8xf32>
  %s = memref.subview %a[4] [4] [1] : memref<8xf32> to memref<4xf32, strided<[1], offset: 4>>
  %b = memref.alloc() : memref<8xf32>
  memref.store %x, %b[%i] : memref<8xf32>
  %v = memref.load %s[%i] : memref<4xf32, strided<[1], offset: 4>>
  memref.dealloc %a : memref<8xf32>
  memref.dealloc %b : memref<8xf32>
  return %v : f32
}

// The larger buffer is placed first; the smaller ones find the gaps.
// CHECK-LABEL: func.func @largest_first(
// CHECK-SAME: memref<1088xi8>
func.func @largest_first(%x: f32, %i: index) {
  %a = memref.alloc() : memref<4xf32>
  memref.store %x, %a[%i] : memref<4xf32>
  %b = memref.alloc() : memref<256xf32>
  memref.store %x, %b[%i] : memref<256xf32>
  memref.store %x, %a[%i] : memref<4xf32>
  %c = memref.alloc() : memref<8xf32>
  memref.store %x, %c[%i] : memref<8xf32>
  memref.store %x, %b[%i] : memref<256xf32>
  return
}

// Without allocations the arena is empty.
// CHECK-LABEL: func.func @nothing(
// CHECK-SAME: %arg1: memref<0xi8>
func.func @nothing(%x: memref<4xf32>) {
  return
}
