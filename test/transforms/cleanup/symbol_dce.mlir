// RUN: mica-opt %s -symbol-dce | FileCheck %s
// RUN: mica-opt %s -symbol-privatize='exclude=kept' | FileCheck %s --check-prefix=PRIVATE

// CHECK-NOT: @dead
// CHECK-NOT: @recursive
// CHECK: func private @used
// CHECK: func private @used_by_used
// CHECK: func @kept
// PRIVATE: func @kept
func.func private @dead()
func.func private @recursive() {
  call @recursive() : () -> ()
  return
}
func.func private @used() {
  call @used_by_used() : () -> ()
  return
}
func.func private @used_by_used() {
  return
}
func.func @kept() {
  call @used() : () -> ()
  return
}
// CHECK: module @inner
// CHECK-NEXT: func nested @through_path
// CHECK-NEXT: }
// PRIVATE: func private @caller
module @inner {
  func.func nested @through_path()
  func.func private @dead_inside()
}
func.func @caller() attributes {callee = @inner::@through_path} {
  return
}
