// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Parses and prints functions. Arguments are either all named (a definition) or all unnamed (a
// declaration).

#include "dialects/func/function_syntax.h"

#include <stdlib.h>

#include "ir/core/context.h"
#include "ir/core/definition.h"
#include "ir/core/interfaces.h"

// ---- parsing
// ---------------------------------------------------------------------------------

/// What the signature says.
typedef struct signature {
    mica_asm_argument_list arguments;
    bool named;
    mica_asm_type_list results;
    const mica_attr **result_attrs; ///< one a result, NULL for none
    size_t result_capacity;
} signature;

static bool add_argument(mica_asm_parser *parser, signature *s,
                         const mica_asm_argument *argument)
{
    mica_asm_argument_list *list = &s->arguments;
    if (list->count == list->capacity) {
        const size_t capacity = list->capacity ? 2 * list->capacity : 8;
        mica_asm_argument *grown = mica_realloc(list->data, capacity * sizeof *grown);
        if (!grown)
            return mica_asm_error(parser, "out of memory");
        list->data = grown;
        list->capacity = capacity;
    }
    list->data[list->count++] = *argument;
    return true;
}

/// `{...}` after a type, as a dictionary; NULL when there is none or an empty one.
static bool parse_attrs(mica_asm_parser *parser, const mica_attr **attrs)
{
    *attrs = NULL;
    if (!mica_asm_next_is(parser, "{"))
        return true;
    if (!mica_asm_parse_attr(parser, NULL, attrs))
        return false;
    if (*attrs && mica_dictionary_attr_count(*attrs) == 0)
        *attrs = NULL;
    return true;
}

static bool parse_argument(mica_asm_parser *parser, void *user)
{
    signature *s = user;
    mica_asm_argument argument = {0};
    const bool named = mica_asm_next_is(parser, "%");
    if (s->arguments.count && named != s->named)
        return mica_asm_error(parser, named ? "expected type instead of SSA identifier"
                                            : "expected SSA identifier");
    s->named = named;
    if (named) {
        if (!mica_asm_parse_argument(parser, &argument, true, true))
            return false;
        return add_argument(parser, s, &argument);
    }
    argument.location = mica_asm_location(parser);
    return mica_asm_parse_type(parser, &argument.type) &&
           parse_attrs(parser, &argument.attrs) && add_argument(parser, s, &argument);
}

static bool add_result(mica_asm_parser *parser, signature *s, const mica_type *type,
                       const mica_attr *attrs)
{
    if (s->results.count == s->result_capacity) {
        const size_t capacity = s->result_capacity ? 2 * s->result_capacity : 8;
        const mica_attr **grown =
            mica_realloc((void *)s->result_attrs, capacity * sizeof *grown);
        if (!grown)
            return mica_asm_error(parser, "out of memory");
        s->result_attrs = grown;
        s->result_capacity = capacity;
    }
    s->result_attrs[s->results.count] = attrs;
    return mica_asm_type_list_append(&s->results, type);
}

static bool parse_result(mica_asm_parser *parser, void *user)
{
    const mica_type *type = NULL;
    const mica_attr *attrs = NULL;
    return mica_asm_parse_type(parser, &type) && parse_attrs(parser, &attrs) &&
           add_result(parser, user, type, attrs);
}

static bool parse_results(mica_asm_parser *parser, signature *s)
{
    const mica_type *type = NULL;
    if (!mica_asm_parse_token_if(parser, "->"))
        return true;
    if (mica_asm_next_is(parser, "("))
        return mica_asm_parse_list(parser, MICA_DELIMITER_PAREN, parse_result, s, NULL);
    return mica_asm_parse_type(parser, &type) && add_result(parser, s, type, NULL);
}

/// Stores an array with a dictionary each, nothing when all are empty. False when out of
/// memory.
static bool store_attrs(mica_op_state *state, size_t slot, const mica_attr *const *attrs,
                        size_t count)
{
    bool any = false;
    for (size_t i = 0; i < count; ++i)
        any |= attrs[i] != NULL;
    if (!any)
        return true;
    const mica_attr **all = mica_malloc(count * sizeof *all);
    if (!all)
        return false;
    for (size_t i = 0; i < count; ++i)
        all[i] = attrs[i] ? attrs[i] : mica_dictionary_attr_get(state->context, NULL, 0);
    const mica_attr *array = mica_array_attr_get(state->context, all, count);
    mica_free((void *)all);
    mica_op_state_set_slot(state, slot, array);
    return array != NULL;
}

static bool store_signature(mica_op_state *state, const micai_function_slots *slots,
                            const signature *s)
{
    const size_t count = s->arguments.count;
    const mica_type **types = mica_malloc((count ? count : 1) * sizeof *types);
    const mica_attr **attrs = mica_malloc((count ? count : 1) * sizeof *attrs);
    bool enough = types && attrs;
    for (size_t i = 0; enough && i < count; ++i) {
        types[i] = s->arguments.data[i].type;
        attrs[i] = s->arguments.data[i].attrs;
        if (attrs[i] && mica_dictionary_attr_count(attrs[i]) == 0)
            attrs[i] = NULL;
    }
    if (enough) {
        const mica_type *type = mica_function_type_get(state->context, types, count,
                                                       s->results.data, s->results.count);
        mica_op_state_set_slot(state, slots->type, mica_type_attr_get(type));
        enough = store_attrs(state, slots->arg_attrs, attrs, count) &&
                 store_attrs(state, slots->res_attrs, s->result_attrs, s->results.count);
    }
    mica_free((void *)types);
    mica_free((void *)attrs);
    return enough;
}

static void parse_visibility(mica_asm_parser *parser, mica_op_state *state, size_t slot)
{
    static const char *const words[] = {"public", "private", "nested"};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; ++i) {
        if (!mica_asm_parse_keyword_if(parser, words[i]))
            continue;
        mica_op_state_set_slot(
            state, slot, mica_string_attr_get(state->context, mica_string_from(words[i])));
        return;
    }
}

static bool parse_body(mica_asm_parser *parser, mica_op_state *state, const signature *s)
{
    mica_region *body = mica_op_state_add_region(state);
    bool present = false;
    const size_t offset = mica_asm_offset(parser);
    if (!body || !mica_asm_parse_region_if(parser, body, s->arguments.data,
                                           s->named ? s->arguments.count : 0, &present))
        return false;
    if (present && mica_region_is_empty(body))
        return mica_asm_error_at(parser, offset, "expected non-empty function body");
    return true;
}

/// `attributes {...}`, which may not say again what the signature has said.
static bool parse_attributes(mica_asm_parser *parser, mica_op_state *state,
                             const micai_function_slots *slots)
{
    const size_t said[] = {slots->visibility, slots->name, slots->type};
    const mica_attr *values[3];
    const size_t offset = mica_asm_offset(parser);
    for (size_t i = 0; i < 3; ++i) {
        values[i] = state->slots[said[i]];
        mica_op_state_set_slot(state, said[i], NULL);
    }
    if (!mica_asm_parse_attr_dict_with_keyword(parser, state))
        return false;
    for (size_t i = 0; i < 3; ++i) {
        if (state->slots[said[i]])
            return mica_asm_error_at(
                parser, offset,
                "'%s' is an inferred attribute and should not be specified in the explicit "
                "attribute dictionary",
                mica_op_record_def(state->record)->attrs[said[i]].name);
        mica_op_state_set_slot(state, said[i], values[i]);
    }
    return true;
}

static bool parse_function(mica_asm_parser *parser, mica_op_state *state,
                           const micai_function_slots *slots, signature *s)
{
    const mica_attr *name = NULL;
    parse_visibility(parser, state, slots->visibility);
    if (!mica_asm_parse_symbol_name(parser, &name))
        return false;
    mica_op_state_set_slot(state, slots->name, name);
    return mica_asm_parse_list(parser, MICA_DELIMITER_PAREN, parse_argument, s, NULL) &&
           parse_results(parser, s) && store_signature(state, slots, s) &&
           parse_attributes(parser, state, slots) && parse_body(parser, state, s);
}

bool micai_function_parse(mica_asm_parser *parser, mica_op_state *state,
                          const micai_function_slots *slots)
{
    signature s = {0};
    const bool parsed = parse_function(parser, state, slots, &s);
    mica_asm_argument_list_free(&s.arguments);
    mica_asm_type_list_free(&s.results);
    mica_free((void *)s.result_attrs);
    return parsed;
}

// ---- printing
// --------------------------------------------------------------------------------

static void print_attrs(mica_asm_printer *printer, const mica_attr *attrs)
{
    if (!attrs || mica_dictionary_attr_count(attrs) == 0)
        return;
    mica_asm_print(printer, " ");
    mica_asm_print_attr(printer, attrs);
}

static void print_arguments(mica_asm_printer *printer, mica_op *op, const mica_type *type,
                            bool declaration)
{
    mica_block *entry = declaration ? NULL : mica_region_first(mica_function_body(op));
    mica_asm_print(printer, "(");
    for (size_t i = 0; i < mica_function_type_input_count(type); ++i) {
        const mica_attr *attrs = mica_function_argument_attrs(op, i);
        if (i)
            mica_asm_print(printer, ", ");
        if (attrs && mica_dictionary_attr_count(attrs) == 0)
            attrs = NULL;
        if (entry) {
            mica_asm_print_argument(printer, mica_block_argument(entry, i), attrs, false);
        } else {
            mica_asm_print_type(printer, mica_function_type_input(type, i));
            print_attrs(printer, attrs);
        }
    }
    mica_asm_print(printer, ")");
}

/// One plain result that is no function type stands without parentheses.
static void print_results(mica_asm_printer *printer, mica_op *op, const mica_type *type)
{
    const size_t count = mica_function_type_result_count(type);
    if (count == 0)
        return;
    const mica_attr *first = mica_function_result_attrs(op, 0);
    const bool plain =
        count == 1 &&
        mica_type_get_kind(mica_function_type_result(type, 0)) != MICA_TYPE_FUNCTION &&
        (!first || mica_dictionary_attr_count(first) == 0);
    mica_asm_print(printer, plain ? " -> " : " -> (");
    for (size_t i = 0; i < count; ++i) {
        if (i)
            mica_asm_print(printer, ", ");
        mica_asm_print_type(printer, mica_function_type_result(type, i));
        print_attrs(printer, mica_function_result_attrs(op, i));
    }
    mica_asm_print(printer, plain ? "" : ")");
}

void micai_function_print(mica_asm_printer *printer, mica_op *op,
                          const micai_function_slots *slots)
{
    const mica_op_def *definition = mica_op_definition(op);
    const char *const except[] = {
        definition->attrs[slots->name].name,       definition->attrs[slots->type].name,
        definition->attrs[slots->visibility].name, definition->attrs[slots->arg_attrs].name,
        definition->attrs[slots->res_attrs].name,  NULL};
    const mica_attr *visibility = mica_op_slot(op, slots->visibility);
    const mica_type *type = mica_function_type(op);
    const bool declaration = mica_function_is_declaration(op);
    mica_asm_print(printer, " ");
    if (visibility) {
        mica_asm_print_string(printer, mica_string_attr_text(visibility));
        mica_asm_print(printer, " ");
    }
    mica_asm_print_symbol_name(printer, mica_string_attr_text(mica_op_slot(op, slots->name)));
    print_arguments(printer, op, type, declaration);
    print_results(printer, op, type);
    mica_asm_print_attr_dict_with_keyword(printer, op, except);
    if (!declaration) {
        mica_asm_print(printer, " ");
        mica_asm_print_region(printer, mica_function_body(op), false, true);
    }
}
