// RUN: mica-opt %s --split-input-file --buffer-results-to-out-params | FileCheck %s
// RUN: mica-opt %s --split-input-file --buffer-results-to-out-params=hoist-static-allocs=true | FileCheck --check-prefix=HOIST %s

// A returned buffer is copied to an argument, or is the argument from the start.
// CHECK-LABEL: func.func @allocates(
// CHECK-SAME: %[[OUT:.*]]: memref<4xf32>) {
// CHECK: %[[A:.*]] = memref.alloc
// CHECK: memref.copy %[[A]], %[[OUT]]
// CHECK-NEXT: return{{$}}
// HOIST-LABEL: func.func @allocates(
// HOIST-SAME: %[[OUT:.*]]: memref<4xf32>) {
// HOIST-NOT: memref.alloc
// HOIST: memref.store %{{.*}}, %[[OUT]]
// HOIST-NEXT: return{{$}}
func.func @allocates() -> memref<4xf32> {
  %c0 = arith.constant 0 : index
  %cst = arith.constant 1.0 : f32
  %0 = memref.alloc() : memref<4xf32>
  memref.store %cst, %0[%c0] : memref<4xf32>
  return %0 : memref<4xf32>
}

// -----

// Attributes of a result go to the argument that it becomes; those of other results stay.
// CHECK-LABEL: func.func @keeps_attributes(
// CHECK-SAME: %[[IN:.*]]: memref<4xf32>, %[[OUT:.*]]: memref<4xf32> {test.name = "y"}) -> (i32 {test.name = "count"}) {
// CHECK: memref.copy %[[IN]], %[[OUT]]
// CHECK: return %{{.*}} : i32
func.func @keeps_attributes(%a: memref<4xf32>) -> (memref<4xf32> {test.name = "y"}, i32 {test.name = "count"}) {
  %c = arith.constant 7 : i32
  return %a, %c : memref<4xf32>, i32
}

// -----

// Declarations change like definitions, and a call brings the buffer.
// CHECK-LABEL: func.func private @declared(memref<4xf32>)
// CHECK-LABEL: func.func @calls(
// CHECK-SAME: %[[OUT:.*]]: memref<4xf32>)
// CHECK: %[[A:.*]] = memref.alloc() : memref<4xf32>
// CHECK: call @declared(%[[A]]) : (memref<4xf32>) -> ()
func.func private @declared() -> memref<4xf32>
func.func @calls() -> memref<4xf32> {
  %0 = call @declared() : () -> memref<4xf32>
  return %0 : memref<4xf32>
}

// -----

// Without buffers among the results nothing happens.
// CHECK-LABEL: func.func @no_buffers(
// CHECK-SAME: %[[IN:.*]]: memref<4xf32>) -> i32 {
func.func @no_buffers(%a: memref<4xf32>) -> i32 {
  %c = arith.constant 7 : i32
  return %c : i32
}
