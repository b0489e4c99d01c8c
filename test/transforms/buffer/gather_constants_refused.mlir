// RUN: mica-opt %s --gather-constants --split-input-file --verify-diagnostics

memref.global "private" constant @c : memref<2xi16> = dense<7>
func.func @callee() {
  return
}
func.func @caller() {
  // expected-error @below {{calls a function that would take the constants; inline it first}}
  func.call @callee() : () -> ()
  return
}

// -----

// expected-error @below {{already has a symbol 'weights'}}
module {
  func.func @weights() {
    return
  }
}

// -----

// Without constants there is nothing to pass.
func.func @callee() {
  return
}
func.func @caller() {
  func.call @callee() : () -> ()
  return
}
