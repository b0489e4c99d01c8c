// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See vector_transfer_internal.h.
#include "transforms/convert/vector_transfer_internal.h"

#include "dialects/affine/affine.h"
#include "dialects/arith/arith_ops.h"
#include "dialects/scf/scf_ops.h"
#include "ir/core/traits.h"
#include "ir/rewrite/fold.h"

// ---- reading and making
// ----------------------------------------------------------------------

bool micai_transfer_of(mica_op *op, micai_transfer *transfer)
{
    const bool is_read = mica_op_is(op, &mica_vector_transfer_read_kind);
    if (!is_read && !mica_op_is(op, &mica_vector_transfer_write_kind))
        return false;
    size_t first, count, mask, masks;
    mica_op_operand_range(op, is_read ? 1 : 2, &first, &count);
    mica_op_operand_range(op, 3, &mask, &masks);
    *transfer = (micai_transfer){
        .is_read = is_read,
        .source = mica_op_operand(op, is_read ? 0 : 1),
        .vector = is_read ? NULL : mica_op_operand(op, 0),
        .padding = is_read ? mica_op_operand(op, first + count) : NULL,
        .mask = masks ? mica_op_operand(op, mask) : NULL,
        .index_count = count,
        .map = mica_op_attr(op, "permutation_map"),
        .in_bounds = mica_op_attr(op, "in_bounds"),
        .type = mica_value_type(is_read ? mica_op_result(op, 0) : mica_op_operand(op, 0)),
    };
    if (count > MICAI_TRANSFER_MOST_DIMS || mica_type_rank(transfer->type) == 0 ||
        mica_type_rank(transfer->type) > MICAI_TRANSFER_MOST_DIMS)
        return false;
    for (size_t i = 0; i < count; i++)
        transfer->indices[i] = mica_op_operand(op, first + i);
    return true;
}

mica_op *micai_transfer_build(mica_builder *builder, const micai_transfer *transfer)
{
    if (transfer->is_read)
        return mica_vector_transfer_read_build(
            builder, transfer->type, transfer->source, transfer->indices, transfer->index_count,
            transfer->padding, transfer->mask, transfer->map, transfer->in_bounds);
    const mica_type *type = mica_value_type(transfer->source);
    return mica_vector_transfer_write_build(builder, mica_type_is_tensor(type) ? type : NULL,
                                            transfer->vector, transfer->source,
                                            transfer->indices, transfer->index_count,
                                            transfer->mask, transfer->map, transfer->in_bounds);
}

bool micai_transfer_dim(const micai_transfer *transfer, size_t index, size_t *dim)
{
    const mica_affine_expr *expr = mica_affine_map_result(transfer->map, index);
    if (mica_affine_expr_kind(expr) != MICA_AFFINE_DIM)
        return false;
    *dim = (size_t)mica_affine_expr_value(expr);
    return true;
}

bool micai_transfer_is_lowered(mica_op *op, const micai_transfer_options *options,
                               micai_transfer *transfer)
{
    if (!micai_transfer_of(op, transfer) ||
        (int64_t)micai_transfer_rank(transfer) <= options->target_rank)
        return false;
    const mica_type *source = mica_value_type(transfer->source);
    return (options->lower_tensors || !mica_type_is_tensor(source)) &&
           mica_type_element(source) == mica_type_element(transfer->type) &&
           !mica_vector_type_dim_is_scalable(transfer->type, 0);
}

// ---- slices
// ----------------------------------------------------------------------------------

bool micai_transfer_masks_first(const micai_transfer *transfer)
{
    size_t dim;
    return transfer->mask && micai_transfer_dim(transfer, 0, &dim) &&
           mica_type_rank(mica_value_type(transfer->mask)) > 1;
}

static const mica_attr *map_without_first(const mica_attr *map)
{
    const mica_affine_expr *results[MICAI_TRANSFER_MOST_DIMS];
    const size_t count = mica_affine_map_result_count(map) - 1;
    for (size_t i = 0; i < count; i++)
        results[i] = mica_affine_map_result(map, i + 1);
    return mica_affine_map_get(mica_attr_context(map), mica_affine_map_dim_count(map), 0,
                               results, count);
}

static const mica_attr *array_without_first(const mica_attr *array)
{
    const mica_attr *elements[MICAI_TRANSFER_MOST_DIMS];
    const size_t count = mica_array_attr_count(array) - 1;
    for (size_t i = 0; i < count; i++)
        elements[i] = mica_array_attr_element(array, i + 1);
    return mica_array_attr_get(mica_attr_context(array), elements, count);
}

static const mica_type *type_without_first(const mica_type *vector)
{
    bool scalable[MICAI_TRANSFER_MOST_DIMS];
    const size_t rank = mica_type_rank(vector);
    for (size_t i = 1; i < rank; i++)
        scalable[i - 1] = mica_vector_type_dim_is_scalable(vector, i);
    return mica_vector_type_get(mica_type_element(vector), mica_type_shape(vector) + 1,
                                scalable, rank - 1);
}

micai_transfer micai_transfer_slice(mica_builder *builder, const micai_transfer *transfer,
                                    mica_value *iv)
{
    micai_transfer slice = *transfer;
    size_t dim;
    if (micai_transfer_dim(transfer, 0, &dim)) {
        slice.indices[dim] = micai_affine_sum(builder, transfer->indices[dim], iv);
        if (transfer->mask && !micai_transfer_masks_first(transfer))
            slice.mask = NULL; // the guard has looked at it
    }
    slice.map = map_without_first(transfer->map);
    slice.in_bounds = array_without_first(transfer->in_bounds);
    slice.type = type_without_first(transfer->type);
    return slice;
}

// ---- sums of indices
// -------------------------------------------------------------------------

static mica_value *build_apply(mica_builder *builder, const mica_affine_map_of_values *applied)
{
    mica_op_state state;
    mica_op_state_init(&state, builder->context, "affine.apply", builder->location);
    mica_op_state_add_operands(&state, applied->dims.values, applied->dims.count);
    mica_op_state_add_operands(&state, applied->symbols.values, applied->symbols.count);
    mica_op_state_add_result(&state, mica_index_type_get(builder->context));
    mica_op_state_set_attr(&state, "map", applied->map);
    return mica_builder_create_or_fold(builder, &state);
}

mica_value *micai_affine_sum(mica_builder *builder, mica_value *base, mica_value *offset)
{
    mica_value *const operands[] = {base, offset};
    const mica_affine_expr *sum =
        mica_affine_binary_get(MICA_AFFINE_ADD, mica_affine_dim_get(builder->context, 0),
                               mica_affine_dim_get(builder->context, 1));
    mica_affine_map_of_values applied;
    mica_value *made = NULL;
    if (mica_affine_values_begin(&applied, mica_affine_map_get(builder->context, 2, 0, &sum, 1),
                                 operands, 2)) {
        mica_affine_values_compose(&applied);
        mica_affine_values_simplify(&applied);
        made = build_apply(builder, &applied);
    }
    mica_affine_values_end(&applied);
    return made;
}

// ---- guards
// ----------------------------------------------------------------------------------

static mica_value *build_size(mica_builder *builder, mica_value *source, size_t dim)
{
    mica_op_state state;
    const bool is_tensor = mica_type_is_tensor(mica_value_type(source));
    mica_op *index =
        mica_arith_constant_build(builder, mica_index_attr_get(builder->context, (int64_t)dim));
    mica_op_state_init(&state, builder->context, is_tensor ? "tensor.dim" : "memref.dim",
                       builder->location);
    mica_op_state_add_operand(&state, source);
    mica_op_state_add_operand(&state, mica_op_result(index, 0));
    mica_op_state_add_result(&state, mica_index_type_get(builder->context));
    return mica_builder_create_or_fold(builder, &state);
}

/// Is slice `iv` of a transfer in bounds and unmasked? NULL: yes.
static mica_value *build_condition(mica_builder *builder, const micai_transfer *transfer,
                                   mica_value *iv)
{
    size_t dim;
    if (!micai_transfer_dim(transfer, 0, &dim))
        return NULL;
    mica_value *condition = NULL;
    if (!mica_integer_attr_value(mica_array_attr_element(transfer->in_bounds, 0))) {
        mica_value *size = build_size(builder, transfer->source, dim);
        mica_value *index = micai_affine_sum(builder, transfer->indices[dim], iv);
        condition = mica_op_result(
            mica_arith_cmpi_build(builder, size, index, MICA_ARITH_INTEGER_COMPARISON_SGT), 0);
    }
    if (!transfer->mask || micai_transfer_masks_first(transfer))
        return condition;
    mica_value *bit =
        mica_op_result(mica_vector_extractelement_build(builder, transfer->mask, iv), 0);
    return condition ? mica_op_result(mica_arith_andi_build(builder, condition, bit), 0) : bit;
}

void micai_transfer_guard_begin(micai_transfer_guard *guard, mica_builder *builder,
                                const micai_transfer *transfer, mica_value *iv,
                                const mica_type *result)
{
    *guard = (micai_transfer_guard){.choice = NULL};
    mica_value *condition = build_condition(builder, transfer, iv);
    if (!condition)
        return;
    guard->choice = mica_scf_if_build(builder, &result, result != NULL, condition);
    guard->outside = *builder;
    for (size_t i = 0; i < 2; i++)
        mica_region_append(mica_op_region(guard->choice, i),
                           mica_block_create(builder->context));
    mica_builder_set_at_end(builder, mica_region_first(mica_op_region(guard->choice, 0)));
}

static void yield(const micai_transfer_guard *guard, mica_builder *builder, mica_value *value)
{
    mica_scf_yield_build(builder, &value, mica_op_result_count(guard->choice));
}

bool micai_transfer_guard_else(micai_transfer_guard *guard, mica_builder *builder,
                               mica_value *value)
{
    guard->value = value;
    if (!guard->choice)
        return false;
    yield(guard, builder, value);
    mica_builder_set_at_end(builder, mica_region_first(mica_op_region(guard->choice, 1)));
    return true;
}

mica_value *micai_transfer_guard_end(micai_transfer_guard *guard, mica_builder *builder,
                                     mica_value *other)
{
    if (!guard->choice)
        return guard->value;
    yield(guard, builder, other);
    *builder = guard->outside;
    return mica_op_result_count(guard->choice) ? mica_op_result(guard->choice, 0) : NULL;
}
