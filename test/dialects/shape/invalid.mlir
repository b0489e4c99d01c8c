// RUN: mica-opt %s --split-input-file --verify-diagnostics

// What the verifier refuses, in MLIR 19's words.

func.func @body_arguments(%s: !shape.shape, %z: !shape.size) {
  // expected-error @below {{'shape.reduce' op ReduceOp body is expected to have 3 arguments}}
  %0 = shape.reduce(%s, %z) : !shape.shape -> !shape.size {
  ^bb0(%i: index, %d: !shape.size):
    shape.yield %d : !shape.size
  }
  return
}

// -----

func.func @body_index(%s: !shape.shape, %z: !shape.size) {
  // expected-error @below {{'shape.reduce' op argument 0 of ReduceOp body is expected to be of IndexType}}
  %0 = shape.reduce(%s, %z) : !shape.shape -> !shape.size {
  ^bb0(%i: f32, %d: !shape.size, %a: !shape.size):
    shape.yield %d : !shape.size
  }
  return
}

// -----

func.func @body_size(%s: !shape.shape, %z: !shape.size) {
  // expected-error @below {{'shape.reduce' op argument 1 of ReduceOp body is expected to be of SizeType if the ReduceOp operates on a ShapeType}}
  %0 = shape.reduce(%s, %z) : !shape.shape -> !shape.size {
  ^bb0(%i: index, %d: index, %a: !shape.size):
    shape.yield %a : !shape.size
  }
  return
}

// -----

func.func @body_extent(%t: tensor<?xindex>, %z: index) {
  // expected-error @below {{'shape.reduce' op argument 1 of ReduceOp body is expected to be of IndexType if the ReduceOp operates on an extent tensor}}
  %0 = shape.reduce(%t, %z) : tensor<?xindex> -> index {
  ^bb0(%i: index, %d: !shape.size, %a: index):
    shape.yield %a : index
  }
  return
}

// -----

func.func @body_value(%s: !shape.shape, %z: f32) {
  // expected-error @below {{'shape.reduce' op type mismatch between argument 2 of ReduceOp body and initial value 0}}
  %0 = shape.reduce(%s, %z) : !shape.shape -> f32 {
  ^bb0(%i: index, %d: !shape.size, %a: !shape.size):
    shape.yield %a : !shape.size
  }
  return
}

// -----

func.func @yield_count(%s: !shape.shape, %z: !shape.size) {
  %0 = shape.reduce(%s, %z) : !shape.shape -> !shape.size {
  ^bb0(%i: index, %d: !shape.size, %a: !shape.size):
    // expected-error @below {{'shape.yield' op number of operands does not match number of results of its parent}}
    shape.yield %d, %d : !shape.size, !shape.size
  }
  return
}

// -----

func.func @yield_type(%s: !shape.shape, %z: !shape.size) {
  %0 = shape.reduce(%s, %z) : !shape.shape -> !shape.size {
  ^bb0(%i: index, %d: !shape.size, %a: !shape.size):
    // expected-error @below {{'shape.yield' op types mismatch between yield op and its parent}}
    shape.yield %i : index
  }
  return
}

// -----

func.func @all_of_none() {
  // expected-error @below {{'shape.assuming_all' op no operands specified}}
  %0 = shape.assuming_all
  return
}

// -----

func.func @one_shape(%s: !shape.shape) {
  // expected-error @below {{'shape.cstr_broadcastable' op required at least 2 input shapes}}
  %0 = shape.cstr_broadcastable %s : !shape.shape
  return
}

// -----

func.func @lost_error_of_value(%v: !shape.value_shape) {
  // expected-error @below {{'shape.shape_of' op if at least one of the operands can hold error values then the result must be of type `shape` to propagate them}}
  %0 = shape.shape_of %v : !shape.value_shape -> tensor<?xindex>
  return
}

// -----

func.func @lost_error_of_shape(%s: !shape.shape, %t: tensor<?xindex>) {
  // expected-error @below {{'shape.broadcast' op if at least one of the operands can hold error values then the result must be of type `shape` to propagate them}}
  %0 = shape.broadcast %s, %t : !shape.shape, tensor<?xindex> -> tensor<?xindex>
  return
}

// -----

func.func @lost_error_of_size(%z: !shape.size, %i: index) {
  // expected-error @below {{'shape.mul' op if at least one of the operands can hold error values then the result must be of type `size` to propagate them}}
  %0 = shape.mul %z, %i : !shape.size, index -> index
  return
}

// -----

func.func @shape_of_row(%t: tensor<1x2xindex>) {
  // expected-error @below {{'shape.shape_of' op inferred type(s) 'tensor<2xindex>' are incompatible with return type(s) of operation 'tensor<3xindex>'}}
  %0 = shape.shape_of %t : tensor<1x2xindex> -> tensor<3xindex>
  return
}

// -----

func.func @constant_row() {
  // expected-error @below {{'shape.const_shape' op inferred type(s) 'tensor<3xindex>' are incompatible with return type(s) of operation 'tensor<2xindex>'}}
  %0 = shape.const_shape [4, 5, 6] : tensor<2xindex>
  return
}

// -----

func.func @constant_text() {
  // expected-error @below {{expected extents to be integers}}
  %0 = shape.const_shape [4, f32] : tensor<2xindex>
  return
}

// -----

func.func @max(%z: !shape.size, %s: !shape.shape) {
  // expected-error @below {{'shape.max' op inferred type(s) '!shape.size' are incompatible with return type(s) of operation '!shape.shape'}}
  %0 = shape.max %z, %s : !shape.size, !shape.shape -> !shape.shape
  return
}

// -----

func.func @meet_kinds(%s: !shape.shape, %i: index) {
  // expected-error @below {{requires all sizes or shapes}}
  %0 = shape.meet %s, %i : !shape.shape, index -> index
  return
}

// -----

func.func @meet_rows(%a: tensor<2xindex>, %b: tensor<3xindex>) {
  // expected-error @below {{unequal shape cardinality}}
  %0 = shape.meet %a, %b : tensor<2xindex>, tensor<3xindex> -> tensor<?xindex>
  return
}

// -----

func.func @meet_result(%a: tensor<2xindex>) {
  // expected-error @below {{'shape.meet' op inferred type(s) 'tensor<2xindex>' are incompatible with return type(s) of operation 'index'}}
  %0 = shape.meet %a, %a : tensor<2xindex>, tensor<2xindex> -> index
  return
}

// -----

func.func @operand(%i: index) {
  // expected-error @below {{'shape.value_as_shape' op operand #0 must be 1D tensor of integer or index values or , but got 'index'}}
  %0 = "shape.value_as_shape"(%i) : (index) -> !shape.shape
  return
}

// -----

func.func @assuming(%w: !shape.witness, %i: index) {
  // expected-error @below {{region control flow edge from Region #0 to parent results: source has 0 operands, but target successor needs 1}}
  %0 = shape.assuming %w -> (index) { shape.assuming_yield }
  return
}

// -----

// expected-error @below {{only SymbolRefAttr or array of SymbolRefAttrs allowed as shape.lib attribute}}
module attributes {shape.lib = 1} {}

// -----

// expected-error @below {{only SymbolRefAttr allowed in shape.lib attribute array}}
module attributes {shape.lib = ["a"]} {}

// -----

// expected-error @below {{@a does not refer to FunctionLibraryOp}}
module attributes {shape.lib = [@a]} { func.func private @a() }

// -----

// expected-error @below {{shape function library @a not found}}
module attributes {shape.lib = @a} {}

// -----

// expected-error @below {{@a required to be shape function library}}
module attributes {shape.lib = @a} { func.func private @a() }

// -----

// expected-error @below {{only one op to shape mapping allowed, found multiple for `test.x`}}
module attributes {shape.lib = [@a, @a]} {
  shape.function_library @a {
    func @f() { return }
  } mapping {test.x = @f}
}

// -----

func.func @not_a_table(%t: tensor<?xindex>) {
  // expected-error @below {{shape.lib attribute may only be on op implementing SymbolTable}}
  %0 = shape.rank %t {shape.lib = @a} : tensor<?xindex> -> index
  return
}
