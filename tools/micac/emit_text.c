// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Outputs that need no LLVM: the module at a stage, and the SPIR-V of its kernels.
#include "codegen/spirv/spirv_writer.h"
#include "ir/text/text.h"
#include "tools/command/command.h"
#include "tools/micac/micac.h"

#include <stdio.h>

static bool print_module(model_driver *driver, const micac_options *options)
{
    const mica_print_options print = {.struct_size = sizeof print,
                                      .debug_info = options->prints_locations};
    command_output file;
    return command_output_begin(&file, options->output) &&
           command_output_end(
               &file, mica_print_op(driver->module, &print, command_output_write, &file));
}

bool emit_mlir(model_driver *driver, const micac_options *options)
{
    return print_module(driver, options);
}

bool emit_linalg(model_driver *driver, const micac_options *options)
{
    return model_driver_to_linalg(driver) && print_module(driver, options);
}

bool emit_llvm(model_driver *driver, const micac_options *options)
{
    return model_driver_lower(driver) && print_module(driver, options);
}

bool emit_without_llvm(model_driver *driver, const micac_options *options)
{
    (void)driver;
    return fprintf(stderr, "error: this micac was built without LLVM and can't emit '%s'\n",
                   options->kind->name) < 0;
}
