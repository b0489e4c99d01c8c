// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// RoiAlign and MaxRoiPool: regions of an image, given by real corners, divided into bins. Each
// bin of RoiAlign takes a grid of samples, interpolated between four elements: how many is an
// attribute, or follows from the region's size at run time. A bin of MaxRoiPool takes the
// elements that it touches.
#include "transforms/convert/convert_onnx_to_linalg_scalars.h"

enum { Y, X, AXES };

/// What the bins of one node need.
typedef struct regions {
    micai_onnx_site *site;
    mica_value *data, *rois;
    const mica_type *wide; ///< of coordinates
    bool is_max, half_pixel, at_least_one;
    double scale;
} regions;

/// One bin: a place of the result.
typedef struct bin {
    const regions *all;
    mica_value *batch, *channel;
    mica_value *start[AXES], *step[AXES]; ///< RoiAlign: of its samples
    mica_value *first[AXES], *count[AXES];
    mica_value *row; ///< of the sample under way, an index
} bin;

static mica_value *constant(mica_builder *builder, const regions *r, double value)
{
    return micai_onnx_number(builder, r->wide, value);
}

/// Entry `place` of a region.
static mica_value *entry(const regions *r, mica_builder *builder, mica_value *region,
                         int64_t place)
{
    mica_value *const at[] = {region, micai_onnx_index(builder, place)};
    mica_value *x = micai_onnx_extract(builder, r->rois, at, 2);
    return micai_onnx_convert(builder, x, r->wide, false, false);
}

/// A size of the image along an axis, an index.
static mica_value *image_size(const regions *r, mica_builder *builder, int axis)
{
    return micai_onnx_dim(builder, r->data, 2 + (size_t)axis);
}

/// A batch that there is, whatever the operand says.
static mica_value *safe_batch(const regions *r, mica_builder *builder, mica_value *batch)
{
    mica_value *one = micai_onnx_index(builder, 1);
    mica_value *last = micai_num_sub(builder, micai_onnx_dim(builder, r->data, 0), one);
    return micai_num_clamp(builder, batch, micai_onnx_index(builder, 0), last);
}

// ---- RoiAlign
// --------------------------------------------------------------------------------

/// The two elements around a coordinate, with the weight of the second one. Up to one element
/// outside counts as on the border; what lies further is not inside.
typedef struct neighbours {
    mica_value *low, *high, *share, *is_inside;
} neighbours;

static neighbours find_neighbours(const regions *r, mica_builder *builder, int axis,
                                  mica_value *v)
{
    mica_value *size = image_size(r, builder, axis);
    mica_value *real_size = micai_num_to_float(builder, size, r->wide);
    mica_value *last = micai_num_sub(builder, real_size, constant(builder, r, 1));
    mica_value *inside =
        micai_num_and(builder, micai_num_less_equal(builder, constant(builder, r, -1), v),
                      micai_num_less_equal(builder, v, real_size));
    v = micai_num_clamp(builder, v, constant(builder, r, 0), last);
    mica_value *base = micai_num_math(builder, "math.floor", v);
    mica_value *next = micai_num_add(builder, base, constant(builder, r, 1));
    return (neighbours){micai_num_to_index(builder, base),
                        micai_num_to_index(builder, micai_num_min(builder, next, last)),
                        micai_num_sub(builder, v, base), inside};
}

/// The coordinate of sample `index` along an axis: start + (index + 1/2) * step.
static mica_value *sample_coordinate(const bin *b, mica_builder *builder, int axis,
                                     mica_value *index)
{
    mica_value *place = micai_num_to_float(builder, index, b->all->wide);
    place = micai_num_add(builder, place, constant(builder, b->all, 0.5));
    return micai_num_add(builder, b->start[axis], micai_num_mul(builder, place, b->step[axis]));
}

/// A sample's value: 0 when it is not inside.
static mica_value *sample(const bin *b, mica_builder *builder, mica_value *column)
{
    const regions *r = b->all;
    mica_value *places[] = {b->row, column}, *sum = NULL;
    neighbours n[AXES];
    for (int axis = Y; axis < AXES; ++axis)
        n[axis] = find_neighbours(r, builder, axis,
                                  sample_coordinate(b, builder, axis, places[axis]));
    for (int corner = 0; corner < 4; ++corner) {
        mica_value *weight = NULL, *from[] = {b->batch, b->channel, NULL, NULL};
        for (int axis = Y; axis < AXES; ++axis) {
            const bool is_high = axis == Y ? corner >= 2 : corner % 2 != 0;
            mica_value *share = n[axis].share;
            if (!is_high)
                share = micai_num_sub(builder, constant(builder, r, 1), share);
            weight = weight ? micai_num_mul(builder, weight, share) : share;
            from[2 + axis] = is_high ? n[axis].high : n[axis].low;
        }
        mica_value *x = micai_onnx_extract(builder, r->data, from, 4);
        x = micai_num_mul(builder, weight,
                          micai_onnx_convert(builder, x, r->wide, false, false));
        sum = sum ? r->is_max ? micai_num_max(builder, sum, x) : micai_num_add(builder, sum, x)
                  : x;
    }
    return micai_num_or_zero(builder, micai_num_and(builder, n[Y].is_inside, n[X].is_inside),
                             sum);
}

/// carried: the sum or the greatest so far
static void column_step(void *user, mica_builder *builder, mica_value *index,
                        mica_value **carried)
{
    const bin *b = user;
    mica_value *x = sample(b, builder, index);
    carried[0] = b->all->is_max ? micai_num_max(builder, carried[0], x)
                                : micai_num_add(builder, carried[0], x);
}

static void row_step(void *user, mica_builder *builder, mica_value *index, mica_value **carried)
{
    bin *b = user;
    b->row = index;
    micai_onnx_along(builder, b->count[X], carried, 1, column_step, b);
}

/// Where along an axis the bin's samples begin, how far apart they are and how many.
static void place_samples(const regions *r, mica_builder *builder, bin *b, int axis,
                          mica_value *region, mica_value *place)
{
    const char *names[] = {"output_height", "output_width"};
    const mica_op_state *node = &r->site->node;
    const double bins = (double)mica_onnx_node_int(node, names[axis]);
    const int64_t ratio = mica_onnx_node_int(node, "sampling_ratio");
    mica_value *corners[2];
    for (int i = 0; i < 2; ++i) {
        mica_value *x = entry(r, builder, region, 2 * i + (axis == X ? 0 : 1));
        x = micai_num_mul(builder, x, constant(builder, r, r->scale));
        corners[i] = micai_num_sub(builder, x, constant(builder, r, r->half_pixel ? 0.5 : 0));
    }
    mica_value *length = micai_num_sub(builder, corners[1], corners[0]);
    if (r->at_least_one)
        length = micai_num_max(builder, length, constant(builder, r, 1));
    mica_value *size = micai_num_div(builder, length, constant(builder, r, bins));
    mica_value *count = ratio > 0 ? constant(builder, r, (double)ratio)
                                  : micai_num_math(builder, "math.ceil", size);
    // A bound for regions that are no numbers, or larger than any image.
    count =
        micai_num_clamp(builder, count, constant(builder, r, 0), constant(builder, r, 1 << 16));
    mica_value *real_place = micai_num_to_float(builder, place, r->wide);
    b->start[axis] =
        micai_num_add(builder, corners[0], micai_num_mul(builder, real_place, size));
    b->step[axis] = micai_num_div(builder, size, count);
    b->count[axis] = micai_num_to_index(builder, count);
}

static mica_value *align_place(void *user, mica_builder *builder, mica_value *const *indices)
{
    const regions *r = user;
    bin b = {.all = r, .channel = indices[1]};
    b.batch = safe_batch(
        r, builder, micai_num_index_at(builder, micai_onnx_operand(r->site, 2), indices[0]));
    for (int axis = Y; axis < AXES; ++axis)
        place_samples(r, builder, &b, axis, indices[0], indices[2 + axis]);
    // The greatest of no samples is 0, like their mean.
    mica_value *total = micai_num_mul(builder, b.count[Y], b.count[X]);
    mica_value *is_empty = micai_num_less(builder, total, micai_onnx_index(builder, 1));
    mica_value *sum =
        micai_onnx_constant_op(builder, r->is_max ? micai_onnx_least(r->wide, false)
                                                  : mica_float_attr_get(r->wide, 0));
    micai_onnx_along(builder, b.count[Y], &sum, 1, row_step, &b);
    mica_value *count = micai_num_to_float(builder, total, r->wide);
    if (!r->is_max)
        sum = micai_num_div(builder, sum, count);
    sum = micai_onnx_select(builder, is_empty, constant(builder, r, 0), sum);
    return micai_onnx_convert(builder, sum, micai_element(r->data), false, false);
}

static bool begin_regions(regions *r, micai_onnx_site *site)
{
    *r = (regions){.site = site,
                   .data = micai_onnx_operand(site, 0),
                   .rois = micai_onnx_operand(site, 1),
                   .scale = mica_onnx_node_float(&site->node, "spatial_scale")};
    r->wide = micai_num_wide(site->builder, micai_element(r->data));
    for (size_t i = 0; i < 4; ++i)
        if (i != 1 && micai_shape(r->data)[i] == 0)
            return micai_onnx_refuse(site, "'X' is empty") != NULL;
    return true;
}

static mica_value *lower_bins(regions *r, micai_onnx_place_fn place)
{
    const micai_onnx_sizes sizes = {{r->rois, r->data}, {0, 1}};
    return micai_onnx_by_index(r->site->builder, r->site->type, &sizes, place, r);
}

static mica_value *lower_roi_align(micai_onnx_site *site)
{
    regions r;
    if (!begin_regions(&r, site))
        return NULL;
    const mica_string mode =
        mica_onnx_node_string(&site->node, "coordinate_transformation_mode");
    r.is_max = mica_string_is(mica_onnx_node_string(&site->node, "mode"), "max");
    r.half_pixel = mica_string_is(mode, "half_pixel");
    r.at_least_one = !r.half_pixel;
    return lower_bins(&r, align_place);
}

// ---- MaxRoiPool
// ------------------------------------------------------------------------------

/// carried: the greatest so far
static void touched_step(void *user, mica_builder *builder, mica_value *index,
                         mica_value **carried)
{
    const bin *b = user;
    mica_value *const from[] = {b->batch, b->channel, b->row,
                                micai_num_add(builder, b->first[X], index)};
    mica_value *x = micai_onnx_extract(builder, b->all->data, from, 4);
    carried[0] = micai_num_max(builder, carried[0], x);
}

static void touched_row_step(void *user, mica_builder *builder, mica_value *index,
                             mica_value **carried)
{
    bin *b = user;
    b->row = micai_num_add(builder, b->first[Y], index);
    micai_onnx_along(builder, b->count[X], carried, 1, touched_step, b);
}

/// The corner of a region in whole elements, halves away from 0.
static mica_value *whole_corner(const regions *r, mica_builder *builder, mica_value *region,
                                int64_t place)
{
    mica_value *x = micai_num_mul(builder, entry(r, builder, region, place),
                                  constant(builder, r, r->scale));
    return micai_num_math(builder, "math.round", x);
}

/// The elements from floor(place * size) to before ceil((place + 1) * size) of a region.
static void touch_elements(const regions *r, mica_builder *builder, bin *b, int axis,
                           mica_value *region, mica_value *place)
{
    size_t ignored;
    const int64_t *pooled = mica_onnx_node_ints(&r->site->node, "pooled_shape", &ignored);
    mica_value *start = whole_corner(r, builder, region, axis == X ? 1 : 2);
    mica_value *end = whole_corner(r, builder, region, axis == X ? 3 : 4);
    mica_value *one = constant(builder, r, 1), *zero = constant(builder, r, 0);
    mica_value *length = micai_num_max(
        builder, micai_num_add(builder, micai_num_sub(builder, end, start), one), one);
    mica_value *size =
        micai_num_div(builder, length, constant(builder, r, (double)pooled[axis]));
    mica_value *real_place = micai_num_to_float(builder, place, r->wide);
    mica_value *low =
        micai_num_math(builder, "math.floor", micai_num_mul(builder, real_place, size));
    mica_value *high =
        micai_num_math(builder, "math.ceil",
                       micai_num_mul(builder, micai_num_add(builder, real_place, one), size));
    mica_value *limit = micai_num_to_float(builder, image_size(r, builder, axis), r->wide);
    low = micai_num_clamp(builder, micai_num_add(builder, low, start), zero, limit);
    high = micai_num_clamp(builder, micai_num_add(builder, high, start), zero, limit);
    b->first[axis] = micai_num_to_index(builder, low);
    b->count[axis] = micai_num_sub(builder, micai_num_to_index(builder, high), b->first[axis]);
}

static mica_value *pool_place(void *user, mica_builder *builder, mica_value *const *indices)
{
    const regions *r = user;
    const mica_type *element = micai_element(r->data);
    bin b = {.all = r, .channel = indices[1]};
    mica_value *batch = micai_num_clamp(builder, entry(r, builder, indices[0], 0),
                                        constant(builder, r, 0), constant(builder, r, 1e9));
    b.batch = safe_batch(r, builder, micai_num_to_index(builder, batch));
    for (int axis = Y; axis < AXES; ++axis)
        touch_elements(r, builder, &b, axis, indices[0], indices[2 + axis]);
    mica_value *greatest = micai_onnx_constant_op(builder, micai_onnx_least(element, false));
    micai_onnx_along(builder, b.count[Y], &greatest, 1, touched_row_step, &b);
    mica_value *zero = micai_onnx_index(builder, 0);
    mica_value *is_touched = micai_num_and(builder, micai_num_less(builder, zero, b.count[Y]),
                                           micai_num_less(builder, zero, b.count[X]));
    return micai_num_or_zero(builder, is_touched, greatest);
}

static mica_value *lower_max_roi_pool(micai_onnx_site *site)
{
    regions r;
    return begin_regions(&r, site) ? lower_bins(&r, pool_place) : NULL;
}

const micai_onnx_rule micai_onnx_region_rules[] = {
    {"onnx.MaxRoiPool", lower_max_roi_pool, NULL},
    {"onnx.RoiAlign", lower_roi_align, NULL},
    {NULL, NULL, NULL},
};
