// RUN: mica-opt %s | FileCheck %s
// RUN: mica-opt %s | mica-opt | FileCheck %s
// RUN: mica-opt %s --mlir-print-op-generic | mica-opt | FileCheck %s
// RUN: mica-opt --no-compiled-dialects \
// RUN:   --load-dialect=%S/../../../dialects/func/func.dialect \
// RUN:   %s | FileCheck %s

// Functions with attributes on arguments and results, calls, constants.

func.func private @declared(i32 {x.noalias}, f32) -> (i32 {x.first}, f32) attributes {x.pure}
func.func nested @nothing() { return }
func.func @"needs quotes"(%f: (i32) -> i32, %a: i32 {x.arg = 1 : i32}) -> ((i32) -> i32) {
  %0 = call_indirect %f(%a) : (i32) -> i32
  call @nothing() : () -> ()
  %k = constant @nothing : () -> ()
  call_indirect %k() : () -> ()
  return %f : (i32) -> i32
}

// CHECK:      module {
// CHECK-NEXT:   func.func private @declared(i32 {x.noalias}, f32) -> (i32 {x.first}, f32) attributes {x.pure}
// CHECK-NEXT:   func.func nested @nothing() {
// CHECK-NEXT:     return
// CHECK-NEXT:   }
// CHECK-NEXT:   func.func @"needs quotes"(%arg0: (i32) -> i32, %arg1: i32 {x.arg = 1 : i32}) -> ((i32) -> i32) {
// CHECK-NEXT:     %0 = call_indirect %arg0(%arg1) : (i32) -> i32
// CHECK-NEXT:     call @nothing() : () -> ()
// CHECK-NEXT:     %f = constant @nothing : () -> ()
// CHECK-NEXT:     call_indirect %f() : () -> ()
// CHECK-NEXT:     return %arg0 : (i32) -> i32
// CHECK-NEXT:   }
// CHECK-NEXT: }
