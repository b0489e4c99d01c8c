// RUN: mica-opt %s | FileCheck %s
// RUN: mica-opt %s | mica-opt | FileCheck %s
// RUN: mica-opt --mlir-print-op-generic %s | mica-opt | FileCheck %s

// Kernels and what the host says to the device, each op in its forms.

// CHECK: module attributes {gpu.container_module} {
module attributes {gpu.container_module} {
  // CHECK-LABEL: @kernels
  gpu.module @kernels [#spirv.target_env<#spirv.vce<v1.0, [Shader], []>, #spirv.resource_limits<>>] {
    // CHECK: gpu.func @scale(%{{.*}}: memref<?xf32>, %{{.*}}: f32) workgroup(%{{.*}} : memref<32xf32, #gpu.address_space<workgroup>>) private(%{{.*}} : memref<1xf32, #gpu.address_space<private>>) kernel attributes {known_block_size = array<i32: 32, 1, 1>} {
    gpu.func @scale(%data: memref<?xf32>, %factor: f32) workgroup(%tile: memref<32xf32, #gpu.address_space<workgroup>>) private(%own: memref<1xf32, #gpu.address_space<private>>) kernel attributes {known_block_size = array<i32: 32, 1, 1>} {
      // CHECK: %{{.*}} = gpu.thread_id  x
      %tx = gpu.thread_id x
      // CHECK: %{{.*}} = gpu.thread_id  y
      %ty = gpu.thread_id y
      // CHECK: %{{.*}} = gpu.block_id  x upper_bound 64
      %bx = gpu.block_id x upper_bound 64
      // CHECK: %{{.*}} = gpu.block_dim  z
      %bd = gpu.block_dim z
      // CHECK: %{{.*}} = gpu.grid_dim  x
      %gd = gpu.grid_dim x
      // CHECK: %{{.*}} = gpu.global_id  y
      %gi = gpu.global_id y
      // CHECK: %{{.*}} = gpu.cluster_id  x
      %ci = gpu.cluster_id x
      // CHECK: %{{.*}} = gpu.cluster_dim  x
      %cd = gpu.cluster_dim x
      // CHECK: %{{.*}} = gpu.cluster_block_id  x
      %cb = gpu.cluster_block_id x
      // CHECK: %{{.*}} = gpu.cluster_dim_blocks  x
      %cn = gpu.cluster_dim_blocks x
      // CHECK: %{{.*}} = gpu.lane_id
      %lane = gpu.lane_id
      // CHECK: %{{.*}} = gpu.subgroup_id : index
      %group = gpu.subgroup_id : index
      // CHECK: %{{.*}} = gpu.num_subgroups : index
      %groups = gpu.num_subgroups : index
      // CHECK: %{{.*}} = gpu.subgroup_size upper_bound 32 : index
      %size = gpu.subgroup_size upper_bound 32 : index
      // CHECK: %{{.*}} = arith.constant 32 : i32
      %width = arith.constant 32 : i32
      // CHECK: %{{.*}} = arith.constant 1 : i32
      %offset = arith.constant 1 : i32
      // CHECK: %{{.*}}, %{{.*}} = gpu.shuffle  xor %{{.*}}, %{{.*}}, %{{.*}} : f32
      %one, %valid = gpu.shuffle xor %factor, %offset, %width : f32
      // CHECK: %{{.*}}, %{{.*}} = gpu.shuffle  down %{{.*}}, %{{.*}}, %{{.*}} : f32
      %two, %ok = gpu.shuffle down %factor, %offset, %width : f32
      // CHECK: %{{.*}} = gpu.all_reduce  add %{{.*}} uniform {
      %sum = gpu.all_reduce add %factor uniform {
      // CHECK: } : (f32) -> f32
      } : (f32) -> f32
      // CHECK: %{{.*}} = gpu.all_reduce  %{{.*}} {
      %most = gpu.all_reduce %factor {
      ^bb0(%a: f32, %b: f32):
        // CHECK: %{{.*}} = arith.maximumf %{{.*}}, %{{.*}} : f32
        %m = arith.maximumf %a, %b : f32
        // CHECK: gpu.yield %{{.*}} : f32
        gpu.yield %m : f32
      // CHECK: } : (f32) -> f32
      } : (f32) -> f32
      // CHECK: %{{.*}} = gpu.subgroup_reduce  mul %{{.*}} uniform : (f32) -> f32
      %part = gpu.subgroup_reduce mul %factor uniform : (f32) -> f32
      // CHECK: gpu.barrier
      gpu.barrier
      // CHECK: gpu.printf "%{{.*}} at %{{.*}}" %{{.*}}, %{{.*}} : f32, i32
      gpu.printf "%f at %d" %factor, %width : f32, i32
      // CHECK: %{{.*}} = gpu.dynamic_shared_memory : memref<?xi8, #gpu.address_space<workgroup>>
      %shared = gpu.dynamic_shared_memory : memref<?xi8, #gpu.address_space<workgroup>>
      // CHECK: gpu.return
      gpu.return
    }
    // CHECK: gpu.func @helper(%{{.*}}: i32) -> i32 {
    gpu.func @helper(%x: i32) -> i32 {
      // CHECK: gpu.return %{{.*}} : i32
      gpu.return %x : i32
    }
    // CHECK: gpu.func @other() {
    gpu.func @other() {
      // CHECK: gpu.return
      gpu.return
    }
  }
  // CHECK-LABEL: @empty
  gpu.module @empty attributes {note = "no kernel"} {
  }
  // CHECK: gpu.binary @objects  [#gpu.object<#spirv.target_env<#spirv.vce<v1.0, [Shader], []>, #spirv.resource_limits<>>, "bytes">]
  gpu.binary @objects [#gpu.object<#spirv.target_env<#spirv.vce<v1.0, [Shader], []>, #spirv.resource_limits<>>, "bytes">]
  // CHECK-LABEL: @host
  func.func @host(%size: index, %n: i32, %x: memref<?xf32>, %f: f32) {
    // CHECK: gpu.launch_func  @kernels::@scale blocks in (%{{.*}}, %{{.*}}, %{{.*}}) threads in (%{{.*}}, %{{.*}}, %{{.*}})  args(%{{.*}} : memref<?xf32>, %{{.*}} : f32)
    gpu.launch_func @kernels::@scale blocks in (%size, %size, %size) threads in (%size, %size, %size) args(%x : memref<?xf32>, %f : f32)
    // CHECK: gpu.launch_func  @kernels::@scale blocks in (%{{.*}}, %{{.*}}, %{{.*}}) threads in (%{{.*}}, %{{.*}}, %{{.*}})  dynamic_shared_memory_size %{{.*}} args(%{{.*}} : memref<?xf32>, %{{.*}} : f32)
    gpu.launch_func @kernels::@scale blocks in (%size, %size, %size) threads in (%size, %size, %size) dynamic_shared_memory_size %n args(%x : memref<?xf32>, %f : f32)
    // CHECK: %{{.*}} = gpu.wait async
    %t0 = gpu.wait async
    // CHECK: %{{.*}} = gpu.launch_func async [%{{.*}}] @kernels::@scale blocks in (%{{.*}}, %{{.*}}, %{{.*}}) threads in (%{{.*}}, %{{.*}}, %{{.*}})  args(%{{.*}} : memref<?xf32>, %{{.*}} : f32)
    %t1 = gpu.launch_func async [%t0] @kernels::@scale blocks in (%size, %size, %size) threads in (%size, %size, %size) args(%x : memref<?xf32>, %f : f32)
    // CHECK: gpu.launch_func  @kernels::@scale clusters in (%{{.*}}, %{{.*}}, %{{.*}}) blocks in (%{{.*}}, %{{.*}}, %{{.*}}) threads in (%{{.*}}, %{{.*}}, %{{.*}})  args(%{{.*}} : memref<?xf32>, %{{.*}} : f32)
    gpu.launch_func @kernels::@scale clusters in (%size, %size, %size) blocks in (%size, %size, %size) threads in (%size, %size, %size) args(%x : memref<?xf32>, %f : f32)
    // CHECK: %{{.*}} = gpu.alloc  (%{{.*}}) : memref<?xf32>
    %m0 = gpu.alloc (%size) : memref<?xf32>
    // CHECK: %{{.*}}, %{{.*}} = gpu.alloc async [%{{.*}}, %{{.*}}] host_shared (%{{.*}})[%{{.*}}] : memref<?xf32, #{{.*}}>
    %m1, %t2 = gpu.alloc async [%t0, %t1] host_shared (%size)[%size] : memref<?xf32, affine_map<(d0)[s0] -> (d0 + s0)>>
    // CHECK: gpu.memcpy  %{{.*}}, %{{.*}} : memref<?xf32>, memref<?xf32>
    gpu.memcpy %m0, %x : memref<?xf32>, memref<?xf32>
    // CHECK: %{{.*}} = gpu.memcpy async [%{{.*}}] %{{.*}}, %{{.*}} : memref<?xf32>, memref<?xf32>
    %t3 = gpu.memcpy async [%t2] %m0, %x : memref<?xf32>, memref<?xf32>
    // CHECK: %{{.*}} = gpu.memset async %{{.*}}, %{{.*}} : memref<?xf32>, f32
    %t4 = gpu.memset async %m0, %f : memref<?xf32>, f32
    // CHECK: gpu.wait [%{{.*}}, %{{.*}}]
    gpu.wait [%t3, %t4]
    // CHECK: gpu.dealloc  %{{.*}} : memref<?xf32>
    gpu.dealloc %m0 : memref<?xf32>
    // CHECK: %{{.*}} = memref.cast %{{.*}} : memref<?xf32> to memref<*xf32>
    %u = memref.cast %x : memref<?xf32> to memref<*xf32>
    // CHECK: gpu.host_register %{{.*}} : memref<*xf32>
    gpu.host_register %u : memref<*xf32>
    // CHECK: gpu.host_unregister %{{.*}} : memref<*xf32>
    gpu.host_unregister %u : memref<*xf32>
    // CHECK: gpu.set_default_device %{{.*}}
    gpu.set_default_device %n
    return
  }
  // CHECK-LABEL: @inline
  func.func @inline(%size: index, %x: memref<?xf32>) {
    // CHECK: gpu.launch blocks(%{{.*}}, %{{.*}}, %{{.*}}) in (%{{.*}} = %{{.*}}, %{{.*}} = %{{.*}}, %{{.*}} = %{{.*}}) threads(%{{.*}}, %{{.*}}, %{{.*}}) in (%{{.*}} = %{{.*}}, %{{.*}} = %{{.*}}, %{{.*}} = %{{.*}}) {
    gpu.launch blocks(%bx, %by, %bz) in (%gx = %size, %gy = %size, %gz = %size) threads(%tx, %ty, %tz) in (%sx = %size, %sy = %size, %sz = %size) {
      // CHECK: %{{.*}} = memref.load %{{.*}}[%{{.*}}] : memref<?xf32>
      %v = memref.load %x[%tx] : memref<?xf32>
      // CHECK: memref.store %{{.*}}, %{{.*}}[%{{.*}}] : memref<?xf32>
      memref.store %v, %x[%bx] : memref<?xf32>
      // CHECK: gpu.terminator
      gpu.terminator
    }
    return
  }
  // CHECK-LABEL: @matrices
  func.func @matrices(%x: memref<32x32xf16, 3>, %i: index) {
    // CHECK: %{{.*}} = gpu.subgroup_mma_load_matrix %{{.*}}[%{{.*}}, %{{.*}}] {leadDimension = 32 : index, transpose} : memref<32x32xf16, 3> -> !gpu.mma_matrix<16x16xf16, "AOp">
    %a = gpu.subgroup_mma_load_matrix %x[%i, %i] {leadDimension = 32 : index, transpose} : memref<32x32xf16, 3> -> !gpu.mma_matrix<16x16xf16, "AOp">
    // CHECK: %{{.*}} = gpu.subgroup_mma_load_matrix %{{.*}}[%{{.*}}, %{{.*}}] {leadDimension = 32 : index} : memref<32x32xf16, 3> -> !gpu.mma_matrix<16x16xf16, "BOp">
    %b = gpu.subgroup_mma_load_matrix %x[%i, %i] {leadDimension = 32 : index} : memref<32x32xf16, 3> -> !gpu.mma_matrix<16x16xf16, "BOp">
    // CHECK: %{{.*}} = arith.constant 0.000000e+00 : f16
    %zero = arith.constant 0.000000e+00 : f16
    // CHECK: %{{.*}} = gpu.subgroup_mma_constant_matrix %{{.*}} : !gpu.mma_matrix<16x16xf16, "COp">
    %c = gpu.subgroup_mma_constant_matrix %zero : !gpu.mma_matrix<16x16xf16, "COp">
    // CHECK: %{{.*}} = gpu.subgroup_mma_compute %{{.*}}, %{{.*}}, %{{.*}} {a_transpose} : !gpu.mma_matrix<16x16xf16, "AOp">, !gpu.mma_matrix<16x16xf16, "BOp"> -> !gpu.mma_matrix<16x16xf16, "COp">
    %d = gpu.subgroup_mma_compute %a, %b, %c {a_transpose} : !gpu.mma_matrix<16x16xf16, "AOp">, !gpu.mma_matrix<16x16xf16, "BOp"> -> !gpu.mma_matrix<16x16xf16, "COp">
    // CHECK: %{{.*}} = gpu.subgroup_mma_elementwise  maxf %{{.*}}, %{{.*}} : (!gpu.mma_matrix<16x16xf16, "COp">, !gpu.mma_matrix<16x16xf16, "COp">) -> !gpu.mma_matrix<16x16xf16, "COp">
    %e = gpu.subgroup_mma_elementwise maxf %c, %d : (!gpu.mma_matrix<16x16xf16, "COp">, !gpu.mma_matrix<16x16xf16, "COp">) -> !gpu.mma_matrix<16x16xf16, "COp">
    // CHECK: gpu.subgroup_mma_store_matrix %{{.*}}, %{{.*}}[%{{.*}}, %{{.*}}] {leadDimension = 32 : index} : !gpu.mma_matrix<16x16xf16, "COp">, memref<32x32xf16, 3>
    gpu.subgroup_mma_store_matrix %e, %x[%i, %i] {leadDimension = 32 : index} : !gpu.mma_matrix<16x16xf16, "COp">, memref<32x32xf16, 3>
    return
  }
}
