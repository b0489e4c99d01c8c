// RUN: mica-opt --load-dialect=%S/Inputs/borrowed.dialect --dialect-path=%S/Inputs/more --canonicalize --allow-unregistered-dialect %s | FileCheck %s

// A dialect from text folds with a hook of another dialect, and its types' dialects are found
// whether they came before or after it.

// CHECK-LABEL: @same
// CHECK-NEXT: %[[ZERO:.*]] = arith.constant 0 : i32
// CHECK-NEXT: return %[[ZERO]]
func.func @same(%x: i32) -> i32 {
  %0 = toy.difference %x, %x : i32
  return %0 : i32
}

// CHECK-LABEL: @different
// CHECK-NEXT: toy.difference %{{.*}}, %{{.*}} : i32
func.func @different(%x: i32, %y: i32) -> i32 {
  %0 = toy.difference %x, %y : i32
  return %0 : i32
}

// CHECK-LABEL: @pointer
// CHECK-NEXT: toy.jump %{{.*}} : !llvm.ptr
func.func @pointer(%p: !llvm.ptr) {
  toy.jump %p : !llvm.ptr
  return
}
