// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The two ops that every context knows.
#ifndef MICA_IR_CORE_BUILTIN_OPS_H
#define MICA_IR_CORE_BUILTIN_OPS_H

#include "ir/core/definition.h"

#ifdef __cplusplus
extern "C" {
#endif

extern MICA_API const mica_op_identity mica_builtin_module_kind;
extern MICA_API const mica_op_identity mica_builtin_unrealized_conversion_cast_kind;
extern MICA_API const mica_dialect_def mica_builtin_dialect;

#ifdef __cplusplus
}
#endif

#endif
