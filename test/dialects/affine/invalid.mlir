// RUN: mica-opt %s --split-input-file --verify-diagnostics

// What the verifier refuses.

func.func @min(%i: index) {
  // expected-error @below {{'affine.min' op operand count and affine map dimension and symbol count must match}}
  %0 = "affine.min"(%i) {map = affine_map<(d0, d1) -> (d0)>} : (index) -> index
  return
}

// -----

func.func @bound(%i: index) {
  // expected-error @below {{custom op 'affine.for' symbol operand count and affine map symbol count must match}}
  affine.for %k = affine_map<(d0)[s0] -> (d0)> (%i) to 4 {
  }
  return
}

// -----

func.func @several(%i: index) {
  // expected-error @below {{custom op 'affine.for' upper loop bound affine map with multiple results requires 'min' prefix}}
  affine.for %k = 0 to affine_map<(d0) -> (d0, 4)> (%i) {
  }
  return
}

// -----

func.func @carried(%x: f32) {
  // expected-error @below {{custom op 'affine.for' mismatch between the number of loop-carried values and results}}
  %0:2 = affine.for %k = 0 to 4 iter_args(%a = %x) -> (f32, f32) {
    affine.yield %a, %a : f32, f32
  }
  return
}

// -----

func.func @set(%i: index) {
  // expected-error @below {{custom op 'affine.if' symbol operand count and integer set symbol count must match}}
  affine.if affine_set<(d0)[s0] : (d0 - s0 >= 0)> (%i) {
  }
  return
}

// -----

func.func @load(%m: memref<4x4xf32>) {
  affine.for %i = 0 to 4 {
    // expected-error @below {{'affine.load' op affine map num results must equal memref rank}}
    %0 = affine.load %m[%i] : memref<4x4xf32>
  }
  return
}

// -----

func.func @prefetch(%m: memref<4xf32>) {
  affine.for %i = 0 to 4 {
    // expected-error @below {{custom op 'affine.prefetch' rw specifier has to be 'read' or 'write'}}
    affine.prefetch %m[%i], touch, locality<3>, data : memref<4xf32>
  }
  return
}
