// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Hooks of the complex dialect but rewriting: the attribute #complex.number, constants and the
// verifiers. In order of the definition.
#include "dialects/complex/complex_ops.h"
#include "ir/core/context.h"
#include "ir/core/diagnostics.h"
#include "ir/text/asm_parser.h"
#include "ir/text/asm_printer.h"
#include "ir/text/text.h"

/// A complex constant is an array of two; floats are arith's.
mica_op *micai_complex_materialize_constant(mica_builder *builder, const mica_attr *value,
                                            const mica_type *type)
{
    if (mica_attr_is(value, MICA_ATTR_ARRAY) &&
        (mica_type_get_kind(type) == MICA_TYPE_COMPLEX) && mica_array_attr_count(value) == 2 &&
        mica_attr_type(mica_array_attr_element(value, 0)) == mica_type_element(type) &&
        mica_attr_type(mica_array_attr_element(value, 1)) == mica_type_element(type))
        return mica_complex_constant_build(builder, type, value);
    const mica_dialect_def *arith =
        mica_context_find_dialect(builder->context, mica_string_from("arith"));
    return arith && arith->materialize_constant
               ? arith->materialize_constant(builder, value, type)
               : NULL;
}

// ---- #complex.number<:f32 1.0, 2.0>
// --------------------------------------------------------

static bool parse_part(mica_asm_parser *parser, const mica_type *type, const mica_attr **part)
{
    const size_t place = mica_asm_offset(parser);
    if (!mica_asm_parse_attr(parser, type, part))
        return false;
    return mica_attr_is(*part, MICA_ATTR_FLOAT) && mica_attr_type(*part) == type
               ? true
               : mica_asm_error_at(parser, place, "expected floating point literal");
}

const mica_attr *micai_complex_parse_number_attr(mica_asm_parser *parser,
                                                 const mica_attr_def *definition,
                                                 const mica_type *type)
{
    const mica_type *element, *whole;
    const mica_attr *parts[2];
    if (!mica_asm_parse_token(parser, "<") || !mica_asm_parse_token(parser, ":"))
        return NULL;
    const size_t place = mica_asm_offset(parser);
    if (!mica_asm_parse_type(parser, &element))
        return NULL;
    if (!mica_type_is_float(element)) {
        mica_asm_error_at(parser, place, "invalid kind of type specified");
        return NULL;
    }
    if (!parse_part(parser, element, &parts[0]) || !mica_asm_parse_token(parser, ",") ||
        !parse_part(parser, element, &parts[1]) || !mica_asm_parse_token(parser, ">"))
        return NULL;
    // What follows says nothing that the element type does not.
    if (!type && mica_asm_next_is(parser, ":") && !mica_asm_parse_colon_type(parser, &whole))
        return NULL;
    const uint64_t words[2] = {(uint64_t)(uintptr_t)parts[0], (uint64_t)(uintptr_t)parts[1]};
    return mica_attr_get(mica_asm_context(parser), definition, words, 2);
}

static const mica_attr *part_of(const mica_attr *number, size_t index)
{
    return (const mica_attr *)(uintptr_t)mica_attr_param(number, index);
}

void micai_complex_print_number_attr(mica_asm_printer *printer, const mica_attr *attr)
{
    const mica_type *element = mica_attr_type(part_of(attr, 0));
    mica_asm_print(printer, "<:");
    mica_asm_print_type(printer, element);
    mica_asm_print(printer, " ");
    mica_asm_print_attr_without_type(printer, part_of(attr, 0));
    mica_asm_print(printer, ", ");
    mica_asm_print_attr_without_type(printer, part_of(attr, 1));
    mica_asm_print(printer, "> : ");
    mica_asm_print_type(printer, mica_complex_type_get(element));
}

// ---- bitcast
// -------------------------------------------------------------------------------

/// Bits of an integer, a float or a complex number of these; 0 for other types.
static uint32_t bit_count(const mica_type *type)
{
    const bool is_complex = (mica_type_get_kind(type) == MICA_TYPE_COMPLEX);
    const mica_type *element = is_complex ? mica_type_element(type) : type;
    if (!mica_type_is_integer(element) && !mica_type_is_float(element))
        return 0;
    return mica_type_bit_width(element) * (is_complex ? 2U : 1U);
}

bool micai_complex_bitcast_verify(mica_op *op)
{
    const mica_type *from = mica_value_type(mica_op_operand(op, 0));
    const mica_type *to = mica_value_type(mica_op_result(op, 0));
    if (!bit_count(from))
        return mica_op_error(op, "operand must be int/float/complex");
    if (!bit_count(to))
        return mica_op_error(op, "result must be int/float/complex");
    if (from != to && (mica_type_get_kind(from) == MICA_TYPE_COMPLEX) ==
                          (mica_type_get_kind(to) == MICA_TYPE_COMPLEX))
        return mica_op_error(op, "requires that either input or output has a complex type");
    if (bit_count(from) != bit_count(to))
        return mica_op_error(op, "casting bitwidths do not match");
    return true;
}

// ---- constant
// ------------------------------------------------------------------------------

static bool is_number(const mica_attr *attr)
{
    return mica_attr_is(attr, MICA_ATTR_INTEGER) || mica_attr_is(attr, MICA_ATTR_FLOAT);
}

bool micai_complex_constant_verify(mica_op *op)
{
    const mica_attr *value = mica_complex_constant_value(op);
    const mica_type *element = mica_type_element(mica_value_type(mica_op_result(op, 0)));
    if (mica_array_attr_count(value) != 2)
        return mica_op_error(op, "requires 'value' to be a complex constant, represented as "
                                 "array of two values");
    const mica_attr *real = mica_array_attr_element(value, 0);
    const mica_attr *imaginary = mica_array_attr_element(value, 1);
    if (!is_number(real) || !is_number(imaginary))
        return mica_op_error(op,
                             "requires attribute's elements to be float or integer attributes");
    if (mica_attr_type(real) == element && mica_attr_type(imaginary) == element)
        return true;
    char *texts[] = {mica_type_to_string(mica_attr_type(real)),
                     mica_type_to_string(mica_attr_type(imaginary)),
                     mica_type_to_string(element)};
    if (texts[0] && texts[1] && texts[2])
        mica_op_error(op,
                      "requires attribute's element types ('%s', '%s') to match the element "
                      "type of the op's return type ('%s')",
                      texts[0], texts[1], texts[2]);
    for (size_t i = 0; i < 3; ++i)
        mica_free(texts[i]);
    return false;
}

void micai_complex_constant_name_results(mica_op *op, mica_name_value_fn name, void *user)
{
    name(user, mica_op_result(op, 0), mica_string_from("cst"));
}
