// RUN: mica-opt %s --canonicalize | FileCheck %s

// CHECK-LABEL: func.func @two_of_a_kind
// CHECK: memref.collapse_shape %arg0 {{\[\[}}0, 1, 2], [3, 4]] : memref<?x?x?x?x?xf32> into memref<?x?xf32>
// CHECK: memref.expand_shape %arg1 {{\[\[}}0, 1, 2]] output_shape [2, 3, 4] : memref<24xf32> into memref<2x3x4xf32>
// CHECK: memref.memory_space_cast %arg1 : memref<24xf32> to memref<24xf32, 2>
func.func @two_of_a_kind(%a: memref<?x?x?x?x?xf32>, %b: memref<24xf32>) -> (memref<?x?xf32>, memref<2x3x4xf32>, memref<24xf32, 2>) {
  %0 = memref.collapse_shape %a [[0, 1], [2], [3, 4]] : memref<?x?x?x?x?xf32> into memref<?x?x?xf32>
  %1 = memref.collapse_shape %0 [[0, 1], [2]] : memref<?x?x?xf32> into memref<?x?xf32>
  %2 = memref.expand_shape %b [[0, 1]] output_shape [6, 4] : memref<24xf32> into memref<6x4xf32>
  %3 = memref.expand_shape %2 [[0, 1], [2]] output_shape [2, 3, 4] : memref<6x4xf32> into memref<2x3x4xf32>
  %4 = memref.memory_space_cast %b : memref<24xf32> to memref<24xf32, 1>
  %5 = memref.memory_space_cast %4 : memref<24xf32, 1> to memref<24xf32, 2>
  return %1, %3, %5 : memref<?x?xf32>, memref<2x3x4xf32>, memref<24xf32, 2>
}

// CHECK-LABEL: func.func @others_stay
// CHECK: memref.collapse_shape
// CHECK: memref.expand_shape
func.func @others_stay(%a: memref<2x3x4xf32>) -> memref<3x8xf32> {
  %0 = memref.collapse_shape %a [[0, 1, 2]] : memref<2x3x4xf32> into memref<24xf32>
  %1 = memref.expand_shape %0 [[0, 1]] output_shape [3, 8] : memref<24xf32> into memref<3x8xf32>
  return %1 : memref<3x8xf32>
}
