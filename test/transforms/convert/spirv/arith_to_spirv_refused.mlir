// RUN: mica-opt %s --convert-arith-to-spirv --split-input-file --verify-diagnostics

// What the target lacks is an error, not other numbers.

module attributes {spirv.target_env = #spirv.target_env<#spirv.vce<v1.0, [Shader], []>, #spirv.resource_limits<>>} {
  func.func @wide(%a: i64) -> i64 {
    // expected-error@+2 {{failed to legalize operation 'arith.addi' that was explicitly marked illegal}}
    // expected-note@+1 {{pattern 'one op' did not apply: the type 'i64' of an operand has no counterpart}}
    %0 = arith.addi %a, %a : i64
    return %0 : i64
  }
}
// -----

module attributes {spirv.target_env = #spirv.target_env<#spirv.vce<v1.0, [Shader], []>, #spirv.resource_limits<>>} {
  func.func @double(%a: f64) -> f64 {
    // expected-error@+2 {{failed to legalize operation 'arith.addf' that was explicitly marked illegal}}
    // expected-note@+1 {{pattern 'one op' did not apply: the type 'f64' of an operand has no counterpart}}
    %0 = arith.addf %a, %a : f64
    return %0 : f64
  }
}
// -----

module attributes {spirv.target_env = #spirv.target_env<#spirv.vce<v1.0, [Shader], []>, #spirv.resource_limits<>>} {
  func.func @lanes(%a: vector<5xi32>) -> vector<5xi32> {
    // expected-error@+2 {{failed to legalize operation 'arith.addi' that was explicitly marked illegal}}
    // expected-note@+1 {{pattern 'one op' did not apply: the type 'vector<5xi32>' of an operand has no counterpart}}
    %0 = arith.addi %a, %a : vector<5xi32>
    return %0 : vector<5xi32>
  }
}
// -----

module attributes {spirv.target_env = #spirv.target_env<#spirv.vce<v1.0, [Shader], []>, #spirv.resource_limits<>>} {
  func.func @double_constant() -> f64 {
    // expected-error@+2 {{failed to legalize operation 'arith.constant' that was explicitly marked illegal}}
    // expected-note@+1 {{pattern 'constant' did not apply: a type has no SPIR-V counterpart}}
    %0 = arith.constant 1.0 : f64
    return %0 : f64
  }
}
// -----

module attributes {spirv.target_env = #spirv.target_env<#spirv.vce<v1.0, [Shader], []>, #spirv.resource_limits<>>} {
  func.func @index_constant() -> index {
    // expected-error@+2 {{failed to legalize operation 'arith.constant' that was explicitly marked illegal}}
    // expected-note@+1 {{pattern 'constant' did not apply: the constant can't take its new type}}
    %0 = arith.constant 4294967296 : index
    return %0 : index
  }
}
// -----

module attributes {spirv.target_env = #spirv.target_env<#spirv.vce<v1.0, [Shader], []>, #spirv.resource_limits<>>} {
  func.func @bits_of_half(%a: f16) -> i16 {
    // expected-error@+2 {{failed to legalize operation 'arith.bitcast' that was explicitly marked illegal}}
    // expected-note@+1 {{pattern 'cast' did not apply: the target lacks the width}}
    %0 = arith.bitcast %a : f16 to i16
    return %0 : i16
  }
}
// -----

module attributes {spirv.target_env = #spirv.target_env<#spirv.vce<v1.0, [Shader], []>, #spirv.resource_limits<>>} {
  func.func @to_boolean(%a: f32) -> i1 {
    // expected-error@+2 {{failed to legalize operation 'arith.fptoui' that was explicitly marked illegal}}
    // expected-note@+1 {{pattern 'cast' did not apply: SPIR-V has no such cast to booleans}}
    %0 = arith.fptoui %a : f32 to i1
    return %0 : i1
  }
}
// -----

module attributes {spirv.target_env = #spirv.target_env<#spirv.vce<v1.0, [Shader], []>, #spirv.resource_limits<>>} {
  func.func @halves(%a: i16) -> i16 {
    // expected-error@+2 {{failed to legalize operation 'arith.mulsi_extended' that was explicitly marked illegal}}
    // expected-note@+1 {{pattern 'signed product' did not apply: the width has no such op on this target}}
    %0, %1 = arith.mulsi_extended %a, %a : i16
    return %0 : i16
  }
}
// -----

module attributes {spirv.target_env = #spirv.target_env<#spirv.vce<v1.0, [Shader], []>, #spirv.resource_limits<>>} {
  func.func @booleans(%a: i1) -> i1 {
    // expected-error@+2 {{failed to legalize operation 'arith.divui' that was explicitly marked illegal}}
    // expected-note@+1 {{pattern 'one op' did not apply: booleans have no such op in SPIR-V}}
    %0 = arith.divui %a, %a : i1
    return %0 : i1
  }
}
