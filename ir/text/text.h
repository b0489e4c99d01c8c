// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Reading and printing whole files, types and attributes.
#ifndef MICA_IR_TEXT_TEXT_H
#define MICA_IR_TEXT_TEXT_H

#include "ir/core/operation.h"

#ifdef __cplusplus
extern "C" {
#endif

/// Zero is the default.
typedef struct mica_parse_options {
    size_t struct_size;
    bool no_verify;           ///< leave verification to the caller
    bool stop_at_first_error; ///< as --verify-diagnostics does
    bool no_implicit_module;  ///< the file must hold exactly one top-level op
    uint32_t first_line;      ///< number of the text's first line in its file; 0: 1
    bool text_ends_in_nul;    ///< text.data[text.length] is NUL: the text is read where it is
    /// Called now and then, NULL: never. What lies before `offset` has been read; little of it
    /// is looked at again (names, repeated lists, lines of diagnostics), so that a caller who
    /// has mapped a file may let its pages go.
    void (*passed)(void *user, size_t offset);
    void *passed_user;
    /// Called for each entry of the file's `external_resources`, NULL: they are read over. The
    /// value is a string's text, or "true" or "false"; all is borrowed for the call. False
    /// makes parsing fail, after a diagnostic of the caller.
    bool (*external_resource)(void *user, mica_string group, mica_string key,
                              mica_string value);
    void *external_resource_user;
} mica_parse_options;

/// Parses a whole source into a module (an implicit one is made unless the file is one
/// builtin.module). NULL after diagnostics. `name` is the file name of locations. The text need
/// not end in NUL (it is copied then) and is not referred to afterwards, except by large
/// resources when `owner`
/// says.
MICA_API mica_op *mica_parse_source(mica_context *context, mica_string text, mica_string name,
                                    const mica_parse_options *options);
/// The same of NUL-terminated text.
static inline mica_op *mica_parse_text(mica_context *context, const char *text,
                                       const char *name)
{
    return mica_parse_source(context, mica_string_from(text), mica_string_from(name), NULL);
}
/// Reads a file ("-": standard input).
MICA_API mica_op *mica_parse_file(mica_context *context, const char *path,
                                  const mica_parse_options *options);
/// The whole text must be one type / attribute. NULL after a diagnostic.
MICA_API const mica_type *mica_parse_type(mica_context *context, mica_string text);
MICA_API const mica_attr *mica_parse_attr(mica_context *context, mica_string text);

/// Makes an op at the insertion point with attributes and result types from text: "a = 1 : i32,
/// b = unit" (NULL: none), "i32, !toy.box<3>" (NULL: inferred, "": none). NULL after a
/// diagnostic.
MICA_API mica_op *mica_builder_create_from_text(mica_builder *builder, const char *name,
                                                mica_value *const *operands,
                                                size_t operand_count, const char *attrs,
                                                const char *result_types);

/// Flags of printing; zero is mlir-opt's default.
typedef struct mica_print_options {
    size_t struct_size;
    bool generic;                 ///< --mlir-print-op-generic
    bool debug_info;              ///< --mlir-print-debuginfo
    bool pretty_debug_info;       ///< --mlir-pretty-debuginfo
    bool local_scope;             ///< --mlir-print-local-scope
    bool print_value_users;       ///< --mlir-print-value-users
    bool print_unique_ids;        ///< --mlir-print-unique-ssa-ids
    bool assume_verified;         ///< --mlir-print-assume-verified
    bool skip_regions;            ///< --mlir-print-skip-regions
    int64_t elide_elements_over;  ///< --mlir-elide-elementsattrs-if-larger; 0: never
    int64_t elide_resources_over; ///< --mlir-elide-resource-strings-if-larger; 0: never
    int64_t hex_elements_over;    ///< --mlir-print-elementsattrs-with-hex-if-larger; 0: 100
} mica_print_options;

/// Where text goes: called with successive pieces; false stops and makes printing fail.
typedef bool (*mica_write_fn)(void *user, const char *data, size_t size);

MICA_API bool mica_print_op(mica_op *op, const mica_print_options *options, mica_write_fn write,
                            void *user);
MICA_API bool mica_print_type(const mica_type *type, mica_write_fn write, void *user);
MICA_API bool mica_print_attr(const mica_attr *attr, mica_write_fn write, void *user);
MICA_API bool mica_print_location(mica_context *context, mica_location location,
                                  mica_write_fn write, void *user);
/// NUL-terminated; the caller's, freed with mica_free. NULL when out of memory.
MICA_API char *mica_op_to_string(mica_op *op, const mica_print_options *options);
MICA_API char *mica_type_to_string(const mica_type *type);
MICA_API char *mica_attr_to_string(const mica_attr *attr);

#ifdef __cplusplus
}
#endif

#endif
