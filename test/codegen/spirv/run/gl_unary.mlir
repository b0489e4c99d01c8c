// Functions of one float of GLSL.std.450.
// RUN: mica-translate --serialize-spirv %s -o %t.spv && spirv-val --target-env vulkan1.1 %t.spv
// RUN: run_spirv %t.spv gl_unary 1 1 1 in=f32:2.25 out=f32:1.5,0.6666667,9.487736,0.8109302,0.7780732,-0.6281736,0.9780261,2.25,2,3
spirv.module Logical GLSL450 {
  spirv.GlobalVariable @b0 bind(0, 0) : !spirv.ptr<!spirv.struct<(!spirv.array<1 x f32, stride=4> [0])>, StorageBuffer>
  spirv.GlobalVariable @b1 bind(0, 1) : !spirv.ptr<!spirv.struct<(!spirv.array<10 x f32, stride=4> [0])>, StorageBuffer>
  spirv.func @gl_unary() "None" {
    %c0 = spirv.Constant 0 : i32
    %b0 = spirv.mlir.addressof @b0 : !spirv.ptr<!spirv.struct<(!spirv.array<1 x f32, stride=4> [0])>, StorageBuffer>
    %b1 = spirv.mlir.addressof @b1 : !spirv.ptr<!spirv.struct<(!spirv.array<10 x f32, stride=4> [0])>, StorageBuffer>
    %p_a = spirv.AccessChain %b0[%c0, %c0] : !spirv.ptr<!spirv.struct<(!spirv.array<1 x f32, stride=4> [0])>, StorageBuffer>, i32, i32
    %a = spirv.Load "StorageBuffer" %p_a : f32
    %c100 = spirv.Constant 0 : i32
    %r0 = spirv.GL.Sqrt %a : f32
    %q1 = spirv.AccessChain %b1[%c0, %c100] : !spirv.ptr<!spirv.struct<(!spirv.array<10 x f32, stride=4> [0])>, StorageBuffer>, i32, i32
    spirv.Store "StorageBuffer" %q1, %r0 : f32
    %c101 = spirv.Constant 1 : i32
    %r1 = spirv.GL.InverseSqrt %a : f32
    %q2 = spirv.AccessChain %b1[%c0, %c101] : !spirv.ptr<!spirv.struct<(!spirv.array<10 x f32, stride=4> [0])>, StorageBuffer>, i32, i32
    spirv.Store "StorageBuffer" %q2, %r1 : f32
    %c102 = spirv.Constant 2 : i32
    %r2 = spirv.GL.Exp %a : f32
    %q3 = spirv.AccessChain %b1[%c0, %c102] : !spirv.ptr<!spirv.struct<(!spirv.array<10 x f32, stride=4> [0])>, StorageBuffer>, i32, i32
    spirv.Store "StorageBuffer" %q3, %r2 : f32
    %c103 = spirv.Constant 3 : i32
    %r3 = spirv.GL.Log %a : f32
    %q4 = spirv.AccessChain %b1[%c0, %c103] : !spirv.ptr<!spirv.struct<(!spirv.array<10 x f32, stride=4> [0])>, StorageBuffer>, i32, i32
    spirv.Store "StorageBuffer" %q4, %r3 : f32
    %c104 = spirv.Constant 4 : i32
    %r4 = spirv.GL.Sin %a : f32
    %q5 = spirv.AccessChain %b1[%c0, %c104] : !spirv.ptr<!spirv.struct<(!spirv.array<10 x f32, stride=4> [0])>, StorageBuffer>, i32, i32
    spirv.Store "StorageBuffer" %q5, %r4 : f32
    %c105 = spirv.Constant 5 : i32
    %r5 = spirv.GL.Cos %a : f32
    %q6 = spirv.AccessChain %b1[%c0, %c105] : !spirv.ptr<!spirv.struct<(!spirv.array<10 x f32, stride=4> [0])>, StorageBuffer>, i32, i32
    spirv.Store "StorageBuffer" %q6, %r5 : f32
    %c106 = spirv.Constant 6 : i32
    %r6 = spirv.GL.Tanh %a : f32
    %q7 = spirv.AccessChain %b1[%c0, %c106] : !spirv.ptr<!spirv.struct<(!spirv.array<10 x f32, stride=4> [0])>, StorageBuffer>, i32, i32
    spirv.Store "StorageBuffer" %q7, %r6 : f32
    %c107 = spirv.Constant 7 : i32
    %r7 = spirv.GL.FAbs %a : f32
    %q8 = spirv.AccessChain %b1[%c0, %c107] : !spirv.ptr<!spirv.struct<(!spirv.array<10 x f32, stride=4> [0])>, StorageBuffer>, i32, i32
    spirv.Store "StorageBuffer" %q8, %r7 : f32
    %c108 = spirv.Constant 8 : i32
    %r8 = spirv.GL.Floor %a : f32
    %q9 = spirv.AccessChain %b1[%c0, %c108] : !spirv.ptr<!spirv.struct<(!spirv.array<10 x f32, stride=4> [0])>, StorageBuffer>, i32, i32
    spirv.Store "StorageBuffer" %q9, %r8 : f32
    %c109 = spirv.Constant 9 : i32
    %r9 = spirv.GL.Ceil %a : f32
    %q10 = spirv.AccessChain %b1[%c0, %c109] : !spirv.ptr<!spirv.struct<(!spirv.array<10 x f32, stride=4> [0])>, StorageBuffer>, i32, i32
    spirv.Store "StorageBuffer" %q10, %r9 : f32
    spirv.Return
  }
  spirv.EntryPoint "GLCompute" @gl_unary
  spirv.ExecutionMode @gl_unary "LocalSize", 1, 1, 1
}
