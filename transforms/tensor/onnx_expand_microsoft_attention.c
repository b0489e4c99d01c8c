// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Attention as com.microsoft has it: of one input with weights for queries, keys and values; of
// these given apart or packed; with heads of keys and values that queries share, and a cache.
//
//   scores = Q K^T * scale + masks ; softmax(scores) V
//
// Batch and length may be dynamic where no mask needs them: shapes are made with Reshape's 0.
#include "transforms/tensor/onnx_expand_internal.h"

#include <math.h>

static const int64_t swap_heads[] = {0, 2, 1, 3};

// ---- heads
// -----------------------------------------------------------------------------------

/// [batch, length, heads * features] as [batch, heads, length, features].
static mica_value *split_heads(micai_expansion *x, mica_value *value, int64_t heads)
{
    const int64_t shape[] = {0, 0, heads, -1};
    value = micai_make_with_ints(x, "Reshape", value, shape, 4);
    return micai_make_transpose(x, value, swap_heads, 4);
}

static mica_value *join_heads(micai_expansion *x, mica_value *value)
{
    static const int64_t shape[] = {0, 0, -1};
    return micai_make_with_ints(x, "Reshape", micai_make_transpose(x, value, swap_heads, 4),
                                shape, 3);
}

/// Part `index` of [batch, length, heads, parts, features], as [batch, heads, length,
/// features].
static mica_value *unpack_heads(micai_expansion *x, mica_value *value, int64_t index)
{
    const int64_t axis = 3;
    value = micai_make_slice(x, value, axis, index, index + 1);
    value = micai_make_with_ints(x, "Squeeze", value, &axis, 1);
    return micai_make_transpose(x, value, swap_heads, 4);
}

static mica_value *after_past(micai_expansion *x, mica_value *past, mica_value *value)
{
    mica_value *const parts[] = {past, value};
    return past ? micai_make_concat(x, parts, 2, 2) : value;
}

// ---- masks
// -----------------------------------------------------------------------------------

/// The size of a dimension as a scalar of i64.
static mica_value *size_of(micai_expansion *x, mica_value *value, int64_t dim)
{
    const int64_t axis = 0;
    if (x->failed)
        return NULL;
    const int64_t size = micai_shape_of(value)[dim];
    if (size != MICA_DYNAMIC)
        return micai_make_number(x, micai_integer(x, 64), (double)size);
    return micai_make_with_ints(x, "Squeeze", micai_make_shape(x, value, dim, dim + 1), &axis,
                                1);
}

/// 0, 1, ... below a scalar of i64.
static mica_value *places_below(micai_expansion *x, mica_value *count)
{
    const mica_type *i64 = micai_integer(x, 64);
    mica_value *const operands[] = {micai_make_number(x, i64, 0), count,
                                    micai_make_number(x, i64, 1)};
    return micai_make(x, "Range", operands, 3, NULL);
}

/// `filter` where the condition holds, else 0; added to the scores.
static mica_value *mask_where(micai_expansion *x, mica_value *scores, mica_value *condition,
                              double filter)
{
    if (x->failed)
        return NULL;
    mica_value *mask = micai_make_where(x, condition, micai_make_like(x, scores, filter),
                                        micai_make_like(x, scores, 0));
    return micai_make2(x, "Add", scores, mask);
}

/// Queries are the last of the keys' places; each sees the keys up to its own.
static mica_value *hide_later(micai_expansion *x, mica_value *scores, double filter)
{
    const int64_t axis = 1;
    mica_value *length = size_of(x, scores, 2), *total = size_of(x, scores, 3);
    mica_value *rows =
        micai_make2(x, "Add", places_below(x, length), micai_make2(x, "Sub", total, length));
    rows = micai_make_with_ints(x, "Unsqueeze", rows, &axis, 1);
    return mask_where(x, scores, micai_make2(x, "Less", rows, places_below(x, total)), filter);
}

/// A vector of i64 with an entry for each sample, beside the scores.
static mica_value *for_sample(micai_expansion *x, mica_value *vector)
{
    static const int64_t axes[] = {1, 2, 3};
    vector = micai_make_cast(x, vector, micai_integer(x, 64));
    return micai_make_with_ints(x, "Unsqueeze", vector, axes, 3);
}

/// Keys from each sample's end on are hidden, and those before its start where it has one: the
/// mask holds the ends of all samples, then the starts.
static mica_value *hide_outside(micai_expansion *x, mica_value *scores, mica_value *mask,
                                double filter)
{
    const int64_t batch = micai_shape_of(scores)[0], count = micai_shape_of(mask)[0];
    mica_value *keys = places_below(x, size_of(x, scores, 3));
    const bool has_starts = batch != MICA_DYNAMIC && count == 2 * batch;
    if (!has_starts && count != batch && count != MICA_DYNAMIC && batch != MICA_DYNAMIC)
        return micai_expand_refuse(x, "a mask with %lld entries is not supported",
                                   (long long)count);
    mica_value *ends = has_starts ? micai_make_slice(x, mask, 0, 0, batch) : mask;
    mica_value *is_hidden =
        micai_make1(x, "Not", micai_make2(x, "Less", keys, for_sample(x, ends)));
    if (has_starts) {
        mica_value *starts = for_sample(x, micai_make_slice(x, mask, 0, batch, 2 * batch));
        is_hidden = micai_make2(x, "Or", is_hidden, micai_make2(x, "Less", keys, starts));
    }
    return mask_where(x, scores, is_hidden, filter);
}

/// A mask of integers: 1 where a key is seen, [batch, keys] or [batch, queries, keys]; or of
/// ends of samples.
static mica_value *apply_mask(micai_expansion *x, mica_value *scores, mica_value *mask,
                              double filter)
{
    static const int64_t axes[] = {1, 2};
    if (!mask || x->failed)
        return scores;
    if (!micai_has_rank(mask) || micai_rank_of(mask) < 1 || micai_rank_of(mask) > 3)
        return micai_expand_refuse(x, "a mask of this rank is not supported");
    if (micai_rank_of(mask) == 1)
        return hide_outside(x, scores, mask, filter);
    mica_value *is_hidden = micai_make2(x, "Less", mask, micai_make_like(x, mask, 1));
    is_hidden =
        micai_make_with_ints(x, "Unsqueeze", is_hidden, axes, micai_rank_of(mask) == 2 ? 2 : 1);
    return mask_where(x, scores, is_hidden, filter);
}

// ---- attention
// -------------------------------------------------------------------------------

/// Q K^T * scale for [batch, heads, length, features]; a scale of 0: 1 / sqrt(features).
static mica_value *scores_of(micai_expansion *x, mica_value *q, mica_value *k)
{
    static const int64_t perm[] = {0, 1, 3, 2};
    double scale = mica_onnx_node_float(&x->node, "scale");
    if (x->failed)
        return NULL;
    const int64_t features = micai_shape_of(q)[3];
    if (scale == 0 && features == MICA_DYNAMIC)
        return micai_expand_refuse(x, "the features of its heads are not known");
    scale = scale == 0 ? 1 / sqrt((double)features) : scale;
    mica_value *products = micai_make2(x, "MatMul", q, micai_make_transpose(x, k, perm, 4));
    return micai_make2(x, "Mul", products, micai_make_like(x, q, scale));
}

static mica_value *attend(micai_expansion *x, mica_value *scores, mica_value *v)
{
    if (x->failed)
        return NULL;
    const mica_type *element = micai_element_of(v);
    if (mica_type_bit_width(element) < 32)
        scores = micai_make_cast(x, scores, micai_float(x, MICA_FLOAT_F32));
    mica_value *shares = micai_make_with_axis(x, "Softmax", &scores, 1, -1);
    shares = micai_make_cast(x, shares, element);
    return join_heads(x, micai_make2(x, "MatMul", shares, v));
}

/// What Attention and MultiHeadAttention share from the scores on.
static mica_value *masked_attention(micai_expansion *x, mica_value *q, mica_value *k,
                                    mica_value *v, mica_value *mask, mica_value *bias)
{
    const double filter = mica_onnx_node_float(&x->node, "mask_filter_value");
    mica_value *scores = scores_of(x, q, k);
    if (bias)
        scores = micai_make2(x, "Add", scores, bias);
    scores = apply_mask(x, scores, mask, filter);
    if (mica_onnx_node_int(&x->node, "unidirectional") != 0)
        scores = hide_later(x, scores, filter);
    return attend(x, scores, v);
}

// ---- Attention
// -------------------------------------------------------------------------------

static mica_value *half_of_past(micai_expansion *x, mica_value *past, int64_t index)
{
    const int64_t axis = 0;
    return past ? micai_make_with_ints(x, "Squeeze",
                                       micai_make_slice(x, past, 0, index, index + 1), &axis, 1)
                : NULL;
}

static mica_value *stack(micai_expansion *x, mica_value *a, mica_value *b)
{
    const int64_t axis = 0;
    mica_value *const parts[] = {micai_make_with_ints(x, "Unsqueeze", a, &axis, 1),
                                 micai_make_with_ints(x, "Unsqueeze", b, &axis, 1)};
    return micai_make_concat(x, parts, 2, 0);
}

/// Attention of `all`: queries, keys and values one after the other.
static mica_value *attend_projected(micai_expansion *x, mica_value *all, mica_value *past,
                                    mica_value *mask, mica_value *bias)
{
    const int64_t heads = mica_onnx_node_int(&x->node, "num_heads");
    int64_t sizes[3], from = 0;
    mica_value *parts[3];
    mica_onnx_projections(&x->node, sizes);
    for (size_t i = 0; i < 3; from += sizes[i++])
        parts[i] = split_heads(x, micai_make_slice(x, all, 2, from, from + sizes[i]), heads);
    mica_value *k = after_past(x, half_of_past(x, past, 0), parts[1]);
    mica_value *v = after_past(x, half_of_past(x, past, 1), parts[2]);
    x->results[1] = x->result_count > 1 ? stack(x, k, v) : NULL;
    return masked_attention(x, parts[0], k, v, mask, bias);
}

static bool is_plain_attention(micai_expansion *x)
{
    int64_t sizes[3];
    mica_onnx_projections(&x->node, sizes);
    if (mica_onnx_node_int(&x->node, "do_rotary") != 0 ||
        mica_onnx_node_int(&x->node, "past_present_share_buffer") != 0)
        return micai_expand_refuse(x, "do_rotary and past_present_share_buffer are not "
                                      "supported") != NULL;
    return sizes[0] != MICA_DYNAMIC ||
           micai_expand_refuse(x, "the shape of its weights is not known") != NULL;
}

static mica_value *attention(micai_expansion *x)
{
    if (!is_plain_attention(x))
        return NULL;
    mica_value *all = micai_make2(x, "MatMul", micai_input(x, 0), micai_input(x, 1));
    if (micai_input(x, 2))
        all = micai_make2(x, "Add", all, micai_input(x, 2));
    return attend_projected(x, all, micai_input(x, 4), micai_input(x, 3), micai_input(x, 5));
}

static mica_value *quantized_attention(micai_expansion *x)
{
    mica_value *const operands[] = {micai_input(x, 0), micai_input(x, 1), micai_input(x, 6),
                                    micai_input(x, 7)};
    if (!is_plain_attention(x))
        return NULL;
    mica_value *scale = micai_make2(x, "Mul", micai_input(x, 3), micai_input(x, 4));
    mica_value *all = micai_make_cast(x, micai_make(x, "MatMulInteger", operands, 4, NULL),
                                      micai_element_of(micai_input(x, 3)));
    all = micai_make2(x, "Add", micai_make2(x, "Mul", all, scale), micai_input(x, 2));
    return attend_projected(x, all, micai_input(x, 8), micai_input(x, 5), NULL);
}

// ---- MultiHeadAttention
// ----------------------------------------------------------------------

typedef struct projections {
    mica_value *q, *k, *v; ///< [batch, heads, length, features]
} projections;

/// `value` plus the part of the bias that begins at `from`, in heads.
static mica_value *with_bias(micai_expansion *x, mica_value *value, int64_t from, int64_t heads)
{
    mica_value *bias = micai_input(x, 3);
    if (x->failed)
        return NULL;
    if (micai_rank_of(value) == 4)
        return value;
    const int64_t size = micai_shape_of(value)[2];
    if (bias && size == MICA_DYNAMIC)
        return micai_expand_refuse(x, "how the bias is divided is not known");
    if (bias)
        value = micai_make2(x, "Add", value, micai_make_slice(x, bias, 0, from, from + size));
    return split_heads(x, value, heads);
}

static bool read_projections(micai_expansion *x, projections *p)
{
    const int64_t heads = mica_onnx_node_int(&x->node, "num_heads");
    mica_value *query = micai_input(x, 0), *key = micai_input(x, 1), *value = micai_input(x, 2);
    if (!micai_has_rank(query) || (key && !micai_has_rank(key)))
        return micai_expand_refuse(x, "the ranks of its operands are not known") != NULL;
    const bool keys_are_packed = key && micai_rank_of(key) == 5;
    if ((!key || keys_are_packed) && micai_input(x, 3))
        return micai_expand_refuse(x, "a bias of packed operands is not supported") != NULL;
    if (!key) {
        *p = (projections){unpack_heads(x, query, 0), unpack_heads(x, query, 1),
                           unpack_heads(x, query, 2)};
        return !x->failed;
    }
    const int64_t width = micai_shape_of(query)[2];
    p->q = with_bias(x, query, 0, heads);
    p->k = keys_are_packed ? unpack_heads(x, key, 0) : with_bias(x, key, width, heads);
    if (!keys_are_packed && !value)
        return micai_expand_refuse(x, "'value' is missing") != NULL;
    p->v = keys_are_packed ? unpack_heads(x, key, 1) : with_bias(x, value, 2 * width, heads);
    return !x->failed;
}

static mica_value *multi_head_attention(micai_expansion *x)
{
    projections p = {NULL, NULL, NULL};
    if (micai_input(x, 8) || micai_input(x, 9))
        return micai_expand_refuse(x, "a cache shared with the past is not supported");
    if (!read_projections(x, &p))
        return NULL;
    p.k = after_past(x, micai_input(x, 6), p.k);
    p.v = after_past(x, micai_input(x, 7), p.v);
    x->results[1] = p.k;
    x->results[2] = p.v;
    return masked_attention(x, p.q, p.k, p.v, micai_input(x, 4), micai_input(x, 5));
}

// ---- GroupQueryAttention
// ---------------------------------------------------------------------

/// How many places of each sample's cache are filled before this call: [batch].
static mica_value *filled_before(micai_expansion *x, int64_t length)
{
    const mica_type *i64 = micai_integer(x, 64);
    mica_value *last = micai_make_cast(x, micai_input(x, 5), i64);
    const int64_t row = -1;
    last = micai_make_with_ints(x, "Reshape", last, &row, 1);
    mica_value *before =
        micai_make2(x, "Sub", last, micai_make_number(x, i64, (double)length - 1));
    return micai_make2(x, "Max", before, micai_make_number(x, i64, 0));
}

/// The cache with new entries after the filled ones, as long as result `index` is declared.
static mica_value *grow_cache(micai_expansion *x, mica_value *past, mica_value *value,
                              mica_value *before, size_t index)
{
    const micai_expand_attr attrs[] = {{"axis", mica_i64_attr_get(x->builder.context, 2)},
                                       {NULL, NULL}};
    if (!past || x->failed || micai_shape_of(past)[2] == 0)
        return value;
    const mica_type *type = x->result_count > index
                                ? mica_value_type(mica_op_result(x->op, index))
                                : mica_value_type(past);
    const int64_t given = micai_shape_of(past)[2];
    const int64_t wanted = mica_type_is_ranked(type) ? mica_type_shape(type)[2] : MICA_DYNAMIC;
    if (given == MICA_DYNAMIC || wanted == MICA_DYNAMIC || wanted < given)
        return micai_expand_refuse(x, "the lengths of its caches are not known");
    const int64_t pads[] = {0, 0, 0, 0, 0, 0, wanted - given, 0};
    if (wanted > given)
        past = micai_make_with_ints(x, "Pad", past, pads, 8);
    mica_value *const operands[] = {past, value, before};
    return micai_make(x, "TensorScatter", operands, 3, attrs);
}

static mica_value *rotate(micai_expansion *x, mica_value *value, mica_value *positions)
{
    const micai_expand_attr attrs[] = {
        {"interleaved", mica_onnx_node_attr(&x->node, "rotary_interleaved")}, {NULL, NULL}};
    mica_value *const operands[] = {value, micai_input(x, 7), micai_input(x, 8), positions};
    if (mica_onnx_node_int(&x->node, "do_rotary") == 0)
        return value;
    if (!micai_input(x, 7) || !micai_input(x, 8))
        return micai_expand_refuse(x, "do_rotary needs cos_cache and sin_cache");
    return micai_make(x, "RotaryEmbedding", operands, 4, attrs);
}

/// A query at a position sees keys up to it, of which only the last ones within a window.
static mica_value *hide_by_position(micai_expansion *x, mica_value *scores,
                                    mica_value *positions)
{
    static const int64_t axes[] = {1, 3};
    const int64_t window = mica_onnx_node_int(&x->node, "local_window_size");
    positions = micai_make_with_ints(x, "Unsqueeze", positions, axes, 2);
    mica_value *keys = places_below(x, size_of(x, scores, 3));
    mica_value *is_hidden = micai_make2(x, "Less", positions, keys);
    if (window > 0) {
        mica_value *first =
            micai_make2(x, "Sub", positions,
                        micai_make_number(x, micai_integer(x, 64), (double)window - 1));
        is_hidden = micai_make2(x, "Or", is_hidden, micai_make2(x, "Less", keys, first));
    }
    return mask_where(x, scores, is_hidden, -(double)INFINITY);
}

static mica_value *share_heads(micai_expansion *x, mica_value *value, int64_t times)
{
    const int64_t axis = 2;
    if (times == 1 || x->failed)
        return value;
    const int64_t *s = micai_shape_of(value);
    const int64_t wide[] = {1, 1, times, 1, 1};
    const int64_t joined[] = {0, s[1] * times, s[2], s[3]};
    value = micai_make_with_ints(x, "Unsqueeze", value, &axis, 1);
    value = micai_make_with_ints(x, "Expand", value, wide, 5);
    return micai_make_with_ints(x, "Reshape", value, joined, 4);
}

static mica_value *cap(micai_expansion *x, mica_value *scores)
{
    const double softcap = mica_onnx_node_float(&x->node, "softcap");
    if (softcap == 0 || x->failed)
        return scores;
    mica_value *limit = micai_make_like(x, scores, softcap);
    mica_value *share = micai_make1(x, "Tanh", micai_make2(x, "Div", scores, limit));
    return micai_make2(x, "Mul", share, limit);
}

static bool is_plain_group(micai_expansion *x)
{
    static const char *const unset[] = {"qk_output", "sliding_window_cache", "smooth_softmax",
                                        "kv_cache_bit_width"};
    for (size_t i = 0; i < sizeof unset / sizeof *unset; ++i)
        if (mica_onnx_node_int(&x->node, unset[i]) != 0)
            return micai_expand_refuse(x, "%s is not supported", unset[i]) != NULL;
    if (mica_onnx_node_int(&x->node, "causal") == 0 || micai_input(x, 10) || micai_input(x, 11))
        return micai_expand_refuse(x, "attention_bias, head_sink and causal 0 are not "
                                      "supported") != NULL;
    for (size_t i = 0; i < 5; ++i)
        if (micai_input(x, i) &&
            !mica_type_has_static_shape(mica_value_type(micai_input(x, i))))
            return micai_expand_refuse(x, "its operands must have static shapes") != NULL;
    return true;
}

/// Queries, keys and values in heads, not yet rotated.
static void read_group(micai_expansion *x, projections *p, int64_t heads, int64_t shared)
{
    mica_value *query = micai_input(x, 0), *key = micai_input(x, 1), *value = micai_input(x, 2);
    if (!key) {
        const int64_t head = micai_shape_of(query)[2] / (heads + 2 * shared);
        const int64_t q = heads * head, k = q + shared * head;
        key = micai_make_slice(x, query, 2, q, k);
        value = micai_make_slice(x, query, 2, k, k + shared * head);
        query = micai_make_slice(x, query, 2, 0, q);
    }
    *p = (projections){split_heads(x, query, heads), split_heads(x, key, shared),
                       split_heads(x, value, shared)};
}

static mica_value *group_query_attention(micai_expansion *x)
{
    const int64_t heads = mica_onnx_node_int(&x->node, "num_heads");
    const int64_t shared = mica_onnx_node_int(&x->node, "kv_num_heads"), axis = 1;
    projections p;
    if (!is_plain_group(x))
        return NULL;
    const int64_t length = micai_shape_of(micai_input(x, 0))[1];
    read_group(x, &p, heads, shared);
    mica_value *before = filled_before(x, length);
    mica_value *positions = micai_make2(
        x, "Add", micai_make_with_ints(x, "Unsqueeze", before, &axis, 1),
        places_below(x, micai_make_number(x, micai_integer(x, 64), (double)length)));
    p.q = rotate(x, p.q, positions);
    p.k = rotate(x, p.k, positions);
    mica_value *k = grow_cache(x, micai_input(x, 3), p.k, before, 1);
    mica_value *v = grow_cache(x, micai_input(x, 4), p.v, before, 2);
    x->results[1] = k;
    x->results[2] = v;
    mica_value *scores = scores_of(x, p.q, share_heads(x, k, heads / shared));
    scores = hide_by_position(x, cap(x, scores), positions);
    return attend(x, scores, share_heads(x, v, heads / shared));
}

const micai_expand_rule micai_expand_microsoft_attention[] = {
    {"onnx.ms.Attention", attention, NULL},
    {"onnx.ms.GroupQueryAttention", group_query_attention, NULL},
    {"onnx.ms.MultiHeadAttention", multi_head_attention, NULL},
    {"onnx.ms.QAttention", quantized_attention, NULL},
    {NULL, NULL, NULL},
};
