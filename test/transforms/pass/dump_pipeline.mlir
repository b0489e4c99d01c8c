// RUN: mica-opt %s --dump-pass-pipeline --pass-pipeline='builtin.module(func.func(cse,print-ir{label=a}),symbol-dce)' 2>&1 | FileCheck %s
// RUN: mica-opt %s --dump-pass-pipeline --symbol-dce --cse 2>&1 | FileCheck %s --check-prefix=FLAGS
// RUN: mica-opt %s --dump-pass-pipeline --symbol-dce --cse 2>%t && not FileCheck %s --check-prefix=OUTPUT --input-file=%t

// CHECK: Pass Manager with 2 passes:
// CHECK-NEXT: {{^}}builtin.module(func.func(cse,print-ir{label=a}),symbol-dce)
// FLAGS: Pass Manager with 2 passes:
// FLAGS-NEXT: {{^}}builtin.module(symbol-dce,cse)
// The module goes to standard output, the pipeline to standard error.
// OUTPUT: module {
