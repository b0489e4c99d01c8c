// Blocks that only pass on in a circle: canonicalize ends, and other ways still get shorter.
// RUN: mica-opt %s --allow-unregistered-dialect --canonicalize | FileCheck %s
// CHECK-LABEL: func.func @circle
// CHECK: cf.br ^[[A:bb[0-9]+]]
// CHECK: ^[[A]]:
// CHECK: cf.br
func.func @circle() {
  cf.br ^bb1
^bb1:
  cf.br ^bb2
^bb2:
  cf.br ^bb3
^bb3:
  cf.br ^bb1
}
// CHECK-LABEL: func.func @way
// CHECK: cf.cond_br %{{.*}}, ^[[B:bb[0-9]+]], ^[[C:bb[0-9]+]]
// CHECK: ^[[B]]:
// CHECK-NEXT: "x.one"
// CHECK: ^[[C]]:
// CHECK-NEXT: return
func.func @way(%c: i1) {
  cf.cond_br %c, ^bb1, ^bb2
^bb1:
  "x.one"() : () -> ()
  cf.br ^bb3
^bb2:
  cf.br ^bb3
^bb3:
  return
}
