// RUN: mica-opt %s -split-input-file -verify-diagnostics -allow-unregistered-dialect

func.func @middle() {
  // expected-error @+1 {{operation with block successors must terminate its parent block}}
  "cf.br"()[^bb1] : () -> ()
  return
^bb1:
  return
}

// -----

func.func @no_terminator(%a: i32) {
  // expected-error @+1 {{block with no terminator, has}}
  %0 = arith.addi %a, %a : i32
}

// -----

func.func @branch_operands() {
  // expected-error @+1 {{branch has 0 operands for successor #0, but target block has 1}}
  "cf.br"()[^bb1] : () -> ()
^bb1(%a: i32):
  return
}

// -----

func.func @branch_types(%c: i1, %i: index) {
  cf.br ^bb1
^bb1:
  // expected-error @+1 {{type mismatch for bb argument #0 of successor #1}}
  "cf.cond_br"(%c, %i)[^bb1, ^bb2] {operandSegmentSizes = array<i32: 1, 0, 1>} : (i1, index) -> ()
^bb2(%a: i1):
  return
}

// -----

func.func @loop_types(%i: index) {
  // expected-error @+1 {{'scf.for' op 0-th region iter_arg and 0-th yielded value have different type: 'index' != 'i32'}}
  %0 = scf.for %k = %i to %i step %i iter_args(%x = %i) -> (index) {
    %c = arith.constant 1 : i32
    "scf.yield"(%c) : (i32) -> ()
  }
  return
}

// -----

func.func @loop_counts(%i: index) {
  // expected-error @+1 {{'scf.for' op different number of inits and region iter_args: 1 != 0}}
  %0 = "scf.for"(%i, %i, %i, %i) ({
  ^bb0(%k: index):
    "scf.yield"() : () -> ()
  }) : (index, index, index, index) -> index
  return
}

// -----

func.func @yielded_count(%i: index) {
  // expected-error @+1 {{region control flow edge from Region #0 to Region #0: source has 0 operands, but target successor needs 1}}
  %0 = scf.for %k = %i to %i step %i iter_args(%x = %i) -> (index) {
    "scf.yield"() : () -> ()
  }
  return
}

// -----

func.func @edge_types(%c: i1) {
  // expected-error @+1 {{along control flow edge from Region #0 to parent results: source type #0 'i1' should match input type #0 'index'}}
  %0 = scf.if %c -> index {
    scf.yield %c : i1
  } else {
    scf.yield %c : i1
  }
  return
}

// -----

func.func @while_types(%i: index) {
  // expected-error @+1 {{along control flow edge from Region #0 to parent results: source type #0 'index' should match input type #0 'i32'}}
  %0 = scf.while (%x = %i) : (index) -> i32 {
    %c = arith.constant true
    scf.condition(%c) %x : index
  } do {
  ^bb0(%z: i32):
    scf.yield %i : index
  }
  return
}
