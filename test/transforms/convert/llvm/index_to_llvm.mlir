// RUN: mica-opt %s --convert-index-to-llvm | FileCheck %s

// CHECK-LABEL: func.func @arithmetic(
func.func @arithmetic(%a: index, %b: index) {
  // CHECK: %[[B:.*]] = builtin.unrealized_conversion_cast %arg1 : index to i64
  // CHECK: %[[A:.*]] = builtin.unrealized_conversion_cast %arg0 : index to i64
  // CHECK: llvm.add %[[A]], %[[B]] : i64
  %0 = index.add %a, %b
  // CHECK: llvm.sub %[[A]], %[[B]] : i64
  %1 = index.sub %a, %b
  // CHECK: llvm.mul %[[A]], %[[B]] : i64
  %2 = index.mul %a, %b
  // CHECK: llvm.sdiv %[[A]], %[[B]] : i64
  %3 = index.divs %a, %b
  // CHECK: llvm.udiv %[[A]], %[[B]] : i64
  %4 = index.divu %a, %b
  // CHECK: llvm.srem %[[A]], %[[B]] : i64
  %5 = index.rems %a, %b
  // CHECK: llvm.urem %[[A]], %[[B]] : i64
  %6 = index.remu %a, %b
  // CHECK: llvm.shl %[[A]], %[[B]] : i64
  %7 = index.shl %a, %b
  // CHECK: llvm.ashr %[[A]], %[[B]] : i64
  %8 = index.shrs %a, %b
  // CHECK: llvm.lshr %[[A]], %[[B]] : i64
  %9 = index.shru %a, %b
  // CHECK: llvm.and %[[A]], %[[B]] : i64
  %10 = index.and %a, %b
  // CHECK: llvm.or %[[A]], %[[B]] : i64
  %11 = index.or %a, %b
  // CHECK: llvm.xor %[[A]], %[[B]] : i64
  %12 = index.xor %a, %b
  // CHECK: llvm.intr.smax(%[[A]], %[[B]]) : (i64, i64) -> i64
  %20 = index.maxs %a, %b
  // CHECK: llvm.intr.umax(%[[A]], %[[B]]) : (i64, i64) -> i64
  %21 = index.maxu %a, %b
  // CHECK: llvm.intr.smin(%[[A]], %[[B]]) : (i64, i64) -> i64
  %22 = index.mins %a, %b
  // CHECK: llvm.intr.umin(%[[A]], %[[B]]) : (i64, i64) -> i64
  %23 = index.minu %a, %b
  return
}

// CHECK-LABEL: func.func @others(
func.func @others(%a: index, %b: index, %i: i32, %s: i8) {
  // CHECK: %[[B:.*]] = builtin.unrealized_conversion_cast %arg1 : index to i64
  // CHECK: %[[A:.*]] = builtin.unrealized_conversion_cast %arg0 : index to i64
  // CHECK: llvm.icmp "slt" %[[A]], %[[B]] : i64
  %0 = index.cmp slt(%a, %b)
  // CHECK: llvm.trunc %[[A]] : i64 to i32
  %1 = index.casts %a : index to i32
  // CHECK: llvm.sext %arg2 : i32 to i64
  %2 = index.casts %i : i32 to index
  // CHECK: llvm.zext %arg2 : i32 to i64
  %3 = index.castu %i : i32 to index
  // CHECK: llvm.mlir.constant(42 : i64) : i64
  %4 = index.constant 42
  // CHECK: llvm.mlir.constant(true) : i1
  %5 = index.bool.constant true
  // CHECK: llvm.mlir.constant(64 : i64) : i64
  %6 = index.sizeof
  // CHECK: llvm.sdiv
  // CHECK: llvm.mul
  // CHECK: llvm.icmp "ne"
  // CHECK: llvm.icmp "eq"
  // CHECK: llvm.select
  %7 = index.ceildivs %a, %b
  // CHECK: llvm.sdiv
  // CHECK: llvm.mul
  // CHECK: llvm.icmp "ne"
  // CHECK: llvm.icmp "ne"
  // CHECK: llvm.select
  %8 = index.floordivs %a, %b
  // CHECK: llvm.sub
  // CHECK: llvm.udiv
  // CHECK: llvm.select
  %9 = index.ceildivu %a, %b
  return
}

// Other dialects.
// CHECK-LABEL: func.func @stays(
func.func @stays(%a: i32) -> i32 {
  // CHECK: arith.addi %arg0, %arg0 : i32
  %0 = arith.addi %a, %a : i32
  return %0 : i32
}
