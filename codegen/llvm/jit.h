// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Compiles modules into this process and runs them.
//
//   mica_llvm_jit *jit = mica_llvm_jit_create(context, target, &options);
//   if (jit && mica_llvm_jit_add(jit, native)) {
//       int (*entry)(void) = (int (*)(void))mica_llvm_jit_find(jit, "main");
//       ...
//   }
//   mica_llvm_jit_destroy(jit);
#ifndef MICA_CODEGEN_LLVM_JIT_H
#define MICA_CODEGEN_LLVM_JIT_H

#include "codegen/llvm/llvm_module.h"
#include "codegen/llvm/target.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef void (*mica_llvm_address)(void);

/// A function of this process under the name that modules call it by.
typedef struct mica_llvm_symbol {
    const char *name;
    mica_llvm_address address;
} mica_llvm_symbol;

/// Names that no module defines are looked for in the shared libraries, then in `symbols`, then
/// among the dynamic symbols of the process. Zero: the process alone.
typedef struct mica_llvm_jit_options {
    size_t struct_size;
    const mica_llvm_symbol *symbols; ///< borrowed as long as the JIT lives
    size_t symbol_count;
    const char *const *libraries; ///< paths; opened when the JIT is made
    size_t library_count;
} mica_llvm_jit_options;

typedef struct mica_llvm_jit mica_llvm_jit;

/// For code of this machine: `target` (borrowed) must have been made without a triple. NULL
/// after a diagnostic (a library that can't be opened).
MICA_API mica_llvm_jit *mica_llvm_jit_create(mica_context *context,
                                             const mica_llvm_target *target,
                                             const mica_llvm_jit_options *options);
/// The whole way for this machine: exports a module of the llvm dialect (unchanged), optimizes
/// it and makes its code, with names of the process as the only ones known from outside. NULL
/// after a diagnostic.
MICA_API mica_llvm_jit *mica_llvm_jit_compile(mica_op *module);
/// Frees the code: no function may be running. NULL is allowed.
MICA_API void mica_llvm_jit_destroy(mica_llvm_jit *jit);
/// Optimizes the module and makes its code; consumed, also on failure. False after a
/// diagnostic.
MICA_API bool mica_llvm_jit_add(mica_llvm_jit *jit, mica_llvm_module *module);
/// The address of a symbol, all that it needs resolved. NULL after a diagnostic that names what
/// is missing. Global constructors are not run.
MICA_API mica_llvm_address mica_llvm_jit_find(mica_llvm_jit *jit, const char *name);

#ifdef __cplusplus
}
#endif

#endif
