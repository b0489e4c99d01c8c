// RUN: mica-opt %s --allow-unregistered-dialect --canonicalize='region-simplify=aggressive' | FileCheck %s
// RUN: mica-opt %s --allow-unregistered-dialect --canonicalize | FileCheck %s --check-prefix=NORMAL

// Both ways to ^bb3 pass the same first value.
// CHECK-LABEL: func.func @same_value
// CHECK: ^bb3(%[[Y:.*]]: i32):
// CHECK-NEXT: "use"(%arg1, %[[Y]])
// NORMAL-LABEL: func.func @same_value
// NORMAL: ^bb3(%{{.*}}: i32, %{{.*}}: i32):
func.func @same_value(%c: i1, %x: i32, %y: i32) {
  cf.cond_br %c, ^bb1, ^bb2
^bb1:
  "a"() : () -> ()
  cf.br ^bb3(%x, %x : i32, i32)
^bb2:
  "b"() : () -> ()
  cf.br ^bb3(%x, %y : i32, i32)
^bb3(%p: i32, %q: i32):
  "use"(%p, %q) : (i32, i32) -> ()
  return
}
