// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What types and attributes share.
#ifndef MICA_IR_CORE_TYPE_INTERNAL_H
#define MICA_IR_CORE_TYPE_INTERNAL_H

#include "ir/core/definition.h"

/// Checks type and attribute parameters against their constraints; reports the first that
/// fails.
bool micai_check_params(mica_context *context, mica_location location, const char *name,
                        const mica_param_spec *params, size_t count, const uint64_t *words);

#endif
