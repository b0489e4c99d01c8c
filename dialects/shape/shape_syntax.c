// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What the formats of the shape dialect can't say: lists of extents, types that stand for
// several values, and functions, whose text is that of func.func.

#include <stdio.h>

#include "dialects/func/function_syntax.h"
#include "dialects/shape/shape_ops.h"
#include "ir/core/context.h"
#include "ir/text/assembly_program.h"

// ---- const_shape: [{attributes}] `[` extents `]` `:` type
// -------------------------------------

static const mica_attr *make_extents(mica_context *context, const int64_t *extents,
                                     size_t count)
{
    const int64_t size = (int64_t)count;
    const mica_type *type = mica_tensor_type_get(mica_index_type_get(context), &size, 1, NULL);
    return mica_dense_elements_attr_get(type, extents, count * sizeof *extents, false);
}

/// An array of integers as an elements attribute.
static bool convert_extents(mica_asm_parser *parser, const mica_attr *array, size_t offset,
                            const mica_attr **extents)
{
    if (!mica_attr_is(array, MICA_ATTR_ARRAY))
        return mica_asm_error_at(parser, offset, "expected a list of extents");
    const size_t count = mica_array_attr_count(array);
    int64_t *values = mica_malloc((count ? count : 1) * sizeof *values);
    bool good = values || mica_asm_error(parser, "out of memory");
    for (size_t i = 0; good && i < count; ++i) {
        const mica_attr *extent = mica_array_attr_element(array, i);
        if (mica_attr_is(extent, MICA_ATTR_INTEGER))
            values[i] = mica_integer_attr_value(extent);
        else
            good = mica_asm_error_at(parser, offset, "expected extents to be integers");
    }
    *extents = good ? make_extents(mica_asm_context(parser), values, count) : NULL;
    mica_free(values);
    return *extents != NULL;
}

bool micai_shape_const_shape_parse(mica_asm_parser *parser, mica_op_state *state)
{
    const mica_attr *array = NULL, *extents = NULL;
    const mica_type *type = NULL;
    if (!mica_asm_parse_attr_dict(parser, state))
        return false;
    const size_t offset = mica_asm_offset(parser);
    if (!mica_asm_parse_attr(parser, NULL, &array) ||
        !convert_extents(parser, array, offset, &extents) ||
        !mica_asm_parse_colon_type(parser, &type))
        return false;
    mica_op_state_set_slot(state, 0, extents);
    mica_op_state_add_result(state, type);
    return true;
}

void micai_shape_const_shape_print(mica_asm_printer *printer, mica_op *op)
{
    static const char *const except[] = {"shape", NULL};
    const mica_attr *extents = mica_shape_const_shape_shape(op);
    const int64_t count = mica_type_element_count(mica_attr_type(extents));
    mica_asm_print(printer, " ");
    mica_asm_print_attr_dict(printer, op, except);
    mica_asm_print(printer, "[");
    for (int64_t i = 0; i < count; ++i) {
        mica_asm_print(printer, i ? ", " : "");
        mica_asm_print_integer(
            printer, mica_integer_attr_value(mica_dense_elements_attr_element(extents, i)));
    }
    mica_asm_print(printer, "] : ");
    mica_asm_print_type(printer, mica_value_type(mica_op_result(op, 0)));
}

void micai_shape_const_size_name_results(mica_op *op, mica_name_value_fn name, void *user)
{
    char text[32];
    snprintf(text, sizeof text, "c%lld",
             (long long)mica_integer_attr_value(mica_shape_const_size_value(op)));
    name(user, mica_op_result(op, 0), mica_string_from(text));
}

// ---- reduce: type of the shape [`->` types of the values], assuming: [`->` `(` types `)`]
// -----------------------------------------------------------------------------------------

enum { SHAPE_TYPE, INIT_TYPES, RESULT_TYPES };

bool micai_shape_parse_reduce_types(mica_asm_parser *parser, mica_op_state *state,
                                    mica_directive *directive)
{
    (void)state;
    const mica_type *type = NULL;
    mica_directive_argument *a = directive->arguments;
    if (!mica_asm_parse_type(parser, &type) ||
        !mica_asm_parse_arrow_type_list_if(parser, a[RESULT_TYPES].types))
        return false;
    bool enough = mica_asm_type_list_append(a[SHAPE_TYPE].types, type);
    const mica_asm_type_list *results = a[RESULT_TYPES].types;
    for (size_t i = 0; enough && i < results->count; ++i)
        enough = mica_asm_type_list_append(a[INIT_TYPES].types, results->data[i]);
    return enough || mica_asm_error(parser, "out of memory");
}

void micai_shape_print_reduce_types(mica_asm_printer *printer, mica_op *op,
                                    const mica_directive *directive)
{
    (void)directive;
    const size_t count = mica_op_result_count(op);
    const bool plain =
        count == 1 &&
        mica_type_get_kind(mica_value_type(mica_op_result(op, 0))) != MICA_TYPE_FUNCTION;
    mica_asm_print_type(printer, mica_value_type(mica_op_operand(op, 0)));
    if (count == 0)
        return;
    mica_asm_print(printer, plain ? " -> " : " -> (");
    mica_asm_print_result_types(printer, op);
    mica_asm_print(printer, plain ? "" : ")");
}

bool micai_shape_parse_paren_types(mica_asm_parser *parser, mica_op_state *state,
                                   mica_directive *directive)
{
    (void)state;
    directive->absent = !mica_asm_next_is(parser, "->");
    return directive->absent ||
           mica_asm_parse_arrow_type_list(parser, directive->arguments[0].types);
}

void micai_shape_print_paren_types(mica_asm_printer *printer, mica_op *op,
                                   const mica_directive *directive)
{
    (void)directive;
    mica_asm_print(printer, "-> (");
    mica_asm_print_result_types(printer, op);
    mica_asm_print(printer, ")");
}

// ---- func
// ------------------------------------------------------------------------------------

static const micai_function_slots func_slots = {
    .name = 0, .type = 1, .arg_attrs = 2, .res_attrs = 3, .visibility = 4};

static mica_region *function_region(mica_op *op)
{
    mica_region *body = mica_shape_func_body(op);
    return mica_region_is_empty(body) ? NULL : body;
}
const mica_callable micai_shape_func_callable = {sizeof(mica_callable), function_region};
const mica_function_like micai_shape_func_function_like = {
    .struct_size = sizeof(mica_function_like),
    .type_slot = 1,
    .arg_attrs_slot = 2,
    .res_attrs_slot = 3,
};
static bool is_declaration(mica_op *op)
{
    return mica_region_is_empty(mica_shape_func_body(op));
}
const mica_symbol micai_shape_func_symbol = {sizeof(mica_symbol), false, is_declaration, NULL};

bool micai_shape_func_parse(mica_asm_parser *parser, mica_op_state *state)
{
    return micai_function_parse(parser, state, &func_slots);
}

void micai_shape_func_print(mica_asm_printer *printer, mica_op *op)
{
    micai_function_print(printer, op, &func_slots);
}
