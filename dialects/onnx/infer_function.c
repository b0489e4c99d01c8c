// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Types of losses, attention and other operators that are expanded.
#include "dialects/onnx/onnx_internal.h"

// ---- losses
// ----------------------------------------------------------------------------------

static bool infer_loss(const mica_op_state *node, mica_onnx_types *types,
                       mica_onnx_fault *fault)
{
    (void)fault;
    const mica_type *scores = micai_operand_type(node, 0),
                    *targets = micai_operand_type(node, 1);
    const bool keeps = mica_string_is(mica_onnx_node_string(node, "reduction"), "none");
    types->types[0] = keeps ? mica_type_with_element(targets, mica_type_element(scores))
                            : micai_shaped_like(scores, NULL, 0);
    types->types[1] = scores;
    types->count = types->count > 2 ? 2 : types->count;
    return true;
}

static const mica_type *infer_likelihood(const mica_op_state *node, mica_onnx_fault *fault)
{
    mica_onnx_types types = {.count = 1};
    return infer_loss(node, &types, fault) ? types.types[0] : NULL;
}

// ---- attention
// -------------------------------------------------------------------------------

bool mica_onnx_heads_read(const mica_op_state *node, size_t index, mica_onnx_heads *heads)
{
    const mica_type *type = micai_operand_type(node, index);
    const char *attr = index == 0 ? "q_num_heads" : "kv_num_heads";
    if (!type || !mica_type_is_ranked(type))
        return false;
    const int64_t *shape = mica_type_shape(type);
    if (mica_type_rank(type) == 4) {
        *heads = (mica_onnx_heads){shape[0], shape[1], shape[2], shape[3]};
        return true;
    }
    const int64_t count = mica_onnx_node_int(node, attr);
    if (mica_type_rank(type) != 3 || count <= 0)
        return false;
    *heads = (mica_onnx_heads){shape[0], count, shape[1],
                               shape[2] == MICA_DYNAMIC ? MICA_DYNAMIC : shape[2] / count};
    return true;
}

static int64_t plus(int64_t a, int64_t b)
{
    return a == MICA_DYNAMIC || b == MICA_DYNAMIC ? MICA_DYNAMIC : a + b;
}

static bool infer_attention(const mica_op_state *node, mica_onnx_types *types,
                            mica_onnx_fault *fault)
{
    mica_onnx_heads q, k, v;
    const mica_type *type = micai_operand_type(node, 0), *past = micai_operand_type(node, 4);
    types->count = types->count > 4 ? 4 : types->count;
    for (size_t i = 0; i < 4; ++i)
        types->types[i] = micai_unranked_like(i == 1   ? micai_operand_type(node, 1)
                                              : i == 2 ? micai_operand_type(node, 2)
                                                       : type);
    if (!mica_onnx_heads_read(node, 0, &q) || !mica_onnx_heads_read(node, 1, &k) ||
        !mica_onnx_heads_read(node, 2, &v))
        return mica_type_is_ranked(type) && mica_type_rank(type) != 3 &&
                       mica_type_rank(type) != 4
                   ? micai_onnx_wrong(fault, "'Q' must have rank 3 or 4") != NULL
                   : true;
    const int64_t before = !past                       ? 0
                           : mica_type_is_ranked(past) ? mica_type_shape(past)[2]
                                                       : MICA_DYNAMIC;
    const int64_t total = plus(k.length, before);
    const int64_t flat[] = {q.batch, q.length,
                            v.features == MICA_DYNAMIC ? MICA_DYNAMIC : q.count * v.features};
    const int64_t split[] = {q.batch, q.count, q.length, v.features};
    const int64_t keys[] = {k.batch, k.count, total, k.features};
    const int64_t values[] = {v.batch, v.count, plus(v.length, before), v.features};
    const int64_t products[] = {q.batch, q.count, q.length, total};
    types->types[0] = mica_type_rank(type) == 3 ? micai_shaped_like(type, flat, 3)
                                                : micai_shaped_like(type, split, 4);
    types->types[1] = micai_shaped_like(types->types[1], keys, 4);
    types->types[2] = micai_shaped_like(types->types[2], values, 4);
    types->types[3] = micai_shaped_like(type, products, 4);
    return true;
}

const micai_onnx_infer_rule micai_onnx_infer_function_rules[] = {
    {"onnx.Attention", .all = infer_attention},
    {"onnx.NegativeLogLikelihoodLoss", .one = infer_likelihood},
    {"onnx.RotaryEmbedding", .one = micai_onnx_infer_same},
    {"onnx.SoftmaxCrossEntropyLoss", .all = infer_loss},
    {NULL, NULL, NULL},
};
