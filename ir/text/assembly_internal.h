// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Shared by the files that run assembly programs.
#ifndef MICA_IR_TEXT_ASSEMBLY_INTERNAL_H
#define MICA_IR_TEXT_ASSEMBLY_INTERNAL_H

#include "ir/text/assembly_program.h"

/// Appends to the frame's flat list of types.
bool micai_assembly_add_type(micai_assembly_parse_frame *frame, const mica_type *type);
/// How many of `total` operands or results, of which `taken` belong to specs before it, spec
/// `index` has: as the dictionary says; else one, and those that vary share the rest.
uint32_t micai_assembly_share(const micai_assembly_parse_frame *frame, bool results,
                              uint16_t index, uint32_t total, uint32_t taken);
/// Solves types, adds results, resolves operands, sets segment sizes (assembly_resolve.c).
bool micai_assembly_finish_parse(micai_assembly_parse_frame *frame);

/// An attribute into its slot, in the form MICAI_ATTR_FORM_* (assembly_parse_attrs.c).
bool micai_assembly_parse_attr(micai_assembly_parse_frame *frame, uint16_t slot, unsigned form);
/// The same where it may be missing: 1 parsed, 0 absent, -1 failed.
int micai_assembly_parse_attr_if(micai_assembly_parse_frame *frame, uint16_t slot,
                                 unsigned form);
/// attr-dict, attr-dict-with-keyword or prop-dict, as the code says.
bool micai_assembly_parse_dictionary(micai_assembly_parse_frame *frame, int code);

/// "expected string or keyword containing one of the following enum values ..."; false.
bool micai_assembly_enum_error(mica_asm_parser *parser, size_t offset,
                               const mica_enum_def *enumeration, const char *attr_name);
/// The value of a case, or of bits joined by the enum's separator.
bool micai_assembly_enum_value(const mica_enum_def *enumeration, mica_string text,
                               int64_t *value);
bool micai_assembly_next_is_case(mica_asm_parser *parser, const mica_enum_def *enumeration);
/// The definition named "dialect.attr", NULL when it is not registered.
const mica_attr_def *micai_assembly_find_attr_def(mica_context *context, const char *full_name);
/// An attribute whose definition is known from its place: in full when it begins with `#`.
bool micai_assembly_parse_stripped_attr(mica_asm_parser *parser, const char *full_name,
                                        const mica_attr **attr);
/// `[1, 2]` with the element type of the constraint, or in full when it begins with `#`.
bool micai_assembly_parse_dense_array(mica_asm_parser *parser,
                                      const mica_constraint *constraint,
                                      const mica_attr **attr);
/// Letters, digits, `_`, `$`, `.`, as a keyword of the text.
bool micai_is_bare_keyword(const char *text);
void micai_assembly_print_dense_array(mica_asm_printer *printer, const mica_attr *attr);
/// The cases of an enum value, joined.
void micai_assembly_print_enum(mica_asm_printer *printer, const mica_enum_def *enumeration,
                               int64_t value);

#endif
