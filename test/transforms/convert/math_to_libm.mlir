// RUN: mica-opt %s --convert-math-to-libm --split-input-file --verify-diagnostics | FileCheck %s

// The declarations stand at the start, the latest first, each once.
// CHECK: module {
// CHECK-NEXT: func.func private @atan2f(f32, f32) -> f32 attributes {llvm.readnone}
// CHECK-NEXT: func.func private @erf(f64) -> f64 attributes {llvm.readnone}
// CHECK-NEXT: func.func private @tanhf(f32) -> f32 attributes {llvm.readnone}

// CHECK-LABEL: func.func @scalars
// CHECK-NEXT: %[[T:.*]] = call @tanhf(%arg0) : (f32) -> f32
// CHECK-NEXT: %[[U:.*]] = call @tanhf(%[[T]]) : (f32) -> f32
// CHECK-NEXT: %[[E:.*]] = call @erf(%arg1) : (f64) -> f64
// CHECK-NEXT: %[[A:.*]] = call @atan2f(%[[U]], %arg0) : (f32, f32) -> f32
// CHECK-NEXT: return %[[A]], %[[E]]
func.func @scalars(%a: f32, %b: f64) -> (f32, f64) {
  %0 = math.tanh %a fastmath<fast> : f32
  %1 = math.tanh %0 : f32
  %2 = math.erf %b : f64
  %3 = math.atan2 %1, %a : f32
  return %3, %2 : f32, f64
}

// CHECK-LABEL: func.func @half
// CHECK-NEXT: %[[W:.*]] = arith.extf %arg0 : bf16 to f32
// CHECK-NEXT: %[[T:.*]] = call @tanhf(%[[W]]) : (f32) -> f32
// CHECK-NEXT: arith.truncf %[[T]] : f32 to bf16
func.func @half(%a: bf16) -> bf16 {
  %0 = math.tanh %a : bf16
  return %0 : bf16
}

// CHECK-LABEL: func.func @vectors
// CHECK-NEXT: %[[Z:.*]] = arith.constant dense<0.000000e+00> : vector<2x1xf32>
// CHECK-NEXT: %[[A:.*]] = vector.extract %arg0[0, 0] : f32 from vector<2x1xf32>
// CHECK-NEXT: %[[B:.*]] = call @tanhf(%[[A]])
// CHECK-NEXT: %[[C:.*]] = vector.insert %[[B]], %[[Z]] [0, 0] : f32 into vector<2x1xf32>
// CHECK-NEXT: %[[D:.*]] = vector.extract %arg0[1, 0]
// CHECK-NEXT: %[[E:.*]] = call @tanhf(%[[D]])
// CHECK-NEXT: vector.insert %[[E]], %[[C]] [1, 0]
// CHECK: vector.extract %arg1[] : f32 from vector<f32>
func.func @vectors(%a: vector<2x1xf32>, %b: vector<f32>) -> (vector<2x1xf32>, vector<f32>) {
  %0 = math.tanh %a : vector<2x1xf32>
  %1 = math.tanh %b : vector<f32>
  return %0, %1 : vector<2x1xf32>, vector<f32>
}

// CHECK-LABEL: module @inner
// CHECK-NEXT: func.func private @expf(f32) -> f32
// CHECK-NEXT: func.func @nested_module
module @inner {
  func.func @nested_module(%a: f32) -> f32 {
    %0 = math.exp %a : f32
    return %0 : f32
  }
}

// -----

// A function of that name is called, not declared again.
// CHECK-LABEL: func.func @sinf
// CHECK-NOT: @sinf(f32) -> f32 attributes
func.func @sinf(%a: f32) -> f32 {
  return %a : f32
}
func.func @use(%a: f32) -> f32 {
  %0 = math.sin %a : f32
  return %0 : f32
}

// -----

func.func @tensors_have_no_function(%a: tensor<4xf32>) -> tensor<4xf32> {
  // expected-error @+2 {{failed to legalize operation 'math.tanh'}}
  // expected-note @below {{libm has no function of this type}}
  %0 = math.tanh %a : tensor<4xf32>
  return %0 : tensor<4xf32>
}

// -----

func.func @integers_have_no_function(%a: i32) -> i32 {
  // expected-error @below {{failed to legalize operation 'math.absi'}}
  %0 = math.absi %a : i32
  return %0 : i32
}
