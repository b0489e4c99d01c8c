// RUN: mica-run --interpret %s | FileCheck %s
// RUN: not mica-run --interpret -e diverges %s 2>&1 | FileCheck %s --check-prefix=DIVERGES

// Invocations meet at the barrier: each reads what its neighbour has written before it.
// CHECK: 28
// CHECK-NEXT: 4
func.func @main() -> (i32, i32) {
  %m = memref.alloc() : memref<8xi32>
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c4 = arith.constant 4 : index
  %c8 = arith.constant 8 : index
  gpu.launch blocks(%bx, %by, %bz) in (%gx = %c2, %gy = %c1, %gz = %c1)
             threads(%tx, %ty, %tz) in (%sx = %c4, %sy = %c1, %sz = %c1)
             workgroup(%shared : memref<4xi32, #gpu.address_space<workgroup>>) {
    %at = arith.muli %bx, %sx : index
    %own = arith.addi %at, %tx : index
    %number = arith.index_cast %own : index to i32
    memref.store %number, %shared[%tx] : memref<4xi32, #gpu.address_space<workgroup>>
    gpu.barrier
    %next = arith.addi %tx, %c1 : index
    %neighbour = arith.remui %next, %sx : index
    %x = memref.load %shared[%neighbour] : memref<4xi32, #gpu.address_space<workgroup>>
    memref.store %x, %m[%own] : memref<8xi32>
    gpu.terminator
  }
  %zero = arith.constant 0 : i32
  %sum = scf.for %i = %c0 to %c8 step %c1 iter_args(%s = %zero) -> i32 {
    %x = memref.load %m[%i] : memref<8xi32>
    %t = arith.addi %s, %x : i32
    scf.yield %t : i32
  }
  %c7 = arith.constant 7 : index
  %last = memref.load %m[%c7] : memref<8xi32>
  return %sum, %last : i32, i32
}

func.func @diverges() {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : index
  // DIVERGES: [[#@LINE+1]]:3: error: 'gpu.launch' op has threads that wait at a barrier which others never reach
  gpu.launch blocks(%bx, %by, %bz) in (%gx = %c1, %gy = %c1, %gz = %c1)
             threads(%tx, %ty, %tz) in (%sx = %c4, %sy = %c1, %sz = %c1) {
    %first = arith.cmpi eq, %tx, %c0 : index
    scf.if %first {
      gpu.barrier
    }
    gpu.terminator
  }
  return
}
