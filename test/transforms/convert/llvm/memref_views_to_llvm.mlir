// RUN: mica-opt %s --finalize-memref-to-llvm | FileCheck %s

// Views are descriptors with other members.

// CHECK-LABEL: func.func @subview(
func.func @subview(%m: memref<16x8xf32>, %i: index, %n: index) -> memref<8x?xf32, strided<[16, 1], offset: ?>> {
  // CHECK: %[[N:.*]] = builtin.unrealized_conversion_cast %arg2 : index to i64
  // CHECK: %[[I:.*]] = builtin.unrealized_conversion_cast %arg1 : index to i64
  // CHECK: %[[ROWS:.*]] = llvm.mul
  // CHECK: %[[FIRST:.*]] = llvm.add %{{.*}}, %[[ROWS]]
  // CHECK: llvm.insertvalue %{{.*}}[3, 0]
  // CHECK: llvm.insertvalue %{{.*}}[4, 0]
  // CHECK: %[[COLUMNS:.*]] = llvm.mul %[[I]]
  // CHECK: %[[OFFSET:.*]] = llvm.add %[[FIRST]], %[[COLUMNS]]
  // CHECK: llvm.insertvalue %[[N]], %{{.*}}[3, 1]
  // CHECK: llvm.insertvalue %{{.*}}[4, 1]
  // CHECK: llvm.insertvalue %[[OFFSET]], %{{.*}}[2]
  %0 = memref.subview %m[4, %i] [8, %n] [2, 1] : memref<16x8xf32> to memref<8x?xf32, strided<[16, 1], offset: ?>>
  return %0 : memref<8x?xf32, strided<[16, 1], offset: ?>>
}

// CHECK-LABEL: func.func @dropped_dimension(
func.func @dropped_dimension(%m: memref<16x8xf32>) -> memref<8xf32> {
  // CHECK: llvm.insertvalue %{{.*}}[3, 0] : !llvm.struct<(ptr, ptr, i64, array<1 x i64>, array<1 x i64>)>
  // CHECK: llvm.insertvalue %{{.*}}[4, 0]
  // CHECK: llvm.insertvalue %{{.*}}[2]
  %0 = memref.subview %m[0, 0] [1, 8] [1, 1] : memref<16x8xf32> to memref<8xf32>
  return %0 : memref<8xf32>
}

// CHECK-LABEL: func.func @reinterpret_cast(
func.func @reinterpret_cast(%m: memref<16x8xf32>, %i: index, %n: index) -> memref<?x4xf32, strided<[?, 1], offset: ?>> {
  // CHECK: %[[N:.*]] = builtin.unrealized_conversion_cast %arg2 : index to i64
  // CHECK: %[[I:.*]] = builtin.unrealized_conversion_cast %arg1 : index to i64
  // CHECK: llvm.insertvalue %[[I]], %{{.*}}[2]
  // CHECK: llvm.insertvalue %[[N]], %{{.*}}[3, 0]
  // CHECK: llvm.insertvalue %[[N]], %{{.*}}[4, 0]
  // CHECK: llvm.insertvalue %{{.*}}[3, 1]
  // CHECK: llvm.insertvalue %{{.*}}[4, 1]
  %0 = memref.reinterpret_cast %m to offset: [%i], sizes: [%n, 4], strides: [%n, 1] : memref<16x8xf32> to memref<?x4xf32, strided<[?, 1], offset: ?>>
  return %0 : memref<?x4xf32, strided<[?, 1], offset: ?>>
}

// CHECK-LABEL: func.func @collapse_shape(
func.func @collapse_shape(%m: memref<?x8xf32>) -> memref<?xf32> {
  // CHECK: %[[ROWS:.*]] = llvm.extractvalue %{{.*}}[3, 0]
  // CHECK: %[[ALL:.*]] = llvm.mul
  // CHECK: llvm.insertvalue %[[ALL]], %{{.*}}[3, 0]
  %0 = memref.collapse_shape %m [[0, 1]] : memref<?x8xf32> into memref<?xf32>
  return %0 : memref<?xf32>
}

// CHECK-LABEL: func.func @expand_shape(
func.func @expand_shape(%m: memref<?x8xf32>, %n: index) -> memref<?x8x8xf32> {
  // CHECK: %[[N:.*]] = builtin.unrealized_conversion_cast %arg1 : index to i64
  // CHECK: llvm.insertvalue %[[N]], %{{.*}}[3, 0]
  // CHECK: llvm.insertvalue %{{.*}}[3, 2]
  %0 = memref.expand_shape %m [[0, 1], [2]] output_shape [%n, 8, 8] : memref<?x8xf32> into memref<?x8x8xf32>
  return %0 : memref<?x8x8xf32>
}

// CHECK-LABEL: func.func @reshape(
func.func @reshape(%m: memref<4x4xf32>, %s: memref<2xi32>) -> memref<?x2xf32> {
  // CHECK: llvm.extractvalue %{{.*}}[1] : !llvm.struct<(ptr, ptr, i64, array<1 x i64>, array<1 x i64>)>
  // CHECK: %[[N:.*]] = llvm.load %{{.*}} : !llvm.ptr -> i32
  // CHECK: %[[SIZE:.*]] = llvm.sext %[[N]] : i32 to i64
  // CHECK: llvm.insertvalue %[[SIZE]], %{{.*}}[3, 0]
  %0 = memref.reshape %m(%s) : (memref<4x4xf32>, memref<2xi32>) -> memref<?x2xf32>
  return %0 : memref<?x2xf32>
}

// CHECK-LABEL: func.func @reshape_to_any_rank(
func.func @reshape_to_any_rank(%m: memref<4x4xf32>, %s: memref<?xindex>) -> memref<*xf32> {
  // CHECK: %[[RANK:.*]] = llvm.extractvalue %{{.*}}[3, 0]
  // CHECK: %[[MEMORY:.*]] = llvm.alloca %{{.*}} x i64
  // CHECK: llvm.br ^[[HEAD:.*]](%[[RANK]], %{{.*}} : i64, i64)
  // CHECK: ^[[HEAD]](%[[LEFT:.*]]: i64, %[[STRIDE:.*]]: i64):
  // CHECK: %[[MORE:.*]] = llvm.icmp "sgt" %[[LEFT]]
  // CHECK: llvm.cond_br %[[MORE]], ^[[BODY:.*]], ^[[END:.*]]
  // CHECK: ^[[BODY]]:
  // CHECK: %[[SIZE:.*]] = llvm.load
  // CHECK: llvm.store %[[SIZE]]
  // CHECK: llvm.store %[[STRIDE]]
  // CHECK: llvm.mul %[[STRIDE]], %[[SIZE]]
  // CHECK: llvm.br ^[[HEAD]]
  // CHECK: ^[[END]]:
  // CHECK: llvm.insertvalue %[[MEMORY]], %{{.*}}[1]
  %0 = memref.reshape %m(%s) : (memref<4x4xf32>, memref<?xindex>) -> memref<*xf32>
  return %0 : memref<*xf32>
}

// CHECK-LABEL: func.func @view(
func.func @view(%b: memref<1024xi8>, %i: index, %n: index) -> memref<?x4xf32> {
  // CHECK: %[[N:.*]] = builtin.unrealized_conversion_cast %arg2 : index to i64
  // CHECK: %[[I:.*]] = builtin.unrealized_conversion_cast %arg1 : index to i64
  // CHECK: %[[P:.*]] = llvm.getelementptr %{{.*}}[%[[I]]] : (!llvm.ptr, i64) -> !llvm.ptr, i8
  // CHECK: llvm.insertvalue %[[P]], %{{.*}}[1]
  // CHECK: llvm.insertvalue %[[N]], %{{.*}}[3, 0]
  %0 = memref.view %b[%i][%n] : memref<1024xi8> to memref<?x4xf32>
  return %0 : memref<?x4xf32>
}

// CHECK-LABEL: func.func @transpose(
func.func @transpose(%m: memref<16x?xf32>) -> memref<?x16xf32, strided<[1, ?]>> {
  // CHECK: %[[SIZE:.*]] = llvm.extractvalue %{{.*}}[3, 1]
  // CHECK: llvm.insertvalue %[[SIZE]], %{{.*}}[3, 0]
  // CHECK: %[[STRIDE:.*]] = llvm.extractvalue %{{.*}}[4, 0]
  // CHECK: llvm.insertvalue %[[STRIDE]], %{{.*}}[4, 1]
  %0 = memref.transpose %m (d0, d1) -> (d1, d0) : memref<16x?xf32> to memref<?x16xf32, strided<[1, ?]>>
  return %0 : memref<?x16xf32, strided<[1, ?]>>
}

// Between ranks that are known a descriptor stays as it is.
// CHECK-LABEL: func.func @casts(
func.func @casts(%m: memref<16x8xf32>) -> memref<?xf32> {
  // CHECK-NOT: llvm.insertvalue
  %0 = memref.cast %m : memref<16x8xf32> to memref<?x8xf32>
  // CHECK: %[[SLOT:.*]] = llvm.alloca
  // CHECK: llvm.store %{{.*}}, %[[SLOT]]
  // CHECK: llvm.insertvalue %{{.*}}[0] : !llvm.struct<(i64, ptr)>
  // CHECK: llvm.insertvalue %[[SLOT]], %{{.*}}[1] : !llvm.struct<(i64, ptr)>
  %1 = memref.cast %m : memref<16x8xf32> to memref<*xf32>
  // CHECK: llvm.load %{{.*}} : !llvm.ptr -> !llvm.struct<(ptr, ptr, i64, array<1 x i64>, array<1 x i64>)>
  %2 = memref.cast %1 : memref<*xf32> to memref<?xf32>
  return %2 : memref<?xf32>
}

// CHECK-LABEL: func.func @parts(
func.func @parts(%m: memref<16x8xf32>) -> (index, index, index) {
  // CHECK: %[[P:.*]] = llvm.extractvalue %{{.*}}[1]
  // CHECK: llvm.ptrtoint %[[P]] : !llvm.ptr to i64
  %0 = memref.extract_aligned_pointer_as_index %m : memref<16x8xf32> -> index
  // CHECK: llvm.insertvalue %{{.*}}[2] : !llvm.struct<(ptr, ptr, i64)>
  // CHECK: llvm.mlir.constant(16 : index)
  // CHECK: llvm.mlir.constant(8 : index)
  %base, %offset, %sizes:2, %strides:2 = memref.extract_strided_metadata %m : memref<16x8xf32> -> memref<f32>, index, index, index, index, index
  // CHECK: llvm.addrspacecast %{{.*}} : !llvm.ptr to !llvm.ptr<1>
  %1 = memref.memory_space_cast %m : memref<16x8xf32> to memref<16x8xf32, 1>
  return %0, %sizes#0, %strides#0 : index, index, index
}
