// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The print functions of mlir-cpu-runner for interpreted programs.
#ifndef MICA_TOOLS_MICA_RUN_INTERPRET_PRINT_H
#define MICA_TOOLS_MICA_RUN_INTERPRET_PRINT_H

#include "ir/interpreter/interpreter.h"

/// printI64, printMemrefF32 and the like, as the runtime's own print them.
const mica_eval_external *interpret_print_externals(size_t *count);

#endif
