// RUN: mica-opt %s --convert-onnx-to-linalg --split-input-file | FileCheck %s

// CHECK-DAG: #[[ID:.*]] = affine_map<(d0, d1) -> (d0, d1)>
// CHECK-DAG: #[[ROW:.*]] = affine_map<(d0, d1) -> (d1)>
// CHECK-LABEL: func.func @add
// CHECK-SAME: (%[[A:.*]]: tensor<2x3xf32>, %[[B:.*]]: tensor<3xf32>)
func.func @add(%a: tensor<2x3xf32>, %b: tensor<3xf32>) -> tensor<2x3xf32> {
  // CHECK: %[[E:.*]] = tensor.empty() : tensor<2x3xf32>
  // CHECK: linalg.generic {indexing_maps = [#[[ID]], #[[ROW]], #[[ID]]], iterator_types = ["parallel", "parallel"]} ins(%[[A]], %[[B]] : tensor<2x3xf32>, tensor<3xf32>) outs(%[[E]] : tensor<2x3xf32>)
  // CHECK: %[[S:.*]] = arith.addf
  // CHECK: linalg.yield %[[S]] : f32
  %0 = onnx.Add %a, %b : (tensor<2x3xf32>, tensor<3xf32>) -> tensor<2x3xf32>
  return %0 : tensor<2x3xf32>
}

// -----

// Both operands are repeated along a dimension of size 1.
// CHECK-DAG: affine_map<(d0, d1) -> (d0, 0)>
// CHECK-DAG: affine_map<(d0, d1) -> (0, d1)>
// CHECK-LABEL: func.func @outer
func.func @outer(%a: tensor<2x1xf32>, %b: tensor<1x3xf32>) -> tensor<2x3xf32> {
  // CHECK: arith.mulf
  %0 = onnx.Mul %a, %b : (tensor<2x1xf32>, tensor<1x3xf32>) -> tensor<2x3xf32>
  return %0 : tensor<2x3xf32>
}

// -----

// Elements lose their sign, ops do not.
// CHECK-LABEL: func.func @unsigned
// CHECK-SAME: (%{{.*}}: tensor<2xi8>, %{{.*}}: tensor<2xi8>) -> tensor<2xi8>
func.func @unsigned(%a: tensor<2xui8>, %b: tensor<2xui8>) -> tensor<2xui8> {
  // CHECK: arith.divui
  %0 = onnx.Div %a, %b : (tensor<2xui8>, tensor<2xui8>) -> tensor<2xui8>
  // CHECK: arith.cmpi ult
  %1 = onnx.Relu %0 : (tensor<2xui8>) -> tensor<2xui8>
  return %1 : tensor<2xui8>
}

// -----

// CHECK-LABEL: func.func @signed
func.func @signed(%a: tensor<2xi8>, %b: tensor<2xi8>) -> tensor<2xi8> {
  // CHECK: arith.divsi
  %0 = onnx.Div %a, %b : (tensor<2xi8>, tensor<2xi8>) -> tensor<2xi8>
  // CHECK: arith.subi
  %1 = onnx.Sub %0, %b : (tensor<2xi8>, tensor<2xi8>) -> tensor<2xi8>
  // CHECK: math.absi
  %2 = onnx.Abs %1 : (tensor<2xi8>) -> tensor<2xi8>
  return %2 : tensor<2xi8>
}

// -----

// CHECK-LABEL: func.func @unary
func.func @unary(%x: tensor<4xf32>) -> tensor<4xf32> {
  // CHECK: %[[LESS:.*]] = arith.cmpf olt, %[[IN:.*]], %[[ZERO:.*]] : f32
  // CHECK: arith.select %[[LESS]], %[[ZERO]], %[[IN]]
  %0 = onnx.Relu %x : (tensor<4xf32>) -> tensor<4xf32>
  // CHECK: arith.negf
  // CHECK: math.exp
  // CHECK: arith.addf
  // CHECK: arith.divf
  %1 = onnx.Sigmoid %0 : (tensor<4xf32>) -> tensor<4xf32>
  // CHECK: math.tanh
  %2 = onnx.Tanh %1 : (tensor<4xf32>) -> tensor<4xf32>
  // CHECK: math.absf
  %3 = onnx.Abs %2 : (tensor<4xf32>) -> tensor<4xf32>
  // CHECK: math.ceil
  %4 = onnx.Ceil %3 : (tensor<4xf32>) -> tensor<4xf32>
  // CHECK: math.floor
  %5 = onnx.Floor %4 : (tensor<4xf32>) -> tensor<4xf32>
  // CHECK: math.erf
  %6 = onnx.Erf %5 : (tensor<4xf32>) -> tensor<4xf32>
  // CHECK: math.exp
  %7 = onnx.Exp %6 : (tensor<4xf32>) -> tensor<4xf32>
  // CHECK: math.log
  %8 = onnx.Log %7 : (tensor<4xf32>) -> tensor<4xf32>
  // CHECK: arith.negf
  %9 = onnx.Neg %8 : (tensor<4xf32>) -> tensor<4xf32>
  // CHECK: math.sqrt
  %10 = onnx.Sqrt %9 : (tensor<4xf32>) -> tensor<4xf32>
  // CHECK: arith.divf
  %11 = onnx.Reciprocal %10 : (tensor<4xf32>) -> tensor<4xf32>
  return %11 : tensor<4xf32>
}

// -----

// CHECK-LABEL: func.func @clip
func.func @clip(%x: tensor<4xf32>, %low: tensor<f32>, %high: tensor<1xf32>) -> tensor<4xf32> {
  // CHECK: %[[HIGH:.*]] = tensor.collapse_shape %{{.*}} [] : tensor<1xf32> into tensor<f32>
  // CHECK: linalg.generic {{.*}} ins(%{{.*}}, %{{.*}}, %[[HIGH]] : tensor<4xf32>, tensor<f32>, tensor<f32>)
  // CHECK: ^bb0(%[[IN:.*]]: f32, %[[LOW:.*]]: f32, %[[TOP:.*]]: f32, %{{.*}}: f32):
  // CHECK: arith.cmpf olt, %[[IN]], %[[LOW]]
  // CHECK: %[[X:.*]] = arith.select
  // CHECK: arith.cmpf olt, %[[TOP]], %[[X]]
  %0 = onnx.Clip %x min(%low : tensor<f32>) max(%high : tensor<1xf32>) : tensor<4xf32> -> tensor<4xf32>
  return %0 : tensor<4xf32>
}

// -----

// A dynamic size that only one operand decides.
// CHECK-LABEL: func.func @dynamic
func.func @dynamic(%x: tensor<?x3xf32>, %y: tensor<3xf32>) -> tensor<?x3xf32> {
  // CHECK: %[[N:.*]] = tensor.dim %{{.*}}, %{{.*}} : tensor<?x3xf32>
  // CHECK: tensor.empty(%[[N]]) : tensor<?x3xf32>
  %0 = onnx.Add %x, %y : (tensor<?x3xf32>, tensor<3xf32>) -> tensor<?x3xf32>
  return %0 : tensor<?x3xf32>
}

// -----

// The result's type says less than the operands: a cast.
// CHECK-LABEL: func.func @imprecise
func.func @imprecise(%x: tensor<3xf32>) -> tensor<*xf32> {
  // CHECK: %[[R:.*]] = linalg.generic
  // CHECK: tensor.cast %[[R]] : tensor<3xf32> to tensor<*xf32>
  %0 = onnx.Exp %x : (tensor<3xf32>) -> tensor<*xf32>
  return %0 : tensor<*xf32>
}
