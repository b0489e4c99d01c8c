// RUN: mica-opt %s --convert-scf-to-cf | FileCheck %s

// CHECK-LABEL: func.func @for(
func.func @for(%l: index, %u: index, %s: index, %x: f32) -> f32 {
  // CHECK: cf.br ^[[HEAD:.*]](%arg0, %arg3 : index, f32)
  // CHECK: ^[[HEAD]](%[[I:.*]]: index, %[[A:.*]]: f32):
  // CHECK: %[[C:.*]] = arith.cmpi slt, %[[I]], %arg1
  // CHECK: cf.cond_br %[[C]], ^[[BODY:.*]], ^[[END:.*]]
  %r = scf.for %i = %l to %u step %s iter_args(%a = %x) -> (f32) {
  // CHECK: ^[[BODY]]:
  // CHECK: %[[B:.*]] = arith.addf %[[A]], %[[A]]
  %b = arith.addf %a, %a : f32
  // CHECK: %[[N:.*]] = arith.addi %[[I]], %arg2
  // CHECK: cf.br ^[[HEAD]](%[[N]], %[[B]] : index, f32)
  scf.yield %b : f32
  // CHECK: ^[[END]]:
  // CHECK: return %[[A]]
  }
  return %r : f32
}

// CHECK-LABEL: func.func @if(
func.func @if(%c: i1, %x: f32) -> f32 {
  // CHECK: cf.cond_br %arg0, ^[[YES:.*]], ^[[NO:.*]]
  %r = scf.if %c -> f32 {
  // CHECK: ^[[YES]]:
  // CHECK: cf.br ^[[END:.*]](%arg1 : f32)
  scf.yield %x : f32
  } else {
  // CHECK: ^[[NO]]:
  // CHECK: %[[N:.*]] = arith.negf %arg1
  // CHECK: cf.br ^[[END]](%[[N]] : f32)
  %n = arith.negf %x : f32
  scf.yield %n : f32
  // CHECK: ^[[END]](%[[R:.*]]: f32):
  }
  return %r : f32
}

// CHECK-LABEL: func.func @if_alone(
func.func @if_alone(%c: i1) {
  // CHECK: cf.cond_br %arg0, ^[[YES:.*]], ^[[END:.*]]
  // CHECK: ^[[YES]]:
  // CHECK: call @if_alone
  // CHECK: cf.br ^[[END]]
  // CHECK: ^[[END]]:
  scf.if %c {
  func.call @if_alone(%c) : (i1) -> ()
  }
  return
}

// CHECK-LABEL: func.func @while(
func.func @while(%a: i32, %n: i32) -> i32 {
  // CHECK: cf.br ^[[BEFORE:.*]](%arg0 : i32)
  // CHECK: ^[[BEFORE]](%[[X:.*]]: i32):
  %r = scf.while (%x = %a) : (i32) -> i32 {
  // CHECK: %[[C:.*]] = arith.cmpi slt, %[[X]], %arg1
  %c = arith.cmpi slt, %x, %n : i32
  // CHECK: cf.cond_br %[[C]], ^[[AFTER:.*]](%[[X]] : i32), ^[[END:.*]]
  scf.condition(%c) %x : i32
  } do {
  // CHECK: ^[[AFTER]](%[[Y:.*]]: i32):
  ^bb0(%y: i32):
  // CHECK: %[[Z:.*]] = arith.muli %[[Y]], %[[Y]]
  // CHECK: cf.br ^[[BEFORE]](%[[Z]] : i32)
  %z = arith.muli %y, %y : i32
  scf.yield %z : i32
  }
  return %r : i32
}

// CHECK-LABEL: func.func @index_switch(
func.func @index_switch(%i: index, %a: i32, %b: i32) -> i32 {
  // CHECK: %[[I:.*]] = arith.index_cast %arg0 : index to i32
  // CHECK: cf.switch %[[I]] : i32, [
  // CHECK: default: ^[[DEFAULT:.*]],
  // CHECK: 2: ^[[TWO:.*]],
  // CHECK: 7: ^[[SEVEN:.*]]
  %r = scf.index_switch %i -> i32
  case 2 { scf.yield %a : i32 }
  case 7 { scf.yield %b : i32 }
  default { %z = arith.addi %a, %b : i32 scf.yield %z : i32 }
  return %r : i32
}

// CHECK-LABEL: func.func @execute_region(
func.func @execute_region(%c: i1, %a: i32) -> i32 {
  // CHECK: cf.cond_br %arg0, ^[[X:.*]], ^[[Y:.*]]
  %r = scf.execute_region -> i32 {
  cf.cond_br %c, ^x, ^y
  ^x:
  %b = arith.addi %a, %a : i32
  // CHECK: cf.br ^[[END:.*]](%{{.*}} : i32)
  scf.yield %b : i32
  ^y:
  // CHECK: cf.br ^[[END]](%arg1 : i32)
  scf.yield %a : i32
  // CHECK: ^[[END]](%{{.*}}: i32):
  }
  return %r : i32
}

// CHECK-LABEL: func.func @parallel(
func.func @parallel(%n: index, %m: memref<?x?xf32>, %x: f32) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  // CHECK: cf.br
  // CHECK: arith.cmpi slt
  // CHECK: cf.cond_br
  // CHECK: arith.cmpi slt
  // CHECK: cf.cond_br
  // CHECK: memref.store
  // CHECK-NOT: scf.
  scf.parallel (%i, %j) = (%c0, %c0) to (%n, %n) step (%c1, %c1) {
  memref.store %x, %m[%i, %j] : memref<?x?xf32>
  scf.reduce
  }
  return
}

// CHECK-LABEL: func.func @reduce(
func.func @reduce(%n: index, %x: f32) -> f32 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  // CHECK: cf.br ^[[HEAD:.*]](%{{.*}}, %arg1 : index, f32)
  // CHECK: ^[[HEAD]](%{{.*}}: index, %[[A:.*]]: f32):
  %r = scf.parallel (%i) = (%c0) to (%n) step (%c1) init (%x) -> f32 {
  scf.reduce(%x : f32) {
  ^bb0(%p: f32, %q: f32):
  // CHECK: arith.addf %[[A]], %arg1
  %s = arith.addf %p, %q : f32
  scf.reduce.return %s : f32
  }
  }
  return %r : f32
}

// CHECK-LABEL: func.func @forall(
func.func @forall(%m: memref<4xf32>, %x: f32) {
  // CHECK: cf.br
  // CHECK: arith.cmpi slt
  // CHECK: memref.store
  // CHECK-NOT: scf.
  scf.forall (%i) in (4) {
  memref.store %x, %m[%i] : memref<4xf32>
  }
  return
}

// Nothing to do.
// CHECK-LABEL: func.func @none(
func.func @none(%a: i32) -> i32 {
  // CHECK-NEXT: %[[S:.*]] = arith.addi %arg0, %arg0
  // CHECK-NEXT: return %[[S]]
  %0 = arith.addi %a, %a : i32
  return %0 : i32
}
