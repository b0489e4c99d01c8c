// RUN: mica-opt %s --expand-narrow-types=include-bf16=true --split-input-file | FileCheck %s

// The upper half of an f32.
// CHECK-LABEL: func.func @add(
// CHECK-SAME: %[[X:.*]]: i16, %[[M:.*]]: memref<4xi16>, %[[I:.*]]: index) -> f32
// CHECK: %[[W:.*]] = arith.extui %[[X]] : i16 to i32
// CHECK: %[[S:.*]] = arith.shli %[[W]], %{{.*}} : i32
// CHECK: arith.bitcast %[[S]] : i32 to f32
// CHECK: arith.addf {{.*}} : f32
// CHECK: %[[R:.*]] = arith.trunci {{.*}} : i32 to i16
// CHECK: memref.store %[[R]], %[[M]][%[[I]]] : memref<4xi16>
func.func @add(%x: bf16, %m: memref<4xbf16>, %i: index) -> f32 {
  %0 = arith.addf %x, %x : bf16
  memref.store %0, %m[%i] : memref<4xbf16>
  %1 = arith.extf %0 : bf16 to f32
  return %1 : f32
}

// -----

// CHECK-LABEL: func.func @constants(
// CHECK: arith.constant dense<[16256, -16384]> : tensor<2xi16>
// CHECK: arith.bitcast %{{.*}} : i16 to f16
// CHECK: arith.bitcast %{{.*}} : f16 to i16
func.func @constants(%x: bf16, %y: f16) -> (tensor<2xbf16>, f16, bf16) {
  %0 = arith.constant dense<[1.0, -2.0]> : tensor<2xbf16>
  %1 = arith.bitcast %x : bf16 to f16
  %2 = arith.bitcast %y : f16 to bf16
  return %0, %1, %2 : tensor<2xbf16>, f16, bf16
}
