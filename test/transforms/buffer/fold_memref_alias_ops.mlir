// RUN: mica-opt %s --fold-memref-alias-ops --canonicalize | FileCheck %s
// RUN: mica-opt %s --pass-pipeline='builtin.module(fold-memref-alias-ops{keep-contiguous=true},canonicalize)' | FileCheck %s --check-prefix=KEEP

// A store to a view with offsets and a stride goes to the memory behind it.
// CHECK-LABEL: func.func @subview(
// CHECK-SAME: %[[M:arg[0-9]+]]: memref<16x32xf32>, %[[O:arg[0-9]+]]: index, %[[I:arg[0-9]+]]: index, %[[J:arg[0-9]+]]: index
// CHECK-DAG: %[[C1:.*]] = arith.constant 1 : index
// CHECK-DAG: %[[C2:.*]] = arith.constant 2 : index
// CHECK: %[[D:.*]] = arith.muli %[[I]], %[[C2]]
// CHECK: %[[R:.*]] = arith.addi %[[O]], %[[D]]
// CHECK: %[[C:.*]] = arith.addi %[[J]], %[[C1]]
// CHECK: memref.store %{{.*}}, %[[M]][%[[R]], %[[C]]] : memref<16x32xf32>
// CHECK-NOT: memref.subview
func.func @subview(%m: memref<16x32xf32>, %o: index, %i: index, %j: index, %x: f32) {
  %v = memref.subview %m[%o, 1] [8, 8] [2, 1] : memref<16x32xf32> to memref<8x8xf32, strided<[64, 1], offset: ?>>
  memref.store %x, %v[%i, %j] : memref<8x8xf32, strided<[64, 1], offset: ?>>
  return
}

// A view of a view; the dropped dimension is at its offset.
// CHECK-LABEL: func.func @row_of_row(
// CHECK-SAME: %[[M:arg[0-9]+]]: memref<16x32xf32>, %[[I:arg[0-9]+]]: index
// CHECK-DAG: %[[C2:.*]] = arith.constant 2 : index
// CHECK-DAG: %[[C3:.*]] = arith.constant 3 : index
// CHECK-DAG: %[[C4:.*]] = arith.constant 4 : index
// CHECK: %[[A:.*]] = arith.muli %[[I]], %[[C3]]
// CHECK: %[[B:.*]] = arith.addi %[[A]], %[[C2]]
// CHECK: %[[D:.*]] = arith.muli %[[B]], %[[C2]]
// CHECK: %[[E:.*]] = arith.addi %[[D]], %[[C4]]
// CHECK: memref.load %[[M]][%[[C3]], %[[E]]] : memref<16x32xf32>
func.func @row_of_row(%m: memref<16x32xf32>, %i: index) -> f32 {
  %r = memref.subview %m[3, 4] [1, 8] [1, 2] : memref<16x32xf32> to memref<8xf32, strided<[2], offset: 100>>
  %w = memref.subview %r[2] [2] [3] : memref<8xf32, strided<[2], offset: 100>> to memref<2xf32, strided<[6], offset: 104>>
  %y = memref.load %w[%i] : memref<2xf32, strided<[6], offset: 104>>
  return %y : f32
}

// CHECK-LABEL: func.func @collapsed(
// CHECK-SAME: %[[M:arg[0-9]+]]: memref<1x4x5xf32>, %[[I:arg[0-9]+]]: index
// CHECK-DAG: %[[C0:.*]] = arith.constant 0 : index
// CHECK-DAG: %[[C5:.*]] = arith.constant 5 : index
// CHECK: %[[K:.*]] = arith.remui %[[I]], %[[C5]]
// CHECK: %[[J:.*]] = arith.divui %[[I]], %[[C5]]
// CHECK: memref.load %[[M]][%[[C0]], %[[J]], %[[K]]]
// With keep-contiguous the view stays, its indices as they were.
// KEEP-LABEL: func.func @collapsed(
// KEEP: %[[V:.*]] = memref.collapse_shape
// KEEP: memref.load %[[V]][%{{arg[0-9]+}}] : memref<20xf32>
func.func @collapsed(%m: memref<1x4x5xf32>, %i: index) -> f32 {
  %v = memref.collapse_shape %m [[0, 1, 2]] : memref<1x4x5xf32> into memref<20xf32>
  %x = memref.load %v[%i] : memref<20xf32>
  return %x : f32
}

// CHECK-LABEL: func.func @expanded(
// CHECK-SAME: %[[M:arg[0-9]+]]: memref<60xf32>, %[[I:arg[0-9]+]]: index, %[[J:arg[0-9]+]]: index
// CHECK: %[[C20:.*]] = arith.constant 20 : index
// CHECK: %[[A:.*]] = arith.muli %[[I]], %[[C20]]
// CHECK: %[[B:.*]] = arith.addi %[[A]], %[[J]]
// CHECK: memref.load %[[M]][%[[B]]] : memref<60xf32>
func.func @expanded(%m: memref<60xf32>, %i: index, %j: index) -> f32 {
  %w = memref.expand_shape %m [[0, 1]] output_shape [3, 20] : memref<60xf32> into memref<3x20xf32>
  %y = memref.load %w[%i, %j] : memref<3x20xf32>
  return %y : f32
}

// Of a strided memref a collapsed view is folded in any case.
// KEEP-LABEL: func.func @strided(
// KEEP: memref.load %{{arg[0-9]+}}[%{{.*}}, %{{.*}}] : memref<4x5xf32, strided<[10, 2]>>
func.func @strided(%m: memref<4x5xf32, strided<[10, 2]>>, %i: index) -> f32 {
  %v = memref.collapse_shape %m [[0, 1]] : memref<4x5xf32, strided<[10, 2]>> into memref<20xf32, strided<[2]>>
  %x = memref.load %v[%i] : memref<20xf32, strided<[2]>>
  return %x : f32
}

// An inner size that is not known can't be divided by.
// CHECK-LABEL: func.func @unknown_size(
// CHECK: %[[V:.*]] = memref.collapse_shape
// CHECK: memref.load %[[V]]
func.func @unknown_size(%m: memref<4x?xf32>, %i: index) -> f32 {
  %v = memref.collapse_shape %m [[0, 1]] : memref<4x?xf32> into memref<?xf32>
  %x = memref.load %v[%i] : memref<?xf32>
  return %x : f32
}
