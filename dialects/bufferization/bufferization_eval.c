// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Evaluation of bufferization. A tensor made of a buffer is a copy that remembers the buffer,
// so that going back to a buffer gives the same memory.
#include "dialects/bufferization/bufferization_ops.h"
#include "ir/interpreter/eval.h"

static bool set_buffer(mica_eval_frame *frame, mica_eval_buffer *buffer)
{
    return buffer && mica_eval_set_result(frame, 0, mica_eval_from_buffer(buffer));
}

bool micai_bufferization_alloc_tensor_eval(mica_eval_frame *frame, mica_op *op)
{
    const mica_type *type = mica_value_type(mica_op_result(op, 0));
    size_t first, count, copy, has_copy;
    mica_op_operand_range(op, 0, &first, &count);
    mica_op_operand_range(op, 1, &copy, &has_copy);
    if (has_copy)
        return mica_eval_set_result(frame, 0, mica_eval_take_operand(frame, copy));
    int64_t sizes[MICA_EVAL_MAX_RANK];
    if (count > MICA_EVAL_MAX_RANK)
        return mica_eval_unsupported(frame, op, "has too many dimensions");
    for (size_t i = 0; i < count; i++)
        if (!mica_eval_index(frame, op, first + i, &sizes[i]))
            return false;
    mica_eval_buffer *buffer = mica_eval_buffer_of_type(frame, type, sizes);
    return buffer && mica_eval_buffer_mark(frame, buffer, 0, buffer->count, true) &&
           set_buffer(frame, buffer);
}

bool micai_bufferization_to_tensor_eval(mica_eval_frame *frame, mica_op *op)
{
    const mica_type *element = mica_type_element(mica_value_type(mica_op_result(op, 0)));
    mica_eval_memref *memref = mica_eval_memref_operand(frame, op, 0);
    mica_eval_view from, to;
    if (!memref || !mica_eval_view_of_memref(frame, op, memref, false, &from))
        return false;
    mica_eval_buffer *buffer =
        mica_eval_buffer_create(frame, element, memref->sizes, memref->rank);
    if (!buffer || !mica_eval_view_of_buffer(frame, buffer, &to) ||
        !mica_eval_view_copy(frame, op, &to, &from))
        return false;
    buffer->origin = memref;
    mica_eval_retain(&memref->object);
    return set_buffer(frame, buffer);
}

/// A contiguous memref in a new place with the contents of the view.
static mica_eval_memref *copy_to_memory(mica_eval_frame *frame, mica_op *op,
                                        const mica_eval_view *from)
{
    mica_eval_memref *memref = mica_eval_memref_create(frame, from->rank);
    mica_eval_view to;
    if (!memref)
        return NULL;
    memref->element_size = from->element_size;
    memref->allocation = mica_eval_allocate(
        frame, op, (uint64_t)mica_eval_view_count(from) * from->element_size, false);
    int64_t stride = 1;
    for (size_t i = from->rank; i-- > 0;) {
        memref->sizes[i] = from->sizes[i];
        memref->strides[i] = stride;
        stride *= from->sizes[i];
    }
    const bool done = memref->allocation &&
                      mica_eval_view_of_memref(frame, op, memref, true, &to) &&
                      mica_eval_view_copy(frame, op, &to, from);
    if (done && !from->shadow && memref->allocation->size)
        memset(memref->allocation->shadow, 0, memref->allocation->size);
    return done ? memref : NULL;
}

bool micai_bufferization_to_memref_eval(mica_eval_frame *frame, mica_op *op)
{
    const mica_eval_buffer *buffer = mica_eval_buffer_operand(frame, op, 0);
    mica_eval_view from;
    if (!buffer)
        return false;
    if (buffer->origin) {
        mica_eval_retain(&buffer->origin->object);
        return mica_eval_set_result(frame, 0, mica_eval_from_memref(buffer->origin));
    }
    mica_eval_memref *memref = mica_eval_view_of_operand(frame, op, 0, false, &from)
                                   ? copy_to_memory(frame, op, &from)
                                   : NULL;
    return memref && mica_eval_set_result(frame, 0, mica_eval_from_memref(memref));
}

bool micai_bufferization_clone_eval(mica_eval_frame *frame, mica_op *op)
{
    mica_eval_view from;
    mica_eval_memref *memref = mica_eval_view_of_operand(frame, op, 0, false, &from)
                                   ? copy_to_memory(frame, op, &from)
                                   : NULL;
    return memref && mica_eval_set_result(frame, 0, mica_eval_from_memref(memref));
}

bool micai_bufferization_materialize_in_destination_eval(mica_eval_frame *frame, mica_op *op)
{
    mica_eval_view from, to;
    if (mica_op_result_count(op) > 0)
        return mica_eval_set_result(frame, 0, mica_eval_take_operand(frame, 0));
    return mica_eval_view_of_operand(frame, op, 0, false, &from) &&
           mica_eval_view_of_operand(frame, op, 1, true, &to) &&
           mica_eval_view_copy(frame, op, &to, &from);
}

// ---- dealloc
// ---------------------------------------------------------------------------------

static const mica_eval_allocation *allocation_of(mica_eval_frame *frame, mica_op *op,
                                                 size_t operand)
{
    const mica_eval_memref *memref = mica_eval_memref_operand(frame, op, operand);
    return memref ? memref->allocation : NULL;
}

static bool is_retained(mica_eval_frame *frame, mica_op *op,
                        const mica_eval_allocation *allocation)
{
    size_t first, count;
    mica_op_operand_range(op, 2, &first, &count);
    for (size_t i = 0; i < count; i++)
        if (allocation_of(frame, op, first + i) == allocation)
            return true;
    return false;
}

/// Frees what is owned and not retained; a retained buffer is owned when any that shares its
/// memory was.
bool micai_bufferization_dealloc_eval(mica_eval_frame *frame, mica_op *op)
{
    size_t memrefs, count, conditions, retained, retained_count;
    mica_op_operand_range(op, 0, &memrefs, &count);
    mica_op_operand_range(op, 1, &conditions, &count);
    mica_op_operand_range(op, 2, &retained, &retained_count);
    for (size_t k = 0; k < retained_count; k++) {
        uint64_t owned = 0, condition;
        for (size_t i = 0; i < count; i++) {
            if (!mica_eval_bits(frame, op, conditions + i, &condition))
                return false;
            if (allocation_of(frame, op, memrefs + i) == allocation_of(frame, op, retained + k))
                owned |= condition & 1;
        }
        mica_eval_set_bits(frame, k, owned);
    }
    for (size_t i = 0; i < count; i++) {
        uint64_t condition;
        mica_eval_allocation *allocation =
            (mica_eval_allocation *)allocation_of(frame, op, memrefs + i);
        if (!allocation || !mica_eval_bits(frame, op, conditions + i, &condition))
            return false;
        if (condition & 1 && allocation->is_alive && !is_retained(frame, op, allocation) &&
            !mica_eval_free(frame, op, allocation))
            return false;
    }
    return true;
}
