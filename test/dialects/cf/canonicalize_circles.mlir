// RUN: mica-opt %s --canonicalize | FileCheck %s

// Blocks that only branch to each other: nothing is gained by following them for ever.
// CHECK-LABEL: func.func @two(
// CHECK-NEXT: cf.br ^bb1
// CHECK-NEXT: ^bb1:
// CHECK-NEXT: cf.br ^bb1
func.func @two() {
  cf.br ^a
^a:
  cf.br ^b
^b:
  cf.br ^a
}

// CHECK-LABEL: func.func @conditional(
// CHECK: cf.cond_br %arg0, ^{{.*}}, ^[[END:.*]]
// CHECK: ^[[END]]:
// CHECK-NEXT: return
func.func @conditional(%c: i1) {
  cf.cond_br %c, ^a, ^end
^a:
  cf.br ^b
^b:
  cf.br ^d
^d:
  cf.br ^a
^end:
  return
}
