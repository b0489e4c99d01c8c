// RUN: mica-opt %s -canonicalize | FileCheck %s

// CHECK-LABEL: @parts
// CHECK-SAME: (%[[X:.*]]: complex<f32>, %[[A:.*]]: f32, %[[B:.*]]: f32)
// CHECK-NEXT: return %[[A]], %[[B]], %[[X]]
func.func @parts(%x: complex<f32>, %a: f32, %b: f32) -> (f32, f32, complex<f32>) {
  %made = complex.create %a, %b : complex<f32>
  %a2 = complex.re %made : complex<f32>
  %b2 = complex.im %made : complex<f32>
  %re = complex.re %x : complex<f32>
  %im = complex.im %x : complex<f32>
  %again = complex.create %re, %im : complex<f32>
  return %a2, %b2, %again : f32, f32, complex<f32>
}

// Parts that change places, and parts of two numbers, stay.
// CHECK-LABEL: @other_parts
// CHECK-SAME: (%[[X:.*]]: complex<f32>, %[[Y:.*]]: complex<f32>)
// CHECK: %[[RE:.*]] = complex.re %[[X]]
// CHECK: %[[IM:.*]] = complex.im %[[X]]
// CHECK: %[[IMY:.*]] = complex.im %[[Y]]
// CHECK: complex.create %[[IM]], %[[RE]]
// CHECK: complex.create %[[RE]], %[[IMY]]
func.func @other_parts(%x: complex<f32>, %y: complex<f32>) -> (complex<f32>, complex<f32>) {
  %re = complex.re %x : complex<f32>
  %im = complex.im %x : complex<f32>
  %imy = complex.im %y : complex<f32>
  %0 = complex.create %im, %re : complex<f32>
  %1 = complex.create %re, %imy : complex<f32>
  return %0, %1 : complex<f32>, complex<f32>
}

// CHECK-LABEL: @constants
// CHECK-DAG: %[[RE:.*]] = arith.constant 1.500000e+00 : f64
// CHECK-DAG: %[[IM:.*]] = arith.constant -2.000000e+00 : f64
// CHECK-DAG: %[[C:.*]] = complex.constant [1.500000e+00, -2.000000e+00] : complex<f64>
// CHECK: return %[[RE]], %[[IM]], %[[C]], %[[C]]
func.func @constants() -> (f64, f64, complex<f64>, complex<f64>) {
  %c = complex.constant [1.5, -2.0] : complex<f64>
  %same = complex.constant [1.5, -2.0] : complex<f64>
  %re = complex.re %c : complex<f64>
  %im = complex.im %c : complex<f64>
  return %re, %im, %c, %same : f64, f64, complex<f64>, complex<f64>
}

// CHECK-LABEL: @inverses
// CHECK-SAME: (%[[X:.*]]: complex<f32>)
// CHECK-NEXT: return %[[X]], %[[X]], %[[X]], %[[X]]
func.func @inverses(%x: complex<f32>)
    -> (complex<f32>, complex<f32>, complex<f32>, complex<f32>) {
  %n = complex.neg %x : complex<f32>
  %0 = complex.neg %n : complex<f32>
  %c = complex.conj %x : complex<f32>
  %1 = complex.conj %c : complex<f32>
  %e = complex.exp %x : complex<f32>
  %2 = complex.log %e : complex<f32>
  %l = complex.log %x : complex<f32>
  %3 = complex.exp %l : complex<f32>
  return %0, %1, %2, %3 : complex<f32>, complex<f32>, complex<f32>, complex<f32>
}

// CHECK-LABEL: @no_inverses
// CHECK: complex.conj
// CHECK: complex.neg
// CHECK: complex.expm1
// CHECK: complex.log
// CHECK: complex.exp
// CHECK: complex.exp
func.func @no_inverses(%x: complex<f32>)
    -> (complex<f32>, complex<f32>, complex<f32>) {
  %c = complex.conj %x : complex<f32>
  %0 = complex.neg %c : complex<f32>
  %e = complex.expm1 %x : complex<f32>
  %1 = complex.log %e : complex<f32>
  %2 = complex.exp %x : complex<f32>
  %3 = complex.exp %2 : complex<f32>
  return %0, %1, %3 : complex<f32>, complex<f32>, complex<f32>
}

// CHECK-LABEL: @neutral
// CHECK-SAME: (%[[X:.*]]: complex<f32>)
// CHECK-NEXT: return %[[X]], %[[X]], %[[X]], %[[X]], %[[X]]
func.func @neutral(%x: complex<f32>)
    -> (complex<f32>, complex<f32>, complex<f32>, complex<f32>, complex<f32>) {
  %zero = complex.constant [0.0 : f32, 0.0 : f32] : complex<f32>
  %minus_zero = complex.constant [-0.0 : f32, -0.0 : f32] : complex<f32>
  %one = complex.constant [1.0 : f32, 0.0 : f32] : complex<f32>
  %0 = complex.add %x, %zero : complex<f32>
  %1 = complex.add %x, %minus_zero : complex<f32>
  %2 = complex.sub %x, %zero : complex<f32>
  %3 = complex.mul %x, %one : complex<f32>
  %4 = complex.div %x, %one : complex<f32>
  return %0, %1, %2, %3, %4
      : complex<f32>, complex<f32>, complex<f32>, complex<f32>, complex<f32>
}

// Neither i nor a constant on the left is neutral.
// CHECK-LABEL: @not_neutral
// CHECK: complex.add
// CHECK: complex.mul
// CHECK: complex.div
// CHECK: complex.sub
func.func @not_neutral(%x: complex<f32>)
    -> (complex<f32>, complex<f32>, complex<f32>, complex<f32>) {
  %zero = complex.constant [0.0 : f32, 0.0 : f32] : complex<f32>
  %i = complex.constant [0.0 : f32, 1.0 : f32] : complex<f32>
  %one = complex.constant [1.0 : f32, 0.0 : f32] : complex<f32>
  %0 = complex.add %x, %i : complex<f32>
  %1 = complex.mul %x, %i : complex<f32>
  %2 = complex.div %one, %x : complex<f32>
  %3 = complex.sub %zero, %x : complex<f32>
  return %0, %1, %2, %3 : complex<f32>, complex<f32>, complex<f32>, complex<f32>
}

// CHECK-LABEL: @sums
// CHECK-SAME: (%[[X:.*]]: complex<f32>, %[[Y:.*]]: complex<f32>)
// CHECK: %[[SUM:.*]] = complex.add %[[X]], %[[Y]]
// CHECK: %[[LEFT:.*]] = complex.sub %[[SUM]], %[[X]]
// CHECK: return %[[X]], %[[X]], %[[X]], %[[LEFT]]
func.func @sums(%x: complex<f32>, %y: complex<f32>)
    -> (complex<f32>, complex<f32>, complex<f32>, complex<f32>) {
  %difference = complex.sub %x, %y : complex<f32>
  %0 = complex.add %difference, %y : complex<f32>
  %1 = complex.add %y, %difference : complex<f32>
  %sum = complex.add %x, %y : complex<f32>
  %2 = complex.sub %sum, %y : complex<f32>
  %3 = complex.sub %sum, %x : complex<f32>
  return %0, %1, %2, %3 : complex<f32>, complex<f32>, complex<f32>, complex<f32>
}

// CHECK-LABEL: @negated_parts
// CHECK-SAME: (%[[A:.*]]: f32, %[[B:.*]]: f32, %[[X:.*]]: complex<f32>)
// CHECK-DAG: %[[RE:.*]] = arith.negf %[[A]]
// CHECK-DAG: %[[IM:.*]] = arith.negf %[[B]]
// CHECK-DAG: %[[N:.*]] = complex.neg %[[X]]
// CHECK-DAG: %[[OTHER:.*]] = complex.re %[[N]]
// CHECK: return %[[RE]], %[[IM]], %[[OTHER]]
func.func @negated_parts(%a: f32, %b: f32, %x: complex<f32>) -> (f32, f32, f32) {
  %made = complex.create %a, %b : complex<f32>
  %n = complex.neg %made : complex<f32>
  %0 = complex.re %n : complex<f32>
  %1 = complex.im %n : complex<f32>
  %m = complex.neg %x : complex<f32>
  %2 = complex.re %m : complex<f32>
  return %0, %1, %2 : f32, f32, f32
}

// CHECK-LABEL: @bitcasts
// CHECK-SAME: (%[[I:.*]]: i64, %[[X:.*]]: complex<f32>)
// CHECK-DAG: %[[F:.*]] = arith.bitcast %[[I]] : i64 to f64
// CHECK-DAG: %[[C:.*]] = complex.bitcast %[[I]] : i64 to complex<f32>
// CHECK: return %[[I]], %[[X]], %[[X]], %[[F]], %[[C]], %[[X]]
func.func @bitcasts(%i: i64, %x: complex<f32>)
    -> (i64, complex<f32>, complex<f32>, f64, complex<f32>, complex<f32>) {
  %c = complex.bitcast %i : i64 to complex<f32>
  %0 = complex.bitcast %c : complex<f32> to i64
  %1 = complex.bitcast %x : complex<f32> to complex<f32>
  %j = complex.bitcast %x : complex<f32> to i64
  %2 = complex.bitcast %j : i64 to complex<f32>
  %3 = complex.bitcast %c : complex<f32> to f64
  %f = arith.bitcast %i : i64 to f64
  %4 = complex.bitcast %f : f64 to complex<f32>
  %g = complex.bitcast %x : complex<f32> to f64
  %k = arith.bitcast %g : f64 to i64
  %5 = complex.bitcast %k : i64 to complex<f32>
  return %0, %1, %2, %3, %4, %5 : i64, complex<f32>, complex<f32>, f64, complex<f32>, complex<f32>
}

// No op casts between two complex types.
// CHECK-LABEL: @two_formats
// CHECK: %[[BITS:.*]] = complex.bitcast %{{.*}} : complex<f16> to i32
// CHECK: complex.bitcast %[[BITS]] : i32 to complex<bf16>
func.func @two_formats(%x: complex<f16>) -> complex<bf16> {
  %bits = complex.bitcast %x : complex<f16> to i32
  %0 = complex.bitcast %bits : i32 to complex<bf16>
  return %0 : complex<bf16>
}
