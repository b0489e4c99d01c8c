// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The description's members, for the writers beside it.
#ifndef MICA_CODEGEN_PACKAGE_MODEL_DESCRIPTION_INTERNAL_H
#define MICA_CODEGEN_PACKAGE_MODEL_DESCRIPTION_INTERNAL_H

#include "codegen/package/model_description.h"
#include "ir/core/context_internal.h"
#include "ir/support/text_buffer_internal.h"

/// MICA_RT_MAX_RANK of runtime/mica_rt.h.
enum { MICAI_MODEL_MAX_RANK = 16 };

/// What the entry takes behind its inputs and outputs.
typedef enum micai_memory_kind {
    MICAI_MEMORY_WORKSPACE,
    MICAI_MEMORY_WEIGHTS,
    MICAI_MEMORY_DEVICE,
} micai_memory_kind;

typedef struct micai_model_memory {
    micai_memory_kind kind;
    uint64_t bytes;
    mica_string global; ///< of weights
} micai_model_memory;

struct mica_model_description {
    mica_context *context;
    micai_arena arena;
    mica_string prefix, function;
    mica_model_tensor *inputs, *outputs;
    size_t input_count, output_count;
    micai_model_memory *memory;
    size_t memory_count;
    mica_string *part_names; ///< of a profile
    size_t part_count;       ///< 0: there is no profile
    mica_string counters;    ///< the global of a profile
    bool has_own_weights; ///< of the entry code: not a global of the lowered module
    bool has_weights_file;
    uint64_t weights_size, weights_fingerprint; ///< for the constant mica_rt_model
};

/// The first of that kind; NULL when the entry takes none.
const micai_model_memory *micai_model_find_memory(const mica_model_description *model,
                                                  micai_memory_kind kind);
/// Fills in `field` of each of the tensors from its name. False when memory is out.
bool micai_model_name_fields(mica_model_description *model, mica_model_tensor *tensors,
                             size_t count);

#endif
