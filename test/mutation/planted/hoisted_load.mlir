// flags: --loop-invariant-code-motion
func.func @running_sum(%m: memref<8xi32>, %sum: memref<1xi32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c8 = arith.constant 8 : index
  scf.for %i = %c0 to %c8 step %c1 {
    %before = memref.load %sum[%c0] : memref<1xi32>
    %x = memref.load %m[%i] : memref<8xi32>
    %after = arith.addi %before, %x : i32
    memref.store %after, %sum[%c0] : memref<1xi32>
  }
  return
}
