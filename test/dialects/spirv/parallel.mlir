// RUN: mica-opt %s | FileCheck %s
// RUN: mica-opt %s | mica-opt | FileCheck %s
// RUN: mica-opt --mlir-print-op-generic %s | mica-opt | FileCheck %s

// Atomics, groups, images and matrices.

// CHECK-LABEL: func.func @atomics
func.func @atomics(%p: !spirv.ptr<i32, StorageBuffer>, %v: i32, %f: f32, %q: !spirv.ptr<f32, StorageBuffer>) {
  // CHECK: %{{.*}} = spirv.AtomicIAdd <Device> <None> %{{.*}}, %{{.*}} : !spirv.ptr<i32, StorageBuffer>
  %0 = spirv.AtomicIAdd <Device> <None> %p, %v : !spirv.ptr<i32, StorageBuffer>
  // CHECK: %{{.*}} = spirv.AtomicCompareExchange <Workgroup> <Release> <Acquire> %{{.*}}, %{{.*}}, %{{.*}} : !spirv.ptr<i32, StorageBuffer>
  %1 = spirv.AtomicCompareExchange <Workgroup> <Release> <Acquire> %p, %v, %v : !spirv.ptr<i32, StorageBuffer>
  // CHECK: %{{.*}} = spirv.AtomicIIncrement <Device> <AcquireRelease|UniformMemory> %{{.*}} : !spirv.ptr<i32, StorageBuffer>
  %2 = spirv.AtomicIIncrement <Device> <AcquireRelease|UniformMemory> %p : !spirv.ptr<i32, StorageBuffer>
  // CHECK: %{{.*}} = spirv.EXT.AtomicFAdd <Device> <None> %{{.*}}, %{{.*}} : !spirv.ptr<f32, StorageBuffer>
  %3 = spirv.EXT.AtomicFAdd <Device> <None> %q, %f : !spirv.ptr<f32, StorageBuffer>
  // CHECK: spirv.ControlBarrier <Workgroup>, <Device>, <Acquire|UniformMemory>
  spirv.ControlBarrier <Workgroup>, <Device>, <Acquire|UniformMemory>
  // CHECK: spirv.MemoryBarrier <Device>, <Acquire|UniformMemory>
  spirv.MemoryBarrier <Device>, <Acquire|UniformMemory>
  return
}
// CHECK-LABEL: func.func @groups
func.func @groups(%v: i32, %x: f32, %c: i1, %four: vector<4xf32>) {
  // CHECK: %{{.*}} = spirv.Constant 4 : i32
  %0 = spirv.Constant 4 : i32
  // CHECK: %{{.*}} = spirv.GroupNonUniformElect <Workgroup> : i1
  %1 = spirv.GroupNonUniformElect <Workgroup> : i1
  // CHECK: %{{.*}} = spirv.GroupNonUniformBallot <Workgroup> %{{.*}} : vector<4xi32>
  %2 = spirv.GroupNonUniformBallot <Workgroup> %c : vector<4xi32>
  // CHECK: %{{.*}} = spirv.GroupNonUniformBroadcast <Subgroup> %{{.*}}, %{{.*}} : f32, i32
  %3 = spirv.GroupNonUniformBroadcast <Subgroup> %x, %0 : f32, i32
  // CHECK: %{{.*}} = spirv.GroupNonUniformFAdd "Workgroup" "Reduce" %{{.*}} : f32
  %4 = spirv.GroupNonUniformFAdd "Workgroup" "Reduce" %x : f32
  // CHECK: %{{.*}} = spirv.GroupNonUniformIAdd "Subgroup" "ClusteredReduce" %{{.*}} cluster_size(%{{.*}}) : i32
  %5 = spirv.GroupNonUniformIAdd "Subgroup" "ClusteredReduce" %v cluster_size(%0) : i32
  // CHECK: %{{.*}} = spirv.GroupNonUniformShuffle <Subgroup> %{{.*}}, %{{.*}} : f32, i32
  %6 = spirv.GroupNonUniformShuffle <Subgroup> %x, %v : f32, i32
  // CHECK: %{{.*}} = spirv.GroupBroadcast <Subgroup> %{{.*}}, %{{.*}} : f32, i32
  %7 = spirv.GroupBroadcast <Subgroup> %x, %v : f32, i32
  // CHECK: %{{.*}} = spirv.GroupFAdd <Workgroup> <Reduce> %{{.*}} : f32
  %8 = spirv.GroupFAdd <Workgroup> <Reduce> %x : f32
  // CHECK: %{{.*}} = spirv.KHR.SubgroupBallot %{{.*}} : vector<4xi32>
  %9 = spirv.KHR.SubgroupBallot %c : vector<4xi32>
  return
}
// CHECK-LABEL: func.func @images
func.func @images(%s: !spirv.sampled_image<!spirv.image<f32, Dim2D, NoDepth, NonArrayed, SingleSampled, NoSampler, Unknown>>, %at: vector<4xf32>, %d: f32) {
  // CHECK: %{{.*}} = spirv.Image %{{.*}} : !spirv.sampled_image<!spirv.image<f32, Dim2D, NoDepth, NonArrayed, SingleSampled, NoSampler, Unknown>>
  %0 = spirv.Image %s : !spirv.sampled_image<!spirv.image<f32, Dim2D, NoDepth, NonArrayed, SingleSampled, NoSampler, Unknown>>
  // CHECK: %{{.*}} = spirv.ImageDrefGather %{{.*}} : !spirv.sampled_image<!spirv.image<f32, Dim2D, NoDepth, NonArrayed, SingleSampled, NoSampler, Unknown>>, %{{.*}} : vector<4xf32>, %{{.*}} : f32  -> vector<4xf32>
  %1 = spirv.ImageDrefGather %s : !spirv.sampled_image<!spirv.image<f32, Dim2D, NoDepth, NonArrayed, SingleSampled, NoSampler, Unknown>>, %at : vector<4xf32>, %d : f32 -> vector<4xf32>
  // CHECK: %{{.*}} = spirv.ImageQuerySize %{{.*}} : !spirv.image<f32, Dim2D, NoDepth, NonArrayed, SingleSampled, NoSampler, Unknown> -> vector<2xi32>
  %2 = spirv.ImageQuerySize %0 : !spirv.image<f32, Dim2D, NoDepth, NonArrayed, SingleSampled, NoSampler, Unknown> -> vector<2xi32>
  return
}
// CHECK-LABEL: func.func @matrices
func.func @matrices(%p: !spirv.ptr<f32, StorageBuffer>, %stride: i32, %a: !spirv.coopmatrix<8x16xf32, Subgroup, MatrixA>, %b: !spirv.coopmatrix<16x4xf32, Subgroup, MatrixB>, %c: !spirv.coopmatrix<8x4xf32, Subgroup, MatrixAcc>) {
  // CHECK: %{{.*}} = spirv.KHR.CooperativeMatrixLoad %{{.*}}, %{{.*}}, <RowMajor> : !spirv.ptr<f32, StorageBuffer>, i32 -> !spirv.coopmatrix<8x16xf32, Subgroup, MatrixA>
  %0 = spirv.KHR.CooperativeMatrixLoad %p, %stride, <RowMajor> : !spirv.ptr<f32, StorageBuffer>, i32 -> !spirv.coopmatrix<8x16xf32, Subgroup, MatrixA>
  // CHECK: %{{.*}} = spirv.KHR.CooperativeMatrixMulAdd %{{.*}}, %{{.*}}, %{{.*}} : !spirv.coopmatrix<8x16xf32, Subgroup, MatrixA>, !spirv.coopmatrix<16x4xf32, Subgroup, MatrixB> -> !spirv.coopmatrix<8x4xf32, Subgroup, MatrixAcc>
  %1 = spirv.KHR.CooperativeMatrixMulAdd %a, %b, %c : !spirv.coopmatrix<8x16xf32, Subgroup, MatrixA>, !spirv.coopmatrix<16x4xf32, Subgroup, MatrixB> -> !spirv.coopmatrix<8x4xf32, Subgroup, MatrixAcc>
  // CHECK: spirv.KHR.CooperativeMatrixStore %{{.*}}, %{{.*}}, %{{.*}}, <ColumnMajor> : !spirv.ptr<f32, StorageBuffer>, !spirv.coopmatrix<8x4xf32, Subgroup, MatrixAcc>, i32
  spirv.KHR.CooperativeMatrixStore %p, %1, %stride, <ColumnMajor> : !spirv.ptr<f32, StorageBuffer>, !spirv.coopmatrix<8x4xf32, Subgroup, MatrixAcc>, i32
  return
}
