// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Evaluation of tensor: casts, reshapes, gathering, packing.
#include "dialects/tensor/tensor.h"
#include "ir/core/shape_rules.h"
#include "ir/interpreter/eval.h"

static const mica_type *result_type(const mica_op *op)
{
    return mica_value_type(mica_op_result(op, 0));
}

static bool set_buffer(mica_eval_frame *frame, mica_eval_buffer *buffer)
{
    return buffer && mica_eval_set_result(frame, 0, mica_eval_from_buffer(buffer));
}

// ---- casts and reshapes
// ----------------------------------------------------------------------

/// A type that says more must be right.
bool micai_tensor_cast_eval(mica_eval_frame *frame, mica_op *op)
{
    const mica_type *type = result_type(op);
    const mica_eval_buffer *source = mica_eval_buffer_operand(frame, op, 0);
    if (!source)
        return false;
    if (mica_type_is_ranked(type) && source->rank != mica_type_rank(type))
        return mica_eval_error(frame, op, "is given a tensor of rank %u", source->rank);
    for (size_t i = 0; i < mica_type_rank(type); i++)
        if (mica_type_shape(type)[i] != MICA_DYNAMIC &&
            mica_type_shape(type)[i] != source->sizes[i])
            return mica_eval_error(frame, op, "is given a tensor whose dimension %zu is %lld",
                                   i, (long long)source->sizes[i]);
    return mica_eval_set_result(frame, 0, mica_eval_take_operand(frame, 0));
}

bool micai_tensor_expand_shape_eval(mica_eval_frame *frame, mica_op *op)
{
    const int slot =
        mica_op_def_find_slot(mica_op_definition(op), mica_string_from("static_output_shape"));
    int64_t sizes[MICA_EVAL_MAX_RANK];
    size_t rank;
    return mica_eval_mixed(frame, op, 1, (size_t)slot, sizes, &rank) &&
           set_buffer(frame, mica_eval_reshape_buffer(frame, op, 0, sizes, rank));
}

bool micai_tensor_collapse_shape_eval(mica_eval_frame *frame, mica_op *op)
{
    const mica_eval_buffer *source = mica_eval_buffer_operand(frame, op, 0);
    const mica_attr *groups = mica_tensor_collapse_shape_reassociation(op);
    const size_t rank = mica_array_attr_count(groups);
    int64_t sizes[MICA_EVAL_MAX_RANK];
    if (!source || rank > MICA_EVAL_MAX_RANK)
        return source && mica_eval_unsupported(frame, op, "has too many dimensions");
    for (size_t group = 0, next = 0; group < rank; group++) {
        sizes[group] = 1;
        for (size_t i = mica_reassociation_group_size(groups, group); i-- > 0;)
            sizes[group] *= source->sizes[next++];
    }
    return set_buffer(frame, mica_eval_reshape_buffer(frame, op, 0, sizes, rank));
}

bool micai_tensor_reshape_eval(mica_eval_frame *frame, mica_op *op)
{
    const mica_eval_buffer *shape = mica_eval_buffer_operand(frame, op, 1);
    const mica_type *number = mica_type_element(mica_value_type(mica_op_operand(op, 1)));
    int64_t sizes[MICA_EVAL_MAX_RANK];
    if (!shape || shape->count > MICA_EVAL_MAX_RANK)
        return shape && mica_eval_unsupported(frame, op, "has too many dimensions");
    for (size_t i = 0; i < shape->count; i++) {
        mica_eval_value size;
        if (!mica_eval_get_element(frame, shape, number, i, &size))
            return false;
        if (size.is_poison)
            return mica_eval_error(frame, op, "has a size that is poison");
        sizes[i] = (int64_t)size.as.bits[0];
    }
    return set_buffer(frame, mica_eval_reshape_buffer(frame, op, 0, sizes, shape->count));
}

/// Elements of one width: the bytes stay.
bool micai_tensor_bitcast_eval(mica_eval_frame *frame, mica_op *op)
{
    const mica_eval_buffer *source = mica_eval_buffer_operand(frame, op, 0);
    if (!source)
        return false;
    if (mica_eval_type_size(mica_type_element(result_type(op))) != source->element_size)
        return mica_eval_unsupported(frame, op, "changes the width of elements");
    return mica_eval_set_result(frame, 0, mica_eval_take_operand(frame, 0));
}

// ---- gather and scatter
// ----------------------------------------------------------------------

/// The box that row `row` of the indices names, in a view of the source or destination.
static bool narrow(mica_eval_frame *frame, mica_op *op, mica_eval_view *view,
                   const mica_eval_buffer *indices, size_t row, const mica_attr *dims)
{
    int64_t offsets[MICA_EVAL_MAX_RANK] = {0}, ones[MICA_EVAL_MAX_RANK];
    int64_t sizes[MICA_EVAL_MAX_RANK];
    const mica_type *number =
        mica_type_element(mica_value_type(mica_op_operand(op, mica_op_operand_count(op) - 1)));
    const size_t count = mica_dense_array_attr_count(dims);
    memcpy(sizes, view->sizes, sizeof sizes);
    for (size_t i = 0; i < MICA_EVAL_MAX_RANK; i++)
        ones[i] = 1;
    for (size_t i = 0; i < count; i++) {
        const size_t dim = (size_t)mica_dense_array_attr_int(dims, i);
        mica_eval_value index;
        if (!mica_eval_get_element(frame, indices, number, row * count + i, &index))
            return false;
        if (index.is_poison)
            return mica_eval_error(frame, op, "has a coordinate that is poison");
        offsets[dim] = (int64_t)index.as.bits[0];
        sizes[dim] = 1;
    }
    return mica_eval_view_slice(frame, op, view, offsets, sizes, ones);
}

/// Rows of the indices: all but their last dimension.
static size_t row_count(const mica_eval_buffer *indices)
{
    const int64_t last = indices->rank ? indices->sizes[indices->rank - 1] : 1;
    return last ? indices->count / (size_t)last : 0;
}

/// The part of a whole view that row `row` of `rows` fills: contiguous elements.
static void take_part(mica_eval_view *view, size_t row, size_t rows)
{
    const int64_t count = mica_eval_view_count(view) / (int64_t)rows;
    view->offset += (int64_t)row * count;
    view->rank = 1;
    view->sizes[0] = count;
    view->strides[0] = 1;
}

bool micai_tensor_gather_eval(mica_eval_frame *frame, mica_op *op)
{
    const mica_attr *dims = mica_tensor_gather_gather_dims(op);
    const mica_eval_buffer *indices = mica_eval_buffer_operand(frame, op, 1);
    const mica_type *type = result_type(op);
    if (!indices || !mica_type_has_static_shape(type))
        return indices && mica_eval_unsupported(frame, op, "of dynamic size");
    mica_eval_buffer *buffer = mica_eval_buffer_of_type(frame, type, NULL);
    const size_t rows = row_count(indices);
    for (size_t row = 0; buffer && row < rows; row++) {
        mica_eval_view from, to;
        if (!mica_eval_view_of_operand(frame, op, 0, false, &from) ||
            !narrow(frame, op, &from, indices, row, dims) ||
            !mica_eval_view_of_buffer(frame, buffer, &to))
            return false;
        take_part(&to, row, rows);
        if (!mica_eval_view_copy(frame, op, &to, &from))
            return false;
    }
    return set_buffer(frame, buffer);
}

bool micai_tensor_scatter_eval(mica_eval_frame *frame, mica_op *op)
{
    const mica_attr *dims = mica_tensor_scatter_scatter_dims(op);
    const mica_eval_buffer *indices = mica_eval_buffer_operand(frame, op, 2);
    mica_eval_buffer *buffer = indices ? mica_eval_own_buffer(frame, op, 1) : NULL;
    const size_t rows = buffer ? row_count(indices) : 0;
    for (size_t row = 0; row < rows; row++) {
        mica_eval_view from, to;
        if (!mica_eval_view_of_operand(frame, op, 0, false, &from) ||
            !mica_eval_view_of_buffer(frame, buffer, &to) ||
            !narrow(frame, op, &to, indices, row, dims))
            return false;
        take_part(&from, row, rows);
        if (!mica_eval_view_copy(frame, op, &to, &from))
            return false;
    }
    return set_buffer(frame, buffer);
}

// ---- packing
// ---------------------------------------------------------------------------------

/// How the dimensions of a packed tensor lie over those of the plain one.
typedef struct tiling {
    size_t rank, tile_count;
    int64_t tiles[MICA_EVAL_MAX_RANK];    ///< inner sizes
    size_t positions[MICA_EVAL_MAX_RANK]; ///< the plain dimension of each tile
    size_t outer[MICA_EVAL_MAX_RANK];     ///< the plain dimension of each outer dimension
} tiling;

static bool read_packing(mica_eval_frame *frame, mica_op *op, size_t tile_operands,
                         size_t plain_rank, tiling *packing)
{
    const mica_op_def *definition = mica_op_definition(op);
    const mica_attr *positions = mica_op_attr(op, "inner_dims_pos");
    const mica_attr *perm = mica_op_attr(op, "outer_dims_perm");
    const int slot = mica_op_def_find_slot(definition, mica_string_from("static_inner_tiles"));
    packing->rank = plain_rank;
    if (!mica_eval_mixed(frame, op, tile_operands, (size_t)slot, packing->tiles,
                         &packing->tile_count))
        return false;
    for (size_t i = 0; i < packing->tile_count; i++) {
        packing->positions[i] = (size_t)mica_dense_array_attr_int(positions, i);
        if (packing->tiles[i] <= 0)
            return mica_eval_error(frame, op, "has a tile of size %lld",
                                   (long long)packing->tiles[i]);
    }
    const bool permutes = perm && mica_dense_array_attr_count(perm) == plain_rank;
    for (size_t i = 0; i < plain_rank; i++)
        packing->outer[i] = permutes ? (size_t)mica_dense_array_attr_int(perm, i) : i;
    return true;
}

/// The plain element of a packed one; false when it lies in the padding.
static bool plain_element(const tiling *packing, const mica_eval_buffer *packed,
                          const mica_eval_buffer *plain, size_t element, size_t *at)
{
    int64_t index[2 * MICA_EVAL_MAX_RANK], own[MICA_EVAL_MAX_RANK] = {0};
    for (size_t i = packed->rank; i-- > 0;) {
        index[i] = (int64_t)(element % (size_t)packed->sizes[i]);
        element /= (size_t)packed->sizes[i];
    }
    for (size_t i = 0; i < packing->rank; i++)
        own[packing->outer[i]] = index[i];
    for (size_t i = 0; i < packing->tile_count; i++) {
        int64_t *position = &own[packing->positions[i]];
        *position = *position * packing->tiles[i] + index[packing->rank + i];
    }
    *at = 0;
    for (size_t i = 0; i < packing->rank; i++) {
        if (own[i] >= plain->sizes[i])
            return false;
        *at = *at * (size_t)plain->sizes[i] + (size_t)own[i];
    }
    return true;
}

bool micai_tensor_pack_eval(mica_eval_frame *frame, mica_op *op)
{
    const mica_eval_buffer *source = mica_eval_buffer_operand(frame, op, 0);
    const mica_type *element = mica_type_element(result_type(op));
    tiling packing;
    size_t padding, has_padding;
    mica_op_operand_range(op, 2, &padding, &has_padding);
    if (!source || !read_packing(frame, op, 3, source->rank, &packing))
        return false;
    mica_eval_buffer *buffer = mica_eval_own_buffer(frame, op, 1);
    for (size_t i = 0; buffer && i < buffer->count; i++) {
        size_t at;
        bool done;
        if (plain_element(&packing, buffer, source, i, &at))
            done = mica_eval_copy_element(frame, buffer, i, source, at);
        else if (has_padding)
            done = mica_eval_set_element(frame, buffer, element, i,
                                         *mica_eval_operand(frame, padding));
        else
            done = mica_eval_error(frame, op, "has tiles that are not full and no padding");
        if (!done)
            return false;
    }
    return set_buffer(frame, buffer);
}

bool micai_tensor_unpack_eval(mica_eval_frame *frame, mica_op *op)
{
    const mica_eval_buffer *source = mica_eval_buffer_operand(frame, op, 0);
    tiling packing;
    if (!source || !read_packing(frame, op, 2, mica_type_rank(result_type(op)), &packing))
        return false;
    mica_eval_buffer *buffer = mica_eval_own_buffer(frame, op, 1);
    for (size_t i = 0; buffer && i < source->count; i++) {
        size_t at;
        if (plain_element(&packing, source, buffer, i, &at) &&
            !mica_eval_copy_element(frame, buffer, at, source, i))
            return false;
    }
    return set_buffer(frame, buffer);
}
