// RUN: mica-opt %s -canonicalize -split-input-file | FileCheck %s

// CHECK-LABEL: @neutral_elements
// CHECK-SAME: (%[[X:.*]]: f32)
// CHECK-NEXT: return %[[X]], %[[X]], %[[X]], %[[X]], %[[X]]
func.func @neutral_elements(%x: f32) -> (f32, f32, f32, f32, f32) {
  %minus_zero = arith.constant -0.0 : f32
  %zero = arith.constant 0.0 : f32
  %one = arith.constant 1.0 : f32
  %a = arith.addf %minus_zero, %x : f32
  %b = arith.subf %x, %zero : f32
  %c = arith.mulf %one, %x : f32
  %d = arith.divf %x, %one : f32
  %n = arith.negf %x : f32
  %e = arith.negf %n : f32
  return %a, %b, %c, %d, %e : f32, f32, f32, f32, f32
}

// -----

// x + 0 is not x for x = -0, and x - -0 neither.
// CHECK-LABEL: @no_neutral_elements
// CHECK: arith.addf
// CHECK: arith.subf
// CHECK: arith.mulf
// CHECK: arith.divf
func.func @no_neutral_elements(%x: f32) -> (f32, f32, f32, f32) {
  %minus_zero = arith.constant -0.0 : f32
  %zero = arith.constant 0.0 : f32
  %one = arith.constant 1.0 : f32
  %a = arith.addf %x, %zero : f32
  %b = arith.subf %x, %minus_zero : f32
  %c = arith.mulf %x, %zero : f32
  %d = arith.divf %one, %x : f32
  return %a, %b, %c, %d : f32, f32, f32, f32
}

// -----

// CHECK-LABEL: @constants
// CHECK-DAG: %[[SUM:.*]] = arith.constant 3.750000e+00 : f32
// CHECK-DAG: %[[THIRD:.*]] = arith.constant 3.332520e-01 : f16
// CHECK-DAG: %[[REST:.*]] = arith.constant -1.500000e+00 : f64
// CHECK: return %[[SUM]], %[[THIRD]], %[[REST]]
func.func @constants() -> (f32, f16, f64) {
  %a = arith.constant 1.5 : f32
  %b = arith.constant 2.25 : f32
  %c = arith.constant 1.0 : f16
  %d = arith.constant 3.0 : f16
  %e = arith.constant -7.5 : f64
  %f = arith.constant 3.0 : f64
  %0 = arith.addf %a, %b : f32
  %1 = arith.divf %c, %d : f16
  %2 = arith.remf %e, %f : f64
  return %0, %1, %2 : f32, f16, f64
}

// -----

// maxnumf prefers the number; upstream folds it to NaN.
// CHECK-LABEL: @least_and_greatest
// CHECK-SAME: (%[[X:.*]]: f32)
// CHECK-DAG: %[[NAN:.*]] = arith.constant 0x7FC00000 : f32
// CHECK-DAG: %[[ONE:.*]] = arith.constant 1.000000e+00 : f32
// CHECK: return %[[X]], %[[X]], %[[NAN]], %[[ONE]]
func.func @least_and_greatest(%x: f32) -> (f32, f32, f32, f32) {
  %infinity = arith.constant 0x7F800000 : f32
  %nan = arith.constant 0x7FC00000 : f32
  %one = arith.constant 1.0 : f32
  %a = arith.minimumf %x, %infinity : f32
  %b = arith.maxnumf %x, %x : f32
  %c = arith.maximumf %one, %nan : f32
  %d = arith.maxnumf %one, %nan : f32
  return %a, %b, %c, %d : f32, f32, f32, f32
}

// -----

// CHECK-LABEL: @no_least_and_greatest
// CHECK: arith.maximumf
// CHECK: arith.minimumf
func.func @no_least_and_greatest(%x: f32) -> (f32, f32) {
  %infinity = arith.constant 0x7F800000 : f32
  %zero = arith.constant 0.0 : f32
  %a = arith.maximumf %x, %infinity : f32
  %b = arith.minimumf %x, %zero : f32
  return %a, %b : f32, f32
}

// -----

// CHECK-LABEL: @comparisons
// CHECK-DAG: %[[TRUE:.*]] = arith.constant true
// CHECK-DAG: %[[FALSE:.*]] = arith.constant false
// CHECK: return %[[TRUE]], %[[FALSE]], %[[TRUE]], %[[FALSE]]
func.func @comparisons(%x: f32) -> (i1, i1, i1, i1) {
  %nan = arith.constant 0x7FC00000 : f32
  %one = arith.constant 1.0 : f32
  %two = arith.constant 2.0 : f32
  %a = arith.cmpf olt, %one, %two : f32
  %b = arith.cmpf oge, %one, %two : f32
  %c = arith.cmpf uno, %x, %nan : f32
  %d = arith.cmpf oeq, %nan, %x : f32
  return %a, %b, %c, %d : i1, i1, i1, i1
}

// -----

// CHECK-LABEL: @no_comparisons
// CHECK: arith.cmpf oeq
// CHECK: arith.cmpf ult
func.func @no_comparisons(%x: f32) -> (i1, i1) {
  %one = arith.constant 1.0 : f32
  %a = arith.cmpf oeq, %x, %x : f32
  %b = arith.cmpf ult, %x, %one : f32
  return %a, %b : i1, i1
}
