// RUN: mica-opt %s --pass-pipeline='builtin.module(one-shot-bufferize{bufferize-function-boundaries=true function-boundary-type-conversion=identity-layout-map},convert-linalg-to-loops,lower-affine,convert-scf-to-cf,convert-vector-to-llvm,convert-index-to-llvm,convert-arith-to-llvm,finalize-memref-to-llvm,convert-func-to-llvm,convert-cf-to-llvm,reconcile-unrealized-casts)' | %run_program -e main -entry-point-result=void | FileCheck %s
// RUN: mica-opt %s --pass-pipeline='builtin.module(eliminate-empty-tensors,one-shot-bufferize{bufferize-function-boundaries=true function-boundary-type-conversion=fully-dynamic-layout-map},canonicalize,cse,convert-linalg-to-loops,lower-affine,convert-scf-to-cf,convert-vector-to-llvm,convert-index-to-llvm,convert-arith-to-llvm,finalize-memref-to-llvm,convert-func-to-llvm,convert-cf-to-llvm,reconcile-unrealized-casts)' | %run_program -e main -entry-point-result=void | FileCheck %s
// REQUIRES: mica-run

// Values, not buffers, decide what these functions mean; the answers are computed by hand.
func.func private @printMemrefI32(tensor<*xi32> {bufferization.access = "read"}) attributes {llvm.emit_c_interface}

func.func @print(%t: tensor<?xi32>) {
  %u = tensor.cast %t : tensor<?xi32> to tensor<*xi32>
  call @printMemrefI32(%u) : (tensor<*xi32>) -> ()
  return
}

func.func @set(%t: tensor<4xi32>, %i: index, %x: i32) -> tensor<4xi32> {
  %0 = tensor.insert %x into %t[%i] : tensor<4xi32>
  return %0 : tensor<4xi32>
}

// Exchanges two tensors n times.
func.func @swap(%a: tensor<4xi32>, %b: tensor<4xi32>, %n: index) -> (tensor<4xi32>, tensor<4xi32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %r:3 = scf.while (%x = %a, %y = %b, %i = %c0) : (tensor<4xi32>, tensor<4xi32>, index) -> (tensor<4xi32>, tensor<4xi32>, index) {
    %c = arith.cmpi slt, %i, %n : index
    scf.condition(%c) %x, %y, %i : tensor<4xi32>, tensor<4xi32>, index
  } do {
  ^bb0(%x: tensor<4xi32>, %y: tensor<4xi32>, %i: index):
    %k = arith.addi %i, %c1 : index
    scf.yield %y, %x, %k : tensor<4xi32>, tensor<4xi32>, index
  }
  return %r#0, %r#1 : tensor<4xi32>, tensor<4xi32>
}

// The same by a loop that carries both.
func.func @swap_for(%a: tensor<4xi32>, %b: tensor<4xi32>, %n: index) -> (tensor<4xi32>, tensor<4xi32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %r:2 = scf.for %i = %c0 to %n step %c1 iter_args(%x = %a, %y = %b) -> (tensor<4xi32>, tensor<4xi32>) {
    scf.yield %y, %x : tensor<4xi32>, tensor<4xi32>
  }
  return %r#0, %r#1 : tensor<4xi32>, tensor<4xi32>
}

func.func @branches(%a: tensor<4xi32>, %b: tensor<4xi32>, %c: i1) -> tensor<4xi32> {
  %c0 = arith.constant 0 : index
  %x = arith.constant 99 : i32
  cf.cond_br %c, ^end(%a : tensor<4xi32>), ^end(%b : tensor<4xi32>)
^end(%r: tensor<4xi32>):
  %w = tensor.insert %x into %r[%c0] : tensor<4xi32>
  return %w : tensor<4xi32>
}

func.func @main() {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c3 = arith.constant 3 : index
  %c5 = arith.constant 5 : index
  %true = arith.constant true
  %seven = arith.constant 7 : i32
  %a = arith.constant dense<[1, 2, 3, 4]> : tensor<4xi32>
  %b = arith.constant dense<[10, 20, 30, 40]> : tensor<4xi32>

  // A callee's write reaches its result, not the constant that was passed.
  // CHECK: [1, 7, 3, 4]
  // CHECK: [1, 2, 3, 4]
  %set = call @set(%a, %c1, %seven) : (tensor<4xi32>, index, i32) -> tensor<4xi32>
  %set_d = tensor.cast %set : tensor<4xi32> to tensor<?xi32>
  %a_d = tensor.cast %a : tensor<4xi32> to tensor<?xi32>
  call @print(%set_d) : (tensor<?xi32>) -> ()
  call @print(%a_d) : (tensor<?xi32>) -> ()

  // CHECK: [10, 20, 30, 40]
  // CHECK: [1, 2, 3, 4]
  %s:2 = call @swap(%a, %b, %c3) : (tensor<4xi32>, tensor<4xi32>, index) -> (tensor<4xi32>, tensor<4xi32>)
  %s0 = tensor.cast %s#0 : tensor<4xi32> to tensor<?xi32>
  %s1 = tensor.cast %s#1 : tensor<4xi32> to tensor<?xi32>
  call @print(%s0) : (tensor<?xi32>) -> ()
  call @print(%s1) : (tensor<?xi32>) -> ()

  // CHECK: [10, 20, 30, 40]
  // CHECK: [1, 2, 3, 4]
  %f:2 = call @swap_for(%a, %b, %c3) : (tensor<4xi32>, tensor<4xi32>, index) -> (tensor<4xi32>, tensor<4xi32>)
  %f0 = tensor.cast %f#0 : tensor<4xi32> to tensor<?xi32>
  %f1 = tensor.cast %f#1 : tensor<4xi32> to tensor<?xi32>
  call @print(%f0) : (tensor<?xi32>) -> ()
  call @print(%f1) : (tensor<?xi32>) -> ()

  // CHECK: [99, 2, 3, 4]
  // CHECK: [1, 2, 3, 4]
  %br = call @branches(%a, %b, %true) : (tensor<4xi32>, tensor<4xi32>, i1) -> tensor<4xi32>
  %br_d = tensor.cast %br : tensor<4xi32> to tensor<?xi32>
  call @print(%br_d) : (tensor<?xi32>) -> ()
  call @print(%a_d) : (tensor<?xi32>) -> ()

  // CHECK: [7, 1, 7, 3, 4, 7, 7]
  %pad = tensor.pad %set_d low[%c1] high[%c2] {
  ^bb0(%i: index):
    tensor.yield %seven : i32
  } : tensor<?xi32> to tensor<?xi32>
  call @print(%pad) : (tensor<?xi32>) -> ()

  // Picked by a computed place: 4, 3, 2, 1, then 7s.
  // CHECK: [4, 3, 2, 1, 7, 7]
  %reversed = tensor.generate %c2 {
  ^bb0(%i: index, %j: index):
    %c = arith.cmpi eq, %i, %c0 : index
    %at = arith.subi %c3, %j : index
    %x = tensor.extract %a[%at] : tensor<4xi32>
    %y = arith.select %c, %x, %seven : i32
    tensor.yield %y : i32
  } : tensor<?x4xi32>
  %six = tensor.extract_slice %reversed[0, 0] [2, 4] [1, 1] : tensor<?x4xi32> to tensor<2x4xi32>
  %flat = tensor.collapse_shape %six [[0, 1]] : tensor<2x4xi32> into tensor<8xi32>
  %front = tensor.extract_slice %flat[0] [6] [1] : tensor<8xi32> to tensor<6xi32>
  %front_d = tensor.cast %front : tensor<6xi32> to tensor<?xi32>
  call @print(%front_d) : (tensor<?xi32>) -> ()

  // Columns 1 and 2, joined: rows do not lie one after the other.
  // CHECK: [3, 2, 7, 7]
  %columns = tensor.extract_slice %six[0, 1] [2, 2] [1, 1] : tensor<2x4xi32> to tensor<2x2xi32>
  %joined = tensor.collapse_shape %columns [[0, 1]] : tensor<2x2xi32> into tensor<4xi32>
  %joined_d = tensor.cast %joined : tensor<4xi32> to tensor<?xi32>
  call @print(%joined_d) : (tensor<?xi32>) -> ()

  // CHECK: [1, 2, 3, 4, 10, 20, 30, 40, 5, 5]
  %five = arith.constant 5 : i32
  %fives = tensor.splat %five : tensor<2xi32>
  %all = tensor.concat dim(0) %a, %b, %fives : (tensor<4xi32>, tensor<4xi32>, tensor<2xi32>) -> tensor<10xi32>
  %all_d = tensor.cast %all : tensor<10xi32> to tensor<?xi32>
  call @print(%all_d) : (tensor<?xi32>) -> ()

  // The shape comes from a tensor; element [1, 0] of 2x5 is 20.
  // CHECK: [20, 20]
  %shape = tensor.from_elements %c2, %c5 : tensor<2xindex>
  %matrix = tensor.reshape %all(%shape) : (tensor<10xi32>, tensor<2xindex>) -> tensor<?x?xi32>
  %x = tensor.extract %matrix[%c1, %c0] : tensor<?x?xi32>
  %xs = tensor.splat %x : tensor<2xi32>
  %xs_d = tensor.cast %xs : tensor<2xi32> to tensor<?xi32>
  call @print(%xs_d) : (tensor<?xi32>) -> ()

  // One side of a selection is written; the side itself keeps its value.
  // CHECK: [7, 2, 3, 4]
  // CHECK: [1, 7, 3, 4]
  %sel = arith.select %true, %a, %set : tensor<4xi32>
  %sel_w = tensor.insert %seven into %sel[%c0] : tensor<4xi32>
  %sel_d = tensor.cast %sel_w : tensor<4xi32> to tensor<?xi32>
  call @print(%sel_d) : (tensor<?xi32>) -> ()
  call @print(%set_d) : (tensor<?xi32>) -> ()
  return
}
