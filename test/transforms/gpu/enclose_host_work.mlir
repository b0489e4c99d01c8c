// RUN: mica-opt %s --gpu-enclose-host-work | FileCheck %s

// Sequential ops are enclosed, an op with a parallel iterator and one in a loop already are not.
// CHECK-LABEL: func.func @sum(
// CHECK: scf.parallel
// CHECK-NEXT: linalg.fill {{.*}} outs(%{{.*}} : memref<f32>)
// CHECK: scf.parallel
// CHECK-NEXT: linalg.reduce
// CHECK: scf.reduce
// CHECK-NOT: scf.parallel
// CHECK: linalg.fill {{.*}} outs(%{{.*}} : memref<8xf32>)
// CHECK: scf.parallel
// CHECK-NEXT: linalg.fill
// CHECK-NOT: scf.parallel
// CHECK: return
func.func @sum(%a: memref<8xf32>, %s: memref<f32>, %b: memref<8xf32>, %x: f32, %n: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  linalg.fill ins(%x : f32) outs(%s : memref<f32>)
  linalg.reduce ins(%a : memref<8xf32>) outs(%s : memref<f32>) dimensions = [0]
    (%in: f32, %init: f32) {
      %0 = arith.addf %in, %init : f32
      linalg.yield %0 : f32
    }
  linalg.fill ins(%x : f32) outs(%b : memref<8xf32>)
  scf.parallel (%i) = (%c0) to (%n) step (%c1) {
    linalg.fill ins(%x : f32) outs(%s : memref<f32>)
  }
  return
}
