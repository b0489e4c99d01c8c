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

// ---- states
// ----------------------------------------------------------------------------------

static bool infer_causal_conv(const mica_op_state *node, mica_onnx_types *types,
                              mica_onnx_fault *fault)
{
    static const char *const known[] = {"none", "silu", "swish"};
    const mica_type *input = micai_operand_type(node, 0), *weight = micai_operand_type(node, 1);
    const mica_string activation = mica_onnx_node_string(node, "activation");
    size_t found = 0;
    for (size_t i = 0; i < sizeof known / sizeof *known; ++i)
        found += mica_string_is(activation, known[i]);
    if (!found)
        return micai_onnx_wrong(fault, "activation '%.*s' is not known",
                                MICA_STRING_ARG(activation)) != NULL;
    if (!micai_onnx_same_elements(node, 0, 1, fault))
        return false;
    types->count = types->count > 2 ? 2 : types->count;
    types->types[0] = input;
    types->types[1] = micai_unranked_like(input);
    if (!mica_type_is_ranked(input) || !mica_type_is_ranked(weight))
        return true;
    if (mica_type_rank(input) != 3 || mica_type_rank(weight) != 3)
        return micai_onnx_wrong(fault, "'input' and 'weight' must have rank 3") != NULL;
    const int64_t channels = mica_type_shape(input)[1], own = mica_type_shape(weight)[0];
    if (channels != MICA_DYNAMIC && own != MICA_DYNAMIC && channels != own)
        return micai_onnx_wrong(fault, "'weight' is for %lld channels, 'input' has %lld",
                                (long long)own, (long long)channels) != NULL;
    const int64_t state[] = {mica_type_shape(input)[0], channels,
                             plus(mica_type_shape(weight)[2], -1)};
    types->types[1] = micai_shaped_like(input, state, 3);
    return true;
}

bool mica_onnx_linear_attention_read(const mica_op_state *node,
                                     mica_onnx_linear_attention *linear, mica_onnx_fault *fault)
{
    static const char *const rules[] = {"linear", "gated", "delta", "gated_delta"};
    const mica_string rule = mica_onnx_node_string(node, "update_rule");
    size_t which = 0;
    while (which < 4 && !mica_string_is(rule, rules[which]))
        ++which;
    if (which == 4)
        return micai_onnx_wrong(fault, "update_rule '%.*s' is not known",
                                MICA_STRING_ARG(rule)) != NULL;
    linear->is_gated = which & 1;
    linear->is_delta = which & 2;
    linear->q_heads = mica_onnx_node_int(node, "q_num_heads");
    linear->kv_heads = mica_onnx_node_int(node, "kv_num_heads");
    if (linear->kv_heads < 1 || linear->q_heads < 1 || linear->q_heads % linear->kv_heads != 0)
        return micai_onnx_wrong(fault, "%lld heads of queries can't share %lld of keys",
                                (long long)linear->q_heads,
                                (long long)linear->kv_heads) != NULL;
    if ((linear->is_gated && !micai_operand_type(node, 4)) ||
        (linear->is_delta && !micai_operand_type(node, 5)))
        return micai_onnx_wrong(fault, "its update_rule needs 'decay' or 'beta'") != NULL;
    return true;
}

/// The features of a head: the last dimension of operand `index` in as many parts.
static int64_t features_of(const mica_op_state *node, size_t index, int64_t heads)
{
    const mica_type *type = micai_operand_type(node, index);
    const int64_t width = mica_type_is_ranked(type) && mica_type_rank(type) == 3
                              ? mica_type_shape(type)[2]
                              : MICA_DYNAMIC;
    return width == MICA_DYNAMIC ? width : width / heads;
}

static bool infer_linear_attention(const mica_op_state *node, mica_onnx_types *types,
                                   mica_onnx_fault *fault)
{
    const mica_type *query = micai_operand_type(node, 0), *past = micai_operand_type(node, 3);
    mica_onnx_linear_attention linear;
    if (!mica_onnx_linear_attention_read(node, &linear, fault))
        return false;
    types->count = types->count > 2 ? 2 : types->count;
    types->types[0] = micai_unranked_like(query);
    types->types[1] = micai_unranked_like(past ? past : query);
    if (!mica_type_is_ranked(query))
        return true;
    if (mica_type_rank(query) != 3)
        return micai_onnx_wrong(fault, "'query' must have rank 3") != NULL;
    const int64_t *shape = mica_type_shape(query);
    const int64_t keys = features_of(node, 0, linear.q_heads);
    const int64_t own = features_of(node, 1, linear.kv_heads);
    const int64_t values = features_of(node, 2, linear.kv_heads);
    if (keys != MICA_DYNAMIC && own != MICA_DYNAMIC && keys != own)
        return micai_onnx_wrong(fault,
                                "heads of 'query' have %lld features, those of 'key' %lld",
                                (long long)keys, (long long)own) != NULL;
    const int64_t output[] = {shape[0], shape[1],
                              values == MICA_DYNAMIC ? values : linear.q_heads * values};
    const int64_t state[] = {shape[0], linear.kv_heads, keys == MICA_DYNAMIC ? own : keys,
                             values};
    types->types[0] = micai_shaped_like(query, output, 3);
    types->types[1] = micai_shaped_like(types->types[1], state, 4);
    return true;
}

const micai_onnx_infer_rule micai_onnx_infer_function_rules[] = {
    {"onnx.Attention", .all = infer_attention},
    {"onnx.CausalConvWithState", .all = infer_causal_conv},
    {"onnx.LinearAttention", .all = infer_linear_attention},
    {"onnx.NegativeLogLikelihoodLoss", .one = infer_likelihood},
    {"onnx.RotaryEmbedding", .one = micai_onnx_infer_same},
    {"onnx.SoftmaxCrossEntropyLoss", .all = infer_loss},
    {NULL, NULL, NULL},
};
