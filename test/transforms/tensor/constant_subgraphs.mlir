// RUN: mica-opt %s --constant-subgraphs --split-input-file | FileCheck %s

#transposed = affine_map<(d0, d1) -> (d1, d0)>
#row = affine_map<(d0, d1) -> (d0)>
#same = affine_map<(d0, d1) -> (d0, d1)>

// Weights of f16, transposed, scaled and clipped, then reshaped: one constant, nothing else left.
// CHECK-LABEL: func.func @chain(
// CHECK-NEXT: %[[V:.*]] = arith.constant dense<[1.000000e+01, 4.000000e+01, 4.000000e+01, 1.000000e+02, 9.000000e+01, 1.800000e+02]> : tensor<6xf32>
// CHECK-NEXT: return %[[V]]
func.func @chain() -> tensor<6xf32> {
  %w = arith.constant dense<[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]> : tensor<2x3xf16>
  %s = arith.constant dense<[10.0, 20.0, 30.0]> : tensor<3xf32>
  %e = tensor.empty() : tensor<3x2xf32>
  %0 = linalg.generic {indexing_maps = [#transposed, #row, #same], iterator_types = ["parallel", "parallel"]}
      ins(%w, %s : tensor<2x3xf16>, tensor<3xf32>) outs(%e : tensor<3x2xf32>) {
  ^bb0(%a: f16, %b: f32, %out: f32):
    %least = arith.constant 2.0 : f32
    %x = arith.extf %a : f16 to f32
    %y = arith.mulf %x, %b : f32
    %c = arith.cmpf ogt, %y, %least : f32
    %z = arith.select %c, %y, %least : f32
    linalg.yield %z : f32
  } -> tensor<3x2xf32>
  %1 = tensor.collapse_shape %0 [[0, 1]] : tensor<3x2xf32> into tensor<6xf32>
  return %1 : tensor<6xf32>
}

// -----

// Insertions in a row are one copy; the target's own elements stay where nothing is inserted.
// CHECK-LABEL: func.func @slices(
// CHECK-DAG: dense<{{\[\[}}1, 2, 3], [7, 7, 7], [4, 5, 6], [9, 9, 9]]> : tensor<4x3xi32>
// CHECK-DAG: dense<{{\[\[}}2, 3], [5, 6]]> : tensor<2x2xi32>
// CHECK-NOT: _slice
func.func @slices() -> (tensor<4x3xi32>, tensor<2x2xi32>) {
  %g = arith.constant dense<[[1, 2, 3], [4, 5, 6]]> : tensor<2x3xi32>
  %h = arith.constant dense<7> : tensor<1x3xi32>
  %t = arith.constant dense<9> : tensor<4x3xi32>
  %0 = tensor.insert_slice %h into %t[2, 0] [1, 3] [1, 1] : tensor<1x3xi32> into tensor<4x3xi32>
  %1 = tensor.insert_slice %g into %0[0, 0] [2, 3] [2, 1] : tensor<2x3xi32> into tensor<4x3xi32>
  %2 = tensor.insert_slice %h into %1[1, 0] [1, 3] [1, 1] : tensor<1x3xi32> into tensor<4x3xi32>
  %3 = tensor.extract_slice %g[0, 1] [2, 2] [1, 1] : tensor<2x3xi32> to tensor<2x2xi32>
  return %2, %3 : tensor<4x3xi32>, tensor<2x2xi32>
}

// -----

#row = affine_map<(d0, d1) -> (d0)>
#same = affine_map<(d0, d1) -> (d0, d1)>
#sum = affine_map<(d0, d1) -> (d0)>

// Left to run time: a broadcast, a reduction, a division by zero, an input that is no constant.
// CHECK-LABEL: func.func @stays(
// CHECK-COUNT-4: linalg.generic
func.func @stays(%x: tensor<2x2xi32>) -> (tensor<2x64xi32>, tensor<2xi32>, tensor<2x2xi32>, tensor<2x2xi32>) {
  %w = arith.constant dense<[1, 2]> : tensor<2xi32>
  %m = arith.constant dense<[[1, 2], [3, 0]]> : tensor<2x2xi32>
  %e0 = tensor.empty() : tensor<2x64xi32>
  %0 = linalg.generic {indexing_maps = [#row, #same], iterator_types = ["parallel", "parallel"]}
      ins(%w : tensor<2xi32>) outs(%e0 : tensor<2x64xi32>) {
  ^bb0(%a: i32, %out: i32):
    linalg.yield %a : i32
  } -> tensor<2x64xi32>
  %1 = linalg.generic {indexing_maps = [#same, #sum], iterator_types = ["parallel", "reduction"]}
      ins(%m : tensor<2x2xi32>) outs(%w : tensor<2xi32>) {
  ^bb0(%a: i32, %out: i32):
    %s = arith.addi %a, %out : i32
    linalg.yield %s : i32
  } -> tensor<2xi32>
  %e2 = tensor.empty() : tensor<2x2xi32>
  %2 = linalg.generic {indexing_maps = [#same, #same], iterator_types = ["parallel", "parallel"]}
      ins(%m : tensor<2x2xi32>) outs(%e2 : tensor<2x2xi32>) {
  ^bb0(%a: i32, %out: i32):
    %c8 = arith.constant 8 : i32
    %d = arith.divui %c8, %a : i32
    linalg.yield %d : i32
  } -> tensor<2x2xi32>
  %3 = linalg.generic {indexing_maps = [#same, #same, #same], iterator_types = ["parallel", "parallel"]}
      ins(%m, %x : tensor<2x2xi32>, tensor<2x2xi32>) outs(%e2 : tensor<2x2xi32>) {
  ^bb0(%a: i32, %b: i32, %out: i32):
    %s = arith.addi %a, %b : i32
    linalg.yield %s : i32
  } -> tensor<2x2xi32>
  return %0, %1, %2, %3 : tensor<2x64xi32>, tensor<2xi32>, tensor<2x2xi32>, tensor<2x2xi32>
}

// -----

// A chain of insertions that begins in a block that stands behind the one where it ends.
// CHECK-LABEL: func.func @blocks(
// CHECK: %[[V:.*]] = arith.constant dense<[1.000000e+00, 2.000000e+00, 1.000000e+00, 2.000000e+00]> : tensor<4xf32>
// CHECK: return %[[V]]
// CHECK-NOT: tensor.insert_slice
func.func @blocks() -> tensor<4xf32> {
  %c = arith.constant dense<[1.0, 2.0]> : tensor<2xf32>
  %e = tensor.empty() : tensor<4xf32>
  cf.br ^first
^last:
  %u = tensor.insert_slice %c into %x[2] [2] [1] : tensor<2xf32> into tensor<4xf32>
  return %u : tensor<4xf32>
^first:
  %x = tensor.insert_slice %c into %e[0] [2] [1] : tensor<2xf32> into tensor<4xf32>
  cf.br ^last
}
