// RUN: mica-opt %s | FileCheck %s
// RUN: mica-opt %s | mica-opt | FileCheck %s
// RUN: mica-opt %s --mlir-print-op-generic | mica-opt | FileCheck %s
// RUN: mica-opt --no-compiled-dialects \
// RUN:   --load-dialect=%S/../../../dialects/math/math.dialect \
// RUN:   --load-dialect=%S/../../../dialects/arith/arith.dialect \
// RUN:   --load-dialect=%S/../../../dialects/func/func.dialect \
// RUN:   %s | FileCheck %s

// One op of each form, with flags of another dialect.

func.func @functions(%a: f32, %b: f32, %i: i32, %t: tensor<4xf64>, %v: vector<2xf16>) {
  %0 = math.absf %a : f32
  %1 = math.absi %i : i32
  %2 = math.atan2 %a, %b fastmath<nnan,ninf> : f32
  %3 = math.fma %a, %b, %a : f32
  %4 = math.fpowi %a, %i : f32, i32
  %5 = math.ipowi %i, %i : i32
  %6 = math.exp %t fastmath<fast> : tensor<4xf64>
  %7 = math.ctpop %i : i32
  %8 = math.tanh %v {label = "x"} : vector<2xf16>
  return
}

// CHECK:      module {
// CHECK-NEXT:   func.func @functions(%arg0: f32, %arg1: f32, %arg2: i32, %arg3: tensor<4xf64>, %arg4: vector<2xf16>) {
// CHECK-NEXT:     %0 = math.absf %arg0 : f32
// CHECK-NEXT:     %1 = math.absi %arg2 : i32
// CHECK-NEXT:     %2 = math.atan2 %arg0, %arg1 fastmath<nnan,ninf> : f32
// CHECK-NEXT:     %3 = math.fma %arg0, %arg1, %arg0 : f32
// CHECK-NEXT:     %4 = math.fpowi %arg0, %arg2 : f32, i32
// CHECK-NEXT:     %5 = math.ipowi %arg2, %arg2 : i32
// CHECK-NEXT:     %6 = math.exp %arg3 fastmath<fast> : tensor<4xf64>
// CHECK-NEXT:     %7 = math.ctpop %arg2 : i32
// CHECK-NEXT:     %8 = math.tanh %arg4 {label = "x"} : vector<2xf16>
// CHECK-NEXT:     return
// CHECK-NEXT:   }
// CHECK-NEXT: }
