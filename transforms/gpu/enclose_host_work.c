// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The pass gpu-enclose-host-work: what would touch elements of buffers in host code comes into
// parallel loops, so that after convert-linalg-to-parallel-loops all of it is in kernels and
// buffers may lie in memory that the host can't reach.
//
//   memref.copy %a, %b           -> scf.parallel (%i, %j) { load %a[..]; store .., %b[..] }
//   structured op, all iterators
//   sequential                   -> scf.parallel (%i) = (0) to (1) { the op }
//
// Copies by the device's copy engine would need no kernel, but most have a view on one side,
// which it can't follow; and a loop can be fused with what comes before.
#include "dialects/linalg/linalg_structured.h"
#include "ir/core/diagnostics.h"
#include "transforms/buffer/bufferize_internal.h"
#include "transforms/drivers/op_row.h"
#include "transforms/gpu/kernel_loops.h"
#include "transforms/pass/pass.h"
#include "transforms/tensor/loop_nest.h"

static mica_walk_result find(void *user, mica_op *op)
{
    const mica_string name = mica_op_name(op);
    if (mica_string_is(name, "scf.parallel") || mica_string_is(name, "gpu.launch"))
        return MICA_WALK_SKIP;
    if (mica_string_is(name, "memref.copy"))
        micai_op_row_append(user, op);
    if (!mica_structured_get(op))
        return MICA_WALK_ADVANCE;
    if (mica_structured_has_buffers(op) && mica_structured_parallel_count(op) == 0)
        micai_op_row_append(user, op);
    return MICA_WALK_SKIP;
}

static mica_value *build_load(mica_builder *builder, mica_value *memref,
                              mica_value *const *indices, size_t count)
{
    mica_op_state state;
    mica_op_state_init(&state, builder->context, "memref.load", builder->location);
    mica_op_state_add_operand(&state, memref);
    mica_op_state_add_operands(&state, indices, count);
    mica_op_state_add_result(&state, mica_type_element(mica_value_type(memref)));
    return mica_op_result(mica_builder_create(builder, &state), 0);
}

static void build_store(mica_builder *builder, mica_value *value, mica_value *memref,
                        mica_value *const *indices, size_t count)
{
    mica_op_state state;
    mica_op_state_init(&state, builder->context, "memref.store", builder->location);
    mica_op_state_add_operand(&state, value);
    mica_op_state_add_operand(&state, memref);
    mica_op_state_add_operands(&state, indices, count);
    mica_builder_create(builder, &state);
}

static bool convert_copy(mica_op *op)
{
    mica_value *from = mica_op_operand(op, 0), *to = mica_op_operand(op, 1);
    const mica_type *type = mica_value_type(from);
    const size_t rank = mica_type_is_ranked(type) ? mica_type_rank(type) : SIZE_MAX;
    mica_value *sizes[MICAI_PARALLEL_MAX_RANK], *ivs[MICAI_PARALLEL_MAX_RANK];
    if (rank > MICAI_PARALLEL_MAX_RANK || !mica_type_is_ranked(mica_value_type(to)))
        return mica_op_error(op, "can't become a loop: a rank is not known or above %d",
                             MICAI_PARALLEL_MAX_RANK);
    mica_builder builder = mica_builder_before(op);
    for (size_t i = 0; i < rank; ++i)
        sizes[i] = mica_type_shape(type)[i] == MICA_DYNAMIC
                       ? micai_build_memref_dim(&builder, from, i)
                       : micai_index(&builder, mica_type_shape(type)[i]);
    if (rank == 0) // one element: a loop of one iteration
        sizes[0] = micai_index(&builder, 1);
    micai_build_parallel(&builder, sizes, rank ? rank : 1, ivs);
    build_store(&builder, build_load(&builder, from, ivs, rank), to, ivs, rank);
    mica_op_erase(op);
    return true;
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
    bool done = !found.failed;
    for (size_t i = 0; i < found.count && done; ++i) {
        if (mica_string_is(mica_op_name(found.ops[i]), "memref.copy"))
            done = convert_copy(found.ops[i]);
        else
            enclose(found.ops[i]);
    }
    if (found.count == 0)
        mica_pass_run_mark_unchanged(run);
    micai_op_row_free(&found);
    return done;
}

static const char *const dependent[] = {"arith", "memref", "scf", NULL};
const mica_pass_def mica_pass_gpu_enclose_host_work = {
    .struct_size = sizeof(mica_pass_def),
    .argument = "gpu-enclose-host-work",
    .name = "GpuEncloseHostWork",
    .summary = "Copies and sequential structured ops come into parallel loops",
    .anchor = "func.func",
    .dependent_dialects = dependent,
    .run = run_pass};
