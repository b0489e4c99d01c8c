// RUN: mica-opt %s -plan-memory | FileCheck %s

// Two buffers that are alive together lie side by side; one that comes later reuses a place.
// CHECK-LABEL: func.func @lives(
// CHECK-SAME: %[[ARENA:arg[0-9]+]]: memref<128xi8>
// CHECK-NOT: memref.alloc
// CHECK: %[[P0:.*]] = arith.constant 0 : index
// CHECK: memref.view %[[ARENA]][%[[P0]]][] : memref<128xi8> to memref<4xf32>
// CHECK: %[[P1:.*]] = arith.constant 64 : index
// CHECK: memref.view %[[ARENA]][%[[P1]]][] : memref<128xi8> to memref<4xf32>
// CHECK: %[[P2:.*]] = arith.constant 0 : index
// CHECK: memref.view %[[ARENA]][%[[P2]]][] : memref<128xi8> to memref<4xf32>
func.func @lives(%x: f32, %i: index) {
  %a = memref.alloc() : memref<4xf32>
  memref.store %x, %a[%i] : memref<4xf32>
  %b = memref.alloc() : memref<4xf32>
  memref.copy %a, %b : memref<4xf32> to memref<4xf32>
  %c = memref.alloc() : memref<4xf32>
  memref.copy %b, %c : memref<4xf32> to memref<4xf32>
  return
}
