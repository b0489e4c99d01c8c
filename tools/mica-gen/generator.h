// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// mica-gen turns a definition into C and Markdown. It builds the definition's structs as the
// loader does, in memory, and writes them out as constants; hooks have the address of their own
// name there (generator_find_hook), so that the name is what gets written.
#ifndef MICA_TOOLS_GEN_GENERATOR_H
#define MICA_TOOLS_GEN_GENERATOR_H

#include <stdio.h>

#include "ir/definition/build_internal.h"

/// A hook that the definition promises.
typedef struct generator_hook {
    const char *symbol;
    micai_hook_kind kind;
} generator_hook;

typedef struct generator {
    const mica_dialect_def *dialect;
    const char *source;      ///< path of the definition, for the header comment
    const micai_item *items; ///< the tree that the dialect was built from
    size_t item_count;
    generator_hook *hooks;
    size_t hook_count, hook_capacity;
    bool out_of_memory;
} generator;

bool generator_find_hook(void *user, const char *symbol, micai_hook_kind kind, mica_hook *hook);

/// "op.name" -> "op_name".
void generator_print_name(FILE *out, const char *name);
/// MICA_UPPER_CASE of a name.
void generator_print_upper(FILE *out, const char *name);
/// A C string literal; NULL gives NULL.
void generator_print_string(FILE *out, const char *text);
/// The op's name without the dialect.
const char *generator_op_name(const mica_op_def *definition);
/// A name that must not be a keyword of C or C++.
void generator_print_identifier(FILE *out, const char *name);
/// The enum behind an attribute or parameter, NULL when it is none.
const mica_enum_def *generator_attr_enum(const mica_attr_spec *spec);
bool generator_is_unit(const mica_attr_spec *spec);

void generator_write_header(generator *g, FILE *out);
void generator_write_tables(generator *g, FILE *out);
void generator_write_builder_prototype(const generator *g, FILE *out, const mica_op_def *op);
void generator_write_builders(generator *g, FILE *out);
void generator_write_markdown(generator *g, FILE *out);
/// The short page: a row for each op.
void generator_write_markdown_table(generator *g, FILE *out);

/// Does the path end in ".rewrite"?
bool generator_is_rewrite_file(const char *path);
/// Compiles the patterns of a file and writes them as the C table micai_NAME_rewrites. False
/// after a diagnostic; no output is left then.
bool generator_write_rewrites(mica_context *context, const char *input, const char *output);

#endif
