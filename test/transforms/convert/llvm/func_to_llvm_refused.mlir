// RUN: mica-opt %s --convert-func-to-llvm --split-input-file --verify-diagnostics

// expected-error@+2 {{failed to legalize operation 'func.func' that was explicitly marked illegal}}
// expected-note-re@+1 {{pattern {{.*}} did not apply}}
func.func @tensors(%t: tensor<4xf32>) -> tensor<4xf32> {
  return %t : tensor<4xf32>
}

// -----

// expected-error@+2 {{failed to legalize operation 'func.func' that was explicitly marked illegal}}
// expected-note@+1 {{pattern 'convert-func' did not apply: a block's argument has no LLVM counterpart}}
func.func @block_argument(%i: index) {
  %t = tensor.empty() : tensor<4xf32>
  cf.br ^next(%t : tensor<4xf32>)
^next(%u: tensor<4xf32>):
  return
}
