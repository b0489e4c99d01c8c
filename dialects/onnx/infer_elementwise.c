// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Types of ops that work element by element, with numpy's broadcasting or along an axis.
#include "dialects/onnx/onnx_internal.h"

bool micai_onnx_broadcast_size(int64_t a, int64_t b, int64_t *result)
{
    if (a == b || b == 1) {
        *result = a;
        return true;
    }
    if (a == 1) {
        *result = b;
        return true;
    }
    // One that is not known is 1 or equal to the other at run time.
    if (a == MICA_DYNAMIC || b == MICA_DYNAMIC) {
        *result = a == MICA_DYNAMIC ? b : a;
        return true;
    }
    return false;
}

int micai_onnx_broadcast_shapes(const int64_t *a, size_t a_rank, const int64_t *b,
                                size_t b_rank, int64_t *result)
{
    const size_t rank = a_rank > b_rank ? a_rank : b_rank;
    for (size_t i = 0; i < rank; ++i) {
        const int64_t x = i + a_rank < rank ? 1 : a[i + a_rank - rank];
        const int64_t y = i + b_rank < rank ? 1 : b[i + b_rank - rank];
        if (!micai_onnx_broadcast_size(x, y, &result[i]))
            return -1;
    }
    return (int)rank;
}

const mica_type *micai_onnx_infer_same(const mica_op_state *node, mica_onnx_fault *fault)
{
    (void)fault;
    return micai_operand_type(node, 0);
}

/// The broadcast shape of the operands from `first` on, with elements of type `element`.
static const mica_type *broadcast_operands(const mica_op_state *node, size_t first,
                                           const mica_type *element, mica_onnx_fault *fault)
{
    int64_t shape[MICA_ONNX_MAX_RANK];
    int rank = 0;
    for (size_t i = first; i < node->operand_count; ++i) {
        const mica_type *type = mica_value_type(node->operands[i]);
        if (!mica_type_is_ranked(type))
            return mica_unranked_tensor_type_get(element);
        int64_t joined[MICA_ONNX_MAX_RANK];
        const int joined_rank = micai_onnx_broadcast_shapes(
            shape, (size_t)rank, mica_type_shape(type), mica_type_rank(type), joined);
        if (joined_rank < 0) {
            char left[MICAI_SHAPE_TEXT], right[MICAI_SHAPE_TEXT];
            mica_onnx_shape_text(mica_tensor_type_get(element, shape, (size_t)rank, NULL), left,
                                 sizeof left);
            mica_onnx_shape_text(type, right, sizeof right);
            return micai_onnx_wrong(fault, "shapes %s and %s can't be broadcast together", left,
                                    right);
        }
        rank = joined_rank;
        memcpy(shape, joined, sizeof shape);
    }
    return mica_tensor_type_get(element, shape, (size_t)rank, NULL);
}

static bool same_elements_from(const mica_op_state *node, size_t first, mica_onnx_fault *fault)
{
    for (size_t i = first + 1; i < node->operand_count; ++i) {
        if (mica_type_element(mica_value_type(node->operands[i])) ==
            mica_type_element(mica_value_type(node->operands[first])))
            continue;
        const mica_op_def *definition = mica_op_record_def(node->record);
        if (definition->operand_count > i)
            micai_onnx_wrong(fault, "operands '%s' and '%s' differ in element type",
                             definition->operands[first].name, definition->operands[i].name);
        else
            micai_onnx_wrong(fault, "operands #%zu and #%zu differ in element type", first, i);
        return false;
    }
    return true;
}

const mica_type *micai_onnx_infer_broadcast(const mica_op_state *node, mica_onnx_fault *fault)
{
    if (node->operand_count == 0)
        return micai_onnx_wrong(fault, "has no operand");
    if (!same_elements_from(node, 0, fault))
        return NULL;
    return broadcast_operands(node, 0, mica_type_element(mica_value_type(node->operands[0])),
                              fault);
}

static const mica_type *boolean(const mica_op_state *node)
{
    return mica_integer_type_get(node->context, 1, MICA_SIGNLESS);
}

static const mica_type *infer_compare(const mica_op_state *node, mica_onnx_fault *fault)
{
    return same_elements_from(node, 0, fault)
               ? broadcast_operands(node, 0, boolean(node), fault)
               : NULL;
}

static const mica_type *infer_test(const mica_op_state *node, mica_onnx_fault *fault)
{
    (void)fault;
    return mica_type_with_element(micai_operand_type(node, 0), boolean(node));
}

static const mica_type *infer_where(const mica_op_state *node, mica_onnx_fault *fault)
{
    return same_elements_from(node, 1, fault)
               ? broadcast_operands(node, 0, mica_type_element(micai_operand_type(node, 1)),
                                    fault)
               : NULL;
}

static const mica_type *infer_pow(const mica_op_state *node, mica_onnx_fault *fault)
{
    return broadcast_operands(node, 0, mica_type_element(micai_operand_type(node, 0)), fault);
}

/// The second operand is broadcast to the first, never the other way round.
static const mica_type *infer_prelu(const mica_op_state *node, mica_onnx_fault *fault)
{
    const mica_type *type = micai_operand_type(node, 0), *slope = micai_operand_type(node, 1);
    const mica_type *both = micai_onnx_infer_broadcast(node, fault);
    if (!both || !mica_type_is_ranked(type) || !mica_type_is_ranked(slope) ||
        mica_onnx_types_agree(both, type))
        return both ? type : NULL;
    return micai_onnx_wrong(fault, "'slope' can't be broadcast to 'X'");
}

/// The element type that attribute `to` names, unless that is none a tensor of ONNX has.
static const mica_type *infer_cast(const mica_op_state *node, mica_onnx_fault *fault)
{
    const mica_attr *to = mica_onnx_node_attr(node, "to");
    const mica_type *element =
        mica_attr_is(to, MICA_ATTR_TYPE) ? mica_type_attr_value(to) : NULL;
    if (!element || (!mica_type_is_float(element) && !mica_type_is_integer(element)))
        return micai_onnx_wrong(fault, "'to' must be an integer or floating-point type");
    const mica_string mode = mica_onnx_node_string(node, "round_mode");
    if (mode.length && !mica_string_is(mode, "up") && !mica_string_is(mode, "down") &&
        !mica_string_is(mode, "nearest"))
        return micai_onnx_wrong(fault, "'round_mode' must be up, down or nearest");
    return mica_type_with_element(micai_operand_type(node, 0), element);
}

/// Bits of an element in ONNX's memory, where a bool takes 8.
static uint32_t stored_width(const mica_type *element)
{
    const uint32_t width = mica_type_bit_width(element);
    return width == 1 ? 8 : width;
}

static const mica_type *infer_bit_cast(const mica_op_state *node, mica_onnx_fault *fault)
{
    const mica_type *type = infer_cast(node, fault), *from = micai_operand_type(node, 0);
    if (!type || stored_width(mica_type_element(type)) == stored_width(mica_type_element(from)))
        return type;
    return micai_onnx_wrong(fault, "'to' must be as wide as the elements of 'input'");
}

static const mica_type *infer_bit_shift(const mica_op_state *node, mica_onnx_fault *fault)
{
    const mica_string direction = mica_onnx_node_string(node, "direction");
    if (!mica_string_is(direction, "LEFT") && !mica_string_is(direction, "RIGHT"))
        return micai_onnx_wrong(fault, "'direction' must be LEFT or RIGHT");
    return micai_onnx_infer_broadcast(node, fault);
}

static bool infer_dropout(const mica_op_state *node, mica_onnx_types *types,
                          mica_onnx_fault *fault)
{
    types->types[0] = micai_operand_type(node, 0);
    types->types[1] = infer_test(node, fault);
    types->count = types->count > 2 ? 2 : types->count;
    return true;
}

/// A bound is a scalar, or has one element as some exporters write it.
static bool is_bound(const mica_type *type)
{
    if (!type || !mica_type_is_ranked(type))
        return true;
    for (size_t i = 0; i < mica_type_rank(type); ++i)
        if (mica_type_shape(type)[i] != 1 && mica_type_shape(type)[i] != MICA_DYNAMIC)
            return false;
    return true;
}

static const mica_type *infer_clip(const mica_op_state *node, mica_onnx_fault *fault)
{
    if (!micai_onnx_same_elements(node, 0, 1, fault) ||
        !micai_onnx_same_elements(node, 0, 2, fault))
        return NULL;
    if (!is_bound(micai_operand_type(node, 1)) || !is_bound(micai_operand_type(node, 2)))
        return micai_onnx_wrong(fault, "'min' and 'max' must be scalars");
    return micai_operand_type(node, 0);
}

bool micai_onnx_rule_keeps_shape(const micai_onnx_infer_rule *rule)
{
    return rule->one == micai_onnx_infer_same || rule->one == infer_cast ||
           rule->one == infer_bit_cast || rule->one == infer_test;
}

const micai_onnx_infer_rule micai_onnx_infer_elementwise_rules[] = {
    {"onnx.Abs", .one = micai_onnx_infer_same},
    {"onnx.Acos", .one = micai_onnx_infer_same},
    {"onnx.Acosh", .one = micai_onnx_infer_same},
    {"onnx.Add", .one = micai_onnx_infer_broadcast},
    {"onnx.And", .one = micai_onnx_infer_broadcast},
    {"onnx.Asin", .one = micai_onnx_infer_same},
    {"onnx.Asinh", .one = micai_onnx_infer_same},
    {"onnx.Atan", .one = micai_onnx_infer_same},
    {"onnx.Atanh", .one = micai_onnx_infer_same},
    {"onnx.BitCast", .one = infer_bit_cast},
    {"onnx.BitShift", .one = infer_bit_shift},
    {"onnx.BitwiseAnd", .one = micai_onnx_infer_broadcast},
    {"onnx.BitwiseNot", .one = micai_onnx_infer_same},
    {"onnx.BitwiseOr", .one = micai_onnx_infer_broadcast},
    {"onnx.BitwiseXor", .one = micai_onnx_infer_broadcast},
    {"onnx.Cast", .one = infer_cast},
    {"onnx.Ceil", .one = micai_onnx_infer_same},
    {"onnx.Celu", .one = micai_onnx_infer_same},
    {"onnx.Clip", .one = infer_clip},
    {"onnx.Cos", .one = micai_onnx_infer_same},
    {"onnx.Cosh", .one = micai_onnx_infer_same},
    {"onnx.Div", .one = micai_onnx_infer_broadcast},
    {"onnx.Dropout", .all = infer_dropout},
    {"onnx.Elu", .one = micai_onnx_infer_same},
    {"onnx.Equal", .one = infer_compare},
    {"onnx.Erf", .one = micai_onnx_infer_same},
    {"onnx.Exp", .one = micai_onnx_infer_same},
    {"onnx.Floor", .one = micai_onnx_infer_same},
    {"onnx.Gelu", .one = micai_onnx_infer_same},
    {"onnx.Greater", .one = infer_compare},
    {"onnx.GreaterOrEqual", .one = infer_compare},
    {"onnx.HardSigmoid", .one = micai_onnx_infer_same},
    {"onnx.HardSwish", .one = micai_onnx_infer_same},
    {"onnx.Identity", .one = micai_onnx_infer_same},
    {"onnx.IsInf", .one = infer_test},
    {"onnx.IsNaN", .one = infer_test},
    {"onnx.LeakyRelu", .one = micai_onnx_infer_same},
    {"onnx.Less", .one = infer_compare},
    {"onnx.LessOrEqual", .one = infer_compare},
    {"onnx.Log", .one = micai_onnx_infer_same},
    {"onnx.Max", .one = micai_onnx_infer_broadcast},
    {"onnx.Mean", .one = micai_onnx_infer_broadcast},
    {"onnx.Min", .one = micai_onnx_infer_broadcast},
    {"onnx.Mish", .one = micai_onnx_infer_same},
    {"onnx.Mod", .one = micai_onnx_infer_broadcast},
    {"onnx.Mul", .one = micai_onnx_infer_broadcast},
    {"onnx.Neg", .one = micai_onnx_infer_same},
    {"onnx.Not", .one = micai_onnx_infer_same},
    {"onnx.Or", .one = micai_onnx_infer_broadcast},
    {"onnx.PRelu", .one = infer_prelu},
    {"onnx.Pow", .one = infer_pow},
    {"onnx.Reciprocal", .one = micai_onnx_infer_same},
    {"onnx.Relu", .one = micai_onnx_infer_same},
    {"onnx.Round", .one = micai_onnx_infer_same},
    {"onnx.Selu", .one = micai_onnx_infer_same},
    {"onnx.Shrink", .one = micai_onnx_infer_same},
    {"onnx.Sigmoid", .one = micai_onnx_infer_same},
    {"onnx.Sign", .one = micai_onnx_infer_same},
    {"onnx.Sin", .one = micai_onnx_infer_same},
    {"onnx.Sinh", .one = micai_onnx_infer_same},
    {"onnx.Softplus", .one = micai_onnx_infer_same},
    {"onnx.Softsign", .one = micai_onnx_infer_same},
    {"onnx.Sqrt", .one = micai_onnx_infer_same},
    {"onnx.Sub", .one = micai_onnx_infer_broadcast},
    {"onnx.Sum", .one = micai_onnx_infer_broadcast},
    {"onnx.Swish", .one = micai_onnx_infer_same},
    {"onnx.Tan", .one = micai_onnx_infer_same},
    {"onnx.Tanh", .one = micai_onnx_infer_same},
    {"onnx.ThresholdedRelu", .one = micai_onnx_infer_same},
    {"onnx.Where", .one = infer_where},
    {"onnx.Xor", .one = micai_onnx_infer_broadcast},
    {NULL, NULL, NULL},
};
