// Two nested loops in each invocation of a 4x4 product.
// RUN: mica-translate --serialize-spirv %s -o %t.spv && spirv-val --target-env vulkan1.1 %t.spv
// RUN: run_spirv %t.spv matmul 1 1 1 in=f32:1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16 in=f32:1,0,0,0,0,2,0,0,0,0,3,0,0,0,0,4 out=f32:1,4,9,16,5,12,21,32,9,20,33,48,13,28,45,64
spirv.module Logical GLSL450 {
  spirv.GlobalVariable @id built_in("GlobalInvocationId") : !spirv.ptr<vector<3xi32>, Input>
  spirv.GlobalVariable @b0 bind(0, 0) : !spirv.ptr<!spirv.struct<(!spirv.array<16 x f32, stride=4> [0])>, StorageBuffer>
  spirv.GlobalVariable @b1 bind(0, 1) : !spirv.ptr<!spirv.struct<(!spirv.array<16 x f32, stride=4> [0])>, StorageBuffer>
  spirv.GlobalVariable @b2 bind(0, 2) : !spirv.ptr<!spirv.struct<(!spirv.array<16 x f32, stride=4> [0])>, StorageBuffer>
  spirv.func @matmul() "None" {
    %id_addr = spirv.mlir.addressof @id : !spirv.ptr<vector<3xi32>, Input>
    %ids = spirv.Load "Input" %id_addr : vector<3xi32>
    %x = spirv.CompositeExtract %ids[0 : i32] : vector<3xi32>
    %c0 = spirv.Constant 0 : i32
    %b0 = spirv.mlir.addressof @b0 : !spirv.ptr<!spirv.struct<(!spirv.array<16 x f32, stride=4> [0])>, StorageBuffer>
    %b1 = spirv.mlir.addressof @b1 : !spirv.ptr<!spirv.struct<(!spirv.array<16 x f32, stride=4> [0])>, StorageBuffer>
    %b2 = spirv.mlir.addressof @b2 : !spirv.ptr<!spirv.struct<(!spirv.array<16 x f32, stride=4> [0])>, StorageBuffer>
    %c1 = spirv.Constant 1 : i32
    %c4 = spirv.Constant 4 : i32
    %zero = spirv.Constant 0.0 : f32
    %row = spirv.IMul %x, %c4 : i32
    %v = spirv.Variable : !spirv.ptr<f32, Function>
    spirv.mlir.loop {
      spirv.Branch ^header(%c0 : i32)
    ^header(%j: i32):
      %more = spirv.SLessThan %j, %c4 : i32
      spirv.BranchConditional %more, ^body, ^merge
    ^body:
      spirv.mlir.loop {
        spirv.Branch ^h(%c0, %zero : i32, f32)
      ^h(%k: i32, %sum: f32):
        spirv.Store "Function" %v, %sum : f32
        %again = spirv.SLessThan %k, %c4 : i32
        spirv.BranchConditional %again, ^b, ^m
      ^b:
        %li = spirv.IAdd %row, %k : i32
        %kr = spirv.IMul %k, %c4 : i32
        %ri = spirv.IAdd %kr, %j : i32
    %p_l = spirv.AccessChain %b0[%c0, %li] : !spirv.ptr<!spirv.struct<(!spirv.array<16 x f32, stride=4> [0])>, StorageBuffer>, i32, i32
    %l = spirv.Load "StorageBuffer" %p_l : f32
    %p_r = spirv.AccessChain %b1[%c0, %ri] : !spirv.ptr<!spirv.struct<(!spirv.array<16 x f32, stride=4> [0])>, StorageBuffer>, i32, i32
    %r = spirv.Load "StorageBuffer" %p_r : f32
        %p = spirv.FMul %l, %r : f32
        %n = spirv.FAdd %sum, %p : f32
        spirv.Branch ^c
      ^c:
        %kn = spirv.IAdd %k, %c1 : i32
        spirv.Branch ^h(%kn, %n : i32, f32)
      ^m:
        spirv.mlir.merge
      }
      %t = spirv.Load "Function" %v : f32
      %oi = spirv.IAdd %row, %j : i32
    %q1 = spirv.AccessChain %b2[%c0, %oi] : !spirv.ptr<!spirv.struct<(!spirv.array<16 x f32, stride=4> [0])>, StorageBuffer>, i32, i32
    spirv.Store "StorageBuffer" %q1, %t : f32
      spirv.Branch ^continue
    ^continue:
      %jn = spirv.IAdd %j, %c1 : i32
      spirv.Branch ^header(%jn : i32)
    ^merge:
      spirv.mlir.merge
    }
    spirv.Return
  }
  spirv.EntryPoint "GLCompute" @matmul, @id
  spirv.ExecutionMode @matmul "LocalSize", 4, 1, 1
}
