// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Signatures of functions in text, see function_signature.h.
#include "ir/text/function_signature.h"

#include <stdlib.h>

void micai_function_signature_free(micai_function_signature *signature)
{
    mica_asm_argument_list_free(&signature->arguments);
    mica_asm_type_list_free(&signature->types);
    mica_asm_type_list_free(&signature->results);
    mica_free(signature->attrs);
}

static bool note_argument(micai_function_signature *s, mica_context *context,
                          const mica_type *type, const mica_attr *attrs)
{
    const bool is_full = (s->attr_count & (s->attr_count - 1)) == 0; // 0 or a power of two
    if (is_full) {
        const size_t wanted = s->attr_count ? 2 * s->attr_count : 1;
        const mica_attr **larger = mica_realloc(s->attrs, wanted * sizeof *larger);
        if (!larger)
            return false;
        s->attrs = larger;
    }
    s->has_attrs |= attrs && mica_dictionary_attr_count(attrs) != 0;
    s->attrs[s->attr_count++] = attrs ? attrs : mica_dictionary_attr_get(context, NULL, 0);
    return mica_asm_type_list_append(&s->types, type);
}

static bool parse_named(mica_asm_parser *parser, micai_function_signature *s)
{
    if (!mica_asm_parse_argument_list(parser, MICA_DELIMITER_NONE, &s->arguments, true, true))
        return false;
    for (size_t i = 0; i < s->arguments.count; ++i)
        if (!note_argument(s, mica_asm_context(parser), s->arguments.data[i].type,
                           s->arguments.data[i].attrs))
            return false;
    return mica_asm_parse_token(parser, ")");
}

// type attrs?, of a declaration
static bool parse_nameless(mica_asm_parser *parser, micai_function_signature *s)
{
    do {
        const mica_type *type;
        const mica_attr *attrs = NULL;
        if (!mica_asm_parse_type(parser, &type))
            return false;
        if (mica_asm_next_is(parser, "{") && !mica_asm_parse_attr(parser, NULL, &attrs))
            return false;
        if (!note_argument(s, mica_asm_context(parser), type, attrs))
            return false;
    } while (mica_asm_parse_token_if(parser, ","));
    return mica_asm_parse_token(parser, ")");
}

bool micai_function_signature_parse(mica_asm_parser *parser, mica_op_state *state,
                                    micai_function_signature *s)
{
    if (!mica_asm_parse_token(parser, "("))
        return false;
    if (!mica_asm_parse_token_if(parser, ")")) {
        const bool named = mica_asm_next_is(parser, "%");
        if (!(named ? parse_named(parser, s) : parse_nameless(parser, s)))
            return false;
    }
    if (!mica_asm_parse_arrow_type_list_if(parser, &s->results))
        return false;
    const mica_type *type = mica_function_type_get(
        state->context, s->types.data, s->types.count, s->results.data, s->results.count);
    mica_op_state_set_attr(state, "function_type", mica_type_attr_get(type));
    if (s->has_attrs)
        mica_op_state_set_attr(state, "arg_attrs",
                               mica_array_attr_get(state->context, s->attrs, s->attr_count));
    return true;
}

// ---- printing

static void print_attrs(mica_asm_printer *printer, const mica_attr *attrs, size_t index)
{
    if (!attrs || index >= mica_array_attr_count(attrs))
        return;
    const mica_attr *dictionary = mica_array_attr_element(attrs, index);
    if (mica_dictionary_attr_count(dictionary) == 0)
        return;
    mica_asm_print(printer, " ");
    mica_asm_print_attr(printer, dictionary);
}

static void print_results(mica_asm_printer *printer, const mica_type *type)
{
    const size_t count = mica_function_type_result_count(type);
    if (count == 0)
        return;
    mica_asm_print(printer, count == 1 ? " -> " : " -> (");
    for (size_t i = 0; i < count; ++i) {
        mica_asm_print(printer, i ? ", " : "");
        mica_asm_print_type(printer, mica_function_type_result(type, i));
    }
    mica_asm_print(printer, count == 1 ? "" : ")");
}

void micai_function_signature_print(mica_asm_printer *printer, mica_op *op)
{
    const mica_type *type = mica_type_attr_value(mica_op_attr(op, "function_type"));
    mica_block *entry = mica_region_first(mica_op_region(op, 0));
    const mica_attr *attrs = mica_op_attr(op, "arg_attrs");
    mica_asm_print(printer, "(");
    for (size_t i = 0; i < mica_function_type_input_count(type); ++i) {
        mica_asm_print(printer, i ? ", " : "");
        if (entry) {
            mica_asm_print_operand(printer, mica_block_argument(entry, i));
            mica_asm_print(printer, ": ");
        }
        mica_asm_print_type(printer, mica_function_type_input(type, i));
        print_attrs(printer, attrs, i);
    }
    mica_asm_print(printer, ")");
    print_results(printer, type);
}
