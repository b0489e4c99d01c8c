// Ordered and unordered comparisons, also of a NaN.
// RUN: mica-translate --serialize-spirv %s -o %t.spv && spirv-val --target-env vulkan1.1 %t.spv
// RUN: run_spirv %t.spv float_compare 1 1 1 in=f32:1,2,nan in=f32:3*2 out=i32:1,2,12
spirv.module Logical GLSL450 {
  spirv.GlobalVariable @id built_in("GlobalInvocationId") : !spirv.ptr<vector<3xi32>, Input>
  spirv.GlobalVariable @b0 bind(0, 0) : !spirv.ptr<!spirv.struct<(!spirv.array<3 x f32, stride=4> [0])>, StorageBuffer>
  spirv.GlobalVariable @b1 bind(0, 1) : !spirv.ptr<!spirv.struct<(!spirv.array<3 x f32, stride=4> [0])>, StorageBuffer>
  spirv.GlobalVariable @b2 bind(0, 2) : !spirv.ptr<!spirv.struct<(!spirv.array<3 x i32, stride=4> [0])>, StorageBuffer>
  spirv.func @float_compare() "None" {
    %id_addr = spirv.mlir.addressof @id : !spirv.ptr<vector<3xi32>, Input>
    %ids = spirv.Load "Input" %id_addr : vector<3xi32>
    %x = spirv.CompositeExtract %ids[0 : i32] : vector<3xi32>
    %c0 = spirv.Constant 0 : i32
    %b0 = spirv.mlir.addressof @b0 : !spirv.ptr<!spirv.struct<(!spirv.array<3 x f32, stride=4> [0])>, StorageBuffer>
    %b1 = spirv.mlir.addressof @b1 : !spirv.ptr<!spirv.struct<(!spirv.array<3 x f32, stride=4> [0])>, StorageBuffer>
    %b2 = spirv.mlir.addressof @b2 : !spirv.ptr<!spirv.struct<(!spirv.array<3 x i32, stride=4> [0])>, StorageBuffer>
    %p_a = spirv.AccessChain %b0[%c0, %x] : !spirv.ptr<!spirv.struct<(!spirv.array<3 x f32, stride=4> [0])>, StorageBuffer>, i32, i32
    %a = spirv.Load "StorageBuffer" %p_a : f32
    %p_d = spirv.AccessChain %b1[%c0, %x] : !spirv.ptr<!spirv.struct<(!spirv.array<3 x f32, stride=4> [0])>, StorageBuffer>, i32, i32
    %d = spirv.Load "StorageBuffer" %p_d : f32
    %c1 = spirv.Constant 1 : i32
    %c2 = spirv.Constant 2 : i32
    %c4 = spirv.Constant 4 : i32
    %c8 = spirv.Constant 8 : i32
    %lt = spirv.FOrdLessThan %a, %d : f32
    %eq = spirv.FOrdEqual %a, %d : f32
    %nan = spirv.IsNan %a : f32
    %un0 = spirv.FUnordEqual %a, %d : f32
    %neq = spirv.LogicalNot %eq : i1
    %un = spirv.LogicalAnd %un0, %neq : i1
    %s1 = spirv.Select %lt, %c1, %c0 : i1, i32
    %s2 = spirv.Select %eq, %c2, %c0 : i1, i32
    %s4 = spirv.Select %nan, %c4, %c0 : i1, i32
    %s8 = spirv.Select %un, %c8, %c0 : i1, i32
    %t1 = spirv.BitwiseOr %s1, %s2 : i32
    %t2 = spirv.BitwiseOr %s4, %s8 : i32
    %t = spirv.BitwiseOr %t1, %t2 : i32
    %q1 = spirv.AccessChain %b2[%c0, %x] : !spirv.ptr<!spirv.struct<(!spirv.array<3 x i32, stride=4> [0])>, StorageBuffer>, i32, i32
    spirv.Store "StorageBuffer" %q1, %t : i32
    spirv.Return
  }
  spirv.EntryPoint "GLCompute" @float_compare, @id
  spirv.ExecutionMode @float_compare "LocalSize", 3, 1, 1
}
