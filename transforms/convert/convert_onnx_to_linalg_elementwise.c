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

/// Builds the element of the result.
typedef mica_value *(*element_fn)(const micai_onnx_site *site, mica_builder *builder,
                                  mica_value *const *elements);

/// One op for floats, signed and unsigned integers, or a function; NULL: none.
typedef struct elementwise {
    const char *of_floats, *of_signed, *of_unsigned;
    element_fn build;
} elementwise;

static const char *op_name(const micai_onnx_site *site)
{
    const elementwise *row = site->row;
    if (mica_type_is_float(mica_type_element(site->type)))
        return row->of_floats;
    return site->is_unsigned ? row->of_unsigned : row->of_signed;
}

static mica_value *build_element(void *user, mica_builder *builder, mica_value *const *elements)
{
    const micai_onnx_site *site = user;
    const elementwise *row = site->row;
    if (row->build)
        return row->build(site, builder, elements);
    return micai_onnx_emit(builder, op_name(site), elements, site->node.operand_count,
                           mica_value_type(elements[0]));
}

static mica_value *lower_elementwise(micai_onnx_site *site)
{
    const elementwise *row = site->row;
    if (!row->build && !op_name(site))
        return micai_onnx_refuse(site, "it is not defined for its element type");
    if (!micai_onnx_can_broadcast(site, site->type, site->node.operands,
                                  site->node.operand_count))
        return NULL;
    return micai_onnx_pointwise(site->builder, site->type, site->node.operands,
                                site->node.operand_count, build_element, site);
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
                                site->node.operand_count, build_element, site);
}

// clang-format off
static const elementwise
    row_abs        = {NULL, NULL, NULL, absolute},
    row_add        = {"arith.addf", "arith.addi", "arith.addi", NULL},
    row_ceil       = {"math.ceil", NULL, NULL, NULL},
    row_clip       = {NULL, NULL, NULL, clip},
    row_div        = {"arith.divf", "arith.divsi", "arith.divui", NULL},
    row_erf        = {"math.erf", NULL, NULL, NULL},
    row_exp        = {"math.exp", NULL, NULL, NULL},
    row_floor      = {"math.floor", NULL, NULL, NULL},
    row_log        = {"math.log", NULL, NULL, NULL},
    row_mul        = {"arith.mulf", "arith.muli", "arith.muli", NULL},
    row_neg        = {NULL, NULL, NULL, negate},
    row_reciprocal = {NULL, NULL, NULL, reciprocal},
    row_relu       = {NULL, NULL, NULL, relu},
    row_sigmoid    = {NULL, NULL, NULL, sigmoid},
    row_sqrt       = {"math.sqrt", NULL, NULL, NULL},
    row_sub        = {"arith.subf", "arith.subi", "arith.subi", NULL},
    row_tanh       = {"math.tanh", NULL, NULL, NULL};
// clang-format on

const micai_onnx_rule micai_onnx_elementwise_rules[] = {
    {"onnx.Abs", lower_elementwise, &row_abs},
    {"onnx.Add", lower_elementwise, &row_add},
    {"onnx.Ceil", lower_elementwise, &row_ceil},
    {"onnx.Clip", lower_clip, &row_clip},
    {"onnx.Div", lower_elementwise, &row_div},
    {"onnx.Erf", lower_elementwise, &row_erf},
    {"onnx.Exp", lower_elementwise, &row_exp},
    {"onnx.Floor", lower_elementwise, &row_floor},
    {"onnx.Log", lower_elementwise, &row_log},
    {"onnx.Mul", lower_elementwise, &row_mul},
    {"onnx.Neg", lower_elementwise, &row_neg},
    {"onnx.Reciprocal", lower_elementwise, &row_reciprocal},
    {"onnx.Relu", lower_elementwise, &row_relu},
    {"onnx.Sigmoid", lower_elementwise, &row_sigmoid},
    {"onnx.Sqrt", lower_elementwise, &row_sqrt},
    {"onnx.Sub", lower_elementwise, &row_sub},
    {"onnx.Tanh", lower_elementwise, &row_tanh},
    {NULL, NULL, NULL},
};
