// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Evaluation of vector: taking vectors apart and putting them together. Each op is a rule that
// says which element of which operand an element of the result is. Memory is in
// vector_eval_memory.c, arithmetic in vector_eval_arithmetic.c.
#include "dialects/vector/vector_eval_internal.h"
#include "dialects/vector/vector_ops.h"

const mica_type *micai_vector_result_type(const mica_op *op)
{
    return mica_value_type(mica_op_result(op, 0));
}

bool micai_vector_set(mica_eval_frame *frame, size_t index, mica_eval_buffer *buffer)
{
    return buffer && mica_eval_set_result(frame, index, mica_eval_from_buffer(buffer));
}

size_t micai_vector_flatten(const int64_t *sizes, size_t rank, const int64_t *index)
{
    size_t at = 0;
    for (size_t i = 0; i < rank; i++)
        at = at * (size_t)sizes[i] + (size_t)index[i];
    return at;
}

void micai_vector_unflatten(const int64_t *sizes, size_t rank, size_t element, int64_t *index)
{
    for (size_t i = rank; i-- > 0;) {
        index[i] = (int64_t)(element % (size_t)sizes[i]);
        element /= (size_t)sizes[i];
    }
}

/// Integers of an array attribute.
static size_t read_array(const mica_attr *array, int64_t *numbers)
{
    const size_t count = mica_array_attr_count(array);
    for (size_t i = 0; i < count && i < MICA_EVAL_MAX_RANK; i++)
        numbers[i] = mica_integer_attr_value(mica_array_attr_element(array, i));
    return count;
}

// ---- the same elements
// -----------------------------------------------------------------------

bool micai_vector_shape_cast_eval(mica_eval_frame *frame, mica_op *op)
{
    const mica_type *type = micai_vector_result_type(op);
    return micai_vector_set(
        frame, 0,
        mica_eval_reshape_buffer(frame, op, 0, mica_type_shape(type), mica_type_rank(type)));
}

bool micai_vector_bitcast_eval(mica_eval_frame *frame, mica_op *op)
{
    const mica_eval_buffer *source = mica_eval_buffer_operand(frame, op, 0);
    const mica_type *type = micai_vector_result_type(op);
    const mica_type *from = mica_value_type(mica_op_operand(op, 0));
    mica_eval_buffer *buffer = source ? mica_eval_buffer_of_type(frame, type, NULL) : NULL;
    if (!buffer)
        return false;
    const size_t bytes = buffer->count * buffer->element_size;
    if (bytes != source->count * source->element_size ||
        mica_type_bit_width(mica_type_element(type)) % 8 ||
        mica_type_bit_width(mica_type_element(from)) % 8)
        return mica_eval_unsupported(frame, op, "of elements that are no whole bytes");
    memcpy(buffer->data, source->data, bytes);
    for (size_t i = 0; source->shadow && i < buffer->count; i++)
        for (size_t b = 0; b < buffer->element_size; b++)
            if (source->shadow[i * buffer->element_size + b] &&
                !mica_eval_buffer_mark(frame, buffer, i, 1, true))
                return false;
    return micai_vector_set(frame, 0, buffer);
}

/// Operand 0, a value or a vector of fewer or unit dimensions, everywhere.
bool micai_vector_broadcast_eval(mica_eval_frame *frame, mica_op *op)
{
    const mica_type *type = micai_vector_result_type(op), *element = mica_type_element(type);
    mica_eval_buffer *buffer = mica_eval_buffer_of_type(frame, type, NULL);
    if (!buffer)
        return false;
    if (!mica_type_is_vector(mica_value_type(mica_op_operand(op, 0)))) {
        for (size_t i = 0; i < buffer->count; i++)
            if (!mica_eval_set_element(frame, buffer, element, i, *mica_eval_operand(frame, 0)))
                return false;
        return micai_vector_set(frame, 0, buffer);
    }
    const mica_eval_buffer *source = mica_eval_buffer_operand(frame, op, 0);
    for (size_t i = 0; source && i < buffer->count; i++) {
        int64_t index[MICA_EVAL_MAX_RANK], own[MICA_EVAL_MAX_RANK];
        micai_vector_unflatten(buffer->sizes, buffer->rank, i, index);
        for (size_t d = 0; d < source->rank; d++)
            own[d] = source->sizes[d] == 1 ? 0 : index[buffer->rank - source->rank + d];
        if (!mica_eval_copy_element(frame, buffer, i, source,
                                    micai_vector_flatten(source->sizes, source->rank, own)))
            return false;
    }
    return source && micai_vector_set(frame, 0, buffer);
}

bool micai_vector_from_elements_eval(mica_eval_frame *frame, mica_op *op)
{
    const mica_type *type = micai_vector_result_type(op);
    mica_eval_buffer *buffer = mica_eval_buffer_of_type(frame, type, NULL);
    for (size_t i = 0; buffer && i < buffer->count; i++)
        if (!mica_eval_set_element(frame, buffer, mica_type_element(type), i,
                                   *mica_eval_operand(frame, i)))
            return false;
    return micai_vector_set(frame, 0, buffer);
}

bool micai_vector_step_eval(mica_eval_frame *frame, mica_op *op)
{
    const mica_type *type = micai_vector_result_type(op);
    mica_eval_buffer *buffer = mica_eval_buffer_of_type(frame, type, NULL);
    for (size_t i = 0; buffer && i < buffer->count; i++)
        if (!mica_eval_set_element(frame, buffer, mica_type_element(type), i,
                                   mica_eval_from_bits(i)))
            return false;
    return micai_vector_set(frame, 0, buffer);
}

static bool transpose(mica_eval_frame *frame, mica_op *op, const mica_eval_buffer *source,
                      const int64_t *sizes, const int64_t *permutation, size_t rank)
{
    mica_eval_buffer *buffer =
        mica_eval_buffer_of_type(frame, micai_vector_result_type(op), NULL);
    int64_t turned[MICA_EVAL_MAX_RANK];
    for (size_t d = 0; d < rank; d++)
        turned[d] = sizes[permutation[d]];
    for (size_t i = 0; buffer && i < buffer->count; i++) {
        int64_t index[MICA_EVAL_MAX_RANK], own[MICA_EVAL_MAX_RANK];
        micai_vector_unflatten(turned, rank, i, index);
        for (size_t d = 0; d < rank; d++)
            own[permutation[d]] = index[d];
        if (!mica_eval_copy_element(frame, buffer, i, source,
                                    micai_vector_flatten(sizes, rank, own)))
            return false;
    }
    return micai_vector_set(frame, 0, buffer);
}

bool micai_vector_transpose_eval(mica_eval_frame *frame, mica_op *op)
{
    const mica_eval_buffer *source = mica_eval_buffer_operand(frame, op, 0);
    const mica_attr *permutation = mica_vector_transpose_permutation(op);
    int64_t order[MICA_EVAL_MAX_RANK];
    for (size_t i = 0; source && i < source->rank; i++)
        order[i] = mica_dense_array_attr_int(permutation, i);
    return source && transpose(frame, op, source, source->sizes, order, source->rank);
}

/// The matrix lies column by column.
bool micai_vector_flat_transpose_eval(mica_eval_frame *frame, mica_op *op)
{
    const mica_eval_buffer *source = mica_eval_buffer_operand(frame, op, 0);
    const int64_t sizes[] = {mica_integer_attr_value(mica_vector_flat_transpose_columns(op)),
                             mica_integer_attr_value(mica_vector_flat_transpose_rows(op))};
    static const int64_t order[] = {1, 0};
    return source && transpose(frame, op, source, sizes, order, 2);
}

// ---- elements and slices
// ---------------------------------------------------------------------

/// The first element and the number of elements of the slice at a position.
static bool read_position(mica_eval_frame *frame, mica_op *op, const mica_eval_buffer *vector,
                          size_t operands, const char *slot, size_t *first, size_t *count)
{
    int64_t position[MICA_EVAL_MAX_RANK];
    size_t depth, at = 0;
    const int index = mica_op_def_find_slot(mica_op_definition(op), mica_string_from(slot));
    if (!mica_eval_mixed(frame, op, operands, (size_t)index, position, &depth))
        return false;
    *count = vector->count;
    for (size_t i = 0; i < depth; i++) {
        if (position[i] < 0 || position[i] >= vector->sizes[i])
            return mica_eval_error(frame, op,
                                   "has position %lld of dimension %zu, whose size "
                                   "is %lld",
                                   (long long)position[i], i, (long long)vector->sizes[i]);
        *count /= (size_t)vector->sizes[i];
        at += (size_t)position[i] * *count;
    }
    *first = at;
    return true;
}

static bool copy_run(mica_eval_frame *frame, mica_eval_buffer *to, size_t at,
                     const mica_eval_buffer *from, size_t first, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (!mica_eval_copy_element(frame, to, at + i, from, first + i))
            return false;
    return true;
}

static bool extract(mica_eval_frame *frame, mica_op *op, const mica_eval_buffer *source,
                    size_t first, size_t count)
{
    const mica_type *type = micai_vector_result_type(op);
    if (!mica_type_is_vector(type)) {
        mica_eval_value value;
        return mica_eval_get_element(frame, source, type, first, &value) &&
               mica_eval_set_result(frame, 0, value);
    }
    mica_eval_buffer *buffer = mica_eval_buffer_of_type(frame, type, NULL);
    return buffer && copy_run(frame, buffer, 0, source, first, count) &&
           micai_vector_set(frame, 0, buffer);
}

bool micai_vector_extract_eval(mica_eval_frame *frame, mica_op *op)
{
    const mica_eval_buffer *source = mica_eval_buffer_operand(frame, op, 0);
    size_t first, count;
    return source && read_position(frame, op, source, 1, "static_position", &first, &count) &&
           extract(frame, op, source, first, count);
}

static bool insert(mica_eval_frame *frame, mica_op *op, size_t first)
{
    const mica_type *source_type = mica_value_type(mica_op_operand(op, 0));
    if (!mica_type_is_vector(source_type)) {
        const mica_eval_value value = *mica_eval_operand(frame, 0);
        mica_eval_buffer *buffer = mica_eval_own_buffer(frame, op, 1);
        return buffer && mica_eval_set_element(frame, buffer, source_type, first, value) &&
               micai_vector_set(frame, 0, buffer);
    }
    const mica_eval_buffer *source = mica_eval_buffer_operand(frame, op, 0);
    mica_eval_buffer *buffer = source ? mica_eval_own_buffer(frame, op, 1) : NULL;
    return buffer && copy_run(frame, buffer, first, source, 0, source->count) &&
           micai_vector_set(frame, 0, buffer);
}

bool micai_vector_insert_eval(mica_eval_frame *frame, mica_op *op)
{
    const mica_eval_buffer *dest = mica_eval_buffer_operand(frame, op, 1);
    size_t first, count;
    return dest && read_position(frame, op, dest, 2, "static_position", &first, &count) &&
           insert(frame, op, first);
}

/// The last operand, absent for vectors of rank 0.
static bool element_position(mica_eval_frame *frame, mica_op *op, size_t operand,
                             const mica_eval_buffer *vector, size_t *position)
{
    int64_t number = 0;
    if (mica_op_operand_count(op) > operand && !mica_eval_index(frame, op, operand, &number))
        return false;
    if (number < 0 || (size_t)number >= vector->count)
        return mica_eval_error(frame, op, "has position %lld of %zu", (long long)number,
                               vector->count);
    *position = (size_t)number;
    return true;
}

bool micai_vector_extractelement_eval(mica_eval_frame *frame, mica_op *op)
{
    const mica_eval_buffer *source = mica_eval_buffer_operand(frame, op, 0);
    size_t position = 0;
    return source && element_position(frame, op, 1, source, &position) &&
           extract(frame, op, source, position, 1);
}

bool micai_vector_insertelement_eval(mica_eval_frame *frame, mica_op *op)
{
    const mica_eval_buffer *dest = mica_eval_buffer_operand(frame, op, 1);
    size_t position = 0;
    return dest && element_position(frame, op, 2, dest, &position) &&
           insert(frame, op, position);
}

/// A box of constant offsets over the first dimensions.
static bool slice_box(mica_eval_frame *frame, mica_op *op, mica_eval_view *view,
                      const mica_attr *offsets, const int64_t *sizes, size_t first_dim)
{
    int64_t starts[MICA_EVAL_MAX_RANK] = {0}, ones[MICA_EVAL_MAX_RANK], given[16];
    for (size_t i = 0; i < MICA_EVAL_MAX_RANK; i++)
        ones[i] = 1;
    const size_t count = read_array(offsets, given);
    for (size_t i = 0; i < count; i++)
        starts[i + first_dim] = given[i];
    return mica_eval_view_slice(frame, op, view, starts, sizes, ones);
}

bool micai_vector_extract_strided_slice_eval(mica_eval_frame *frame, mica_op *op)
{
    const mica_type *type = micai_vector_result_type(op);
    mica_eval_buffer *buffer = mica_eval_buffer_of_type(frame, type, NULL);
    mica_eval_view from, to;
    return buffer && mica_eval_view_of_operand(frame, op, 0, false, &from) &&
           mica_eval_view_of_buffer(frame, buffer, &to) &&
           slice_box(frame, op, &from, mica_vector_extract_strided_slice_offsets(op),
                     mica_type_shape(type), 0) &&
           mica_eval_view_copy(frame, op, &to, &from) && micai_vector_set(frame, 0, buffer);
}

/// A source of lower rank lies over the last dimensions.
bool micai_vector_insert_strided_slice_eval(mica_eval_frame *frame, mica_op *op)
{
    int64_t sizes[MICA_EVAL_MAX_RANK];
    mica_eval_view from, to;
    if (!mica_eval_view_of_operand(frame, op, 0, false, &from))
        return false;
    mica_eval_buffer *buffer = mica_eval_own_buffer(frame, op, 1);
    if (!buffer || !mica_eval_view_of_buffer(frame, buffer, &to))
        return false;
    for (size_t i = 0; i < to.rank; i++)
        sizes[i] = i + from.rank < to.rank ? 1 : from.sizes[i + from.rank - to.rank];
    return slice_box(frame, op, &to, mica_vector_insert_strided_slice_offsets(op), sizes, 0) &&
           mica_eval_view_copy(frame, op, &to, &from) && micai_vector_set(frame, 0, buffer);
}

// ---- two vectors
// -----------------------------------------------------------------------------

/// Slices of the first dimension, picked by number from both; -1 is any.
bool micai_vector_shuffle_eval(mica_eval_frame *frame, mica_op *op)
{
    const mica_eval_buffer *a = mica_eval_buffer_operand(frame, op, 0);
    const mica_eval_buffer *b = mica_eval_buffer_operand(frame, op, 1);
    const mica_attr *mask = mica_vector_shuffle_mask(op);
    mica_eval_buffer *buffer =
        a && b ? mica_eval_buffer_of_type(frame, micai_vector_result_type(op), NULL) : NULL;
    if (!buffer)
        return false;
    const size_t count = mica_array_attr_count(mask), run = buffer->count / count;
    const int64_t split = a->rank ? a->sizes[0] : 1;
    for (size_t i = 0; i < count; i++) {
        const int64_t pick = mica_integer_attr_value(mica_array_attr_element(mask, i));
        const bool second = pick >= split;
        const size_t first = (size_t)(second ? pick - split : pick) * run;
        if (pick < 0 ? !mica_eval_buffer_mark(frame, buffer, i * run, run, true)
                     : !copy_run(frame, buffer, i * run, second ? b : a, first, run))
            return false;
    }
    return micai_vector_set(frame, 0, buffer);
}

bool micai_vector_interleave_eval(mica_eval_frame *frame, mica_op *op)
{
    const mica_eval_buffer *a = mica_eval_buffer_operand(frame, op, 0);
    const mica_eval_buffer *b = mica_eval_buffer_operand(frame, op, 1);
    mica_eval_buffer *buffer =
        a && b ? mica_eval_buffer_of_type(frame, micai_vector_result_type(op), NULL) : NULL;
    for (size_t i = 0; buffer && i < buffer->count; i++)
        if (!mica_eval_copy_element(frame, buffer, i, i % 2 ? b : a, i / 2))
            return false;
    return micai_vector_set(frame, 0, buffer);
}

bool micai_vector_deinterleave_eval(mica_eval_frame *frame, mica_op *op)
{
    const mica_eval_buffer *source = mica_eval_buffer_operand(frame, op, 0);
    for (size_t part = 0; source && part < 2; part++) {
        mica_eval_buffer *buffer =
            mica_eval_buffer_of_type(frame, micai_vector_result_type(op), NULL);
        for (size_t i = 0; buffer && i < buffer->count; i++)
            if (!mica_eval_copy_element(frame, buffer, i, source, 2 * i + part))
                return false;
        if (!micai_vector_set(frame, part, buffer))
            return false;
    }
    return source != NULL;
}

// ---- masks
// -----------------------------------------------------------------------------------

static bool set_mask(mica_eval_frame *frame, mica_op *op, const int64_t *limits)
{
    mica_eval_buffer *buffer =
        mica_eval_buffer_of_type(frame, micai_vector_result_type(op), NULL);
    for (size_t i = 0; buffer && i < buffer->count; i++) {
        int64_t index[MICA_EVAL_MAX_RANK];
        micai_vector_unflatten(buffer->sizes, buffer->rank, i, index);
        buffer->data[i] = 1;
        for (size_t d = 0; d < buffer->rank; d++)
            buffer->data[i] &= index[d] < limits[d];
        if (buffer->rank == 0)
            buffer->data[i] = limits[0] > 0;
    }
    return micai_vector_set(frame, 0, buffer);
}

bool micai_vector_constant_mask_eval(mica_eval_frame *frame, mica_op *op)
{
    int64_t limits[MICA_EVAL_MAX_RANK];
    read_array(mica_vector_constant_mask_mask_dim_sizes(op), limits);
    return set_mask(frame, op, limits);
}

bool micai_vector_create_mask_eval(mica_eval_frame *frame, mica_op *op)
{
    int64_t limits[MICA_EVAL_MAX_RANK];
    for (size_t i = 0; i < mica_op_operand_count(op) && i < MICA_EVAL_MAX_RANK; i++)
        if (!mica_eval_index(frame, op, i, &limits[i]))
            return false;
    return set_mask(frame, op, limits);
}
