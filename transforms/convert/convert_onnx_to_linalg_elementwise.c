// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Ops that work element by element: one linalg.generic each, whose maps broadcast the operands
// and whose body is a few ops of arith and math.
//
//   %y = onnx.Add %a, %b : (tensor<2x3xf32>, tensor<3xf32>) -> tensor<2x3xf32>
//
//   %y = linalg.generic {indexing_maps = [(d0, d1) -> (d0, d1), (d0, d1) -> (d1), ...]}
//          ins(%a, %b) outs(%empty) { ^bb0(%x, %y, %o): arith.addf, linalg.yield }
#include "transforms/convert/convert_onnx_to_linalg_internal.h"

static const char *op_name(const micai_onnx_site *site)
{
    const micai_onnx_elementwise *row = site->row;
    if (mica_type_is_float(mica_type_element(site->type)))
        return row->of_floats;
    return site->is_unsigned ? row->of_unsigned : row->of_signed;
}

mica_value *micai_onnx_build_element(void *user, mica_builder *builder,
                                     mica_value *const *elements)
{
    const micai_onnx_site *site = user;
    const micai_onnx_elementwise *row = site->row;
    if (row->build)
        return row->build(site, builder, elements);
    return micai_onnx_emit(builder, op_name(site), elements, site->node.operand_count,
                           mica_value_type(elements[0]));
}

bool micai_onnx_has_element(const micai_onnx_site *site)
{
    const micai_onnx_elementwise *row = site->row;
    return row->build || op_name(site);
}

mica_value *micai_onnx_lower_elementwise(micai_onnx_site *site)
{
    if (!micai_onnx_has_element(site))
        return micai_onnx_refuse(site, "it is not defined for its element type");
    return micai_onnx_pointwise(site->builder, site->type, site->node.operands,
                                site->node.operand_count, micai_onnx_build_element, site);
}

// ---- elements of several ops
// -----------------------------------------------------------------

/// x < 0 ? 0 : x, which keeps NaN and is one instruction on vectors.
static mica_value *relu(const micai_onnx_site *site, mica_builder *builder,
                        mica_value *const *elements)
{
    mica_value *x = elements[0];
    mica_value *zero = micai_onnx_number(builder, mica_value_type(x), 0);
    return micai_onnx_select(builder, micai_onnx_less(builder, x, zero, site->is_unsigned),
                             zero, x);
}

static mica_value *reciprocal(const micai_onnx_site *site, mica_builder *builder,
                              mica_value *const *elements)
{
    (void)site;
    mica_value *one = micai_onnx_number(builder, mica_value_type(elements[0]), 1);
    return micai_onnx_emit2(builder, "arith.divf", one, elements[0]);
}

/// 1 / (1 + exp(-x))
static mica_value *sigmoid(const micai_onnx_site *site, mica_builder *builder,
                           mica_value *const *elements)
{
    const mica_type *type = mica_value_type(elements[0]);
    mica_value *negated = micai_onnx_emit(builder, "arith.negf", elements, 1, type);
    mica_value *power = micai_onnx_emit(builder, "math.exp", &negated, 1, type);
    mica_value *one = micai_onnx_number(builder, type, 1);
    mica_value *sum = micai_onnx_emit2(builder, "arith.addf", power, one);
    return reciprocal(site, builder, &sum);
}

static mica_value *negate(const micai_onnx_site *site, mica_builder *builder,
                          mica_value *const *elements)
{
    (void)site;
    const mica_type *type = mica_value_type(elements[0]);
    if (mica_type_is_float(type))
        return micai_onnx_emit(builder, "arith.negf", elements, 1, type);
    return micai_onnx_emit2(builder, "arith.subi", micai_onnx_number(builder, type, 0),
                            elements[0]);
}

static mica_value *absolute(const micai_onnx_site *site, mica_builder *builder,
                            mica_value *const *elements)
{
    const mica_type *type = mica_value_type(elements[0]);
    if (site->is_unsigned)
        return elements[0];
    return micai_onnx_emit(builder, mica_type_is_float(type) ? "math.absf" : "math.absi",
                           elements, 1, type);
}

/// At least min, then at most max; NaN stays. The bounds that are there follow the input.
static mica_value *clip(const micai_onnx_site *site, mica_builder *builder,
                        mica_value *const *elements)
{
    const bool has_min = micai_onnx_operand(site, 1), has_max = micai_onnx_operand(site, 2);
    mica_value *x = elements[0];
    if (has_min) {
        mica_value *bound = elements[1];
        x = micai_onnx_select(builder, micai_onnx_less(builder, x, bound, site->is_unsigned),
                              bound, x);
    }
    if (has_max) {
        mica_value *bound = elements[has_min ? 2 : 1];
        x = micai_onnx_select(builder, micai_onnx_less(builder, bound, x, site->is_unsigned),
                              bound, x);
    }
    return x;
}

/// Bounds of one element may have any rank, which the result has not.
static mica_value *lower_clip(micai_onnx_site *site)
{
    for (size_t i = 1; i < site->node.operand_count; ++i)
        if (micai_rank(site->node.operands[i]) != 0 &&
            mica_type_element_count(mica_value_type(site->node.operands[i])) != 1)
            return micai_onnx_refuse(site, "the size of a bound is not known");
    for (size_t i = 1; i < site->node.operand_count; ++i) {
        mica_value *bound = site->node.operands[i];
        const mica_type *scalar = mica_tensor_type_get(micai_element(bound), NULL, 0, NULL);
        site->node.operands[i] = micai_onnx_reshape(site->builder, bound, scalar);
    }
    return micai_onnx_pointwise(site->builder, site->type, site->node.operands,
                                site->node.operand_count, micai_onnx_build_element, site);
}

/// 1, -1, or x itself: zeros keep their sign, NaN stays.
static mica_value *sign(const micai_onnx_site *site, mica_builder *builder,
                        mica_value *const *elements)
{
    mica_value *x = elements[0];
    const mica_type *type = mica_value_type(x);
    mica_value *zero = micai_onnx_number(builder, type, 0);
    mica_value *one = micai_onnx_number(builder, type, 1);
    mica_value *y = micai_onnx_select(
        builder, micai_onnx_less(builder, zero, x, site->is_unsigned), one, x);
    if (site->is_unsigned)
        return y;
    mica_value *minus_one = micai_onnx_number(builder, type, -1);
    return micai_onnx_select(builder, micai_onnx_less(builder, x, zero, false), minus_one, y);
}

/// carried: the result so far, the base squared once a step, the bits of the exponent left
static void power_step(void *user, mica_builder *builder, mica_value *index,
                       mica_value **carried)
{
    (void)user;
    (void)index;
    const mica_type *type = mica_value_type(carried[0]);
    mica_value *one = micai_onnx_number(builder, type, 1);
    mica_value *bit = micai_onnx_emit2(builder, "arith.andi", carried[2], one);
    mica_value *is_even = micai_onnx_less(builder, bit, one, true);
    mica_value *product = micai_onnx_emit2(builder, "arith.muli", carried[0], carried[1]);
    carried[0] = micai_onnx_select(builder, is_even, carried[0], product);
    carried[1] = micai_onnx_emit2(builder, "arith.muli", carried[1], carried[1]);
    carried[2] = micai_onnx_emit2(builder, "arith.shrui", carried[2], one);
}

/// An integer power, bit by bit of the exponent; of a negative one as if it were unsigned.
static mica_value *integer_power(mica_builder *builder, mica_value *base, mica_value *exponent)
{
    const mica_type *type = mica_value_type(base);
    mica_value *carried[] = {micai_onnx_number(builder, type, 1), base, exponent};
    micai_onnx_along(builder, micai_onnx_index(builder, mica_type_bit_width(type)), carried, 3,
                     power_step, NULL);
    return carried[0];
}

/// The exponent comes to the base's type, or, when only it is a float, the base to its.
static mica_value *power(const micai_onnx_site *site, mica_builder *builder,
                         mica_value *const *elements)
{
    mica_value *base = elements[0], *exponent = elements[1];
    const mica_type *type = mica_value_type(base), *other = mica_value_type(exponent);
    const bool exponent_unsigned = micai_onnx_is_unsigned(site, 1);
    if (mica_type_is_float(type)) {
        exponent = micai_onnx_convert(builder, exponent, type, exponent_unsigned, false);
        return micai_onnx_emit2(builder, "math.powf", base, exponent);
    }
    const mica_type *wide = mica_float_type_get(builder->context, MICA_FLOAT_F64);
    if (!mica_type_is_float(other)) {
        exponent = micai_onnx_convert(builder, exponent, type, exponent_unsigned, false);
        return integer_power(builder, base, exponent);
    }
    base = micai_onnx_convert(builder, base, wide, site->is_unsigned, false);
    exponent = micai_onnx_convert(builder, exponent, wide, false, false);
    return micai_onnx_convert(builder, micai_onnx_emit2(builder, "math.powf", base, exponent),
                              type, false, site->is_unsigned);
}

/// r = A rem B has A's sign; B is added where that is not B's.
static mica_value *modulo(const micai_onnx_site *site, mica_builder *builder,
                          mica_value *const *elements)
{
    const mica_type *type = mica_value_type(elements[0]);
    if (mica_type_is_float(type))
        return micai_onnx_emit2(builder, "arith.remf", elements[0], elements[1]);
    mica_value *rest = micai_onnx_emit2(
        builder, site->is_unsigned ? "arith.remui" : "arith.remsi", elements[0], elements[1]);
    if (site->is_unsigned || mica_onnx_node_int(&site->node, "fmod") != 0)
        return rest;
    mica_value *zero = micai_onnx_number(builder, type, 0);
    mica_value *signs = micai_onnx_emit2(builder, "arith.xori", rest, elements[1]);
    mica_value *differ = micai_onnx_less(builder, signs, zero, false);
    mica_value *sum = micai_onnx_emit2(builder, "arith.addi", rest, elements[1]);
    mica_value *fixed = micai_onnx_select(builder, differ, sum, rest);
    mica_value *is_negative = micai_onnx_less(builder, rest, zero, false);
    mica_value *is_positive = micai_onnx_less(builder, zero, rest, false);
    mica_value *is_rest = micai_onnx_emit2(builder, "arith.ori", is_negative, is_positive);
    return micai_onnx_select(builder, is_rest, fixed, rest);
}

// ---- any number of operands
// ------------------------------------------------------------------

static mica_value *combine(void *user, mica_builder *builder, mica_value *const *elements)
{
    return micai_onnx_emit2(builder, user, elements[0], elements[1]);
}

typedef struct share {
    double count;
} share;

static mica_value *divide_by_count(void *user, mica_builder *builder,
                                   mica_value *const *elements)
{
    const share *all = user;
    mica_value *count = micai_onnx_number(builder, mica_value_type(elements[0]), all->count);
    return micai_onnx_emit2(builder, "arith.divf", elements[0], count);
}

/// Two at a time, the first pair already in the shape of the result.
static mica_value *lower_variadic(micai_onnx_site *site)
{
    const size_t count = site->node.operand_count;
    mica_value *const *inputs = site->node.operands;
    const char *name = op_name(site);
    if (!name)
        return micai_onnx_refuse(site, "it is not defined for its element type");
    mica_value *result = inputs[0];
    for (size_t i = 1; i < count; ++i) {
        mica_value *const pair[] = {result, inputs[i]};
        result = micai_onnx_pointwise(site->builder, site->type, pair, 2, combine,
                                      (void *)(uintptr_t)name);
    }
    return result;
}

static mica_value *lower_mean(micai_onnx_site *site)
{
    mica_value *sum = lower_variadic(site);
    share all = {(double)site->node.operand_count};
    return sum && all.count > 1
               ? micai_onnx_pointwise(site->builder, site->type, &sum, 1, divide_by_count, &all)
               : sum;
}

// clang-format off
static const micai_onnx_elementwise
    row_acos = {"math.acos", NULL, NULL, NULL, NULL},
    row_acosh = {"math.acosh", NULL, NULL, NULL, NULL},
    row_asin = {"math.asin", NULL, NULL, NULL, NULL},
    row_asinh = {"math.asinh", NULL, NULL, NULL, NULL},
    row_atan = {"math.atan", NULL, NULL, NULL, NULL},
    row_atanh = {"math.atanh", NULL, NULL, NULL, NULL},
    row_cos = {"math.cos", NULL, NULL, NULL, NULL},
    row_cosh = {"math.cosh", NULL, NULL, NULL, NULL},
    row_sin = {"math.sin", NULL, NULL, NULL, NULL},
    row_sinh = {"math.sinh", NULL, NULL, NULL, NULL},
    row_tan = {"math.tan", NULL, NULL, NULL, NULL},
    row_round = {"math.roundeven", NULL, NULL, NULL, NULL},
    row_max = {"arith.maximumf", "arith.maxsi", "arith.maxui", NULL, NULL},
    row_min = {"arith.minimumf", "arith.minsi", "arith.minui", NULL, NULL},
    row_sum = {"arith.addf", "arith.addi", "arith.addi", NULL, NULL},
    row_mod = {.build = modulo},
    row_pow = {.build = power},
    row_sign = {.build = sign},
    row_abs        = {NULL, NULL, NULL, absolute, NULL},
    row_add        = {"arith.addf", "arith.addi", "arith.addi", NULL, NULL},
    row_ceil       = {"math.ceil", NULL, NULL, NULL, NULL},
    row_clip       = {NULL, NULL, NULL, clip, NULL},
    row_div        = {"arith.divf", "arith.divsi", "arith.divui", NULL, NULL},
    row_erf        = {"math.erf", NULL, NULL, NULL, NULL},
    row_exp        = {"math.exp", NULL, NULL, NULL, NULL},
    row_floor      = {"math.floor", NULL, NULL, NULL, NULL},
    row_log        = {"math.log", NULL, NULL, NULL, NULL},
    row_mul        = {"arith.mulf", "arith.muli", "arith.muli", NULL, NULL},
    row_neg        = {NULL, NULL, NULL, negate, NULL},
    row_reciprocal = {NULL, NULL, NULL, reciprocal, NULL},
    row_relu       = {NULL, NULL, NULL, relu, NULL},
    row_sigmoid    = {NULL, NULL, NULL, sigmoid, NULL},
    row_sqrt       = {"math.sqrt", NULL, NULL, NULL, NULL},
    row_sub        = {"arith.subf", "arith.subi", "arith.subi", NULL, NULL},
    row_tanh       = {"math.tanh", NULL, NULL, NULL, NULL};
// clang-format on

const micai_onnx_rule micai_onnx_elementwise_rules[] = {
    {"onnx.Abs", micai_onnx_lower_elementwise, &row_abs},
    {"onnx.Acos", micai_onnx_lower_elementwise, &row_acos},
    {"onnx.Acosh", micai_onnx_lower_elementwise, &row_acosh},
    {"onnx.Add", micai_onnx_lower_elementwise, &row_add},
    {"onnx.Asin", micai_onnx_lower_elementwise, &row_asin},
    {"onnx.Asinh", micai_onnx_lower_elementwise, &row_asinh},
    {"onnx.Atan", micai_onnx_lower_elementwise, &row_atan},
    {"onnx.Atanh", micai_onnx_lower_elementwise, &row_atanh},
    {"onnx.Ceil", micai_onnx_lower_elementwise, &row_ceil},
    {"onnx.Clip", lower_clip, &row_clip},
    {"onnx.Cos", micai_onnx_lower_elementwise, &row_cos},
    {"onnx.Cosh", micai_onnx_lower_elementwise, &row_cosh},
    {"onnx.Div", micai_onnx_lower_elementwise, &row_div},
    {"onnx.Erf", micai_onnx_lower_elementwise, &row_erf},
    {"onnx.Exp", micai_onnx_lower_elementwise, &row_exp},
    {"onnx.Floor", micai_onnx_lower_elementwise, &row_floor},
    {"onnx.Log", micai_onnx_lower_elementwise, &row_log},
    {"onnx.Max", lower_variadic, &row_max},
    {"onnx.Mean", lower_mean, &row_sum},
    {"onnx.Min", lower_variadic, &row_min},
    {"onnx.Mod", micai_onnx_lower_elementwise, &row_mod},
    {"onnx.Mul", micai_onnx_lower_elementwise, &row_mul},
    {"onnx.Neg", micai_onnx_lower_elementwise, &row_neg},
    {"onnx.Pow", micai_onnx_lower_elementwise, &row_pow},
    {"onnx.Reciprocal", micai_onnx_lower_elementwise, &row_reciprocal},
    {"onnx.Relu", micai_onnx_lower_elementwise, &row_relu},
    {"onnx.Round", micai_onnx_lower_elementwise, &row_round},
    {"onnx.Sigmoid", micai_onnx_lower_elementwise, &row_sigmoid},
    {"onnx.Sign", micai_onnx_lower_elementwise, &row_sign},
    {"onnx.Sin", micai_onnx_lower_elementwise, &row_sin},
    {"onnx.Sinh", micai_onnx_lower_elementwise, &row_sinh},
    {"onnx.Sqrt", micai_onnx_lower_elementwise, &row_sqrt},
    {"onnx.Sub", micai_onnx_lower_elementwise, &row_sub},
    {"onnx.Sum", lower_variadic, &row_sum},
    {"onnx.Tan", micai_onnx_lower_elementwise, &row_tan},
    {"onnx.Tanh", micai_onnx_lower_elementwise, &row_tanh},
    {NULL, NULL, NULL},
};
