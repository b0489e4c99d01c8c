// RUN: mica-opt %s --pass-pipeline='builtin.module(outline-loop-nests{min-nests=2})' --split-input-file | FileCheck %s

// Two nests that differ in their buffers alone are one function; what lies at other places of
// one arena is apart, and so is an argument that is marked.

// CHECK-LABEL: func.func private @twice_nest(
// CHECK-SAME: %[[FROM:.*]]: memref<4xf32> {llvm.noalias}, %[[TO:.*]]: memref<4xf32> {llvm.noalias})
// CHECK-SAME: attributes {passthrough = ["noinline"]}
// CHECK-DAG: %[[ONE:.*]] = arith.constant 1 : index
// CHECK-DAG: %[[FOUR:.*]] = arith.constant 4 : index
// CHECK: scf.for %[[I:.*]] = %{{.*}} to %[[FOUR]] step %[[ONE]]
// CHECK: %[[X:.*]] = memref.load %[[FROM]][%[[I]]]
// CHECK: memref.store %[[X]], %[[TO]][%[[I]]]
// CHECK: return
// CHECK-NOT: func.func private
// CHECK-LABEL: func.func @twice(
// CHECK-SAME: %[[IN:.*]]: memref<4xf32> {llvm.noalias}, %[[ARENA:.*]]: memref<32xi8>
// CHECK: %[[A:.*]] = memref.view %[[ARENA]]
// CHECK: %[[B:.*]] = memref.view %[[ARENA]]
// CHECK: call @twice_nest(%[[IN]], %[[A]]) : (memref<4xf32>, memref<4xf32>) -> ()
// CHECK: call @twice_nest(%[[A]], %[[B]])
// CHECK-NOT: scf.for
func.func @twice(%in: memref<4xf32> {llvm.noalias}, %arena: memref<32xi8>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : index
  %c16 = arith.constant 16 : index
  %a = memref.view %arena[%c0][] : memref<32xi8> to memref<4xf32>
  %b = memref.view %arena[%c16][] : memref<32xi8> to memref<4xf32>
  scf.for %i = %c0 to %c4 step %c1 {
    %x = memref.load %in[%i] : memref<4xf32>
    memref.store %x, %a[%i] : memref<4xf32>
  }
  scf.for %i = %c0 to %c4 step %c1 {
    %x = memref.load %a[%i] : memref<4xf32>
    memref.store %x, %b[%i] : memref<4xf32>
  }
  return
}

// -----

// Arguments that nobody marked may overlap, places in an arena too when they do. Results are
// handed on; scalars from outside are arguments.

// CHECK-LABEL: func.func private @careful_nest(
// CHECK-SAME: %{{.*}}: memref<4xf32>, %{{.*}}: memref<4xf32>)
// CHECK: linalg.generic
// CHECK-LABEL: func.func private @careful_nest_0(
// CHECK-SAME: %{{.*}}: memref<4xf32>, %{{.*}}: memref<4xf32>)
// CHECK: memref.store
// CHECK-LABEL: func.func private @careful_nest_1(
// CHECK-SAME: %[[N:.*]]: index, %[[START:.*]]: f32, %[[BUFFER:.*]]: memref<4xf32> {llvm.noalias}) -> f32
// CHECK: %[[SUM:.*]] = scf.for %{{.*}} to %[[N]] {{.*}} iter_args(%{{.*}} = %[[START]])
// CHECK: return %[[SUM]] : f32
// CHECK-LABEL: func.func @careful(
// CHECK: %[[R:.*]] = call @careful_nest_1(
// CHECK: return %[[R]]
func.func @careful(%x: memref<4xf32>, %y: memref<4xf32>, %arena: memref<32xi8>, %n: index,
                   %start: f32) -> f32 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : index
  %c12 = arith.constant 12 : index
  linalg.generic {indexing_maps = [affine_map<(d0) -> (d0)>, affine_map<(d0) -> (d0)>],
                  iterator_types = ["parallel"]}
      ins(%x : memref<4xf32>) outs(%y : memref<4xf32>) {
  ^bb0(%in: f32, %out: f32):
    linalg.yield %in : f32
  }
  %a = memref.view %arena[%c0][] : memref<32xi8> to memref<4xf32>
  %b = memref.view %arena[%c12][] : memref<32xi8> to memref<4xf32>
  scf.for %i = %c0 to %c4 step %c1 {
    %v = memref.load %a[%i] : memref<4xf32>
    memref.store %v, %b[%i] : memref<4xf32>
  }
  %sum = scf.for %i = %c0 to %n step %c1 iter_args(%s = %start) -> f32 {
    %v = memref.load %a[%i] : memref<4xf32>
    %t = arith.addf %s, %v : f32
    scf.yield %t : f32
  }
  return %sum : f32
}

// -----

// Fewer nests than asked for, or a nest that makes a buffer: nothing to do.

// CHECK-LABEL: func.func @stays(
// CHECK: scf.for
// CHECK: scf.if
func.func @stays(%x: memref<4xf32>, %y: memref<4xf32>, %c: i1) -> f32 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : index
  scf.for %i = %c0 to %c4 step %c1 {
    %v = memref.load %x[%i] : memref<4xf32>
    memref.store %v, %y[%i] : memref<4xf32>
  }
  %z = scf.if %c -> memref<4xf32> {
    scf.yield %x : memref<4xf32>
  } else {
    scf.yield %y : memref<4xf32>
  }
  %r = memref.load %z[%c0] : memref<4xf32>
  return %r : f32
}

// -----

// A branch that holds many nests is none itself: they are, with what they use of the branch.

// CHECK-LABEL: func.func private @branch_nest(
// CHECK-SAME: memref<4xf32>, %{{.*}}: memref<4xf32>)
// CHECK: scf.for
// CHECK-NOT: func.func private
// CHECK-LABEL: func.func @branch(
// CHECK: scf.if
// CHECK-COUNT-9: call @branch_nest(
// CHECK-NOT: scf.for
func.func @branch(%x: memref<4xf32>, %y: memref<4xf32>, %c: i1) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : index
  scf.if %c {
    scf.for %i = %c0 to %c4 step %c1 {
      %v = memref.load %x[%i] : memref<4xf32>
      memref.store %v, %y[%i] : memref<4xf32>
    }
    scf.for %i = %c0 to %c4 step %c1 {
      %v = memref.load %x[%i] : memref<4xf32>
      memref.store %v, %y[%i] : memref<4xf32>
    }
    scf.for %i = %c0 to %c4 step %c1 {
      %v = memref.load %x[%i] : memref<4xf32>
      memref.store %v, %y[%i] : memref<4xf32>
    }
    scf.for %i = %c0 to %c4 step %c1 {
      %v = memref.load %x[%i] : memref<4xf32>
      memref.store %v, %y[%i] : memref<4xf32>
    }
    scf.for %i = %c0 to %c4 step %c1 {
      %v = memref.load %x[%i] : memref<4xf32>
      memref.store %v, %y[%i] : memref<4xf32>
    }
    scf.for %i = %c0 to %c4 step %c1 {
      %v = memref.load %x[%i] : memref<4xf32>
      memref.store %v, %y[%i] : memref<4xf32>
    }
    scf.for %i = %c0 to %c4 step %c1 {
      %v = memref.load %x[%i] : memref<4xf32>
      memref.store %v, %y[%i] : memref<4xf32>
    }
    scf.for %i = %c0 to %c4 step %c1 {
      %v = memref.load %x[%i] : memref<4xf32>
      memref.store %v, %y[%i] : memref<4xf32>
    }
    scf.for %i = %c0 to %c4 step %c1 {
      %v = memref.load %x[%i] : memref<4xf32>
      memref.store %v, %y[%i] : memref<4xf32>
    }
  }
  return
}

// -----

// A nest with an assertion stays where it can be told to the caller; what is in it may go.
// CHECK-LABEL: func.func private @guarded_nest(
// CHECK-NOT: cf.assert
// CHECK-LABEL: func.func @guarded(
// CHECK: scf.for
// CHECK: cf.assert
// CHECK: func.call @guarded_nest(
// CHECK: call @guarded_nest(
func.func @guarded(%x: memref<4xf32> {llvm.noalias}, %y: memref<4xf32> {llvm.noalias}, %ok: i1) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : index
  scf.for %k = %c0 to %c4 step %c1 {
    cf.assert %ok, "fine"
    scf.for %i = %c0 to %c4 step %c1 {
      %v = memref.load %x[%i] : memref<4xf32>
      memref.store %v, %y[%i] : memref<4xf32>
    }
  }
  scf.for %i = %c0 to %c4 step %c1 {
    %v = memref.load %x[%i] : memref<4xf32>
    memref.store %v, %y[%i] : memref<4xf32>
  }
  return
}
