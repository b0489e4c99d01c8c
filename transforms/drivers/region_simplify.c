// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Simplifies control flow graphs: blocks that can't be reached go, and then, by one mark and
// sweep over the ops and block arguments, values that only feed each other around a loop. The
// greedy driver itself can't see those, since each of them has a use.
//
//   ^loop(%i: i32, %dead: i32):            ^loop(%i: i32):
//     %next = arith.addi %dead, %c    ->     ...
//     cf.br ^loop(%j, %next)                 cf.br ^loop(%j)
//
// An op is a root of the marking when it may do more than read and allocate, or is a
// terminator. What nested ops do is folded into their parents while walking backwards over the
// pre-order, so that deep nesting stays linear. Entry blocks keep their arguments: those belong
// to the op.
#include "transforms/drivers/region_simplify_internal.h"

#include "ir/core/context.h"
#include "ir/rewrite/branch_operands.h"
#include "ir/rewrite/side_effects_internal.h"

// ---- collecting
// ------------------------------------------------------------------------------

static void *grow(region_liveness *state, void *array, size_t *capacity, size_t needed,
                  size_t element_size)
{
    if (!micai_array_reserve(state->allocator, &array, capacity, needed, element_size))
        state->failed = true;
    return array;
}

static mica_walk_result collect_op(void *user, mica_op *op)
{
    region_liveness *state = user;
    state->ops =
        grow(state, state->ops, &state->op_capacity, state->op_count + 1, sizeof(mica_op *));
    if (state->failed)
        return MICA_WALK_INTERRUPT;
    state->ops[state->op_count++] = op;
    return MICA_WALK_ADVANCE;
}

static void collect_ops(region_liveness *state, mica_region *region)
{
    mica_for_each_block(block, region) mica_for_each_op(op, block)
        mica_op_walk_pre(op, collect_op, state);
}

// ---- unreachable blocks
// ----------------------------------------------------------------------

static void push_thing(region_liveness *state, void *thing, bool is_value)
{
    state->pending = grow(state, state->pending, &state->pending_capacity,
                          state->pending_count + 1, sizeof(pending_thing));
    if (!state->failed)
        state->pending[state->pending_count++] = (pending_thing){thing, is_value};
}

static void reach_block(region_liveness *state, mica_block *block)
{
    if (micai_pointer_map_find(&state->marked, block, NULL))
        return;
    if (!micai_pointer_map_set(&state->marked, block, 1))
        state->failed = true;
    push_thing(state, block, false);
}

static void mark_reachable(region_liveness *state, mica_region *region)
{
    micai_pointer_map_clear(&state->marked);
    state->pending_count = 0;
    reach_block(state, mica_region_first(region));
    while (state->pending_count && !state->failed) {
        mica_block *block = state->pending[--state->pending_count].thing;
        mica_op *last = mica_block_last(block);
        for (size_t i = 0; last && i < mica_op_successor_count(last); i++)
            reach_block(state, mica_op_successor(last, i));
    }
}

/// Dead blocks may use each other: all their uses go before the first of them does.
static bool erase_unreachable(region_liveness *state, mica_region *region)
{
    if (mica_region_is_empty(region) || mica_region_has_one_block(region))
        return false;
    mark_reachable(state, region);
    if (state->failed)
        return false;
    bool edited = false;
    mica_for_each_block(block, region)
    {
        if (micai_pointer_map_find(&state->marked, block, NULL))
            continue;
        edited = true;
        mica_for_each_op(op, block) mica_op_drop_all_references(op);
    }
    for (mica_block *block = mica_region_first(region), *next; edited && block; block = next) {
        next = mica_block_next(block);
        if (!micai_pointer_map_find(&state->marked, block, NULL))
            mica_rewriter_erase_block(state->rewriter, block);
    }
    return edited;
}

/// All regions, outer ones first: what is nested in a dead block is gone before it is looked
/// at. Sets `has_graph` when one with several blocks is left.
static bool erase_all_unreachable(region_liveness *state, mica_region *region)
{
    bool edited = false;
    size_t next = 0;
    state->regions =
        grow(state, state->regions, &state->region_capacity, 1, sizeof(mica_region *));
    if (state->failed)
        return false;
    state->regions[state->region_count++] = region;
    while (next < state->region_count && !state->failed) {
        region = state->regions[next++];
        edited |= erase_unreachable(state, region);
        state->has_graph |= !mica_region_is_empty(region) && !mica_region_has_one_block(region);
        mica_for_each_block(block, region)
            mica_for_each_op(op, block) for (size_t i = 0; i < mica_op_region_count(op); i++)
        {
            state->regions = grow(state, state->regions, &state->region_capacity,
                                  state->region_count + 1, sizeof(mica_region *));
            if (state->failed)
                return edited;
            state->regions[state->region_count++] = mica_op_region(op, i);
        }
    }
    return edited;
}

// ---- marking
// ---------------------------------------------------------------------------------

static bool is_marked(const region_liveness *state, const void *thing)
{
    return micai_pointer_map_find(&state->marked, thing, NULL);
}

static void mark(region_liveness *state, void *thing, bool is_value)
{
    if (is_marked(state, thing))
        return;
    if (!micai_pointer_map_set(&state->marked, thing, 1))
        state->failed = true;
    push_thing(state, thing, is_value);
}

/// Entry arguments need no mark: they stay, and nothing flows into them here.
static void mark_value(region_liveness *state, mica_value *value)
{
    mica_op *producer = mica_value_op(value);
    if (producer)
        mark(state, producer, false);
    else if (!mica_block_is_entry(mica_value_argument_block(value)))
        mark(state, value, true);
}

/// Operands that only feed arguments of successors wait for those to be marked.
static void mark_branch_operands(region_liveness *state, mica_op *op)
{
    const size_t operand_count = mica_op_operand_count(op);
    state->feeds = grow(state, state->feeds, &state->feeds_capacity, operand_count, 1);
    if (state->failed)
        return;
    if (operand_count)
        memset(state->feeds, 0, operand_count);
    for (size_t i = 0; i < mica_op_successor_count(op); i++) {
        size_t start, count;
        mica_block *successor = mica_op_successor(op, i);
        if (mica_branch_operands(op, i, &start, &count) && count)
            memset(state->feeds + start, 1, count);
        else
            for (size_t k = 0; k < mica_block_argument_count(successor); k++)
                mark_value(state, mica_block_argument(successor, k));
    }
    for (size_t i = 0; i < operand_count; i++)
        if (!state->feeds[i])
            mark_value(state, mica_op_operand(op, i));
}

static void mark_what_op_uses(region_liveness *state, mica_op *op)
{
    if (mica_op_successor_count(op)) {
        mark_branch_operands(state, op);
        return;
    }
    for (size_t i = 0; i < mica_op_operand_count(op); i++)
        mark_value(state, mica_op_operand(op, i));
}

static void mark_what_argument_gets(region_liveness *state, mica_value *argument)
{
    mica_block_use *edge = mica_block_first_use(mica_value_argument_block(argument));
    for (; edge; edge = mica_block_use_next(edge)) {
        size_t start, count;
        mica_op *branch = mica_block_use_owner(edge);
        if (mica_branch_operands(branch, mica_block_use_index(edge), &start, &count))
            mark_value(state, mica_op_operand(branch, start + mica_value_index(argument)));
    }
}

/// Marks ops that must stay. `busy` collects parents of ops that may do something.
static void mark_roots(region_liveness *state)
{
    micai_pointer_map busy = micai_pointer_map_on(state->allocator);
    for (size_t i = state->op_count; i-- > 0 && !state->failed;) {
        mica_op *op = state->ops[i];
        const bool recursive = mica_op_has_trait(op, MICA_TRAIT_RECURSIVE_MEMORY_EFFECTS);
        const bool droppable = micai_op_is_droppable_alone(op) &&
                               !(recursive && micai_pointer_map_find(&busy, op, NULL));
        mica_op *parent = mica_op_parent(op);
        if (!droppable && parent && !micai_pointer_map_set(&busy, parent, 1))
            state->failed = true;
        if (!droppable || !mica_op_definition(op) ||
            mica_op_has_trait(op, MICA_TRAIT_TERMINATOR) ||
            mica_op_has_trait(op, MICA_TRAIT_SYMBOL))
            mark(state, op, false);
    }
    micai_pointer_map_free(&busy);
}

static void mark_live(region_liveness *state)
{
    micai_pointer_map_clear(&state->marked);
    state->pending_count = 0;
    mark_roots(state);
    while (state->pending_count && !state->failed) {
        const pending_thing next = state->pending[--state->pending_count];
        if (next.is_value)
            mark_what_argument_gets(state, next.thing);
        else
            mark_what_op_uses(state, next.thing);
    }
}

// ---- sweeping
// --------------------------------------------------------------------------------

typedef void (*argument_fn)(region_liveness *state, mica_block *block, size_t index);

/// Visits the dead arguments, the last one of each block first. True when there was one.
static bool for_each_dead_argument(region_liveness *state, argument_fn visit)
{
    bool any = false;
    for (size_t i = 0; i < state->region_count; i++)
        mica_for_each_block(block, state->regions[i])
        {
            if (mica_block_is_entry(block))
                continue;
            for (size_t k = mica_block_argument_count(block); k-- > 0;) {
                if (is_marked(state, mica_block_argument(block, k)))
                    continue;
                visit(state, block, k);
                any = true;
            }
        }
    return any;
}

static void erase_passed_operands(region_liveness *state, mica_block *block, size_t index)
{
    for (mica_block_use *edge = mica_block_first_use(block); edge;
         edge = mica_block_use_next(edge)) {
        mica_op *branch = mica_block_use_owner(edge);
        mica_branch_erase_operand(branch, mica_block_use_index(edge), index);
        mica_rewriter_modified(state->rewriter, branch);
    }
}

static void erase_argument(region_liveness *state, mica_block *block, size_t index)
{
    (void)state;
    mica_block_erase_argument(block, index);
}

/// Unmarked ops and arguments are used by unmarked ones only. All such uses go first; then the
/// ops, the nested ones before their parents; then the arguments.
static bool sweep(region_liveness *state)
{
    bool dead_ops = false;
    for (size_t i = 0; i < state->op_count; i++) {
        mica_op *op = state->ops[i];
        if (is_marked(state, op))
            continue;
        mica_op_erase_operands(op, 0, mica_op_operand_count(op));
        dead_ops = true;
    }
    const bool dead_arguments = for_each_dead_argument(state, erase_passed_operands);
    for (size_t i = dead_ops ? state->op_count : 0; i-- > 0;)
        if (!is_marked(state, state->ops[i]))
            mica_rewriter_erase_op(state->rewriter, state->ops[i]);
    if (dead_arguments)
        for_each_dead_argument(state, erase_argument);
    return dead_ops || dead_arguments;
}

// ---- entry
// -----------------------------------------------------------------------------------

static void free_liveness(region_liveness *state)
{
    micai_release(state->allocator, state->ops, state->op_capacity * sizeof(mica_op *));
    micai_release(state->allocator, state->regions,
                  state->region_capacity * sizeof(mica_region *));
    micai_release(state->allocator, state->pending,
                  state->pending_capacity * sizeof(pending_thing));
    micai_release(state->allocator, state->feeds, state->feeds_capacity);
    micai_pointer_map_free(&state->marked);
}

static bool simplify(mica_region *region, bool merge, mica_rewriter *rewriter)
{
    region_liveness state = {.allocator = micai_context_allocator(mica_region_context(region)),
                             .rewriter = rewriter};
    state.marked = micai_pointer_map_on(state.allocator);
    bool edited = erase_all_unreachable(&state, region);
    if (state.has_graph && !state.failed) {
        collect_ops(&state, region);
        mark_live(&state);
        if (!state.failed)
            edited |= sweep(&state);
        if (merge && !state.failed)
            edited |= micai_merge_identical_blocks(&state);
        if (merge && !state.failed)
            edited |= micai_drop_redundant_arguments(&state);
    }
    free_liveness(&state);
    return edited;
}

bool mica_region_simplify(mica_region *region, bool merge, mica_rewriter *rewriter)
{
    if (rewriter)
        return simplify(region, merge, rewriter);
    mica_rewriter plain;
    micai_rewriter_init(&plain, mica_region_context(region), NULL, NULL);
    const bool edited = simplify(region, merge, &plain);
    micai_rewriter_free(&plain);
    return edited;
}
