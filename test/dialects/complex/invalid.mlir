// RUN: mica-opt %s --split-input-file --verify-diagnostics

// What the parser and the verifier refuse.

func.func @constant_op() {
  // expected-error @below {{'complex.constant' op requires 'value' to be a complex constant, represented as array of two values}}
  %0 = complex.constant [0.1] : complex<f64>
  return
}

// -----

func.func @constant_op_2() {
  // expected-error @below {{'complex.constant' op requires attribute's element types ('f32', 'f64') to match the element type of the op's return type ('f32')}}
  %0 = complex.constant [0.1 : f32, 0.1] : complex<f32>
  return
}

// -----

func.func @constant_op_3() {
  // expected-error @below {{'complex.constant' op requires attribute's element types ('f32', 'f32') to match the element type of the op's return type ('f64')}}
  %0 = complex.constant [0.1 : f32, 0.1 : f32] : complex<f64>
  return
}

// -----

func.func @constant_op_4() {
  // expected-error @below {{'complex.constant' op requires attribute's elements to be float or integer attributes}}
  %0 = complex.constant ["a", "b"] : complex<f64>
  return
}

// -----

func.func @constant_op_5() {
  // expected-error @below {{'complex.constant' op requires attribute's element types ('i64', 'f64') to match the element type of the op's return type ('f64')}}
  %0 = complex.constant [1 : i64, 2.0 : f64] : complex<f64>
  return
}

// -----

func.func @constant_op_6() {
  // expected-error @below {{'complex.constant' op requires attribute 'value'}}
  %0 = "complex.constant"() : () -> complex<f64>
  return
}

// -----

func.func @constant_op_7() {
  // expected-error @below {{'complex.constant' op attribute 'value' failed to satisfy constraint: array attribute}}
  %0 = "complex.constant"() {value = 1.0 : f64} : () -> complex<f64>
  return
}

// -----

func.func @bitcast(%a: complex<f32>) {
  // expected-error @below {{'complex.bitcast' op casting bitwidths do not match}}
  %0 = complex.bitcast %a : complex<f32> to i32
  return
}

// -----

func.func @bitcast_2(%a: complex<f32>) {
  // expected-error @below {{'complex.bitcast' op result must be int/float/complex}}
  %0 = complex.bitcast %a : complex<f32> to vector<2xf32>
  return
}

// -----

func.func @bitcast_3(%a: vector<2xf32>) {
  // expected-error @below {{'complex.bitcast' op operand must be int/float/complex}}
  %0 = complex.bitcast %a : vector<2xf32> to complex<f32>
  return
}

// -----

func.func @bitcast_4(%a: i32) {
  // expected-error @below {{'complex.bitcast' op requires that either input or output has a complex type}}
  %0 = complex.bitcast %a : i32 to f32
  return
}

// -----

func.func @bitcast_5(%a: i32) {
  // expected-error @below {{'complex.bitcast' op requires that either input or output has a complex type}}
  %0 = complex.bitcast %a : i32 to f64
  return
}

// -----

func.func @bitcast_6(%a: i64) {
  // expected-error @below {{'complex.bitcast' op casting bitwidths do not match}}
  %0 = complex.bitcast %a : i64 to complex<f64>
  return
}

// -----

func.func @bitcast_7(%a: index) {
  // expected-error @below {{'complex.bitcast' op operand must be int/float/complex}}
  %0 = complex.bitcast %a : index to complex<f32>
  return
}

// -----

func.func @bitcast_8(%a: complex<f32>) {
  // expected-error @below {{'complex.bitcast' op result must be int/float/complex}}
  %0 = complex.bitcast %a : complex<f32> to index
  return
}

// -----

func.func @bitcast_9(%a: complex<f16>) {
  // expected-error @below {{'complex.bitcast' op requires that either input or output has a complex type}}
  %0 = complex.bitcast %a : complex<f16> to complex<bf16>
  return
}

// -----

func.func @abs(%a: complex<f32>) {
  // expected-error @below {{'complex.abs' op failed to verify that complex element type matches result type}}
  %0 = "complex.abs"(%a) : (complex<f32>) -> f64
  return
}

// -----

func.func @abs_2(%a: complex<f32>) {
  // expected-error @below {{'complex.abs' op result #0 must be floating-point, but got 'complex<f32>'}}
  %0 = "complex.abs"(%a) : (complex<f32>) -> complex<f32>
  return
}

// -----

func.func @re(%a: complex<f32>) {
  // expected-error @below {{'complex.re' op failed to verify that complex element type matches result type}}
  %0 = "complex.re"(%a) : (complex<f32>) -> f64
  return
}

// -----

func.func @im(%a: complex<f32>) {
  // expected-error @below {{'complex.im' op failed to verify that complex element type matches result type}}
  %0 = "complex.im"(%a) : (complex<f32>) -> f64
  return
}

// -----

func.func @angle(%a: complex<f32>) {
  // expected-error @below {{'complex.angle' op failed to verify that complex element type matches result type}}
  %0 = "complex.angle"(%a) : (complex<f32>) -> f64
  return
}

// -----

func.func @add(%a: complex<f32>, %b: complex<f64>) {
  // expected-error @below {{'complex.add' op requires the same type for all operands and results}}
  %0 = "complex.add"(%a, %b) : (complex<f32>, complex<f64>) -> complex<f32>
  return
}

// -----

func.func @eq(%a: complex<f32>, %b: complex<f64>) {
  // expected-error @below {{'complex.eq' op failed to verify that all of {lhs, rhs} have same type}}
  %0 = "complex.eq"(%a, %b) : (complex<f32>, complex<f64>) -> i1
  return
}

// -----

func.func @eq_2(%a: complex<f32>, %b: complex<f32>) {
  // expected-error @below {{'complex.eq' op result #0 must be 1-bit signless integer, but got 'i32'}}
  %0 = "complex.eq"(%a, %b) : (complex<f32>, complex<f32>) -> i32
  return
}

// -----

func.func @sin(%a: complex<f32>) {
  // expected-error @below {{'complex.sin' op requires the same type for all operands and results}}
  %0 = "complex.sin"(%a) : (complex<f32>) -> complex<f64>
  return
}

// -----

func.func @sin_2(%a: complex<f32>) {
  // expected-error @below {{'complex.sin' op attribute 'fastmath' failed to satisfy constraint: Floating point fast math flags}}
  %0 = "complex.sin"(%a) {fastmath = 1 : i32} : (complex<f32>) -> complex<f32>
  return
}

// -----

func.func @create(%a: f32, %b: f64) {
  // expected-error @below {{'complex.create' op failed to verify that all of {real, imaginary} have same type}}
  %0 = "complex.create"(%a, %b) : (f32, f64) -> complex<f32>
  return
}

// -----

func.func @create_2(%a: f32, %b: f32) {
  // expected-error @below {{'complex.create' op failed to verify that complex element type matches real operand type}}
  %0 = "complex.create"(%a, %b) : (f32, f32) -> complex<f64>
  return
}

// -----

func.func @create_3(%a: i32, %b: i32) {
  // expected-error @below {{'complex.create' op operand #0 must be floating-point, but got 'i32'}}
  %0 = "complex.create"(%a, %b) : (i32, i32) -> complex<i32>
  return
}

// -----

// expected-error @below {{expected ','}}
func.func @number() attributes {a = #complex.number<:f32 1.0>} {
  return
}

// -----

// expected-error @below {{expected ':'}}
func.func @number_2() attributes {a = #complex.number<f32 1.0, 2.0>} {
  return
}

// -----

func.func @constant_op_8() {
  // expected-error @below {{'complex.constant' op requires attribute's element types ('f64', 'f64') to match the element type of the op's return type ('i64')}}
  %0 = complex.constant [0.1, 0.2] : complex<i64>
  return
}

// -----

func.func @constant_op_9() {
  // expected-error @below {{'complex.constant' op requires attribute's elements to be float or integer attributes}}
  %0 = complex.constant [#complex.number<:f32 1.0, 2.0>, 0.2] : complex<f32>
  return
}

// -----

// expected-error @below {{expected '<'}}
func.func @number_3() attributes {a = #complex.number} {
  return
}
