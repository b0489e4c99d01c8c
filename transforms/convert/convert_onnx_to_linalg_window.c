// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Windows that linalg has no named op for. Each element of the result is a loop over the places
// of its window, numbered in row-major order; places outside of the input do not count.
#include "transforms/convert/convert_onnx_to_linalg_internal.h"

#include <math.h>

/// One walk over the windows.
typedef struct window_walk {
    micai_onnx_site *site;
    mica_onnx_window window;
    mica_value *const *at; ///< the place of the result
    mica_value *channel;   ///< ConvTranspose: first input channel of the group; filter
    mica_value *filter;
    mica_value *last[MICA_ONNX_MAX_RANK]; ///< last input place, where it is not static
    int64_t depth;                        ///< input channels of a group
    double power;
} window_walk;

static mica_value *index_of(mica_builder *builder, int64_t value)
{
    return micai_onnx_index(builder, value);
}
static mica_value *op2(mica_builder *builder, const char *name, mica_value *a, mica_value *b)
{
    return micai_onnx_index_op(builder, name, a, b);
}
static mica_value *both(mica_builder *builder, mica_value *a, mica_value *b)
{
    return a ? micai_onnx_emit2(builder, "arith.andi", a, b) : b;
}

/// Splits the number of a place into its coordinates.
static void split_number(const window_walk *walk, mica_builder *builder, mica_value *number,
                         mica_value **coordinates)
{
    for (size_t i = walk->window.rank; i-- > 0;) {
        mica_value *size = index_of(builder, walk->window.kernel[i]);
        coordinates[i] = op2(builder, "arith.remui", number, size);
        number = op2(builder, "arith.divui", number, size);
    }
}

static int64_t places_in(const mica_onnx_window *window)
{
    int64_t count = 1;
    for (size_t i = 0; i < window->rank; ++i)
        count *= window->kernel[i];
    return count;
}

/// The last place in the input along a dimension, known at run time only where that is.
static mica_value *last_place(const window_walk *walk, mica_builder *builder, size_t dim)
{
    return walk->last[dim] ? walk->last[dim] : index_of(builder, walk->window.input[dim] - 1);
}

/// Where in the input the place `coordinate` of a window stands: `from`, brought inside so that
/// it can be read. Gives whether it was inside.
static mica_value *enter(const window_walk *walk, mica_builder *builder, size_t dim,
                         mica_value *coordinate, mica_value **from)
{
    const mica_onnx_window *w = &walk->window;
    mica_value *begin =
        op2(builder, "arith.muli", walk->at[dim + 2], index_of(builder, w->strides[dim]));
    mica_value *step =
        op2(builder, "arith.muli", coordinate, index_of(builder, w->dilations[dim]));
    mica_value *place = op2(builder, "arith.subi", op2(builder, "arith.addi", begin, step),
                            index_of(builder, w->pads_begin[dim]));
    mica_value *zero = index_of(builder, 0);
    mica_value *last = last_place(walk, builder, dim);
    *from = op2(builder, "arith.minsi", op2(builder, "arith.maxsi", place, zero), last);
    mica_value *differs = micai_onnx_emit2(builder, "arith.xori", place, *from);
    return micai_onnx_less(builder, differs, index_of(builder, 1), true);
}

/// The element at a place of the window, and whether it is inside.
static mica_value *read_place(const window_walk *walk, mica_builder *builder,
                              mica_value *number, mica_value **from, mica_value **inside)
{
    mica_value *coordinates[MICA_ONNX_MAX_RANK];
    mica_value *input = micai_onnx_operand(walk->site, 0);
    from[0] = walk->at[0];
    from[1] = walk->at[1];
    *inside = NULL;
    split_number(walk, builder, number, coordinates);
    for (size_t i = 0; i < walk->window.rank; ++i)
        *inside = both(builder, *inside, enter(walk, builder, i, coordinates[i], &from[i + 2]));
    return micai_onnx_extract(builder, input, from, walk->window.rank + 2);
}

static bool begin_walk(window_walk *walk, micai_onnx_site *site)
{
    mica_onnx_fault fault;
    *walk = (window_walk){.site = site};
    if (!mica_onnx_window_read(&site->node, &walk->window, &fault))
        return micai_onnx_refuse(site, "%s", fault.message) != NULL;
    for (size_t i = 0; i < walk->window.rank; ++i)
        if (walk->window.output[i] == MICA_DYNAMIC || walk->window.input[i] < 1)
            return micai_onnx_refuse(site, "spatial dimension %zu is dynamic or empty", i) !=
                   NULL;
    return true;
}

// ---- LpPool
// ----------------------------------------------------------------------------------

static mica_value *power_of(mica_builder *builder, mica_value *x, double power)
{
    const mica_type *type = mica_value_type(x);
    if (power == 1)
        return x;
    if (power == 2)
        return micai_onnx_emit2(builder, "arith.mulf", x, x);
    return micai_onnx_emit2(builder, "math.powf", x, micai_onnx_number(builder, type, power));
}

static void norm_step(void *user, mica_builder *builder, mica_value *index,
                      mica_value **carried)
{
    const window_walk *walk = user;
    mica_value *from[MICA_ONNX_MAX_RANK], *inside;
    mica_value *x = read_place(walk, builder, index, from, &inside);
    const mica_type *type = mica_value_type(x);
    mica_value *size = micai_onnx_emit(builder, "math.absf", &x, 1, type);
    mica_value *term = micai_onnx_select(builder, inside, power_of(builder, size, walk->power),
                                         micai_onnx_number(builder, type, 0));
    carried[0] = micai_onnx_emit2(builder, "arith.addf", carried[0], term);
}

static mica_value *norm_place(void *user, mica_builder *builder, mica_value *const *indices)
{
    window_walk *walk = user;
    const mica_type *type = mica_type_element(walk->site->type);
    mica_value *sum = micai_onnx_number(builder, type, 0);
    walk->at = indices;
    micai_onnx_along(builder, index_of(builder, places_in(&walk->window)), &sum, 1, norm_step,
                     walk);
    if (walk->power == 2)
        return micai_onnx_emit(builder, "math.sqrt", &sum, 1, type);
    return power_of(builder, sum, 1 / walk->power);
}

static mica_value *lower_lp_pool(micai_onnx_site *site)
{
    window_walk walk;
    micai_onnx_sizes sizes;
    if (!begin_walk(&walk, site))
        return NULL;
    walk.power = (double)mica_onnx_node_int(&site->node, "p");
    micai_onnx_sizes_like(&sizes, micai_onnx_operand(site, 0));
    return micai_onnx_by_index(site->builder, site->type, &sizes, norm_place, &walk);
}

// ---- MaxPool with places
// ---------------------------------------------------------------------

/// The number of an element in the whole tensor, row-major, or with the spatial dimensions in
/// reverse order.
static mica_value *number_of(const window_walk *walk, mica_builder *builder,
                             mica_value *const *from)
{
    mica_value *input = micai_onnx_operand(walk->site, 0);
    const bool reversed = mica_onnx_node_int(&walk->site->node, "storage_order") != 0;
    const size_t rank = walk->window.rank + 2;
    mica_value *number = index_of(builder, 0);
    for (size_t i = 0; i < rank; ++i) {
        const size_t dim = reversed && i >= 2 ? rank + 1 - i : i;
        number = op2(builder, "arith.muli", number, micai_onnx_dim(builder, input, dim));
        number = op2(builder, "arith.addi", number, from[dim]);
    }
    return number;
}

/// carried: the greatest so far, its number, whether there is one
static void greatest_step(void *user, mica_builder *builder, mica_value *index,
                          mica_value **carried)
{
    const window_walk *walk = user;
    mica_value *from[MICA_ONNX_MAX_RANK], *inside;
    mica_value *x = read_place(walk, builder, index, from, &inside);
    mica_value *ones = micai_onnx_number(builder, mica_value_type(carried[2]), -1);
    mica_value *none = micai_onnx_emit2(builder, "arith.xori", carried[2], ones);
    mica_value *greater = micai_onnx_less(builder, carried[0], x, walk->site->is_unsigned);
    mica_value *takes =
        both(builder, inside, micai_onnx_emit2(builder, "arith.ori", none, greater));
    carried[0] = micai_onnx_select(builder, takes, x, carried[0]);
    carried[1] = micai_onnx_select(builder, takes, number_of(walk, builder, from), carried[1]);
    carried[2] = micai_onnx_emit2(builder, "arith.ori", carried[2], takes);
}

static void find_greatest(window_walk *walk, mica_builder *builder, mica_value *const *indices,
                          mica_value **carried)
{
    const mica_type *boolean = mica_integer_type_get(builder->context, 1, MICA_SIGNLESS);
    walk->at = indices;
    carried[0] =
        micai_onnx_constant_op(builder, micai_onnx_least(mica_type_element(walk->site->type),
                                                         walk->site->is_unsigned));
    carried[1] = index_of(builder, 0);
    carried[2] = micai_onnx_number(builder, boolean, 0);
    micai_onnx_along(builder, index_of(builder, places_in(&walk->window)), carried, 3,
                     greatest_step, walk);
}

static mica_value *greatest_place(void *user, mica_builder *builder, mica_value *const *indices)
{
    mica_value *carried[3];
    find_greatest(user, builder, indices, carried);
    return carried[0];
}

static mica_value *number_place(void *user, mica_builder *builder, mica_value *const *indices)
{
    const window_walk *walk = user;
    mica_value *carried[3];
    find_greatest(user, builder, indices, carried);
    return micai_onnx_from_index(builder, carried[1], mica_type_element(walk->site->types[1]));
}

static mica_value *lower_max_pool_indices(micai_onnx_site *site)
{
    window_walk walk;
    micai_onnx_sizes sizes;
    if (!begin_walk(&walk, site))
        return NULL;
    micai_onnx_sizes_like(&sizes, micai_onnx_operand(site, 0));
    site->results[1] =
        micai_onnx_by_index(site->builder, site->types[1], &sizes, number_place, &walk);
    return micai_onnx_by_index(site->builder, site->type, &sizes, greatest_place, &walk);
}

/// Each element goes to the place that its number says in a tensor of the pool's input shape;
/// with output_shape the numbers still are those of the smaller shape.
static mica_value *unpool_step(void *user, mica_builder *builder, mica_value *const *indices,
                               mica_value *tensor)
{
    micai_onnx_site *site = user;
    mica_value *input = micai_onnx_operand(site, 0), *numbers = micai_onnx_operand(site, 1);
    mica_value *to[MICA_ONNX_MAX_RANK];
    const size_t rank = micai_rank(input);
    size_t count;
    const int64_t *kernel = mica_onnx_node_ints(&site->node, "kernel_shape", &count);
    const int64_t *strides = mica_onnx_node_ints(&site->node, "strides", &count);
    const int64_t *pads = mica_onnx_node_ints(&site->node, "pads", &count);
    mica_value *number = micai_onnx_extract_index(builder, numbers, indices, rank, false, NULL);
    for (size_t i = rank; i-- > 0;) {
        const int64_t size =
            i < 2 ? micai_shape(input)[i]
                  : (micai_shape(input)[i] - 1) * (strides ? strides[i - 2] : 1) +
                        kernel[i - 2] - (pads ? pads[i - 2] + pads[rank - 2 + i - 2] : 0);
        to[i] = op2(builder, "arith.remui", number, index_of(builder, size));
        number = op2(builder, "arith.divui", number, index_of(builder, size));
    }
    return micai_onnx_insert(builder, micai_onnx_extract(builder, input, indices, rank), tensor,
                             to, rank);
}

static mica_value *lower_max_unpool(micai_onnx_site *site)
{
    mica_value *input = micai_onnx_operand(site, 0);
    const mica_type *element = mica_type_element(site->type);
    if (!mica_type_has_static_shape(site->type) ||
        !mica_type_has_static_shape(mica_value_type(input)))
        return micai_onnx_refuse(site, "the shape of its result is not known");
    const mica_attr *zero = mica_type_is_float(element) ? mica_float_attr_get(element, 0)
                                                        : mica_integer_attr_get(element, 0);
    mica_value *start = micai_onnx_filled(site->builder, site->type, NULL, zero);
    return micai_onnx_loop_over(site->builder, input, start, unpool_step, site);
}

// ---- ConvTranspose
// ---------------------------------------------------------------------------

/// Which input element reaches result place `at` through filter place k: (at + pad - k * d) /
/// s, when that is whole and inside.
static mica_value *reach_back(const window_walk *walk, mica_builder *builder, size_t dim,
                              mica_value *coordinate, mica_value **from)
{
    const mica_onnx_window *w = &walk->window;
    mica_value *stride = index_of(builder, w->strides[dim]), *zero = index_of(builder, 0);
    mica_value *step =
        op2(builder, "arith.muli", coordinate, index_of(builder, w->dilations[dim]));
    mica_value *distance =
        op2(builder, "arith.addi", walk->at[dim + 2], index_of(builder, w->pads_begin[dim]));
    distance = op2(builder, "arith.subi", distance, step);
    mica_value *place = op2(builder, "arith.divsi", distance, stride);
    mica_value *last = last_place(walk, builder, dim);
    *from = op2(builder, "arith.minsi", op2(builder, "arith.maxsi", place, zero), last);
    mica_value *back = op2(builder, "arith.muli", *from, stride);
    mica_value *differs = micai_onnx_emit2(builder, "arith.xori", back, distance);
    return micai_onnx_less(builder, differs, index_of(builder, 1), true);
}

static void spread_step(void *user, mica_builder *builder, mica_value *index,
                        mica_value **carried)
{
    const window_walk *walk = user;
    mica_value *input = micai_onnx_operand(walk->site, 0);
    mica_value *filters = micai_onnx_operand(walk->site, 1);
    mica_value *from[MICA_ONNX_MAX_RANK], *tap[MICA_ONNX_MAX_RANK];
    mica_value *places = index_of(builder, places_in(&walk->window)), *inside = NULL;
    mica_value *number = op2(builder, "arith.remui", index, places);
    mica_value *depth = op2(builder, "arith.divui", index, places);
    split_number(walk, builder, number, tap + 2);
    from[0] = walk->at[0];
    from[1] = tap[0] = op2(builder, "arith.addi", walk->channel, depth);
    tap[1] = walk->filter;
    for (size_t i = 0; i < walk->window.rank; ++i)
        inside = both(builder, inside, reach_back(walk, builder, i, tap[i + 2], &from[i + 2]));
    const size_t rank = walk->window.rank + 2;
    mica_value *product =
        micai_onnx_emit2(builder, "arith.mulf", micai_onnx_extract(builder, input, from, rank),
                         micai_onnx_extract(builder, filters, tap, rank));
    mica_value *zero = micai_onnx_number(builder, mica_value_type(product), 0);
    carried[0] = micai_onnx_emit2(builder, "arith.addf", carried[0],
                                  micai_onnx_select(builder, inside, product, zero));
}

static mica_value *spread_place(void *user, mica_builder *builder, mica_value *const *indices)
{
    window_walk *walk = user;
    mica_value *bias = micai_onnx_operand(walk->site, 2);
    const int64_t filters = micai_shape(micai_onnx_operand(walk->site, 1))[1];
    mica_value *per_group = index_of(builder, filters);
    mica_value *group = op2(builder, "arith.divui", indices[1], per_group);
    mica_value *sum = bias ? micai_onnx_extract(builder, bias, &indices[1], 1)
                           : micai_onnx_number(builder, mica_type_element(walk->site->type), 0);
    walk->at = indices;
    walk->filter = op2(builder, "arith.remui", indices[1], per_group);
    walk->channel = op2(builder, "arith.muli", group, index_of(builder, walk->depth));
    micai_onnx_along(builder, index_of(builder, walk->depth * places_in(&walk->window)), &sum,
                     1, spread_step, walk);
    return sum;
}

/// (in - 1) * stride + output_padding + reach - pads
static mica_value *spread_size(window_walk *walk, size_t dim)
{
    mica_builder *builder = walk->site->builder;
    const mica_onnx_window *w = &walk->window;
    size_t count;
    const int64_t *extra = mica_onnx_node_ints(&walk->site->node, "output_padding", &count);
    const int64_t reach = (w->kernel[dim] - 1) * w->dilations[dim] + 1;
    mica_value *in = micai_onnx_dim(builder, micai_onnx_operand(walk->site, 0), dim + 2);
    walk->last[dim] = micai_onnx_plus(builder, in, -1);
    mica_value *steps = op2(builder, "arith.muli", in, index_of(builder, w->strides[dim]));
    return micai_onnx_plus(builder, steps,
                           (extra ? extra[dim] : 0) + reach - w->strides[dim] -
                               w->pads_begin[dim] - w->pads_end[dim]);
}

static mica_value *lower_conv_transpose(micai_onnx_site *site)
{
    window_walk walk = {.site = site};
    mica_onnx_fault fault;
    micai_onnx_sizes sizes;
    mica_value *input = micai_onnx_operand(site, 0);
    if (!mica_onnx_transposed_read(&site->node, &walk.window, &fault))
        return micai_onnx_refuse(site, "%s", fault.message);
    if (micai_shape(input)[1] == MICA_DYNAMIC ||
        !mica_type_has_static_shape(mica_value_type(micai_onnx_operand(site, 1))))
        return micai_onnx_refuse(site, "its channels or filters are dynamic");
    micai_onnx_sizes_like(&sizes, input);
    for (size_t i = 0; i < walk.window.rank; ++i) {
        if (walk.window.input[i] == 0 || walk.window.pads_begin[i] == MICA_DYNAMIC)
            return micai_onnx_refuse(site, "spatial dimension %zu is empty or not known", i);
        if (walk.window.input[i] == MICA_DYNAMIC || walk.window.output[i] == MICA_DYNAMIC)
            sizes.values[i + 2] = spread_size(&walk, i);
    }
    walk.depth = micai_shape(input)[1] / mica_onnx_node_int(&site->node, "group");
    return micai_onnx_by_index(site->builder, site->type, &sizes, spread_place, &walk);
}

const micai_onnx_rule micai_onnx_window_rules[] = {
    {"onnx.ConvTranspose", lower_conv_transpose, NULL},
    {"onnx.LpPool", lower_lp_pool, NULL},
    {"onnx.MaxPoolIndices", lower_max_pool_indices, NULL},
    {"onnx.MaxUnpool", lower_max_unpool, NULL},
    {NULL, NULL, NULL},
};
