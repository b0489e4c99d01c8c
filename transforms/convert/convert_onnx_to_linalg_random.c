// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Random numbers from a counter: number i of a node is Philox2x32-10 (Salmon et al., 2011) of
// the counter (i, stream) under the key of the node's seed, in ops of arith. No state goes from
// element to element, so that loops stay parallel and every run gives the same numbers.
//
//   ten times:  high:low = 0xD256D193 * c0;  c0, c1 = high ^ key ^ c1, low;  key += 0x9E3779B9
//
// A uniform f32 is the upper 24 bits of c0 over 2^24, an f64 53 bits of both words; a normal
// one is made of both by Box and Muller. f16 and bf16 are rounded from f32.
#include "transforms/convert/convert_onnx_to_linalg_scalars.h"

#include "ir/core/context.h"

#include <string.h>

static const double pi = 3.14159265358979323846;

// ---- the generator
// ---------------------------------------------------------------------------

static mica_value *word(mica_builder *builder, uint32_t value)
{
    return micai_onnx_constant_op(
        builder, mica_integer_attr_get(micai_i32(builder), (int64_t)(int32_t)value));
}

static mica_value *exclusive_or(mica_builder *builder, mica_value *a, mica_value *b)
{
    return micai_onnx_index_op(builder, "arith.xori", a, b);
}

static mica_value *shift_right(mica_builder *builder, mica_value *a, int amount)
{
    return micai_onnx_index_op(builder, "arith.shrui", a, micai_num_like(builder, a, amount));
}

/// The key: the bits of the seed, or a number that stands for none.
static uint32_t key_of(const micai_onnx_site *site)
{
    const mica_attr *seed = mica_onnx_node_attr(&site->node, "seed");
    if (!seed)
        return 0x6D696361u;
    if (mica_attr_is(seed, MICA_ATTR_INTEGER)) {
        const uint64_t value = (uint64_t)mica_integer_attr_value(seed);
        return (uint32_t)(value ^ value >> 32);
    }
    const float value = (float)mica_float_attr_value(seed);
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

/// The two words of element `number` (an index) of the node.
static void draw(const micai_onnx_site *site, mica_builder *builder, mica_value *number,
                 mica_value *words[2])
{
    const mica_type *i32 = micai_i32(builder), *i64 = micai_i64(builder);
    const uint32_t stream = (uint32_t)mica_onnx_node_int(&site->node, "stream");
    uint32_t key = key_of(site);
    mica_value *wide = micai_onnx_emit(builder, "arith.index_cast", &number, 1, i64);
    mica_value *upper = shift_right(builder, wide, 32);
    mica_value *factor = micai_onnx_number(builder, i64, (double)0xD256D193u);
    words[0] = micai_onnx_emit(builder, "arith.trunci", &wide, 1, i32);
    words[1] = exclusive_or(builder, micai_onnx_emit(builder, "arith.trunci", &upper, 1, i32),
                            word(builder, stream));
    for (int round = 0; round < 10; ++round, key += 0x9E3779B9u) {
        mica_value *c0 = micai_onnx_emit(builder, "arith.extui", &words[0], 1, i64);
        mica_value *product = micai_num_mul(builder, c0, factor);
        mica_value *high = shift_right(builder, product, 32);
        high = micai_onnx_emit(builder, "arith.trunci", &high, 1, i32);
        words[0] =
            exclusive_or(builder, exclusive_or(builder, high, word(builder, key)), words[1]);
        words[1] = micai_onnx_emit(builder, "arith.trunci", &product, 1, i32);
    }
}

/// The number of a place in a tensor of these sizes, row-major.
static mica_value *number_of(const micai_onnx_site *site, mica_builder *builder,
                             mica_value *const *indices, mica_value *const *sizes)
{
    mica_value *number = micai_onnx_index(builder, 0);
    for (size_t i = 0; i < mica_type_rank(site->type); ++i)
        number = micai_num_add(builder, micai_num_mul(builder, number, sizes[i]), indices[i]);
    return number;
}

// ---- distributions
// ---------------------------------------------------------------------------

/// `bits` bits of a word over 2^bits: from 0 to below 1.
static mica_value *fraction(mica_builder *builder, mica_value *bits, int count,
                            const mica_type *type)
{
    mica_value *x = micai_onnx_convert(builder, bits, type, true, false);
    return micai_num_mul(builder, x,
                         micai_num_like(builder, x, 1 / (double)((uint64_t)1 << count)));
}

static mica_value *uniform(mica_builder *builder, mica_value *const words[2],
                           const mica_type *type)
{
    const mica_type *i64 = micai_i64(builder);
    if (type != micai_f64(builder))
        return fraction(builder, shift_right(builder, words[0], 8), 24, type);
    mica_value *high = micai_onnx_emit(builder, "arith.extui", &words[0], 1, i64);
    mica_value *low = micai_onnx_emit(builder, "arith.extui", &words[1], 1, i64);
    high = micai_onnx_index_op(builder, "arith.shli", high, micai_num_like(builder, high, 21));
    return fraction(builder, exclusive_or(builder, high, shift_right(builder, low, 11)), 53,
                    type);
}

/// sqrt(-2 log u) cos(2 pi v) with u in (0, 1]
static mica_value *normal(mica_builder *builder, mica_value *const words[2],
                          const mica_type *type)
{
    const bool is_wide = type == micai_f64(builder);
    const int bits = is_wide ? 32 : 24;
    mica_value *parts[2];
    for (int i = 0; i < 2; ++i) {
        mica_value *x = words[i];
        if (is_wide)
            x = micai_onnx_emit(builder, "arith.extui", &x, 1, micai_i64(builder));
        else
            x = shift_right(builder, x, 8);
        parts[i] = fraction(builder, x, bits, type);
    }
    mica_value *u = micai_num_sub(builder, micai_num_like(builder, parts[0], 1), parts[0]);
    mica_value *square = micai_num_mul(builder, micai_num_math(builder, "math.log", u),
                                       micai_num_like(builder, u, -2));
    mica_value *angle =
        micai_num_mul(builder, parts[1], micai_num_like(builder, parts[1], 2 * pi));
    return micai_num_mul(builder, micai_num_math(builder, "math.sqrt", square),
                         micai_num_math(builder, "math.cos", angle));
}

// ---- nodes
// -----------------------------------------------------------------------------------

typedef struct drawing {
    micai_onnx_site *site;
    mica_value *sizes[MICA_ONNX_MAX_RANK]; ///< of the result
    mica_value *const *at;
    mica_value *data, *other; ///< what else the node reads
    mica_value *words[2];
} drawing;

/// The words of the result's element at a place.
static void draw_at(drawing *d, mica_builder *builder, mica_value *const *indices)
{
    d->at = indices;
    draw(d->site, builder, number_of(d->site, builder, indices, d->sizes), d->words);
}

/// Sizes of the result, like those of `like` where they are not known.
static void begin_drawing(drawing *d, micai_onnx_site *site, mica_value *like,
                          micai_onnx_sizes *sizes)
{
    *d = (drawing){.site = site, .data = like};
    if (like)
        micai_onnx_sizes_like(sizes, like);
    for (size_t i = 0; i < mica_type_rank(site->type); ++i) {
        const int64_t size = mica_type_shape(site->type)[i];
        d->sizes[i] = size == MICA_DYNAMIC ? micai_onnx_dim(site->builder, like, i)
                                           : micai_onnx_index(site->builder, size);
    }
}

/// low + u * (high - low), or mean + z * scale.
static mica_value *number_place(void *user, mica_builder *builder, mica_value *const *indices)
{
    drawing *d = user;
    const mica_op_state *node = &d->site->node;
    const mica_type *element = mica_type_element(d->site->type);
    const mica_type *type = micai_num_wide(builder, element);
    const bool is_normal = d->site->row != NULL;
    const double start = mica_onnx_node_float(node, is_normal ? "mean" : "low");
    const double factor = is_normal ? mica_onnx_node_float(node, "scale")
                                    : mica_onnx_node_float(node, "high") - start;
    draw_at(d, builder, indices);
    mica_value *x =
        is_normal ? normal(builder, d->words, type) : uniform(builder, d->words, type);
    x = micai_num_mul(builder, x, micai_num_like(builder, x, factor));
    x = micai_num_add(builder, x, micai_num_like(builder, x, start));
    return micai_onnx_convert(builder, x, element, false, false);
}

static mica_value *lower_numbers(micai_onnx_site *site)
{
    drawing d;
    micai_onnx_sizes sizes;
    begin_drawing(&d, site, micai_onnx_operand(site, 0), &sizes);
    return micai_onnx_by_index(site->builder, site->type, &sizes, number_place, &d);
}

static mica_value *bernoulli_place(void *user, mica_builder *builder,
                                   mica_value *const *indices)
{
    drawing *d = user;
    const mica_type *element = mica_type_element(d->site->type);
    draw_at(d, builder, indices);
    mica_value *p = micai_num_widen(
        builder, micai_onnx_extract(builder, d->data, indices, micai_rank(d->data)));
    mica_value *u = uniform(builder, d->words, mica_value_type(p));
    return micai_onnx_convert(builder, micai_num_less(builder, u, p), element, false, false);
}

static mica_value *lower_bernoulli(micai_onnx_site *site)
{
    drawing d;
    micai_onnx_sizes sizes;
    begin_drawing(&d, site, micai_onnx_operand(site, 0), &sizes);
    return micai_onnx_by_index(site->builder, site->type, &sizes, bernoulli_place, &d);
}

// ---- Dropout
// ---------------------------------------------------------------------------------

/// An element stays when u >= ratio.
static mica_value *stays_place(void *user, mica_builder *builder, mica_value *const *indices)
{
    drawing *d = user;
    draw_at(d, builder, indices);
    mica_value *u = uniform(builder, d->words, mica_value_type(d->other));
    return micai_num_less_equal(builder, d->other, u);
}

/// x / (1 - ratio) of what stays, else 0.
static mica_value *dropped_element(void *user, mica_builder *builder,
                                   mica_value *const *elements)
{
    mica_value *ratio = user, *x = micai_num_widen(builder, elements[0]);
    ratio = micai_onnx_convert(builder, ratio, mica_value_type(x), false, false);
    mica_value *kept = micai_num_sub(builder, micai_num_like(builder, ratio, 1), ratio);
    mica_value *scaled = micai_num_div(builder, x, kept);
    return micai_onnx_convert(builder, micai_num_or_zero(builder, elements[1], scaled),
                              mica_value_type(elements[0]), false, false);
}

/// The share that is dropped: 0 outside of training, which may be known at run time only.
static mica_value *dropped_share(micai_onnx_site *site)
{
    mica_builder *builder = site->builder;
    mica_value *ratio = micai_onnx_operand(site, 1), *training = micai_onnx_operand(site, 2);
    mica_value *share = ratio ? micai_num_widen(builder, micai_num_only(builder, ratio))
                              : micai_onnx_number(builder, micai_f32(builder), 0.5);
    if (!mica_onnx_constant(training))
        share = micai_num_or_zero(builder, micai_num_only(builder, training), share);
    return share;
}

static mica_value *lower_dropout(micai_onnx_site *site)
{
    mica_builder *builder = site->builder;
    mica_value *data = micai_onnx_operand(site, 0), *training = micai_onnx_operand(site, 2);
    int64_t is_training = 0;
    drawing d;
    micai_onnx_sizes sizes;
    begin_drawing(&d, site, data, &sizes);
    const mica_type *i1 = mica_integer_type_get(builder->context, 1, MICA_SIGNLESS);
    const mica_type *mask_type = mica_type_with_element(site->type, i1);
    if (!training || (mica_onnx_constant_int(training, &is_training) && !is_training)) {
        if (site->result_count > 1)
            site->results[1] =
                micai_onnx_filled(builder, mask_type, &sizes, mica_integer_attr_get(i1, 1));
        return data;
    }
    d.other = dropped_share(site);
    mica_value *mask = micai_onnx_by_index(builder, mask_type, &sizes, stays_place, &d);
    if (site->result_count > 1)
        site->results[1] = mask;
    mica_value *const inputs[] = {data, mask};
    return micai_onnx_pointwise(builder, site->type, inputs, 2, dropped_element, d.other);
}

// ---- Multinomial
// -----------------------------------------------------------------------------

/// exp(x - greatest) of each row, so that no sum overflows.
static mica_value *power_place(void *user, mica_builder *builder, mica_value *const *indices)
{
    const drawing *d = user;
    mica_value *x = micai_num_widen(builder, micai_onnx_extract(builder, d->data, indices, 2));
    mica_value *greatest =
        micai_num_widen(builder, micai_onnx_extract(builder, d->other, indices, 1));
    return micai_num_math(builder, "math.exp", micai_num_sub(builder, x, greatest));
}

/// One draw: the classes are passed one after the other until their shares exceed a limit.
typedef struct search {
    const drawing *d;
    mica_value *row, *limit;
} search;

/// carried: the sum so far, how many classes are passed
static void pass_class(void *user, mica_builder *builder, mica_value *index,
                       mica_value **carried)
{
    const search *by = user;
    mica_value *const at[] = {by->row, index};
    carried[0] =
        micai_num_add(builder, carried[0], micai_onnx_extract(builder, by->d->data, at, 2));
    mica_value *is_passed = micai_num_less_equal(builder, carried[0], by->limit);
    mica_value *next = micai_num_add(builder, carried[1], micai_onnx_index(builder, 1));
    carried[1] = micai_onnx_select(builder, is_passed, next, carried[1]);
}

static mica_value *class_place(void *user, mica_builder *builder, mica_value *const *indices)
{
    drawing *d = user;
    draw_at(d, builder, indices);
    const mica_type *type = micai_element(d->data);
    mica_value *sum = micai_onnx_extract(builder, d->other, indices, 1);
    search by = {.d = d, .row = indices[0]};
    by.limit = micai_num_mul(builder, sum, uniform(builder, d->words, type));
    mica_value *classes = micai_onnx_dim(builder, d->data, 1);
    mica_value *carried[] = {micai_onnx_number(builder, type, 0), micai_onnx_index(builder, 0)};
    micai_onnx_along(builder, classes, carried, 2, pass_class, &by);
    mica_value *last = micai_num_sub(builder, classes, micai_onnx_index(builder, 1));
    return micai_onnx_from_index(builder, micai_num_min(builder, carried[1], last),
                                 mica_type_element(d->site->type));
}

static mica_value *lower_multinomial(micai_onnx_site *site)
{
    static const bool rows[] = {false, true};
    mica_builder *builder = site->builder;
    mica_value *input = micai_onnx_operand(site, 0);
    const mica_type *element = micai_element(input);
    drawing d;
    micai_onnx_sizes sizes;
    begin_drawing(&d, site, input, &sizes);
    d.other = micai_onnx_reduce(builder, input, rows, micai_onnx_least(element, false),
                                "arith.maximumf");
    const mica_type *wide = micai_num_wide(builder, element);
    d.data = micai_onnx_by_index(builder, mica_type_with_element(mica_value_type(input), wide),
                                 &sizes, power_place, &d);
    d.other =
        micai_onnx_reduce(builder, d.data, rows, mica_float_attr_get(wide, 0), "arith.addf");
    return micai_onnx_by_index(builder, site->type, &sizes, class_place, &d);
}

const micai_onnx_rule micai_onnx_random_rules[] = {
    {"onnx.Bernoulli", lower_bernoulli, NULL},
    {"onnx.Dropout", lower_dropout, NULL},
    {"onnx.Multinomial", lower_multinomial, NULL},
    {"onnx.RandomNormal", lower_numbers, "normal"},
    {"onnx.RandomNormalLike", lower_numbers, "normal"},
    {"onnx.RandomUniform", lower_numbers, NULL},
    {"onnx.RandomUniformLike", lower_numbers, NULL},
    {NULL, NULL, NULL},
};
