// Results of two parts: carry, borrow, high words.
// RUN: mica-translate --serialize-spirv %s -o %t.spv && spirv-val --target-env vulkan1.1 %t.spv
// RUN: run_spirv %t.spv carry 1 1 1 in=i32:-1 in=i32:2 out=i32:1,1,3,1,-2,1
spirv.module Logical GLSL450 {
  spirv.GlobalVariable @b0 bind(0, 0) : !spirv.ptr<!spirv.struct<(!spirv.array<1 x i32, stride=4> [0])>, StorageBuffer>
  spirv.GlobalVariable @b1 bind(0, 1) : !spirv.ptr<!spirv.struct<(!spirv.array<1 x i32, stride=4> [0])>, StorageBuffer>
  spirv.GlobalVariable @b2 bind(0, 2) : !spirv.ptr<!spirv.struct<(!spirv.array<6 x i32, stride=4> [0])>, StorageBuffer>
  spirv.func @carry() "None" {
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
    %add = spirv.IAddCarry %a, %d : !spirv.struct<(i32, i32)>
    %sub = spirv.ISubBorrow %d, %a : !spirv.struct<(i32, i32)>
    %mul = spirv.UMulExtended %a, %d : !spirv.struct<(i32, i32)>
    %eadd0 = spirv.CompositeExtract %add[0 : i32] : !spirv.struct<(i32, i32)>
    %q1 = spirv.AccessChain %b2[%c0, %c0] : !spirv.ptr<!spirv.struct<(!spirv.array<6 x i32, stride=4> [0])>, StorageBuffer>, i32, i32
    spirv.Store "StorageBuffer" %q1, %eadd0 : i32
    %eadd1 = spirv.CompositeExtract %add[1 : i32] : !spirv.struct<(i32, i32)>
    %q2 = spirv.AccessChain %b2[%c0, %c1] : !spirv.ptr<!spirv.struct<(!spirv.array<6 x i32, stride=4> [0])>, StorageBuffer>, i32, i32
    spirv.Store "StorageBuffer" %q2, %eadd1 : i32
    %esub0 = spirv.CompositeExtract %sub[0 : i32] : !spirv.struct<(i32, i32)>
    %q3 = spirv.AccessChain %b2[%c0, %c2] : !spirv.ptr<!spirv.struct<(!spirv.array<6 x i32, stride=4> [0])>, StorageBuffer>, i32, i32
    spirv.Store "StorageBuffer" %q3, %esub0 : i32
    %esub1 = spirv.CompositeExtract %sub[1 : i32] : !spirv.struct<(i32, i32)>
    %q4 = spirv.AccessChain %b2[%c0, %c3] : !spirv.ptr<!spirv.struct<(!spirv.array<6 x i32, stride=4> [0])>, StorageBuffer>, i32, i32
    spirv.Store "StorageBuffer" %q4, %esub1 : i32
    %emul0 = spirv.CompositeExtract %mul[0 : i32] : !spirv.struct<(i32, i32)>
    %q5 = spirv.AccessChain %b2[%c0, %c4] : !spirv.ptr<!spirv.struct<(!spirv.array<6 x i32, stride=4> [0])>, StorageBuffer>, i32, i32
    spirv.Store "StorageBuffer" %q5, %emul0 : i32
    %emul1 = spirv.CompositeExtract %mul[1 : i32] : !spirv.struct<(i32, i32)>
    %q6 = spirv.AccessChain %b2[%c0, %c5] : !spirv.ptr<!spirv.struct<(!spirv.array<6 x i32, stride=4> [0])>, StorageBuffer>, i32, i32
    spirv.Store "StorageBuffer" %q6, %emul1 : i32
    spirv.Return
  }
  spirv.EntryPoint "GLCompute" @carry
  spirv.ExecutionMode @carry "LocalSize", 1, 1, 1
}
