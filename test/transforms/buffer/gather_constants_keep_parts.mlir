// RUN: mica-opt %s --pass-pipeline='builtin.module(gather-constants{keep-parts=true min-bytes=16})' | FileCheck %s
// RUN: mica-opt %s --pass-pipeline='builtin.module(gather-constants{keep-parts=true min-total-bytes=4096})' | FileCheck --check-prefix=LITTLE %s

// The bytes stay where they are, with the place that they will have; small ones stay constants.

// LITTLE-NOT: mica.
// CHECK: memref.global constant @weights : memref<128xi8> {alignment = 64 : i64}
// CHECK: memref.global "private" constant @a : memref<4xf32> = dense<[1.000000e+00, 2.000000e+00, 3.000000e+00, 4.000000e+00]> {mica.offset = 0 : i64}
memref.global "private" constant @a : memref<4xf32> = dense<[1.0, 2.0, 3.0, 4.0]>
// CHECK: memref.global "private" constant @small : memref<2xi16> = dense<7>{{$}}
memref.global "private" constant @small : memref<2xi16> = dense<7>
// CHECK: memref.global "private" constant @b : memref<8xf32> = dense<1.000000e+00> {mica.offset = 64 : i64}
memref.global "private" constant @b : memref<8xf32> = dense<1.0>

// CHECK-LABEL: func.func @none(%{{.*}}: index) -> i16
func.func @none(%i: index) -> i16 {
  %0 = memref.get_global @small : memref<2xi16>
  %x = memref.load %0[%i] : memref<2xi16>
  return %x : i16
}

// CHECK-LABEL: func.func @f(
// CHECK-SAME: %[[W:arg[0-9]+]]: memref<128xi8> {mica.weights = @weights})
// CHECK: memref.view %[[W]][%{{.*}}][] : memref<128xi8> to memref<4xf32>
// CHECK: memref.view %[[W]][%{{.*}}][] : memref<128xi8> to memref<8xf32>
// CHECK: memref.get_global @small
func.func @f(%i: index) -> (f32, f32, i16) {
  %0 = memref.get_global @a : memref<4xf32>
  %1 = memref.get_global @b : memref<8xf32>
  %2 = memref.get_global @small : memref<2xi16>
  %x = memref.load %0[%i] : memref<4xf32>
  %y = memref.load %1[%i] : memref<8xf32>
  %z = memref.load %2[%i] : memref<2xi16>
  return %x, %y, %z : f32, f32, i16
}
