// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Common subexpression elimination. Blocks are visited in the order of the dominator tree; a
// table of the expressions that reach the present block is grown and cut back like a stack:
//
//   %0 = arith.addi %a, %b        %0 = arith.addi %a, %b
//   %1 = arith.addi %b, %a        "use"(%0, %0)
//   "use"(%0, %1)
//
// Ops without memory effects are merged with any equal one in the table. Ops that only read are
// merged within a block, as long as nothing wrote in between: each block counts its writes, and
// a table entry remembers the count. Ops of unused results go too, but only the last of a
// chain: the greedy driver does that job.
//
// Regions nest on an explicit stack. What nested ops do to memory is summed up on the way out,
// so that a deep nest is not walked once a level.
#include "ir/core/definition.h"
#include "ir/core/dominance.h"
#include "ir/core/interfaces.h"
#include "ir/rewrite/rewriter_internal.h"
#include "ir/rewrite/side_effects_internal.h"
#include "ir/support/pointer_map_internal.h"
#include "transforms/cleanup/op_equivalence_internal.h"
#include "transforms/pass/pass.h"

enum { STATISTIC_CSE, STATISTIC_DCE };

#define NO_ENTRY UINT32_MAX

/// An expression. Entries of a bucket are linked from the latest to the earliest.
typedef struct known_op {
    mica_op *op;
    uint64_t hash;
    uint64_t writes; ///< of its block when it was met
    uint32_t next;
} known_op;

/// A block of the dominator path, and where its entries begin.
typedef struct open_block {
    mica_block *block;
    uint32_t first_entry;
} open_block;

/// What the ops seen so far in a region do.
typedef struct region_summary {
    mica_op_effects effects;
    bool is_droppable;
} region_summary;

/// A region under way: a position in a block, the blocks that follow, and the op around.
typedef struct cse_frame {
    mica_op *owner;
    size_t region_index;
    mica_op *next;
    mica_block *const *order; ///< NULL: one block
    size_t order_count, order_index;
    size_t first_open; ///< of this region in `open`
    uint32_t first_entry;
    uint32_t floor; ///< entries below are out of reach: the owner is isolated
    uint64_t writes;
    bool is_graph;
    region_summary summary; ///< of all regions of the owner
} cse_frame;

typedef struct cse_state {
    const micai_allocator *allocator;
    mica_dominance *dominance;
    known_op *entries;
    size_t entry_count, entry_capacity;
    uint32_t *buckets;
    size_t bucket_count; ///< a power of two, or 0
    open_block *open;
    size_t open_count, open_capacity;
    cse_frame *frames;
    size_t frame_count, frame_capacity;
    mica_op **erased; ///< erased at the end: the table may still hold them
    size_t erased_count, erased_capacity;
    micai_pointer_map graph_known; ///< ops of graph regions that are or were in the table
    uint64_t merged, dead;
    bool failed;
} cse_state;

// ---- the table
// -------------------------------------------------------------------------------

static void link_entry(cse_state *state, uint32_t index)
{
    uint32_t *bucket = &state->buckets[state->entries[index].hash & (state->bucket_count - 1)];
    state->entries[index].next = *bucket;
    *bucket = index;
}

static bool grow_buckets(cse_state *state)
{
    if (state->entry_count < state->bucket_count)
        return true;
    const size_t count = state->bucket_count ? 2 * state->bucket_count : 64;
    uint32_t *buckets = micai_allocate(state->allocator, count * sizeof(uint32_t));
    if (!buckets)
        return false;
    micai_release(state->allocator, state->buckets, state->bucket_count * sizeof(uint32_t));
    state->buckets = buckets;
    state->bucket_count = count;
    for (size_t i = 0; i < count; i++)
        buckets[i] = NO_ENTRY;
    for (size_t i = 0; i < state->entry_count; i++)
        link_entry(state, (uint32_t)i);
    return true;
}

static void add_entry(cse_state *state, mica_op *op, uint64_t hash, uint64_t writes)
{
    if (!grow_buckets(state) ||
        !micai_array_reserve(state->allocator, (void **)&state->entries, &state->entry_capacity,
                             state->entry_count + 1, sizeof(known_op))) {
        state->failed = true;
        return;
    }
    state->entries[state->entry_count] = (known_op){op, hash, writes, NO_ENTRY};
    link_entry(state, (uint32_t)state->entry_count++);
}

/// Forgets the entries from `first` on; they head their buckets.
static void cut_entries(cse_state *state, uint32_t first)
{
    while (state->entry_count > first) {
        const known_op *last = &state->entries[--state->entry_count];
        state->buckets[last->hash & (state->bucket_count - 1)] = last->next;
    }
}

static const known_op *find_entry(const cse_state *state, mica_op *op, uint64_t hash,
                                  uint32_t floor)
{
    if (state->bucket_count == 0)
        return NULL;
    uint32_t index = state->buckets[hash & (state->bucket_count - 1)];
    for (; index != NO_ENTRY && index >= floor; index = state->entries[index].next) {
        const known_op *entry = &state->entries[index];
        if (entry->hash == hash && micai_ops_equivalent(state->allocator, entry->op, op))
            return entry;
    }
    return NULL;
}

// ---- one op
// ----------------------------------------------------------------------------------

static void erase_later(cse_state *state, mica_op *op)
{
    if (!micai_array_reserve(state->allocator, (void **)&state->erased, &state->erased_capacity,
                             state->erased_count + 1, sizeof(mica_op *)))
        state->failed = true;
    else
        state->erased[state->erased_count++] = op;
}

static bool has_no_uses(const mica_op *op)
{
    for (size_t i = 0; i < mica_op_result_count(op); i++)
        if (!mica_value_is_unused(mica_op_result(op, i)))
            return false;
    return true;
}

/// In a graph region uses may come before. Those in the table keep their operand, by which
/// they are found.
static bool is_not_in_table(void *user, mica_use *use)
{
    const cse_state *state = user;
    return !micai_pointer_map_find(&state->graph_known, mica_use_owner(use), NULL);
}

static void merge_op(cse_state *state, const cse_frame *frame, mica_op *op, mica_op *existing)
{
    for (size_t i = 0; i < mica_op_result_count(op); i++) {
        mica_value *result = mica_op_result(op, i);
        mica_value *with = mica_op_result(existing, i);
        if (frame->is_graph)
            mica_value_replace_uses_if(result, with, is_not_in_table, state);
        else
            mica_value_replace_all_uses(result, with);
    }
    if (has_no_uses(op))
        erase_later(state, op);
    if (mica_op_location(existing).bits == 0 && mica_op_location(op).bits != 0)
        mica_op_set_location(existing, mica_op_location(op));
    state->merged++;
}

static bool has_simple_regions(const mica_op *op)
{
    for (size_t i = 0; i < mica_op_region_count(op); i++) {
        const mica_region *region = mica_op_region(op, i);
        if (!mica_region_is_empty(region) && !mica_region_has_one_block(region))
            return false;
    }
    return true;
}

/// Effects and droppability of the op with all nested, out of those of its regions.
static region_summary summarize(mica_op *op, const region_summary *nested)
{
    region_summary summary = {micai_op_own_effects(op), micai_op_is_droppable_alone(op)};
    if (nested && mica_op_has_trait(op, MICA_TRAIT_RECURSIVE_MEMORY_EFFECTS)) {
        summary.effects.bits |= nested->effects.bits;
        summary.effects.known &= nested->effects.known;
        summary.is_droppable &= nested->is_droppable;
    }
    return summary;
}

static bool only_reads(const mica_op *op, const region_summary *summary)
{
    return summary->effects.known && summary->effects.bits == MICA_EFFECT_READ &&
           !mica_op_has_trait(op, MICA_TRAIT_RECURSIVE_MEMORY_EFFECTS);
}

/// Merges the op or adds it to the table.
static void look_up(cse_state *state, const cse_frame *frame, mica_op *op, bool reads)
{
    const uint64_t hash = micai_op_hash(op);
    const known_op *known = find_entry(state, op, hash, frame->floor);
    const bool is_current = known && mica_op_block(known->op) == mica_op_block(op) &&
                            known->writes == frame->writes;
    if (known && (!reads || is_current)) {
        merge_op(state, frame, op, known->op);
        return;
    }
    add_entry(state, op, hash, frame->writes);
    if (frame->is_graph && !micai_pointer_map_set(&state->graph_known, op, 1))
        state->failed = true;
}

static void simplify_op(cse_state *state, cse_frame *frame, mica_op *op,
                        const region_summary *nested)
{
    const region_summary summary = summarize(op, nested);
    frame->summary.effects.bits |= summary.effects.bits;
    frame->summary.effects.known &= summary.effects.known;
    frame->summary.is_droppable &= summary.is_droppable;
    if (!summary.effects.known || (summary.effects.bits & MICA_EFFECT_WRITE))
        frame->writes++;
    if (mica_op_has_trait(op, MICA_TRAIT_TERMINATOR))
        return;
    if (summary.is_droppable && mica_op_definition(op) &&
        !mica_op_has_trait(op, MICA_TRAIT_SYMBOL) && has_no_uses(op)) {
        erase_later(state, op);
        state->dead++;
        return;
    }
    if (!has_simple_regions(op) || mica_op_successor_count(op))
        return;
    const bool reads = only_reads(op, &summary);
    if (reads || (summary.effects.known && summary.effects.bits == 0))
        look_up(state, frame, op, reads);
}

// ---- blocks and regions
// ----------------------------------------------------------------------

static bool is_isolated(const mica_op *op)
{
    return !mica_op_definition(op) || mica_op_has_trait(op, MICA_TRAIT_ISOLATED_FROM_ABOVE);
}

static void open_block_at(cse_state *state, mica_block *block)
{
    if (!micai_array_reserve(state->allocator, (void **)&state->open, &state->open_capacity,
                             state->open_count + 1, sizeof(open_block)))
        state->failed = true;
    else
        state->open[state->open_count++] = (open_block){block, (uint32_t)state->entry_count};
}

/// Begins with the next block in dominator order: entries of blocks that don't dominate it go.
static bool enter_next_block(cse_state *state, cse_frame *frame)
{
    if (frame->order_index >= frame->order_count)
        return false;
    mica_block *block = frame->order[frame->order_index++];
    mica_block *dominator = mica_dominance_immediate(state->dominance, block);
    while (state->open_count > frame->first_open &&
           state->open[state->open_count - 1].block != dominator)
        cut_entries(state, state->open[--state->open_count].first_entry);
    open_block_at(state, block);
    frame->next = mica_block_first(block);
    frame->writes++;
    return !state->failed;
}

/// Pushes the first region of `op` from `index` on that has blocks to visit. False when there
/// is none.
static bool enter_region(cse_state *state, mica_op *op, size_t index, uint32_t floor,
                         region_summary summary)
{
    for (; index < mica_op_region_count(op); index++) {
        mica_region *region = mica_op_region(op, index);
        if (mica_region_is_empty(region))
            continue;
        cse_frame frame = {.owner = op,
                           .region_index = index,
                           .first_open = state->open_count,
                           .first_entry = (uint32_t)state->entry_count,
                           .floor = is_isolated(op) ? (uint32_t)state->entry_count : floor,
                           .is_graph = mica_region_is_graph(region),
                           .summary = summary};
        if (mica_region_has_one_block(region)) {
            frame.next = mica_block_first(mica_region_first(region));
        } else if (frame.is_graph) {
            summary = (region_summary){{0, false}, false};
            continue;
        } else {
            frame.order = mica_dominance_order(state->dominance, region, &frame.order_count);
        }
        if (!micai_array_reserve(state->allocator, (void **)&state->frames,
                                 &state->frame_capacity, state->frame_count + 1,
                                 sizeof(cse_frame))) {
            state->failed = true;
            return false;
        }
        state->frames[state->frame_count++] = frame;
        return true;
    }
    return false;
}

/// A region is done: the owner's next one follows, or the owner itself.
static void leave_region(cse_state *state)
{
    const cse_frame done = state->frames[--state->frame_count];
    cut_entries(state, done.first_entry);
    state->open_count = done.first_open;
    const uint32_t floor = state->frame_count ? state->frames[state->frame_count - 1].floor : 0;
    if (enter_region(state, done.owner, done.region_index + 1, floor, done.summary))
        return;
    if (state->frame_count)
        simplify_op(state, &state->frames[state->frame_count - 1], done.owner, &done.summary);
}

static void visit_op(cse_state *state, cse_frame *frame)
{
    static const region_summary nothing = {{0, true}, true};
    mica_op *op = frame->next;
    frame->next = mica_op_next(op);
    if (mica_op_region_count(op) == 0 || !enter_region(state, op, 0, frame->floor, nothing))
        simplify_op(state, &state->frames[state->frame_count - 1], op, &nothing);
}

static void visit_all(cse_state *state, mica_op *root)
{
    enter_region(state, root, 0, 0, (region_summary){{0, true}, true});
    while (state->frame_count && !state->failed) {
        cse_frame *frame = &state->frames[state->frame_count - 1];
        if (frame->next)
            visit_op(state, frame);
        else if (!enter_next_block(state, frame))
            leave_region(state);
    }
}

// ---- the pass
// --------------------------------------------------------------------------------

static void free_state(cse_state *state)
{
    const micai_allocator *allocator = state->allocator;
    mica_dominance_destroy(state->dominance);
    micai_pointer_map_free(&state->graph_known);
    micai_release(allocator, state->entries, state->entry_capacity * sizeof(known_op));
    micai_release(allocator, state->buckets, state->bucket_count * sizeof(uint32_t));
    micai_release(allocator, state->open, state->open_capacity * sizeof(open_block));
    micai_release(allocator, state->frames, state->frame_capacity * sizeof(cse_frame));
    micai_release(allocator, state->erased, state->erased_capacity * sizeof(mica_op *));
}

static bool run_cse(mica_pass_run *run)
{
    mica_context *context = mica_pass_run_context(run);
    cse_state state = {.allocator = micai_context_allocator(context),
                       .dominance = mica_dominance_create(context)};
    state.graph_known = micai_pointer_map_on(state.allocator);
    if (state.dominance)
        visit_all(&state, mica_pass_run_op(run));
    for (size_t i = 0; i < state.erased_count; i++)
        mica_op_erase(state.erased[i]);
    mica_pass_run_count(run, STATISTIC_CSE, state.merged);
    mica_pass_run_count(run, STATISTIC_DCE, state.dead);
    if (state.erased_count == 0 && state.merged == 0)
        mica_pass_run_mark_unchanged(run);
    const bool done = state.dominance && !state.failed;
    free_state(&state);
    return done;
}

static const mica_statistic_def statistics[] = {
    [STATISTIC_CSE] = {"num-cse'd", "Number of operations CSE'd"},
    [STATISTIC_DCE] = {"num-dce'd", "Number of operations DCE'd"},
};

const mica_pass_def mica_pass_cse = {
    .struct_size = sizeof(mica_pass_def),
    .argument = "cse",
    .name = "CSE",
    .summary = "Eliminate common sub-expressions",
    .statistics = statistics,
    .statistic_count = 2,
    .run = run_cse,
};
