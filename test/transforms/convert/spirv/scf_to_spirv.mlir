// RUN: mica-opt %s --convert-scf-to-spirv | FileCheck %s

// Results leave structured regions through variables.

// CHECK-LABEL: func.func @for(
func.func @for(%low: index, %high: index, %step: index, %x: f32) -> f32 {
  // CHECK: %[[S:.*]] = builtin.unrealized_conversion_cast %arg2 : index to i32
  // CHECK: %[[U:.*]] = builtin.unrealized_conversion_cast %arg1 : index to i32
  // CHECK: %[[L:.*]] = builtin.unrealized_conversion_cast %arg0 : index to i32
  // CHECK: %[[V:.*]] = spirv.Variable : !spirv.ptr<f32, Function>
  // CHECK: spirv.mlir.loop {
  // CHECK: spirv.Branch ^[[HEADER:.*]](%[[L]], %arg3 : i32, f32)
  // CHECK: ^[[HEADER]](%[[I:.*]]: i32, %[[A:.*]]: f32):
  // CHECK: spirv.Store "Function" %[[V]], %[[A]]
  // CHECK: %[[MORE:.*]] = spirv.SLessThan %[[I]], %[[U]]
  // CHECK: spirv.BranchConditional %[[MORE]], ^[[BODY:.*]], ^[[MERGE:.*]]
  %r = scf.for %i = %low to %high step %step iter_args(%a = %x) -> (f32) {
  // CHECK: ^[[BODY]]:
  // CHECK: %[[N:.*]] = spirv.FAdd %[[A]], %[[A]]
  // CHECK: spirv.Branch ^[[LATCH:.*]]
  %b = arith.addf %a, %a : f32
  // CHECK: ^[[LATCH]]:
  // CHECK: %[[NEXT:.*]] = spirv.IAdd %[[I]], %[[S]]
  // CHECK: spirv.Branch ^[[HEADER]](%[[NEXT]], %[[N]] : i32, f32)
  scf.yield %b : f32
  // CHECK: ^[[MERGE]]:
  // CHECK: spirv.mlir.merge
  }
  // CHECK: %[[R:.*]] = spirv.Load "Function" %[[V]] : f32
  // CHECK: return %[[R]]
  return %r : f32
}

// CHECK-LABEL: func.func @if(
func.func @if(%c: i1, %x: f32) -> f32 {
  // CHECK: %[[V:.*]] = spirv.Variable : !spirv.ptr<f32, Function>
  // CHECK: spirv.mlir.selection {
  // CHECK: spirv.BranchConditional %arg0, ^[[YES:.*]], ^[[NO:.*]]
  %r = scf.if %c -> f32 {
  // CHECK: ^[[YES]]:
  // CHECK: spirv.Store "Function" %[[V]], %arg1
  // CHECK: spirv.Branch ^[[MERGE:.*]]
  scf.yield %x : f32
  } else {
  // CHECK: ^[[NO]]:
  // CHECK: %[[N:.*]] = spirv.FNegate %arg1
  // CHECK: spirv.Store "Function" %[[V]], %[[N]]
  // CHECK: spirv.Branch ^[[MERGE]]
  %n = arith.negf %x : f32
  scf.yield %n : f32
  // CHECK: ^[[MERGE]]:
  // CHECK: spirv.mlir.merge
  }
  return %r : f32
}

// CHECK-LABEL: func.func @if_alone(
func.func @if_alone(%c: i1, %x: f32, %m: memref<4xf32, #spirv.storage_class<StorageBuffer>>, %i: index) {
  // CHECK: spirv.mlir.selection
  // CHECK: spirv.BranchConditional %arg0, ^[[YES:.*]], ^[[MERGE:.*]]
  scf.if %c {
  // CHECK: ^[[YES]]:
  // CHECK: spirv.Store "StorageBuffer"
  memref.store %x, %m[%i] : memref<4xf32, #spirv.storage_class<StorageBuffer>>
  // CHECK: spirv.Branch ^[[MERGE]]
  // CHECK: ^[[MERGE]]:
  // CHECK: spirv.mlir.merge
  }
  return
}

// CHECK-LABEL: func.func @while(
func.func @while(%a: i32, %n: i32) -> i32 {
  // CHECK: %[[V:.*]] = spirv.Variable : !spirv.ptr<i32, Function>
  // CHECK: spirv.mlir.loop {
  // CHECK: spirv.Branch ^[[HEADER:.*]](%arg0 : i32)
  // CHECK: ^[[HEADER]](%[[X:.*]]: i32):
  // CHECK: spirv.Branch ^[[BEFORE:.*]]
  %r = scf.while (%x = %a) : (i32) -> i32 {
  // CHECK: ^[[BEFORE]]:
  // CHECK: %[[C:.*]] = spirv.SLessThan %[[X]], %arg1
  %c = arith.cmpi slt, %x, %n : i32
  // CHECK: spirv.Store "Function" %[[V]], %[[X]]
  // CHECK: spirv.BranchConditional %[[C]], ^[[AFTER:.*]], ^[[MERGE:.*]]
  scf.condition(%c) %x : i32
  } do {
  ^bb0(%y: i32):
  // CHECK: ^[[AFTER]]:
  // CHECK: %[[Z:.*]] = spirv.IMul %[[X]], %[[X]]
  // CHECK: spirv.Branch ^[[LATCH:.*]]
  %z = arith.muli %y, %y : i32
  // CHECK: ^[[LATCH]]:
  // CHECK: spirv.Branch ^[[HEADER]](%[[Z]] : i32)
  scf.yield %z : i32
  // CHECK: ^[[MERGE]]:
  // CHECK: spirv.mlir.merge
  }
  // CHECK: %[[R:.*]] = spirv.Load "Function" %[[V]] : i32
  // CHECK: return %[[R]]
  return %r : i32
}

// Ops without a structured counterpart.
// CHECK-LABEL: func.func @stays(
func.func @stays(%c: index) -> i32 {
  // CHECK: scf.index_switch
  %r = scf.index_switch %c -> i32
  case 1 { %a = arith.constant 1 : i32 scf.yield %a : i32 }
  default { %b = arith.constant 2 : i32 scf.yield %b : i32 }
  return %r : i32
}
