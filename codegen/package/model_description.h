// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What a compiled model takes and gives: read off the model's entry function while it still
// works on tensors, completed when it works on buffers, used for the header, for the constant
// `mica_rt_model` and for the entry code.
//
//   mica_model_description *model = mica_model_describe(entry, prefix);
//   ... the entry takes buffers now: inputs, outputs, then memory of the caller ...
//   mica_model_note_memory(model, entry);
//   ... lower the module to the llvm dialect ...
//   mica_model_emit_entry(model, module);
//   mica_model_write_header(model, write, file);
#ifndef MICA_CODEGEN_PACKAGE_MODEL_DESCRIPTION_H
#define MICA_CODEGEN_PACKAGE_MODEL_DESCRIPTION_H

#include "codegen/package/model_weights.h"
#include "ir/core/operation.h"
#include "ir/text/text.h"

#ifdef __cplusplus
extern "C" {
#endif

/// A dynamic dimension. Strings belong to the description.
typedef struct mica_model_dimension {
    mica_string name;  ///< as the model spells it
    mica_string field; ///< as a C identifier, unique among the dimensions
    int64_t minimum, maximum;
} mica_model_dimension;

/// Entries of a tensor's dims besides sizes: MICA_RT_DIM(i) and MICA_RT_DIM_COMPUTED of
/// runtime/mica_rt.h.
#define MICA_MODEL_DIM(index) (-1 - (int64_t)(index))
#define MICA_MODEL_COMPUTED INT64_MIN

/// An input or output. Strings and arrays belong to the description.
typedef struct mica_model_tensor {
    mica_string name;      ///< as the model spells it
    mica_string field;     ///< as a C identifier, unique among its kind
    const char *type_name; ///< "f32", as mica_rt_type_name says it
    uint32_t type;         ///< mica_rt_type
    uint32_t rank;
    int64_t *dims;
    bool is_dynamic;      ///< some entry of dims is no size
    mica_string *formula; ///< an output's: how its computed dims follow; empty ones: they
                          ///< depend on data, or are too long to write
} mica_model_tensor;

typedef struct mica_model_description mica_model_description;

/// Describes the function `entry`: func.func on ranked tensors, with its dynamic dimensions as
/// the pass expose-dims leaves them. Names come from the
/// argument and result attribute `onnx.name`, else they are input_0, output_0, ... `prefix`
/// begins every symbol of the model (mica_model_is_prefix). NULL after a diagnostic.
MICA_API mica_model_description *mica_model_describe(mica_op *entry, mica_string prefix);
/// NULL is allowed.
MICA_API void mica_model_description_destroy(mica_model_description *model);
/// Notes what the entry takes behind its inputs and outputs, now that these are buffers:
///   memref<Nxi8>                          the workspace; memref<?xi8>: of the size that the
///                                         function of `mica.arena_size` computes
///   memref<Nxi8> {mica.weights = @global} the global's bytes, wherever they lie
///   !llvm.ptr {mica.device}               the device; the workspace is then the device's
/// and the profile, when a global beside it has the attribute mica.profile.
/// False after a diagnostic.
MICA_API bool mica_model_note_memory(mica_model_description *model, mica_op *entry);

/// Where the weights are when the model runs, once they are out of the module.
typedef enum mica_weights_place {
    MICA_WEIGHTS_IN_OBJECT, ///< in the object's section MICA_MODEL_WEIGHTS_SECTION
    MICA_WEIGHTS_IN_FILE,   ///< the caller gives a side file, which is checked
    MICA_WEIGHTS_GIVEN,     ///< the caller gives the block itself; nothing is checked
} mica_weights_place;

/// Takes the weights of a noted model out of the module that it was noted in. *weights is NULL
/// when it has none. False after a diagnostic.
MICA_API bool mica_model_take_weights(mica_model_description *model, mica_op *module,
                                      mica_weights_place place, mica_model_weights **weights);

MICA_API mica_string mica_model_prefix(const mica_model_description *model);
/// The entry's name, which keeps it through all lowerings.
MICA_API mica_string mica_model_function(const mica_model_description *model);
MICA_API size_t mica_model_dim_count(const mica_model_description *model);
MICA_API const mica_model_dimension *mica_model_get_dim(const mica_model_description *model,
                                                        size_t index);
MICA_API size_t mica_model_input_count(const mica_model_description *model);
MICA_API size_t mica_model_output_count(const mica_model_description *model);
MICA_API const mica_model_tensor *mica_model_input(const mica_model_description *model,
                                                   size_t index);
MICA_API const mica_model_tensor *mica_model_output(const mica_model_description *model,
                                                    size_t index);
/// Bytes of workspace, without room to align; 0 for a model that runs on a device, or whose
/// workspace depends on its dimensions.
MICA_API uint64_t mica_model_workspace_bytes(const mica_model_description *model);

/// A C identifier that does not begin as the runtime's names do.
MICA_API bool mica_model_is_prefix(mica_string text);
/// Such a prefix made of a file name without folder and suffix: every character that no
/// identifier has becomes `_`. Owned by the context.
MICA_API mica_string mica_model_prefix_of_path(mica_context *context, const char *path);

/// Writes `model.h`. False when `write` failed or memory is out.
MICA_API bool mica_model_write_header(const mica_model_description *model, mica_write_fn write,
                                      void *user);

/// Adds to a module of the llvm dialect what docs/ahead-of-time.md lists: the constant
/// mica_rt_model, the compute function and the four wrappers. All that the module defined
/// before becomes internal, so that models share no names. False after a diagnostic.
MICA_API bool mica_model_emit_entry(const mica_model_description *model, mica_op *module);
/// Adds `main`, which calls mica_model_main (tools/support/model_main.h).
MICA_API bool mica_model_emit_main(const mica_model_description *model, mica_op *module);

/// How many symbols the entry code exports, and their names: "digits_info", ...
enum { MICA_MODEL_SYMBOL_COUNT = 4 };
/// `name` has room for `size` bytes; false when it does not fit.
MICA_API bool mica_model_symbol(const mica_model_description *model, size_t index, char *name,
                                size_t size);

#ifdef __cplusplus
}
#endif

#endif
