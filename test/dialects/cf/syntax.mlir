// RUN: mica-opt %s | FileCheck %s
// RUN: mica-opt %s | mica-opt | FileCheck %s
// RUN: mica-opt %s --mlir-print-op-generic | mica-opt | FileCheck %s
// RUN: mica-opt --no-compiled-dialects \
// RUN:   --load-dialect=%S/../../../dialects/cf/cf.dialect \
// RUN:   --load-dialect=%S/../../../dialects/func/func.dialect \
// RUN:   %s | FileCheck %s

// Operands of successors, and the cases of a switch.

func.func @branches(%c: i1, %x: i32, %y: f32) {
  cf.cond_br %c, ^bb1(%x : i32), ^bb3
^bb1(%a: i32):
  cf.switch %a : i32, [
    default: ^bb2(%y : f32),
    42: ^bb1(%x : i32),
    -3: ^bb3
  ]
^bb2(%b: f32):
  cf.assert %c, "must hold" {severity = 2 : i32}
  cf.br ^bb3
^bb3:
  cf.switch %x : i32, [
    default: ^bb4
  ]
^bb4:
  return
}

// CHECK:      module {
// CHECK-NEXT:   func.func @branches(%arg0: i1, %arg1: i32, %arg2: f32) {
// CHECK-NEXT:     cf.cond_br %arg0, ^bb1(%arg1 : i32), ^bb3
// CHECK-NEXT:   ^bb1(%0: i32):  // 2 preds: ^bb0, ^bb1
// CHECK-NEXT:     cf.switch %0 : i32, [
// CHECK-NEXT:       default: ^bb2(%arg2 : f32),
// CHECK-NEXT:       42: ^bb1(%arg1 : i32),
// CHECK-NEXT:       4294967293: ^bb3
// CHECK-NEXT:     ]
// CHECK-NEXT:   ^bb2(%1: f32):  // pred: ^bb1
// CHECK-NEXT:     cf.assert %arg0, "must hold" {severity = 2 : i32}
// CHECK-NEXT:     cf.br ^bb3
// CHECK-NEXT:   ^bb3:  // 3 preds: ^bb0, ^bb1, ^bb2
// CHECK-NEXT:     cf.switch %arg1 : i32, [
// CHECK-NEXT:       default: ^bb4]
// CHECK-NEXT:   ^bb4:  // pred: ^bb3
// CHECK-NEXT:     return
// CHECK-NEXT:   }
// CHECK-NEXT: }
