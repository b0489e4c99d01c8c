// RUN: mica-opt --canonicalize %s | FileCheck %s
// Shapes that change nothing, positions that join, bounds that are known.

// CHECK-LABEL: func.func @same_shape
// CHECK-NEXT: return %arg0
func.func @same_shape(%v: vector<4x2xf32>) -> vector<4x2xf32> {
  %0 = vector.shape_cast %v : vector<4x2xf32> to vector<8xf32>
  %1 = vector.shape_cast %0 : vector<8xf32> to vector<4x2xf32>
  return %1 : vector<4x2xf32>
}

// CHECK-LABEL: func.func @joined_positions
// CHECK-NEXT: vector.extract %arg0[1, 2]
func.func @joined_positions(%v: vector<2x4xf32>) -> f32 {
  %0 = vector.extract %v[1] : vector<4xf32> from vector<2x4xf32>
  %1 = vector.extract %0[2] : f32 from vector<4xf32>
  return %1 : f32
}

// CHECK-LABEL: func.func @known_bounds
// CHECK: vector.transfer_read {{.*}} {in_bounds = [true]}
func.func @known_bounds(%m: memref<8xf32>, %f: f32) -> vector<4xf32> {
  %c4 = arith.constant 4 : index
  %0 = vector.transfer_read %m[%c4], %f : memref<8xf32>, vector<4xf32>
  return %0 : vector<4xf32>
}

// CHECK-LABEL: func.func @crossed_bounds
// CHECK-NOT: in_bounds
func.func @crossed_bounds(%m: memref<8xf32>, %f: f32) -> vector<4xf32> {
  %c5 = arith.constant 5 : index
  %0 = vector.transfer_read %m[%c5], %f : memref<8xf32>, vector<4xf32>
  return %0 : vector<4xf32>
}

// CHECK-LABEL: func.func @moved
// CHECK: vector.transpose
func.func @moved(%v: vector<4x2xf32>) -> vector<2x4xf32> {
  %0 = vector.transpose %v, [1, 0] : vector<4x2xf32> to vector<2x4xf32>
  return %0 : vector<2x4xf32>
}
