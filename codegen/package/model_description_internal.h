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

typedef struct micai_model_size {
    uint32_t output, dim;
} micai_model_size;

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
    bool has_own_weights;    ///< of the entry code: not a global of the lowered module
    bool has_weights_file;
    uint64_t weights_size, weights_fingerprint; ///< for the constant mica_rt_model
    mica_model_dimension *dims;
    size_t dim_count;
    /// The sizes of outputs that are not known at compile time, in the order of outputs.
    micai_model_size *sizes;
    size_t size_count;
    size_t *exact; ///< the numbers of those sizes that the function itself returns
    size_t exact_count;
    bool has_assertions; ///< behind those sizes it returns whether an assertion did not hold
    mica_string result_sizes, arena_size, sizes_disagree; ///< functions; empty: none
};

/// The first of that kind; NULL when the entry takes none.
const micai_model_memory *micai_model_find_memory(const mica_model_description *model,
                                                  micai_memory_kind kind);
/// Fills in `field` of each of the tensors from its name. False when memory is out.
bool micai_model_name_fields(mica_model_description *model, mica_model_tensor *tensors,
                             size_t count);
/// The same of the dimensions.
bool micai_model_name_dims(mica_model_description *model);
/// Notes what is computed of sizes, and how, from the functions that outline-sizes made. False
/// after a diagnostic.
bool micai_model_note_sizes(mica_model_description *model, mica_op *entry);

// ---- parts of the entry code (model_entry_sizes.c)
// -----------------------------------------------------------------------------------

/// mica_rt_input and mica_rt_output.
#define MICAI_TENSOR_STRUCT "!llvm.struct<(ptr, i64, i32, i32, array<16 x i64>)>"

/// %dim0, %dim1, ...: the values behind %dims; %nothing: 0.
void micai_entry_write_dims(micai_text_buffer *text, const mica_model_description *model);
/// What a function that returns `count` sizes returns in the llvm dialect.
void micai_entry_write_sizes_type(micai_text_buffer *text, size_t count);
/// Stores size number `at` of `count` in %sizes to dims of %out.
void micai_entry_write_size_store(micai_text_buffer *text, const micai_model_size *size,
                                  size_t at, size_t count);
/// @m__arena_bytes(dims), which calls `function`.
void micai_entry_write_arena_bytes(micai_text_buffer *text, const mica_model_description *model,
                                   mica_string function);
/// Returns MICA_RT_ERROR_DIM_CONFLICT when `function` says that sizes disagree.
void micai_entry_write_check(micai_text_buffer *text, const mica_model_description *model,
                             mica_string function);
/// %code: MICA_RT_ERROR_ASSERTION where result `at` of `count` in %sizes is not 0, else %done.
void micai_entry_write_assertions(micai_text_buffer *text, size_t at, size_t count);
/// @m__output_shapes(dims, outputs), which calls `function`.
void micai_entry_write_output_shapes(micai_text_buffer *text,
                                     const mica_model_description *model, mica_string function);

#endif
