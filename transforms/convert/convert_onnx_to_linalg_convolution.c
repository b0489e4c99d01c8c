// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Convolutions. The input is padded by inserting it into a filled tensor, the accumulator
// starts as the bias. Then, by groups:
//
//   one group       linalg.conv_1d_ncw_fcw, conv_2d_nchw_fchw, conv_3d_ncdhw_fcdhw
//   each channel    linalg.depthwise_conv_1d_ncw_cw, _2d_nchw_chw, _3d_ncdhw_cdhw
//   2-D groups      linalg.conv_2d_ngchw_gfchw, with channels and filters split by group
//   all others      one linalg.generic of the same form
#include "transforms/convert/convert_onnx_to_linalg_internal.h"

/// What a Conv says, read once.
typedef struct convolution {
    mica_onnx_window window;
    mica_value *input, *filter, *bias;
    int64_t batch, channels, filters, group;
} convolution;

static bool read_convolution(micai_onnx_site *site, convolution *conv)
{
    mica_onnx_fault fault;
    conv->input = micai_onnx_operand(site, 0);
    conv->filter = micai_onnx_operand(site, 1);
    conv->bias = micai_onnx_operand(site, 2);
    if (!mica_onnx_window_read(&site->node, &conv->window, &fault))
        return micai_onnx_refuse(site, "%s", fault.message) != NULL;
    const int64_t *shape = micai_shape(conv->input);
    if (shape[1] == MICA_DYNAMIC)
        return micai_onnx_refuse(site, "the channels of 'X' are dynamic") != NULL;
    for (size_t i = 0; i < conv->window.rank; ++i)
        if (conv->window.pads_begin[i] == MICA_DYNAMIC)
            return micai_onnx_refuse(site, "auto_pad needs size %zu of 'X'", i + 2) != NULL;
    if (!mica_type_has_static_shape(mica_value_type(conv->filter)))
        return micai_onnx_refuse(site, "'W' has a dynamic size") != NULL;
    conv->batch = shape[0];
    conv->channels = shape[1];
    conv->filters = micai_shape(conv->filter)[0];
    conv->group = mica_onnx_node_int(&site->node, "group");
    return true;
}

/// The bias in every place, or zeros.
static mica_value *accumulator(micai_onnx_site *site, const convolution *conv)
{
    micai_onnx_sizes sizes;
    micai_onnx_window_sizes(site->builder, conv->input, &conv->window, &sizes);
    if (conv->bias)
        return micai_onnx_per_channel(site->builder, site->type, NULL, &conv->bias, 1, &sizes,
                                      micai_onnx_first, NULL);
    return micai_onnx_filled(site->builder, site->type, &sizes,
                             mica_float_attr_get(mica_type_element(site->type), 0));
}

/// The value with its dimension `dim` split in two: [first, rest of it].
static mica_value *split(mica_builder *builder, mica_value *value, size_t dim, int64_t first)
{
    const size_t rank = micai_rank(value);
    int64_t shape[MICA_ONNX_MAX_RANK + 1];
    for (size_t i = 0, k = 0; i < rank; ++i) {
        const int64_t size = micai_shape(value)[i];
        if (i == dim)
            shape[k++] = first;
        shape[k++] = i == dim ? size / first : size;
    }
    mica_value *sizes[MICA_ONNX_MAX_RANK + 1];
    for (size_t i = 0, k = 0; i < rank; ++i) {
        if (i == dim)
            sizes[k++] = micai_onnx_index(builder, first);
        sizes[k] =
            i == dim ? micai_onnx_index(builder, shape[k]) : micai_onnx_dim(builder, value, i);
        ++k;
    }
    return micai_onnx_reshape_to(
        builder, value, mica_tensor_type_get(micai_element(value), shape, rank + 1, NULL),
        sizes);
}

static mica_value *convolve_one_group(micai_onnx_site *site, const convolution *conv,
                                      mica_value *padded, mica_value *into)
{
    static const char *const names[] = {"linalg.conv_1d_ncw_fcw", "linalg.conv_2d_nchw_fchw",
                                        "linalg.conv_3d_ncdhw_fcdhw"};
    mica_value *const inputs[] = {padded, conv->filter};
    return micai_onnx_named(site->builder, names[conv->window.rank - 1], inputs, 2, into,
                            &conv->window);
}

/// One filter of depth 1 a channel.
static mica_value *convolve_channels(micai_onnx_site *site, const convolution *conv,
                                     mica_value *padded, mica_value *into)
{
    static const char *const names[] = {"linalg.depthwise_conv_1d_ncw_cw",
                                        "linalg.depthwise_conv_2d_nchw_chw",
                                        "linalg.depthwise_conv_3d_ncdhw_cdhw"};
    int64_t shape[MICA_ONNX_MAX_RANK];
    shape[0] = conv->channels;
    memcpy(shape + 1, conv->window.kernel, conv->window.rank * sizeof *shape);
    const mica_type *type =
        mica_tensor_type_get(micai_element(conv->filter), shape, conv->window.rank + 1, NULL);
    mica_value *const inputs[] = {padded,
                                  micai_onnx_reshape(site->builder, conv->filter, type)};
    return micai_onnx_named(site->builder, names[conv->window.rank - 1], inputs, 2, into,
                            &conv->window);
}

/// out + x * w
static mica_value *multiply_add(void *user, mica_builder *builder, mica_value *const *elements)
{
    (void)user;
    mica_value *product = micai_onnx_emit2(builder, "arith.mulf", elements[0], elements[1]);
    return micai_onnx_emit2(builder, "arith.addf", elements[2], product);
}

/// Loops n, g, f, o1..ok (parallel), c, w1..wk (reduction):
///   out[n, g, f, o..] += x[n, g, c, o*S+w*D..] * w[g, f, c, w..]
static mica_value *convolve_generic(micai_onnx_site *site, const convolution *conv,
                                    mica_value *const *inputs, mica_value *into)
{
    mica_context *context = site->builder->context;
    const uint32_t rank = (uint32_t)conv->window.rank, channel = 3 + rank;
    const uint32_t loops = channel + 1 + rank;
    const mica_affine_expr *x[MICA_ONNX_MAX_RANK + 2], *w[MICA_ONNX_MAX_RANK + 2],
        *y[MICA_ONNX_MAX_RANK + 2];
    for (uint32_t i = 0; i < 3; ++i)
        y[i] = mica_affine_dim_get(context, i);
    x[0] = y[0];
    x[1] = w[0] = y[1];
    w[1] = y[2];
    x[2] = w[2] = mica_affine_dim_get(context, channel);
    char iterators[2 * MICA_ONNX_MAX_RANK + 4] = {0};
    memset(iterators, 'p', channel);
    memset(iterators + channel, 'r', 1 + rank);
    for (uint32_t i = 0; i < rank; ++i) {
        const mica_affine_expr *out = mica_affine_dim_get(context, 3 + i);
        const mica_affine_expr *inside = mica_affine_dim_get(context, channel + 1 + i);
        const mica_affine_expr *stride =
            mica_affine_constant_get(context, conv->window.strides[i]);
        const mica_affine_expr *dilation =
            mica_affine_constant_get(context, conv->window.dilations[i]);
        y[3 + i] = out;
        w[3 + i] = inside;
        x[3 + i] = mica_affine_binary_get(
            MICA_AFFINE_ADD, mica_affine_binary_get(MICA_AFFINE_MUL, out, stride),
            mica_affine_binary_get(MICA_AFFINE_MUL, inside, dilation));
    }
    const mica_attr *maps[] = {mica_affine_map_get(context, loops, 0, x, rank + 3),
                               mica_affine_map_get(context, loops, 0, w, rank + 3),
                               mica_affine_map_get(context, loops, 0, y, rank + 3)};
    return micai_onnx_generic(site->builder, inputs, 2, into, maps, iterators, multiply_add,
                              NULL);
}

/// Channels and filters split by group, and joined again in the result.
static mica_value *convolve_groups(micai_onnx_site *site, const convolution *conv,
                                   mica_value *padded, mica_value *into)
{
    mica_value *const inputs[] = {split(site->builder, padded, 1, conv->group),
                                  split(site->builder, conv->filter, 0, conv->group)};
    into = split(site->builder, into, 1, conv->group);
    mica_value *result = conv->window.rank == 2
                             ? micai_onnx_named(site->builder, "linalg.conv_2d_ngchw_gfchw",
                                                inputs, 2, into, &conv->window)
                             : convolve_generic(site, conv, inputs, into);
    mica_value *sizes[MICA_ONNX_MAX_RANK];
    sizes[1] = micai_onnx_index(site->builder, conv->filters);
    for (size_t i = 0; i < mica_type_rank(site->type); ++i)
        if (i != 1)
            sizes[i] = micai_onnx_dim(site->builder, result, i < 1 ? i : i + 1);
    return micai_onnx_reshape_to(site->builder, result, site->type, sizes);
}

static mica_value *lower_conv(micai_onnx_site *site)
{
    convolution conv;
    if (!read_convolution(site, &conv))
        return NULL;
    if (conv.window.rank + 3 > MICA_ONNX_MAX_RANK)
        return micai_onnx_refuse(site, "%zu spatial dimensions are too many", conv.window.rank);
    const mica_attr *zero = mica_float_attr_get(mica_type_element(site->type), 0);
    mica_value *padded = micai_onnx_pad(site->builder, conv.input, conv.window.pads_begin,
                                        conv.window.pads_end, zero);
    mica_value *into = accumulator(site, &conv);
    const bool is_named = conv.window.rank <= 3;
    if (conv.group == 1 && is_named)
        return convolve_one_group(site, &conv, padded, into);
    if (conv.group == conv.channels && conv.filters == conv.channels && is_named)
        return convolve_channels(site, &conv, padded, into);
    return convolve_groups(site, &conv, padded, into);
}

const micai_onnx_rule micai_onnx_convolution_rules[] = {
    {"onnx.Conv", lower_conv, NULL},
    {NULL, NULL, NULL},
};
