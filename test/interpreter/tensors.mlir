// RUN: mica-run --interpret %s | FileCheck %s

// Values are immutable: an insertion leaves what others see alone.
// CHECK: [1, 2, 3, 4]
// CHECK-NEXT: [1, 9, 3, 4]
// CHECK-NEXT: [2, 3]
// CHECK-NEXT: [0, 0, 1, 2, 3, 4, 0]
// CHECK-NEXT: [1, 3, 2, 4]
// CHECK-NEXT: 3.000000e+01
// CHECK-NEXT: [0, 1, 2, 1, 2, 3]
// CHECK-NEXT: [0, 10, 20, 30]
func.func @main() -> (tensor<4xi32>, tensor<4xi32>, tensor<2xi32>, tensor<7xi32>,
                      tensor<2x2xi32>, f32, tensor<2x3xindex>, tensor<4xi32>) {
  %t = arith.constant dense<[1, 2, 3, 4]> : tensor<4xi32>
  %nine = arith.constant 9 : i32
  %c1 = arith.constant 1 : index
  %changed = tensor.insert %nine into %t[%c1] : tensor<4xi32>
  %slice = tensor.extract_slice %t[1] [2] [1] : tensor<4xi32> to tensor<2xi32>
  %zero = arith.constant 0 : i32
  %padded = tensor.pad %t low[2] high[1] {
  ^bb0(%i: index):
    tensor.yield %zero : i32
  } : tensor<4xi32> to tensor<7xi32>

  %square = tensor.expand_shape %t [[0, 1]] output_shape [2, 2] : tensor<4xi32> into tensor<2x2xi32>
  %empty = tensor.empty() : tensor<2x2xi32>
  %turned = linalg.transpose ins(%square : tensor<2x2xi32>) outs(%empty : tensor<2x2xi32>)
    permutation = [1, 0]

  %v = arith.constant dense<[1.0, 2.0, 3.0, 4.0]> : tensor<4xf32>
  %none = arith.constant dense<0.0> : tensor<f32>
  %dot = linalg.dot ins(%v, %v : tensor<4xf32>, tensor<4xf32>) outs(%none : tensor<f32>)
    -> tensor<f32>
  %sum = tensor.extract %dot[] : tensor<f32>

  %indices = tensor.generate {
  ^bb0(%i: index, %j: index):
    %k = arith.addi %i, %j : index
    tensor.yield %k : index
  } : tensor<2x3xindex>

  // Each thread writes its part of the shared result.
  %shared = scf.forall (%i) in (4) shared_outs(%out = %t) -> (tensor<4xi32>) {
    %ten = arith.constant 10 : index
    %product = arith.muli %i, %ten : index
    %number = arith.index_cast %product : index to i32
    %one = tensor.from_elements %number : tensor<1xi32>
    scf.forall.in_parallel {
      tensor.parallel_insert_slice %one into %out[%i] [1] [1] : tensor<1xi32> into tensor<4xi32>
    }
  }
  return %t, %changed, %slice, %padded, %turned, %sum, %indices, %shared
    : tensor<4xi32>, tensor<4xi32>, tensor<2xi32>, tensor<7xi32>, tensor<2x2xi32>, f32,
      tensor<2x3xindex>, tensor<4xi32>
}
