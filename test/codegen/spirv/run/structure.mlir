// A buffer of two members, the second as long as the buffer; its length is asked for.
// RUN: mica-translate --serialize-spirv %s -o %t.spv && spirv-val --target-env vulkan1.1 %t.spv
// RUN: run_spirv %t.spv structure 1 1 1 'inout=i32:0,9,9,9,9,9>2,9,9,9,1077936128,9'
spirv.module Logical GLSL450 {
  spirv.GlobalVariable @s bind(0, 0) : !spirv.ptr<!spirv.struct<(i32 [0], !spirv.rtarray<f32, stride=4> [16])>, StorageBuffer>
  spirv.func @structure() "None" {
    %c0 = spirv.Constant 0 : i32
    %c1 = spirv.Constant 1 : i32
    %three = spirv.Constant 3.0 : f32
    %s = spirv.mlir.addressof @s : !spirv.ptr<!spirv.struct<(i32 [0], !spirv.rtarray<f32, stride=4> [16])>, StorageBuffer>
    %n = spirv.ArrayLength %s {array_member = 1 : i32} : (!spirv.ptr<!spirv.struct<(i32 [0], !spirv.rtarray<f32, stride=4> [16])>, StorageBuffer>) -> i32
    %p = spirv.AccessChain %s[%c0] : !spirv.ptr<!spirv.struct<(i32 [0], !spirv.rtarray<f32, stride=4> [16])>, StorageBuffer>, i32
    spirv.Store "StorageBuffer" %p, %n : i32
    %q = spirv.AccessChain %s[%c1, %c0] : !spirv.ptr<!spirv.struct<(i32 [0], !spirv.rtarray<f32, stride=4> [16])>, StorageBuffer>, i32, i32
    spirv.Store "StorageBuffer" %q, %three : f32
    spirv.Return
  }
  spirv.EntryPoint "GLCompute" @structure
  spirv.ExecutionMode @structure "LocalSize", 1, 1, 1
}
