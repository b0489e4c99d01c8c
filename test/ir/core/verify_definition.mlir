// RUN: mica-opt %s -split-input-file -verify-diagnostics -allow-unregistered-dialect

// Counts, attributes, operands, results and regions against the definition.

func.func @operand_type(%a: i32, %b: f32) {
  // expected-error @+1 {{'arith.addi' op operand #1 must be signless-integer-like, but got 'f32'}}
  %0 = "arith.addi"(%a, %b) : (i32, f32) -> i32
  return
}

// -----

func.func @operand_count(%a: i32) {
  // expected-error @+1 {{'arith.addi' op expected 2 operands, but found 1}}
  %0 = "arith.addi"(%a) : (i32) -> i32
  return
}

// -----

func.func @one_operand(%a: i32) {
  // expected-error @+1 {{'arith.extsi' op requires a single operand}}
  %0 = "arith.extsi"(%a, %a) : (i32, i32) -> i64
  return
}

// -----

func.func @least_operand_count() {
  // expected-error @+1 {{'memref.load' op expected 1 or more operands, but found 0}}
  %0 = "memref.load"() : () -> f32
  return
}

// -----

func.func @variadic_operand_type(%m: memref<4xf32>, %i: i32) {
  // expected-error @+1 {{'memref.load' op operand #1 must be variadic of index, but got 'i32'}}
  %0 = "memref.load"(%m, %i) : (memref<4xf32>, i32) -> f32
  return
}

// -----

func.func @result_count(%m: memref<4xf32>) {
  // expected-error @+1 {{'memref.load' op requires one result}}
  %0:2 = "memref.load"(%m) : (memref<4xf32>) -> (f32, f32)
  return
}

// -----

func.func @no_results(%m: memref<4xf32>, %a: i32) {
  // expected-error @+1 {{'memref.store' op requires zero results}}
  %0 = "memref.store"(%m, %a) : (memref<4xf32>, i32) -> f32
  return
}

// -----

func.func @missing_attribute() {
  // expected-error @+1 {{'arith.constant' op requires attribute 'value'}}
  %0 = "arith.constant"() : () -> i32
  return
}

// -----

// expected-error @+1 {{'func.func' op attribute 'function_type' failed to satisfy constraint: type attribute of function type}}
"func.func"() ({
  func.return
}) {function_type = i32, sym_name = "f"} : () -> ()

// -----

func.func @region_count(%c: i1) {
  // expected-error @+1 {{'scf.if' op expected 2 regions}}
  "scf.if"(%c) ({
  }) : (i1) -> ()
  return
}

// -----

func.func @block_count(%c: i1) {
  // expected-error @+1 {{'scf.if' op region #0 ('thenRegion') failed to verify constraint: region with 1 blocks}}
  "scf.if"(%c) ({
  }, {
  }) : (i1) -> ()
  return
}

// -----

func.func @successor_count(%c: i1) {
  // expected-error @+1 {{'cf.br' op requires 1 successor but found 2}}
  "cf.br"()[^bb1, ^bb1] : () -> ()
^bb1:
  return
}

// -----

func.func @more_successors(%c: i1) {
  // expected-error @+1 {{'cf.cond_br' op requires 2 successors but found 1}}
  "cf.cond_br"(%c)[^bb1] {operandSegmentSizes = array<i32: 1, 0, 0>} : (i1) -> ()
^bb1:
  return
}

// -----

func.func @segments(%c: i1) {
  // expected-error @+1 {{'cf.cond_br' op operand count (2) does not match with the total size (3) specified in attribute 'operandSegmentSizes'}}
  "cf.cond_br"(%c, %c)[^bb1, ^bb1] {operandSegmentSizes = array<i32: 1, 2, 0>} : (i1, i1) -> ()
^bb1:
  return
}

// -----

func.func @negative_segments(%c: i1) {
  // expected-error @+1 {{'cf.cond_br' op 'operandSegmentSizes' attribute cannot have negative elements}}
  "cf.cond_br"(%c, %c)[^bb1, ^bb1] {operandSegmentSizes = array<i32: 1, -1, 2>} : (i1, i1) -> ()
^bb1:
  return
}

// -----

func.func @equation() {
  // expected-error @+1 {{'arith.constant' op failed to verify that all of {value, result} have same type}}
  %0 = "arith.constant"() {value = 1 : i64} : () -> i32
  return
}

// -----

func.func @unknown_op() {
  // expected-error @+1 {{unregistered operation 'arith.foo' found in dialect ('arith') that does not allow unknown operations}}
  "arith.foo"() : () -> ()
  return
}
