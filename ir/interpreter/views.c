// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Strided views: what slices, copies and reshapes of tensors and memrefs have in common. A view
// is checked as a whole when it is made, so that walking it needs no checks.
#include "ir/core/mixed_values.h"
#include "ir/interpreter/interpreter_internal.h"

static bool check_rank(mica_eval_frame *frame, mica_op *op, size_t rank)
{
    return rank <= MICA_EVAL_MAX_RANK ||
           mica_eval_unsupported(frame, op, "has more than %d dimensions", MICA_EVAL_MAX_RANK);
}

bool mica_eval_view_of_buffer(mica_eval_frame *frame, mica_eval_buffer *buffer,
                              mica_eval_view *view)
{
    if (!check_rank(frame, frame->at ? frame->at->op : NULL, buffer->rank))
        return false;
    view->data = buffer->data;
    view->shadow = buffer->shadow;
    view->buffer = buffer;
    view->element_size = buffer->element_size;
    view->offset = 0;
    view->rank = buffer->rank;
    int64_t stride = 1;
    for (size_t i = buffer->rank; i-- > 0;) {
        view->sizes[i] = buffer->sizes[i];
        view->strides[i] = stride;
        stride *= buffer->sizes[i];
    }
    return true;
}

/// Which bytes behind its base a view reaches. False where no memory is so large.
static bool find_extent(const mica_eval_view *view, int64_t *begin, int64_t *size)
{
    int64_t lowest = view->offset, highest = view->offset, reach;
    const int64_t element = (int64_t)view->element_size;
    for (size_t i = 0; i < view->rank; i++) {
        int64_t *end = view->strides[i] < 0 ? &lowest : &highest;
        if (__builtin_mul_overflow(view->sizes[i] - 1, view->strides[i], &reach) ||
            __builtin_add_overflow(*end, reach, end))
            return false;
    }
    return !__builtin_sub_overflow(highest, lowest, size) &&
           !__builtin_add_overflow(*size, 1, size) &&
           !__builtin_mul_overflow(*size, element, size) &&
           !__builtin_mul_overflow(lowest, element, begin);
}

static bool is_empty(const mica_eval_view *view)
{
    for (size_t i = 0; i < view->rank; i++)
        if (view->sizes[i] <= 0)
            return true;
    return false;
}

bool mica_eval_view_of_memref(mica_eval_frame *frame, mica_op *op,
                              const mica_eval_memref *memref, bool writes, mica_eval_view *view)
{
    if (!check_rank(frame, op, memref->rank))
        return false;
    view->buffer = NULL;
    view->element_size = memref->element_size;
    view->offset = memref->offset;
    view->rank = memref->rank;
    memcpy(view->sizes, memref->sizes, memref->rank * sizeof(int64_t));
    memcpy(view->strides, memref->strides, memref->rank * sizeof(int64_t));
    int64_t begin, size;
    view->data = view->shadow = NULL;
    if (is_empty(view))
        return true; // nothing is touched
    if (!find_extent(view, &begin, &size) ||
        __builtin_add_overflow(begin, memref->base, &begin))
        return mica_eval_error(frame, op, "uses a memref that is larger than any memory");
    if (!mica_eval_access(frame, op, memref->allocation, begin, (size_t)size, writes))
        return false;
    view->data = memref->allocation->data + memref->base;
    view->shadow = memref->allocation->shadow + memref->base;
    return true;
}

bool mica_eval_view_of_operand(mica_eval_frame *frame, mica_op *op, size_t index, bool writes,
                               mica_eval_view *view)
{
    if (mica_type_is_memref(op->operands[index].value->type)) {
        const mica_eval_memref *memref = mica_eval_memref_operand(frame, op, index);
        return memref && mica_eval_view_of_memref(frame, op, memref, writes, view);
    }
    mica_eval_buffer *buffer = mica_eval_buffer_operand(frame, op, index);
    return buffer && mica_eval_view_of_buffer(frame, buffer, view);
}

bool mica_eval_view_slice(mica_eval_frame *frame, mica_op *op, mica_eval_view *view,
                          const int64_t *offsets, const int64_t *sizes, const int64_t *strides)
{
    for (size_t i = 0; i < view->rank; i++) {
        const int64_t last = offsets[i] + (sizes[i] - 1) * strides[i];
        if (sizes[i] < 0 || offsets[i] < 0 ||
            (sizes[i] > 0 &&
             (offsets[i] >= view->sizes[i] || last < 0 || last >= view->sizes[i])))
            return mica_eval_error(frame, op,
                                   "takes %lld elements at %lld with stride %lld of dimension "
                                   "%zu, whose size is %lld",
                                   (long long)sizes[i], (long long)offsets[i],
                                   (long long)strides[i], i, (long long)view->sizes[i]);
        view->offset += offsets[i] * view->strides[i];
        view->sizes[i] = sizes[i];
        view->strides[i] *= strides[i];
    }
    return true;
}

int64_t mica_eval_view_count(const mica_eval_view *view)
{
    int64_t count = 1;
    for (size_t i = 0; i < view->rank; i++)
        count *= view->sizes[i];
    return count;
}

// ---- copying
// ---------------------------------------------------------------------------------

/// Where a walk over a view is.
typedef struct cursor {
    const mica_eval_view *view;
    int64_t at;
    int64_t index[MICA_EVAL_MAX_RANK];
} cursor;

static cursor begin_walk(const mica_eval_view *view)
{
    cursor walk = {.view = view, .at = view->offset};
    return walk;
}

static void next_element(cursor *walk)
{
    const mica_eval_view *view = walk->view;
    for (size_t i = view->rank; i-- > 0;) {
        walk->at += view->strides[i];
        if (++walk->index[i] < view->sizes[i])
            return;
        walk->at -= view->sizes[i] * view->strides[i];
        walk->index[i] = 0;
    }
}

bool mica_eval_view_copy(mica_eval_frame *frame, mica_op *op, mica_eval_view *to,
                         const mica_eval_view *from)
{
    const int64_t count = mica_eval_view_count(from);
    const size_t size = to->element_size;
    if (count != mica_eval_view_count(to) || from->element_size != size)
        return mica_eval_error(frame, op, "copies %lld elements to a place for %lld",
                               (long long)count, (long long)mica_eval_view_count(to));
    if (from->shadow && !to->shadow && to->buffer) {
        to->shadow = micai_eval_buffer_shadow(frame, to->buffer);
        if (!to->shadow)
            return false;
    }
    cursor source = begin_walk(from), target = begin_walk(to);
    for (int64_t i = 0; i < count; i++) {
        const size_t a = (size_t)target.at * size, b = (size_t)source.at * size;
        memmove(to->data + a, from->data + b, size);
        if (to->shadow && from->shadow)
            memmove(to->shadow + a, from->shadow + b, size);
        else if (to->shadow)
            memset(to->shadow + a, 0, size);
        next_element(&source);
        next_element(&target);
    }
    return true;
}

// ---- lists of numbers
// ------------------------------------------------------------------------

bool mica_eval_mixed(mica_eval_frame *frame, mica_op *op, size_t operands, size_t slot,
                     int64_t *numbers, size_t *count)
{
    size_t operand, dynamic;
    mica_op_operand_range(op, operands, &operand, &dynamic);
    const mica_attr *statics = mica_op_slot(op, slot);
    *count = statics ? mica_dense_array_attr_count(statics) : 0;
    if (!check_rank(frame, op, *count))
        return false;
    for (size_t i = 0; i < *count; i++) {
        numbers[i] = mica_dense_array_attr_int(statics, i);
        if (numbers[i] == MICA_DYNAMIC && !mica_eval_index(frame, op, operand++, &numbers[i]))
            return false;
    }
    return true;
}

bool mica_eval_slice(mica_eval_frame *frame, mica_op *op, int64_t box[3][MICA_EVAL_MAX_RANK],
                     size_t *rank)
{
    const mica_offset_size_and_stride *slice =
        mica_op_interface(op, &mica_offset_size_and_stride_interface);
    for (size_t which = 0; which < 3; which++)
        if (!mica_eval_mixed(frame, op, slice->operands[which], slice->slots[which], box[which],
                             rank))
            return false;
    return true;
}
