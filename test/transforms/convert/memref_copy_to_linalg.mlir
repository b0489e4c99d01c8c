// RUN: mica-opt %s --convert-memref-copy-to-linalg | FileCheck --check-prefixes=CHECK,ALL %s
// RUN: mica-opt %s --convert-memref-copy-to-linalg=strided-only=true | FileCheck --check-prefixes=CHECK,STRIDED %s

// CHECK-LABEL: func.func @to_strided(
// CHECK-SAME: %[[A:.*]]: memref<4x?xf32>, %[[B:.*]]: memref<4x?xf32, strided<[8, 1]>>)
// CHECK-NEXT: linalg.copy ins(%[[A]] : memref<4x?xf32>) outs(%[[B]] : memref<4x?xf32, strided<[8, 1]>>)
func.func @to_strided(%a: memref<4x?xf32>, %b: memref<4x?xf32, strided<[8, 1]>>) {
  memref.copy %a, %b : memref<4x?xf32> to memref<4x?xf32, strided<[8, 1]>>
  return
}

// CHECK-LABEL: func.func @contiguous(
// ALL-NEXT: linalg.copy
// STRIDED-NEXT: memref.copy
func.func @contiguous(%a: memref<4xf32>, %b: memref<4xf32>) {
  memref.copy %a, %b : memref<4xf32> to memref<4xf32>
  return
}

// CHECK-LABEL: func.func @unranked(
// CHECK-NEXT: memref.copy
func.func @unranked(%a: memref<*xf32>, %b: memref<*xf32>) {
  memref.copy %a, %b : memref<*xf32> to memref<*xf32>
  return
}
