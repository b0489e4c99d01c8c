// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What the files of this folder share: the module, and how LLVM's errors become diagnostics.
#ifndef MICA_CODEGEN_LLVM_LLVM_MODULE_INTERNAL_H
#define MICA_CODEGEN_LLVM_LLVM_MODULE_INTERNAL_H

#include "codegen/llvm/llvm_module.h"
#include "codegen/llvm/target.h"
#include "ir/core/context.h"
#include "ir/core/diagnostics.h"
#include "ir/core/location.h"

#include <llvm-c/Core.h>
#include <llvm-c/Error.h>
#include <llvm-c/TargetMachine.h>

struct mica_llvm_module {
    mica_context *context;
    LLVMContextRef llvm;
    LLVMModuleRef module; ///< NULL when it was consumed
    size_t stack_limit;   ///< bytes; 0: none
    bool failed;          ///< LLVM has reported an error
};

struct mica_llvm_target {
    mica_context *context;
    LLVMTargetMachineRef machine;
    LLVMTargetDataRef layout;
    char *triple;
    unsigned optimization;
};

/// An empty module that reports LLVM's diagnostics to `context`. NULL when out of memory.
mica_llvm_module *micai_llvm_module_create(mica_context *context, const char *name);
/// Reports `message` (freed here, may be NULL) behind `what`; returns false.
bool micai_llvm_report(mica_context *context, const char *what, char *message);
/// Reports and frees an LLVM error; true when there is none.
bool micai_llvm_check(mica_context *context, const char *what, LLVMErrorRef error);
/// Defines what code generators may call for 16-bit floats and integer powers (soft_float.c),
/// where the module has them. False after a diagnostic.
bool micai_llvm_add_soft_float(mica_llvm_module *module);
/// Calls that may end in LLVM's fatal error handler stand between enter and leave, so that it
/// finds the context to report to. They nest: leave takes what enter returned.
mica_context *micai_llvm_enter(mica_context *context);
void micai_llvm_leave(mica_context *previous);

#endif
