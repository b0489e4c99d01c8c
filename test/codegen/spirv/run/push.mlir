// Push constants: a block of three members at their offsets.
// RUN: mica-translate --serialize-spirv %s -o %t.spv && spirv-val --target-env vulkan1.1 %t.spv
// RUN: run_spirv %t.spv push 1 1 1 in=f32:1,2,3,4 f32=0.5 f64=3 out=f32:3.5,4,4.5,1 i32=3
spirv.module Logical GLSL450 {
  spirv.GlobalVariable @id built_in("GlobalInvocationId") : !spirv.ptr<vector<3xi32>, Input>
  spirv.GlobalVariable @b0 bind(0, 0) : !spirv.ptr<!spirv.struct<(!spirv.array<4 x f32, stride=4> [0])>, StorageBuffer>
  spirv.GlobalVariable @b3 bind(0, 3) : !spirv.ptr<!spirv.struct<(!spirv.array<4 x f32, stride=4> [0])>, StorageBuffer>
  spirv.GlobalVariable @p : !spirv.ptr<!spirv.struct<(f32 [0], f64 [8], i32 [16])>, PushConstant>
  spirv.func @push() "None" {
    %id_addr = spirv.mlir.addressof @id : !spirv.ptr<vector<3xi32>, Input>
    %ids = spirv.Load "Input" %id_addr : vector<3xi32>
    %x = spirv.CompositeExtract %ids[0 : i32] : vector<3xi32>
    %c0 = spirv.Constant 0 : i32
    %b0 = spirv.mlir.addressof @b0 : !spirv.ptr<!spirv.struct<(!spirv.array<4 x f32, stride=4> [0])>, StorageBuffer>
    %b3 = spirv.mlir.addressof @b3 : !spirv.ptr<!spirv.struct<(!spirv.array<4 x f32, stride=4> [0])>, StorageBuffer>
    %p = spirv.mlir.addressof @p : !spirv.ptr<!spirv.struct<(f32 [0], f64 [8], i32 [16])>, PushConstant>
    %c1 = spirv.Constant 1 : i32
    %c2 = spirv.Constant 2 : i32
    %one = spirv.Constant 1.0 : f32
    %pp0 = spirv.AccessChain %p[%c0] : !spirv.ptr<!spirv.struct<(f32 [0], f64 [8], i32 [16])>, PushConstant>, i32
    %v0 = spirv.Load "PushConstant" %pp0 : f32
    %pp1 = spirv.AccessChain %p[%c1] : !spirv.ptr<!spirv.struct<(f32 [0], f64 [8], i32 [16])>, PushConstant>, i32
    %v1 = spirv.Load "PushConstant" %pp1 : f64
    %pp2 = spirv.AccessChain %p[%c2] : !spirv.ptr<!spirv.struct<(f32 [0], f64 [8], i32 [16])>, PushConstant>, i32
    %v2 = spirv.Load "PushConstant" %pp2 : i32
    %p_e = spirv.AccessChain %b0[%c0, %x] : !spirv.ptr<!spirv.struct<(!spirv.array<4 x f32, stride=4> [0])>, StorageBuffer>, i32, i32
    %e = spirv.Load "StorageBuffer" %p_e : f32
    %m = spirv.FMul %e, %v0 : f32
    %n = spirv.FConvert %v1 : f64 to f32
    %s = spirv.FAdd %m, %n : f32
    %in = spirv.SLessThan %x, %v2 : i32
    %r = spirv.Select %in, %s, %one : i1, f32
    %q1 = spirv.AccessChain %b3[%c0, %x] : !spirv.ptr<!spirv.struct<(!spirv.array<4 x f32, stride=4> [0])>, StorageBuffer>, i32, i32
    spirv.Store "StorageBuffer" %q1, %r : f32
    spirv.Return
  }
  spirv.EntryPoint "GLCompute" @push, @id
  spirv.ExecutionMode @push "LocalSize", 4, 1, 1
}
