// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Normalizations as means, differences and roots. Formulas are those of the operators' text in
// ONNX's list of operators.
#include "transforms/tensor/onnx_expand_internal.h"

/// Half-wide inputs are normalized as f32 when stash_type says so, which it does unless set.
static const mica_type *stash_type(const micai_expansion *x, const mica_value *input)
{
    const mica_type *element = micai_element_of(input);
    const bool is_narrow = mica_type_bit_width(element) < 32;
    const mica_attr *stash = mica_onnx_node_attr(&x->node, "stash_type");
    return is_narrow && (!stash || mica_onnx_node_int(&x->node, "stash_type") == 1)
               ? micai_float(x, MICA_FLOAT_F32)
               : element;
}

/// 1 / sqrt(value + epsilon)
static mica_value *inverse_root(micai_expansion *x, mica_value *value)
{
    mica_value *epsilon = micai_make_like(x, value, mica_onnx_node_float(&x->node, "epsilon"));
    return micai_make1(x, "Reciprocal",
                       micai_make1(x, "Sqrt", micai_make2(x, "Add", value, epsilon)));
}

/// The axes from `first` on.
static size_t axes_from(size_t first, size_t rank, int64_t *axes)
{
    size_t count = 0;
    for (size_t i = first; i < rank; ++i)
        axes[count++] = (int64_t)i;
    return count;
}

static mica_value *scaled(micai_expansion *x, mica_value *value, mica_value *scale,
                          mica_value *bias)
{
    value = micai_make2(x, "Mul", value, scale);
    return bias ? micai_make2(x, "Add", value, bias) : value;
}

/// (value - mean) / sqrt(variance + epsilon) over the axes.
static mica_value *standardize(micai_expansion *x, mica_value *value, const int64_t *axes,
                               size_t count, mica_value **mean, mica_value **inverse)
{
    *mean = micai_make_reduce(x, "ReduceMean", value, axes, count, true);
    mica_value *difference = micai_make2(x, "Sub", value, *mean);
    mica_value *squares = micai_make2(x, "Mul", difference, difference);
    *inverse = inverse_root(x, micai_make_reduce(x, "ReduceMean", squares, axes, count, true));
    return micai_make2(x, "Mul", difference, *inverse);
}

static mica_value *layer_normalization(micai_expansion *x)
{
    mica_value *input = micai_input(x, 0), *mean, *inverse;
    int64_t axes[MICA_ONNX_MAX_RANK];
    size_t axis;
    if (!micai_has_rank(input) ||
        !mica_onnx_axis(mica_onnx_node_int(&x->node, "axis"), micai_rank_of(input), &axis))
        return micai_expand_refuse(x, "its axis or the rank of its input is not valid");
    const size_t count = axes_from(axis, micai_rank_of(input), axes);
    mica_value *wide = micai_make_cast(x, input, stash_type(x, input));
    mica_value *normal = standardize(x, wide, axes, count, &mean, &inverse);
    x->results[1] = mean;
    x->results[2] = inverse;
    normal = micai_make_cast(x, normal, micai_element_of(input));
    return scaled(x, normal, micai_input(x, 1), micai_input(x, 2));
}

static mica_value *rms_normalization(micai_expansion *x)
{
    mica_value *input = micai_input(x, 0), *scale = micai_input(x, 1);
    int64_t axes[MICA_ONNX_MAX_RANK];
    size_t axis;
    if (!micai_has_rank(input) ||
        !mica_onnx_axis(mica_onnx_node_int(&x->node, "axis"), micai_rank_of(input), &axis))
        return micai_expand_refuse(x, "its axis or the rank of its input is not valid");
    const size_t count = axes_from(axis, micai_rank_of(input), axes);
    mica_value *wide = micai_make_cast(x, input, stash_type(x, input));
    mica_value *squares = micai_make2(x, "Mul", wide, wide);
    mica_value *mean = micai_make_reduce(x, "ReduceMean", squares, axes, count, true);
    mica_value *normal = micai_make2(x, "Mul", wide, inverse_root(x, mean));
    if (x->failed)
        return NULL;
    return micai_make2(x, "Mul", micai_make_cast(x, normal, micai_element_of(scale)), scale);
}

/// A vector with one entry a channel as [1, C, 1, ...] of rank `rank`.
static mica_value *per_channel(micai_expansion *x, mica_value *vector, size_t rank)
{
    int64_t axes[MICA_ONNX_MAX_RANK];
    size_t count = 0;
    for (size_t i = 0; i < rank; ++i)
        if (i != 1)
            axes[count++] = (int64_t)i;
    return micai_make_with_ints(x, "Unsqueeze", vector, axes, count);
}

static mica_value *instance_normalization(micai_expansion *x)
{
    mica_value *input = micai_input(x, 0), *mean, *inverse;
    int64_t axes[MICA_ONNX_MAX_RANK];
    if (!micai_has_rank(input) || micai_rank_of(input) < 3)
        return micai_expand_refuse(x, "its input has no spatial dimensions");
    const size_t rank = micai_rank_of(input), count = axes_from(2, rank, axes);
    mica_value *normal = standardize(x, input, axes, count, &mean, &inverse);
    return scaled(x, normal, per_channel(x, micai_input(x, 1), rank),
                  per_channel(x, micai_input(x, 2), rank));
}

/// Before opset 21 scale and bias have an entry a group, since then one a channel.
static mica_value *group_normalization(micai_expansion *x)
{
    mica_value *input = micai_input(x, 0), *scale = micai_input(x, 1),
               *bias = micai_input(x, 2);
    mica_value *mean, *inverse;
    const int64_t groups = mica_onnx_node_int(&x->node, "num_groups"), last = 2;
    if (!micai_has_rank(input) || micai_rank_of(input) < 2 || groups < 1 ||
        !mica_type_has_static_shape(mica_value_type(input)))
        return micai_expand_refuse(x, "the shape of its input is not known");
    const size_t rank = micai_rank_of(input);
    const int64_t channels = micai_shape_of(input)[1];
    const int64_t grouped[] = {micai_shape_of(input)[0], groups, -1};
    mica_value *wide = micai_make_cast(x, input, stash_type(x, input));
    mica_value *value = micai_make_with_ints(x, "Reshape", wide, grouped, 3);
    value = standardize(x, value, &last, 1, &mean, &inverse);
    const bool by_group =
        micai_rank_of(scale) == 1 && micai_shape_of(scale)[0] == groups && groups != channels;
    if (x->failed)
        return NULL;
    value = micai_make_cast(x, value, micai_element_of(input));
    if (by_group)
        value = scaled(x, value, per_channel(x, scale, 3), per_channel(x, bias, 3));
    value = micai_make_with_ints(x, "Reshape", value, micai_shape_of(input), rank);
    return by_group ? value
                    : scaled(x, value, per_channel(x, scale, rank), per_channel(x, bias, rank));
}

/// What has norm 0 stays 0.
static mica_value *lp_normalization(micai_expansion *x)
{
    mica_value *input = micai_input(x, 0);
    const int64_t axis = mica_onnx_node_int(&x->node, "axis");
    const bool is_l1 = mica_onnx_node_int(&x->node, "p") == 1;
    mica_value *norm =
        micai_make_reduce(x, is_l1 ? "ReduceL1" : "ReduceL2", input, &axis, 1, true);
    mica_value *is_zero = micai_make2(x, "Equal", norm, micai_make_like(x, input, 0));
    norm = micai_make_where(x, is_zero, micai_make_like(x, input, 1), norm);
    return micai_make2(x, "Div", input, norm);
}

/// (x - mean) / (sqrt(mean of squares - square of mean) + 1e-9)
static mica_value *mean_variance_normalization(micai_expansion *x)
{
    static const int64_t usual[] = {0, 2, 3};
    mica_value *input = micai_input(x, 0);
    size_t count;
    const int64_t *axes = mica_onnx_node_ints(&x->node, "axes", &count);
    if (!axes) {
        axes = usual;
        count = 3;
    }
    mica_value *mean = micai_make_reduce(x, "ReduceMean", input, axes, count, true);
    mica_value *squares = micai_make2(x, "Mul", input, input);
    mica_value *variance =
        micai_make2(x, "Sub", micai_make_reduce(x, "ReduceMean", squares, axes, count, true),
                    micai_make2(x, "Mul", mean, mean));
    mica_value *deviation = micai_make2(x, "Add", micai_make1(x, "Sqrt", variance),
                                        micai_make_like(x, input, 1e-9));
    return micai_make2(x, "Div", micai_make2(x, "Sub", input, mean), deviation);
}

/// x / (bias + alpha / size * sum of squares of the neighbours) ^ beta; neighbours are the
/// channels from floor((size - 1) / 2) before to ceil((size - 1) / 2) after.
static mica_value *local_response_normalization(micai_expansion *x)
{
    mica_value *input = micai_input(x, 0);
    const int64_t size = mica_onnx_node_int(&x->node, "size");
    if (!micai_has_rank(input) || micai_rank_of(input) < 2 || size < 1 || size > 64 ||
        micai_shape_of(input)[1] == MICA_DYNAMIC)
        return micai_expand_refuse(x, "its size or the shape of its input is not valid");
    const size_t rank = micai_rank_of(input);
    const int64_t channels = micai_shape_of(input)[1];
    int64_t pads[2 * MICA_ONNX_MAX_RANK] = {0};
    pads[1] = (size - 1) / 2;
    pads[rank + 1] = size - 1 - pads[1];
    mica_value *squares =
        micai_make_with_ints(x, "Pad", micai_make2(x, "Mul", input, input), pads, 2 * rank);
    mica_value *sum = NULL;
    for (int64_t i = 0; i < size; ++i) {
        mica_value *part = micai_make_slice(x, squares, 1, i, i + channels);
        sum = sum ? micai_make2(x, "Add", sum, part) : part;
    }
    const double alpha = mica_onnx_node_float(&x->node, "alpha") / (double)size;
    mica_value *base =
        micai_make2(x, "Add", micai_make2(x, "Mul", sum, micai_make_like(x, input, alpha)),
                    micai_make_like(x, input, mica_onnx_node_float(&x->node, "bias")));
    mica_value *power = micai_make2(
        x, "Pow", base, micai_make_like(x, input, mica_onnx_node_float(&x->node, "beta")));
    return micai_make2(x, "Div", input, power);
}

/// A pool over all spatial dimensions is a reduction. The row names it; without one the power
/// is the attribute p.
static mica_value *global_pool(micai_expansion *x)
{
    mica_value *input = micai_input(x, 0);
    int64_t axes[MICA_ONNX_MAX_RANK];
    if (!micai_has_rank(input) || micai_rank_of(input) < 3)
        return micai_expand_refuse(x, "its input has no spatial dimensions");
    const size_t count = axes_from(2, micai_rank_of(input), axes);
    if (x->row)
        return micai_make_reduce(x, x->row, input, axes, count, true);
    const double p = (double)mica_onnx_node_int(&x->node, "p");
    mica_value *power =
        micai_make2(x, "Pow", micai_make1(x, "Abs", input), micai_make_like(x, input, p));
    return micai_make2(x, "Pow", micai_make_reduce(x, "ReduceSum", power, axes, count, true),
                       micai_make_like(x, input, 1 / p));
}

const micai_expand_rule micai_expand_normalizations[] = {
    {"onnx.GlobalLpPool", global_pool, NULL},
    {"onnx.GlobalMaxPool", global_pool, "ReduceMax"},
    {"onnx.GroupNormalization", group_normalization, NULL},
    {"onnx.InstanceNormalization", instance_normalization, NULL},
    {"onnx.LRN", local_response_normalization, NULL},
    {"onnx.LayerNormalization", layer_normalization, NULL},
    {"onnx.LpNormalization", lp_normalization, NULL},
    {"onnx.MeanVarianceNormalization", mean_variance_normalization, NULL},
    {"onnx.RMSNormalization", rms_normalization, NULL},
    {NULL, NULL, NULL},
};
