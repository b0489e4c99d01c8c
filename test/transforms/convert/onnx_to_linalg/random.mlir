// RUN: mica-opt %s --convert-onnx-to-linalg --split-input-file | FileCheck %s

// Ten rounds of Philox on the number of the element and the stream, under the seed's bits.
// CHECK-LABEL: func.func @uniform
func.func @uniform() -> tensor<3x4xf32> {
  // CHECK: linalg.generic {{.*}} iterator_types = ["parallel", "parallel"]
  // CHECK: arith.constant 3528905107 : i64
  // CHECK: arith.muli {{.*}} : i64
  // CHECK: arith.constant 1065353216 : i32
  // CHECK-COUNT-9: arith.muli {{.*}} : i64
  // CHECK-NOT: arith.muli {{.*}} : i64
  // CHECK: arith.uitofp {{.*}} : i32 to f32
  %0 = "onnx.RandomUniform"() {seed = 1.0 : f32, shape = array<i64: 3, 4>} : () -> tensor<3x4xf32>
  return %0 : tensor<3x4xf32>
}

// -----

// Outside of training nothing is drawn.
// CHECK-LABEL: func.func @dropout
// CHECK-SAME: (%[[X:.*]]: tensor<4xf32>)
func.func @dropout(%x: tensor<4xf32>) -> tensor<4xf32> {
  // CHECK-NOT: linalg
  // CHECK: return %[[X]]
  %no = onnx.Constant dense<false> : tensor<i1>
  %ratio = onnx.Constant dense<0.5> : tensor<f32>
  %0 = onnx.Dropout %x, %ratio, %no {operandSegmentSizes = array<i32: 1, 1, 1>, resultSegmentSizes = array<i32: 1, 0>} : (tensor<4xf32>, tensor<f32>, tensor<i1>) -> tensor<4xf32>
  return %0 : tensor<4xf32>
}

// -----

// Whether it trains may come at run time: then nothing is dropped when it does not.
// CHECK-LABEL: func.func @dropout_at_run_time
func.func @dropout_at_run_time(%x: tensor<4xf32>, %training: tensor<i1>) -> tensor<4xf32> {
  // CHECK: %[[T:.*]] = tensor.extract %{{.*}}[] : tensor<i1>
  // CHECK: %[[SHARE:.*]] = arith.select %[[T]], %{{.*}}, %{{.*}} : f32
  // CHECK: arith.cmpf ole, %[[SHARE]]
  %0 = onnx.Dropout %x, %training {operandSegmentSizes = array<i32: 1, 0, 1>, resultSegmentSizes = array<i32: 1, 0>} : (tensor<4xf32>, tensor<i1>) -> tensor<4xf32>
  return %0 : tensor<4xf32>
}
