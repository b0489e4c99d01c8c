// RUN: mica-opt %s -canonicalize -split-input-file | FileCheck %s

// CHECK-LABEL: @constants
// CHECK-DAG: arith.constant 255 : i32
// CHECK-DAG: arith.constant -1 : i32
// CHECK-DAG: arith.constant 52 : i8
// CHECK-DAG: arith.constant -3 : i8
// CHECK-DAG: arith.constant 2.550000e+02 : f32
// CHECK-DAG: arith.constant -1.000000e+00 : f32
// CHECK-DAG: arith.constant -1 : index
// CHECK-DAG: arith.constant 1065353216 : i32
func.func @constants() -> (i32, i32, i8, i8, f32, f32, index, i32) {
  %minus = arith.constant -1 : i8
  %number = arith.constant 4660 : i32
  %float = arith.constant -3.75 : f64
  %one = arith.constant 1.0 : f32
  %0 = arith.extui %minus : i8 to i32
  %1 = arith.extsi %minus : i8 to i32
  %2 = arith.trunci %number : i32 to i8
  %3 = arith.fptosi %float : f64 to i8
  %4 = arith.uitofp %minus : i8 to f32
  %5 = arith.sitofp %minus : i8 to f32
  %6 = arith.index_cast %minus : i8 to index
  %7 = arith.bitcast %one : f32 to i32
  return %0, %1, %2, %3, %4, %5, %6, %7 : i32, i32, i8, i8, f32, f32, index, i32
}

// -----

// 0.1 loses digits, 300 does not fit.
// CHECK-LABEL: @inexact_stays
// CHECK: arith.truncf
// CHECK: arith.fptosi
// CHECK: arith.fptoui
func.func @inexact_stays() -> (f32, i8, i8) {
  %tenth = arith.constant 0.1 : f64
  %big = arith.constant 300.0 : f64
  %minus = arith.constant -1.0 : f64
  %0 = arith.truncf %tenth : f64 to f32
  %1 = arith.fptosi %big : f64 to i8
  %2 = arith.fptoui %minus : f64 to i8
  return %0, %1, %2 : f32, i8, i8
}

// -----

// CHECK-LABEL: @exact
// CHECK-DAG: arith.constant 5.000000e-01 : f32
// CHECK-DAG: arith.constant dense<[1.000000e+00, -2.000000e+00]> : vector<2xf64>
func.func @exact() -> (f32, vector<2xf64>) {
  %half = arith.constant 0.5 : f64
  %v = arith.constant dense<[1.0, -2.0]> : vector<2xf32>
  %0 = arith.truncf %half : f64 to f32
  %1 = arith.extf %v : vector<2xf32> to vector<2xf64>
  return %0, %1 : f32, vector<2xf64>
}

// -----

// CHECK-LABEL: @chains
// CHECK-SAME: (%[[X:.*]]: i8)
// CHECK-DAG: %[[U:.*]] = arith.extui %[[X]] : i8 to i64
// CHECK-DAG: %[[V:.*]] = arith.extui %[[X]] : i8 to i64
// CHECK-DAG: %[[S:.*]] = arith.extsi %[[X]] : i8 to i64
// CHECK-DAG: %[[N:.*]] = arith.trunci %[[X]] : i8 to i4
// CHECK-DAG: %[[E:.*]] = arith.extsi %[[X]] : i8 to i16
// CHECK: return %[[U]], %[[S]], %[[X]], %[[N]], %[[E]], %[[V]]
func.func @chains(%x: i8) -> (i64, i64, i8, i4, i16, i64) {
  %u16 = arith.extui %x : i8 to i16
  %s16 = arith.extsi %x : i8 to i16
  %s32 = arith.extsi %x : i8 to i32
  %0 = arith.extui %u16 : i16 to i64
  %1 = arith.extsi %s16 : i16 to i64
  %2 = arith.trunci %u16 : i16 to i8
  %3 = arith.trunci %s16 : i16 to i4
  %4 = arith.trunci %s32 : i32 to i16
  %5 = arith.extsi %u16 : i16 to i64
  return %0, %1, %2, %3, %4, %5 : i64, i64, i8, i4, i16, i64
}

// -----

// The number of an index need not fit in i32, though upstream skips these casts.
// CHECK-LABEL: @no_chains
// CHECK: arith.extsi %{{.*}} : i8 to i16
// CHECK: arith.extui %{{.*}} : i16 to i32
// CHECK: arith.index_cast
// CHECK: arith.index_cast
func.func @no_chains(%x: i8, %i: index) -> (i32, i64) {
  %s16 = arith.extsi %x : i8 to i16
  %0 = arith.extui %s16 : i16 to i32
  %1 = arith.index_cast %i : index to i32
  %2 = arith.index_cast %1 : i32 to index
  %3 = arith.index_castui %2 : index to i64
  return %0, %3 : i32, i64
}

// -----

// CHECK-LABEL: @back_and_forth
// CHECK-SAME: (%[[X:.*]]: i32, %[[F:.*]]: f32)
// CHECK-DAG: %[[V:.*]] = arith.bitcast %[[F]] : f32 to i32
// CHECK: return %[[X]], %[[F]]
func.func @back_and_forth(%x: i32, %f: f32) -> (i32, f32, i32) {
  %0 = arith.index_cast %x : i32 to index
  %1 = arith.index_cast %0 : index to i32
  %2 = arith.bitcast %f : f32 to i32
  %3 = arith.bitcast %2 : i32 to f32
  return %1, %3, %2 : i32, f32, i32
}

// -----

// CHECK-LABEL: @contracted
// CHECK-SAME: (%[[X:.*]]: f64)
// CHECK: %[[T:.*]] = arith.truncf %[[X]] : f64 to f32
// CHECK: %[[E:.*]] = arith.extf %[[T]] fastmath<contract> : f32 to f64
// CHECK: return %[[X]], %[[E]]
func.func @contracted(%x: f64) -> (f64, f64) {
  %0 = arith.truncf %x fastmath<contract> : f64 to f32
  %1 = arith.extf %0 fastmath<contract> : f32 to f64
  %2 = arith.truncf %x : f64 to f32
  %3 = arith.extf %2 fastmath<contract> : f32 to f64
  return %1, %3 : f64, f64
}

// -----

// CHECK-LABEL: @shift
// CHECK-SAME: (%[[X:.*]]: i32)
// CHECK-DAG: arith.shrui
// CHECK-DAG: arith.shrsi
func.func @shift(%x: i32) -> (i8, i8) {
  %c24 = arith.constant 24 : i32
  %c25 = arith.constant 25 : i32
  %0 = arith.shrsi %x, %c24 : i32
  %1 = arith.shrsi %x, %c25 : i32
  %2 = arith.trunci %0 : i32 to i8
  %3 = arith.trunci %1 : i32 to i8
  return %2, %3 : i8, i8
}
