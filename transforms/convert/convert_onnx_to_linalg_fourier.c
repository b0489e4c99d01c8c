// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// DFT and STFT. A transform of known length N is made of one stage for each factor p of N,
// after Stockham, so that no stage permutes: with n = N / (the factors before), m = n / p and s
// = N / n, a stage reads [p, m, s] and writes [m, p, s], both views of the N elements:
//
//   Y[o, j, t, q, i, c] = sum over r, d of X[o, r, j, q, i, d] * T[j, t, r, d, c]
//
// T holds the powers of exp(-2 pi i / n), as a 2 x 2 matrix (d, c) for each complex number:
// one linalg.generic without any computed place, N * (sum of the factors) products in all. The
// first stage may read reals (d = 0 only), the last one of a transform back to reals writes no
// imaginary parts; scaling by 1 / N is part of the last T.
//
// A length or an axis that is known at run time only, or a prime factor whose table would be
// too large, takes the definition: a sum over all elements for each element of the result.
#include "transforms/convert/convert_onnx_to_linalg_scalars.h"

#include <math.h>
#include <stdlib.h>

enum {
    SMALL = 16,              ///< lengths up to here are one stage
    MOST_FACTORS = 64,       ///< of a 63-bit length
    LARGEST_TABLE = 1 << 22, ///< elements of one stage's T
};
static const double pi = 3.14159265358979323846;

/// A transform of [outer, length, inner, 1 or 2].
typedef struct transform {
    mica_builder *builder;
    int64_t length;
    bool inverse, to_reals;
} transform;

// ---- stages
// ----------------------------------------------------------------------------------

/// The factors of a length: itself when it is small, else 4s and primes.
static size_t factorize(int64_t length, int64_t *factors)
{
    size_t count = 0;
    if (length <= SMALL) {
        factors[count++] = length;
        return count;
    }
    for (int64_t p = 4; length > 1; p = p == 4 ? 2 : p == 2 ? 3 : p + 2) {
        while (length % p == 0) {
            factors[count++] = p;
            length /= p;
        }
        if (p % 2 != 0 && p * p > length && length > 1) {
            factors[count++] = length;
            break;
        }
    }
    return count;
}

/// Is every stage's table small enough?
static bool is_staged(int64_t length)
{
    int64_t factors[MOST_FACTORS], rest = length;
    if (length > LARGEST_TABLE / 4)
        return false;
    const size_t count = factorize(length, factors);
    for (size_t i = 0; i < count; ++i) {
        if (factors[i] > LARGEST_TABLE / 4 / rest)
            return false;
        rest /= factors[i];
    }
    return true;
}

/// One stage: sizes as above, `reals` of input and output.
typedef struct stage {
    int64_t p, m, s, inputs, outputs;
    double scale;
} stage;

/// Entry (d, c) of the matrix of cosine + i * sine.
static double matrix_entry(double cosine, double sine, int64_t d, int64_t c)
{
    return d == c ? cosine : d == 0 ? sine : -sine;
}

/// T[j, t, r, d, c]: exp(-+ 2 pi i * t * (j + r * m) / n).
static mica_value *stage_table(const transform *f, const stage *at, const mica_type *element)
{
    const int64_t n = at->p * at->m;
    const int64_t shape[] = {at->m, at->p, at->p, at->inputs, at->outputs};
    const size_t count = (size_t)(n * at->p * at->inputs * at->outputs);
    double *values = mica_malloc((count + 1) * sizeof *values);
    size_t place = 0;
    if (!values)
        return NULL;
    for (int64_t j = 0; j < at->m; ++j) {
        for (int64_t t = 0; t < at->p; ++t) {
            for (int64_t r = 0; r < at->p; ++r) {
                const double turn = (double)(t * (j + r * at->m) % n) / (double)n;
                const double angle = (f->inverse ? 2 : -2) * pi * turn;
                const double cosine = at->scale * cos(angle), sine = at->scale * sin(angle);
                for (int64_t k = 0; k < at->inputs * at->outputs; ++k)
                    values[place++] =
                        matrix_entry(cosine, sine, k / at->outputs, k % at->outputs);
            }
        }
    }
    mica_value *table = micai_constant_floats(f->builder, element, values, shape, 5);
    mica_free(values);
    return table;
}

static mica_value *multiply_add(void *user, mica_builder *builder, mica_value *const *elements)
{
    (void)user;
    return micai_num_add(builder, elements[2],
                         micai_num_mul(builder, elements[0], elements[1]));
}

static mica_value *build_stage(const transform *f, const stage *at, mica_value *input)
{
    // Loops: 0 o, 1 j, 2 t, 3 q, 4 i, 5 c, 6 r, 7 d.
    static const uint32_t of_input[] = {0, 6, 1, 3, 4, 7}, of_table[] = {1, 2, 6, 7, 5},
                          of_output[] = {0, 1, 2, 3, 4, 5};
    mica_context *context = f->builder->context;
    const mica_type *type = mica_value_type(input), *element = mica_type_element(type);
    const int64_t outer = mica_type_shape(type)[0], inner = mica_type_shape(type)[2];
    const int64_t from[] = {outer, at->p, at->m, at->s, inner, at->inputs};
    const int64_t to[] = {outer, at->m, at->p, at->s, inner, at->outputs};
    const int64_t back[] = {outer, f->length, inner, at->outputs};
    const mica_attr *maps[] = {mica_affine_map_projection(context, 8, of_input, 6),
                               mica_affine_map_projection(context, 8, of_table, 5),
                               mica_affine_map_projection(context, 8, of_output, 6)};
    mica_value *table = stage_table(f, at, element);
    if (!table)
        return NULL;
    mica_value *const operands[] = {
        micai_onnx_reshape(f->builder, input, mica_tensor_type_get(element, from, 6, NULL)),
        table};
    const micai_onnx_sizes sizes = {{input}, {0}};
    mica_value *into = micai_onnx_filled(f->builder, mica_tensor_type_get(element, to, 6, NULL),
                                         &sizes, mica_float_attr_get(element, 0));
    mica_value *output =
        micai_onnx_generic(f->builder, operands, 2, into, maps, "pppppprr", multiply_add, NULL);
    return micai_onnx_reshape(f->builder, output, mica_tensor_type_get(element, back, 4, NULL));
}

/// The transform of [outer, length, inner, 1 or 2] along the second dimension.
static mica_value *build_stages(const transform *f, mica_value *value)
{
    int64_t factors[MOST_FACTORS], s = 1;
    const size_t count = factorize(f->length, factors);
    for (size_t i = 0; value && i < count; ++i) {
        const bool is_last = i + 1 == count;
        const stage at = {.p = factors[i],
                          .m = f->length / s / factors[i],
                          .s = s,
                          .inputs = micai_shape(value)[3],
                          .outputs = is_last && f->to_reals ? 1 : 2,
                          .scale = is_last && f->inverse ? 1 / (double)f->length : 1};
        value = build_stage(f, &at, value);
        s *= factors[i];
    }
    return value;
}

// ---- what is transformed
// ---------------------------------------------------------------------

static mica_value *widen_element(void *user, mica_builder *builder, mica_value *const *elements)
{
    return micai_onnx_convert(builder, elements[0], user, false, false);
}

/// With elements of another float type.
static mica_value *with_element(mica_builder *builder, mica_value *value,
                                const mica_type *element)
{
    if (micai_element(value) == element)
        return value;
    return micai_onnx_pointwise(builder,
                                mica_type_with_element(mica_value_type(value), element), &value,
                                1, widen_element, (void *)(uintptr_t)element);
}

/// The first `length` along dimension 1, of 4; zeros after the last.
static mica_value *fit_length(mica_builder *builder, mica_value *value, int64_t length)
{
    static const int64_t zeros[4] = {0}, ones[4] = {1, 1, 1, 1};
    int64_t shape[4];
    memcpy(shape, micai_shape(value), sizeof shape);
    if (shape[1] == length)
        return value;
    const bool cuts = shape[1] > length;
    shape[1] = length;
    const mica_type *element = micai_element(value);
    const mica_type *type = mica_tensor_type_get(element, shape, 4, NULL);
    if (cuts)
        return micai_onnx_extract_slice(builder, value, type, zeros, ones);
    const micai_onnx_sizes sizes = {{value, value, value, value}, {0, 1, 2, 3}};
    mica_value *into =
        micai_onnx_filled(builder, type, &sizes, mica_float_attr_get(element, 0));
    return micai_onnx_insert_slice(builder, value, into, zeros);
}

/// The half of a symmetric spectrum, and the length of the whole, an index.
typedef struct half_spectrum {
    mica_value *value, *length;
} half_spectrum;

/// Where place k of the whole stands in half a spectrum of `size`: at k, or as the conjugate
/// (`is_mirror`) at length - k; at 0 when it is not there.
static mica_value *find_in_half(mica_builder *builder, mica_value *k, mica_value *length,
                                mica_value *size, mica_value **is_mirror,
                                mica_value **is_inside)
{
    mica_value *twice = micai_num_mul(builder, k, micai_onnx_index(builder, 2));
    *is_mirror = micai_num_less(builder, length, twice);
    mica_value *place =
        micai_onnx_select(builder, *is_mirror, micai_num_sub(builder, length, k), k);
    *is_inside = micai_num_less(builder, place, size);
    return micai_num_or_zero(builder, *is_inside, place);
}

static mica_value *negated_if(mica_builder *builder, mica_value *condition, mica_value *x)
{
    mica_value *negated = micai_num_math(builder, "arith.negf", x);
    return micai_onnx_select(builder, condition, negated, x);
}

static mica_value *whole_place(void *user, mica_builder *builder, mica_value *const *indices)
{
    const half_spectrum *half = user;
    mica_value *is_mirror, *is_inside;
    mica_value *place =
        find_in_half(builder, indices[1], half->length, micai_onnx_dim(builder, half->value, 1),
                     &is_mirror, &is_inside);
    mica_value *const from[] = {indices[0], place, indices[2], indices[3]};
    mica_value *x = micai_onnx_extract(builder, half->value, from, 4);
    mica_value *is_imaginary =
        micai_num_less(builder, micai_onnx_index(builder, 0), indices[3]);
    mica_value *turns = micai_num_and(builder, is_mirror, is_imaginary);
    return micai_num_or_zero(builder, is_inside, negated_if(builder, turns, x));
}

/// [outer, length / 2 + 1, inner, 2] as the whole spectrum.
static mica_value *whole_spectrum(mica_builder *builder, mica_value *value, int64_t length)
{
    half_spectrum half = {value, micai_onnx_index(builder, length)};
    const int64_t shape[] = {micai_shape(value)[0], length, micai_shape(value)[2], 2};
    const micai_onnx_sizes sizes = {{value, value, value, value}, {0, 1, 2, 3}};
    return micai_onnx_by_index(builder,
                               mica_tensor_type_get(micai_element(value), shape, 4, NULL),
                               &sizes, whole_place, &half);
}

// ---- the definition
// --------------------------------------------------------------------------

/// The real and the imaginary part of element `place` of what is summed.
typedef void (*read_fn)(void *user, mica_builder *builder, mica_value *place,
                        mica_value *parts[2]);

typedef struct definition {
    read_fn read;
    void *user;
    mica_value *length, *frequency; ///< indices
    bool inverse;
} definition;

/// carried: the real and the imaginary part of the sum, f64
static void sum_step(void *user, mica_builder *builder, mica_value *index, mica_value **carried)
{
    const definition *by = user;
    const mica_type *f64 = micai_f64(builder);
    mica_value *parts[2];
    by->read(by->user, builder, index, parts);
    for (int i = 0; i < 2; ++i)
        parts[i] = micai_num_to_float(builder, parts[i], f64);
    mica_value *product = micai_num_mul(builder, by->frequency, index);
    mica_value *turn =
        micai_num_to_float(builder, micai_num_rest(builder, product, by->length), f64);
    turn = micai_num_div(builder, turn, micai_num_to_float(builder, by->length, f64));
    mica_value *angle = micai_num_mul(
        builder, turn, micai_num_like(builder, turn, (by->inverse ? 2 : -2) * pi));
    mica_value *cosine = micai_num_math(builder, "math.cos", angle);
    mica_value *sine = micai_num_math(builder, "math.sin", angle);
    mica_value *real = micai_num_sub(builder, micai_num_mul(builder, parts[0], cosine),
                                     micai_num_mul(builder, parts[1], sine));
    mica_value *imaginary = micai_num_add(builder, micai_num_mul(builder, parts[0], sine),
                                          micai_num_mul(builder, parts[1], cosine));
    carried[0] = micai_num_add(builder, carried[0], real);
    carried[1] = micai_num_add(builder, carried[1], imaginary);
}

/// Part `part` (an index) of the transform of `count` elements.
static mica_value *sum_all(definition *by, mica_builder *builder, mica_value *count,
                           mica_value *part, const mica_type *element)
{
    const mica_type *f64 = micai_f64(builder);
    mica_value *zero = micai_onnx_number(builder, f64, 0), *carried[] = {zero, zero};
    micai_onnx_along(builder, count, carried, 2, sum_step, by);
    mica_value *is_imaginary = micai_num_less(builder, micai_onnx_index(builder, 0), part);
    mica_value *value = micai_onnx_select(builder, is_imaginary, carried[1], carried[0]);
    if (by->inverse)
        value = micai_num_div(builder, value, micai_num_to_float(builder, by->length, f64));
    return micai_onnx_convert(builder, value, element, false, false);
}

// ---- DFT
// -------------------------------------------------------------------------------------

typedef struct dft {
    micai_onnx_site *site;
    bool inverse, onesided;
    mica_value *axis, *length; ///< indices; axis is wrapped around
    mica_value *const *at;     ///< the place of the result
} dft;

/// Is `dim` the axis?
static mica_value *is_axis(const dft *d, mica_builder *builder, size_t dim)
{
    return micai_num_equal(builder, d->axis, micai_onnx_index(builder, (int64_t)dim));
}

static mica_value *input_length(const dft *d, mica_builder *builder)
{
    mica_value *input = micai_onnx_operand(d->site, 0), *size = NULL;
    for (size_t i = 0; i + 1 < micai_rank(input); ++i) {
        mica_value *own = micai_onnx_dim(builder, input, i);
        size = size ? micai_onnx_select(builder, is_axis(d, builder, i), own, size) : own;
    }
    return size;
}

/// Elements of the input along the axis; of half a spectrum also those that are not there.
static void read_input(void *user, mica_builder *builder, mica_value *place,
                       mica_value *parts[2])
{
    const dft *d = user;
    mica_value *input = micai_onnx_operand(d->site, 0), *from[MICA_ONNX_MAX_RANK];
    const size_t rank = micai_rank(input);
    mica_value *size = input_length(d, builder), *is_mirror = NULL, *is_inside;
    if (d->inverse && d->onesided) {
        place = find_in_half(builder, place, d->length, size, &is_mirror, &is_inside);
    } else {
        is_inside = micai_num_less(builder, place, size);
        place = micai_num_or_zero(builder, is_inside, place);
    }
    for (size_t i = 0; i + 1 < rank; ++i)
        from[i] = micai_onnx_select(builder, is_axis(d, builder, i), place, d->at[i]);
    for (int64_t part = 0; part < 2; ++part) {
        from[rank - 1] = micai_onnx_index(builder, part);
        if (part < micai_shape(input)[rank - 1])
            parts[part] = micai_num_or_zero(builder, is_inside,
                                            micai_onnx_extract(builder, input, from, rank));
        else
            parts[part] = micai_num_like(builder, parts[0], 0);
    }
    if (is_mirror)
        parts[1] = negated_if(builder, is_mirror, parts[1]);
}

static mica_value *dft_place(void *user, mica_builder *builder, mica_value *const *indices)
{
    dft *d = user;
    const size_t rank = mica_type_rank(d->site->type);
    definition by = {.read = read_input, .user = d, .length = d->length, .inverse = d->inverse};
    d->at = indices;
    for (size_t i = 0; i + 1 < rank; ++i)
        by.frequency =
            i ? micai_onnx_select(builder, is_axis(d, builder, i), indices[i], by.frequency)
              : indices[0];
    return sum_all(&by, builder, d->length, indices[rank - 1],
                   mica_type_element(d->site->type));
}

/// By the definition: axis and length may come at run time.
static mica_value *lower_dft_by_definition(micai_onnx_site *site, dft *d)
{
    mica_builder *builder = site->builder;
    mica_value *input = micai_onnx_operand(site, 0), *axis = micai_onnx_operand(site, 2);
    const size_t rank = micai_rank(input);
    mica_value *count = micai_onnx_index(builder, (int64_t)rank);
    micai_onnx_sizes sizes;
    d->axis = axis ? micai_onnx_to_index(builder, micai_num_only(builder, axis), false)
                   : micai_onnx_index(builder, -2);
    mica_value *is_negative = micai_num_less(builder, d->axis, micai_onnx_index(builder, 0));
    d->axis = micai_onnx_select(builder, is_negative, micai_num_add(builder, d->axis, count),
                                d->axis);
    mica_value *given = micai_onnx_operand(site, 1), *one = micai_onnx_index(builder, 1);
    mica_value *two = micai_onnx_index(builder, 2);
    if (given)
        d->length = micai_onnx_to_index(builder, micai_num_only(builder, given), false);
    else
        d->length = input_length(d, builder);
    if (!given && d->inverse && d->onesided)
        d->length = micai_num_mul(builder, micai_num_sub(builder, d->length, one), two);
    mica_value *kept = d->length;
    if (d->onesided && !d->inverse)
        kept = micai_num_add(builder, micai_num_div(builder, kept, two), one);
    micai_onnx_sizes_like(&sizes, input);
    for (size_t i = 0; i + 1 < rank; ++i)
        if (mica_type_shape(site->type)[i] == MICA_DYNAMIC)
            sizes.values[i] = micai_onnx_select(builder, is_axis(d, builder, i), kept,
                                                micai_onnx_dim(builder, input, i));
    return micai_onnx_by_index(builder, site->type, &sizes, dft_place, d);
}

/// The length of the transform; MICA_DYNAMIC when it is not known.
static int64_t known_length(const micai_onnx_site *site, const dft *d, size_t axis)
{
    int64_t length = MICA_DYNAMIC;
    mica_value *given = micai_onnx_operand(site, 1);
    const int64_t size = micai_shape(micai_onnx_operand(site, 0))[axis];
    if (given)
        return mica_onnx_known_ints(given, &length, 1) == 1 ? length : MICA_DYNAMIC;
    return size == MICA_DYNAMIC ? size : d->inverse && d->onesided ? 2 * (size - 1) : size;
}

/// [outer, length, inner, parts] of a shape; MICA_DYNAMIC where a part is.
static void collapse(const int64_t *shape, size_t rank, size_t axis, int64_t *collapsed)
{
    collapsed[0] = collapsed[2] = 1;
    for (size_t i = 0; i + 1 < rank; ++i) {
        int64_t *into = &collapsed[i < axis ? 0 : i == axis ? 1 : 2];
        if (i == axis || shape[i] == MICA_DYNAMIC || *into == MICA_DYNAMIC)
            *into = i == axis ? shape[i] : MICA_DYNAMIC;
        else
            *into *= shape[i];
    }
    collapsed[3] = shape[rank - 1];
}

static mica_value *lower_dft(micai_onnx_site *site)
{
    mica_builder *builder = site->builder;
    mica_value *input = micai_onnx_operand(site, 0);
    const size_t rank = micai_rank(input);
    const mica_type *element = micai_element(input);
    dft d = {.site = site,
             .inverse = mica_onnx_node_int(&site->node, "inverse") != 0,
             .onesided = mica_onnx_node_int(&site->node, "onesided") != 0};
    size_t axis = 0;
    const bool has_axis = mica_onnx_dft_axis(&site->node, rank, &axis);
    const int64_t length = has_axis ? known_length(site, &d, axis) : MICA_DYNAMIC;
    int64_t shape[4], kept[4];
    if (micai_shape(input)[rank - 1] == MICA_DYNAMIC)
        return micai_onnx_refuse(site, "whether its input is complex is not known");
    if (d.inverse && d.onesided && micai_shape(input)[rank - 1] != 2)
        return micai_onnx_refuse(site, "half a spectrum must be complex");
    collapse(micai_shape(input), rank, axis, shape);
    collapse(mica_type_shape(site->type), rank, axis, kept);
    const mica_type *flat = mica_tensor_type_get(element, shape, 4, NULL);
    if (length == MICA_DYNAMIC || shape[1] == MICA_DYNAMIC || shape[2] == MICA_DYNAMIC ||
        !is_staged(length) || !micai_onnx_can_reshape(mica_value_type(input), flat))
        return lower_dft_by_definition(site, &d);
    const transform f = {builder, length, d.inverse, d.inverse && d.onesided};
    mica_value *value = micai_onnx_reshape(builder, input, flat);
    value = with_element(builder, value, micai_num_wide(builder, element));
    value = f.to_reals ? whole_spectrum(builder, value, length)
                       : fit_length(builder, value, length);
    value = build_stages(&f, value);
    if (!value)
        return NULL;
    value = with_element(builder, fit_length(builder, value, kept[1]), element);
    return micai_onnx_reshape(builder, value, site->type);
}

// ---- STFT
// ------------------------------------------------------------------------------------

typedef struct stft {
    micai_onnx_site *site;
    mica_value *step, *length; ///< indices
    mica_value *const *at;
} stft;

/// Element `place` of frame `frame`, times the window's.
static mica_value *framed(const stft *s, mica_builder *builder, mica_value *batch,
                          mica_value *frame, mica_value *place, mica_value *part)
{
    mica_value *signal = micai_onnx_operand(s->site, 0);
    mica_value *window = micai_onnx_operand(s->site, 2);
    mica_value *start = micai_num_mul(builder, frame, s->step);
    mica_value *const from[] = {batch, micai_num_add(builder, start, place), part};
    mica_value *x = micai_onnx_extract(builder, signal, from, 3);
    return window ? micai_num_mul(builder, x, micai_num_at(builder, window, place)) : x;
}

static mica_value *frame_place(void *user, mica_builder *builder, mica_value *const *indices)
{
    return framed(user, builder, indices[0], indices[1], indices[2], indices[3]);
}

static void read_frame(void *user, mica_builder *builder, mica_value *place,
                       mica_value *parts[2])
{
    const stft *s = user;
    const int64_t count = micai_shape(micai_onnx_operand(s->site, 0))[2];
    for (int64_t part = 0; part < 2; ++part)
        parts[part] = part < count ? framed(s, builder, s->at[0], s->at[1], place,
                                            micai_onnx_index(builder, part))
                                   : micai_num_like(builder, parts[0], 0);
}

static mica_value *stft_place(void *user, mica_builder *builder, mica_value *const *indices)
{
    stft *s = user;
    definition by = {
        .read = read_frame, .user = s, .length = s->length, .frequency = indices[2]};
    s->at = indices;
    return sum_all(&by, builder, s->length, indices[3], mica_type_element(s->site->type));
}

/// All frames as one tensor, transformed at once.
static mica_value *transform_frames(stft *s, int64_t length, const micai_onnx_sizes *sizes)
{
    micai_onnx_site *site = s->site;
    mica_builder *builder = site->builder;
    const int64_t *result = mica_type_shape(site->type);
    const mica_type *element = mica_type_element(site->type);
    const int64_t parts = micai_shape(micai_onnx_operand(site, 0))[2];
    const int64_t shape[] = {result[0], result[1], length, parts};
    const int64_t rows = result[0] == MICA_DYNAMIC || result[1] == MICA_DYNAMIC
                             ? MICA_DYNAMIC
                             : result[0] * result[1];
    const int64_t flat[] = {rows, length, 1, parts};
    mica_value *frames = micai_onnx_by_index(
        builder, mica_tensor_type_get(element, shape, 4, NULL), sizes, frame_place, s);
    const transform f = {builder, length, false, false};
    mica_value *value =
        micai_onnx_reshape(builder, frames, mica_tensor_type_get(element, flat, 4, NULL));
    value = with_element(builder, value, micai_num_wide(builder, element));
    value = build_stages(&f, value);
    if (!value)
        return NULL;
    value = with_element(builder, fit_length(builder, value, result[2]), element);
    return micai_onnx_reshape(builder, value, site->type);
}

static mica_value *lower_stft(micai_onnx_site *site)
{
    mica_builder *builder = site->builder;
    mica_value *signal = micai_onnx_operand(site, 0), *given = micai_onnx_operand(site, 3);
    const int64_t *result = mica_type_shape(site->type);
    const int64_t length = mica_onnx_stft_length(&site->node);
    mica_value *one = micai_onnx_index(builder, 1);
    stft s = {.site = site};
    if (micai_shape(signal)[2] == MICA_DYNAMIC)
        return micai_onnx_refuse(site, "whether its signal is complex is not known");
    s.step = micai_onnx_to_index(builder, micai_num_only(builder, micai_onnx_operand(site, 1)),
                                 false);
    s.length = given ? micai_onnx_to_index(builder, micai_num_only(builder, given), false)
                     : micai_onnx_dim(builder, micai_onnx_operand(site, 2), 0);
    mica_value *room = micai_num_sub(builder, micai_onnx_dim(builder, signal, 1), s.length);
    mica_value *frames = micai_num_add(builder, micai_num_div(builder, room, s.step), one);
    mica_value *kept = s.length;
    if (mica_onnx_node_int(&site->node, "onesided") != 0)
        kept = micai_num_add(builder,
                             micai_num_div(builder, kept, micai_onnx_index(builder, 2)), one);
    micai_onnx_sizes sizes = {{micai_onnx_dim(builder, signal, 0), frames, kept}, {0}};
    const bool can_join = result[0] != MICA_DYNAMIC || result[1] != MICA_DYNAMIC;
    if (length != MICA_DYNAMIC && is_staged(length) && can_join)
        return transform_frames(&s, length, &sizes);
    return micai_onnx_by_index(builder, site->type, &sizes, stft_place, &s);
}

const micai_onnx_rule micai_onnx_fourier_rules[] = {
    {"onnx.DFT", lower_dft, NULL},
    {"onnx.STFT", lower_stft, NULL},
    {NULL, NULL, NULL},
};
