// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A model in memory: the same lowering and the same entry code as micac writes to files, made
// into this process and called through its description (tools/support/model_main.h), which is
// what a program of micac's does with its own.
#include "tools/mica-run/run_model.h"

#include "codegen/llvm/jit.h"
#include "runtime/mica_rt_symbols.h"
#include "tools/command/command.h"
#include "tools/driver/model_native.h"
#include "tools/mica-run/onnx_tensor_file.h"
#include "tools/support/model_main.h"
#include "tools/support/npy.h"

#include <stdio.h>
#include <stdlib.h>

static const mica_tensor_format formats[] = {
    {".npy", mica_npy_read}, {".pb", onnx_tensor_file_read}, {NULL, NULL}};

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

/// The description of the compiled model, complete with its weights (from malloc, or NULL).
/// False after a diagnostic.
static bool compile(model_driver *driver, const run_model_options *options, mica_llvm_jit *jit,
                    mica_rt_model *model, void **weights)
{
    char name[256];
    driver->weights_mode = MODEL_WEIGHTS_GIVEN;
    if (!model_driver_describe(driver, options->input, options->entry, NULL) ||
        !model_driver_lower(driver) ||
        !mica_model_symbol(driver->description, 0, name, sizeof name))
        return false;
    if (driver->weights && !(*weights = collect_weights(driver)))
        return false;
    mica_llvm_module *native = model_driver_export(driver);
    if (!native || !mica_llvm_jit_add(jit, native))
        return false;
    const info_function info = (info_function)mica_llvm_jit_find(jit, name);
    if (!info)
        return false;
    *model = *info();
    if (*weights)
        model->weights = *weights;
    return true;
}

static int compile_and_run(model_driver *driver, const run_model_options *options)
{
    const mica_llvm_target_options target_options = {.struct_size = sizeof target_options,
                                                     .optimization = options->optimization};
    mica_llvm_jit_options jit_options = {.struct_size = sizeof jit_options};
    mica_llvm_symbol *symbols = collect_symbols(&jit_options.symbol_count);
    jit_options.symbols = symbols;
    mica_llvm_target *target = model_target_create(driver->context, &target_options);
    mica_llvm_jit *jit =
        symbols && target ? mica_llvm_jit_create(driver->context, target, &jit_options) : NULL;
    mica_rt_model model;
    void *weights = NULL;
    int status = 1;
    if (jit && compile(driver, options, jit, &model, &weights))
        status = mica_model_main_with(&model, &mica_vulkan_devices, formats,
                                      options->argument_count, options->arguments);
    fflush(stdout);
    mica_llvm_jit_destroy(jit);
    mica_llvm_target_destroy(target);
    free(symbols);
    free(weights);
    return status ? 1 : 0;
}

int run_model(const run_model_options *options)
{
    model_driver driver = {.device = find_model_device(options->device),
                           .sizes = options->sizes,
                           .has_profile = options->has_profile};
    mica_context *context = driver.device ? command_context_create() : NULL;
    int status = 1;
    if (context && model_driver_read(&driver, context, options->input))
        status = compile_and_run(&driver, options);
    if (context)
        model_driver_end(&driver);
    command_context_destroy(context);
    return status;
}
