// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The last step of a model: machine code, to be written or run.
#ifndef MICA_TOOLS_DRIVER_MODEL_NATIVE_H
#define MICA_TOOLS_DRIVER_MODEL_NATIVE_H

#include "codegen/llvm/llvm_module.h"
#include "codegen/llvm/target.h"
#include "tools/driver/model_driver.h"

/// No function of a model may use more stack: threads of host programs are often given little.
enum { MODEL_STACK_LIMIT = 64 * 1024 };

/// As mica_llvm_target_create, but what LLVM only warns of (a CPU or feature that it does not
/// know, which it ignores) is an error. From then on a fatal error of LLVM ends the program
/// with status 1. NULL after a message.
mica_llvm_target *model_target_create(mica_context *context,
                                      const mica_llvm_target_options *options);

/// The LLVM module of a lowered model, not optimized yet. A function over the stack limit is an
/// error when its code is made. NULL after a diagnostic.
mica_llvm_module *model_driver_export(model_driver *driver);

#endif
