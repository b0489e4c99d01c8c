// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Making functions from C. What mica-gen makes of the definition (builders, accessors) is in
// dialects/func/func_ops.h.
#ifndef MICA_DIALECTS_FUNC_FUNC_H
#define MICA_DIALECTS_FUNC_FUNC_H

#include "dialects/func/func_ops.h"

#ifdef __cplusplus
extern "C" {
#endif

/// Makes `func.func @name(inputs) -> results` at the insertion point, with an entry block that
/// has the arguments, and moves the builder to the end of that block. NULL when out of memory.
MICA_API mica_op *mica_func_create(mica_builder *builder, const char *name,
                                   const mica_type *const *inputs, size_t input_count,
                                   const mica_type *const *results, size_t result_count);

#ifdef __cplusplus
}
#endif

#endif
