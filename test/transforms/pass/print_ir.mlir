// RUN: mica-opt %s --pass-pipeline='builtin.module(func.func(cse,canonicalize))' -mlir-print-ir-after-all -o /dev/null 2>&1 | FileCheck %s
// RUN: mica-opt %s --pass-pipeline='builtin.module(func.func(cse))' -mlir-print-ir-after-all -mlir-print-ir-after-change -o /dev/null 2>&1 | FileCheck %s --check-prefix=CHANGE
// RUN: mica-opt %s --pass-pipeline='builtin.module(func.func(cse))' -mlir-print-ir-before=cse -mlir-print-ir-module-scope -o /dev/null 2>&1 | FileCheck %s --check-prefix=MODULE

// An op goes through its whole pipeline before the next one, whatever the threads do.
// CHECK: // -----// IR Dump After CSE (cse) //----- //
// CHECK-NEXT: func.func @twice
// CHECK: // -----// IR Dump After Canonicalizer (canonicalize) //----- //
// CHECK-NEXT: func.func @twice
// CHECK: // -----// IR Dump After CSE (cse) //----- //
// CHECK-NEXT: func.func @once
// CHECK: // -----// IR Dump After Canonicalizer (canonicalize) //----- //
// CHECK-NEXT: func.func @once

// CHANGE: @twice
// CHANGE-NOT: @once

// MODULE: // -----// IR Dump Before CSE (cse) ('func.func' operation: @twice) //----- //
// MODULE-NEXT: module {
func.func @twice(%a: i32) -> (i32, i32) {
  %0 = arith.addi %a, %a : i32
  %1 = arith.addi %a, %a : i32
  return %0, %1 : i32, i32
}
func.func @once(%a: i32) -> i32 {
  return %a : i32
}
