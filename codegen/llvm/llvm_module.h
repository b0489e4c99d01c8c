// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// An LLVM module on its way from the llvm dialect to machine code. It owns an LLVM context of
// its own, so modules of several threads never meet.
//
//   mica_llvm_module *native = mica_llvm_export(module, NULL);      // llvm_ir_export.h
//   mica_llvm_target *target = mica_llvm_target_create(context, NULL);      // target.h
//   bool ok = native && target && mica_llvm_optimize(native, target) &&
//             mica_llvm_emit_file(native, target, MICA_LLVM_OBJECT, "a.o");     // object.h
//   mica_llvm_target_destroy(target);
//   mica_llvm_module_destroy(native);
//
// Errors of LLVM become diagnostics of the Mica context; nothing here prints. The one exception
// LLVM leaves no choice in: after an internal fatal error it reports the diagnostic and ends
// the process, so files are only opened when code generation is over.
#ifndef MICA_CODEGEN_LLVM_LLVM_MODULE_H
#define MICA_CODEGEN_LLVM_LLVM_MODULE_H

#include "ir/core/types_forward.h"

#ifdef __cplusplus
extern "C" {
#endif

/// One thread at a time.
typedef struct mica_llvm_module mica_llvm_module;

/// Called after the diagnostic of an internal fatal error of LLVM, which would abort the
/// process next: a program may end in its own way. One for the process, set before other
/// threads start; NULL: none.
MICA_API void mica_llvm_set_fatal_hook(void (*hook)(void));

/// Reads LLVM IR text or bitcode. NULL after a diagnostic. `name` is used in messages.
MICA_API mica_llvm_module *mica_llvm_module_parse(mica_context *context, mica_string text,
                                                  const char *name);
/// NULL is allowed.
MICA_API void mica_llvm_module_destroy(mica_llvm_module *module);
/// Checks LLVM's own rules; false after a diagnostic.
MICA_API bool mica_llvm_module_verify(mica_llvm_module *module);
/// Moves all of `source` (consumed, also on failure) into `module`. False after a diagnostic,
/// for example when both define a symbol.
MICA_API bool mica_llvm_module_link(mica_llvm_module *module, mica_llvm_module *source);
/// Reports every function whose stack frame exceeds `bytes` as an error when machine code is
/// made; 0: no limit.
MICA_API void mica_llvm_module_set_stack_limit(mica_llvm_module *module, size_t bytes);

#ifdef __cplusplus
}
#endif

#endif
