// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Resize, one axis after the other. Along an axis each element of the result has a coordinate
// in the input, and is a weighted sum of elements around it:
//
//   x = coordinate(place, scale);  b = floor(x);  sum over k of weight(x - b - k) * in[b + k]
//
// nearest has one element, linear two, cubic four; with antialias, when the axis shrinks, the
// weights are stretched over 1 / scale times as many. Scales may be known at run time only.
#include "transforms/convert/convert_onnx_to_linalg_internal.h"
#include "transforms/tensor/entry_dims.h"

#include <math.h>

typedef struct resizing {
    micai_onnx_site *site;
    mica_value *input; ///< of this axis
    size_t axis;
    int64_t in, out;                         ///< sizes
    mica_value *scale, *roi_start, *roi_end; ///< f32; roi may be NULL
    char mode;                               ///< 'n'earest, 'l'inear, 'c'ubic
    bool antialias, crops;
    mica_value *const *at;
    mica_value *coordinate, *base, *stretch; ///< of the place under way
    mica_value *first;                       ///< offset of the first tap
    mica_value *in_value, *out_value; ///< the sizes as f32 where they are known at run time
} resizing;

static const mica_type *f32(const mica_builder *builder)
{
    return mica_float_type_get(builder->context, MICA_FLOAT_F32);
}
static mica_value *number(mica_builder *builder, double value)
{
    return micai_onnx_number(builder, f32(builder), value);
}
static mica_value *op2(mica_builder *builder, const char *name, mica_value *a, mica_value *b)
{
    return micai_onnx_emit2(builder, name, a, b);
}
static mica_value *unary(mica_builder *builder, const char *name, mica_value *x)
{
    return micai_onnx_emit(builder, name, &x, 1, mica_value_type(x));
}
static mica_value *add(mica_builder *builder, mica_value *a, double b)
{
    return op2(builder, "arith.addf", a, number(builder, b));
}
static mica_value *to_integer(mica_builder *builder, mica_value *x)
{
    const mica_type *wide = mica_integer_type_get(builder->context, 64, MICA_SIGNLESS);
    return micai_onnx_to_index(builder, micai_onnx_convert(builder, x, wide, false, false),
                               false);
}
static bool is_mode(const resizing *r, const char *attr, const char *name)
{
    return mica_string_is(mica_onnx_node_string(&r->site->node, attr), name);
}
static bool transforms_by(const resizing *r, const char *name)
{
    return is_mode(r, "coordinate_transformation_mode", name);
}

static mica_value *in_size(const resizing *r, mica_builder *builder)
{
    return r->in_value ? r->in_value : number(builder, (double)r->in);
}
static mica_value *out_size(const resizing *r, mica_builder *builder)
{
    return r->out_value ? r->out_value : number(builder, (double)r->out);
}
static mica_value *last_place(const resizing *r, mica_builder *builder)
{
    return r->in_value ? add(builder, r->in_value, -1) : number(builder, (double)(r->in - 1));
}

// ---- coordinates
// -----------------------------------------------------------------------------

/// (place + 1/2) / scale - 1/2
static mica_value *half_pixel(const resizing *r, mica_builder *builder, mica_value *place)
{
    return add(builder, op2(builder, "arith.divf", add(builder, place, 0.5), r->scale), -0.5);
}

/// The length that the result would have with a real number of elements.
static mica_value *real_length(const resizing *r, mica_builder *builder)
{
    return op2(builder, "arith.mulf", r->scale, in_size(r, builder));
}

static mica_value *align_corners(const resizing *r, mica_builder *builder, mica_value *place)
{
    mica_value *length = add(builder, real_length(r, builder), -1);
    mica_value *x = op2(builder, "arith.divf",
                        op2(builder, "arith.mulf", place, last_place(r, builder)), length);
    mica_value *is_point = micai_onnx_less(builder, unary(builder, "math.absf", length),
                                           number(builder, 1e-6), false);
    return micai_onnx_select(builder, is_point, number(builder, 0), x);
}

/// The result's middle stays at the input's middle when its length was cut to a whole number.
static mica_value *symmetric(const resizing *r, mica_builder *builder, mica_value *place)
{
    mica_value *share =
        op2(builder, "arith.divf", out_size(r, builder), real_length(r, builder));
    mica_value *middle = op2(builder, "arith.mulf", in_size(r, builder), number(builder, 0.5));
    mica_value *offset = op2(builder, "arith.mulf", middle,
                             op2(builder, "arith.subf", number(builder, 1), share));
    return op2(builder, "arith.addf", offset, half_pixel(r, builder, place));
}

static mica_value *crop(const resizing *r, mica_builder *builder, mica_value *place)
{
    const double last = (double)(r->in - 1);
    if (r->out <= 1) {
        mica_value *sum = op2(builder, "arith.addf", r->roi_start, r->roi_end);
        return op2(builder, "arith.mulf", sum, number(builder, last / 2));
    }
    mica_value *width = op2(builder, "arith.subf", r->roi_end, r->roi_start);
    mica_value *step =
        op2(builder, "arith.mulf", width, number(builder, last / (double)(r->out - 1)));
    mica_value *start = op2(builder, "arith.mulf", r->roi_start, number(builder, last));
    return op2(builder, "arith.addf", start, op2(builder, "arith.mulf", place, step));
}

static mica_value *coordinate_of(const resizing *r, mica_builder *builder, mica_value *index)
{
    mica_value *place = micai_onnx_from_index(builder, index, f32(builder));
    if (transforms_by(r, "asymmetric"))
        return op2(builder, "arith.divf", place, r->scale);
    if (transforms_by(r, "align_corners"))
        return align_corners(r, builder, place);
    if (transforms_by(r, "tf_crop_and_resize"))
        return crop(r, builder, place);
    if (transforms_by(r, "half_pixel_symmetric"))
        return symmetric(r, builder, place);
    if (!transforms_by(r, "pytorch_half_pixel") || (!r->out_value && r->out != 1))
        return half_pixel(r, builder, place);
    if (!r->out_value)
        return number(builder, -0.5);
    mica_value *is_long = micai_onnx_less(builder, number(builder, 1), r->out_value, false);
    return micai_onnx_select(builder, is_long, half_pixel(r, builder, place),
                             number(builder, -0.5));
}

// ---- weights
// ---------------------------------------------------------------------------------

/// a of the cubic: the slope at 1.
static mica_value *cubic_weight(const resizing *r, mica_builder *builder, mica_value *d)
{
    const double a = mica_onnx_node_float(&r->site->node, "cubic_coeff_a");
    mica_value *square = op2(builder, "arith.mulf", d, d);
    mica_value *cube = op2(builder, "arith.mulf", square, d);
    // |d| <= 1: (a + 2) d^3 - (a + 3) d^2 + 1
    mica_value *near =
        add(builder,
            op2(builder, "arith.subf", op2(builder, "arith.mulf", cube, number(builder, a + 2)),
                op2(builder, "arith.mulf", square, number(builder, a + 3))),
            1);
    // 1 < |d| < 2: a d^3 - 5a d^2 + 8a d - 4a
    mica_value *far =
        op2(builder, "arith.subf", op2(builder, "arith.mulf", cube, number(builder, a)),
            op2(builder, "arith.mulf", square, number(builder, 5 * a)));
    far = add(
        builder,
        op2(builder, "arith.addf", far, op2(builder, "arith.mulf", d, number(builder, 8 * a))),
        -4 * a);
    mica_value *is_far = micai_onnx_less(builder, number(builder, 1), d, false);
    mica_value *is_out = micai_onnx_less(builder, d, number(builder, 2), false);
    mica_value *weight = micai_onnx_select(builder, is_far, far, near);
    return micai_onnx_select(builder, is_out, weight, number(builder, 0));
}

static mica_value *linear_weight(mica_builder *builder, mica_value *d)
{
    mica_value *weight = op2(builder, "arith.subf", number(builder, 1), d);
    mica_value *is_in = micai_onnx_less(builder, d, number(builder, 1), false);
    return micai_onnx_select(builder, is_in, weight, number(builder, 0));
}

/// carried: sum of weighted elements, sum of weights
static void tap_step(void *user, mica_builder *builder, mica_value *index, mica_value **carried)
{
    const resizing *r = user;
    mica_value *offset = micai_onnx_from_index(builder, index, f32(builder));
    offset = op2(builder, "arith.addf", offset, r->first);
    mica_value *place = op2(builder, "arith.addf", r->base, offset);
    mica_value *d =
        unary(builder, "math.absf", op2(builder, "arith.subf", r->coordinate, place));
    d = op2(builder, "arith.mulf", d, r->stretch);
    mica_value *weight =
        r->mode == 'c' ? cubic_weight(r, builder, d) : linear_weight(builder, d);
    mica_value *zero = number(builder, 0), *last = last_place(r, builder);
    mica_value *inside =
        op2(builder, "arith.maximumf", op2(builder, "arith.minimumf", place, last), zero);
    if (mica_onnx_node_int(&r->site->node, "exclude_outside") != 0) {
        mica_value *gap =
            unary(builder, "math.absf", op2(builder, "arith.subf", inside, place));
        mica_value *is_outside = micai_onnx_less(builder, zero, gap, false);
        weight = micai_onnx_select(builder, is_outside, zero, weight);
    }
    mica_value *from[MICA_ONNX_MAX_RANK];
    for (size_t i = 0; i < micai_rank(r->input); ++i)
        from[i] = r->at[i];
    from[r->axis] = to_integer(builder, inside);
    mica_value *x = micai_onnx_extract(builder, r->input, from, micai_rank(r->input));
    x = micai_onnx_convert(builder, x, f32(builder), r->site->is_unsigned, false);
    carried[0] = op2(builder, "arith.addf", carried[0], op2(builder, "arith.mulf", weight, x));
    carried[1] = op2(builder, "arith.addf", carried[1], weight);
}

/// The weighted sum over the weights' sum. Without antialias the taps are base - 1 .. base + 2
/// (cubic) or base, base + 1; with it they reach support / scale to both sides.
static mica_value *interpolate(resizing *r, mica_builder *builder)
{
    const double support = r->mode == 'c' ? 2 : 1;
    mica_value *count, *zero = number(builder, 0);
    r->base = unary(builder, "math.floor", r->coordinate);
    r->stretch = number(builder, 1);
    r->first = number(builder, 1 - support);
    count = micai_onnx_index(builder, (int64_t)(2 * support));
    if (r->antialias) {
        r->stretch = op2(builder, "arith.minimumf", r->scale, number(builder, 1));
        mica_value *reach =
            unary(builder, "math.ceil",
                  op2(builder, "arith.divf", number(builder, support), r->stretch));
        r->first = op2(builder, "arith.subf", number(builder, 1), reach);
        count = to_integer(builder, op2(builder, "arith.mulf", reach, number(builder, 2)));
    }
    mica_value *carried[2] = {zero, zero};
    micai_onnx_along(builder, count, carried, 2, tap_step, r);
    return op2(builder, "arith.divf", carried[0], carried[1]);
}

static mica_value *round_coordinate(const resizing *r, mica_builder *builder, mica_value *x)
{
    if (is_mode(r, "nearest_mode", "floor"))
        return unary(builder, "math.floor", x);
    if (is_mode(r, "nearest_mode", "ceil"))
        return unary(builder, "math.ceil", x);
    if (is_mode(r, "nearest_mode", "round_prefer_ceil"))
        return unary(builder, "math.floor", add(builder, x, 0.5));
    return unary(builder, "math.ceil", add(builder, x, -0.5));
}

static mica_value *nearest(const resizing *r, mica_builder *builder)
{
    mica_value *from[MICA_ONNX_MAX_RANK];
    mica_value *place = round_coordinate(r, builder, r->coordinate);
    place = op2(builder, "arith.maximumf", place, number(builder, 0));
    place = op2(builder, "arith.minimumf", place, last_place(r, builder));
    for (size_t i = 0; i < micai_rank(r->input); ++i)
        from[i] = r->at[i];
    from[r->axis] = to_integer(builder, place);
    return micai_onnx_extract(builder, r->input, from, micai_rank(r->input));
}

/// Elements that are no floats are rounded on the way back.
static mica_value *back(const resizing *r, mica_builder *builder, mica_value *x)
{
    const mica_type *type = micai_element(r->input);
    if (!mica_type_is_float(type))
        x = unary(builder, "math.roundeven", x);
    return micai_onnx_convert(builder, x, type, false, r->site->is_unsigned);
}

static mica_value *resized_place(void *user, mica_builder *builder, mica_value *const *indices)
{
    resizing *r = user;
    r->at = indices;
    r->coordinate = coordinate_of(r, builder, indices[r->axis]);
    mica_value *y =
        r->mode == 'n' ? nearest(r, builder) : back(r, builder, interpolate(r, builder));
    if (!r->crops)
        return y;
    mica_value *extra = micai_onnx_convert(
        builder, number(builder, mica_onnx_node_float(&r->site->node, "extrapolation_value")),
        micai_element(r->input), false, r->site->is_unsigned);
    mica_value *below = micai_onnx_less(builder, r->coordinate, number(builder, 0), false);
    mica_value *above = micai_onnx_less(builder, last_place(r, builder), r->coordinate, false);
    return micai_onnx_select(builder, op2(builder, "arith.ori", below, above), extra, y);
}

// ---- scales
// ----------------------------------------------------------------------------------

/// Entry `place` of a float operand as f32.
static mica_value *float_entry(micai_onnx_site *site, size_t index, int64_t place)
{
    mica_value *at = micai_onnx_index(site->builder, place);
    mica_value *x = micai_onnx_extract(site->builder, micai_onnx_operand(site, index), &at, 1);
    return micai_onnx_convert(site->builder, x, f32(site->builder), false, false);
}

/// The wanted size over the size there is.
static mica_value *size_ratio(micai_onnx_site *site, int64_t place, int64_t in)
{
    mica_value *size =
        micai_onnx_shape_entry(site->builder, micai_onnx_operand(site, 3), (size_t)place);
    return op2(site->builder, "arith.divf",
               micai_onnx_from_index(site->builder, size, f32(site->builder)),
               number(site->builder, (double)in));
}

/// not_larger and not_smaller give all axes the least (greatest) of their ratios.
static mica_value *common_ratio(const resizing *r, const size_t *axes, size_t count)
{
    mica_builder *builder = r->site->builder;
    const bool larger = is_mode(r, "keep_aspect_ratio_policy", "not_smaller");
    mica_value *scale = NULL;
    for (size_t i = 0; i < count; ++i) {
        mica_value *ratio = size_ratio(r->site, (int64_t)i,
                                       micai_shape(micai_onnx_operand(r->site, 0))[axes[i]]);
        scale = scale ? op2(builder, larger ? "arith.maximumf" : "arith.minimumf", scale, ratio)
                      : ratio;
    }
    return scale;
}

static mica_value *scale_of(const resizing *r, const size_t *axes, size_t count, size_t i)
{
    if (!micai_onnx_operand(r->site, 3))
        return float_entry(r->site, 2, (int64_t)i);
    if (!is_mode(r, "keep_aspect_ratio_policy", "stretch"))
        return common_ratio(r, axes, count);
    mica_builder *builder = r->site->builder;
    if (r->in_value)
        return op2(builder, "arith.divf", out_size(r, builder), r->in_value);
    return r->out_value ? op2(builder, "arith.divf", r->out_value, in_size(r, builder))
                        : number(builder, (double)r->out / (double)r->in);
}

/// The size of the result along an axis of which a size is known at run time only: the wanted
/// one, or the input's times the scale, rounded down.
static mica_value *size_at_run_time(resizing *r, size_t entry)
{
    micai_onnx_site *site = r->site;
    mica_builder *builder = site->builder;
    mica_value *in = micai_onnx_dim(builder, micai_onnx_operand(site, 0), r->axis);
    if (micai_onnx_operand(site, 3))
        return micai_onnx_shape_entry(builder, micai_onnx_operand(site, 3), entry);
    const mica_attr *scales = mica_onnx_constant(micai_onnx_operand(site, 2));
    const double scale = scales ? mica_onnx_load_float(scales, entry) : 0;
    if (scale >= 1 && scale == (double)(int64_t)scale)
        return micai_onnx_index_op(builder, "arith.muli", in,
                                   micai_onnx_index(builder, (int64_t)scale));
    const mica_type *wide = mica_float_type_get(builder->context, MICA_FLOAT_F64);
    mica_value *factor =
        micai_onnx_convert(builder, float_entry(site, 2, (int64_t)entry), wide, false, false);
    mica_value *length =
        op2(builder, "arith.mulf", micai_onnx_from_index(builder, in, wide), factor);
    return to_integer(builder, unary(builder, "math.floor", length));
}

/// Does the axis keep its size for certain?
static bool keeps_size(const resizing *r, size_t entry)
{
    if (r->in != MICA_DYNAMIC)
        return r->in == r->out;
    const mica_attr *scales = mica_onnx_constant(micai_onnx_operand(r->site, 2));
    if (!micai_onnx_operand(r->site, 3))
        return scales && mica_onnx_load_float(scales, entry) == 1;
    mica_value *input = micai_onnx_operand(r->site, 0);
    return micai_same_expression(
        micai_onnx_dim(r->site->builder, input, r->axis),
        micai_onnx_shape_entry(r->site->builder, micai_onnx_operand(r->site, 3), entry));
}

/// Which axes are resized; false when they are not known.
static size_t read_axes(micai_onnx_site *site, size_t rank, size_t *axes)
{
    size_t count;
    const int64_t *given = mica_onnx_node_ints(&site->node, "axes", &count);
    if (!given)
        count = rank;
    for (size_t i = 0; i < count; ++i) {
        axes[i] = i;
        if (given)
            mica_onnx_axis(given[i], rank, &axes[i]);
    }
    return count;
}

static mica_value *lower_resize(micai_onnx_site *site)
{
    size_t axes[MICA_ONNX_MAX_RANK];
    mica_value *value = micai_onnx_operand(site, 0);
    const size_t rank = micai_rank(value), count = read_axes(site, rank, axes);
    resizing r = {.site = site};
    const mica_string mode = mica_onnx_node_string(&site->node, "mode");
    r.mode = mode.length ? mode.data[0] : 'n';
    r.crops = transforms_by(&r, "tf_crop_and_resize");
    const bool is_static = mica_type_has_static_shape(site->type) &&
                           mica_type_has_static_shape(mica_value_type(value));
    const bool stretches = is_mode(&r, "keep_aspect_ratio_policy", "stretch");
    if ((!is_static && (r.crops || (micai_onnx_operand(site, 3) && !stretches))) ||
        (!micai_onnx_operand(site, 2) && !micai_onnx_operand(site, 3)))
        return micai_onnx_refuse(site, "the shape of its result is not known");
    for (size_t i = 0; i < count; ++i) {
        int64_t shape[MICA_ONNX_MAX_RANK];
        r.axis = axes[i];
        r.in = micai_shape(value)[r.axis];
        r.out = mica_type_shape(site->type)[r.axis];
        if (r.in == 0)
            return micai_onnx_refuse(site, "its input is empty");
        if (r.axis < 2 && rank > 2 && keeps_size(&r, i))
            continue; // batch and channels
        micai_onnx_sizes sizes;
        micai_onnx_sizes_like(&sizes, value);
        r.in_value = r.out_value = NULL;
        if (r.in == MICA_DYNAMIC || r.out == MICA_DYNAMIC) {
            mica_value *in = micai_onnx_dim(site->builder, value, r.axis);
            sizes.values[r.axis] = size_at_run_time(&r, i);
            r.in_value = micai_onnx_from_index(site->builder, in, f32(site->builder));
            r.out_value =
                micai_onnx_from_index(site->builder, sizes.values[r.axis], f32(site->builder));
        }
        memcpy(shape, micai_shape(value), rank * sizeof *shape);
        shape[r.axis] = r.out;
        r.scale = scale_of(&r, axes, count, i);
        if (r.crops) {
            r.roi_start = float_entry(site, 1, (int64_t)i);
            r.roi_end = float_entry(site, 1, (int64_t)(i + count));
        }
        r.antialias = r.mode != 'n' && mica_onnx_node_int(&site->node, "antialias") != 0;
        r.input = value;
        value = micai_onnx_by_index(
            site->builder, mica_tensor_type_get(micai_element(value), shape, rank, NULL),
            &sizes, resized_place, &r);
    }
    return value;
}

const micai_onnx_rule micai_onnx_resize_rules[] = {
    {"onnx.Resize", lower_resize, NULL},
    {NULL, NULL, NULL},
};
