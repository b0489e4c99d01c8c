// RUN: mica-opt %s --split-input-file --verify-diagnostics

// What the verifier refuses.

// expected-error @below {{custom op 'func.func' expected type instead of SSA identifier}}
func.func @f(i32, %x: i32)

// -----

func.func @return_count() -> i32 {
  // expected-error @below {{'func.return' op has 0 operands, but enclosing function (@return_count) returns 1}}
  return
}

// -----

func.func @return_type(%x: f32) -> i32 {
  // expected-error @below {{type of return operand 0 ('f32') doesn't match function result type ('i32') in function @return_type}}
  return %x : f32
}

// -----

// expected-error @below {{'func.func' op symbol declaration cannot have public visibility}}
func.func @callee(i32)
func.func @count() {
  call @callee() : () -> ()
  return
}

// -----

func.func private @callee(i32)
func.func @count() {
  // expected-error @below {{'func.call' op incorrect number of operands for callee}}
  call @callee() : () -> ()
  return
}

// -----

func.func private @callee(i32)
func.func @type(%x: f32) {
  // expected-error @below {{'func.call' op operand type mismatch: expected operand type 'i32', but provided 'f32' for operand number 0}}
  call @callee(%x) : (f32) -> ()
  return
}

// -----

func.func private @callee(i32)
func.func @results(%x: i32) {
  // expected-error @below {{'func.call' op incorrect number of results for callee}}
  %0 = call @callee(%x) : (i32) -> i32
  return
}

// -----

func.func private @callee() -> i64
func.func @result() {
  // expected-error @below {{'func.call' op result type mismatch at index 0}}
  %0 = call @callee() : () -> i32
  return
}

// -----

func.func @unknown() {
  // expected-error @below {{'func.call' op 'nowhere' does not reference a valid function}}
  call @nowhere() : () -> ()
  return
}

// -----

func.func @constant() {
  // expected-error @below {{'func.constant' op reference to undefined function 'nowhere'}}
  %0 = constant @nowhere : () -> ()
  return
}

// -----

func.func private @callee(i32)
func.func @constant_type() {
  // expected-error @below {{'func.constant' op reference to function with mismatched type}}
  %0 = constant @callee : () -> ()
  return
}

// -----

func.func @indirect(%f: (i32) -> (), %x: f32) {
  // expected-error @below {{'func.call_indirect' op failed to verify that callee input types match argument types}}
  "func.call_indirect"(%f, %x) : ((i32) -> (), f32) -> ()
  return
}

// -----

func.func @twice() {
  return
}
// expected-error @below {{redefinition of symbol named 'twice'}}
func.func @twice() {
  return
}

// -----

func.func @no_end() {
  // expected-error @below {{block with no terminator, has %0 = "arith.constant"() <{value = 1 : i32}> : () -> i32}}
  %0 = arith.constant 1 : i32
}

// -----

func.func @entry(%x: i32) {
// expected-error @below {{invalid block name in region with named arguments}}
^bb0(%y: f32):
  return
}

// -----

// expected-error @below {{'func.func' op arguments may only have dialect attributes}}
func.func private @attrs(i32 {name = 1})

// -----

func.func @outer() {
  // expected-error @below {{custom op 'func.func' expected non-empty function body}}
  func.func @inner() {
  }
  return
}
