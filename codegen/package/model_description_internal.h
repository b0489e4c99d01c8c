// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The description's members, for the writers beside it.
#ifndef MICA_CODEGEN_PACKAGE_MODEL_DESCRIPTION_INTERNAL_H
#define MICA_CODEGEN_PACKAGE_MODEL_DESCRIPTION_INTERNAL_H

#include "codegen/package/model_description.h"
#include "ir/core/context_internal.h"

/// MICA_RT_MAX_RANK of runtime/mica_rt.h.
enum { MICAI_MODEL_MAX_RANK = 16 };

struct mica_model_description {
    mica_context *context;
    micai_arena arena;
    mica_string prefix;
    mica_model_tensor *inputs, *outputs;
    size_t input_count, output_count;
};

#endif
