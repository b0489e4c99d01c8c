// RUN: mica-opt %s | FileCheck %s
// RUN: mica-opt %s | mica-opt | FileCheck %s
// RUN: mica-opt %s --mlir-print-op-generic | mica-opt | FileCheck %s
// RUN: mica-opt --no-compiled-dialects \
// RUN:   --load-dialect=%S/../../../dialects/func/func.dialect \
// RUN:   --load-dialect=%S/../../../dialects/ub/ub.dialect \
// RUN:   %s | FileCheck %s

// Poison of any type; the value that is the default is not written.

func.func @poison() attributes {a = #ub.poison} {
  %0 = ub.poison : i32
  %1 = ub.poison <#ub.poison> : vector<4xi64>
  %2 = ub.poison {b = 1 : i32} : complex<f32>
  %3 = ub.poison {b} <#ub.poison> : tensor<?xf32>
  %4 = ub.poison : () -> ()
  return
}

// CHECK:      module {
// CHECK-NEXT:   func.func @poison() attributes {a = #ub.poison} {
// CHECK-NEXT:     %0 = ub.poison : i32
// CHECK-NEXT:     %1 = ub.poison : vector<4xi64>
// CHECK-NEXT:     %2 = ub.poison {b = 1 : i32} : complex<f32>
// CHECK-NEXT:     %3 = ub.poison {b} : tensor<?xf32>
// CHECK-NEXT:     %4 = ub.poison : () -> ()
// CHECK-NEXT:     return
// CHECK-NEXT:   }
// CHECK-NEXT: }
