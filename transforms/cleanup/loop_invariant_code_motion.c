// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// loop-invariant-code-motion: pure ops whose operands come from outside of the loop move in
// front of it, inner loops first.
//
//   scf.for %i = ... {                    %0 = arith.muli %a, %b
//     %0 = arith.muli %a, %b       ->     scf.for %i = ... {
//     "use"(%0, %i)                         "use"(%0, %i)
//
// An op that may trap stays: the loop may not run at all.
#include "ir/core/context.h"
#include "ir/core/definition.h"
#include "ir/core/interfaces.h"
#include "ir/rewrite/rewriter_internal.h"
#include "ir/rewrite/side_effects.h"
#include "transforms/pass/pass.h"

typedef struct hoisting {
    const micai_allocator *allocator;
    mica_region *body;
    mica_op **queue; ///< ops of the body to look at, in order
    size_t next, count, capacity;
    bool failed;
} hoisting;

/// The op under test and whether anything in it uses a value of the loop's body.
typedef struct use_check {
    const mica_region *body;
    const mica_op *hoisted;
    bool is_invariant;
} use_check;

static bool is_defined_in(const mica_region *region, const mica_value *value)
{
    return mica_region_is_ancestor(region, mica_block_region(mica_value_block(value)));
}

/// Values made by ops nested in the hoisted one move along.
static bool moves_along(const use_check *check, const mica_value *value)
{
    const mica_op *parent = mica_block_parent_op(mica_value_block(value));
    return parent && mica_op_is_ancestor(check->hoisted, parent);
}

static mica_walk_result check_operands(void *user, mica_op *op)
{
    use_check *check = user;
    for (size_t i = 0; i < mica_op_operand_count(op); i++) {
        const mica_value *operand = mica_op_operand(op, i);
        if (!moves_along(check, operand) && is_defined_in(check->body, operand)) {
            check->is_invariant = false;
            return MICA_WALK_INTERRUPT;
        }
    }
    return MICA_WALK_ADVANCE;
}

static bool can_be_hoisted(const hoisting *state, mica_op *op)
{
    if (mica_op_has_trait(op, MICA_TRAIT_TERMINATOR) || !mica_op_is_pure(op))
        return false;
    use_check check = {state->body, op, true};
    mica_op_walk_pre(op, check_operands, &check);
    return check.is_invariant;
}

static void enqueue(hoisting *state, mica_op *op)
{
    if (!micai_array_reserve(state->allocator, (void **)&state->queue, &state->capacity,
                             state->count + 1, sizeof(mica_op *)))
        state->failed = true;
    else
        state->queue[state->count++] = op;
}

static void enqueue_users(hoisting *state, const mica_op *op)
{
    for (size_t i = 0; i < mica_op_result_count(op); i++)
        mica_for_each_use(
            use, mica_op_result(op, i)) if (mica_op_parent_region(mica_use_owner(use)) ==
                                            state->body) enqueue(state, mica_use_owner(use));
}

static mica_walk_result hoist_from_loop(void *user, mica_op *op)
{
    hoisting *state = user;
    const mica_loop_like *loop = mica_op_interface(op, &mica_loop_like_interface);
    if (!loop)
        return MICA_WALK_ADVANCE;
    state->body = loop->body(op);
    state->next = state->count = 0;
    mica_for_each_block(block, state->body) mica_for_each_op(nested, block)
        enqueue(state, nested);
    while (state->next < state->count && !state->failed) {
        mica_op *candidate = state->queue[state->next++];
        if (mica_op_parent_region(candidate) != state->body ||
            !can_be_hoisted(state, candidate))
            continue;
        mica_op_move_before(candidate, op);
        enqueue_users(state, candidate);
    }
    return state->failed ? MICA_WALK_INTERRUPT : MICA_WALK_ADVANCE;
}

static bool run_licm(mica_pass_run *run)
{
    hoisting state = {.allocator = micai_context_allocator(mica_pass_run_context(run))};
    mica_op_walk_post(mica_pass_run_op(run), hoist_from_loop, &state);
    micai_release(state.allocator, state.queue, state.capacity * sizeof(mica_op *));
    return !state.failed;
}

const mica_pass_def mica_pass_loop_invariant_code_motion = {
    .struct_size = sizeof(mica_pass_def),
    .argument = "loop-invariant-code-motion",
    .name = "LoopInvariantCodeMotion",
    .summary = "Hoist loop invariant instructions outside of the loop",
    .run = run_licm,
};
