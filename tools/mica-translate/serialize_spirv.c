// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// --serialize-spirv: the one spirv.module of the input as a SPIR-V binary.
#include "tools/mica-translate/serialize_spirv.h"

#include <stdlib.h>

#include "codegen/spirv/spirv_writer.h"
#include "tools/command/command.h"

bool serialize_spirv(mica_context *context, mica_op *module, const char *output)
{
    (void)context;
    mica_op *spirv = mica_spirv_module_find(module);
    size_t count = 0;
    uint32_t *words = spirv ? mica_spirv_write(spirv, &count) : NULL;
    command_output file;
    bool ok = words && command_output_begin(&file, output);
    if (ok) {
        ok = command_output_write(&file, (const char *)words, count * sizeof *words);
        ok = command_output_end(&file, ok);
    }
    free(words);
    return ok;
}
