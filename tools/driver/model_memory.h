// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A model compiled in memory, for programs that run it themselves.
//
//   model_in_memory memory;
//   if (model_driver_read(&driver, context, path) &&
//       model_memory_load(&memory, &driver, path, NULL, 2))
//       ... call memory.model
//   model_memory_end(&memory);
#ifndef MICA_TOOLS_DRIVER_MODEL_MEMORY_H
#define MICA_TOOLS_DRIVER_MODEL_MEMORY_H

#include "codegen/llvm/jit.h"
#include "codegen/llvm/target.h"
#include "runtime/mica_rt.h"
#include "tools/driver/model_driver.h"

typedef struct model_in_memory {
    mica_rt_model model; ///< complete with its weights; valid until the end
    void *weights;
    mica_llvm_jit *jit;
    mica_llvm_target *target;
    mica_llvm_symbol *symbols;
} model_in_memory;

/// Lowers and compiles a model that was read. `path` and `entry` as for model_driver_describe.
/// False after a diagnostic; the end is called in both cases.
bool model_memory_load(model_in_memory *memory, model_driver *driver, const char *path,
                       const char *entry, unsigned optimization);
void model_memory_end(model_in_memory *memory);

#endif
