// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// From the llvm dialect to an LLVM module.
#include "tools/driver/model_native.h"

#include "codegen/llvm/llvm_ir_export.h"

#include <stdio.h>

mica_llvm_module *model_driver_export(model_driver *driver)
{
    char name[256];
    snprintf(name, sizeof name, "%.*s",
             MICA_STRING_ARG(mica_model_prefix(driver->description)));
    const mica_llvm_export_options options = {sizeof options, name};
    mica_llvm_module *native = mica_llvm_export(driver->module, &options);
    if (native)
        mica_llvm_module_set_stack_limit(native, MODEL_STACK_LIMIT);
    return native;
}
