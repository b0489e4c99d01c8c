// RUN: mica-opt %s -lower-contractions -canonicalize -cse | FileCheck %s
// RUN: mica-opt %s -lower-contractions -canonicalize -cse -one-shot-bufferize="bufferize-function-boundaries=1 function-boundary-type-conversion=identity-layout-map" -canonicalize -cse | FileCheck %s --check-prefix=BUFFERS

// The constant filter is a constant of another shape; the input is read as it is; no copy.
// CHECK-LABEL: func.func @nhwc(
// CHECK: arith.constant {{.*}} : tensor<1x18x16xf32>
// CHECK-NOT: linalg
// CHECK-COUNT-6: vector.fma {{.*}} : vector<16xf32>
// BUFFERS-LABEL: func.func @nhwc(
// BUFFERS-NOT: memref.alloc
// BUFFERS-NOT: memref.copy
// BUFFERS: return %arg1
func.func @nhwc(%x: tensor<1x8x8x2xf32>, %y: tensor<1x6x6x16xf32>) -> tensor<1x6x6x16xf32> {
  %w = arith.constant dense<1.0> : tensor<3x3x2x16xf32>
  %r = linalg.conv_2d_nhwc_hwcf {dilations = dense<1> : tensor<2xi64>, strides = dense<1> : tensor<2xi64>} ins(%x, %w : tensor<1x8x8x2xf32>, tensor<3x3x2x16xf32>) outs(%y : tensor<1x6x6x16xf32>) -> tensor<1x6x6x16xf32>
  return %r : tensor<1x6x6x16xf32>
}

// Channels first: filters are the rows, neighbours in a row of the picture the columns. Rows of
// 28 are one vector of 16 and one of which 12 are there.
// CHECK-LABEL: func.func @nchw(
// CHECK: tensor.empty() : tensor<2x18x6xf32>
// CHECK-NOT: linalg
// CHECK: vector.transfer_read %arg0{{.*}}{in_bounds = [true]} : tensor<1x2x10x30xf32>, vector<16xf32>
// CHECK-COUNT-6: vector.fma {{.*}} : vector<16xf32>
// CHECK: vector.transfer_read %arg0{{.*}} : tensor<1x2x10x30xf32>, vector<16xf32>
// CHECK-COUNT-6: vector.fma {{.*}} : vector<16xf32>
// BUFFERS-LABEL: func.func @nchw(
// BUFFERS-COUNT-1: memref.alloc
// BUFFERS-NOT: memref.alloc
// BUFFERS-NOT: memref.copy
// BUFFERS: return %arg2
func.func @nchw(%x: tensor<1x2x10x30xf32>, %w: tensor<12x2x3x3xf32>, %y: tensor<1x12x8x28xf32>) -> tensor<1x12x8x28xf32> {
  %r = linalg.conv_2d_nchw_fchw {dilations = dense<1> : tensor<2xi64>, strides = dense<1> : tensor<2xi64>} ins(%x, %w : tensor<1x2x10x30xf32>, tensor<12x2x3x3xf32>) outs(%y : tensor<1x12x8x28xf32>) -> tensor<1x12x8x28xf32>
  return %r : tensor<1x12x8x28xf32>
}

// A small picture: half as many pixels, twice as many filters in a tile.
// CHECK-LABEL: func.func @nchw_small(
// CHECK: tensor.empty() : tensor<1x18x12xf32>
// CHECK-COUNT-12: vector.fma {{.*}} : vector<8xf32>
func.func @nchw_small(%x: tensor<1x2x9x9xf32>, %w: tensor<12x2x3x3xf32>, %y: tensor<1x12x7x7xf32>) -> tensor<1x12x7x7xf32> {
  %r = linalg.conv_2d_nchw_fchw {dilations = dense<1> : tensor<2xi64>, strides = dense<1> : tensor<2xi64>} ins(%x, %w : tensor<1x2x9x9xf32>, tensor<12x2x3x3xf32>) outs(%y : tensor<1x12x7x7xf32>) -> tensor<1x12x7x7xf32>
  return %r : tensor<1x12x7x7xf32>
}

// A constant filter is packed at compile time: two filters and four zeros for each channel.
// CHECK-LABEL: func.func @nchw_constant(
// CHECK: arith.constant dense<{{\[\[\[}}1.000000e+00, 4.000000e+00, 0.000000e+00, 0.000000e+00, 0.000000e+00, 0.000000e+00], [2.000000e+00, 5.000000e+00,
// CHECK-SAME: tensor<1x3x6xf32>
// CHECK-NOT: tensor.insert
// CHECK: vector.fma
func.func @nchw_constant(%x: tensor<1x3x2x16xf32>, %y: tensor<1x2x2x16xf32>) -> tensor<1x2x2x16xf32> {
  %w = arith.constant dense<[[[[1.0]], [[2.0]], [[3.0]]], [[[4.0]], [[5.0]], [[6.0]]]]> : tensor<2x3x1x1xf32>
  %r = linalg.conv_2d_nchw_fchw {dilations = dense<1> : tensor<2xi64>, strides = dense<1> : tensor<2xi64>} ins(%x, %w : tensor<1x3x2x16xf32>, tensor<2x3x1x1xf32>) outs(%y : tensor<1x2x2x16xf32>) -> tensor<1x2x2x16xf32>
  return %r : tensor<1x2x2x16xf32>
}

// Steps of 2: a row of the unfolded input is packed, the only allocation.
// CHECK-LABEL: func.func @nchw_strided(
// CHECK-NOT: linalg
// CHECK: tensor.empty() : tensor<18x16xf32>
// CHECK: tensor.extract %arg0
// CHECK: vector.transfer_read {{.*}} : tensor<18x16xf32>, vector<16xf32>
// BUFFERS-LABEL: func.func @nchw_strided(
// BUFFERS-COUNT-1: memref.alloc
// BUFFERS-NOT: memref.alloc
// BUFFERS-NOT: memref.copy
// BUFFERS: return %arg1
func.func @nchw_strided(%x: tensor<1x2x9x29xf32>, %y: tensor<1x6x4x14xf32>) -> tensor<1x6x4x14xf32> {
  %w = arith.constant dense<1.0> : tensor<6x2x3x3xf32>
  %r = linalg.conv_2d_nchw_fchw {dilations = dense<1> : tensor<2xi64>, strides = dense<2> : tensor<2xi64>} ins(%x, %w : tensor<1x2x9x29xf32>, tensor<6x2x3x3xf32>) outs(%y : tensor<1x6x4x14xf32>) -> tensor<1x6x4x14xf32>
  return %r : tensor<1x6x4x14xf32>
}

// CHECK-LABEL: func.func @dynamic(
// CHECK: linalg.conv_2d_nchw_fchw
func.func @dynamic(%x: tensor<?x2x9x9xf32>, %w: tensor<12x2x3x3xf32>, %y: tensor<?x12x7x7xf32>) -> tensor<?x12x7x7xf32> {
  %r = linalg.conv_2d_nchw_fchw {dilations = dense<1> : tensor<2xi64>, strides = dense<1> : tensor<2xi64>} ins(%x, %w : tensor<?x2x9x9xf32>, tensor<12x2x3x3xf32>) outs(%y : tensor<?x12x7x7xf32>) -> tensor<?x12x7x7xf32>
  return %r : tensor<?x12x7x7xf32>
}
