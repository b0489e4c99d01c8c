// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The pass gpu-enclose-host-work: structured ops on buffers without a parallel iterator come
// into a parallel loop of one iteration. Lowered to loops they would touch elements in host
// code; so all of that is in kernels, and buffers may lie in memory that the host can't reach.
//
//   linalg.fill .. outs(%m : memref<f32>)
//   -> scf.parallel (%i) = (%c0) to (%c1) step (%c1) { linalg.fill .. outs(%m : memref<f32>) }
#include "dialects/linalg/linalg_structured.h"
#include "ir/core/context.h"
#include "transforms/drivers/op_row.h"
#include "transforms/gpu/kernel_loops.h"
#include "transforms/pass/pass.h"
#include "transforms/tensor/loop_nest.h"

static mica_walk_result find(void *user, mica_op *op)
{
    const mica_string name = mica_op_name(op);
    if (mica_string_is(name, "scf.parallel") || mica_string_is(name, "gpu.launch"))
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

static bool run_pass(mica_pass_run *run)
{
    micai_op_row found = {0};
    mica_op_walk_pre(mica_pass_run_op(run), find, &found);
    const bool done = !found.failed;
    for (size_t i = 0; i < found.count && done; ++i)
        enclose(found.ops[i]);
    if (found.count == 0)
        mica_pass_run_mark_unchanged(run);
    micai_op_row_free(&found);
    return done;
}

static const char *const dependent[] = {"arith", "scf", NULL};
const mica_pass_def mica_pass_gpu_enclose_host_work = {
    .struct_size = sizeof(mica_pass_def),
    .argument = "gpu-enclose-host-work",
    .name = "GpuEncloseHostWork",
    .summary = "Sequential structured ops come into parallel loops of one iteration",
    .anchor = "func.func",
    .dependent_dialects = dependent,
    .run = run_pass};
