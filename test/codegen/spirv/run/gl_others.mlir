// Minima, maxima, clamps, powers, fused multiply and add.
// RUN: mica-translate --serialize-spirv %s -o %t.spv && spirv-val --target-env vulkan1.1 %t.spv
// RUN: run_spirv %t.spv gl_others 1 1 1 in=f32:-1.5 in=f32:2 out=f32:-1.5,2,2.25,-1,1 out=i32:-3,4
spirv.module Logical GLSL450 {
  spirv.GlobalVariable @b0 bind(0, 0) : !spirv.ptr<!spirv.struct<(!spirv.array<1 x f32, stride=4> [0])>, StorageBuffer>
  spirv.GlobalVariable @b1 bind(0, 1) : !spirv.ptr<!spirv.struct<(!spirv.array<1 x f32, stride=4> [0])>, StorageBuffer>
  spirv.GlobalVariable @b2 bind(0, 2) : !spirv.ptr<!spirv.struct<(!spirv.array<5 x f32, stride=4> [0])>, StorageBuffer>
  spirv.GlobalVariable @b3 bind(0, 3) : !spirv.ptr<!spirv.struct<(!spirv.array<2 x i32, stride=4> [0])>, StorageBuffer>
  spirv.func @gl_others() "None" {
    %c0 = spirv.Constant 0 : i32
    %b0 = spirv.mlir.addressof @b0 : !spirv.ptr<!spirv.struct<(!spirv.array<1 x f32, stride=4> [0])>, StorageBuffer>
    %b1 = spirv.mlir.addressof @b1 : !spirv.ptr<!spirv.struct<(!spirv.array<1 x f32, stride=4> [0])>, StorageBuffer>
    %b2 = spirv.mlir.addressof @b2 : !spirv.ptr<!spirv.struct<(!spirv.array<5 x f32, stride=4> [0])>, StorageBuffer>
    %b3 = spirv.mlir.addressof @b3 : !spirv.ptr<!spirv.struct<(!spirv.array<2 x i32, stride=4> [0])>, StorageBuffer>
    %p_a = spirv.AccessChain %b0[%c0, %c0] : !spirv.ptr<!spirv.struct<(!spirv.array<1 x f32, stride=4> [0])>, StorageBuffer>, i32, i32
    %a = spirv.Load "StorageBuffer" %p_a : f32
    %p_d = spirv.AccessChain %b1[%c0, %c0] : !spirv.ptr<!spirv.struct<(!spirv.array<1 x f32, stride=4> [0])>, StorageBuffer>, i32, i32
    %d = spirv.Load "StorageBuffer" %p_d : f32
    %c1 = spirv.Constant 1 : i32
    %c2 = spirv.Constant 2 : i32
    %c3 = spirv.Constant 3 : i32
    %c4 = spirv.Constant 4 : i32
    %m1 = spirv.Constant -1.0 : f32
    %p1 = spirv.Constant 1.0 : f32
    %m3 = spirv.Constant -3 : i32
    %f4 = spirv.Constant 4.0 : f32
    %r0 = spirv.GL.FMin %a, %d : f32
    %q1 = spirv.AccessChain %b2[%c0, %c0] : !spirv.ptr<!spirv.struct<(!spirv.array<5 x f32, stride=4> [0])>, StorageBuffer>, i32, i32
    spirv.Store "StorageBuffer" %q1, %r0 : f32
    %r1 = spirv.GL.FMax %a, %d : f32
    %q2 = spirv.AccessChain %b2[%c0, %c1] : !spirv.ptr<!spirv.struct<(!spirv.array<5 x f32, stride=4> [0])>, StorageBuffer>, i32, i32
    spirv.Store "StorageBuffer" %q2, %r1 : f32
    %abs = spirv.GL.FAbs %a : f32
    %r2 = spirv.GL.Pow %abs, %d : f32
    %q3 = spirv.AccessChain %b2[%c0, %c2] : !spirv.ptr<!spirv.struct<(!spirv.array<5 x f32, stride=4> [0])>, StorageBuffer>, i32, i32
    spirv.Store "StorageBuffer" %q3, %r2 : f32
    %r3 = spirv.GL.FClamp %a, %m1, %p1 : f32
    %q4 = spirv.AccessChain %b2[%c0, %c3] : !spirv.ptr<!spirv.struct<(!spirv.array<5 x f32, stride=4> [0])>, StorageBuffer>, i32, i32
    spirv.Store "StorageBuffer" %q4, %r3 : f32
    %r4 = spirv.GL.Fma %a, %d, %f4 : f32
    %q5 = spirv.AccessChain %b2[%c0, %c4] : !spirv.ptr<!spirv.struct<(!spirv.array<5 x f32, stride=4> [0])>, StorageBuffer>, i32, i32
    spirv.Store "StorageBuffer" %q5, %r4 : f32
    %r5 = spirv.GL.SMin %m3, %c4 : i32
    %q6 = spirv.AccessChain %b3[%c0, %c0] : !spirv.ptr<!spirv.struct<(!spirv.array<2 x i32, stride=4> [0])>, StorageBuffer>, i32, i32
    spirv.Store "StorageBuffer" %q6, %r5 : i32
    %r6 = spirv.GL.SMax %m3, %c4 : i32
    %q7 = spirv.AccessChain %b3[%c0, %c1] : !spirv.ptr<!spirv.struct<(!spirv.array<2 x i32, stride=4> [0])>, StorageBuffer>, i32, i32
    spirv.Store "StorageBuffer" %q7, %r6 : i32
    spirv.Return
  }
  spirv.EntryPoint "GLCompute" @gl_others
  spirv.ExecutionMode @gl_others "LocalSize", 1, 1, 1
}
