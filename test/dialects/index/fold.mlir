// RUN: mica-opt %s -canonicalize -split-input-file | FileCheck %s

// CHECK-LABEL: @any_width
// CHECK-SAME: (%[[X:.*]]: index)
// CHECK-DAG: %[[SUM:.*]] = index.constant 7
// CHECK-DAG: %[[PRODUCT:.*]] = index.constant 12
// CHECK-DAG: %[[BITS:.*]] = index.constant 0
// CHECK: return %[[SUM]], %[[PRODUCT]], %[[BITS]], %[[X]], %[[X]]
func.func @any_width(%x: index) -> (index, index, index, index, index) {
  %three = index.constant 3
  %four = index.constant 4
  %zero = index.constant 0
  %one = index.constant 1
  %0 = index.add %three, %four
  %1 = index.mul %three, %four
  %2 = index.and %three, %four
  %3 = index.add %zero, %x
  %4 = index.mul %x, %one
  return %0, %1, %2, %3, %4 : index, index, index, index, index
}

// -----

// CHECK-LABEL: @both_widths
// CHECK-DAG: %[[Q:.*]] = index.constant -3
// CHECK-DAG: %[[F:.*]] = index.constant -4
// CHECK-DAG: %[[M:.*]] = index.constant 2
// CHECK-DAG: %[[T:.*]] = index.bool.constant true
// CHECK: return %[[Q]], %[[F]], %[[M]], %[[T]]
func.func @both_widths(%x: index) -> (index, index, index, i1) {
  %a = index.constant -7
  %b = index.constant 2
  %0 = index.divs %a, %b
  %1 = index.floordivs %a, %b
  %2 = index.maxs %a, %b
  %3 = index.cmp ule(%x, %x)
  return %0, %1, %2, %3 : index, index, index, i1
}

// -----

// What differs between 32 and 64 bits, or is undefined, stays.
// CHECK-LABEL: @stay
// CHECK: index.divu
// CHECK: index.maxs
// CHECK: index.shl
// CHECK: index.divs
// CHECK: index.cmp slt
func.func @stay() -> (index, index, index, index, i1) {
  %minus = index.constant -1
  %big = index.constant 4294967296
  %two = index.constant 2
  %zero = index.constant 0
  %shift = index.constant 40
  %0 = index.divu %minus, %two
  %1 = index.maxs %big, %two
  %2 = index.shl %two, %shift
  %3 = index.divs %two, %zero
  %4 = index.cmp slt(%two, %big)
  return %0, %1, %2, %3, %4 : index, index, index, index, i1
}
