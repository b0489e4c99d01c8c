// RUN: mica-opt %s --load-pass-plugin=%plugins/count_calls_pass.so --count-calls='hot=2' | FileCheck %s
// RUN: mica-opt %s -load-pass-plugin %plugins/count_calls_pass.so \
// RUN:   -pass-pipeline='builtin.module(count-calls{hot=2},count-calls)' | FileCheck --check-prefix=TWICE %s
// RUN: mica-opt %s --load-pass-plugin=%plugins/count_calls_pass.so --count-calls \
// RUN:   --mlir-pass-statistics -o %t 2>&1 | FileCheck --check-prefix=STATISTICS %s
// RUN: mica-opt --load-pass-plugin=%plugins/count_calls_pass.so --list-passes | FileCheck --check-prefix=LIST %s
// RUN: not mica-opt %s --count-calls 2>&1 | FileCheck --check-prefix=WITHOUT %s
// LIST: count-calls
// WITHOUT: unrecognized option '--count-calls'
// STATISTICS: 3 calls

// CHECK: func.func @a() attributes {call_count = 2 : i64, hot}
// TWICE: func.func @a() attributes {call_count = 2 : i64}
func.func @a() {
  return
}
// CHECK: func.func @b() attributes {call_count = 1 : i64}
func.func @b() {
  call @a() : () -> ()
  return
}
// CHECK: func.func @c() {
func.func @c() {
  call @a() : () -> ()
  call @b() : () -> ()
  return
}
