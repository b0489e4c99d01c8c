// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What the files of this folder share.
#ifndef MICA_DIALECTS_SPIRV_SPIRV_INTERNAL_H
#define MICA_DIALECTS_SPIRV_SPIRV_INTERNAL_H

#include "dialects/spirv/spirv.h"
#include "dialects/spirv/spirv_ops.h"
#include "ir/core/context.h"
#include "ir/core/diagnostics.h"
#include "ir/core/symbol_table.h"
#include "ir/text/asm_parser.h"
#include "ir/text/asm_printer.h"
#include "ir/text/assembly_program.h"
#include "ir/text/text.h"

const mica_type *micai_spirv_type_make(mica_context *context, mica_spirv_type_kind kind,
                                       const uint64_t *words, size_t count);

const mica_attr *micai_spirv_attr_make(mica_context *context, const char *mnemonic,
                                       const uint64_t *words, size_t count);

/// `!spirv.struct<name>` inside of the structure of that name.
const mica_type *micai_spirv_struct_reference(mica_context *context,
                                              const mica_identifier *name);

/// A type that may be part of another; reports and gives false for others.
bool micai_spirv_parse_part(mica_asm_parser *parser, const mica_type **type);

/// An enumerant of the grammar by its bare keyword; "unknown <what>: x" otherwise.
bool micai_spirv_parse_enumerant(mica_asm_parser *parser, uint32_t kind, const char *what,
                                 uint32_t *value);
/// The same in quotes, bits joined by `|` when the kind has bits: an enum attribute.
bool micai_spirv_parse_quoted_enum(mica_asm_parser *parser, uint32_t kind, const char *mnemonic,
                                   const char *what, const mica_attr **attr);
/// Prints an enumerant, bits joined by `|`.
void micai_spirv_print_enumerant(mica_asm_printer *printer, uint32_t kind, uint32_t value);
/// The same in quotes.
void micai_spirv_print_quoted_enum(mica_asm_printer *printer, uint32_t kind,
                                   const mica_attr *attr);

/// `bind(set, binding)`, `built_in("x")` and the attribute dictionary of a variable.
bool micai_spirv_parse_decorations(mica_asm_parser *parser, mica_op_state *state);
/// The same; without the attributes `first` and `second` (either may be NULL), which the op
/// prints otherwise.
void micai_spirv_print_decorations(mica_asm_printer *printer, mica_op *op, const char *first,
                                   const char *second, const char *third);

/// The case that the enum attribute of that name holds; 0 when it is absent.
uint32_t micai_spirv_enum_of(const mica_op *op, const char *name);

/// The op around `op` that a function may be: spirv.func or another callable.
bool micai_spirv_verify_in_function(mica_op *op);
bool micai_spirv_verify_in_module(mica_op *op);

#endif
