// RUN: mica-opt %s --convert-func-to-llvm --split-input-file --verify-diagnostics

// expected-error@+2 {{failed to legalize operation 'func.func' that was explicitly marked illegal}}
// expected-note-re@+1 {{pattern {{.*}} did not apply}}
func.func @tensors(%t: tensor<4xf32>) -> tensor<4xf32> {
  return %t : tensor<4xf32>
}
