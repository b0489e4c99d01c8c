// RUN: not mica-run --interpret -e decides %s 2>&1 | FileCheck %s --check-prefix=DECIDES
// RUN: not mica-run --interpret -e divides %s 2>&1 | FileCheck %s --check-prefix=DIVIDES
// RUN: not mica-run --interpret -e asserts %s 2>&1 | FileCheck %s --check-prefix=ASSERTS
// RUN: not mica-run --interpret -e forever --max-steps=1000 %s 2>&1 \
// RUN:   | FileCheck %s --check-prefix=FOREVER
// RUN: not mica-run --interpret -e endless %s 2>&1 | FileCheck %s --check-prefix=ENDLESS
// RUN: not mica-run --interpret -e calls %s 2>&1 | FileCheck %s --check-prefix=CALLS
// RUN: mica-run --interpret -e unused %s | FileCheck %s --check-prefix=UNUSED

// An overflow that was promised not to happen gives poison, which must not decide anything.
func.func @decides() -> i32 {
  %most = arith.constant 2147483647 : i32
  %one = arith.constant 1 : i32
  %sum = arith.addi %most, %one overflow<nsw> : i32
  %less = arith.cmpi slt, %sum, %one : i32
  // DECIDES: undefined_scalars.mlir:[[#@LINE+1]]:3: error: 'cf.cond_br' op uses a poison value as operand #0
  cf.cond_br %less, ^end, ^end
^end:
  return %one : i32
}

// It does no harm when nothing looks at it.
func.func @unused() -> i32 {
  %most = arith.constant 2147483647 : i32
  %one = arith.constant 1 : i32
  %sum = arith.addi %most, %one overflow<nsw> : i32
  %no = arith.constant false
  %chosen = arith.select %no, %sum, %one : i32
  // UNUSED: 1
  return %chosen : i32
}

func.func @divide(%by: i32) -> i32 {
  %one = arith.constant 1 : i32
  // DIVIDES: undefined_scalars.mlir:[[#@LINE+1]]:8: error: 'arith.divsi' op is undefined for its operands
  %q = arith.divsi %one, %by : i32
  return %q : i32
}

func.func @divides() -> i32 {
  %zero = arith.constant 0 : i32
  // DIVIDES: undefined_scalars.mlir:[[#@LINE+1]]:8: note: called from here
  %q = call @divide(%zero) : (i32) -> i32
  return %q : i32
}

func.func @asserts() {
  %no = arith.constant false
  // ASSERTS: error: 'cf.assert' op fails: the sky is green
  cf.assert %no, "the sky is green"
  return
}

func.func @forever() {
  cf.br ^again
^again:
  // FOREVER: [[#@LINE+1]]:3: error: 'cf.br' op is where the budget of steps ends
  cf.br ^again
}

// Deep recursion ends with an error, not with the C stack.
func.func @endless() {
  // ENDLESS: error: 'func.call' op is nested too deeply to be run
  call @endless() : () -> ()
  return
}

func.func private @somewhere_else()
func.func @calls() {
  // CALLS: error: 'func.call' op calls 'somewhere_else', which has no body
  call @somewhere_else() : () -> ()
  return
}
