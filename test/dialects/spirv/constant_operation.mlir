// RUN: mica-opt %s | FileCheck %s
// RUN: mica-opt %s | mica-opt | FileCheck %s
// RUN: mica-opt --mlir-print-op-generic %s | mica-opt | FileCheck %s

// An op of constants stands in its generic form.

spirv.module Logical GLSL450 {
  // CHECK: spirv.SpecConstant @size = 4 : i32
  spirv.SpecConstant @size = 4 : i32
  // CHECK-LABEL: spirv.func @twice
  spirv.func @twice() -> i32 "None" {
    // CHECK: %{{.*}} = spirv.mlir.referenceof @size : i32
    %0 = spirv.mlir.referenceof @size : i32
    // CHECK: %{{.*}} = spirv.SpecConstantOperation wraps "spirv.IAdd"(%{{.*}}, %{{.*}}) : (i32, i32) -> i32
    %1 = spirv.SpecConstantOperation wraps "spirv.IAdd"(%0, %0) : (i32, i32) -> i32
    // CHECK: %{{.*}} = spirv.SpecConstantOperation wraps "spirv.SLessThan"(%{{.*}}, %{{.*}}) : (i32, i32) -> i1
    %2 = spirv.SpecConstantOperation wraps "spirv.SLessThan"(%1, %0) : (i32, i32) -> i1
    // CHECK: spirv.ReturnValue %{{.*}} : i32
    spirv.ReturnValue %1 : i32
  }
}
