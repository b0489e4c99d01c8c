// A pass that changes what a function computes, found by running it before and after.
// RUN: not mica-opt %s --load-pass-plugin=%plugins/faulty_passes.so --faulty-change --check-passes 2>&1 | FileCheck --check-prefix=FOUND %s
// RUN: mica-reduce %s --load-pass-plugin=%plugins/faulty_passes.so --pass-pipeline='builtin.module(cse,func.func(faulty-change))' --check-passes -o %t
// RUN: FileCheck %s < %t
// RUN: not mica-opt %t --load-pass-plugin=%plugins/faulty_passes.so --faulty-change --check-passes 2>&1 | FileCheck --check-prefix=FOUND %s
// RUN: not mica-reduce %s --pass-pipeline='builtin.module(cse)' --check-passes 2>&1 | FileCheck --check-prefix=FINE %s

// FOUND: error: pass 'faulty-change' changes what function
// FINE: error: the input is not interesting

// CHECK: module {
// CHECK-NEXT: func.func @f(%[[A:[^:]*]]: i32, %[[B:[^:]*]]: i32
// CHECK-NEXT: %[[S:.*]] = arith.subi {{.*}} {fault = "change"} : i32
// CHECK-NEXT: return %[[S]] : i32
// CHECK-NEXT: }
// CHECK-NEXT: }
func.func @f(%a: i32, %b: i32, %c: i1) -> i32 {
  %0 = arith.addi %a, %b : i32
  %1 = scf.if %c -> i32 {
    %s = arith.subi %0, %b {fault = "change"} : i32
    scf.yield %s : i32
  } else {
    scf.yield %a : i32
  }
  %2 = arith.muli %1, %0 : i32
  return %2 : i32
}
func.func @g(%a: i32) -> i32 {
  %0 = arith.addi %a, %a : i32
  return %0 : i32
}
