// RUN: mica-opt %s --convert-arith-to-llvm --reconcile-unrealized-casts | FileCheck %s

// CHECK-LABEL: func.func @integers(
func.func @integers(%a: i32, %b: i32) {
  // CHECK: llvm.add %arg0, %arg1 : i32
  %0 = arith.addi %a, %b : i32
  // CHECK: llvm.add %arg0, %arg1 overflow<nsw, nuw> : i32
  %1 = arith.addi %a, %b overflow<nsw, nuw> : i32
  // CHECK: llvm.sub %arg0, %arg1 : i32
  %2 = arith.subi %a, %b : i32
  // CHECK: llvm.mul %arg0, %arg1 overflow<nuw> : i32
  %3 = arith.muli %a, %b overflow<nuw> : i32
  // CHECK: llvm.shl %arg0, %arg1 overflow<nsw> : i32
  %4 = arith.shli %a, %b overflow<nsw> : i32
  // CHECK: llvm.sdiv %arg0, %arg1 : i32
  %5 = arith.divsi %a, %b : i32
  // CHECK: llvm.udiv %arg0, %arg1 : i32
  %6 = arith.divui %a, %b : i32
  // CHECK: llvm.srem %arg0, %arg1 : i32
  %7 = arith.remsi %a, %b : i32
  // CHECK: llvm.urem %arg0, %arg1 : i32
  %8 = arith.remui %a, %b : i32
  // CHECK: llvm.and %arg0, %arg1 : i32
  %9 = arith.andi %a, %b : i32
  // CHECK: llvm.or %arg0, %arg1 : i32
  %10 = arith.ori %a, %b : i32
  // CHECK: llvm.xor %arg0, %arg1 : i32
  %11 = arith.xori %a, %b : i32
  // CHECK: llvm.ashr %arg0, %arg1 : i32
  %12 = arith.shrsi %a, %b : i32
  // CHECK: llvm.lshr %arg0, %arg1 : i32
  %13 = arith.shrui %a, %b : i32
  // CHECK: llvm.intr.smax(%arg0, %arg1) : (i32, i32) -> i32
  %14 = arith.maxsi %a, %b : i32
  // CHECK: llvm.intr.umin(%arg0, %arg1) : (i32, i32) -> i32
  %15 = arith.minui %a, %b : i32
  // CHECK: llvm.icmp "sge" %arg0, %arg1 : i32
  %16 = arith.cmpi sge, %a, %b : i32
  // CHECK: llvm.icmp "ult" %arg0, %arg1 : i32
  %17 = arith.cmpi ult, %a, %b : i32
  // CHECK: llvm.select %{{.*}}, %arg0, %arg1 : i1, i32
  %18 = arith.select %17, %a, %b : i32
  return
}

// CHECK-LABEL: func.func @floats(
func.func @floats(%a: f32, %b: f32) {
  // CHECK: llvm.fadd %arg0, %arg1 : f32
  %0 = arith.addf %a, %b : f32
  // CHECK: llvm.fadd %arg0, %arg1 {fastmathFlags = #llvm.fastmath<fast>} : f32
  %1 = arith.addf %a, %b fastmath<fast> : f32
  // CHECK: llvm.fsub %arg0, %arg1 : f32
  %2 = arith.subf %a, %b : f32
  // CHECK: llvm.fmul %arg0, %arg1 {fastmathFlags = #llvm.fastmath<nnan, contract>} : f32
  %3 = arith.mulf %a, %b fastmath<nnan, contract> : f32
  // CHECK: llvm.fdiv %arg0, %arg1 : f32
  %4 = arith.divf %a, %b : f32
  // CHECK: llvm.frem %arg0, %arg1 : f32
  %5 = arith.remf %a, %b : f32
  // CHECK: llvm.fneg %arg0 : f32
  %6 = arith.negf %a : f32
  // CHECK: llvm.intr.maximum(%arg0, %arg1) : (f32, f32) -> f32
  %7 = arith.maximumf %a, %b : f32
  // CHECK: llvm.intr.minnum(%arg0, %arg1) : (f32, f32) -> f32
  %8 = arith.minnumf %a, %b : f32
  // CHECK: llvm.fcmp "oeq" %arg0, %arg1 : f32
  %9 = arith.cmpf oeq, %a, %b : f32
  // CHECK: llvm.fcmp "uno" %arg0, %arg1 : f32
  %10 = arith.cmpf uno, %a, %b : f32
  return
}

// CHECK-LABEL: func.func @casts(
func.func @casts(%i: i32, %f: f32, %x: index, %b: i1) {
  // CHECK: llvm.sext %arg0 : i32 to i64
  %0 = arith.extsi %i : i32 to i64
  // CHECK: llvm.zext %arg0 : i32 to i64
  %1 = arith.extui %i : i32 to i64
  // CHECK: llvm.trunc %arg0 : i32 to i8
  %2 = arith.trunci %i : i32 to i8
  // CHECK: llvm.fpext %arg1 : f32 to f64
  %3 = arith.extf %f : f32 to f64
  // CHECK: llvm.fptrunc %arg1 : f32 to f16
  %4 = arith.truncf %f : f32 to f16
  // CHECK: llvm.sitofp %arg0 : i32 to f32
  %5 = arith.sitofp %i : i32 to f32
  // CHECK: llvm.uitofp %arg3 : i1 to f32
  %6 = arith.uitofp %b : i1 to f32
  // CHECK: llvm.fptosi %arg1 : f32 to i32
  %7 = arith.fptosi %f : f32 to i32
  // CHECK: llvm.fptoui %arg1 : f32 to i8
  %8 = arith.fptoui %f : f32 to i8
  // CHECK: llvm.bitcast %arg0 : i32 to f32
  %9 = arith.bitcast %i : i32 to f32
  // CHECK: llvm.trunc %{{.*}} : i64 to i32
  %10 = arith.index_cast %x : index to i32
  // CHECK: llvm.sext %arg0 : i32 to i64
  %11 = arith.index_cast %i : i32 to index
  // CHECK: llvm.zext %arg0 : i32 to i64
  %12 = arith.index_castui %i : i32 to index
  return
}

// An index is as wide as i64: nothing to do.
// CHECK-LABEL: func.func @same_width(
func.func @same_width(%x: index) -> i64 {
  // CHECK-NOT: llvm.
  %0 = arith.index_cast %x : index to i64
  // CHECK: %[[X:.*]] = builtin.unrealized_conversion_cast %arg0 : index to i64
  // CHECK: return %[[X]] : i64
  return %0 : i64
}

// CHECK-LABEL: func.func @constants(
func.func @constants() -> (index, vector<2xf32>) {
  // CHECK: llvm.mlir.constant(-3 : i8) : i8
  %0 = arith.constant -3 : i8
  // CHECK: llvm.mlir.constant(1.500000e+00 : f32) : f32
  %1 = arith.constant 1.5 : f32
  // CHECK: %[[I:.*]] = llvm.mlir.constant(42 : index) : i64
  %2 = arith.constant 42 : index
  // CHECK: llvm.mlir.constant(dense<[1.000000e+00, 2.000000e+00]> : vector<2xf32>) : vector<2xf32>
  %3 = arith.constant dense<[1.0, 2.0]> : vector<2xf32>
  // CHECK: llvm.mlir.constant(true) : i1
  %4 = arith.constant true
  return %2, %3 : index, vector<2xf32>
}

// CHECK-LABEL: func.func @extended(
func.func @extended(%a: i32, %b: i32) {
  // CHECK: %[[BOTH:.*]] = "llvm.intr.uadd.with.overflow"(%arg0, %arg1) : (i32, i32) -> !llvm.struct<(i32, i1)>
  // CHECK: llvm.extractvalue %[[BOTH]][0]
  // CHECK: llvm.extractvalue %[[BOTH]][1]
  %0, %1 = arith.addui_extended %a, %b : i32, i1
  // CHECK: %[[X:.*]] = llvm.sext %arg0 : i32 to i64
  // CHECK: %[[Y:.*]] = llvm.sext %arg1 : i32 to i64
  // CHECK: %[[P:.*]] = llvm.mul %[[X]], %[[Y]] : i64
  // CHECK: llvm.trunc %[[P]] : i64 to i32
  // CHECK: llvm.lshr %[[P]]
  %2, %3 = arith.mulsi_extended %a, %b : i32
  // CHECK: llvm.zext
  // CHECK: llvm.zext
  // CHECK: llvm.mul
  %4, %5 = arith.mului_extended %a, %b : i32
  return
}

// Quotients towards zero, corrected where the division is inexact.
// CHECK-LABEL: func.func @rounded_divisions(
func.func @rounded_divisions(%a: i32, %b: i32) {
  // CHECK: %[[Q:.*]] = llvm.sdiv %arg0, %arg1
  // CHECK: %[[P:.*]] = llvm.mul %[[Q]], %arg1
  // CHECK: %[[INEXACT:.*]] = llvm.icmp "ne" %[[P]], %arg0
  // CHECK: %[[DIFFER:.*]] = llvm.icmp "ne" %{{.*}}, %{{.*}} : i1
  // CHECK: %[[MOVES:.*]] = llvm.and %[[INEXACT]], %[[DIFFER]]
  // CHECK: %[[LESS:.*]] = llvm.add %[[Q]]
  // CHECK: llvm.select %[[MOVES]], %[[LESS]], %[[Q]]
  %0 = arith.floordivsi %a, %b : i32
  // CHECK: llvm.sdiv
  // CHECK: llvm.icmp "eq" %{{.*}}, %{{.*}} : i1
  %1 = arith.ceildivsi %a, %b : i32
  // CHECK: llvm.sub
  // CHECK: llvm.udiv
  // CHECK: llvm.add
  // CHECK: llvm.icmp "eq"
  // CHECK: llvm.select
  %2 = arith.ceildivui %a, %b : i32
  return
}

// A vector of vectors is an array of vectors, done row by row.
// CHECK-LABEL: func.func @vectors(
func.func @vectors(%a: vector<4xf32>, %n: vector<2x3xi32>) -> vector<2x3xi32> {
  // CHECK: llvm.fadd %arg0, %arg0 : vector<4xf32>
  %0 = arith.addf %a, %a : vector<4xf32>
  // CHECK: %[[R0:.*]] = llvm.extractvalue %[[N:.*]][0]
  // CHECK: llvm.add %[[R0]], %{{.*}} : vector<3xi32>
  // CHECK: llvm.insertvalue %{{.*}}[0]
  // CHECK: %[[R1:.*]] = llvm.extractvalue %[[N]][1]
  // CHECK: llvm.add %[[R1]]
  // CHECK: llvm.insertvalue %{{.*}}[1]
  %1 = arith.addi %n, %n : vector<2x3xi32>
  return %1 : vector<2x3xi32>
}

// Tensors have no counterpart.
// CHECK-LABEL: func.func @stays(
func.func @stays(%t: tensor<4xf32>) -> tensor<4xf32> {
  // CHECK: arith.addf %arg0, %arg0 : tensor<4xf32>
  %0 = arith.addf %t, %t : tensor<4xf32>
  return %0 : tensor<4xf32>
}
