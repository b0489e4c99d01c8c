// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// From a module of the llvm dialect to an LLVM module.
#ifndef MICA_CODEGEN_LLVM_LLVM_IR_EXPORT_H
#define MICA_CODEGEN_LLVM_LLVM_IR_EXPORT_H

#include "codegen/llvm/llvm_module.h"

#ifdef __cplusplus
extern "C" {
#endif

/// Zero is the default.
typedef struct mica_llvm_export_options {
    size_t struct_size;
    const char *name; ///< the LLVM module's name; NULL: "LLVMDialectModule"
} mica_llvm_export_options;

/// Exports the ops in `module` (a builtin.module, unchanged): llvm.func, llvm.mlir.global and
/// module-level metadata. The caller owns the result. NULL after a diagnostic at the op that has
/// no translation. `options` may be NULL.
MICA_API mica_llvm_module *mica_llvm_export(mica_op *module,
                                            const mica_llvm_export_options *options);

#ifdef __cplusplus
}
#endif

#endif
