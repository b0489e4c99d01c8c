// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The table behind mica_rt_symbols.h.
#include "runtime/mica_rt_gpu.h"
#include "runtime/mica_rt_symbols.h"

// clang-format off
#define SYMBOL(name) {#name, (void (*)(void))name}
// clang-format on

static const mica_rt_symbol symbols[] = {
    SYMBOL(mica_rt_error_string), SYMBOL(mica_rt_workspace_size),
    SYMBOL(mica_rt_infer_shapes), SYMBOL(mica_rt_run),
    SYMBOL(mica_rt_parallel_for), SYMBOL(mica_rt_memref_copy),
    SYMBOL(mica_rt_clock),        SYMBOL(mica_rt_gpu_default_device),
    SYMBOL(mica_rt_gpu_alloc),    SYMBOL(mica_rt_gpu_free),
    SYMBOL(mica_rt_gpu_arena),    SYMBOL(mica_rt_gpu_weights),
    SYMBOL(mica_rt_gpu_copy),     SYMBOL(mica_rt_gpu_module_load),
    SYMBOL(mica_rt_gpu_launch),   SYMBOL(mica_rt_gpu_wait),
    SYMBOL(mica_rt_gpu_begin),    SYMBOL(mica_rt_gpu_end),
};

const mica_rt_symbol *mica_rt_symbols(size_t *count)
{
    *count = sizeof symbols / sizeof symbols[0];
    return symbols;
}
