// RUN: mica-opt %s -plan-memory -split-input-file -verify-diagnostics

func.func @dynamic(%n: index) {
  // expected-error @+1 {{can't be planned: its size is not known at compile time}}
  %a = memref.alloc(%n) : memref<?xf32>
  return
}

// -----

func.func @returned() -> memref<4xf32> {
  // expected-error @+1 {{can't be planned: the function returns it}}
  %a = memref.alloc() : memref<4xf32>
  return %a : memref<4xf32>
}
