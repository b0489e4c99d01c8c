// The verifier passes over ops of a shape that it has seen; what differs in one part is another
// shape, and ops whose checks look around have none.
// RUN: mica-opt %s -split-input-file -verify-diagnostics

func.func @result_type(%a: i32) {
  %0 = "arith.addi"(%a, %a) : (i32, i32) -> i32
  %1 = "arith.addi"(%a, %a) : (i32, i32) -> i32
  // expected-error @+1 {{'arith.addi' op requires the same type for all operands and results}}
  %2 = "arith.addi"(%a, %a) : (i32, i32) -> i64
  return
}

// -----

func.func @attribute(%a: i32) {
  %0 = "arith.cmpi"(%a, %a) <{predicate = 2 : i64}> : (i32, i32) -> i1
  %1 = "arith.cmpi"(%a, %a) <{predicate = 2 : i64}> : (i32, i32) -> i1
  // expected-error @+1 {{'arith.cmpi' op attribute 'predicate' failed to satisfy constraint}}
  %2 = "arith.cmpi"(%a, %a) {predicate = 77 : i64} : (i32, i32) -> i1
  return
}

// -----

// The same shape under another definition.
func.func @definition(%a: i32) {
  %0 = "arith.muli"(%a, %a) : (i32, i32) -> i32
  // expected-error @+1 {{'arith.mulf' op operand #0 must be floating-point-like, but got 'i32'}}
  %1 = "arith.mulf"(%a, %a) : (i32, i32) -> i32
  return
}

// -----

// The second one is no terminator of its block.
func.func @place(%c: i1) {
  cf.cond_br %c, ^a, ^b
^a:
  return
^b:
  // expected-error @+1 {{'func.return' op must be the last operation in the parent block}}
  "func.return"() : () -> ()
  return
}

// -----

// A hook compares the value's type with the result's.
func.func @hook() {
  %0 = "arith.constant"() <{value = 1 : i32}> : () -> i32
  // expected-error @+1 {{}}
  %1 = "arith.constant"() <{value = 1 : i32}> : () -> i64
  return
}

// -----

// Dominance is checked for each op.
func.func @dominance(%a: i32) {
  %0 = arith.addi %a, %a : i32
  // expected-error @+1 {{operand #1 does not dominate this use}}
  %1 = arith.addi %a, %2 : i32
  // expected-note @+1 {{operand defined here (op in the same block)}}
  %2 = arith.addi %a, %a : i32
  return
}
