// A pass that fails leaves what reproduces it: the IR before the pipeline, and the pipeline.
// RUN: not mica-opt %s --load-pass-plugin=%plugins/faulty_passes.so -pass-pipeline='builtin.module(func.func(cse,faulty-fail))' \
// RUN:   --mlir-pass-pipeline-crash-reproducer=%t.mlir 2>&1 | FileCheck --check-prefix=ERROR %s
// RUN: FileCheck --check-prefix=FILE %s < %t.mlir
// RUN: not mica-opt %t.mlir --load-pass-plugin=%plugins/faulty_passes.so --run-reproducer 2>&1 | FileCheck --check-prefix=AGAIN %s
// RUN: not mica-opt %t.mlir --run-reproducer 2>&1 | FileCheck --check-prefix=UNKNOWN %s
// RUN: mica-opt %t.mlir | FileCheck --check-prefix=READ %s
//
// A local one has the IR before the pass and that pass alone.
// RUN: not mica-opt %s --load-pass-plugin=%plugins/faulty_passes.so -pass-pipeline='builtin.module(func.func(cse,faulty-fail))' \
// RUN:   --mlir-pass-pipeline-crash-reproducer=%t.local --mlir-pass-pipeline-local-reproducer -o %t.out
// RUN: FileCheck --check-prefix=LOCAL %s < %t.local
// RUN: not mica-opt %t.local --load-pass-plugin=%plugins/faulty_passes.so --run-reproducer 2>&1 | FileCheck --check-prefix=AGAIN %s
//
// Nothing failed: no file, unless it is asked for.
// RUN: rm -f %t.none && mica-opt %s -cse --mlir-pass-pipeline-crash-reproducer=%t.none -o %t.out && not ls %t.none
// RUN: mica-opt %s -canonicalize=top-down=false --mlir-generate-reproducer=%t.any -o %t.out
// RUN: mica-opt --run-reproducer %t.any | diff - %t.out
// RUN: FileCheck --check-prefix=ANY %s < %t.any
//
// A file that can't be written is said, and the pass's own error too.
// RUN: not mica-opt %s --load-pass-plugin=%plugins/faulty_passes.so --faulty-fail \
// RUN:   --mlir-pass-pipeline-crash-reproducer=%t.no/such/folder 2>&1 | FileCheck --check-prefix=FOLDER %s

// ERROR: error: 'arith.addi' op is more than this pass can take
// ERROR: error: Failures have been detected while processing an MLIR pass pipeline
// ERROR: note: Pipeline failed while executing `FaultyFail` on 'func.func' operation: @bad: reproducer generated at `{{.*}}.mlir`
// AGAIN: error: 'arith.addi' op is more than this pass can take
// UNKNOWN: error: {{.*}}'faulty-fail'
// FOLDER: op is more than this pass can take
// FOLDER: error: can't write the reproducer '{{.*}}folder'

// FILE: module {
// FILE: func.func @bad
// FILE: arith.muli
// FILE-NEXT: arith.muli
// FILE: {-#
// FILE-NEXT:   external_resources: {
// FILE-NEXT:     mlir_reproducer: {
// FILE-NEXT:       pipeline: "builtin.module(func.func(cse,faulty-fail))",
// FILE-NEXT:       disable_threading: false,
// FILE-NEXT:       verify_each: true
// FILE-NEXT:     }
// FILE-NEXT:   }
// FILE-NEXT: #-}

// LOCAL: func.func @bad
// LOCAL: arith.muli
// LOCAL-NOT: arith.muli
// LOCAL: pipeline: "builtin.module(func.func(faulty-fail))",
// LOCAL-NEXT: disable_threading: true,

// ANY: pipeline: "builtin.module(canonicalize{
// ANY-SAME: top-down=false

// READ-NOT: external_resources
// READ: func.func @bad
func.func @good() {
  return
}
func.func @bad(%a: i32) -> (i32, i32) {
  %0 = arith.addi %a, %a : i32
  %1 = arith.addi %a, %a {fault = "fail"} : i32
  %2 = arith.muli %0, %1 : i32
  %3 = arith.muli %0, %1 : i32
  return %2, %3 : i32, i32
}
