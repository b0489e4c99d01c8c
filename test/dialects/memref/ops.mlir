// RUN: mica-opt %s | FileCheck %s
// RUN: mica-opt --mlir-print-op-generic %s | mica-opt | FileCheck %s
// Every op prints as it was written, and survives the generic form.

// CHECK: memref.global "private" constant @weights : memref<2x2xf32> = dense<{{\[\[}}1.000000e+00, 2.000000e+00], [3.000000e+00, 4.000000e+00]]> {alignment = 64 : i64}
memref.global "private" constant @weights : memref<2x2xf32> = dense<[[1.0, 2.0], [3.0, 4.0]]> {alignment = 64 : i64}
// CHECK: memref.global @scratch : memref<8xf32> = uninitialized
memref.global @scratch : memref<8xf32> = uninitialized
// CHECK: memref.global "private" @elsewhere : memref<4xi32>
memref.global "private" @elsewhere : memref<4xi32>

// CHECK-LABEL: func.func @allocation(
func.func @allocation(%n: index, %old: memref<?xf32>) {
  // CHECK: %alloc = memref.alloc() : memref<4x4xf32>
  %0 = memref.alloc() : memref<4x4xf32>
  // CHECK: %alloc_0 = memref.alloc(%arg0)[%arg0] {alignment = 64 : i64} : memref<?xf32, #map, 1>
  %1 = memref.alloc(%n)[%n] {alignment = 64 : i64} : memref<?xf32, affine_map<(d0)[s0] -> (d0 + s0)>, 1>
  // CHECK: %alloca = memref.alloca(%arg0) : memref<?x4xf32>
  %2 = memref.alloca(%n) : memref<?x4xf32>
  // CHECK: %0 = memref.realloc %arg1(%arg0) : memref<?xf32> to memref<?xf32>
  %3 = memref.realloc %old(%n) : memref<?xf32> to memref<?xf32>
  // CHECK: memref.dealloc %alloc : memref<4x4xf32>
  memref.dealloc %0 : memref<4x4xf32>
  // CHECK: %1 = memref.get_global @weights : memref<2x2xf32>
  %4 = memref.get_global @weights : memref<2x2xf32>
  // CHECK: memref.assume_alignment %1, 64 : memref<2x2xf32>
  memref.assume_alignment %4, 64 : memref<2x2xf32>
  return
}

// CHECK-LABEL: func.func @access(
func.func @access(%m: memref<4x?xf32>, %n: index, %i: memref<8xi32>, %v: i32) {
  // CHECK: %0 = memref.load %arg0[%arg1, %arg1] : memref<4x?xf32>
  %0 = memref.load %m[%n, %n] : memref<4x?xf32>
  // CHECK: memref.store %0, %arg0[%arg1, %arg1] {nontemporal = true} : memref<4x?xf32>
  memref.store %0, %m[%n, %n] {nontemporal = true} : memref<4x?xf32>
  // CHECK: memref.prefetch %arg0[%arg1, %arg1], write, locality<3>, data : memref<4x?xf32>
  memref.prefetch %m[%n, %n], write, locality<3>, data : memref<4x?xf32>
  // CHECK: memref.prefetch %arg0[%arg1, %arg1], read, locality<0>, instr : memref<4x?xf32>
  memref.prefetch %m[%n, %n], read, locality<0>, instr : memref<4x?xf32>
  // CHECK: %1 = memref.atomic_rmw addi %arg3, %arg2[%arg1] : (i32, memref<8xi32>) -> i32
  %1 = memref.atomic_rmw addi %v, %i[%n] : (i32, memref<8xi32>) -> i32
  // CHECK: memref.copy %arg0, %arg0 : memref<4x?xf32> to memref<4x?xf32>
  memref.copy %m, %m : memref<4x?xf32> to memref<4x?xf32>
  // CHECK: %dim = memref.dim %arg0, %arg1 : memref<4x?xf32>
  %2 = memref.dim %m, %n : memref<4x?xf32>
  // CHECK: %2 = memref.rank %arg0 : memref<4x?xf32>
  %3 = memref.rank %m : memref<4x?xf32>
  // CHECK: %intptr = memref.extract_aligned_pointer_as_index %arg0 : memref<4x?xf32> -> index
  %4 = memref.extract_aligned_pointer_as_index %m : memref<4x?xf32> -> index
  // CHECK: %base_buffer, %offset, %sizes:2, %strides:2 = memref.extract_strided_metadata %arg0 : memref<4x?xf32> -> memref<f32>, index, index, index, index, index
  %5:6 = memref.extract_strided_metadata %m : memref<4x?xf32> -> memref<f32>, index, index, index, index, index
  return
}

// CHECK-LABEL: func.func @views(
func.func @views(%m: memref<8x16x4xf32>, %s: memref<2x?xf32, strided<[?, 1], offset: ?>>, %b: memref<1024xi8>, %n: index, %h: memref<2xindex>, %u: memref<*xf32>) {
  // CHECK: %subview = memref.subview %arg0[0, 2, 0] [4, 4, 1] [1, 1, 1] : memref<8x16x4xf32> to memref<4x4xf32, strided<[64, 4], offset: 8>>
  %0 = memref.subview %m[0, 2, 0] [4, 4, 1] [1, 1, 1] : memref<8x16x4xf32> to memref<4x4xf32, strided<[64, 4], offset: 8>>
  // CHECK: %subview_0 = memref.subview %arg0[%arg3, %arg3, 0] [%arg3, 4, 4] [1, 2, 1] : memref<8x16x4xf32> to memref<?x4x4xf32, strided<[64, 8, 1], offset: ?>>
  %1 = memref.subview %m[%n, %n, 0] [%n, 4, 4] [1, 2, 1] : memref<8x16x4xf32> to memref<?x4x4xf32, strided<[64, 8, 1], offset: ?>>
  // CHECK: %cast = memref.cast %arg1 : memref<2x?xf32, strided<[?, 1], offset: ?>> to memref<?x?xf32, strided<[?, ?], offset: ?>>
  %2 = memref.cast %s : memref<2x?xf32, strided<[?, 1], offset: ?>> to memref<?x?xf32, strided<[?, ?], offset: ?>>
  // CHECK: %cast_1 = memref.cast %arg5 : memref<*xf32> to memref<4x?xf32>
  %3 = memref.cast %u : memref<*xf32> to memref<4x?xf32>
  // CHECK: %memspacecast = memref.memory_space_cast %arg0 : memref<8x16x4xf32> to memref<8x16x4xf32, 1>
  %4 = memref.memory_space_cast %m : memref<8x16x4xf32> to memref<8x16x4xf32, 1>
  // CHECK: %collapse_shape = memref.collapse_shape %arg0 {{\[\[}}0, 1], [2]] : memref<8x16x4xf32> into memref<128x4xf32>
  %5 = memref.collapse_shape %m [[0, 1], [2]] : memref<8x16x4xf32> into memref<128x4xf32>
  // CHECK: %expand_shape = memref.expand_shape %collapse_shape {{\[\[}}0, 1], [2]] output_shape [8, 16, 4] : memref<128x4xf32> into memref<8x16x4xf32>
  %6 = memref.expand_shape %5 [[0, 1], [2]] output_shape [8, 16, 4] : memref<128x4xf32> into memref<8x16x4xf32>
  // CHECK: %reinterpret_cast = memref.reinterpret_cast %arg0 to offset: [%arg3], sizes: [4, %arg3], strides: [%arg3, 1] : memref<8x16x4xf32> to memref<4x?xf32, strided<[?, 1], offset: ?>>
  %7 = memref.reinterpret_cast %m to offset: [%n], sizes: [4, %n], strides: [%n, 1] : memref<8x16x4xf32> to memref<4x?xf32, strided<[?, 1], offset: ?>>
  // CHECK: %reshape = memref.reshape %arg5(%arg4) : (memref<*xf32>, memref<2xindex>) -> memref<?x?xf32>
  %8 = memref.reshape %u(%h) : (memref<*xf32>, memref<2xindex>) -> memref<?x?xf32>
  // CHECK: %view = memref.view %arg2[%arg3][%arg3] : memref<1024xi8> to memref<?x4xf32>
  %9 = memref.view %b[%n][%n] : memref<1024xi8> to memref<?x4xf32>
  // CHECK: %transpose = memref.transpose %arg0 (d0, d1, d2) -> (d2, d0, d1) : memref<8x16x4xf32> to memref<4x8x16xf32, strided<[1, 64, 4]>>
  %10 = memref.transpose %m (d0, d1, d2) -> (d2, d0, d1) : memref<8x16x4xf32> to memref<4x8x16xf32, strided<[1, 64, 4]>>
  return
}

// CHECK-LABEL: func.func @transfers(
func.func @transfers(%m: memref<8xf32>, %d: memref<8xf32, 2>, %t: memref<1xi32>, %n: index) {
  // CHECK: memref.dma_start %arg0[%arg3], %arg1[%arg3], %arg3, %arg2[%arg3] : memref<8xf32>, memref<8xf32, 2>, memref<1xi32>
  memref.dma_start %m[%n], %d[%n], %n, %t[%n] : memref<8xf32>, memref<8xf32, 2>, memref<1xi32>
  // CHECK: memref.dma_start %arg0[%arg3], %arg1[%arg3], %arg3, %arg2[%arg3], %arg3, %arg3 : memref<8xf32>, memref<8xf32, 2>, memref<1xi32>
  memref.dma_start %m[%n], %d[%n], %n, %t[%n], %n, %n : memref<8xf32>, memref<8xf32, 2>, memref<1xi32>
  // CHECK: memref.dma_wait %arg2[%arg3], %arg3 : memref<1xi32>
  memref.dma_wait %t[%n], %n : memref<1xi32>
  return
}
