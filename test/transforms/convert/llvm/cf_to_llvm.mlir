// RUN: mica-opt %s --convert-cf-to-llvm | FileCheck %s

// Branches pass converted values; the message of an assertion is a global.

// CHECK: llvm.func @abort()
// CHECK: llvm.func @puts(!llvm.ptr)
// CHECK: llvm.mlir.global private constant @[[MESSAGE:.*]]("not good\00")
// CHECK-LABEL: func.func @branch(
func.func @branch(%a: i32, %m: memref<?xf32>) -> i32 {
  // CHECK: %[[M:.*]] = builtin.unrealized_conversion_cast %arg1 : memref<?xf32> to !llvm.struct
  // CHECK: llvm.br ^bb1(%arg0, %[[M]] : i32, !llvm.struct<(ptr, ptr, i64, array<1 x i64>, array<1 x i64>)>)
  cf.br ^next(%a, %m : i32, memref<?xf32>)
  // CHECK: ^bb1(%{{.*}}: i32, %{{.*}}: !llvm.struct
  ^next(%b: i32, %n: memref<?xf32>):
  return %b : i32
}

// CHECK-LABEL: func.func @conditional(
func.func @conditional(%c: i1, %i: index) {
  // CHECK: %[[I:.*]] = builtin.unrealized_conversion_cast %arg1 : index to i64
  // CHECK: llvm.cond_br %arg0, ^bb1(%[[I]] : i64), ^bb2
  cf.cond_br %c, ^x(%i : index), ^y
  // CHECK: ^bb1(%{{.*}}: i64):
  ^x(%j: index):
  cf.br ^y
  ^y:
  return
}

// CHECK-LABEL: func.func @switch(
func.func @switch(%f: i32, %i: index) {
  // CHECK: llvm.switch %arg0 : i32, ^bb1(%[[I:.*]] : i64) [
  cf.switch %f : i32, [
  default: ^d(%i : index),
  // CHECK: 42: ^bb2,
  42: ^x,
  // CHECK: 4294967295: ^bb1(%[[I]] : i64)
  -1: ^d(%i : index)
  // CHECK: ]
  ]
  ^d(%j: index):
  cf.br ^x
  ^x:
  return
}

// CHECK-LABEL: func.func @assertion(
func.func @assertion(%c: i1) {
  // CHECK: llvm.cond_br %arg0, ^[[GOOD:.*]], ^[[BAD:.*]]
  // CHECK: ^[[GOOD]]:
  // CHECK: return
  // CHECK: ^[[BAD]]:
  // CHECK: %[[TEXT:.*]] = llvm.mlir.addressof @[[MESSAGE]]
  // CHECK: llvm.call @puts(%[[TEXT]])
  // CHECK: llvm.call @abort()
  // CHECK: llvm.unreachable
  cf.assert %c, "not good"
  return
}
