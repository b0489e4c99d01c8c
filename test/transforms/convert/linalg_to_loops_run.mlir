// RUN: mica-opt %s --convert-linalg-to-loops --convert-scf-to-cf --convert-arith-to-llvm --finalize-memref-to-llvm --convert-func-to-llvm --convert-cf-to-llvm --convert-index-to-llvm --reconcile-unrealized-casts | %run_program -e main -entry-point-result=void | FileCheck %s
// RUN: mica-opt %s --convert-linalg-to-parallel-loops --convert-scf-to-cf --convert-arith-to-llvm --finalize-memref-to-llvm --convert-func-to-llvm --convert-cf-to-llvm --convert-index-to-llvm --reconcile-unrealized-casts | %run_program -e main -entry-point-result=void | FileCheck %s
// REQUIRES: mica-run

// Answers computed by hand.
memref.global "private" constant @left : memref<2x3xf32> = dense<[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]>
memref.global "private" constant @right : memref<3x2xf32> = dense<[[1.0, 0.0], [2.0, -1.0], [0.0, 3.0]]>
memref.global "private" constant @line : memref<7xf32> = dense<[1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0]>
memref.global "private" constant @taps : memref<3xf32> = dense<[1.0, 10.0, 100.0]>

func.func private @printMemrefF32(memref<*xf32>) attributes {llvm.emit_c_interface}

func.func @main() {
  %zero = arith.constant 0.0 : f32

  // Row 0: 1 + 4 + 0, 0 - 2 + 9. Row 1: 4 + 10 + 0, 0 - 5 + 18.
  // CHECK: {{\[}}[5, 7],
  // CHECK-NEXT: [14, 13]]
  %left = memref.get_global @left : memref<2x3xf32>
  %right = memref.get_global @right : memref<3x2xf32>
  %product = memref.alloc() : memref<2x2xf32>
  linalg.fill ins(%zero : f32) outs(%product : memref<2x2xf32>)
  linalg.matmul ins(%left, %right : memref<2x3xf32>, memref<3x2xf32>)
      outs(%product : memref<2x2xf32>)
  %u0 = memref.cast %product : memref<2x2xf32> to memref<*xf32>
  call @printMemrefF32(%u0) : (memref<*xf32>) -> ()

  // Stride 2: element i is x[2i] + 10 x[2i + 1] + 100 x[2i + 2], of a buffer of unknown size.
  // CHECK: [321, 543, 765]
  %line = memref.get_global @line : memref<7xf32>
  %taps = memref.get_global @taps : memref<3xf32>
  %n = arith.constant 3 : index
  %filtered = memref.alloc(%n) : memref<?xf32>
  linalg.fill ins(%zero : f32) outs(%filtered : memref<?xf32>)
  linalg.generic {indexing_maps = [affine_map<(i, k) -> (i * 2 + k)>,
                                   affine_map<(i, k) -> (k)>, affine_map<(i, k) -> (i)>],
                  iterator_types = ["parallel", "reduction"]}
      ins(%line, %taps : memref<7xf32>, memref<3xf32>) outs(%filtered : memref<?xf32>) {
  ^bb0(%x: f32, %w: f32, %sum: f32):
    %m = arith.mulf %x, %w : f32
    %s = arith.addf %sum, %m : f32
    linalg.yield %s : f32
  }
  %u1 = memref.cast %filtered : memref<?xf32> to memref<*xf32>
  call @printMemrefF32(%u1) : (memref<*xf32>) -> ()

  // 10 i + j, transposed by the map of the output.
  // CHECK: {{\[}}[0, 10],
  // CHECK-NEXT: [1, 11]]
  linalg.generic {indexing_maps = [affine_map<(i, j) -> (j, i)>],
                  iterator_types = ["parallel", "parallel"]}
      outs(%product : memref<2x2xf32>) {
  ^bb0(%old: f32):
    %i = linalg.index 0 : index
    %j = linalg.index 1 : index
    %ten = arith.constant 10 : index
    %tens = arith.muli %i, %ten : index
    %sum = arith.addi %tens, %j : index
    %n32 = arith.index_cast %sum : index to i32
    %f = arith.sitofp %n32 : i32 to f32
    linalg.yield %f : f32
  }
  call @printMemrefF32(%u0) : (memref<*xf32>) -> ()
  memref.dealloc %product : memref<2x2xf32>
  memref.dealloc %filtered : memref<?xf32>
  return
}
