// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Evaluation of affine: maps of operands, dims first, then symbols.
#include "dialects/affine/affine.h"
#include "ir/interpreter/eval.h"

enum { MAX_OPERANDS = 48, MAX_VALUES = 64 };

/// Dims and symbols of a map or set from operands [first, first + count).
static bool read_inputs(mica_eval_frame *frame, mica_op *op, size_t first, size_t count,
                        int64_t *inputs)
{
    if (count > MAX_OPERANDS)
        return mica_eval_unsupported(frame, op, "has too many operands");
    for (size_t i = 0; i < count; i++)
        if (!mica_eval_index(frame, op, first + i, &inputs[i]))
            return false;
    return true;
}

static bool evaluate(mica_eval_frame *frame, mica_op *op, const mica_affine_expr *expression,
                     const int64_t *inputs, size_t dim_count, int64_t *value)
{
    return mica_affine_expr_evaluate(expression, inputs, inputs + dim_count, value) ||
           mica_eval_error(frame, op, "divides by zero in its map");
}

/// Results of the map on the operands, at most MICA_EVAL_MAX_RANK.
static bool apply_map(mica_eval_frame *frame, mica_op *op, const mica_attr *map, size_t first,
                      int64_t *results)
{
    int64_t inputs[MAX_OPERANDS];
    const size_t dims = mica_affine_map_dim_count(map);
    const size_t count = dims + mica_affine_map_symbol_count(map);
    if (mica_affine_map_result_count(map) > MICA_EVAL_MAX_RANK)
        return mica_eval_unsupported(frame, op, "has a map of too many results");
    if (!read_inputs(frame, op, first, count, inputs))
        return false;
    for (size_t i = 0; i < mica_affine_map_result_count(map); i++)
        if (!evaluate(frame, op, mica_affine_map_result(map, i), inputs, dims, &results[i]))
            return false;
    return true;
}

bool micai_affine_apply_eval(mica_eval_frame *frame, mica_op *op)
{
    int64_t results[MICA_EVAL_MAX_RANK];
    return apply_map(frame, op, mica_affine_apply_map(op), 0, results) &&
           mica_eval_set_bits(frame, 0, (uint64_t)results[0]);
}

static bool extreme(mica_eval_frame *frame, mica_op *op, const mica_attr *map, size_t first,
                    bool greatest, int64_t *value)
{
    int64_t results[MICA_EVAL_MAX_RANK];
    if (!apply_map(frame, op, map, first, results))
        return false;
    *value = results[0];
    for (size_t i = 1; i < mica_affine_map_result_count(map); i++)
        if (greatest ? results[i] > *value : results[i] < *value)
            *value = results[i];
    return true;
}

bool micai_affine_max_eval(mica_eval_frame *frame, mica_op *op)
{
    int64_t value;
    return extreme(frame, op, mica_affine_max_map(op), 0, true, &value) &&
           mica_eval_set_bits(frame, 0, (uint64_t)value);
}
bool micai_affine_min_eval(mica_eval_frame *frame, mica_op *op)
{
    int64_t value;
    return extreme(frame, op, mica_affine_min_map(op), 0, false, &value) &&
           mica_eval_set_bits(frame, 0, (uint64_t)value);
}

/// The last basis first: what is left over goes to the ones before.
bool micai_affine_delinearize_index_eval(mica_eval_frame *frame, mica_op *op)
{
    int64_t linear;
    if (!mica_eval_index(frame, op, 0, &linear))
        return false;
    for (size_t i = mica_op_result_count(op); i-- > 0;) {
        int64_t basis, rest = linear;
        if (!mica_eval_index(frame, op, 1 + i, &basis))
            return false;
        if (basis <= 0)
            return mica_eval_error(frame, op, "has basis %lld", (long long)basis);
        if (i > 0) {
            rest = (linear % basis + basis) % basis;
            linear = (linear - rest) / basis;
        }
        mica_eval_set_bits(frame, i, (uint64_t)rest);
    }
    return true;
}

// ---- access
// ----------------------------------------------------------------------------------

static bool locate(mica_eval_frame *frame, mica_op *op, const mica_attr *map,
                   const mica_eval_memref *memref, size_t first, int64_t *offset)
{
    int64_t indices[MICA_EVAL_MAX_RANK];
    return apply_map(frame, op, map, first, indices) &&
           mica_eval_element_offset(frame, op, memref, indices, offset);
}

bool micai_affine_load_eval(mica_eval_frame *frame, mica_op *op)
{
    const mica_eval_memref *memref = mica_eval_memref_operand(frame, op, 0);
    int64_t offset;
    mica_eval_value value;
    return memref && locate(frame, op, mica_affine_load_map(op), memref, 1, &offset) &&
           mica_eval_load(frame, op, memref->allocation, offset,
                          mica_value_type(mica_op_result(op, 0)), &value) &&
           mica_eval_set_result(frame, 0, value);
}

bool micai_affine_store_eval(mica_eval_frame *frame, mica_op *op)
{
    const mica_eval_memref *memref = mica_eval_memref_operand(frame, op, 1);
    int64_t offset;
    return memref && locate(frame, op, mica_affine_store_map(op), memref, 2, &offset) &&
           mica_eval_store(frame, op, memref->allocation, offset,
                           mica_value_type(mica_op_operand(op, 0)),
                           mica_eval_take_operand(frame, 0));
}

/// A vector lies over the last dimensions of the memref, contiguous there.
bool micai_affine_vector_load_eval(mica_eval_frame *frame, mica_op *op)
{
    const mica_eval_memref *memref = mica_eval_memref_operand(frame, op, 0);
    const mica_type *type = mica_value_type(mica_op_result(op, 0));
    int64_t offset;
    mica_eval_value value;
    if (!memref || !locate(frame, op, mica_affine_vector_load_map(op), memref, 1, &offset))
        return false;
    if (mica_type_rank(type) != 1)
        return mica_eval_unsupported(frame, op, "of several dimensions");
    return mica_eval_load(frame, op, memref->allocation, offset, type, &value) &&
           mica_eval_set_result(frame, 0, value);
}

bool micai_affine_vector_store_eval(mica_eval_frame *frame, mica_op *op)
{
    const mica_eval_memref *memref = mica_eval_memref_operand(frame, op, 1);
    const mica_type *type = mica_value_type(mica_op_operand(op, 0));
    int64_t offset;
    if (!memref || !locate(frame, op, mica_affine_vector_store_map(op), memref, 2, &offset))
        return false;
    if (mica_type_rank(type) != 1)
        return mica_eval_unsupported(frame, op, "of several dimensions");
    return mica_eval_store(frame, op, memref->allocation, offset, type,
                           mica_eval_take_operand(frame, 0));
}

// ---- control
// ---------------------------------------------------------------------------------

typedef struct for_state {
    int64_t index, upper, step;
} for_state;

static bool begin_for(mica_eval_frame *frame, mica_op *op, for_state *state)
{
    size_t lower, upper, count;
    mica_op_operand_range(op, 0, &lower, &count);
    mica_op_operand_range(op, 1, &upper, &count);
    state->step = mica_integer_attr_value(mica_affine_for_step(op));
    return extreme(frame, op, mica_affine_for_lowerBoundMap(op), lower, true, &state->index) &&
           extreme(frame, op, mica_affine_for_upperBoundMap(op), upper, false, &state->upper);
}

bool micai_affine_for_eval(mica_eval_frame *frame, mica_op *op)
{
    mica_eval_value values[MAX_VALUES + 1];
    size_t first, count;
    mica_op_operand_range(op, 2, &first, &count);
    if (count > MAX_VALUES)
        return mica_eval_unsupported(frame, op, "carries too many values");
    for_state *state = mica_eval_state(frame, sizeof *state);
    if (!state)
        return false;
    if (mica_eval_step(frame) == 0) {
        if (!begin_for(frame, op, state))
            return false;
        for (size_t i = 0; i < count; i++)
            values[i + 1] = mica_eval_take_operand(frame, first + i);
    } else {
        const mica_eval_value *yielded = mica_eval_yielded(frame, &count);
        memcpy(values + 1, yielded, count * sizeof *values);
        state->index += state->step;
    }
    if (state->index >= state->upper) {
        for (size_t i = 0; i < count; i++)
            mica_eval_set_result(frame, i, values[i + 1]);
        return true;
    }
    values[0] = mica_eval_from_bits((uint64_t)state->index);
    return mica_eval_enter(frame, op, 0, values, count + 1);
}

bool micai_affine_if_eval(mica_eval_frame *frame, mica_op *op)
{
    if (mica_eval_step(frame) > 0)
        return mica_eval_set_results_from_yielded(frame, op);
    const mica_attr *set = mica_affine_if_condition(op);
    const size_t dims = mica_integer_set_dim_count(set);
    int64_t inputs[MAX_OPERANDS];
    if (!read_inputs(frame, op, 0, dims + mica_integer_set_symbol_count(set), inputs))
        return false;
    bool holds = true;
    for (size_t i = 0; i < mica_integer_set_count(set); i++) {
        int64_t value;
        if (!evaluate(frame, op, mica_integer_set_constraint(set, i), inputs, dims, &value))
            return false;
        holds &= mica_integer_set_is_equality(set, i) ? value == 0 : value >= 0;
    }
    return mica_eval_enter(frame, op, holds ? 0 : 1, NULL, 0);
}
