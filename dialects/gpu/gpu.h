// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What others need of the GPU dialect beyond the generated accessors (gpu_ops.h).
#ifndef MICA_DIALECTS_GPU_GPU_H
#define MICA_DIALECTS_GPU_GPU_H

#include "ir/core/operation.h"

#ifdef __cplusplus
extern "C" {
#endif

/// In the order of the arguments of a launch's body: ids of the block and of the invocation,
/// sizes of the grid and of a block, x, y and z of each.
enum {
    MICA_GPU_LAUNCH_BLOCK_ID = 0,
    MICA_GPU_LAUNCH_THREAD_ID = 3,
    MICA_GPU_LAUNCH_GRID_SIZE = 6,
    MICA_GPU_LAUNCH_BLOCK_SIZE = 9,
    MICA_GPU_LAUNCH_ARGUMENTS = 12
};

/// Numbers of operand specs of gpu.launch and gpu.launch_func.
enum {
    MICA_GPU_OPERANDS_ASYNC = 0,
    MICA_GPU_OPERANDS_GRID = 1,
    MICA_GPU_OPERANDS_BLOCK = 4,
    MICA_GPU_OPERANDS_CLUSTER = 7,
    MICA_GPU_OPERANDS_SHARED_MEMORY = 10,
    MICA_GPU_OPERANDS_KERNEL = 11
};

/// Is it a gpu.func that is a kernel?
MICA_API bool mica_gpu_func_is_kernel(const mica_op *func);
/// Arguments of the body that are workgroup memory stand after the function's own; those of
/// private memory after them.
MICA_API size_t mica_gpu_workgroup_attribution_count(const mica_op *func_or_launch);

/// A `#gpu.loop_dim_map`. Processors: 0 to 2 block x, y, z; 3 to 5 thread; 6 sequential.
typedef struct mica_gpu_loop_dim {
    int64_t processor;
    const mica_attr *map, *bound; ///< affine maps
} mica_gpu_loop_dim;
MICA_API const mica_attr *mica_gpu_loop_dim_map_get(mica_context *context,
                                                    mica_gpu_loop_dim dim);
/// False when `attr` is none.
MICA_API bool mica_gpu_loop_dim_map_read(const mica_attr *attr, mica_gpu_loop_dim *dim);

/// The bytes of the one object of a gpu.binary; an empty string when it has not exactly one.
MICA_API mica_string mica_gpu_binary_bytes(const mica_op *binary);
/// `#gpu.object<target, "bytes">`.
MICA_API const mica_attr *mica_gpu_object_get(const mica_attr *target, mica_string bytes);

#ifdef __cplusplus
}
#endif

#endif
