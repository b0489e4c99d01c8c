// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A model in memory: the same lowering and the same entry code as micac writes to files, made
// into this process and called through its description (tools/support/model_main.h), which is
// what a program of micac's does with its own. An interpreted model has the same main function.
#include "tools/mica-run/run_model.h"

#include "tools/command/command.h"
#include "tools/driver/model_memory.h"
#include "tools/mica-run/interpret_model.h"
#include "tools/mica-run/onnx_tensor_file.h"
#include "tools/support/model_main.h"
#include "tools/support/npy.h"

#include <stdio.h>
#include <string.h>

static const mica_tensor_format formats[] = {
    {".npy", mica_npy_read}, {".pb", onnx_tensor_file_read}, {NULL, NULL}};

static int compile_and_run(model_driver *driver, const run_model_options *options)
{
    model_in_memory memory;
    int status = 1;
    if (model_memory_load(&memory, driver, options->input, options->entry,
                          options->optimization))
        status = mica_model_main_with(&memory.model, NULL, &mica_vulkan_devices, formats,
                                      options->argument_count, options->arguments);
    fflush(stdout);
    model_memory_end(&memory);
    return status ? 1 : 0;
}

static bool check_interpreted(const run_model_options *options)
{
    if (strcmp(options->device, "cpu") == 0 && !options->has_profile)
        return true;
    fputs("error: --interpret is without --profile and on no device\n", stderr);
    return false;
}

static int interpret_and_run(model_driver *driver, const run_model_options *options)
{
    interpreted_model model = {.max_steps = options->max_steps,
                               .reports_steps = options->reports_steps};
    int status = 1;
    if (check_interpreted(options) &&
        model_driver_describe(driver, options->input, options->entry, NULL) &&
        model_driver_to_linalg(driver) && interpreted_model_describe(&model, driver)) {
        const mica_model_evaluator evaluator = {interpreted_model_call, &model};
        status = mica_model_main_with(&model.description, &evaluator, NULL, formats,
                                      options->argument_count, options->arguments);
    }
    fflush(stdout);
    interpreted_model_end(&model);
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
        status = options->is_interpreted ? interpret_and_run(&driver, options)
                                         : compile_and_run(&driver, options);
    if (context)
        model_driver_end(&driver);
    command_context_destroy(context);
    return status;
}
