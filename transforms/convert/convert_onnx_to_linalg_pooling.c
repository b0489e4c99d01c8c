// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Poolings: a reduction over each window, then for means a division.
//
//   MaxPool            padded with the least value; linalg.pooling_nchw_max (2-D),
//   pooling_ncw_max AveragePool        padded with zero; linalg.pooling_nchw_sum,
//   pooling_ncw_sum; divided by how
//                      many elements each window counts: one number where that is the same
//                      everywhere, else a constant tensor over the spatial dimensions
//   GlobalAveragePool  a reduction of whole dimensions
//
// Other ranks, and unsigned maxima, are a linalg.generic of the same form. ceil_mode lets the
// last window reach past the padding: the input is padded further, and those elements never
// count.
#include "transforms/convert/convert_onnx_to_linalg_internal.h"

#include <stdlib.h>

static bool read_window(micai_onnx_site *site, mica_onnx_window *window)
{
    mica_onnx_fault fault;
    if (!mica_onnx_window_read(&site->node, window, &fault))
        return micai_onnx_refuse(site, "%s", fault.message) != NULL;
    for (size_t i = 0; i < window->rank; ++i)
        if (window->input[i] == MICA_DYNAMIC &&
            (window->pads_begin[i] == MICA_DYNAMIC ||
             mica_onnx_node_int(&site->node, "ceil_mode") != 0))
            return micai_onnx_refuse(site, "auto_pad and ceil_mode need size %zu of 'X'",
                                     i + 2) != NULL;
    if (window->rank + 2 > MICA_ONNX_MAX_RANK / 2)
        return micai_onnx_refuse(site, "%zu spatial dimensions are too many", window->rank) !=
               NULL;
    return true;
}

// ---- the reduction
// ---------------------------------------------------------------------------

/// Loops n, c, o1..ok (parallel), w1..wk (reduction): out[n, c, o..] from x[n, c, o*S+w*D..].
static mica_value *reduce_generic(micai_onnx_site *site, const mica_onnx_window *window,
                                  mica_value *const *inputs, mica_value *into,
                                  micai_onnx_body_fn body, void *user)
{
    mica_context *context = site->builder->context;
    const uint32_t rank = (uint32_t)window->rank, loops = 2 + 2 * rank;
    const mica_affine_expr *x[MICA_ONNX_MAX_RANK], *w[MICA_ONNX_MAX_RANK],
        *y[MICA_ONNX_MAX_RANK];
    char iterators[MICA_ONNX_MAX_RANK + 3] = {0};
    memset(iterators, 'p', 2 + rank);
    memset(iterators + 2 + rank, 'r', rank);
    for (uint32_t i = 0; i < 2 + rank; ++i)
        x[i] = y[i] = mica_affine_dim_get(context, i);
    for (uint32_t i = 0; i < rank; ++i) {
        w[i] = mica_affine_dim_get(context, 2 + rank + i);
        const mica_affine_expr *step = mica_affine_binary_get(
            MICA_AFFINE_MUL, y[2 + i], mica_affine_constant_get(context, window->strides[i]));
        const mica_affine_expr *inside = mica_affine_binary_get(
            MICA_AFFINE_MUL, w[i], mica_affine_constant_get(context, window->dilations[i]));
        x[2 + i] = mica_affine_binary_get(MICA_AFFINE_ADD, step, inside);
    }
    const mica_attr *maps[] = {mica_affine_map_get(context, loops, 0, x, 2 + rank),
                               mica_affine_map_get(context, loops, 0, w, rank),
                               mica_affine_map_get(context, loops, 0, y, 2 + rank)};
    return micai_onnx_generic(site->builder, inputs, 2, into, maps, iterators, body, user);
}

/// The input with the pads of the node and what ceil_mode needs more, then reduced window by
/// window; `names` has linalg's ops for one and two spatial dimensions, NULL: none.
static mica_value *reduce_windows(micai_onnx_site *site, mica_value *input,
                                  const mica_onnx_window *window, const mica_attr *init,
                                  const char *const *names, micai_onnx_body_fn body, void *user)
{
    mica_builder *builder = site->builder;
    int64_t ends[MICA_ONNX_MAX_RANK];
    for (size_t i = 0; i < window->rank; ++i) {
        const int64_t reach = (window->kernel[i] - 1) * window->dilations[i] + 1;
        const int64_t needed = (window->output[i] - 1) * window->strides[i] + reach;
        const int64_t missing = needed - window->input[i] - window->pads_begin[i];
        ends[i] = window->input[i] != MICA_DYNAMIC && missing > window->pads_end[i]
                      ? missing
                      : window->pads_end[i];
    }
    micai_onnx_sizes sizes;
    micai_onnx_window_sizes(builder, input, window, &sizes);
    const mica_type *element = mica_type_element(site->type);
    const mica_type *shape = mica_tensor_type_get(element, window->kernel, window->rank, NULL);
    mica_value *const inputs[] = {
        micai_onnx_pad(builder, input, window->pads_begin, ends, init),
        micai_onnx_empty(builder, shape, NULL)};
    mica_value *into = micai_onnx_filled(builder, site->type, &sizes, init);
    if (names && window->rank <= 2)
        return micai_onnx_named(builder, names[window->rank - 1], inputs, 2, into, window);
    return reduce_generic(site, window, inputs, into, body, user);
}

// ---- MaxPool
// ---------------------------------------------------------------------------------

static mica_value *greater(void *user, mica_builder *builder, mica_value *const *elements)
{
    const micai_onnx_site *site = user;
    const char *name = mica_type_is_float(mica_value_type(elements[0])) ? "arith.maximumf"
                       : site->is_unsigned                              ? "arith.maxui"
                                                                        : "arith.maxsi";
    return micai_onnx_emit2(builder, name, elements[2], elements[0]);
}

static mica_value *lower_max_pool(micai_onnx_site *site)
{
    static const char *const names[] = {"linalg.pooling_ncw_max", "linalg.pooling_nchw_max"};
    mica_onnx_window window;
    if (!read_window(site, &window))
        return NULL;
    const mica_attr *least = micai_onnx_least(mica_type_element(site->type), site->is_unsigned);
    return reduce_windows(site, micai_onnx_operand(site, 0), &window, least,
                          site->is_unsigned ? NULL : names, greater, site);
}

// ---- AveragePool
// -----------------------------------------------------------------------------

static mica_value *add_third(void *user, mica_builder *builder, mica_value *const *elements)
{
    (void)user;
    return micai_onnx_emit2(builder, "arith.addf", elements[2], elements[0]);
}

static mica_value *divide_by_number(void *user, mica_builder *builder,
                                    mica_value *const *elements)
{
    mica_value *count =
        micai_onnx_number(builder, mica_value_type(elements[0]), *(const double *)user);
    return micai_onnx_emit2(builder, "arith.divf", elements[0], count);
}

static mica_value *divide_all(mica_builder *builder, mica_value *value, double count)
{
    return micai_onnx_pointwise(builder, mica_value_type(value), &value, 1, divide_by_number,
                                &count);
}

/// How many elements the window at `position` of a dimension counts: those of the input, and
/// with `pads` those of the node's padding.
static int64_t counted(const mica_onnx_window *window, size_t dim, int64_t position, bool pads)
{
    const int64_t low = pads ? -window->pads_begin[dim] : 0;
    const int64_t high = window->input[dim] + (pads ? window->pads_end[dim] : 0);
    const int64_t first = position * window->strides[dim] - window->pads_begin[dim];
    int64_t count = 0;
    for (int64_t i = 0; i < window->kernel[dim]; ++i) {
        const int64_t at = first + i * window->dilations[dim];
        count += at >= low && at < high;
    }
    return count;
}

/// The number that all windows count, or -1 when they differ.
static int64_t uniform_count(const mica_onnx_window *window, bool pads)
{
    int64_t count = 1;
    for (size_t dim = 0; dim < window->rank; ++dim) {
        const int64_t first = window->output[dim] > 0 ? counted(window, dim, 0, pads) : 1;
        for (int64_t i = 1; i < window->output[dim]; ++i)
            if (counted(window, dim, i, pads) != first)
                return -1;
        count *= first;
    }
    return count;
}

/// The counts of all windows, over the spatial dimensions. NULL when memory is out.
static mica_value *build_counts(mica_builder *builder, const mica_type *element,
                                const mica_onnx_window *window, bool pads)
{
    const mica_type *type = mica_tensor_type_get(element, window->output, window->rank, NULL);
    const size_t size = mica_dense_element_size(element);
    const size_t count = (size_t)mica_type_element_count(type);
    char *bytes = mica_malloc(count * size + 1);
    if (!bytes)
        return NULL;
    for (size_t n = 0; n < count; ++n) {
        int64_t product = 1;
        size_t rest = n;
        for (size_t dim = window->rank; dim-- > 0;) {
            const size_t outputs = (size_t)window->output[dim];
            product *= counted(window, dim, (int64_t)(rest % outputs), pads);
            rest /= outputs;
        }
        mica_onnx_store_float(bytes + n * size, element, (double)product);
    }
    mica_value *value = micai_onnx_constant_op(
        builder, mica_dense_elements_attr_get(type, bytes, count * size, false));
    mica_free(bytes);
    return value;
}

/// Means over windows of an input whose sizes are known at run time: how many elements a window
/// counts is the sum of ones.
static mica_value *divide_at_run_time(micai_onnx_site *site, const mica_onnx_window *window,
                                      bool pads, mica_value *sum)
{
    const mica_type *element = mica_type_element(site->type);
    bool is_padded = false;
    double count = 1;
    for (size_t i = 0; i < window->rank; ++i) {
        is_padded |= window->pads_begin[i] != 0 || window->pads_end[i] != 0;
        count *= (double)window->kernel[i];
    }
    if (pads || !is_padded)
        return divide_all(site->builder, sum, count);
    mica_value *input = micai_onnx_operand(site, 0);
    micai_onnx_sizes sizes;
    micai_onnx_sizes_like(&sizes, input);
    mica_value *ones = micai_onnx_filled(site->builder, mica_value_type(input), &sizes,
                                         mica_float_attr_get(element, 1));
    mica_value *counts = reduce_windows(site, ones, window, mica_float_attr_get(element, 0),
                                        NULL, add_third, NULL);
    mica_value *const operands[] = {sum, counts};
    return micai_onnx_pointwise(site->builder, site->type, operands, 2, micai_onnx_emit_body,
                                (void *)(uintptr_t) "arith.divf");
}

static mica_value *lower_average_pool(micai_onnx_site *site)
{
    static const char *const names[] = {"linalg.pooling_ncw_sum", "linalg.pooling_nchw_sum"};
    mica_onnx_window window;
    if (!read_window(site, &window))
        return NULL;
    const bool pads = mica_onnx_node_int(&site->node, "count_include_pad") != 0;
    const mica_type *element = mica_type_element(site->type);
    mica_value *sum = reduce_windows(site, micai_onnx_operand(site, 0), &window,
                                     mica_float_attr_get(element, 0), names, add_third, NULL);
    if (!mica_type_has_static_shape(site->type))
        return divide_at_run_time(site, &window, pads, sum);
    const int64_t count = uniform_count(&window, pads);
    if (count >= 0)
        return divide_all(site->builder, sum, (double)count);
    mica_value *const operands[] = {sum, build_counts(site->builder, element, &window, pads)};
    return micai_onnx_pointwise(site->builder, site->type, operands, 2, micai_onnx_emit_body,
                                (void *)(uintptr_t) "arith.divf");
}

// ---- GlobalAveragePool
// -----------------------------------------------------------------------

/// All elements by the product of sizes.
static mica_value *divide_by_sizes(micai_onnx_site *site, mica_value *sum,
                                   mica_value *const *sizes, size_t count)
{
    const mica_type *element = mica_type_element(site->type);
    mica_value *number = micai_onnx_from_index(
        site->builder, micai_onnx_quotient(site->builder, sizes, count, NULL, 0), element);
    const mica_type *scalar = mica_tensor_type_get(element, NULL, 0, NULL);
    mica_value *const operands[] = {
        sum, micai_onnx_emit(site->builder, "tensor.from_elements", &number, 1, scalar)};
    return micai_onnx_pointwise(site->builder, mica_value_type(sum), operands, 2,
                                micai_onnx_emit_body, (void *)(uintptr_t) "arith.divf");
}

static mica_value *lower_global_average_pool(micai_onnx_site *site)
{
    mica_value *input = micai_onnx_operand(site, 0);
    const size_t rank = micai_rank(input);
    bool axes[MICA_ONNX_MAX_RANK] = {false};
    double count = 1;
    bool is_known = true;
    mica_value *sizes[MICA_ONNX_MAX_RANK];
    for (size_t i = 0; i < rank; ++i) {
        axes[i] = i >= 2;
        is_known &= !axes[i] || micai_shape(input)[i] != MICA_DYNAMIC;
        count *= axes[i] ? (double)micai_shape(input)[i] : 1;
        sizes[i] = micai_onnx_dim(site->builder, input, i);
    }
    const mica_type *element = mica_type_element(site->type);
    mica_value *sum = micai_onnx_reduce(site->builder, input, axes,
                                        mica_float_attr_get(element, 0), "arith.addf");
    sum = is_known ? divide_all(site->builder, sum, count)
                   : divide_by_sizes(site, sum, sizes + 2, rank - 2);
    for (size_t i = 2; i < rank; ++i)
        sizes[i] = micai_onnx_index(site->builder, 1);
    return micai_onnx_reshape_to(site->builder, sum, site->type, sizes);
}

const micai_onnx_rule micai_onnx_pooling_rules[] = {
    {"onnx.AveragePool", lower_average_pool, NULL},
    {"onnx.GlobalAveragePool", lower_global_average_pool, NULL},
    {"onnx.MaxPool", lower_max_pool, NULL},
    {NULL, NULL, NULL},
};
