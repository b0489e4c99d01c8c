// A loop that holds a selection in its header and one that is left from within.
// RUN: mica-translate --serialize-spirv %s -o %t.spv && spirv-val --target-env vulkan1.1 %t.spv
// RUN: run_spirv %t.spv early 1 1 1 in=i32:1,5,7,2,7,1,1,1 out=i32:2
spirv.module Logical GLSL450 {
  spirv.GlobalVariable @b0 bind(0, 0) : !spirv.ptr<!spirv.struct<(!spirv.array<8 x i32, stride=4> [0])>, StorageBuffer>
  spirv.GlobalVariable @b1 bind(0, 1) : !spirv.ptr<!spirv.struct<(!spirv.array<1 x i32, stride=4> [0])>, StorageBuffer>
  spirv.func @early() "None" {
    %c0 = spirv.Constant 0 : i32
    %b0 = spirv.mlir.addressof @b0 : !spirv.ptr<!spirv.struct<(!spirv.array<8 x i32, stride=4> [0])>, StorageBuffer>
    %b1 = spirv.mlir.addressof @b1 : !spirv.ptr<!spirv.struct<(!spirv.array<1 x i32, stride=4> [0])>, StorageBuffer>
    %c1 = spirv.Constant 1 : i32
    %c7 = spirv.Constant 7 : i32
    %c8 = spirv.Constant 8 : i32
    %v = spirv.Variable : !spirv.ptr<i32, Function>
    spirv.Store "Function" %v, %c0 : i32
    spirv.mlir.loop {
      spirv.Branch ^header(%c0 : i32)
    ^header(%i: i32):
      %even = spirv.BitwiseAnd %i, %c1 : i32
      %is_even = spirv.IEqual %even, %c0 : i32
      spirv.mlir.selection {
        spirv.BranchConditional %is_even, ^then, ^end
      ^then:
        spirv.Store "Function" %v, %i : i32
        spirv.Branch ^end
      ^end:
        spirv.mlir.merge
      }
      %more = spirv.SLessThan %i, %c8 : i32
      spirv.BranchConditional %more, ^body, ^merge
    ^body:
    %p_e = spirv.AccessChain %b0[%c0, %i] : !spirv.ptr<!spirv.struct<(!spirv.array<8 x i32, stride=4> [0])>, StorageBuffer>, i32, i32
    %e = spirv.Load "StorageBuffer" %p_e : i32
      %found = spirv.IEqual %e, %c7 : i32
      spirv.BranchConditional %found, ^merge, ^continue
    ^continue:
      %j = spirv.IAdd %i, %c1 : i32
      spirv.Branch ^header(%j : i32)
    ^merge:
      spirv.mlir.merge
    }
    %r = spirv.Load "Function" %v : i32
    %q1 = spirv.AccessChain %b1[%c0, %c0] : !spirv.ptr<!spirv.struct<(!spirv.array<1 x i32, stride=4> [0])>, StorageBuffer>, i32, i32
    spirv.Store "StorageBuffer" %q1, %r : i32
    spirv.Return
  }
  spirv.EntryPoint "GLCompute" @early
  spirv.ExecutionMode @early "LocalSize", 1, 1, 1
}
