// RUN: mica-opt %s -outline-sizes -canonicalize -split-input-file -verify-diagnostics | FileCheck %s

// What depends on dimensions alone is cut out; what depends on data stays, and gives its bound.
// CHECK: func.func @main(%{{.*}}: memref<?xf32> {{.*}}) -> (index {mica.size = 1 : i64}) attributes {mica.arena_size = @main_arena_size, mica.result_sizes = @main_result_sizes} {
// CHECK: %[[K:.*]] = memref.load
// CHECK: %[[M:.*]] = arith.minsi %[[K]], %{{.*}} : index
// CHECK: return %[[M]] : index
// CHECK: func.func private @main_arena_size(%[[N:.*]]: index) -> index {
// CHECK: %[[BYTES:.*]] = arith.muli %[[N]], %{{.*}} : index
// CHECK: return %[[BYTES]] : index
// CHECK: func.func private @main_result_sizes(%[[N:.*]]: index) -> (index, index) {
// CHECK: %[[SUM:.*]] = arith.addi %[[N]], %{{.*}} : index
// CHECK: return %[[SUM]], %[[N]] : index, index
func.func @main(%x: memref<?xf32> {mica.dims = array<i64: 0>}, %data: memref<1xindex>,
                %n: index {mica.dim = "n"}, %out: memref<?xi8>)
    -> (index {mica.size = 0 : i64}, index {mica.size = 1 : i64}, index {mica.arena}) {
  %c0 = arith.constant 0 : index
  %c3 = arith.constant 3 : index
  %d = memref.dim %x, %c0 : memref<?xf32>
  %sum = arith.addi %d, %c3 : index
  %k = memref.load %data[%c0] : memref<1xindex>
  %m = arith.minsi %k, %d : index
  %bytes = arith.muli %d, %c3 : index
  return %sum, %m, %bytes : index, index, index
}

// -----

// A divisor that is no constant is kept from 0 where the division did not run before.
// CHECK-LABEL: func.func private @divided_result_sizes(
// CHECK-SAME: %[[N:.*]]: index)
// CHECK: %[[ZERO:.*]] = arith.cmpi eq, %[[N]], %{{.*}} : index
// CHECK: %[[BY:.*]] = arith.select %[[ZERO]], %{{.*}}, %[[N]] : index
// CHECK: arith.divsi %{{.*}}, %[[BY]] : index
func.func @divided(%n: index {mica.dim = "n"}) -> (index {mica.size = 0 : i64}) {
  %c12 = arith.constant 12 : index
  %q = arith.divsi %c12, %n : index
  return %q : index
}

// -----

// An index that is no size stays where it is.
// CHECK-LABEL: func.func @other(
// CHECK-SAME: -> index {
// CHECK-NOT: func.func private
func.func @other(%n: index) -> index {
  return %n : index
}

// -----

func.func @unbounded(%data: memref<1xindex>) -> (index {mica.size = 0 : i64}) {
  %c0 = arith.constant 0 : index
  %k = memref.load %data[%c0] : memref<1xindex>
  // expected-error@+1 {{'func.return' op returns size number 0, which depends on data and has no bound}}
  return %k : index
}

// -----

// Conditions on dimensions are asked before the function runs; those on data stay.
// CHECK: func.func @asserts(%{{.*}}) attributes {mica.sizes_disagree = @asserts_sizes_disagree} {
// CHECK: %[[K:.*]] = memref.load
// CHECK-NEXT: %[[SAME:.*]] = arith.cmpi eq, %{{.*}}, %[[K]] : index
// CHECK-NEXT: cf.assert %[[SAME]]
// CHECK-NOT: cf.assert
// CHECK: func.func private @asserts_sizes_disagree(%[[N:.*]]: index, %[[M:.*]]: index) -> index {
// CHECK: %[[EQUAL:.*]] = arith.cmpi eq, %[[N]], %[[M]] : index
// CHECK: %[[VERDICT:.*]] = arith.select %[[EQUAL]], %{{.*}}, %{{.*}} : index
// CHECK: return %[[VERDICT]] : index
func.func @asserts(%n: index {mica.dim = "n"}, %m: index {mica.dim = "m"}, %data: memref<1xindex>) {
  %c0 = arith.constant 0 : index
  %equal = arith.cmpi eq, %n, %m : index
  cf.assert %equal, "sizes must agree"
  %k = memref.load %data[%c0] : memref<1xindex>
  %same = arith.cmpi eq, %n, %k : index
  cf.assert %same, "sizes must agree"
  return
}

// -----

// A factor below zero makes less of more: the bound of %m is none of the product's.
func.func @falls(%data: memref<1xindex>, %n: index {mica.dim = "n"}) -> (index {mica.size = 0 : i64}) {
  %c0 = arith.constant 0 : index
  %minus = arith.constant -1 : index
  %k = memref.load %data[%c0] : memref<1xindex>
  %m = arith.minsi %k, %n : index
  %negated = arith.muli %m, %minus : index
  %rest = arith.addi %n, %negated : index
  // expected-error@+1 {{'func.return' op returns size number 0, which depends on data and has no bound}}
  return %rest : index
}

// -----

// So does a divisor that is at most 4.
func.func @divided_by_data(%data: memref<1xindex>, %n: index {mica.dim = "n"}) -> (index {mica.size = 0 : i64}) {
  %c0 = arith.constant 0 : index
  %c4 = arith.constant 4 : index
  %k = memref.load %data[%c0] : memref<1xindex>
  %m = arith.minui %k, %c4 : index
  %q = arith.divui %n, %m : index
  // expected-error@+1 {{'func.return' op returns size number 0, which depends on data and has no bound}}
  return %q : index
}
