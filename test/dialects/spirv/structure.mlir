// RUN: mica-opt %s | FileCheck %s
// RUN: mica-opt %s | mica-opt | FileCheck %s
// RUN: mica-opt --mlir-print-op-generic %s | mica-opt | FileCheck %s

// Modules, variables, functions and entry points.

spirv.module Logical GLSL450 requires #spirv.vce<v1.3, [Shader, GroupNonUniform], [SPV_KHR_storage_buffer_storage_class]> {
  // CHECK: spirv.GlobalVariable @id built_in("GlobalInvocationId") : !spirv.ptr<vector<3xi32>, Input>
  spirv.GlobalVariable @id built_in("GlobalInvocationId") : !spirv.ptr<vector<3xi32>, Input>
  // CHECK: spirv.GlobalVariable @data bind(0, 1) : !spirv.ptr<!spirv.struct<(!spirv.rtarray<f32, stride=4> [0])>, StorageBuffer>
  spirv.GlobalVariable @data bind(0, 1) : !spirv.ptr<!spirv.struct<(!spirv.rtarray<f32, stride=4> [0])>, StorageBuffer>
  // CHECK: spirv.GlobalVariable @zero initializer(@size) : !spirv.ptr<i32, Private>
  spirv.GlobalVariable @zero initializer(@size) : !spirv.ptr<i32, Private>
  // CHECK: spirv.SpecConstant @size spec_id(3) = 64 : i32
  spirv.SpecConstant @size spec_id(3) = 64 : i32
  // CHECK: spirv.SpecConstant @flag = true
  spirv.SpecConstant @flag = true
  // CHECK: spirv.SpecConstantComposite @pair (@size, @size) : !spirv.array<2 x i32>
  spirv.SpecConstantComposite @pair (@size, @size) : !spirv.array<2 x i32>
  // CHECK-LABEL: spirv.func @main
  spirv.func @main() "None" {
    // CHECK: %{{.*}} = spirv.mlir.addressof @id : !spirv.ptr<vector<3xi32>, Input>
    %id = spirv.mlir.addressof @id : !spirv.ptr<vector<3xi32>, Input>
    // CHECK: %{{.*}} = spirv.Load "Input" %{{.*}} : vector<3xi32>
    %0 = spirv.Load "Input" %id : vector<3xi32>
    // CHECK: %{{.*}} = spirv.CompositeExtract %{{.*}}[0 : i32] : vector<3xi32>
    %1 = spirv.CompositeExtract %0[0 : i32] : vector<3xi32>
    // CHECK: %{{.*}} = spirv.mlir.referenceof @size : i32
    %size = spirv.mlir.referenceof @size : i32
    // CHECK: %{{.*}} = spirv.FunctionCall @helper(%{{.*}}) : (i32) -> i32
    %2 = spirv.FunctionCall @helper(%1) : (i32) -> i32
    // CHECK: spirv.FunctionCall @nothing() : () -> ()
    spirv.FunctionCall @nothing() : () -> ()
    spirv.Return
  }
  // CHECK-LABEL: spirv.func @helper
  spirv.func @helper(%x: i32) -> i32 "Inline|Pure" {
    // CHECK: spirv.ReturnValue %{{.*}} : i32
    spirv.ReturnValue %x : i32
  }
  // CHECK-LABEL: spirv.func @nothing
  spirv.func @nothing() "DontInline" attributes {note = "empty"} {
    spirv.Return
  }
  // CHECK: spirv.EntryPoint "GLCompute" @main, @id
  spirv.EntryPoint "GLCompute" @main, @id
  // CHECK: spirv.ExecutionMode @main "LocalSize", 32, 1, 1
  spirv.ExecutionMode @main "LocalSize", 32, 1, 1
}

// CHECK-LABEL: spirv.module @named
spirv.module @named Physical64 OpenCL attributes {note = 1 : i32} {
  // CHECK-LABEL: spirv.func @kernel
  spirv.func @kernel(%p: !spirv.ptr<f32, CrossWorkgroup>) "None" attributes {workgroup_attributions = 0 : i64} {
    spirv.Return
  }
  // CHECK: spirv.EntryPoint "Kernel" @kernel
  spirv.EntryPoint "Kernel" @kernel
}
