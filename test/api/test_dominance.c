// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Dominator trees against a slow definition: `a` dominates `b` when removing `a` makes `b`
// unreachable. And dominance of ops and values across regions.
#include <stdlib.h>

#include "ir/core/dominance.h"
#include "test/api/test_dialect.h"

enum { MOST_BLOCKS = 24 };

typedef struct graph {
    mica_op *parent;
    mica_block *blocks[MOST_BLOCKS];
    size_t count;
} graph;

static void branch(ir_fixture *fixture, mica_block *from, mica_block *const *to, size_t count)
{
    mica_op_state state;
    mica_op_state_init(&state, fixture->context, "check.branch", fixture->location);
    for (size_t i = 0; i < count; i++)
        mica_op_state_add_successor(&state, to[i]);
    mica_block_append(from, mica_op_create(&state));
}

static size_t index_of(const graph *g, const mica_block *block)
{
    for (size_t i = 0; i < g->count; i++)
        if (g->blocks[i] == block)
            return i;
    return SIZE_MAX;
}

/// Which blocks can be reached from the entry without entering `avoided`.
static void reach(const graph *g, size_t avoided, bool reached[MOST_BLOCKS])
{
    for (size_t i = 0; i < g->count; i++)
        reached[i] = false;
    reached[0] = avoided != 0;
    for (size_t round = 0; round < g->count; round++)
        for (size_t i = 0; i < g->count; i++) {
            const mica_op *last = mica_block_last(g->blocks[i]);
            for (size_t k = 0; reached[i] && k < mica_op_successor_count(last); k++) {
                const size_t next = index_of(g, mica_op_successor(last, k));
                reached[next] = reached[next] || next != avoided;
            }
        }
}

static void assert_tree(ir_fixture *fixture, const graph *g)
{
    mica_dominance *dominance = mica_dominance_create(fixture->context);
    bool reachable[MOST_BLOCKS], without[MOST_BLOCKS];
    reach(g, SIZE_MAX, reachable);
    size_t reachable_count = 0;
    for (size_t a = 0; a < g->count; a++) {
        reachable_count += reachable[a];
        assert_int_equal(mica_dominance_is_reachable(dominance, g->blocks[a]), reachable[a]);
        reach(g, a, without);
        for (size_t b = 0; b < g->count; b++) {
            const bool expected = !reachable[b] || a == b || (reachable[a] && !without[b]);
            assert_int_equal(mica_block_dominates(dominance, g->blocks[a], g->blocks[b]),
                             expected);
        }
    }
    size_t count;
    mica_block *const *order =
        mica_dominance_order(dominance, mica_op_region(g->parent, 0), &count);
    assert_int_equal(count, reachable_count);
    for (size_t i = 1; i < count; i++) {
        mica_block *immediate = mica_dominance_immediate(dominance, order[i]);
        assert_true(mica_block_dominates(dominance, immediate, order[i]));
        assert_ptr_not_equal(immediate, order[i]);
        bool seen = false;
        for (size_t k = 0; k < i; k++)
            seen = seen || order[k] == immediate;
        assert_true(seen);
    }
    mica_dominance_destroy(dominance);
}

static void random_graphs_agree_with_the_definition(void **state)
{
    ir_fixture *fixture = *state;
    uint32_t random = 7;
    for (size_t round = 0; round < 300; round++) {
        graph g = {.count = 2 + round % (MOST_BLOCKS - 1)};
        g.parent = make_op(fixture, "check.loop", 0, NULL, 0, 1);
        for (size_t i = 0; i < g.count; i++)
            g.blocks[i] = add_block(g.parent, 0);
        for (size_t i = 0; i < g.count; i++) {
            mica_block *targets[3];
            random = random * 1664525u + 1013904223u;
            const size_t count = (random >> 16) % 4;
            for (size_t k = 0; k < count; k++) {
                random = random * 1664525u + 1013904223u;
                targets[k] = g.blocks[1 + (random >> 8) % (g.count - 1)];
            }
            branch(fixture, g.blocks[i], targets, count);
        }
        assert_tree(fixture, &g);
        mica_op_destroy(g.parent);
    }
}

static void long_ladder_is_fast(void **state)
{
    ir_fixture *fixture = *state;
    enum { RUNGS = 50000 };
    mica_op *parent = make_op(fixture, "check.loop", 0, NULL, 0, 1);
    mica_block *previous = add_block(parent, 0), *entry = previous;
    for (size_t i = 0; i < RUNGS; i++) {
        mica_block *next = add_block(parent, 0);
        mica_block *targets[] = {next, i ? mica_block_next(entry) : next};
        branch(fixture, previous, targets, 2);
        previous = next;
    }
    branch(fixture, previous, NULL, 0);
    mica_dominance *dominance = mica_dominance_create(fixture->context);
    mica_block *second = mica_block_next(entry);
    assert_true(mica_block_dominates(dominance, second, previous));
    assert_false(mica_block_dominates(dominance, previous, second));
    assert_ptr_equal(mica_dominance_immediate(dominance, previous),
                     mica_block_previous(previous));
    assert_ptr_equal(mica_dominance_nearest_common(dominance, second, previous), second);
    mica_dominance_destroy(dominance);
    mica_op_destroy(parent);
}

static void nested_ops_are_dominated(void **state)
{
    ir_fixture *fixture = *state;
    mica_op *parent = make_op(fixture, "check.loop", 0, NULL, 0, 1);
    mica_block *block = add_block(parent, 0);
    mica_value *argument = mica_block_add_argument(block, fixture->i32, fixture->location);
    mica_op *before = append_op(fixture, block, "test.before", 0, NULL, 1, 0);
    mica_op *loop = append_op(fixture, block, "check.loop", 0, NULL, 0, 1);
    mica_op *after = append_op(fixture, block, "test.after", 0, NULL, 1, 0);
    mica_block *body = add_block(loop, 0);
    mica_op *inner = append_op(fixture, body, "test.inner", 0, NULL, 1, 0);
    mica_dominance *dominance = mica_dominance_create(fixture->context);
    assert_true(mica_op_properly_dominates(dominance, before, inner));
    assert_true(mica_op_properly_dominates(dominance, loop, inner));
    assert_false(mica_op_properly_dominates(dominance, after, inner));
    assert_false(mica_op_properly_dominates(dominance, inner, after));
    assert_false(mica_op_properly_dominates(dominance, before, before));
    assert_true(mica_value_dominates(dominance, argument, inner));
    assert_true(mica_value_dominates(dominance, mica_op_result(before, 0), inner));
    assert_false(mica_value_dominates(dominance, mica_op_result(inner, 0), after));
    assert_true(mica_block_dominates(dominance, block, body));
    assert_false(mica_block_dominates(dominance, body, block));
    mica_dominance_destroy(dominance);
    mica_op_destroy(parent);
}

static void graph_regions_have_no_order(void **state)
{
    ir_fixture *fixture = *state;
    mica_op *parent = make_op(fixture, "check.graph", 0, NULL, 0, 1);
    mica_block *block = add_block(parent, 0);
    mica_op *first = append_op(fixture, block, "test.first", 0, NULL, 1, 0);
    mica_op *second = append_op(fixture, block, "test.second", 0, NULL, 1, 0);
    mica_dominance *dominance = mica_dominance_create(fixture->context);
    assert_true(mica_op_properly_dominates(dominance, second, first));
    assert_true(mica_value_dominates(dominance, mica_op_result(first, 0), first));
    mica_dominance_destroy(dominance);
    mica_op_destroy(parent);
}

static void invalidated_tree_is_made_anew(void **state)
{
    ir_fixture *fixture = *state;
    mica_op *parent = make_op(fixture, "check.loop", 0, NULL, 0, 1);
    mica_block *entry = add_block(parent, 0), *a = add_block(parent, 0);
    mica_block *b = add_block(parent, 0), *targets[] = {a, b};
    branch(fixture, entry, targets, 2);
    branch(fixture, a, &b, 1);
    branch(fixture, b, NULL, 0);
    mica_dominance *dominance = mica_dominance_create(fixture->context);
    assert_false(mica_block_dominates(dominance, a, b));
    mica_op_set_successor(mica_block_last(entry), 1, a);
    mica_dominance_invalidate(dominance, mica_op_region(parent, 0));
    assert_true(mica_block_dominates(dominance, a, b));
    mica_dominance_destroy(dominance);
    mica_op_destroy(parent);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        DIALECT_TEST(random_graphs_agree_with_the_definition),
        DIALECT_TEST(long_ladder_is_fast),
        DIALECT_TEST(nested_ops_are_dominated),
        DIALECT_TEST(graph_regions_have_no_order),
        DIALECT_TEST(invalidated_tree_is_made_anew),
    };
    return cmocka_run_group_tests_name("dominance", tests, NULL, NULL);
}
