// RUN: mica-opt %s --pass-pipeline='builtin.module(gather-constants{alignment=32 name=w})' | FileCheck %s

// Each part begins at a multiple of 32; a splat is written out.
// CHECK: memref.global "private" constant @w : memref<64xi8> = dense<[0, 0, -128, 63, 0, 0, 0, 64, 0, 0, 64, 64, 0, 0, -128, 64, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 7, 0, 7, 0, 0, {{.*}}, 0]> {alignment = 32 : i64}
// CHECK-NOT: memref.global "private" constant
memref.global "private" constant @a : memref<4xf32> = dense<[1.0, 2.0, 3.0, 4.0]>
memref.global "private" constant @b : memref<2xi16> = dense<7>
// What is not constant stays.
// CHECK: memref.global "private" @state
memref.global "private" @state : memref<2xi16> = dense<7>

// CHECK-LABEL: func.func @f(
// CHECK-SAME: %{{.*}}: index, %[[W:arg[0-9]+]]: memref<64xi8> {mica.weights = @w})
// CHECK: %[[C0:.*]] = arith.constant 0 : index
// CHECK: memref.view %[[W]][%[[C0]]][] : memref<64xi8> to memref<4xf32>
// CHECK: %[[C32:.*]] = arith.constant 32 : index
// CHECK: memref.view %[[W]][%[[C32]]][] : memref<64xi8> to memref<2xi16>
// CHECK: memref.get_global @state
func.func @f(%i: index) -> (f32, i16, i16) {
  %0 = memref.get_global @a : memref<4xf32>
  %1 = memref.get_global @b : memref<2xi16>
  %2 = memref.get_global @state : memref<2xi16>
  %x = memref.load %0[%i] : memref<4xf32>
  %y = memref.load %1[%i] : memref<2xi16>
  %z = memref.load %2[%i] : memref<2xi16>
  return %x, %y, %z : f32, i16, i16
}

// CHECK: func.func private @declared()
func.func private @declared()

// CHECK: func.func @none(%{{.*}}: memref<64xi8> {mica.weights = @w})
func.func @none() {
  return
}
