// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// `(%a: type {attrs}, ...) -> results`: what the functions of several dialects share in their
// text. In a declaration arguments have no names.
#ifndef MICA_IR_TEXT_FUNCTION_SIGNATURE_H
#define MICA_IR_TEXT_FUNCTION_SIGNATURE_H

#include "ir/text/asm_parser.h"
#include "ir/text/asm_printer.h"

/// Begin with {0}, end with micai_function_signature_free.
typedef struct micai_function_signature {
    mica_asm_argument_list arguments; ///< named ones
    mica_asm_type_list types, results;
    const mica_attr **attrs; ///< a dictionary for each argument
    size_t attr_count;
    bool has_attrs; ///< some dictionary is not empty
} micai_function_signature;

void micai_function_signature_free(micai_function_signature *signature);
/// From `(` on. Sets the attributes function_type and (where there are some) arg_attrs.
bool micai_function_signature_parse(mica_asm_parser *parser, mica_op_state *state,
                                    micai_function_signature *signature);
/// Prints it from the op's function_type, arg_attrs and entry block.
void micai_function_signature_print(mica_asm_printer *printer, mica_op *op);

#endif
