// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Running a whole model on tensors from files.
#ifndef MICA_TOOLS_MICA_RUN_RUN_MODEL_H
#define MICA_TOOLS_MICA_RUN_RUN_MODEL_H

#include "tools/driver/model_sizes.h"

#include <stdbool.h>

typedef struct run_model_options {
    const char *input;        ///< the model: *.onnx, or MLIR text
    const char *device;       ///< "cpu" or "vulkan"
    const char *entry;        ///< NULL: the only public function
    const model_sizes *sizes; ///< to bind at compile time
    unsigned optimization;
    bool has_profile;    ///< the time of each part is printed
    bool is_interpreted; ///< not compiled; the next two are for this
    uint64_t max_steps;  ///< 0: the interpreter's default
    bool reports_steps;  ///< how many ops were run, to standard error
    char **arguments;    ///< for mica_model_main_with; [0] is the program's name
    int argument_count;
} run_model_options;

/// Compiles the model in memory, or interprets it on tensors, and gives it the arguments. The
/// exit status.
int run_model(const run_model_options *options);

#endif
