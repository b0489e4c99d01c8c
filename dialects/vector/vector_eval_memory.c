// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Evaluation of vector: loads and stores. All are one walk over the elements of the vector:
//
//   element v  ->  place: start + step of each dimension, its mask bit, inside or not
//
// A plain load is a transfer over the last dimensions that lies inside.
#include "dialects/vector/vector_eval_internal.h"
#include "dialects/vector/vector_ops.h"
#include "ir/core/affine.h"

typedef struct memory_walk {
    mica_eval_view view;
    size_t rank;                       ///< of the vector, as far as dimensions are walked
    int64_t sizes[MICA_EVAL_MAX_RANK]; ///< of the vector
    int64_t start[MICA_EVAL_MAX_RANK]; ///< indices in the memory
    int64_t dims[MICA_EVAL_MAX_RANK];  ///< of the memory for each of the vector's; -1: none
    bool in_bounds[MICA_EVAL_MAX_RANK];
    const mica_eval_buffer *mask; ///< NULL: all
} memory_walk;

typedef enum position {
    INSIDE,
    OUTSIDE,
    MASKED,
    WRONG, ///< outside although it was promised not to be; reported
} position;

static size_t element_count(const memory_walk *transfer)
{
    size_t count = 1;
    for (size_t i = 0; i < transfer->rank; i++)
        count *= (size_t)transfer->sizes[i];
    return count;
}

/// The mask has the order of the memory's dimensions.
static bool is_masked(const memory_walk *transfer, const int64_t *index)
{
    int64_t own[MICA_EVAL_MAX_RANK];
    size_t rank = 0;
    for (size_t dim = 0; dim < transfer->view.rank; dim++)
        for (size_t i = 0; i < transfer->rank; i++)
            if (transfer->dims[i] == (int64_t)dim)
                own[rank++] = index[i];
    return rank == transfer->mask->rank &&
           !transfer->mask->data[micai_vector_flatten(transfer->mask->sizes, rank, own)];
}

static position locate(mica_eval_frame *frame, mica_op *op, const memory_walk *transfer,
                       size_t element, size_t *at)
{
    int64_t index[MICA_EVAL_MAX_RANK], place[MICA_EVAL_MAX_RANK];
    const mica_eval_view *view = &transfer->view;
    micai_vector_unflatten(transfer->sizes, transfer->rank, element, index);
    if (transfer->mask && is_masked(transfer, index))
        return MASKED;
    memcpy(place, transfer->start, sizeof place);
    bool may_leave[MICA_EVAL_MAX_RANK] = {false};
    for (size_t i = 0; i < transfer->rank; i++) {
        if (transfer->dims[i] < 0)
            continue;
        place[transfer->dims[i]] += index[i];
        may_leave[transfer->dims[i]] = !transfer->in_bounds[i];
    }
    int64_t offset = view->offset;
    for (size_t dim = 0; dim < view->rank; dim++) {
        if (place[dim] < 0 || place[dim] >= view->sizes[dim]) {
            if (may_leave[dim])
                return OUTSIDE;
            (void)mica_eval_error(frame, op,
                                  "touches index %lld of dimension %zu, whose size is %lld",
                                  (long long)place[dim], dim, (long long)view->sizes[dim]);
            return WRONG;
        }
        offset += place[dim] * view->strides[dim];
    }
    *at = (size_t)offset * view->element_size;
    return INSIDE;
}

// ---- the walk
// --------------------------------------------------------------------------------

static bool copy_bytes(mica_eval_frame *frame, unsigned char *to, unsigned char *to_shadow,
                       const unsigned char *from, const unsigned char *from_shadow, size_t size)
{
    (void)frame;
    memcpy(to, from, size);
    if (to_shadow && from_shadow)
        memcpy(to_shadow, from_shadow, size);
    else if (to_shadow)
        memset(to_shadow, 0, size);
    return true;
}

/// Reads into `buffer`, which holds what elements that are not read become.
static bool read_elements(mica_eval_frame *frame, mica_op *op, const memory_walk *transfer,
                          mica_eval_buffer *buffer)
{
    const mica_eval_view *view = &transfer->view;
    const size_t size = view->element_size;
    if (view->shadow && !mica_eval_buffer_mark(frame, buffer, 0, 0, true))
        return false; // makes the shadow
    for (size_t i = 0; i < element_count(transfer); i++) {
        size_t at;
        const position where = locate(frame, op, transfer, i, &at);
        if (where == WRONG)
            return false;
        if (where == INSIDE)
            copy_bytes(frame, buffer->data + i * size,
                       buffer->shadow ? buffer->shadow + i * size : NULL, view->data + at,
                       view->shadow ? view->shadow + at : NULL, size);
    }
    return true;
}

static bool write_elements(mica_eval_frame *frame, mica_op *op, memory_walk *transfer,
                           const mica_eval_buffer *buffer)
{
    mica_eval_view *view = &transfer->view;
    const size_t size = view->element_size;
    if (buffer->shadow && !view->shadow && view->buffer) {
        if (!mica_eval_buffer_mark(frame, view->buffer, 0, 0, true))
            return false;
        view->shadow = view->buffer->shadow;
    }
    for (size_t i = 0; i < element_count(transfer); i++) {
        size_t at;
        const position where = locate(frame, op, transfer, i, &at);
        if (where == WRONG)
            return false;
        if (where == INSIDE)
            copy_bytes(frame, view->data + at, view->shadow ? view->shadow + at : NULL,
                       buffer->data + i * size,
                       buffer->shadow ? buffer->shadow + i * size : NULL, size);
    }
    return true;
}

// ---- beginning
// -------------------------------------------------------------------------------

static bool read_start(mica_eval_frame *frame, mica_op *op, size_t first, memory_walk *transfer)
{
    for (size_t i = 0; i < transfer->view.rank; i++)
        if (!mica_eval_index(frame, op, first + i, &transfer->start[i]))
            return false;
    return true;
}

/// Elements of the memory may be vectors: the last dimensions are then theirs.
static bool set_vector(mica_eval_frame *frame, mica_op *op, const mica_type *vector,
                       const mica_type *element, memory_walk *transfer)
{
    const size_t inner = mica_type_is_vector(element) ? mica_type_rank(element) : 0;
    if (mica_type_rank(vector) < inner)
        return mica_eval_unsupported(frame, op, "reads parts of vectors");
    transfer->rank = mica_type_rank(vector) - inner;
    memcpy(transfer->sizes, mica_type_shape(vector), transfer->rank * sizeof(int64_t));
    return true;
}

/// Over the last dimensions, all inside. `memory` and `first` are operands.
static bool begin_plain(mica_eval_frame *frame, mica_op *op, size_t memory, size_t first,
                        const mica_type *vector, bool writes, memory_walk *transfer)
{
    const mica_type *element = mica_type_element(mica_value_type(mica_op_operand(op, memory)));
    memset(transfer, 0, sizeof *transfer);
    if (!mica_eval_view_of_operand(frame, op, memory, writes, &transfer->view) ||
        !read_start(frame, op, first, transfer) ||
        !set_vector(frame, op, vector, element, transfer))
        return false;
    for (size_t i = 0; i < transfer->rank; i++) {
        transfer->dims[i] = (int64_t)(transfer->view.rank - transfer->rank + i);
        transfer->in_bounds[i] = true;
    }
    return true;
}

static bool read_mask(mica_eval_frame *frame, mica_op *op, size_t spec, memory_walk *transfer)
{
    size_t first, count;
    mica_op_operand_range(op, spec, &first, &count);
    if (count)
        transfer->mask = mica_eval_buffer_operand(frame, op, first);
    return !count || transfer->mask;
}

static bool begin_transfer(mica_eval_frame *frame, mica_op *op, size_t memory,
                           const mica_type *vector, bool writes, memory_walk *transfer)
{
    const mica_attr *map = mica_op_attr(op, "permutation_map");
    const mica_attr *in_bounds = mica_op_attr(op, "in_bounds");
    if (!begin_plain(frame, op, memory, memory + 1, vector, writes, transfer))
        return false;
    for (size_t i = 0; i < transfer->rank; i++) {
        const mica_affine_expr *dim = mica_affine_map_result(map, i);
        const bool is_dim = mica_affine_expr_kind(dim) == MICA_AFFINE_DIM;
        transfer->dims[i] = is_dim ? mica_affine_expr_value(dim) : -1;
        transfer->in_bounds[i] =
            in_bounds && i < mica_array_attr_count(in_bounds) &&
            mica_integer_attr_value(mica_array_attr_element(in_bounds, i)) != 0;
    }
    return true;
}

// ---- loads and stores
// ------------------------------------------------------------------------

bool micai_vector_load_eval(mica_eval_frame *frame, mica_op *op)
{
    const mica_type *type = micai_vector_result_type(op);
    memory_walk transfer;
    mica_eval_buffer *buffer = mica_eval_buffer_of_type(frame, type, NULL);
    return buffer && begin_plain(frame, op, 0, 1, type, false, &transfer) &&
           read_elements(frame, op, &transfer, buffer) && micai_vector_set(frame, 0, buffer);
}

bool micai_vector_store_eval(mica_eval_frame *frame, mica_op *op)
{
    const mica_eval_buffer *buffer = mica_eval_buffer_operand(frame, op, 0);
    memory_walk transfer;
    return buffer &&
           begin_plain(frame, op, 1, 2, mica_value_type(mica_op_operand(op, 0)), true,
                       &transfer) &&
           write_elements(frame, op, &transfer, buffer);
}

bool micai_vector_maskedload_eval(mica_eval_frame *frame, mica_op *op)
{
    const mica_type *type = micai_vector_result_type(op);
    memory_walk transfer;
    if (!begin_plain(frame, op, 0, 1, type, false, &transfer) ||
        !read_mask(frame, op, 2, &transfer))
        return false;
    mica_eval_buffer *buffer = mica_eval_own_buffer(frame, op, mica_op_operand_count(op) - 1);
    return buffer && read_elements(frame, op, &transfer, buffer) &&
           micai_vector_set(frame, 0, buffer);
}

bool micai_vector_maskedstore_eval(mica_eval_frame *frame, mica_op *op)
{
    const size_t last = mica_op_operand_count(op) - 1;
    const mica_eval_buffer *buffer = mica_eval_buffer_operand(frame, op, last);
    memory_walk transfer;
    return buffer &&
           begin_plain(frame, op, 0, 1, mica_value_type(mica_op_operand(op, last)), true,
                       &transfer) &&
           read_mask(frame, op, 2, &transfer) && write_elements(frame, op, &transfer, buffer);
}

bool micai_vector_transfer_read_eval(mica_eval_frame *frame, mica_op *op)
{
    const mica_type *type = micai_vector_result_type(op);
    const mica_type *padding_type = mica_value_type(mica_vector_transfer_read_padding(op));
    memory_walk transfer;
    size_t padding, count;
    mica_op_operand_range(op, 2, &padding, &count);
    mica_eval_buffer *buffer = mica_eval_buffer_of_type(frame, type, NULL);
    if (!buffer || !begin_transfer(frame, op, 0, type, false, &transfer) ||
        !read_mask(frame, op, 3, &transfer))
        return false;
    if (!mica_type_is_vector(padding_type))
        for (size_t i = 0; i < buffer->count; i++)
            if (!mica_eval_set_element(frame, buffer, padding_type, i,
                                       *mica_eval_operand(frame, padding)))
                return false;
    return read_elements(frame, op, &transfer, buffer) && micai_vector_set(frame, 0, buffer);
}

bool micai_vector_transfer_write_eval(mica_eval_frame *frame, mica_op *op)
{
    const mica_eval_buffer *buffer = mica_eval_buffer_operand(frame, op, 0);
    const bool makes_tensor = mica_op_result_count(op) > 0;
    memory_walk transfer;
    if (!buffer ||
        !begin_transfer(frame, op, 1, mica_value_type(mica_op_operand(op, 0)), true,
                        &transfer) ||
        !read_mask(frame, op, 3, &transfer))
        return false;
    mica_eval_buffer *tensor = makes_tensor ? mica_eval_own_buffer(frame, op, 1) : NULL;
    if (makes_tensor && (!tensor || !mica_eval_view_of_buffer(frame, tensor, &transfer.view)))
        return false;
    return write_elements(frame, op, &transfer, buffer) &&
           (!makes_tensor || micai_vector_set(frame, 0, tensor));
}

// ---- packed and scattered
// --------------------------------------------------------------------

/// One after the other for the elements under the mask, or by the numbers of a vector: the
/// place of element i is the start plus a number in the last dimension.
static bool walk_numbered(mica_eval_frame *frame, mica_op *op, memory_walk *transfer,
                          const mica_eval_buffer *mask, const mica_eval_buffer *numbers,
                          const mica_type *number_type, mica_eval_buffer *vector, bool writes)
{
    mica_eval_view *view = &transfer->view;
    const size_t size = view->element_size;
    const size_t last = view->rank - 1;
    const int64_t start = transfer->start[last];
    int64_t next = 0;
    if (view->shadow && !writes && !mica_eval_buffer_mark(frame, vector, 0, 0, true))
        return false;
    transfer->rank = 0;
    for (size_t i = 0; i < vector->count; i++) {
        size_t at;
        mica_eval_value number = mica_eval_from_bits((uint64_t)next);
        if (!mask->data[i])
            continue;
        if (numbers && !mica_eval_get_element(frame, numbers, number_type, i, &number))
            return false;
        const uint32_t width = mica_type_bit_width(number_type);
        int64_t by = (int64_t)number.as.bits[0];
        if (width && width < 64)
            by = (int64_t)(number.as.bits[0] << (64 - width)) >> (64 - width);
        transfer->start[last] = start + by;
        if (number.is_poison)
            return mica_eval_error(frame, op, "has an index that is poison");
        if (locate(frame, op, transfer, 0, &at) != INSIDE)
            return false;
        unsigned char *own = vector->data + i * size;
        unsigned char *own_shadow = vector->shadow ? vector->shadow + i * size : NULL;
        unsigned char *shadow = view->shadow ? view->shadow + at : NULL;
        if (writes)
            copy_bytes(frame, view->data + at, shadow, own, own_shadow, size);
        else
            copy_bytes(frame, own, own_shadow, view->data + at, shadow, size);
        next++;
    }
    return true;
}

static bool begin_numbered(mica_eval_frame *frame, mica_op *op, bool writes,
                           memory_walk *transfer)
{
    memset(transfer, 0, sizeof *transfer);
    return mica_eval_view_of_operand(frame, op, 0, writes, &transfer->view) &&
           (transfer->view.rank > 0 ||
            mica_eval_unsupported(frame, op, "of a memref of rank 0")) &&
           read_start(frame, op, 1, transfer);
}

static bool eval_packed(mica_eval_frame *frame, mica_op *op, bool writes)
{
    const size_t last = mica_op_operand_count(op) - 1;
    const mica_eval_buffer *mask = mica_eval_buffer_operand(frame, op, last - 1);
    const mica_type *index = mica_index_type_get(mica_op_context(op));
    memory_walk transfer;
    if (!mask || !begin_numbered(frame, op, writes, &transfer))
        return false;
    mica_eval_buffer *vector = writes ? mica_eval_buffer_operand(frame, op, last)
                                      : mica_eval_own_buffer(frame, op, last);
    return vector && walk_numbered(frame, op, &transfer, mask, NULL, index, vector, writes) &&
           (writes || micai_vector_set(frame, 0, vector));
}

bool micai_vector_expandload_eval(mica_eval_frame *frame, mica_op *op)
{
    return eval_packed(frame, op, false);
}
bool micai_vector_compressstore_eval(mica_eval_frame *frame, mica_op *op)
{
    return eval_packed(frame, op, true);
}

static bool eval_numbered(mica_eval_frame *frame, mica_op *op, bool writes)
{
    const size_t last = mica_op_operand_count(op) - 1;
    const mica_eval_buffer *numbers = mica_eval_buffer_operand(frame, op, last - 2);
    const mica_eval_buffer *mask = mica_eval_buffer_operand(frame, op, last - 1);
    const mica_type *type = mica_type_element(mica_value_type(mica_op_operand(op, last - 2)));
    memory_walk transfer;
    if (!numbers || !mask || !begin_numbered(frame, op, writes, &transfer))
        return false;
    mica_eval_buffer *vector = writes ? mica_eval_buffer_operand(frame, op, last)
                                      : mica_eval_own_buffer(frame, op, last);
    return vector && walk_numbered(frame, op, &transfer, mask, numbers, type, vector, writes) &&
           (writes || micai_vector_set(frame, 0, vector));
}

bool micai_vector_gather_eval(mica_eval_frame *frame, mica_op *op)
{
    return eval_numbered(frame, op, false);
}
bool micai_vector_scatter_eval(mica_eval_frame *frame, mica_op *op)
{
    return eval_numbered(frame, op, true);
}

/// A memref of one element that is a vector of all.
bool micai_vector_type_cast_eval(mica_eval_frame *frame, mica_op *op)
{
    const mica_eval_memref *source = mica_eval_memref_operand(frame, op, 0);
    mica_eval_memref *memref = source ? mica_eval_memref_create(frame, 0) : NULL;
    if (!memref)
        return false;
    memref->allocation = source->allocation;
    memref->base = source->base + source->offset * (int64_t)source->element_size;
    memref->element_size = mica_eval_type_size(mica_type_element(micai_vector_result_type(op)));
    return mica_eval_set_result(frame, 0, mica_eval_from_memref(memref));
}
