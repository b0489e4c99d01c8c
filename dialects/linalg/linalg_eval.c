// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Evaluation of linalg: one evaluator for all structured ops. It walks the iteration domain in
// row-major order and has the body run at each point:
//
//   sizes of the loops  <-  shapes of the operands through the indexing maps
//   at each point       ->  load each operand at its map, run the body, store what it yields
//
// Maps that are linear become a stride for each loop, checked at the corners of the domain
// once; others are evaluated at each point.
#include <math.h>

#include "dialects/linalg/linalg_ops.h"
#include "dialects/linalg/linalg_structured.h"
#include "ir/core/affine.h"
#include "ir/interpreter/eval.h"

enum { MAX_LOOPS = 16, MAX_OPERANDS = 24, MAX_EXPRESSION_DEPTH = 64 };

typedef struct structured_operand {
    bool is_scalar, is_linear, is_init, is_read;
    const mica_type *element;
    const mica_attr *map;
    mica_eval_buffer *buffer; ///< of a tensor; an init's is the result to be
    mica_eval_memref *memref;
    int64_t at;                 ///< element at the present point
    int64_t strides[MAX_LOOPS]; ///< linear: of each loop
} structured_operand;

typedef struct structured_state {
    size_t loop_count, operand_count;
    int64_t bounds[MAX_LOOPS], point[MAX_LOOPS];
    structured_operand operands[MAX_OPERANDS];
} structured_state;

// ---- maps
// ------------------------------------------------------------------------------------

static bool is_linear(const mica_affine_expr *expression, unsigned depth)
{
    if (depth > MAX_EXPRESSION_DEPTH)
        return false;
    switch (mica_affine_expr_kind(expression)) {
    case MICA_AFFINE_CONSTANT:
    case MICA_AFFINE_DIM:
        return true;
    case MICA_AFFINE_ADD:
        return is_linear(mica_affine_expr_lhs(expression), depth + 1) &&
               is_linear(mica_affine_expr_rhs(expression), depth + 1);
    case MICA_AFFINE_MUL:
        return is_linear(mica_affine_expr_lhs(expression), depth + 1) &&
               mica_affine_expr_kind(mica_affine_expr_rhs(expression)) == MICA_AFFINE_CONSTANT;
    default:
        return false;
    }
}

static size_t rank_of(const structured_operand *operand)
{
    return operand->buffer ? operand->buffer->rank : operand->memref->rank;
}
static int64_t size_of(const structured_operand *operand, size_t dim)
{
    return operand->buffer ? operand->buffer->sizes[dim] : operand->memref->sizes[dim];
}

static int64_t stride_of(const structured_operand *operand, size_t dim)
{
    if (operand->memref)
        return operand->memref->strides[dim];
    int64_t stride = 1;
    for (size_t i = dim + 1; i < operand->buffer->rank; i++)
        stride *= operand->buffer->sizes[i];
    return stride;
}

static bool out_of_bounds(mica_eval_frame *frame, mica_op *op, int64_t index, size_t dim,
                          int64_t size)
{
    return mica_eval_error(frame, op, "touches index %lld of dimension %zu, whose size is %lld",
                           (long long)index, dim, (long long)size);
}

/// Index `dim` of a linear map as start and coefficients; checks the corners.
static bool add_linear_dim(mica_eval_frame *frame, mica_op *op, const structured_state *state,
                           structured_operand *operand, size_t dim)
{
    const mica_affine_expr *expression = mica_affine_map_result(operand->map, dim);
    const int64_t stride = stride_of(operand, dim), size = size_of(operand, dim);
    int64_t zero[MAX_LOOPS] = {0}, start, lowest, highest;
    (void)mica_affine_expr_evaluate(expression, zero, NULL, &start);
    lowest = highest = start;
    operand->at += start * stride;
    for (size_t loop = 0; loop < state->loop_count; loop++) {
        int64_t value;
        zero[loop] = 1;
        (void)mica_affine_expr_evaluate(expression, zero, NULL, &value);
        zero[loop] = 0;
        const int64_t coefficient = value - start;
        const int64_t reach = coefficient * (state->bounds[loop] - 1);
        *(reach < 0 ? &lowest : &highest) += reach;
        operand->strides[loop] += coefficient * stride;
    }
    if (lowest < 0 || lowest >= size)
        return out_of_bounds(frame, op, lowest, dim, size);
    return highest < size || out_of_bounds(frame, op, highest, dim, size);
}

static bool evaluate_map(mica_eval_frame *frame, mica_op *op, const structured_state *state,
                         structured_operand *operand)
{
    operand->at = operand->memref ? operand->memref->offset : 0;
    for (size_t dim = 0; dim < rank_of(operand); dim++) {
        int64_t index;
        if (!mica_affine_expr_evaluate(mica_affine_map_result(operand->map, dim), state->point,
                                       NULL, &index))
            return mica_eval_error(frame, op, "has an indexing map without a value");
        if (index < 0 || index >= size_of(operand, dim))
            return out_of_bounds(frame, op, index, dim, size_of(operand, dim));
        operand->at += index * stride_of(operand, dim);
    }
    return true;
}

static bool prepare_map(mica_eval_frame *frame, mica_op *op, const structured_state *state,
                        structured_operand *operand)
{
    operand->is_linear = true;
    for (size_t dim = 0; dim < rank_of(operand); dim++)
        operand->is_linear &= is_linear(mica_affine_map_result(operand->map, dim), 0);
    if (!operand->is_linear)
        return evaluate_map(frame, op, state, operand);
    operand->at = operand->memref ? operand->memref->offset : 0;
    for (size_t dim = 0; dim < rank_of(operand); dim++)
        if (!add_linear_dim(frame, op, state, operand, dim))
            return false;
    return true;
}

// ---- beginning
// -------------------------------------------------------------------------------

static bool read_operand(mica_eval_frame *frame, mica_op *op, structured_state *state, size_t i)
{
    structured_operand *operand = &state->operands[i];
    const mica_type *type = mica_value_type(mica_op_operand(op, i));
    operand->is_init = mica_structured_is_init(op, i);
    operand->map = mica_structured_map(op, i);
    operand->element = mica_type_element_or_self(type);
    operand->is_scalar = !mica_type_is_shaped(type);
    const mica_value *argument = mica_structured_argument(op, i);
    operand->is_read = argument && !mica_value_is_unused(argument);
    if (operand->is_scalar)
        return true;
    if (mica_type_is_memref(type))
        operand->memref = mica_eval_memref_operand(frame, op, i);
    else if (operand->is_init)
        operand->buffer = mica_eval_own_buffer(frame, op, i);
    else
        operand->buffer = mica_eval_buffer_operand(frame, op, i);
    return operand->memref || operand->buffer;
}

static bool read_bounds(mica_eval_frame *frame, mica_op *op, structured_state *state)
{
    for (size_t loop = 0; loop < state->loop_count; loop++) {
        size_t operand, dim;
        if (!mica_structured_loop_source(op, loop, &operand, &dim))
            return mica_eval_unsupported(frame, op, "has a loop without a size");
        state->bounds[loop] = size_of(&state->operands[operand], dim);
    }
    return true;
}

static bool begin(mica_eval_frame *frame, mica_op *op, structured_state *state)
{
    state->loop_count = mica_structured_loop_count(op);
    state->operand_count = mica_op_operand_count(op);
    if (state->loop_count > MAX_LOOPS || state->operand_count > MAX_OPERANDS)
        return mica_eval_unsupported(frame, op, "has too many loops or operands");
    for (size_t i = 0; i < state->operand_count; i++)
        if (!read_operand(frame, op, state, i))
            return false;
    return read_bounds(frame, op, state);
}

static bool domain_is_empty(const structured_state *state)
{
    for (size_t loop = 0; loop < state->loop_count; loop++)
        if (state->bounds[loop] <= 0)
            return true;
    return false;
}

static bool prepare_maps(mica_eval_frame *frame, mica_op *op, structured_state *state)
{
    for (size_t i = 0; i < state->operand_count; i++)
        if (!state->operands[i].is_scalar &&
            !prepare_map(frame, op, state, &state->operands[i]))
            return false;
    return true;
}

// ---- points
// ----------------------------------------------------------------------------------

static void move(structured_state *state, size_t loop, int64_t by)
{
    state->point[loop] += by;
    for (size_t i = 0; i < state->operand_count; i++)
        state->operands[i].at += by * state->operands[i].strides[loop];
}

/// False after the last point.
static bool next_point(structured_state *state)
{
    for (size_t loop = state->loop_count; loop-- > 0;) {
        if (state->point[loop] + 1 < state->bounds[loop]) {
            move(state, loop, 1);
            return true;
        }
        move(state, loop, -state->point[loop]);
    }
    return false;
}

static bool load(mica_eval_frame *frame, mica_op *op, const structured_operand *operand,
                 mica_eval_value *value)
{
    if (!operand->is_read) {
        *value = mica_eval_poison();
        return true;
    }
    if (operand->buffer)
        return mica_eval_get_element(frame, operand->buffer, operand->element,
                                     (size_t)operand->at, value);
    const mica_eval_memref *memref = operand->memref;
    return mica_eval_load(frame, op, memref->allocation,
                          memref->base + operand->at * (int64_t)memref->element_size,
                          operand->element, value);
}

static bool store(mica_eval_frame *frame, mica_op *op, structured_operand *operand,
                  mica_eval_value value)
{
    if (operand->buffer)
        return mica_eval_set_element(frame, operand->buffer, operand->element,
                                     (size_t)operand->at, value);
    const mica_eval_memref *memref = operand->memref;
    return mica_eval_store(frame, op, memref->allocation,
                           memref->base + operand->at * (int64_t)memref->element_size,
                           operand->element, value);
}

static bool run_body(mica_eval_frame *frame, mica_op *op, structured_state *state)
{
    const mica_structured *structured = mica_structured_get(op);
    mica_eval_value arguments[MAX_OPERANDS];
    size_t count = 0;
    for (size_t i = 0; i < state->operand_count; i++) {
        structured_operand *operand = &state->operands[i];
        if (operand->is_init && !structured->passes_inits)
            continue;
        if (operand->is_scalar)
            arguments[count] = *mica_eval_operand(frame, i);
        else if ((!operand->is_linear && !evaluate_map(frame, op, state, operand)) ||
                 !load(frame, op, operand, &arguments[count]))
            return false;
        count++;
    }
    return mica_eval_enter(frame, op, 0, arguments, count);
}

static bool store_yielded(mica_eval_frame *frame, mica_op *op, structured_state *state)
{
    size_t count, next = 0;
    const mica_eval_value *yielded = mica_eval_yielded(frame, &count);
    for (size_t i = 0; i < state->operand_count; i++) {
        structured_operand *operand = &state->operands[i];
        if (!operand->is_init)
            continue;
        if (!operand->is_linear && !evaluate_map(frame, op, state, operand))
            return false;
        if (!store(frame, op, operand, yielded[next++]))
            return false;
    }
    return true;
}

static bool finish(mica_eval_frame *frame, structured_state *state)
{
    size_t result = 0;
    for (size_t i = 0; i < state->operand_count; i++)
        if (state->operands[i].is_init && state->operands[i].buffer)
            mica_eval_set_result(frame, result++,
                                 mica_eval_from_buffer(state->operands[i].buffer));
    return true;
}

bool micai_linalg_eval_structured(mica_eval_frame *frame, mica_op *op)
{
    structured_state *state = mica_eval_state(frame, sizeof *state);
    if (!state)
        return false;
    if (mica_eval_step(frame) == 0) {
        if (!begin(frame, op, state))
            return false;
        if (domain_is_empty(state))
            return finish(frame, state);
        return prepare_maps(frame, op, state) && run_body(frame, op, state);
    }
    if (!store_yielded(frame, op, state))
        return false;
    return next_point(state) ? run_body(frame, op, state) : finish(frame, state);
}

bool micai_linalg_index_eval(mica_eval_frame *frame, mica_op *op)
{
    const mica_op *around = mica_op_parent(op);
    while (around && !mica_structured_get(around))
        around = mica_op_parent(around);
    const structured_state *state = around ? mica_eval_state_of(frame, around) : NULL;
    if (!state)
        return mica_eval_error(frame, op, "is not in the body of a structured op");
    return mica_eval_set_bits(
        frame, 0, (uint64_t)state->point[mica_integer_attr_value(mica_linalg_index_dim(op))]);
}

// ---- softmax
// ---------------------------------------------------------------------------------

static bool read_number(mica_eval_frame *frame, const mica_eval_view *view,
                        const mica_type *element, int64_t at, double *number)
{
    mica_scalar scalar;
    (void)frame;
    return mica_scalar_load(element, view->data + at * (int64_t)view->element_size, &scalar) &&
           mica_scalar_get_float(&scalar, number);
}

/// One row along the dimension: exp(x - greatest) over the sum of these.
static bool softmax_row(mica_eval_frame *frame, const mica_eval_view *from,
                        const mica_eval_view *to, const mica_type *element, int64_t source,
                        int64_t target, size_t dim)
{
    double greatest = -INFINITY, sum = 0, number;
    for (int64_t i = 0; i < from->sizes[dim]; i++) {
        if (!read_number(frame, from, element, source + i * from->strides[dim], &number))
            return false;
        greatest = fmax(greatest, number);
    }
    for (int64_t i = 0; i < from->sizes[dim]; i++) {
        (void)read_number(frame, from, element, source + i * from->strides[dim], &number);
        sum += exp(number - greatest);
    }
    for (int64_t i = 0; i < from->sizes[dim]; i++) {
        mica_scalar scalar = {.type = element};
        (void)read_number(frame, from, element, source + i * from->strides[dim], &number);
        (void)mica_scalar_set_float(&scalar, exp(number - greatest) / sum);
        const size_t at = (size_t)(target + i * to->strides[dim]) * to->element_size;
        mica_scalar_store(&scalar, to->data + at);
        if (to->shadow)
            memset(to->shadow + at, 0, to->element_size);
    }
    return true;
}

bool micai_linalg_softmax_eval(mica_eval_frame *frame, mica_op *op)
{
    const size_t dim = (size_t)mica_integer_attr_value(mica_linalg_softmax_dimension(op));
    const mica_type *type = mica_value_type(mica_op_operand(op, 1));
    mica_eval_view from, to;
    mica_eval_buffer *buffer = NULL;
    if (!mica_eval_view_of_operand(frame, op, 0, false, &from))
        return false;
    if (mica_type_is_memref(type)) {
        if (!mica_eval_view_of_operand(frame, op, 1, true, &to))
            return false;
    } else {
        buffer = mica_eval_own_buffer(frame, op, 1);
        if (!buffer || !mica_eval_view_of_buffer(frame, buffer, &to))
            return false;
    }
    const int64_t rows = from.sizes[dim] ? mica_eval_view_count(&from) / from.sizes[dim] : 0;
    for (int64_t row = 0; row < rows; row++) {
        int64_t source = from.offset, target = to.offset, rest = row;
        for (size_t i = from.rank; i-- > 0;) {
            if (i == dim)
                continue;
            source += rest % from.sizes[i] * from.strides[i];
            target += rest % from.sizes[i] * to.strides[i];
            rest /= from.sizes[i];
        }
        if (!softmax_row(frame, &from, &to, mica_type_element(type), source, target, dim))
            return mica_eval_unsupported(frame, op, "of this type can't be interpreted");
    }
    return !buffer || mica_eval_set_result(frame, 0, mica_eval_from_buffer(buffer));
}
