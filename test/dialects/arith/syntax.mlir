// RUN: mica-opt %s | FileCheck %s
// RUN: mica-opt %s | mica-opt | FileCheck %s
// RUN: mica-opt %s --mlir-print-op-generic | mica-opt | FileCheck %s
// RUN: mica-opt --no-compiled-dialects \
// RUN:   --load-dialect=%S/../../../dialects/arith/arith.dialect \
// RUN:   --load-dialect=%S/../../../dialects/func/func.dialect \
// RUN:   %s | FileCheck %s

// One op of each form; the loaded definition reads and prints the same.

func.func @operations(%a: i32, %b: f32, %c: i1, %v: vector<4xf32>, %m: vector<4xi1>, %t: tensor<?xi64>, %i: index) {
  %0 = arith.addi %a, %a overflow<nsw, nuw> : i32
  %1 = arith.addf %b, %b fastmath<nnan,contract> {label = 3 : i64} : f32
  %2 = arith.cmpi slt, %a, %0 : i32
  %3 = arith.cmpf oeq, %b, %1 fastmath<fast> : f32
  %4 = arith.select %c, %a, %0 : i32
  %5 = arith.select %m, %v, %v : vector<4xi1>, vector<4xf32>
  %6 = arith.constant dense<[1.0, 2.0, 3.0, 4.0]> : vector<4xf32>
  %7 = arith.constant -3 : index
  %8 = arith.constant true
  %9 = arith.truncf %b to_nearest_even : f32 to bf16
  %10 = arith.extsi %t : tensor<?xi64> to tensor<?xi128>
  %11 = arith.index_cast %i : index to i64
  %12 = arith.bitcast %v : vector<4xf32> to vector<4xi32>
  %s, %o = arith.addui_extended %a, %a : i32, i1
  %l, %h = arith.mulsi_extended %a, %a : i32
  %13 = arith.negf %v : vector<4xf32>
  %14 = arith.shli %a, %a overflow<nuw> : i32
  return
}

// CHECK:      module {
// CHECK-NEXT:   func.func @operations(%arg0: i32, %arg1: f32, %arg2: i1, %arg3: vector<4xf32>, %arg4: vector<4xi1>, %arg5: tensor<?xi64>, %arg6: index) {
// CHECK-NEXT:     %0 = arith.addi %arg0, %arg0 overflow<nsw, nuw> : i32
// CHECK-NEXT:     %1 = arith.addf %arg1, %arg1 fastmath<nnan,contract> {label = 3 : i64} : f32
// CHECK-NEXT:     %2 = arith.cmpi slt, %arg0, %0 : i32
// CHECK-NEXT:     %3 = arith.cmpf oeq, %arg1, %1 fastmath<fast> : f32
// CHECK-NEXT:     %4 = arith.select %arg2, %arg0, %0 : i32
// CHECK-NEXT:     %5 = arith.select %arg4, %arg3, %arg3 : vector<4xi1>, vector<4xf32>
// CHECK-NEXT:     %cst = arith.constant dense<[1.000000e+00, 2.000000e+00, 3.000000e+00, 4.000000e+00]> : vector<4xf32>
// CHECK-NEXT:     %c-3 = arith.constant -3 : index
// CHECK-NEXT:     %true = arith.constant true
// CHECK-NEXT:     %6 = arith.truncf %arg1 to_nearest_even : f32 to bf16
// CHECK-NEXT:     %7 = arith.extsi %arg5 : tensor<?xi64> to tensor<?xi128>
// CHECK-NEXT:     %8 = arith.index_cast %arg6 : index to i64
// CHECK-NEXT:     %9 = arith.bitcast %arg3 : vector<4xf32> to vector<4xi32>
// CHECK-NEXT:     %sum, %overflow = arith.addui_extended %arg0, %arg0 : i32, i1
// CHECK-NEXT:     %low, %high = arith.mulsi_extended %arg0, %arg0 : i32
// CHECK-NEXT:     %10 = arith.negf %arg3 : vector<4xf32>
// CHECK-NEXT:     %11 = arith.shli %arg0, %arg0 overflow<nuw> : i32
// CHECK-NEXT:     return
// CHECK-NEXT:   }
// CHECK-NEXT: }
