// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Evaluation of gpu.launch: block by block, the invocations of a block in turn, each up to the
// next barrier. Ids are the body's arguments; ops that ask for them belong to outlined kernels,
// which are not interpreted.
#include "dialects/gpu/gpu.h"
#include "dialects/gpu/gpu_ops.h"
#include "ir/interpreter/eval.h"

enum { MAX_ATTRIBUTIONS = 16 };

typedef struct launch_state {
    int64_t grid[3], block[3]; ///< sizes
    int64_t at[3];             ///< the present block
    size_t attribution_count, workgroup_count;
    mica_eval_memref *shared[MAX_ATTRIBUTIONS]; ///< workgroup memory, of the present block
    const mica_op *op;
    mica_eval_frame *frame;
    bool failed;
} launch_state;

static bool read_sizes(mica_eval_frame *frame, mica_op *op, launch_state *launch)
{
    for (size_t i = 0; i < 6; i++) {
        size_t operand, count;
        int64_t *size = i < 3 ? &launch->grid[i] : &launch->block[i - 3];
        mica_op_operand_range(op, MICA_GPU_OPERANDS_GRID + i, &operand, &count);
        if (!mica_eval_index(frame, op, operand, size))
            return false;
        if (*size < 0)
            return mica_eval_error(frame, op, "has size %lld", (long long)*size);
    }
    return true;
}

// ---- memory
// ----------------------------------------------------------------------------------

static const mica_type *attribution_type(const mica_op *op, size_t index)
{
    const mica_block *body = mica_region_first(mica_op_region(op, 0));
    return mica_value_type(mica_block_argument(body, MICA_GPU_LAUNCH_ARGUMENTS + index));
}

/// New memory of a static, contiguous type; NULL after a report.
static mica_eval_memref *make_memory(mica_eval_frame *frame, mica_op *op, const mica_type *type)
{
    const int64_t count = mica_type_element_count(type);
    const size_t size = mica_eval_type_size(mica_type_element(type));
    if (count < 0 || size == 0) {
        (void)mica_eval_unsupported(frame, op,
                                    "has memory of a type that can't be interpreted");
        return NULL;
    }
    mica_eval_memref *memref = mica_eval_memref_create(frame, mica_type_rank(type));
    if (!memref)
        return NULL;
    memref->element_size = size;
    int64_t stride = 1;
    for (size_t i = memref->rank; i-- > 0;) {
        memref->sizes[i] = mica_type_shape(type)[i];
        memref->strides[i] = stride;
        stride *= memref->sizes[i];
    }
    memref->allocation = mica_eval_allocate(frame, op, (uint64_t)count * size, false);
    return memref->allocation ? memref : NULL;
}

static bool make_shared(mica_eval_frame *frame, mica_op *op, launch_state *launch)
{
    for (size_t i = 0; i < launch->workgroup_count; i++) {
        launch->shared[i] = make_memory(frame, op, attribution_type(op, i));
        if (!launch->shared[i])
            return false;
    }
    return true;
}

/// What the body's arguments are for a thread.
static void set_arguments(void *user, uint64_t thread, mica_eval_value *values)
{
    launch_state *launch = user;
    uint64_t rest = thread;
    for (size_t i = 0; i < 3; i++) {
        const uint64_t size = (uint64_t)launch->block[i];
        values[MICA_GPU_LAUNCH_BLOCK_ID + i] = mica_eval_from_bits((uint64_t)launch->at[i]);
        values[MICA_GPU_LAUNCH_THREAD_ID + i] = mica_eval_from_bits(rest % size);
        values[MICA_GPU_LAUNCH_GRID_SIZE + i] = mica_eval_from_bits((uint64_t)launch->grid[i]);
        values[MICA_GPU_LAUNCH_BLOCK_SIZE + i] = mica_eval_from_bits(size);
        rest /= size;
    }
    for (size_t i = 0; i < launch->attribution_count; i++) {
        mica_eval_memref *memref = launch->shared[i];
        if (i < launch->workgroup_count)
            mica_eval_retain(&memref->object);
        else
            memref = make_memory(launch->frame, (mica_op *)launch->op,
                                 attribution_type(launch->op, i));
        launch->failed |= !memref;
        values[MICA_GPU_LAUNCH_ARGUMENTS + i] = mica_eval_from_memref(memref);
    }
}

// ---- the launch
// ------------------------------------------------------------------------------

static bool run_block(mica_eval_frame *frame, mica_op *op, launch_state *launch)
{
    const uint64_t threads =
        (uint64_t)launch->block[0] * (uint64_t)launch->block[1] * (uint64_t)launch->block[2];
    return make_shared(frame, op, launch) &&
           mica_eval_run_threads(frame, op, 0, threads, set_arguments, launch) &&
           !launch->failed;
}

bool micai_gpu_launch_eval(mica_eval_frame *frame, mica_op *op)
{
    const mica_block *body = mica_region_first(mica_op_region(op, 0));
    launch_state launch = {.op = op, .frame = frame};
    if (mica_op_result_count(op) > 0)
        return mica_eval_unsupported(frame, op, "that is asynchronous");
    launch.attribution_count = mica_block_argument_count(body) - MICA_GPU_LAUNCH_ARGUMENTS;
    launch.workgroup_count = mica_gpu_workgroup_attribution_count(op);
    if (launch.attribution_count > MAX_ATTRIBUTIONS)
        return mica_eval_unsupported(frame, op, "has too many buffers of its own");
    if (!read_sizes(frame, op, &launch))
        return false;
    for (launch.at[2] = 0; launch.at[2] < launch.grid[2]; launch.at[2]++)
        for (launch.at[1] = 0; launch.at[1] < launch.grid[1]; launch.at[1]++)
            for (launch.at[0] = 0; launch.at[0] < launch.grid[0]; launch.at[0]++)
                if (!run_block(frame, op, &launch))
                    return false;
    return true;
}

bool micai_gpu_barrier_eval(mica_eval_frame *frame, mica_op *op)
{
    return mica_eval_barrier(frame, op);
}
