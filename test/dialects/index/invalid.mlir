// RUN: mica-opt %s --split-input-file --verify-diagnostics

// What the verifier refuses.

func.func @types(%a: i32) {
  // expected-error @below {{'index.add' op operand #0 must be index, but got 'i32'}}
  %0 = "index.add"(%a, %a) : (i32, i32) -> index
  return
}

// -----

func.func @cast(%a: index) {
  // expected-error @below {{'index.casts' op operand type 'index' and result type 'index' are cast incompatible}}
  %0 = index.casts %a : index to index
  return
}

// -----

func.func @boolean() {
  // expected-error @below {{integer constant out of range for attribute}}
  %0 = index.bool.constant 2
  return
}
