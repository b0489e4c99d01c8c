// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Any bytes as the text of a pass pipeline, options of passes included: refused with a
// diagnostic or made into passes.
#include "test/fuzz/fuzz_context.h"

#include "transforms/pass/pass_manager.h"
#include "transforms/pass/pass_registry.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    mica_context *context = fuzz_context_create(true);
    mica_pass_registry *registry = mica_pass_registry_create();
    if (!registry || !mica_pass_registry_add_all(registry))
        abort();
    mica_pass_manager *manager = mica_pass_manager_create(context, registry, "builtin.module");
    if (!manager)
        abort();
    fuzz_check_verdict(context, mica_pass_manager_parse(manager, fuzz_text(bytes, size)));
    mica_pass_manager_destroy(manager);
    mica_pass_registry_destroy(registry);
    mica_context_destroy(context);
    return 0;
}
