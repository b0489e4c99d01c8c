// RUN: mica-opt %s --convert-memref-to-spirv | FileCheck %s

// A memref is a pointer to a structure of one array.

// CHECK: spirv.GlobalVariable @__workgroup_mem__0 : !spirv.ptr<!spirv.struct<(!spirv.array<20 x f32>)>, Workgroup>
module attributes {spirv.target_env = #spirv.target_env<#spirv.vce<v1.0, [Shader, Int8, StorageBuffer8BitAccess], []>, #spirv.resource_limits<>>} {
// CHECK-LABEL: func.func @rows(
func.func @rows(%m: memref<4x8xf32, #spirv.storage_class<StorageBuffer>>, %i: index, %j: index) {
  // CHECK: %[[J:.*]] = builtin.unrealized_conversion_cast %arg2 : index to i32
  // CHECK: %[[I:.*]] = builtin.unrealized_conversion_cast %arg1 : index to i32
  // CHECK: %[[M:.*]] = builtin.unrealized_conversion_cast %arg0 : memref<4x8xf32, #spirv.storage_class<StorageBuffer>> to !spirv.ptr<!spirv.struct<(!spirv.array<32 x f32, stride=4> [0])>, StorageBuffer>
  // CHECK: %[[ROW:.*]] = spirv.IMul %[[I]], %cst8_i32 : i32
  // CHECK: %[[AT:.*]] = spirv.IAdd %[[ROW]], %[[J]] : i32
  // CHECK: %[[P:.*]] = spirv.AccessChain %[[M]][%cst0_i32, %[[AT]]]
  // CHECK: %[[V:.*]] = spirv.Load "StorageBuffer" %[[P]] : f32
  %0 = memref.load %m[%i, %j] : memref<4x8xf32, #spirv.storage_class<StorageBuffer>>
  // CHECK: %[[Q:.*]] = spirv.AccessChain %[[M]]
  // CHECK: spirv.Store "StorageBuffer" %[[Q]], %[[V]] : f32
  memref.store %0, %m[%j, %i] : memref<4x8xf32, #spirv.storage_class<StorageBuffer>>
  return
}

// CHECK-LABEL: func.func @shapes(
func.func @shapes(%s: memref<f32, #spirv.storage_class<StorageBuffer>>, %d: memref<?xi32, #spirv.storage_class<StorageBuffer>>, %v: memref<4xvector<4xf32>, #spirv.storage_class<StorageBuffer>>, %i: index) {
  // CHECK: !spirv.ptr<!spirv.struct<(!spirv.array<4 x vector<4xf32>, stride=16> [0])>, StorageBuffer>
  // CHECK: !spirv.ptr<!spirv.struct<(!spirv.rtarray<i32, stride=4> [0])>, StorageBuffer>
  // CHECK: !spirv.ptr<!spirv.struct<(!spirv.array<1 x f32, stride=4> [0])>, StorageBuffer>
  // CHECK: spirv.Load "StorageBuffer" %{{.*}} : f32
  %0 = memref.load %s[] : memref<f32, #spirv.storage_class<StorageBuffer>>
  // CHECK: spirv.Load "StorageBuffer" %{{.*}} : i32
  %1 = memref.load %d[%i] : memref<?xi32, #spirv.storage_class<StorageBuffer>>
  // CHECK: spirv.Load "StorageBuffer" %{{.*}} : vector<4xf32>
  %2 = memref.load %v[%i] : memref<4xvector<4xf32>, #spirv.storage_class<StorageBuffer>>
  return
}

// Booleans lie as bytes in memory.
// CHECK-LABEL: func.func @bytes(
func.func @bytes(%m: memref<8xi1, #spirv.storage_class<StorageBuffer>>, %i: index) {
  // CHECK: %[[BYTE:.*]] = spirv.Load "StorageBuffer" %{{.*}} : i8
  // CHECK: %[[BIT:.*]] = spirv.INotEqual %[[BYTE]], %cst0_i8
  %0 = memref.load %m[%i] : memref<8xi1, #spirv.storage_class<StorageBuffer>>
  // CHECK: %[[NEW:.*]] = spirv.Select %[[BIT]], %{{.*}}, %{{.*}} : i1, i8
  // CHECK: spirv.Store "StorageBuffer" %{{.*}}, %[[NEW]] : i8
  memref.store %0, %m[%i] : memref<8xi1, #spirv.storage_class<StorageBuffer>>
  return
}

// A kernel is given the address of the first element: the offset is in it.
// CHECK-LABEL: func.func @strided(
func.func @strided(%m: memref<4x8xf32, strided<[16, 2], offset: 3>, #spirv.storage_class<StorageBuffer>>, %i: index) {
  // CHECK: !spirv.array<63 x f32, stride=4>
  // CHECK: %[[A:.*]] = spirv.IMul %{{.*}}, %cst16_i32
  // CHECK: %[[B:.*]] = spirv.IMul %{{.*}}, %cst2_i32
  // CHECK: %[[AT:.*]] = spirv.IAdd %[[A]], %[[B]]
  // CHECK: spirv.AccessChain %{{.*}}[%{{.*}}, %[[AT]]]
  %0 = memref.load %m[%i, %i] : memref<4x8xf32, strided<[16, 2], offset: 3>, #spirv.storage_class<StorageBuffer>>
  return
}

// CHECK-LABEL: func.func @workgroup(
func.func @workgroup(%i: index) {
  // CHECK: %[[M:.*]] = spirv.mlir.addressof @__workgroup_mem__0
  %m = memref.alloc() : memref<4x5xf32, #spirv.storage_class<Workgroup>>
  // CHECK: spirv.AccessChain %[[M]]
  // CHECK: spirv.Load "Workgroup"
  %0 = memref.load %m[%i, %i] : memref<4x5xf32, #spirv.storage_class<Workgroup>>
  // CHECK-NOT: memref.dealloc
  memref.dealloc %m : memref<4x5xf32, #spirv.storage_class<Workgroup>>
  return
}

// CHECK-LABEL: func.func @private(
func.func @private(%i: index) {
  // CHECK: %[[M:.*]] = spirv.Variable : !spirv.ptr<!spirv.struct<(!spirv.array<20 x f32>)>, Function>
  %m = memref.alloca() : memref<4x5xf32, #spirv.storage_class<Function>>
  // CHECK: spirv.AccessChain %[[M]]
  // CHECK: spirv.Load "Function"
  %0 = memref.load %m[%i, %i] : memref<4x5xf32, #spirv.storage_class<Function>>
  return
}

// CHECK-LABEL: func.func @atomics(
func.func @atomics(%m: memref<4xi32, #spirv.storage_class<StorageBuffer>>, %w: memref<4xi32, #spirv.storage_class<Workgroup>>, %i: index, %v: i32) {
  // CHECK: %[[P:.*]] = spirv.AccessChain
  // CHECK: spirv.AtomicIAdd <Device> <AcquireRelease> %[[P]], %arg3 : !spirv.ptr<i32, StorageBuffer>
  %0 = memref.atomic_rmw addi %v, %m[%i] : (i32, memref<4xi32, #spirv.storage_class<StorageBuffer>>) -> i32
  // CHECK: spirv.AtomicUMax <Workgroup> <AcquireRelease>
  %1 = memref.atomic_rmw maxu %v, %w[%i] : (i32, memref<4xi32, #spirv.storage_class<Workgroup>>) -> i32
  // CHECK: spirv.AtomicOr <Device> <AcquireRelease>
  %2 = memref.atomic_rmw ori %v, %m[%i] : (i32, memref<4xi32, #spirv.storage_class<StorageBuffer>>) -> i32
  return
}

// Memory that is no buffer of a kernel, unknown strides, elements that would change their width.
// CHECK-LABEL: func.func @stays(
func.func @stays(%m: memref<4xi32, #spirv.storage_class<StorageBuffer>>, %d: memref<4x4xf32, strided<[?, 1]>, #spirv.storage_class<StorageBuffer>>, %h: memref<4xi16, #spirv.storage_class<StorageBuffer>>, %v: i32, %i: index) {
  // CHECK: memref.copy
  memref.copy %m, %m : memref<4xi32, #spirv.storage_class<StorageBuffer>> to memref<4xi32, #spirv.storage_class<StorageBuffer>>
  // CHECK: memref.alloc() : memref<4xf32>
  %0 = memref.alloc() : memref<4xf32>
  // CHECK: memref.alloca() : memref<4xf32>
  %1 = memref.alloca() : memref<4xf32>
  // CHECK: memref.atomic_rmw muli
  %2 = memref.atomic_rmw muli %v, %m[%i] : (i32, memref<4xi32, #spirv.storage_class<StorageBuffer>>) -> i32
  // CHECK: memref.load %{{.*}} : memref<4x4xf32, strided<[?, 1]>
  %3 = memref.load %d[%i, %i] : memref<4x4xf32, strided<[?, 1]>, #spirv.storage_class<StorageBuffer>>
  // CHECK: memref.load %arg2[%{{.*}}] : memref<4xi16
  %4 = memref.load %h[%i] : memref<4xi16, #spirv.storage_class<StorageBuffer>>
  return
}

}
