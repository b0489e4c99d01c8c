// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Cuts the computation of a size out of a function, up to its arguments:
//
//   %n = memref.dim %x, %c0             the argument that holds it (expose-dims), or itself
//   %m = arith.addi %n, %c3             copied with its operands
//   %k = arith.minsi %m, %data          bounded: min(m, ..) is at most m
//   %v = memref.subview %b[0] [%count]  %count is at most the size of %b
//
// Where an operand is only bounded, an op that grows with it is copied with the bounds. Any
// other data-dependent value is bounded by the box that it is the size of: a box larger than
// its buffer would be undefined. Copies may run where the original would not, so divisors that
// are no constants are kept from 0.
#include "transforms/buffer/size_bounds.h"

#include "dialects/affine/affine_ops.h"
#include "dialects/arith/arith_ops.h"
#include "dialects/memref/memref_ops.h"
#include "dialects/scf/scf_ops.h"
#include "ir/core/affine.h"
#include "ir/core/interfaces.h"
#include "ir/core/mixed_values.h"
#include "ir/rewrite/fold.h"
#include "ir/rewrite/side_effects.h"
#include "transforms/tensor/entry_dims.h"

enum { DEEPEST = 200 };

static const micai_size_bound nothing = {NULL, false};

static micai_size_bound exactly(mica_value *value)
{
    return (micai_size_bound){value, value != NULL};
}
static micai_size_bound at_most(mica_value *value)
{
    return (micai_size_bound){value, false};
}

// ---- building
// --------------------------------------------------------------------------------

static mica_value *build(mica_builder *builder, const char *name, mica_value *const *operands,
                         size_t count, const mica_type *type)
{
    mica_op_state state;
    for (size_t i = 0; i < count; ++i)
        if (!operands[i])
            return NULL;
    mica_op_state_init(&state, builder->context, name, builder->location);
    mica_op_state_add_operands(&state, operands, count);
    mica_op_state_add_result(&state, type);
    return mica_builder_create_or_fold(builder, &state);
}

mica_value *micai_build_binary(mica_builder *builder, const char *name, mica_value *a,
                               mica_value *b)
{
    mica_value *const operands[] = {a, b};
    return a ? build(builder, name, operands, 2, mica_value_type(a)) : NULL;
}

static mica_value *build_select(mica_builder *builder, mica_value *condition, mica_value *a,
                                mica_value *b)
{
    mica_value *const operands[] = {condition, a, b};
    return a ? build(builder, "arith.select", operands, 3, mica_value_type(a)) : NULL;
}

static mica_value *build_compare(mica_builder *builder, int64_t predicate, mica_value *a,
                                 mica_value *b)
{
    mica_op_state state;
    if (!a || !b)
        return NULL;
    mica_op_state_init(&state, builder->context, "arith.cmpi", builder->location);
    mica_op_state_add_operand(&state, a);
    mica_op_state_add_operand(&state, b);
    mica_op_state_set_attr(&state, "predicate", mica_i64_attr_get(builder->context, predicate));
    mica_op_state_add_result(&state, mica_integer_type_get(builder->context, 1, MICA_SIGNLESS));
    return mica_builder_create_or_fold(builder, &state);
}

/// Unsigned: what is negative is above the limit.
static mica_value *limit(mica_builder *builder, mica_value *size)
{
    return micai_build_binary(builder, "arith.minui", size,
                              micai_build_index(builder, MICAI_SIZE_LIMIT));
}

mica_value *micai_build_size_sum(mica_builder *builder, mica_value *a, mica_value *b)
{
    return limit(builder, micai_build_binary(builder, "arith.addi", limit(builder, a),
                                             limit(builder, b)));
}

mica_value *micai_build_size_product(mica_builder *builder, mica_value *a, mica_value *b)
{
    enum { ULE = 7 };
    int64_t known_a, known_b, product;
    if (!a || !b)
        return NULL;
    if (mica_value_constant_int(a, &known_a) && mica_value_constant_int(b, &known_b) &&
        known_a >= 0 && known_b >= 0 && !__builtin_mul_overflow(known_a, known_b, &product))
        return limit(builder, micai_build_index(builder, product));
    if (mica_value_constant_int(a, &known_a)) {
        mica_value *swapped = a;
        a = b;
        b = swapped; // then the quotient is a constant
    }
    // a * b <= limit exactly when a <= limit / b.
    mica_value *one = micai_build_index(builder, 1);
    mica_value *most = micai_build_index(builder, MICAI_SIZE_LIMIT);
    mica_value *most_of_a = micai_build_binary(
        builder, "arith.divui", most, micai_build_binary(builder, "arith.maxui", b, one));
    return build_select(builder, build_compare(builder, ULE, a, most_of_a),
                        micai_build_binary(builder, "arith.muli", a, b), most);
}

mica_value *micai_build_size_aligned(mica_builder *builder, mica_value *size, int64_t alignment)
{
    mica_value *above = micai_build_binary(builder, "arith.addi", limit(builder, size),
                                           micai_build_index(builder, alignment - 1));
    return micai_build_binary(builder, "arith.andi", above,
                              micai_build_index(builder, -alignment));
}

// ---- copies
// ----------------------------------------------------------------------------------

static bool is_division(const mica_op *op)
{
    static const mica_op_kind kinds[] = {
        &mica_arith_divsi_kind,      &mica_arith_divui_kind,     &mica_arith_ceildivsi_kind,
        &mica_arith_floordivsi_kind, &mica_arith_ceildivui_kind, &mica_arith_remsi_kind,
        &mica_arith_remui_kind};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; ++i)
        if (mica_op_is(op, kinds[i]))
            return true;
    return false;
}

/// The divisor, or 1 instead of 0.
static mica_value *kept_from_zero(micai_size_bounds *bounds, mica_value *divisor)
{
    enum { EQUAL = 0 };
    int64_t known;
    const mica_type *type = mica_value_type(divisor);
    if (mica_value_constant_int(divisor, &known) && known != 0)
        return divisor;
    mica_value *numbers[2];
    for (int i = 0; i < 2; ++i) {
        mica_op_state state;
        const mica_attr *value = mica_type_is_index(type)
                                     ? mica_index_attr_get(bounds->builder.context, i)
                                     : mica_integer_attr_get(type, i);
        mica_op_state_init(&state, bounds->builder.context, "arith.constant",
                           bounds->builder.location);
        mica_op_state_set_attr(&state, "value", value);
        mica_op_state_add_result(&state, type);
        mica_op *op = mica_builder_create(&bounds->builder, &state);
        if (!op)
            return NULL;
        numbers[i] = mica_op_result(op, 0);
    }
    mica_value *is_zero = build_compare(&bounds->builder, EQUAL, divisor, numbers[0]);
    return build_select(&bounds->builder, is_zero, numbers[1], divisor);
}

/// The op with `operands` (already at the builder's place) instead of its own.
static mica_value *copy(micai_size_bounds *bounds, mica_op *op, mica_value *const *operands)
{
    mica_op_state state;
    mica_op_state_init_record(&state, bounds->builder.context, mica_op_get_record(op),
                              bounds->builder.location);
    for (size_t i = 0; i < mica_op_operand_count(op); ++i) {
        mica_value *operand = operands[i];
        if (i == 1 && is_division(op))
            operand = kept_from_zero(bounds, operand);
        if (!operand) {
            mica_op_state_discard(&state);
            return NULL;
        }
        mica_op_state_add_operand(&state, operand);
    }
    for (size_t i = 0; i < mica_op_slot_count(op); ++i)
        mica_op_state_set_slot(&state, i, mica_op_slot(op, i));
    mica_op_state_add_result(&state, mica_value_type(mica_op_result(op, 0)));
    return mica_builder_create_or_fold(&bounds->builder, &state);
}

static bool may_copy(mica_op *op)
{
    return mica_op_result_count(op) == 1 && mica_op_region_count(op) == 0 &&
           mica_op_operand_count(op) <= 16 && mica_op_is_memory_effect_free(op) &&
           !mica_type_is_memref(mica_value_type(mica_op_result(op, 0)));
}

// ---- ops that grow with their operands
// ---------------------------------------------------------

static bool is_positive(mica_value *value)
{
    int64_t known;
    return mica_value_constant_int(value, &known) && known > 0;
}

static bool is_negative(mica_value *value)
{
    int64_t known;
    return mica_value_constant_int(value, &known) && known < 0;
}

/// Does the expression never fall when a dim or symbol rises?
static bool expression_grows(const mica_affine_expr *expr, unsigned depth)
{
    const mica_affine_kind kind = mica_affine_expr_kind(expr);
    if (kind == MICA_AFFINE_CONSTANT || kind == MICA_AFFINE_DIM || kind == MICA_AFFINE_SYMBOL)
        return true;
    const mica_affine_expr *lhs = mica_affine_expr_lhs(expr), *rhs = mica_affine_expr_rhs(expr);
    if (depth == 0 || !expression_grows(lhs, depth - 1))
        return false;
    if (kind == MICA_AFFINE_ADD)
        return expression_grows(rhs, depth - 1);
    const bool by_constant = mica_affine_expr_kind(rhs) == MICA_AFFINE_CONSTANT;
    if (kind == MICA_AFFINE_MUL && by_constant)
        return mica_affine_expr_value(rhs) >= 0;
    // Sizes are at least 0, so products of them grow.
    if (kind == MICA_AFFINE_MUL)
        return expression_grows(rhs, depth - 1);
    return kind != MICA_AFFINE_MOD && by_constant && mica_affine_expr_value(rhs) > 0;
}

static bool map_grows(const mica_op *op)
{
    const mica_attr *map = mica_op_attr(op, "map");
    for (size_t i = 0; i < mica_affine_map_result_count(map); ++i)
        if (!expression_grows(mica_affine_map_result(map, i), 32))
            return false;
    return true;
}

/// Does the op's result never fall when operands that are only bounded rise?
static bool grows(mica_op *op, const micai_size_bound *operands)
{
    static const mica_op_kind always[] = {
        &mica_arith_addi_kind,        &mica_arith_minsi_kind,      &mica_arith_minui_kind,
        &mica_arith_maxsi_kind,       &mica_arith_maxui_kind,      &mica_arith_extsi_kind,
        &mica_arith_extui_kind,       &mica_arith_index_cast_kind, &mica_arith_trunci_kind,
        &mica_arith_index_castui_kind};
    for (size_t i = 0; i < sizeof always / sizeof *always; ++i)
        if (mica_op_is(op, always[i]))
            return true;
    if (mica_op_is(op, &mica_affine_apply_kind) || mica_op_is(op, &mica_affine_min_kind) ||
        mica_op_is(op, &mica_affine_max_kind))
        return map_grows(op);
    if (mica_op_is(op, &mica_arith_muli_kind))
        return !is_negative(operands[0].value) && !is_negative(operands[1].value);
    if (mica_op_is(op, &mica_arith_subi_kind))
        return operands[1].exact;
    const bool is_remainder =
        mica_op_is(op, &mica_arith_remsi_kind) || mica_op_is(op, &mica_arith_remui_kind);
    return is_division(op) && !is_remainder && operands[1].exact &&
           is_positive(operands[1].value);
}

/// min(a, b) with one bound, max of the branches of a select.
static micai_size_bound bound_of_choice(micai_size_bounds *bounds, mica_op *op,
                                        const micai_size_bound *operands)
{
    if (mica_op_is(op, &mica_arith_minsi_kind) || mica_op_is(op, &mica_arith_minui_kind))
        return at_most(operands[0].value ? operands[0].value : operands[1].value);
    if (mica_op_is(op, &mica_arith_select_kind))
        return at_most(micai_build_binary(&bounds->builder, "arith.maxsi", operands[1].value,
                                          operands[2].value));
    return nothing;
}

static micai_size_bound bound_of_op(micai_size_bounds *bounds, mica_op *op)
{
    enum { MOST = 16 };
    micai_size_bound operands[MOST];
    mica_value *values[MOST];
    bool all_exact = true, all_bounded = true;
    if (!may_copy(op))
        return nothing;
    for (size_t i = 0; i < mica_op_operand_count(op); ++i) {
        operands[i] = micai_size_bounds_of(bounds, mica_op_operand(op, i));
        values[i] = operands[i].value;
        all_exact &= operands[i].exact;
        all_bounded &= values[i] != NULL;
    }
    if (all_exact)
        return exactly(copy(bounds, op, values));
    if (all_bounded && grows(op, operands))
        return at_most(copy(bounds, op, values));
    return bound_of_choice(bounds, op, operands);
}

// ---- sizes of buffers
// --------------------------------------------------------------------------

static micai_size_bound bound_of_mixed(micai_size_bounds *bounds, mica_mixed size)
{
    if (size.value)
        return micai_size_bounds_of(bounds, size.value);
    return exactly(micai_build_index(&bounds->builder, size.constant));
}

/// Which of the operands that give dynamic sizes is that of `dim`.
static size_t dynamic_place(const mica_type *type, size_t dim)
{
    size_t place = 0;
    for (size_t i = 0; i < dim; ++i)
        place += mica_type_shape(type)[i] == MICA_DYNAMIC;
    return place;
}

/// A dynamic size of a box is never dropped, so that they keep their order.
static micai_size_bound bound_of_box(micai_size_bounds *bounds, const mica_op *op, size_t place)
{
    mica_mixed_cursor cursor = mica_slice_begin(op, MICA_SIZES);
    for (mica_mixed size; mica_mixed_next(&cursor, &size);)
        if (size.value && place-- == 0)
            return micai_size_bounds_of(bounds, size.value);
    return nothing;
}

static micai_size_bound bound_of_joined(micai_size_bounds *bounds, mica_op *op, size_t dim)
{
    const mica_attr *group =
        mica_array_attr_element(mica_memref_collapse_shape_reassociation(op), dim);
    micai_size_bound product = exactly(micai_build_index(&bounds->builder, 1));
    for (size_t i = 0; product.value && i < mica_array_attr_count(group); ++i) {
        const int64_t place = mica_integer_attr_value(mica_array_attr_element(group, i));
        const micai_size_bound size =
            micai_size_bounds_of_dim(bounds, mica_op_operand(op, 0), (size_t)place);
        product.exact &= size.exact;
        product.value =
            micai_build_binary(&bounds->builder, "arith.muli", product.value, size.value);
    }
    return product.value ? product : nothing;
}

/// The larger of what the two branches give.
static micai_size_bound bound_of_branches(micai_size_bounds *bounds, mica_op *op, size_t result,
                                          size_t dim)
{
    micai_size_bound sizes[2] = {{NULL, false}, {NULL, false}};
    for (size_t r = 0; r < 2 && r < mica_op_region_count(op); ++r) {
        mica_block *block = mica_region_first(mica_op_region(op, r));
        mica_op *yield = block ? mica_block_last(block) : NULL;
        if (!yield || result >= mica_op_operand_count(yield))
            return nothing;
        mica_value *given = mica_op_operand(yield, result);
        sizes[r] = mica_type_is_memref(mica_value_type(given))
                       ? micai_size_bounds_of_dim(bounds, given, dim)
                       : micai_size_bounds_of(bounds, given);
    }
    return at_most(
        micai_build_binary(&bounds->builder, "arith.maxsi", sizes[0].value, sizes[1].value));
}

/// A buffer that the function takes.
static micai_size_bound bound_of_argument(micai_size_bounds *bounds, mica_value *buffer,
                                          size_t dim)
{
    mica_value *known = micai_entry_dim(buffer, dim);
    if (known)
        return micai_size_bounds_of(bounds, known);
    const mica_block *entry = mica_region_first(mica_function_body(bounds->function));
    if (mica_value_op(buffer) || mica_value_block(buffer) != entry)
        return nothing;
    mica_value *there =
        bounds->arguments ? bounds->arguments[mica_value_index(buffer)] : buffer;
    if (!there)
        return nothing;
    mica_value *const operands[] = {there, micai_build_index(&bounds->builder, (int64_t)dim)};
    return exactly(build(&bounds->builder, "memref.dim", operands, 2,
                         mica_index_type_get(bounds->builder.context)));
}

static micai_size_bound dim_of_op(micai_size_bounds *bounds, mica_op *op, mica_value *buffer,
                                  size_t dim)
{
    const mica_type *type = mica_value_type(buffer);
    const size_t place = dynamic_place(type, dim);
    if (mica_op_is(op, &mica_memref_alloc_kind) || mica_op_is(op, &mica_memref_alloca_kind))
        return micai_size_bounds_of(bounds, mica_op_operand(op, place));
    if (mica_op_is(op, &mica_memref_view_kind))
        return micai_size_bounds_of(bounds, mica_op_operand(op, 2 + place));
    if (mica_op_is(op, &mica_memref_subview_kind) ||
        mica_op_is(op, &mica_memref_reinterpret_cast_kind))
        return bound_of_box(bounds, op, place);
    if (mica_op_is(op, &mica_memref_cast_kind))
        return mica_type_is_ranked(mica_value_type(mica_op_operand(op, 0)))
                   ? micai_size_bounds_of_dim(bounds, mica_op_operand(op, 0), dim)
                   : nothing;
    if (mica_op_is(op, &mica_memref_expand_shape_kind))
        return bound_of_mixed(bounds, mica_mixed_at(op, 1, 1, dim));
    if (mica_op_is(op, &mica_memref_collapse_shape_kind))
        return bound_of_joined(bounds, op, dim);
    if (mica_op_is(op, &mica_scf_if_kind))
        return bound_of_branches(bounds, op, mica_value_index(buffer), dim);
    return nothing;
}

micai_size_bound micai_size_bounds_of_dim(micai_size_bounds *bounds, mica_value *buffer,
                                          size_t dim)
{
    const int64_t known = mica_type_shape(mica_value_type(buffer))[dim];
    if (known != MICA_DYNAMIC)
        return exactly(micai_build_index(&bounds->builder, known));
    mica_op *op = mica_value_op(buffer);
    if (bounds->depth == DEEPEST)
        return nothing;
    ++bounds->depth;
    const micai_size_bound found =
        op ? dim_of_op(bounds, op, buffer, dim) : bound_of_argument(bounds, buffer, dim);
    --bounds->depth;
    return found;
}

// ---- sizes that depend on data
// -----------------------------------------------------------------

/// The size of the buffer that a box of this size is cut from, by a use that runs whenever the
/// value is there.
static micai_size_bound bound_of_use(micai_size_bounds *bounds, mica_value *value,
                                     const mica_op *box)
{
    const bool is_box = mica_op_is(box, &mica_memref_subview_kind) &&
                        mica_op_block(box) == mica_value_block(value) &&
                        mica_slice_has_unit_strides(box);
    if (!is_box)
        return nothing;
    mica_mixed_cursor cursor = mica_slice_begin(box, MICA_SIZES);
    size_t dim = 0;
    for (mica_mixed size; mica_mixed_next(&cursor, &size); ++dim) {
        if (size.value != value)
            continue;
        const micai_size_bound whole =
            micai_size_bounds_of_dim(bounds, mica_op_operand(box, 0), dim);
        if (whole.value)
            return at_most(whole.value);
    }
    return nothing;
}

static micai_size_bound bound_of_uses(micai_size_bounds *bounds, mica_value *value)
{
    if (!mica_type_is_index(mica_value_type(value)))
        return nothing;
    mica_for_each_use(use, value)
    {
        const micai_size_bound bound = bound_of_use(bounds, value, mica_use_owner(use));
        if (bound.value)
            return bound;
    }
    return nothing;
}

// ---- values
// ----------------------------------------------------------------------------------

static micai_size_bound bound_of_block_argument(micai_size_bounds *bounds, mica_value *value)
{
    mica_block *block = mica_value_block(value);
    mica_op *parent = mica_region_parent(mica_block_region(block));
    if (parent == bounds->function && mica_region_first(mica_function_body(parent)) == block) {
        mica_value *there =
            bounds->arguments ? bounds->arguments[mica_value_index(value)] : value;
        return exactly(there);
    }
    // A loop's counter stays below its end.
    if (mica_op_is(parent, &mica_scf_for_kind) && mica_value_index(value) == 0)
        return at_most(micai_size_bounds_of(bounds, mica_op_operand(parent, 1)).value);
    return nothing;
}

static micai_size_bound bound_of_result(micai_size_bounds *bounds, mica_value *value)
{
    mica_op *op = mica_value_op(value);
    int64_t dim;
    if (mica_op_is(op, &mica_memref_dim_kind)) {
        mica_value *buffer = mica_op_operand(op, 0);
        return mica_value_constant_int(mica_op_operand(op, 1), &dim) && dim >= 0 &&
                       mica_type_is_ranked(mica_value_type(buffer)) &&
                       (size_t)dim < mica_type_rank(mica_value_type(buffer))
                   ? micai_size_bounds_of_dim(bounds, buffer, (size_t)dim)
                   : nothing;
    }
    if (mica_op_is(op, &mica_scf_if_kind))
        return bound_of_branches(bounds, op, mica_value_index(value), 0);
    return bound_of_op(bounds, op);
}

static micai_size_bound compute(micai_size_bounds *bounds, mica_value *value)
{
    const micai_size_bound own = mica_value_op(value) ? bound_of_result(bounds, value)
                                                      : bound_of_block_argument(bounds, value);
    return own.value ? own : bound_of_uses(bounds, value);
}

/// Notes `value` as one that nothing is known of, which is right while it is asked about.
static bool remember(micai_size_bounds *bounds, mica_value *value)
{
    void *entries = bounds->entries;
    if (!micai_array_reserve(&bounds->builder.context->allocator, &entries, &bounds->capacity,
                             bounds->count + 1, sizeof *bounds->entries))
        return false;
    bounds->entries = entries;
    bounds->entries[bounds->count] = nothing;
    return micai_pointer_map_set(&bounds->known, value, bounds->count++);
}

micai_size_bound micai_size_bounds_of(micai_size_bounds *bounds, mica_value *value)
{
    uint64_t at;
    if (micai_pointer_map_find(&bounds->known, value, &at))
        return bounds->entries[at];
    at = bounds->count;
    if (bounds->depth == DEEPEST || !remember(bounds, value))
        return nothing;
    ++bounds->depth;
    const micai_size_bound found = compute(bounds, value);
    --bounds->depth;
    bounds->entries[at] = found;
    return found;
}

void micai_size_bounds_begin(micai_size_bounds *bounds, mica_op *function, mica_builder builder,
                             mica_value *const *arguments)
{
    *bounds = (micai_size_bounds){.function = function,
                                  .builder = builder,
                                  .arguments = arguments,
                                  .known = micai_pointer_map_on(&builder.context->allocator)};
}

void micai_size_bounds_end(micai_size_bounds *bounds)
{
    micai_pointer_map_free(&bounds->known);
    micai_release(&bounds->builder.context->allocator, bounds->entries,
                  bounds->capacity * sizeof *bounds->entries);
}
