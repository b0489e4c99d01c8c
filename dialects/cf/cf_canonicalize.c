// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Canonicalization of branches. The law: never more blocks or edges than before, and a branch
// that is decided becomes cf.br. A block that only branches on is skipped by those that lead to
// it; a block with one way in joins the block that it comes from.
#include <stdlib.h>

#include "dialects/arith/arith_ops.h"
#include "dialects/cf/cf_ops.h"
#include "ir/rewrite/branch_operands.h"
#include "ir/rewrite/fold.h"
#include "ir/rewrite/pattern.h"
#include "ir/rewrite/rewriter.h"

// ---- edges
// -----------------------------------------------------------------------------------

/// What a branch passes to a block.
typedef struct edge {
    mica_block *to;
    mica_value **values;
    size_t count;
} edge;

/// The edge to a successor. False when out of memory.
static bool read_edge(const mica_op *branch, size_t successor, edge *out)
{
    size_t start, count;
    if (!mica_branch_operands(branch, successor, &start, &count))
        return false;
    out->to = mica_op_successor(branch, successor);
    out->count = count;
    out->values = mica_malloc((count ? count : 1) * sizeof(mica_value *));
    if (!out->values)
        return false;
    for (size_t i = 0; i < count; i++)
        out->values[i] = mica_op_operand(branch, start + i);
    return true;
}

static void free_edge(edge *e)
{
    mica_free(e->values);
}

/// The block of the only branch that leads here; NULL when there are more, or none.
static mica_block *single_predecessor(const mica_block *block)
{
    const mica_block_use *use = mica_block_first_use(block);
    if (!use || mica_block_use_next(use))
        return NULL;
    return mica_op_block(mica_block_use_owner(use));
}

/// All branches that lead here end this block.
static bool is_only_reached_from(const mica_block *block, const mica_block *from)
{
    for (const mica_block_use *use = mica_block_first_use(block); use;
         use = mica_block_use_next(use))
        if (mica_op_block(mica_block_use_owner(use)) != from)
            return false;
    return true;
}

/// The cf.br that is all of a block and leads elsewhere, whose arguments serve nothing else.
static mica_op *pass_through_branch(const mica_block *block)
{
    mica_op *branch = mica_block_first(block);
    if (!mica_op_is(branch, &mica_cf_br_kind) || mica_cf_br_dest(branch) == block)
        return NULL;
    for (size_t i = 0; i < mica_block_argument_count(block); i++)
        mica_for_each_use(use, mica_block_argument(block, i)) if (mica_use_owner(use) !=
                                                                  branch) return NULL;
    return branch;
}

static mica_block *passed_through_to(const mica_block *block)
{
    const mica_op *branch = block ? pass_through_branch(block) : NULL;
    return branch ? mica_cf_br_dest(branch) : NULL;
}

/// Blocks that pass through to each other in a circle: following them would never end.
static bool leads_into_circle(const mica_block *block)
{
    const mica_block *slow = block, *fast = passed_through_to(block);
    while (fast && slow != fast) {
        slow = passed_through_to(slow);
        fast = passed_through_to(passed_through_to(fast));
    }
    return fast != NULL;
}

/// ^a(x) -> ^bb(y) where ^a(y): br ^bb(f(y)). False when the edge's block is not of that form.
static bool collapse_edge(edge *e)
{
    edge onward;
    mica_block *through = e->to;
    mica_op *branch = pass_through_branch(through);
    if (!branch || leads_into_circle(through) || !read_edge(branch, 0, &onward))
        return false;
    for (size_t i = 0; i < onward.count; i++)
        if (mica_value_argument_block(onward.values[i]) == through)
            onward.values[i] = e->values[mica_value_index(onward.values[i])];
    free_edge(e);
    *e = onward;
    return true;
}

static bool replace_by_branch(mica_rewriter *rewriter, mica_op *op, const edge *e)
{
    mica_cf_br_build(mica_rewriter_builder(rewriter), e->values, e->count, e->to);
    return mica_rewriter_erase_op(rewriter, op);
}

static bool replace_by_successor(mica_rewriter *rewriter, mica_op *op, size_t successor)
{
    edge e;
    if (!read_edge(op, successor, &e))
        return false;
    replace_by_branch(rewriter, op, &e);
    free_edge(&e);
    return true;
}

// ---- br
// --------------------------------------------------------------------------------------

/// ^a: .., br ^b   with ^b reached from nowhere else   ->   ^a: .., contents of ^b
static bool join_only_successor(mica_rewriter *rewriter, mica_op *op, void *user)
{
    (void)user;
    mica_block *block = mica_op_block(op);
    mica_block *successor = mica_cf_br_dest(op);
    edge e;
    if (successor == block || single_predecessor(successor) != block || !read_edge(op, 0, &e))
        return mica_rewriter_fail(rewriter, op, "the block has other predecessors");
    mica_rewriter_erase_op(rewriter, op);
    mica_rewriter_merge_blocks(rewriter, successor, block, e.values, e.count);
    free_edge(&e);
    return true;
}

/// br ^a   with ^a: br ^b   ->   br ^b
static bool skip_pass_through(mica_rewriter *rewriter, mica_op *op, void *user)
{
    (void)user;
    edge e;
    if (mica_cf_br_dest(op) == mica_op_block(op) || !read_edge(op, 0, &e))
        return false;
    const bool collapsed = collapse_edge(&e);
    if (collapsed)
        replace_by_branch(rewriter, op, &e);
    free_edge(&e);
    return collapsed;
}

// ---- cond_br
// ---------------------------------------------------------------------------------

/// cond_br true, ^a, ^b -> br ^a;   cond_br false, ^a, ^b -> br ^b
static bool decide_constant(mica_rewriter *rewriter, mica_op *op, void *user)
{
    (void)user;
    int64_t condition;
    if (!mica_value_constant_int(mica_cf_cond_br_condition(op), &condition))
        return mica_rewriter_fail(rewriter, op, "the condition is no constant");
    return replace_by_successor(rewriter, op, condition ? 0 : 1);
}

static void rebuild_conditional(mica_rewriter *rewriter, mica_op *op, const edge *if_true,
                                const edge *if_false)
{
    mica_cf_cond_br_build(mica_rewriter_builder(rewriter), mica_cf_cond_br_condition(op),
                          if_true->values, if_true->count, if_false->values, if_false->count,
                          if_true->to, if_false->to);
    mica_rewriter_erase_op(rewriter, op);
}

/// cond_br c, ^a, ^b   with ^a: br ^d   ->   cond_br c, ^d, ^b;   ^b likewise
static bool skip_pass_throughs(mica_rewriter *rewriter, mica_op *op, void *user)
{
    (void)user;
    edge if_true, if_false;
    if (!read_edge(op, 0, &if_true))
        return false;
    if (!read_edge(op, 1, &if_false)) {
        free_edge(&if_true);
        return false;
    }
    const bool first = collapse_edge(&if_true);
    const bool second = collapse_edge(&if_false);
    if (first || second)
        rebuild_conditional(rewriter, op, &if_true, &if_false);
    free_edge(&if_true);
    free_edge(&if_false);
    return first || second;
}

static bool values_equal(const edge *a, const edge *b)
{
    return a->count == 0 || memcmp(a->values, b->values, a->count * sizeof(mica_value *)) == 0;
}

/// Values that differ are selected before the branch.
static void select_values(mica_rewriter *rewriter, mica_value *condition, edge *if_true,
                          const edge *if_false)
{
    for (size_t i = 0; i < if_true->count; i++)
        if (if_true->values[i] != if_false->values[i])
            if_true->values[i] = mica_op_result(
                mica_arith_select_build(mica_rewriter_builder(rewriter), condition,
                                        if_true->values[i], if_false->values[i]),
                0);
}

/// cond_br c, ^a(x), ^a(y) -> br ^a(select c, x, y), where only this block leads to ^a
static bool join_equal_successors(mica_rewriter *rewriter, mica_op *op, void *user)
{
    (void)user;
    edge if_true, if_false;
    if (mica_cf_cond_br_trueDest(op) != mica_cf_cond_br_falseDest(op) ||
        !read_edge(op, 0, &if_true))
        return false;
    bool joined = read_edge(op, 1, &if_false);
    if (joined) {
        const bool equal = values_equal(&if_true, &if_false);
        joined = equal || is_only_reached_from(if_true.to, mica_op_block(op));
        if (joined && !equal)
            select_values(rewriter, mica_cf_cond_br_condition(op), &if_true, &if_false);
        if (joined)
            replace_by_branch(rewriter, op, &if_true);
        free_edge(&if_false);
    }
    free_edge(&if_true);
    return joined;
}

/// ^a, reached only by cond_br c, ^a, ^b: cond_br c, ^d, ^e -> br ^d
static bool decide_by_predecessor(mica_rewriter *rewriter, mica_op *op, void *user)
{
    (void)user;
    const mica_block *block = mica_op_block(op);
    const mica_block *predecessor = single_predecessor(block);
    const mica_op *before = predecessor ? mica_block_last(predecessor) : NULL;
    if (!mica_op_is(before, &mica_cf_cond_br_kind) ||
        mica_cf_cond_br_condition(before) != mica_cf_cond_br_condition(op))
        return mica_rewriter_fail(rewriter, op, "the condition was not decided before");
    return replace_by_successor(rewriter, op,
                                mica_cf_cond_br_trueDest(before) == block ? 0 : 1);
}

static bool is_in_block(void *block, mica_use *use)
{
    return mica_op_block(mica_use_owner(use)) == block;
}

static bool has_use_in(const mica_value *value, const mica_block *block)
{
    mica_for_each_use(use, value) if (mica_op_block(mica_use_owner(use)) == block) return true;
    return false;
}

/// In a block that only the branch leads to, the condition is known.
static bool propagate(mica_rewriter *rewriter, mica_op *op, mica_block *successor, bool truth)
{
    mica_value *condition = mica_cf_cond_br_condition(op);
    if (!single_predecessor(successor) || !has_use_in(condition, successor))
        return false;
    mica_op *constant = mica_arith_constant_build(
        mica_rewriter_builder(rewriter), mica_bool_attr_get(mica_op_context(op), truth));
    mica_rewriter_replace_value_if(rewriter, condition, mica_op_result(constant, 0),
                                   is_in_block, successor);
    return true;
}

/// cond_br c, ^a, ^b: uses of c in ^a are true, in ^b false
static bool propagate_truth(mica_rewriter *rewriter, mica_op *op, void *user)
{
    (void)user;
    if (mica_value_constant(mica_cf_cond_br_condition(op)))
        return false;
    const bool first = propagate(rewriter, op, mica_cf_cond_br_trueDest(op), true);
    const bool second = propagate(rewriter, op, mica_cf_cond_br_falseDest(op), false);
    return first || second;
}

// ---- switch, assert
// --------------------------------------------------------------------------

/// switch x [default: ^a] -> br ^a
static bool drop_empty_switch(mica_rewriter *rewriter, mica_op *op, void *user)
{
    (void)user;
    if (mica_op_successor_count(op) != 1)
        return mica_rewriter_fail(rewriter, op, "the switch has cases");
    return replace_by_successor(rewriter, op, 0);
}

/// switch 7 [.., 7: ^a, ..] -> br ^a
static bool decide_constant_switch(mica_rewriter *rewriter, mica_op *op, void *user)
{
    (void)user;
    const mica_attr *flag = mica_value_constant(mica_cf_switch_flag(op));
    const mica_attr *values = mica_cf_switch_case_values(op);
    if (!flag || !values)
        return mica_rewriter_fail(rewriter, op, "the flag is no constant");
    for (size_t i = 1; i < mica_op_successor_count(op); i++)
        if (mica_attr_equal(mica_dense_elements_attr_element(values, (int64_t)i - 1), flag))
            return replace_by_successor(rewriter, op, i);
    return replace_by_successor(rewriter, op, 0);
}

/// assert true -> nothing
static bool drop_true_assert(mica_rewriter *rewriter, mica_op *op, void *user)
{
    (void)user;
    int64_t condition;
    if (!mica_value_constant_int(mica_cf_assert_arg(op), &condition) || !condition)
        return mica_rewriter_fail(rewriter, op, "the condition is not known to hold");
    return mica_rewriter_erase_op(rewriter, op);
}

// ---- tables
// ----------------------------------------------------------------------------------

void micai_cf_canonicalize_branches(mica_pattern_set *patterns)
{
    static const mica_pattern all[] = {
        {"cf_join_only_successor", "cf.br", 1, join_only_successor, NULL},
        {"cf_skip_pass_through", "cf.br", 1, skip_pass_through, NULL},
        {"cf_decide_constant", "cf.cond_br", 1, decide_constant, NULL},
        {"cf_skip_pass_throughs", "cf.cond_br", 1, skip_pass_throughs, NULL},
        {"cf_join_equal_successors", "cf.cond_br", 1, join_equal_successors, NULL},
        {"cf_decide_by_predecessor", "cf.cond_br", 1, decide_by_predecessor, NULL},
        {"cf_propagate_truth", "cf.cond_br", 1, propagate_truth, NULL},
        {"cf_drop_empty_switch", "cf.switch", 1, drop_empty_switch, NULL},
        {"cf_decide_constant_switch", "cf.switch", 1, decide_constant_switch, NULL},
        {"cf_drop_true_assert", "cf.assert", 1, drop_true_assert, NULL},
    };
    mica_pattern_set_add(patterns, all, sizeof(all) / sizeof(all[0]));
}
