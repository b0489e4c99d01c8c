// RUN: mica-opt %s --convert-onnx-to-linalg --split-input-file | FileCheck %s

// The columns of each group, then one product.
// CHECK-LABEL: func.func @deform
func.func @deform(%x: tensor<1x4x5x5xf32>, %w: tensor<6x2x3x3xf32>, %offset: tensor<1x18x3x3xf32>) -> tensor<1x6x3x3xf32> {
  // CHECK: linalg.generic {{.*}} outs(%{{.*}} : tensor<2x2x3x3x1x3x3xf32>)
  // CHECK: linalg.batch_matmul ins(%{{.*}}, %{{.*}} : tensor<2x3x18xf32>, tensor<2x18x9xf32>) outs(%{{.*}} : tensor<2x3x9xf32>)
  %0 = onnx.DeformConv %x, %w, %offset {group = 2 : i64, operandSegmentSizes = array<i32: 1, 1, 1, 0, 0>} : (tensor<1x4x5x5xf32>, tensor<6x2x3x3xf32>, tensor<1x18x3x3xf32>) -> tensor<1x6x3x3xf32>
  return %0 : tensor<1x6x3x3xf32>
}

// -----

// Each element of the image is a sum over the places of a block.
// CHECK-LABEL: func.func @image
func.func @image(%x: tensor<1x5x5xf32>) -> tensor<1x1x5x5xf32> {
  // CHECK: linalg.generic {{.*}} outs(%{{.*}} : tensor<1x1x5x5xf32>)
  // CHECK: scf.for
  // CHECK: tensor.extract %{{.*}} : tensor<1x5x5xf32>
  // CHECK: arith.addf
  %image = onnx.Constant dense<5> : tensor<2xi64>
  %block = onnx.Constant dense<[1, 5]> : tensor<2xi64>
  %0 = onnx.Col2Im %x, %image, %block : (tensor<1x5x5xf32>, tensor<2xi64>, tensor<2xi64>) -> tensor<1x1x5x5xf32>
  return %0 : tensor<1x1x5x5xf32>
}
