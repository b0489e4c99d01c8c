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

// Accesses and loops of nothing else come into one loop together; what does not depend on them
// goes before it.
// CHECK-LABEL: func.func @accesses(
// CHECK: memref.alloc
// CHECK: scf.parallel
// CHECK-NEXT: %[[A:.*]] = memref.load %arg0
// CHECK-NEXT: %[[B:.*]] = arith.index_cast %[[A]]
// CHECK-NEXT: scf.for
// CHECK: memref.store %{{.*}}, %arg1[%[[B]]]
// CHECK: scf.reduce
// CHECK: linalg.fill
func.func @accesses(%axes: memref<1xi64>, %b: memref<8xf32>, %x: f32) -> memref<8xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c8 = arith.constant 8 : index
  %a = memref.load %axes[%c0] : memref<1xi64>
  %i = arith.index_cast %a : i64 to index
  %m = memref.alloc() : memref<8xf32>
  scf.for %j = %c0 to %c8 step %c1 {
    %v = memref.load %b[%j] : memref<8xf32>
    memref.store %v, %b[%i] : memref<8xf32>
  }
  linalg.fill ins(%x : f32) outs(%m : memref<8xf32>)
  return %m : memref<8xf32>
}

// The host needs the element: it stays, with its loop.
// CHECK-LABEL: func.func @needed(
// CHECK-NOT: scf.parallel
// CHECK: return
func.func @needed(%n: memref<1xindex>, %b: memref<8xf32>, %x: f32) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %e = memref.load %n[%c0] : memref<1xindex>
  scf.for %j = %c0 to %e step %c1 {
    linalg.fill ins(%x : f32) outs(%b : memref<8xf32>)
  }
  return
}
