// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The machine that code is made for, and LLVM's optimization pipelines run for it.
#ifndef MICA_CODEGEN_LLVM_TARGET_H
#define MICA_CODEGEN_LLVM_TARGET_H

#include "codegen/llvm/llvm_module.h"

#ifdef __cplusplus
extern "C" {
#endif

/// Zero is the default: this machine, all of its features, no optimization.
typedef struct mica_llvm_target_options {
    size_t struct_size;   ///< sizeof(mica_llvm_target_options)
    const char *triple;   ///< "x86_64-unknown-linux-gnu"; NULL: the host's
    const char *cpu;      ///< as LLVM names it; NULL or "native": the host's own, for a foreign
                          ///< triple the generic one
    const char *features; ///< "+avx2,-avx512f", after those of the CPU; NULL: none
    unsigned optimization; ///< 0 to 3, for the pipelines and for instruction selection
} mica_llvm_target_options;

/// Immutable once made; one thread at a time.
typedef struct mica_llvm_target mica_llvm_target;

/// `options` may be NULL. NULL after a diagnostic: unknown triple, or no code generator for it.
MICA_API mica_llvm_target *mica_llvm_target_create(mica_context *context,
                                                   const mica_llvm_target_options *options);
/// NULL is allowed.
MICA_API void mica_llvm_target_destroy(mica_llvm_target *target);
/// Borrowed, normalized.
MICA_API const char *mica_llvm_target_triple(const mica_llvm_target *target);
/// Bytes of a pointer.
MICA_API unsigned mica_llvm_target_pointer_size(const mica_llvm_target *target);

/// Gives the module the target's triple and data layout, verifies it and runs the default
/// pipeline of the target's optimization level. False after a diagnostic.
MICA_API bool mica_llvm_optimize(mica_llvm_module *module, const mica_llvm_target *target);

#ifdef __cplusplus
}
#endif

#endif
