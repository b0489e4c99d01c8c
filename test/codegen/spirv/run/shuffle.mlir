// Shuffles, dynamic parts, construction from parts.
// RUN: mica-translate --serialize-spirv %s -o %t.spv && spirv-val --target-env vulkan1.1 %t.spv
// RUN: run_spirv %t.spv shuffle 1 1 1 in=i32:1,2,3,4 out=i32:4,3,2,9
spirv.module Logical GLSL450 {
  spirv.GlobalVariable @b0 bind(0, 0) : !spirv.ptr<!spirv.struct<(!spirv.array<1 x vector<4xi32>, stride=16> [0])>, StorageBuffer>
  spirv.GlobalVariable @b1 bind(0, 1) : !spirv.ptr<!spirv.struct<(!spirv.array<1 x vector<4xi32>, stride=16> [0])>, StorageBuffer>
  spirv.func @shuffle() "None" {
    %c0 = spirv.Constant 0 : i32
    %b0 = spirv.mlir.addressof @b0 : !spirv.ptr<!spirv.struct<(!spirv.array<1 x vector<4xi32>, stride=16> [0])>, StorageBuffer>
    %b1 = spirv.mlir.addressof @b1 : !spirv.ptr<!spirv.struct<(!spirv.array<1 x vector<4xi32>, stride=16> [0])>, StorageBuffer>
    %p_a = spirv.AccessChain %b0[%c0, %c0] : !spirv.ptr<!spirv.struct<(!spirv.array<1 x vector<4xi32>, stride=16> [0])>, StorageBuffer>, i32, i32
    %a = spirv.Load "StorageBuffer" %p_a : vector<4xi32>
    %c3 = spirv.Constant 3 : i32
    %c9 = spirv.Constant 9 : i32
    %sh = spirv.VectorShuffle [3 : i32, 2 : i32] %a, %a : vector<4xi32>, vector<4xi32> -> vector<2xi32>
    %c1 = spirv.Constant 1 : i32
    %e = spirv.VectorExtractDynamic %a[%c1] : vector<4xi32>, i32
    %v = spirv.CompositeConstruct %sh, %e, %c0 : (vector<2xi32>, i32, i32) -> vector<4xi32>
    %w = spirv.VectorInsertDynamic %c9, %v[%c3] : vector<4xi32>, i32
    %q1 = spirv.AccessChain %b1[%c0, %c0] : !spirv.ptr<!spirv.struct<(!spirv.array<1 x vector<4xi32>, stride=16> [0])>, StorageBuffer>, i32, i32
    spirv.Store "StorageBuffer" %q1, %w : vector<4xi32>
    spirv.Return
  }
  spirv.EntryPoint "GLCompute" @shuffle
  spirv.ExecutionMode @shuffle "LocalSize", 1, 1, 1
}
