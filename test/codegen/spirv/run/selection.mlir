// If and else, one with a nested if.
// RUN: mica-translate --serialize-spirv %s -o %t.spv && spirv-val --target-env vulkan1.1 %t.spv
// RUN: run_spirv %t.spv selection 1 1 1 in=i32:-3,0,5,50 out=i32:3,0,5,10
spirv.module Logical GLSL450 {
  spirv.GlobalVariable @id built_in("GlobalInvocationId") : !spirv.ptr<vector<3xi32>, Input>
  spirv.GlobalVariable @b0 bind(0, 0) : !spirv.ptr<!spirv.struct<(!spirv.array<4 x i32, stride=4> [0])>, StorageBuffer>
  spirv.GlobalVariable @b1 bind(0, 1) : !spirv.ptr<!spirv.struct<(!spirv.array<4 x i32, stride=4> [0])>, StorageBuffer>
  spirv.func @selection() "None" {
    %id_addr = spirv.mlir.addressof @id : !spirv.ptr<vector<3xi32>, Input>
    %ids = spirv.Load "Input" %id_addr : vector<3xi32>
    %x = spirv.CompositeExtract %ids[0 : i32] : vector<3xi32>
    %c0 = spirv.Constant 0 : i32
    %b0 = spirv.mlir.addressof @b0 : !spirv.ptr<!spirv.struct<(!spirv.array<4 x i32, stride=4> [0])>, StorageBuffer>
    %b1 = spirv.mlir.addressof @b1 : !spirv.ptr<!spirv.struct<(!spirv.array<4 x i32, stride=4> [0])>, StorageBuffer>
    %c10 = spirv.Constant 10 : i32
    %v = spirv.Variable : !spirv.ptr<i32, Function>
    %p_a = spirv.AccessChain %b0[%c0, %x] : !spirv.ptr<!spirv.struct<(!spirv.array<4 x i32, stride=4> [0])>, StorageBuffer>, i32, i32
    %a = spirv.Load "StorageBuffer" %p_a : i32
    %negative = spirv.SLessThan %a, %c0 : i32
    spirv.mlir.selection {
      spirv.BranchConditional %negative, ^then, ^else
    ^then:
      %n = spirv.SNegate %a : i32
      spirv.Store "Function" %v, %n : i32
      spirv.Branch ^merge
    ^else:
      spirv.Store "Function" %v, %a : i32
      %big = spirv.SGreaterThan %a, %c10 : i32
      spirv.mlir.selection control(Flatten) {
        spirv.BranchConditional %big, ^inner, ^inner_merge
      ^inner:
        spirv.Store "Function" %v, %c10 : i32
        spirv.Branch ^inner_merge
      ^inner_merge:
        spirv.mlir.merge
      }
      spirv.Branch ^merge
    ^merge:
      spirv.mlir.merge
    }
    %r = spirv.Load "Function" %v : i32
    %q1 = spirv.AccessChain %b1[%c0, %x] : !spirv.ptr<!spirv.struct<(!spirv.array<4 x i32, stride=4> [0])>, StorageBuffer>, i32, i32
    spirv.Store "StorageBuffer" %q1, %r : i32
    spirv.Return
  }
  spirv.EntryPoint "GLCompute" @selection, @id
  spirv.ExecutionMode @selection "LocalSize", 4, 1, 1
}
