// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Comparisons, logic, selection, and conversions between element types, element by element.
#include "transforms/convert/convert_onnx_to_linalg_internal.h"

#include <math.h>

/// Values of the predicates of arith.cmpf and arith.cmpi.
enum {
    FLOAT_EQUAL = 1,
    FLOAT_GREATER = 2,
    FLOAT_GREATER_EQUAL = 3,
    FLOAT_LESS = 4,
    FLOAT_LESS_EQUAL = 5,
    FLOAT_NOT_EQUAL = 13,
    FLOAT_UNORDERED = 14,
    EQUAL = 0,
    NOT_EQUAL = 1,
    SIGNED_LESS = 2,
    SIGNED_LESS_EQUAL = 3,
    SIGNED_GREATER = 4,
    SIGNED_GREATER_EQUAL = 5,
    UNSIGNED_LESS = 6,
    UNSIGNED_LESS_EQUAL = 7,
    UNSIGNED_GREATER = 8,
    UNSIGNED_GREATER_EQUAL = 9
};

static mica_value *compare(mica_builder *builder, int predicate, mica_value *a, mica_value *b)
{
    mica_context *context = builder->context;
    mica_op_state state;
    mica_op_state_init(&state, context,
                       mica_type_is_float(mica_value_type(a)) ? "arith.cmpf" : "arith.cmpi",
                       builder->location);
    mica_op_state_add_operand(&state, a);
    mica_op_state_add_operand(&state, b);
    mica_op_state_add_result(&state, mica_integer_type_get(context, 1, MICA_SIGNLESS));
    mica_op_state_set_attr(&state, "predicate", mica_i64_attr_get(context, predicate));
    mica_op *op = mica_builder_create(builder, &state);
    return op ? mica_op_result(op, 0) : NULL;
}

mica_value *micai_onnx_less(mica_builder *builder, mica_value *a, mica_value *b,
                            bool is_unsigned)
{
    const bool is_float = mica_type_is_float(mica_value_type(a));
    return compare(builder,
                   is_float      ? FLOAT_LESS
                   : is_unsigned ? UNSIGNED_LESS
                                 : SIGNED_LESS,
                   a, b);
}

mica_value *micai_onnx_is_nan(mica_builder *builder, mica_value *x)
{
    return compare(builder, FLOAT_UNORDERED, x, x);
}

// ---- element types
// ---------------------------------------------------------------------------

static mica_value *emit_one(mica_builder *builder, const char *name, mica_value *x,
                            const mica_type *type)
{
    return micai_onnx_emit(builder, name, &x, 1, type);
}

static bool is_boolean(const mica_type *type)
{
    return !mica_type_is_float(type) && mica_type_bit_width(type) == 1;
}

static mica_value *resize_integer(mica_builder *builder, mica_value *x, const mica_type *to,
                                  bool from_unsigned)
{
    const uint32_t from_width = mica_type_bit_width(mica_value_type(x));
    const uint32_t width = mica_type_bit_width(to);
    if (from_width == width)
        return x;
    const bool zero_extend = from_unsigned || from_width == 1;
    return emit_one(builder,
                    width < from_width ? "arith.trunci"
                    : zero_extend      ? "arith.extui"
                                       : "arith.extsi",
                    x, to);
}

/// Through a signed integer that holds every value of a narrower type, so that what is out of
/// range wraps around instead of being undefined.
static mica_value *float_to_integer(mica_builder *builder, mica_value *x, const mica_type *to,
                                    bool to_unsigned)
{
    const uint32_t width = mica_type_bit_width(to);
    if (width == 64)
        return emit_one(builder, to_unsigned ? "arith.fptoui" : "arith.fptosi", x, to);
    const uint32_t wide = width < 32 ? 32 : to_unsigned ? 64 : width;
    const mica_type *type = mica_integer_type_get(builder->context, wide, MICA_SIGNLESS);
    return resize_integer(builder, emit_one(builder, "arith.fptosi", x, type), to, false);
}

mica_value *micai_onnx_convert(mica_builder *builder, mica_value *x, const mica_type *to,
                               bool from_unsigned, bool to_unsigned)
{
    const mica_type *from = mica_value_type(x);
    if (from == to)
        return x;
    if (micai_onnx_is_narrow_float(from)) {
        // Exact; and some of these formats have no 0 to compare with.
        const mica_type *wide = mica_float_type_get(builder->context, MICA_FLOAT_F32);
        x = emit_one(builder, "arith.extf", x, wide);
        return micai_onnx_convert(builder, x, to, false, to_unsigned);
    }
    if (is_boolean(to)) {
        const int predicate = mica_type_is_float(from) ? FLOAT_NOT_EQUAL : NOT_EQUAL;
        return compare(builder, predicate, x, micai_onnx_number(builder, from, 0));
    }
    if (!mica_type_is_float(from) && !mica_type_is_float(to))
        return resize_integer(builder, x, to, from_unsigned);
    if (!mica_type_is_float(to))
        return float_to_integer(builder, x, to, to_unsigned);
    if (!mica_type_is_float(from))
        return emit_one(builder,
                        from_unsigned || is_boolean(from) ? "arith.uitofp" : "arith.sitofp", x,
                        to);
    const uint32_t from_width = mica_type_bit_width(from), width = mica_type_bit_width(to);
    if (from_width == width) { // f16 and bf16: neither holds the other
        const mica_type *wide = mica_float_type_get(builder->context, MICA_FLOAT_F32);
        x = emit_one(builder, "arith.extf", x, wide);
        return emit_one(builder, "arith.truncf", x, to);
    }
    return emit_one(builder, width < from_width ? "arith.truncf" : "arith.extf", x, to);
}

static mica_value *cast(const micai_onnx_site *site, mica_builder *builder,
                        mica_value *const *elements)
{
    const mica_type *to = mica_type_attr_value(mica_onnx_node_attr(&site->node, "to"));
    const bool to_unsigned =
        mica_type_is_integer(to) && mica_integer_type_signedness(to) == MICA_UNSIGNED;
    const micai_onnx_narrowing how = {
        .saturate = mica_onnx_node_int(&site->node, "saturate") != 0,
        .from_unsigned = site->is_unsigned,
        .round_mode = mica_onnx_node_string(&site->node, "round_mode")};
    if (micai_onnx_is_narrow_float(to))
        return micai_onnx_narrow(builder, elements[0], to, &how);
    return micai_onnx_convert(builder, elements[0], mica_type_element(site->type),
                              site->is_unsigned, to_unsigned);
}

/// A bool has the bits of the byte 0 or 1; any other byte is true.
static mica_value *bit_cast(const micai_onnx_site *site, mica_builder *builder,
                            mica_value *const *elements)
{
    const mica_type *to = mica_type_element(site->type), *from = mica_value_type(elements[0]);
    const mica_type *i8 = mica_integer_type_get(builder->context, 8, MICA_SIGNLESS);
    if (from == to)
        return elements[0];
    if (!is_boolean(from) && !is_boolean(to))
        return emit_one(builder, "arith.bitcast", elements[0], to);
    mica_value *byte = is_boolean(from) ? emit_one(builder, "arith.extui", elements[0], i8)
                       : from == i8     ? elements[0]
                                        : emit_one(builder, "arith.bitcast", elements[0], i8);
    if (is_boolean(to))
        return micai_onnx_convert(builder, byte, to, true, false);
    return to == i8 ? byte : emit_one(builder, "arith.bitcast", byte, to);
}

// ---- comparisons
// -----------------------------------------------------------------------------

/// Predicates for floats, signed and unsigned integers.
typedef struct predicates {
    int of_floats, of_signed, of_unsigned;
} predicates;

static mica_value *compare_by(const micai_onnx_site *site, mica_builder *builder,
                              mica_value *const *elements)
{
    const micai_onnx_elementwise *row = site->row;
    const predicates *choice = row->data;
    const int predicate = mica_type_is_float(mica_value_type(elements[0])) ? choice->of_floats
                          : site->is_unsigned                              ? choice->of_unsigned
                                                                           : choice->of_signed;
    return compare(builder, predicate, elements[0], elements[1]);
}

static mica_value *is_nan(const micai_onnx_site *site, mica_builder *builder,
                          mica_value *const *elements)
{
    (void)site;
    return micai_onnx_is_nan(builder, elements[0]);
}

static mica_value *is_infinite(const micai_onnx_site *site, mica_builder *builder,
                               mica_value *const *elements)
{
    mica_value *x = elements[0];
    const mica_type *type = mica_value_type(x);
    const bool negative = mica_onnx_node_int(&site->node, "detect_negative") != 0;
    const bool positive = mica_onnx_node_int(&site->node, "detect_positive") != 0;
    if (!negative && !positive)
        return micai_onnx_number(builder, mica_type_element(site->type), 0);
    if (negative && positive)
        x = emit_one(builder, "math.absf", x, type);
    const double bound = positive ? (double)INFINITY : -(double)INFINITY;
    return compare(builder, FLOAT_EQUAL, x, micai_onnx_number(builder, type, bound));
}

// ---- logic and bits
// --------------------------------------------------------------------------

static mica_value *negation(const micai_onnx_site *site, mica_builder *builder,
                            mica_value *const *elements)
{
    (void)site;
    mica_value *ones = micai_onnx_number(builder, mica_value_type(elements[0]), -1);
    return micai_onnx_emit2(builder, "arith.xori", elements[0], ones);
}

/// Places beyond the width give 0, where arith's shifts are undefined.
static mica_value *bit_shift(const micai_onnx_site *site, mica_builder *builder,
                             mica_value *const *elements)
{
    const mica_type *type = mica_value_type(elements[0]);
    const bool is_left =
        mica_string_is(mica_onnx_node_string(&site->node, "direction"), "LEFT");
    mica_value *width = micai_onnx_number(builder, type, mica_type_bit_width(type));
    mica_value *zero = micai_onnx_number(builder, type, 0);
    mica_value *is_inside = micai_onnx_less(builder, elements[1], width, true);
    mica_value *places = micai_onnx_select(builder, is_inside, elements[1], zero);
    mica_value *moved =
        micai_onnx_emit2(builder, is_left ? "arith.shli" : "arith.shrui", elements[0], places);
    return micai_onnx_select(builder, is_inside, moved, zero);
}

static mica_value *where(const micai_onnx_site *site, mica_builder *builder,
                         mica_value *const *elements)
{
    (void)site;
    return micai_onnx_select(builder, elements[0], elements[1], elements[2]);
}

// clang-format off
static const predicates
    equal         = {FLOAT_EQUAL, EQUAL, EQUAL},
    greater       = {FLOAT_GREATER, SIGNED_GREATER, UNSIGNED_GREATER},
    greater_equal = {FLOAT_GREATER_EQUAL, SIGNED_GREATER_EQUAL, UNSIGNED_GREATER_EQUAL},
    less          = {FLOAT_LESS, SIGNED_LESS, UNSIGNED_LESS},
    less_equal    = {FLOAT_LESS_EQUAL, SIGNED_LESS_EQUAL, UNSIGNED_LESS_EQUAL};

static const micai_onnx_elementwise
    row_and           = {NULL, "arith.andi", "arith.andi", NULL, NULL},
    row_bit_cast      = {.build = bit_cast},
    row_bit_shift     = {.build = bit_shift},
    row_bitwise_and   = {NULL, "arith.andi", "arith.andi", NULL, NULL},
    row_cast          = {.build = cast},
    row_equal         = {.build = compare_by, .data = &equal},
    row_greater       = {.build = compare_by, .data = &greater},
    row_greater_equal = {.build = compare_by, .data = &greater_equal},
    row_is_inf        = {.build = is_infinite},
    row_is_nan        = {.build = is_nan},
    row_less          = {.build = compare_by, .data = &less},
    row_less_equal    = {.build = compare_by, .data = &less_equal},
    row_not           = {.build = negation},
    row_or            = {NULL, "arith.ori", "arith.ori", NULL, NULL},
    row_where         = {.build = where},
    row_xor           = {NULL, "arith.xori", "arith.xori", NULL, NULL};
// clang-format on

const micai_onnx_rule micai_onnx_logic_rules[] = {
    {"onnx.And", micai_onnx_lower_elementwise, &row_and},
    {"onnx.BitCast", micai_onnx_lower_elementwise, &row_bit_cast},
    {"onnx.BitShift", micai_onnx_lower_elementwise, &row_bit_shift},
    {"onnx.BitwiseAnd", micai_onnx_lower_elementwise, &row_bitwise_and},
    {"onnx.BitwiseNot", micai_onnx_lower_elementwise, &row_not},
    {"onnx.BitwiseOr", micai_onnx_lower_elementwise, &row_or},
    {"onnx.BitwiseXor", micai_onnx_lower_elementwise, &row_xor},
    {"onnx.Cast", micai_onnx_lower_elementwise, &row_cast},
    {"onnx.Equal", micai_onnx_lower_elementwise, &row_equal},
    {"onnx.Greater", micai_onnx_lower_elementwise, &row_greater},
    {"onnx.GreaterOrEqual", micai_onnx_lower_elementwise, &row_greater_equal},
    {"onnx.IsInf", micai_onnx_lower_elementwise, &row_is_inf},
    {"onnx.IsNaN", micai_onnx_lower_elementwise, &row_is_nan},
    {"onnx.Less", micai_onnx_lower_elementwise, &row_less},
    {"onnx.LessOrEqual", micai_onnx_lower_elementwise, &row_less_equal},
    {"onnx.Not", micai_onnx_lower_elementwise, &row_not},
    {"onnx.Or", micai_onnx_lower_elementwise, &row_or},
    {"onnx.Where", micai_onnx_lower_elementwise, &row_where},
    {"onnx.Xor", micai_onnx_lower_elementwise, &row_xor},
    {NULL, NULL, NULL},
};
