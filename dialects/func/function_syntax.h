// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The text that functions have in common, for dialects whose functions have a builtin function
// type: visibility, name, arguments and results with attributes, `attributes`, body.
#ifndef MICA_DIALECTS_FUNC_FUNCTION_SYNTAX_H
#define MICA_DIALECTS_FUNC_FUNCTION_SYNTAX_H

#include "ir/text/asm_parser.h"
#include "ir/text/asm_printer.h"

/// Slots of the attributes that the syntax stands for.
typedef struct micai_function_slots {
    size_t name, type, visibility, arg_attrs, res_attrs;
} micai_function_slots;

bool micai_function_parse(mica_asm_parser *parser, mica_op_state *state,
                          const micai_function_slots *slots);
void micai_function_print(mica_asm_printer *printer, mica_op *op,
                          const micai_function_slots *slots);

#endif
