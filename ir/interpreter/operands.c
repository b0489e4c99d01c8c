// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Operands in the forms that hooks want, scalar arithmetic on them, and ops on scalars applied
// to each element of vectors and tensors: the engine swaps in a few cells of its own, so that
// the hook sees scalars wherever it looks.
#include "ir/interpreter/interpreter_internal.h"

bool mica_eval_bits(mica_eval_frame *frame, mica_op *op, size_t index, uint64_t *bits)
{
    const mica_eval_value *value = mica_eval_operand(frame, index);
    if (value->is_poison)
        return mica_eval_error(frame, op, "uses a poison value as operand #%zu", index);
    *bits = value->as.bits[0];
    return true;
}

bool mica_eval_index(mica_eval_frame *frame, mica_op *op, size_t index, int64_t *number)
{
    uint64_t bits = 0;
    if (!mica_eval_bits(frame, op, index, &bits))
        return false;
    const uint32_t width = mica_type_bit_width(op->operands[index].value->type);
    *number = (int64_t)bits;
    if (width > 1 && width < 64)
        *number = (int64_t)(bits << (64 - width)) >> (64 - width);
    return true;
}

static mica_eval_object *object_operand(mica_eval_frame *frame, mica_op *op, size_t index)
{
    const mica_eval_value *value = mica_eval_operand(frame, index);
    if (value->is_poison || !value->as.object) {
        (void)mica_eval_error(frame, op, "uses a poison value as operand #%zu", index);
        return NULL;
    }
    return value->as.object;
}

mica_eval_buffer *mica_eval_buffer_operand(mica_eval_frame *frame, mica_op *op, size_t index)
{
    return (mica_eval_buffer *)object_operand(frame, op, index);
}

mica_eval_memref *mica_eval_memref_operand(mica_eval_frame *frame, mica_op *op, size_t index)
{
    return (mica_eval_memref *)object_operand(frame, op, index);
}

// ---- scalar arithmetic
// -----------------------------------------------------------------------

static bool to_scalar(const mica_type *type, const mica_eval_value *value, mica_scalar *scalar)
{
    scalar->type = type;
    if (mica_type_is_float(type)) {
        scalar->as.bits[0] = value->as.bits[0];
        scalar->as.bits[1] = value->as.bits[1];
        return true;
    }
    const uint32_t width = mica_type_bit_width(type);
    if (width == 0 || width > 128)
        return false;
    const uint64_t words[MICA_WIDE_WORDS] = {value->as.bits[0], value->as.bits[1]};
    scalar->as.integer = mica_wide_from_words(width, words);
    return true;
}

static mica_eval_value from_scalar(const mica_scalar *scalar)
{
    mica_eval_value value = mica_eval_from_bits(0);
    const bool is_float = mica_type_is_float(scalar->type);
    value.as.bits[0] = is_float ? scalar->as.bits[0] : scalar->as.integer.words[0];
    value.as.bits[1] = is_float ? scalar->as.bits[1] : scalar->as.integer.words[1];
    return value;
}

bool mica_eval_scalar(mica_eval_frame *frame, mica_op *op, mica_scalar_fn function,
                      int64_t parameter, bool traps)
{
    mica_scalar operands[3] = {0}, result = {0};
    for (size_t i = 0; i < op->operand_count && i < 3; i++) {
        const mica_type *type = mica_type_element_or_self(op->operands[i].value->type);
        if (!to_scalar(type, mica_eval_operand(frame, i), &operands[i]))
            return mica_eval_unsupported(frame, op, "has an operand that is too wide");
    }
    result.type = mica_type_element_or_self(micai_op_results(op)->type);
    if (mica_type_bit_width(result.type) > 128)
        return mica_eval_unsupported(frame, op, "has a result that is too wide");
    if (function(operands, &result, parameter))
        return mica_eval_set_result(frame, 0, from_scalar(&result));
    if (traps)
        return mica_eval_error(frame, op, "is undefined for its operands");
    return mica_eval_set_result(frame, 0, mica_eval_poison());
}

// ---- elements
// --------------------------------------------------------------------------------

enum { MAX_LANE_OPERANDS = 6, MAX_LANE_RESULTS = 2 };

typedef struct lane_run {
    mica_eval_fn hook;
    bool handles_poison;
    size_t operand_count, result_count, count;
    const mica_eval_buffer *operands[MAX_LANE_OPERANDS]; ///< NULL: the cell is set once
    const mica_type *operand_types[MAX_LANE_OPERANDS];
    mica_eval_buffer *results[MAX_LANE_RESULTS];
    const mica_type *result_types[MAX_LANE_RESULTS];
    mica_eval_value cells[MAX_LANE_OPERANDS + MAX_LANE_RESULTS];
} lane_run;

static bool is_sequence(const mica_type *type)
{
    return mica_type_is_vector(type) || mica_type_is_tensor(type);
}

static bool gather_operands(mica_eval_frame *frame, mica_op *op, lane_run *lanes)
{
    const mica_eval_buffer *shape = NULL;
    for (size_t i = 0; i < op->operand_count; i++) {
        const mica_type *type = op->operands[i].value->type;
        lanes->operand_types[i] = mica_type_element_or_self(type);
        if (!is_sequence(type)) {
            lanes->cells[i] = *mica_eval_operand(frame, i);
            continue;
        }
        const mica_eval_buffer *buffer = mica_eval_buffer_operand(frame, op, i);
        if (!buffer)
            return false;
        lanes->operands[i] = buffer;
        if (shape && (buffer->rank != shape->rank ||
                      memcmp(buffer->sizes, shape->sizes, shape->rank * sizeof(int64_t))))
            return mica_eval_error(frame, op, "has operands of different sizes");
        shape = buffer;
    }
    if (!shape)
        return mica_eval_unsupported(frame, op, "makes a vector of scalars");
    lanes->count = shape->count;
    for (size_t i = 0; i < op->result_count; i++) {
        lanes->result_types[i] = mica_type_element(micai_op_results(op)[i].type);
        lanes->results[i] =
            mica_eval_buffer_create(frame, lanes->result_types[i], shape->sizes, shape->rank);
        if (!lanes->results[i])
            return false;
    }
    return true;
}

static void load_cell(lane_run *lanes, size_t operand, size_t lane)
{
    const mica_eval_buffer *buffer = lanes->operands[operand];
    mica_eval_value *cell = &lanes->cells[operand];
    const size_t size = buffer->element_size;
    cell->as.bits[0] = cell->as.bits[1] = 0;
    memcpy(cell->as.bits, buffer->data + lane * size, size);
    cell->is_poison = false;
    for (size_t b = 0; buffer->shadow && b < size; b++)
        cell->is_poison |= buffer->shadow[lane * size + b] != 0;
}

static bool run_lane(mica_eval_frame *frame, mica_op *op, lane_run *lanes, size_t lane)
{
    bool poison = false;
    for (size_t i = 0; i < lanes->operand_count; i++) {
        if (lanes->operands[i])
            load_cell(lanes, i, lane);
        poison |= lanes->cells[i].is_poison;
    }
    mica_eval_value *results = lanes->cells + lanes->operand_count;
    if (poison && !lanes->handles_poison) {
        for (size_t i = 0; i < lanes->result_count; i++)
            results[i] = mica_eval_poison();
    } else if (!lanes->hook(frame, op)) {
        return false;
    }
    for (size_t i = 0; i < lanes->result_count; i++)
        if (!mica_eval_set_element(frame, lanes->results[i], lanes->result_types[i], lane,
                                   results[i]))
            return false;
    return true;
}

/// With the frame's view replaced by the lane's cells.
static bool run_lanes(mica_eval_frame *frame, mica_op *op, lane_run *lanes)
{
    static const uint32_t slots[MAX_LANE_OPERANDS] = {0, 1, 2, 3, 4, 5};
    static const uint8_t no_objects[MAX_LANE_OPERANDS + MAX_LANE_RESULTS] = {0};
    const micai_instruction *at = frame->at;
    micai_instruction lane_instruction = *at;
    lane_instruction.operands = slots;
    lane_instruction.result = (uint32_t)lanes->operand_count;
    mica_eval_value *values = frame->values;
    const uint8_t *is_object = frame->is_object;
    frame->at = &lane_instruction;
    frame->values = lanes->cells;
    frame->is_object = no_objects;
    bool done = true;
    for (size_t i = 0; i < lanes->count && done; i++)
        done = run_lane(frame, op, lanes, i);
    frame->at = at;
    frame->values = values;
    frame->is_object = is_object;
    return done;
}

bool mica_eval_each_element(mica_eval_frame *frame, mica_op *op, mica_eval_fn hook,
                            bool handles_poison)
{
    if (op->result_count == 0 || !is_sequence(micai_op_results(op)->type)) {
        for (size_t i = 0; !handles_poison && i < op->operand_count; i++)
            if (mica_eval_operand(frame, i)->is_poison)
                return mica_eval_set_poison(frame, op);
        return hook(frame, op);
    }
    if (op->operand_count > MAX_LANE_OPERANDS || op->result_count > MAX_LANE_RESULTS)
        return mica_eval_unsupported(frame, op, "has too many operands");
    lane_run lanes = {.hook = hook,
                      .handles_poison = handles_poison,
                      .operand_count = op->operand_count,
                      .result_count = op->result_count};
    if (!gather_operands(frame, op, &lanes) || !run_lanes(frame, op, &lanes))
        return false;
    for (size_t i = 0; i < op->result_count; i++)
        mica_eval_set_result(frame, i, mica_eval_from_buffer(lanes.results[i]));
    return true;
}

bool micai_eval_lanes(mica_eval_frame *frame, mica_op *op)
{
    return mica_eval_each_element(frame, op, frame->at->extra->each, false);
}
