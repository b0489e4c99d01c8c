// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Windows and mel filters: tensors whose elements follow from their places. A window whose size
// is known is a constant; one whose size comes at run time is computed then. All is computed in
// f64, since a mel filter's edges are rounded to whole places.
#include "transforms/convert/convert_onnx_to_linalg_scalars.h"

#include <math.h>
#include <stdlib.h>

static const double pi = 3.14159265358979323846;

// ---- windows
// ---------------------------------------------------------------------------------

/// a[0] - a[1] cos(2 pi n / N) + a[2] cos(4 pi n / N)
typedef struct window_row {
    double a[3];
} window_row;

static const window_row row_blackman = {{0.42, 0.5, 0.08}},
                        row_hamming = {{25.0 / 46.0, 21.0 / 46.0, 0}},
                        row_hann = {{0.5, 0.5, 0}};

/// N: the size, or with the last element equal to the first one less.
static int64_t period_of(const micai_onnx_site *site, int64_t size)
{
    return size - (mica_onnx_node_int(&site->node, "periodic") == 0);
}

static mica_value *constant_window(micai_onnx_site *site, int64_t size)
{
    const window_row *row = site->row;
    const double step = 2 * pi / (double)period_of(site, size);
    double *values = mica_malloc(((size_t)size + 1) * sizeof *values);
    if (!values)
        return NULL;
    for (int64_t i = 0; i < size; ++i)
        values[i] = row->a[0] - row->a[1] * cos(step * (double)i) +
                    row->a[2] * cos(2 * step * (double)i);
    mica_value *window =
        micai_constant_floats(site->builder, mica_type_element(site->type), values, &size, 1);
    mica_free(values);
    return window;
}

static mica_value *window_place(void *user, mica_builder *builder, mica_value *const *indices)
{
    const micai_onnx_site *site = user;
    const window_row *row = site->row;
    const mica_type *f64 = micai_f64(builder);
    mica_value *size =
        micai_onnx_convert(builder, micai_num_only(builder, micai_onnx_operand(site, 0)), f64,
                           site->is_unsigned, false);
    mica_value *period =
        micai_num_add(builder, size, micai_num_like(builder, size, (double)period_of(site, 0)));
    mica_value *place = micai_num_to_float(builder, indices[0], f64);
    mica_value *angle = micai_num_div(
        builder, micai_num_mul(builder, place, micai_num_like(builder, place, 2 * pi)), period);
    mica_value *sum = micai_num_like(builder, place, row->a[0]);
    for (int k = 1; k < 3 && row->a[k] != 0; ++k) {
        mica_value *turns = micai_num_mul(builder, angle, micai_num_like(builder, angle, k));
        mica_value *cosine = micai_num_math(builder, "math.cos", turns);
        const double factor = k == 1 ? -row->a[k] : row->a[k];
        sum = micai_num_add(
            builder, sum,
            micai_num_mul(builder, cosine, micai_num_like(builder, cosine, factor)));
    }
    return micai_onnx_convert(builder, sum, mica_type_element(site->type), false, false);
}

static mica_value *lower_signal_window(micai_onnx_site *site)
{
    int64_t size;
    const mica_type *element = mica_type_element(site->type);
    if (mica_onnx_constant_int(micai_onnx_operand(site, 0), &size) &&
        mica_type_is_float(element))
        return constant_window(site, size);
    const micai_onnx_sizes sizes = {
        {micai_onnx_to_index(site->builder,
                             micai_num_only(site->builder, micai_onnx_operand(site, 0)),
                             site->is_unsigned)},
        {0}};
    return micai_onnx_by_index(site->builder, site->type, &sizes, window_place, site);
}

// ---- MelWeightMatrix
// -------------------------------------------------------------------------

enum { BINS, LENGTH, RATE, LOWEST, HIGHEST };

typedef struct mel {
    micai_onnx_site *site;
    mica_value *edges; ///< of the filters, places in the spectrum as f64
} mel;

static mica_value *scalar(const micai_onnx_site *site, mica_builder *builder, size_t index)
{
    mica_value *x = micai_num_only(builder, micai_onnx_operand(site, index));
    return micai_onnx_convert(builder, x, micai_f64(builder),
                              micai_onnx_is_unsigned(site, index), false);
}

/// 2595 log10(1 + f / 700)
static mica_value *to_mel(mica_builder *builder, mica_value *hertz)
{
    mica_value *ratio = micai_num_div(builder, hertz, micai_num_like(builder, hertz, 700));
    mica_value *log =
        micai_num_math(builder, "math.log10",
                       micai_num_add(builder, ratio, micai_num_like(builder, ratio, 1)));
    return micai_num_mul(builder, log, micai_num_like(builder, log, 2595));
}

/// floor((length + 1) * hertz / rate) of edge i, at lowest + i * (highest - lowest) / (bins +
/// 2) mel.
static mica_value *edge_place(void *user, mica_builder *builder, mica_value *const *indices)
{
    const micai_onnx_site *site = user;
    mica_value *lowest = to_mel(builder, scalar(site, builder, LOWEST));
    mica_value *highest = to_mel(builder, scalar(site, builder, HIGHEST));
    mica_value *bins = scalar(site, builder, BINS), *length = scalar(site, builder, LENGTH);
    mica_value *count = micai_num_add(builder, bins, micai_num_like(builder, bins, 2));
    mica_value *step = micai_num_div(builder, micai_num_sub(builder, highest, lowest), count);
    mica_value *place = micai_num_to_float(builder, indices[0], micai_f64(builder));
    mica_value *at = micai_num_add(builder, lowest, micai_num_mul(builder, place, step));
    mica_value *const powers[] = {
        micai_num_like(builder, at, 10),
        micai_num_div(builder, at, micai_num_like(builder, at, 2595))};
    mica_value *power = micai_onnx_emit(builder, "math.powf", powers, 2, mica_value_type(at));
    mica_value *hertz =
        micai_num_mul(builder, micai_num_sub(builder, power, micai_num_like(builder, power, 1)),
                      micai_num_like(builder, power, 700));
    mica_value *next = micai_num_add(builder, length, micai_num_like(builder, length, 1));
    return micai_num_math(builder, "math.floor",
                          micai_num_div(builder, micai_num_mul(builder, next, hertz),
                                        scalar(site, builder, RATE)));
}

/// The filter rises from its lower edge to 1 at its centre and falls to 0 at its upper edge.
static mica_value *filter_place(void *user, mica_builder *builder, mica_value *const *indices)
{
    const mel *m = user;
    mica_value *edges[3];
    for (int i = 0; i < 3; ++i)
        edges[i] =
            micai_num_at(builder, m->edges,
                         micai_num_add(builder, indices[1], micai_onnx_index(builder, i)));
    mica_value *place = micai_num_to_float(builder, indices[0], micai_f64(builder));
    mica_value *one = micai_num_like(builder, place, 1);
    mica_value *rise = micai_num_sub(builder, edges[1], edges[0]);
    mica_value *fall = micai_num_sub(builder, edges[2], edges[1]);
    mica_value *rising = micai_num_div(builder, micai_num_sub(builder, place, edges[0]), rise);
    mica_value *falling = micai_num_div(builder, micai_num_sub(builder, edges[2], place), fall);
    mica_value *is_rising = micai_num_within(builder, place, edges[0], edges[1]);
    mica_value *is_falling = micai_num_within(builder, place, edges[1], edges[2]);
    mica_value *is_centre = micai_num_equal(builder, place, edges[1]);
    mica_value *value = micai_num_or_zero(builder, is_falling, falling);
    value = micai_onnx_select(builder, is_rising, rising, value);
    value = micai_onnx_select(builder, is_centre, one, value);
    return micai_onnx_convert(builder, value, mica_type_element(m->site->type), false, false);
}

/// The edges of all filters first, since each costs a power.
static mica_value *lower_mel_weight_matrix(micai_onnx_site *site)
{
    mica_builder *builder = site->builder;
    const int64_t bins = mica_type_shape(site->type)[1];
    const int64_t count = bins == MICA_DYNAMIC ? MICA_DYNAMIC : bins + 2;
    mica_value *scalars[2];
    for (size_t i = 0; i < 2; ++i)
        scalars[i] =
            micai_onnx_to_index(builder, micai_num_only(builder, micai_onnx_operand(site, i)),
                                micai_onnx_is_unsigned(site, i));
    const micai_onnx_sizes edge_sizes = {
        {micai_num_add(builder, scalars[BINS], micai_onnx_index(builder, 2))}, {0}};
    mica_value *half = micai_num_div(builder, scalars[LENGTH], micai_onnx_index(builder, 2));
    const micai_onnx_sizes sizes = {
        {micai_num_add(builder, half, micai_onnx_index(builder, 1)), scalars[BINS]}, {0}};
    mel m = {.site = site};
    m.edges =
        micai_onnx_by_index(builder, mica_tensor_type_get(micai_f64(builder), &count, 1, NULL),
                            &edge_sizes, edge_place, site);
    return micai_onnx_by_index(builder, site->type, &sizes, filter_place, &m);
}

const micai_onnx_rule micai_onnx_signal_rules[] = {
    {"onnx.BlackmanWindow", lower_signal_window, &row_blackman},
    {"onnx.HammingWindow", lower_signal_window, &row_hamming},
    {"onnx.HannWindow", lower_signal_window, &row_hann},
    {"onnx.MelWeightMatrix", lower_mel_weight_matrix, NULL},
    {NULL, NULL, NULL},
};
