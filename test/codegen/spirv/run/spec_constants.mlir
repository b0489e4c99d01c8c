// Specialization constants keep their defaults; a global variable begins with one.
// RUN: mica-translate --serialize-spirv %s -o %t.spv && spirv-val --target-env vulkan1.1 %t.spv
// RUN: run_spirv %t.spv spec_constants 1 1 1 in=i32:1 out=i32:43,42,5
spirv.module Logical GLSL450 {
  spirv.GlobalVariable @b0 bind(0, 0) : !spirv.ptr<!spirv.struct<(!spirv.array<1 x i32, stride=4> [0])>, StorageBuffer>
  spirv.GlobalVariable @b1 bind(0, 1) : !spirv.ptr<!spirv.struct<(!spirv.array<3 x i32, stride=4> [0])>, StorageBuffer>
  spirv.SpecConstant @sc spec_id(5) = 42 : i32
  spirv.SpecConstant @other = 5 : i32
  spirv.GlobalVariable @private initializer(@other) : !spirv.ptr<i32, Private>
  spirv.func @spec_constants() "None" {
    %c0 = spirv.Constant 0 : i32
    %b0 = spirv.mlir.addressof @b0 : !spirv.ptr<!spirv.struct<(!spirv.array<1 x i32, stride=4> [0])>, StorageBuffer>
    %b1 = spirv.mlir.addressof @b1 : !spirv.ptr<!spirv.struct<(!spirv.array<3 x i32, stride=4> [0])>, StorageBuffer>
    %p_a = spirv.AccessChain %b0[%c0, %c0] : !spirv.ptr<!spirv.struct<(!spirv.array<1 x i32, stride=4> [0])>, StorageBuffer>, i32, i32
    %a = spirv.Load "StorageBuffer" %p_a : i32
    %c1 = spirv.Constant 1 : i32
    %c2 = spirv.Constant 2 : i32
    %s = spirv.mlir.referenceof @sc : i32
    %r = spirv.IAdd %a, %s : i32
    %q1 = spirv.AccessChain %b1[%c0, %c0] : !spirv.ptr<!spirv.struct<(!spirv.array<3 x i32, stride=4> [0])>, StorageBuffer>, i32, i32
    spirv.Store "StorageBuffer" %q1, %r : i32
    %q2 = spirv.AccessChain %b1[%c0, %c1] : !spirv.ptr<!spirv.struct<(!spirv.array<3 x i32, stride=4> [0])>, StorageBuffer>, i32, i32
    spirv.Store "StorageBuffer" %q2, %s : i32
    %private = spirv.mlir.addressof @private : !spirv.ptr<i32, Private>
    %p = spirv.Load "Private" %private : i32
    %q3 = spirv.AccessChain %b1[%c0, %c2] : !spirv.ptr<!spirv.struct<(!spirv.array<3 x i32, stride=4> [0])>, StorageBuffer>, i32, i32
    spirv.Store "StorageBuffer" %q3, %p : i32
    spirv.Return
  }
  spirv.EntryPoint "GLCompute" @spec_constants
  spirv.ExecutionMode @spec_constants "LocalSize", 1, 1, 1
}
