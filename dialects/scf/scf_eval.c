// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Evaluation of scf. A loop is called again after each iteration (mica_eval_step counts them);
// what it remembers is its state. Parallel loops run in order: any order is right, or the
// program is not.
#include "dialects/scf/scf_ops.h"
#include "ir/core/mixed_values.h"
#include "ir/interpreter/eval.h"

enum { MAX_VALUES = 64, MAX_DIMENSIONS = 16 };

static bool too_many(mica_eval_frame *frame, mica_op *op)
{
    return mica_eval_unsupported(frame, op, "carries more values than can be interpreted");
}

/// Operands [first, first + count) into `values`.
static void take_operands(mica_eval_frame *frame, size_t first, size_t count,
                          mica_eval_value *values)
{
    for (size_t i = 0; i < count; i++)
        values[i] = mica_eval_take_operand(frame, first + i);
}

// ---- conditions
// ------------------------------------------------------------------------------

bool micai_scf_if_eval(mica_eval_frame *frame, mica_op *op)
{
    if (mica_eval_step(frame) > 0)
        return mica_eval_set_results_from_yielded(frame, op);
    uint64_t condition;
    return mica_eval_bits(frame, op, 0, &condition) &&
           mica_eval_enter(frame, op, condition & 1 ? 0 : 1, NULL, 0);
}

bool micai_scf_index_switch_eval(mica_eval_frame *frame, mica_op *op)
{
    if (mica_eval_step(frame) > 0)
        return mica_eval_set_results_from_yielded(frame, op);
    int64_t value;
    if (!mica_eval_index(frame, op, 0, &value))
        return false;
    const mica_attr *cases = mica_scf_index_switch_cases(op);
    size_t region = 0;
    for (size_t i = 0; i < mica_dense_array_attr_count(cases) && region == 0; i++)
        if (mica_dense_array_attr_int(cases, i) == value)
            region = i + 1;
    return mica_eval_enter(frame, op, region, NULL, 0);
}

bool micai_scf_execute_region_eval(mica_eval_frame *frame, mica_op *op)
{
    return mica_eval_step(frame) > 0 ? mica_eval_set_results_from_yielded(frame, op)
                                     : mica_eval_enter(frame, op, 0, NULL, 0);
}

// ---- for, while
// ------------------------------------------------------------------------------

typedef struct for_state {
    int64_t index, upper, step;
} for_state;

static bool begin_for(mica_eval_frame *frame, mica_op *op, for_state *state)
{
    if (!mica_eval_index(frame, op, 0, &state->index) ||
        !mica_eval_index(frame, op, 1, &state->upper) ||
        !mica_eval_index(frame, op, 2, &state->step))
        return false;
    return state->step > 0 || mica_eval_error(frame, op, "has step %lld, which is not positive",
                                              (long long)state->step);
}

/// The next value of the induction variable, false when there is none.
static bool advance(for_state *state)
{
    if (state->upper - 1 - state->index < state->step)
        return false; // also where the sum would overflow
    state->index += state->step;
    return true;
}

bool micai_scf_for_eval(mica_eval_frame *frame, mica_op *op)
{
    mica_eval_value values[MAX_VALUES + 1];
    size_t count = mica_op_result_count(op);
    if (count > MAX_VALUES)
        return too_many(frame, op);
    for_state *state = mica_eval_state(frame, sizeof *state);
    if (!state)
        return false;
    bool goes_on;
    if (mica_eval_step(frame) == 0) {
        if (!begin_for(frame, op, state))
            return false;
        take_operands(frame, 3, count, values + 1);
        goes_on = state->index < state->upper;
    } else {
        const mica_eval_value *yielded = mica_eval_yielded(frame, &count);
        memcpy(values + 1, yielded, count * sizeof *values);
        goes_on = advance(state);
    }
    if (!goes_on) {
        for (size_t i = 0; i < count; i++)
            mica_eval_set_result(frame, i, values[i + 1]);
        return true;
    }
    const uint32_t width = mica_eval_operand_width(frame);
    const uint64_t mask = width >= 64 ? UINT64_MAX : (UINT64_C(1) << width) - 1;
    values[0] = mica_eval_from_bits((uint64_t)state->index & mask);
    return mica_eval_enter(frame, op, 0, values, count + 1);
}

/// Odd steps end the region of the condition, even ones the body.
bool micai_scf_while_eval(mica_eval_frame *frame, mica_op *op)
{
    const uint64_t step = mica_eval_step(frame);
    mica_eval_value values[MAX_VALUES];
    size_t count = mica_op_operand_count(op);
    if (step == 0) {
        if (count > MAX_VALUES)
            return too_many(frame, op);
        take_operands(frame, 0, count, values);
        return mica_eval_enter(frame, op, 0, values, count);
    }
    const mica_eval_value *yielded = mica_eval_yielded(frame, &count);
    if (step % 2 == 0)
        return mica_eval_enter(frame, op, 0, yielded, count);
    if (yielded[0].is_poison)
        return mica_eval_error(frame, op, "has a condition that is poison");
    if (yielded[0].as.bits[0] & 1)
        return mica_eval_enter(frame, op, 1, yielded + 1, count - 1);
    for (size_t i = 0; i + 1 < count; i++)
        mica_eval_set_result(frame, i, yielded[i + 1]);
    return true;
}

// ---- parallel loops
// --------------------------------------------------------------------------

/// A box of iterations; `values` are what a loop with results carries.
typedef struct box_state {
    size_t rank, value_count;
    int64_t lower[MAX_DIMENSIONS], upper[MAX_DIMENSIONS], step[MAX_DIMENSIONS];
    int64_t index[MAX_DIMENSIONS];
    mica_eval_value values[MAX_VALUES];
} box_state;

static bool check_box(mica_eval_frame *frame, mica_op *op, const box_state *box)
{
    for (size_t i = 0; i < box->rank; i++)
        if (box->step[i] <= 0)
            return mica_eval_error(frame, op, "has step %lld, which is not positive",
                                   (long long)box->step[i]);
    return true;
}

static bool box_is_empty(const box_state *box)
{
    for (size_t i = 0; i < box->rank; i++)
        if (box->lower[i] >= box->upper[i])
            return true;
    return false;
}

/// The next point in row-major order; false after the last.
static bool next_point(box_state *box)
{
    for (size_t i = box->rank; i-- > 0;) {
        if (box->upper[i] - 1 - box->index[i] >= box->step[i]) {
            box->index[i] += box->step[i];
            return true;
        }
        box->index[i] = box->lower[i];
    }
    return false;
}

static bool enter_point(mica_eval_frame *frame, mica_op *op, const box_state *box,
                        size_t value_count)
{
    mica_eval_value arguments[MAX_DIMENSIONS + MAX_VALUES];
    for (size_t i = 0; i < box->rank; i++)
        arguments[i] = mica_eval_from_bits((uint64_t)box->index[i]);
    for (size_t i = 0; i < value_count; i++)
        arguments[box->rank + i] = box->values[i];
    return mica_eval_enter(frame, op, 0, arguments, box->rank + value_count);
}

static bool set_values(mica_eval_frame *frame, const box_state *box)
{
    for (size_t i = 0; i < box->value_count; i++)
        mica_eval_set_result(frame, i, box->values[i]);
    return true;
}

static bool begin_parallel(mica_eval_frame *frame, mica_op *op, box_state *box)
{
    size_t first, rank, count;
    int64_t *const rows[] = {box->lower, box->upper, box->step};
    mica_op_operand_range(op, 0, &first, &rank);
    if (rank > MAX_DIMENSIONS || mica_op_result_count(op) > MAX_VALUES)
        return too_many(frame, op);
    box->rank = rank;
    for (size_t spec = 0; spec < 3; spec++) {
        mica_op_operand_range(op, spec, &first, &count);
        for (size_t i = 0; i < rank; i++)
            if (!mica_eval_index(frame, op, first + i, &rows[spec][i]))
                return false;
    }
    mica_op_operand_range(op, 3, &first, &box->value_count);
    take_operands(frame, first, box->value_count, box->values);
    memcpy(box->index, box->lower, sizeof box->index);
    return check_box(frame, op, box);
}

bool micai_scf_parallel_eval(mica_eval_frame *frame, mica_op *op)
{
    box_state *box = mica_eval_state(frame, sizeof *box);
    if (!box)
        return false;
    bool goes_on;
    if (mica_eval_step(frame) == 0) {
        if (!begin_parallel(frame, op, box))
            return false;
        goes_on = !box_is_empty(box);
    } else {
        goes_on = next_point(box);
    }
    return goes_on ? enter_point(frame, op, box, 0) : set_values(frame, box);
}

/// Region i combines what the loop has so far with what this iteration brings.
bool micai_scf_reduce_eval(mica_eval_frame *frame, mica_op *op)
{
    const uint64_t step = mica_eval_step(frame);
    box_state *loop = mica_eval_state_of(frame, mica_op_parent(op));
    size_t count;
    if (step > 0)
        loop->values[step - 1] = mica_eval_yielded(frame, &count)[0];
    if (step >= mica_op_operand_count(op))
        return mica_eval_end(frame, NULL, 0);
    const mica_eval_value arguments[] = {loop->values[step],
                                         mica_eval_take_operand(frame, step)};
    return mica_eval_enter(frame, op, step, arguments, 2);
}

// ---- forall
// ----------------------------------------------------------------------------------

static bool read_mixed(mica_eval_frame *frame, mica_op *op, size_t spec, size_t slot,
                       int64_t *row, size_t *count)
{
    size_t operand, dynamic;
    mica_op_operand_range(op, spec, &operand, &dynamic);
    const mica_attr *statics = mica_op_slot(op, slot);
    *count = mica_dense_array_attr_count(statics);
    if (*count > MAX_DIMENSIONS)
        return too_many(frame, op);
    for (size_t i = 0; i < *count; i++) {
        row[i] = mica_dense_array_attr_int(statics, i);
        if (row[i] == MICA_DYNAMIC && !mica_eval_index(frame, op, operand++, &row[i]))
            return false;
    }
    return true;
}

static bool begin_forall(mica_eval_frame *frame, mica_op *op, box_state *box)
{
    size_t first;
    const int slots[] = {
        mica_op_def_find_slot(mica_op_definition(op), mica_string_from("staticLowerBound")),
        mica_op_def_find_slot(mica_op_definition(op), mica_string_from("staticUpperBound")),
        mica_op_def_find_slot(mica_op_definition(op), mica_string_from("staticStep"))};
    int64_t *const rows[] = {box->lower, box->upper, box->step};
    for (size_t i = 0; i < 3; i++)
        if (!read_mixed(frame, op, i, (size_t)slots[i], rows[i], &box->rank))
            return false;
    mica_op_operand_range(op, 3, &first, &box->value_count);
    if (box->value_count > MAX_VALUES)
        return too_many(frame, op);
    take_operands(frame, first, box->value_count, box->values);
    memcpy(box->index, box->lower, sizeof box->index);
    return check_box(frame, op, box);
}

bool micai_scf_forall_eval(mica_eval_frame *frame, mica_op *op)
{
    box_state *box = mica_eval_state(frame, sizeof *box);
    if (!box)
        return false;
    bool goes_on;
    if (mica_eval_step(frame) == 0) {
        if (!begin_forall(frame, op, box))
            return false;
        goes_on = !box_is_empty(box);
    } else {
        // The terminator has changed the body's arguments to what is put together so far.
        for (size_t i = 0; i < box->value_count; i++)
            box->values[i] = mica_eval_take_argument(frame, 0, box->rank + i);
        goes_on = next_point(box);
    }
    return goes_on ? enter_point(frame, op, box, box->value_count) : set_values(frame, box);
}

bool micai_scf_forall_in_parallel_eval(mica_eval_frame *frame, mica_op *op)
{
    return mica_eval_step(frame) == 0 ? mica_eval_enter(frame, op, 0, NULL, 0)
                                      : mica_eval_end(frame, NULL, 0);
}
