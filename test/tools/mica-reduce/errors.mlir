// A pass's error, and the verifier's: the same words remain.
// RUN: mica-reduce %s --load-pass-plugin=%plugins/faulty_passes.so --pass-pipeline='builtin.module(func.func(faulty-fail))' 2> %t.err | FileCheck --check-prefix=FAIL %s
// RUN: FileCheck --check-prefix=SAID %s < %t.err
// RUN: mica-reduce %s --load-pass-plugin=%plugins/faulty_passes.so --pass-pipeline='builtin.module(func.func(faulty-break))' 2> %t.err | FileCheck --check-prefix=BREAK %s
// RUN: sed 's/call @g(%%0, %%b) : (i32, i32)/call @g(%%0) : (i32)/' %s > %t.mlir
// RUN: not mica-opt %t.mlir 2>&1 | FileCheck --check-prefix=INVALID %s
// RUN: mica-reduce %t.mlir -o %t.small 2> %t.err
// RUN: FileCheck --check-prefix=SMALL %s < %t.small
// RUN: not mica-opt %t.small 2>&1 | FileCheck --check-prefix=INVALID %s
//
// What is not interesting is said.
// RUN: not mica-reduce %s --pass-pipeline='builtin.module(cse)' 2>&1 | FileCheck --check-prefix=FINE %s
// RUN: not mica-reduce %s --pass-pipeline='builtin.module(no-such-pass)' --expect='something else' 2>&1 | FileCheck --check-prefix=OTHER %s
// RUN: not mica-reduce %s --run-reproducer 2>&1 | FileCheck --check-prefix=NONE %s
// RUN: not mica-reduce %s --max-tests=no 2>&1 | FileCheck --check-prefix=NUMBER %s
// RUN: not mica-reduce %s --tset=x 2>&1 | FileCheck --check-prefix=UNKNOWN %s

// SAID: with the error " op is more than this pass can take"
// FAIL: module {
// FAIL-NEXT: func.func @f(%[[A:.*]]: i32, %[[B:.*]]: i32) {
// FAIL-NEXT: arith.muli %[[A]], %[[B]] {fault = "fail"
// FAIL-NEXT: return
// FAIL-NEXT: }
// FAIL-NEXT: }

// BREAK-NOT: muli
// BREAK: func.func @f(
// BREAK-NEXT: arith.cmpi {{.*}}fault = "break"
// BREAK-NOT: muli

// INVALID: error: 'func.call' op incorrect number of operands for callee
// SMALL-NOT: arith
// SMALL: func.func private @g(i32, i32) -> i32
// SMALL-NEXT: func.func @f(%[[A:.*]]: i32) {
// SMALL-NEXT: call @g(%[[A]]) : (i32) -> i32
// SMALL-NEXT: return

// FINE: error: the input is not interesting: no error, no crash
// OTHER: error: the input is not interesting: another error than expected
// NONE: error: the input is no reproducer
// NUMBER: error: --max-tests and --timeout take a number from 1 on
// UNKNOWN: error: unknown option '--tset=x'; see --help
func.func private @g(i32, i32) -> i32
func.func @f(%a: i32, %b: i32) -> i32 {
  %0 = arith.muli %a, %b : i32
  %1 = arith.muli %0, %b {fault = "fail"} : i32
  %2 = arith.cmpi slt, %1, %b {fault = "break"} : i32
  %3 = arith.select %2, %a, %1 : i32
  %4 = call @g(%0, %b) : (i32, i32) -> i32
  %5 = arith.addi %3, %4 : i32
  return %5 : i32
}
