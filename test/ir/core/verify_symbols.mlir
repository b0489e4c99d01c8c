// RUN: mica-opt %s -split-input-file -verify-diagnostics

// expected-note @+1 {{see existing symbol definition here}}
func.func private @f()
// expected-error @+1 {{redefinition of symbol named 'f'}}
func.func private @f()

// -----

// expected-error @+1 {{'func.func' op symbol declaration cannot have public visibility}}
func.func @declaration()

// -----

// expected-error @+1 {{'func.func' op visibility expected to be one of ["public", "private", "nested"], but got "secret"}}
"func.func"() ({
  func.return
}) {function_type = () -> (), sym_name = "f", sym_visibility = "secret"} : () -> ()

// -----

func.func @outer() {
  // expected-error @+1 {{'func.func' op symbol's parent must have the SymbolTable trait}}
  func.func @inner() {
    return
  }
  return
}

// -----

func.func @caller() {
  // expected-error @+1 {{'func.call' op 'callee' does not reference a valid function}}
  func.call @callee() : () -> ()
  return
}

// -----

// expected-error @+1 {{'func.func' op entry block must have 1 arguments to match function signature}}
"func.func"() ({
  func.return
}) {function_type = (i64) -> (), sym_name = "f"} : () -> ()

// -----

// expected-error @+1 {{'func.func' op type of entry block argument #0('i32') must match the type of the corresponding argument in function signature('i64')}}
"func.func"() ({
^bb0(%a: i32):
  func.return
}) {function_type = (i64) -> (), sym_name = "f"} : () -> ()

// -----

// expected-error @+1 {{'func.func' op expects argument attribute array to have the same number of elements as the number of function arguments, got 1, but expected 0}}
"func.func"() ({
  func.return
}) {function_type = () -> (), sym_name = "f", arg_attrs = [{}]} : () -> ()

// -----

// expected-error @+1 {{'func.func' op arguments may only have dialect attributes}}
"func.func"() ({
^bb0(%a: i32):
  func.return
}) {function_type = (i32) -> (), sym_name = "f", arg_attrs = [{plain}]} : () -> ()

// -----

// expected-error @+1 {{'builtin.module' op can only contain attributes with dialect-prefixed names, found: 'plain'}}
module attributes {plain} {
}
