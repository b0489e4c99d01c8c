// RUN: mica-opt %s -reconcile-unrealized-casts | FileCheck %s

// CHECK-LABEL: func @there_and_back
// CHECK-NEXT: return %arg0
func.func @there_and_back(%a: i64) -> i64 {
  %0 = builtin.unrealized_conversion_cast %a : i64 to index
  %1 = builtin.unrealized_conversion_cast %0 : index to i64
  return %1 : i64
}

// CHECK-LABEL: func @over_two_types
// CHECK-NEXT: return %arg0
func.func @over_two_types(%a: i64) -> i64 {
  %0 = builtin.unrealized_conversion_cast %a : i64 to index
  %1 = builtin.unrealized_conversion_cast %0 : index to i32
  %2 = builtin.unrealized_conversion_cast %1 : i32 to i64
  return %2 : i64
}

// CHECK-LABEL: func @used_between
// CHECK-NEXT: %[[CAST:.*]] = builtin.unrealized_conversion_cast %arg0
// CHECK-NEXT: return %[[CAST]], %arg0
func.func @used_between(%a: i64) -> (index, i64) {
  %0 = builtin.unrealized_conversion_cast %a : i64 to index
  %1 = builtin.unrealized_conversion_cast %0 : index to i64
  return %0, %1 : index, i64
}

// CHECK-LABEL: func @one_way
// CHECK-NEXT: builtin.unrealized_conversion_cast
func.func @one_way(%a: i64) -> index {
  %0 = builtin.unrealized_conversion_cast %a : i64 to index
  return %0 : index
}
