// RUN: mica-opt %s --split-input-file --verify-diagnostics

// What the verifier refuses.

spirv.module Logical GLSL450 {
  // expected-error @below {{'spirv.module' can only contain spirv.* ops}}
  func.func @other() {
    return
  }
}

// -----

spirv.module Logical GLSL450 {
  // expected-error @below {{'spirv.module' cannot contain external functions without 'Import' linkage_attributes (LinkageAttributes)}}
  spirv.func @declared() "None"
}

// -----

spirv.module Logical GLSL450 {
  spirv.func @main() "None" {
    spirv.Return
  }
  spirv.EntryPoint "GLCompute" @main
  // expected-error @below {{duplicate of a previous EntryPointOp}}
  spirv.EntryPoint "GLCompute" @main
}

// -----

spirv.module Logical GLSL450 {
  // expected-error @below {{custom op 'spirv.GlobalVariable' expected spirv.ptr type}}
  spirv.GlobalVariable @v : f32
}

// -----

spirv.module Logical GLSL450 {
  // expected-error @below {{'spirv.GlobalVariable' op storage class cannot be 'Function'}}
  spirv.GlobalVariable @v : !spirv.ptr<f32, Function>
}

// -----

spirv.module Logical GLSL450 {
  spirv.func @f() "None" {
    // expected-error @below {{'spirv.mlir.addressof' op expected spirv.GlobalVariable symbol}}
    %0 = spirv.mlir.addressof @nowhere : !spirv.ptr<f32, Input>
    spirv.Return
  }
}

// -----

spirv.module Logical GLSL450 {
  // expected-error @below {{'spirv.SpecConstant' op default value bitwidth disallowed}}
  spirv.SpecConstant @c = 3 : i4
}

// -----

spirv.module Logical GLSL450 {
  spirv.SpecConstant @a = 1 : i32
  // expected-error @below {{has incorrect types of operands: expected 'f32', but provided 'i32'}}
  spirv.SpecConstantComposite @c (@a, @a) : vector<2xf32>
}

// -----

func.func @variable() {
  // expected-error @below {{'spirv.Variable' op can only be used to model function-level variables. Use spirv.GlobalVariable for module-level variables.}}
  %0 = spirv.Variable : !spirv.ptr<f32, Uniform>
  return
}

// -----

func.func @load(%p: !spirv.ptr<f32, Function>) {
  // expected-error @below {{'spirv.Load' op mismatch in result type and pointer type}}
  %0 = "spirv.Load"(%p) : (!spirv.ptr<f32, Function>) -> i32
  return
}

// -----

func.func @alignment(%p: !spirv.ptr<f32, Function>) {
  // expected-error @below {{'spirv.Load' op missing alignment value}}
  %0 = "spirv.Load"(%p) {memory_access = #spirv.memory_access<Aligned>} : (!spirv.ptr<f32, Function>) -> f32
  return
}

// -----

func.func @store(%p: !spirv.ptr<f32, Function>, %x: f32) {
  // expected-error @below {{custom op 'spirv.Store' expected 2 operands}}
  spirv.Store "Function" %p : f32
  return
}

// -----

func.func @merge() {
  // expected-error @below {{'spirv.mlir.merge' op expected parent op to be 'spirv.mlir.selection' or 'spirv.mlir.loop'}}
  spirv.mlir.merge
}

// -----

func.func @unreachable() {
  // expected-error @below {{'spirv.Unreachable' op cannot be used in reachable block}}
  spirv.Unreachable
}

// -----

func.func @group(%x: f32) {
  // expected-error @below {{'spirv.GroupNonUniformFAdd' op execution scope must be 'Workgroup' or 'Subgroup'}}
  %0 = spirv.GroupNonUniformFAdd "Device" "Reduce" %x : f32
  return
}

// -----

func.func @cluster(%x: f32, %n: i32) {
  // expected-error @below {{'spirv.GroupNonUniformFAdd' op cluster size operand must be provided for 'ClusteredReduce' group operation}}
  %0 = spirv.GroupNonUniformFAdd "Workgroup" "ClusteredReduce" %x : f32
  return
}

// -----

func.func @broadcast(%x: f32, %i: i32) {
  // expected-error @below {{'spirv.GroupNonUniformBroadcast' op id must be the result of a constant op}}
  %0 = spirv.GroupNonUniformBroadcast <Subgroup> %x, %i : f32, i32
  return
}

// -----

func.func @shuffle(%x: f32, %i: si32) {
  // expected-error @below {{'spirv.GroupNonUniformShuffle' op second operand must be a singless/unsigned integer}}
  %0 = spirv.GroupNonUniformShuffle <Subgroup> %x, %i : f32, si32
  return
}

// -----

func.func @bitcast(%x: f32) {
  // expected-error @below {{'spirv.Bitcast' op mismatch in result type bitwidth 64 and operand type bitwidth 32}}
  %0 = spirv.Bitcast %x : f32 to i64
  return
}

// -----

func.func @nested_array() {
  // expected-error @below {{'spirv.Constant' op result number of elements (6) does not match value number of elements (4)}}
  %0 = spirv.Constant dense<1.0> : tensor<2x2xf32> : !spirv.array<2 x !spirv.array<3 x f32>>
  return
}

// -----

func.func @wraps(%x: f32) {
  // expected-error @below {{'spirv.SpecConstantOperation' op invalid enclosed op}}
  %0 = spirv.SpecConstantOperation wraps "spirv.FAdd"(%x, %x) : (f32, f32) -> f32
  return
}
