// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A model on its way from a file to the llvm dialect.
//
//   model_driver driver = {.device = find_model_device("cpu")};
//   bool ok = model_driver_read(&driver, context, "digits.onnx") &&
//             model_driver_describe(&driver, "digits.onnx", NULL, NULL) &&
//             model_driver_lower(&driver);
//   ... driver.module is of the llvm dialect, with the entry code of docs/ahead-of-time.md
//   model_driver_end(&driver);
//
// Each call is false after a diagnostic on stderr.
#ifndef MICA_TOOLS_DRIVER_MODEL_DRIVER_H
#define MICA_TOOLS_DRIVER_MODEL_DRIVER_H

#include "codegen/package/model_description.h"
#include "ir/core/context.h"
#include "tools/driver/model_sizes.h"

/// What a model is compiled for: named pipelines of transforms/pipelines.c.
typedef struct model_device {
    const char *name;
    const char *to_kernels;   ///< from linalg on tensors to gpu.binary; NULL: has no kernels
    const char *to_buffers;   ///< to functions on buffers: inputs, outputs, memory
    const char *to_functions; ///< to many functions, once their buffers are known to be apart;
                              ///< NULL: stays one
    const char *to_llvm;      ///< from there to the llvm dialect
} model_device;

/// NULL after a message that lists what there is.
const model_device *find_model_device(const char *name);

/// Where the weights of a lowered model are.
typedef enum model_weights_mode {
    MODEL_WEIGHTS_IN_MODULE, ///< constants among others: right for text
    MODEL_WEIGHTS_IN_OBJECT, ///< in `weights` now, later in the object
    MODEL_WEIGHTS_IN_FILE,   ///< in `weights` now, later in a side file
    MODEL_WEIGHTS_GIVEN,     ///< in `weights`; who runs the model gives them to it
} model_weights_mode;

/// Who wants to know how far a model is. Stages of one model don't nest:
///
///   "read"  "types"  "linalg"  "kernels"  "buffers"  "llvm"
///   "LLVM IR"  "optimization"  "machine code"  "link"
typedef struct model_watcher {
    void *user;
    void (*begin)(void *user, const char *stage);
    /// With what the stage made of the module, while it is there; `ok` false: it failed.
    void (*end)(void *user, const char *stage, mica_op *module, bool ok);
} model_watcher;

typedef struct model_driver {
    const model_device *device;
    const model_sizes *sizes;     ///< to bind when the model is read; borrowed, may be NULL
    bool has_profile;             ///< the model counts the time of its parts
    const model_watcher *watcher; ///< borrowed, may be NULL
    mica_context *context;        ///< borrowed
    const char *reproducer;       ///< file that gets what replays a failing pass; or NULL
    mica_op *module;
    mica_op *entry; ///< in the module, while it is a func.func
    mica_model_description *description;
    model_weights_mode weights_mode;
    mica_model_weights *weights; ///< NULL: the module has them, or there are none
} model_driver;

/// Reads a model, an ONNX file (*.onnx) or MLIR text. The context is one of
/// command_context_create.
bool model_driver_read(model_driver *driver, mica_context *context, const char *path);
/// Chooses the function `entry` (NULL: the only public one, or "main_graph" or "main" among
/// several), drops what it does not use and describes it. `prefix` NULL: from the file's name.
bool model_driver_describe(model_driver *driver, const char *path, const char *entry,
                           const char *prefix);
/// From the onnx dialect to linalg on tensors.
bool model_driver_to_linalg(model_driver *driver);
/// To kernels as binaries beside the code that launches them; for devices that have kernels.
bool model_driver_to_kernels(model_driver *driver);
/// From the described model to the llvm dialect with its entry code, through all of the above.
bool model_driver_lower(model_driver *driver);
/// Brackets the work of a stage that is not the driver's. The end returns `ok`.
void model_stage_begin(const model_driver *driver, const char *stage);
bool model_stage_end(const model_driver *driver, const char *stage, bool ok);
/// Frees what was made. Not the context.
void model_driver_end(model_driver *driver);

#endif
