// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Types of operators of training.
#include "dialects/onnx/onnx_internal.h"

/// Y like X, the statistics like what they go on from.
static bool infer_batch_training(const mica_op_state *node, mica_onnx_types *types,
                                 mica_onnx_fault *fault)
{
    const mica_type *type = micai_operand_type(node, 0);
    const mica_type *mean = micai_operand_type(node, 3);
    types->count = types->count > 5 ? 5 : types->count;
    if (mica_type_is_ranked(type) && mica_type_rank(type) < 2)
        return micai_onnx_wrong(fault, "'X' must have a batch and a channel dimension") != NULL;
    types->types[0] = type;
    for (size_t i = 1; i < 5; ++i)
        types->types[i] = mean;
    return true;
}

/// The variadic operands are X..., G... and the states: `groups` of equal length. All but the
/// gradients come back.
static bool infer_optimizer(const mica_op_state *node, mica_onnx_types *types,
                            mica_onnx_fault *fault, size_t groups)
{
    const size_t given = node->operand_count > 2 ? node->operand_count - 2 : 0;
    const size_t count = given / groups;
    if (count == 0 || given % groups != 0)
        return micai_onnx_wrong(fault, "has %zu tensors to optimize, not a multiple of %zu",
                                given, groups) != NULL;
    if (count * (groups - 1) > MICA_ONNX_MAX_RESULTS)
        return micai_onnx_wrong(fault, "has more than %d results", MICA_ONNX_MAX_RESULTS) !=
               NULL;
    types->count = 0;
    for (size_t i = 0; i < given; ++i) {
        const mica_type *type = mica_value_type(node->operands[2 + i]);
        const mica_type *parameter = mica_value_type(node->operands[2 + i % count]);
        if (!mica_onnx_types_agree(type, parameter))
            return micai_onnx_wrong(fault, "operands #%zu and #%zu differ in type",
                                    2 + i % count, 2 + i) != NULL;
        if (i / count != 1)
            types->types[types->count++] = mica_onnx_join_types(parameter, type);
    }
    return true;
}

static bool infer_three_groups(const mica_op_state *node, mica_onnx_types *types,
                               mica_onnx_fault *fault)
{
    return infer_optimizer(node, types, fault, 3);
}

static bool infer_four_groups(const mica_op_state *node, mica_onnx_types *types,
                              mica_onnx_fault *fault)
{
    return infer_optimizer(node, types, fault, 4);
}

static bool infer_gradient(const mica_op_state *node, mica_onnx_types *types,
                           mica_onnx_fault *fault)
{
    types->count = node->operand_count - 1;
    if (types->count == 0 || types->count > MICA_ONNX_MAX_RESULTS)
        return micai_onnx_wrong(fault, "'xs' has %zu tensors", types->count) != NULL;
    for (size_t i = 0; i < types->count; ++i)
        types->types[i] = mica_value_type(node->operands[i + 1]);
    return true;
}

const micai_onnx_infer_rule micai_onnx_infer_training_rules[] = {
    {"onnx.BatchNormalizationTraining", .all = infer_batch_training},
    {"onnx.training.Adagrad", .all = infer_three_groups},
    {"onnx.training.Adam", .all = infer_four_groups},
    {"onnx.training.Gradient", .all = infer_gradient},
    {"onnx.training.Momentum", .all = infer_three_groups},
    {NULL, NULL, NULL},
};
