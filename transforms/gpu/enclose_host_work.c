// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The pass gpu-enclose-host-work: what would touch elements in host code comes into parallel
// loops of one iteration, so that all of that is in kernels and buffers may lie in memory that
// the host can't reach. Structured ops on buffers without a parallel iterator are one case:
//
//   linalg.fill .. outs(%m : memref<f32>)
//   -> scf.parallel (%i) = (%c0) to (%c1) step (%c1) { linalg.fill .. outs(%m : memref<f32>) }
//
// Runs of loads, stores, loops of nothing else, and the arithmetic between them are the other:
//
//   %a = memref.load %axes[%c0]                 scf.parallel (%i) = (%c0) to (%c1) step (%c1) {
//   scf.for .. { .. %a .. memref.store .. }  ->   %a = memref.load %axes[%c0]
//                                                 scf.for .. { .. %a .. memref.store .. } }
//
// A run whose results are needed after it stays: the host would have to wait for them.
#include "dialects/linalg/linalg_structured.h"
#include "dialects/memref/memref_ops.h"
#include "dialects/scf/scf_ops.h"
#include "ir/core/context.h"
#include "ir/rewrite/side_effects.h"
#include "transforms/drivers/op_row.h"
#include "transforms/gpu/kernel_loops.h"
#include "transforms/pass/pass.h"
#include "transforms/tensor/loop_nest.h"

static bool is_kernel_already(const mica_op *op)
{
    const mica_string name = mica_op_name(op);
    return mica_string_is(name, "scf.parallel") || mica_string_is(name, "gpu.launch");
}

// ---- structured ops
// --------------------------------------------------------------------------

static mica_walk_result find(void *user, mica_op *op)
{
    if (is_kernel_already(op))
        return MICA_WALK_SKIP;
    if (!mica_structured_get(op))
        return MICA_WALK_ADVANCE;
    if (mica_structured_has_buffers(op) && mica_structured_parallel_count(op) == 0)
        micai_op_row_append(user, op);
    return MICA_WALK_SKIP;
}

static void enclose(mica_op *op)
{
    mica_builder builder = mica_builder_before(op);
    mica_value *one = micai_index(&builder, 1), *iv;
    micai_build_parallel(&builder, &one, 1, &iv);
    mica_op_move_before(op, builder.before);
}

// ---- runs of accesses
// ------------------------------------------------------------------------

static bool is_access(const mica_op *op)
{
    return mica_op_is(op, &mica_memref_load_kind) || mica_op_is(op, &mica_memref_store_kind);
}

static bool is_loop_or_branch(const mica_op *op)
{
    return mica_op_is(op, &mica_scf_for_kind) || mica_op_is(op, &mica_scf_while_kind) ||
           mica_op_is(op, &mica_scf_if_kind);
}

static bool is_scalar_arithmetic(mica_op *op)
{
    if (mica_op_region_count(op) != 0 || mica_op_successor_count(op) != 0 ||
        mica_op_has_trait(op, MICA_TRAIT_TERMINATOR) || !mica_op_is_memory_effect_free(op))
        return false;
    for (size_t i = 0; i < mica_op_result_count(op); ++i)
        if (mica_type_is_memref(mica_value_type(mica_op_result(op, i))))
            return false;
    return true;
}

static mica_walk_result check_enclosable(void *user, mica_op *op)
{
    bool *has_access = user;
    *has_access |= is_access(op);
    const bool fits = is_access(op) || is_loop_or_branch(op) || is_scalar_arithmetic(op) ||
                      mica_op_has_trait(op, MICA_TRAIT_TERMINATOR);
    return fits ? MICA_WALK_ADVANCE : MICA_WALK_INTERRUPT;
}

/// Does nothing inside need the host, and something a kernel?
static bool is_work(mica_op *op)
{
    bool has_access = false;
    return (is_access(op) || is_loop_or_branch(op)) &&
           mica_op_walk_pre(op, check_enclosable, &has_access) && has_access;
}

/// Neighbours in a block, from `first` to `last`.
typedef struct work_run {
    mica_op *first, *last;
} work_run;

static bool is_in_run(const work_run *run, const mica_op *op)
{
    return op && run->first && mica_op_block(op) == mica_op_block(run->first) &&
           !mica_op_is_before(op, run->first) && !mica_op_is_before(run->last, op);
}

static bool depends_on_run(const work_run *run, const mica_op *op)
{
    for (size_t i = 0; i < mica_op_operand_count(op); ++i)
        if (is_in_run(run, mica_value_op(mica_op_operand(op, i))))
            return true;
    return false;
}

static bool has_use_outside(const work_run *run, const mica_op *op)
{
    for (size_t i = 0; i < mica_op_result_count(op); ++i) {
        mica_for_each_use(use, mica_op_result(op, i))
        {
            mica_op *owner =
                mica_region_find_ancestor(mica_op_parent_region(op), mica_use_owner(use));
            if (!is_in_run(run, owner))
                return true;
        }
    }
    return false;
}

static bool is_closed(const work_run *run)
{
    for (mica_op *op = run->first;; op = mica_op_next(op)) {
        if (has_use_outside(run, op))
            return false;
        if (op == run->last)
            return true;
    }
}

/// Ends a run: encloses it when nothing after it needs its results.
static bool close_run(work_run *run)
{
    const bool is_enclosed = run->first && is_closed(run);
    if (is_enclosed) {
        mica_builder builder = mica_builder_before(run->first);
        mica_value *one = micai_index(&builder, 1), *iv;
        micai_build_parallel(&builder, &one, 1, &iv);
        for (mica_op *op = run->first, *next; op; op = next) {
            next = op == run->last ? NULL : mica_op_next(op);
            mica_op_move_before(op, builder.before);
        }
    }
    *run = (work_run){0};
    return is_enclosed;
}

static bool is_movable(mica_op *op)
{
    return mica_op_is(op, &mica_memref_alloc_kind) ||
           (mica_op_region_count(op) == 0 && mica_op_is_memory_effect_free(op));
}

/// Takes the next op of a block into the run, or past its beginning when it does not depend on
/// it, or ends the run before it. True when that moved something.
static bool advance_run(work_run *run, mica_op *op)
{
    const bool is_part = is_work(op);
    if (!run->first) {
        if (is_part)
            run->first = run->last = op;
        return false;
    }
    if (!is_part && is_movable(op) && !depends_on_run(run, op)) {
        mica_op_move_before(op, run->first);
        return true;
    }
    if (!is_part && !is_scalar_arithmetic(op))
        return close_run(run);
    run->last = op;
    return false;
}

static bool enclose_runs(mica_block *block, micai_op_row *rest)
{
    bool changed = false;
    work_run run = {0};
    mica_for_each_op_safe(op, next, block)
    {
        changed |= advance_run(&run, op);
    }
    changed |= close_run(&run);
    mica_for_each_op(op, block)
    {
        if (mica_op_region_count(op) != 0 && !is_kernel_already(op) && !mica_structured_get(op))
            micai_op_row_append(rest, op);
    }
    return changed;
}

// ---- the pass
// --------------------------------------------------------------------------------

static bool run_pass(mica_pass_run *run)
{
    micai_op_row found = {0}, holders = {0};
    mica_op_walk_pre(mica_pass_run_op(run), find, &found);
    for (size_t i = 0; i < found.count && !found.failed; ++i)
        enclose(found.ops[i]);
    bool changed = found.count != 0;
    micai_op_row_append(&holders, mica_pass_run_op(run));
    for (size_t i = 0; i < holders.count && !holders.failed; ++i)
        for (size_t r = 0; r < mica_op_region_count(holders.ops[i]); ++r)
            mica_for_each_block(block, mica_op_region(holders.ops[i], r)) changed |=
                enclose_runs(block, &holders);
    if (!changed)
        mica_pass_run_mark_unchanged(run);
    const bool done = !found.failed && !holders.failed;
    micai_op_row_free(&found);
    micai_op_row_free(&holders);
    return done;
}

static const char *const dependent[] = {"arith", "scf", NULL};
const mica_pass_def mica_pass_gpu_enclose_host_work = {
    .struct_size = sizeof(mica_pass_def),
    .argument = "gpu-enclose-host-work",
    .name = "GpuEncloseHostWork",
    .summary = "What touches elements in host code comes into parallel loops of one iteration",
    .anchor = "func.func",
    .dependent_dialects = dependent,
    .run = run_pass};
