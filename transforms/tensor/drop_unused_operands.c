// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Operands of linalg.generic that are not needed: inputs that the body does not read, inputs
// given twice with one map, outputs whose results have no use, outputs that start and end as
// another one. An operand that alone tells the size of a loop stays. The op is made anew with
// the others and takes the body over.
#include "transforms/tensor/fuse_elementwise_internal.h"

#include <stdlib.h>

enum { DROPPED = -1 };

typedef struct operand_selection {
    mica_op *op;
    micai_linalg_generic made;
    int64_t *place; ///< of each operand among those of the new op; DROPPED
    bool *is_gone;
} operand_selection;

/// Are all loops known from the operands that are not gone?
static bool knows_loops(const operand_selection *selection)
{
    mica_op *op = selection->op;
    micai_linalg_generic rest;
    micai_linalg_generic_begin(&rest, mica_op_context(op));
    for (size_t i = 0; i < mica_op_operand_count(op); i++)
        if (!selection->is_gone[i])
            micai_linalg_generic_add_from(&rest, op, i);
    const bool known =
        !rest.failed && micai_linalg_generic_knows_loops(&rest, mica_structured_loop_count(op));
    micai_linalg_generic_discard(&rest);
    return known;
}

static bool try_to_drop(operand_selection *selection, size_t index)
{
    selection->is_gone[index] = true;
    if (knows_loops(selection))
        return true;
    selection->is_gone[index] = false;
    return false;
}

static void keep(operand_selection *selection, size_t index)
{
    selection->place[index] = (int64_t)selection->made.count;
    micai_linalg_generic_add_from(&selection->made, selection->op, index);
}

/// Makes operand `index` stand for the kept operand `other`.
static void share(operand_selection *selection, size_t index, size_t other)
{
    selection->is_gone[index] = true;
    selection->place[index] = selection->place[other];
}

static bool same_access(mica_op *op, size_t a, size_t b)
{
    return mica_op_operand(op, a) == mica_op_operand(op, b) &&
           mica_structured_map(op, a) == mica_structured_map(op, b);
}

static void select_inputs(operand_selection *selection)
{
    mica_op *op = selection->op;
    const size_t count = mica_structured_inputs(op).count;
    for (size_t i = 0; i < count; i++) {
        if (!micai_structured_reads(op, i) && try_to_drop(selection, i))
            continue;
        size_t other = 0;
        while (other < i && (selection->place[other] == DROPPED || !same_access(op, i, other)))
            other++;
        if (other < i)
            share(selection, i, other);
        else
            keep(selection, i);
    }
}

/// No use of the result, and the body does nothing with the output but pass it on.
static bool is_dead_output(mica_op *op, size_t operand)
{
    const size_t index = operand - mica_structured_inits(op).first;
    if (!mica_value_is_unused(mica_op_result(op, index)))
        return false;
    const mica_value *argument = mica_structured_argument(op, operand);
    if (mica_value_is_unused(argument))
        return true;
    const mica_op *yield = mica_block_last(mica_structured_body(op));
    return mica_value_has_one_use(argument) &&
           mica_use_owner(mica_value_first_use(argument)) == yield &&
           mica_op_operand(yield, index) == argument;
}

static bool same_output(mica_op *op, size_t a, size_t b)
{
    const size_t first = mica_structured_inits(op).first;
    const mica_op *yield = mica_block_last(mica_structured_body(op));
    return same_access(op, a, b) && !micai_structured_reads(op, b) &&
           mica_op_operand(yield, a - first) == mica_op_operand(yield, b - first);
}

static void select_outputs(operand_selection *selection)
{
    mica_op *op = selection->op;
    const mica_run inits = mica_structured_inits(op);
    const bool on_tensors = mica_structured_has_tensors(op);
    for (size_t i = inits.first; i < inits.first + inits.count; i++) {
        if (on_tensors && is_dead_output(op, i) && try_to_drop(selection, i))
            continue;
        size_t other = inits.first;
        const bool may_share = on_tensors && !micai_structured_reads(op, i);
        while (may_share && other < i &&
               (selection->place[other] == DROPPED || !same_output(op, i, other)))
            other++;
        if (may_share && other < i)
            share(selection, i, other);
        else
            keep(selection, i);
    }
}

// ---- the new op
// ------------------------------------------------------------------------------

/// Leaves the yielded values of kept outputs only.
static void shorten_yield(const operand_selection *selection)
{
    mica_op *yield = mica_block_last(mica_structured_body(selection->op));
    const size_t first = mica_structured_inits(selection->op).first;
    for (size_t i = mica_op_operand_count(yield); i-- > 0;) {
        if (selection->is_gone[first + i])
            mica_op_erase_operands(yield, i, 1);
    }
}

static bool replace(mica_rewriter *rewriter, operand_selection *selection, mica_value **values)
{
    mica_op *op = selection->op;
    const size_t operands = mica_op_operand_count(op);
    const size_t inputs = selection->made.input_count;
    const mica_run inits = mica_structured_inits(op);
    mica_op *made =
        micai_linalg_generic_create(&selection->made, mica_rewriter_builder(rewriter),
                                    mica_linalg_generic_iterator_types(op));
    if (!made)
        return false;
    for (size_t i = 0; i < mica_op_attr_count(op); i++) {
        const mica_named_attr attr = mica_op_attr_entry(op, i);
        mica_op_set_attr_by_name(made, attr.name, attr.value);
    }
    shorten_yield(selection);
    mica_block *body = mica_structured_body(made);
    for (size_t i = 0; i < operands; i++)
        values[i] = selection->place[i] == DROPPED
                        ? NULL
                        : mica_block_argument(body, (size_t)selection->place[i]);
    mica_rewriter_merge_blocks(rewriter, mica_structured_body(op), body, values, operands);
    for (size_t i = 0; i < mica_op_result_count(op); i++) {
        const int64_t place = selection->place[inits.first + i];
        values[i] = place == DROPPED ? NULL : mica_op_result(made, (size_t)place - inputs);
    }
    return mica_rewriter_replace_op(rewriter, op, values, mica_op_result_count(op));
}

static bool drop_unused(mica_rewriter *rewriter, mica_op *op, void *user)
{
    (void)user;
    const size_t count = mica_op_operand_count(op);
    operand_selection selection = {.op = op};
    selection.place = mica_malloc((count + 1) * sizeof *selection.place);
    selection.is_gone = mica_calloc(count + 1, sizeof *selection.is_gone);
    mica_value **values = mica_malloc((count + 1) * sizeof *values);
    micai_linalg_generic_begin(&selection.made, mica_op_context(op));
    bool changed = selection.place && selection.is_gone && values;
    for (size_t i = 0; changed && i < count; i++)
        selection.place[i] = DROPPED;
    if (changed) {
        select_inputs(&selection);
        select_outputs(&selection);
        changed = selection.made.count != count && !selection.made.failed &&
                  replace(rewriter, &selection, values);
    }
    micai_linalg_generic_discard(&selection.made);
    mica_free(values);
    mica_free(selection.is_gone);
    mica_free(selection.place);
    return changed;
}

/// out = f(out) where nothing uses the result -> the output is passed on, and can be dropped
static bool drop_unused_cycles(mica_rewriter *rewriter, mica_op *op, void *user)
{
    (void)user;
    bool changed = false;
    if (!mica_structured_has_tensors(op))
        return false;
    const mica_run inits = mica_structured_inits(op);
    const mica_op *yield = mica_block_last(mica_structured_body(op));
    for (size_t i = 0; i < inits.count; i++) {
        mica_value *argument = mica_structured_argument(op, inits.first + i);
        if (!mica_value_is_unused(mica_op_result(op, i)) || !mica_value_has_one_use(argument))
            continue;
        mica_op *next = mica_use_owner(mica_value_first_use(argument));
        if (mica_op_result_count(next) != 1 ||
            !mica_value_has_one_use(mica_op_result(next, 0)) ||
            mica_value_type(mica_op_result(next, 0)) != mica_value_type(argument))
            continue;
        const mica_op *last = mica_use_owner(mica_value_first_use(mica_op_result(next, 0)));
        if (last != yield || mica_op_operand(yield, i) != mica_op_result(next, 0))
            continue;
        mica_rewriter_replace_op(rewriter, next, &argument, 1);
        changed = true;
    }
    return changed && mica_rewriter_modified(rewriter, op);
}

static const mica_pattern patterns[] = {
    {.name = "linalg_drop_unused_operands", .root = "linalg.generic", .rewrite = drop_unused},
    {.name = "linalg_drop_unused_cycles",
     .root = "linalg.generic",
     .rewrite = drop_unused_cycles},
};

bool micai_drop_unused_operands_add(mica_pattern_set *set)
{
    return mica_pattern_set_add(set, patterns, 2);
}
