// RUN: mica-opt %s -pass-pipeline='builtin.module(func.func(plan-memory),canonicalize,cse)' -split-input-file -verify-diagnostics | FileCheck %s

// Buffers of known size come first; those of dynamic size take turns in slots behind them. The
// arena's size is a result.
// CHECK-LABEL: func.func @mixed(
// CHECK-SAME: %[[N:.*]]: index, %[[X:.*]]: f32, %[[ARENA:.*]]: memref<?xi8>) -> (index {mica.arena}) {
// CHECK-DAG: %[[C0:.*]] = arith.constant 0 : index
// CHECK-DAG: %[[C64:.*]] = arith.constant 64 : index
// CHECK-DAG: %[[C4:.*]] = arith.constant 4 : index
// CHECK: %[[BYTES:.*]] = arith.muli %[[N]], %[[C4]] : index
// CHECK: %[[SLOT:.*]] = arith.andi
// CHECK: %[[OFFSET:.*]] = arith.minui
// CHECK: memref.view %[[ARENA]][%[[C0]]][] : memref<?xi8> to memref<4xf32>
// CHECK: %[[A:.*]] = memref.view %[[ARENA]][%[[C64]]][%[[N]]] : memref<?xi8> to memref<?xf32>
// CHECK: memref.view %[[ARENA]][%{{[0-9]+}}][%[[N]]] : memref<?xi8> to memref<?xf32>
// CHECK: memref.copy %{{.*}}, %[[A]] : memref<?xf32> to memref<?xf32>
// CHECK: return %{{.*}} : index
func.func @mixed(%n: index, %x: f32) {
  %c0 = arith.constant 0 : index
  %s = memref.alloc() : memref<4xf32>
  memref.store %x, %s[%c0] : memref<4xf32>
  %a = memref.alloc(%n) : memref<?xf32>
  memref.store %x, %a[%c0] : memref<?xf32>
  %b = memref.alloc(%n) : memref<?xf32>
  memref.copy %a, %b : memref<?xf32> to memref<?xf32>
  %c = memref.alloc(%n) : memref<?xf32>
  memref.copy %b, %c : memref<?xf32> to memref<?xf32>
  %v = memref.load %s[%c0] : memref<4xf32>
  memref.store %v, %c[%c0] : memref<?xf32>
  return
}

// -----

// Sizes of the function's buffers are known when it begins.
// CHECK-LABEL: func.func @of_argument(
// CHECK-SAME: %[[X:.*]]: memref<?xf32>, %[[ARENA:.*]]: memref<?xi8>) -> (index {mica.arena})
// CHECK: %[[N:.*]] = memref.dim %[[X]]
// CHECK: memref.view %[[ARENA]][%{{.*}}][%[[N]]] : memref<?xi8> to memref<?xf32>
func.func @of_argument(%x: memref<?xf32>) {
  %c0 = arith.constant 0 : index
  %n = memref.dim %x, %c0 : memref<?xf32>
  %a = memref.alloc(%n) : memref<?xf32>
  memref.copy %x, %a : memref<?xf32> to memref<?xf32>
  return
}

// -----

// A size that depends on data: as large as the buffer that a box of it is cut from, as the bound
// that a minimum says.
// CHECK-LABEL: func.func @bounded(
// CHECK-SAME: %[[N:.*]]: index, %[[X:.*]]: memref<8xf32>, %[[COUNT:.*]]: memref<2xindex>, %[[ARENA:.*]]: memref<?xi8>)
// CHECK-DAG: %[[C64:.*]] = arith.constant 64 : index
// CHECK-DAG: %[[C4:.*]] = arith.constant 4 : index
// CHECK: arith.muli %[[N]], %[[C4]] : index
// CHECK: %[[K:.*]] = memref.load %[[COUNT]]
// CHECK: memref.view %[[ARENA]][%{{.*}}][%[[K]]] : memref<?xi8> to memref<?xf32>
// CHECK: %[[J:.*]] = memref.load %[[COUNT]]
// CHECK: %[[M:.*]] = arith.minsi %[[J]], %[[N]] : index
// CHECK: memref.view %[[ARENA]][%[[C64]]][%[[M]]] : memref<?xi8> to memref<?xf32>
func.func @bounded(%n: index, %x: memref<8xf32>, %count: memref<2xindex>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %k = memref.load %count[%c0] : memref<2xindex>
  %box = memref.subview %x[0] [%k] [1] : memref<8xf32> to memref<?xf32>
  %a = memref.alloc(%k) : memref<?xf32>
  memref.copy %box, %a : memref<?xf32> to memref<?xf32>
  %j = memref.load %count[%c1] : memref<2xindex>
  %m = arith.minsi %j, %n : index
  %b = memref.alloc(%m) : memref<?xf32>
  memref.copy %a, %b : memref<?xf32> to memref<?xf32>
  return
}

// -----

// Nothing bounds it.
func.func @unbounded(%count: memref<1xindex>) {
  %c0 = arith.constant 0 : index
  %k = memref.load %count[%c0] : memref<1xindex>
  // expected-error@+1 {{'memref.alloc' op can't be planned: its size 0 depends on data and has no bound}}
  %a = memref.alloc(%k) : memref<?xf32>
  memref.store %c0, %count[%c0] : memref<1xindex>
  %x = memref.load %a[%c0] : memref<?xf32>
  memref.store %x, %a[%c0] : memref<?xf32>
  return
}
