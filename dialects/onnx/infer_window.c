// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The geometry of windows: kernels, strides, dilations, padding, and the sizes that follow.
//
//   reach  = (kernel - 1) * dilation + 1           what a window covers
//   output = (input + pads - reach) / stride + 1   rounded down, or up with ceil_mode
//
// With auto_pad SAME_* the output is input / stride rounded up and the pads follow from it.
#include "dialects/onnx/onnx_internal.h"

/// Sizes beyond this are refused, so that the arithmetic here can't overflow.
static const int64_t size_limit = INT64_C(1) << 40;

static int64_t divide_up(int64_t a, int64_t b)
{
    return (a + b - 1) / b;
}

/// The list attribute of `count` entries into `values`, or `unset` in all when the node lacks
/// it. False with a fault when it has another number of entries or one out of range.
static bool read_list(const mica_op_state *node, const char *name, size_t count, int64_t least,
                      int64_t unset, int64_t *values, mica_onnx_fault *fault)
{
    const mica_attr *attr = mica_onnx_node_attr(node, name);
    if (!attr) {
        for (size_t i = 0; i < count; ++i)
            values[i] = unset;
        return true;
    }
    const size_t given =
        mica_attr_is(attr, MICA_ATTR_DENSE_ARRAY) ? mica_dense_array_attr_count(attr) : 0;
    if (given != count) {
        micai_onnx_wrong(fault, "attribute '%s' has %zu entries, but %zu are needed", name,
                         given, count);
        return false;
    }
    for (size_t i = 0; i < count; ++i) {
        values[i] = mica_dense_array_attr_int(attr, i);
        if (values[i] < least || values[i] > size_limit) {
            micai_onnx_wrong(fault, "attribute '%s' has %lld, which is out of range", name,
                             (long long)values[i]);
            return false;
        }
    }
    return true;
}

static int64_t reach_of(const mica_onnx_window *window, size_t i)
{
    return (window->kernel[i] - 1) * window->dilations[i] + 1;
}

/// Size of the output with the pads that the node gives.
static bool pad_as_given(mica_onnx_window *window, size_t i, bool ceil_mode,
                         mica_onnx_fault *fault)
{
    const int64_t padded = window->input[i] + window->pads_begin[i] + window->pads_end[i];
    const int64_t room = padded - reach_of(window, i), stride = window->strides[i];
    if (room < 0) {
        micai_onnx_wrong(fault,
                         "the window covers %lld elements of spatial dimension %zu, which has "
                         "%lld with padding",
                         (long long)reach_of(window, i), i, (long long)padded);
        return false;
    }
    int64_t size = (ceil_mode ? divide_up(room, stride) : room / stride) + 1;
    // A window that would begin in the padding at the end is left out.
    if (ceil_mode && (size - 1) * stride >= window->input[i] + window->pads_begin[i])
        --size;
    window->output[i] = size;
    return true;
}

/// Size and pads of auto_pad SAME_UPPER (the larger half at the end) and SAME_LOWER.
static void pad_to_same(mica_onnx_window *window, size_t i, bool upper)
{
    window->output[i] = divide_up(window->input[i], window->strides[i]);
    const int64_t covered = (window->output[i] - 1) * window->strides[i] + reach_of(window, i);
    const int64_t total = covered > window->input[i] ? covered - window->input[i] : 0;
    const int64_t small = total / 2;
    window->pads_begin[i] = upper ? small : total - small;
    window->pads_end[i] = total - window->pads_begin[i];
}

static bool read_geometry(const mica_op_state *node, mica_onnx_window *window,
                          mica_onnx_fault *fault)
{
    int64_t pads[2 * MICA_ONNX_MAX_RANK];
    const size_t rank = window->rank;
    if (!read_list(node, "strides", rank, 1, 1, window->strides, fault) ||
        !read_list(node, "dilations", rank, 1, 1, window->dilations, fault) ||
        !read_list(node, "pads", 2 * rank, 0, 0, pads, fault))
        return false;
    memcpy(window->pads_begin, pads, rank * sizeof *pads);
    memcpy(window->pads_end, pads + rank, rank * sizeof *pads);
    return true;
}

/// The kernel's sizes: the attribute, or the filter's shape, which must agree.
static bool read_kernel(const mica_op_state *node, const mica_type *filter,
                        mica_onnx_window *window, mica_onnx_fault *fault)
{
    const size_t rank = window->rank;
    if (!read_list(node, "kernel_shape", rank, 1, MICA_DYNAMIC, window->kernel, fault))
        return false;
    if (!filter || !mica_type_is_ranked(filter))
        return true;
    for (size_t i = 0; i < rank; ++i) {
        const int64_t size = mica_type_shape(filter)[i + 2];
        if (size == MICA_DYNAMIC)
            continue;
        if (window->kernel[i] != MICA_DYNAMIC && window->kernel[i] != size) {
            micai_onnx_wrong(fault, "kernel_shape says %lld where 'W' has %lld",
                             (long long)window->kernel[i], (long long)size);
            return false;
        }
        window->kernel[i] = size;
    }
    return true;
}

enum padding { PAD_GIVEN, PAD_VALID, PAD_UPPER, PAD_LOWER, PAD_UNKNOWN };

static enum padding read_padding(const mica_op_state *node)
{
    static const char *const names[] = {"NOTSET", "VALID", "SAME_UPPER", "SAME_LOWER"};
    const mica_attr *attr = mica_onnx_node_attr(node, "auto_pad");
    if (!attr)
        return PAD_GIVEN; // an operator without the attribute
    for (int i = PAD_GIVEN; i <= PAD_LOWER; ++i)
        if (mica_attr_is(attr, MICA_ATTR_STRING) &&
            mica_string_is(mica_string_attr_text(attr), names[i]))
            return (enum padding)i;
    return PAD_UNKNOWN;
}

/// `filter` may be NULL.
static bool read_window(const mica_op_state *node, const mica_type *input,
                        const mica_type *filter, mica_onnx_window *window,
                        mica_onnx_fault *fault)
{
    const size_t rank = mica_type_rank(input);
    if (rank < 3) {
        micai_onnx_wrong(fault,
                         "'X' must have batch, channel and spatial dimensions, but has "
                         "rank %zu",
                         rank);
        return false;
    }
    window->rank = rank - 2;
    memcpy(window->input, mica_type_shape(input) + 2, window->rank * sizeof *window->input);
    const enum padding padding = read_padding(node);
    if (padding == PAD_UNKNOWN) {
        micai_onnx_wrong(fault, "auto_pad must be NOTSET, VALID, SAME_UPPER or SAME_LOWER");
        return false;
    }
    if (!read_geometry(node, window, fault) || !read_kernel(node, filter, window, fault))
        return false;
    const bool ceil_mode = mica_onnx_node_int(node, "ceil_mode") != 0;
    for (size_t i = 0; i < window->rank; ++i) {
        if (padding == PAD_VALID)
            window->pads_begin[i] = window->pads_end[i] = 0;
        const bool known = window->input[i] != MICA_DYNAMIC &&
                           window->kernel[i] != MICA_DYNAMIC && window->input[i] < size_limit;
        if (!known) {
            window->output[i] = MICA_DYNAMIC;
            if (padding == PAD_UPPER || padding == PAD_LOWER)
                window->pads_begin[i] = window->pads_end[i] = MICA_DYNAMIC;
        } else if (padding == PAD_UPPER || padding == PAD_LOWER) {
            pad_to_same(window, i, padding == PAD_UPPER);
        } else if (!pad_as_given(window, i, ceil_mode, fault)) {
            return false;
        }
    }
    return true;
}

bool mica_onnx_window_read(const mica_op_state *node, mica_onnx_window *window,
                           mica_onnx_fault *fault)
{
    return read_window(node, micai_operand_type(node, 0), micai_operand_type(node, 1), window,
                       fault);
}

/// [batch, channels, output sizes...]
static const mica_type *windowed_type(const mica_type *input, int64_t channels,
                                      const mica_onnx_window *window)
{
    int64_t shape[MICA_ONNX_MAX_RANK];
    shape[0] = mica_type_shape(input)[0];
    shape[1] = channels;
    memcpy(shape + 2, window->output, window->rank * sizeof *shape);
    return micai_shaped_like(input, shape, window->rank + 2);
}

const mica_type *micai_onnx_pool_type(const mica_op_state *node, const mica_type *input,
                                      mica_onnx_fault *fault)
{
    mica_onnx_window window;
    return read_window(node, input, NULL, &window, fault)
               ? windowed_type(input, mica_type_shape(input)[1], &window)
               : NULL;
}

static const mica_type *infer_pool(const mica_op_state *node, mica_onnx_fault *fault)
{
    const mica_type *input = micai_operand_type(node, 0);
    return mica_type_is_ranked(input) ? micai_onnx_pool_type(node, input, fault)
                                      : micai_unranked_like(input);
}

static const mica_type *infer_global_pool(const mica_op_state *node, mica_onnx_fault *fault)
{
    const mica_type *input = micai_operand_type(node, 0);
    if (!mica_type_is_ranked(input))
        return input;
    const size_t rank = mica_type_rank(input);
    if (rank < 3)
        return micai_onnx_wrong(fault,
                                "'X' must have batch, channel and spatial dimensions, "
                                "but has rank %zu",
                                rank);
    int64_t shape[MICA_ONNX_MAX_RANK];
    for (size_t i = 0; i < rank; ++i)
        shape[i] = i < 2 ? mica_type_shape(input)[i] : 1;
    return micai_shaped_like(input, shape, rank);
}

/// Groups, channels and the bias must fit the filter.
static bool check_channels(const mica_op_state *node, const mica_type *input,
                           const mica_type *filter, const mica_type *bias,
                           mica_onnx_fault *fault)
{
    const int64_t group = mica_onnx_node_int(node, "group");
    const int64_t channels = mica_type_shape(input)[1];
    const int64_t filters = mica_type_shape(filter)[0], depth = mica_type_shape(filter)[1];
    if (group < 1 || group > size_limit) {
        micai_onnx_wrong(fault, "group is %lld, which is out of range", (long long)group);
        return false;
    }
    if (channels != MICA_DYNAMIC && depth != MICA_DYNAMIC &&
        (channels % group != 0 || channels / group != depth)) {
        micai_onnx_wrong(fault,
                         "'X' has %lld channels, but 'W' takes %lld for each of %lld groups",
                         (long long)channels, (long long)depth, (long long)group);
        return false;
    }
    if (filters != MICA_DYNAMIC && filters % group != 0) {
        micai_onnx_wrong(fault, "'W' has %lld filters, which %lld groups can't share",
                         (long long)filters, (long long)group);
        return false;
    }
    if (!bias || !mica_type_is_ranked(bias))
        return true;
    const int64_t size = mica_type_rank(bias) == 1 ? mica_type_shape(bias)[0] : -1;
    if (size == filters || size == MICA_DYNAMIC || (size >= 0 && filters == MICA_DYNAMIC))
        return true;
    char shape[MICAI_SHAPE_TEXT];
    mica_onnx_shape_text(bias, shape, sizeof shape);
    micai_onnx_wrong(fault, "'B' has shape %s, but 'W' has %lld filters", shape,
                     (long long)filters);
    return false;
}

const mica_type *micai_onnx_conv_type(const mica_op_state *node, const mica_type *input,
                                      const mica_type *filter, const mica_type *bias,
                                      mica_onnx_fault *fault)
{
    mica_onnx_window window;
    if (!mica_type_is_ranked(input) || !mica_type_is_ranked(filter))
        return micai_unranked_like(input);
    if (mica_type_rank(input) != mica_type_rank(filter))
        return micai_onnx_wrong(fault, "'X' has rank %zu, but 'W' has rank %zu",
                                mica_type_rank(input), mica_type_rank(filter));
    if (!read_window(node, input, filter, &window, fault) ||
        !check_channels(node, input, filter, bias, fault))
        return NULL;
    return windowed_type(input, mica_type_shape(filter)[0], &window);
}

static const mica_type *infer_conv(const mica_op_state *node, mica_onnx_fault *fault)
{
    if (!micai_onnx_same_elements(node, 0, 1, fault) ||
        !micai_onnx_same_elements(node, 0, 2, fault))
        return NULL;
    return micai_onnx_conv_type(node, micai_operand_type(node, 0), micai_operand_type(node, 1),
                                micai_operand_type(node, 2), fault);
}

// ---- backwards
// -------------------------------------------------------------------------------

/// Sizes and pads of one dimension of a transposed convolution. With a size given (or SAME) the
/// pads follow; their larger half stands at the end for SAME_UPPER, else at the beginning.
static void size_transposed(mica_onnx_window *window, size_t i, int64_t extra, int64_t wanted,
                            enum padding padding)
{
    if (window->input[i] == MICA_DYNAMIC || window->kernel[i] == MICA_DYNAMIC) {
        window->output[i] = wanted;
        return;
    }
    const int64_t whole =
        window->strides[i] * (window->input[i] - 1) + extra + reach_of(window, i);
    if (wanted == MICA_DYNAMIC && (padding == PAD_UPPER || padding == PAD_LOWER))
        wanted = window->input[i] * window->strides[i];
    if (wanted == MICA_DYNAMIC) {
        window->output[i] = whole - window->pads_begin[i] - window->pads_end[i];
        return;
    }
    const int64_t total = whole > wanted ? whole - wanted : 0;
    window->output[i] = wanted;
    window->pads_begin[i] = padding == PAD_UPPER ? total / 2 : total - total / 2;
    window->pads_end[i] = total - window->pads_begin[i];
}

bool mica_onnx_transposed_read(const mica_op_state *node, mica_onnx_window *window,
                               mica_onnx_fault *fault)
{
    const mica_type *input = micai_operand_type(node, 0);
    const size_t rank = mica_type_rank(input);
    int64_t extra[MICA_ONNX_MAX_RANK], wanted[MICA_ONNX_MAX_RANK];
    if (rank < 3)
        return micai_onnx_wrong(fault,
                                "'X' must have batch, channel and spatial dimensions, but "
                                "has rank %zu",
                                rank) != NULL;
    window->rank = rank - 2;
    memcpy(window->input, mica_type_shape(input) + 2, window->rank * sizeof *window->input);
    const enum padding padding = read_padding(node);
    if (padding == PAD_UNKNOWN)
        return micai_onnx_wrong(
                   fault, "auto_pad must be NOTSET, VALID, SAME_UPPER or SAME_LOWER") != NULL;
    if (!read_geometry(node, window, fault) ||
        !read_kernel(node, micai_operand_type(node, 1), window, fault) ||
        !read_list(node, "output_padding", window->rank, 0, 0, extra, fault) ||
        !read_list(node, "output_shape", window->rank, 1, MICA_DYNAMIC, wanted, fault))
        return false;
    for (size_t i = 0; i < window->rank; ++i) {
        if (padding == PAD_VALID)
            window->pads_begin[i] = window->pads_end[i] = 0;
        size_transposed(window, i, extra[i], wanted[i], padding);
        if (window->output[i] != MICA_DYNAMIC && window->output[i] < 0)
            return micai_onnx_wrong(fault, "spatial dimension %zu of the result is negative",
                                    i) != NULL;
    }
    return true;
}

static const mica_type *infer_conv_transpose(const mica_op_state *node, mica_onnx_fault *fault)
{
    const mica_type *input = micai_operand_type(node, 0), *filter = micai_operand_type(node, 1);
    const int64_t group = mica_onnx_node_int(node, "group");
    mica_onnx_window window;
    if (!micai_onnx_same_elements(node, 0, 1, fault))
        return NULL;
    if (!mica_type_is_ranked(input) || !mica_type_is_ranked(filter))
        return micai_unranked_like(input);
    if (mica_type_rank(input) != mica_type_rank(filter) || group < 1)
        return micai_onnx_wrong(fault, "'X' has rank %zu, but 'W' has rank %zu",
                                mica_type_rank(input), mica_type_rank(filter));
    if (!mica_onnx_transposed_read(node, &window, fault))
        return NULL;
    const int64_t filters = mica_type_shape(filter)[1];
    return windowed_type(input, filters == MICA_DYNAMIC ? filters : filters * group, &window);
}

static bool infer_pool_indices(const mica_op_state *node, mica_onnx_types *types,
                               mica_onnx_fault *fault)
{
    types->types[0] = infer_pool(node, fault);
    types->count = 2;
    if (types->types[0])
        types->types[1] = mica_type_with_element(
            types->types[0], mica_integer_type_get(node->context, 64, MICA_SIGNLESS));
    return types->types[0] != NULL;
}

/// The sizes that output_shape says, else those that the pool began with.
static const mica_type *infer_max_unpool(const mica_op_state *node, mica_onnx_fault *fault)
{
    const mica_type *input = micai_operand_type(node, 0);
    int64_t shape[MICA_ONNX_MAX_RANK], kernel[MICA_ONNX_MAX_RANK], strides[MICA_ONNX_MAX_RANK];
    int64_t pads[2 * MICA_ONNX_MAX_RANK];
    if (!mica_type_is_ranked(input) || mica_type_rank(input) < 3)
        return input;
    const size_t rank = mica_type_rank(input), spatial = rank - 2;
    if (mica_onnx_node_operand(node, 2)) {
        if (mica_onnx_known_ints(mica_onnx_node_operand(node, 2), shape, MICA_ONNX_MAX_RANK) !=
            (int64_t)rank)
            for (size_t i = 0; i < rank; ++i)
                shape[i] = MICA_DYNAMIC;
        return micai_shaped_like(input, shape, rank);
    }
    if (!read_list(node, "kernel_shape", spatial, 1, 1, kernel, fault) ||
        !read_list(node, "strides", spatial, 1, 1, strides, fault) ||
        !read_list(node, "pads", 2 * spatial, 0, 0, pads, fault))
        return NULL;
    memcpy(shape, mica_type_shape(input), 2 * sizeof *shape);
    for (size_t i = 0; i < spatial; ++i) {
        const int64_t size = mica_type_shape(input)[i + 2];
        shape[i + 2] = size == MICA_DYNAMIC
                           ? size
                           : (size - 1) * strides[i] + kernel[i] - pads[i] - pads[spatial + i];
    }
    return micai_shaped_like(input, shape, rank);
}

// ---- Resize
// ----------------------------------------------------------------------------------

/// With known scales or sizes; else all of its axes are dynamic.
static const mica_type *infer_resize(const mica_op_state *node, mica_onnx_fault *fault)
{
    const mica_type *input = micai_operand_type(node, 0);
    int64_t shape[MICA_ONNX_MAX_RANK], sizes[MICA_ONNX_MAX_RANK];
    if (!mica_type_is_ranked(input))
        return input;
    const size_t rank = mica_type_rank(input);
    size_t axis_count;
    const int64_t *axes = mica_onnx_node_ints(node, "axes", &axis_count);
    axis_count = axes ? axis_count : rank;
    const mica_attr *scales = mica_onnx_constant(mica_onnx_node_operand(node, 2));
    mica_value *wanted = mica_onnx_node_operand(node, 3);
    const bool stretches =
        mica_string_is(mica_onnx_node_string(node, "keep_aspect_ratio_policy"), "stretch");
    const bool has_sizes =
        wanted && stretches &&
        mica_onnx_known_ints(wanted, sizes, MICA_ONNX_MAX_RANK) == (int64_t)axis_count;
    const bool has_scales =
        !wanted && scales &&
        mica_type_element_count(mica_attr_type(scales)) == (int64_t)axis_count;
    memcpy(shape, mica_type_shape(input), rank * sizeof *shape);
    for (size_t i = 0; i < axis_count; ++i) {
        size_t axis = i;
        if (axes && !mica_onnx_axis(axes[i], rank, &axis))
            return micai_onnx_wrong(fault, "axis %lld is outside of rank %zu",
                                    (long long)axes[i], rank);
        const int64_t size = shape[axis];
        shape[axis] = has_sizes ? sizes[i] : MICA_DYNAMIC;
        if (has_scales && size != MICA_DYNAMIC)
            shape[axis] = (int64_t)((double)size * mica_onnx_load_float(scales, i));
    }
    return micai_shaped_like(input, shape, rank);
}

const micai_onnx_infer_rule micai_onnx_infer_window_rules[] = {
    {"onnx.AveragePool", .one = infer_pool},
    {"onnx.Conv", .one = infer_conv},
    {"onnx.ConvTranspose", .one = infer_conv_transpose},
    {"onnx.GlobalAveragePool", .one = infer_global_pool},
    {"onnx.GlobalLpPool", .one = infer_global_pool},
    {"onnx.GlobalMaxPool", .one = infer_global_pool},
    {"onnx.LpPool", .one = infer_pool},
    {"onnx.MaxPool", .one = infer_pool},
    {"onnx.MaxPoolIndices", .all = infer_pool_indices},
    {"onnx.MaxUnpool", .one = infer_max_unpool},
    {"onnx.Resize", .one = infer_resize},
    {NULL, NULL, NULL},
};
