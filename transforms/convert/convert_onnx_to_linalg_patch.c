// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Col2Im and DeformConv: patches of an image, put back together and taken out.
//
// Col2Im gathers: an element of the image is the sum, over the places of a block, of the patch
// that reached it through that place, when there is one. Shapes may be known at run time only.
//
// DeformConv takes its patches by interpolation, at places moved by offsets, into
//
//   %columns = [group, C / group * kH * kW, N * oH * oW]
//
// and multiplies them by the filters in one linalg.batch_matmul; the bias is added as the
// result is brought to [N, M, oH, oW].
#include "transforms/convert/convert_onnx_to_linalg_grid.h"
#include "transforms/convert/convert_onnx_to_linalg_scalars.h"

// ---- Col2Im
// ----------------------------------------------------------------------------------

typedef struct col2im {
    micai_onnx_site *site;
    size_t dims;
    mica_value *image[MICA_ONNX_MAX_RANK], *block[MICA_ONNX_MAX_RANK]; ///< sizes, indices
    mica_value *steps[MICA_ONNX_MAX_RANK]; ///< how many blocks along each dimension
    int64_t strides[MICA_ONNX_MAX_RANK], dilations[MICA_ONNX_MAX_RANK];
    int64_t begin[MICA_ONNX_MAX_RANK], end[MICA_ONNX_MAX_RANK];
    mica_value *places;    ///< in a block, the product of its sizes
    mica_value *const *at; ///< of the image's element
} col2im;

static mica_value *whole(mica_builder *builder, int64_t value)
{
    return micai_onnx_index(builder, value);
}

/// The block that covers coordinate `at` of a dimension through its place k: (at + begin - k *
/// dilation) / stride, when that is whole and there is one.
static mica_value *covering(const col2im *c, mica_builder *builder, size_t dim, mica_value *k,
                            mica_value **is_covered)
{
    mica_value *stride = whole(builder, c->strides[dim]), *zero = whole(builder, 0);
    mica_value *distance = micai_num_sub(
        builder, micai_num_add(builder, c->at[dim + 2], whole(builder, c->begin[dim])),
        micai_num_mul(builder, k, whole(builder, c->dilations[dim])));
    mica_value *step = micai_num_div(builder, distance, stride);
    mica_value *is_whole =
        micai_num_equal(builder, micai_num_mul(builder, step, stride), distance);
    // A negative distance is rounded to 0 when it is less than a stride.
    mica_value *is_there = micai_num_and(builder, micai_num_less_equal(builder, zero, distance),
                                         micai_num_less(builder, step, c->steps[dim]));
    *is_covered =
        micai_num_and(builder, *is_covered, micai_num_and(builder, is_whole, is_there));
    return step;
}

/// carried: the sum so far. `index` counts the places of a block.
static void block_step(void *user, mica_builder *builder, mica_value *index,
                       mica_value **carried)
{
    const col2im *c = user;
    mica_value *input = micai_onnx_operand(c->site, 0);
    mica_value *rest = index, *is_covered = NULL, *number = whole(builder, 0);
    mica_value *ks[MICA_ONNX_MAX_RANK];
    for (size_t i = c->dims; i-- > 0;) {
        ks[i] = micai_num_rest(builder, rest, c->block[i]);
        rest = micai_num_div(builder, rest, c->block[i]);
    }
    for (size_t i = 0; i < c->dims; ++i) {
        mica_value *step = covering(c, builder, i, ks[i], &is_covered);
        number = micai_num_add(builder, micai_num_mul(builder, number, c->steps[i]), step);
    }
    number = micai_num_or_zero(builder, is_covered, number);
    mica_value *channel =
        micai_num_add(builder, micai_num_mul(builder, c->at[1], c->places), index);
    mica_value *const from[] = {c->at[0], channel, number};
    mica_value *x = micai_onnx_extract(builder, input, from, 3);
    carried[0] = micai_num_add(builder, carried[0], micai_num_or_zero(builder, is_covered, x));
}

static mica_value *image_place(void *user, mica_builder *builder, mica_value *const *indices)
{
    col2im *c = user;
    const mica_type *element = mica_type_element(c->site->type);
    mica_value *sum = micai_onnx_number(builder, element, 0);
    c->at = indices;
    micai_onnx_along(builder, c->places, &sum, 1, block_step, c);
    return sum;
}

/// A list of the node, or `unset` everywhere. False when its length is another.
static bool read_list(const micai_onnx_site *site, const char *name, size_t count,
                      int64_t unset, int64_t *values)
{
    size_t given;
    const int64_t *list = mica_onnx_node_ints(&site->node, name, &given);
    for (size_t i = 0; i < count; ++i)
        values[i] = list && i < given ? list[i] : unset;
    return !list || given == count;
}

/// The sizes of image and block, and how many blocks there are: (image + pads - (block - 1) *
/// dilation - 1) / stride + 1.
static void read_sizes(col2im *c, mica_builder *builder)
{
    mica_value *one = whole(builder, 1);
    c->places = one;
    for (size_t i = 0; i < c->dims; ++i) {
        const int64_t size = mica_type_shape(c->site->type)[i + 2];
        mica_value *place = whole(builder, (int64_t)i);
        c->image[i] = size == MICA_DYNAMIC
                          ? micai_num_index_at(builder, micai_onnx_operand(c->site, 1), place)
                          : whole(builder, size);
        c->block[i] = micai_num_index_at(builder, micai_onnx_operand(c->site, 2), place);
        mica_value *reach = micai_num_mul(builder, micai_num_sub(builder, c->block[i], one),
                                          whole(builder, c->dilations[i]));
        mica_value *room = micai_num_sub(
            builder,
            micai_num_add(builder, c->image[i], whole(builder, c->begin[i] + c->end[i] - 1)),
            reach);
        c->steps[i] = micai_num_add(
            builder, micai_num_div(builder, room, whole(builder, c->strides[i])), one);
        c->places = micai_num_mul(builder, c->places, c->block[i]);
    }
}

static mica_value *lower_col2im(micai_onnx_site *site)
{
    mica_builder *builder = site->builder;
    mica_value *input = micai_onnx_operand(site, 0);
    int64_t pads[2 * MICA_ONNX_MAX_RANK];
    col2im c = {.site = site, .dims = mica_type_rank(site->type) - 2};
    micai_onnx_sizes sizes;
    if (!read_list(site, "strides", c.dims, 1, c.strides) ||
        !read_list(site, "dilations", c.dims, 1, c.dilations) ||
        !read_list(site, "pads", 2 * c.dims, 0, pads))
        return micai_onnx_refuse(site, "a list of attributes has another length than "
                                       "'image_shape'");
    for (size_t i = 0; i < c.dims; ++i) {
        c.begin[i] = pads[i];
        c.end[i] = pads[c.dims + i];
        if (c.strides[i] < 1 || c.dilations[i] < 1)
            return micai_onnx_refuse(site, "a stride or dilation is not positive");
    }
    if (micai_shape(input)[2] == 0)
        return micai_onnx_refuse(site, "it has no blocks");
    read_sizes(&c, builder);
    sizes.values[0] = input;
    sizes.dims[0] = 0;
    sizes.values[1] = micai_num_div(builder, micai_onnx_dim(builder, input, 1), c.places);
    for (size_t i = 0; i < c.dims; ++i)
        sizes.values[i + 2] = c.image[i];
    return micai_onnx_by_index(builder, site->type, &sizes, image_place, &c);
}

// ---- DeformConv
// ------------------------------------------------------------------------------

enum { INPUT, FILTERS, OFFSET, BIAS, MASK };

typedef struct deform {
    micai_onnx_site *site;
    mica_onnx_window window;
    int64_t groups, depth; ///< depth: input channels of a group
    int64_t per_offset;    ///< input channels that share their offsets
} deform;

/// Where a tap is along one dimension: place * stride - pad + k * dilation + offset.
static mica_value *tap_place(const deform *d, mica_builder *builder, size_t dim,
                             mica_value *place, mica_value *k, mica_value *offset)
{
    const mica_onnx_window *w = &d->window;
    mica_value *at =
        micai_num_add(builder, micai_num_mul(builder, place, whole(builder, w->strides[dim])),
                      micai_num_mul(builder, k, whole(builder, w->dilations[dim])));
    at = micai_num_sub(builder, at, whole(builder, w->pads_begin[dim]));
    return micai_num_add(builder, micai_num_to_float(builder, at, mica_value_type(offset)),
                         offset);
}

/// An element of the columns, at [group, channel of it, kh, kw, n, oh, ow].
static mica_value *column_place(void *user, mica_builder *builder, mica_value *const *indices)
{
    const deform *d = user;
    const micai_onnx_site *site = d->site;
    const int64_t *kernel = d->window.kernel;
    mica_value *channel = micai_num_add(
        builder, micai_num_mul(builder, indices[0], whole(builder, d->depth)), indices[1]);
    mica_value *group = micai_num_div(builder, channel, whole(builder, d->per_offset));
    mica_value *tap = micai_num_add(
        builder, micai_num_mul(builder, group, whole(builder, kernel[0])), indices[2]);
    tap = micai_num_add(builder, micai_num_mul(builder, tap, whole(builder, kernel[1])),
                        indices[3]);
    mica_value *from[] = {indices[4], tap, indices[5], indices[6]}, *places[2];
    mica_value *mask = micai_onnx_operand(site, MASK), *share = NULL;
    if (mask)
        share = micai_num_widen(builder, micai_onnx_extract(builder, mask, from, 4));
    mica_value *pair = micai_num_mul(builder, tap, whole(builder, 2));
    for (size_t i = 0; i < 2; ++i) {
        from[1] = micai_num_add(builder, pair, whole(builder, (int64_t)i));
        mica_value *offset =
            micai_onnx_extract(builder, micai_onnx_operand(site, OFFSET), from, 4);
        places[i] = tap_place(d, builder, i, indices[5 + i], indices[2 + i],
                              micai_num_widen(builder, offset));
    }
    mica_value *const leading[] = {indices[4], channel};
    mica_value *x =
        micai_onnx_bilinear(builder, micai_onnx_operand(site, INPUT), leading, places);
    return share ? micai_num_mul(builder, x, share) : x;
}

/// [group, filters of it, N, oH, oW] as [N, M, oH, oW], the bias added.
static mica_value *finished_place(void *user, mica_builder *builder, mica_value *const *indices)
{
    mica_value *const *values = user; // product, bias, filters of a group
    mica_value *filters = micai_onnx_dim(builder, values[0], 1);
    mica_value *const from[] = {micai_num_div(builder, indices[1], filters),
                                micai_num_rest(builder, indices[1], filters), indices[0],
                                indices[2], indices[3]};
    mica_value *x = micai_onnx_extract(builder, values[0], from, 5);
    return values[1] ? micai_num_add(builder, x,
                                     micai_num_widen(
                                         builder, micai_num_at(builder, values[1], indices[1])))
                     : x;
}

static mica_value *narrow_element(void *user, mica_builder *builder,
                                  mica_value *const *elements)
{
    return micai_onnx_convert(builder, elements[0], user, false, false);
}

static mica_value *as_element(mica_builder *builder, mica_value *value,
                              const mica_type *element)
{
    if (micai_element(value) == element)
        return value;
    return micai_onnx_pointwise(builder,
                                mica_type_with_element(mica_value_type(value), element), &value,
                                1, narrow_element, (void *)(uintptr_t)element);
}

/// The columns times the filters, of static shapes.
static mica_value *multiply_columns(deform *d, const mica_type *wide)
{
    mica_builder *builder = d->site->builder;
    const int64_t *result = mica_type_shape(d->site->type), *kernel = d->window.kernel;
    const int64_t places = result[0] * result[2] * result[3];
    const int64_t taps = d->depth * kernel[0] * kernel[1], rows = result[1] / d->groups;
    const int64_t split[] = {d->groups, d->depth,  kernel[0], kernel[1],
                             result[0], result[2], result[3]};
    const int64_t flat[] = {d->groups, taps, places}, filters[] = {d->groups, rows, taps};
    const int64_t product[] = {d->groups, rows, places};
    const int64_t back[] = {d->groups, rows, result[0], result[2], result[3]};
    mica_value *columns = micai_onnx_by_index(
        builder, mica_tensor_type_get(wide, split, 7, NULL), NULL, column_place, d);
    mica_value *weights = as_element(builder, micai_onnx_operand(d->site, FILTERS), wide);
    mica_value *const operands[] = {
        micai_onnx_reshape(builder, weights, mica_tensor_type_get(wide, filters, 3, NULL)),
        micai_onnx_reshape(builder, columns, mica_tensor_type_get(wide, flat, 3, NULL))};
    mica_value *into = micai_onnx_filled(builder, mica_tensor_type_get(wide, product, 3, NULL),
                                         NULL, mica_float_attr_get(wide, 0));
    mica_value *sum = micai_onnx_named(builder, "linalg.batch_matmul", operands, 2, into, NULL);
    return micai_onnx_reshape(builder, sum, mica_tensor_type_get(wide, back, 5, NULL));
}

static mica_value *lower_deform_conv(micai_onnx_site *site)
{
    mica_onnx_fault fault;
    mica_builder *builder = site->builder;
    deform d = {.site = site};
    for (size_t i = INPUT; i <= MASK; ++i)
        if (micai_onnx_operand(site, i) &&
            !mica_type_has_static_shape(mica_value_type(micai_onnx_operand(site, i))))
            return micai_onnx_refuse(site, "the shape of an operand is not known");
    if (!mica_onnx_window_read(&site->node, &d.window, &fault))
        return micai_onnx_refuse(site, "%s", fault.message);
    const int64_t *shape = micai_shape(micai_onnx_operand(site, INPUT));
    d.groups = mica_onnx_node_int(&site->node, "group");
    d.depth = shape[1] / d.groups;
    d.per_offset = shape[1] / mica_onnx_node_int(&site->node, "offset_group");
    if (d.per_offset < 1 || shape[2] < 1 || shape[3] < 1)
        return micai_onnx_refuse(site, "'X' is empty");
    const mica_type *wide = micai_num_wide(builder, mica_type_element(site->type));
    mica_value *values[] = {multiply_columns(&d, wide), micai_onnx_operand(site, BIAS)};
    mica_value *result = micai_onnx_by_index(builder, mica_type_with_element(site->type, wide),
                                             NULL, finished_place, values);
    return as_element(builder, result, mica_type_element(site->type));
}

const micai_onnx_rule micai_onnx_patch_rules[] = {
    {"onnx.Col2Im", lower_col2im, NULL},
    {"onnx.DeformConv", lower_deform_conv, NULL},
    {NULL, NULL, NULL},
};
