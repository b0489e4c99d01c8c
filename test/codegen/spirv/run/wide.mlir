// Integers of 64 bits need their capability.
// RUN: mica-translate --serialize-spirv %s -o %t.spv && spirv-val --target-env vulkan1.1 %t.spv
// RUN: run_spirv %t.spv wide 1 1 1 in=i64:3000000000 in=i32:-1 out=i64:9000000000,2999999999
spirv.module Logical GLSL450 {
  spirv.GlobalVariable @b0 bind(0, 0) : !spirv.ptr<!spirv.struct<(!spirv.array<1 x i64, stride=8> [0])>, StorageBuffer>
  spirv.GlobalVariable @b1 bind(0, 1) : !spirv.ptr<!spirv.struct<(!spirv.array<1 x i32, stride=4> [0])>, StorageBuffer>
  spirv.GlobalVariable @b2 bind(0, 2) : !spirv.ptr<!spirv.struct<(!spirv.array<2 x i64, stride=8> [0])>, StorageBuffer>
  spirv.func @wide() "None" {
    %c0 = spirv.Constant 0 : i32
    %b0 = spirv.mlir.addressof @b0 : !spirv.ptr<!spirv.struct<(!spirv.array<1 x i64, stride=8> [0])>, StorageBuffer>
    %b1 = spirv.mlir.addressof @b1 : !spirv.ptr<!spirv.struct<(!spirv.array<1 x i32, stride=4> [0])>, StorageBuffer>
    %b2 = spirv.mlir.addressof @b2 : !spirv.ptr<!spirv.struct<(!spirv.array<2 x i64, stride=8> [0])>, StorageBuffer>
    %p_a = spirv.AccessChain %b0[%c0, %c0] : !spirv.ptr<!spirv.struct<(!spirv.array<1 x i64, stride=8> [0])>, StorageBuffer>, i32, i32
    %a = spirv.Load "StorageBuffer" %p_a : i64
    %p_d = spirv.AccessChain %b1[%c0, %c0] : !spirv.ptr<!spirv.struct<(!spirv.array<1 x i32, stride=4> [0])>, StorageBuffer>, i32, i32
    %d = spirv.Load "StorageBuffer" %p_d : i32
    %c1 = spirv.Constant 1 : i32
    %three = spirv.Constant 3 : i64
    %r0 = spirv.IMul %a, %three : i64
    %q1 = spirv.AccessChain %b2[%c0, %c0] : !spirv.ptr<!spirv.struct<(!spirv.array<2 x i64, stride=8> [0])>, StorageBuffer>, i32, i32
    spirv.Store "StorageBuffer" %q1, %r0 : i64
    %w = spirv.SConvert %d : i32 to i64
    %r1 = spirv.IAdd %a, %w : i64
    %q2 = spirv.AccessChain %b2[%c0, %c1] : !spirv.ptr<!spirv.struct<(!spirv.array<2 x i64, stride=8> [0])>, StorageBuffer>, i32, i32
    spirv.Store "StorageBuffer" %q2, %r1 : i64
    spirv.Return
  }
  spirv.EntryPoint "GLCompute" @wide
  spirv.ExecutionMode @wide "LocalSize", 1, 1, 1
}
