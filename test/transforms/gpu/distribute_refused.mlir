// RUN: mica-opt %s --gpu-distribute-parallel-loops --split-input-file --verify-diagnostics

func.func @result(%a: memref<9xf32>, %x: f32) -> f32 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c9 = arith.constant 9 : index
  // expected-error @below {{can't be distributed: it gives results}}
  %s = scf.parallel (%i) = (%c0) to (%c9) step (%c1) init (%x) -> f32 {
    %e = memref.load %a[%i] : memref<9xf32>
    scf.reduce(%e : f32) {
    ^bb0(%l: f32, %r: f32):
      %0 = arith.addf %l, %r : f32
      scf.reduce.return %0 : f32
    }
  }
  return %s : f32
}

// -----

func.func @too_many(%a: memref<50000x50000xf32>, %x: f32) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %n = arith.constant 50000 : index
  // expected-error @below {{has more iterations than a kernel can number}}
  scf.parallel (%i, %j) = (%c0, %c0) to (%n, %n) step (%c1, %c1) {
    memref.store %x, %a[%i, %j] : memref<50000x50000xf32>
  }
  return
}
