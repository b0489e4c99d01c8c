// RUN: mica-opt %s -split-input-file -verify-diagnostics

func.func @same_type(%a: vector<4xf32>, %b: vector<8xf32>) {
  // expected-error @+1 {{'arith.addf' op requires the same type for all operands and results}}
  %0 = "arith.addf"(%a, %b) : (vector<4xf32>, vector<8xf32>) -> vector<4xf32>
  return
}

// -----

// Sizes that are not known fit any.
func.func @same_type_dynamic(%a: tensor<?xf32>, %b: tensor<4xf32>) {
  %0 = "arith.addf"(%a, %b) : (tensor<?xf32>, tensor<4xf32>) -> tensor<?xf32>
  return
}

// -----

func.func @elementwise(%a: vector<4xf32>, %b: tensor<4xf32>) {
  // expected-error @+1 {{'arith.addf' op all non-scalar operands/results must have the same shape and base type}}
  %0 = "arith.addf"(%a, %b) : (vector<4xf32>, tensor<4xf32>) -> vector<4xf32>
  return
}

// -----

func.func @same_shape(%a: vector<4xf32>) {
  // expected-error @+1 {{'arith.extf' op requires the same shape for all operands and results}}
  %0 = "arith.extf"(%a) : (vector<4xf32>) -> vector<8xf64>
  return
}

// -----

func.func @same_shape_scalar(%a: vector<4xf32>) {
  // expected-error @+1 {{'arith.extf' op requires the same shape for all operands and results}}
  %0 = "arith.extf"(%a) : (vector<4xf32>) -> f64
  return
}

// -----

func.func @same_type_operands(%a: vector<4xf32>, %b: vector<8xf32>) {
  // expected-error @+1 {{'arith.cmpf' op requires all operands to have the same type}}
  %0 = "arith.cmpf"(%a, %b) <{predicate = 1 : i64}> : (vector<4xf32>, vector<8xf32>) -> vector<4xi1>
  return
}

// -----

func.func @cast(%a: vector<4xf32>) {
  // expected-error @+1 {{'arith.truncf' op operand type 'vector<4xf32>' and result type 'vector<4xf64>' are cast incompatible}}
  %0 = "arith.truncf"(%a) : (vector<4xf32>) -> vector<4xf64>
  return
}

// -----

func.func @parent(%c: i1) {
  "scf.if"(%c) ({
    // expected-error @+1 {{'func.return' op expects parent op 'func.func'}}
    "func.return"() : () -> ()
  }, {
  }) : (i1) -> ()
  return
}

// -----

func.func @one_block(%c: i1) {
  // expected-error @+1 {{'scf.if' op expects region #0 to have 0 or 1 blocks}}
  "scf.if"(%c) ({
    "scf.yield"() : () -> ()
  ^bb1:
    "scf.yield"() : () -> ()
  }, {
  }) : (i1) -> ()
  return
}

// -----

func.func @no_empty_block(%c: i1) {
  // expected-error @+1 {{'scf.if' op expects a non-empty block}}
  "scf.if"(%c) ({
  ^bb0:
  }, {
  }) : (i1) -> ()
  return
}

// -----

module {
  // expected-error @+1 {{'builtin.module' op region should have no arguments}}
  "builtin.module"() ({
  ^bb0(%a: i32):
  }) : () -> ()
}

// -----

func.func @terminator(%a: i32) {
  // expected-error @+1 {{'func.return' op must be the last operation in the parent block}}
  func.return
  func.return
}
