// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Evaluation of tensor: elements, slices and what is computed by a region. Reshapes, padding
// and packing are in tensor_eval_layout.c.
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

/// Indices from operands [first, ...) as the number of an element.
static bool locate(mica_eval_frame *frame, mica_op *op, const mica_eval_buffer *buffer,
                   size_t first, size_t *element)
{
    size_t at = 0;
    for (size_t i = 0; i < buffer->rank; i++) {
        int64_t index;
        if (!mica_eval_index(frame, op, first + i, &index))
            return false;
        if (index < 0 || index >= buffer->sizes[i])
            return mica_eval_error(frame, op,
                                   "has index %lld of dimension %zu, whose size is %lld",
                                   (long long)index, i, (long long)buffer->sizes[i]);
        at = at * (size_t)buffer->sizes[i] + (size_t)index;
    }
    *element = at;
    return true;
}

// ---- elements
// --------------------------------------------------------------------------------

bool micai_tensor_extract_eval(mica_eval_frame *frame, mica_op *op)
{
    const mica_eval_buffer *buffer = mica_eval_buffer_operand(frame, op, 0);
    size_t element = 0;
    mica_eval_value value;
    return buffer && locate(frame, op, buffer, 1, &element) &&
           mica_eval_get_element(frame, buffer, result_type(op), element, &value) &&
           mica_eval_set_result(frame, 0, value);
}

bool micai_tensor_insert_eval(mica_eval_frame *frame, mica_op *op)
{
    const mica_eval_buffer *dest = mica_eval_buffer_operand(frame, op, 1);
    size_t element = 0;
    if (!dest || !locate(frame, op, dest, 2, &element))
        return false;
    const mica_eval_value value = *mica_eval_operand(frame, 0);
    mica_eval_buffer *buffer = mica_eval_own_buffer(frame, op, 1);
    return buffer &&
           mica_eval_set_element(frame, buffer, mica_type_element(result_type(op)), element,
                                 value) &&
           set_buffer(frame, buffer);
}

bool micai_tensor_from_elements_eval(mica_eval_frame *frame, mica_op *op)
{
    mica_eval_buffer *buffer = mica_eval_buffer_of_type(frame, result_type(op), NULL);
    const mica_type *element = mica_type_element(result_type(op));
    for (size_t i = 0; buffer && i < buffer->count; i++)
        if (!mica_eval_set_element(frame, buffer, element, i, mica_eval_take_operand(frame, i)))
            return false;
    return set_buffer(frame, buffer);
}

/// Dynamic sizes of the result, from operands [first, ...).
static mica_eval_buffer *make_result(mica_eval_frame *frame, mica_op *op, size_t first)
{
    int64_t sizes[MICA_EVAL_MAX_RANK];
    const size_t count = mica_op_operand_count(op) - first;
    if (count > MICA_EVAL_MAX_RANK)
        return NULL;
    for (size_t i = 0; i < count; i++)
        if (!mica_eval_index(frame, op, first + i, &sizes[i]))
            return NULL;
    return mica_eval_buffer_of_type(frame, result_type(op), sizes);
}

bool micai_tensor_splat_eval(mica_eval_frame *frame, mica_op *op)
{
    mica_eval_buffer *buffer = make_result(frame, op, 1);
    const mica_type *element = mica_type_element(result_type(op));
    for (size_t i = 0; buffer && i < buffer->count; i++)
        if (!mica_eval_set_element(frame, buffer, element, i, *mica_eval_operand(frame, 0)))
            return false;
    return set_buffer(frame, buffer);
}

bool micai_tensor_empty_eval(mica_eval_frame *frame, mica_op *op)
{
    mica_eval_buffer *buffer = make_result(frame, op, 0);
    return buffer && mica_eval_buffer_mark(frame, buffer, 0, buffer->count, true) &&
           set_buffer(frame, buffer);
}

bool micai_tensor_dim_eval(mica_eval_frame *frame, mica_op *op)
{
    const mica_eval_buffer *buffer = mica_eval_buffer_operand(frame, op, 0);
    int64_t dim;
    if (!buffer || !mica_eval_index(frame, op, 1, &dim))
        return false;
    if (dim < 0 || dim >= buffer->rank)
        return mica_eval_error(frame, op, "asks for dimension %lld of %u", (long long)dim,
                               buffer->rank);
    return mica_eval_set_bits(frame, 0, (uint64_t)buffer->sizes[dim]);
}

bool micai_tensor_rank_eval(mica_eval_frame *frame, mica_op *op)
{
    const mica_eval_buffer *buffer = mica_eval_buffer_operand(frame, op, 0);
    return buffer && mica_eval_set_bits(frame, 0, buffer->rank);
}

// ---- slices
// ----------------------------------------------------------------------------------

/// Sizes without the units that the type leaves out.
static bool reduce_sizes(mica_eval_frame *frame, mica_op *op, const mica_type *type,
                         const int64_t *sizes, size_t rank, int64_t *reduced)
{
    const mica_offset_size_and_stride *slice =
        mica_op_interface(op, &mica_offset_size_and_stride_interface);
    const mica_attr *statics = mica_op_slot(op, slice->slots[MICA_SIZES]);
    int64_t shape[MICA_EVAL_MAX_RANK];
    bool dropped[MICA_EVAL_MAX_RANK] = {false};
    for (size_t i = 0; i < rank; i++)
        shape[i] = mica_dense_array_attr_int(statics, i);
    if (!mica_shape_drops_units(shape, rank, mica_type_shape(type), mica_type_rank(type), false,
                                dropped))
        return mica_eval_unsupported(frame, op, "drops dimensions that can't be told");
    for (size_t i = 0, k = 0; i < rank; i++)
        if (!dropped[i])
            reduced[k++] = sizes[i];
    return true;
}

bool micai_tensor_extract_slice_eval(mica_eval_frame *frame, mica_op *op)
{
    const mica_type *type = result_type(op);
    int64_t box[3][MICA_EVAL_MAX_RANK], sizes[MICA_EVAL_MAX_RANK];
    size_t rank;
    mica_eval_view from, to;
    if (!mica_eval_slice(frame, op, box, &rank) ||
        !mica_eval_view_of_operand(frame, op, 0, false, &from) ||
        !mica_eval_view_slice(frame, op, &from, box[0], box[1], box[2]) ||
        !reduce_sizes(frame, op, type, box[1], rank, sizes))
        return false;
    mica_eval_buffer *buffer =
        mica_eval_buffer_create(frame, mica_type_element(type), sizes, mica_type_rank(type));
    return buffer && mica_eval_view_of_buffer(frame, buffer, &to) &&
           mica_eval_view_copy(frame, op, &to, &from) && set_buffer(frame, buffer);
}

/// Writes operand 0 into the box of `buffer`.
static bool write_box(mica_eval_frame *frame, mica_op *op, mica_eval_buffer *buffer)
{
    int64_t box[3][MICA_EVAL_MAX_RANK];
    size_t rank;
    mica_eval_view from, to;
    return mica_eval_slice(frame, op, box, &rank) &&
           mica_eval_view_of_operand(frame, op, 0, false, &from) &&
           mica_eval_view_of_buffer(frame, buffer, &to) &&
           mica_eval_view_slice(frame, op, &to, box[0], box[1], box[2]) &&
           mica_eval_view_copy(frame, op, &to, &from);
}

bool micai_tensor_insert_slice_eval(mica_eval_frame *frame, mica_op *op)
{
    mica_eval_buffer *buffer = mica_eval_own_buffer(frame, op, 1);
    return buffer && write_box(frame, op, buffer) && set_buffer(frame, buffer);
}

/// Changes the shared result that its loop's body names.
bool micai_tensor_parallel_insert_slice_eval(mica_eval_frame *frame, mica_op *op)
{
    mica_eval_buffer *shared = mica_eval_buffer_operand(frame, op, 1);
    if (!shared)
        return false;
    if (shared->object.references == 1)
        return write_box(frame, op, shared);
    mica_eval_buffer *buffer = mica_eval_own_buffer(frame, op, 1);
    if (!buffer || !write_box(frame, op, buffer))
        return false;
    mica_eval_replace_operand(frame, 1, mica_eval_from_buffer(buffer));
    return true;
}

bool micai_tensor_concat_eval(mica_eval_frame *frame, mica_op *op)
{
    const size_t dim = (size_t)mica_integer_attr_value(mica_tensor_concat_dim(op));
    mica_eval_view part, to;
    int64_t sizes[MICA_EVAL_MAX_RANK] = {0}, sum = 0;
    for (size_t i = 0; i < mica_op_operand_count(op); i++) {
        if (!mica_eval_view_of_operand(frame, op, i, false, &part))
            return false;
        memcpy(sizes, part.sizes, part.rank * sizeof *sizes);
        sum += part.sizes[dim];
    }
    sizes[dim] = sum;
    mica_eval_buffer *buffer =
        mica_eval_buffer_create(frame, mica_type_element(result_type(op)), sizes, part.rank);
    if (!buffer)
        return false;
    int64_t offsets[MICA_EVAL_MAX_RANK] = {0}, ones[MICA_EVAL_MAX_RANK];
    for (size_t i = 0; i < MICA_EVAL_MAX_RANK; i++)
        ones[i] = 1;
    for (size_t i = 0; i < mica_op_operand_count(op); i++) {
        if (!mica_eval_view_of_operand(frame, op, i, false, &part) ||
            !mica_eval_view_of_buffer(frame, buffer, &to) ||
            !mica_eval_view_slice(frame, op, &to, offsets, part.sizes, ones) ||
            !mica_eval_view_copy(frame, op, &to, &part))
            return false;
        offsets[dim] += part.sizes[dim];
    }
    return set_buffer(frame, buffer);
}

// ---- by a region
// -----------------------------------------------------------------------------

typedef struct generate_state {
    mica_eval_buffer *buffer;
    size_t element;
} generate_state;

/// The indices of an element, shifted by `low`; for the region's arguments.
static void indices_of(const mica_eval_buffer *buffer, size_t element, mica_eval_value *values)
{
    for (size_t i = buffer->rank; i-- > 0;) {
        const size_t size = (size_t)buffer->sizes[i];
        values[i] = mica_eval_from_bits(element % size);
        element /= size;
    }
}

bool micai_tensor_generate_eval(mica_eval_frame *frame, mica_op *op)
{
    generate_state *state = mica_eval_state(frame, sizeof *state);
    if (!state)
        return false;
    if (mica_eval_step(frame) == 0) {
        state->buffer = make_result(frame, op, 0);
        if (!state->buffer)
            return false;
    } else {
        size_t count;
        const mica_eval_value *yielded = mica_eval_yielded(frame, &count);
        if (!mica_eval_set_element(frame, state->buffer, mica_type_element(result_type(op)),
                                   state->element++, yielded[0]))
            return false;
    }
    if (state->element == state->buffer->count)
        return set_buffer(frame, state->buffer);
    mica_eval_value values[MICA_EVAL_MAX_RANK];
    indices_of(state->buffer, state->element, values);
    return mica_eval_enter(frame, op, 0, values, state->buffer->rank);
}

typedef struct pad_state {
    mica_eval_buffer *buffer;
    size_t element;
    int64_t low[MICA_EVAL_MAX_RANK];
} pad_state;

/// The whole result by the region where the source has nothing; the source is copied last.
static bool begin_pad(mica_eval_frame *frame, mica_op *op, pad_state *state)
{
    const mica_op_def *definition = mica_op_definition(op);
    const size_t low =
        (size_t)mica_op_def_find_slot(definition, mica_string_from("static_low"));
    const size_t high =
        (size_t)mica_op_def_find_slot(definition, mica_string_from("static_high"));
    int64_t after[MICA_EVAL_MAX_RANK], sizes[MICA_EVAL_MAX_RANK];
    size_t rank;
    const mica_eval_buffer *source = mica_eval_buffer_operand(frame, op, 0);
    if (!source || !mica_eval_mixed(frame, op, 1, low, state->low, &rank) ||
        !mica_eval_mixed(frame, op, 2, high, after, &rank))
        return false;
    for (size_t i = 0; i < rank; i++) {
        if (state->low[i] < 0 || after[i] < 0)
            return mica_eval_error(frame, op, "has a negative margin");
        sizes[i] = state->low[i] + source->sizes[i] + after[i];
    }
    state->buffer =
        mica_eval_buffer_create(frame, mica_type_element(result_type(op)), sizes, rank);
    return state->buffer != NULL;
}

static bool end_pad(mica_eval_frame *frame, mica_op *op, const pad_state *state)
{
    mica_eval_view from, to;
    int64_t ones[MICA_EVAL_MAX_RANK];
    for (size_t i = 0; i < MICA_EVAL_MAX_RANK; i++)
        ones[i] = 1;
    return mica_eval_view_of_operand(frame, op, 0, false, &from) &&
           mica_eval_view_of_buffer(frame, state->buffer, &to) &&
           mica_eval_view_slice(frame, op, &to, state->low, from.sizes, ones) &&
           mica_eval_view_copy(frame, op, &to, &from) && set_buffer(frame, state->buffer);
}

bool micai_tensor_pad_eval(mica_eval_frame *frame, mica_op *op)
{
    pad_state *state = mica_eval_state(frame, sizeof *state);
    if (!state)
        return false;
    if (mica_eval_step(frame) == 0) {
        if (!begin_pad(frame, op, state))
            return false;
    } else {
        size_t count;
        const mica_eval_value *yielded = mica_eval_yielded(frame, &count);
        if (!mica_eval_set_element(frame, state->buffer, mica_type_element(result_type(op)),
                                   state->element++, yielded[0]))
            return false;
    }
    if (state->element == state->buffer->count)
        return end_pad(frame, op, state);
    mica_eval_value values[MICA_EVAL_MAX_RANK];
    indices_of(state->buffer, state->element, values);
    return mica_eval_enter(frame, op, 0, values, state->buffer->rank);
}
