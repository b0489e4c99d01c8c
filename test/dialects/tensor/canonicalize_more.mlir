// RUN: mica-opt %s --canonicalize --split-input-file | FileCheck %s

// CHECK-LABEL: func.func @extract
// CHECK: %[[A:.*]] = tensor.extract %arg0[%arg2]
// CHECK: %[[B:.*]] = tensor.extract %arg1[%arg2]
// CHECK: %[[C:.*]] = arith.index_cast %[[B]] : i32 to index
// CHECK: tensor.cast %arg3 : tensor<*xf32> to tensor<?xf32>
// CHECK: return %[[A]], %[[C]]
func.func @extract(%a: tensor<9xf32>, %b: tensor<3xi32>, %i: index, %u: tensor<*xf32>) -> (f32, index, f32) {
  %0 = tensor.cast %a : tensor<9xf32> to tensor<?xf32>
  %1 = tensor.extract %0[%i] : tensor<?xf32>
  %2 = arith.index_cast %b : tensor<3xi32> to tensor<3xindex>
  %3 = tensor.extract %2[%i] : tensor<3xindex>
  %4 = tensor.cast %u : tensor<*xf32> to tensor<?xf32>
  %5 = tensor.extract %4[%i] : tensor<?xf32>
  return %1, %3, %5 : f32, index, f32
}

// -----

// CHECK-LABEL: func.func @splat_and_cast
// CHECK: %[[S:.*]] = tensor.splat %arg0 : tensor<2x4xf32>
// CHECK: %[[C:.*]] = tensor.collapse_shape %arg1 {{\[\[}}0, 1], [2]] : tensor<8x12x32xf32> into tensor<96x32xf32>
// CHECK: tensor.cast %[[C]] : tensor<96x32xf32> to tensor<?x?xf32>
// CHECK: tensor.empty() : tensor<1x12xf32>
func.func @splat_and_cast(%x: f32, %a: tensor<8x12x32xf32>, %n: index) -> (tensor<2x4xf32>, tensor<?x?xf32>, tensor<1x12xf32>) {
  %0 = tensor.splat %x : tensor<2x2x2xf32>
  %1 = tensor.collapse_shape %0 [[0], [1, 2]] : tensor<2x2x2xf32> into tensor<2x4xf32>
  %2 = tensor.cast %a : tensor<8x12x32xf32> to tensor<?x?x?xf32>
  %3 = tensor.collapse_shape %2 [[0, 1], [2]] : tensor<?x?x?xf32> into tensor<?x?xf32>
  %4 = tensor.empty(%n) : tensor<?x12xf32>
  %5 = tensor.cast %4 : tensor<?x12xf32> to tensor<1x12xf32>
  return %1, %3, %5 : tensor<2x4xf32>, tensor<?x?xf32>, tensor<1x12xf32>
}

// -----

// Packing and unpacking cancel when they agree on tiles and places.
// CHECK-LABEL: func.func @pack
// CHECK-NOT: tensor.unpack %arg0
// CHECK: %[[U:.*]] = tensor.unpack %arg2 {{.*}} inner_tiles = [8, 4]
// CHECK: %[[P:.*]] = tensor.pack %[[U]]
// CHECK: return %arg0, %[[P]]
func.func @pack(%a: tensor<16x16x8x8xf32>, %b: tensor<128x128xf32>, %c: tensor<16x32x8x4xf32>) -> (tensor<16x16x8x8xf32>, tensor<16x16x8x8xf32>) {
  %0 = tensor.unpack %a inner_dims_pos = [0, 1] inner_tiles = [8, 8] into %b : tensor<16x16x8x8xf32> -> tensor<128x128xf32>
  %1 = tensor.pack %0 inner_dims_pos = [0, 1] inner_tiles = [8, 8] into %a : tensor<128x128xf32> -> tensor<16x16x8x8xf32>
  %2 = tensor.unpack %c inner_dims_pos = [0, 1] inner_tiles = [8, 4] into %b : tensor<16x32x8x4xf32> -> tensor<128x128xf32>
  %3 = tensor.pack %2 inner_dims_pos = [0, 1] inner_tiles = [8, 8] into %a : tensor<128x128xf32> -> tensor<16x16x8x8xf32>
  return %1, %3 : tensor<16x16x8x8xf32>, tensor<16x16x8x8xf32>
}

// -----

// CHECK-LABEL: func.func @pad
// CHECK: %[[P:.*]] = tensor.pad %arg0 low[0, 4] high[%arg1, 4] {
// CHECK: tensor<?x64xf32> to tensor<?x72xf32>
// CHECK: %[[C:.*]] = tensor.cast %[[P]] : tensor<?x72xf32> to tensor<?x?xf32>
// CHECK: %[[Z:.*]] = tensor.cast %arg0 : tensor<?x64xf32> to tensor<4x64xf32>
// CHECK: return %[[C]], %[[Z]]
func.func @pad(%a: tensor<?x64xf32>, %n: index, %x: f32) -> (tensor<?x?xf32>, tensor<4x64xf32>) {
  %c4 = arith.constant 4 : index
  %c0 = arith.constant 0 : index
  %cast = tensor.cast %a : tensor<?x64xf32> to tensor<?x?xf32>
  %0 = tensor.pad %cast low[0, %c4] high[%n, 4] {
  ^bb0(%i: index, %j: index):
    tensor.yield %x : f32
  } : tensor<?x?xf32> to tensor<?x?xf32>
  %1 = tensor.pad %a low[%c0, 0] high[0, %c0] {
  ^bb0(%i: index, %j: index):
    tensor.yield %x : f32
  } : tensor<?x64xf32> to tensor<4x64xf32>
  return %0, %1 : tensor<?x?xf32>, tensor<4x64xf32>
}
