// RUN: mica-opt %s --convert-func-to-llvm=use-bare-ptr-memref-call-conv | FileCheck %s

// Memrefs of static shape are passed as one pointer.

// CHECK-LABEL: llvm.func @memref(
// CHECK-SAME: %arg0: !llvm.ptr) -> !llvm.ptr
// CHECK: llvm.insertvalue %arg0, %{{.*}}[0]
// CHECK: llvm.insertvalue %arg0, %{{.*}}[1]
// CHECK: llvm.return %{{.*}} : !llvm.ptr
func.func @memref(%m: memref<4xf32>) -> memref<4xf32> {
  return %m : memref<4xf32>
}

// CHECK-LABEL: llvm.func @calls(
// CHECK: %[[P:.*]] = llvm.call @memref(%{{.*}}) : (!llvm.ptr) -> !llvm.ptr
// CHECK: llvm.insertvalue %[[P]], %{{.*}}[1]
func.func @calls(%m: memref<4xf32>) -> memref<4xf32> {
  %0 = call @memref(%m) : (memref<4xf32>) -> memref<4xf32>
  return %0 : memref<4xf32>
}
