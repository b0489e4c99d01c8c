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

const mica_type *micai_onnx_infer_elementwise(const mica_op_state *node, mica_onnx_fault *fault)
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

const mica_type *micai_onnx_infer_clip(const mica_op_state *node, mica_onnx_fault *fault)
{
    if (!micai_onnx_same_elements(node, 0, 1, fault) ||
        !micai_onnx_same_elements(node, 0, 2, fault))
        return NULL;
    if (!is_bound(micai_operand_type(node, 1)) || !is_bound(micai_operand_type(node, 2)))
        return micai_onnx_wrong(fault, "'min' and 'max' must be scalars");
    return micai_operand_type(node, 0);
}

const mica_type *micai_onnx_infer_softmax(const mica_op_state *node, mica_onnx_fault *fault)
{
    const mica_type *type = micai_operand_type(node, 0);
    const int64_t axis = mica_onnx_node_int(node, "axis");
    size_t normalized;
    if (mica_type_is_ranked(type) && !mica_onnx_axis(axis, mica_type_rank(type), &normalized))
        return micai_onnx_wrong(fault, "axis %lld is outside of rank %zu", (long long)axis,
                                mica_type_rank(type));
    return type;
}

const mica_type *micai_onnx_infer_batch_normalization(const mica_op_state *node,
                                                      mica_onnx_fault *fault)
{
    const mica_type *type = micai_operand_type(node, 0);
    if (!mica_type_is_ranked(type))
        return type;
    if (mica_type_rank(type) < 2)
        return micai_onnx_wrong(fault, "'X' must have a batch and a channel dimension");
    const int64_t channels = mica_type_shape(type)[1];
    const mica_op_def *definition = mica_op_record_def(node->record);
    for (size_t i = 1; i < 5; ++i) {
        const mica_type *parameter = micai_operand_type(node, i);
        int64_t size;
        if (!mica_type_is_ranked(parameter))
            continue;
        if (mica_type_rank(parameter) == 1 &&
            (mica_type_shape(parameter)[0] != 1 || channels == 1 || channels == MICA_DYNAMIC) &&
            micai_onnx_broadcast_size(channels, mica_type_shape(parameter)[0], &size))
            continue;
        char shape[MICAI_SHAPE_TEXT];
        mica_onnx_shape_text(parameter, shape, sizeof shape);
        return micai_onnx_wrong(fault, "'%s' has shape %s, but 'X' has %lld channels",
                                definition->operands[i].name, shape, (long long)channels);
    }
    return type;
}
