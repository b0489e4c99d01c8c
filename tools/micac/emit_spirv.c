// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The kernels of a model as a SPIR-V binary: the bytes that its object holds as data.
#include "dialects/gpu/gpu.h"
#include "ir/core/diagnostics.h"
#include "tools/command/command.h"
#include "tools/micac/micac.h"

#include <stdio.h>

/// The one gpu.binary; NULL after a diagnostic.
static mica_op *find_binary(model_driver *driver)
{
    mica_op *found = NULL;
    mica_for_each_op(op, mica_module_body(driver->module))
    {
        if (!mica_string_is(mica_op_name(op), "gpu.binary"))
            continue;
        if (found) {
            mica_op_error(op, "is a second module of kernels; a file holds one");
            return NULL;
        }
        found = op;
    }
    if (!found)
        mica_op_error(driver->module, "has no kernels");
    return found;
}

bool emit_spirv(model_driver *driver, const micac_options *options)
{
    mica_op *binary = model_driver_to_linalg(driver) && model_driver_to_kernels(driver)
                          ? find_binary(driver)
                          : NULL;
    if (!binary)
        return false;
    const mica_string bytes = mica_gpu_binary_bytes(binary);
    if (bytes.length == 0)
        return mica_op_error(binary, "holds no single object");
    command_output file;
    return command_output_begin(&file, options->output) &&
           command_output_end(&file, command_output_write(&file, bytes.data, bytes.length));
}
