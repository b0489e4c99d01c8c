// RUN: mica-opt %s --split-input-file --inline | FileCheck %s

// Callees first: what is copied holds no calls. Values keep their order.
// CHECK-LABEL: func.func @chain(
// CHECK-SAME: %[[X:.*]]: f32, %[[Y:.*]]: f32)
// CHECK-NEXT: %[[D:.*]] = arith.subf %[[Y]], %[[X]]
// CHECK-NEXT: %[[S:.*]] = arith.addf %[[D]], %[[D]]
// CHECK-NEXT: return %[[S]], %[[X]]
// CHECK-NEXT: }
// CHECK-NEXT: func.func @public_one
// CHECK-NEXT: return
// CHECK-NOT: func
// CHECK: // -----
func.func @chain(%x: f32, %y: f32) -> (f32, f32) {
  %0:2 = call @swapped(%x, %y) : (f32, f32) -> (f32, f32)
  return %0#0, %0#1 : f32, f32
}
func.func @public_one(%x: f32) -> f32 {
  return %x : f32
}
func.func private @swapped(%a: f32, %b: f32) -> (f32, f32) {
  %d = arith.subf %b, %a : f32
  %t = call @twice(%d) : (f32) -> f32
  return %t, %a : f32, f32
}
func.func private @twice(%a: f32) -> f32 {
  %0 = arith.addf %a, %a : f32
  return %0 : f32
}

// -----

// Inside of a region, and more than once.
// CHECK-LABEL: func.func @in_region(
// CHECK: scf.if
// CHECK-NEXT: math.exp
// CHECK: else
// CHECK-NEXT: math.exp
// CHECK-NEXT: math.exp
// CHECK-NOT: call
// CHECK: return
func.func @in_region(%c: i1, %x: f32) -> f32 {
  %0 = scf.if %c -> f32 {
    %1 = func.call @g(%x) : (f32) -> f32
    scf.yield %1 : f32
  } else {
    %1 = func.call @g(%x) : (f32) -> f32
    %2 = func.call @g(%1) : (f32) -> f32
    scf.yield %2 : f32
  }
  return %0 : f32
}
func.func private @g(%a: f32) -> f32 {
  %0 = math.exp %a : f32
  return %0 : f32
}

// -----

// What stays: declarations, functions that call themselves, bodies of several blocks.
// CHECK-LABEL: func.func @stays(
// CHECK-NEXT: call @declared
// CHECK-NEXT: call @p{{[io]}}ng
// CHECK-NEXT: call @blocks
// CHECK-NEXT: return
func.func @stays(%c: i1) {
  call @declared() : () -> ()
  call @ping() : () -> ()
  call @blocks(%c) : (i1) -> ()
  return
}
func.func private @declared()
// CHECK: func.func private @p[[X:[io]]]ng()
// CHECK-NEXT: call @p[[X]]ng()
func.func private @ping() {
  call @pong() : () -> ()
  return
}
func.func private @pong() {
  call @ping() : () -> ()
  return
}
func.func private @blocks(%c: i1) {
  cf.cond_br %c, ^a, ^b
^a:
  return
^b:
  return
}
