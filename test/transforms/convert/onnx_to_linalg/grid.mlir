// RUN: mica-opt %s --convert-onnx-to-linalg --split-input-file | FileCheck %s

// First the places, once for all channels; then four taps of each.
// CHECK-LABEL: func.func @linear
func.func @linear(%x: tensor<1x8x4x5xf32>, %grid: tensor<1x6x7x2xf32>) -> tensor<1x8x6x7xf32> {
  // CHECK: %[[PLACES:.*]] = linalg.generic {{.*}} outs(%{{.*}} : tensor<1x6x7x2xf32>)
  // CHECK: linalg.generic {{.*}} outs(%{{.*}} : tensor<1x8x6x7xf32>)
  // CHECK-COUNT-2: tensor.extract %[[PLACES]]
  // CHECK-COUNT-4: tensor.extract %{{.*}} : tensor<1x8x4x5xf32>
  // CHECK-NOT: tensor.extract
  // CHECK: linalg.yield
  %0 = onnx.GridSample %x, %grid : (tensor<1x8x4x5xf32>, tensor<1x6x7x2xf32>) -> tensor<1x8x6x7xf32>
  return %0 : tensor<1x8x6x7xf32>
}

// -----

// Halves round to even places; one tap.
// CHECK-LABEL: func.func @nearest
func.func @nearest(%x: tensor<1x8x4xf32>, %grid: tensor<1x6x1xf32>) -> tensor<1x8x6xf32> {
  // CHECK: math.roundeven
  // CHECK: linalg.generic {{.*}} outs(%{{.*}} : tensor<1x8x6xf32>)
  // CHECK-COUNT-1: tensor.extract %{{.*}} : tensor<1x8x4xf32>
  // CHECK-NOT: arith.mulf
  // CHECK: linalg.yield
  %0 = onnx.GridSample %x, %grid {mode = "nearest", padding_mode = "border"} : (tensor<1x8x4xf32>, tensor<1x6x1xf32>) -> tensor<1x8x6xf32>
  return %0 : tensor<1x8x6xf32>
}

// -----

// The sizes of the grid may come at run time.
// CHECK-LABEL: func.func @affine
func.func @affine(%theta: tensor<2x2x3xf32>, %size: tensor<4xi64>) -> tensor<2x?x?x2xf32> {
  // CHECK-COUNT-2: tensor.extract %{{.*}} : tensor<4xi64>
  // CHECK: tensor.empty(%{{.*}}, %{{.*}}) : tensor<2x?x?x2xf32>
  // CHECK-COUNT-3: tensor.extract %{{.*}} : tensor<2x2x3xf32>
  %0 = onnx.AffineGrid %theta, %size : (tensor<2x2x3xf32>, tensor<4xi64>) -> tensor<2x?x?x2xf32>
  return %0 : tensor<2x?x?x2xf32>
}
