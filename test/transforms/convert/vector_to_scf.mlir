// RUN: mica-opt %s --convert-vector-to-scf --split-input-file | FileCheck %s --check-prefixes=CHECK,LOOP
// RUN: mica-opt %s --convert-vector-to-scf=full-unroll --split-input-file | FileCheck %s --check-prefixes=CHECK,UNROLL
// RUN: mica-opt %s --convert-vector-to-scf=target-rank=2 --split-input-file | FileCheck %s --check-prefix=RANK2
// RUN: mica-opt %s --convert-vector-to-scf="full-unroll lower-tensors" --split-input-file | FileCheck %s --check-prefix=TENSOR

// Loops go over rows in a buffer; a row that is out of bounds is padding.
// LOOP: #[[SUM:.*]] = affine_map<(d0)[s0] -> (d0 + s0)>
// LOOP-LABEL: func.func @read
// LOOP-DAG: %[[PADDING:.*]] = arith.constant dense<0.000000e+00> : vector<4xf32>
// LOOP-DAG: %[[ZERO:.*]] = arith.constant 0.000000e+00 : f32
// LOOP: %[[BUFFER:.*]] = memref.alloca() : memref<vector<3x4xf32>>
// LOOP-NEXT: %[[ROWS:.*]] = vector.type_cast %[[BUFFER]] : memref<vector<3x4xf32>> to memref<3xvector<4xf32>>
// LOOP-NEXT: scf.for %[[K:.*]] = %c0 to %c3 step %c1 {
// LOOP-NEXT: %[[SIZE:.*]] = memref.dim %arg0, %c0
// LOOP-NEXT: %[[I:.*]] = affine.apply #[[SUM]](%[[K]])[%arg1]
// LOOP-NEXT: %[[IN:.*]] = arith.cmpi sgt, %[[SIZE]], %[[I]] : index
// LOOP-NEXT: scf.if %[[IN]] {
// LOOP-NEXT: %[[J:.*]] = affine.apply #[[SUM]](%[[K]])[%arg1]
// LOOP-NEXT: %[[ROW:.*]] = vector.transfer_read %arg0[%[[J]], %arg2], %[[ZERO]] : memref<?x?xf32>, vector<4xf32>
// LOOP-NEXT: memref.store %[[ROW]], %[[ROWS]][%[[K]]]
// LOOP-NEXT: } else {
// LOOP-NEXT: memref.store %[[PADDING]], %[[ROWS]][%[[K]]]
// LOOP: %[[V:.*]] = memref.load %[[BUFFER]][]
// LOOP-NEXT: return %[[V]]

// UNROLL-LABEL: func.func @read
// UNROLL: %[[R0:.*]] = scf.if
// UNROLL: %[[X:.*]] = vector.transfer_read %arg0[%arg1, %arg2]
// UNROLL: vector.insert %[[X]], %{{.*}} [0]
// UNROLL: scf.yield %cst
// UNROLL: vector.insert %{{.*}}, %[[R0]] [1]
// UNROLL: vector.insert %{{.*}}, %{{.*}} [2]
// UNROLL-NOT: memref.alloca

// RANK2-LABEL: func.func @read
// RANK2: vector.transfer_read %arg0[%arg1, %arg2], %{{.*}} : memref<?x?xf32>, vector<3x4xf32>
func.func @read(%m: memref<?x?xf32>, %i: index, %j: index) -> vector<3x4xf32> {
  %zero = arith.constant 0.0 : f32
  %0 = vector.transfer_read %m[%i, %j], %zero : memref<?x?xf32>, vector<3x4xf32>
  return %0 : vector<3x4xf32>
}

// What is in bounds needs no condition; masks are taken apart with the vector.
// LOOP-LABEL: func.func @masked_write
// LOOP: memref.store %arg4, %[[MASKS:.*]][] : memref<vector<2x4xi1>>
// LOOP: memref.store %arg3, %[[DATA:.*]][] : memref<vector<2x4xf32>>
// LOOP: scf.for
// LOOP-NOT: scf.if
// LOOP: %[[ROW:.*]] = memref.load {{.*}} : memref<2xvector<4xf32>>
// LOOP: %[[MASK:.*]] = memref.load {{.*}} : memref<2xvector<4xi1>>
// LOOP: vector.transfer_write %[[ROW]], %arg0[%{{.*}}, %arg2], %[[MASK]] {in_bounds = [true]}

// UNROLL-LABEL: func.func @masked_write
// UNROLL: %[[ROW:.*]] = vector.extract %arg3[1]
// UNROLL: %[[MASK:.*]] = vector.extract %arg4[1]
// UNROLL: vector.transfer_write %[[ROW]], %arg0[%{{.*}}, %arg2], %[[MASK]] {in_bounds = [true]}
func.func @masked_write(%m: memref<?x?xf32>, %i: index, %j: index, %v: vector<2x4xf32>,
                        %mask: vector<2x4xi1>) {
  vector.transfer_write %v, %m[%i, %j], %mask {in_bounds = [true, true]} : vector<2x4xf32>, memref<?x?xf32>
  return
}

// Three dimensions: loops in loops, one buffer.
// LOOP-LABEL: func.func @nested
// LOOP-COUNT-1: memref.alloca
// LOOP: vector.type_cast {{.*}} : memref<vector<2x3x4xf32>> to memref<2xvector<3x4xf32>>
// LOOP: scf.for
// LOOP: vector.type_cast {{.*}} : memref<2xvector<3x4xf32>> to memref<2x3xvector<4xf32>>
// LOOP: scf.for
// LOOP: memref.store {{.*}} : memref<2x3xvector<4xf32>>

// UNROLL-LABEL: func.func @nested
// UNROLL-COUNT-6: vector.transfer_read {{.*}} vector<4xf32>
// UNROLL: vector.insert %{{.*}}, %{{.*}} [1, 2] : vector<4xf32> into vector<2x3x4xf32>

// RANK2-LABEL: func.func @nested
// RANK2: scf.for
// RANK2: vector.transfer_read {{.*}} vector<3x4xf32>
// RANK2-NOT: vector<4xf32>
// RANK2-LABEL: func.func @column_and_row
func.func @nested(%m: memref<8x8x8xf32>, %i: index) -> vector<2x3x4xf32> {
  %zero = arith.constant 0.0 : f32
  %0 = vector.transfer_read %m[%i, %i, %i], %zero {in_bounds = [true, true, true]} : memref<8x8x8xf32>, vector<2x3x4xf32>
  return %0 : vector<2x3x4xf32>
}

// A column is read element by element; a row of memory is left to convert-vector-to-llvm.
// CHECK-LABEL: func.func @column_and_row
// CHECK: scf.for %[[K:.*]] = %c0 to %c4 step %c1 iter_args(%[[V:.*]] = %{{.*}}) -> (vector<4xf32>)
// CHECK: scf.if
// CHECK: %[[X:.*]] = memref.load %arg0[%{{.*}}, %arg2]
// CHECK: vector.insertelement %[[X]], %[[V]][%[[K]] : index]
// CHECK: vector.transfer_read %arg0[%arg1, %arg2], %{{.*}} : memref<?x?xf32>, vector<4xf32>
func.func @column_and_row(%m: memref<?x?xf32>, %i: index, %j: index) -> (vector<4xf32>, vector<4xf32>) {
  %zero = arith.constant 0.0 : f32
  %0 = vector.transfer_read %m[%i, %j], %zero {permutation_map = affine_map<(d0, d1) -> (d0)>} : memref<?x?xf32>, vector<4xf32>
  %1 = vector.transfer_read %m[%i, %j], %zero : memref<?x?xf32>, vector<4xf32>
  return %0, %1 : vector<4xf32>, vector<4xf32>
}

// -----

// CHECK-LABEL: func.func @transposed_and_repeated
// CHECK: vector.transpose %{{.*}}, [1, 0] : vector<4x3xf32> to vector<3x4xf32>
// CHECK: %[[ROW:.*]] = vector.transfer_read {{.*}} vector<4xf32>
// CHECK: vector.broadcast %[[ROW]] : vector<4xf32> to vector<3x4xf32>
// CHECK: %[[X:.*]] = memref.load %arg0[%arg1, %arg2]
// CHECK: vector.broadcast %[[X]] : f32 to vector<3xf32>
// RANK2-LABEL: func.func @transposed_and_repeated
// RANK2: %[[T:.*]] = vector.transfer_read {{.*}} {in_bounds = [true, true]} : memref<?x?xf32>, vector<4x3xf32>
// RANK2: vector.transpose %[[T]], [1, 0]
func.func @transposed_and_repeated(%m: memref<?x?xf32>, %i: index, %j: index) -> (vector<3x4xf32>, vector<3x4xf32>, vector<3xf32>) {
  %zero = arith.constant 0.0 : f32
  %0 = vector.transfer_read %m[%i, %j], %zero {in_bounds = [true, true], permutation_map = affine_map<(d0, d1) -> (d1, d0)>} : memref<?x?xf32>, vector<3x4xf32>
  %1 = vector.transfer_read %m[%i, %j], %zero {in_bounds = [true, true], permutation_map = affine_map<(d0, d1) -> (0, d1)>} : memref<?x?xf32>, vector<3x4xf32>
  %2 = vector.transfer_read %m[%i, %j], %zero {in_bounds = [true], permutation_map = affine_map<(d0, d1) -> (0)>} : memref<?x?xf32>, vector<3xf32>
  return %0, %1, %2 : vector<3x4xf32>, vector<3x4xf32>, vector<3xf32>
}

// -----

// Transfers of tensors stay, unless they are asked for.
// LOOP-LABEL: func.func @tensors
// LOOP: vector.transfer_write %arg1, %arg0[%arg2, %arg2] {{.*}} : vector<2x4xf32>, tensor<8x8xf32>
// TENSOR-LABEL: func.func @tensors
// TENSOR: %[[A:.*]] = vector.transfer_write %{{.*}}, %arg0[%arg2, %arg2]
// TENSOR: %[[B:.*]] = vector.transfer_write %{{.*}}, %[[A]][%{{.*}}, %arg2]
// TENSOR: return %[[B]]
func.func @tensors(%t: tensor<8x8xf32>, %v: vector<2x4xf32>, %i: index) -> tensor<8x8xf32> {
  %0 = vector.transfer_write %v, %t[%i, %i] {in_bounds = [true, true]} : vector<2x4xf32>, tensor<8x8xf32>
  return %0 : tensor<8x8xf32>
}

// -----

// CHECK-LABEL: func.func @print
// CHECK: %[[FLAT:.*]] = vector.shape_cast %arg0 : vector<2x3xf32> to vector<6xf32>
// CHECK-NEXT: vector.print punctuation <open>
// CHECK-NEXT: scf.for %[[I:.*]] = %c0 to %c2 step %c1 {
// CHECK-NEXT: vector.print punctuation <open>
// CHECK-NEXT: scf.for %[[J:.*]] = %c0 to %c3 step %c1 {
// CHECK-NEXT: %[[ROW:.*]] = arith.muli %[[I]], %c3
// CHECK-NEXT: %[[N:.*]] = arith.addi %[[J]], %[[ROW]]
// CHECK-NEXT: %[[X:.*]] = vector.extractelement %[[FLAT]][%[[N]] : index]
// CHECK-NEXT: vector.print %[[X]] : f32 punctuation <no_punctuation>
// CHECK: vector.print punctuation <comma>
// CHECK: vector.print punctuation <close>
// CHECK: vector.print %arg1 : f32
func.func @print(%v: vector<2x3xf32>, %s: f32) {
  vector.print %v : vector<2x3xf32>
  vector.print %s : f32
  return
}
