// RUN: mica-opt %s | FileCheck %s
// RUN: mica-opt %s | mica-opt | FileCheck %s
// RUN: mica-opt %s --mlir-print-op-generic | mica-opt | FileCheck %s
// RUN: mica-opt --no-compiled-dialects \
// RUN:   --load-dialect=%S/../../../dialects/index/index.dialect \
// RUN:   --load-dialect=%S/../../../dialects/func/func.dialect \
// RUN:   %s | FileCheck %s

// Types follow from the ops; enums in both spellings.

func.func @arithmetic(%a: index, %b: index, %i: i32) {
  %0 = index.add %a, %b
  %1 = index.ceildivs %a, %b
  %2 = index.casts %a : index to i32
  %3 = index.castu %i : i32 to index
  %4 = index.cmp ult(%a, %b)
  %5 = index.sizeof
  %6 = index.constant -7
  %7 = index.bool.constant true
  return
}

// CHECK:      module {
// CHECK-NEXT:   func.func @arithmetic(%arg0: index, %arg1: index, %arg2: i32) {
// CHECK-NEXT:     %0 = index.add %arg0, %arg1
// CHECK-NEXT:     %1 = index.ceildivs %arg0, %arg1
// CHECK-NEXT:     %2 = index.casts %arg0 : index to i32
// CHECK-NEXT:     %3 = index.castu %arg2 : i32 to index
// CHECK-NEXT:     %4 = index.cmp ult(%arg0, %arg1)
// CHECK-NEXT:     %5 = index.sizeof
// CHECK-NEXT:     %idx-7 = index.constant -7
// CHECK-NEXT:     %true = index.bool.constant true
// CHECK-NEXT:     return
// CHECK-NEXT:   }
// CHECK-NEXT: }
