// Integer arithmetic, some on a negative number.
// RUN: mica-translate --serialize-spirv %s -o %t.spv && spirv-val --target-env vulkan1.1 %t.spv
// RUN: run_spirv %t.spv integers 1 1 1 in=i32:-7 in=i32:3 out=i32:-4,-10,-21,-2,0,1,-5,-6
spirv.module Logical GLSL450 {
  spirv.GlobalVariable @b0 bind(0, 0) : !spirv.ptr<!spirv.struct<(!spirv.array<1 x i32, stride=4> [0])>, StorageBuffer>
  spirv.GlobalVariable @b1 bind(0, 1) : !spirv.ptr<!spirv.struct<(!spirv.array<1 x i32, stride=4> [0])>, StorageBuffer>
  spirv.GlobalVariable @b2 bind(0, 2) : !spirv.ptr<!spirv.struct<(!spirv.array<8 x i32, stride=4> [0])>, StorageBuffer>
  spirv.func @integers() "None" {
    %c0 = spirv.Constant 0 : i32
    %b0 = spirv.mlir.addressof @b0 : !spirv.ptr<!spirv.struct<(!spirv.array<1 x i32, stride=4> [0])>, StorageBuffer>
    %b1 = spirv.mlir.addressof @b1 : !spirv.ptr<!spirv.struct<(!spirv.array<1 x i32, stride=4> [0])>, StorageBuffer>
    %b2 = spirv.mlir.addressof @b2 : !spirv.ptr<!spirv.struct<(!spirv.array<8 x i32, stride=4> [0])>, StorageBuffer>
    %p_a = spirv.AccessChain %b0[%c0, %c0] : !spirv.ptr<!spirv.struct<(!spirv.array<1 x i32, stride=4> [0])>, StorageBuffer>, i32, i32
    %a = spirv.Load "StorageBuffer" %p_a : i32
    %p_d = spirv.AccessChain %b1[%c0, %c0] : !spirv.ptr<!spirv.struct<(!spirv.array<1 x i32, stride=4> [0])>, StorageBuffer>, i32, i32
    %d = spirv.Load "StorageBuffer" %p_d : i32
    %c100 = spirv.Constant 0 : i32
    %r0 = spirv.IAdd %a, %d : i32
    %q1 = spirv.AccessChain %b2[%c0, %c100] : !spirv.ptr<!spirv.struct<(!spirv.array<8 x i32, stride=4> [0])>, StorageBuffer>, i32, i32
    spirv.Store "StorageBuffer" %q1, %r0 : i32
    %c101 = spirv.Constant 1 : i32
    %r1 = spirv.ISub %a, %d : i32
    %q2 = spirv.AccessChain %b2[%c0, %c101] : !spirv.ptr<!spirv.struct<(!spirv.array<8 x i32, stride=4> [0])>, StorageBuffer>, i32, i32
    spirv.Store "StorageBuffer" %q2, %r1 : i32
    %c102 = spirv.Constant 2 : i32
    %r2 = spirv.IMul %a, %d : i32
    %q3 = spirv.AccessChain %b2[%c0, %c102] : !spirv.ptr<!spirv.struct<(!spirv.array<8 x i32, stride=4> [0])>, StorageBuffer>, i32, i32
    spirv.Store "StorageBuffer" %q3, %r2 : i32
    %c103 = spirv.Constant 3 : i32
    %r3 = spirv.SDiv %a, %d : i32
    %q4 = spirv.AccessChain %b2[%c0, %c103] : !spirv.ptr<!spirv.struct<(!spirv.array<8 x i32, stride=4> [0])>, StorageBuffer>, i32, i32
    spirv.Store "StorageBuffer" %q4, %r3 : i32
    %c104 = spirv.Constant 4 : i32
    %r4 = spirv.UMod %a, %d : i32
    %q5 = spirv.AccessChain %b2[%c0, %c104] : !spirv.ptr<!spirv.struct<(!spirv.array<8 x i32, stride=4> [0])>, StorageBuffer>, i32, i32
    spirv.Store "StorageBuffer" %q5, %r4 : i32
    %c105 = spirv.Constant 5 : i32
    %r5 = spirv.BitwiseAnd %a, %d : i32
    %q6 = spirv.AccessChain %b2[%c0, %c105] : !spirv.ptr<!spirv.struct<(!spirv.array<8 x i32, stride=4> [0])>, StorageBuffer>, i32, i32
    spirv.Store "StorageBuffer" %q6, %r5 : i32
    %c106 = spirv.Constant 6 : i32
    %r6 = spirv.BitwiseOr %a, %d : i32
    %q7 = spirv.AccessChain %b2[%c0, %c106] : !spirv.ptr<!spirv.struct<(!spirv.array<8 x i32, stride=4> [0])>, StorageBuffer>, i32, i32
    spirv.Store "StorageBuffer" %q7, %r6 : i32
    %c107 = spirv.Constant 7 : i32
    %r7 = spirv.BitwiseXor %a, %d : i32
    %q8 = spirv.AccessChain %b2[%c0, %c107] : !spirv.ptr<!spirv.struct<(!spirv.array<8 x i32, stride=4> [0])>, StorageBuffer>, i32, i32
    spirv.Store "StorageBuffer" %q8, %r7 : i32
    spirv.Return
  }
  spirv.EntryPoint "GLCompute" @integers
  spirv.ExecutionMode @integers "LocalSize", 1, 1, 1
}
