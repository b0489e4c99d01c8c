// Bit counts, fields and reversals.
// RUN: mica-translate --serialize-spirv %s -o %t.spv && spirv-val --target-env vulkan1.1 %t.spv
// RUN: run_spirv %t.spv bits 1 1 1 in=i32:240 out=i32:4,15,251658240,65520,-241
spirv.module Logical GLSL450 {
  spirv.GlobalVariable @b0 bind(0, 0) : !spirv.ptr<!spirv.struct<(!spirv.array<1 x i32, stride=4> [0])>, StorageBuffer>
  spirv.GlobalVariable @b1 bind(0, 1) : !spirv.ptr<!spirv.struct<(!spirv.array<5 x i32, stride=4> [0])>, StorageBuffer>
  spirv.func @bits() "None" {
    %c0 = spirv.Constant 0 : i32
    %b0 = spirv.mlir.addressof @b0 : !spirv.ptr<!spirv.struct<(!spirv.array<1 x i32, stride=4> [0])>, StorageBuffer>
    %b1 = spirv.mlir.addressof @b1 : !spirv.ptr<!spirv.struct<(!spirv.array<5 x i32, stride=4> [0])>, StorageBuffer>
    %p_a = spirv.AccessChain %b0[%c0, %c0] : !spirv.ptr<!spirv.struct<(!spirv.array<1 x i32, stride=4> [0])>, StorageBuffer>, i32, i32
    %a = spirv.Load "StorageBuffer" %p_a : i32
    %c1 = spirv.Constant 1 : i32
    %c2 = spirv.Constant 2 : i32
    %c3 = spirv.Constant 3 : i32
    %c4 = spirv.Constant 4 : i32
    %c8 = spirv.Constant 8 : i32
    %all = spirv.Constant -1 : i32
    %r0 = spirv.BitCount %a : i32
    %q1 = spirv.AccessChain %b1[%c0, %c0] : !spirv.ptr<!spirv.struct<(!spirv.array<5 x i32, stride=4> [0])>, StorageBuffer>, i32, i32
    spirv.Store "StorageBuffer" %q1, %r0 : i32
    %r1 = spirv.BitFieldUExtract %a, %c4, %c8 : i32, i32, i32
    %q2 = spirv.AccessChain %b1[%c0, %c1] : !spirv.ptr<!spirv.struct<(!spirv.array<5 x i32, stride=4> [0])>, StorageBuffer>, i32, i32
    spirv.Store "StorageBuffer" %q2, %r1 : i32
    %r2 = spirv.BitReverse %a : i32
    %q3 = spirv.AccessChain %b1[%c0, %c2] : !spirv.ptr<!spirv.struct<(!spirv.array<5 x i32, stride=4> [0])>, StorageBuffer>, i32, i32
    spirv.Store "StorageBuffer" %q3, %r2 : i32
    %r3 = spirv.BitFieldInsert %a, %all, %c8, %c8 : i32, i32, i32
    %q4 = spirv.AccessChain %b1[%c0, %c3] : !spirv.ptr<!spirv.struct<(!spirv.array<5 x i32, stride=4> [0])>, StorageBuffer>, i32, i32
    spirv.Store "StorageBuffer" %q4, %r3 : i32
    %r4 = spirv.Not %a : i32
    %q5 = spirv.AccessChain %b1[%c0, %c4] : !spirv.ptr<!spirv.struct<(!spirv.array<5 x i32, stride=4> [0])>, StorageBuffer>, i32, i32
    spirv.Store "StorageBuffer" %q5, %r4 : i32
    spirv.Return
  }
  spirv.EntryPoint "GLCompute" @bits
  spirv.ExecutionMode @bits "LocalSize", 1, 1, 1
}
