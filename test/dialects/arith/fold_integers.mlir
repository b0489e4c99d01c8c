// RUN: mica-opt %s -canonicalize -split-input-file | FileCheck %s

// CHECK-LABEL: @neutral_elements
// CHECK-SAME: (%[[X:.*]]: i32)
// CHECK-NEXT: return %[[X]], %[[X]], %[[X]], %[[X]], %[[X]], %[[X]], %[[X]]
func.func @neutral_elements(%x: i32) -> (i32, i32, i32, i32, i32, i32, i32) {
  %c0 = arith.constant 0 : i32
  %c1 = arith.constant 1 : i32
  %ones = arith.constant -1 : i32
  %a = arith.addi %c0, %x : i32
  %b = arith.subi %x, %c0 : i32
  %c = arith.muli %x, %c1 : i32
  %d = arith.andi %x, %ones : i32
  %e = arith.ori %x, %c0 : i32
  %f = arith.xori %x, %c0 : i32
  %g = arith.shli %x, %c0 : i32
  return %a, %b, %c, %d, %e, %f, %g : i32, i32, i32, i32, i32, i32, i32
}

// -----

// Near misses: nothing may happen but moving constants to the right.
// CHECK-LABEL: @no_neutral_elements
// CHECK-SAME: (%[[X:.*]]: i32)
// CHECK-DAG: %[[C0:.*]] = arith.constant 0 : i32
// CHECK-DAG: %[[C2:.*]] = arith.constant 2 : i32
// CHECK: arith.subi %[[C0]], %[[X]]
// CHECK: arith.muli %[[X]], %[[C2]]
// CHECK: arith.andi %[[X]], %[[C2]]
// CHECK: arith.ori %[[X]], %[[C2]]
// CHECK: arith.shli %[[C2]], %[[X]]
func.func @no_neutral_elements(%x: i32) -> (i32, i32, i32, i32, i32) {
  %c0 = arith.constant 0 : i32
  %c2 = arith.constant 2 : i32
  %a = arith.subi %c0, %x : i32
  %b = arith.muli %c2, %x : i32
  %c = arith.andi %c2, %x : i32
  %d = arith.ori %c2, %x : i32
  %e = arith.shli %c2, %x : i32
  return %a, %b, %c, %d, %e : i32, i32, i32, i32, i32
}

// -----

// CHECK-LABEL: @undone
// CHECK-SAME: (%[[X:.*]]: i32, %[[Y:.*]]: i32)
// CHECK-NEXT: return %[[X]], %[[X]], %[[X]], %[[X]], %[[Y]]
func.func @undone(%x: i32, %y: i32) -> (i32, i32, i32, i32, i32) {
  %difference = arith.subi %x, %y : i32
  %sum = arith.addi %x, %y : i32
  %mixed = arith.xori %x, %y : i32
  %a = arith.addi %difference, %y : i32
  %b = arith.addi %y, %difference : i32
  %c = arith.subi %sum, %y : i32
  %d = arith.xori %y, %mixed : i32
  %e = arith.subi %sum, %x : i32
  return %a, %b, %c, %d, %e : i32, i32, i32, i32, i32
}

// -----

// CHECK-LABEL: @not_undone
// CHECK: arith.addi
// CHECK: arith.subi
func.func @not_undone(%x: i32, %y: i32) -> (i32, i32) {
  %difference = arith.subi %x, %y : i32
  %a = arith.addi %difference, %x : i32
  %b = arith.subi %difference, %y : i32
  return %a, %b : i32, i32
}

// -----

// CHECK-LABEL: @complements
// CHECK-DAG: %[[ZERO:.*]] = arith.constant 0 : i8
// CHECK-DAG: %[[ONES:.*]] = arith.constant -1 : i8
// CHECK: return %[[ZERO]], %[[ONES]], %[[ZERO]], %[[ZERO]]
func.func @complements(%x: i8) -> (i8, i8, i8, i8) {
  %ones = arith.constant -1 : i8
  %not = arith.xori %x, %ones : i8
  %a = arith.andi %x, %not : i8
  %b = arith.ori %not, %x : i8
  %c = arith.subi %x, %x : i8
  %d = arith.xori %x, %x : i8
  return %a, %b, %c, %d : i8, i8, i8, i8
}

// -----

// CHECK-LABEL: @division
// CHECK-DAG: %[[M3:.*]] = arith.constant -3 : i32
// CHECK-DAG: %[[M4:.*]] = arith.constant -4 : i32
// CHECK-DAG: %[[M1:.*]] = arith.constant -1 : i32
// CHECK: return %[[M3]], %[[M3]], %[[M4]], %[[M1]]
func.func @division() -> (i32, i32, i32, i32) {
  %a = arith.constant -7 : i32
  %b = arith.constant 2 : i32
  %0 = arith.divsi %a, %b : i32
  %1 = arith.ceildivsi %a, %b : i32
  %2 = arith.floordivsi %a, %b : i32
  %3 = arith.remsi %a, %b : i32
  return %0, %1, %2, %3 : i32, i32, i32, i32
}

// -----

// What is undefined stays.
// CHECK-LABEL: @undefined
// CHECK: arith.divsi
// CHECK: arith.divsi
// CHECK: arith.remui
// CHECK: arith.shli
func.func @undefined() -> (i8, i8, i8, i8) {
  %zero = arith.constant 0 : i8
  %least = arith.constant -128 : i8
  %minus = arith.constant -1 : i8
  %eight = arith.constant 8 : i8
  %0 = arith.divsi %least, %zero : i8
  %1 = arith.divsi %least, %minus : i8
  %2 = arith.remui %least, %zero : i8
  %3 = arith.shli %minus, %eight : i8
  return %0, %1, %2, %3 : i8, i8, i8, i8
}

// -----

// CHECK-LABEL: @wide
// CHECK: arith.constant 340282366920938463463374607431768211455 : i256
func.func @wide() -> i256 {
  %a = arith.constant 340282366920938463463374607431768211456 : i256
  %b = arith.constant 1 : i256
  %0 = arith.subi %a, %b : i256
  return %0 : i256
}

// -----

// CHECK-LABEL: @elements
// CHECK-DAG: arith.constant dense<[11, 22, 33]> : vector<3xi32>
// CHECK-DAG: arith.constant dense<7> : tensor<5xi8>
func.func @elements() -> (vector<3xi32>, tensor<5xi8>) {
  %a = arith.constant dense<[1, 2, 3]> : vector<3xi32>
  %b = arith.constant dense<[10, 20, 30]> : vector<3xi32>
  %c = arith.constant dense<3> : tensor<5xi8>
  %d = arith.constant dense<4> : tensor<5xi8>
  %0 = arith.addi %a, %b : vector<3xi32>
  %1 = arith.addi %c, %d : tensor<5xi8>
  return %0, %1 : vector<3xi32>, tensor<5xi8>
}

// -----

// CHECK-LABEL: @bounds
// CHECK-SAME: (%[[X:.*]]: i8)
// CHECK-DAG: %[[GREATEST:.*]] = arith.constant 127 : i8
// CHECK-DAG: %[[ZERO:.*]] = arith.constant 0 : i8
// CHECK: return %[[GREATEST]], %[[X]], %[[ZERO]], %[[X]]
func.func @bounds(%x: i8) -> (i8, i8, i8, i8) {
  %greatest = arith.constant 127 : i8
  %least = arith.constant -128 : i8
  %zero = arith.constant 0 : i8
  %a = arith.maxsi %x, %greatest : i8
  %b = arith.maxsi %x, %least : i8
  %c = arith.minui %x, %zero : i8
  %d = arith.maxui %x, %x : i8
  return %a, %b, %c, %d : i8, i8, i8, i8
}

// -----

// CHECK-LABEL: @no_bounds
// CHECK: arith.maxui
// CHECK: arith.minsi
func.func @no_bounds(%x: i8) -> (i8, i8) {
  %greatest = arith.constant 127 : i8
  %zero = arith.constant 0 : i8
  %a = arith.maxui %x, %greatest : i8
  %b = arith.minsi %x, %zero : i8
  return %a, %b : i8, i8
}

// -----

// CHECK-LABEL: @double_width
// CHECK-DAG: %[[LOW:.*]] = arith.constant 56 : i8
// CHECK-DAG: %[[HIGH:.*]] = arith.constant -2 : i8
// CHECK-DAG: %[[UHIGH:.*]] = arith.constant 97 : i8
// CHECK-DAG: %[[TRUE:.*]] = arith.constant true
// CHECK-DAG: %[[SUM:.*]] = arith.constant 43 : i8
// CHECK: return %[[LOW]], %[[HIGH]], %[[LOW]], %[[UHIGH]], %[[SUM]], %[[TRUE]]
func.func @double_width() -> (i8, i8, i8, i8, i8, i1) {
  %a = arith.constant -4 : i8
  %b = arith.constant 99 : i8
  %c = arith.constant 114 : i8
  %d = arith.constant 200 : i8
  %low, %high = arith.mulsi_extended %a, %c : i8
  %ulow, %uhigh = arith.mului_extended %a, %b : i8
  %sum, %carry = arith.addui_extended %b, %d : i8, i1
  return %low, %high, %low, %uhigh, %sum, %carry : i8, i8, i8, i8, i8, i1
}
