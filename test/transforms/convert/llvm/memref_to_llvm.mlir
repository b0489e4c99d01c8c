// RUN: mica-opt %s --finalize-memref-to-llvm | FileCheck %s
// RUN: mica-opt %s --finalize-memref-to-llvm=use-aligned-alloc | FileCheck %s --check-prefix=ALIGNED
// RUN: mica-opt %s --finalize-memref-to-llvm=use-generic-functions | FileCheck %s --check-prefix=GENERIC

// CHECK: llvm.mlir.global private constant @numbers(dense<{{.*}}> : tensor<2x2xf32>) {addr_space = 0 : i32} : !llvm.array<2 x array<2 x f32>>
memref.global "private" constant @numbers : memref<2x2xf32> = dense<[[1.0, 2.0], [3.0, 4.0]]>
// CHECK: llvm.mlir.global external @space() {addr_space = 0 : i32} : !llvm.array<4 x i32> {
memref.global @space : memref<4xi32> = uninitialized
// CHECK: llvm.mlir.global external @one(7 : i32) {addr_space = 0 : i32, alignment = 64 : i64} : i32
memref.global @one : memref<i32> = dense<7> {alignment = 64}
// CHECK: llvm.mlir.global external @elsewhere() {addr_space = 0 : i32} : !llvm.array<2 x f64>
memref.global @elsewhere : memref<2xf64>
// CHECK-LABEL: func.func @globals(
func.func @globals() -> memref<2x2xf32> {
  // CHECK: %[[G:.*]] = llvm.mlir.addressof @numbers : !llvm.ptr
  // CHECK: llvm.insertvalue %[[G]], %{{.*}}[1]
  // CHECK: llvm.insertvalue %{{.*}}[4, 1]
  %0 = memref.get_global @numbers : memref<2x2xf32>
  return %0 : memref<2x2xf32>
}

// ALIGNED-LABEL: func.func @alloc(
// ALIGNED: llvm.call @aligned_alloc
// GENERIC-LABEL: func.func @alloc(
// GENERIC: llvm.call @_mlir_memref_to_llvm_alloc
// CHECK-LABEL: func.func @alloc(
func.func @alloc(%n: index) -> memref<4x?xf32> {
  // CHECK: %[[N:.*]] = builtin.unrealized_conversion_cast %arg0 : index to i64
  // CHECK: %[[COUNT:.*]] = llvm.mul %[[N]]
  // CHECK: %[[END:.*]] = llvm.getelementptr %{{.*}}[%[[COUNT]]]
  // CHECK: %[[BYTES:.*]] = llvm.ptrtoint %[[END]]
  // CHECK: %[[P:.*]] = llvm.call @malloc(%[[BYTES]])
  // CHECK: llvm.insertvalue %[[P]], %{{.*}}[0]
  %0 = memref.alloc(%n) : memref<4x?xf32>
  return %0 : memref<4x?xf32>
}

// GENERIC-LABEL: func.func @aligned(
// GENERIC: llvm.call @_mlir_memref_to_llvm_free
// CHECK-LABEL: func.func @aligned(
func.func @aligned() {
  // CHECK: %[[P:.*]] = llvm.call @malloc
  // CHECK: %[[A:.*]] = llvm.ptrtoint %[[P]]
  // CHECK: %[[REST:.*]] = llvm.urem
  // CHECK: llvm.inttoptr
  %0 = memref.alloc() {alignment = 64} : memref<4xf32>
  // CHECK: %[[FREE:.*]] = llvm.extractvalue %{{.*}}[0]
  // CHECK: llvm.call @free(%[[FREE]])
  memref.dealloc %0 : memref<4xf32>
  return
}

// CHECK-LABEL: func.func @stack(
func.func @stack(%n: index) -> memref<?x3xf32> {
  // CHECK: llvm.alloca %{{.*}} x f32 {alignment = 32 : i64}
  %0 = memref.alloca(%n) {alignment = 32} : memref<?x3xf32>
  return %0 : memref<?x3xf32>
}

// CHECK-LABEL: func.func @elements(
func.func @elements(%m: memref<3x?xf32>, %s: memref<4x4xi8, strided<[8, 2], offset: 5>>, %i: index, %j: index) {
  // CHECK: %[[S:.*]] = llvm.extractvalue %{{.*}}[4, 0]
  // CHECK: %[[A:.*]] = llvm.mul %{{.*}}, %[[S]]
  // CHECK: %[[AT:.*]] = llvm.add %[[A]], %{{.*}}
  // CHECK: %[[P:.*]] = llvm.getelementptr %{{.*}}[%[[AT]]]
  // CHECK: %[[V:.*]] = llvm.load %[[P]] : !llvm.ptr -> f32
  %0 = memref.load %m[%i, %j] : memref<3x?xf32>
  // CHECK: llvm.store %[[V]], %{{.*}} : f32, !llvm.ptr
  memref.store %0, %m[%j, %i] : memref<3x?xf32>
  // CHECK: llvm.mlir.constant(5 : index) : i64
  // CHECK: llvm.mlir.constant(8 : index) : i64
  // CHECK: llvm.mlir.constant(2 : index) : i64
  // CHECK: llvm.load %{{.*}} : !llvm.ptr -> i8
  %1 = memref.load %s[%i, %j] : memref<4x4xi8, strided<[8, 2], offset: 5>>
  // CHECK: llvm.load %{{.*}} {nontemporal} : !llvm.ptr -> f32
  %2 = memref.load %m[%i, %j] {nontemporal = true} : memref<3x?xf32>
  // CHECK: "llvm.intr.prefetch"(%{{.*}}) <{cache = 1 : i32, hint = 3 : i32, rw = 1 : i32}>
  memref.prefetch %m[%i, %j], write, locality<3>, data : memref<3x?xf32>
  return
}

// CHECK-LABEL: func.func @sizes(
func.func @sizes(%m: memref<3x?xf32>, %u: memref<*xf32>, %i: index) -> (index, index, index, index) {
  %c1 = arith.constant 1 : index
  // CHECK: llvm.extractvalue %{{.*}}[3, 1]
  %0 = memref.dim %m, %c1 : memref<3x?xf32>
  // CHECK: %[[SIZES:.*]] = llvm.alloca %{{.*}} x !llvm.array<2 x i64>
  // CHECK: llvm.getelementptr %[[SIZES]][%{{.*}}]
  // CHECK: llvm.load
  %1 = memref.dim %m, %i : memref<3x?xf32>
  // CHECK: llvm.extractvalue %{{.*}}[1] : !llvm.struct<(i64, ptr)>
  // CHECK: llvm.load
  %2 = memref.dim %u, %i : memref<*xf32>
  // CHECK: llvm.extractvalue %{{.*}}[0] : !llvm.struct<(i64, ptr)>
  %3 = memref.rank %u : memref<*xf32>
  return %0, %1, %2, %3 : index, index, index, index
}

// One piece, or a call of the runtime.
// CHECK-LABEL: func.func @copies(
func.func @copies(%a: memref<4x4xf32>, %b: memref<4x4xf32>, %c: memref<4x4xf32, strided<[8, 1]>>) {
  // CHECK: "llvm.intr.memcpy"
  memref.copy %a, %b : memref<4x4xf32> to memref<4x4xf32>
  // CHECK: llvm.intr.stacksave
  // CHECK: llvm.call @memrefCopy
  // CHECK: llvm.intr.stackrestore
  memref.copy %a, %c : memref<4x4xf32> to memref<4x4xf32, strided<[8, 1]>>
  return
}

// CHECK-LABEL: func.func @atomics(
func.func @atomics(%m: memref<4xi32>, %f: memref<4xf32>, %i: index, %v: i32, %x: f32) {
  // CHECK: llvm.atomicrmw add %{{.*}}, %arg3 acq_rel : !llvm.ptr, i32
  %0 = memref.atomic_rmw addi %v, %m[%i] : (i32, memref<4xi32>) -> i32
  // CHECK: llvm.atomicrmw fadd
  %1 = memref.atomic_rmw addf %x, %f[%i] : (f32, memref<4xf32>) -> f32
  // CHECK: llvm.atomicrmw xchg
  %2 = memref.atomic_rmw assign %x, %f[%i] : (f32, memref<4xf32>) -> f32
  // CHECK: llvm.atomicrmw umax
  %3 = memref.atomic_rmw maxu %v, %m[%i] : (i32, memref<4xi32>) -> i32
  // CHECK: llvm.atomicrmw min
  %4 = memref.atomic_rmw mins %v, %m[%i] : (i32, memref<4xi32>) -> i32
  // CHECK: llvm.atomicrmw _or
  %5 = memref.atomic_rmw ori %v, %m[%i] : (i32, memref<4xi32>) -> i32
  return
}

// CHECK-LABEL: func.func @generic_atomic(
func.func @generic_atomic(%m: memref<4xf32>, %i: index, %x: f32) -> f32 {
  // CHECK: %[[FIRST:.*]] = llvm.load %[[P:.*]] : !llvm.ptr -> i32
  // CHECK: llvm.br ^[[TRY:.*]](%[[FIRST]] : i32)
  // CHECK: ^[[TRY]](%[[OLD:.*]]: i32):
  // CHECK: %[[F:.*]] = llvm.bitcast %[[OLD]] : i32 to f32
  %0 = memref.generic_atomic_rmw %m[%i] : memref<4xf32> {
  ^bb0(%old: f32):
  // CHECK: %[[SUM:.*]] = arith.mulf %[[F]], %arg2
  %s = arith.mulf %old, %x : f32
  // CHECK: %[[NEW:.*]] = llvm.bitcast %[[SUM]] : f32 to i32
  // CHECK: %[[PAIR:.*]] = llvm.cmpxchg %[[P]], %[[OLD]], %[[NEW]] acq_rel monotonic
  // CHECK: %[[FOUND:.*]] = llvm.extractvalue %[[PAIR]][0]
  // CHECK: %[[DONE:.*]] = llvm.extractvalue %[[PAIR]][1]
  // CHECK: llvm.cond_br %[[DONE]], ^[[END:.*]], ^[[TRY]](%[[FOUND]] : i32)
  memref.atomic_yield %s : f32
  // CHECK: ^[[END]]:
  // CHECK: return %[[F]]
  }
  return %0 : f32
}

// CHECK-LABEL: func.func @scope(
func.func @scope(%n: index) {
  // CHECK: %[[TOP:.*]] = llvm.intr.stacksave
  // CHECK: llvm.alloca
  // CHECK: llvm.intr.stackrestore %[[TOP]]
  memref.alloca_scope {
  %0 = memref.alloca(%n) : memref<?xf32>
  memref.alloca_scope.return
  }
  return
}

// CHECK-LABEL: func.func @assumption(
func.func @assumption(%m: memref<4xf32>) {
  // CHECK: llvm.ptrtoint
  // CHECK: llvm.and
  // CHECK: llvm.icmp "eq"
  // CHECK: llvm.intr.assume
  memref.assume_alignment %m, 16 : memref<4xf32>
  return
}
