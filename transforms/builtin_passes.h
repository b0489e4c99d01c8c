// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The passes of libmica, one a line, in order of their names. MICA_BUILTIN_PASS(x) stands for
// the definition `const mica_pass_def mica_pass_x` in the pass's own file. Included by
// transforms/passes.c; no guard, since the macro decides what the list means.
MICA_BUILTIN_PASS(apply_rewrites)
MICA_BUILTIN_PASS(canonicalize)
MICA_BUILTIN_PASS(convert_arith_to_llvm)
MICA_BUILTIN_PASS(convert_arith_to_spirv)
MICA_BUILTIN_PASS(convert_cf_to_llvm)
MICA_BUILTIN_PASS(convert_func_to_llvm)
MICA_BUILTIN_PASS(convert_index_to_llvm)
MICA_BUILTIN_PASS(convert_math_to_llvm)
MICA_BUILTIN_PASS(convert_onnx_to_linalg)
MICA_BUILTIN_PASS(convert_scf_to_cf)
MICA_BUILTIN_PASS(convert_vector_to_llvm)
MICA_BUILTIN_PASS(cse)
MICA_BUILTIN_PASS(finalize_memref_to_llvm)
MICA_BUILTIN_PASS(loop_invariant_code_motion)
MICA_BUILTIN_PASS(lower_affine)
MICA_BUILTIN_PASS(onnx_infer_shapes)
MICA_BUILTIN_PASS(print_ir)
MICA_BUILTIN_PASS(reconcile_unrealized_casts)
MICA_BUILTIN_PASS(strip_debuginfo)
MICA_BUILTIN_PASS(symbol_dce)
MICA_BUILTIN_PASS(symbol_privatize)
