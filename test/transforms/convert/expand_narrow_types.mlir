// RUN: mica-opt %s --expand-narrow-types --split-input-file --verify-diagnostics | FileCheck %s

// Widening: the magnitude moved to its place, the exponent's bias corrected; subnormal numbers
// by the difference of two floats; the one NaN.
// CHECK-LABEL: func.func @widen(
// CHECK-SAME: %[[X:.*]]: i8) -> f32
// CHECK: %[[W:.*]] = arith.extui %[[X]] : i8 to i32
// CHECK: %[[C127:.*]] = arith.constant 127 : i32
// CHECK: %[[M:.*]] = arith.andi %[[W]], %[[C127]]
// CHECK: %[[C20:.*]] = arith.constant 20 : i32
// CHECK: %[[S:.*]] = arith.shli %[[M]], %[[C20]]
// CHECK: arith.subf {{.*}} : f32
// CHECK: arith.constant 1006632960 : i32
// CHECK: arith.cmpi ult, %[[M]]
// CHECK: arith.cmpi ugt, %[[M]]
// CHECK: %[[R:.*]] = arith.bitcast %{{.*}} : i32 to f32
// CHECK: return %[[R]] : f32
func.func @widen(%x: f8E4M3FN) -> f32 {
  %y = arith.extf %x : f8E4M3FN to f32
  return %y : f32
}

// -----

// f16 goes by way of f32, exactly; f64 is rounded once.
// CHECK-LABEL: func.func @round(
// CHECK: arith.extf %{{.*}} : f16 to f32
// CHECK: arith.addf {{.*}} : f32
// CHECK: arith.trunci {{.*}} : i32 to i8
// CHECK: arith.bitcast %{{.*}} : f64 to i64
// CHECK: arith.addf {{.*}} : f64
// CHECK: arith.trunci {{.*}} : i64 to i8
// CHECK: return {{.*}} : i8, i8
func.func @round(%x: f16, %y: f64) -> (f8E5M2, f8E5M2) {
  %0 = arith.truncf %x : f16 to f8E5M2
  %1 = arith.truncf %y : f64 to f8E5M2
  return %0, %1 : f8E5M2, f8E5M2
}

// -----

// Other arithmetic works on f32; an integer of 32 bits becomes an f64 first.
// CHECK-LABEL: func.func @compute(
// CHECK: arith.addf {{.*}} : f32
// CHECK: math.sqrt {{.*}} : f32
// CHECK: arith.cmpf olt, {{.*}} : f32
// CHECK: arith.sitofp %{{.*}} : i32 to f64
// CHECK: arith.sitofp %{{.*}} : i16 to f32
// CHECK: return {{.*}} : i8, i1, i8, i8
func.func @compute(%x: f8E4M3FNUZ, %i: i32, %j: i16)
    -> (f8E4M3FNUZ, i1, f8E4M3FNUZ, f8E4M3FNUZ) {
  %0 = arith.addf %x, %x : f8E4M3FNUZ
  %1 = math.sqrt %0 : f8E4M3FNUZ
  %2 = arith.cmpf olt, %0, %1 : f8E4M3FNUZ
  %3 = arith.sitofp %i : i32 to f8E4M3FNUZ
  %4 = arith.sitofp %j : i16 to f8E4M3FNUZ
  return %1, %2, %3, %4 : f8E4M3FNUZ, i1, f8E4M3FNUZ, f8E4M3FNUZ
}

// -----

// Integers are cut once when they are read, and stored with upper bits of 0.
// CHECK-LABEL: func.func @integers(
// CHECK-SAME: %[[A:.*]]: i8, %[[M:.*]]: memref<4xi8>, %[[I:.*]]: index) -> i32
// CHECK: %[[T:.*]] = arith.trunci %[[A]] : i8 to i4
// CHECK: %[[P:.*]] = arith.muli %[[T]], %{{.*}} : i4
// CHECK: %[[B:.*]] = arith.extui %[[P]] : i4 to i8
// CHECK: %[[E:.*]] = arith.extsi %[[P]] : i4 to i32
// CHECK: memref.store %[[B]], %[[M]][%[[I]]] : memref<4xi8>
func.func @integers(%a: i4, %m: memref<4xi4>, %i: index) -> i32 {
  %0 = arith.muli %a, %a : i4
  %1 = arith.extsi %0 : i4 to i32
  memref.store %0, %m[%i] : memref<4xi4>
  return %1 : i32
}

// -----

// What moves elements changes its types alone; constants keep their bits.
// CHECK-LABEL: func.func @move(
// CHECK-SAME: tensor<2xi8>, %{{.*}}: i1) -> tensor<2xi8>
// CHECK-DAG: arith.constant dense<[14, 7]> : tensor<2xi8>
// CHECK-DAG: arith.constant dense<60> : tensor<3xi8>
// CHECK-DAG: arith.constant 2 : i8
// CHECK: tensor.insert %{{.*}} into %{{.*}} : tensor<2xi8>
// CHECK: arith.select %{{.*}} : tensor<2xi8>
func.func @move(%x: tensor<2xi4>, %p: i1) -> tensor<2xi4> {
  %c = arith.constant dense<[-2, 7]> : tensor<2xi4>
  %f = arith.constant dense<1.0> : tensor<3xf8E5M2>
  %s = arith.constant 2 : i4
  %0 = arith.constant 0 : index
  %i = tensor.insert %s into %c[%0] : tensor<2xi4>
  %r = arith.select %p, %x, %i : tensor<2xi4>
  return %r : tensor<2xi4>
}

// -----

// CHECK: memref.global constant @g : memref<2xi8> = dense<[4, 12]>
// CHECK: func.func private @f(memref<2xi8>)
memref.global constant @g : memref<2xf4E2M1FN> = dense<[2.0, -2.0]>
func.func private @f(memref<2xf4E2M1FN>)

// -----

// A float of 4 bits as an integer of 4 bits: the byte is cut.
// CHECK-LABEL: func.func @bits(
// CHECK-SAME: %[[X:.*]]: i8, %[[Y:.*]]: i8) -> (i8, i8)
// CHECK: arith.trunci %[[X]] : i8 to i4
// CHECK: return %{{.*}}, %[[Y]] : i8, i8
func.func @bits(%x: f4E2M1FN, %y: f8E8M0FNU) -> (i4, i8) {
  %0 = arith.bitcast %x : f4E2M1FN to i4
  %1 = arith.bitcast %y : f8E8M0FNU to i8
  return %0, %1 : i4, i8
}

// -----

// A named op that computes is written out first.
// CHECK-LABEL: func.func @named(
// CHECK-NOT: linalg.matmul
// CHECK: linalg.generic
// CHECK: ^bb0(%[[A:.*]]: i8, %[[B:.*]]: i8, %{{.*}}: i32):
// CHECK: arith.extsi %{{.*}} : i4 to i32
func.func @named(%a: tensor<4x4xi4>, %b: tensor<4x4xi4>, %c: tensor<4x4xi32>)
    -> tensor<4x4xi32> {
  %r = linalg.matmul ins(%a, %b : tensor<4x4xi4>, tensor<4x4xi4>) outs(%c : tensor<4x4xi32>)
      -> tensor<4x4xi32>
  return %r : tensor<4x4xi32>
}

// -----

// One that moves elements stays, and so does all that has no narrow types.
// CHECK-LABEL: func.func @untouched(
// CHECK: linalg.transpose ins(%{{.*}} : tensor<2x4xi8>)
// CHECK: arith.truncf %{{.*}} : f32 to bf16
// CHECK: arith.andi %{{.*}} : i1
// CHECK: arith.addi %{{.*}} : i8
func.func @untouched(%a: tensor<2x4xi4>, %b: tensor<4x2xi4>, %x: f32, %p: i1, %i: i8)
    -> (tensor<4x2xi4>, bf16, i1, i8) {
  %0 = linalg.transpose ins(%a : tensor<2x4xi4>) outs(%b : tensor<4x2xi4>) permutation = [1, 0]
  %1 = arith.truncf %x : f32 to bf16
  %2 = arith.andi %p, %p : i1
  %3 = arith.addi %i, %i : i8
  return %0, %1, %2, %3 : tensor<4x2xi4>, bf16, i1, i8
}

// -----

func.func @too_wide(%x: f128) -> f8E5M2 {
  // expected-error@+1 {{converts a narrow float in a way that is not supported}}
  %0 = arith.truncf %x : f128 to f8E5M2
  return %0 : f8E5M2
}

// -----

func.func @mode(%x: f32) -> f8E5M2 {
  // expected-error@+1 {{converts a narrow float in a way that is not supported}}
  %0 = arith.truncf %x upward : f32 to f8E5M2
  return %0 : f8E5M2
}

// -----

func.func @open(%x: tensor<?xf32>) -> tensor<?xf8E5M2> {
  // expected-error@+1 {{computes with tensors of narrow floats whose shape is open}}
  %0 = arith.truncf %x : tensor<?xf32> to tensor<?xf8E5M2>
  return %0 : tensor<?xf8E5M2>
}

// -----

// Vectors and tensors of static shape go like scalars.
// CHECK-LABEL: func.func @shaped(
// CHECK-SAME: %{{.*}}: vector<4xi8>, %{{.*}}: tensor<2x2xf32>) -> (vector<4xf32>, tensor<2x2xi8>)
// CHECK: arith.constant dense<127> : vector<4xi32>
// CHECK: arith.bitcast %{{.*}} : vector<4xi32> to vector<4xf32>
// CHECK: arith.trunci %{{.*}} : tensor<2x2xi32> to tensor<2x2xi8>
func.func @shaped(%x: vector<4xf8E4M3FN>, %y: tensor<2x2xf32>)
    -> (vector<4xf32>, tensor<2x2xf4E2M1FN>) {
  %0 = arith.extf %x : vector<4xf8E4M3FN> to vector<4xf32>
  %1 = arith.truncf %y : tensor<2x2xf32> to tensor<2x2xf4E2M1FN>
  return %0, %1 : vector<4xf32>, tensor<2x2xf4E2M1FN>
}

// -----

func.func @reduction(%x: vector<4xi4>) -> i4 {
  // expected-error@+1 {{can't work on bytes in place of narrow elements}}
  %0 = vector.reduction <add>, %x : vector<4xi4> into i4
  return %0 : i4
}

// -----

// bf16 stays unless it is asked for (expand_bf16.mlir).
// CHECK-LABEL: func.func @bf16(
// CHECK: arith.addf {{.*}} : bf16
func.func @bf16(%x: bf16) -> bf16 {
  %0 = arith.addf %x, %x : bf16
  return %0 : bf16
}
