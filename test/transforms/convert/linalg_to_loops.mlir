// RUN: mica-opt %s --convert-linalg-to-loops | FileCheck %s
// RUN: mica-opt %s --convert-linalg-to-parallel-loops | FileCheck %s --check-prefix=PARALLEL

// CHECK-LABEL: func @generic
// CHECK: %[[ROWS:.*]] = memref.dim %arg0, %{{.*}} : memref<?x8xf32>
// CHECK: %[[COLUMNS:.*]] = arith.constant 8 : index
// CHECK: scf.for %[[I:.*]] = %{{.*}} to %[[ROWS]] step
// CHECK-NEXT: scf.for %[[J:.*]] = %{{.*}} to %[[COLUMNS]] step
// CHECK-NEXT: %[[X:.*]] = memref.load %arg0[%[[I]], %[[J]]]
// CHECK-NEXT: %[[Y:.*]] = memref.load %arg1[%[[I]]]
// CHECK-NEXT: arith.index_cast %[[J]] : index to i32
// CHECK: %[[SUM:.*]] = arith.addf %{{.*}}, %[[Y]]
// CHECK-NEXT: memref.store %[[SUM]], %arg1[%[[I]]]
// CHECK-NOT: linalg
// PARALLEL-LABEL: func @generic
// PARALLEL: scf.parallel (%[[I:.*]]) =
// PARALLEL-NEXT: scf.for %[[J:.*]] =
// PARALLEL: memref.load %arg0[%[[I]], %[[J]]]
// PARALLEL: memref.store %{{.*}}, %arg1[%[[I]]]
// PARALLEL: scf.reduce
func.func @generic(%a: memref<?x8xf32>, %b: memref<?xf32>) {
  linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i)>],
                  iterator_types = ["parallel", "reduction"]}
      ins(%a : memref<?x8xf32>) outs(%b : memref<?xf32>) {
  ^bb0(%x: f32, %y: f32):
    %j = linalg.index 1 : index
    %n = arith.index_cast %j : index to i32
    %f = arith.sitofp %n : i32 to f32
    %m = arith.mulf %f, %x : f32
    %s = arith.addf %m, %y : f32
    linalg.yield %s : f32
  }
  return
}

// Iterators keep their order: only neighbours share a parallel loop.
// PARALLEL-LABEL: func @interleaved
// PARALLEL: scf.parallel (%[[I:.*]]) =
// PARALLEL-NEXT: scf.for %[[J:.*]] =
// PARALLEL-NEXT: scf.parallel (%[[K:.*]]) =
// PARALLEL-NEXT: memref.load %arg0[%[[I]], %[[J]], %[[K]]]
func.func @interleaved(%a: memref<2x3x4xf32>, %b: memref<2x4xf32>) {
  linalg.reduce { arith.addf } ins(%a : memref<2x3x4xf32>) outs(%b : memref<2x4xf32>)
      dimensions = [1]
  return
}

// CHECK-LABEL: func @matmul
// CHECK: %[[N:.*]] = memref.dim %arg1, %{{.*}} : memref<8x?xf32>
// CHECK: scf.for %[[I:.*]] =
// CHECK: scf.for %[[J:.*]] = %{{.*}} to %[[N]] step
// CHECK: scf.for %[[K:.*]] =
// CHECK-NEXT: memref.load %arg0[%[[I]], %[[K]]]
// CHECK-NEXT: memref.load %arg1[%[[K]], %[[J]]]
// CHECK-NEXT: memref.load %arg2[%[[I]], %[[J]]]
// CHECK: memref.store %{{.*}}, %arg2[%[[I]], %[[J]]]
// PARALLEL-LABEL: func @matmul
// PARALLEL: scf.parallel (%{{.*}}, %{{.*}}) =
// PARALLEL-NEXT: scf.for
func.func @matmul(%a: memref<4x8xf32>, %b: memref<8x?xf32>, %c: memref<4x?xf32>) {
  linalg.matmul ins(%a, %b : memref<4x8xf32>, memref<8x?xf32>) outs(%c : memref<4x?xf32>)
  return
}

// CHECK-LABEL: func @convolution
// CHECK: %[[SCALED:.*]] = arith.muli %[[OUT:.*]], %{{.*}} : index
// CHECK: %[[AT:.*]] = arith.addi %[[SCALED]], %[[TAP:.*]] : index
// CHECK: memref.load %arg0[%{{.*}}, %[[AT]], %{{.*}}, %[[CHANNEL:.*]]]
// CHECK: memref.load %arg1[%[[TAP]], %{{.*}}, %[[CHANNEL]], %[[FILTER:.*]]]
// CHECK: memref.store %{{.*}}, %arg2[%{{.*}}, %[[OUT]], %{{.*}}, %[[FILTER]]]
func.func @convolution(%a: memref<1x9x9x2xf32>, %b: memref<3x3x2x4xf32>,
                       %c: memref<1x4x4x4xf32>) {
  linalg.conv_2d_nhwc_hwcf {strides = dense<2> : tensor<2xi64>}
      ins(%a, %b : memref<1x9x9x2xf32>, memref<3x3x2x4xf32>) outs(%c : memref<1x4x4x4xf32>)
  return
}

// The window gives sizes only; its elements are not loaded.
// CHECK-LABEL: func @pooling
// CHECK-NOT: memref.load %arg1
// CHECK: arith.maximumf
// CHECK: memref.store
func.func @pooling(%a: memref<1x4x4x1xf32>, %window: memref<2x2xf32>, %c: memref<1x2x2x1xf32>) {
  linalg.pooling_nhwc_max {strides = dense<2> : tensor<2xi64>}
      ins(%a, %window : memref<1x4x4x1xf32>, memref<2x2xf32>) outs(%c : memref<1x2x2x1xf32>)
  return
}

// The old elements are not loaded, as nothing uses them.
// CHECK-LABEL: func @fill
// CHECK-NOT: memref.load
// CHECK: memref.store %arg1, %arg0[%{{.*}}, %{{.*}}]
// PARALLEL-LABEL: func @fill
// PARALLEL: scf.parallel (%[[I:.*]], %[[J:.*]]) =
// PARALLEL-NEXT: memref.store %arg1, %arg0[%[[I]], %[[J]]]
func.func @fill(%a: memref<2x?xf32>, %v: f32) {
  linalg.fill ins(%v : f32) outs(%a : memref<2x?xf32>)
  return
}

// No loops: the body alone.
// CHECK-LABEL: func @scalar
// CHECK-NOT: scf.for
// CHECK: %[[X:.*]] = memref.load %arg0[]
// CHECK-NEXT: memref.store %[[X]], %arg1[]
// PARALLEL-LABEL: func @scalar
// PARALLEL-NOT: scf.parallel
// PARALLEL: memref.store
func.func @scalar(%a: memref<f32>, %b: memref<f32>) {
  linalg.copy ins(%a : memref<f32>) outs(%b : memref<f32>)
  return
}

// Tensors stay.
// CHECK-LABEL: func @tensors
// CHECK-NOT: scf.for
// CHECK: linalg.exp ins(%arg0 : tensor<4xf32>)
// PARALLEL-LABEL: func @tensors
// PARALLEL-NOT: scf.parallel
// PARALLEL: linalg.exp ins(%arg0 : tensor<4xf32>)
func.func @tensors(%a: tensor<4xf32>, %b: tensor<4xf32>) -> tensor<4xf32> {
  %0 = linalg.exp ins(%a : tensor<4xf32>) outs(%b : tensor<4xf32>) -> tensor<4xf32>
  return %0 : tensor<4xf32>
}
