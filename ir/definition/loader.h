// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Definitions from text at run time. A `.dialect` file becomes the same mica_dialect_def that
// mica-gen makes of it at build time; the hooks that it promises are found by name in the
// library of dialects that the program carries (dialects/dialects.h), and op names that the
// library knows keep their kinds.
//
//   mica_load_options options = {sizeof options, mica_dialect_library_builtin(), NULL, 0};
//   if (!mica_dialect_load_file(context, "toy.dialect", &options)) ...   // reported
#ifndef MICA_IR_DEFINITION_LOADER_H
#define MICA_IR_DEFINITION_LOADER_H

#include "ir/core/definition.h"

#ifdef __cplusplus
extern "C" {
#endif

/// A C function or constant that definitions refer to by name, as in "micai_arith_addi_fold".
typedef struct mica_hook {
    const char *name;
    void (*function)(void); ///< cast to its own type when used
    const void *data;       ///< of interface tables and identities
} mica_hook;

/// What mica-gen makes of one dialect.
typedef struct mica_dialect_entry {
    const mica_dialect_def *definition;
    const mica_hook *hooks; ///< sorted by name
    uint32_t hook_count;
} mica_dialect_entry;

/// Entries in two lists, so that the shared hooks need not be copied into the list of dialects.
typedef struct mica_dialect_library {
    size_t struct_size;
    const mica_dialect_entry *const *shared;
    uint32_t shared_count;
    const mica_dialect_entry *const *dialects;
    uint32_t dialect_count;
} mica_dialect_library;

/// Zero is the default.
typedef struct mica_load_options {
    size_t struct_size;
    const mica_dialect_library *library; ///< NULL: no hooks, no known kinds
    const char *const *include_folders;
    size_t include_folder_count;
} mica_load_options;

/// Reads a definition, makes the dialect in the context's memory and registers it. NULL after
/// diagnostics, with the context unchanged. `name` stands for the text in diagnostics and for
/// the folder of its includes.
MICA_API const mica_dialect_def *mica_dialect_load_text(mica_context *context, mica_string text,
                                                        const char *name,
                                                        const mica_load_options *options);
MICA_API const mica_dialect_def *mica_dialect_load_file(mica_context *context, const char *path,
                                                        const mica_load_options *options);

#ifdef __cplusplus
}
#endif

#endif
