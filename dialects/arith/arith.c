// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Hooks of the arith dialect but folding: constants, casts and select. In order of the
// definition.

#include "dialects/arith/arith_ops.h"
#include "ir/core/context.h"
#include "ir/core/diagnostics.h"
#include "ir/text/asm_parser.h"
#include "ir/text/asm_printer.h"

mica_op *micai_arith_materialize_constant(mica_builder *builder, const mica_attr *value,
                                          const mica_type *type)
{
    const mica_type *own = mica_attr_type(value);
    const mica_type *scalar = mica_type_element_or_self(type);
    const bool is_number = mica_type_is_index(scalar) || mica_type_is_float(scalar) ||
                           mica_type_is_signless_integer(scalar);
    if (own != type || !is_number || mica_type_is_memref(type))
        return NULL;
    return mica_arith_constant_build(builder, value);
}

// ---- constant
// --------------------------------------------------------------------------------

static bool is_splat(const mica_attr *attr)
{
    return mica_attr_is(attr, MICA_ATTR_DENSE_ELEMENTS) &&
           mica_dense_elements_attr_is_splat(attr);
}

bool micai_arith_constant_verify(mica_op *op)
{
    const mica_type *type = mica_value_type(mica_op_result(op, 0));
    const mica_attr *value = mica_arith_constant_value(op);
    const mica_attr_kind kind = mica_attr_get_kind(value);
    if (mica_type_is_integer(type) && !mica_type_is_signless_integer(type))
        return mica_op_error(op, "integer return type must be signless");
    const bool is_elements =
        kind >= MICA_ATTR_DENSE_ELEMENTS && kind <= MICA_ATTR_SPARSE_ELEMENTS;
    if (kind != MICA_ATTR_INTEGER && kind != MICA_ATTR_FLOAT && !is_elements)
        return mica_op_error(op, "value must be an integer, float, or elements attribute");
    if (mica_type_is_vector(type) && mica_vector_type_is_scalable(type) && !is_splat(value))
        return mica_op_error(op, "intializing scalable vectors with elements attribute is not "
                                 "supported unless it's a vector splat");
    return true;
}

/// Writes the decimal digits; returns the end. (printf would cost more than printing the op.)
static char *put_number(char *at, uint64_t number)
{
    char digits[20];
    size_t count = 0;
    do {
        digits[count++] = (char)('0' + number % 10);
        number /= 10;
    } while (number);
    while (count)
        *at++ = digits[--count];
    return at;
}

void micai_arith_constant_name_results(mica_op *op, mica_name_value_fn name, void *user)
{
    char text[64];
    const mica_attr *value = mica_arith_constant_value(op);
    const mica_type *type = mica_value_type(mica_op_result(op, 0));
    if (!mica_attr_is(value, MICA_ATTR_INTEGER)) {
        name(user, mica_op_result(op, 0), mica_string_from("cst"));
        return;
    }
    if (mica_type_is_signless(type, 1)) {
        name(user, mica_op_result(op, 0),
             mica_string_from(mica_integer_attr_value(value) ? "true" : "false"));
        return;
    }
    const int64_t number = mica_integer_attr_value(value);
    char *at = text;
    *at++ = 'c';
    if (number < 0)
        *at++ = '-';
    at = put_number(at, number < 0 ? 0 - (uint64_t)number : (uint64_t)number);
    if (!mica_type_is_index(type)) {
        *at++ = '_';
        *at++ = 'i';
        at = put_number(at, mica_type_bit_width(type));
    }
    const mica_string written = {text, (size_t)(at - text)};
    name(user, mica_op_result(op, 0), written);
}

// ---- casts
// -----------------------------------------------------------------------------------

/// The scalar under a tensor or vector; NULL for other containers.
static const mica_type *value_scalar(const mica_type *type)
{
    if (mica_type_is_memref(type))
        return NULL;
    return mica_type_element_or_self(type);
}

/// Shapes of tensors must agree, dynamic sizes agree with all; tensors go with tensors and
/// vectors with vectors of one shape.
static bool shapes_agree(const mica_type *a, const mica_type *b)
{
    if (!mica_type_is_shaped(a) || !mica_type_is_shaped(b))
        return !mica_type_is_shaped(a) && !mica_type_is_shaped(b);
    if (mica_type_is_vector(a) != mica_type_is_vector(b))
        return false;
    if (!mica_type_is_ranked(a) || !mica_type_is_ranked(b))
        return true;
    if (mica_type_rank(a) != mica_type_rank(b))
        return false;
    for (size_t i = 0; i < mica_type_rank(a); ++i) {
        const int64_t m = mica_type_shape(a)[i], n = mica_type_shape(b)[i];
        if (m != n && m != MICA_DYNAMIC && n != MICA_DYNAMIC)
            return false;
    }
    return true;
}

typedef bool (*scalar_cast_fn)(const mica_type *from, const mica_type *to);

static bool check_cast(const mica_type *const *inputs, size_t input_count,
                       const mica_type *const *outputs, size_t output_count,
                       scalar_cast_fn check)
{
    if (input_count != 1 || output_count != 1 || !shapes_agree(inputs[0], outputs[0]))
        return false;
    const mica_type *from = value_scalar(inputs[0]), *to = value_scalar(outputs[0]);
    return from && to && check(from, to);
}

static bool widens_integer(const mica_type *from, const mica_type *to)
{
    return mica_type_is_integer(from) && mica_type_is_integer(to) &&
           mica_type_bit_width(from) < mica_type_bit_width(to);
}
static bool narrows_integer(const mica_type *from, const mica_type *to)
{
    return widens_integer(to, from);
}
static bool widens_float(const mica_type *from, const mica_type *to)
{
    return mica_type_is_float(from) && mica_type_is_float(to) &&
           mica_type_bit_width(from) < mica_type_bit_width(to);
}
static bool narrows_float(const mica_type *from, const mica_type *to)
{
    return widens_float(to, from);
}
static bool integer_to_float(const mica_type *from, const mica_type *to)
{
    return mica_type_is_integer(from) && mica_type_is_float(to);
}
static bool float_to_integer(const mica_type *from, const mica_type *to)
{
    return mica_type_is_float(from) && mica_type_is_integer(to);
}
static bool index_and_integer(const mica_type *from, const mica_type *to)
{
    return (mica_type_is_index(from) && mica_type_is_signless_integer(to)) ||
           (mica_type_is_signless_integer(from) && mica_type_is_index(to));
}
static bool same_bits(const mica_type *from, const mica_type *to)
{
    return mica_type_bit_width(from) != 0 && !mica_type_is_index(from) &&
           !mica_type_is_index(to) && mica_type_bit_width(from) == mica_type_bit_width(to);
}

#define VALUE_CAST(name, check)                                                                \
    static bool name##_are_compatible(const mica_type *const *inputs, size_t input_count,      \
                                      const mica_type *const *outputs, size_t output_count)    \
    {                                                                                          \
        return check_cast(inputs, input_count, outputs, output_count, check);                  \
    }                                                                                          \
    const mica_cast micai_arith_##name = {sizeof(mica_cast), name##_are_compatible}

VALUE_CAST(widening_integers, widens_integer);
VALUE_CAST(narrowing_integers, narrows_integer);
VALUE_CAST(widening_floats, widens_float);
VALUE_CAST(narrowing_floats, narrows_float);
VALUE_CAST(integers_to_floats, integer_to_float);
VALUE_CAST(floats_to_integers, float_to_integer);

/// Casts that memrefs may take part in too, element by element.
static bool check_memref_cast(const mica_type *const *inputs, size_t input_count,
                              const mica_type *const *outputs, size_t output_count,
                              scalar_cast_fn check)
{
    if (input_count != 1 || output_count != 1)
        return false;
    if (!mica_type_is_memref(inputs[0]) && !mica_type_is_memref(outputs[0]))
        return check_cast(inputs, input_count, outputs, output_count, check);
    return mica_type_is_memref(inputs[0]) && mica_type_is_memref(outputs[0]) &&
           shapes_agree(inputs[0], outputs[0]) &&
           check(mica_type_element(inputs[0]), mica_type_element(outputs[0]));
}

#define MEMREF_CAST(name, check)                                                               \
    static bool name##_are_compatible(const mica_type *const *inputs, size_t input_count,      \
                                      const mica_type *const *outputs, size_t output_count)    \
    {                                                                                          \
        return check_memref_cast(inputs, input_count, outputs, output_count, check);           \
    }                                                                                          \
    const mica_cast micai_arith_##name = {sizeof(mica_cast), name##_are_compatible}

MEMREF_CAST(index_casts, index_and_integer);
MEMREF_CAST(bit_casts, same_bits);

// ---- select
// ----------------------------------------------------------------------------------
//   arith.select %condition, %a, %b : [condition's type unless i1,] type

bool micai_arith_select_parse(mica_asm_parser *parser, mica_op_state *state)
{
    mica_asm_operand operands[3];
    const mica_type *condition = NULL, *result = NULL;
    if (!mica_asm_parse_operand(parser, &operands[0]) || !mica_asm_parse_token(parser, ",") ||
        !mica_asm_parse_operand(parser, &operands[1]) || !mica_asm_parse_token(parser, ",") ||
        !mica_asm_parse_operand(parser, &operands[2]) ||
        !mica_asm_parse_attr_dict(parser, state) || !mica_asm_parse_colon_type(parser, &result))
        return false;
    if (mica_asm_parse_token_if(parser, ",")) {
        condition = result;
        if (!mica_asm_parse_type(parser, &result))
            return false;
    } else {
        condition = mica_integer_type_get(state->context, 1, MICA_SIGNLESS);
    }
    mica_op_state_add_result(state, result);
    return mica_asm_resolve_operand(parser, &operands[0], condition, state) &&
           mica_asm_resolve_operand(parser, &operands[1], result, state) &&
           mica_asm_resolve_operand(parser, &operands[2], result, state);
}

void micai_arith_select_print(mica_asm_printer *printer, mica_op *op)
{
    const mica_type *condition = mica_value_type(mica_arith_select_condition(op));
    mica_asm_print(printer, " ");
    mica_asm_print_operands(printer, op, 0, 3);
    mica_asm_print_attr_dict(printer, op, NULL);
    mica_asm_print(printer, " : ");
    if (mica_type_is_shaped(condition)) {
        mica_asm_print_type(printer, condition);
        mica_asm_print(printer, ", ");
    }
    mica_asm_print_type(printer, mica_value_type(mica_op_result(op, 0)));
}

bool micai_arith_select_verify(mica_op *op)
{
    const mica_type *condition = mica_value_type(mica_arith_select_condition(op));
    const mica_type *result = mica_value_type(mica_op_result(op, 0));
    if (mica_type_is_signless(condition, 1))
        return true;
    if (!mica_type_is_tensor(result) && !mica_type_is_vector(result)) {
        mica_diagnostic *d =
            mica_op_error_begin(op, "expected condition to be a signless i1, but got ");
        mica_diagnostic_append_type(d, condition);
        return mica_diagnostic_emit(d);
    }
    const mica_type *expected = mica_type_with_element(
        result, mica_integer_type_get(mica_op_context(op), 1, MICA_SIGNLESS));
    if (condition == expected)
        return true;
    mica_diagnostic *d =
        mica_op_error_begin(op, "expected condition type to have the same shape as the result "
                                "type, expected ");
    mica_diagnostic_append_type(d, expected);
    mica_diagnostic_append(d, ", but got ");
    mica_diagnostic_append_type(d, condition);
    return mica_diagnostic_emit(d);
}
