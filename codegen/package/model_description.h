// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What a compiled model takes and gives: read off the model's entry function while it still
// works on tensors, used for the header, for the constant `mica_rt_model` and for the entry
// code.
//
//   mica_model_description *model = mica_model_describe(entry, "digits");
//   ... lower the module to the llvm dialect; the entry takes pointers now ...
//   mica_model_emit_entry(model, module, workspace_bytes);
//   mica_model_write_header(model, write, file);
#ifndef MICA_CODEGEN_PACKAGE_MODEL_DESCRIPTION_H
#define MICA_CODEGEN_PACKAGE_MODEL_DESCRIPTION_H

#include "ir/core/operation.h"
#include "ir/text/text.h"

#ifdef __cplusplus
extern "C" {
#endif

/// An input or output. Strings and arrays belong to the description.
typedef struct mica_model_tensor {
    mica_string name;      ///< as the model spells it
    mica_string field;     ///< as a C identifier, unique among its kind
    const char *type_name; ///< "f32", as mica_rt_type_name says it
    uint32_t type;         ///< mica_rt_type
    uint32_t rank;
    const int64_t *dims;
} mica_model_tensor;

typedef struct mica_model_description mica_model_description;

/// Describes the function `entry` (func.func on tensors of static shape). Names come from the
/// argument and result attribute `onnx.name`, else they are input_0, output_0, ... `prefix`
/// begins every symbol of the model and must be a C identifier. NULL after a diagnostic.
MICA_API mica_model_description *mica_model_describe(mica_op *entry, mica_string prefix);
MICA_API void mica_model_description_destroy(mica_model_description *model);
MICA_API mica_string mica_model_prefix(const mica_model_description *model);
MICA_API size_t mica_model_input_count(const mica_model_description *model);
MICA_API size_t mica_model_output_count(const mica_model_description *model);
MICA_API const mica_model_tensor *mica_model_input(const mica_model_description *model,
                                                   size_t index);
MICA_API const mica_model_tensor *mica_model_output(const mica_model_description *model,
                                                    size_t index);
/// A C identifier made of a file name without folder and suffix: every other character becomes
/// `_`. Owned by the context.
MICA_API mica_string mica_model_prefix_of_path(mica_context *context, const char *path);

/// Writes `model.h`. False when `write` failed.
MICA_API bool mica_model_write_header(const mica_model_description *model, mica_write_fn write,
                                      void *user);

/// Adds to a module of the llvm dialect what docs/ahead-of-time.md lists: the constant
/// mica_rt_model, the compute function and the four wrappers. `function` is the lowered entry:
/// pointers to inputs, to outputs and, when `workspace_bytes` is not 0, to the workspace.
MICA_API bool mica_model_emit_entry(const mica_model_description *model, mica_op *module,
                                    mica_string function, uint64_t workspace_bytes);
/// Adds `main`, which calls mica_model_main (tools/support/model_main.h).
MICA_API bool mica_model_emit_main(const mica_model_description *model, mica_op *module);

#ifdef __cplusplus
}
#endif

#endif
