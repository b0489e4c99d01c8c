// RUN: mica-opt %s --convert-arith-to-llvm=index-bitwidth=32 --convert-index-to-llvm=index-bitwidth=32 | FileCheck %s

// An index of 32 bits.

// CHECK-LABEL: func.func @narrow(
func.func @narrow(%x: index, %l: i64) {
  // CHECK: llvm.sext %{{.*}} : i32 to i64
  %0 = arith.index_cast %x : index to i64
  // CHECK: llvm.trunc %arg1 : i64 to i32
  %1 = index.casts %l : i64 to index
  // CHECK: llvm.add %{{.*}}, %{{.*}} : i32
  %2 = index.add %x, %x
  // CHECK: llvm.mlir.constant(32 : i32) : i32
  %3 = index.sizeof
  return
}
