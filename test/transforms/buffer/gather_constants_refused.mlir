// RUN: mica-opt %s --gather-constants --split-input-file --verify-diagnostics

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
