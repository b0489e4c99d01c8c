// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Packing of contraction operands into panels, at compile time where the operand is a constant.
//
//   B: depth x columns               packed: [panels][depth][panel]
//   0 1 2 3 | 4 5 . .                0 1 2 3 / 6 7 8 9 | 4 5 0 0 / a b 0 0
//   6 7 8 9 | a b . .
#include "transforms/tensor/contraction_internal.h"

#include "dialects/arith/arith_ops.h"
#include "dialects/tensor/tensor_ops.h"
#include "ir/support/blob.h"

size_t micai_matrix_indices(const micai_matrix *matrix, mica_value *row, mica_value *column,
                            mica_value *indices[4])
{
    size_t count = 0;
    for (; count < matrix->prefix_count; ++count)
        indices[count] = matrix->prefix[count];
    indices[count++] = matrix->is_transposed ? column : row;
    indices[count++] = matrix->is_transposed ? row : column;
    return count;
}

/// The dense constant behind a value, through reshapes; NULL when it is none.
static const mica_attr *constant_behind(const mica_value *value)
{
    const mica_op *op = mica_value_op(value);
    while (mica_op_is(op, &mica_tensor_collapse_shape_kind) ||
           mica_op_is(op, &mica_tensor_expand_shape_kind))
        op = mica_value_op(mica_op_operand(op, 0));
    if (!mica_op_is(op, &mica_arith_constant_kind))
        return NULL;
    const mica_attr *attr = mica_arith_constant_value(op);
    return mica_attr_is(attr, MICA_ATTR_DENSE_ELEMENTS) ? attr : NULL;
}

/// Copies `count` elements that lie `stride` apart.
static char *gather_bytes(char *target, const char *source, size_t stride, size_t count,
                          size_t element)
{
    if (stride == element) {
        memcpy(target, source, count * element);
        return target + count * element;
    }
    for (size_t i = 0; i < count; ++i, target += element)
        memcpy(target, source + i * stride, element);
    return target;
}

/// Lays out `source` (one element when `is_splat`) in panels at `target`, which is zeroed. It
/// is written in order; what is read lies in as many streams as a panel has columns, at most.
static void pack_bytes(char *target, const char *source, bool is_splat, size_t element,
                       const micai_constant_layout *layout, int64_t panel)
{
    const size_t down = is_splat ? 0 : (size_t)layout->depth_stride * element;
    const size_t along = is_splat ? 0 : (size_t)layout->column_stride * element;
    for (int64_t n = 0; n < layout->columns; n += panel) {
        const size_t width = (size_t)micai_least(panel, layout->columns - n);
        for (int64_t k = 0; k < layout->depth; ++k) {
            const char *row = source + (size_t)n * along + (size_t)k * down;
            target = gather_bytes(target, row, along, width, element);
            target += ((size_t)panel - width) * element;
        }
    }
}

mica_value *micai_pack_constant(mica_builder *builder, mica_value *matrix,
                                const micai_constant_layout *layout, int64_t panel)
{
    const mica_attr *attr = constant_behind(matrix);
    if (!attr)
        return NULL;
    const mica_type *type = mica_type_element(mica_attr_type(attr));
    const size_t element = mica_dense_element_size(type);
    const int64_t shape[] = {micai_ceil_div(layout->columns, panel), layout->depth, panel};
    const size_t size = (size_t)(shape[0] * shape[1] * shape[2]) * element;
    void *bytes;
    mica_blob *blob = mica_blob_allocate(builder->context, size, &bytes);
    if (!blob)
        return NULL;
    size_t source_size;
    const char *source = mica_dense_elements_attr_data(attr, &source_size);
    memset(bytes, 0, size);
    pack_bytes(bytes, source, mica_dense_elements_attr_is_splat(attr), element, layout, panel);
    const mica_type *packed = mica_tensor_type_get(type, shape, 3, NULL);
    mica_op *op =
        mica_arith_constant_build(builder, mica_dense_elements_attr_get_blob(packed, blob));
    return op ? mica_op_result(op, 0) : NULL;
}

/// Rows of the matrix are contiguous: each is copied as one vector.
static mica_value *pack_rows(mica_builder *builder, const micai_matrix *matrix,
                             mica_value *into, mica_value *first_depth, mica_value *depth,
                             mica_value *panel, mica_value *column, bool in_bounds)
{
    const mica_type *packed = mica_value_type(into);
    const mica_type *vector =
        mica_vector_type_get(mica_type_element(packed), mica_type_shape(packed) + 2, NULL, 1);
    mica_value *zero = micai_index(builder, 0);
    micai_loop over_depth;
    micai_loop_begin(&over_depth, builder, zero, depth, micai_index(builder, 1), &into, 1);
    mica_value *indices[4];
    const size_t count = micai_matrix_indices(
        matrix, micai_index_add(builder, first_depth, over_depth.iv), column, indices);
    mica_value *row =
        micai_vector_read(builder, vector, matrix->tensor, indices, count, in_bounds);
    mica_value *const place[] = {panel, over_depth.iv, zero};
    mica_value *written =
        micai_vector_write(builder, row, over_depth.carried[0], place, 3, true);
    micai_loop_end(&over_depth, builder, &written);
    return over_depth.results[0];
}

/// Columns of the matrix are contiguous: each goes element by element to its place.
static mica_value *pack_transposed(mica_builder *builder, const micai_matrix *matrix,
                                   mica_value *into, mica_value *first_depth, mica_value *depth,
                                   mica_value *panel, mica_value *column, int64_t columns)
{
    mica_value *zero = micai_index(builder, 0), *one = micai_index(builder, 1);
    mica_value *width = micai_index(builder, mica_type_shape(mica_value_type(into))[2]);
    mica_value *present = micai_index_min(
        builder, width, micai_index_sub(builder, micai_index(builder, columns), column));
    micai_loop over_columns, over_depth;
    micai_loop_begin(&over_columns, builder, zero, present, one, &into, 1);
    micai_loop_begin(&over_depth, builder, zero, depth, one, over_columns.carried, 1);
    mica_value *indices[4];
    const size_t count =
        micai_matrix_indices(matrix, micai_index_add(builder, first_depth, over_depth.iv),
                             micai_index_add(builder, column, over_columns.iv), indices);
    mica_value *element = micai_tensor_extract(builder, matrix->tensor, indices, count);
    mica_value *const place[] = {panel, over_depth.iv, over_columns.iv};
    mica_value *written =
        micai_tensor_insert(builder, element, over_depth.carried[0], place, 3);
    micai_loop_end(&over_depth, builder, &written);
    micai_loop_end(&over_columns, builder, over_depth.results);
    return over_columns.results[0];
}

mica_value *micai_pack_columns(mica_builder *builder, const micai_matrix *matrix,
                               mica_value *into, mica_value *first_depth, mica_value *depth,
                               mica_value *first_panel, mica_value *panels, int64_t columns)
{
    const int64_t width = mica_type_shape(mica_value_type(into))[2];
    micai_loop over_panels;
    micai_loop_begin(&over_panels, builder, micai_index(builder, 0), panels,
                     micai_index(builder, 1), &into, 1);
    mica_value *panel = over_panels.iv;
    mica_value *column =
        micai_index_mul(builder, micai_index_add(builder, first_panel, panel), width);
    mica_value *packed = matrix->is_transposed
                             ? pack_transposed(builder, matrix, over_panels.carried[0],
                                               first_depth, depth, panel, column, columns)
                             : pack_rows(builder, matrix, over_panels.carried[0], first_depth,
                                         depth, panel, column, columns % width == 0);
    micai_loop_end(&over_panels, builder, &packed);
    return over_panels.results[0];
}

mica_value *micai_collapse_dims(mica_builder *builder, mica_value *tensor, const size_t *groups,
                                size_t count)
{
    enum { MAX_RANK = 8 };
    mica_context *context = builder->context;
    const mica_type *type = mica_value_type(tensor);
    const mica_attr *reassociation[MAX_RANK], *dims[MAX_RANK];
    int64_t shape[MAX_RANK];
    size_t dim = 0;
    for (size_t i = 0; i < count; ++i) {
        shape[i] = 1;
        for (size_t g = 0; g < groups[i]; ++g, ++dim) {
            dims[g] = mica_i64_attr_get(context, (int64_t)dim);
            shape[i] *= mica_type_shape(type)[dim];
        }
        reassociation[i] = mica_array_attr_get(context, dims, groups[i]);
    }
    mica_op *op = mica_tensor_collapse_shape_build(
        builder, mica_tensor_type_get(mica_type_element(type), shape, count, NULL), tensor,
        mica_array_attr_get(context, reassociation, count));
    return op ? mica_op_result(op, 0) : NULL;
}
