// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The list of dialects is made by cmake (cmake/MicaDialect.cmake) of the folders here.

#include "dialects/dialects.h"

#include "dialects/builtin/builtin_hooks.h"
#include "dialects/dialect_list.h"
#include "ir/core/context.h"

enum { LISTED = sizeof dialect_list / sizeof dialect_list[0] };

bool mica_context_register_all_dialects(mica_context *context)
{
    bool registered = true;
    for (size_t i = 0; i < LISTED; ++i)
        registered &= mica_context_register_dialect(context, dialect_list[i]->definition);
    return registered;
}

static const mica_dialect_entry *const builtin_list[] = {&micai_builtin_entry};

const mica_dialect_library *mica_dialect_library_builtin(void)
{
    static const mica_dialect_library library = {sizeof library, builtin_list,   1,
                                                 dialect_list,   (uint32_t)LISTED};
    return &library;
}
