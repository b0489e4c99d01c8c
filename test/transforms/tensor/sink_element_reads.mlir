// RUN: mica-opt %s --sink-element-reads --split-input-file | FileCheck %s

#id = affine_map<(d0) -> (d0)>

// A scalar that is made of an element comes into the body, all the way; what it is made of
// besides stays outside.
// CHECK-LABEL: func.func @chain(
// CHECK: linalg.generic
// CHECK-NEXT: ^bb0
// CHECK-NEXT: %[[E:.*]] = tensor.extract %{{.*}}[] : tensor<f32>
// CHECK-NEXT: %[[N:.*]] = arith.mulf %[[E]], %arg3 : f32
// CHECK-NEXT: %[[R:.*]] = arith.addf %{{.*}}, %[[N]] : f32
// CHECK-NEXT: linalg.yield %[[R]]
func.func @chain(%x: tensor<8xf32>, %s: tensor<f32>, %out: tensor<8xf32>, %f: f32) -> tensor<8xf32> {
  %e = tensor.extract %s[] : tensor<f32>
  %n = arith.mulf %e, %f : f32
  %0 = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]}
      ins(%x : tensor<8xf32>) outs(%out : tensor<8xf32>) {
    ^bb0(%in: f32, %o: f32):
      %r = arith.addf %in, %n : f32
      linalg.yield %r : f32
  } -> tensor<8xf32>
  return %0 : tensor<8xf32>
}

// -----

// Into the outermost loop over elements, once, though two ops in it use the scalar.
// CHECK-LABEL: func.func @loop(
// CHECK: scf.for
// CHECK-NEXT: %[[E:.*]] = tensor.extract %arg1[]
// CHECK-NEXT: scf.for
// CHECK-NOT: tensor.extract %arg1
// CHECK: arith.addf %{{.*}}, %[[E]]
// CHECK: arith.mulf %{{.*}}, %[[E]]
func.func @loop(%x: tensor<8xf32>, %s: tensor<f32>, %n: index) -> tensor<8xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %e = tensor.extract %s[] : tensor<f32>
  %0 = scf.for %i = %c0 to %n step %c1 iter_args(%a = %x) -> (tensor<8xf32>) {
    %1 = scf.for %j = %c0 to %n step %c1 iter_args(%b = %a) -> (tensor<8xf32>) {
      %v = tensor.extract %b[%j] : tensor<8xf32>
      %p = arith.addf %v, %e : f32
      %q = arith.mulf %p, %e : f32
      %w = tensor.insert %q into %b[%i] : tensor<8xf32>
      scf.yield %w : tensor<8xf32>
    }
    scf.yield %1 : tensor<8xf32>
  }
  return %0 : tensor<8xf32>
}

// -----

#id = affine_map<(d0) -> (d0)>

// A scalar that no element is part of stays; so does an element that is no scalar of a body, and
// a loop that starts work of its own is left to the host.
// CHECK-LABEL: func.func @stays(
// CHECK: %[[N:.*]] = arith.mulf %arg3, %arg3
// CHECK: %[[E:.*]] = tensor.extract %arg1[]
// CHECK: scf.for
// CHECK-NEXT: linalg.generic
// CHECK-NEXT: ^bb0
// CHECK-NEXT: arith.addf %{{.*}}, %[[N]]
// CHECK: linalg.fill ins(%[[E]] : f32)
func.func @stays(%x: tensor<8xf32>, %s: tensor<f32>, %out: tensor<8xf32>, %f: f32) -> tensor<8xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : index
  %n = arith.mulf %f, %f : f32
  %e = tensor.extract %s[] : tensor<f32>
  %0 = scf.for %i = %c0 to %c4 step %c1 iter_args(%a = %out) -> (tensor<8xf32>) {
    %1 = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]}
        ins(%x : tensor<8xf32>) outs(%a : tensor<8xf32>) {
      ^bb0(%in: f32, %o: f32):
        %r = arith.addf %in, %n : f32
        linalg.yield %r : f32
    } -> tensor<8xf32>
    %2 = linalg.fill ins(%e : f32) outs(%1 : tensor<8xf32>) -> tensor<8xf32>
    scf.yield %2 : tensor<8xf32>
  }
  return %0 : tensor<8xf32>
}
