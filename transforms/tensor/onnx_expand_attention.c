// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Attention, rotary embeddings, convolutions with a state.
//
//   Attention: Q and K times sqrt(scale); products P = Q K^T; P + mask; softcap; softmax; times
//   V. Fewer heads of K and V than of Q: each serves a run of Q's heads.
#include "transforms/tensor/onnx_expand_internal.h"

#include <math.h>

// ---- heads
// -----------------------------------------------------------------------------------

/// [batch, length, heads * features] as [batch, heads, length, features].
static mica_value *split_heads(micai_expansion *x, mica_value *value, const mica_onnx_heads *h)
{
    static const int64_t perm[] = {0, 2, 1, 3};
    const int64_t shape[] = {h->batch, h->length, h->count, h->features};
    if (micai_rank_of(value) == 4)
        return value;
    return micai_make_transpose(x, micai_make_with_ints(x, "Reshape", value, shape, 4), perm,
                                4);
}

/// Each head as many times as heads of Q share it.
static mica_value *repeat_heads(micai_expansion *x, mica_value *value, int64_t times)
{
    const int64_t axis = 2;
    if (times == 1 || x->failed)
        return value;
    const int64_t *s = micai_shape_of(value);
    const int64_t wide[] = {s[0], s[1], times, s[2], s[3]};
    const int64_t joined[] = {s[0], s[1] * times, s[2], s[3]};
    value = micai_make_with_ints(x, "Unsqueeze", value, &axis, 1);
    value = micai_make_with_ints(x, "Expand", value, wide, 5);
    return micai_make_with_ints(x, "Reshape", value, joined, 4);
}

static mica_value *append(micai_expansion *x, mica_value *past, mica_value *value)
{
    mica_value *const parts[] = {past, value};
    return past ? micai_make_concat(x, parts, 2, 2) : value;
}

// ---- masks
// -----------------------------------------------------------------------------------

/// A float mask of the operand: true and false are 0 and -inf; columns that it lacks are -inf.
static mica_value *given_mask(micai_expansion *x, const mica_type *element, int64_t total)
{
    mica_value *mask = micai_input(x, 3);
    if (!mask)
        return NULL;
    if (!mica_type_is_float(micai_element_of(mask)))
        mask = micai_make_where(x, mask, micai_make_number(x, element, 0),
                                micai_make_number(x, element, -(double)INFINITY));
    if (x->failed)
        return NULL;
    mask = micai_make_cast(x, mask, element);
    const size_t rank = micai_rank_of(mask);
    const int64_t columns = micai_shape_of(mask)[rank - 1];
    if (columns >= total || columns == 1)
        return mask;
    int64_t pads[2 * MICA_ONNX_MAX_RANK] = {0};
    pads[2 * rank - 1] = total - columns;
    mica_value *const operands[] = {mask, micai_make_ints(x, pads, 2 * rank),
                                    micai_make_number(x, element, -(double)INFINITY), NULL};
    return micai_make(x, "Pad", operands, 4, NULL);
}

static mica_value *places(micai_expansion *x, int64_t count)
{
    mica_value *const operands[] = {micai_make_number(x, micai_integer(x, 64), 0),
                                    micai_make_number(x, micai_integer(x, 64), (double)count),
                                    micai_make_number(x, micai_integer(x, 64), 1)};
    return micai_make(x, "Range", operands, 3, NULL);
}

/// -inf where `hidden` holds, else 0, added to the mask.
static mica_value *hide(micai_expansion *x, mica_value *mask, mica_value *hidden,
                        const mica_type *element)
{
    mica_value *bias =
        micai_make_where(x, hidden, micai_make_number(x, element, -(double)INFINITY),
                         micai_make_number(x, element, 0));
    return mask ? micai_make2(x, "Add", mask, bias) : bias;
}

/// A query at place i of those that come after `before` others sees keys up to i + before.
static mica_value *causal_mask(micai_expansion *x, mica_value *mask, int64_t length,
                               int64_t total, int64_t before, const mica_type *element)
{
    const int64_t axis = 1;
    if (mica_onnx_node_int(&x->node, "is_causal") == 0)
        return mask;
    mica_value *rows = micai_make_with_ints(x, "Unsqueeze", places(x, length), &axis, 1);
    rows =
        micai_make2(x, "Add", rows, micai_make_number(x, micai_integer(x, 64), (double)before));
    mica_value *hidden = micai_make2(x, "Less", rows, places(x, total));
    return hide(x, mask, hidden, element);
}

/// Keys from nonpad_kv_seqlen[batch] on are padding.
static mica_value *padding_mask(micai_expansion *x, mica_value *mask, int64_t total,
                                const mica_type *element)
{
    static const int64_t axes[] = {1, 2, 3};
    mica_value *lengths = micai_input(x, 6);
    if (!lengths)
        return mask;
    lengths = micai_make_with_ints(x, "Unsqueeze", lengths, axes, 3);
    mica_value *seen = micai_make2(x, "Less", places(x, total), lengths);
    return hide(x, mask, micai_make1(x, "Not", seen), element);
}

// ---- Attention
// -------------------------------------------------------------------------------

static mica_value *softmax(micai_expansion *x, mica_value *value)
{
    const mica_type *element = micai_element_of(value);
    const int64_t precision = mica_onnx_node_int(&x->node, "softmax_precision");
    const mica_type *wide = precision == 1    ? micai_float(x, MICA_FLOAT_F32)
                            : precision == 11 ? micai_float(x, MICA_FLOAT_F64)
                            : precision == 10 ? micai_float(x, MICA_FLOAT_F16)
                                              : element;
    mica_value *cast = micai_make_cast(x, value, wide);
    mica_value *shares = micai_make_with_axis(x, "Softmax", &cast, 1, -1);
    return micai_make_cast(x, shares, element);
}

typedef struct attention {
    mica_value *q, *k, *v; ///< [batch, heads, length, features]
    mica_onnx_heads q_heads, k_heads, v_heads;
    int64_t before, total;
    const mica_type *element;
} attention;

static bool read_attention(micai_expansion *x, attention *a)
{
    mica_value *past = micai_input(x, 4);
    if (!mica_onnx_heads_read(&x->node, 0, &a->q_heads) ||
        !mica_onnx_heads_read(&x->node, 1, &a->k_heads) ||
        !mica_onnx_heads_read(&x->node, 2, &a->v_heads))
        return micai_expand_refuse(x, "the shapes of Q, K and V are not known") != NULL;
    for (size_t i = 0; i < 3; ++i)
        if (!mica_type_has_static_shape(mica_value_type(micai_input(x, i))))
            return micai_expand_refuse(x, "Q, K and V must have static shapes") != NULL;
    if (past && !mica_type_has_static_shape(mica_value_type(past)))
        return micai_expand_refuse(x, "past_key must have a static shape") != NULL;
    if (a->k_heads.count < 1 || a->q_heads.count % a->k_heads.count != 0)
        return micai_expand_refuse(x, "%lld heads of Q can't share %lld of K",
                                   (long long)a->q_heads.count,
                                   (long long)a->k_heads.count) != NULL;
    a->before = past ? micai_shape_of(past)[2] : 0;
    a->total = a->before + a->k_heads.length;
    a->element = micai_element_of(micai_input(x, 0));
    a->q = split_heads(x, micai_input(x, 0), &a->q_heads);
    a->k = append(x, past, split_heads(x, micai_input(x, 1), &a->k_heads));
    a->v = append(x, micai_input(x, 5), split_heads(x, micai_input(x, 2), &a->v_heads));
    return !x->failed;
}

static mica_value *products_of(micai_expansion *x, const attention *a)
{
    static const int64_t perm[] = {0, 1, 3, 2};
    const int64_t times = a->q_heads.count / a->k_heads.count;
    const double scale = mica_onnx_node_attr(&x->node, "scale")
                             ? mica_onnx_node_float(&x->node, "scale")
                             : 1 / sqrt((double)a->q_heads.features);
    mica_value *factor = micai_make_like(x, a->q, sqrt(scale));
    mica_value *q = micai_make2(x, "Mul", a->q, factor);
    mica_value *k = micai_make2(x, "Mul", repeat_heads(x, a->k, times), factor);
    return micai_make2(x, "MatMul", q, micai_make_transpose(x, k, perm, 4));
}

/// Keeps the products after step `mode` when they are an output.
static void note_products(micai_expansion *x, int64_t mode, mica_value *products)
{
    if (mica_onnx_node_int(&x->node, "qk_matmul_output_mode") == mode)
        x->results[3] = products;
}

static mica_value *cap(micai_expansion *x, mica_value *products)
{
    const double softcap = mica_onnx_node_float(&x->node, "softcap");
    if (softcap == 0 || x->failed)
        return products;
    mica_value *limit = micai_make_like(x, products, softcap);
    mica_value *share = micai_make1(x, "Tanh", micai_make2(x, "Div", products, limit));
    return micai_make2(x, "Mul", share, limit);
}

static mica_value *expand_attention(micai_expansion *x)
{
    static const int64_t perm[] = {0, 2, 1, 3};
    attention a;
    if (!read_attention(x, &a))
        return NULL;
    x->results[1] = a.k;
    x->results[2] = a.v;
    mica_value *products = products_of(x, &a);
    note_products(x, 0, products);
    products = cap(x, products);
    note_products(x, 1, products);
    mica_value *mask = given_mask(x, a.element, a.total);
    mask = causal_mask(x, mask, a.q_heads.length, a.total, a.before, a.element);
    mask = padding_mask(x, mask, a.total, a.element);
    if (mask && !x->failed)
        products = micai_make2(x, "Add", products, mask);
    note_products(x, 2, products);
    if (x->failed)
        return NULL;
    mica_value *shares = softmax(x, products);
    note_products(x, 3, shares);
    mica_value *v = repeat_heads(x, a.v, a.q_heads.count / a.v_heads.count);
    mica_value *y = micai_make2(x, "MatMul", shares, v);
    if (micai_rank_of(micai_input(x, 0)) == 4)
        return y;
    const int64_t flat[] = {a.q_heads.batch, a.q_heads.length,
                            a.q_heads.count * a.v_heads.features};
    return micai_make_with_ints(x, "Reshape", micai_make_transpose(x, y, perm, 4), flat, 3);
}

// ---- CausalConvWithState
// ---------------------------------------------------------------------

/// The past, or as many zeros, before the input; a convolution of each channel with that.
static mica_value *causal_conv(micai_expansion *x)
{
    mica_value *input = micai_input(x, 0), *weight = micai_input(x, 1),
               *past = micai_input(x, 3);
    if (!mica_type_has_static_shape(mica_value_type(input)) ||
        !mica_type_has_static_shape(mica_value_type(weight)))
        return micai_expand_refuse(x, "'input' and 'weight' must have static shapes");
    const int64_t length = micai_shape_of(input)[2], before = micai_shape_of(weight)[2] - 1;
    const int64_t pads[] = {0, 0, before, 0, 0, 0};
    mica_value *const parts[] = {past, input};
    mica_value *padded = before == 0 ? input
                         : past      ? micai_make_concat(x, parts, 2, 2)
                                     : micai_make_with_ints(x, "Pad", input, pads, 6);
    const micai_expand_attr attrs[] = {
        {"group", mica_i64_attr_get(x->builder.context, micai_shape_of(input)[1])},
        {NULL, NULL}};
    mica_value *const operands[] = {padded, weight, micai_input(x, 2)};
    mica_value *y = micai_make(x, "Conv", operands, 3, attrs);
    x->results[1] = micai_make_slice(x, padded, 2, length, length + before);
    return mica_string_is(mica_onnx_node_string(&x->node, "activation"), "none")
               ? y
               : micai_make2(x, "Mul", y, micai_make1(x, "Sigmoid", y));
}

// ---- RotaryEmbedding
// -------------------------------------------------------------------------

/// The two halves of the features, or every other one of them.
static void split_pairs(micai_expansion *x, mica_value *value, bool interleaved, int64_t half,
                        mica_value *parts[2])
{
    const int64_t last = 4;
    if (x->failed)
        return;
    if (!interleaved) {
        parts[0] = micai_make_slice(x, value, 3, 0, half);
        parts[1] = micai_make_slice(x, value, 3, half, 2 * half);
        return;
    }
    const int64_t *s = micai_shape_of(value);
    const int64_t pairs[] = {s[0], s[1], s[2], half, 2};
    value = micai_make_with_ints(x, "Reshape", value, pairs, 5);
    for (int64_t i = 0; i < 2; ++i)
        parts[i] = micai_make_with_ints(x, "Squeeze", micai_make_slice(x, value, 4, i, i + 1),
                                        &last, 1);
}

static mica_value *join_pairs(micai_expansion *x, mica_value *const parts[2], bool interleaved,
                              const int64_t *shape)
{
    const int64_t last = 4;
    if (!interleaved)
        return micai_make_concat(x, parts, 2, 3);
    mica_value *const wide[] = {micai_make_with_ints(x, "Unsqueeze", parts[0], &last, 1),
                                micai_make_with_ints(x, "Unsqueeze", parts[1], &last, 1)};
    return micai_make_with_ints(x, "Reshape", micai_make_concat(x, wide, 2, 4), shape, 4);
}

/// Angles for each position as [batch, length, 1, half].
static mica_value *angles_of(micai_expansion *x, size_t index, int64_t half)
{
    const int64_t axis = 2;
    mica_value *cache = micai_input(x, index), *positions = micai_input(x, 3);
    if (positions) {
        mica_value *const operands[] = {cache, positions};
        cache = micai_make_with_axis(x, "Gather", operands, 2, 0);
    }
    if (x->failed)
        return NULL;
    if (micai_rank_of(cache) == 3 && micai_shape_of(cache)[2] > half)
        cache = micai_make_slice(x, cache, 2, 0, half);
    return micai_make_with_ints(x, "Unsqueeze", cache, &axis, 1);
}

/// `value` is [batch, length, heads, features].
static mica_value *rotate(micai_expansion *x, mica_value *value)
{
    const bool interleaved = mica_onnx_node_int(&x->node, "interleaved") != 0;
    const int64_t features = micai_shape_of(value)[3];
    const int64_t given = mica_onnx_node_int(&x->node, "rotary_embedding_dim");
    const int64_t turned = given ? given : features;
    mica_value *part = turned < features ? micai_make_slice(x, value, 3, 0, turned) : value;
    mica_value *pairs[2] = {NULL, NULL}, *turned_pairs[2];
    int64_t shape[4];
    if (x->failed)
        return NULL;
    memcpy(shape, micai_shape_of(part), sizeof shape);
    split_pairs(x, part, interleaved, turned / 2, pairs);
    mica_value *cosine = angles_of(x, 1, turned / 2), *sine = angles_of(x, 2, turned / 2);
    turned_pairs[0] = micai_make2(x, "Sub", micai_make2(x, "Mul", cosine, pairs[0]),
                                  micai_make2(x, "Mul", sine, pairs[1]));
    turned_pairs[1] = micai_make2(x, "Add", micai_make2(x, "Mul", sine, pairs[0]),
                                  micai_make2(x, "Mul", cosine, pairs[1]));
    mica_value *result = join_pairs(x, turned_pairs, interleaved, shape);
    if (turned == features)
        return result;
    mica_value *const both[] = {result, micai_make_slice(x, value, 3, turned, features)};
    return micai_make_concat(x, both, 2, 3);
}

static mica_value *rotary_embedding(micai_expansion *x)
{
    static const int64_t perm[] = {0, 2, 1, 3};
    mica_value *input = micai_input(x, 0);
    const int64_t heads = mica_onnx_node_int(&x->node, "num_heads");
    if (!mica_type_has_static_shape(mica_value_type(input)) ||
        (micai_rank_of(input) != 4 && (micai_rank_of(input) != 3 || heads < 1)))
        return micai_expand_refuse(x, "the shape of X or its number of heads is not known");
    if (micai_rank_of(input) == 4)
        return micai_make_transpose(x, rotate(x, micai_make_transpose(x, input, perm, 4)), perm,
                                    4);
    const int64_t *s = micai_shape_of(input);
    const int64_t flat[] = {s[0], s[1], s[2]};
    const int64_t split[] = {s[0], s[1], heads, s[2] / heads};
    mica_value *value = micai_make_with_ints(x, "Reshape", input, split, 4);
    return x->failed ? NULL : micai_make_with_ints(x, "Reshape", rotate(x, value), flat, 3);
}

const micai_expand_rule micai_expand_attention[] = {
    {"onnx.Attention", expand_attention, NULL},
    {"onnx.CausalConvWithState", causal_conv, NULL},
    {"onnx.RotaryEmbedding", rotary_embedding, NULL},
    {NULL, NULL, NULL},
};
