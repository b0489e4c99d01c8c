// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Running one function of a .mlir file, as mlir-cpu-runner does.
#ifndef MICA_TOOLS_MICA_RUN_RUN_FUNCTION_H
#define MICA_TOOLS_MICA_RUN_RUN_FUNCTION_H

#include "ir/core/types_forward.h"

typedef struct run_function_options {
    const char *input;      ///< file, "-": standard input
    const char *entry;      ///< the function's name
    const char *result;     ///< "void", "i32", "i64", "f32" or "f64"
    const char **libraries; ///< shared libraries with functions that the file calls
    size_t library_count;
    unsigned optimization; ///< 0 to 3
} run_function_options;

/// Compiles the file in memory, calls the function (which takes no arguments) and prints its
/// result. False after a message.
bool run_function(const run_function_options *options);

#endif
