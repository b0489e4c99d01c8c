// RUN: mica-opt %s --instrument-profile --mlir-print-debuginfo --mlir-print-local-scope | FileCheck %s

// Neighbours of one name are one part; what only makes a value belongs to none; an op without a
// name has that of its kind.
// CHECK: func.func private @mica_rt_clock() -> i64
// CHECK: memref.global "private" @mica_profile_f : memref<3x2xi64> = dense<0> {mica.profile = ["conv", "relu", "memref.copy"]}
// CHECK-LABEL: func.func @f(
// CHECK: %[[P:.*]] = memref.get_global @mica_profile_f
// CHECK: %[[ONE:.*]] = arith.constant 1 : i64
// CHECK: %[[T0:.*]] = call @mica_rt_clock
// CHECK-NEXT: linalg.fill ins(%arg1
// CHECK-NEXT: memref.alloc
// CHECK-NEXT: linalg.fill ins(%arg2
// CHECK-NEXT: %[[T1:.*]] = call @mica_rt_clock
// CHECK-NEXT: %[[D:.*]] = arith.subi %[[T1]], %[[T0]] : i64
// CHECK: %[[OLD:.*]] = memref.load %[[P]]
// CHECK-NEXT: %[[NEW:.*]] = arith.addi %[[OLD]], %[[D]]
// CHECK-NEXT: memref.store %[[NEW]], %[[P]]
// CHECK: %[[RUNS:.*]] = memref.load %[[P]]
// CHECK-NEXT: arith.addi %[[RUNS]], %[[ONE]]
// CHECK: call @mica_rt_clock
// CHECK-NEXT: linalg.fill ins(%arg3
// CHECK-NEXT: call @mica_rt_clock
// CHECK: call @mica_rt_clock
// CHECK-NEXT: memref.copy
// CHECK-NEXT: call @mica_rt_clock
// CHECK: memref.store
// CHECK: memref.store
// A second part of the first name: its time is added there, and no run.
// CHECK: call @mica_rt_clock
// CHECK-NEXT: linalg.fill ins(%arg1
// CHECK-NEXT: call @mica_rt_clock
// CHECK: %[[C0:.*]] = arith.constant 0 : index
// CHECK: memref.store %{{.*}}, %[[P]][%[[C0]],
// CHECK-NEXT: return
func.func @f(%m: memref<4xf32>, %x: f32, %y: f32, %z: f32) {
  linalg.fill ins(%x : f32) outs(%m : memref<4xf32>) loc("conv"("m.onnx":0:0))
  %a = memref.alloc() : memref<4xf32> loc("relu")
  linalg.fill ins(%y : f32) outs(%a : memref<4xf32>) loc(fused["conv", "bias"])
  linalg.fill ins(%z : f32) outs(%a : memref<4xf32>) loc("relu")
  memref.copy %a, %m : memref<4xf32> to memref<4xf32>
  linalg.fill ins(%x : f32) outs(%m : memref<4xf32>) loc("conv")
  return
}

// Private functions, declarations and functions without work are left alone.
// CHECK-LABEL: func.func private @g(
// CHECK-NEXT: linalg.fill
// CHECK-NEXT: return
// CHECK-NOT: mica_profile_h
func.func private @g(%m: memref<4xf32>, %x: f32) {
  linalg.fill ins(%x : f32) outs(%m : memref<4xf32>)
  return
}
func.func @h(%m: memref<4xf32>) -> memref<4xf32> {
  return %m : memref<4xf32>
}
