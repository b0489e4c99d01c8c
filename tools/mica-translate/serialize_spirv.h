// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The translation of --serialize-spirv.
#ifndef MICA_TOOLS_SERIALIZE_SPIRV_H
#define MICA_TOOLS_SERIALIZE_SPIRV_H

#include "ir/core/operation.h"

/// Writes the spirv.module in `module` to the file `output` ("-": standard output). False after
/// a message.
bool serialize_spirv(mica_context *context, mica_op *module, const char *output);

#endif
