// RUN: mica-opt %s -one-shot-bufferize="bufferize-function-boundaries=1" -split-input-file -verify-diagnostics

// expected-error @+1 {{functions that call each other in a circle pass tensors}}
func.func @circle(%t: tensor<4xf32>) {
  call @other(%t) : (tensor<4xf32>) -> ()
  return
}
func.func @other(%t: tensor<4xf32>) {
  call @circle(%t) : (tensor<4xf32>) -> ()
  return
}

// -----

// expected-error @+1 {{it has no body and returns a tensor}}
func.func private @unknown() -> tensor<4xf32>

// -----

func.func @no_model(%t: tensor<4xf32>) -> tensor<4xi32> {
  // expected-error @+1 {{it has no bufferization model}}
  %0 = tensor.bitcast %t : tensor<4xf32> to tensor<4xi32>
  return %0 : tensor<4xi32>
}

// -----

func.func @elementwise_select(%c: tensor<4xi1>, %a: tensor<4xf32>, %b: tensor<4xf32>) -> tensor<4xf32> {
  // expected-error @+1 {{it selects element by element}}
  %0 = arith.select %c, %a, %b : tensor<4xi1>, tensor<4xf32>
  return %0 : tensor<4xf32>
}

// -----

func.func @crossed(%a: tensor<4xf32>, %b: tensor<4xf32>, %c: i1) -> (tensor<4xf32>, tensor<4xf32>) {
  cf.cond_br %c, ^straight, ^across
^straight:
  return %a, %b : tensor<4xf32>, tensor<4xf32>
^across:
  // expected-error @+1 {{an argument is returned at different places}}
  return %b, %a : tensor<4xf32>, tensor<4xf32>
}
func.func @calls_crossed(%a: tensor<4xf32>, %b: tensor<4xf32>, %c: i1) {
  %0:2 = call @crossed(%a, %b, %c) : (tensor<4xf32>, tensor<4xf32>, i1) -> (tensor<4xf32>, tensor<4xf32>)
  return
}
