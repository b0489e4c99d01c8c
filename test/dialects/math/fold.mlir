// RUN: mica-opt %s -canonicalize -split-input-file | FileCheck %s

// CHECK-LABEL: @floats
// CHECK-DAG: arith.constant 3.000000e+00 : f32
// CHECK-DAG: arith.constant 2.000000e+00 : f64
// CHECK-DAG: arith.constant 1.024000e+03 : f32
// CHECK-DAG: arith.constant -2.500000e+00 : f32
// CHECK-DAG: arith.constant dense<[1.000000e+00, 2.000000e+00]> : vector<2xf32>
func.func @floats() -> (f32, f64, f32, f32, vector<2xf32>) {
  %nine = arith.constant 9.0 : f32
  %hundred = arith.constant 4.0 : f64
  %two = arith.constant 2.0 : f32
  %ten = arith.constant 10.0 : f32
  %number = arith.constant 2.5 : f32
  %minus = arith.constant -1.0 : f32
  %v = arith.constant dense<[1.0, 4.0]> : vector<2xf32>
  %0 = math.sqrt %nine : f32
  %1 = math.log2 %hundred : f64
  %2 = math.powf %two, %ten : f32
  %3 = math.copysign %number, %minus : f32
  %4 = math.sqrt %v : vector<2xf32>
  return %0, %1, %2, %3, %4 : f32, f64, f32, f32, vector<2xf32>
}

// -----

// CHECK-LABEL: @rounding
// CHECK-DAG: arith.constant 2.000000e+00 : f32
// CHECK-DAG: arith.constant 3.000000e+00 : f32
// CHECK-DAG: arith.constant -2.000000e+00 : f32
// CHECK-DAG: arith.constant -3.000000e+00 : f32
func.func @rounding() -> (f32, f32, f32, f32) {
  %a = arith.constant 2.5 : f32
  %b = arith.constant -2.5 : f32
  %0 = math.roundeven %a : f32
  %1 = math.round %a : f32
  %2 = math.ceil %b : f32
  %3 = math.floor %b : f32
  return %0, %1, %2, %3 : f32, f32, f32, f32
}

// -----

// CHECK-LABEL: @integers
// CHECK-DAG: arith.constant 5 : i32
// CHECK-DAG: arith.constant 29 : i32
// CHECK-DAG: arith.constant 2 : i32
// CHECK-DAG: arith.constant 0 : i32
// CHECK-DAG: arith.constant 125 : i32
func.func @integers() -> (i32, i32, i32, i32, i32) {
  %five = arith.constant 5 : i32
  %minus = arith.constant -5 : i32
  %three = arith.constant 3 : i32
  %0 = math.absi %minus : i32
  %1 = math.ctlz %five : i32
  %2 = math.ctpop %five : i32
  %3 = math.cttz %five : i32
  %4 = math.ipowi %five, %three : i32
  return %0, %1, %2, %3, %4 : i32, i32, i32, i32, i32
}

// -----

// No number, no library for the format, no constant.
// CHECK-LABEL: @stay
// CHECK: math.sqrt
// CHECK: math.sin
// CHECK: math.exp
func.func @stay(%x: f32) -> (f32, f16, f32) {
  %minus = arith.constant -1.0 : f32
  %half = arith.constant 0.5 : f16
  %0 = math.sqrt %minus : f32
  %1 = math.sin %half : f16
  %2 = math.exp %x : f32
  return %0, %1, %2 : f32, f16, f32
}
