// RUN: mica-opt %s --finalize-memref-to-llvm --verify-diagnostics

func.func @product(%m: memref<4xi32>, %i: index, %v: i32) {
  // expected-error@+2 {{failed to legalize operation 'memref.atomic_rmw' that was explicitly marked illegal}}
  // expected-note@+1 {{pattern 'convert-atomic-rmw' did not apply: LLVM has no such atomic operation}}
  %0 = memref.atomic_rmw muli %v, %m[%i] : (i32, memref<4xi32>) -> i32
  return
}
