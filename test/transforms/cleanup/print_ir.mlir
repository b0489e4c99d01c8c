// RUN: mica-opt %s --pass-pipeline='builtin.module(func.func(print-ir{label=inner}),print-ir)' -o /dev/null 2>&1 | FileCheck %s

// The pass prints what it runs on, once for each op, and changes nothing.
// CHECK: // -----// IR Dump inner //----- //
// CHECK-NEXT: func.func @a
// CHECK: // -----// IR Dump inner //----- //
// CHECK-NEXT: func.func @b
// CHECK: // -----// IR Dump //----- //
// CHECK-NEXT: module {
// CHECK: func.func @a
// CHECK: func.func @b
// CHECK-NOT: IR Dump
func.func @a() {
  return
}
func.func @b() {
  return
}
