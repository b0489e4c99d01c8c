// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The table of built-in passes. Add a pass by one line in transforms/builtin_passes.h.
#include "transforms/pass/pass_registry.h"

#define MICA_BUILTIN_PASS(name) extern const mica_pass_def mica_pass_##name;
#include "transforms/builtin_passes.h"
#undef MICA_BUILTIN_PASS

const mica_pass_def *const mica_builtin_passes[] = {
#define MICA_BUILTIN_PASS(name) &mica_pass_##name,
#include "transforms/builtin_passes.h"
#undef MICA_BUILTIN_PASS
    NULL,
};
