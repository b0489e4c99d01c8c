// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Sizes that are known at run time. A size is looked up where the tensor got it from, not asked
// of the tensor: then two tensors of one size have one value for it, and that their shapes
// agree can be seen while ops are made.
//
//   %e = tensor.empty(%n, %m)         size 1 of %r is %m: no tensor.dim
//   %r = linalg.generic .. outs(%e)
//
// Where it can't be seen whether an operand is broadcast, the operand is first read into a
// tensor of the result's size: index min(i, size - 1), which is i or, for a size of 1, 0.
#include "dialects/tensor/tensor_ops.h"
#include "ir/core/interfaces.h"
#include "ir/core/mixed_values.h"
#include "ir/rewrite/fold.h"
#include "transforms/convert/convert_onnx_to_linalg_internal.h"
#include "transforms/tensor/entry_dims.h"

// ---- where a size comes from
// -------------------------------------------------------------------

/// The tensor that a result has its shape from; NULL: it has one of its own.
static mica_value *shaped_like(mica_op *op, size_t result)
{
    const mica_destination_style *style =
        mica_op_interface(op, &mica_destination_style_interface);
    if (style) {
        const mica_run inits = style->inits(op);
        return result < inits.count ? mica_op_operand(op, inits.first + result) : NULL;
    }
    if (mica_op_is(op, &mica_tensor_cast_kind))
        return mica_type_is_ranked(mica_value_type(mica_op_operand(op, 0)))
                   ? mica_op_operand(op, 0)
                   : NULL;
    return NULL;
}

/// Which of the operands that give dynamic sizes is that of `dim`.
static size_t dynamic_place(const mica_type *type, size_t dim)
{
    size_t place = 0;
    for (size_t i = 0; i < dim; ++i)
        place += mica_type_shape(type)[i] == MICA_DYNAMIC;
    return place;
}

/// The value that an op was given for a dynamic size of its result; NULL when it was not.
static mica_value *given_size(mica_op *op, mica_value *tensor, size_t dim)
{
    const size_t place = dynamic_place(mica_value_type(tensor), dim);
    if (mica_op_is(op, &mica_tensor_empty_kind))
        return mica_op_operand(op, place);
    if (mica_op_is(op, &mica_tensor_expand_shape_kind))
        return mica_mixed_at(op, 1, 1, dim).value;
    if (!mica_op_is(op, &mica_tensor_extract_slice_kind))
        return NULL;
    mica_mixed_cursor cursor = mica_slice_begin(op, MICA_SIZES);
    size_t at = 0;
    for (mica_mixed size; mica_mixed_next(&cursor, &size);)
        if (size.value && at++ == place)
            return size.value;
    return NULL;
}

/// The product of the sizes that were joined.
static mica_value *joined_size(mica_builder *builder, mica_op *op, size_t dim)
{
    const mica_attr *group =
        mica_array_attr_element(mica_tensor_collapse_shape_reassociation(op), dim);
    mica_value *product = micai_onnx_index(builder, 1);
    for (size_t i = 0; i < mica_array_attr_count(group); ++i) {
        const int64_t place = mica_integer_attr_value(mica_array_attr_element(group, i));
        product =
            micai_onnx_index_op(builder, "arith.muli", product,
                                micai_onnx_dim(builder, mica_op_operand(op, 0), (size_t)place));
    }
    return product;
}

mica_value *micai_onnx_dim(mica_builder *builder, mica_value *tensor, size_t dim)
{
    for (;;) {
        const int64_t size = micai_shape(tensor)[dim];
        if (size != MICA_DYNAMIC)
            return micai_onnx_index(builder, size);
        mica_op *op = mica_value_op(tensor);
        mica_value *known = op ? given_size(op, tensor, dim) : micai_entry_dim(tensor, dim);
        if (known)
            return known;
        if (mica_op_is(op, &mica_tensor_collapse_shape_kind))
            return joined_size(builder, op, dim);
        mica_value *source = op ? shaped_like(op, mica_value_index(tensor)) : NULL;
        if (!source)
            break;
        tensor = source;
    }
    mica_value *const operands[] = {tensor, micai_onnx_index(builder, (int64_t)dim)};
    return micai_onnx_emit(builder, "tensor.dim", operands, 2,
                           mica_index_type_get(builder->context));
}

// ---- broadcasting
// ----------------------------------------------------------------------------

/// A dimension of a broadcast: its size in the result, and which inputs may be repeated.
typedef struct settling {
    mica_builder *builder;
    const mica_type *type;
    mica_value **inputs;
    size_t count;
    mica_value *targets[MICA_ONNX_MAX_RANK + 2];
    bool is_open[8][MICA_ONNX_MAX_RANK + 2];
} settling;

static int64_t size_at(const mica_value *input, size_t rank, size_t dim)
{
    const size_t own = micai_rank(input);
    return dim + own < rank ? 1 : micai_shape(input)[dim + own - rank];
}

static bool is_constant(mica_value *size, int64_t *number)
{
    return mica_value_constant_int(size, number);
}

/// a == b
static mica_value *build_equal(mica_builder *builder, mica_value *a, mica_value *b)
{
    enum { EQUAL = 0 };
    mica_op_state state;
    mica_op_state_init(&state, builder->context, "arith.cmpi", builder->location);
    mica_op_state_add_operand(&state, a);
    mica_op_state_add_operand(&state, b);
    mica_op_state_set_attr(&state, "predicate", mica_i64_attr_get(builder->context, EQUAL));
    mica_op_state_add_result(&state, mica_integer_type_get(builder->context, 1, MICA_SIGNLESS));
    return mica_builder_create_or_fold(builder, &state);
}

/// cf.assert, which outline-sizes makes a check of the model's arguments.
static void require(mica_builder *builder, mica_value *condition)
{
    mica_op_state state;
    mica_op_state_init(&state, builder->context, "cf.assert", builder->location);
    mica_op_state_add_operand(&state, condition);
    mica_op_state_set_attr(
        &state, "msg",
        mica_string_attr_get(builder->context, mica_string_from("sizes must agree")));
    mica_builder_create(builder, &state);
}

void micai_onnx_require_equal(mica_builder *builder, mica_value *a, mica_value *b)
{
    int64_t x, y;
    const bool are_constants = mica_value_constant_int(a, &x) && mica_value_constant_int(b, &y);
    if (!are_constants && !micai_same_expression(a, b))
        require(builder, build_equal(builder, a, b));
}

/// The size of two that are broadcast together.
mica_value *micai_onnx_broadcast_dim(mica_builder *builder, mica_value *a, mica_value *b)
{
    int64_t number;
    if (micai_same_expression(a, b))
        return a;
    if (is_constant(a, &number))
        return number == 1 ? b : a;
    if (is_constant(b, &number))
        return number == 1 ? a : b;
    mica_value *is_one = build_equal(builder, a, micai_onnx_index(builder, 1));
    return micai_onnx_select(builder, is_one, b, a);
}

/// Settles one dimension; `wanted` is a size that the result has at least, or NULL.
static void settle_dim(settling *s, size_t dim, mica_value *wanted)
{
    const size_t rank = mica_type_rank(s->type);
    const int64_t known = mica_type_shape(s->type)[dim];
    mica_value *sizes[8] = {NULL}, *target = wanted;
    size_t deciders = wanted != NULL;
    bool differ = false;
    for (size_t i = 0; i < s->count; ++i) {
        if (size_at(s->inputs[i], rank, dim) == 1)
            continue;
        sizes[i] =
            micai_onnx_dim(s->builder, s->inputs[i], dim + micai_rank(s->inputs[i]) - rank);
        ++deciders;
        if (!target)
            target = sizes[i];
        else if (!micai_same_expression(target, sizes[i])) {
            differ = true;
            target = micai_onnx_broadcast_dim(s->builder, target, sizes[i]);
        }
    }
    if (known != MICA_DYNAMIC)
        target = micai_onnx_index(s->builder, known);
    s->targets[dim] = target ? target : micai_onnx_index(s->builder, 1);
    for (size_t i = 0; i < s->count; ++i)
        s->is_open[i][dim] = deciders > 1 && differ && sizes[i] &&
                             !micai_same_expression(s->targets[dim], sizes[i]);
}

typedef struct repetition {
    mica_value *input;
    mica_value *last[MICA_ONNX_MAX_RANK + 2]; ///< NULL: the index as it is
} repetition;

static mica_value *repeated_place(void *user, mica_builder *builder, mica_value *const *indices)
{
    const repetition *from = user;
    mica_value *at[MICA_ONNX_MAX_RANK + 2];
    const size_t rank = micai_rank(from->input);
    for (size_t i = 0; i < rank; ++i)
        at[i] = from->last[i]
                    ? micai_onnx_index_op(builder, "arith.minsi", indices[i], from->last[i])
                    : indices[i];
    return micai_onnx_extract(builder, from->input, at, rank);
}

/// The input at the result's sizes, in the dimensions that are open.
static mica_value *repeat_input(settling *s, size_t input)
{
    mica_value *value = s->inputs[input];
    const size_t own = micai_rank(value), skipped = mica_type_rank(s->type) - own;
    repetition from = {.input = value};
    micai_onnx_sizes sizes;
    int64_t shape[MICA_ONNX_MAX_RANK + 2];
    bool is_needed = false;
    micai_onnx_sizes_like(&sizes, value);
    for (size_t i = 0; i < own; ++i) {
        shape[i] = micai_shape(value)[i];
        if (!s->is_open[input][i + skipped])
            continue;
        is_needed = true;
        mica_value *own_size = micai_onnx_dim(s->builder, value, i);
        require(s->builder,
                micai_onnx_index_op(
                    s->builder, "arith.ori",
                    build_equal(s->builder, own_size, s->targets[i + skipped]),
                    build_equal(s->builder, own_size, micai_onnx_index(s->builder, 1))));
        shape[i] = mica_type_shape(s->type)[i + skipped];
        sizes.values[i] = s->targets[i + skipped];
        from.last[i] =
            micai_onnx_index_op(s->builder, "arith.subi", micai_onnx_dim(s->builder, value, i),
                                micai_onnx_index(s->builder, 1));
    }
    const mica_type *type = mica_tensor_type_get(micai_element(value), shape, own, NULL);
    return is_needed ? micai_onnx_by_index(s->builder, type, &sizes, repeated_place, &from)
                     : value;
}

void micai_onnx_settle(mica_builder *builder, const mica_type *type, mica_value **inputs,
                       size_t count, mica_value *const *wanted, micai_onnx_sizes *sizes)
{
    settling s = {.builder = builder, .type = type, .inputs = inputs, .count = count};
    for (size_t dim = 0; dim < mica_type_rank(type); ++dim) {
        settle_dim(&s, dim, wanted ? wanted[dim] : NULL);
        sizes->values[dim] = s.targets[dim];
        sizes->dims[dim] = 0;
    }
    for (size_t i = 0; i < count; ++i)
        inputs[i] = repeat_input(&s, i);
}

// ---- shapes as operands
// ------------------------------------------------------------------------

mica_value *micai_onnx_shape_entry(mica_builder *builder, mica_value *shape, size_t index)
{
    mica_op *op = mica_value_op(shape);
    if (mica_op_is(op, &mica_tensor_from_elements_kind))
        return micai_onnx_to_index(builder, mica_op_operand(op, index), false);
    const mica_attr *constant = mica_onnx_constant(shape);
    if (constant)
        return micai_onnx_index(builder, mica_onnx_load_int(constant, index));
    mica_value *place = micai_onnx_index(builder, (int64_t)index);
    return micai_onnx_extract_index(builder, shape, &place, 1, false, NULL);
}

bool micai_onnx_is_size(mica_value *value)
{
    static const char *const keep[] = {"arith.addi",       "arith.muli",        "arith.divsi",
                                       "arith.ceildivsi",  "arith.floordivsi",  "arith.minsi",
                                       "arith.index_cast", "arith.index_castui"};
    for (unsigned depth = 0; depth < 16; ++depth) {
        int64_t number;
        mica_op *op = mica_value_op(value);
        if (!op)
            return mica_type_is_index(mica_value_type(value));
        if (mica_value_constant_int(value, &number))
            return number >= 0;
        const mica_string name = mica_op_name(op);
        if (mica_string_is(name, "tensor.dim") || mica_string_is(name, "arith.maxsi"))
            return true;
        bool keeps = false;
        for (size_t i = 0; i < sizeof keep / sizeof *keep; ++i)
            keeps |= mica_string_is(name, keep[i]);
        if (!keeps)
            return false;
        if (mica_op_operand_count(op) == 2 && !micai_onnx_is_size(mica_op_operand(op, 1)))
            return false;
        value = mica_op_operand(op, 0);
    }
    return false;
}

// ---- quotients of products
// ---------------------------------------------------------------------

enum { MOST_FACTORS = 24 };

/// A product: a constant and values.
typedef struct factors {
    int64_t constant;
    mica_value *values[MOST_FACTORS];
    size_t count;
} factors;

static void add_factor(factors *f, mica_value *value)
{
    int64_t number;
    mica_op *op = mica_value_op(value);
    if (mica_value_constant_int(value, &number) &&
        !__builtin_mul_overflow(f->constant, number, &f->constant))
        return;
    if (op && mica_string_is(mica_op_name(op), "arith.muli") && f->count + 2 < MOST_FACTORS) {
        add_factor(f, mica_op_operand(op, 0));
        add_factor(f, mica_op_operand(op, 1));
    } else if (f->count < MOST_FACTORS) {
        f->values[f->count++] = value;
    }
}

/// Takes away what stands in both.
static void cancel(factors *a, factors *b)
{
    for (size_t i = 0; i < a->count;) {
        size_t k = 0;
        while (k < b->count && !micai_same_expression(a->values[i], b->values[k]))
            ++k;
        if (k == b->count) {
            ++i;
            continue;
        }
        a->values[i] = a->values[--a->count];
        b->values[k] = b->values[--b->count];
    }
    if (b->constant > 0 && a->constant % b->constant == 0) {
        a->constant /= b->constant;
        b->constant = 1;
    }
}

static mica_value *product_of(mica_builder *builder, const factors *f)
{
    mica_value *product = micai_onnx_index(builder, f->constant);
    for (size_t i = 0; i < f->count; ++i)
        product = f->constant == 1 && i == 0
                      ? f->values[0]
                      : micai_onnx_index_op(builder, "arith.muli", product, f->values[i]);
    return product;
}

mica_value *micai_onnx_quotient(mica_builder *builder, mica_value *const *above, size_t count,
                                mica_value *const *below, size_t below_count)
{
    factors a = {.constant = 1}, b = {.constant = 1};
    for (size_t i = 0; i < count; ++i)
        add_factor(&a, above[i]);
    for (size_t i = 0; i < below_count; ++i)
        add_factor(&b, below[i]);
    cancel(&a, &b);
    mica_value *product = product_of(builder, &a);
    if (b.count == 0 && b.constant == 1)
        return product;
    mica_value *divisor = micai_onnx_index_op(builder, "arith.maxsi", product_of(builder, &b),
                                              micai_onnx_index(builder, 1));
    return micai_onnx_index_op(builder, "arith.divsi", product, divisor);
}

// ---- reshapes
// --------------------------------------------------------------------------------

/// Groups of dimensions: `before` ends of the source's, `after` of the result's.
typedef struct regrouping {
    size_t count;
    size_t before[MICA_ONNX_MAX_RANK + 2], after[MICA_ONNX_MAX_RANK + 2];
} regrouping;

static bool same_size(mica_builder *builder, mica_value *value, size_t dim, const mica_type *to,
                      size_t at, mica_value *const *sizes)
{
    const int64_t own = micai_shape(value)[dim], other = mica_type_shape(to)[at];
    if (own != MICA_DYNAMIC && other != MICA_DYNAMIC)
        return own == other;
    return own == other &&
           micai_same_expression(micai_onnx_dim(builder, value, dim), sizes[at]);
}

static void add_group(regrouping *groups, size_t before, size_t after)
{
    groups->before[groups->count] = before;
    groups->after[groups->count++] = after;
}

/// Equal dimensions at both ends stay; what is between is one group.
static void regroup(mica_builder *builder, mica_value *value, const mica_type *to,
                    mica_value *const *sizes, regrouping *groups)
{
    const size_t from_rank = micai_rank(value), to_rank = mica_type_rank(to);
    size_t front = 0, back = 0;
    groups->count = 0;
    while (front < from_rank && front < to_rank &&
           same_size(builder, value, front, to, front, sizes))
        ++front;
    while (back < from_rank - front && back < to_rank - front &&
           same_size(builder, value, from_rank - 1 - back, to, to_rank - 1 - back, sizes))
        ++back;
    // A side without dimensions between takes a neighbour in.
    const bool is_bare = from_rank == front + back || to_rank == front + back;
    if (is_bare && from_rank != to_rank) {
        if (back)
            --back;
        else if (front)
            --front;
    }
    for (size_t i = 0; i < front; ++i)
        add_group(groups, i + 1, i + 1);
    if (from_rank > front + back || to_rank > front + back)
        add_group(groups, from_rank - back, to_rank - back);
    for (size_t i = back; i-- > 0;)
        add_group(groups, from_rank - i, to_rank - i);
}

static const mica_attr *runs_of(mica_context *context, const size_t *ends, size_t count)
{
    const mica_attr *runs[MICA_ONNX_MAX_RANK + 2];
    size_t at = 0;
    for (size_t g = 0; g < count; ++g) {
        const mica_attr *members[MICA_ONNX_MAX_RANK + 2];
        size_t members_count = 0;
        for (; at < ends[g]; ++at)
            members[members_count++] = mica_i64_attr_get(context, (int64_t)at);
        runs[g] = mica_array_attr_get(context, members, members_count);
    }
    return mica_array_attr_get(context, runs, count);
}

/// The type with one dimension a group.
static const mica_type *joined_type(const mica_type *type, const size_t *ends, size_t count)
{
    int64_t shape[MICA_ONNX_MAX_RANK + 2];
    size_t at = 0;
    for (size_t g = 0; g < count; ++g) {
        shape[g] = 1;
        for (; at < ends[g]; ++at) {
            const int64_t size = mica_type_shape(type)[at];
            shape[g] = size == MICA_DYNAMIC || shape[g] == MICA_DYNAMIC ? MICA_DYNAMIC
                                                                        : shape[g] * size;
        }
    }
    return mica_tensor_type_get(mica_type_element(type), shape, count, NULL);
}

mica_value *micai_onnx_reshape_to(mica_builder *builder, mica_value *value, const mica_type *to,
                                  mica_value *const *sizes)
{
    mica_context *context = builder->context;
    const mica_type *from = mica_value_type(value);
    if (mica_type_has_static_shape(from) && mica_type_has_static_shape(to))
        return micai_onnx_reshape(builder, value, to);
    regrouping groups;
    regroup(builder, value, to, sizes, &groups);
    const mica_type *joined = joined_type(from, groups.before, groups.count);
    if (mica_type_rank(from) == 0 || mica_type_rank(to) == 0)
        groups.count = 0;
    mica_op_state state;
    if (joined != from) {
        mica_op_state_init(&state, context, "tensor.collapse_shape", builder->location);
        mica_op_state_add_operand(&state, value);
        mica_op_state_add_result(&state, joined);
        mica_op_state_set_attr(&state, "reassociation",
                               runs_of(context, groups.before, groups.count));
        mica_op *op = mica_builder_create(builder, &state);
        if (!op)
            return NULL;
        value = mica_op_result(op, 0);
    }
    const mica_type *needed = joined_type(to, groups.after, groups.count);
    if (needed != joined)
        value = micai_onnx_emit(builder, "tensor.cast", &value, 1, needed);
    if (needed == to || !value)
        return value;
    mica_op_state_init(&state, context, "tensor.expand_shape", builder->location);
    mica_op_state_add_operand(&state, value);
    for (size_t i = 0; i < mica_type_rank(to); ++i)
        if (mica_type_shape(to)[i] == MICA_DYNAMIC)
            mica_op_state_add_operand(&state, sizes[i]);
    mica_op_state_add_result(&state, to);
    mica_op_state_set_attr(&state, "reassociation",
                           runs_of(context, groups.after, groups.count));
    mica_op_state_set_attr(
        &state, "static_output_shape",
        mica_i64_array_attr_get(context, mica_type_shape(to), mica_type_rank(to)));
    mica_op *op = mica_builder_create(builder, &state);
    return op ? mica_op_result(op, 0) : NULL;
}

// ---- slices
// ----------------------------------------------------------------------------------

/// Adds a list of `rank` index values to an op: constants to the slot of that name, the others
/// as operands, whose number it gives.
static int32_t add_places(mica_op_state *state, const char *slot, mica_value *const *places,
                          const int64_t *fixed, size_t rank)
{
    int64_t statics[MICA_ONNX_MAX_RANK + 2];
    int32_t count = 0;
    for (size_t i = 0; i < rank; ++i) {
        statics[i] = fixed ? fixed[i] : MICA_DYNAMIC;
        if (statics[i] != MICA_DYNAMIC ||
            (!fixed && mica_value_constant_int(places[i], &statics[i])))
            continue;
        statics[i] = MICA_DYNAMIC;
        mica_op_state_add_operand(state, places[i]);
        ++count;
    }
    mica_op_state_set_attr(state, slot, mica_i64_array_attr_get(state->context, statics, rank));
    return count;
}

mica_value *micai_onnx_slice_at(mica_builder *builder, mica_value *source,
                                const mica_type *type, mica_value *const *offsets,
                                mica_value *const *sizes, mica_value *const *strides)
{
    const size_t rank = micai_rank(source);
    mica_op_state state;
    mica_op_state_init(&state, builder->context, "tensor.extract_slice", builder->location);
    mica_op_state_add_operand(&state, source);
    int32_t segments[] = {1, 0, 0, 0};
    segments[1] = add_places(&state, "static_offsets", offsets, NULL, rank);
    segments[2] = add_places(&state, "static_sizes", sizes, mica_type_shape(type), rank);
    segments[3] = add_places(&state, "static_strides", strides, NULL, rank);
    mica_op_state_add_result(&state, type);
    mica_op_state_set_attr(&state, "operandSegmentSizes",
                           mica_i32_array_attr_get(builder->context, segments, 4));
    mica_op *op = mica_builder_create(builder, &state);
    return op ? mica_op_result(op, 0) : NULL;
}

mica_value *micai_onnx_insert_at(mica_builder *builder, mica_value *source, mica_value *into,
                                 mica_value *const *offsets)
{
    const size_t rank = micai_rank(source);
    mica_value *sizes[MICA_ONNX_MAX_RANK + 2];
    int64_t strides[MICA_ONNX_MAX_RANK + 2];
    for (size_t i = 0; i < rank; ++i) {
        sizes[i] = micai_onnx_dim(builder, source, i);
        strides[i] = 1;
    }
    mica_op_state state;
    mica_op_state_init(&state, builder->context, "tensor.insert_slice", builder->location);
    mica_op_state_add_operand(&state, source);
    mica_op_state_add_operand(&state, into);
    int32_t segments[] = {1, 1, 0, 0, 0};
    segments[2] = add_places(&state, "static_offsets", offsets, NULL, rank);
    segments[3] = add_places(&state, "static_sizes", sizes, micai_shape(source), rank);
    mica_op_state_set_attr(&state, "static_strides",
                           mica_i64_array_attr_get(builder->context, strides, rank));
    mica_op_state_add_result(&state, mica_value_type(into));
    mica_op_state_set_attr(&state, "operandSegmentSizes",
                           mica_i32_array_attr_get(builder->context, segments, 5));
    mica_op *op = mica_builder_create(builder, &state);
    return op ? mica_op_result(op, 0) : NULL;
}

// ---- windows
// ---------------------------------------------------------------------------------

/// x + constant; x itself for 0, and constants of a sum are joined.
mica_value *micai_onnx_plus(mica_builder *builder, mica_value *x, int64_t constant)
{
    int64_t number;
    mica_op *op = mica_value_op(x);
    if (op && mica_string_is(mica_op_name(op), "arith.addi") &&
        mica_value_constant_int(mica_op_operand(op, 1), &number))
        return micai_onnx_plus(builder, mica_op_operand(op, 0), constant + number);
    return constant == 0 ? x
                         : micai_onnx_index_op(builder, "arith.addi", x,
                                               micai_onnx_index(builder, constant));
}

void micai_onnx_window_sizes(mica_builder *builder, mica_value *input,
                             const mica_onnx_window *window, micai_onnx_sizes *sizes)
{
    micai_onnx_sizes_like(sizes, input);
    for (size_t i = 0; i < window->rank; ++i) {
        const int64_t reach = (window->kernel[i] - 1) * window->dilations[i] + 1;
        const int64_t margin = window->pads_begin[i] + window->pads_end[i] - reach;
        mica_value *size = micai_onnx_dim(builder, input, i + 2);
        if (window->strides[i] == 1) {
            sizes->values[i + 2] = micai_onnx_plus(builder, size, margin + 1);
            continue;
        }
        mica_value *steps = micai_onnx_index_op(builder, "arith.floordivsi",
                                                micai_onnx_plus(builder, size, margin),
                                                micai_onnx_index(builder, window->strides[i]));
        sizes->values[i + 2] = micai_onnx_plus(builder, steps, 1);
    }
}
