// RUN: mica-opt %s --split-input-file --verify-diagnostics

// What the verifier refuses.

func.func @integer(%a: i32) {
  // expected-error @below {{'math.exp' op operand #0 must be floating-point-like, but got 'i32'}}
  %0 = math.exp %a : i32
  return
}

// -----

func.func @float(%a: f32) {
  // expected-error @below {{'math.ctpop' op operand #0 must be signless-integer-like, but got 'f32'}}
  %0 = math.ctpop %a : f32
  return
}

// -----

func.func @types(%a: f32, %b: f64) {
  // expected-error @below {{'math.powf' op requires the same type for all operands and results}}
  %0 = "math.powf"(%a, %b) : (f32, f64) -> f32
  return
}

// -----

func.func @result(%a: f32) {
  // expected-error @below {{'math.sqrt' op requires the same type for all operands and results}}
  %0 = "math.sqrt"(%a) : (f32) -> f64
  return
}

// -----

func.func @flags(%a: f32) {
  // expected-error @below {{custom op 'math.sqrt' expected valid keyword}}
  %0 = math.sqrt %a fastmath< : f32
  return
}
