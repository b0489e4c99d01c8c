// The op that a pass crashes at remains, and little else.
// RUN: mica-reduce %s --load-pass-plugin=%plugins/faulty_passes.so --pass-pipeline='builtin.module(func.func(faulty-crash))' -o %t 2> %t.err
// RUN: FileCheck %s < %t
// RUN: FileCheck --check-prefix=SAID %s < %t.err
// RUN: not --crash mica-opt %t --load-pass-plugin=%plugins/faulty_passes.so --pass-pipeline='builtin.module(func.func(faulty-crash))'
// The same again: nothing depends on chance.
// RUN: mica-reduce %s --load-pass-plugin=%plugins/faulty_passes.so --pass-pipeline='builtin.module(func.func(faulty-crash))' | diff - %t
// A reproducer says what to run.
// RUN: not --crash mica-opt %s --load-pass-plugin=%plugins/faulty_passes.so --pass-pipeline='builtin.module(func.func(faulty-crash))' --mlir-pass-pipeline-crash-reproducer=%t.mlir
// RUN: mica-reduce %t.mlir --load-pass-plugin=%plugins/faulty_passes.so --run-reproducer | diff - %t

// SAID: mica-reduce: 27 ops became 5 after {{[0-9]+}} tests, with the crash by signal 11

// CHECK: module {
// CHECK-NEXT: func.func @middle() {
// CHECK-NEXT: %[[Z:.*]] = arith.constant
// CHECK-NEXT: arith.divf %[[Z]], %[[Z]] {fault = "crash"} : f32
// CHECK-NEXT: return
// CHECK-NEXT: }
// CHECK-NEXT: }
func.func @before(%a: f32) -> f32 {
  %0 = arith.addf %a, %a : f32
  %1 = arith.mulf %0, %a : f32
  return %1 : f32
}
func.func @middle(%a: memref<8xf32>, %n: index, %c: i1) -> (f32, index) attributes {x = 1} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %z = arith.constant 0.0 : f32
  %sum = scf.for %i = %c0 to %n step %c1 iter_args(%s = %z) -> f32 {
    %v = memref.load %a[%i] : memref<8xf32>
    %w = scf.if %c -> f32 {
      %d = arith.divf %v, %s {fault = "crash"} : f32
      %e = func.call @before(%d) : (f32) -> f32
      scf.yield %e : f32
    } else {
      scf.yield %v : f32
    }
    scf.yield %w : f32
  }
  cf.cond_br %c, ^yes(%n : index), ^no
^yes(%k: index):
  %l = arith.addi %k, %n : index
  return %sum, %l : f32, index
^no:
  %m = arith.muli %n, %n : index
  cf.br ^yes(%m : index)
}
func.func @after() {
  %0 = arith.constant 3 : i32
  %1 = arith.addi %0, %0 : i32
  %2 = arith.subi %1, %0 : i32
  return
}
