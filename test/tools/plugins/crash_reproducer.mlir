// A crash leaves the same, be it the stack that ran over.
// RUN: not --crash mica-opt %s --load-pass-plugin=%plugins/faulty_passes.so -pass-pipeline='builtin.module(cse,func.func(faulty-crash))' \
// RUN:   --mlir-pass-pipeline-crash-reproducer=%t.mlir 2>&1 | FileCheck --check-prefix=ERROR %s
// RUN: FileCheck %s < %t.mlir
// RUN: not --crash mica-opt %t.mlir --load-pass-plugin=%plugins/faulty_passes.so --run-reproducer
// RUN: sed s/\"crash\"/\"overflow\"/ %s > %t.overflow
// RUN: not --crash mica-opt %t.overflow --load-pass-plugin=%plugins/faulty_passes.so -pass-pipeline='builtin.module(cse,func.func(faulty-crash))' \
// RUN:   --mlir-pass-pipeline-crash-reproducer=%t.mlir --mlir-pass-pipeline-local-reproducer 2>&1 | FileCheck --check-prefix=ERROR %s
// RUN: FileCheck --check-prefix=LOCAL %s < %t.mlir
// RUN: not --crash mica-opt %t.mlir --load-pass-plugin=%plugins/faulty_passes.so --run-reproducer
//
// IR that does not verify any more is a failure of the pass that left it.
// RUN: sed s/\"crash\"/\"break\"/ %s > %t.break
// RUN: not mica-opt %t.break --load-pass-plugin=%plugins/faulty_passes.so -pass-pipeline='builtin.module(func.func(faulty-break))' \
// RUN:   --mlir-pass-pipeline-crash-reproducer=%t.mlir -o %t.out
// RUN: FileCheck --check-prefix=BREAK %s < %t.mlir

// ERROR: error: a pass crashed: reproducer generated at `{{.*}}.mlir`
// CHECK: arith.cmpi slt, %arg0, %arg1 : i32
// CHECK: pipeline: "builtin.module(cse,func.func(faulty-crash))",
// LOCAL: pipeline: "builtin.module(func.func(faulty-crash))",
// BREAK: arith.cmpi slt, %arg0, %arg1 {fault = "break"} : i32
// BREAK: pipeline: "builtin.module(func.func(faulty-break))",
func.func @f(%a: i32, %b: i32) -> i1 {
  %0 = arith.cmpi slt, %a, %b : i32
  %1 = arith.cmpi slt, %a, %b {fault = "crash"} : i32
  %2 = arith.andi %0, %1 : i1
  return %2 : i1
}
