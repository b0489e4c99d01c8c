// RUN: mica-opt %s -canonicalize -split-input-file | FileCheck %s

// CHECK-LABEL: @constants_meet
// CHECK-SAME: (%[[X:.*]]: i32)
// CHECK-DAG: %[[C12:.*]] = arith.constant 12 : i32
// CHECK-DAG: %[[C8:.*]] = arith.constant 8 : i32
// CHECK-DAG: %[[M8:.*]] = arith.constant -8 : i32
// CHECK-DAG: %[[C20:.*]] = arith.constant 20 : i32
// CHECK-DAG: arith.addi %[[X]], %[[C12]]
// CHECK-DAG: arith.addi %[[X]], %[[C8]]
// CHECK-DAG: arith.subi %[[C12]], %[[X]]
// CHECK-DAG: arith.addi %[[X]], %[[M8]]
// CHECK-DAG: arith.subi %[[C8]], %[[X]]
// CHECK-DAG: arith.subi %[[X]], %[[C12]]
// CHECK-DAG: arith.subi %[[M8]], %[[X]]
// CHECK-DAG: arith.muli %[[X]], %[[C20]]
func.func @constants_meet(%x: i32) -> (i32, i32, i32, i32, i32, i32, i32, i32, i32, i32) {
  %c2 = arith.constant 2 : i32
  %c10 = arith.constant 10 : i32
  %plus = arith.addi %x, %c2 : i32
  %minus = arith.subi %x, %c2 : i32
  %from = arith.subi %c2, %x : i32
  %times = arith.muli %x, %c2 : i32
  %0 = arith.addi %plus, %c10 : i32
  %1 = arith.addi %minus, %c10 : i32
  %2 = arith.addi %from, %c10 : i32
  %3 = arith.subi %plus, %c10 : i32
  %4 = arith.subi %c10, %plus : i32
  %5 = arith.subi %minus, %c10 : i32
  %6 = arith.subi %from, %c10 : i32
  %7 = arith.subi %c10, %minus : i32
  %8 = arith.subi %c10, %from : i32
  %9 = arith.muli %times, %c10 : i32
  return %0, %1, %2, %3, %4, %5, %6, %7, %8, %9
      : i32, i32, i32, i32, i32, i32, i32, i32, i32, i32
}

// -----

// Overflow that is excluded stays so when both steps exclude it.
// CHECK-LABEL: @overflow_flags
// CHECK: arith.addi %{{.*}} overflow<nsw> : i32
// CHECK: arith.addi %{{[a-z0-9]*}}, %{{[a-z0-9_]*}} : i32
func.func @overflow_flags(%x: i32) -> (i32, i32) {
  %c2 = arith.constant 2 : i32
  %c10 = arith.constant 10 : i32
  %0 = arith.addi %x, %c2 overflow<nsw> : i32
  %1 = arith.addi %0, %c10 overflow<nsw> : i32
  %2 = arith.addi %0, %c10 : i32
  return %1, %2 : i32, i32
}

// -----

// CHECK-LABEL: @constants_do_not_meet
// CHECK-SAME: (%[[X:.*]]: i32, %[[Y:.*]]: i32)
// CHECK: %[[A:.*]] = arith.addi %[[X]], %[[Y]]
// CHECK: arith.addi %[[A]], %
// CHECK: %[[B:.*]] = arith.muli
// CHECK: arith.addi %[[B]], %
func.func @constants_do_not_meet(%x: i32, %y: i32) -> (i32, i32) {
  %c2 = arith.constant 2 : i32
  %sum = arith.addi %x, %y : i32
  %0 = arith.addi %sum, %c2 : i32
  %product = arith.muli %x, %c2 : i32
  %1 = arith.addi %product, %c2 : i32
  return %0, %1 : i32, i32
}

// -----

// CHECK-LABEL: @negated
// CHECK-SAME: (%[[X:.*]]: i32, %[[Y:.*]]: i32)
// CHECK-DAG: %[[ZERO:.*]] = arith.constant 0 : i32
// CHECK-DAG: arith.subi %[[X]], %[[Y]]
// CHECK-DAG: arith.subi %[[ZERO]], %[[Y]]
func.func @negated(%x: i32, %y: i32) -> (i32, i32) {
  %ones = arith.constant -1 : i32
  %minus_y = arith.muli %y, %ones : i32
  %0 = arith.addi %minus_y, %x : i32
  %difference = arith.subi %x, %y : i32
  %1 = arith.subi %difference, %x : i32
  return %0, %1 : i32, i32
}

// -----

// CHECK-LABEL: @extended
// CHECK-SAME: (%[[X:.*]]: i32, %[[Y:.*]]: i32)
// CHECK: arith.addi %[[X]], %[[Y]]
// CHECK: arith.muli %[[X]], %[[Y]]
// CHECK: arith.mulsi_extended %[[X]], %[[Y]]
func.func @extended(%x: i32, %y: i32) -> (i32, i32, i32) {
  %sum, %carry = arith.addui_extended %x, %y : i32, i1
  %low, %high = arith.mului_extended %x, %y : i32
  %slow, %shigh = arith.mulsi_extended %x, %y : i32
  return %sum, %low, %shigh : i32, i32, i32
}

// -----

// CHECK-LABEL: @signs
// CHECK-SAME: (%[[X:.*]]: f32, %[[Y:.*]]: f32)
// CHECK: %[[N:.*]] = arith.negf %[[Y]]
// CHECK: arith.mulf %[[X]], %[[Y]]
// CHECK: arith.divf %[[X]], %[[Y]]
// CHECK: arith.mulf %[[X]], %[[N]]
func.func @signs(%x: f32, %y: f32) -> (f32, f32, f32) {
  %a = arith.negf %x : f32
  %b = arith.negf %y : f32
  %0 = arith.mulf %a, %b : f32
  %1 = arith.divf %a, %b : f32
  %2 = arith.mulf %x, %b : f32
  return %0, %1, %2 : f32, f32, f32
}

// -----

// Upstream narrows only eq and ne of extui.
// CHECK-LABEL: @narrow
// CHECK-SAME: (%[[X:.*]]: i8, %[[Y:.*]]: i8, %[[Z:.*]]: i16)
// CHECK: %[[A:.*]] = arith.andi %[[X]], %[[Y]] : i8
// CHECK: arith.extui %[[A]] : i8 to i32
// CHECK: arith.cmpi ult, %[[X]], %[[Y]] : i8
// CHECK: arith.ori %{{.*}} : i32
// CHECK: arith.cmpi slt, %{{.*}} : i32
func.func @narrow(%x: i8, %y: i8, %z: i16) -> (i32, i1, i32, i1) {
  %a = arith.extui %x : i8 to i32
  %b = arith.extui %y : i8 to i32
  %c = arith.extui %z : i16 to i32
  %0 = arith.andi %a, %b : i32
  %1 = arith.cmpi ult, %a, %b : i32
  %2 = arith.ori %a, %c : i32
  %3 = arith.cmpi slt, %a, %c : i32
  return %0, %1, %2, %3 : i32, i1, i32, i1
}

// -----

// CHECK-LABEL: @comparisons
// CHECK-SAME: (%[[X:.*]]: i32, %[[B:.*]]: i1)
// CHECK-DAG: %[[TRUE:.*]] = arith.constant true
// CHECK-DAG: %[[FALSE:.*]] = arith.constant false
// CHECK-DAG: %[[C5:.*]] = arith.constant 5 : i32
// CHECK-DAG: %[[GE:.*]] = arith.cmpi sge, %[[X]], %[[C5]]
// CHECK-DAG: %[[UGT:.*]] = arith.cmpi ugt, %[[X]], %[[C5]]
// CHECK: return %[[TRUE]], %[[FALSE]], %[[GE]], %[[UGT]], %[[B]]
func.func @comparisons(%x: i32, %b: i1) -> (i1, i1, i1, i1, i1) {
  %true = arith.constant true
  %c5 = arith.constant 5 : i32
  %c0 = arith.constant 0 : i32
  %0 = arith.cmpi sle, %x, %x : i32
  %1 = arith.cmpi ult, %x, %x : i32
  %less = arith.cmpi slt, %x, %c5 : i32
  %2 = arith.xori %less, %true : i1
  %3 = arith.cmpi ult, %c5, %x : i32
  %wide = arith.extui %b : i1 to i32
  %4 = arith.cmpi ne, %wide, %c0 : i32
  return %0, %1, %2, %3, %4 : i1, i1, i1, i1, i1
}

// -----

// CHECK-LABEL: @choices
// CHECK-SAME: (%[[P:.*]]: i1, %[[X:.*]]: i32, %[[Y:.*]]: i32)
// CHECK-DAG: %[[ONE:.*]] = arith.extui %[[P]] : i1 to i32
// CHECK-DAG: %[[NOT:.*]] = arith.select %[[P]], %[[Y]], %[[X]] : i32
// CHECK: return %[[X]], %[[P]], %[[Y]], %[[NOT]], %[[ONE]], %[[X]]
func.func @choices(%p: i1, %x: i32, %y: i32) -> (i32, i1, i32, i32, i32, i32) {
  %true = arith.constant true
  %false = arith.constant false
  %c0 = arith.constant 0 : i32
  %c1 = arith.constant 1 : i32
  %0 = arith.select %p, %x, %x : i32
  %1 = arith.select %p, %true, %false : i1
  %equal = arith.cmpi eq, %x, %y : i32
  %2 = arith.select %equal, %x, %y : i32
  %not = arith.xori %p, %true : i1
  %3 = arith.select %not, %x, %y : i32
  %4 = arith.select %p, %c1, %c0 : i32
  %5 = arith.select %true, %x, %y : i32
  return %0, %1, %2, %3, %4, %5 : i32, i1, i32, i32, i32, i32
}

// -----

// CHECK-LABEL: @nested_choices
// CHECK-SAME: (%[[P:.*]]: i1, %[[Q:.*]]: i1, %[[X:.*]]: i32, %[[Y:.*]]: i32, %[[Z:.*]]: i32)
// CHECK-DAG: arith.select %[[P]], %[[X]], %[[Z]] : i32
// CHECK-DAG: %[[AND:.*]] = arith.andi %[[P]], %[[Q]] : i1
// CHECK-DAG: arith.select %[[AND]], %[[X]], %[[Y]] : i32
// CHECK-DAG: %[[OR:.*]] = arith.ori %[[P]], %[[Q]] : i1
// CHECK-DAG: arith.select %[[OR]], %[[X]], %[[Y]] : i32
func.func @nested_choices(%p: i1, %q: i1, %x: i32, %y: i32, %z: i32) -> (i32, i32, i32) {
  %a = arith.select %p, %x, %y : i32
  %0 = arith.select %p, %a, %z : i32
  %b = arith.select %q, %x, %y : i32
  %c = arith.select %q, %x, %y : i32
  %1 = arith.select %p, %b, %y : i32
  %2 = arith.select %p, %x, %c : i32
  return %0, %1, %2 : i32, i32, i32
}

// -----

// CHECK-LABEL: @no_choices
// CHECK: arith.select
// CHECK: arith.select
// CHECK: arith.select
// CHECK: arith.select
func.func @no_choices(%p: i1, %q: i1, %x: i32, %y: i32, %z: i32) -> (i32, i32, i32) {
  %less = arith.cmpi slt, %x, %y : i32
  %0 = arith.select %less, %x, %y : i32
  %a = arith.select %q, %x, %y : i32
  %1 = arith.select %p, %a, %z : i32
  %2 = arith.select %p, %z, %x : i32
  return %0, %1, %2 : i32, i32, i32
}
