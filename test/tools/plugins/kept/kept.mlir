// REQUIRES: x86_64
// RUN: mica-opt %s --load-dialect-plugin=%S/plugin_v1_x86_64.so -canonicalize | FileCheck --check-prefix=FOLD %s
// RUN: mica-opt %s --load-dialect-plugin=%S/plugin_v1_x86_64.so --load-pass-plugin=%S/plugin_v1_x86_64.so \
// RUN:   --kept-lower='label=seen' --mlir-pass-statistics -o %t 2> %t.statistics
// RUN: FileCheck --check-prefix=LOWER %s < %t
// RUN: FileCheck --check-prefix=STATISTICS %s < %t.statistics
// RUN: sed 's/#kept.mark<2>/7 : i32/' %s | not mica-opt --load-dialect-plugin=%S/plugin_v1_x86_64.so 2>&1 | FileCheck --check-prefix=VERIFY %s
// RUN: sed 's/%%0, %%c0) : (i32/%%b, %%c0) : (!kept.box<4>/' %s | not mica-opt --load-dialect-plugin=%S/plugin_v1_x86_64.so 2>&1 | FileCheck --check-prefix=TYPE %s

// FOLD: func.func @f(%[[A:.*]]: i32, %[[B:.*]]: !kept.box<4>)
// FOLD: %[[S:.*]] = "kept.add"(%[[A]], %[[A]]) <{mark = #kept.mark<2>}> : (i32, i32) -> i32
// FOLD-NEXT: return %[[S]], %[[B]]

// LOWER: func.func @f(%[[A:.*]]: i32, %{{.*}}: !kept.box<4>)
// LOWER-SAME: attributes {label = "seen"}
// LOWER: arith.addi %[[A]], %[[A]] : i32
// LOWER-NOT: kept.add
// STATISTICS: {{[12]}} sums

// VERIFY: error: 'kept.add' op needs a mark of its own dialect
// TYPE: error: 'kept.add' op operand #0 must be signless integer, but got '!kept.box<4>'
func.func @f(%a: i32, %b: !kept.box<4>) -> (i32, !kept.box<4>) {
  %c0 = arith.constant 0 : i32
  %0 = "kept.add"(%a, %a) <{mark = #kept.mark<2>}> : (i32, i32) -> i32
  %1 = "kept.add"(%0, %c0) : (i32, i32) -> i32
  return %1, %b : i32, !kept.box<4>
}
