// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The few ops that bufferization inserts, and the types of buffers.
#include "dialects/memref/memref.h"
#include "transforms/buffer/bufferize_internal.h"

/// Alignment of allocations in bytes: a cache line, and any vector register.
enum { ALLOCATION_ALIGNMENT = 64 };

mica_value *micai_build_alloc(mica_builder *builder, const mica_type *type,
                              mica_value *const *sizes, size_t count)
{
    mica_op_state state;
    mica_op_state_init(&state, builder->context, "memref.alloc", builder->location);
    mica_op_state_add_operands(&state, sizes, count);
    mica_op_state_add_result(&state, type);
    mica_op_state_set_attr(&state, "alignment",
                           mica_i64_attr_get(builder->context, ALLOCATION_ALIGNMENT));
    const int32_t segments[] = {(int32_t)count, 0};
    mica_op_state_set_attr(&state, "operandSegmentSizes",
                           mica_i32_array_attr_get(builder->context, segments, 2));
    return micai_only_result(mica_builder_create(builder, &state));
}

void micai_build_copy(mica_builder *builder, mica_value *from, mica_value *to)
{
    mica_op_state state;
    mica_op_state_init(&state, builder->context, "memref.copy", builder->location);
    mica_op_state_add_operand(&state, from);
    mica_op_state_add_operand(&state, to);
    mica_builder_create(builder, &state);
}

mica_value *micai_build_index(mica_builder *builder, int64_t value)
{
    mica_op_state state;
    mica_op_state_init(&state, builder->context, "arith.constant", builder->location);
    mica_op_state_add_result(&state, mica_index_type_get(builder->context));
    mica_op_state_set_attr(&state, "value", mica_index_attr_get(builder->context, value));
    return micai_only_result(mica_builder_create(builder, &state));
}

mica_value *micai_build_memref_dim(mica_builder *builder, mica_value *memref, size_t index)
{
    mica_value *position = micai_build_index(builder, (int64_t)index);
    if (!position)
        return NULL;
    mica_op_state state;
    mica_op_state_init(&state, builder->context, "memref.dim", builder->location);
    mica_op_state_add_operand(&state, memref);
    mica_op_state_add_operand(&state, position);
    mica_op_state_add_result(&state, mica_index_type_get(builder->context));
    return micai_only_result(mica_builder_create(builder, &state));
}

/// `name` %operand : .. -> type
static mica_value *build_unary(mica_builder *builder, const char *name, mica_value *operand,
                               const mica_type *type)
{
    mica_op_state state;
    mica_op_state_init(&state, builder->context, name, builder->location);
    mica_op_state_add_operand(&state, operand);
    mica_op_state_add_result(&state, type);
    return micai_only_result(mica_builder_create(builder, &state));
}

mica_value *micai_build_to_memref(mica_builder *builder, mica_value *tensor,
                                  const mica_type *type)
{
    return build_unary(builder, "bufferization.to_memref", tensor, type);
}

mica_value *micai_build_to_tensor(mica_builder *builder, mica_value *memref,
                                  const mica_type *type)
{
    return build_unary(builder, "bufferization.to_tensor", memref, type);
}

mica_value *mica_bufferize_cast(mica_builder *builder, mica_value *buffer,
                                const mica_type *type)
{
    if (!buffer || mica_value_type(buffer) == type)
        return buffer;
    return build_unary(builder, "memref.cast", buffer, type);
}

const mica_type *mica_buffer_type_identity(const mica_type *tensor)
{
    const mica_type *element = mica_type_element(tensor);
    if (!mica_type_is_ranked(tensor))
        return mica_unranked_memref_type_get(element, NULL);
    return mica_memref_type_get(element, mica_type_shape(tensor), mica_type_rank(tensor), NULL,
                                NULL);
}

const mica_type *mica_buffer_type_dynamic(const mica_type *tensor)
{
    if (!mica_type_is_ranked(tensor))
        return mica_buffer_type_identity(tensor);
    mica_context *context = mica_type_context(tensor);
    const size_t rank = mica_type_rank(tensor);
    int64_t inline_strides[8];
    int64_t *strides = inline_strides;
    if (rank > 8 && !(strides = micai_context_allocate(context, rank * sizeof *strides)))
        return NULL;
    for (size_t i = 0; i < rank; ++i)
        strides[i] = MICA_DYNAMIC;
    const mica_attr *layout =
        mica_strided_layout_attr_get(context, MICA_DYNAMIC, strides, rank);
    if (strides != inline_strides)
        micai_context_free(context, strides, rank * sizeof *strides);
    return mica_memref_type_get(mica_type_element(tensor), mica_type_shape(tensor), rank,
                                layout, NULL);
}

mica_value *mica_bufferize_allocate(mica_bufferize_state *state, mica_builder *builder,
                                    const mica_type *tensor, mica_value *like)
{
    (void)state;
    const size_t rank = mica_type_rank(tensor);
    const int64_t *shape = mica_type_shape(tensor);
    mica_value *inline_sizes[8];
    mica_value **sizes = inline_sizes;
    if (rank > 8 && !(sizes = micai_context_allocate(builder->context, rank * sizeof *sizes)))
        return NULL;
    size_t count = 0;
    for (size_t i = 0; i < rank; ++i) {
        if (shape[i] == MICA_DYNAMIC)
            sizes[count++] = micai_build_memref_dim(builder, like, i);
    }
    mica_value *buffer =
        micai_build_alloc(builder, mica_buffer_type_identity(tensor), sizes, count);
    if (sizes != inline_sizes)
        micai_context_free(builder->context, sizes, rank * sizeof *sizes);
    return buffer;
}

/// A dynamic offset or stride takes any; a static one only its own.
static bool layout_fits(const mica_type *from, const mica_type *to)
{
    enum { MAX_RANK = 64 };
    int64_t from_strides[MAX_RANK], to_strides[MAX_RANK], from_offset, to_offset;
    const size_t rank = mica_type_rank(from);
    if (rank > MAX_RANK || !mica_memref_type_strides(from, from_strides, &from_offset) ||
        !mica_memref_type_strides(to, to_strides, &to_offset))
        return false;
    bool fits = to_offset == MICA_DYNAMIC || to_offset == from_offset;
    for (size_t i = 0; i < rank; ++i)
        fits &= to_strides[i] == MICA_DYNAMIC || to_strides[i] == from_strides[i];
    return fits;
}

mica_value *micai_bufferize_as(mica_bufferize_state *state, mica_builder *builder,
                               mica_value *buffer, const mica_type *tensor,
                               const mica_type *wanted)
{
    if (!buffer || mica_value_type(buffer) == wanted)
        return buffer;
    const mica_type *type = mica_value_type(buffer);
    if (!mica_type_is_ranked(type) || !mica_type_is_ranked(wanted) || layout_fits(type, wanted))
        return mica_bufferize_cast(builder, buffer, wanted);
    mica_value *copy = mica_bufferize_allocate(state, builder, tensor, buffer);
    if (!copy)
        return NULL;
    micai_build_copy(builder, buffer, copy);
    return mica_bufferize_cast(builder, copy, wanted);
}

void micai_copy_attributes(mica_op_state *state, mica_op *op)
{
    for (size_t i = 0; i < mica_op_slot_count(op); ++i)
        mica_op_state_set_slot(state, i, mica_op_slot(op, i));
    for (size_t i = 0; i < mica_op_attr_count(op); ++i) {
        const mica_named_attr attr = mica_op_attr_entry(op, i);
        mica_op_state_set_attr_by_name(state, attr.name, attr.value);
    }
}

/// The constants of a mixed list as an attribute; its values become operands of `state`, whose
/// number is `*values`.
static const mica_attr *add_mixed(mica_op_state *state, const mica_mixed *entries, size_t count,
                                  int64_t *statics, int32_t *values)
{
    *values = 0;
    for (size_t i = 0; i < count; ++i) {
        statics[i] = mica_mixed_static(entries[i]);
        if (!entries[i].value)
            continue;
        mica_op_state_add_operand(state, entries[i].value);
        ++*values;
    }
    return mica_i64_array_attr_get(state->context, statics, count);
}

mica_value *micai_build_box(mica_builder *builder, mica_value *buffer,
                            const mica_mixed *offsets, const mica_mixed *sizes, size_t rank)
{
    mica_context *context = builder->context;
    const size_t bytes = (3 * rank + 1) * sizeof(int64_t);
    int64_t *rows = micai_context_allocate(context, bytes);
    if (!rows)
        return NULL;
    mica_op_state state;
    mica_op_state_init_record(&state, context,
                              mica_op_record_get(context, mica_string_from("memref.subview")),
                              builder->location);
    mica_op_state_add_operand(&state, buffer);
    int32_t segments[4] = {1, 0, 0, 0};
    mica_op_state_set_attr(&state, "static_offsets",
                           add_mixed(&state, offsets, rank, rows, &segments[1]));
    mica_op_state_set_attr(&state, "static_sizes",
                           add_mixed(&state, sizes, rank, rows + rank, &segments[2]));
    for (size_t i = 0; i < rank; ++i)
        rows[2 * rank + i] = 1;
    mica_op_state_set_attr(&state, "static_strides",
                           mica_i64_array_attr_get(context, rows + 2 * rank, rank));
    mica_op_state_set_attr(&state, "operandSegmentSizes",
                           mica_i32_array_attr_get(context, segments, 4));
    mica_op_state_add_result(&state, mica_memref_subview_type(mica_value_type(buffer), rows,
                                                              rows + rank, rows + 2 * rank));
    micai_context_free(context, rows, bytes);
    return micai_only_result(mica_builder_create(builder, &state));
}
