// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What an LLVM module can be written as. Files are complete or not there: they are written
// under another name beside the place, then renamed.
#ifndef MICA_CODEGEN_LLVM_OBJECT_H
#define MICA_CODEGEN_LLVM_OBJECT_H

#include "codegen/llvm/llvm_module.h"
#include "codegen/llvm/target.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum mica_llvm_output {
    MICA_LLVM_IR,       ///< LLVM IR text
    MICA_LLVM_BITCODE,  ///< LLVM bitcode
    MICA_LLVM_ASSEMBLY, ///< assembler text
    MICA_LLVM_OBJECT,   ///< object file of the target
} mica_llvm_output;

/// Bytes that LLVM made; free with mica_llvm_buffer_destroy.
typedef struct mica_llvm_buffer {
    const void *data;
    size_t size;
    void *owner; ///< LLVM's buffer or message
    bool is_message;
} mica_llvm_buffer;

/// Makes the output in memory. `target` may be NULL for MICA_LLVM_IR and MICA_LLVM_BITCODE.
/// Machine code needs a module that mica_llvm_optimize was run on; making it changes the
/// module, which is then good for nothing but being destroyed. False after a diagnostic.
MICA_API bool mica_llvm_emit(mica_llvm_module *module, const mica_llvm_target *target,
                             mica_llvm_output output, mica_llvm_buffer *buffer);
MICA_API void mica_llvm_buffer_destroy(mica_llvm_buffer *buffer);
/// The same, into a file ("-": standard output).
MICA_API bool mica_llvm_emit_file(mica_llvm_module *module, const mica_llvm_target *target,
                                  mica_llvm_output output, const char *path);

#ifdef __cplusplus
}
#endif

#endif
