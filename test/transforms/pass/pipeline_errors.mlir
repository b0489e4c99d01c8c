// RUN: not mica-opt %s --pass-pipeline='cse' 2>&1 | FileCheck %s --check-prefix=ANCHOR
// RUN: not mica-opt %s --pass-pipeline='builtin.module(cse,,cse)' 2>&1 | FileCheck %s --check-prefix=EMPTY
// RUN: not mica-opt %s --pass-pipeline='builtin.module(cse))' 2>&1 | FileCheck %s --check-prefix=CLOSING
// RUN: not mica-opt %s --pass-pipeline='builtin.module(canonicalize{foo=1})' 2>&1 | FileCheck %s --check-prefix=OPTION
// RUN: not mica-opt %s --pass-pipeline='func.func(cse)' 2>&1 | FileCheck %s --check-prefix=ROOT

// ANCHOR: error: expected pass pipeline to be wrapped with the anchor operation type, e.g. 'builtin.module(...)'
// EMPTY: error: MLIR Textual PassPipeline Parser:1:5: error: '' does not refer to a registered pass or pass pipeline
// EMPTY-NEXT: cse,,cse
// EMPTY-NEXT: {{^    \^}}
// CLOSING: MLIR Textual PassPipeline Parser:1:4: error: encountered extra closing ')' creating unbalanced parentheses while parsing pipeline
// OPTION: error: <Pass-Options-Parser>: no such option foo
// OPTION: failed to add `canonicalize` with options `foo=1`
// ROOT: error: can't run 'func.func' pass manager on 'builtin.module' op
func.func @f() {
  return
}
