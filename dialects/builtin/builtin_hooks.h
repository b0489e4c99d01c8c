// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Hooks that the prelude's constraints and the shared directives name.
#ifndef MICA_DIALECTS_BUILTIN_HOOKS_H
#define MICA_DIALECTS_BUILTIN_HOOKS_H

#include "ir/definition/loader.h"
#include "ir/text/assembly_program.h"

bool micai_builtin_is_strided_memref(const mica_type *type);
bool micai_builtin_is_flat_symbol_ref(const mica_attr *attr);

/// custom<DynamicIndexList>($values, $integers): `[1, %a, 2]`, where MICA_DYNAMIC in the dense
/// array stands for the next value. A third argument, a dense array of i1, says which are
/// scalable (`[4]`).
bool micai_builtin_parse_dynamic_index_list(mica_asm_parser *parser, mica_op_state *state,
                                            mica_directive *directive);
void micai_builtin_print_dynamic_index_list(mica_asm_printer *printer, mica_op *op,
                                            const mica_directive *directive);
/// custom<SymbolVisibility>($attr): `public`, `private`, `nested` or nothing.
bool micai_builtin_parse_symbol_visibility(mica_asm_parser *parser, mica_op_state *state,
                                           mica_directive *directive);
void micai_builtin_print_symbol_visibility(mica_asm_printer *printer, mica_op *op,
                                           const mica_directive *directive);
/// The same for hooks that are not directives.
bool micai_parse_dynamic_index_list(mica_asm_parser *parser, mica_asm_operand_list *values,
                                    const mica_attr **integers, const mica_attr **scalables,
                                    mica_delimiter delimiter);
void micai_print_dynamic_index_list(mica_asm_printer *printer, const mica_op *op,
                                    size_t first_operand, const mica_attr *integers,
                                    const mica_attr *scalables, bool in_parentheses);

/// `hooks eval = builtin.end_region` and the like (builtin_eval.c).
bool micai_builtin_end_region(mica_eval_frame *frame, mica_op *op);
bool micai_builtin_do_nothing(mica_eval_frame *frame, mica_op *op);
bool micai_builtin_pass_on(mica_eval_frame *frame, mica_op *op);

extern const mica_dialect_entry micai_builtin_entry;

#endif
