// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Canonicalization of structured control flow. The law: a loop or condition that is decided
// goes away, what is carried without change is not carried, and no op leaves a region but by
// inlining the whole of it (hoisting is loop-invariant-code-motion's business).
//
//   %r = scf.for %i = %c0 to %c1 step %c1 iter_args(%p = %x) { .. yield %y }
//     -> the body once, %i = %c0, %p = %x, %r = %y
#include <stdlib.h>

#include "ir/core/definition.h"
#include "ir/core/interfaces.h"
#include "ir/rewrite/fold.h"
#include "ir/rewrite/pattern.h"
#include "ir/rewrite/rewriter.h"
#include "ir/rewrite/side_effects.h"

// ---- regions
// ---------------------------------------------------------------------------------

/// The only block of a region; NULL when the region is empty or has more.
static mica_block *only_block(mica_op *op, size_t region)
{
    const mica_region *body = mica_op_region(op, region);
    if (mica_region_is_empty(body) || !mica_region_has_one_block(body))
        return NULL;
    return mica_region_first(body);
}

static mica_op *yield_of(mica_op *op, size_t region)
{
    mica_block *block = only_block(op, region);
    return block ? mica_block_last(block) : NULL;
}

/// Copies operands [first, end) of an op; from malloc, never NULL but out of memory.
static mica_value **copy_operands(const mica_op *op, size_t first, size_t *count)
{
    *count = mica_op_operand_count(op) - first;
    mica_value **values = mica_malloc((*count ? *count : 1) * sizeof(mica_value *));
    for (size_t i = 0; values && i < *count; i++)
        values[i] = mica_op_operand(op, first + i);
    return values;
}

/// Puts the body of a region, whose arguments are `arguments`, in the place of the op.
static bool inline_region(mica_rewriter *rewriter, mica_op *op, size_t region,
                          mica_value *const *arguments, size_t argument_count)
{
    mica_block *block = only_block(op, region);
    mica_op *yield = yield_of(op, region);
    if (!block)
        return mica_rewriter_fail(rewriter, op, "the region has several blocks");
    mica_rewriter_inline_block_before(rewriter, block, op, arguments, argument_count);
    size_t count;
    mica_value **values = copy_operands(yield, 0, &count);
    if (values)
        mica_rewriter_replace_op(rewriter, op, values, count);
    mica_free(values);
    return mica_rewriter_erase_op(rewriter, yield);
}

/// A new op of the same name before the old one, with these operands and result types, the old
/// one's attributes and empty regions.
static mica_op *make_like(mica_rewriter *rewriter, const mica_op *old,
                          mica_value *const *operands, size_t operand_count,
                          const mica_type *const *types, size_t type_count)
{
    mica_op_state state;
    mica_op_state_init_record(&state, mica_op_context(old), mica_op_get_record(old),
                              mica_op_location(old));
    mica_op_state_add_operands(&state, operands, operand_count);
    mica_op_state_add_results(&state, types, type_count);
    for (size_t i = 0; i < mica_op_region_count(old); i++)
        mica_op_state_add_region(&state);
    for (size_t i = 0; i < mica_op_slot_count(old); i++)
        mica_op_state_set_slot(&state, i, mica_op_slot(old, i));
    for (size_t i = 0; i < mica_op_attr_count(old); i++) {
        const mica_named_attr entry = mica_op_attr_entry(old, i);
        mica_op_state_set_attr_by_name(&state, entry.name, entry.value);
    }
    return mica_builder_create(mica_rewriter_builder(rewriter), &state);
}

/// What becomes of the results of an op that is made again with fewer.
typedef struct narrowing {
    size_t count;            ///< results of the old op
    size_t kept;             ///< of them
    bool *keeps;             ///< result i is kept
    mica_value **values;     ///< what stands for result i
    const mica_type **types; ///< of the kept ones, in order
} narrowing;

static bool begin_narrowing(narrowing *n, const mica_op *op)
{
    const size_t count = mica_op_result_count(op);
    memset(n, 0, sizeof(*n));
    n->count = count;
    n->keeps = mica_calloc(count + 1, sizeof(bool));
    n->values = mica_calloc(count + 1, sizeof(mica_value *));
    n->types = mica_calloc(count + 1, sizeof(mica_type *));
    return n->keeps && n->values && n->types;
}

static void keep_result(narrowing *n, const mica_op *op, size_t index)
{
    n->keeps[index] = true;
    n->types[n->kept++] = mica_value_type(mica_op_result(op, index));
}

static void end_narrowing(narrowing *n)
{
    mica_free(n->keeps);
    mica_free(n->values);
    mica_free(n->types);
}

/// Drops the operands of a yield that are not kept.
static void narrow_yield(mica_rewriter *rewriter, mica_op *yield, const narrowing *n)
{
    for (size_t i = n->count; i-- > 0;)
        if (!n->keeps[i])
            mica_op_erase_operands(yield, i, 1);
    mica_rewriter_modified(rewriter, yield);
}

/// Replaces the old op: kept results by those of the new one, others by n->values.
static void replace_narrowed(mica_rewriter *rewriter, mica_op *old, mica_op *made,
                             const narrowing *n)
{
    size_t next = 0;
    for (size_t i = 0; i < n->count; i++)
        if (n->keeps[i])
            n->values[i] = mica_op_result(made, next++);
    mica_rewriter_replace_op(rewriter, old, n->values, n->count);
}

// ---- for
// -------------------------------------------------------------------------------------

enum { LOWER, UPPER, STEP, FIRST_INIT };

/// What is known of the number of iterations: 0, 1 (exactly) or 2 (at least two); -1 unknown.
static int known_iterations(const mica_op *loop)
{
    int64_t lower, upper, step;
    if (mica_op_operand(loop, LOWER) == mica_op_operand(loop, UPPER))
        return 0;
    if (!mica_value_constant_int(mica_op_operand(loop, LOWER), &lower) ||
        !mica_value_constant_int(mica_op_operand(loop, UPPER), &upper))
        return -1;
    if (lower >= upper)
        return 0;
    if (!mica_value_constant_int(mica_op_operand(loop, STEP), &step) || step <= 0)
        return -1;
    return (uint64_t)step >= (uint64_t)upper - (uint64_t)lower ? 1 : 2;
}

/// Every value that the loop yields comes from outside of it.
static bool yields_outer_values(mica_op *loop)
{
    const mica_op *yield = yield_of(loop, 0);
    for (size_t i = 0; i < mica_op_operand_count(yield); i++)
        if (mica_region_is_ancestor(mica_op_region(loop, 0), mica_block_region(mica_value_block(
                                                                 mica_op_operand(yield, i)))))
            return false;
    return true;
}

static bool replace_by_operands(mica_rewriter *rewriter, mica_op *op, const mica_op *from,
                                size_t first)
{
    size_t count;
    mica_value **values = copy_operands(from, first, &count);
    if (values)
        mica_rewriter_replace_op(rewriter, op, values, count);
    mica_free(values);
    return values != NULL;
}

/// No iteration -> the initial values; one -> the body; an empty body -> what it yields
static bool simplify_trivial_loop(mica_rewriter *rewriter, mica_op *op, void *user)
{
    (void)user;
    const int iterations = known_iterations(op);
    if (iterations == 0)
        return replace_by_operands(rewriter, op, op, FIRST_INIT);
    if (iterations == 1) {
        size_t count;
        mica_value **arguments = copy_operands(op, FIRST_INIT - 1, &count);
        if (!arguments)
            return false;
        arguments[0] = mica_op_operand(op, LOWER);
        inline_region(rewriter, op, 0, arguments, count);
        mica_free(arguments);
        return true;
    }
    if (iterations == 2 && mica_block_first(only_block(op, 0)) == yield_of(op, 0) &&
        yields_outer_values(op))
        return replace_by_operands(rewriter, op, yield_of(op, 0), 0);
    return mica_rewriter_fail(rewriter, op, "the loop may run more than once");
}

enum { MOST_COMPARED = 64 };

/// An earlier kept value with the same beginning and the same next value, or `index` itself.
static size_t find_twin(const mica_op *loop, const mica_op *yield, const narrowing *n,
                        size_t index)
{
    for (size_t i = 0; i < index && i < MOST_COMPARED; i++)
        if (n->keeps[i] &&
            mica_op_operand(loop, FIRST_INIT + i) ==
                mica_op_operand(loop, FIRST_INIT + index) &&
            mica_op_operand(yield, i) == mica_op_operand(yield, index))
            return i;
    return index;
}

/// A carried value that is passed on as it is, or that nobody looks at, is not carried.
static bool is_forwarded(const mica_op *loop, const mica_block *body, const mica_op *yield,
                         size_t index)
{
    const mica_value *argument = mica_block_argument(body, index + 1);
    const mica_value *next = mica_op_operand(yield, index);
    return next == argument || next == mica_op_operand(loop, FIRST_INIT + index) ||
           (mica_value_is_unused(argument) &&
            mica_value_is_unused(mica_op_result(loop, index)));
}

/// Decides which carried values stay. `twins[i]` is the one that value i equals.
static void choose_carried(const mica_op *loop, const mica_block *body, const mica_op *yield,
                           narrowing *n, size_t *twins)
{
    for (size_t i = 0; i < n->count; i++) {
        twins[i] = i;
        if (is_forwarded(loop, body, yield, i))
            continue;
        twins[i] = find_twin(loop, yield, n, i);
        if (twins[i] == i)
            keep_result(n, loop, i);
    }
}

/// The loop again with the carried values that are kept; its body is the old one's.
static mica_op *make_narrow_loop(mica_rewriter *rewriter, mica_op *op, const narrowing *n)
{
    size_t count;
    mica_value **operands = copy_operands(op, 0, &count);
    if (!operands)
        return NULL;
    size_t used = FIRST_INIT;
    for (size_t i = 0; i < n->count; i++)
        if (n->keeps[i])
            operands[used++] = operands[FIRST_INIT + i];
    mica_op *made = make_like(rewriter, op, operands, used, n->types, n->kept);
    mica_free(operands);
    if (made)
        mica_rewriter_take_body(rewriter, mica_op_region(made, 0), mica_op_region(op, 0));
    return made;
}

static bool narrow_loop(mica_rewriter *rewriter, mica_op *op, narrowing *n, size_t *twins)
{
    mica_block *body = only_block(op, 0);
    mica_op *yield = yield_of(op, 0);
    choose_carried(op, body, yield, n, twins);
    if (n->kept == n->count)
        return mica_rewriter_fail(rewriter, op, "every carried value is needed");
    mica_op *made = make_narrow_loop(rewriter, op, n);
    if (!made)
        return false;
    for (size_t i = 0; i < n->count; i++) {
        if (n->keeps[i])
            continue;
        mica_value *init = mica_op_operand(op, FIRST_INIT + i);
        const bool has_twin = twins[i] != i;
        mica_value *inside = has_twin ? mica_block_argument(body, twins[i] + 1) : init;
        mica_rewriter_replace_value(rewriter, mica_block_argument(body, i + 1), inside);
        n->values[i] = init;
        if (has_twin)
            mica_rewriter_replace_value(rewriter, mica_op_result(op, i),
                                        mica_op_result(op, twins[i]));
    }
    narrow_yield(rewriter, yield, n);
    for (size_t i = n->count; i-- > 0;)
        if (!n->keeps[i])
            mica_block_erase_argument(body, i + 1);
    replace_narrowed(rewriter, op, made, n);
    return true;
}

/// iter_args(%p = %x) { .. yield %p } -> %x for %p and the result
static bool drop_carried_values(mica_rewriter *rewriter, mica_op *op, void *user)
{
    (void)user;
    narrowing n;
    size_t *twins = mica_calloc(mica_op_result_count(op) + 1, sizeof(size_t));
    const bool changed =
        begin_narrowing(&n, op) && twins && narrow_loop(rewriter, op, &n, twins);
    end_narrowing(&n);
    mica_free(twins);
    return changed;
}

/// With another step than 1 the induction variable may wrap around the upper bound, so that the
/// loop need not end: it is not executed early.
static bool is_loop_speculatable(mica_op *op)
{
    int64_t step;
    return mica_value_constant_int(mica_op_operand(op, STEP), &step) && step == 1;
}
extern const mica_speculation micai_scf_for_speculation;
const mica_speculation micai_scf_for_speculation = {sizeof(mica_speculation),
                                                    is_loop_speculatable};

// ---- if
// --------------------------------------------------------------------------------------

enum { THEN, ELSE };

static bool has_else(const mica_op *op)
{
    return !mica_region_is_empty(mica_op_region(op, ELSE));
}

/// if true { a } else { b } -> a;   if false -> b
static bool decide_if(mica_rewriter *rewriter, mica_op *op, void *user)
{
    (void)user;
    int64_t condition;
    if (!mica_value_constant_int(mica_op_operand(op, 0), &condition))
        return mica_rewriter_fail(rewriter, op, "the condition is no constant");
    if (condition)
        return inline_region(rewriter, op, THEN, NULL, 0);
    if (has_else(op))
        return inline_region(rewriter, op, ELSE, NULL, 0);
    return mica_rewriter_erase_op(rewriter, op);
}

/// if c { a } else { } -> if c { a }
static bool drop_empty_else(mica_rewriter *rewriter, mica_op *op, void *user)
{
    (void)user;
    if (mica_op_result_count(op) || !has_else(op))
        return false;
    mica_block *block = only_block(op, ELSE);
    if (!block || mica_block_first(block) != mica_block_last(block))
        return mica_rewriter_fail(rewriter, op, "the else region does something");
    mica_rewriter_erase_block(rewriter, block);
    return mica_rewriter_modified(rewriter, op);
}

/// The condition again with the results that are kept; it takes both regions.
static mica_op *make_narrow_if(mica_rewriter *rewriter, mica_op *op, const narrowing *n)
{
    mica_value *condition = mica_op_operand(op, 0);
    mica_op *made = make_like(rewriter, op, &condition, 1, n->types, n->kept);
    if (!made)
        return NULL;
    for (size_t region = THEN; region <= ELSE; region++) {
        mica_op *yield = yield_of(op, region);
        mica_rewriter_take_body(rewriter, mica_op_region(made, region),
                                mica_op_region(op, region));
        if (yield)
            narrow_yield(rewriter, yield, n);
    }
    return made;
}

/// %a, %b = if ..  with %b unused -> %a = if ..
static bool drop_unused_results(mica_rewriter *rewriter, mica_op *op, void *user)
{
    (void)user;
    narrowing n;
    bool changed = false;
    if (begin_narrowing(&n, op)) {
        for (size_t i = 0; i < n.count; i++)
            if (!mica_value_is_unused(mica_op_result(op, i)))
                keep_result(&n, op, i);
        mica_op *made = n.kept == n.count ? NULL : make_narrow_if(rewriter, op, &n);
        if (made)
            replace_narrowed(rewriter, op, made, &n);
        changed = made != NULL;
    }
    end_narrowing(&n);
    return changed;
}

static bool is_defined_in(const mica_op *op, size_t region, const mica_value *value)
{
    return mica_block_region(mica_value_block(value)) == mica_op_region(op, region);
}

static mica_value *select_value(mica_rewriter *rewriter, const mica_op *op, mica_value *a,
                                mica_value *b)
{
    mica_op_state state;
    mica_op_state_init(&state, mica_op_context(op), "arith.select", mica_op_location(op));
    mica_op_state_add_operand(&state, mica_op_operand(op, 0));
    mica_op_state_add_operand(&state, a);
    mica_op_state_add_operand(&state, b);
    mica_op_state_add_result(&state, mica_value_type(a));
    mica_op *select = mica_builder_create(mica_rewriter_builder(rewriter), &state);
    return select ? mica_op_result(select, 0) : NULL;
}

/// if c { yield x } else { yield y } -> select c, x, y   for x and y from outside
static bool select_outer_values(mica_rewriter *rewriter, mica_op *op, void *user)
{
    (void)user;
    narrowing n;
    const mica_op *if_true = yield_of(op, THEN);
    const mica_op *if_false = yield_of(op, ELSE);
    if (!mica_op_result_count(op) || !if_true || !if_false)
        return false;
    bool changed = false;
    if (begin_narrowing(&n, op)) {
        for (size_t i = 0; i < n.count; i++)
            if (is_defined_in(op, THEN, mica_op_operand(if_true, i)) ||
                is_defined_in(op, ELSE, mica_op_operand(if_false, i)))
                keep_result(&n, op, i);
        changed = n.kept != n.count;
        for (size_t i = 0; changed && i < n.count; i++) {
            mica_value *a = mica_op_operand(if_true, i);
            mica_value *b = mica_op_operand(if_false, i);
            if (!n.keeps[i])
                n.values[i] = a == b ? a : select_value(rewriter, op, a, b);
        }
        mica_op *made = changed ? make_narrow_if(rewriter, op, &n) : NULL;
        if (made)
            replace_narrowed(rewriter, op, made, &n);
    }
    end_narrowing(&n);
    return changed;
}

/// The region that an op of the condition's user lies in; -1: neither.
static int region_of_use(const mica_op *op, const mica_use *use)
{
    const mica_region *region = mica_op_parent_region(mica_use_owner(use));
    for (int i = THEN; i <= ELSE; i++)
        if (mica_region_is_ancestor(mica_op_region(op, (size_t)i), region))
            return i;
    return -1;
}

static mica_value *make_bool(mica_rewriter *rewriter, const mica_op *op, bool truth)
{
    mica_op_state state;
    mica_op_state_init(&state, mica_op_context(op), "arith.constant", mica_op_location(op));
    mica_op_state_set_attr(&state, "value", mica_bool_attr_get(mica_op_context(op), truth));
    mica_op_state_add_result(&state, mica_value_type(mica_op_operand(op, 0)));
    mica_op *constant = mica_builder_create(mica_rewriter_builder(rewriter), &state);
    return constant ? mica_op_result(constant, 0) : NULL;
}

/// if c { use c } -> if c { use true };   in the else region false
static bool propagate_condition(mica_rewriter *rewriter, mica_op *op, void *user)
{
    (void)user;
    mica_value *condition = mica_op_operand(op, 0);
    mica_value *known[2] = {NULL, NULL};
    if (mica_value_constant(condition))
        return false;
    for (mica_use *use = mica_value_first_use(condition), *next; use; use = next) {
        next = mica_use_next(use);
        const int region = region_of_use(op, use);
        if (region < 0)
            continue;
        if (!known[region])
            known[region] = make_bool(rewriter, op, region == THEN);
        if (!known[region])
            return false;
        mica_op *owner = mica_use_owner(use);
        mica_use_set(use, known[region]);
        mica_rewriter_modified(rewriter, owner);
    }
    return known[THEN] || known[ELSE];
}

// ---- other ops
// -------------------------------------------------------------------------------

/// execute_region with one block -> its contents
static bool inline_executed_region(mica_rewriter *rewriter, mica_op *op, void *user)
{
    (void)user;
    return inline_region(rewriter, op, 0, NULL, 0);
}

/// index_switch of a constant -> the region of that case
static bool decide_index_switch(mica_rewriter *rewriter, mica_op *op, void *user)
{
    (void)user;
    int64_t value;
    if (!mica_value_constant_int(mica_op_operand(op, 0), &value))
        return mica_rewriter_fail(rewriter, op, "the operand is no constant");
    const mica_attr *cases = mica_op_attr(op, "cases");
    for (size_t i = 0; i < mica_dense_array_attr_count(cases); i++)
        if (mica_dense_array_attr_int(cases, i) == value)
            return inline_region(rewriter, op, i + 1, NULL, 0);
    return inline_region(rewriter, op, 0, NULL, 0);
}

// ---- table
// -----------------------------------------------------------------------------------

void micai_scf_canonicalize_regions(mica_pattern_set *patterns)
{
    static const mica_pattern all[] = {
        {"scf_inline_executed_region", "scf.execute_region", 1, inline_executed_region, NULL},
        {"scf_simplify_trivial_loop", "scf.for", 1, simplify_trivial_loop, NULL},
        {"scf_drop_carried_values", "scf.for", 1, drop_carried_values, NULL},
        {"scf_propagate_condition", "scf.if", 1, propagate_condition, NULL},
        {"scf_select_outer_values", "scf.if", 1, select_outer_values, NULL},
        {"scf_drop_empty_else", "scf.if", 1, drop_empty_else, NULL},
        {"scf_decide_if", "scf.if", 1, decide_if, NULL},
        {"scf_drop_unused_results", "scf.if", 1, drop_unused_results, NULL},
        {"scf_decide_index_switch", "scf.index_switch", 1, decide_index_switch, NULL},
    };
    mica_pattern_set_add(patterns, all, sizeof(all) / sizeof(all[0]));
}
