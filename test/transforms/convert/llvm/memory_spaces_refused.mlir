// RUN: mica-opt %s --finalize-memref-to-llvm --split-input-file --verify-diagnostics
// RUN: mica-opt %s --convert-vector-to-llvm --split-input-file | FileCheck %s

// A memory space that is no number of LLVM's. Such ops stay where they may.
func.func @element(%m: memref<4xf32, #gpu.address_space<workgroup>>, %i: index) -> f32 {
  // expected-error@+2 {{failed to legalize operation 'memref.load' that was explicitly marked illegal}}
  // expected-note@+1 {{the type 'memref<4xf32, #gpu.address_space<workgroup>>' of an operand has no counterpart}}
  %0 = memref.load %m[%i] : memref<4xf32, #gpu.address_space<workgroup>>
  return %0 : f32
}

// -----

// CHECK-LABEL: func.func @row(
// CHECK: vector.load
func.func @row(%m: memref<4xf32, #gpu.address_space<workgroup>>, %i: index) -> vector<2xf32> {
  %0 = vector.load %m[%i] : memref<4xf32, #gpu.address_space<workgroup>>, vector<2xf32>
  return %0 : vector<2xf32>
}
