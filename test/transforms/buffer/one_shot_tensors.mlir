// RUN: mica-opt %s -one-shot-bufferize="bufferize-function-boundaries=1 function-boundary-type-conversion=identity-layout-map" | FileCheck %s

// CHECK-LABEL: func.func @pad(
// CHECK: %[[DIM:.*]] = memref.dim %arg0
// CHECK: %[[LOW:.*]] = arith.addi %arg1, %[[DIM]]
// CHECK: %[[SIZE:.*]] = arith.addi %[[LOW]], %c3
// CHECK: %[[ALLOC:.*]] = memref.alloc(%[[SIZE]]) {{.*}} : memref<7x?xf32>
// CHECK: linalg.fill ins(%arg2 : f32) outs(%[[ALLOC]]
// CHECK: %[[BOX:.*]] = memref.subview %[[ALLOC]][1, %arg1] [4, %[[DIM]]] [1, 1]
// CHECK: memref.copy %arg0, %[[BOX]]
func.func @pad(%t: tensor<4x?xf32>, %n: index, %v: f32) -> tensor<7x?xf32> {
  %0 = tensor.pad %t low[1, %n] high[2, 3] {
  ^bb0(%i: index, %j: index):
    tensor.yield %v : f32
  } : tensor<4x?xf32> to tensor<7x?xf32>
  return %0 : tensor<7x?xf32>
}

// A margin that depends on the place is computed.
// CHECK-LABEL: func.func @pad_by_place(
// CHECK: linalg.map outs(%[[ALLOC:.*]] : memref<6xindex>)
// CHECK: %[[I:.*]] = linalg.index 0
// CHECK: linalg.yield %[[I]]
// CHECK: memref.subview %[[ALLOC]][1] [4] [1]
func.func @pad_by_place(%t: tensor<4xindex>) -> tensor<6xindex> {
  %0 = tensor.pad %t low[1] high[1] {
  ^bb0(%i: index):
    tensor.yield %i : index
  } : tensor<4xindex> to tensor<6xindex>
  return %0 : tensor<6xindex>
}

// CHECK-LABEL: func.func @generate(
// CHECK: %[[ALLOC:.*]] = memref.alloc(%arg0) {{.*}} : memref<?x4xf32>
// CHECK: linalg.map outs(%[[ALLOC]] : memref<?x4xf32>)
// CHECK: %[[I:.*]] = linalg.index 0
// CHECK: %[[J:.*]] = linalg.index 1
// CHECK: %[[X:.*]] = memref.load %arg1[%[[I]], %[[J]]]
// CHECK: linalg.yield %[[X]]
func.func @generate(%n: index, %t: tensor<8x4xf32>) -> tensor<?x4xf32> {
  %0 = tensor.generate %n {
  ^bb0(%i: index, %j: index):
    %x = tensor.extract %t[%i, %j] : tensor<8x4xf32>
    tensor.yield %x : f32
  } : tensor<?x4xf32>
  return %0 : tensor<?x4xf32>
}

// CHECK-LABEL: func.func @splat(
// CHECK: %[[ALLOC:.*]] = memref.alloc(%arg1) {{.*}} : memref<8x?xf32>
// CHECK: linalg.fill ins(%arg0 : f32) outs(%[[ALLOC]]
func.func @splat(%v: f32, %n: index) -> tensor<8x?xf32> {
  %0 = tensor.splat %v[%n] : tensor<8x?xf32>
  return %0 : tensor<8x?xf32>
}

// CHECK-LABEL: func.func @concat(
// CHECK: %[[SIZE:.*]] = arith.addi %c2, %[[DIM:.*]]
// CHECK: %[[ALLOC:.*]] = memref.alloc(%[[SIZE]]) {{.*}} : memref<4x?xf32>
// CHECK: %[[FIRST:.*]] = memref.subview %[[ALLOC]][0, 0] [4, 2] [1, 1]
// CHECK: memref.copy %arg0, %[[FIRST]]
// CHECK: %[[SECOND:.*]] = memref.subview %[[ALLOC]][0, 2] [4, %{{.*}}] [1, 1]
// CHECK: memref.copy %arg1, %[[SECOND]]
func.func @concat(%a: tensor<4x2xf32>, %b: tensor<4x?xf32>) -> tensor<4x?xf32> {
  %0 = tensor.concat dim(1) %a, %b : (tensor<4x2xf32>, tensor<4x?xf32>) -> tensor<4x?xf32>
  return %0 : tensor<4x?xf32>
}

// CHECK-LABEL: func.func @reshape(
// CHECK: %[[R:.*]] = memref.reshape %arg0(%arg1) : (memref<4x4xf32>, memref<2xindex>) -> memref<?x?xf32>
// CHECK: return %[[R]]
func.func @reshape(%t: tensor<4x4xf32>, %s: tensor<2xindex>) -> tensor<?x?xf32> {
  %0 = tensor.reshape %t(%s) : (tensor<4x4xf32>, tensor<2xindex>) -> tensor<?x?xf32>
  return %0 : tensor<?x?xf32>
}

// Rows of a wider matrix do not lie one after the other: joined, they are copied.
// CHECK-LABEL: func.func @collapse_slice(
// CHECK: %[[VIEW:.*]] = memref.subview %arg0
// CHECK: memref.copy %[[VIEW]], %[[COPY:.*]] :
// CHECK: %[[R:.*]] = memref.collapse_shape %[[COPY]] {{\[\[}}0, 1]] : memref<8x2xf32> into memref<16xf32>
func.func @collapse_slice(%t: tensor<8x8xf32>) -> tensor<16xf32> {
  %s = tensor.extract_slice %t[0, 1] [8, 2] [1, 1] : tensor<8x8xf32> to tensor<8x2xf32>
  %0 = tensor.collapse_shape %s [[0, 1]] : tensor<8x2xf32> into tensor<16xf32>
  return %0 : tensor<16xf32>
}

// Whole rows do.
// CHECK-LABEL: func.func @collapse_rows(
// CHECK-NOT: memref.copy
// CHECK: memref.collapse_shape %{{.*}} {{\[\[}}0, 1]] : memref<2x8xf32, strided<[8, 1], offset: 8>> into memref<16xf32, strided<[1], offset: 8>>
// CHECK: memref.load
func.func @collapse_rows(%t: tensor<8x8xf32>, %i: index) -> f32 {
  %s = tensor.extract_slice %t[1, 0] [2, 8] [1, 1] : tensor<8x8xf32> to tensor<2x8xf32>
  %0 = tensor.collapse_shape %s [[0, 1]] : tensor<2x8xf32> into tensor<16xf32>
  %1 = tensor.extract %0[%i] : tensor<16xf32>
  return %1 : f32
}

// CHECK-LABEL: func.func @expand_slice(
// CHECK-NOT: memref.copy
// CHECK: memref.expand_shape %{{.*}} {{\[\[}}0, 1], [2]] output_shape [4, 2, 2] : memref<8x2xf32, strided<[8, 1], offset: 1>> into memref<4x2x2xf32, strided<[16, 8, 1], offset: 1>>
// CHECK: memref.load
func.func @expand_slice(%t: tensor<8x8xf32>, %i: index) -> f32 {
  %s = tensor.extract_slice %t[0, 1] [8, 2] [1, 1] : tensor<8x8xf32> to tensor<8x2xf32>
  %0 = tensor.expand_shape %s [[0, 1], [2]] output_shape [4, 2, 2] : tensor<8x2xf32> into tensor<4x2x2xf32>
  %1 = tensor.extract %0[%i, %i, %i] : tensor<4x2x2xf32>
  return %1 : f32
}

// Offset 0 of a dynamic stride is 0.
// CHECK-LABEL: func.func @slice_from_the_start(
// CHECK: memref.subview %arg0[0, 1, 2] [4, %arg1, 4] [1, 1, 1] : memref<4x?x8xf32> to memref<4x?x4xf32, strided<[?, 8, 1], offset: 10>>
func.func @slice_from_the_start(%t: tensor<4x?x8xf32>, %n: index) -> f32 {
  %s = tensor.extract_slice %t[0, 1, 2] [4, %n, 4] [1, 1, 1] : tensor<4x?x8xf32> to tensor<4x?x4xf32>
  %0 = tensor.extract %s[%n, %n, %n] : tensor<4x?x4xf32>
  return %0 : f32
}

// A body that picks elements of another tensor.
// CHECK-LABEL: func.func @gather(
// CHECK-NOT: memref.alloc
// CHECK: linalg.generic {{.*}} ins(%arg1 : memref<4xi32>) outs(%arg2 : memref<4xf32>)
// CHECK: memref.load %arg0[%{{.*}}] : memref<8xf32>
func.func @gather(%table: tensor<8xf32>, %places: tensor<4xi32>, %out: tensor<4xf32>) -> tensor<4xf32> {
  %r = linalg.generic {indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> (i)>], iterator_types = ["parallel"]}
      ins(%places : tensor<4xi32>) outs(%out : tensor<4xf32>) {
  ^bb0(%place: i32, %old: f32):
    %i = arith.index_cast %place : i32 to index
    %x = tensor.extract %table[%i] : tensor<8xf32>
    linalg.yield %x : f32
  } -> tensor<4xf32>
  return %r : tensor<4xf32>
}

// From the tensor that it overwrites: the body reads what it has not read yet.
// CHECK-LABEL: func.func @gather_from_itself(
// CHECK: %[[COPY:.*]] = memref.alloc()
// CHECK: linalg.generic {{.*}} outs(%[[COPY]] : memref<4xf32>)
// CHECK: memref.load %arg0
func.func @gather_from_itself(%table: tensor<4xf32>, %places: tensor<4xi32>) -> tensor<4xf32> {
  %r = linalg.generic {indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> (i)>], iterator_types = ["parallel"]}
      ins(%places : tensor<4xi32>) outs(%table : tensor<4xf32>) {
  ^bb0(%place: i32, %old: f32):
    %i = arith.index_cast %place : i32 to index
    %x = tensor.extract %table[%i] : tensor<4xf32>
    linalg.yield %x : f32
  } -> tensor<4xf32>
  return %r : tensor<4xf32>
}
