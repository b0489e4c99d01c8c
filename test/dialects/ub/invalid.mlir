// RUN: mica-opt %s --split-input-file --verify-diagnostics

// What the parser and the verifier refuse.

func.func @poison() {
  // expected-error @below {{'ub.poison' op attribute 'value' failed to satisfy constraint: PoisonAttrInterface instance}}
  %0 = "ub.poison"() {value = 1 : i32} : () -> i32
  return
}

// -----

func.func @poison_2() {
  // expected-error @below {{'ub.poison' op requires one result}}
  "ub.poison"() : () -> ()
  return
}
