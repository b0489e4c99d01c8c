// RUN: mica-opt %s --convert-vector-to-llvm | FileCheck %s

// Rows of memory, under masks where they may leave it.

// CHECK-LABEL: func.func @rows(
func.func @rows(%m: memref<?x8xf32>, %i: index, %v: vector<4xf32>) {
  // CHECK: %[[V:.*]] = llvm.load %{{.*}} {alignment = 4 : i64} : !llvm.ptr -> vector<4xf32>
  %0 = vector.load %m[%i, %i] : memref<?x8xf32>, vector<4xf32>
  // CHECK: llvm.store %arg2, %{{.*}} {alignment = 4 : i64} : vector<4xf32>, !llvm.ptr
  vector.store %v, %m[%i, %i] : memref<?x8xf32>, vector<4xf32>
  return
}

// CHECK-LABEL: func.func @transfers(
func.func @transfers(%m: memref<?xf32>, %i: index, %x: f32, %v: vector<4xf32>) {
  // CHECK: llvm.load %{{.*}} {alignment = 4 : i64} : !llvm.ptr -> vector<4xf32>
  %0 = vector.transfer_read %m[%i], %x {in_bounds = [true]} : memref<?xf32>, vector<4xf32>
  // CHECK: llvm.sub
  // CHECK: %[[MASK:.*]] = llvm.icmp "slt"
  // CHECK: llvm.intr.masked.load %{{.*}}, %[[MASK]], %{{.*}} {alignment = 4 : i32}
  %1 = vector.transfer_read %m[%i], %x : memref<?xf32>, vector<4xf32>
  // CHECK: llvm.store %arg3
  vector.transfer_write %v, %m[%i] {in_bounds = [true]} : vector<4xf32>, memref<?xf32>
  // CHECK: llvm.icmp "slt"
  // CHECK: llvm.intr.masked.store %arg3
  vector.transfer_write %v, %m[%i] : vector<4xf32>, memref<?xf32>
  return
}

// CHECK-LABEL: func.func @masked(
func.func @masked(%m: memref<?xf32>, %i: index, %k: vector<4xi1>, %v: vector<4xf32>, %x: vector<4xindex>) {
  // CHECK: llvm.intr.masked.load %{{.*}}, %arg2, %arg3
  %0 = vector.maskedload %m[%i], %k, %v : memref<?xf32>, vector<4xi1>, vector<4xf32> into vector<4xf32>
  // CHECK: llvm.intr.masked.store %arg3, %{{.*}}, %arg2
  vector.maskedstore %m[%i], %k, %v : memref<?xf32>, vector<4xi1>, vector<4xf32>
  // CHECK: %[[P:.*]] = llvm.getelementptr %{{.*}}[%{{.*}}] : (!llvm.ptr, vector<4xi64>) -> !llvm.vec<4 x ptr>, f32
  // CHECK: llvm.intr.masked.gather %[[P]], %arg2, %arg3
  %1 = vector.gather %m[%i] [%x], %k, %v : memref<?xf32>, vector<4xindex>, vector<4xi1>, vector<4xf32> into vector<4xf32>
  // CHECK: llvm.intr.masked.scatter %arg3, %{{.*}}, %arg2
  vector.scatter %m[%i] [%x], %k, %v : memref<?xf32>, vector<4xindex>, vector<4xi1>, vector<4xf32>
  // CHECK: "llvm.intr.masked.expandload"(%{{.*}}, %arg2, %arg3)
  %2 = vector.expandload %m[%i], %k, %v : memref<?xf32>, vector<4xi1>, vector<4xf32> into vector<4xf32>
  // CHECK: "llvm.intr.masked.compressstore"(%arg3, %{{.*}}, %arg2)
  vector.compressstore %m[%i], %k, %v : memref<?xf32>, vector<4xi1>, vector<4xf32>
  return
}

// CHECK-LABEL: func.func @rows_of_gather(
func.func @rows_of_gather(%m: memref<?xf32>, %i: index, %x: vector<2x3xindex>, %k: vector<2x3xi1>, %v: vector<2x3xf32>) -> vector<2x3xf32> {
  // CHECK: llvm.intr.masked.gather
  // CHECK: llvm.insertvalue %{{.*}}[0]
  // CHECK: llvm.intr.masked.gather
  // CHECK: llvm.insertvalue %{{.*}}[1]
  %0 = vector.gather %m[%i] [%x], %k, %v : memref<?xf32>, vector<2x3xindex>, vector<2x3xi1>, vector<2x3xf32> into vector<2x3xf32>
  return %0 : vector<2x3xf32>
}

// The masked op takes the mask, or lanes that change nothing.
// CHECK-LABEL: func.func @mask_ops(
func.func @mask_ops(%m: memref<?xf32>, %i: index, %k: vector<4xi1>, %v: vector<4xf32>, %x: f32) -> (f32, vector<4xf32>) {
  // CHECK: %[[NEUTRAL:.*]] = arith.constant dense<-0.000000e+00> : vector<4xf32>
  // CHECK: %[[LANES:.*]] = arith.select %arg2, %arg3, %[[NEUTRAL]]
  // CHECK: "llvm.intr.vector.reduce.fadd"(%arg4, %[[LANES]])
  %0 = vector.mask %k { vector.reduction <add>, %v, %x : vector<4xf32> into f32 } : vector<4xi1> -> f32
  // CHECK: %[[READ:.*]] = llvm.intr.masked.load %{{.*}}, %arg2,
  // CHECK: arith.select %arg2, %[[READ]], %arg3
  %1 = vector.mask %k, %v { vector.transfer_read %m[%i], %x {in_bounds = [true]} : memref<?xf32>, vector<4xf32> } : vector<4xi1> -> vector<4xf32>
  // CHECK: llvm.intr.masked.store %arg3, %{{.*}}, %arg2
  vector.mask %k { vector.transfer_write %v, %m[%i] {in_bounds = [true]} : vector<4xf32>, memref<?xf32> } : vector<4xi1>
  return %0, %1 : f32, vector<4xf32>
}

// CHECK-LABEL: func.func @view(
func.func @view(%m: memref<4x4xf32>) -> memref<vector<4x4xf32>> {
  // CHECK: llvm.insertvalue %{{.*}}[2] : !llvm.struct<(ptr, ptr, i64)>
  %0 = vector.type_cast %m : memref<4x4xf32> to memref<vector<4x4xf32>>
  return %0 : memref<vector<4x4xf32>>
}

// Several dimensions are for convert-vector-to-scf.
// CHECK-LABEL: func.func @stays(
func.func @stays(%m: memref<?x?xf32>, %i: index, %x: f32) -> vector<2x4xf32> {
  // CHECK: vector.transfer_read %arg0
  %0 = vector.transfer_read %m[%i, %i], %x : memref<?x?xf32>, vector<2x4xf32>
  return %0 : vector<2x4xf32>
}
