// RUN: mica-opt %s | FileCheck %s
// RUN: mica-opt --mlir-print-op-generic %s | mica-opt | FileCheck %s
// Every op prints as it was written, and survives the generic form.

// CHECK-LABEL: func.func @shapes(
func.func @shapes(%f: f32, %a: vector<4xf32>, %m: vector<2x4xf32>, %n: index, %i: i32) {
  // CHECK: %0 = vector.broadcast %arg0 : f32 to vector<2x4xf32>
  %0 = vector.broadcast %f : f32 to vector<2x4xf32>
  // CHECK: %1 = vector.splat %arg0 : vector<4xf32>
  %1 = vector.splat %f : vector<4xf32>
  // CHECK: %2 = vector.bitcast %arg1 : vector<4xf32> to vector<2xi64>
  %2 = vector.bitcast %a : vector<4xf32> to vector<2xi64>
  // CHECK: %3 = vector.shape_cast %arg2 : vector<2x4xf32> to vector<8xf32>
  %3 = vector.shape_cast %m : vector<2x4xf32> to vector<8xf32>
  // CHECK: %4 = vector.transpose %arg2, [1, 0] : vector<2x4xf32> to vector<4x2xf32>
  %4 = vector.transpose %m, [1, 0] : vector<2x4xf32> to vector<4x2xf32>
  // CHECK: %5 = vector.extract %arg2[1] : vector<4xf32> from vector<2x4xf32>
  %5 = vector.extract %m[1] : vector<4xf32> from vector<2x4xf32>
  // CHECK: %6 = vector.extract %arg2[%arg3, 2] : f32 from vector<2x4xf32>
  %6 = vector.extract %m[%n, 2] : f32 from vector<2x4xf32>
  // CHECK: %7 = vector.insert %arg1, %arg2 [0] : vector<4xf32> into vector<2x4xf32>
  %7 = vector.insert %a, %m[0] : vector<4xf32> into vector<2x4xf32>
  // CHECK: %8 = vector.extractelement %arg1[%arg4 : i32] : vector<4xf32>
  %8 = vector.extractelement %a[%i : i32] : vector<4xf32>
  // CHECK: %9 = vector.insertelement %arg0, %arg1[%arg4 : i32] : vector<4xf32>
  %9 = vector.insertelement %f, %a[%i : i32] : vector<4xf32>
  // CHECK: %10 = vector.extract_strided_slice %arg2 {offsets = [0, 1], sizes = [2, 2], strides = [1, 1]} : vector<2x4xf32> to vector<2x2xf32>
  %10 = vector.extract_strided_slice %m {offsets = [0, 1], sizes = [2, 2], strides = [1, 1]} : vector<2x4xf32> to vector<2x2xf32>
  // CHECK: %11 = vector.insert_strided_slice %arg1, %arg2 {offsets = [1, 0], strides = [1]} : vector<4xf32> into vector<2x4xf32>
  %11 = vector.insert_strided_slice %a, %m {offsets = [1, 0], strides = [1]} : vector<4xf32> into vector<2x4xf32>
  // CHECK: %12 = vector.shuffle %arg1, %arg1 [0, 4, 1, 5] : vector<4xf32>, vector<4xf32>
  %12 = vector.shuffle %a, %a [0, 4, 1, 5] : vector<4xf32>, vector<4xf32>
  // CHECK: %13 = vector.interleave %arg1, %arg1 : vector<4xf32> -> vector<8xf32>
  %13 = vector.interleave %a, %a : vector<4xf32> -> vector<8xf32>
  // CHECK: %res1, %res2 = vector.deinterleave %arg1 : vector<4xf32> -> vector<2xf32>
  %14, %15 = vector.deinterleave %a : vector<4xf32> -> vector<2xf32>
  // CHECK: %14 = vector.from_elements %arg0, %arg0 : vector<2xf32>
  %16 = vector.from_elements %f, %f : vector<2xf32>
  // CHECK: %15 = vector.step : vector<4xindex>
  %17 = vector.step : vector<4xindex>
  // CHECK: %vscale = vector.vscale
  %18 = vector.vscale
  // CHECK: %16 = vector.create_mask %arg3, %arg3 : vector<2x4xi1>
  %19 = vector.create_mask %n, %n : vector<2x4xi1>
  // CHECK: %17 = vector.constant_mask [1, 4] : vector<2x4xi1>
  %20 = vector.constant_mask [1, 4] : vector<2x4xi1>
  return
}

// CHECK-LABEL: func.func @arithmetic(
func.func @arithmetic(%a: vector<4xf32>, %b: vector<8xf32>, %m: vector<4x8xf32>, %f: f32, %k: vector<4xi1>) {
  // CHECK: %0 = vector.fma %arg0, %arg0, %arg0 : vector<4xf32>
  %0 = vector.fma %a, %a, %a : vector<4xf32>
  // CHECK: %1 = vector.outerproduct %arg0, %arg1 : vector<4xf32>, vector<8xf32>
  %1 = vector.outerproduct %a, %b : vector<4xf32>, vector<8xf32>
  // CHECK: %2 = vector.outerproduct %arg0, %arg1, %arg2 {kind = #vector.kind<maxnumf>} : vector<4xf32>, vector<8xf32>
  %2 = vector.outerproduct %a, %b, %m {kind = #vector.kind<maxnumf>} : vector<4xf32>, vector<8xf32>
  // CHECK: %3 = vector.reduction <add>, %arg0 : vector<4xf32> into f32
  %3 = vector.reduction <add>, %a : vector<4xf32> into f32
  // CHECK: %4 = vector.reduction <mul>, %arg0, %arg3 fastmath<reassoc> : vector<4xf32> into f32
  %4 = vector.reduction <mul>, %a, %f fastmath<reassoc> : vector<4xf32> into f32
  // CHECK: %5 = vector.multi_reduction <add>, %arg2, %arg0 [1] : vector<4x8xf32> to vector<4xf32>
  %5 = vector.multi_reduction <add>, %m, %a [1] : vector<4x8xf32> to vector<4xf32>
  // CHECK: %6 = vector.mask %arg4 { vector.reduction <add>, %arg0 : vector<4xf32> into f32 } : vector<4xi1> -> f32
  %6 = vector.mask %k { vector.reduction <add>, %a : vector<4xf32> into f32 } : vector<4xi1> -> f32
  // CHECK: vector.print %arg0 : vector<4xf32>
  vector.print %a : vector<4xf32>
  // CHECK: vector.print str "done"
  vector.print str "done"
  // CHECK: vector.print punctuation <comma>
  vector.print punctuation <comma>
  return
}

// CHECK-LABEL: func.func @memory(
func.func @memory(%m: memref<8x?xf32>, %t: tensor<8x16xf32>, %n: index, %f: f32, %v: vector<4xf32>, %w: vector<2x4xf32>, %k: vector<4xi1>, %x: vector<4xi32>) {
  // CHECK: %0 = vector.load %arg0[%arg2, %arg2] : memref<8x?xf32>, vector<4xf32>
  %0 = vector.load %m[%n, %n] : memref<8x?xf32>, vector<4xf32>
  // CHECK: vector.store %0, %arg0[%arg2, %arg2] : memref<8x?xf32>, vector<4xf32>
  vector.store %0, %m[%n, %n] : memref<8x?xf32>, vector<4xf32>
  // CHECK: %1 = vector.transfer_read %arg0[%arg2, %arg2], %arg3 : memref<8x?xf32>, vector<2x4xf32>
  %1 = vector.transfer_read %m[%n, %n], %f : memref<8x?xf32>, vector<2x4xf32>
  // CHECK: %2 = vector.transfer_read %arg0[%arg2, %arg2], %arg3 {in_bounds = [true, false]} : memref<8x?xf32>, vector<2x4xf32>
  %2 = vector.transfer_read %m[%n, %n], %f {in_bounds = [true, false]} : memref<8x?xf32>, vector<2x4xf32>
  // CHECK: %3 = vector.transfer_read %arg1[%arg2, %arg2], %arg3, %arg6 {in_bounds = [true]} : tensor<8x16xf32>, vector<4xf32>
  %3 = vector.transfer_read %t[%n, %n], %f, %k {in_bounds = [true]} : tensor<8x16xf32>, vector<4xf32>
  // CHECK: vector.transfer_write %arg5, %arg0[%arg2, %arg2] {in_bounds = [true, true]} : vector<2x4xf32>, memref<8x?xf32>
  vector.transfer_write %w, %m[%n, %n] {in_bounds = [true, true]} : vector<2x4xf32>, memref<8x?xf32>
  // CHECK: %4 = vector.transfer_write %arg4, %arg1[%arg2, %arg2] : vector<4xf32>, tensor<8x16xf32>
  %4 = vector.transfer_write %v, %t[%n, %n] : vector<4xf32>, tensor<8x16xf32>
  // CHECK: %5 = vector.maskedload %arg0[%arg2, %arg2], %arg6, %arg4 : memref<8x?xf32>, vector<4xi1>, vector<4xf32> into vector<4xf32>
  %5 = vector.maskedload %m[%n, %n], %k, %v : memref<8x?xf32>, vector<4xi1>, vector<4xf32> into vector<4xf32>
  // CHECK: vector.maskedstore %arg0[%arg2, %arg2], %arg6, %arg4 : memref<8x?xf32>, vector<4xi1>, vector<4xf32>
  vector.maskedstore %m[%n, %n], %k, %v : memref<8x?xf32>, vector<4xi1>, vector<4xf32>
  // CHECK: %6 = vector.gather %arg0[%arg2, %arg2] [%arg7], %arg6, %arg4 : memref<8x?xf32>, vector<4xi32>, vector<4xi1>, vector<4xf32> into vector<4xf32>
  %6 = vector.gather %m[%n, %n] [%x], %k, %v : memref<8x?xf32>, vector<4xi32>, vector<4xi1>, vector<4xf32> into vector<4xf32>
  // CHECK: vector.scatter %arg0[%arg2, %arg2] [%arg7], %arg6, %arg4 : memref<8x?xf32>, vector<4xi32>, vector<4xi1>, vector<4xf32>
  vector.scatter %m[%n, %n] [%x], %k, %v : memref<8x?xf32>, vector<4xi32>, vector<4xi1>, vector<4xf32>
  return
}
