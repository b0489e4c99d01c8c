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

const mica_type *micai_onnx_infer_broadcast(const mica_op_state *node, mica_onnx_fault *fault)
{
    if (!micai_onnx_same_elements(node, 0, 1, fault))
        return NULL;
    const mica_type *a = micai_operand_type(node, 0), *b = micai_operand_type(node, 1);
    if (!mica_type_is_ranked(a) || !mica_type_is_ranked(b))
        return micai_unranked_like(a);
    int64_t shape[MICA_ONNX_MAX_RANK];
    const int rank = micai_onnx_broadcast_shapes(mica_type_shape(a), mica_type_rank(a),
                                                 mica_type_shape(b), mica_type_rank(b), shape);
    if (rank >= 0)
        return micai_shaped_like(a, shape, (size_t)rank);
    char left[MICAI_SHAPE_TEXT], right[MICAI_SHAPE_TEXT];
    mica_onnx_shape_text(a, left, sizeof left);
    mica_onnx_shape_text(b, right, sizeof right);
    return micai_onnx_wrong(fault, "shapes %s and %s can't be broadcast together", left, right);
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

const micai_onnx_infer_rule micai_onnx_infer_elementwise_rules[] = {
    {"onnx.Abs", .one = micai_onnx_infer_same},
    {"onnx.Add", .one = micai_onnx_infer_broadcast},
    {"onnx.Ceil", .one = micai_onnx_infer_same},
    {"onnx.Clip", .one = infer_clip},
    {"onnx.Div", .one = micai_onnx_infer_broadcast},
    {"onnx.Erf", .one = micai_onnx_infer_same},
    {"onnx.Exp", .one = micai_onnx_infer_same},
    {"onnx.Floor", .one = micai_onnx_infer_same},
    {"onnx.Identity", .one = micai_onnx_infer_same},
    {"onnx.Log", .one = micai_onnx_infer_same},
    {"onnx.Mul", .one = micai_onnx_infer_broadcast},
    {"onnx.Neg", .one = micai_onnx_infer_same},
    {"onnx.Reciprocal", .one = micai_onnx_infer_same},
    {"onnx.Relu", .one = micai_onnx_infer_same},
    {"onnx.Sigmoid", .one = micai_onnx_infer_same},
    {"onnx.Sqrt", .one = micai_onnx_infer_same},
    {"onnx.Sub", .one = micai_onnx_infer_broadcast},
    {"onnx.Tanh", .one = micai_onnx_infer_same},
    {NULL},
};
