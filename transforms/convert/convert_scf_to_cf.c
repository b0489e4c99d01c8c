// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The pass convert-scf-to-cf: structured control flow becomes blocks and branches.
//
//   %r = scf.for %i = %lb to %ub step %s iter_args(%a = %init) -> (f32) { .. scf.yield %n }
//
//     cf.br ^condition(%lb, %init)
//   ^condition(%i, %a):
//     %more = arith.cmpi slt, %i, %ub
//     cf.cond_br %more, ^body, ^end
//   ^body:
//     ..
//     %next = arith.addi %i, %s
//     cf.br ^condition(%next, %n)
//   ^end:                                      uses of %r: %a
//
// Ops are taken in reverse program order, an op before what it holds: splitting a block then
// moves only the ops up to the next split, and the whole is linear.
#include "ir/core/builder.h"
#include "ir/core/interfaces.h"
#include "transforms/convert/convert_scf_internal.h"
#include "transforms/pass/pass.h"

// ---- building
// --------------------------------------------------------------------------------

static mica_op *build_branch(mica_builder *builder, mica_block *to, mica_value *const *operands,
                             size_t count)
{
    mica_op_state state;
    mica_op_state_init(&state, builder->context, "cf.br", builder->location);
    mica_op_state_add_operands(&state, operands, count);
    mica_op_state_add_successor(&state, to);
    return mica_builder_create(builder, &state);
}

/// A conditional branch whose false side takes the operands.
static mica_op *build_conditional_branch(mica_builder *builder, mica_value *condition,
                                         mica_block *if_true, mica_value *const *true_operands,
                                         size_t true_count, mica_block *if_false,
                                         mica_value *const *false_operands, size_t false_count)
{
    mica_op_state state;
    mica_op_state_init(&state, builder->context, "cf.cond_br", builder->location);
    mica_op_state_add_operand(&state, condition);
    mica_op_state_add_operands(&state, true_operands, true_count);
    mica_op_state_add_operands(&state, false_operands, false_count);
    mica_op_state_add_successor(&state, if_true);
    mica_op_state_add_successor(&state, if_false);
    const int32_t segments[] = {1, (int32_t)true_count, (int32_t)false_count};
    mica_op_state_set_attr(&state, "operandSegmentSizes",
                           mica_i32_array_attr_get(builder->context, segments, 3));
    return mica_builder_create(builder, &state);
}

static mica_value *build_binary(mica_builder *builder, const char *name, mica_value *a,
                                mica_value *b)
{
    mica_op_state state;
    mica_op_state_init(&state, builder->context, name, builder->location);
    mica_op_state_add_operand(&state, a);
    mica_op_state_add_operand(&state, b);
    mica_op_state_add_result(&state, mica_value_type(a));
    mica_op *op = mica_builder_create(builder, &state);
    return op ? mica_op_result(op, 0) : NULL;
}

/// %a < %b, signed.
static mica_value *build_less(mica_builder *builder, mica_value *a, mica_value *b)
{
    enum { SIGNED_LESS_THAN = 2 };
    mica_context *context = builder->context;
    mica_op_state state;
    mica_op_state_init(&state, context, "arith.cmpi", builder->location);
    mica_op_state_add_operand(&state, a);
    mica_op_state_add_operand(&state, b);
    mica_op_state_add_result(&state, mica_integer_type_get(context, 1, MICA_SIGNLESS));
    mica_op_state_set_attr(&state, "predicate", mica_i64_attr_get(context, SIGNED_LESS_THAN));
    mica_op *op = mica_builder_create(builder, &state);
    return op ? mica_op_result(op, 0) : NULL;
}

// ---- shared steps
// ----------------------------------------------------------------------------

/// Operands [first, first + count) of an op, as a row to build from.
typedef struct value_row {
    mica_context *context;
    mica_value **data;
    size_t count;
} value_row;

static value_row operands_of(mica_op *op, size_t first, size_t count)
{
    value_row row = {mica_op_context(op), NULL, count};
    row.data = micai_context_allocate(row.context, (count + 2) * sizeof(mica_value *));
    for (size_t i = 0; row.data && i < count; ++i)
        row.data[i] = mica_op_operand(op, first + i);
    return row;
}

static void free_row(value_row *row)
{
    micai_context_free(row->context, row->data, (row->count + 2) * sizeof(mica_value *));
}

/// Adds to `block` an argument for each result of the op and replaces the results by them.
static void take_results(mica_op *op, mica_block *block)
{
    for (size_t i = 0; i < mica_op_result_count(op); ++i) {
        mica_value *result = mica_op_result(op, i);
        mica_value *argument = mica_block_add_argument(block, mica_value_type(result),
                                                       mica_value_location(result));
        if (argument)
            mica_value_replace_all_uses(result, argument);
    }
}

/// Replaces a terminator by a branch with its operands from `first` on.
static bool branch_instead(mica_op *terminator, mica_block *to, size_t first)
{
    mica_builder builder = mica_builder_before(terminator);
    value_row row = operands_of(terminator, first, mica_op_operand_count(terminator) - first);
    const bool ok = row.data && build_branch(&builder, to, row.data, row.count);
    free_row(&row);
    mica_op_erase(terminator);
    return ok;
}

/// Every block of the region that ends in a yield goes on at `to`.
static bool redirect_yields(mica_region *region, mica_block *to)
{
    bool ok = true;
    mica_for_each_block(block, region)
    {
        mica_op *last = mica_block_last(block);
        if (last && mica_string_is(mica_op_name(last), "scf.yield"))
            ok = ok && branch_instead(last, to, 0);
    }
    return ok;
}

/// Moves the region's blocks before `anchor`; returns the first of them.
static mica_block *inline_region(mica_region *region, mica_block *anchor)
{
    mica_block *first = mica_region_first(region);
    mica_region_inline_before(region, anchor);
    return first;
}

// ---- scf.for
// ---------------------------------------------------------------------------------

enum { FOR_LOWER, FOR_UPPER, FOR_STEP, FOR_INITS };

/// Builds the increment and the branch back in place of the body's yield.
static bool close_loop(mica_op *yield, mica_block *condition, mica_value *iv, mica_value *step)
{
    mica_builder builder = mica_builder_before(yield);
    const size_t count = mica_op_operand_count(yield);
    value_row row = operands_of(yield, 0, count);
    if (!row.data)
        return false;
    memmove(row.data + 1, row.data, count * sizeof *row.data);
    row.data[0] = build_binary(&builder, "arith.addi", iv, step);
    const bool ok = build_branch(&builder, condition, row.data, count + 1) != NULL;
    free_row(&row);
    mica_op_erase(yield);
    return ok;
}

static bool lower_for(mica_op *op)
{
    mica_block *before = mica_op_block(op);
    mica_block *end = mica_block_split_before(op);
    mica_block *body = mica_region_first(mica_op_region(op, 0));
    mica_block *last = mica_region_last(mica_op_region(op, 0));
    mica_block *condition = mica_block_create(mica_op_context(op));
    if (!condition)
        return false;
    inline_region(mica_op_region(op, 0), end);
    mica_block_insert_before(condition, body);
    for (size_t i = 0; i < mica_block_argument_count(body); ++i) {
        mica_value *argument = mica_block_argument(body, i);
        mica_value *carried = mica_block_add_argument(condition, mica_value_type(argument),
                                                      mica_value_location(argument));
        mica_value_replace_all_uses(argument, carried);
    }
    while (mica_block_argument_count(body))
        mica_block_erase_argument(body, mica_block_argument_count(body) - 1);

    mica_value *iv = mica_block_argument(condition, 0);
    if (!close_loop(mica_block_last(last), condition, iv, mica_op_operand(op, FOR_STEP)))
        return false;
    const size_t inits = mica_op_operand_count(op) - FOR_INITS;
    value_row row = operands_of(op, FOR_INITS, inits);
    if (!row.data)
        return false;
    memmove(row.data + 1, row.data, inits * sizeof *row.data);
    row.data[0] = mica_op_operand(op, FOR_LOWER);
    mica_builder builder = mica_builder_at_end(before, mica_op_location(op));
    bool ok = build_branch(&builder, condition, row.data, inits + 1) != NULL;
    free_row(&row);
    mica_builder_set_at_end(&builder, condition);
    mica_value *more = build_less(&builder, iv, mica_op_operand(op, FOR_UPPER));
    ok = ok && more &&
         build_conditional_branch(&builder, more, body, NULL, 0, end, NULL, 0) != NULL;
    for (size_t i = 0; i < inits; ++i)
        mica_value_replace_all_uses(mica_op_result(op, i),
                                    mica_block_argument(condition, 1 + i));
    mica_op_erase(op);
    return ok;
}

// ---- scf.if
// ----------------------------------------------------------------------------------

static bool lower_if(mica_op *op)
{
    mica_block *before = mica_op_block(op);
    mica_block *end = mica_block_split_before(op);
    take_results(op, end);
    mica_region *then_region = mica_op_region(op, 0), *else_region = mica_op_region(op, 1);
    bool ok = redirect_yields(then_region, end) && redirect_yields(else_region, end);
    mica_block *then_block = inline_region(then_region, end);
    mica_block *else_block =
        mica_region_is_empty(else_region) ? end : inline_region(else_region, end);
    mica_builder builder = mica_builder_at_end(before, mica_op_location(op));
    ok = ok && build_conditional_branch(&builder, mica_op_operand(op, 0), then_block, NULL, 0,
                                        else_block, NULL, 0) != NULL;
    mica_op_erase(op);
    return ok;
}

// ---- scf.while
// -------------------------------------------------------------------------------

/// scf.condition(%c) %args in place of which the loop goes on or ends.
static bool lower_condition(mica_op *condition, mica_block *body, mica_block *end)
{
    mica_builder builder = mica_builder_before(condition);
    value_row row = operands_of(condition, 1, mica_op_operand_count(condition) - 1);
    const bool ok = row.data && build_conditional_branch(
                                    &builder, mica_op_operand(condition, 0), body, row.data,
                                    row.count, end, row.data, row.count) != NULL;
    free_row(&row);
    mica_op_erase(condition);
    return ok;
}

static bool lower_while(mica_op *op)
{
    mica_block *before = mica_op_block(op);
    mica_block *end = mica_block_split_before(op);
    take_results(op, end);
    mica_op *condition = mica_block_last(mica_region_last(mica_op_region(op, 0)));
    mica_block *check = inline_region(mica_op_region(op, 0), end);
    bool ok = redirect_yields(mica_op_region(op, 1), check);
    mica_block *body = inline_region(mica_op_region(op, 1), end);
    ok = ok && lower_condition(condition, body, end);
    value_row row = operands_of(op, 0, mica_op_operand_count(op));
    mica_builder builder = mica_builder_at_end(before, mica_op_location(op));
    ok = ok && row.data && build_branch(&builder, check, row.data, row.count) != NULL;
    free_row(&row);
    mica_op_erase(op);
    return ok;
}

// ---- scf.execute_region, scf.index_switch
// ----------------------------------------------------

static bool lower_execute_region(mica_op *op)
{
    mica_block *before = mica_op_block(op);
    mica_block *end = mica_block_split_before(op);
    take_results(op, end);
    bool ok = redirect_yields(mica_op_region(op, 0), end);
    mica_block *first = inline_region(mica_op_region(op, 0), end);
    mica_builder builder = mica_builder_at_end(before, mica_op_location(op));
    ok = ok && build_branch(&builder, first, NULL, 0) != NULL;
    mica_op_erase(op);
    return ok;
}

/// cf.switch on the argument cast to i32, as upstream does.
static bool lower_index_switch(mica_op *op)
{
    mica_context *context = mica_op_context(op);
    const mica_attr *cases = mica_op_attr(op, "cases");
    const size_t count = mica_dense_array_attr_count(cases);
    mica_block *before = mica_op_block(op);
    mica_block *end = mica_block_split_before(op);
    take_results(op, end);
    mica_builder builder = mica_builder_at_end(before, mica_op_location(op));
    mica_op_state cast;
    mica_op_state_init(&cast, context, "arith.index_cast", builder.location);
    mica_op_state_add_operand(&cast, mica_op_operand(op, 0));
    mica_op_state_add_result(&cast, mica_integer_type_get(context, 32, MICA_SIGNLESS));
    mica_op *flag = mica_builder_create(&builder, &cast);
    if (!flag)
        return false;
    mica_op_state branch;
    mica_op_state_init(&branch, context, "cf.switch", builder.location);
    mica_op_state_add_operand(&branch, mica_op_result(flag, 0));
    bool ok = true;
    for (size_t r = 0; r <= count; ++r) { // the default region comes first
        ok = ok && redirect_yields(mica_op_region(op, r), end);
        mica_op_state_add_successor(&branch, inline_region(mica_op_region(op, r), end));
    }
    const size_t bytes = (count + 1) * sizeof(int32_t);
    int32_t *values = micai_context_allocate(context, bytes);
    int32_t *sizes = micai_context_allocate(context, bytes);
    ok = ok && values && sizes;
    for (size_t i = 0; ok && i < count; ++i) {
        values[i] = (int32_t)mica_dense_array_attr_int(cases, i);
        sizes[i] = 0;
    }
    if (ok && count) {
        const int64_t shape[] = {(int64_t)count};
        const mica_type *type = mica_vector_type_get(
            mica_integer_type_get(context, 32, MICA_SIGNLESS), shape, NULL, 1);
        mica_op_state_set_attr(
            &branch, "case_values",
            mica_dense_elements_attr_get(type, values, count * sizeof *values, false));
    }
    if (ok)
        mica_op_state_set_attr(&branch, "case_operand_segments",
                               mica_i32_array_attr_get(context, sizes, count));
    const int32_t segments[] = {1, 0, 0};
    mica_op_state_set_attr(&branch, "operandSegmentSizes",
                           mica_i32_array_attr_get(context, segments, 3));
    micai_context_free(context, values, bytes);
    micai_context_free(context, sizes, bytes);
    ok = mica_builder_create(&builder, &branch) && ok;
    mica_op_erase(op);
    return ok;
}

// ---- the pass
// --------------------------------------------------------------------------------

typedef struct lowering {
    const char *op;
    bool (*lower)(mica_op *op);
} lowering;

static const lowering lowerings[] = {
    {"scf.execute_region", lower_execute_region},
    {"scf.for", lower_for},
    {"scf.if", lower_if},
    {"scf.index_switch", lower_index_switch},
    {"scf.while", lower_while},
};

static const lowering *lowering_of(const mica_op *op)
{
    for (size_t i = 0; i < sizeof lowerings / sizeof *lowerings; ++i) {
        if (mica_string_is(mica_op_name(op), lowerings[i].op))
            return &lowerings[i];
    }
    return NULL;
}

typedef struct op_list {
    const micai_allocator *allocator;
    bool (*accepts)(const mica_op *op);
    mica_op **ops;
    size_t count, capacity;
    bool failed;
} op_list;

static mica_walk_result collect(void *user, mica_op *op)
{
    op_list *list = user;
    if (!list->accepts(op))
        return MICA_WALK_ADVANCE;
    void *ops = list->ops;
    list->failed |= !micai_array_reserve(list->allocator, &ops, &list->capacity,
                                         list->count + 1, sizeof(mica_op *));
    list->ops = ops;
    if (list->failed)
        return MICA_WALK_INTERRUPT;
    list->ops[list->count++] = op;
    return MICA_WALK_ADVANCE;
}

static bool is_parallel(const mica_op *op)
{
    return mica_string_is(mica_op_name(op), "scf.parallel");
}

/// Foralls on tensors wait for bufferization.
static bool is_forall_on_buffers(const mica_op *op)
{
    return mica_string_is(mica_op_name(op), "scf.forall") && mica_op_result_count(op) == 0;
}

static bool has_lowering(const mica_op *op)
{
    return lowering_of(op) != NULL;
}

static bool lower_one(mica_op *op)
{
    return lowering_of(op)->lower(op);
}

/// Applies `lower` to the accepted ops within the run's op, the last first; adds their number.
static bool lower_each(mica_pass_run *run, bool (*accepts)(const mica_op *op),
                       bool (*lower)(mica_op *op), size_t *total)
{
    mica_context *context = mica_pass_run_context(run);
    op_list list = {&context->allocator, accepts, NULL, 0, 0, false};
    mica_op_walk_post(mica_pass_run_op(run), collect, &list);
    bool ok = !list.failed;
    for (size_t i = list.count; i-- > 0 && ok;)
        ok = lower(list.ops[i]);
    *total += list.count;
    micai_release(&context->allocator, list.ops, list.capacity * sizeof(mica_op *));
    return ok;
}

static bool run_convert_scf_to_cf(mica_pass_run *run)
{
    size_t total = 0;
    const bool ok = lower_each(run, is_parallel, micai_parallel_to_nested_for, &total) &&
                    lower_each(run, is_forall_on_buffers, micai_forall_to_nested_for, &total) &&
                    lower_each(run, has_lowering, lower_one, &total);
    if (total == 0)
        mica_pass_run_mark_unchanged(run);
    return ok;
}

static const char *const dependent_dialects[] = {"arith", "cf", NULL};

const mica_pass_def mica_pass_convert_scf_to_cf = {
    .struct_size = sizeof(mica_pass_def),
    .argument = "convert-scf-to-cf",
    .name = "SCFToControlFlowPass",
    .summary = "Turn structured control flow into blocks and branches",
    .dependent_dialects = dependent_dialects,
    .run = run_convert_scf_to_cf,
};
