// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A model made into this process: the same lowering and the same entry code as micac writes to
// files. The JIT finds the runtime's functions in the table of mica_rt_symbols.h.
#include "tools/driver/model_memory.h"

#include "runtime/mica_rt_symbols.h"
#include "tools/driver/model_native.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/// The runtime's functions as the JIT takes them; from malloc.
static mica_llvm_symbol *collect_symbols(size_t *count)
{
    const mica_rt_symbol *table = mica_rt_symbols(count);
    mica_llvm_symbol *symbols = malloc(*count * sizeof *symbols);
    for (size_t i = 0; symbols && i < *count; i++)
        symbols[i] = (mica_llvm_symbol){table[i].name, table[i].function};
    return symbols;
}

typedef const mica_rt_model *(*info_function)(void);

/// Where the next bytes go.
static bool append_bytes(void *user, const char *data, size_t size)
{
    char **at = user;
    memcpy(*at, data, size);
    *at += size;
    return true;
}

/// The driver's weights as one block, from malloc; they are freed where they were.
static void *collect_weights(model_driver *driver)
{
    char *block =
        aligned_alloc(MICA_RT_ALIGNMENT, (size_t)mica_model_weights_size(driver->weights));
    char *at = block;
    if (block)
        mica_model_weights_write(driver->weights, append_bytes, &at);
    else
        fputs("error: out of memory\n", stderr);
    mica_model_weights_destroy(driver->weights);
    driver->weights = NULL;
    return block;
}

static bool compile(model_in_memory *memory, model_driver *driver, const char *path,
                    const char *entry)
{
    char name[256];
    driver->weights_mode = MODEL_WEIGHTS_GIVEN;
    if (!model_driver_describe(driver, path, entry, NULL) || !model_driver_lower(driver) ||
        !mica_model_symbol(driver->description, 0, name, sizeof name))
        return false;
    if (driver->weights && !(memory->weights = collect_weights(driver)))
        return false;
    mica_llvm_module *native = model_driver_export(driver);
    if (!native || !mica_llvm_jit_add(memory->jit, native))
        return false;
    const info_function info = (info_function)mica_llvm_jit_find(memory->jit, name);
    if (!info)
        return false;
    memory->model = *info();
    if (memory->weights)
        memory->model.weights = memory->weights;
    return true;
}

bool model_memory_load(model_in_memory *memory, model_driver *driver, const char *path,
                       const char *entry, unsigned optimization)
{
    const mica_llvm_target_options target_options = {.struct_size = sizeof target_options,
                                                     .optimization = optimization};
    mica_llvm_jit_options jit_options = {.struct_size = sizeof jit_options};
    *memory = (model_in_memory){.symbols = collect_symbols(&jit_options.symbol_count)};
    jit_options.symbols = memory->symbols;
    memory->target = model_target_create(driver->context, &target_options);
    if (memory->symbols && memory->target)
        memory->jit = mica_llvm_jit_create(driver->context, memory->target, &jit_options);
    return memory->jit && compile(memory, driver, path, entry);
}

void model_memory_end(model_in_memory *memory)
{
    mica_llvm_jit_destroy(memory->jit);
    mica_llvm_target_destroy(memory->target);
    free(memory->symbols);
    free(memory->weights);
}
