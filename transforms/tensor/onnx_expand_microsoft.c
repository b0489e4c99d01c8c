// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Operators of com.microsoft that fuse what ONNX has one by one, taken apart again:
// activations, products, normalizations of sums, embeddings. Fusion of this compiler puts
// together what belongs together, and then it is one way for all models.
//
//   ms.SkipLayerNormalization %x, %s  ->  %a = Add %x, %s ; normalized %a
//   ms.FusedGemm ...                  ->  %y = Gemm ... ; Relu %y
#include "transforms/tensor/onnx_expand_internal.h"

// ---- attributes
// ------------------------------------------------------------------------------

void micai_copy_attrs(const micai_expansion *x, const char *const *names,
                      micai_expand_attr *attrs)
{
    for (; *names; ++names) {
        const mica_attr *value = mica_onnx_node_attr(&x->node, *names);
        if (value)
            *attrs++ = (micai_expand_attr){*names, value};
    }
    *attrs = (micai_expand_attr){NULL, NULL};
}

static const mica_attr *f32_attr(const micai_expansion *x, double value)
{
    return mica_float_attr_get(micai_float(x, MICA_FLOAT_F32), value);
}

// ---- activations
// -----------------------------------------------------------------------------

/// An activation that a fused operator names, with up to two parameters.
typedef struct activation {
    const char *name;
    const char *parameters[2];
    double defaults[2];
} activation;

static const activation activations[] = {
    {"HardSigmoid", {"alpha", "beta"}, {0.2, 0.5}},
    {"LeakyRelu", {"alpha", NULL}, {0.01, 0}},
    {"Relu", {NULL, NULL}, {0, 0}},
    {"Sigmoid", {NULL, NULL}, {0, 0}},
    {"Tanh", {NULL, NULL}, {0, 0}},
};

/// `given` are the parameters that the node has, as far as it has them.
static mica_value *activate(micai_expansion *x, mica_value *value, const double *given,
                            size_t given_count)
{
    const mica_string name = mica_onnx_node_string(&x->node, "activation");
    micai_expand_attr attrs[3] = {{NULL, NULL}};
    if (name.length == 0 || x->failed)
        return value;
    if (mica_string_is(name, "Clip") && given_count == 2) {
        mica_value *const operands[] = {value, micai_make_like(x, value, given[0]),
                                        micai_make_like(x, value, given[1])};
        return micai_make(x, "Clip", operands, 3, NULL);
    }
    for (size_t i = 0; i < sizeof activations / sizeof *activations; ++i) {
        const activation *known = &activations[i];
        if (!mica_string_is(name, known->name))
            continue;
        for (size_t k = 0; k < 2 && known->parameters[k]; ++k)
            attrs[k] = (micai_expand_attr){
                known->parameters[k],
                f32_attr(x, k < given_count ? given[k] : known->defaults[k])};
        return micai_make(x, known->name, &value, 1, attrs);
    }
    return micai_expand_refuse(x, "its activation '%.*s' is not supported",
                               MICA_STRING_ARG(name));
}

static mica_value *gelu(micai_expansion *x, mica_value *value, const char *approximate)
{
    const micai_expand_attr attrs[] = {
        {"approximate",
         mica_string_attr_get(x->builder.context, mica_string_from(approximate))},
        {NULL, NULL}};
    return micai_make(x, "Gelu", &value, 1, attrs);
}

static mica_value *bias_gelu(micai_expansion *x)
{
    return gelu(x, micai_make2(x, "Add", micai_input(x, 0), micai_input(x, 1)), "none");
}

static mica_value *fast_gelu(micai_expansion *x)
{
    mica_value *value = micai_input(x, 0), *bias = micai_input(x, 1);
    return gelu(x, bias ? micai_make2(x, "Add", value, bias) : value, "tanh");
}

static mica_value *quick_gelu(micai_expansion *x)
{
    mica_value *value = micai_input(x, 0);
    mica_value *alpha = micai_make_like(x, value, mica_onnx_node_float(&x->node, "alpha"));
    return micai_make2(x, "Mul", value,
                       micai_make1(x, "Sigmoid", micai_make2(x, "Mul", value, alpha)));
}

// ---- products
// --------------------------------------------------------------------------------

static mica_value *turned(micai_expansion *x, mica_value *value, bool is_b)
{
    int64_t permutation[MICA_ONNX_MAX_RANK];
    return mica_onnx_turned(&x->node, mica_value_type(value), is_b, permutation)
               ? micai_make_transpose(x, value, permutation, micai_rank_of(value))
               : value;
}

static mica_value *fused_matmul(micai_expansion *x)
{
    const double alpha = mica_onnx_node_float(&x->node, "alpha");
    if (!micai_has_rank(micai_input(x, 0)) || !micai_has_rank(micai_input(x, 1)))
        return micai_expand_refuse(x, "the ranks of its operands are not known");
    mica_value *product = micai_make2(x, "MatMul", turned(x, micai_input(x, 0), false),
                                      turned(x, micai_input(x, 1), true));
    return alpha == 1 ? product
                      : micai_make2(x, "Mul", product, micai_make_like(x, product, alpha));
}

static mica_value *fused_gemm(micai_expansion *x)
{
    static const char *const names[] = {"alpha", "beta", "transA", "transB", NULL};
    static const char *const parameters[] = {"activation_alpha", "activation_beta"};
    mica_value *const operands[] = {micai_input(x, 0), micai_input(x, 1), micai_input(x, 2)};
    micai_expand_attr attrs[sizeof names / sizeof *names];
    double given[2];
    size_t count = 0;
    micai_copy_attrs(x, names, attrs);
    while (count < 2 && mica_onnx_node_attr(&x->node, parameters[count])) {
        given[count] = mica_onnx_node_float(&x->node, parameters[count]);
        ++count;
    }
    return activate(x, micai_make(x, "Gemm", operands, 3, attrs), given, count);
}

static mica_value *fused_conv(micai_expansion *x)
{
    static const char *const names[] = {"auto_pad", "dilations", "group", "kernel_shape",
                                        "pads",     "strides",   NULL};
    mica_value *const operands[] = {micai_input(x, 0), micai_input(x, 1), micai_input(x, 2)};
    const mica_attr *parameters = mica_onnx_node_attr(&x->node, "activation_params");
    micai_expand_attr attrs[sizeof names / sizeof *names];
    double given[2] = {0, 0};
    size_t count = 0;
    micai_copy_attrs(x, names, attrs);
    mica_value *value = micai_make(x, "Conv", operands, 3, attrs);
    if (micai_input(x, 3))
        value = micai_make2(x, "Add", value, micai_input(x, 3));
    const float *values = parameters ? mica_dense_array_attr_data(parameters) : NULL;
    while (values && count < 2 && count < mica_dense_array_attr_count(parameters)) {
        given[count] = (double)values[count];
        ++count;
    }
    return activate(x, value, given, count);
}

mica_value *micai_make_channels(micai_expansion *x, mica_value *value, bool are_first)
{
    int64_t permutation[MICA_ONNX_MAX_RANK];
    if (x->failed)
        return NULL;
    const size_t rank = micai_rank_of(value), from = are_first ? rank - 1 : 1,
                 to = are_first ? 1 : rank - 1;
    for (size_t i = 0, next = 0; i < rank; ++i) {
        next += next == from;
        permutation[i] = (int64_t)(i == to ? from : next++);
    }
    return micai_make_transpose(x, value, permutation, rank);
}

static mica_value *last_max_pool(micai_expansion *x)
{
    static const char *const names[] = {"auto_pad", "ceil_mode", "dilations", "kernel_shape",
                                        "pads",     "strides",   NULL};
    micai_expand_attr attrs[sizeof names / sizeof *names];
    if (!micai_has_rank(micai_input(x, 0)))
        return micai_expand_refuse(x, "the rank of its operand is not known");
    micai_copy_attrs(x, names, attrs);
    mica_value *value = micai_make_channels(x, micai_input(x, 0), true);
    return micai_make_channels(x, micai_make(x, "MaxPool", &value, 1, attrs), false);
}

// ---- normalizations of sums
// ------------------------------------------------------------------

/// The sum normalized along its last axis, scaled by gamma and moved by beta (may be NULL).
/// Half-wide elements are normalized as f32. Row "rms": by the mean square alone.
static mica_value *normalize_sum(micai_expansion *x, mica_value *sum, mica_value *gamma,
                                 mica_value *beta)
{
    const int64_t axis = -1;
    const mica_type *element = x->failed ? NULL : micai_element_of(sum);
    if (x->failed)
        return NULL;
    mica_value *wide = micai_make_cast(
        x, sum, mica_type_bit_width(element) < 32 ? micai_float(x, MICA_FLOAT_F32) : element);
    mica_value *mean = x->row ? NULL : micai_make_reduce(x, "ReduceMean", wide, &axis, 1, true);
    mica_value *moved = mean ? micai_make2(x, "Sub", wide, mean) : wide;
    mica_value *square =
        micai_make_reduce(x, "ReduceMean", micai_make2(x, "Mul", moved, moved), &axis, 1, true);
    mica_value *epsilon = micai_make_like(x, wide, mica_onnx_node_float(&x->node, "epsilon"));
    mica_value *inverse = micai_make1(
        x, "Reciprocal", micai_make1(x, "Sqrt", micai_make2(x, "Add", square, epsilon)));
    mica_value *normal = micai_make_cast(x, micai_make2(x, "Mul", moved, inverse), element);
    x->results[1] = mean;
    x->results[2] = inverse;
    mica_value *scaled = micai_make2(x, "Mul", normal, gamma);
    return beta ? micai_make2(x, "Add", scaled, beta) : scaled;
}

/// The operand after gamma is beta, unless only the mean square is normalized.
static mica_value *skip_normalization(micai_expansion *x)
{
    mica_value *bias = micai_input(x, x->row ? 3 : 4);
    mica_value *sum = micai_make2(x, "Add", micai_input(x, 0), micai_input(x, 1));
    if (bias)
        sum = micai_make2(x, "Add", sum, bias);
    mica_value *result =
        normalize_sum(x, sum, micai_input(x, 2), x->row ? NULL : micai_input(x, 3));
    x->results[3] = sum;
    return result;
}

// ---- embeddings
// ------------------------------------------------------------------------------

static mica_value *gather(micai_expansion *x, mica_value *table, mica_value *places)
{
    mica_value *const operands[] = {table, places};
    return micai_make_with_axis(x, "Gather", operands, 2, 0);
}

mica_value *micai_make_shape(micai_expansion *x, mica_value *value, int64_t start, int64_t end)
{
    const micai_expand_attr attrs[] = {{"start", mica_i64_attr_get(x->builder.context, start)},
                                       {"end", mica_i64_attr_get(x->builder.context, end)},
                                       {NULL, NULL}};
    return micai_make(x, "Shape", &value, 1, attrs);
}

/// The embeddings of the first positions, as many as a sequence is long.
static mica_value *first_positions(micai_expansion *x)
{
    const int64_t zero = 0;
    mica_value *start = micai_make_ints(x, &zero, 1);
    mica_value *const operands[] = {micai_input(x, 3), start,
                                    micai_make_shape(x, micai_input(x, 0), 1, 2), start};
    return micai_make(x, "Slice", operands, 4, NULL);
}

/// How many entries of each row of the mask are set; 0 without a mask.
static mica_value *count_mask(micai_expansion *x)
{
    const int64_t axis = 1;
    const mica_type *i32 = micai_integer(x, 32);
    mica_value *mask = micai_input(x, 7);
    if (!mask)
        mask =
            micai_make2(x, "Mul", micai_input(x, 0), micai_make_like(x, micai_input(x, 0), 0));
    return micai_make_cast(x, micai_make_reduce(x, "ReduceSum", mask, &axis, 1, false), i32);
}

static mica_value *embed(micai_expansion *x)
{
    mica_value *segments = micai_input(x, 1), *positions = micai_input(x, 8);
    mica_value *sum = gather(x, micai_input(x, 2), micai_input(x, 0));
    sum = micai_make2(x, "Add", sum,
                      positions ? gather(x, micai_input(x, 3), positions) : first_positions(x));
    if (segments)
        sum = micai_make2(x, "Add", sum, gather(x, micai_input(x, 4), segments));
    mica_value *result = normalize_sum(x, sum, micai_input(x, 5), micai_input(x, 6));
    x->results[1] = x->result_count > 1 ? count_mask(x) : NULL;
    x->results[2] = sum;
    return result;
}

// ---- RotaryEmbedding
// -------------------------------------------------------------------------

/// A position for each place: the given ones, or those from a single one on.
static mica_value *positions_of(micai_expansion *x, int64_t length)
{
    mica_value *given = micai_input(x, 1);
    const int64_t row[] = {1, length};
    if (micai_rank_of(given) == 2)
        return given;
    if (length == MICA_DYNAMIC)
        return micai_expand_refuse(x, "the length of its sequence is not known");
    mica_value *const operands[] = {micai_make_like(x, given, 0),
                                    micai_make_like(x, given, (double)length),
                                    micai_make_like(x, given, 1)};
    mica_value *places = micai_make(x, "Range", operands, 3, NULL);
    return micai_make_with_ints(x, "Reshape", micai_make2(x, "Add", places, given), row, 2);
}

static mica_value *rotary_embedding(micai_expansion *x)
{
    static const char *const names[] = {"interleaved", "rotary_embedding_dim", NULL};
    mica_value *input = micai_input(x, 0), *cosine = micai_input(x, 2);
    int64_t heads = mica_onnx_node_int(&x->node, "num_heads");
    micai_expand_attr attrs[4];
    if (mica_onnx_node_int(&x->node, "is_packed_batching") != 0 ||
        mica_onnx_node_float(&x->node, "scale") != 1)
        return micai_expand_refuse(x, "packed batches and a scale are not supported");
    if (!micai_has_rank(input) || !micai_has_rank(cosine) || micai_rank_of(cosine) != 2 ||
        (micai_rank_of(input) != 3 && micai_rank_of(input) != 4))
        return micai_expand_refuse(x, "the ranks of its operands are not valid");
    const bool is_split = micai_rank_of(input) == 4;
    if (heads == 0 && !is_split) {
        const int64_t width = micai_shape_of(input)[2], half = micai_shape_of(cosine)[1];
        if (width == MICA_DYNAMIC || half < 1)
            return micai_expand_refuse(x, "how many heads it has is not known");
        heads = width / (2 * half);
    }
    micai_copy_attrs(x, names, attrs);
    attrs[2] = (micai_expand_attr){"num_heads", mica_i64_attr_get(x->builder.context, heads)};
    attrs[3] = (micai_expand_attr){NULL, NULL};
    mica_value *const operands[] = {input, cosine, micai_input(x, 3),
                                    positions_of(x, micai_shape_of(input)[is_split ? 2 : 1])};
    return micai_make(x, "RotaryEmbedding", operands, 4, attrs);
}

const micai_expand_rule micai_expand_microsoft[] = {
    {"onnx.ms.BiasGelu", bias_gelu, NULL},
    {"onnx.ms.EmbedLayerNormalization", embed, NULL},
    {"onnx.ms.FastGelu", fast_gelu, NULL},
    {"onnx.ms.FusedConv", fused_conv, NULL},
    {"onnx.ms.FusedGemm", fused_gemm, NULL},
    {"onnx.ms.FusedMatMul", fused_matmul, NULL},
    {"onnx.ms.NhwcMaxPool", last_max_pool, NULL},
    {"onnx.ms.QuickGelu", quick_gelu, NULL},
    {"onnx.ms.RotaryEmbedding", rotary_embedding, NULL},
    {"onnx.ms.SkipLayerNormalization", skip_normalization, NULL},
    {"onnx.ms.SkipSimplifiedLayerNormalization", skip_normalization, "rms"},
    {NULL, NULL, NULL},
};
