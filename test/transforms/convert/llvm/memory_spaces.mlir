// RUN: mica-opt %s --finalize-memref-to-llvm | FileCheck %s

// malloc, free and alloca know one address space; descriptors point into the memref's.
// CHECK-LABEL: func.func @heap(
// CHECK: %[[P:.*]] = llvm.call @malloc
// CHECK: %[[Q:.*]] = llvm.addrspacecast %[[P]] : !llvm.ptr to !llvm.ptr<3>
// CHECK: llvm.insertvalue %[[Q]], %{{.*}}[0] : !llvm.struct<(ptr<3>, ptr<3>,
// CHECK: %[[R:.*]] = llvm.extractvalue %{{.*}}[0]
// CHECK: %[[S:.*]] = llvm.addrspacecast %[[R]] : !llvm.ptr<3> to !llvm.ptr
// CHECK: llvm.call @free(%[[S]])
func.func @heap() {
  %0 = memref.alloc() : memref<4xf32, 3>
  memref.dealloc %0 : memref<4xf32, 3>
  return
}

// CHECK-LABEL: func.func @stack(
// CHECK: %[[P:.*]] = llvm.alloca
// CHECK: llvm.addrspacecast %[[P]] : !llvm.ptr to !llvm.ptr<3>
func.func @stack() -> memref<4xf32, 3> {
  %0 = memref.alloca() : memref<4xf32, 3>
  return %0 : memref<4xf32, 3>
}

// Integers with a sign lie in memory as those without.
// CHECK-LABEL: func.func @signed(
// CHECK: llvm.load %{{.*}} : !llvm.ptr -> i8
func.func @signed(%m: memref<4xui8>, %i: index) -> ui8 {
  %0 = memref.load %m[%i] : memref<4xui8>
  return %0 : ui8
}
