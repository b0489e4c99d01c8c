// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// symbol-dce: symbols that nothing refers to and that nobody outside can name go. Liveness
// spreads from what must stay: public symbols and ops that are no symbols. What a live op
// refers to is live, with the symbol tables on the way to it.
#include "ir/core/context.h"
#include "ir/core/definition.h"
#include "ir/core/diagnostics.h"
#include "ir/core/symbol_table.h"
#include "ir/rewrite/rewriter_internal.h"
#include "ir/support/pointer_map_internal.h"
#include "transforms/pass/pass.h"

enum { STATISTIC_DCE };

typedef struct symbol_liveness {
    const micai_allocator *allocator;
    mica_symbol_cache *cache;
    micai_pointer_map live; ///< symbols that stay
    mica_op **pending;      ///< live ops whose references were not followed yet
    size_t count, capacity;
    uint64_t erased;
    bool failed;
} symbol_liveness;

static bool is_symbol(const mica_op *op)
{
    return mica_op_has_trait(op, MICA_TRAIT_SYMBOL) && mica_symbol_name(op) != NULL;
}

static void push(symbol_liveness *state, mica_op *op)
{
    if (!micai_array_reserve(state->allocator, (void **)&state->pending, &state->capacity,
                             state->count + 1, sizeof(mica_op *)))
        state->failed = true;
    else
        state->pending[state->count++] = op;
}

static void mark(symbol_liveness *state, mica_op *symbol)
{
    if (micai_pointer_map_find(&state->live, symbol, NULL))
        return;
    if (!micai_pointer_map_set(&state->live, symbol, 1))
        state->failed = true;
    push(state, symbol);
}

static bool is_discardable(mica_op *op, bool table_is_hidden)
{
    if (!table_is_hidden && mica_symbol_get_visibility(op) != MICA_VISIBILITY_PRIVATE)
        return false;
    const mica_symbol *interface = mica_op_interface(op, &mica_symbol_interface);
    if (interface && interface->can_discard_on_use_empty)
        return interface->can_discard_on_use_empty(op);
    return mica_symbol_get_visibility(op) != MICA_VISIBILITY_PUBLIC;
}

/// What must stay in a symbol table. Ops without a name are followed, since they may refer to
/// symbols.
static void mark_roots(symbol_liveness *state, mica_op *table, bool is_hidden)
{
    for (size_t i = 0; i < mica_op_region_count(table); i++)
        mica_for_each_block(block, mica_op_region(table, i)) mica_for_each_op(op, block)
        {
            if (!is_symbol(op))
                push(state, op);
            else if (!is_discardable(op, is_hidden))
                mark(state, op);
        }
}

/// Is the table out of reach for ops outside of the root?
static bool is_hidden_table(const mica_op *op, const mica_op *root)
{
    for (; op && op != root; op = mica_op_parent(op))
        if (!is_symbol(op) || mica_symbol_get_visibility(op) == MICA_VISIBILITY_PRIVATE)
            return true;
    if (!op || !mica_op_parent(op) || !is_symbol(op))
        return true;
    return mica_symbol_get_visibility(op) == MICA_VISIBILITY_PRIVATE;
}

/// The symbol, and those around it up to the table that the reference starts in.
static bool follow_reference(void *user, mica_op *op, const mica_attr *reference)
{
    symbol_liveness *state = user;
    mica_op *symbol = mica_symbol_cache_resolve(state->cache, op, reference);
    for (; symbol && !mica_op_is_ancestor(symbol, op); symbol = mica_op_parent(symbol))
        if (is_symbol(symbol))
            mark(state, symbol);
    return true;
}

static void spread(symbol_liveness *state, mica_op *root)
{
    while (state->count && !state->failed) {
        mica_op *op = state->pending[--state->count];
        if (mica_op_has_trait(op, MICA_TRAIT_SYMBOL_TABLE))
            mark_roots(state, op, is_hidden_table(op, root));
        mica_symbol_walk_own_uses(op, follow_reference, state);
        // What is nested in a table follows when its own ops turn out to be live.
        if (!mica_op_has_trait(op, MICA_TRAIT_SYMBOL_TABLE))
            mica_symbol_walk_uses(op, follow_reference, state);
    }
}

static mica_walk_result sweep_table(void *user, mica_op *table)
{
    symbol_liveness *state = user;
    if (!mica_op_has_trait(table, MICA_TRAIT_SYMBOL_TABLE))
        return MICA_WALK_ADVANCE;
    mica_for_each_block(block, mica_op_region(table, 0)) mica_for_each_op_safe(op, next, block)
    {
        if (!is_symbol(op) || micai_pointer_map_find(&state->live, op, NULL))
            continue;
        mica_op_erase(op);
        state->erased++;
    }
    return MICA_WALK_ADVANCE;
}

static bool run_symbol_dce(mica_pass_run *run)
{
    mica_op *op = mica_pass_run_op(run);
    if (!mica_op_has_trait(op, MICA_TRAIT_SYMBOL_TABLE))
        return mica_op_error(op, "was scheduled to run under SymbolDCE, but does not define a "
                                 "symbol table");
    mica_context *context = mica_pass_run_context(run);
    symbol_liveness state = {.allocator = micai_context_allocator(context),
                             .cache = mica_symbol_cache_create(context)};
    state.live = micai_pointer_map_on(state.allocator);
    if (state.cache) {
        mark_roots(&state, op, is_hidden_table(op, op));
        spread(&state, op);
    }
    const bool done = state.cache && !state.failed;
    mica_symbol_cache_destroy(state.cache);
    if (done)
        mica_op_walk_pre(op, sweep_table, &state);
    micai_pointer_map_free(&state.live);
    micai_release(state.allocator, state.pending, state.capacity * sizeof(mica_op *));
    mica_pass_run_count(run, STATISTIC_DCE, state.erased);
    return done;
}

static const mica_statistic_def statistics[] = {
    [STATISTIC_DCE] = {"num-dce'd", "Number of symbols DCE'd"},
};

const mica_pass_def mica_pass_symbol_dce = {
    .struct_size = sizeof(mica_pass_def),
    .argument = "symbol-dce",
    .name = "SymbolDCE",
    .summary = "Eliminate dead symbols",
    .statistics = statistics,
    .statistic_count = 1,
    .run = run_symbol_dce,
};
