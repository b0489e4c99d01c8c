// RUN: mica-opt %s --convert-onnx-to-scf --split-input-file --verify-diagnostics

// What is not lowered, and why; a node of a model is called by its name.

func.func @ranks(%c: tensor<i1>, %x: tensor<2xf32>, %y: tensor<2x2xf32>) -> tensor<*xf32> {
  // expected-error @+1 {{'onnx.If' op gives tensors of different rank in its two branches, and which one is taken is not known before run time}}
  %0 = onnx.If %c {
    onnx.Yield %x : tensor<2xf32>
  } else {
    onnx.Yield %y : tensor<2x2xf32>
  } : (tensor<i1>) -> tensor<*xf32>
  return %0 : tensor<*xf32>
}

// -----

func.func @named(%c: tensor<i1>, %x: tensor<2xf32>, %y: tensor<2x2xf32>) -> tensor<*xf32> {
  // expected-error @unknown {{'onnx.If' op node 'If_7' gives tensors of different rank}}
  %0 = onnx.If %c {
    onnx.Yield %x : tensor<2xf32>
  } else {
    onnx.Yield %y : tensor<2x2xf32>
  } : (tensor<i1>) -> tensor<*xf32> loc("If_7")
  return %0 : tensor<*xf32>
}

// -----

func.func @endless(%x: tensor<2xf32>) -> tensor<2xf32> {
  // expected-error @+1 {{'onnx.Loop' op never ends: it has no M, and its condition stays true}}
  %0 = onnx.Loop %x {
  ^bb0(%i: tensor<i64>, %c: tensor<i1>, %s: tensor<2xf32>):
    onnx.Yield %c, %s : tensor<i1>, tensor<2xf32>
  } {operandSegmentSizes = array<i32: 0, 0, 1>} : (tensor<2xf32>) -> tensor<2xf32>
  return %0 : tensor<2xf32>
}

// -----

func.func @no_bound(%c: tensor<i1>, %x: tensor<f32>) -> tensor<?xf32> {
  // expected-error @+1 {{'onnx.Loop' op gives an element of each iteration, but how many there can be is not known: it has no M}}
  %0 = onnx.Loop %c {
  ^bb0(%i: tensor<i64>, %d: tensor<i1>):
    %1 = onnx.Not %d : (tensor<i1>) -> tensor<i1>
    onnx.Yield %1, %x : tensor<i1>, tensor<f32>
  } {operandSegmentSizes = array<i32: 0, 1, 0>} : (tensor<i1>) -> tensor<?xf32>
  return %0 : tensor<?xf32>
}

// -----

func.func @sizes(%m: tensor<i64>, %x: tensor<f32>) -> tensor<?x?xf32> {
  // expected-error @+1 {{'onnx.Loop' op gives an element of each iteration whose sizes are not known before it runs}}
  %0 = onnx.Loop %m {
  ^bb0(%i: tensor<i64>, %d: tensor<i1>):
    %1 = tensor.cast %x : tensor<f32> to tensor<*xf32>
    %2 = tensor.cast %1 : tensor<*xf32> to tensor<?xf32>
    onnx.Yield %d, %2 : tensor<i1>, tensor<?xf32>
  } {operandSegmentSizes = array<i32: 1, 0, 0>} : (tensor<i64>) -> tensor<?x?xf32>
  return %0 : tensor<?x?xf32>
}

// -----

func.func @grows(%m: tensor<i64>, %x: tensor<2xf32>) -> tensor<?xf32> {
  // expected-error @+1 {{'onnx.Loop' op carries a tensor whose size changes from one iteration to the next}}
  %0 = onnx.Loop %m, %x {
  ^bb0(%i: tensor<i64>, %c: tensor<i1>, %s: tensor<?xf32>):
    %1 = onnx.Concat %s, %x {axis = 0 : i64} : (tensor<?xf32>, tensor<2xf32>) -> tensor<?xf32>
    onnx.Yield %c, %1 : tensor<i1>, tensor<?xf32>
  } {operandSegmentSizes = array<i32: 1, 0, 1>} : (tensor<i64>, tensor<2xf32>) -> tensor<?xf32>
  return %0 : tensor<?xf32>
}
