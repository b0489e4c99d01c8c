// RUN: mica-opt %s --convert-vector-to-llvm | FileCheck %s

// Lanes: shuffles, inserts and extracts; vectors of vectors row by row.

// CHECK-LABEL: func.func @elements(
func.func @elements(%a: vector<4xf32>, %m: vector<2x4xf32>, %i: index, %x: f32) -> (f32, vector<2x4xf32>) {
  // CHECK: %[[I:.*]] = builtin.unrealized_conversion_cast %arg2 : index to i64
  // CHECK: %[[L:.*]] = llvm.mlir.constant(3 : i64) : i64
  // CHECK: llvm.extractelement %arg0[%[[L]] : i64] : vector<4xf32>
  %0 = vector.extract %a[3] : f32 from vector<4xf32>
  // CHECK: llvm.extractelement %arg0[%[[I]] : i64] : vector<4xf32>
  %1 = vector.extract %a[%i] : f32 from vector<4xf32>
  // CHECK: llvm.insertelement %arg3, %arg0[%[[I]] : i64] : vector<4xf32>
  %2 = vector.insert %x, %a[%i] : f32 into vector<4xf32>
  // CHECK: llvm.extractvalue %{{.*}}[1] : !llvm.array<2 x vector<4xf32>>
  %3 = vector.extract %m[1] : vector<4xf32> from vector<2x4xf32>
  // CHECK: llvm.insertvalue %arg0, %{{.*}}[1] : !llvm.array<2 x vector<4xf32>>
  %4 = vector.insert %a, %m[1] : vector<4xf32> into vector<2x4xf32>
  // CHECK: llvm.extractelement %arg0[%[[I]] : i64]
  %5 = vector.extractelement %a[%i : index] : vector<4xf32>
  // CHECK: llvm.insertelement %arg3, %arg0[%[[I]] : i64]
  %6 = vector.insertelement %x, %a[%i : index] : vector<4xf32>
  return %1, %4 : f32, vector<2x4xf32>
}

// CHECK-LABEL: func.func @shapes(
func.func @shapes(%a: vector<4xf32>, %b: vector<4xf32>, %m: vector<2x4xf32>, %x: f32) {
  // CHECK: llvm.shufflevector %arg0, %arg1 [0, 7, 2] : vector<4xf32>
  %0 = vector.shuffle %a, %b [0, 7, 2] : vector<4xf32>, vector<4xf32>
  // CHECK: llvm.insertelement %arg3, %{{.*}}
  // CHECK: llvm.shufflevector %{{.*}} [0, 0, 0, 0]
  %1 = vector.broadcast %x : f32 to vector<4xf32>
  // CHECK: llvm.insertvalue %arg0, %{{.*}}[0] : !llvm.array<2 x vector<4xf32>>
  // CHECK: llvm.insertvalue %arg0, %{{.*}}[1]
  %2 = vector.broadcast %a : vector<4xf32> to vector<2x4xf32>
  // CHECK: llvm.shufflevector %arg0, %{{.*}} [1, 2] : vector<4xf32>
  %3 = vector.extract_strided_slice %a {offsets = [1], sizes = [2], strides = [1]} : vector<4xf32> to vector<2xf32>
  // CHECK: llvm.shufflevector %arg0, %arg1 [0, 4, 1, 5, 2, 6, 3, 7] : vector<4xf32>
  %4 = vector.interleave %a, %b : vector<4xf32> -> vector<8xf32>
  // CHECK: llvm.shufflevector %arg0, %arg0 [0, 2]
  // CHECK: llvm.shufflevector %arg0, %arg0 [1, 3]
  %5, %6 = vector.deinterleave %a : vector<4xf32> -> vector<2xf32>
  // CHECK: llvm.insertelement %arg3, %{{.*}}
  // CHECK: llvm.insertelement %arg3, %{{.*}}
  %7 = vector.from_elements %x, %x : vector<2xf32>
  // CHECK: llvm.bitcast %arg0 : vector<4xf32> to vector<8xi16>
  %8 = vector.bitcast %a : vector<4xf32> to vector<8xi16>
  // CHECK: llvm.mlir.constant(dense<[0, 1, 2, 3]> : vector<4xi64>)
  %9 = vector.step : vector<4xindex>
  return
}

// CHECK-LABEL: func.func @matrices(
func.func @matrices(%a: vector<8xf32>, %b: vector<12xf32>) {
  // CHECK: llvm.intr.matrix.transpose %arg0 {columns = 4 : i32, rows = 2 : i32} : vector<8xf32> into vector<8xf32>
  %0 = vector.flat_transpose %a {rows = 2 : i32, columns = 4 : i32} : vector<8xf32> -> vector<8xf32>
  // CHECK: llvm.intr.matrix.multiply %arg0, %arg1 {lhs_columns = 4 : i32, lhs_rows = 2 : i32, rhs_columns = 3 : i32}
  %1 = vector.matrix_multiply %a, %b {lhs_rows = 2 : i32, lhs_columns = 4 : i32, rhs_columns = 3 : i32} : (vector<8xf32>, vector<12xf32>) -> vector<6xf32>
  return
}

// CHECK-LABEL: func.func @scalable(
func.func @scalable(%a: vector<[4]xf32>, %b: vector<4xf32>) {
  // CHECK: llvm.intr.vector.extract %arg0[0] : vector<4xf32> from vector<[4]xf32>
  %0 = vector.scalable.extract %a[0] : vector<4xf32> from vector<[4]xf32>
  // CHECK: llvm.intr.vector.insert %arg1, %arg0[0] : vector<4xf32> into vector<[4]xf32>
  %1 = vector.scalable.insert %b, %a[0] : vector<4xf32> into vector<[4]xf32>
  // CHECK: "llvm.intr.vector.interleave2"(%arg0, %arg0)
  %2 = vector.interleave %a, %a : vector<[4]xf32> -> vector<[8]xf32>
  // CHECK: llvm.intr.experimental.stepvector : vector<[4]xi64>
  %3 = vector.step : vector<[4]xindex>
  // CHECK: "llvm.intr.vscale"()
  %4 = vector.vscale
  return
}

// LLVM's arrays take constant positions only.
// CHECK-LABEL: func.func @stays(
func.func @stays(%m: vector<2x4xf32>, %i: index) -> vector<4xf32> {
  // CHECK: vector.extract %arg0[%arg1]
  %0 = vector.extract %m[%i] : vector<4xf32> from vector<2x4xf32>
  return %0 : vector<4xf32>
}
