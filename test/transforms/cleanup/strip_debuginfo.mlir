// RUN: mica-opt %s -mlir-print-debuginfo -strip-debuginfo | FileCheck %s
// RUN: mica-opt %s -mlir-print-debuginfo | FileCheck %s --check-prefix=KEPT

// CHECK-NOT: "there"
// CHECK: #[[LOC:.*]] = loc(unknown)
// CHECK: func @f(%arg0: i32 loc(#[[LOC]]))
// CHECK: return %arg0 : i32 loc(#[[LOC]])
// KEPT: "there":1:2
func.func @f(%a: i32 loc("there":3:4)) -> i32 {
  return %a : i32 loc("there":1:2)
}
