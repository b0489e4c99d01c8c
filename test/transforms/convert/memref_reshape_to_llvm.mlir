// RUN: mica-opt %s -finalize-memref-to-llvm | FileCheck %s

// Sizes that the type says are constants; the others are loaded, the last first.
// CHECK-LABEL: func.func @reshape(
// CHECK: %[[ONE:.*]] = llvm.mlir.constant(1 : index) : i64
// CHECK: %[[TWO:.*]] = llvm.mlir.constant(2 : index) : i64
// CHECK: %[[P:.*]] = llvm.getelementptr %{{.*}}[%[[TWO]]] : (!llvm.ptr, i64) -> !llvm.ptr, i32
// CHECK: %[[X:.*]] = llvm.load %[[P]] : !llvm.ptr -> i32
// CHECK: %[[LAST:.*]] = llvm.sext %[[X]] : i32 to i64
// CHECK: llvm.insertvalue %[[LAST]], %{{.*}}[3, 2]
// CHECK: %[[S1:.*]] = llvm.mul %[[ONE]], %[[LAST]]
// CHECK: %[[FIVE:.*]] = llvm.mlir.constant(5 : index) : i64
// CHECK: llvm.insertvalue %[[FIVE]], %{{.*}}[3, 1]
// CHECK: llvm.insertvalue %[[S1]], %{{.*}}[4, 1]
// CHECK: llvm.mul %[[S1]], %[[FIVE]]
func.func @reshape(%m: memref<10xi32>, %s: memref<3xi32>) -> memref<?x5x?xi32> {
  %r = memref.reshape %m(%s) : (memref<10xi32>, memref<3xi32>) -> memref<?x5x?xi32>
  return %r : memref<?x5x?xi32>
}
