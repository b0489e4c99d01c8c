// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Reductions: one linalg.generic whose body maps an element (x, |x|, x * x, exp(x)) and
// combines it, then what remains for each result (a mean's division, a root, a logarithm):
//
//   onnx.ReduceL2 %x    ->    generic { acc + x * x }, generic { sqrt }
//
// Axes that are known only at run time are a loop over all elements in order, each combined
// into the place that its index without the axes says. Einsum is one generic too: its
// subscripts are the indexing maps.
#include "transforms/convert/convert_onnx_to_linalg_internal.h"

#include <math.h>

typedef mica_value *(*map_fn)(mica_builder *builder, mica_value *x);

/// A kind of reduction. `before` and `after` may be NULL.
typedef struct reduction {
    const char *of_floats, *of_signed, *of_unsigned; ///< what combines
    enum { ZERO, ONE, LEAST, GREATEST } init;
    map_fn before, after;
    bool is_mean, is_float_only; ///< integers are computed as f64
    bool is_shifted;             ///< LogSumExp: exponents less the greatest
} reduction;

static mica_value *unary(mica_builder *builder, const char *name, mica_value *x)
{
    return micai_onnx_emit(builder, name, &x, 1, mica_value_type(x));
}
static bool is_float(const mica_value *x)
{
    return mica_type_is_float(mica_value_type(x));
}
static mica_value *magnitude(mica_builder *builder, mica_value *x)
{
    return unary(builder, is_float(x) ? "math.absf" : "math.absi", x);
}
static mica_value *square(mica_builder *builder, mica_value *x)
{
    return micai_onnx_emit2(builder, is_float(x) ? "arith.mulf" : "arith.muli", x, x);
}
static mica_value *exponential(mica_builder *builder, mica_value *x)
{
    return unary(builder, "math.exp", x);
}
static mica_value *root(mica_builder *builder, mica_value *x)
{
    return unary(builder, "math.sqrt", x);
}
static mica_value *logarithm(mica_builder *builder, mica_value *x)
{
    return unary(builder, "math.log", x);
}

/// State of one lowering. Half-wide floats are summed as f32, as the reference does.
typedef struct lowering {
    micai_onnx_site *site;
    const reduction *row;
    const mica_type *element; ///< of the computation
    const mica_type *result;  ///< of the elements of the result
    mica_value *count;        ///< of elements that are combined into one; for means
    bool is_unsigned;
} lowering;

static const char *combiner(const lowering *low)
{
    return mica_type_is_float(low->element) ? low->row->of_floats
           : low->is_unsigned               ? low->row->of_unsigned
                                            : low->row->of_signed;
}

static const mica_attr *greatest_of(const mica_type *type, bool is_unsigned)
{
    if (mica_type_is_float(type))
        return mica_float_attr_get(type, (double)INFINITY);
    const uint32_t width = mica_type_bit_width(type);
    return mica_integer_attr_get(type, is_unsigned ? -1 : INT64_MAX >> (64 - width));
}

static const mica_attr *init_of(const lowering *low)
{
    const mica_type *type = low->element;
    switch (low->row->init) {
    case LEAST:
        return micai_onnx_least(type, low->is_unsigned);
    case GREATEST:
        return greatest_of(type, low->is_unsigned);
    default:
        return mica_type_is_float(type) ? mica_float_attr_get(type, low->row->init == ONE)
                                        : mica_integer_attr_get(type, low->row->init == ONE);
    }
}

/// elements: x, (the greatest,) the accumulator
static mica_value *combine_element(void *user, mica_builder *builder,
                                   mica_value *const *elements)
{
    const lowering *low = user;
    const size_t last = low->row->is_shifted ? 2 : 1;
    mica_value *x =
        micai_onnx_convert(builder, elements[0], low->element, low->is_unsigned, false);
    if (low->row->is_shifted)
        x = micai_onnx_emit2(builder, "arith.subf", x, elements[1]);
    if (low->row->before)
        x = low->row->before(builder, x);
    return micai_onnx_emit2(builder, combiner(low), elements[last], x);
}

static mica_value *finish_element(void *user, mica_builder *builder,
                                  mica_value *const *elements)
{
    const lowering *low = user;
    mica_value *x = elements[0];
    if (low->row->is_mean) {
        mica_value *count = micai_onnx_from_index(builder, low->count, low->element);
        x = micai_onnx_emit2(builder,
                             is_float(x)        ? "arith.divf"
                             : low->is_unsigned ? "arith.divui"
                                                : "arith.divsi",
                             x, count);
    }
    if (low->row->after)
        x = low->row->after(builder, x);
    if (low->row->is_shifted)
        x = micai_onnx_emit2(builder, "arith.addf", x, elements[1]);
    return micai_onnx_convert(builder, x, low->result, false, low->is_unsigned);
}

/// The greatest of each row, or 0 where that is infinite, so that x less it is a number.
static mica_value *finite_element(void *user, mica_builder *builder,
                                  mica_value *const *elements)
{
    (void)user;
    const mica_type *type = mica_value_type(elements[0]);
    mica_value *zero = micai_onnx_number(builder, type, 0);
    mica_value *size = unary(builder, "math.absf", elements[0]);
    mica_value *infinite = micai_onnx_number(builder, type, (double)INFINITY);
    return micai_onnx_select(builder, micai_onnx_less(builder, size, infinite, false),
                             elements[0], zero);
}

static const mica_type *reduced_type(mica_value *input, const bool *axes,
                                     const mica_type *element, micai_onnx_sizes *sizes)
{
    int64_t shape[MICA_ONNX_MAX_RANK];
    size_t count = 0;
    for (size_t i = 0; i < micai_rank(input); ++i) {
        if (axes[i])
            continue;
        sizes->values[count] = input;
        sizes->dims[count] = i;
        shape[count++] = micai_shape(input)[i];
    }
    return mica_tensor_type_get(element, shape, count, NULL);
}

/// The generic that combines; `shift` is NULL or a tensor of the result's shape.
static mica_value *combine(lowering *low, mica_value *input, const bool *axes,
                           mica_value *shift)
{
    mica_builder *builder = low->site->builder;
    mica_context *context = builder->context;
    const size_t rank = micai_rank(input);
    uint32_t kept[MICA_ONNX_MAX_RANK];
    char iterators[MICA_ONNX_MAX_RANK + 1] = {0};
    size_t count = 0;
    for (size_t i = 0; i < rank; ++i) {
        iterators[i] = axes[i] ? 'r' : 'p';
        if (!axes[i])
            kept[count++] = (uint32_t)i;
    }
    const mica_attr *identity = mica_affine_map_identity(context, (uint32_t)rank);
    const mica_attr *projection =
        mica_affine_map_projection(context, (uint32_t)rank, kept, count);
    const mica_attr *maps[] = {identity, projection, projection};
    mica_value *const inputs[] = {input, shift};
    micai_onnx_sizes sizes;
    const mica_type *type = reduced_type(input, axes, low->element, &sizes);
    mica_value *output = micai_onnx_filled(builder, type, &sizes, init_of(low));
    return micai_onnx_generic(builder, inputs, shift ? 2 : 1, output, maps, iterators,
                              combine_element, low);
}

/// The greatest element of each row as a finite number, for LogSumExp.
static mica_value *find_shift(lowering *low, mica_value *input, const bool *axes)
{
    static const reduction greatest = {
        "arith.maximumf", NULL, NULL, LEAST, NULL, NULL, false, false, false};
    lowering inner = *low;
    inner.row = &greatest;
    mica_value *shift = combine(&inner, input, axes, NULL);
    return micai_onnx_pointwise(low->site->builder, mica_value_type(shift), &shift, 1,
                                finite_element, NULL);
}

static mica_value *count_combined(mica_builder *builder, mica_value *input, const bool *axes)
{
    mica_value *count = micai_onnx_index(builder, 1);
    for (size_t i = 0; i < micai_rank(input); ++i)
        if (axes[i])
            count = micai_onnx_index_op(builder, "arith.muli", count,
                                        micai_onnx_dim(builder, input, i));
    return count;
}

static bool needs_finish(const lowering *low)
{
    return low->row->is_mean || low->row->after || low->row->is_shifted ||
           low->element != low->result;
}

static mica_value *finish(lowering *low, mica_value *value, mica_value *shift)
{
    mica_value *const inputs[] = {value, shift};
    if (!needs_finish(low))
        return value;
    const mica_type *type = mica_type_with_element(mica_value_type(value), low->result);
    return micai_onnx_pointwise(low->site->builder, type, inputs, shift ? 2 : 1, finish_element,
                                low);
}

// ---- axes at run time
// ------------------------------------------------------------------------

/// Is dimension `dim` among the axes? An i1.
static mica_value *is_axis(const lowering *low, mica_builder *builder, size_t dim)
{
    mica_value *axes = micai_onnx_operand(low->site, 1);
    const size_t rank = micai_rank(micai_onnx_operand(low->site, 0));
    const mica_type *boolean = mica_integer_type_get(builder->context, 1, MICA_SIGNLESS);
    mica_value *found = micai_onnx_number(builder, boolean, 0);
    for (int64_t i = 0; i < micai_shape(axes)[0]; ++i) {
        mica_value *at = micai_onnx_index(builder, i);
        mica_value *axis = micai_onnx_extract_index(builder, axes, &at, 1, false,
                                                    micai_onnx_index(builder, (int64_t)rank));
        mica_value *differs = micai_onnx_emit2(builder, "arith.xori", axis,
                                               micai_onnx_index(builder, (int64_t)dim));
        mica_value *same =
            micai_onnx_less(builder, differs, micai_onnx_index(builder, 1), true);
        found = micai_onnx_emit2(builder, "arith.ori", found, same);
    }
    return found;
}

typedef struct open_reduction {
    lowering *low;
    mica_value *is_axis[MICA_ONNX_MAX_RANK];
} open_reduction;

/// Combines an element into the row-major place of its index without the axes.
static mica_value *open_step(void *user, mica_builder *builder, mica_value *const *indices,
                             mica_value *tensor)
{
    const open_reduction *open = user;
    mica_value *input = micai_onnx_operand(open->low->site, 0);
    mica_value *place = micai_onnx_index(builder, 0);
    for (size_t i = 0; i < micai_rank(input); ++i) {
        mica_value *next = micai_onnx_index_op(builder, "arith.muli", place,
                                               micai_onnx_dim(builder, input, i));
        next = micai_onnx_index_op(builder, "arith.addi", next, indices[i]);
        place = micai_onnx_select(builder, open->is_axis[i], place, next);
    }
    // Axes other than what the result's declared shape stands for must not write beyond it.
    const int64_t count = mica_type_shape(mica_value_type(tensor))[0];
    place = micai_onnx_index_op(builder, "arith.minui", place,
                                micai_onnx_index(builder, count - 1));
    mica_value *const elements[] = {
        micai_onnx_extract(builder, input, indices, micai_rank(input)),
        micai_onnx_extract(builder, tensor, &place, 1)};
    return micai_onnx_insert(builder, combine_element(open->low, builder, elements), tensor,
                             &place, 1);
}

static mica_value *lower_open_reduction(lowering *low)
{
    static const reduction sum_of_exponentials = {"arith.addf", NULL,  NULL, ZERO, exponential,
                                                  logarithm,    false, true, false};
    micai_onnx_site *site = low->site;
    mica_builder *builder = site->builder;
    mica_value *input = micai_onnx_operand(site, 0), *axes = micai_onnx_operand(site, 1);
    open_reduction open = {.low = low};
    const int64_t count = mica_type_element_count(site->type);
    if (micai_rank(axes) != 1 || micai_shape(axes)[0] == MICA_DYNAMIC || count < 0)
        return micai_onnx_refuse(site, "which axes it reduces is not known");
    if (low->row->is_shifted)
        low->row = &sum_of_exponentials;
    const bool all = micai_shape(axes)[0] == 0 &&
                     mica_onnx_node_int(&site->node, "noop_with_empty_axes") == 0;
    const mica_type *boolean = mica_integer_type_get(builder->context, 1, MICA_SIGNLESS);
    low->count = micai_onnx_index(builder, 1);
    for (size_t i = 0; i < micai_rank(input); ++i) {
        open.is_axis[i] =
            all ? micai_onnx_number(builder, boolean, -1) : is_axis(low, builder, i);
        mica_value *more = micai_onnx_index_op(builder, "arith.muli", low->count,
                                               micai_onnx_dim(builder, input, i));
        low->count = micai_onnx_select(builder, open.is_axis[i], more, low->count);
    }
    const mica_type *flat = mica_tensor_type_get(low->element, &count, 1, NULL);
    mica_value *start = micai_onnx_filled(builder, flat, NULL, init_of(low));
    mica_value *value = micai_onnx_loop_over(builder, input, start, open_step, &open);
    return micai_onnx_reshape(builder, finish(low, value, NULL), site->type);
}

// ---- the ops
// ---------------------------------------------------------------------------------

static const mica_type *computing_type(const micai_onnx_site *site, const reduction *row)
{
    mica_context *context = site->builder->context;
    const mica_type *element = mica_type_element(site->type);
    if (!mica_type_is_float(element))
        return row->is_float_only ? mica_float_type_get(context, MICA_FLOAT_F64) : element;
    return mica_type_bit_width(element) < 32 ? mica_float_type_get(context, MICA_FLOAT_F32)
                                             : element;
}

static mica_value *lower_reduction(micai_onnx_site *site)
{
    mica_value *input = micai_onnx_operand(site, 0);
    mica_onnx_fault fault = {""};
    bool axes[MICA_ONNX_MAX_RANK], any = false;
    lowering low = {.site = site, .row = site->row, .result = mica_type_element(site->type)};
    low.element = computing_type(site, low.row);
    low.is_unsigned = site->is_unsigned || mica_type_bit_width(low.result) == 1;
    if (!mica_onnx_reduction_axes(&site->node, micai_rank(input), axes, &fault))
        return lower_open_reduction(&low);
    for (size_t i = 0; i < micai_rank(input); ++i)
        any |= axes[i];
    if (!any && micai_onnx_operand(site, 1) && low.row->before == NULL &&
        low.row->after == NULL)
        return input;
    mica_value *shift = low.row->is_shifted ? find_shift(&low, input, axes) : NULL;
    if (low.row->is_mean)
        low.count = count_combined(site->builder, input, axes);
    mica_value *value = finish(&low, combine(&low, input, axes, shift), shift);
    if (mica_type_rank(mica_value_type(value)) == mica_type_rank(site->type))
        return value;
    bool is_one[MICA_ONNX_MAX_RANK];
    memcpy(is_one, axes, sizeof is_one);
    mica_value *kept = micai_onnx_insert_ones(site->builder, value, site->type, is_one);
    return kept ? kept : micai_onnx_refuse(site, "its result has an unexpected shape");
}

// ---- Einsum
// ----------------------------------------------------------------------------------

typedef struct einsum_loops {
    size_t count;
    uint8_t labels[2 * MICA_ONNX_MAX_RANK];
} einsum_loops;

static size_t loop_of(einsum_loops *loops, uint8_t label)
{
    for (size_t i = 0; i < loops->count; ++i)
        if (loops->labels[i] == label)
            return i;
    if (loops->count == MICA_ONNX_MAX_RANK)
        return SIZE_MAX;
    loops->labels[loops->count] = label;
    return loops->count++;
}

static mica_value *multiply_add(void *user, mica_builder *builder, mica_value *const *elements)
{
    const size_t count = *(const size_t *)user;
    const bool floats = is_float(elements[0]);
    mica_value *product = elements[0];
    for (size_t i = 1; i < count; ++i)
        product = micai_onnx_emit2(builder, floats ? "arith.mulf" : "arith.muli", product,
                                   elements[i]);
    return micai_onnx_emit2(builder, floats ? "arith.addf" : "arith.addi", elements[count],
                            product);
}

/// Dimensions of size 1 whose label has another size elsewhere stay at 0.
static const mica_attr *term_map(micai_onnx_site *site, const mica_onnx_einsum *einsum,
                                 einsum_loops *loops, const mica_onnx_term *term,
                                 const mica_type *type)
{
    mica_context *context = site->builder->context;
    const mica_affine_expr *results[MICA_ONNX_MAX_RANK];
    for (size_t i = 0; i < term->rank; ++i) {
        const bool repeats = mica_type_shape(type)[i] == 1 &&
                             mica_onnx_einsum_size(einsum, &site->node, term->labels[i]) != 1;
        results[i] =
            repeats ? mica_affine_constant_get(context, 0)
                    : mica_affine_dim_get(context, (uint32_t)loop_of(loops, term->labels[i]));
    }
    return mica_affine_map_get(context, (uint32_t)loops->count, 0, results, term->rank);
}

static mica_value *lower_einsum(micai_onnx_site *site)
{
    mica_onnx_einsum einsum;
    einsum_loops loops = {0, {0}};
    micai_onnx_sizes sizes;
    const mica_attr *maps[MICA_ONNX_MOST_TERMS + 1];
    char iterators[MICA_ONNX_MAX_RANK + 1] = {0};
    if (!mica_onnx_einsum_read(&site->node, &einsum))
        return micai_onnx_refuse(site, "its equation does not fit its operands");
    for (size_t i = 0; i < einsum.output.rank; ++i)
        if (loop_of(&loops, einsum.output.labels[i]) != i)
            return micai_onnx_refuse(site, "a subscript of its result stands twice");
    for (size_t i = 0; i < einsum.input_count; ++i)
        for (size_t k = 0; k < einsum.inputs[i].rank; ++k) {
            const uint8_t label = einsum.inputs[i].labels[k];
            const size_t loop = loop_of(&loops, label);
            if (loop == SIZE_MAX)
                return micai_onnx_refuse(site, "it has more than %d subscripts",
                                         MICA_ONNX_MAX_RANK);
            if (loop >= einsum.output.rank)
                continue;
            sizes.values[loop] = site->node.operands[i];
            sizes.dims[loop] = k;
        }
    for (size_t i = 0; i < loops.count; ++i)
        iterators[i] = i < einsum.output.rank ? 'p' : 'r';
    for (size_t i = 0; i < einsum.input_count; ++i)
        maps[i] = term_map(site, &einsum, &loops, &einsum.inputs[i],
                           mica_value_type(site->node.operands[i]));
    maps[einsum.input_count] = term_map(site, &einsum, &loops, &einsum.output, site->type);
    const mica_type *element = mica_type_element(site->type);
    const mica_attr *zero = mica_type_is_float(element) ? mica_float_attr_get(element, 0)
                                                        : mica_integer_attr_get(element, 0);
    mica_value *output = micai_onnx_filled(site->builder, site->type, &sizes, zero);
    return micai_onnx_generic(site->builder, site->node.operands, einsum.input_count, output,
                              maps, iterators, multiply_add, &einsum.input_count);
}

// clang-format off
static const reduction
    row_l1       = {"arith.addf", "arith.addi", "arith.addi", ZERO, magnitude, NULL, false, false, false},
    row_l2       = {"arith.addf", NULL, NULL, ZERO, square, root, false, true, false},
    row_log_sum  = {"arith.addf", NULL, NULL, ZERO, NULL, logarithm, false, true, false},
    row_log_sum_exp = {"arith.addf", NULL, NULL, ZERO, exponential, logarithm, false, true, true},
    row_max      = {"arith.maximumf", "arith.maxsi", "arith.maxui", LEAST, NULL, NULL, false, false, false},
    row_mean     = {"arith.addf", "arith.addi", "arith.addi", ZERO, NULL, NULL, true, false, false},
    row_min      = {"arith.minimumf", "arith.minsi", "arith.minui", GREATEST, NULL, NULL, false, false, false},
    row_prod     = {"arith.mulf", "arith.muli", "arith.muli", ONE, NULL, NULL, false, false, false},
    row_sum      = {"arith.addf", "arith.addi", "arith.addi", ZERO, NULL, NULL, false, false, false},
    row_squares  = {"arith.addf", "arith.addi", "arith.addi", ZERO, square, NULL, false, false, false};
// clang-format on

const micai_onnx_rule micai_onnx_reduction_rules[] = {
    {"onnx.Einsum", lower_einsum, NULL},
    {"onnx.ReduceL1", lower_reduction, &row_l1},
    {"onnx.ReduceL2", lower_reduction, &row_l2},
    {"onnx.ReduceLogSum", lower_reduction, &row_log_sum},
    {"onnx.ReduceLogSumExp", lower_reduction, &row_log_sum_exp},
    {"onnx.ReduceMax", lower_reduction, &row_max},
    {"onnx.ReduceMean", lower_reduction, &row_mean},
    {"onnx.ReduceMin", lower_reduction, &row_min},
    {"onnx.ReduceProd", lower_reduction, &row_prod},
    {"onnx.ReduceSum", lower_reduction, &row_sum},
    {"onnx.ReduceSumSquare", lower_reduction, &row_squares},
    {NULL, NULL, NULL},
};
