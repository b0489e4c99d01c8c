// RUN: mica-opt %s --convert-index-to-spirv --verify-diagnostics

func.func @too_large() -> index {
  // expected-error@+2 {{failed to legalize operation 'index.constant' that was explicitly marked illegal}}
  // expected-note@+1 {{pattern 'constant' did not apply: 4294967296 does not fit into 32 bits}}
  %0 = index.constant 4294967296
  return %0 : index
}
