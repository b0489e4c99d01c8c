// Workgroup memory and a barrier: each half reversed.
// RUN: mica-translate --serialize-spirv %s -o %t.spv && spirv-val --target-env vulkan1.1 %t.spv
// RUN: run_spirv %t.spv workgroup 2 1 1 in=i32:0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15 out=i32:7,6,5,4,3,2,1,0,15,14,13,12,11,10,9,8
spirv.module Logical GLSL450 {
  spirv.GlobalVariable @id built_in("GlobalInvocationId") : !spirv.ptr<vector<3xi32>, Input>
  spirv.GlobalVariable @b0 bind(0, 0) : !spirv.ptr<!spirv.struct<(!spirv.array<16 x i32, stride=4> [0])>, StorageBuffer>
  spirv.GlobalVariable @b1 bind(0, 1) : !spirv.ptr<!spirv.struct<(!spirv.array<16 x i32, stride=4> [0])>, StorageBuffer>
  spirv.GlobalVariable @shared : !spirv.ptr<!spirv.array<8 x i32>, Workgroup>
  spirv.GlobalVariable @local built_in("LocalInvocationId") : !spirv.ptr<vector<3xi32>, Input>
  spirv.func @workgroup() "None" {
    %id_addr = spirv.mlir.addressof @id : !spirv.ptr<vector<3xi32>, Input>
    %ids = spirv.Load "Input" %id_addr : vector<3xi32>
    %x = spirv.CompositeExtract %ids[0 : i32] : vector<3xi32>
    %c0 = spirv.Constant 0 : i32
    %b0 = spirv.mlir.addressof @b0 : !spirv.ptr<!spirv.struct<(!spirv.array<16 x i32, stride=4> [0])>, StorageBuffer>
    %b1 = spirv.mlir.addressof @b1 : !spirv.ptr<!spirv.struct<(!spirv.array<16 x i32, stride=4> [0])>, StorageBuffer>
    %shared = spirv.mlir.addressof @shared : !spirv.ptr<!spirv.array<8 x i32>, Workgroup>
    %local_addr = spirv.mlir.addressof @local : !spirv.ptr<vector<3xi32>, Input>
    %locals = spirv.Load "Input" %local_addr : vector<3xi32>
    %lx = spirv.CompositeExtract %locals[0 : i32] : vector<3xi32>
    %c7 = spirv.Constant 7 : i32
    %p_e = spirv.AccessChain %b0[%c0, %x] : !spirv.ptr<!spirv.struct<(!spirv.array<16 x i32, stride=4> [0])>, StorageBuffer>, i32, i32
    %e = spirv.Load "StorageBuffer" %p_e : i32
    %mine = spirv.AccessChain %shared[%lx] : !spirv.ptr<!spirv.array<8 x i32>, Workgroup>, i32
    spirv.Store "Workgroup" %mine, %e : i32
    spirv.ControlBarrier <Workgroup>, <Workgroup>, <AcquireRelease|WorkgroupMemory>
    %mirror = spirv.ISub %c7, %lx : i32
    %theirs = spirv.AccessChain %shared[%mirror] : !spirv.ptr<!spirv.array<8 x i32>, Workgroup>, i32
    %o = spirv.Load "Workgroup" %theirs : i32
    %q1 = spirv.AccessChain %b1[%c0, %x] : !spirv.ptr<!spirv.struct<(!spirv.array<16 x i32, stride=4> [0])>, StorageBuffer>, i32, i32
    spirv.Store "StorageBuffer" %q1, %o : i32
    spirv.Return
  }
  spirv.EntryPoint "GLCompute" @workgroup, @id, @local
  spirv.ExecutionMode @workgroup "LocalSize", 8, 1, 1
}
