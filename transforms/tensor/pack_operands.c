// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Packing of contraction operands into panels, at compile time where the operand is a constant.
//
//   B: depth x columns               packed: [panels][depth][panel]
//   0 1 2 3 | 4 5 . .                0 1 2 3 / 6 7 8 9 | 4 5 0 0 / a b 0 0
//   6 7 8 9 | a b . .
#include "transforms/tensor/contraction_internal.h"

#include "ir/support/blob.h"

size_t micai_matrix_indices(const micai_matrix *matrix, mica_value *row, mica_value *column,
                            mica_value *indices[4])
{
    size_t count = 0;
    for (; count < matrix->prefix_count; ++count)
        indices[count] = matrix->prefix[count];
    indices[count++] = row;
    indices[count++] = column;
    return count;
}

/// The dense constant behind a value, through reshapes; NULL when it is none.
static const mica_attr *constant_behind(const mica_value *value)
{
    const mica_op *op = mica_value_op(value);
    while (op && mica_string_is(mica_op_name(op), "tensor.collapse_shape"))
        op = mica_value_op(mica_op_operand(op, 0));
    if (!op || !mica_string_is(mica_op_name(op), "arith.constant"))
        return NULL;
    const mica_attr *attr = mica_op_attr(op, "value");
    return mica_attr_is(attr, MICA_ATTR_DENSE_ELEMENTS) ? attr : NULL;
}

/// Lays out `source` (one element when `is_splat`) in panels at `target`, which is zeroed.
static void pack_bytes(char *target, const char *source, bool is_splat, size_t element,
                       int64_t depth, int64_t columns, int64_t panel)
{
    for (int64_t k = 0; k < depth; ++k) {
        for (int64_t n = 0; n < columns; ++n) {
            const int64_t from = is_splat ? 0 : k * columns + n;
            const int64_t to = (n / panel * depth + k) * panel + n % panel;
            memcpy(target + (size_t)to * element, source + (size_t)from * element, element);
        }
    }
}

mica_value *micai_pack_constant(mica_builder *builder, mica_value *matrix, int64_t depth,
                                int64_t columns, int64_t panel)
{
    const mica_attr *attr = constant_behind(matrix);
    if (!attr)
        return NULL;
    const mica_type *type = mica_type_element(mica_attr_type(attr));
    const size_t element = mica_dense_element_size(type);
    const int64_t shape[] = {micai_ceil_div(columns, panel), depth, panel};
    const size_t size = (size_t)(shape[0] * shape[1] * shape[2]) * element;
    void *bytes;
    mica_blob *blob = mica_blob_allocate(builder->context, size, &bytes);
    if (!blob)
        return NULL;
    size_t source_size;
    const char *source = mica_dense_elements_attr_data(attr, &source_size);
    memset(bytes, 0, size);
    pack_bytes(bytes, source, mica_dense_elements_attr_is_splat(attr), element, depth, columns,
               panel);
    const mica_type *packed = mica_tensor_type_get(type, shape, 3, NULL);
    mica_op_state state;
    mica_op_state_init(&state, builder->context, "arith.constant", builder->location);
    mica_op_state_add_result(&state, packed);
    mica_op_state_set_attr(&state, "value", mica_dense_elements_attr_get_blob(packed, blob));
    mica_op *op = mica_builder_create(builder, &state);
    return op ? mica_op_result(op, 0) : NULL;
}

mica_value *micai_pack_columns(mica_builder *builder, const micai_matrix *matrix,
                               mica_value *into, mica_value *first_depth, mica_value *depth,
                               mica_value *first_panel, mica_value *panels, bool in_bounds)
{
    const mica_type *packed = mica_value_type(into);
    const int64_t width = mica_type_shape(packed)[2];
    const mica_type *vector = mica_vector_type_get(mica_type_element(packed), &width, NULL, 1);
    mica_value *zero = micai_index(builder, 0), *one = micai_index(builder, 1);
    micai_loop over_panels, over_depth;
    micai_loop_begin(&over_panels, builder, zero, panels, one, &into, 1);
    mica_value *column =
        micai_index_mul(builder, micai_index_add(builder, first_panel, over_panels.iv), width);
    micai_loop_begin(&over_depth, builder, zero, depth, one, over_panels.carried, 1);
    mica_value *indices[4];
    const size_t count = micai_matrix_indices(
        matrix, micai_index_add(builder, first_depth, over_depth.iv), column, indices);
    mica_value *row =
        micai_vector_read(builder, vector, matrix->tensor, indices, count, in_bounds);
    mica_value *const place[] = {over_panels.iv, over_depth.iv, zero};
    mica_value *written =
        micai_vector_write(builder, row, over_depth.carried[0], place, 3, true);
    micai_loop_end(&over_depth, builder, &written);
    micai_loop_end(&over_panels, builder, over_depth.results);
    return over_panels.results[0];
}
