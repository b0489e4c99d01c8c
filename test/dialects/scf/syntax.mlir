// RUN: mica-opt %s | FileCheck %s
// RUN: mica-opt %s | mica-opt | FileCheck %s
// RUN: mica-opt %s --mlir-print-op-generic | mica-opt | FileCheck %s
// RUN: mica-opt --no-compiled-dialects \
// RUN:   --load-dialect=%S/../../../dialects/scf/scf.dialect \
// RUN:   --load-dialect=%S/../../../dialects/arith/arith.dialect \
// RUN:   --load-dialect=%S/../../../dialects/func/func.dialect \
// RUN:   %s | FileCheck %s

// Loops and conditions with and without values.

func.func @f(%a: index, %b: i1, %t: tensor<4xf32>, %s:i32) {
  %z = arith.constant 0.0 : f32
  scf.for %i = %a to %a step %a { 
   scf.for %j = %s to %s step %s : i32 { } }
  %r = scf.for %i = %a to %a step %a iter_args(%x = %z) -> (f32) { scf.yield %x : f32 } {foo}
  scf.if %b { } else { }
  %q:2 = scf.if %b -> (f32, f32) { scf.yield %z, %z : f32, f32} else { scf.yield %z, %z : f32, f32}
  scf.parallel (%i, %j) = (%a, %a) to (%a, %a) step (%a, %a) { }
  %p = scf.parallel (%i) = (%a) to (%a) step (%a) init (%z) -> f32 { scf.reduce(%z : f32) { ^bb0(%l: f32, %rr: f32): scf.reduce.return %l : f32 } }
  scf.forall (%i) in (%a) { }
  scf.forall (%i, %j) = (0, %a) to (4, 8) step (1, 2) { }
  %o = scf.forall (%i) in (4) shared_outs(%oo = %t) -> (tensor<4xf32>) { scf.forall.in_parallel { } }
  %w = scf.while (%x = %z) : (f32) -> f32 { scf.condition(%b) %x : f32 } do { ^bb0(%y: f32): scf.yield %y : f32 } attributes {x}
  scf.while : () -> () { scf.condition(%b) } do { scf.yield }
  %e = scf.execute_region -> f32 { scf.yield %z : f32 }
  scf.execute_region { scf.yield }
  %is = scf.index_switch %a -> f32 case 2 { scf.yield %z : f32 } case 5 { scf.yield %z : f32} default { scf.yield %z : f32}
  scf.index_switch %a default { }
  return
}

// CHECK:      module {
// CHECK-NEXT:   func.func @f(%arg0: index, %arg1: i1, %arg2: tensor<4xf32>, %arg3: i32) {
// CHECK-NEXT:     %cst = arith.constant 0.000000e+00 : f32
// CHECK-NEXT:     scf.for %arg4 = %arg0 to %arg0 step %arg0 {
// CHECK-NEXT:       scf.for %arg5 = %arg3 to %arg3 step %arg3  : i32 {
// CHECK-NEXT:       }
// CHECK-NEXT:     }
// CHECK-NEXT:     %0 = scf.for %arg4 = %arg0 to %arg0 step %arg0 iter_args(%arg5 = %cst) -> (f32) {
// CHECK-NEXT:       scf.yield %arg5 : f32
// CHECK-NEXT:     } {foo}
// CHECK-NEXT:     scf.if %arg1 {
// CHECK-NEXT:     } else {
// CHECK-NEXT:     }
// CHECK-NEXT:     %1:2 = scf.if %arg1 -> (f32, f32) {
// CHECK-NEXT:       scf.yield %cst, %cst : f32, f32
// CHECK-NEXT:     } else {
// CHECK-NEXT:       scf.yield %cst, %cst : f32, f32
// CHECK-NEXT:     }
// CHECK-NEXT:     scf.parallel (%arg4, %arg5) = (%arg0, %arg0) to (%arg0, %arg0) step (%arg0, %arg0) {
// CHECK-NEXT:       scf.reduce
// CHECK-NEXT:     }
// CHECK-NEXT:     %2 = scf.parallel (%arg4) = (%arg0) to (%arg0) step (%arg0) init (%cst) -> f32 {
// CHECK-NEXT:       scf.reduce(%cst : f32) {
// CHECK-NEXT:       ^bb0(%arg5: f32, %arg6: f32):
// CHECK-NEXT:         scf.reduce.return %arg5 : f32
// CHECK-NEXT:       }
// CHECK-NEXT:     }
// CHECK-NEXT:     scf.forall (%arg4) in (%arg0) {
// CHECK-NEXT:     }
// CHECK-NEXT:     scf.forall (%arg4, %arg5) = (0, %arg0) to (4, 8) step (1, 2) {
// CHECK-NEXT:     }
// CHECK-NEXT:     %3 = scf.forall (%arg4) in (4) shared_outs(%arg5 = %arg2) -> (tensor<4xf32>) {
// CHECK-NEXT:       scf.forall.in_parallel {
// CHECK-NEXT:       }
// CHECK-NEXT:     }
// CHECK-NEXT:     %4 = scf.while (%arg4 = %cst) : (f32) -> f32 {
// CHECK-NEXT:       scf.condition(%arg1) %arg4 : f32
// CHECK-NEXT:     } do {
// CHECK-NEXT:     ^bb0(%arg4: f32):
// CHECK-NEXT:       scf.yield %arg4 : f32
// CHECK-NEXT:     } attributes {x}
// CHECK-NEXT:     scf.while : () -> () {
// CHECK-NEXT:       scf.condition(%arg1)
// CHECK-NEXT:     } do {
// CHECK-NEXT:       scf.yield
// CHECK-NEXT:     }
// CHECK-NEXT:     %5 = scf.execute_region -> f32 {
// CHECK-NEXT:       scf.yield %cst : f32
// CHECK-NEXT:     }
// CHECK-NEXT:     scf.execute_region {
// CHECK-NEXT:       scf.yield
// CHECK-NEXT:     }
// CHECK-NEXT:     %6 = scf.index_switch %arg0 -> f32
// CHECK-NEXT:     case 2 {
// CHECK-NEXT:       scf.yield %cst : f32
// CHECK-NEXT:     }
// CHECK-NEXT:     case 5 {
// CHECK-NEXT:       scf.yield %cst : f32
// CHECK-NEXT:     }
// CHECK-NEXT:     default {
// CHECK-NEXT:       scf.yield %cst : f32
// CHECK-NEXT:     }
// CHECK-NEXT:     scf.index_switch %arg0
// CHECK-NEXT:     default {
// CHECK-NEXT:     }
// CHECK-NEXT:     return
// CHECK-NEXT:   }
// CHECK-NEXT: }
