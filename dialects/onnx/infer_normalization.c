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

/// Mean and InvStdDev have size 1 from the axis on.
static bool infer_layer_normalization(const mica_op_state *node, mica_onnx_types *types,
                                      mica_onnx_fault *fault)
{
    const mica_type *type = micai_operand_type(node, 0);
    const mica_type *element = mica_type_element(type);
    const int64_t given = mica_onnx_node_int(node, "axis");
    size_t axis = 0;
    if (mica_type_bit_width(element) < 32 && mica_onnx_node_int(node, "stash_type") == 1)
        element = mica_float_type_get(node->context, MICA_FLOAT_F32);
    types->types[0] = type;
    types->types[1] = types->types[2] = mica_unranked_tensor_type_get(element);
    types->count = types->count > 3 ? 3 : types->count;
    if (!mica_type_is_ranked(type))
        return true;
    const size_t rank = mica_type_rank(type);
    if (!mica_onnx_axis(given, rank, &axis))
        return micai_onnx_wrong(fault, "axis %lld is outside of rank %zu", (long long)given,
                                rank) != NULL;
    int64_t shape[MICA_ONNX_MAX_RANK];
    for (size_t i = 0; i < rank; ++i)
        shape[i] = i < axis ? mica_type_shape(type)[i] : 1;
    types->types[1] = types->types[2] = mica_tensor_type_get(element, shape, rank, NULL);
    return true;
}

const micai_onnx_infer_rule micai_onnx_infer_normalization_rules[] = {
    {"onnx.BatchNormalization", .one = infer_batch_normalization},
    {"onnx.GroupNormalization", .one = micai_onnx_infer_same},
    {"onnx.InstanceNormalization", .one = micai_onnx_infer_same},
    {"onnx.LRN", .one = micai_onnx_infer_same},
    {"onnx.LayerNormalization", .all = infer_layer_normalization},
    {"onnx.LogSoftmax", .one = infer_softmax},
    {"onnx.LpNormalization", .one = infer_softmax},
    {"onnx.MeanVarianceNormalization", .one = micai_onnx_infer_same},
    {"onnx.RMSNormalization", .one = infer_softmax},
    {"onnx.Softmax", .one = infer_softmax},
    {NULL, NULL, NULL},
};
