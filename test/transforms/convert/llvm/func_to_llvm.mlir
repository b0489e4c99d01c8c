// RUN: mica-opt %s --convert-func-to-llvm | FileCheck %s

// Memrefs are passed as the members of their descriptors.

// CHECK-LABEL: llvm.func @scalars(
// CHECK-SAME: %arg0: i64, %arg1: f32) -> f32 {
// CHECK-NEXT: llvm.return %arg1 : f32
func.func @scalars(%i: index, %f: f32) -> f32 {
  return %f : f32
}

// Several results are one struct.
// CHECK-LABEL: llvm.func @two(
// CHECK-SAME: -> !llvm.struct<(i32, i64)>
// CHECK: %[[UNDEF:.*]] = llvm.mlir.undef : !llvm.struct<(i32, i64)>
// CHECK: %[[FIRST:.*]] = llvm.insertvalue %arg0, %[[UNDEF]][0]
// CHECK: %[[BOTH:.*]] = llvm.insertvalue %{{.*}}, %[[FIRST]][1]
// CHECK: llvm.return %[[BOTH]]
func.func @two(%a: i32, %i: index) -> (i32, index) {
  return %a, %i : i32, index
}

// CHECK-LABEL: llvm.func @memref(
// CHECK-SAME: %arg0: !llvm.ptr, %arg1: !llvm.ptr, %arg2: i64, %arg3: i64, %arg4: i64) -> !llvm.struct<(ptr, ptr, i64, array<1 x i64>, array<1 x i64>)>
// CHECK: llvm.insertvalue %arg0, %{{.*}}[0]
// CHECK: llvm.insertvalue %arg1, %{{.*}}[1]
// CHECK: llvm.insertvalue %arg2, %{{.*}}[2]
// CHECK: llvm.insertvalue %arg3, %{{.*}}[3, 0]
// CHECK: %[[M:.*]] = llvm.insertvalue %arg4, %{{.*}}[4, 0]
// CHECK: llvm.return
func.func @memref(%m: memref<4xf32>) -> memref<4xf32> {
  return %m : memref<4xf32>
}

// CHECK: llvm.func @external(i64, !llvm.ptr) -> i32 attributes {sym_visibility = "private"}
func.func private @external(memref<*xf32>) -> i32

// CHECK-LABEL: llvm.func @calls(
// CHECK: %[[BOTH:.*]] = llvm.call @two(%{{.*}}, %{{.*}}) : (i32, i64) -> !llvm.struct<(i32, i64)>
// CHECK: llvm.extractvalue %[[BOTH]][0]
// CHECK: llvm.extractvalue %[[BOTH]][1]
// CHECK: llvm.call @memref(%{{.*}}, %{{.*}}, %{{.*}}, %{{.*}}, %{{.*}}) : (!llvm.ptr, !llvm.ptr, i64, i64, i64)
func.func @calls(%a: i32, %i: index, %m: memref<4xf32>) -> index {
  %0:2 = call @two(%a, %i) : (i32, index) -> (i32, index)
  %1 = call @memref(%m) : (memref<4xf32>) -> memref<4xf32>
  return %0#1 : index
}

// CHECK-LABEL: llvm.func @indirect(
// CHECK-SAME: %arg0: !llvm.ptr
// CHECK: llvm.call %{{.*}}(%arg1) : !llvm.ptr, (i32) -> i32
func.func @indirect(%f: (i32) -> i32, %a: i32) -> i32 {
  %0 = call_indirect %f(%a) : (i32) -> i32
  return %0 : i32
}

// CHECK-LABEL: llvm.func @address()
// CHECK: llvm.mlir.addressof @indirect_target : !llvm.ptr
func.func private @indirect_target(i32) -> i32
func.func @address() -> ((i32) -> i32) {
  %f = constant @indirect_target : (i32) -> i32
  return %f : (i32) -> i32
}

// C calls the wrapper with pointers to descriptors.
// CHECK-LABEL: llvm.func @for_c(
// CHECK-LABEL: llvm.func @_mlir_ciface_for_c(
// CHECK-SAME: %arg0: !llvm.ptr, %arg1: !llvm.ptr
// CHECK: %[[D:.*]] = llvm.load %arg1 : !llvm.ptr -> !llvm.struct<(ptr, ptr, i64, array<1 x i64>, array<1 x i64>)>
// CHECK: %[[R:.*]] = llvm.call @for_c(
// CHECK: llvm.store %[[R]], %arg0
func.func @for_c(%m: memref<?xf32>) -> memref<?xf32> attributes {llvm.emit_c_interface} {
  return %m : memref<?xf32>
}

// CHECK-LABEL: llvm.func private @from_c(
// CHECK: %[[SLOT:.*]] = llvm.alloca
// CHECK: llvm.store %{{.*}}, %[[SLOT]]
// CHECK: llvm.call @_mlir_ciface_from_c(%[[SLOT]]) : (!llvm.ptr) -> ()
// CHECK: llvm.func @_mlir_ciface_from_c(!llvm.ptr)
func.func private @from_c(memref<?xf32>) attributes {llvm.emit_c_interface}

// Attributes of arguments and results stay with them, the linkage is one of LLVM.
// CHECK-LABEL: llvm.func internal @attributes(
// CHECK-SAME: %arg0: i32 {llvm.noundef}) -> (i32 {llvm.signext})
func.func @attributes(%a: i32 {llvm.noundef}) -> (i32 {llvm.signext}) attributes {llvm.linkage = #llvm.linkage<internal>} {
  return %a : i32
}
