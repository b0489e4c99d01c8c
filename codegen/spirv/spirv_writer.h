// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Writes a spirv.module as a SPIR-V binary.
//
//   size_t count;
//   uint32_t *words = mica_spirv_write(module, &count);   // module is a spirv.module
//   if (!words)
//       return false;                                     // reported, with the op's place
//   fwrite(words, sizeof *words, count, file);
//   mica_free(words);
//
// Version, capabilities and extensions are those that the module's vce_triple names, and in any
// case all that its instructions, enumerants and types need, no more.
#ifndef MICA_CODEGEN_SPIRV_SPIRV_WRITER_H
#define MICA_CODEGEN_SPIRV_SPIRV_WRITER_H

#include "ir/core/operation.h"

#ifdef __cplusplus
extern "C" {
#endif

/// The words, in the host's byte order, owned by the caller (free). NULL after a diagnostic.
MICA_API uint32_t *mica_spirv_write(mica_op *module, size_t *word_count);

/// The one spirv.module in `op` (itself, or nested directly or in a gpu.module). NULL after a
/// diagnostic when there is none or more than one.
MICA_API mica_op *mica_spirv_module_find(mica_op *op);

#ifdef __cplusplus
}
#endif

#endif
