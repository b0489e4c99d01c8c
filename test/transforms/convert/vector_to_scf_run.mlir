// REQUIRES: mica-run
// RUN: mica-opt %s --pass-pipeline='builtin.module(convert-vector-to-scf,lower-affine,convert-scf-to-cf,convert-vector-to-llvm,finalize-memref-to-llvm,convert-index-to-llvm,convert-arith-to-llvm,convert-func-to-llvm,convert-cf-to-llvm,reconcile-unrealized-casts)' -o %t.loops.mlir
// RUN: %run_program %t.loops.mlir -e main -entry-point-result=void | FileCheck %s
// RUN: mica-opt %s --pass-pipeline='builtin.module(convert-vector-to-scf{full-unroll=true},lower-affine,convert-scf-to-cf,convert-vector-to-llvm,finalize-memref-to-llvm,convert-index-to-llvm,convert-arith-to-llvm,convert-func-to-llvm,convert-cf-to-llvm,reconcile-unrealized-casts)' -o %t.rows.mlir
// RUN: %run_program %t.rows.mlir -e main -entry-point-result=void | FileCheck %s

// The memref holds 0 to 19; what is out of bounds is -1.
// CHECK: ( ( 6, 7, 8, 9, -1 ), ( 11, 12, 13, 14, -1 ), ( 16, 17, 18, 19, -1 ), ( -1, -1, -1, -1, -1 ) )
// CHECK-NEXT: ( ( 1, 6, 11, 16 ), ( 2, 7, 12, 17 ), ( 3, 8, 13, 18 ), ( 4, 9, 14, 19 ), ( -1, -1, -1, -1 ) )
// CHECK-NEXT: ( 6, 11, 16, -1 )
// CHECK-NEXT: ( ( 0, 1, 2, 3, 4 ), ( 6, 7, 8, 9, -1 ), ( 11, 12, 13, 14, -1 ), ( 16, 17, 18, 19, -1 ) )
func.func @main() {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : index
  %c5 = arith.constant 5 : index
  %f = arith.constant -1.0 : f32
  %m = memref.alloc() : memref<4x5xf32>
  scf.for %i = %c0 to %c4 step %c1 {
    scf.for %j = %c0 to %c5 step %c1 {
      %a = arith.muli %i, %c5 : index
      %b = arith.addi %a, %j : index
      %x = arith.index_cast %b : index to i32
      %y = arith.sitofp %x : i32 to f32
      memref.store %y, %m[%i, %j] : memref<4x5xf32>
    }
  }
  %v = vector.transfer_read %m[%c1, %c1], %f : memref<4x5xf32>, vector<4x5xf32>
  vector.print %v : vector<4x5xf32>
  %t = vector.transfer_read %m[%c0, %c1], %f {permutation_map = affine_map<(d0, d1) -> (d1, d0)>} : memref<4x5xf32>, vector<5x4xf32>
  vector.print %t : vector<5x4xf32>
  %col = vector.transfer_read %m[%c1, %c1], %f {permutation_map = affine_map<(d0, d1) -> (d0)>} : memref<4x5xf32>, vector<4xf32>
  vector.print %col : vector<4xf32>
  vector.transfer_write %v, %m[%c1, %c0] : vector<4x5xf32>, memref<4x5xf32>
  %w = vector.transfer_read %m[%c0, %c0], %f : memref<4x5xf32>, vector<4x5xf32>
  vector.print %w : vector<4x5xf32>
  return
}
