// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// All dialects of the library. Each is also usable alone: mica_<name>_dialect of
// "dialects/<name>/<name>_ops.h" with mica_context_register_dialect.
#ifndef MICA_DIALECTS_DIALECTS_H
#define MICA_DIALECTS_DIALECTS_H

#include "ir/definition/loader.h"

#ifdef __cplusplus
extern "C" {
#endif

/// Registers every dialect that is compiled in. False when out of memory, or when another
/// definition of one of the names is registered (reported).
MICA_API bool mica_context_register_all_dialects(mica_context *context);
/// Hooks, kinds and definitions of the library, for mica_dialect_load_file.
MICA_API const mica_dialect_library *mica_dialect_library_builtin(void);

#ifdef __cplusplus
}
#endif

#endif
