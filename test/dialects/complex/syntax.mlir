// RUN: mica-opt %s | FileCheck %s
// RUN: mica-opt %s | mica-opt | FileCheck %s
// RUN: mica-opt %s --mlir-print-op-generic | mica-opt | FileCheck %s
// RUN: mica-opt --no-compiled-dialects \
// RUN:   --load-dialect=%S/../../../dialects/arith/arith.dialect \
// RUN:   --load-dialect=%S/../../../dialects/complex/complex.dialect \
// RUN:   --load-dialect=%S/../../../dialects/func/func.dialect \
// RUN:   %s | FileCheck %s

// Every op and the number as an attribute; the flags none are not written.

func.func @f(%c: complex<f32>, %d: complex<f64>, %r: f32, %g: complex<bf16>) attributes {n = #complex.number<:f32 1.0, -2.5>, m = #complex.number<:f64 1.0, 3.0>, o = #complex.number<:f16 1.0e+10, 0.1>, q = #complex.number<:f64 0x7FF8000000000000, 3.0>} {
  %0 = complex.abs %c : complex<f32>
  %1 = complex.abs %c fastmath<nnan,contract> {a} : complex<f32>
  %2 = complex.add %c, %c : complex<f32>
  %3 = complex.add %c, %c fastmath<fast> : complex<f32>
  %4 = complex.angle %d : complex<f64>
  %5 = complex.atan2 %d, %d : complex<f64>
  %6 = complex.bitcast %c : complex<f32> to i64
  %7 = complex.conj %c : complex<f32>
  %8 = complex.constant [0.1, -1.0] : complex<f64>
  %9 = complex.constant [1.000000e+00 : f32, 2.0 : f32] {x = 1 : i32} : complex<f32>
  %cst_i = complex.constant [1 : i32, 2 : i32] : complex<i32>
  %10 = complex.cos %c : complex<f32>
  %11 = complex.create %r, %r : complex<f32>
  %12 = complex.div %g, %g : complex<bf16>
  %13 = complex.eq %c, %c : complex<f32>
  %14 = complex.exp %c : complex<f32>
  %15 = complex.expm1 %c : complex<f32>
  %16 = complex.im %c : complex<f32>
  %17 = complex.log %c fastmath<none> : complex<f32>
  %18 = complex.log1p %c : complex<f32>
  %19 = complex.mul %c, %c : complex<f32>
  %20 = complex.neg %c : complex<f32>
  %21 = complex.neq %c, %c : complex<f32>
  %22 = complex.pow %c, %c : complex<f32>
  %23 = complex.re %c fastmath<reassoc>: complex<f32>
  %24 = complex.rsqrt %c : complex<f32>
  %25 = complex.sign %c : complex<f32>
  %26 = complex.sin %c : complex<f32>
  %27 = complex.sqrt %c : complex<f32>
  %28 = complex.sub %c, %c : complex<f32>
  %29 = complex.tan %c : complex<f32>
  %30 = complex.tanh %c fastmath<ninf> : complex<f32>
  %34 = complex.bitcast %6 {b} : i64 to complex<f32>
  return
}

// CHECK:      module {
// CHECK-NEXT:   func.func @f(%arg0: complex<f32>, %arg1: complex<f64>, %arg2: f32, %arg3: complex<bf16>) attributes {m = #complex.number<:f64 1.000000e+00, 3.000000e+00> : complex<f64>, n = #complex.number<:f32 1.000000e+00, -2.500000e+00> : complex<f32>, o = #complex.number<:f16 0x7C00, 9.997550e-02> : complex<f16>, q = #complex.number<:f64 0x7FF8000000000000, 3.000000e+00> : complex<f64>} {
// CHECK-NEXT:     %0 = complex.abs %arg0 : complex<f32>
// CHECK-NEXT:     %1 = complex.abs %arg0 fastmath<nnan,contract> {a} : complex<f32>
// CHECK-NEXT:     %2 = complex.add %arg0, %arg0 : complex<f32>
// CHECK-NEXT:     %3 = complex.add %arg0, %arg0 fastmath<fast> : complex<f32>
// CHECK-NEXT:     %4 = complex.angle %arg1 : complex<f64>
// CHECK-NEXT:     %5 = complex.atan2 %arg1, %arg1 : complex<f64>
// CHECK-NEXT:     %6 = complex.bitcast %arg0 : complex<f32> to i64
// CHECK-NEXT:     %7 = complex.conj %arg0 : complex<f32>
// CHECK-NEXT:     %cst = complex.constant [1.000000e-01, -1.000000e+00] : complex<f64>
// CHECK-NEXT:     %cst_0 = complex.constant [1.000000e+00 : f32, 2.000000e+00 : f32] {x = 1 : i32} : complex<f32>
// CHECK-NEXT:     %cst_1 = complex.constant [1 : i32, 2 : i32] : complex<i32>
// CHECK-NEXT:     %8 = complex.cos %arg0 : complex<f32>
// CHECK-NEXT:     %9 = complex.create %arg2, %arg2 : complex<f32>
// CHECK-NEXT:     %10 = complex.div %arg3, %arg3 : complex<bf16>
// CHECK-NEXT:     %11 = complex.eq %arg0, %arg0 : complex<f32>
// CHECK-NEXT:     %12 = complex.exp %arg0 : complex<f32>
// CHECK-NEXT:     %13 = complex.expm1 %arg0 : complex<f32>
// CHECK-NEXT:     %14 = complex.im %arg0 : complex<f32>
// CHECK-NEXT:     %15 = complex.log %arg0 : complex<f32>
// CHECK-NEXT:     %16 = complex.log1p %arg0 : complex<f32>
// CHECK-NEXT:     %17 = complex.mul %arg0, %arg0 : complex<f32>
// CHECK-NEXT:     %18 = complex.neg %arg0 : complex<f32>
// CHECK-NEXT:     %19 = complex.neq %arg0, %arg0 : complex<f32>
// CHECK-NEXT:     %20 = complex.pow %arg0, %arg0 : complex<f32>
// CHECK-NEXT:     %21 = complex.re %arg0 fastmath<reassoc> : complex<f32>
// CHECK-NEXT:     %22 = complex.rsqrt %arg0 : complex<f32>
// CHECK-NEXT:     %23 = complex.sign %arg0 : complex<f32>
// CHECK-NEXT:     %24 = complex.sin %arg0 : complex<f32>
// CHECK-NEXT:     %25 = complex.sqrt %arg0 : complex<f32>
// CHECK-NEXT:     %26 = complex.sub %arg0, %arg0 : complex<f32>
// CHECK-NEXT:     %27 = complex.tan %arg0 : complex<f32>
// CHECK-NEXT:     %28 = complex.tanh %arg0 fastmath<ninf> : complex<f32>
// CHECK-NEXT:     %29 = complex.bitcast %6 {b} : i64 to complex<f32>
// CHECK-NEXT:     return
// CHECK-NEXT:   }
// CHECK-NEXT: }
