// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Types of operators of the domain com.microsoft.
#include "dialects/onnx/onnx_internal.h"

static int64_t plus(int64_t a, int64_t b)
{
    return a == MICA_DYNAMIC || b == MICA_DYNAMIC ? MICA_DYNAMIC : a + b;
}

/// The size of a dimension of an operand; dynamic when it or its rank is not known.
static int64_t size_of(const mica_op_state *node, size_t index, size_t dim)
{
    const mica_type *type = micai_operand_type(node, index);
    return type && mica_type_is_ranked(type) && dim < mica_type_rank(type)
               ? mica_type_shape(type)[dim]
               : MICA_DYNAMIC;
}

static bool has_rank(const mica_op_state *node, size_t index, size_t rank,
                     mica_onnx_fault *fault)
{
    const mica_type *type = micai_operand_type(node, index);
    if (!type || !mica_type_is_ranked(type) || mica_type_rank(type) == rank)
        return true;
    const mica_op_def *definition = mica_op_record_def(node->record);
    return micai_onnx_wrong(fault, "'%s' must have rank %zu", definition->operands[index].name,
                            rank) != NULL;
}

// ---- matrices
// --------------------------------------------------------------------------------

bool mica_onnx_turned(const mica_op_state *node, const mica_type *type, bool is_b,
                      int64_t *permutation)
{
    const size_t rank = mica_type_is_ranked(type) ? mica_type_rank(type) : 0;
    const bool turns = mica_onnx_node_int(node, is_b ? "transB" : "transA") != 0;
    const bool batch = mica_onnx_node_int(node, is_b ? "transBatchB" : "transBatchA") != 0;
    for (size_t i = 0; i < rank; ++i)
        permutation[i] = (int64_t)i;
    if (rank < 2)
        return false;
    if (batch && rank > 2) {
        for (size_t i = 0; i + 2 < rank; ++i)
            permutation[i] = (int64_t)i + 1;
        permutation[rank - 2] = 0;
    }
    if (turns) {
        const int64_t row = permutation[rank - 2];
        permutation[rank - 2] = permutation[rank - 1];
        permutation[rank - 1] = row;
    }
    return turns || (batch && rank > 2);
}

static const mica_type *turned_type(const mica_op_state *node, size_t index)
{
    const mica_type *type = micai_operand_type(node, index);
    int64_t permutation[MICA_ONNX_MAX_RANK], shape[MICA_ONNX_MAX_RANK];
    if (!mica_onnx_turned(node, type, index > 0, permutation))
        return type;
    for (size_t i = 0; i < mica_type_rank(type); ++i)
        shape[i] = mica_type_shape(type)[permutation[i]];
    return micai_shaped_like(type, shape, mica_type_rank(type));
}

static const mica_type *infer_fused_matmul(const mica_op_state *node, mica_onnx_fault *fault)
{
    return micai_onnx_same_elements(node, 0, 1, fault)
               ? micai_onnx_matmul_type(turned_type(node, 0), turned_type(node, 1), fault)
               : NULL;
}

/// A product with the elements of another operand.
static const mica_type *product_like(const mica_op_state *node, const mica_type *b, size_t like,
                                     mica_onnx_fault *fault)
{
    const mica_type *product =
        b ? micai_onnx_matmul_type(turned_type(node, 0), b, fault) : NULL;
    return product ? mica_type_with_element(product,
                                            mica_type_element(micai_operand_type(node, like)))
                   : NULL;
}

static const mica_type *infer_dynamic_matmul(const mica_op_state *node, mica_onnx_fault *fault)
{
    return product_like(node, micai_operand_type(node, 1), 0, fault);
}

static const mica_type *infer_integer_matmul(const mica_op_state *node, mica_onnx_fault *fault)
{
    return product_like(node, micai_operand_type(node, 1), 2, fault);
}

static const mica_type *infer_quantized_gemm(const mica_op_state *node, mica_onnx_fault *fault)
{
    const bool is_quantized = micai_operand_type(node, 7) != NULL;
    if (!has_rank(node, 0, 2, fault) || !has_rank(node, 3, 2, fault))
        return NULL;
    if (is_quantized && !micai_operand_type(node, 8))
        return micai_onnx_wrong(fault, "y_scale needs y_zero_point");
    return product_like(node, turned_type(node, 3), is_quantized ? 8 : 1, fault);
}

static const mica_type *infer_few_bits(const mica_op_state *node, mica_onnx_fault *fault)
{
    const mica_type *a = micai_operand_type(node, 0);
    const int64_t bits = mica_onnx_node_int(node, "bits"), k = mica_onnx_node_int(node, "K");
    const int64_t block = mica_onnx_node_int(node, "block_size");
    int64_t shape[MICA_ONNX_MAX_RANK];
    if (bits != 2 && bits != 4 && bits != 8)
        return micai_onnx_wrong(fault, "bits must be 2, 4 or 8");
    if (block < 1 || k < 1 || mica_onnx_node_int(node, "N") < 1)
        return micai_onnx_wrong(fault, "K, N and block_size must be positive");
    if (!mica_type_is_ranked(a))
        return a;
    const size_t rank = mica_type_rank(a);
    if (rank == 0 ||
        (mica_type_shape(a)[rank - 1] != MICA_DYNAMIC && mica_type_shape(a)[rank - 1] != k))
        return micai_onnx_wrong(fault, "the last dimension of 'A' must have size K, %lld",
                                (long long)k);
    memcpy(shape, mica_type_shape(a), rank * sizeof *shape);
    shape[rank - 1] = mica_onnx_node_int(node, "N");
    return micai_shaped_like(a, shape, rank);
}

/// [indices..., elements of a row]
static const mica_type *infer_gather_blocks(const mica_op_state *node, mica_onnx_fault *fault)
{
    const mica_type *indices = micai_operand_type(node, 1),
                    *scales = micai_operand_type(node, 2);
    const int64_t bits = mica_onnx_node_int(node, "bits"), bytes = size_of(node, 0, 1);
    int64_t shape[MICA_ONNX_MAX_RANK];
    if (bits != 2 && bits != 4 && bits != 8)
        return micai_onnx_wrong(fault, "bits must be 2, 4 or 8");
    if (!has_rank(node, 0, 2, fault) || !has_rank(node, 2, 2, fault))
        return NULL;
    if (!mica_type_is_ranked(indices))
        return micai_unranked_like(scales);
    const size_t rank = mica_type_rank(indices);
    if (rank == MICA_ONNX_MAX_RANK)
        return micai_onnx_wrong(fault, "its result has too many dimensions");
    memcpy(shape, mica_type_shape(indices), rank * sizeof *shape);
    shape[rank] = bytes == MICA_DYNAMIC ? bytes : bytes * (8 / bits);
    return micai_shaped_like(scales, shape, rank + 1);
}

// ---- normalizations
// --------------------------------------------------------------------------

static bool infer_skip(const mica_op_state *node, mica_onnx_types *types,
                       mica_onnx_fault *fault)
{
    const mica_type *input = micai_operand_type(node, 0);
    const mica_type *f32 = mica_float_type_get(node->context, MICA_FLOAT_F32);
    int64_t shape[MICA_ONNX_MAX_RANK];
    if (!micai_onnx_same_elements(node, 0, 1, fault))
        return false;
    types->count = types->count > 4 ? 4 : types->count;
    types->types[0] = types->types[3] = input;
    types->types[1] = types->types[2] = mica_type_with_element(input, f32);
    if (!mica_type_is_ranked(input))
        return true;
    const size_t rank = mica_type_rank(input);
    if (rank == 0)
        return micai_onnx_wrong(fault, "'input' can't be a scalar") != NULL;
    memcpy(shape, mica_type_shape(input), rank * sizeof *shape);
    shape[rank - 1] = 1;
    types->types[1] = types->types[2] = mica_tensor_type_get(f32, shape, rank, NULL);
    return true;
}

static bool infer_embedding(const mica_op_state *node, mica_onnx_types *types,
                            mica_onnx_fault *fault)
{
    const int64_t shape[] = {size_of(node, 0, 0), size_of(node, 0, 1), size_of(node, 2, 1)};
    const mica_type *i32 = mica_integer_type_get(node->context, 32, MICA_SIGNLESS);
    if (!has_rank(node, 0, 2, fault) || !has_rank(node, 2, 2, fault))
        return false;
    if (!micai_operand_type(node, 1) != !micai_operand_type(node, 4))
        return micai_onnx_wrong(fault, "segment_ids and segment_embedding need each other") !=
               NULL;
    types->count = types->count > 3 ? 3 : types->count;
    types->types[0] = types->types[2] =
        micai_shaped_like(micai_operand_type(node, 2), shape, 3);
    types->types[1] = mica_tensor_type_get(i32, shape, 1, NULL);
    return true;
}

// ---- attention
// -------------------------------------------------------------------------------

void mica_onnx_projections(const mica_op_state *node, int64_t sizes[3])
{
    size_t count;
    const int64_t *given = mica_onnx_node_ints(node, "qkv_hidden_sizes", &count);
    const int64_t all = size_of(node, 1, 1);
    for (size_t i = 0; i < 3; ++i)
        sizes[i] = given && count == 3 ? given[i] : all == MICA_DYNAMIC ? all : all / 3;
}

static bool has_heads(const mica_op_state *node, const char *name, mica_onnx_fault *fault)
{
    return mica_onnx_node_int(node, name) > 0 ||
           micai_onnx_wrong(fault, "%s must be positive", name) != NULL;
}

static int64_t divided(int64_t size, int64_t count)
{
    return size == MICA_DYNAMIC ? size : size / count;
}

/// `past` is the place of that operand; the results have the elements of operand `like`.
static bool attention_types(const mica_op_state *node, size_t past, size_t like,
                            mica_onnx_types *types, mica_onnx_fault *fault)
{
    const mica_type *type = micai_operand_type(node, like);
    const int64_t heads = mica_onnx_node_int(node, "num_heads");
    int64_t sizes[3];
    if (!has_heads(node, "num_heads", fault) || !has_rank(node, 0, 3, fault) ||
        !has_rank(node, 1, 2, fault) || !has_rank(node, past, 5, fault))
        return false;
    mica_onnx_projections(node, sizes);
    const int64_t output[] = {size_of(node, 0, 0), size_of(node, 0, 1), sizes[2]};
    const int64_t before = micai_operand_type(node, past) ? size_of(node, past, 3) : 0;
    const int64_t present[] = {2, output[0], heads, plus(before, output[1]),
                               divided(sizes[2], heads)};
    types->count = types->count > 2 ? 2 : types->count;
    types->types[0] = micai_shaped_like(type, output, 3);
    types->types[1] = micai_shaped_like(type, present, 5);
    return true;
}

static bool infer_attention(const mica_op_state *node, mica_onnx_types *types,
                            mica_onnx_fault *fault)
{
    return attention_types(node, 4, 0, types, fault);
}

static bool infer_quantized_attention(const mica_op_state *node, mica_onnx_types *types,
                                      mica_onnx_fault *fault)
{
    return attention_types(node, 8, 2, types, fault);
}

/// The length of keys and the features of all heads of values of a MultiHeadAttention.
static void read_keys(const mica_op_state *node, int64_t heads, int64_t *length,
                      int64_t *features)
{
    const mica_type *key = micai_operand_type(node, 1), *value = micai_operand_type(node, 2);
    const size_t rank = key && mica_type_is_ranked(key) ? mica_type_rank(key) : 0;
    const int64_t head = size_of(node, rank == 5 ? 1 : 0, 4);
    *length = !key ? size_of(node, 0, 1) : size_of(node, 1, rank == 4 ? 2 : 1);
    if (!key || rank == 5)
        *features = head == MICA_DYNAMIC ? head : head * heads;
    else if (value && mica_type_is_ranked(value) && mica_type_rank(value) == 4)
        *features =
            size_of(node, 2, 3) == MICA_DYNAMIC ? MICA_DYNAMIC : size_of(node, 2, 3) * heads;
    else
        *features = size_of(node, 2, 2);
}

static bool infer_multi_head(const mica_op_state *node, mica_onnx_types *types,
                             mica_onnx_fault *fault)
{
    const mica_type *query = micai_operand_type(node, 0);
    const int64_t heads = mica_onnx_node_int(node, "num_heads");
    int64_t length, features;
    if (!has_heads(node, "num_heads", fault))
        return false;
    if (!has_rank(node, 0, micai_operand_type(node, 1) ? 3 : 5, fault))
        return false;
    read_keys(node, heads, &length, &features);
    const int64_t before = micai_operand_type(node, 6) ? size_of(node, 6, 2) : 0;
    const bool is_packed = !micai_operand_type(node, 1);
    const int64_t own = is_packed ? size_of(node, 0, 4) : divided(size_of(node, 0, 2), heads);
    const int64_t output[] = {size_of(node, 0, 0), size_of(node, 0, 1), features};
    const int64_t keys[] = {output[0], heads, plus(before, length), own};
    const int64_t values[] = {output[0], heads, keys[2], divided(features, heads)};
    types->count = types->count > 3 ? 3 : types->count;
    types->types[0] = micai_shaped_like(query, output, 3);
    types->types[1] = micai_shaped_like(query, keys, 4);
    types->types[2] = micai_shaped_like(query, values, 4);
    return true;
}

/// How long the cache is that comes out only the model says: as long as the one that comes in
/// when they share memory, else longer.
static bool infer_group_query(const mica_op_state *node, mica_onnx_types *types,
                              mica_onnx_fault *fault)
{
    const mica_type *query = micai_operand_type(node, 0), *past = micai_operand_type(node, 3);
    const int64_t heads = mica_onnx_node_int(node, "num_heads");
    const int64_t shared = mica_onnx_node_int(node, "kv_num_heads");
    if (!has_heads(node, "num_heads", fault) || !has_heads(node, "kv_num_heads", fault) ||
        !has_rank(node, 0, 3, fault) || !has_rank(node, 3, 4, fault))
        return false;
    const bool is_packed = !micai_operand_type(node, 1);
    const int64_t width = size_of(node, 0, 2);
    const int64_t head = divided(width, is_packed ? heads + 2 * shared : heads);
    const int64_t output[] = {size_of(node, 0, 0), size_of(node, 0, 1),
                              head == MICA_DYNAMIC ? head : head * heads};
    const bool is_first = !past || size_of(node, 3, 2) == 0;
    const int64_t cache[] = {output[0], shared, is_first ? output[1] : MICA_DYNAMIC, head};
    types->count = types->count > 3 ? 3 : types->count;
    types->types[0] = micai_shaped_like(query, output, 3);
    types->types[1] = types->types[2] = micai_shaped_like(past ? past : query, cache, 4);
    return true;
}

// ---- windows
// ---------------------------------------------------------------------------------

static const mica_type *infer_fused_conv(const mica_op_state *node, mica_onnx_fault *fault)
{
    return micai_onnx_conv_type(node, micai_operand_type(node, 0), micai_operand_type(node, 1),
                                micai_operand_type(node, 2), fault);
}

/// The type with its channels moved from the end to dimension 1, or back.
static const mica_type *with_channels(const mica_type *type, bool are_first)
{
    int64_t shape[MICA_ONNX_MAX_RANK];
    const size_t rank = mica_type_rank(type), from = are_first ? rank - 1 : 1,
                 to = are_first ? 1 : rank - 1;
    for (size_t i = 0, next = 0; i < rank; ++i) {
        if (i == to) {
            shape[i] = mica_type_shape(type)[from];
            continue;
        }
        next += next == from;
        shape[i] = mica_type_shape(type)[next++];
    }
    return micai_shaped_like(type, shape, rank);
}

static const mica_type *infer_last_pool(const mica_op_state *node, mica_onnx_fault *fault)
{
    const mica_type *input = micai_operand_type(node, 0);
    if (!mica_type_is_ranked(input))
        return input;
    if (mica_type_rank(input) < 3)
        return micai_onnx_wrong(fault, "its operand has no spatial dimensions");
    const mica_type *output = micai_onnx_pool_type(node, with_channels(input, true), fault);
    return output ? with_channels(output, false) : NULL;
}

static const mica_type *infer_quantized_conv(const mica_op_state *node, mica_onnx_fault *fault)
{
    const mica_type *input = micai_operand_type(node, 0), *bias = micai_operand_type(node, 8);
    const bool is_last = mica_onnx_node_int(node, "channels_last") != 0;
    if (!mica_type_is_ranked(input))
        return micai_unranked_like(micai_operand_type(node, 7));
    if (mica_type_rank(input) < 3)
        return micai_onnx_wrong(fault, "'x' has no spatial dimensions");
    const mica_type *output =
        micai_onnx_conv_type(node, is_last ? with_channels(input, true) : input,
                             micai_operand_type(node, 3), bias, fault);
    if (output && is_last && mica_type_is_ranked(output))
        output = with_channels(output, false);
    return output
               ? mica_type_with_element(output, mica_type_element(micai_operand_type(node, 7)))
               : NULL;
}

static const mica_type *infer_quantized_pool(const mica_op_state *node, mica_onnx_fault *fault)
{
    const mica_type *input = micai_operand_type(node, 0);
    if (!mica_type_is_ranked(input) || mica_onnx_node_int(node, "channels_last") != 0)
        return infer_last_pool(node, fault);
    return micai_onnx_pool_type(node, input, fault);
}

static const mica_type *infer_quantized_global_pool(const mica_op_state *node,
                                                    mica_onnx_fault *fault)
{
    const mica_type *input = micai_operand_type(node, 0);
    const size_t last = mica_onnx_node_int(node, "channels_last") != 0;
    int64_t shape[MICA_ONNX_MAX_RANK];
    if (!mica_type_is_ranked(input))
        return input;
    const size_t rank = mica_type_rank(input);
    if (rank < 3)
        return micai_onnx_wrong(fault, "'X' has no spatial dimensions");
    for (size_t i = 0; i < rank; ++i)
        shape[i] = i == 0 || i == (last ? rank - 1 : 1) ? mica_type_shape(input)[i] : 1;
    return micai_shaped_like(input, shape, rank);
}

// ---- quantized numbers
// -----------------------------------------------------------------------

static const mica_type *infer_quantized_pair(const mica_op_state *node, mica_onnx_fault *fault)
{
    const mica_type *a = micai_operand_type(node, 0), *b = micai_operand_type(node, 3);
    int64_t shape[MICA_ONNX_MAX_RANK];
    if (!micai_onnx_same_elements(node, 0, 3, fault))
        return NULL;
    if (!mica_type_is_ranked(a) || !mica_type_is_ranked(b))
        return micai_unranked_like(a);
    const int rank = micai_onnx_broadcast_shapes(mica_type_shape(a), mica_type_rank(a),
                                                 mica_type_shape(b), mica_type_rank(b), shape);
    return rank < 0 ? micai_onnx_wrong(fault, "'A' and 'B' can't be broadcast together")
                    : micai_shaped_like(a, shape, (size_t)rank);
}

/// The operands after scale and zero point of the result are tensor, scale, zero point in turn.
static const mica_type *infer_quantized_concat(const mica_op_state *node,
                                               mica_onnx_fault *fault)
{
    if (node->operand_count < 5 || node->operand_count % 3 != 2)
        return micai_onnx_wrong(fault, "its inputs are not tensor, scale, zero point in turn");
    const mica_type *first = mica_value_type(node->operands[2]);
    const mica_type *zero = mica_value_type(node->operands[1]);
    int64_t shape[MICA_ONNX_MAX_RANK];
    size_t axis;
    if (!mica_type_is_ranked(first))
        return micai_unranked_like(zero);
    const size_t rank = mica_type_rank(first);
    if (!mica_onnx_axis(mica_onnx_node_int(node, "axis"), rank, &axis))
        return micai_onnx_wrong(fault, "its axis is out of range");
    memcpy(shape, mica_type_shape(first), rank * sizeof *shape);
    for (size_t i = 5; i < node->operand_count; i += 3) {
        const mica_type *type = mica_value_type(node->operands[i]);
        if (!mica_type_is_ranked(type) || mica_type_rank(type) != rank)
            return micai_onnx_wrong(fault, "operands #2 and #%zu differ in rank", i);
        shape[axis] = plus(shape[axis], mica_type_shape(type)[axis]);
    }
    return micai_shaped_like(zero, shape, rank);
}

static const mica_type *infer_positions(const mica_op_state *node, mica_onnx_fault *fault)
{
    const mica_type *positions = micai_operand_type(node, 1);
    if (mica_type_is_ranked(positions) && mica_type_rank(positions) != 1 &&
        mica_type_rank(positions) != 2)
        return micai_onnx_wrong(fault, "'position_ids' must have rank 1 or 2");
    return micai_operand_type(node, 0);
}

const micai_onnx_infer_rule micai_onnx_infer_microsoft_rules[] = {
    {"onnx.ms.Attention", .all = infer_attention},
    {"onnx.ms.BiasGelu", .one = micai_onnx_infer_broadcast},
    {"onnx.ms.DynamicQuantizeMatMul", .one = infer_dynamic_matmul},
    {"onnx.ms.EmbedLayerNormalization", .all = infer_embedding},
    {"onnx.ms.FastGelu", .one = micai_onnx_infer_same},
    {"onnx.ms.FusedConv", .one = infer_fused_conv},
    {"onnx.ms.FusedGemm", .one = micai_onnx_infer_gemm},
    {"onnx.ms.FusedMatMul", .one = infer_fused_matmul},
    {"onnx.ms.GatherBlockQuantized", .one = infer_gather_blocks},
    {"onnx.ms.GroupQueryAttention", .all = infer_group_query},
    {"onnx.ms.MatMulIntegerToFloat", .one = infer_integer_matmul},
    {"onnx.ms.MatMulNBits", .one = infer_few_bits},
    {"onnx.ms.MultiHeadAttention", .all = infer_multi_head},
    {"onnx.ms.NhwcMaxPool", .one = infer_last_pool},
    {"onnx.ms.QAttention", .all = infer_quantized_attention},
    {"onnx.ms.QGemm", .one = infer_quantized_gemm},
    {"onnx.ms.QLinearAdd", .one = infer_quantized_pair},
    {"onnx.ms.QLinearAveragePool", .one = infer_quantized_pool},
    {"onnx.ms.QLinearConcat", .one = infer_quantized_concat},
    {"onnx.ms.QLinearConv", .one = infer_quantized_conv},
    {"onnx.ms.QLinearGlobalAveragePool", .one = infer_quantized_global_pool},
    {"onnx.ms.QLinearLeakyRelu", .one = micai_onnx_infer_same},
    {"onnx.ms.QLinearMul", .one = infer_quantized_pair},
    {"onnx.ms.QLinearSigmoid", .one = micai_onnx_infer_same},
    {"onnx.ms.QLinearSoftmax", .one = micai_onnx_infer_same},
    {"onnx.ms.QuickGelu", .one = micai_onnx_infer_same},
    {"onnx.ms.RotaryEmbedding", .one = infer_positions},
    {"onnx.ms.SkipLayerNormalization", .all = infer_skip},
    {"onnx.ms.SkipSimplifiedLayerNormalization", .all = infer_skip},
    {NULL, NULL, NULL},
};
