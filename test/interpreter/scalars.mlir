// RUN: mica-run --interpret %s | FileCheck %s
// RUN: mica-opt %s --convert-scf-to-cf --convert-arith-to-llvm --convert-func-to-llvm \
// RUN:   --convert-cf-to-llvm --reconcile-unrealized-casts \
// RUN:   | %run_program -e main --entry-point-result=void | FileCheck %s

func.func private @printI64(i64)
func.func private @printF64(f64)
func.func private @printNewline()

func.func @fibonacci(%n: i64) -> i64 {
  %one = arith.constant 1 : i64
  %two = arith.constant 2 : i64
  %small = arith.cmpi slt, %n, %two : i64
  cf.cond_br %small, ^done(%n : i64), ^more
^more:
  %before = arith.subi %n, %one overflow<nsw> : i64
  %earlier = arith.subi %n, %two : i64
  %a = call @fibonacci(%before) : (i64) -> i64
  %b = call @fibonacci(%earlier) : (i64) -> i64
  %sum = arith.addi %a, %b : i64
  cf.br ^done(%sum : i64)
^done(%result: i64):
  return %result : i64
}

func.func @main() {
  %n = arith.constant 15 : i64
  // CHECK: 610
  %f = call @fibonacci(%n) : (i64) -> i64
  call @printI64(%f) : (i64) -> ()
  call @printNewline() : () -> ()

  // A sum that is carried through a loop, and a loop that counts down by halves.
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c10 = arith.constant 10 : index
  %zero = arith.constant 0.0 : f64
  %sum = scf.for %i = %c0 to %c10 step %c1 iter_args(%acc = %zero) -> f64 {
    %j = arith.index_cast %i : index to i64
    %x = arith.sitofp %j : i64 to f64
    %y = arith.addf %acc, %x : f64
    scf.yield %y : f64
  }
  // CHECK-NEXT: 45
  call @printF64(%sum) : (f64) -> ()
  call @printNewline() : () -> ()
  %start = arith.constant 100 : i64
  %two = arith.constant 2 : i64
  %nothing = arith.constant 0 : i64
  %one = arith.constant 1 : i64
  %last, %steps = scf.while (%x = %start, %k = %nothing) : (i64, i64) -> (i64, i64) {
    %go = arith.cmpi sgt, %x, %one : i64
    scf.condition(%go) %x, %k : i64, i64
  } do {
  ^bb0(%x: i64, %k: i64):
    %half = arith.divsi %x, %two : i64
    %more = arith.addi %k, %one : i64
    scf.yield %half, %more : i64, i64
  }
  // CHECK-NEXT: 6
  call @printI64(%steps) : (i64) -> ()
  call @printNewline() : () -> ()

  // i8 wraps; a comparison without sign sees another number.
  %big = arith.constant 200 : i8
  %more = arith.constant 100 : i8
  %wrapped = arith.addi %big, %more : i8
  %wide = arith.extui %wrapped : i8 to i64
  // CHECK-NEXT: 44
  call @printI64(%wide) : (i64) -> ()
  call @printNewline() : () -> ()
  %less = arith.cmpi slt, %big, %more : i8
  %chosen = arith.select %less, %one, %two : i64
  // CHECK-NEXT: 1
  call @printI64(%chosen) : (i64) -> ()
  call @printNewline() : () -> ()
  return
}
