// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// memref.subview of what a tensor slice was: the result's layout follows from the source's
// strides and the static parts of offsets and strides; dimensions of size 1 that the tensor
// type lacks are dropped.
#include "transforms/buffer/bufferize_internal.h"

static int64_t times(int64_t a, int64_t b)
{
    return a == MICA_DYNAMIC || b == MICA_DYNAMIC ? MICA_DYNAMIC : a * b;
}

static int64_t plus(int64_t a, int64_t b)
{
    return a == MICA_DYNAMIC || b == MICA_DYNAMIC ? MICA_DYNAMIC : a + b;
}

/// Keeps of `sizes` and `strides` the dimensions that make up the tensor's shape: from the
/// left, a unit dimension that does not fit is dropped. False when they don't.
static bool drop_unit_dims(int64_t *sizes, int64_t *strides, size_t rank,
                           const mica_type *tensor)
{
    const size_t kept = mica_type_rank(tensor);
    const int64_t *shape = mica_type_shape(tensor);
    size_t next = 0;
    for (size_t i = 0; i < rank; ++i) {
        if (next == kept || sizes[i] != shape[next]) {
            if (sizes[i] != 1)
                return false;
            continue;
        }
        sizes[next] = sizes[i];
        strides[next++] = strides[i];
    }
    return next == kept;
}

/// The type of the view; NULL when the source has no strides. `rows` is scratch of 3 * rank.
static const mica_type *view_type(mica_context *context, const mica_type *source, mica_op *op,
                                  const mica_type *tensor, int64_t *rows)
{
    const size_t rank = mica_type_rank(source);
    int64_t *sizes = rows, *strides = rows + rank;
    int64_t offset;
    if (!mica_memref_type_strides(source, strides, &offset))
        return NULL;
    const mica_attr *static_offsets = mica_op_attr(op, "static_offsets");
    const mica_attr *static_sizes = mica_op_attr(op, "static_sizes");
    const mica_attr *static_strides = mica_op_attr(op, "static_strides");
    for (size_t i = 0; i < rank; ++i) {
        offset = plus(offset, times(mica_dense_array_attr_int(static_offsets, i), strides[i]));
        sizes[i] = mica_dense_array_attr_int(static_sizes, i);
        strides[i] = times(strides[i], mica_dense_array_attr_int(static_strides, i));
    }
    if (!drop_unit_dims(sizes, strides, rank, tensor))
        return NULL;
    const size_t kept = mica_type_rank(tensor);
    const mica_attr *layout = mica_strided_layout_attr_get(context, offset, strides, kept);
    return layout ? mica_memref_type_get(mica_type_element(source), sizes, kept, layout,
                                         mica_memref_type_memory_space(source))
                  : NULL;
}

mica_value *micai_build_subview(mica_builder *builder, mica_value *buffer, mica_op *op,
                                size_t first, const mica_type *tensor)
{
    static const char *const statics[] = {"static_offsets", "static_sizes", "static_strides"};
    mica_context *context = builder->context;
    const size_t rank = mica_type_rank(mica_value_type(buffer));
    const size_t bytes = (3 * rank + 1) * sizeof(int64_t);
    int64_t *rows = micai_context_allocate(context, bytes);
    const mica_type *type =
        rows ? view_type(context, mica_value_type(buffer), op, tensor, rows) : NULL;
    micai_context_free(context, rows, bytes);
    if (!type) {
        mica_op_error(op, "can't be bufferized: its source's buffer has no strides");
        return NULL;
    }
    mica_op_state state;
    mica_op_state_init(&state, context, "memref.subview", builder->location);
    mica_op_state_add_operand(&state, buffer);
    int32_t segments[4] = {1, 0, 0, 0};
    for (size_t i = first; i < mica_op_operand_count(op); ++i)
        mica_op_state_add_operand(&state, mica_op_operand(op, i));
    for (size_t s = 0; s < 3; ++s) {
        const mica_attr *positions = mica_op_attr(op, statics[s]);
        for (size_t i = 0; i < mica_dense_array_attr_count(positions); ++i)
            segments[1 + s] += mica_dense_array_attr_int(positions, i) == MICA_DYNAMIC;
        mica_op_state_set_attr(&state, statics[s], positions);
    }
    mica_op_state_set_attr(&state, "operandSegmentSizes",
                           mica_i32_array_attr_get(context, segments, 4));
    mica_op_state_add_result(&state, type);
    return micai_only_result(mica_builder_create(builder, &state));
}
