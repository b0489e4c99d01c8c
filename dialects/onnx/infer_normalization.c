// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Types of normalizations.
#include "dialects/onnx/onnx_internal.h"

static const mica_type *infer_softmax(const mica_op_state *node, mica_onnx_fault *fault)
{
    const mica_type *type = micai_operand_type(node, 0);
    const int64_t axis = mica_onnx_node_int(node, "axis");
    size_t normalized;
    if (mica_type_is_ranked(type) && !mica_onnx_axis(axis, mica_type_rank(type), &normalized))
        return micai_onnx_wrong(fault, "axis %lld is outside of rank %zu", (long long)axis,
                                mica_type_rank(type));
    return type;
}

static const mica_type *infer_batch_normalization(const mica_op_state *node,
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

const micai_onnx_infer_rule micai_onnx_infer_normalization_rules[] = {
    {"onnx.BatchNormalization", .one = infer_batch_normalization},
    {"onnx.LogSoftmax", .one = infer_softmax},
    {"onnx.Softmax", .one = infer_softmax},
    {NULL, NULL, NULL},
};
