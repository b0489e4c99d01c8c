// RUN: mica-opt %s -plan-memory -split-input-file -verify-diagnostics

func.func @returned() -> memref<4xf32> {
  // expected-error @+1 {{can't be planned: the function returns it}}
  %a = memref.alloc() : memref<4xf32>
  return %a : memref<4xf32>
}

// -----

func.func @carried(%x: f32, %i: index, %n: index) -> f32 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %a = memref.alloc() : memref<4xf32>
  %r = scf.for %k = %c0 to %n step %c1 iter_args(%m = %a) -> (memref<4xf32>) {
    // expected-error @+1 {{can't be planned: a later iteration uses it}}
    %b = memref.alloc() : memref<4xf32>
    scf.yield %b : memref<4xf32>
  }
  %v = memref.load %r[%i] : memref<4xf32>
  return %v : f32
}

// -----

func.func @parallel(%x: f32, %n: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  scf.parallel (%k) = (%c0) to (%n) step (%c1) {
    // expected-error @+1 {{can't be planned: iterations that run at once allocate it}}
    %b = memref.alloc() : memref<4xf32>
    memref.store %x, %b[%k] : memref<4xf32>
  }
  return
}
