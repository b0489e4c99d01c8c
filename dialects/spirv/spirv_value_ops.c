// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Hooks of ops on values: constants, composites, conversions, matrices, groups and atomics.
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "dialects/spirv/spirv_internal.h"

// ---- Constant

// value (`:` type)?: the type is written where the attribute has none that fits.
bool micai_spirv_Constant_parse(mica_asm_parser *parser, mica_op_state *state)
{
    const mica_attr *value;
    if (!mica_asm_parse_attr_dict(parser, state) || !mica_asm_parse_attr(parser, NULL, &value))
        return false;
    const mica_type *type = mica_attr_type(value);
    if ((!type || mica_type_is_tensor(type)) && !mica_asm_parse_colon_type(parser, &type))
        return false;
    mica_op_state_set_attr(state, "value", value);
    mica_op_state_add_result(state, type);
    return true;
}

void micai_spirv_Constant_print(mica_asm_printer *printer, mica_op *op)
{
    const mica_type *type = mica_value_type(mica_op_result(op, 0));
    static const char *const printed[] = {"value", NULL};
    mica_asm_print_attr_dict(printer, op, printed);
    mica_asm_print(printer, " ");
    mica_asm_print_attr(printer, mica_op_attr(op, "value"));
    if (mica_spirv_type_get_kind(type) != MICA_SPIRV_TYPE_NONE) {
        mica_asm_print(printer, " : ");
        mica_asm_print_type(printer, type);
    }
}

// Elements of a tensor, for arrays of arrays of scalars.
static bool verify_nested_array(mica_op *op, const mica_type *value_type, const mica_type *type)
{
    int64_t count = 1;
    const mica_type *element = type;
    while (mica_spirv_type_get_kind(element) == MICA_SPIRV_TYPE_ARRAY) {
        count *= mica_spirv_composite_count(element);
        element = mica_spirv_composite_element(element, 0);
    }
    if (!mica_type_is_integer(element) && !mica_type_is_float(element))
        return mica_op_error(op, "only support nested array result type");
    if (element != mica_type_element(value_type)) {
        mica_diagnostic *d = mica_op_error_begin(op, "result element type (");
        mica_diagnostic_append_type(d, element);
        mica_diagnostic_append(d, ") does not match value element type (");
        mica_diagnostic_append_type(d, mica_type_element(value_type));
        mica_diagnostic_append(d, ")");
        return mica_diagnostic_emit(d);
    }
    return count == mica_type_element_count(value_type) ||
           mica_op_error(op,
                         "result number of elements (%" PRId64
                         ") does not match value number of elements (%" PRId64 ")",
                         count, mica_type_element_count(value_type));
}

static bool verify_constant(mica_op *op, const mica_attr *value, const mica_type *type)
{
    const mica_attr_kind kind = mica_attr_get_kind(value);
    const mica_type *value_type = mica_attr_type(value);
    const bool is_array = mica_spirv_type_get_kind(type) == MICA_SPIRV_TYPE_ARRAY ||
                          mica_spirv_type_get_kind(type) == MICA_SPIRV_TYPE_STRUCT;
    if (kind == MICA_ATTR_INTEGER || kind == MICA_ATTR_FLOAT)
        return value_type == type || mica_op_error(op, "result type does not match value type");
    if (kind == MICA_ATTR_DENSE_ELEMENTS && value_type == type)
        return true;
    if (kind == MICA_ATTR_DENSE_ELEMENTS && is_array)
        return verify_nested_array(op, value_type, type);
    if (kind != MICA_ATTR_ARRAY || !is_array)
        return mica_op_error(op, "cannot have attribute of this kind for its result type");
    if (mica_array_attr_count(value) != mica_spirv_composite_count(type))
        return mica_op_error(op, "has %zu elements in its value, but its type has %" PRIu32,
                             mica_array_attr_count(value), mica_spirv_composite_count(type));
    for (size_t i = 0; i < mica_array_attr_count(value); ++i) {
        const mica_attr *element = mica_array_attr_element(value, i);
        const mica_type *element_type = mica_attr_type(element);
        if (element_type && element_type != mica_spirv_composite_element(type, (uint32_t)i) &&
            !mica_type_is_tensor(element_type))
            return mica_op_error(op, "has array element whose type does not match the result "
                                     "element type");
    }
    return true;
}

bool micai_spirv_Constant_verify(mica_op *op)
{
    return verify_constant(op, mica_op_attr(op, "value"),
                           mica_value_type(mica_op_result(op, 0)));
}

mica_fold_status micai_spirv_Constant_fold(mica_op *op, const mica_attr *const *operands,
                                           mica_fold_result *results)
{
    (void)operands;
    results[0].attr = mica_op_attr(op, "value");
    return MICA_FOLD_REPLACED;
}

mica_op *micai_spirv_materialize_constant(mica_builder *builder, const mica_attr *value,
                                          const mica_type *type)
{
    const bool fits =
        mica_attr_type(value) == type &&
        (mica_type_is_integer(type) || mica_type_is_float(type) || mica_type_is_vector(type));
    const bool is_array = mica_attr_is(value, MICA_ATTR_ARRAY) &&
                          mica_spirv_type_get_kind(type) == MICA_SPIRV_TYPE_ARRAY;
    if (!fits && !is_array)
        return NULL;
    mica_op_state state;
    mica_op_state_init(&state, builder->context, "spirv.Constant", builder->location);
    mica_op_state_set_attr(&state, "value", value);
    mica_op_state_add_result(&state, type);
    return mica_builder_create(builder, &state);
}

void micai_spirv_Constant_name_results(mica_op *op, mica_name_value_fn name, void *user)
{
    const mica_attr *value = mica_op_attr(op, "value");
    const mica_type *type = mica_value_type(mica_op_result(op, 0));
    char text[64] = "cst";
    char *type_text =
        mica_type_to_string(mica_type_is_vector(type) ? mica_type_element(type) : type);
    const char *short_type = type_text ? type_text : "";
    if (mica_attr_is(value, MICA_ATTR_INTEGER) && mica_type_is_signless(type, 1))
        snprintf(text, sizeof text, "%s", mica_integer_attr_value(value) ? "true" : "false");
    else if (mica_attr_is(value, MICA_ATTR_INTEGER))
        snprintf(text, sizeof text, "cst%" PRId64 "_%s", mica_integer_attr_value(value),
                 short_type);
    else if (mica_attr_is(value, MICA_ATTR_FLOAT))
        snprintf(text, sizeof text, "cst_%s", short_type);
    else if (mica_type_is_vector(type))
        snprintf(text, sizeof text, "cst_vec_%" PRId64 "x%s", mica_type_shape(type)[0],
                 short_type);
    mica_free(type_text);
    name(user, mica_op_result(op, 0), mica_string_from(text));
}

// ---- composites

bool micai_spirv_CompositeConstruct_verify(mica_op *op)
{
    const mica_type *type = mica_value_type(mica_op_result(op, 0));
    const size_t count = mica_op_operand_count(op);
    const uint32_t wanted = mica_spirv_composite_count(type);
    const bool is_coopmatrix = mica_spirv_type_get_kind(type) == MICA_SPIRV_TYPE_COOPMATRIX;
    if (is_coopmatrix)
        return count == 1 || mica_op_error(op,
                                           "has incorrect number of operands: expected 1, "
                                           "but provided %zu",
                                           count);
    if (mica_type_is_vector(type)) {
        int64_t sum = 0;
        for (size_t i = 0; i < count; ++i) {
            const mica_type *part = mica_value_type(mica_op_operand(op, i));
            if (mica_type_element_or_self(part) != mica_type_element(type))
                return mica_op_error(op, "operand element type mismatch");
            sum += mica_type_is_vector(part) ? mica_type_shape(part)[0] : 1;
        }
        return sum == wanted || mica_op_error(op,
                                              "has incorrect number of operands: expected "
                                              "%" PRIu32 ", but provided %" PRId64,
                                              wanted, sum);
    }
    if (count != wanted)
        return mica_op_error(
            op, "has incorrect number of operands: expected %" PRIu32 ", but provided %zu",
            wanted, count);
    for (size_t i = 0; i < count; ++i)
        if (mica_value_type(mica_op_operand(op, i)) !=
            mica_spirv_composite_element(type, (uint32_t)i))
            return mica_op_error(op, "operand type mismatch: operand #%zu", i);
    return true;
}

// The part that the indices name; NULL with a diagnostic.
static const mica_type *walk_indices(mica_context *context, mica_location location,
                                     const char *name, const mica_type *type,
                                     const mica_attr *indices)
{
    for (size_t i = 0; i < mica_array_attr_count(indices); ++i) {
        const int64_t index = mica_integer_attr_value(mica_array_attr_element(indices, i));
        const mica_type *part =
            mica_spirv_type_is_composite(type) && index >= 0 && index <= UINT32_MAX
                ? mica_spirv_composite_element(type, (uint32_t)index)
                : NULL;
        if (!part) {
            mica_diagnostic *d = mica_error(
                context, location,
                mica_spirv_type_is_composite(type)
                    ? "'%s' op index %" PRId64 " out of bounds for '"
                    : "'%s' op cannot extract with index %" PRId64 " from non-composite type ",
                name, index);
            mica_diagnostic_append_type(d, type);
            mica_diagnostic_emit(d);
            return NULL;
        }
        type = part;
    }
    return type;
}

bool micai_spirv_CompositeExtract_infer_types(mica_op_state *state)
{
    const mica_attr *indices = NULL;
    for (uint32_t i = 0; i < state->slot_count && !indices; ++i)
        if (mica_attr_is(state->slots[i], MICA_ATTR_ARRAY))
            indices = state->slots[i];
    const mica_type *type =
        indices && state->operand_count
            ? walk_indices(state->context, state->location, "spirv.CompositeExtract",
                           mica_value_type(state->operands[0]), indices)
            : NULL;
    if (type)
        mica_op_state_add_result(state, type);
    return type != NULL;
}

bool micai_spirv_CompositeExtract_parse(mica_asm_parser *parser, mica_op_state *state)
{
    mica_asm_operand composite;
    const mica_attr *indices;
    const mica_type *type;
    if (!mica_asm_parse_operand(parser, &composite))
        return false;
    const size_t offset = mica_asm_offset(parser);
    if (!mica_asm_parse_attr(parser, NULL, &indices))
        return false;
    if (!mica_attr_is(indices, MICA_ATTR_ARRAY))
        return mica_asm_error_at(parser, offset,
                                 "expected an 32-bit integer array attribute for "
                                 "'indices'");
    if (mica_array_attr_count(indices) == 0)
        return mica_asm_error_at(parser, offset, "expected at least one index");
    mica_op_state_set_attr(state, "indices", indices);
    return mica_asm_parse_attr_dict(parser, state) &&
           mica_asm_parse_colon_type(parser, &type) &&
           mica_asm_resolve_operand(parser, &composite, type, state) &&
           micai_spirv_CompositeExtract_infer_types(state);
}

void micai_spirv_CompositeExtract_print(mica_asm_printer *printer, mica_op *op)
{
    static const char *const printed[] = {"indices", NULL};
    mica_asm_print(printer, " ");
    mica_asm_print_operand(printer, mica_op_operand(op, 0));
    mica_asm_print_attr(printer, mica_op_attr(op, "indices"));
    mica_asm_print_attr_dict(printer, op, printed);
    mica_asm_print(printer, " : ");
    mica_asm_print_type(printer, mica_value_type(mica_op_operand(op, 0)));
}

bool micai_spirv_CompositeExtract_verify(mica_op *op)
{
    const mica_type *type =
        walk_indices(mica_op_context(op), mica_op_location(op), "spirv.CompositeExtract",
                     mica_value_type(mica_op_operand(op, 0)), mica_op_attr(op, "indices"));
    if (!type || type == mica_value_type(mica_op_result(op, 0)))
        return type != NULL;
    mica_diagnostic *d = mica_op_error_begin(op, "invalid result type: expected ");
    mica_diagnostic_append_type(d, type);
    mica_diagnostic_append(d, " but provided ");
    mica_diagnostic_append_type(d, mica_value_type(mica_op_result(op, 0)));
    return mica_diagnostic_emit(d);
}

// %object `,` %composite [indices] attr-dict `:` type `into` type
bool micai_spirv_CompositeInsert_parse(mica_asm_parser *parser, mica_op_state *state)
{
    mica_asm_operand object, composite;
    const mica_attr *indices;
    const mica_type *object_type, *type;
    if (!mica_asm_parse_operand(parser, &object) || !mica_asm_parse_token(parser, ",") ||
        !mica_asm_parse_operand(parser, &composite) ||
        !mica_asm_parse_attr(parser, NULL, &indices))
        return false;
    mica_op_state_set_attr(state, "indices", indices);
    if (!mica_asm_parse_attr_dict(parser, state) ||
        !mica_asm_parse_colon_type(parser, &object_type) ||
        !mica_asm_parse_keyword(parser, "into") || !mica_asm_parse_type(parser, &type))
        return false;
    mica_op_state_add_result(state, type);
    return mica_asm_resolve_operand(parser, &object, object_type, state) &&
           mica_asm_resolve_operand(parser, &composite, type, state);
}

void micai_spirv_CompositeInsert_print(mica_asm_printer *printer, mica_op *op)
{
    static const char *const printed[] = {"indices", NULL};
    mica_asm_print(printer, " ");
    mica_asm_print_operands(printer, op, 0, 2);
    mica_asm_print_attr(printer, mica_op_attr(op, "indices"));
    mica_asm_print_attr_dict(printer, op, printed);
    mica_asm_print(printer, " : ");
    mica_asm_print_type(printer, mica_value_type(mica_op_operand(op, 0)));
    mica_asm_print(printer, " into ");
    mica_asm_print_type(printer, mica_value_type(mica_op_operand(op, 1)));
}

bool micai_spirv_CompositeInsert_verify(mica_op *op)
{
    const mica_type *type = mica_value_type(mica_op_operand(op, 1));
    const mica_type *part =
        walk_indices(mica_op_context(op), mica_op_location(op), "spirv.CompositeInsert", type,
                     mica_op_attr(op, "indices"));
    if (part && part != mica_value_type(mica_op_operand(op, 0)))
        return mica_op_error(op, "object operand type should be the type of the part that is "
                                 "replaced");
    if (part && type != mica_value_type(mica_op_result(op, 0)))
        return mica_op_error(op, "result type should be the same as the composite type");
    return part != NULL;
}

bool micai_spirv_VectorShuffle_verify(mica_op *op)
{
    const mica_attr *components = mica_op_attr(op, "components");
    const mica_type *result = mica_value_type(mica_op_result(op, 0));
    const size_t count = mica_array_attr_count(components);
    if ((int64_t)count != mica_type_shape(result)[0])
        return mica_op_error(op, "result vector should have the same size as the component "
                                 "selectors");
    const int64_t total = mica_type_shape(mica_value_type(mica_op_operand(op, 0)))[0] +
                          mica_type_shape(mica_value_type(mica_op_operand(op, 1)))[0];
    for (size_t i = 0; i < count; ++i) {
        const int64_t selector =
            mica_integer_attr_value(mica_array_attr_element(components, i));
        if ((uint32_t)selector != UINT32_MAX && (selector < 0 || selector >= total))
            return mica_op_error(op,
                                 "component selector %" PRId64 " out of range: expected to be "
                                 "in [0, %" PRId64 ") or 0xffffffff",
                                 selector, total);
    }
    return true;
}

bool micai_spirv_Select_verify(mica_op *op)
{
    const mica_type *condition = mica_value_type(mica_op_operand(op, 0));
    const mica_type *result = mica_value_type(mica_op_result(op, 0));
    if (!mica_type_is_vector(condition))
        return true;
    if (!mica_type_is_vector(result))
        return mica_op_error(op, "result expected to be of vector type when condition is of "
                                 "vector type");
    return mica_type_shape(condition)[0] == mica_type_shape(result)[0] ||
           mica_op_error(op, "result should have the same number of elements as the condition "
                             "when condition is of vector type");
}

// ---- conversions

static bool same_shape(const mica_type *a, const mica_type *b)
{
    if (mica_type_is_vector(a) != mica_type_is_vector(b))
        return false;
    return !mica_type_is_vector(a) || mica_type_shape(a)[0] == mica_type_shape(b)[0];
}

bool micai_spirv_verify_convert(mica_op *op)
{
    return same_shape(mica_value_type(mica_op_operand(op, 0)),
                      mica_value_type(mica_op_result(op, 0))) ||
           mica_op_error(op, "requires the same shape for all operands and results");
}

bool micai_spirv_verify_width_change(mica_op *op)
{
    const mica_type *from = mica_type_element_or_self(mica_value_type(mica_op_operand(op, 0)));
    const mica_type *to = mica_type_element_or_self(mica_value_type(mica_op_result(op, 0)));
    if (!micai_spirv_verify_convert(op))
        return false;
    return mica_type_bit_width(from) != mica_type_bit_width(to) ||
           mica_op_error(op,
                         "expected the different bit widths for operand type and result type, "
                         "but provided %" PRIu32 " and %" PRIu32,
                         mica_type_bit_width(from), mica_type_bit_width(to));
}

bool micai_spirv_verify_shift(mica_op *op)
{
    return mica_value_type(mica_op_operand(op, 0)) == mica_value_type(mica_op_result(op, 0)) ||
           mica_op_error(op, "expected the same type for the first operand and result, but "
                             "provided others");
}

static uint64_t total_bits(const mica_type *type)
{
    const uint64_t bits = mica_type_bit_width(mica_type_element_or_self(type));
    return mica_type_is_vector(type) ? bits * (uint64_t)mica_type_shape(type)[0] : bits;
}

bool micai_spirv_Bitcast_verify(mica_op *op)
{
    const mica_type *from = mica_value_type(mica_op_operand(op, 0));
    const mica_type *to = mica_value_type(mica_op_result(op, 0));
    if (from == to)
        return mica_op_error(op, "result type must be different from operand type");
    if (mica_spirv_type_is_pointer(from) || mica_spirv_type_is_pointer(to))
        return true;
    return total_bits(from) == total_bits(to) ||
           mica_op_error(op,
                         "mismatch in result type bitwidth %" PRIu64
                         " and operand type bitwidth %" PRIu64,
                         total_bits(to), total_bits(from));
}

// Results of carrying arithmetic: a structure of two members of the operands' type.
bool micai_spirv_verify_extended_result(mica_op *op)
{
    const mica_type *type = mica_value_type(mica_op_result(op, 0));
    const mica_type *operand = mica_value_type(mica_op_operand(op, 0));
    if (mica_spirv_composite_count(type) != 2)
        return mica_op_error(op, "expected result struct type containing two members");
    return (mica_spirv_composite_element(type, 0) == operand &&
            mica_spirv_composite_element(type, 1) == operand &&
            mica_value_type(mica_op_operand(op, 1)) == operand) ||
           mica_op_error(op, "expected all operand types and struct member types are the same");
}

// ---- matrices

static bool emit(mica_op *op, const char *what)
{
    return mica_diagnostic_emit(
        mica_error(mica_op_context(op), mica_op_location(op), "%s", what));
}

static const mica_type *component_of(const mica_type *matrix)
{
    return mica_type_element(mica_spirv_composite_element(matrix, 0));
}

static int64_t rows_of(const mica_type *matrix)
{
    return mica_type_shape(mica_spirv_composite_element(matrix, 0))[0];
}

bool micai_spirv_MatrixTimesMatrix_verify(mica_op *op)
{
    const mica_type *left = mica_value_type(mica_op_operand(op, 0));
    const mica_type *right = mica_value_type(mica_op_operand(op, 1));
    const mica_type *result = mica_value_type(mica_op_result(op, 0));
    if (mica_spirv_composite_count(left) != rows_of(right))
        return mica_op_error(op, "left matrix columns' count must be equal to the right matrix "
                                 "rows' count");
    if (mica_spirv_composite_count(right) != mica_spirv_composite_count(result))
        return mica_op_error(op, "right and result matrices must have equal columns' count");
    if (rows_of(left) != rows_of(result))
        return mica_op_error(op, "left and result matrices must have equal rows' count");
    if (component_of(right) != component_of(result))
        return emit(op, "right and result matrices' component type must be the same");
    return component_of(left) == component_of(result) ||
           emit(op, "left and result matrices' component type must be the same");
}

bool micai_spirv_MatrixTimesScalar_verify(mica_op *op)
{
    const mica_type *matrix = mica_value_type(mica_op_operand(op, 0));
    if (mica_spirv_type_get_kind(matrix) != MICA_SPIRV_TYPE_MATRIX)
        return true;
    const mica_type *component = mica_type_element(mica_spirv_composite_element(matrix, 0));
    return component == mica_value_type(mica_op_operand(op, 1)) ||
           mica_op_error(op,
                         "input matrix components' type and scaling value must have the same "
                         "type");
}

bool micai_spirv_Transpose_verify(mica_op *op)
{
    const mica_type *from = mica_value_type(mica_op_operand(op, 0));
    const mica_type *to = mica_value_type(mica_op_result(op, 0));
    if (mica_spirv_composite_count(from) != rows_of(to))
        return mica_op_error(op,
                             "input matrix rows count must be equal to output matrix columns "
                             "count");
    if (rows_of(from) != mica_spirv_composite_count(to))
        return mica_op_error(op, "input matrix columns count must be equal to output matrix "
                                 "rows count");
    return component_of(from) == component_of(to) ||
           emit(op, "input and output matrices must have the same component type");
}

bool micai_spirv_VectorTimesScalar_verify(mica_op *op)
{
    const mica_type *vector = mica_value_type(mica_op_operand(op, 0));
    if (vector != mica_value_type(mica_op_result(op, 0)))
        return mica_op_error(op, "vector operand and result type mismatch");
    return mica_type_element(vector) == mica_value_type(mica_op_operand(op, 1)) ||
           mica_op_error(op, "scalar operand and result element type match");
}
