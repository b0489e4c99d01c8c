// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Evaluation of memref: other sizes, strides and types for memory that is there.
#include "dialects/memref/memref.h"
#include "dialects/memref/memref_eval_internal.h"
#include "ir/core/affine.h"
#include "ir/core/shape_rules.h"

/// A memref that looks at the same memory, of another rank.
static mica_eval_memref *view_of(mica_eval_frame *frame, const mica_eval_memref *source,
                                 size_t rank)
{
    mica_eval_memref *memref = mica_eval_memref_create(frame, rank);
    if (!memref)
        return NULL;
    memref->allocation = source->allocation;
    memref->base = source->base;
    memref->offset = source->offset;
    memref->element_size = source->element_size;
    return memref;
}

static bool set_memref(mica_eval_frame *frame, size_t index, mica_eval_memref *memref)
{
    return memref && mica_eval_set_result(frame, index, mica_eval_from_memref(memref));
}

// ---- casts
// -----------------------------------------------------------------------------------

/// A type that says more must be right.
bool micai_memref_cast_eval(mica_eval_frame *frame, mica_op *op)
{
    const mica_type *type = mica_value_type(mica_op_result(op, 0));
    const mica_eval_memref *source = mica_eval_memref_operand(frame, op, 0);
    if (!source)
        return false;
    if (mica_type_is_ranked(type) && source->rank != mica_type_rank(type))
        return mica_eval_error(frame, op, "is given a memref of rank %u", source->rank);
    for (size_t i = 0; i < mica_type_rank(type); i++)
        if (mica_type_shape(type)[i] != MICA_DYNAMIC &&
            mica_type_shape(type)[i] != source->sizes[i])
            return mica_eval_error(frame, op, "is given a memref whose dimension %zu is %lld",
                                   i, (long long)source->sizes[i]);
    return mica_eval_set_result(frame, 0, mica_eval_take_operand(frame, 0));
}

// ---- queries
// ---------------------------------------------------------------------------------

bool micai_memref_dim_eval(mica_eval_frame *frame, mica_op *op)
{
    const mica_eval_memref *source = mica_eval_memref_operand(frame, op, 0);
    int64_t dim;
    if (!source || !mica_eval_index(frame, op, 1, &dim))
        return false;
    if (dim < 0 || dim >= source->rank)
        return mica_eval_error(frame, op, "asks for dimension %lld of %u", (long long)dim,
                               source->rank);
    return mica_eval_set_bits(frame, 0, (uint64_t)source->sizes[dim]);
}

bool micai_memref_rank_eval(mica_eval_frame *frame, mica_op *op)
{
    const mica_eval_memref *source = mica_eval_memref_operand(frame, op, 0);
    return source && mica_eval_set_bits(frame, 0, source->rank);
}

bool micai_memref_extract_aligned_pointer_as_index_eval(mica_eval_frame *frame, mica_op *op)
{
    const mica_eval_memref *source = mica_eval_memref_operand(frame, op, 0);
    return source &&
           mica_eval_set_bits(frame, 0, mica_eval_address(source->allocation, source->base));
}

bool micai_memref_extract_strided_metadata_eval(mica_eval_frame *frame, mica_op *op)
{
    const mica_eval_memref *source = mica_eval_memref_operand(frame, op, 0);
    mica_eval_memref *base = source ? view_of(frame, source, 0) : NULL;
    if (!base)
        return false;
    base->offset = 0;
    set_memref(frame, 0, base);
    mica_eval_set_bits(frame, 1, (uint64_t)source->offset);
    for (size_t i = 0; i < source->rank; i++) {
        mica_eval_set_bits(frame, 2 + i, (uint64_t)source->sizes[i]);
        mica_eval_set_bits(frame, 2 + source->rank + i, (uint64_t)source->strides[i]);
    }
    return true;
}

// ---- boxes
// -----------------------------------------------------------------------------------

/// Dimensions that a type of lower rank leaves out.
static bool find_dropped(mica_eval_frame *frame, mica_op *op, const mica_type *type,
                         size_t rank, bool *dropped)
{
    int64_t shape[MICA_EVAL_MAX_RANK];
    const mica_offset_size_and_stride *slice =
        mica_op_interface(op, &mica_offset_size_and_stride_interface);
    const mica_attr *statics = mica_op_slot(op, slice->slots[MICA_SIZES]);
    for (size_t i = 0; i < rank; i++)
        shape[i] = mica_dense_array_attr_int(statics, i);
    return mica_shape_drops_units(shape, rank, mica_type_shape(type), mica_type_rank(type),
                                  false, dropped) ||
           mica_eval_unsupported(frame, op, "drops dimensions that can't be told");
}

bool micai_memref_subview_eval(mica_eval_frame *frame, mica_op *op)
{
    const mica_type *type = mica_value_type(mica_op_result(op, 0));
    const mica_eval_memref *source = mica_eval_memref_operand(frame, op, 0);
    int64_t box[3][MICA_EVAL_MAX_RANK];
    bool dropped[MICA_EVAL_MAX_RANK] = {false};
    size_t rank;
    mica_eval_view view;
    if (!source || !mica_eval_slice(frame, op, box, &rank) ||
        !mica_eval_view_of_memref(frame, op, source, false, &view) ||
        !mica_eval_view_slice(frame, op, &view, box[0], box[1], box[2]) ||
        !find_dropped(frame, op, type, rank, dropped))
        return false;
    mica_eval_memref *memref = view_of(frame, source, mica_type_rank(type));
    if (!memref)
        return false;
    memref->offset = view.offset;
    for (size_t i = 0, k = 0; i < rank; i++) {
        if (dropped[i])
            continue;
        memref->sizes[k] = view.sizes[i];
        memref->strides[k++] = view.strides[i];
    }
    return set_memref(frame, 0, memref);
}

/// Says anew what is where; the memory itself checks later accesses.
bool micai_memref_reinterpret_cast_eval(mica_eval_frame *frame, mica_op *op)
{
    const mica_eval_memref *source = mica_eval_memref_operand(frame, op, 0);
    int64_t offset[MICA_EVAL_MAX_RANK], sizes[MICA_EVAL_MAX_RANK], strides[MICA_EVAL_MAX_RANK];
    const mica_offset_size_and_stride *slice =
        mica_op_interface(op, &mica_offset_size_and_stride_interface);
    size_t one, rank;
    if (!source ||
        !mica_eval_mixed(frame, op, slice->operands[0], slice->slots[0], offset, &one) ||
        !mica_eval_mixed(frame, op, slice->operands[1], slice->slots[1], sizes, &rank) ||
        !mica_eval_mixed(frame, op, slice->operands[2], slice->slots[2], strides, &rank))
        return false;
    mica_eval_memref *memref = view_of(frame, source, rank);
    if (!memref)
        return false;
    memref->offset = offset[0];
    memcpy(memref->sizes, sizes, rank * sizeof *sizes);
    memcpy(memref->strides, strides, rank * sizeof *strides);
    return set_memref(frame, 0, memref);
}

// ---- reshapes
// --------------------------------------------------------------------------------

bool micai_memref_expand_shape_eval(mica_eval_frame *frame, mica_op *op)
{
    const mica_eval_memref *source = mica_eval_memref_operand(frame, op, 0);
    const mica_attr *groups = mica_memref_expand_shape_reassociation(op);
    const int slot =
        mica_op_def_find_slot(mica_op_definition(op), mica_string_from("static_output_shape"));
    int64_t sizes[MICA_EVAL_MAX_RANK];
    size_t rank;
    if (!source || !mica_eval_mixed(frame, op, 1, (size_t)slot, sizes, &rank))
        return false;
    mica_eval_memref *memref = view_of(frame, source, rank);
    if (!memref)
        return false;
    memcpy(memref->sizes, sizes, rank * sizeof *sizes);
    for (size_t i = 0; i < rank; i++)
        memref->strides[i] = 1; // of a source of rank 0
    for (size_t group = 0, first = 0; group < mica_array_attr_count(groups); group++) {
        const size_t count = mica_reassociation_group_size(groups, group);
        int64_t product = 1;
        for (size_t i = first + count; i-- > first;) {
            memref->strides[i] = source->strides[group] * product;
            product *= sizes[i];
        }
        if (product != source->sizes[group])
            return mica_eval_error(frame, op, "splits a dimension of %lld into %lld",
                                   (long long)source->sizes[group], (long long)product);
        first += count;
    }
    return set_memref(frame, 0, memref);
}

/// The dimensions of a group must follow one another in memory, units aside.
bool micai_memref_collapse_shape_eval(mica_eval_frame *frame, mica_op *op)
{
    const mica_eval_memref *source = mica_eval_memref_operand(frame, op, 0);
    const mica_attr *groups = mica_memref_collapse_shape_reassociation(op);
    const size_t rank = mica_array_attr_count(groups);
    mica_eval_memref *memref = source ? view_of(frame, source, rank) : NULL;
    if (!memref)
        return false;
    for (size_t group = 0, first = 0; group < rank; group++) {
        const size_t count = mica_reassociation_group_size(groups, group);
        int64_t product = 1, stride = 0;
        for (size_t i = first + count; i-- > first;) {
            if (source->sizes[i] == 1 && count > 1)
                continue;
            if (stride == 0)
                stride = source->strides[i];
            else if (source->strides[i] != stride * product && source->sizes[i] > 1)
                return mica_eval_error(frame, op, "joins dimensions that are not adjacent");
            product *= source->sizes[i];
        }
        memref->sizes[group] = product;
        memref->strides[group] = stride ? stride : source->strides[first + count - 1];
        first += count;
    }
    return set_memref(frame, 0, memref);
}

/// Sizes from a buffer of one dimension; strides of a contiguous one.
bool micai_memref_reshape_eval(mica_eval_frame *frame, mica_op *op)
{
    const mica_eval_memref *source = mica_eval_memref_operand(frame, op, 0);
    const mica_eval_memref *shape = mica_eval_memref_operand(frame, op, 1);
    const mica_type *number = mica_type_element(mica_value_type(mica_op_operand(op, 1)));
    if (!source || !shape)
        return false;
    const size_t rank = (size_t)shape->sizes[0];
    mica_eval_memref *memref = view_of(frame, source, rank);
    int64_t stride = 1;
    for (int64_t i = (int64_t)rank; memref && i-- > 0;) {
        mica_eval_value size;
        int64_t offset;
        if (!mica_eval_element_offset(frame, op, shape, &i, &offset) ||
            !mica_eval_load(frame, op, shape->allocation, offset, number, &size))
            return false;
        memref->sizes[i] = (int64_t)size.as.bits[0];
        memref->strides[i] = stride;
        stride *= memref->sizes[i];
    }
    return set_memref(frame, 0, memref);
}

bool micai_memref_transpose_eval(mica_eval_frame *frame, mica_op *op)
{
    const mica_eval_memref *source = mica_eval_memref_operand(frame, op, 0);
    const mica_attr *map = mica_memref_transpose_permutation(op);
    mica_eval_memref *memref = source ? view_of(frame, source, source->rank) : NULL;
    for (size_t i = 0; memref && i < source->rank; i++) {
        const size_t from = (size_t)mica_affine_expr_value(mica_affine_map_result(map, i));
        memref->sizes[i] = source->sizes[from];
        memref->strides[i] = source->strides[from];
    }
    return set_memref(frame, 0, memref);
}

/// Bytes as elements of another type.
bool micai_memref_view_eval(mica_eval_frame *frame, mica_op *op)
{
    const mica_type *type = mica_value_type(mica_op_result(op, 0));
    const mica_eval_memref *source = mica_eval_memref_operand(frame, op, 0);
    int64_t shift, sizes[MICA_EVAL_MAX_RANK];
    if (!source || !mica_eval_index(frame, op, 1, &shift))
        return false;
    size_t operand = 2;
    for (size_t i = 0; i < mica_type_rank(type) && i < MICA_EVAL_MAX_RANK; i++) {
        sizes[i] = mica_type_shape(type)[i];
        if (sizes[i] == MICA_DYNAMIC && !mica_eval_index(frame, op, operand++, &sizes[i]))
            return false;
    }
    mica_eval_memref *memref =
        micai_memref_describe(frame, op, type, source->allocation, sizes);
    if (!memref)
        return false;
    memref->base = source->base + source->offset + shift;
    int64_t bytes = (int64_t)memref->element_size;
    for (size_t i = 0; i < memref->rank; i++)
        bytes *= sizes[i];
    if (shift < 0 || shift + bytes > source->sizes[0])
        return mica_eval_error(frame, op, "sees %lld bytes at %lld of %lld", (long long)bytes,
                               (long long)shift, (long long)source->sizes[0]);
    return set_memref(frame, 0, memref);
}
