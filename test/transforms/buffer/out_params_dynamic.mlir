// RUN: mica-opt %s -buffer-results-to-out-params='hoist-static-allocs=true dynamic-results=true' -split-input-file | FileCheck %s

// A result of dynamic shape becomes bytes; the view is made where the allocation was.
// CHECK: func.func @hoisted(%[[N:.*]]: index, %[[X:.*]]: f32, %[[OUT:.*]]: memref<?xi8> {t.a}) {
// CHECK: %[[V:.*]] = memref.view %[[OUT]][%{{.*}}][%[[N]]] : memref<?xi8> to memref<?x3xf32>
// CHECK: memref.store %{{.*}}, %[[V]]
// CHECK: return
func.func @hoisted(%n: index, %x: f32) -> (memref<?x3xf32> {t.a}) {
  %c0 = arith.constant 0 : index
  %0 = memref.alloc(%n) : memref<?x3xf32>
  memref.store %x, %0[%c0, %c0] : memref<?x3xf32>
  return %0 : memref<?x3xf32>
}

// -----

// What is no allocation of the function is copied, a static result goes as before.
// CHECK: func.func @copied(%[[X:.*]]: memref<?xf32>, %[[OUT:.*]]: memref<?xi8>, %[[Y:.*]]: memref<4xf32>) -> index {
// CHECK-NOT: memref.alloc
// CHECK: %[[N:.*]] = memref.dim %[[X]]
// CHECK: %[[V:.*]] = memref.view %[[OUT]][%{{.*}}][%[[N]]] : memref<?xi8> to memref<?xf32>
// CHECK: memref.copy %[[X]], %[[V]]
// CHECK: return %{{.*}} : index
func.func @copied(%x: memref<?xf32>) -> (memref<?xf32>, memref<4xf32>, index) {
  %c0 = arith.constant 0 : index
  %y = memref.alloc() : memref<4xf32>
  return %x, %y, %c0 : memref<?xf32>, memref<4xf32>, index
}
