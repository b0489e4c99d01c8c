// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// AffineGrid, GridSample, and the interpolation that DeformConv shares.
//
// A grid says for each place of the result where in X to look, from -1 to 1 along each spatial
// dimension, x (the last dimension) first. Sampling has two steps, so that channels share the
// first one:
//
//   %places = [N, out..., dims]      the grid in elements of X, brought inside by the padding
//   %y      = [N, C, out...]         a weighted sum over the taps around the place:
//                                    1 (nearest), 2 (linear) or 4 (cubic) along each dimension
//
// Taps outside of X are 0, or brought inside by the padding's rule. NaN never becomes a place.
#include "transforms/convert/convert_onnx_to_linalg_grid.h"
#include "transforms/convert/convert_onnx_to_linalg_scalars.h"

// ---- AffineGrid
// ------------------------------------------------------------------------------

/// The coordinate of place i of n: from -1 to 1 at the corners' middles (align_corners; 0 when
/// there is one), or at their edges: (2 i + 1) / n - 1.
static mica_value *coordinate(mica_builder *builder, mica_value *i, mica_value *n, bool corners,
                              const mica_type *type)
{
    mica_value *place = micai_num_to_float(builder, i, type);
    mica_value *size = micai_num_to_float(builder, n, type);
    mica_value *one = micai_num_like(builder, size, 1), *two = micai_num_like(builder, size, 2);
    place = micai_num_mul(builder, place, two);
    if (!corners)
        return micai_num_sub(
            builder, micai_num_div(builder, micai_num_add(builder, place, one), size), one);
    mica_value *steps = micai_num_sub(builder, size, one);
    mica_value *at = micai_num_sub(builder, micai_num_div(builder, place, steps), one);
    return micai_num_or_zero(builder, micai_num_less(builder, one, size), at);
}

typedef struct affine_grid {
    micai_onnx_site *site;
    mica_value *sizes[MICA_ONNX_MAX_RANK]; ///< of the result's spatial dimensions, indices
} affine_grid;

static mica_value *affine_place(void *user, mica_builder *builder, mica_value *const *indices)
{
    const affine_grid *grid = user;
    mica_value *theta = micai_onnx_operand(grid->site, 0);
    const size_t dims = mica_type_rank(grid->site->type) - 2;
    const bool corners = mica_onnx_node_int(&grid->site->node, "align_corners") != 0;
    const mica_type *type = micai_num_wide(builder, micai_element(theta));
    mica_value *sum = NULL;
    for (size_t i = 0; i <= dims; ++i) {
        mica_value *const at[] = {indices[0], indices[dims + 1],
                                  micai_onnx_index(builder, (int64_t)i)};
        mica_value *factor =
            micai_num_widen(builder, micai_onnx_extract(builder, theta, at, 3));
        if (i < dims)
            factor = micai_num_mul(builder, factor,
                                   coordinate(builder, indices[dims - i],
                                              grid->sizes[dims - 1 - i], corners, type));
        sum = sum ? micai_num_add(builder, sum, factor) : factor;
    }
    return micai_onnx_convert(builder, sum, micai_element(theta), false, false);
}

static mica_value *lower_affine_grid(micai_onnx_site *site)
{
    mica_builder *builder = site->builder;
    affine_grid grid = {.site = site};
    const size_t rank = mica_type_rank(site->type);
    micai_onnx_sizes sizes = {{micai_onnx_operand(site, 0)}, {0}};
    for (size_t i = 1; i + 1 < rank; ++i) {
        const int64_t size = mica_type_shape(site->type)[i];
        grid.sizes[i - 1] = size == MICA_DYNAMIC
                                ? micai_num_index_at(builder, micai_onnx_operand(site, 1),
                                                     micai_onnx_index(builder, (int64_t)i + 1))
                                : micai_onnx_index(builder, size);
        sizes.values[i] = grid.sizes[i - 1];
    }
    return micai_onnx_by_index(builder, site->type, &sizes, affine_place, &grid);
}

// ---- places
// ----------------------------------------------------------------------------------

typedef struct sampling {
    micai_onnx_site *site;
    const mica_type *wide; ///< of coordinates
    mica_value *places;    ///< of the first step
    char mode, padding;    ///< 'l'inear, 'n'earest, 'c'ubic; 'z'eros, 'b'order, 'r'eflection
    bool corners;
} sampling;

/// Sizes and borders of a dimension of X as floats: between `low` and `low` + `range` elements
/// are reflected.
typedef struct borders {
    mica_value *size, *last, *low, *range;
} borders;

static borders borders_of(const sampling *s, mica_builder *builder, size_t dim,
                          const mica_type *type)
{
    borders b;
    mica_value *x = micai_onnx_operand(s->site, 0);
    b.size = micai_num_to_float(builder, micai_onnx_dim(builder, x, dim + 2), type);
    b.last = micai_num_sub(builder, b.size, micai_num_like(builder, b.size, 1));
    b.low = micai_num_like(builder, b.size, s->corners ? 0 : -0.5);
    b.range = s->corners ? b.last : b.size;
    return b;
}

/// Back and forth between the borders: d = |v - low| is d mod range behind the lower border
/// after an even number of turns, before the upper one after an odd one.
static mica_value *reflect(mica_builder *builder, const borders *b, mica_value *v)
{
    mica_value *distance =
        micai_num_math(builder, "math.absf", micai_num_sub(builder, v, b->low));
    mica_value *turns =
        micai_num_math(builder, "math.floor", micai_num_div(builder, distance, b->range));
    mica_value *rest =
        micai_num_sub(builder, distance, micai_num_mul(builder, turns, b->range));
    mica_value *half = micai_num_mul(builder, turns, micai_num_like(builder, turns, 0.5));
    mica_value *is_even =
        micai_num_equal(builder, half, micai_num_math(builder, "math.floor", half));
    rest = micai_onnx_select(builder, is_even, rest, micai_num_sub(builder, b->range, rest));
    return micai_num_add(builder, b->low, rest);
}

/// A coordinate that lies beyond the borders, brought inside.
static mica_value *bring_inside(const sampling *s, mica_builder *builder, const borders *b,
                                mica_value *v)
{
    mica_value *zero = micai_num_like(builder, v, 0);
    if (s->padding == 'z')
        return v;
    mica_value *is_low = micai_num_less(builder, v, b->low);
    mica_value *is_high = micai_num_less(builder, micai_num_add(builder, b->low, b->range), v);
    mica_value *inside =
        s->padding == 'b' ? micai_num_clamp(builder, v, zero, b->last) : reflect(builder, b, v);
    return micai_onnx_select(builder, micai_num_or(builder, is_low, is_high), inside, v);
}

/// (g + 1) / 2 * (size - 1) with corners aligned, else ((g + 1) * size - 1) / 2.
static mica_value *sample_place(void *user, mica_builder *builder, mica_value *const *indices)
{
    const sampling *s = user;
    mica_value *grid = micai_onnx_operand(s->site, 1), *x = micai_onnx_operand(s->site, 0);
    const size_t rank = micai_rank(x), dims = rank - 2;
    const mica_type *type = s->wide;
    mica_value *value = NULL;
    mica_value *g = micai_onnx_convert(
        builder, micai_onnx_extract(builder, grid, indices, rank), type, false, false);
    g = micai_num_add(builder, g, micai_num_like(builder, g, 1));
    // The sizes differ from one coordinate to the next: x belongs to the last dimension.
    for (size_t i = 0; i < dims; ++i) {
        const borders b = borders_of(s, builder, dims - 1 - i, type);
        mica_value *half = micai_num_like(builder, g, 0.5);
        mica_value *v =
            s->corners ? micai_num_mul(builder, micai_num_mul(builder, g, half), b.last)
                       : micai_num_mul(builder,
                                       micai_num_sub(builder, micai_num_mul(builder, g, b.size),
                                                     micai_num_like(builder, g, 1)),
                                       half);
        if (s->mode == 'n')
            v = micai_num_math(builder, "math.roundeven", v);
        v = bring_inside(s, builder, &b, v);
        mica_value *is_own =
            micai_num_equal(builder, indices[rank - 1], micai_onnx_index(builder, (int64_t)i));
        value = value ? micai_onnx_select(builder, is_own, v, value) : v;
    }
    return value;
}

// ---- taps
// ------------------------------------------------------------------------------------

/// One of the elements that a dimension contributes.
typedef struct tap {
    mica_value *place, *weight, *is_inside; ///< weight: NULL is 1; is_inside: NULL is true
} tap;

/// The weights of the four taps of a cubic at t behind the second one, with slope -0.75.
static void cubic_weights(mica_builder *builder, mica_value *t, mica_value **weights)
{
    const double a = -0.75;
    mica_value *one = micai_num_like(builder, t, 1), *back = micai_num_sub(builder, one, t);
    mica_value *const near[] = {t, back};
    for (int i = 0; i < 2; ++i) {
        // d <= 1: ((a + 2) d - (a + 3)) d^2 + 1;  d + 1: ((a d' - 5a) d' + 8a) d' - 4a
        mica_value *d = near[i], *far = micai_num_add(builder, d, one);
        mica_value *inner =
            micai_num_sub(builder, micai_num_mul(builder, d, micai_num_like(builder, d, a + 2)),
                          micai_num_like(builder, d, a + 3));
        inner = micai_num_mul(builder, micai_num_mul(builder, inner, d), d);
        mica_value *outer =
            micai_num_sub(builder, micai_num_mul(builder, far, micai_num_like(builder, d, a)),
                          micai_num_like(builder, d, 5 * a));
        outer = micai_num_add(builder, micai_num_mul(builder, outer, far),
                              micai_num_like(builder, d, 8 * a));
        outer = micai_num_sub(builder, micai_num_mul(builder, outer, far),
                              micai_num_like(builder, d, 4 * a));
        weights[i ? 2 : 1] = micai_num_add(builder, inner, one);
        weights[i ? 3 : 0] = outer;
    }
}

/// The taps of a dimension around v; returns how many.
static size_t make_taps(const sampling *s, mica_builder *builder, const borders *b,
                        mica_value *v, tap *taps)
{
    const size_t count = s->mode == 'n' ? 1 : s->mode == 'l' ? 2 : 4;
    mica_value *zero = micai_num_like(builder, v, 0), *weights[4] = {NULL};
    mica_value *base = s->mode == 'n' ? v : micai_num_math(builder, "math.floor", v);
    mica_value *t = micai_num_sub(builder, v, base);
    if (s->mode == 'l') {
        weights[0] = micai_num_sub(builder, micai_num_like(builder, t, 1), t);
        weights[1] = t;
    } else if (s->mode == 'c') {
        cubic_weights(builder, t, weights);
    }
    for (size_t i = 0; i < count; ++i) {
        const double offset = (double)i - (count == 4);
        mica_value *at = micai_num_add(builder, base, micai_num_like(builder, base, offset));
        taps[i] = (tap){.weight = weights[i]};
        if (s->padding == 'z')
            taps[i].is_inside = micai_num_within(builder, at, zero, b->size);
        else if (s->padding == 'r')
            at = bring_inside(s, builder, b, at);
        taps[i].place =
            micai_num_to_index(builder, micai_num_clamp(builder, at, zero, b->last));
    }
    return count;
}

/// What the nest of taps is made of.
typedef struct nest {
    mica_value *data;
    size_t rank, counts[MICA_ONNX_MAX_RANK];
    tap taps[MICA_ONNX_MAX_RANK][4];
    mica_value *from[MICA_ONNX_MAX_RANK];
} nest;

/// The weighted sum over the taps of dimensions from `dim` on; the caller has set `from` for
/// those before. The depth is that of X's rank, which is limited.
static mica_value *sum_taps(nest *n, mica_builder *builder, size_t dim, mica_value *is_inside)
{
    if (dim == n->rank) {
        mica_value *x =
            micai_num_widen(builder, micai_onnx_extract(builder, n->data, n->from, n->rank));
        return is_inside ? micai_num_or_zero(builder, is_inside, x) : x;
    }
    mica_value *sum = NULL;
    for (size_t i = 0; i < n->counts[dim]; ++i) {
        const tap *own = &n->taps[dim][i];
        mica_value *inside =
            own->is_inside ? micai_num_and(builder, is_inside, own->is_inside) : is_inside;
        n->from[dim] = own->place;
        mica_value *x = sum_taps(n, builder, dim + 1, inside);
        if (own->weight)
            x = micai_num_mul(builder, x, own->weight);
        sum = sum ? micai_num_add(builder, sum, x) : x;
    }
    return sum;
}

static mica_value *sampled_place(void *user, mica_builder *builder, mica_value *const *indices)
{
    const sampling *s = user;
    nest n = {.data = micai_onnx_operand(s->site, 0)};
    mica_value *at[MICA_ONNX_MAX_RANK];
    n.rank = micai_rank(n.data);
    at[0] = n.from[0] = indices[0];
    n.from[1] = indices[1];
    for (size_t i = 2; i < n.rank; ++i)
        at[i - 1] = indices[i];
    for (size_t i = 2; i < n.rank; ++i) {
        at[n.rank - 1] = micai_onnx_index(builder, (int64_t)(n.rank - 1 - i));
        mica_value *v = micai_onnx_extract(builder, s->places, at, n.rank);
        const borders b = borders_of(s, builder, i - 2, mica_value_type(v));
        n.counts[i] = make_taps(s, builder, &b, v, n.taps[i]);
    }
    mica_value *sum = sum_taps(&n, builder, 2, NULL);
    return micai_onnx_convert(builder, sum, micai_element(n.data), false, false);
}

static mica_value *lower_grid_sample(micai_onnx_site *site)
{
    mica_value *x = micai_onnx_operand(site, 0), *grid = micai_onnx_operand(site, 1);
    const size_t rank = micai_rank(x);
    sampling s = {.site = site,
                  .mode = mica_onnx_node_string(&site->node, "mode").data[0],
                  .padding = mica_onnx_node_string(&site->node, "padding_mode").data[0],
                  .corners = mica_onnx_node_int(&site->node, "align_corners") != 0};
    if (rank - 2 > (s.mode == 'c' ? 3 : 5))
        return micai_onnx_refuse(site, "an element would have too many taps");
    for (size_t i = 2; i < rank; ++i)
        if (micai_shape(x)[i] == 0)
            return micai_onnx_refuse(site, "'X' is empty");
    micai_onnx_sizes sizes;
    micai_onnx_sizes_like(&sizes, grid);
    s.wide = micai_num_wide(site->builder, micai_element(x));
    s.places = micai_onnx_by_index(site->builder,
                                   mica_type_with_element(mica_value_type(grid), s.wide),
                                   &sizes, sample_place, &s);
    sizes.values[1] = x;
    sizes.dims[1] = 1;
    for (size_t i = 2; i < rank; ++i) {
        sizes.values[i] = grid;
        sizes.dims[i] = i - 1;
    }
    return micai_onnx_by_index(site->builder, site->type, &sizes, sampled_place, &s);
}

// ---- for others
// ------------------------------------------------------------------------------

mica_value *micai_onnx_bilinear(mica_builder *builder, mica_value *data,
                                mica_value *const *leading, mica_value *const *places)
{
    nest n = {.data = data, .rank = 4, .from = {leading[0], leading[1]}};
    const sampling s = {.mode = 'l', .padding = 'z'};
    for (size_t i = 0; i < 2; ++i) {
        borders b;
        const mica_type *type = mica_value_type(places[i]);
        b.size = micai_num_to_float(builder, micai_onnx_dim(builder, data, i + 2), type);
        b.last = micai_num_sub(builder, b.size, micai_num_like(builder, b.size, 1));
        n.counts[i + 2] = make_taps(&s, builder, &b, places[i], n.taps[i + 2]);
    }
    return sum_taps(&n, builder, 2, NULL);
}

const micai_onnx_rule micai_onnx_grid_rules[] = {
    {"onnx.AffineGrid", lower_affine_grid, NULL},
    {"onnx.GridSample", lower_grid_sample, NULL},
    {NULL, NULL, NULL},
};
