// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Running one function of a .mlir file by interpretation: any dialects, no compiler.
#ifndef MICA_TOOLS_MICA_RUN_INTERPRET_FUNCTION_H
#define MICA_TOOLS_MICA_RUN_INTERPRET_FUNCTION_H

#include "ir/core/types_forward.h"

typedef struct interpret_function_options {
    const char *input;  ///< file, "-": standard input
    const char *entry;  ///< the function's name
    uint64_t max_steps; ///< 0: the interpreter's default
    bool reports_steps; ///< how many ops were run, to standard error
} interpret_function_options;

/// Interprets the function (which takes no arguments) and prints its results, one a line:
/// floats as %e, integers and indices in decimal. False after a message.
bool interpret_function(const interpret_function_options *options);

#endif
