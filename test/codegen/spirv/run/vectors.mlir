// Vectors of four: arithmetic, parts, a dot product.
// RUN: mica-translate --serialize-spirv %s -o %t.spv && spirv-val --target-env vulkan1.1 %t.spv
// RUN: run_spirv %t.spv vectors 1 1 1 in=f32:1,2,3,4 in=f32:4*2 out=f32:3,4,5,20
spirv.module Logical GLSL450 {
  spirv.GlobalVariable @b0 bind(0, 0) : !spirv.ptr<!spirv.struct<(!spirv.array<1 x vector<4xf32>, stride=16> [0])>, StorageBuffer>
  spirv.GlobalVariable @b1 bind(0, 1) : !spirv.ptr<!spirv.struct<(!spirv.array<1 x vector<4xf32>, stride=16> [0])>, StorageBuffer>
  spirv.GlobalVariable @b2 bind(0, 2) : !spirv.ptr<!spirv.struct<(!spirv.array<1 x vector<4xf32>, stride=16> [0])>, StorageBuffer>
  spirv.func @vectors() "None" {
    %c0 = spirv.Constant 0 : i32
    %b0 = spirv.mlir.addressof @b0 : !spirv.ptr<!spirv.struct<(!spirv.array<1 x vector<4xf32>, stride=16> [0])>, StorageBuffer>
    %b1 = spirv.mlir.addressof @b1 : !spirv.ptr<!spirv.struct<(!spirv.array<1 x vector<4xf32>, stride=16> [0])>, StorageBuffer>
    %b2 = spirv.mlir.addressof @b2 : !spirv.ptr<!spirv.struct<(!spirv.array<1 x vector<4xf32>, stride=16> [0])>, StorageBuffer>
    %p_a = spirv.AccessChain %b0[%c0, %c0] : !spirv.ptr<!spirv.struct<(!spirv.array<1 x vector<4xf32>, stride=16> [0])>, StorageBuffer>, i32, i32
    %a = spirv.Load "StorageBuffer" %p_a : vector<4xf32>
    %p_d = spirv.AccessChain %b1[%c0, %c0] : !spirv.ptr<!spirv.struct<(!spirv.array<1 x vector<4xf32>, stride=16> [0])>, StorageBuffer>, i32, i32
    %d = spirv.Load "StorageBuffer" %p_d : vector<4xf32>
    %s = spirv.FAdd %a, %d : vector<4xf32>
    %dot = spirv.Dot %a, %d : vector<4xf32> -> f32
    %r = spirv.CompositeInsert %dot, %s[3 : i32] : f32 into vector<4xf32>
    %q1 = spirv.AccessChain %b2[%c0, %c0] : !spirv.ptr<!spirv.struct<(!spirv.array<1 x vector<4xf32>, stride=16> [0])>, StorageBuffer>, i32, i32
    spirv.Store "StorageBuffer" %q1, %r : vector<4xf32>
    spirv.Return
  }
  spirv.EntryPoint "GLCompute" @vectors
  spirv.ExecutionMode @vectors "LocalSize", 1, 1, 1
}
