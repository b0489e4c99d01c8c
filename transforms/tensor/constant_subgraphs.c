// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The pass constant-subgraphs: ops on tensors whose operands are all constants become
// constants, at the size of a model's weights.
//
//   %0 = linalg.transpose ins(%weights)          ->  %weights' = arith.constant dense<..>
//   %1 = linalg.generic ins(%0, %scale) { extf, mulf }
//
// Folders leave big constants alone, since a folder that copies would copy at every step of a
// fixpoint. Here each op is looked at once, in order, so that a chain becomes one constant, and
// what was only needed on the way is freed on the way. A result that is much larger than what
// it is computed from (a broadcast) is left to run time, which reads less memory then.
#include "dialects/arith/arith_ops.h"
#include "dialects/linalg/linalg_structured.h"
#include "dialects/tensor/tensor_ops.h"
#include "ir/core/builder.h"
#include "ir/core/context.h"
#include "ir/core/interfaces.h"
#include "transforms/drivers/op_row.h"
#include "transforms/pass/pass.h"
#include "transforms/tensor/constant_evaluation_internal.h"

static bool is_tensor(const mica_value *value)
{
    const mica_type *type = mica_value_type(value);
    return mica_type_is_tensor(type) && mica_type_is_ranked(type);
}

static mica_walk_result find_tensor_op(void *user, mica_op *op)
{
    if (mica_op_result_count(op) == 1 && mica_op_operand_count(op) > 0 &&
        is_tensor(mica_op_result(op, 0)))
        micai_op_row_append(user, op);
    return MICA_WALK_ADVANCE;
}

/// What a value was computed from goes when nothing else uses it.
static bool is_freed(const mica_op *op)
{
    const bool is_value = mica_op_is(op, &mica_arith_constant_kind) ||
                          mica_op_is(op, &mica_tensor_empty_kind) ||
                          mica_op_is(op, &mica_tensor_insert_slice_kind);
    return is_value && mica_value_is_unused(mica_op_result(op, 0));
}

/// Erases ops that nothing uses, from this one up to what it used.
static void erase_unused(mica_op *op)
{
    micai_op_row dead = {0};
    micai_op_row_append(&dead, op);
    while (dead.count > 0 && !dead.failed) {
        mica_op *now = dead.ops[--dead.count];
        micai_op_row sources = {0};
        for (size_t i = 0; i < mica_op_operand_count(now); ++i) {
            mica_op *source = mica_value_op(mica_op_operand(now, i));
            bool is_known = !source;
            for (size_t j = 0; j < sources.count && !is_known; ++j)
                is_known = sources.ops[j] == source;
            if (!is_known)
                micai_op_row_append(&sources, source);
        }
        mica_op_erase(now);
        for (size_t i = 0; i < sources.count; ++i)
            if (is_freed(sources.ops[i]))
                micai_op_row_append(&dead, sources.ops[i]);
        micai_op_row_free(&sources);
    }
    micai_op_row_free(&dead);
}

/// What the op was computed from is erased later: in a function of several blocks it may stand
/// behind the op, and be one that is still to be looked at.
static bool replace(mica_op *op, const mica_attr *value, micai_op_row *replaced)
{
    mica_builder builder = mica_builder_before(op);
    mica_op *constant = mica_arith_constant_build(&builder, value);
    if (!constant)
        return false;
    mica_value_replace_all_uses(mica_op_result(op, 0), mica_op_result(constant, 0));
    micai_op_row_append(replaced, op);
    return !replaced->failed;
}

static bool run_pass(mica_pass_run *run)
{
    micai_op_row ops = {0}, replaced = {0};
    micai_batch_body *body = mica_malloc(sizeof *body);
    mica_op_walk_pre(mica_pass_run_op(run), find_tensor_op, &ops);
    bool ok = body && !ops.failed;
    for (size_t i = 0; ok && i < ops.count; ++i) {
        mica_op *op = ops.ops[i];
        const mica_attr *value = mica_structured_get(op) ? micai_evaluate_structured(op, body)
                                                         : micai_evaluate_tensor_op(op);
        ok = !value || replace(op, value, &replaced);
    }
    for (size_t i = 0; i < replaced.count; ++i)
        erase_unused(replaced.ops[i]);
    mica_free(body);
    micai_op_row_free(&replaced);
    micai_op_row_free(&ops);
    return ok && !mica_context_out_of_memory(mica_pass_run_context(run));
}

static const char *const dependent[] = {"arith", NULL};
const mica_pass_def mica_pass_constant_subgraphs = {
    .struct_size = sizeof(mica_pass_def),
    .argument = "constant-subgraphs",
    .name = "ConstantSubgraphs",
    .summary = "Ops on constant tensors become constants, however large",
    .dependent_dialects = dependent,
    .run = run_pass};
