// RUN: mica-opt %s --onnx-infer-shapes --split-input-file | FileCheck %s

// Shapes flow from the arguments to the results of a function that nobody calls.
// CHECK-LABEL: func.func @flow
// CHECK-SAME: -> tensor<2x3xf32>
func.func @flow(%x: tensor<2x3xf32>, %y: tensor<3xf32>) -> tensor<*xf32> {
  // CHECK: onnx.Add {{.*}} -> tensor<2x3xf32>
  %0 = onnx.Add %x, %y : (tensor<2x3xf32>, tensor<3xf32>) -> tensor<*xf32>
  // CHECK: onnx.Relu {{.*}} -> tensor<2x3xf32>
  %1 = onnx.Relu %0 : (tensor<*xf32>) -> tensor<*xf32>
  // CHECK: return %{{.*}} : tensor<2x3xf32>
  return %1 : tensor<*xf32>
}

// -----

// A caller keeps the signature: a cast gives the old type.
// CHECK-LABEL: func.func @called
// CHECK-SAME: -> tensor<*xf32>
func.func @called(%x: tensor<2xf32>) -> tensor<*xf32> {
  // CHECK: %[[R:.*]] = onnx.Relu {{.*}} -> tensor<2xf32>
  // CHECK: %[[C:.*]] = tensor.cast %[[R]] : tensor<2xf32> to tensor<*xf32>
  // CHECK: return %[[C]]
  %0 = onnx.Relu %x : (tensor<2xf32>) -> tensor<*xf32>
  return %0 : tensor<*xf32>
}
func.func @caller(%x: tensor<2xf32>) -> tensor<*xf32> {
  %0 = call @called(%x) : (tensor<2xf32>) -> tensor<*xf32>
  return %0 : tensor<*xf32>
}

// -----

// What is known already stays, also where the operands say less.
// CHECK-LABEL: func.func @declared
func.func @declared(%x: tensor<?x3xf32>) -> tensor<2x?xf32> {
  // CHECK: onnx.Relu {{.*}} -> tensor<2x3xf32>
  %0 = onnx.Relu %x : (tensor<?x3xf32>) -> tensor<2x?xf32>
  return %0 : tensor<2x?xf32>
}

// -----

// CHECK-LABEL: func.func @broadcast
func.func @broadcast(%a: tensor<?x1x4xf32>, %b: tensor<3x?xf32>, %c: tensor<?xf32>) {
  // CHECK: onnx.Mul {{.*}} -> tensor<?x3x4xf32>
  %0 = onnx.Mul %a, %b : (tensor<?x1x4xf32>, tensor<3x?xf32>) -> tensor<*xf32>
  // CHECK: onnx.Sub {{.*}} -> tensor<?x1x4xf32>
  %1 = onnx.Sub %a, %c : (tensor<?x1x4xf32>, tensor<?xf32>) -> tensor<*xf32>
  return
}

// -----

// CHECK-LABEL: func.func @windows
func.func @windows(%x: tensor<?x3x10x11xf32>, %w: tensor<4x3x3x3xf32>) {
  // CHECK: onnx.Conv {{.*}} -> tensor<?x4x8x9xf32>
  %0 = onnx.Conv %x, %w : (tensor<?x3x10x11xf32>, tensor<4x3x3x3xf32>) -> tensor<*xf32>
  // CHECK: onnx.Conv {{.*}} -> tensor<?x4x5x6xf32>
  %1 = onnx.Conv %x, %w {auto_pad = "SAME_UPPER", strides = array<i64: 2, 2>} : (tensor<?x3x10x11xf32>, tensor<4x3x3x3xf32>) -> tensor<*xf32>
  // CHECK: onnx.Conv {{.*}} -> tensor<?x4x6x7xf32>
  %2 = onnx.Conv %x, %w {auto_pad = "VALID", dilations = array<i64: 2, 2>, pads = array<i64: 9, 9, 9, 9>} : (tensor<?x3x10x11xf32>, tensor<4x3x3x3xf32>) -> tensor<*xf32>
  // CHECK: onnx.MaxPool {{.*}} -> tensor<?x3x4x5xf32>
  %3 = onnx.MaxPool %x {kernel_shape = array<i64: 3, 3>, strides = array<i64: 2, 2>} : (tensor<?x3x10x11xf32>) -> tensor<*xf32>
  // CHECK: onnx.MaxPool {{.*}} -> tensor<?x3x5x5xf32>
  %4 = onnx.MaxPool %x {ceil_mode = 1 : i64, kernel_shape = array<i64: 3, 3>, strides = array<i64: 2, 2>} : (tensor<?x3x10x11xf32>) -> tensor<*xf32>
  // A last window that begins in the padding at the end is left out.
  // CHECK: onnx.MaxPool {{.*}} -> tensor<?x3x5x6xf32>
  %5 = onnx.MaxPool %x {ceil_mode = 1 : i64, kernel_shape = array<i64: 1, 1>, pads = array<i64: 0, 0, 1, 1>, strides = array<i64: 2, 2>} : (tensor<?x3x10x11xf32>) -> tensor<*xf32>
  // CHECK: onnx.GlobalAveragePool {{.*}} -> tensor<?x3x1x1xf32>
  %6 = onnx.GlobalAveragePool %x : (tensor<?x3x10x11xf32>) -> tensor<*xf32>
  return
}

// -----

// CHECK-LABEL: func.func @products
func.func @products(%m: tensor<?x3xf32>, %n: tensor<5x3xf32>, %v: tensor<3xf32>, %b: tensor<2x1x4x3xf32>, %c: tensor<7x3x6xf32>) {
  // CHECK: onnx.Gemm {{.*}} -> tensor<?x5xf32>
  %0 = onnx.Gemm %m, %n {transB = 1 : i64} : (tensor<?x3xf32>, tensor<5x3xf32>) -> tensor<*xf32>
  // CHECK: onnx.MatMul {{.*}} -> tensor<5xf32>
  %1 = onnx.MatMul %n, %v : (tensor<5x3xf32>, tensor<3xf32>) -> tensor<*xf32>
  // CHECK: onnx.MatMul {{.*}} -> tensor<f32>
  %2 = onnx.MatMul %v, %v : (tensor<3xf32>, tensor<3xf32>) -> tensor<*xf32>
  // CHECK: onnx.MatMul {{.*}} -> tensor<2x7x4x6xf32>
  %3 = onnx.MatMul %b, %c : (tensor<2x1x4x3xf32>, tensor<7x3x6xf32>) -> tensor<*xf32>
  // CHECK: onnx.MatMul {{.*}} -> tensor<7x6xf32>
  %4 = onnx.MatMul %v, %c : (tensor<3xf32>, tensor<7x3x6xf32>) -> tensor<*xf32>
  return
}

// -----

// CHECK-LABEL: func.func @layout
func.func @layout(%x: tensor<?x3x4x5xf32>, %y: tensor<?x3x4x1xf32>, %dims: tensor<2xi64>) {
  %zero_hole = onnx.Constant dense<[0, -1]> : tensor<2xi64>
  %hole_sixty = onnx.Constant dense<[-1, 60]> : tensor<2xi64>
  %hole_seven = onnx.Constant dense<[7, -1]> : tensor<2xi64>
  // The dynamic dimension that 0 copies cancels, so that -1 is known.
  // CHECK: onnx.Reshape {{.*}} -> tensor<?x60xf32>
  %0 = onnx.Reshape %x, %zero_hole : (tensor<?x3x4x5xf32>, tensor<2xi64>) -> tensor<*xf32>
  // CHECK: onnx.Reshape {{.*}} -> tensor<?x60xf32>
  %1 = onnx.Reshape %x, %hole_sixty : (tensor<?x3x4x5xf32>, tensor<2xi64>) -> tensor<*xf32>
  // CHECK: onnx.Reshape {{.*}} -> tensor<7x?xf32>
  %2 = onnx.Reshape %x, %hole_seven : (tensor<?x3x4x5xf32>, tensor<2xi64>) -> tensor<*xf32>
  // CHECK: onnx.Reshape {{.*}} -> tensor<?x?xf32>
  %3 = onnx.Reshape %x, %dims : (tensor<?x3x4x5xf32>, tensor<2xi64>) -> tensor<*xf32>
  // CHECK: onnx.Flatten {{.*}} -> tensor<?x60xf32>
  %4 = onnx.Flatten %x : (tensor<?x3x4x5xf32>) -> tensor<*xf32>
  // CHECK: onnx.Flatten {{.*}} -> tensor<?x5xf32>
  %5 = onnx.Flatten %x {axis = -1 : i64} : (tensor<?x3x4x5xf32>) -> tensor<*xf32>
  // CHECK: onnx.Transpose {{.*}} -> tensor<5x4x3x?xf32>
  %6 = onnx.Transpose %x : (tensor<?x3x4x5xf32>) -> tensor<*xf32>
  // CHECK: onnx.Concat {{.*}} -> tensor<?x3x4x6xf32>
  %7 = onnx.Concat %x, %y {axis = -1 : i64} : (tensor<?x3x4x5xf32>, tensor<?x3x4x1xf32>) -> tensor<*xf32>
  return
}

// -----

// Nothing is known, nothing changes.
// CHECK-LABEL: func.func @unknown
// CHECK-SAME: -> tensor<*xf32>
func.func @unknown(%x: tensor<*xf32>) -> tensor<*xf32> {
  // CHECK: onnx.Softmax {{.*}} -> tensor<*xf32>
  %0 = onnx.Softmax %x : (tensor<*xf32>) -> tensor<*xf32>
  return %0 : tensor<*xf32>
}

// -----

// What is declared of a result holds for what it is made of, through ops that keep the shape;
// and what is learned so goes on forwards.
// CHECK-LABEL: func.func @backwards
func.func @backwards(%x: tensor<3x2xf32>, %axes: tensor<1xi64>) -> tensor<3x1xf32> {
  // CHECK: onnx.ReduceSum {{.*}} -> tensor<3x1xf32>
  %0 = onnx.ReduceSum %x, %axes : (tensor<3x2xf32>, tensor<1xi64>) -> tensor<?x?xf32>
  // CHECK: onnx.Cast {{.*}} -> tensor<3x1xf64>
  %1 = onnx.Cast %0 {to = f64} : (tensor<?x?xf32>) -> tensor<?x?xf64>
  // CHECK: onnx.Shape {{.*}}tensor<3x1xf64>
  %shape = onnx.Shape %1 : (tensor<?x?xf64>) -> tensor<2xi64>
  // CHECK: onnx.Cast {{.*}} -> tensor<3x1xf32>
  %2 = onnx.Cast %1 {to = f32} : (tensor<?x?xf64>) -> tensor<3x1xf32>
  return %2 : tensor<3x1xf32>
}

// -----

// An op that broadcasts says nothing of its operands.
// CHECK-LABEL: func.func @not_backwards
func.func @not_backwards(%x: tensor<?x?xf32>) -> tensor<3x1xf32> {
  // CHECK: onnx.Relu {{.*}} -> tensor<?x?xf32>
  %0 = onnx.Relu %x : (tensor<?x?xf32>) -> tensor<?x?xf32>
  %1 = onnx.Add %0, %0 : (tensor<?x?xf32>, tensor<?x?xf32>) -> tensor<3x1xf32>
  return %1 : tensor<3x1xf32>
}
