// RUN: mica-opt %s -split-input-file -verify-diagnostics -allow-unregistered-dialect

func.func @same_block(%a: i32) {
  // expected-error @+1 {{operand #0 does not dominate this use}}
  %0 = arith.addi %1, %a : i32
  // expected-note @+1 {{operand defined here (op in the same block)}}
  %1 = arith.addi %a, %a : i32
  return
}

// -----

func.func @same_region(%c: i1, %a: i32) {
  cf.cond_br %c, ^bb1, ^bb2
^bb1:
  // expected-note @+1 {{operand defined here (op in the same region)}}
  %0 = arith.addi %a, %a : i32
  cf.br ^bb2
^bb2:
  // expected-error @+1 {{operand #0 does not dominate this use}}
  %1 = arith.addi %0, %a : i32
  return
}

// -----

func.func @parent_region(%c: i1, %a: i32) {
  scf.if %c {
    // expected-error @+1 {{operand #0 does not dominate this use}}
    %0 = arith.addi %1, %a : i32
  }
  // expected-note @+1 {{operand defined here (op in a parent region)}}
  %1 = arith.addi %a, %a : i32
  return
}

// -----

func.func @sibling_argument(%c: i1, %a: i32) {
  cf.cond_br %c, ^bb1(%a : i32), ^bb2
^bb1(%b: i32):
  cf.br ^bb2
^bb2:
  // expected-error @+1 {{operand #0 does not dominate this use}}
  %1 = arith.addi %b, %a : i32
  return
}
// expected-note @-9 {{operand defined as a block argument (block #1 in the same region)}}

// -----

// Loops dominate as they should, unreachable blocks are not asked.
func.func @fine(%c: i1, %a: i32) -> i32 {
  cf.br ^loop(%a : i32)
^dead:
  %0 = arith.addi %1, %0 : i32
  %1 = arith.addi %0, %0 : i32
  cf.br ^dead
^loop(%x: i32):
  %y = arith.addi %x, %a : i32
  cf.cond_br %c, ^loop(%y : i32), ^end
^end:
  return %y : i32
}

// -----

// In a graph region the order does not matter.
"test.graph"() ({
  %0 = "test.use"(%1) : (i32) -> i32
  %1 = "test.make"(%0) : (i32) -> i32
}) : () -> ()

// -----

func.func @isolated(%a: i32) {
  // expected-note @+1 {{required by region isolation constraints}}
  builtin.module {
    // expected-error @+1 {{'arith.addi' op using value defined outside the region}}
    %0 = arith.addi %a, %a : i32
  }
  return
}
