// A loop whose counter and sum are block arguments.
// RUN: mica-translate --serialize-spirv %s -o %t.spv && spirv-val --target-env vulkan1.1 %t.spv
// RUN: run_spirv %t.spv loop_sum 1 1 1 in=f32:1,2,3,4,5,6,7,8 out=f32:36
spirv.module Logical GLSL450 {
  spirv.GlobalVariable @b0 bind(0, 0) : !spirv.ptr<!spirv.struct<(!spirv.array<8 x f32, stride=4> [0])>, StorageBuffer>
  spirv.GlobalVariable @b1 bind(0, 1) : !spirv.ptr<!spirv.struct<(!spirv.array<1 x f32, stride=4> [0])>, StorageBuffer>
  spirv.func @loop_sum() "None" {
    %c0 = spirv.Constant 0 : i32
    %b0 = spirv.mlir.addressof @b0 : !spirv.ptr<!spirv.struct<(!spirv.array<8 x f32, stride=4> [0])>, StorageBuffer>
    %b1 = spirv.mlir.addressof @b1 : !spirv.ptr<!spirv.struct<(!spirv.array<1 x f32, stride=4> [0])>, StorageBuffer>
    %c1 = spirv.Constant 1 : i32
    %c8 = spirv.Constant 8 : i32
    %zero = spirv.Constant 0.0 : f32
    %v = spirv.Variable : !spirv.ptr<f32, Function>
    spirv.mlir.loop {
      spirv.Branch ^header(%c0, %zero : i32, f32)
    ^header(%i: i32, %sum: f32):
      spirv.Store "Function" %v, %sum : f32
      %more = spirv.SLessThan %i, %c8 : i32
      spirv.BranchConditional %more, ^body, ^merge
    ^body:
    %p_e = spirv.AccessChain %b0[%c0, %i] : !spirv.ptr<!spirv.struct<(!spirv.array<8 x f32, stride=4> [0])>, StorageBuffer>, i32, i32
    %e = spirv.Load "StorageBuffer" %p_e : f32
      %next = spirv.FAdd %sum, %e : f32
      spirv.Branch ^continue
    ^continue:
      %j = spirv.IAdd %i, %c1 : i32
      spirv.Branch ^header(%j, %next : i32, f32)
    ^merge:
      spirv.mlir.merge
    }
    %r = spirv.Load "Function" %v : f32
    %q1 = spirv.AccessChain %b1[%c0, %c0] : !spirv.ptr<!spirv.struct<(!spirv.array<1 x f32, stride=4> [0])>, StorageBuffer>, i32, i32
    spirv.Store "StorageBuffer" %q1, %r : f32
    spirv.Return
  }
  spirv.EntryPoint "GLCompute" @loop_sum
  spirv.ExecutionMode @loop_sum "LocalSize", 1, 1, 1
}
