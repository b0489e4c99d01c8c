// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Predicates of the prelude and directives that several dialects share. The builtin dialect
// itself is part of ir.

#include "dialects/builtin/builtin_hooks.h"

#include <stdlib.h>

#include "ir/core/context.h"

bool micai_builtin_is_strided_memref(const mica_type *type)
{
    int64_t strides[64], offset;
    if (mica_type_get_kind(type) != MICA_TYPE_MEMREF || mica_type_rank(type) > 64)
        return false;
    return mica_memref_type_strides(type, strides, &offset);
}

bool micai_builtin_is_flat_symbol_ref(const mica_attr *attr)
{
    return mica_attr_is(attr, MICA_ATTR_SYMBOL_REF) &&
           mica_symbol_ref_attr_path_count(attr) == 0;
}

// ---- dynamic index lists
// ---------------------------------------------------------------------

/// What the elements of one list are gathered in.
typedef struct index_list {
    mica_asm_operand_list *values;
    int64_t *integers;
    bool *scalables;
    size_t count, capacity;
    bool allows_scalable;
} index_list;

static bool reserve(mica_asm_parser *parser, index_list *list)
{
    if (list->count < list->capacity)
        return true;
    const size_t capacity = list->capacity ? 2 * list->capacity : 8;
    int64_t *integers = mica_realloc(list->integers, capacity * sizeof *integers);
    if (integers)
        list->integers = integers;
    bool *scalables = mica_realloc(list->scalables, capacity * sizeof *scalables);
    if (scalables)
        list->scalables = scalables;
    if (!integers || !scalables)
        return mica_asm_error(parser, "out of memory");
    list->capacity = capacity;
    return true;
}

/// `%value` or an integer; in brackets when it is scalable.
static bool parse_index(mica_asm_parser *parser, void *user)
{
    index_list *list = user;
    mica_asm_operand operand;
    int64_t integer = MICA_DYNAMIC;
    if (!reserve(parser, list))
        return false;
    const bool scalable = list->allows_scalable && mica_asm_parse_token_if(parser, "[");
    if (mica_asm_parse_operand_if(parser, &operand)) {
        if (!mica_asm_operand_list_append(list->values, &operand))
            return mica_asm_error(parser, "out of memory");
    } else if (!mica_asm_parse_integer_if(parser, &integer)) {
        return mica_asm_error(parser, "expected SSA value or integer");
    }
    if (scalable && !mica_asm_parse_token(parser, "]"))
        return false;
    list->integers[list->count] = integer;
    list->scalables[list->count++] = scalable;
    return true;
}

bool micai_parse_dynamic_index_list(mica_asm_parser *parser, mica_asm_operand_list *values,
                                    const mica_attr **integers, const mica_attr **scalables,
                                    mica_delimiter delimiter)
{
    mica_context *context = mica_asm_context(parser);
    index_list list = {values, NULL, NULL, 0, 0, scalables != NULL};
    const bool parsed =
        mica_asm_parse_list(parser, delimiter, parse_index, &list, " in dynamic index list");
    if (parsed) {
        *integers = mica_i64_array_attr_get(context, list.integers, list.count);
        if (scalables)
            *scalables = mica_dense_array_attr_get(
                mica_integer_type_get(context, 1, MICA_SIGNLESS), list.scalables, list.count);
    }
    mica_free(list.integers);
    mica_free(list.scalables);
    return parsed;
}

void micai_print_dynamic_index_list(mica_asm_printer *printer, const mica_op *op,
                                    size_t first_operand, const mica_attr *integers,
                                    const mica_attr *scalables, bool in_parentheses)
{
    const size_t count = integers ? mica_dense_array_attr_count(integers) : 0;
    mica_asm_print(printer, in_parentheses ? "(" : "[");
    for (size_t i = 0; i < count; ++i) {
        const int64_t integer = mica_dense_array_attr_int(integers, i);
        const bool scalable = scalables && i < mica_dense_array_attr_count(scalables) &&
                              mica_dense_array_attr_int(scalables, i);
        if (i)
            mica_asm_print(printer, ", ");
        if (scalable)
            mica_asm_print(printer, "[");
        if (integer == MICA_DYNAMIC)
            mica_asm_print_operand(printer, mica_op_operand(op, first_operand++));
        else
            mica_asm_print_integer(printer, integer);
        if (scalable)
            mica_asm_print(printer, "]");
    }
    mica_asm_print(printer, in_parentheses ? ")" : "]");
}

bool micai_builtin_parse_dynamic_index_list(mica_asm_parser *parser, mica_op_state *state,
                                            mica_directive *directive)
{
    (void)state;
    mica_directive_argument *arguments = directive->arguments;
    return micai_parse_dynamic_index_list(parser, arguments[0].operands, &arguments[1].attr,
                                          directive->count > 2 ? &arguments[2].attr : NULL,
                                          MICA_DELIMITER_SQUARE);
}

void micai_builtin_print_dynamic_index_list(mica_asm_printer *printer, mica_op *op,
                                            const mica_directive *directive)
{
    const mica_directive_argument *arguments = directive->arguments;
    micai_print_dynamic_index_list(printer, op, arguments[0].first, arguments[1].attr,
                                   directive->count > 2 ? arguments[2].attr : NULL, false);
}

// ---- symbol visibility
// -----------------------------------------------------------------------

bool micai_builtin_parse_symbol_visibility(mica_asm_parser *parser, mica_op_state *state,
                                           mica_directive *directive)
{
    static const char *const words[] = {"public", "private", "nested"};
    (void)state;
    for (size_t i = 0; i < sizeof words / sizeof words[0]; ++i) {
        if (mica_asm_parse_keyword_if(parser, words[i])) {
            directive->arguments[0].attr =
                mica_string_attr_get(mica_asm_context(parser), mica_string_from(words[i]));
            return true;
        }
    }
    directive->absent = true;
    return true;
}

void micai_builtin_print_symbol_visibility(mica_asm_printer *printer, mica_op *op,
                                           const mica_directive *directive)
{
    (void)op;
    if (directive->arguments[0].attr)
        mica_asm_print_string(printer, mica_string_attr_text(directive->arguments[0].attr));
}

// ---- the library's entry
// ---------------------------------------------------------------------

// Sorted by name.
static const mica_hook hooks[] = {
    {"micai_builtin_do_nothing", (void (*)(void))micai_builtin_do_nothing, NULL},
    {"micai_builtin_end_region", (void (*)(void))micai_builtin_end_region, NULL},
    {"micai_builtin_is_flat_symbol_ref", (void (*)(void))micai_builtin_is_flat_symbol_ref,
     NULL},
    {"micai_builtin_is_strided_memref", (void (*)(void))micai_builtin_is_strided_memref, NULL},
    {"micai_builtin_parse_dynamic_index_list",
     (void (*)(void))micai_builtin_parse_dynamic_index_list, NULL},
    {"micai_builtin_parse_symbol_visibility",
     (void (*)(void))micai_builtin_parse_symbol_visibility, NULL},
    {"micai_builtin_pass_on", (void (*)(void))micai_builtin_pass_on, NULL},
    {"micai_builtin_print_dynamic_index_list",
     (void (*)(void))micai_builtin_print_dynamic_index_list, NULL},
    {"micai_builtin_print_symbol_visibility",
     (void (*)(void))micai_builtin_print_symbol_visibility, NULL},
};

// No definition: the builtin dialect is part of ir.
const mica_dialect_entry micai_builtin_entry = {NULL, hooks, sizeof hooks / sizeof hooks[0]};
