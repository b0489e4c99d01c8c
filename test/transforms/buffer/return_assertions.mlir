// RUN: mica-opt %s -expose-assertions -split-input-file -verify-diagnostics | FileCheck --check-prefix=EXPOSE %s
// RUN: mica-opt %s -expose-assertions -convert-scf-to-cf -return-assertions -split-input-file -verify-diagnostics | FileCheck %s
// RUN: mica-opt %s -return-assertions -split-input-file | FileCheck --check-prefix=UNMARKED %s

// One in a branch is left through the same block as one in the entry; sizes are 0 then.
// EXPOSE-LABEL: func.func @model(
// EXPOSE-SAME: -> (index {mica.size = 0 : i64}, index {mica.assertions}) {
// EXPOSE: cf.assert
// EXPOSE: %[[NO:.*]] = arith.constant 0 : index
// EXPOSE: return %{{.*}}, %[[NO]] : index, index
// CHECK-LABEL: func.func @model(
// CHECK-SAME: %[[A:.*]]: i1, %[[B:.*]]: i1, %[[N:.*]]: index)
// CHECK: cf.cond_br %[[A]], ^[[NEXT:.*]], ^[[BROKEN:.*]]
// CHECK: ^[[NEXT]]:
// CHECK: cf.cond_br %[[B]], ^[[INSIDE:.*]], ^[[AFTER:.*]]
// CHECK: ^[[INSIDE]]:
// CHECK: cf.cond_br %[[A]], ^[[END:[^ ,]*]], ^[[BROKEN]]
// CHECK: ^[[BROKEN]]:
// CHECK: %[[SIZE:.*]] = arith.constant 0 : index
// CHECK: %[[YES:.*]] = arith.constant 1 : index
// CHECK: return %[[SIZE]], %[[YES]] : index, index
// Without the promise nothing is returned.
// UNMARKED-LABEL: func.func @model(
// UNMARKED: cf.assert
func.func @model(%a: i1, %b: i1, %n: index) -> (index {mica.size = 0 : i64}) {
  cf.assert %a, "first"
  scf.if %b {
    cf.assert %a, "inside"
  }
  return %n : index
}

// -----

// A function that others call keeps its results, and one without assertions too.
// EXPOSE-LABEL: func.func private @called(%{{.*}}: i1) {
// EXPOSE: cf.assert
// EXPOSE: func.func @calm() {
// CHECK-LABEL: func.func private @called(
// CHECK: cf.assert
// UNMARKED: cf.assert
func.func private @called(%a: i1) {
  cf.assert %a, "stays"
  return
}
func.func @calm() {
  return
}
