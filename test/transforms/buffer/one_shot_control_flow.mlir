// RUN: mica-opt %s -one-shot-bufferize="bufferize-function-boundaries=1 function-boundary-type-conversion=identity-layout-map" | FileCheck %s

// What the condition hands on as it is stays in the buffer of the init.
// CHECK-LABEL: func.func @while(
// CHECK-NOT: memref.alloc
// CHECK: scf.while (%[[I:.*]] = %{{.*}}, %[[A:.*]] = %arg0) : (index, memref<4xf32>) -> (memref<4xf32>, index)
// CHECK: scf.condition(%{{.*}}) %[[A]], %[[I]]
// CHECK: ^bb0(%[[B:.*]]: memref<4xf32>, %[[J:.*]]: index):
// CHECK: memref.store %arg2, %[[B]][%[[J]]]
// CHECK: scf.yield %{{.*}}, %[[B]] : index, memref<4xf32>
func.func @while(%t: tensor<4xf32>, %n: index, %x: f32) -> tensor<4xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %r:2 = scf.while (%i = %c0, %a = %t) : (index, tensor<4xf32>) -> (tensor<4xf32>, index) {
    %c = arith.cmpi slt, %i, %n : index
    scf.condition(%c) %a, %i : tensor<4xf32>, index
  } do {
  ^bb0(%b: tensor<4xf32>, %j: index):
    %w = tensor.insert %x into %b[%j] : tensor<4xf32>
    %k = arith.addi %j, %c1 : index
    scf.yield %k, %w : index, tensor<4xf32>
  }
  return %r#0 : tensor<4xf32>
}

// Two carried tensors change places: both are copied before either is overwritten.
// CHECK-LABEL: func.func @while_swaps(
// CHECK: ^bb0(%[[A:.*]]: memref<4xf32>, %[[B:.*]]: memref<4xf32>):
// CHECK: memref.copy %[[B]], %[[B2:.*]] :
// CHECK: memref.copy %[[A]], %[[A2:.*]] :
// CHECK: memref.copy %[[B2]], %[[A]]
// CHECK: memref.copy %[[A2]], %[[B]]
// CHECK: scf.yield %[[A]], %[[B]]
func.func @while_swaps(%t: tensor<4xf32>, %u: tensor<4xf32>, %c: i1) -> (tensor<4xf32>, tensor<4xf32>) {
  %r:2 = scf.while (%a = %t, %b = %u) : (tensor<4xf32>, tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32>) {
    scf.condition(%c) %a, %b : tensor<4xf32>, tensor<4xf32>
  } do {
  ^bb0(%a: tensor<4xf32>, %b: tensor<4xf32>):
    scf.yield %b, %a : tensor<4xf32>, tensor<4xf32>
  }
  return %r#0, %r#1 : tensor<4xf32>, tensor<4xf32>
}

// What is handed on twice is copied the second time, so that a write to one does not reach the
// other.
// CHECK-LABEL: func.func @while_hands_on_twice(
// CHECK: %[[COPY:.*]] = memref.alloc()
// CHECK: memref.copy %[[A:.*]], %[[COPY]]
// CHECK: scf.condition(%{{.*}}) %[[A]], %[[COPY]]
func.func @while_hands_on_twice(%t: tensor<4xf32>, %c: i1) -> (tensor<4xf32>, tensor<4xf32>) {
  %r:2 = scf.while (%a = %t) : (tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32>) {
    scf.condition(%c) %a, %a : tensor<4xf32>, tensor<4xf32>
  } do {
  ^bb0(%a: tensor<4xf32>, %b: tensor<4xf32>):
    scf.yield %a : tensor<4xf32>
  }
  return %r#0, %r#1 : tensor<4xf32>, tensor<4xf32>
}

// CHECK-LABEL: func.func @if(
// CHECK-NOT: memref.alloc
// CHECK: %[[R:.*]] = scf.if %arg3 -> (memref<4xf32>)
// CHECK: memref.store %arg2, %arg0
// CHECK: scf.yield %arg0
// CHECK: scf.yield %arg1
// CHECK: return %[[R]]
func.func @if(%t: tensor<4xf32>, %u: tensor<4xf32>, %x: f32, %c: i1) -> tensor<4xf32> {
  %c0 = arith.constant 0 : index
  %r = scf.if %c -> tensor<4xf32> {
    %w = tensor.insert %x into %t[%c0] : tensor<4xf32>
    scf.yield %w : tensor<4xf32>
  } else {
    scf.yield %u : tensor<4xf32>
  }
  return %r : tensor<4xf32>
}

// Each iteration writes its part of the shared result.
// CHECK-LABEL: func.func @forall(
// CHECK-NOT: memref.alloc
// CHECK: scf.forall (%[[I:.*]]) in (4) {
// CHECK: %[[VIEW:.*]] = memref.subview %arg0[%[[I]]] [1] [1]
// CHECK: linalg.fill ins(%arg1 : f32) outs(%[[VIEW]]
// CHECK-NOT: memref.copy
// CHECK: return %arg0
func.func @forall(%t: tensor<4xf32>, %x: f32) -> tensor<4xf32> {
  %r = scf.forall (%i) in (4) shared_outs(%o = %t) -> (tensor<4xf32>) {
    %s = tensor.extract_slice %o[%i] [1] [1] : tensor<4xf32> to tensor<1xf32>
    %f = linalg.fill ins(%x : f32) outs(%s : tensor<1xf32>) -> tensor<1xf32>
    scf.forall.in_parallel {
      tensor.parallel_insert_slice %f into %o[%i] [1] [1] : tensor<1xf32> into tensor<4xf32>
    }
  }
  return %r : tensor<4xf32>
}

// CHECK-LABEL: func.func @select(
// CHECK: %[[R:.*]] = arith.select %arg2, %arg0, %arg1 : memref<4xf32>
// CHECK: return %[[R]]
func.func @select(%a: tensor<4xf32>, %b: tensor<4xf32>, %c: i1) -> tensor<4xf32> {
  %0 = arith.select %c, %a, %b : tensor<4xf32>
  return %0 : tensor<4xf32>
}

// The result may be either side: a side that is read later is not written through it.
// CHECK-LABEL: func.func @select_written(
// CHECK: memref.copy
// CHECK: memref.store
// CHECK: memref.load %arg0
func.func @select_written(%a: tensor<4xf32>, %b: tensor<4xf32>, %c: i1, %x: f32) -> (tensor<4xf32>, f32) {
  %c0 = arith.constant 0 : index
  %0 = arith.select %c, %a, %b : tensor<4xf32>
  %1 = tensor.insert %x into %0[%c0] : tensor<4xf32>
  %2 = tensor.extract %a[%c0] : tensor<4xf32>
  return %1, %2 : tensor<4xf32>, f32
}

// Branches hand over copies.
// CHECK-LABEL: func.func @branch(
// CHECK: memref.copy %arg0, %[[A:.*]] :
// CHECK: memref.copy %arg1, %[[B:.*]] :
// CHECK: cf.cond_br %arg2, ^bb1(%[[A]] : memref<4xf32>), ^bb1(%[[B]] : memref<4xf32>)
// CHECK: ^bb1(%[[R:.*]]: memref<4xf32>)
// CHECK: return %[[R]]
func.func @branch(%a: tensor<4xf32>, %b: tensor<4xf32>, %c: i1) -> tensor<4xf32> {
  cf.cond_br %c, ^end(%a : tensor<4xf32>), ^end(%b : tensor<4xf32>)
^end(%r: tensor<4xf32>):
  return %r : tensor<4xf32>
}

// Blocks may run again: %t is read in the next round, so that the write goes to a copy.
// CHECK-LABEL: func.func @loop_of_blocks(
// CHECK: ^bb1
// CHECK: memref.load %arg0
// CHECK: memref.copy %arg0, %[[COPY:.*]] :
// CHECK: memref.store %{{.*}}, %[[COPY]]
func.func @loop_of_blocks(%t: tensor<4xf32>, %n: index) -> f32 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %zero = arith.constant 0.0 : f32
  cf.br ^body(%c0, %zero : index, f32)
^body(%i: index, %sum: f32):
  %x = tensor.extract %t[%c0] : tensor<4xf32>
  %y = arith.addf %x, %sum : f32
  %w = tensor.insert %y into %t[%c0] : tensor<4xf32>
  %z = tensor.extract %w[%i] : tensor<4xf32>
  %k = arith.addi %i, %c1 : index
  %c = arith.cmpi slt, %k, %n : index
  cf.cond_br %c, ^body(%k, %z : index, f32), ^end
^end:
  return %z : f32
}

// In a loop the branches do follow each other: what the first round writes the second reads.
// CHECK-LABEL: func.func @if_in_loop(
// CHECK: memref.copy %arg0, %[[COPY:.*]] :
// CHECK: memref.store %{{.*}}, %[[COPY]]
// CHECK: memref.load %arg0
func.func @if_in_loop(%t: tensor<4xf32>, %n: index) -> f32 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %x = arith.constant 1.0 : f32
  %r = scf.for %i = %c0 to %n step %c1 iter_args(%s = %x) -> (f32) {
    %c = arith.cmpi eq, %i, %c0 : index
    %v = scf.if %c -> f32 {
      %w = tensor.insert %s into %t[%c0] : tensor<4xf32>
      %y = tensor.extract %w[%c1] : tensor<4xf32>
      scf.yield %y : f32
    } else {
      %y = tensor.extract %t[%c0] : tensor<4xf32>
      scf.yield %y : f32
    }
    scf.yield %v : f32
  }
  return %r : f32
}

// What a loop carries is written in each iteration, while the init is still read.
// CHECK-LABEL: func.func @loop_reads_init(
// CHECK-SAME: %[[A:.*]]: memref<6xf32>
// CHECK: %[[COPY:.*]] = memref.alloc
// CHECK: memref.copy %[[A]], %[[COPY]]
// CHECK: scf.for {{.*}} iter_args(%[[T:.*]] = %[[COPY]])
// CHECK: linalg.generic {{.*}} ins(%[[A]] : memref<6xf32>) outs(%[[T]] : memref<6xf32>)
func.func @loop_reads_init(%a: tensor<6xf32>) -> tensor<6xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : index
  %r = scf.for %k = %c0 to %c4 step %c1 iter_args(%t = %a) -> (tensor<6xf32>) {
    %0 = linalg.generic {indexing_maps = [affine_map<(d0) -> (d0)>, affine_map<(d0) -> (d0)>], iterator_types = ["parallel"]}
        ins(%a : tensor<6xf32>) outs(%t : tensor<6xf32>) {
    ^bb0(%p: f32, %o: f32):
      %1 = arith.addf %o, %p : f32
      linalg.yield %1 : f32
    } -> tensor<6xf32>
    scf.yield %0 : tensor<6xf32>
  }
  return %r : tensor<6xf32>
}

// CHECK-LABEL: func.func @execute_region(
// CHECK-NOT: memref.alloc
// CHECK: %[[R:.*]] = scf.execute_region -> memref<4xf32>
// CHECK: memref.store %arg1, %arg0
// CHECK: scf.yield %arg0 : memref<4xf32>
// CHECK: return %[[R]]
func.func @execute_region(%t: tensor<4xf32>, %x: f32, %i: index) -> tensor<4xf32> {
  %r = scf.execute_region -> tensor<4xf32> {
    %w = tensor.insert %x into %t[%i] : tensor<4xf32>
    scf.yield %w : tensor<4xf32>
  }
  return %r : tensor<4xf32>
}

// CHECK-LABEL: func.func @index_switch(
// CHECK: %[[R:.*]] = scf.index_switch %arg2 -> memref<4xf32>
// CHECK: scf.yield %arg0
// CHECK: scf.yield %arg1
// CHECK: return %[[R]]
func.func @index_switch(%a: tensor<4xf32>, %b: tensor<4xf32>, %i: index) -> tensor<4xf32> {
  %r = scf.index_switch %i -> tensor<4xf32>
  case 3 {
    scf.yield %a : tensor<4xf32>
  }
  default {
    scf.yield %b : tensor<4xf32>
  }
  return %r : tensor<4xf32>
}

// No tensor goes from one round to the next, but one comes out.
// CHECK-LABEL: func.func @while_only_result(
// CHECK: scf.condition(%true) %{{.*}} : memref<f32>
// CHECK: ^bb0(%{{.*}}: memref<f32>):
// CHECK-NEXT: scf.yield %true : i1
func.func @while_only_result() -> tensor<f32> {
  %true = arith.constant true
  %cst = arith.constant dense<0.0> : tensor<f32>
  %0 = scf.while (%a = %true) : (i1) -> (tensor<f32>) {
    scf.condition(%true) %cst : tensor<f32>
  } do {
  ^bb0(%b: tensor<f32>):
    scf.yield %true : i1
  }
  return %0 : tensor<f32>
}

// A slice of each round is the next round's tensor: its layout is none that a type could fix.
// CHECK-LABEL: func.func @while_slices(
// CHECK: scf.while (%{{.*}} = %{{.*}}) : (memref<?xf32, strided<[?], offset: ?>>) -> memref<?xf32>
func.func @while_slices(%t: tensor<?xf32>, %n: index, %c: i1) -> f32 {
  %c1 = arith.constant 1 : index
  %e = tensor.extract_slice %t[1] [%n] [1] : tensor<?xf32> to tensor<?xf32>
  %r = scf.while (%a = %e) : (tensor<?xf32>) -> (tensor<?xf32>) {
    %s = tensor.extract_slice %a[1] [%n] [1] : tensor<?xf32> to tensor<?xf32>
    scf.condition(%c) %s : tensor<?xf32>
  } do {
  ^bb0(%b: tensor<?xf32>):
    scf.yield %b : tensor<?xf32>
  }
  %x = tensor.extract %r[%c1] : tensor<?xf32>
  return %x : f32
}
