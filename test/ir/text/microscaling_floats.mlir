// Types that MLIR 19 lacks, spelled as MLIR 20 does.
// RUN: mica-opt %s | FileCheck %s
// RUN: mica-opt %s | mica-opt | FileCheck %s

// CHECK: func.func @f(%{{.*}}: tensor<2xf4E2M1FN>, %{{.*}}: vector<4xf8E8M0FNU>)
func.func @f(%a: tensor<2xf4E2M1FN>, %b: vector<4xf8E8M0FNU>) {
  // CHECK: arith.constant -1.500000e+00 : f4E2M1FN
  %0 = arith.constant -1.5 : f4E2M1FN
  // Nothing is greater than 6: what is becomes 6.
  // CHECK: arith.constant 6.000000e+00 : f4E2M1FN
  %1 = arith.constant 100.0 : f4E2M1FN
  // CHECK: arith.constant dense<[5.000000e-01, -6.000000e+00]> : tensor<2xf4E2M1FN>
  %2 = arith.constant dense<[0.5, -6.0]> : tensor<2xf4E2M1FN>
  // The nearest power of two, the greater of two.
  // CHECK: arith.constant 4.000000e+00 : f8E8M0FNU
  %3 = arith.constant 3.0 : f8E8M0FNU
  // CHECK: arith.constant 2.000000e+00 : f8E8M0FNU
  %4 = arith.constant 2.9 : f8E8M0FNU
  // CHECK: arith.constant 0xFF : f8E8M0FNU
  %5 = arith.constant 0xFF : f8E8M0FNU
  return
}
