// RUN: mica-opt %s --allow-unregistered-dialect --promote-elements | FileCheck %s

// CHECK-LABEL: func.func @forward(
// CHECK-SAME: %[[M:arg[0-9]+]]: memref<4xf32>, %[[I:arg[0-9]+]]: index, %[[X:arg[0-9]+]]: f32
// CHECK-NEXT: %[[Y:.*]] = arith.addf %[[X]], %[[X]]
// CHECK-NEXT: memref.store %[[Y]], %[[M]][%[[I]]]
// CHECK-NEXT: return %[[Y]]
func.func @forward(%m: memref<4xf32>, %i: index, %x: f32) -> f32 {
  memref.store %x, %m[%i] : memref<4xf32>
  %0 = memref.load %m[%i] : memref<4xf32>
  %1 = memref.load %m[%i] : memref<4xf32>
  %2 = arith.addf %0, %1 : f32
  memref.store %2, %m[%i] : memref<4xf32>
  %3 = memref.load %m[%i] : memref<4xf32>
  return %3 : f32
}

// Another index, or another argument, may be the same element.
// CHECK-LABEL: func.func @may_be_same(
// CHECK: memref.store
// CHECK: memref.load
// CHECK: memref.store
// CHECK: memref.load
// CHECK: memref.store
// CHECK: memref.load
func.func @may_be_same(%m: memref<4xf32>, %n: memref<4xf32>, %i: index, %j: index, %x: f32) -> (f32, f32, f32) {
  memref.store %x, %m[%i] : memref<4xf32>
  %0 = memref.load %m[%j] : memref<4xf32>
  memref.store %0, %n[%i] : memref<4xf32>
  %1 = memref.load %m[%i] : memref<4xf32>
  memref.store %x, %m[%j] : memref<4xf32>
  %2 = memref.load %m[%i] : memref<4xf32>
  return %0, %1, %2 : f32, f32, f32
}

// A store that a call, or a nested op, may read is kept.
// CHECK-LABEL: func.func @read_between(
// CHECK-COUNT-4: memref.store
func.func private @g()
func.func @read_between(%m: memref<4xf32>, %i: index, %x: f32, %c: i1) {
  memref.store %x, %m[%i] : memref<4xf32>
  func.call @g() : () -> ()
  memref.store %x, %m[%i] : memref<4xf32>
  scf.if %c {
    %0 = memref.load %m[%i] : memref<4xf32>
    "test.use"(%0) : (f32) -> ()
  }
  memref.store %x, %m[%i] : memref<4xf32>
  %y = arith.addf %x, %x : f32
  scf.if %c {
    memref.store %y, %m[%i] : memref<4xf32>
  }
  return
}

// The sum climbs both loops; the store before is then dead.
// CHECK-LABEL: func.func @accumulate(
// CHECK-SAME: %[[A:arg[0-9]+]]: memref<8x3xf32>, %[[S:arg[0-9]+]]: memref<4xf32>, %[[I:arg[0-9]+]]: index, %[[X:arg[0-9]+]]: f32
// CHECK-NOT: memref.store {{.*}} : memref<4xf32>
// CHECK: %[[R:.*]] = scf.for %[[J:.*]] = %c0 to %c8 step %c1 iter_args(%[[OUTER:.*]] = %[[X]]) -> (f32) {
// CHECK: %[[Q:.*]] = scf.for %[[K:.*]] = %c0 to %c3 step %c1 iter_args(%[[INNER:.*]] = %[[OUTER]]) -> (f32) {
// CHECK: %[[E:.*]] = memref.load %[[T:.*]][%[[J]], %[[K]]]
// CHECK: %[[SUM:.*]] = arith.addf %[[INNER]], %[[E]]
// CHECK: scf.yield %[[SUM]]
// CHECK: scf.yield %[[Q]]
// CHECK: memref.store %[[R]], %[[S]][%[[I]]]
// CHECK-NEXT: return
func.func @accumulate(%a: memref<8x3xf32>, %s: memref<4xf32>, %i: index, %x: f32) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c3 = arith.constant 3 : index
  %c8 = arith.constant 8 : index
  %t = memref.alloc() : memref<8x3xf32>
  memref.store %x, %t[%c0, %c0] : memref<8x3xf32>
  memref.store %x, %s[%i] : memref<4xf32>
  scf.for %j = %c0 to %c8 step %c1 {
    scf.for %k = %c0 to %c3 step %c1 {
      %e = memref.load %t[%j, %k] : memref<8x3xf32>
      %o = memref.load %s[%i] : memref<4xf32>
      %n = arith.addf %o, %e : f32
      memref.store %n, %s[%i] : memref<4xf32>
    }
  }
  return
}

// A loop that may not run, one whose other load may be of the sum, and one that stores elsewhere
// each time.
// CHECK-LABEL: func.func @no_accumulator(
// CHECK-NOT: iter_args
// CHECK: return
func.func @no_accumulator(%a: memref<8xf32>, %s: memref<4xf32>, %i: index, %n: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : index
  %t = memref.alloc() : memref<4xf32>
  scf.for %j = %c0 to %n step %c1 {
    %o = memref.load %t[%i] : memref<4xf32>
    %p = arith.addf %o, %o : f32
    memref.store %p, %t[%i] : memref<4xf32>
  }
  scf.for %j = %c0 to %c4 step %c1 {
    %e = memref.load %a[%j] : memref<8xf32>
    %o = memref.load %s[%i] : memref<4xf32>
    %p = arith.addf %o, %e : f32
    memref.store %p, %s[%i] : memref<4xf32>
  }
  scf.for %j = %c0 to %c4 step %c1 {
    %o = memref.load %t[%j] : memref<4xf32>
    %p = arith.addf %o, %o : f32
    memref.store %p, %t[%j] : memref<4xf32>
  }
  return
}

// Nobody reads what is stored; what is read, or given away, stays.
// CHECK-LABEL: func.func @allocations(
// CHECK-NOT: memref<4xf32>
// CHECK: memref.alloc() : memref<5xf32>
// CHECK: memref.store {{.*}} : memref<5xf32>
func.func @allocations(%i: index, %x: f32) -> memref<5xf32> {
  %t = memref.alloc() : memref<4xf32>
  memref.store %x, %t[%i] : memref<4xf32>
  %u = memref.alloc() : memref<5xf32>
  memref.store %x, %u[%i] : memref<5xf32>
  return %u : memref<5xf32>
}
