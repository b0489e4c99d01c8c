// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Any bytes as a `.dialect` file: refused with a diagnostic, or a dialect whose ops can be
// named.
#include "test/fuzz/fuzz_context.h"

#include "dialects/dialects.h"
#include "ir/definition/loader.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    mica_context *context = fuzz_context_create(false);
    const mica_load_options options = {.struct_size = sizeof options,
                                       .library = mica_dialect_library_builtin()};
    const mica_dialect_def *dialect =
        mica_dialect_load_text(context, fuzz_text(bytes, size), "input.dialect", &options);
    fuzz_check_verdict(context, dialect != NULL);
    for (size_t i = 0; dialect && i < dialect->op_count; i++) {
        const mica_op_record *record =
            mica_op_record_get(context, mica_string_from(dialect->ops[i]->name));
        if (!record || mica_op_record_def(record) != dialect->ops[i])
            abort();
    }
    mica_context_destroy(context);
    return 0;
}
