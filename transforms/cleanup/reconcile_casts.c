// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// reconcile-unrealized-casts: lowerings of different dialects leave casts that undo each other.
//
//   %1 = unrealized_conversion_cast %0 : i64 to index
//   %2 = unrealized_conversion_cast %1 : index to i64      ->  %0 stands for %2
//
// For each cast the chain of casts above it is followed; when some cast up the chain starts
// from the types that this one ends in, its operands replace the results. A chain is followed
// through casts whose operands are exactly the results of one other cast.
#include "ir/core/context.h"
#include "ir/core/definition.h"
#include "ir/rewrite/rewriter_internal.h"
#include "transforms/pass/pass.h"

enum {
    /// How far a chain is followed; longer ones are never made, and the bound keeps the pass
    /// linear.
    LONGEST_CHAIN = 64,
};

typedef struct cast_list {
    const micai_allocator *allocator;
    const mica_op_record *record;
    mica_op **casts;
    size_t count, capacity;
    bool failed;
} cast_list;

static mica_walk_result collect_cast(void *user, mica_op *op)
{
    cast_list *list = user;
    if (mica_op_get_record(op) != list->record)
        return MICA_WALK_ADVANCE;
    if (!micai_array_reserve(list->allocator, (void **)&list->casts, &list->capacity,
                             list->count + 1, sizeof(mica_op *))) {
        list->failed = true;
        return MICA_WALK_INTERRUPT;
    }
    list->casts[list->count++] = op;
    return MICA_WALK_ADVANCE;
}

/// The cast whose results are all the operands of `op`, in order; NULL if there is none.
static mica_op *cast_above(const cast_list *list, const mica_op *op)
{
    const size_t count = mica_op_operand_count(op);
    mica_op *producer = count ? mica_value_op(mica_op_operand(op, 0)) : NULL;
    if (!producer || mica_op_get_record(producer) != list->record ||
        mica_op_result_count(producer) != count)
        return NULL;
    for (size_t i = 0; i < count; i++)
        if (mica_op_operand(op, i) != mica_op_result(producer, i))
            return NULL;
    return producer;
}

static bool starts_from_types_of(const mica_op *above, const mica_op *op)
{
    const size_t count = mica_op_result_count(op);
    if (mica_op_operand_count(above) != count)
        return false;
    for (size_t i = 0; i < count; i++)
        if (mica_value_type(mica_op_operand(above, i)) !=
            mica_value_type(mica_op_result(op, i)))
            return false;
    return true;
}

static void replace_by_operands(mica_op *op, const mica_op *above)
{
    for (size_t i = 0; i < mica_op_result_count(op); i++)
        mica_value_replace_all_uses(mica_op_result(op, i), mica_op_operand(above, i));
}

static void reconcile(const cast_list *list, mica_op *op)
{
    const mica_op *above = op;
    for (int length = 0; above && length < LONGEST_CHAIN; length++) {
        if (starts_from_types_of(above, op)) {
            replace_by_operands(op, above);
            return;
        }
        above = cast_above(list, above);
    }
}

static bool is_unused(const mica_op *op)
{
    for (size_t i = 0; i < mica_op_result_count(op); i++)
        if (!mica_value_is_unused(mica_op_result(op, i)))
            return false;
    return true;
}

static bool run_reconcile(mica_pass_run *run)
{
    mica_context *context = mica_pass_run_context(run);
    cast_list list = {.allocator = micai_context_allocator(context),
                      .record = mica_op_record_get(
                          context, mica_string_from("builtin.unrealized_conversion_cast"))};
    mica_op_walk_pre(mica_pass_run_op(run), collect_cast, &list);
    for (size_t i = 0; i < list.count; i++)
        reconcile(&list, list.casts[i]);
    // Users of casts come later in the list, so that whole chains go.
    for (size_t i = list.count; i-- > 0;)
        if (is_unused(list.casts[i]))
            mica_op_erase(list.casts[i]);
    micai_release(list.allocator, list.casts, list.capacity * sizeof(mica_op *));
    return !list.failed;
}

const mica_pass_def mica_pass_reconcile_unrealized_casts = {
    .struct_size = sizeof(mica_pass_def),
    .argument = "reconcile-unrealized-casts",
    .name = "ReconcileUnrealizedCasts",
    .summary = "Simplify and eliminate unrealized conversion casts",
    .run = run_reconcile,
};
