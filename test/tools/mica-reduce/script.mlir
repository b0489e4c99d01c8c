// A program's verdict: not 0 is interesting. Here, two ops are needed in the order in which they stand.
// RUN: printf '#!/bin/sh\n[ "$1" = twice ] || exit 0\nmica-opt "$2" | tr -d "\\n" | grep -q "arith.divsi.*arith.remsi" && exit 3\nexit 0\n' > %t.sh && chmod +x %t.sh
// RUN: mica-reduce %s --test=%t.sh --test-arg=twice -o %t 2> %t.err
// RUN: FileCheck %s < %t
// RUN: FileCheck --check-prefix=SAID %s < %t.err
// Upstream's way to say it; a verdict that is never reached; one with a text; a limit.
// RUN: printf '#!/bin/sh\nexec %t.sh twice "$1"\n' > %t.tree.sh && chmod +x %t.tree.sh
// RUN: mica-reduce %s --reduction-tree='traversal-mode=0 test=%t.tree.sh' | diff - %t
// RUN: not mica-reduce %s --test=%t.sh 2>&1 | FileCheck --check-prefix=NEVER %s
// RUN: not mica-reduce %s --test=%t.missing 2>&1 | FileCheck --check-prefix=NEVER %s
// RUN: mica-reduce %s --test=mica-opt --test-arg=--no-such-flag --expect='unrecognized option' | FileCheck --check-prefix=EMPTY %s
// RUN: mica-reduce %s --test=%t.sh --test-arg=twice --max-tests=1 -o %t.out 2>&1 | FileCheck --check-prefix=LIMIT %s
// RUN: printf '#!/bin/sh\nsleep 20\nexit 1\n' > %t.slow.sh && chmod +x %t.slow.sh
// RUN: not mica-reduce %s --test=%t.slow.sh --timeout=1 2>&1 | FileCheck --check-prefix=SLOW %s

// SAID: mica-reduce: {{[0-9]+}} ops became 5 after
// NEVER: error: the input is not interesting: no error, no crash
// LIMIT: after 1 tests
// SLOW: error: the input takes longer than the timeout
// EMPTY: module {
// EMPTY-NEXT: }

// CHECK: func.func
// CHECK-NOT: xori
// CHECK: arith.divsi
// CHECK-NOT: xori
// CHECK: arith.remsi
// CHECK-NOT: func.func
func.func @one(%a: i64) -> i64 {
  %0 = arith.xori %a, %a : i64
  %1 = arith.remsi %0, %a : i64
  return %1 : i64
}
func.func @two(%a: i64, %b: i64) -> i64 {
  %0 = arith.xori %a, %b : i64
  %1 = arith.divsi %0, %b : i64
  %2 = arith.xori %1, %b : i64
  %3 = arith.remsi %2, %a : i64
  %4 = arith.xori %3, %2 : i64
  return %4 : i64
}
