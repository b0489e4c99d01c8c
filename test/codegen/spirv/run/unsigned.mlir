// Unsigned division, shifts, comparisons.
// RUN: mica-translate --serialize-spirv %s -o %t.spv && spirv-val --target-env vulkan1.1 %t.spv
// RUN: run_spirv %t.spv unsigned 1 1 1 in=i32:-8 in=i32:3 out=i32:1431655762,0,-64,-1,536870911,1
spirv.module Logical GLSL450 {
  spirv.GlobalVariable @b0 bind(0, 0) : !spirv.ptr<!spirv.struct<(!spirv.array<1 x i32, stride=4> [0])>, StorageBuffer>
  spirv.GlobalVariable @b1 bind(0, 1) : !spirv.ptr<!spirv.struct<(!spirv.array<1 x i32, stride=4> [0])>, StorageBuffer>
  spirv.GlobalVariable @b2 bind(0, 2) : !spirv.ptr<!spirv.struct<(!spirv.array<6 x i32, stride=4> [0])>, StorageBuffer>
  spirv.func @unsigned() "None" {
    %c0 = spirv.Constant 0 : i32
    %b0 = spirv.mlir.addressof @b0 : !spirv.ptr<!spirv.struct<(!spirv.array<1 x i32, stride=4> [0])>, StorageBuffer>
    %b1 = spirv.mlir.addressof @b1 : !spirv.ptr<!spirv.struct<(!spirv.array<1 x i32, stride=4> [0])>, StorageBuffer>
    %b2 = spirv.mlir.addressof @b2 : !spirv.ptr<!spirv.struct<(!spirv.array<6 x i32, stride=4> [0])>, StorageBuffer>
    %p_a = spirv.AccessChain %b0[%c0, %c0] : !spirv.ptr<!spirv.struct<(!spirv.array<1 x i32, stride=4> [0])>, StorageBuffer>, i32, i32
    %a = spirv.Load "StorageBuffer" %p_a : i32
    %p_d = spirv.AccessChain %b1[%c0, %c0] : !spirv.ptr<!spirv.struct<(!spirv.array<1 x i32, stride=4> [0])>, StorageBuffer>, i32, i32
    %d = spirv.Load "StorageBuffer" %p_d : i32
    %c1 = spirv.Constant 1 : i32
    %c2 = spirv.Constant 2 : i32
    %c3 = spirv.Constant 3 : i32
    %c4 = spirv.Constant 4 : i32
    %c5 = spirv.Constant 5 : i32
    %r0 = spirv.UDiv %a, %d : i32
    %q1 = spirv.AccessChain %b2[%c0, %c0] : !spirv.ptr<!spirv.struct<(!spirv.array<6 x i32, stride=4> [0])>, StorageBuffer>, i32, i32
    spirv.Store "StorageBuffer" %q1, %r0 : i32
    %r1 = spirv.ULessThan %a, %d : i32
    %s1 = spirv.Select %r1, %c1, %c0 : i1, i32
    %q2 = spirv.AccessChain %b2[%c0, %c1] : !spirv.ptr<!spirv.struct<(!spirv.array<6 x i32, stride=4> [0])>, StorageBuffer>, i32, i32
    spirv.Store "StorageBuffer" %q2, %s1 : i32
    %r2 = spirv.ShiftLeftLogical %a, %d : i32, i32
    %q3 = spirv.AccessChain %b2[%c0, %c2] : !spirv.ptr<!spirv.struct<(!spirv.array<6 x i32, stride=4> [0])>, StorageBuffer>, i32, i32
    spirv.Store "StorageBuffer" %q3, %r2 : i32
    %r3 = spirv.ShiftRightArithmetic %a, %d : i32, i32
    %q4 = spirv.AccessChain %b2[%c0, %c3] : !spirv.ptr<!spirv.struct<(!spirv.array<6 x i32, stride=4> [0])>, StorageBuffer>, i32, i32
    spirv.Store "StorageBuffer" %q4, %r3 : i32
    %r4 = spirv.ShiftRightLogical %a, %d : i32, i32
    %q5 = spirv.AccessChain %b2[%c0, %c4] : !spirv.ptr<!spirv.struct<(!spirv.array<6 x i32, stride=4> [0])>, StorageBuffer>, i32, i32
    spirv.Store "StorageBuffer" %q5, %r4 : i32
    %r5 = spirv.SLessThan %a, %d : i32
    %s5 = spirv.Select %r5, %c1, %c0 : i1, i32
    %q6 = spirv.AccessChain %b2[%c0, %c5] : !spirv.ptr<!spirv.struct<(!spirv.array<6 x i32, stride=4> [0])>, StorageBuffer>, i32, i32
    spirv.Store "StorageBuffer" %q6, %s5 : i32
    spirv.Return
  }
  spirv.EntryPoint "GLCompute" @unsigned
  spirv.ExecutionMode @unsigned "LocalSize", 1, 1, 1
}
