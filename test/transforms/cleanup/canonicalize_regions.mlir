// RUN: mica-opt %s -allow-unregistered-dialect -canonicalize | FileCheck %s
// RUN: mica-opt %s -allow-unregistered-dialect -canonicalize='region-simplify=disabled' | FileCheck %s --check-prefix=OFF
// RUN: mica-opt %s -allow-unregistered-dialect -canonicalize='region-simplify=aggressive' | FileCheck %s --check-prefix=MORE

// CHECK-LABEL: func @unreachable
// CHECK-NEXT: return
// CHECK-NEXT: }
// OFF-LABEL: func @unreachable
// OFF: ^bb1:
func.func @unreachable() {
  return
^bb1:
  "test.keep"() : () -> ()
  cf.br ^bb1
}

// Values that only feed each other around the loop.
// CHECK-LABEL: func @dead_cycle
// CHECK: cf.br ^bb1(%{{[^,]*}} : i32)
// CHECK: ^bb1(%[[I:.*]]: i32):
// CHECK-NEXT: %[[J:.*]] = arith.addi %[[I]]
// CHECK-NEXT: arith.cmpi
// CHECK-NEXT: cf.cond_br %{{.*}}, ^bb1(%[[J]] : i32), ^bb2
func.func @dead_cycle(%x: i32, %n: i32) -> i32 {
  cf.br ^loop(%x, %x : i32, i32)
^loop(%i: i32, %dead: i32):
  %next = arith.addi %dead, %n : i32
  %j = arith.addi %i, %n : i32
  %k = arith.cmpi slt, %j, %n : i32
  cf.cond_br %k, ^loop(%j, %next : i32, i32), ^exit
^exit:
  return %j : i32
}

// CHECK-LABEL: func @used_argument_stays
// CHECK: ^bb1(%{{.*}}: i32, %{{.*}}: i32):
func.func @used_argument_stays(%x: i32, %n: i32) -> i32 {
  cf.br ^loop(%x, %x : i32, i32)
^loop(%i: i32, %sum: i32):
  %next = arith.addi %sum, %n : i32
  %j = arith.addi %i, %n : i32
  %k = arith.cmpi slt, %j, %n : i32
  cf.cond_br %k, ^loop(%j, %next : i32, i32), ^exit
^exit:
  return %sum : i32
}

// CHECK-LABEL: func @identical_blocks
// CHECK-COUNT-2: "test.end"
// MORE-LABEL: func @identical_blocks
// MORE-COUNT-1: "test.end"
// MORE-NOT: "test.end"
// MORE: }
func.func @identical_blocks(%c: i1, %x: i32) {
  cf.cond_br %c, ^bb1, ^bb2
^bb1:
  "test.end"(%x) : (i32) -> ()
  return
^bb2:
  "test.end"(%x) : (i32) -> ()
  return
}
