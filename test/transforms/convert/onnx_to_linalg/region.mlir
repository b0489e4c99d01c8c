// RUN: mica-opt %s --convert-onnx-to-linalg --split-input-file | FileCheck %s

// A known ratio of samples needs no rounding; each sample lies between four elements.
// CHECK-LABEL: func.func @align
func.func @align(%x: tensor<2x3x8x9xf32>, %rois: tensor<4x4xf32>, %batch: tensor<4xi64>) -> tensor<4x3x2x3xf32> {
  // CHECK: linalg.generic {{.*}} outs(%{{.*}} : tensor<4x3x2x3xf32>)
  // CHECK-NOT: math.ceil
  // CHECK: scf.for
  // CHECK: scf.for
  // CHECK-COUNT-4: tensor.extract %{{.*}} : tensor<2x3x8x9xf32>
  // CHECK-NOT: tensor.extract
  // CHECK: linalg.yield
  %0 = onnx.RoiAlign %x, %rois, %batch {output_height = 2 : i64, output_width = 3 : i64, sampling_ratio = 2 : i64} : (tensor<2x3x8x9xf32>, tensor<4x4xf32>, tensor<4xi64>) -> tensor<4x3x2x3xf32>
  return %0 : tensor<4x3x2x3xf32>
}

// -----

// Else how many follows from the region's size.
// CHECK-LABEL: func.func @samples
func.func @samples(%x: tensor<2x3x8x9xf32>, %rois: tensor<?x4xf32>, %batch: tensor<?xi64>) -> tensor<?x3x1x1xf32> {
  // CHECK-COUNT-2: math.ceil
  %0 = onnx.RoiAlign %x, %rois, %batch : (tensor<2x3x8x9xf32>, tensor<?x4xf32>, tensor<?xi64>) -> tensor<?x3x1x1xf32>
  return %0 : tensor<?x3x1x1xf32>
}
