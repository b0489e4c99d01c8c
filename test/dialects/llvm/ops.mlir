// RUN: mica-opt %s | FileCheck %s
// RUN: mica-opt %s | mica-opt | FileCheck %s
// RUN: mica-opt --mlir-print-op-generic %s | mica-opt | FileCheck %s

// One op of each form; two blanks stand where upstream prints two.

// CHECK-LABEL: @arithmetic
llvm.func @arithmetic(%a: i32, %b: i32, %c: i64, %x: f32, %y: f32, %v: vector<4xf32>) -> i32 {
  // CHECK: %{{.*}} = llvm.add %{{.*}}, %{{.*}} : i32
  %0 = llvm.add %a, %b : i32
  // CHECK: %{{.*}} = llvm.add %{{.*}}, %{{.*}} overflow<nsw> : i32
  %1 = llvm.add %a, %b overflow<nsw> : i32
  // CHECK: %{{.*}} = llvm.sub %{{.*}}, %{{.*}} overflow<nsw, nuw> : i32
  %2 = llvm.sub %a, %b overflow<nsw, nuw> : i32
  // CHECK: %{{.*}} = llvm.mul %{{.*}}, %{{.*}} {note = 1 : i32} : i32
  %3 = llvm.mul %0, %1 {note = 1 : i32} : i32
  // CHECK: %{{.*}} = llvm.sdiv %{{.*}}, %{{.*}}  : i32
  %4 = llvm.sdiv %a, %b : i32
  // CHECK: %{{.*}} = llvm.urem %{{.*}}, %{{.*}}  : i32
  %5 = llvm.urem %a, %b : i32
  // CHECK: %{{.*}} = llvm.shl %{{.*}}, %{{.*}} overflow<nuw> : i32
  %6 = llvm.shl %a, %b overflow<nuw> : i32
  // CHECK: %{{.*}} = llvm.lshr %{{.*}}, %{{.*}}  : i32
  %7 = llvm.lshr %a, %b : i32
  // CHECK: %{{.*}} = llvm.and %{{.*}}, %{{.*}}  : i32
  %8 = llvm.and %a, %b : i32
  // CHECK: %{{.*}} = llvm.icmp "slt" %{{.*}}, %{{.*}} : i32
  %9 = llvm.icmp "slt" %a, %b : i32
  // CHECK: %{{.*}} = llvm.fcmp "oeq" %{{.*}}, %{{.*}} : f32
  %10 = llvm.fcmp "oeq" %x, %y : f32
  // CHECK: %{{.*}} = llvm.fcmp "ule" %{{.*}}, %{{.*}} {fastmathFlags = #llvm.fastmath<fast>} : f32
  %11 = llvm.fcmp "ule" %x, %y {fastmathFlags = #llvm.fastmath<fast>} : f32
  // CHECK: %{{.*}} = llvm.fadd %{{.*}}, %{{.*}}  {fastmathFlags = #llvm.fastmath<nnan, contract>} : f32
  %12 = llvm.fadd %x, %y {fastmathFlags = #llvm.fastmath<nnan, contract>} : f32
  // CHECK: %{{.*}} = llvm.fmul %{{.*}}, %{{.*}}  : vector<4xf32>
  %13 = llvm.fmul %v, %v : vector<4xf32>
  // CHECK: %{{.*}} = llvm.fneg %{{.*}}  : f32
  %14 = llvm.fneg %x : f32
  // CHECK: %{{.*}} = llvm.select %{{.*}}, %{{.*}}, %{{.*}} : i1, i32
  %15 = llvm.select %9, %a, %b : i1, i32
  // CHECK: %{{.*}} = llvm.sext %{{.*}} : i32 to i64
  %16 = llvm.sext %a : i32 to i64
  // CHECK: %{{.*}} = llvm.trunc %{{.*}} : i64 to i8
  %17 = llvm.trunc %c : i64 to i8
  // CHECK: %{{.*}} = llvm.fptosi %{{.*}} : f32 to i32
  %18 = llvm.fptosi %x : f32 to i32
  // CHECK: %{{.*}} = llvm.uitofp %{{.*}} : i32 to f64
  %19 = llvm.uitofp %a : i32 to f64
  // CHECK: %{{.*}} = llvm.bitcast %{{.*}} : i32 to f32
  %20 = llvm.bitcast %a : i32 to f32
  // CHECK: %{{.*}} = llvm.freeze %{{.*}} : i32
  %21 = llvm.freeze %a : i32
  // CHECK: llvm.return %{{.*}} : i32
  llvm.return %15 : i32
}

// CHECK-LABEL: @constants
llvm.func @constants() {
  // CHECK: %{{.*}} = llvm.mlir.constant(42 : i32) : i32
  %0 = llvm.mlir.constant(42 : i32) : i32
  // CHECK: %{{.*}} = llvm.mlir.constant(1.500000e+00 : f32) : f32
  %1 = llvm.mlir.constant(1.500000e+00 : f32) : f32
  // CHECK: %{{.*}} = llvm.mlir.constant(dense<[1, 2]> : vector<2xi32>) : vector<2xi32>
  %2 = llvm.mlir.constant(dense<[1, 2]> : vector<2xi32>) : vector<2xi32>
  // CHECK: %{{.*}} = llvm.mlir.constant("text") : !llvm.array<4 x i8>
  %3 = llvm.mlir.constant("text") : !llvm.array<4 x i8>
  // CHECK: %{{.*}} = llvm.mlir.undef : !llvm.struct<(i32, f32)>
  %4 = llvm.mlir.undef : !llvm.struct<(i32, f32)>
  // CHECK: %{{.*}} = llvm.mlir.poison : vector<4xf32>
  %5 = llvm.mlir.poison : vector<4xf32>
  // CHECK: %{{.*}} = llvm.mlir.zero : !llvm.ptr
  %6 = llvm.mlir.zero : !llvm.ptr
  // CHECK: %{{.*}} = llvm.mlir.addressof @text : !llvm.ptr
  %7 = llvm.mlir.addressof @text : !llvm.ptr
  // CHECK: %{{.*}} = llvm.mlir.addressof @constants : !llvm.ptr
  %8 = llvm.mlir.addressof @constants : !llvm.ptr
  llvm.return
}

// CHECK-LABEL: @memory
llvm.func @memory(%p: !llvm.ptr, %q: !llvm.ptr<3>, %i: i64, %n: i32, %x: f32) {
  // CHECK: %{{.*}} = llvm.alloca %{{.*}} x i32 : (i32) -> !llvm.ptr
  %0 = llvm.alloca %n x i32 : (i32) -> !llvm.ptr
  // CHECK: %{{.*}} = llvm.alloca inalloca %{{.*}} x !llvm.struct<(i8, i64)> {alignment = 16 : i64} : (i32) -> !llvm.ptr
  %1 = llvm.alloca inalloca %n x !llvm.struct<(i8, i64)> {alignment = 16 : i64} : (i32) -> !llvm.ptr
  // CHECK: %{{.*}} = llvm.getelementptr %{{.*}}[%{{.*}}] : (!llvm.ptr, i64) -> !llvm.ptr, f32
  %2 = llvm.getelementptr %p[%i] : (!llvm.ptr, i64) -> !llvm.ptr, f32
  // CHECK: %{{.*}} = llvm.getelementptr inbounds %{{.*}}[0, 1] : (!llvm.ptr) -> !llvm.ptr, !llvm.struct<(i8, i64)>
  %3 = llvm.getelementptr inbounds %p[0, 1] : (!llvm.ptr) -> !llvm.ptr, !llvm.struct<(i8, i64)>
  // CHECK: %{{.*}} = llvm.getelementptr %{{.*}}[%{{.*}}, 2, %{{.*}}] : (!llvm.ptr, i64, i64) -> !llvm.ptr, !llvm.array<4 x array<8 x f32>>
  %4 = llvm.getelementptr %p[%i, 2, %i] : (!llvm.ptr, i64, i64) -> !llvm.ptr, !llvm.array<4 x array<8 x f32>>
  // CHECK: %{{.*}} = llvm.load %{{.*}} : !llvm.ptr -> f32
  %5 = llvm.load %p : !llvm.ptr -> f32
  // CHECK: %{{.*}} = llvm.load volatile %{{.*}} {alignment = 4 : i64, nontemporal} : !llvm.ptr -> i32
  %6 = llvm.load volatile %p {alignment = 4 : i64, nontemporal} : !llvm.ptr -> i32
  // CHECK: %{{.*}} = llvm.load %{{.*}} atomic syncscope("agent") monotonic {alignment = 4 : i64} : !llvm.ptr -> f32
  %7 = llvm.load %p atomic syncscope("agent") monotonic {alignment = 4 : i64} : !llvm.ptr -> f32
  // CHECK: llvm.store %{{.*}}, %{{.*}} : f32, !llvm.ptr
  llvm.store %x, %p : f32, !llvm.ptr
  // CHECK: llvm.store volatile %{{.*}}, %{{.*}} {alignment = 4 : i64} : i32, !llvm.ptr<3>
  llvm.store volatile %n, %q {alignment = 4 : i64} : i32, !llvm.ptr<3>
  // CHECK: llvm.store %{{.*}}, %{{.*}} atomic release {alignment = 4 : i64} : f32, !llvm.ptr
  llvm.store %x, %p atomic release {alignment = 4 : i64} : f32, !llvm.ptr
  // CHECK: %{{.*}} = llvm.atomicrmw add %{{.*}}, %{{.*}} monotonic : !llvm.ptr, i32
  %8 = llvm.atomicrmw add %p, %n monotonic : !llvm.ptr, i32
  // CHECK: %{{.*}} = llvm.atomicrmw volatile xchg %{{.*}}, %{{.*}} syncscope("workgroup") acq_rel : !llvm.ptr, i32
  %9 = llvm.atomicrmw volatile xchg %p, %n syncscope("workgroup") acq_rel : !llvm.ptr, i32
  // CHECK: %{{.*}} = llvm.cmpxchg %{{.*}}, %{{.*}}, %{{.*}} acq_rel monotonic : !llvm.ptr, i32
  %10 = llvm.cmpxchg %p, %n, %n acq_rel monotonic : !llvm.ptr, i32
  // CHECK: %{{.*}} = llvm.cmpxchg weak volatile %{{.*}}, %{{.*}}, %{{.*}} seq_cst acquire {alignment = 8 : i64} : !llvm.ptr, i32
  %11 = llvm.cmpxchg weak volatile %p, %n, %n seq_cst acquire {alignment = 8 : i64} : !llvm.ptr, i32
  // CHECK: llvm.fence syncscope("agent") seq_cst
  llvm.fence syncscope("agent") seq_cst
  // CHECK: llvm.fence acquire
  llvm.fence acquire
  // CHECK: %{{.*}} = llvm.ptrtoint %{{.*}} : !llvm.ptr to i64
  %12 = llvm.ptrtoint %p : !llvm.ptr to i64
  // CHECK: %{{.*}} = llvm.inttoptr %{{.*}} : i64 to !llvm.ptr
  %13 = llvm.inttoptr %i : i64 to !llvm.ptr
  // CHECK: %{{.*}} = llvm.addrspacecast %{{.*}} : !llvm.ptr<3> to !llvm.ptr
  %14 = llvm.addrspacecast %q : !llvm.ptr<3> to !llvm.ptr
  llvm.return
}

// CHECK-LABEL: @aggregates
llvm.func @aggregates(%s: !llvm.struct<(i32, array<2 x f32>)>, %v: vector<4xf32>, %x: f32, %i: i32) -> f32 {
  // CHECK: %{{.*}} = llvm.extractvalue %{{.*}}[1, 0] : !llvm.struct<(i32, array<2 x f32>)>
  %0 = llvm.extractvalue %s[1, 0] : !llvm.struct<(i32, array<2 x f32>)>
  // CHECK: %{{.*}} = llvm.insertvalue %{{.*}}, %{{.*}}[0] : !llvm.struct<(i32, array<2 x f32>)>
  %1 = llvm.insertvalue %i, %s[0] : !llvm.struct<(i32, array<2 x f32>)>
  // CHECK: %{{.*}} = llvm.extractelement %{{.*}}[%{{.*}} : i32] : vector<4xf32>
  %2 = llvm.extractelement %v[%i : i32] : vector<4xf32>
  // CHECK: %{{.*}} = llvm.insertelement %{{.*}}, %{{.*}}[%{{.*}} : i32] : vector<4xf32>
  %3 = llvm.insertelement %x, %v[%i : i32] : vector<4xf32>
  // CHECK: %{{.*}} = llvm.shufflevector %{{.*}}, %{{.*}} [0, 4, -1, 5] : vector<4xf32>
  %4 = llvm.shufflevector %v, %3 [0, 4, -1, 5] : vector<4xf32>
  // CHECK: llvm.return %{{.*}} : f32
  llvm.return %0 : f32
}

// CHECK-LABEL: @flow
llvm.func @flow(%c: i1, %a: i32, %p: !llvm.ptr) -> i32 {
  // CHECK: llvm.cond_br %{{.*}} weights([1, 3]), ^bb1, ^bb2(%{{.*}} : i32)
  llvm.cond_br %c weights([1, 3]), ^bb1, ^bb2(%a : i32)
^bb1:
  // CHECK: llvm.switch %{{.*}} : i32, ^bb3 [
  llvm.switch %a : i32, ^bb3 [
    // CHECK: 1: ^bb2(%{{.*}} : i32),
    1: ^bb2(%a : i32),
    // CHECK: 4294967291: ^bb3
    -5: ^bb3
  // CHECK: ] {branch_weights = array<i32: 1, 2, 3>}
  ] {branch_weights = array<i32: 1, 2, 3>}
^bb2(%b: i32):
  // CHECK: llvm.br ^bb4(%{{.*}} : i32)
  llvm.br ^bb4(%b : i32)
^bb3:
  // CHECK: llvm.unreachable
  llvm.unreachable
^bb4(%r: i32):
  // CHECK: %{{.*}} = llvm.call @flow(%{{.*}}, %{{.*}}, %{{.*}}) : (i1, i32, !llvm.ptr) -> i32
  %0 = llvm.call @flow(%c, %r, %p) : (i1, i32, !llvm.ptr) -> i32
  // CHECK: %{{.*}} = llvm.call %{{.*}}(%{{.*}}) : !llvm.ptr, (i32) -> i32
  %1 = llvm.call %p(%r) : !llvm.ptr, (i32) -> i32
  // CHECK: llvm.call @constants() {tail = 1 : i32} : () -> ()
  llvm.call @constants() {tail = 1 : i32} : () -> ()
  // CHECK: %{{.*}} = llvm.call tail @flow(%{{.*}}, %{{.*}}, %{{.*}}) : (i1, i32, !llvm.ptr) -> i32
  %2 = llvm.call tail @flow(%c, %r, %p) {fastmathFlags = #llvm.fastmath<none>} : (i1, i32, !llvm.ptr) -> i32
  // CHECK: %{{.*}} = llvm.call @printf(%{{.*}}, %{{.*}}) vararg(!llvm.func<i32 (ptr, ...)>) : (!llvm.ptr, i32) -> i32
  %3 = llvm.call @printf(%p, %r) vararg(!llvm.func<i32 (ptr, ...)>) : (!llvm.ptr, i32) -> i32
  // CHECK: %{{.*}} = llvm.call_intrinsic "llvm.ctpop.i32"(%{{.*}}) : (i32) -> i32
  %4 = llvm.call_intrinsic "llvm.ctpop.i32"(%r) : (i32) -> i32
  // CHECK: %{{.*}} = llvm.inline_asm has_side_effects asm_dialect = intel "mov $0, $1", "=r,r" %{{.*}} : (i32) -> i32
  %5 = llvm.inline_asm has_side_effects asm_dialect = intel "mov $0, $1", "=r,r" %r : (i32) -> i32
  // CHECK: llvm.return %{{.*}} : i32
  llvm.return %0 : i32
}

// CHECK-LABEL: @intrinsics
llvm.func @intrinsics(%x: f32, %v: vector<4xf32>, %m: vector<4xi1>, %p: !llvm.ptr, %n: i64, %i: i32, %t: i8) {
  // CHECK: %{{.*}} = llvm.intr.sqrt(%{{.*}})  : (f32) -> f32
  %0 = llvm.intr.sqrt(%x) : (f32) -> f32
  // CHECK: %{{.*}} = llvm.intr.fma(%{{.*}}, %{{.*}}, %{{.*}})  {fastmathFlags = #llvm.fastmath<contract>} : (vector<4xf32>, vector<4xf32>, vector<4xf32>) -> vector<4xf32>
  %1 = llvm.intr.fma(%v, %v, %v) {fastmathFlags = #llvm.fastmath<contract>} : (vector<4xf32>, vector<4xf32>, vector<4xf32>) -> vector<4xf32>
  // CHECK: %{{.*}} = llvm.intr.powi(%{{.*}}, %{{.*}})  : (f32, i32) -> f32
  %2 = llvm.intr.powi(%x, %i) : (f32, i32) -> f32
  // CHECK: %{{.*}} = "llvm.intr.ctlz"(%{{.*}}) <{is_zero_poison = false}> : (i32) -> i32
  %3 = "llvm.intr.ctlz"(%i) <{is_zero_poison = false}> : (i32) -> i32
  // CHECK: %{{.*}} = "llvm.intr.abs"(%{{.*}}) <{is_int_min_poison = true}> : (i32) -> i32
  %4 = "llvm.intr.abs"(%i) <{is_int_min_poison = true}> : (i32) -> i32
  // CHECK: %{{.*}} = llvm.intr.smax(%{{.*}}, %{{.*}})  : (i32, i32) -> i32
  %5 = llvm.intr.smax(%i, %i) : (i32, i32) -> i32
  // CHECK: %{{.*}} = "llvm.intr.sadd.with.overflow"(%{{.*}}, %{{.*}}) : (i32, i32) -> !llvm.struct<(i32, i1)>
  %6 = "llvm.intr.sadd.with.overflow"(%i, %i) : (i32, i32) -> !llvm.struct<(i32, i1)>
  // CHECK: %{{.*}} = "llvm.intr.vector.reduce.fadd"(%{{.*}}, %{{.*}}) <{fastmathFlags = #llvm.fastmath<none>}> : (f32, vector<4xf32>) -> f32
  %7 = "llvm.intr.vector.reduce.fadd"(%x, %v) <{fastmathFlags = #llvm.fastmath<none>}> : (f32, vector<4xf32>) -> f32
  // CHECK: %{{.*}} = llvm.intr.masked.load %{{.*}}, %{{.*}}, %{{.*}} {alignment = 4 : i32} : (!llvm.ptr, vector<4xi1>, vector<4xf32>) -> vector<4xf32>
  %8 = llvm.intr.masked.load %p, %m, %v {alignment = 4 : i32} : (!llvm.ptr, vector<4xi1>, vector<4xf32>) -> vector<4xf32>
  // CHECK: llvm.intr.masked.store %{{.*}}, %{{.*}}, %{{.*}} {alignment = 4 : i32} : vector<4xf32>, vector<4xi1> into !llvm.ptr
  llvm.intr.masked.store %v, %p, %m {alignment = 4 : i32} : vector<4xf32>, vector<4xi1> into !llvm.ptr
  // CHECK: "llvm.intr.memcpy"(%{{.*}}, %{{.*}}, %{{.*}}) <{isVolatile = false}> : (!llvm.ptr, !llvm.ptr, i64) -> ()
  "llvm.intr.memcpy"(%p, %p, %n) <{isVolatile = false}> : (!llvm.ptr, !llvm.ptr, i64) -> ()
  // CHECK: "llvm.intr.memset"(%{{.*}}, %{{.*}}, %{{.*}}) <{isVolatile = true}> : (!llvm.ptr, i8, i64) -> ()
  "llvm.intr.memset"(%p, %t, %n) <{isVolatile = true}> : (!llvm.ptr, i8, i64) -> ()
  // CHECK: %{{.*}} = llvm.intr.stacksave : !llvm.ptr
  %9 = llvm.intr.stacksave : !llvm.ptr
  // CHECK: llvm.intr.stackrestore %{{.*}} : !llvm.ptr
  llvm.intr.stackrestore %9 : !llvm.ptr
  // CHECK: llvm.intr.lifetime.start 16, %{{.*}} : !llvm.ptr
  llvm.intr.lifetime.start 16, %p : !llvm.ptr
  // CHECK: %{{.*}} = llvm.intr.vector.extract %{{.*}}[0] : vector<4xf32> from vector<4xf32>
  %10 = llvm.intr.vector.extract %v[0] : vector<4xf32> from vector<4xf32>
  llvm.return
}

// CHECK: llvm.mlir.global internal constant @text("hello\00") {addr_space = 0 : i32}
llvm.mlir.global internal constant @text("hello\00") {addr_space = 0 : i32} : !llvm.array<6 x i8>
// CHECK: llvm.func @printf(!llvm.ptr, ...) -> i32
llvm.func @printf(!llvm.ptr, ...) -> i32
