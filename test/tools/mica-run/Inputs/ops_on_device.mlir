// One result for each kind of work that comes to a device; ops_on_device.py has numpy's answers.
#id1 = affine_map<(d0) -> (d0)>
#id2 = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d1)>
#col = affine_map<(d0, d1) -> (d0)>
#none = affine_map<(d0, d1) -> ()>
func.func @ops(%a: tensor<5x7xf32>, %b: tensor<7x3xf32>, %v: tensor<7xf32>,
               %i: tensor<6xi32>, %j: tensor<6xi32>, %x: tensor<1x2x6x6xf32>,
               %s: tensor<6xi8>, %w: tensor<6xi64>)
    -> (tensor<5x3xf32>, tensor<7x5xf32>, tensor<7xf32>, tensor<f32>, tensor<5x7xf32>,
        tensor<6xi32>, tensor<6xi32>, tensor<6xi1>, tensor<1x2x4x4xf32>, tensor<7xf32>,
        tensor<3x2xf32>, tensor<12xi32>, tensor<5x7xi32>, tensor<5x7xf32>, tensor<6xi8>,
        tensor<6xi64>, tensor<6xf32>, tensor<35xf32>, tensor<7xf32>) {
  %zero = arith.constant 0.0 : f32
  %minus = arith.constant 0xFF800000 : f32
  %one = arith.constant 1.0 : f32

  // matmul
  %e53 = tensor.empty() : tensor<5x3xf32>
  %f53 = linalg.fill ins(%zero : f32) outs(%e53 : tensor<5x3xf32>) -> tensor<5x3xf32>
  %matmul = linalg.matmul ins(%a, %b : tensor<5x7xf32>, tensor<7x3xf32>) outs(%f53 : tensor<5x3xf32>) -> tensor<5x3xf32>

  // transpose
  %e75 = tensor.empty() : tensor<7x5xf32>
  %transpose = linalg.transpose ins(%a : tensor<5x7xf32>) outs(%e75 : tensor<7x5xf32>) permutation = [1, 0]

  // sums of columns: the reduction is the outer loop
  %e7 = tensor.empty() : tensor<7xf32>
  %f7 = linalg.fill ins(%zero : f32) outs(%e7 : tensor<7xf32>) -> tensor<7xf32>
  %sums = linalg.reduce ins(%a : tensor<5x7xf32>) outs(%f7 : tensor<7xf32>) dimensions = [0]
    (%in: f32, %init: f32) {
      %0 = arith.addf %in, %init : f32
      linalg.yield %0 : f32
    }

  // the largest of all: nothing is parallel
  %e = tensor.empty() : tensor<f32>
  %f = linalg.fill ins(%minus : f32) outs(%e : tensor<f32>) -> tensor<f32>
  %largest = linalg.reduce ins(%a : tensor<5x7xf32>) outs(%f : tensor<f32>) dimensions = [0, 1]
    (%in: f32, %init: f32) {
      %0 = arith.maximumf %in, %init : f32
      linalg.yield %0 : f32
    }

  // a row and a scalar spread
  %e57 = tensor.empty() : tensor<5x7xf32>
  %spread = linalg.generic {indexing_maps = [#id2, #row, #none, #id2], iterator_types = ["parallel", "parallel"]}
      ins(%a, %v, %largest : tensor<5x7xf32>, tensor<7xf32>, tensor<f32>) outs(%e57 : tensor<5x7xf32>) {
  ^bb0(%p: f32, %q: f32, %r: f32, %o: f32):
    %0 = arith.addf %p, %q : f32
    %1 = arith.mulf %0, %r : f32
    linalg.yield %1 : f32
  } -> tensor<5x7xf32>

  // integers: division, remainder, comparison
  %e6 = tensor.empty() : tensor<6xi32>
  %eb = tensor.empty() : tensor<6xi1>
  %div, %rem, %less = linalg.generic {indexing_maps = [#id1, #id1, #id1, #id1, #id1], iterator_types = ["parallel"]}
      ins(%i, %j : tensor<6xi32>, tensor<6xi32>) outs(%e6, %e6, %eb : tensor<6xi32>, tensor<6xi32>, tensor<6xi1>) {
  ^bb0(%p: i32, %q: i32, %o0: i32, %o1: i32, %o2: i1):
    %0 = arith.divsi %p, %q : i32
    %1 = arith.remsi %p, %q : i32
    %2 = arith.cmpi slt, %p, %q : i32
    linalg.yield %0, %1, %2 : i32, i32, i1
  } -> (tensor<6xi32>, tensor<6xi32>, tensor<6xi1>)

  // means of windows
  %win = tensor.empty() : tensor<3x3xf32>
  %ep = tensor.empty() : tensor<1x2x4x4xf32>
  %fp = linalg.fill ins(%zero : f32) outs(%ep : tensor<1x2x4x4xf32>) -> tensor<1x2x4x4xf32>
  %pool = linalg.pooling_nchw_sum {dilations = dense<1> : tensor<2xi64>, strides = dense<1> : tensor<2xi64>}
      ins(%x, %win : tensor<1x2x6x6xf32>, tensor<3x3xf32>) outs(%fp : tensor<1x2x4x4xf32>) -> tensor<1x2x4x4xf32>

  // functions
  %functions = linalg.generic {indexing_maps = [#id1, #id1], iterator_types = ["parallel"]}
      ins(%v : tensor<7xf32>) outs(%e7 : tensor<7xf32>) {
  ^bb0(%p: f32, %o: f32):
    %0 = math.exp %p : f32
    %1 = math.tanh %p : f32
    %2 = math.absf %p : f32
    %3 = math.sqrt %2 : f32
    %4 = arith.addf %2, %one : f32
    %5 = math.log %4 : f32
    %6 = math.floor %p : f32
    %7 = arith.addf %0, %1 : f32
    %8 = arith.mulf %3, %5 : f32
    %9 = arith.addf %7, %8 : f32
    %10 = arith.subf %9, %6 : f32
    linalg.yield %10 : f32
  } -> tensor<7xf32>

  // a strided part of a matrix
  %slice = tensor.extract_slice %a[1, 2] [3, 2] [1, 3] : tensor<5x7xf32> to tensor<3x2xf32>
  %es = tensor.empty() : tensor<3x2xf32>
  %part = linalg.generic {indexing_maps = [#id2, #id2], iterator_types = ["parallel", "parallel"]}
      ins(%slice : tensor<3x2xf32>) outs(%es : tensor<3x2xf32>) {
  ^bb0(%p: f32, %o: f32):
    %0 = arith.negf %p : f32
    linalg.yield %0 : f32
  } -> tensor<3x2xf32>

  // one after the other
  %joined = tensor.concat dim(0) %i, %j : (tensor<6xi32>, tensor<6xi32>) -> tensor<12xi32>

  // numbers of elements
  %ei = tensor.empty() : tensor<5x7xi32>
  %numbers = linalg.generic {indexing_maps = [#id2], iterator_types = ["parallel", "parallel"]} outs(%ei : tensor<5x7xi32>) {
  ^bb0(%o: i32):
    %c7 = arith.constant 7 : index
    %0 = linalg.index 0 : index
    %1 = linalg.index 1 : index
    %2 = arith.muli %0, %c7 : index
    %3 = arith.addi %2, %1 : index
    %4 = arith.index_cast %3 : index to i32
    linalg.yield %4 : i32
  } -> tensor<5x7xi32>

  // a loop of the host around kernels
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : index
  %loop = scf.for %k = %c0 to %c4 step %c1 iter_args(%t = %a) -> (tensor<5x7xf32>) {
    %0 = linalg.generic {indexing_maps = [#id2, #id2], iterator_types = ["parallel", "parallel"]}
        ins(%a : tensor<5x7xf32>) outs(%t : tensor<5x7xf32>) {
    ^bb0(%p: f32, %o: f32):
      %1 = arith.addf %o, %p : f32
      linalg.yield %1 : f32
    } -> tensor<5x7xf32>
    scf.yield %0 : tensor<5x7xf32>
  }

  // other widths
  %e8 = tensor.empty() : tensor<6xi8>
  %bytes = linalg.generic {indexing_maps = [#id1, #id1, #id1], iterator_types = ["parallel"]}
      ins(%s, %less : tensor<6xi8>, tensor<6xi1>) outs(%e8 : tensor<6xi8>) {
  ^bb0(%p: i8, %q: i1, %o: i8):
    %0 = arith.addi %p, %p : i8
    %1 = arith.select %q, %0, %p : i8
    linalg.yield %1 : i8
  } -> tensor<6xi8>
  %e64 = tensor.empty() : tensor<6xi64>
  %wide = linalg.generic {indexing_maps = [#id1, #id1], iterator_types = ["parallel"]}
      ins(%w : tensor<6xi64>) outs(%e64 : tensor<6xi64>) {
  ^bb0(%p: i64, %o: i64):
    %0 = arith.muli %p, %p : i64
    linalg.yield %0 : i64
  } -> tensor<6xi64>

  // elements by number
  %e6f = tensor.empty() : tensor<6xf32>
  %gather = linalg.generic {indexing_maps = [#id1, #id1], iterator_types = ["parallel"]}
      ins(%j : tensor<6xi32>) outs(%e6f : tensor<6xf32>) {
  ^bb0(%p: i32, %o: f32):
    %0 = arith.index_cast %p : i32 to index
    %1 = math.absi %p : i32
    %2 = arith.index_cast %1 : i32 to index
    %3 = tensor.extract %v[%2] : tensor<7xf32>
    linalg.yield %3 : f32
  } -> tensor<6xf32>

  %flat = tensor.collapse_shape %spread [[0, 1]] : tensor<5x7xf32> into tensor<35xf32>
  %e35 = tensor.empty() : tensor<35xf32>
  %flat_twice = linalg.generic {indexing_maps = [#id1, #id1], iterator_types = ["parallel"]}
      ins(%flat : tensor<35xf32>) outs(%e35 : tensor<35xf32>) {
  ^bb0(%p: f32, %o: f32):
    %0 = arith.addf %p, %p : f32
    linalg.yield %0 : f32
  } -> tensor<35xf32>

  // softmax along a row
  %m0 = linalg.fill ins(%minus : f32) outs(%e : tensor<f32>) -> tensor<f32>
  %m = linalg.reduce ins(%v : tensor<7xf32>) outs(%m0 : tensor<f32>) dimensions = [0]
    (%in: f32, %init: f32) {
      %0 = arith.maximumf %in, %init : f32
      linalg.yield %0 : f32
    }
  %p = linalg.generic {indexing_maps = [#id1, affine_map<(d0) -> ()>, #id1], iterator_types = ["parallel"]}
      ins(%v, %m : tensor<7xf32>, tensor<f32>) outs(%e7 : tensor<7xf32>) {
  ^bb0(%q: f32, %r: f32, %o: f32):
    %0 = arith.subf %q, %r : f32
    %1 = math.exp %0 : f32
    linalg.yield %1 : f32
  } -> tensor<7xf32>
  %t0 = linalg.fill ins(%zero : f32) outs(%e : tensor<f32>) -> tensor<f32>
  %t = linalg.reduce ins(%p : tensor<7xf32>) outs(%t0 : tensor<f32>) dimensions = [0]
    (%in: f32, %init: f32) {
      %0 = arith.addf %in, %init : f32
      linalg.yield %0 : f32
    }
  %softmax = linalg.generic {indexing_maps = [#id1, affine_map<(d0) -> ()>, #id1], iterator_types = ["parallel"]}
      ins(%p, %t : tensor<7xf32>, tensor<f32>) outs(%e7 : tensor<7xf32>) {
  ^bb0(%q: f32, %r: f32, %o: f32):
    %0 = arith.divf %q, %r : f32
    linalg.yield %0 : f32
  } -> tensor<7xf32>

  return %matmul, %transpose, %sums, %largest, %spread, %div, %rem, %less, %pool, %functions,
         %part, %joined, %numbers, %loop, %bytes, %wide, %gather, %flat_twice, %softmax
      : tensor<5x3xf32>, tensor<7x5xf32>, tensor<7xf32>, tensor<f32>, tensor<5x7xf32>,
        tensor<6xi32>, tensor<6xi32>, tensor<6xi1>, tensor<1x2x4x4xf32>, tensor<7xf32>,
        tensor<3x2xf32>, tensor<12xi32>, tensor<5x7xi32>, tensor<5x7xf32>, tensor<6xi8>,
        tensor<6xi64>, tensor<6xf32>, tensor<35xf32>, tensor<7xf32>
}
