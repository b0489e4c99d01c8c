// A constant array in a variable of the function.
// RUN: mica-translate --serialize-spirv %s -o %t.spv && spirv-val --target-env vulkan1.1 %t.spv
// RUN: run_spirv %t.spv lookup 1 1 1 in=i32:3,0,1,2 out=i32:40,10,20,30
spirv.module Logical GLSL450 {
  spirv.GlobalVariable @id built_in("GlobalInvocationId") : !spirv.ptr<vector<3xi32>, Input>
  spirv.GlobalVariable @b0 bind(0, 0) : !spirv.ptr<!spirv.struct<(!spirv.array<4 x i32, stride=4> [0])>, StorageBuffer>
  spirv.GlobalVariable @b1 bind(0, 1) : !spirv.ptr<!spirv.struct<(!spirv.array<4 x i32, stride=4> [0])>, StorageBuffer>
  spirv.func @lookup() "None" {
    %id_addr = spirv.mlir.addressof @id : !spirv.ptr<vector<3xi32>, Input>
    %ids = spirv.Load "Input" %id_addr : vector<3xi32>
    %x = spirv.CompositeExtract %ids[0 : i32] : vector<3xi32>
    %c0 = spirv.Constant 0 : i32
    %b0 = spirv.mlir.addressof @b0 : !spirv.ptr<!spirv.struct<(!spirv.array<4 x i32, stride=4> [0])>, StorageBuffer>
    %b1 = spirv.mlir.addressof @b1 : !spirv.ptr<!spirv.struct<(!spirv.array<4 x i32, stride=4> [0])>, StorageBuffer>
    %table = spirv.Constant [10 : i32, 20 : i32, 30 : i32, 40 : i32] : !spirv.array<4 x i32>
    %v = spirv.Variable init(%table) : !spirv.ptr<!spirv.array<4 x i32>, Function>
    %p_a = spirv.AccessChain %b0[%c0, %x] : !spirv.ptr<!spirv.struct<(!spirv.array<4 x i32, stride=4> [0])>, StorageBuffer>, i32, i32
    %a = spirv.Load "StorageBuffer" %p_a : i32
    %p = spirv.AccessChain %v[%a] : !spirv.ptr<!spirv.array<4 x i32>, Function>, i32
    %e = spirv.Load "Function" %p : i32
    %q1 = spirv.AccessChain %b1[%c0, %x] : !spirv.ptr<!spirv.struct<(!spirv.array<4 x i32, stride=4> [0])>, StorageBuffer>, i32, i32
    spirv.Store "StorageBuffer" %q1, %e : i32
    spirv.Return
  }
  spirv.EntryPoint "GLCompute" @lookup, @id
  spirv.ExecutionMode @lookup "LocalSize", 4, 1, 1
}
