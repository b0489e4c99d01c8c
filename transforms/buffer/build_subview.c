// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// memref.subview of what a tensor slice was: the result's layout follows from the source's
// strides and the static parts of offsets and strides; dimensions of size 1 that the tensor
// type lacks are dropped.
#include "dialects/memref/memref.h"
#include "transforms/buffer/bufferize_internal.h"

/// The type of the view; NULL when the source has no strides. `rows` is scratch of 3 * rank.
static const mica_type *view_type(const mica_type *source, const mica_op *op,
                                  const mica_type *tensor, int64_t *rows)
{
    static const char *const statics[] = {"static_offsets", "static_sizes", "static_strides"};
    const size_t rank = mica_type_rank(source);
    for (size_t s = 0; s < 3; ++s) {
        const mica_attr *positions = mica_op_attr(op, statics[s]);
        for (size_t i = 0; i < rank; ++i)
            rows[s * rank + i] = mica_dense_array_attr_int(positions, i);
    }
    const mica_type *full =
        mica_memref_subview_type(source, rows, rows + rank, rows + 2 * rank);
    return full ? mica_memref_reduced_subview_type(full, mica_type_shape(tensor),
                                                   mica_type_rank(tensor))
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
    const mica_type *type = rows ? view_type(mica_value_type(buffer), op, tensor, rows) : NULL;
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
