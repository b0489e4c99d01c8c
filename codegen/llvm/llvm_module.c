// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Life of an LLVM module, and the three ways in which LLVM reports trouble, all led to the
// diagnostic handler of the Mica context: returned messages and errors, diagnostics of the LLVM
// context, and the process-wide fatal error handler. The last has no user pointer, hence the
// only thread-local variable of the library: the context at work in this thread.
#include "codegen/llvm/llvm_module_internal.h"

#include <llvm-c/Analysis.h>
#include <llvm-c/BitWriter.h>
#include <llvm-c/ErrorHandling.h>
#include <llvm-c/IRReader.h>
#include <llvm-c/Linker.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

static _Thread_local mica_context *current_context;
static pthread_once_t fatal_handler_once = PTHREAD_ONCE_INIT;

/// As LLVM's own handler, one for the process.
static void (*fatal_hook)(void);

void mica_llvm_set_fatal_hook(void (*hook)(void))
{
    fatal_hook = hook;
}

static void report_fatal(const char *reason)
{
    if (current_context)
        mica_diagnostic_emit(mica_error(current_context, mica_location_unknown(),
                                        "LLVM can't go on: %s", reason));
    if (fatal_hook)
        fatal_hook();
}

static void install_fatal_handler(void)
{
    LLVMInstallFatalErrorHandler(report_fatal);
}

mica_context *micai_llvm_enter(mica_context *context)
{
    mica_context *previous = current_context;
    pthread_once(&fatal_handler_once, install_fatal_handler);
    current_context = context;
    return previous;
}

void micai_llvm_leave(mica_context *previous)
{
    current_context = previous;
}

bool micai_llvm_report(mica_context *context, const char *what, char *message)
{
    mica_diagnostic_emit(mica_error(context, mica_location_unknown(), "%s: %s", what,
                                    message ? message : "unknown error"));
    LLVMDisposeMessage(message);
    return false;
}

bool micai_llvm_check(mica_context *context, const char *what, LLVMErrorRef error)
{
    if (!error)
        return true;
    char *message = LLVMGetErrorMessage(error);
    mica_diagnostic_emit(mica_error(context, mica_location_unknown(), "%s: %s", what, message));
    LLVMDisposeErrorMessage(message);
    return false;
}

/// The words behind the place that LLVM writes when it knows none.
static const char *skip_unknown_place(const char *text)
{
    static const char place[] = "<unknown>:0:0: ";
    return strncmp(text, place, sizeof place - 1) == 0 ? text + sizeof place - 1 : text;
}

/// The frame-size warning carries no kind in LLVM-C; its words are the only mark.
static bool is_stack_warning(const char *text)
{
    return strncmp(text, "stack frame size", strlen("stack frame size")) == 0;
}

static void take_diagnostic(LLVMDiagnosticInfoRef info, void *user)
{
    mica_llvm_module *module = user;
    static const mica_severity severities[] = {
        [LLVMDSError] = MICA_SEVERITY_ERROR,
        [LLVMDSWarning] = MICA_SEVERITY_WARNING,
        [LLVMDSRemark] = MICA_SEVERITY_REMARK,
        [LLVMDSNote] = MICA_SEVERITY_NOTE,
    };
    char *description = LLVMGetDiagInfoDescription(info);
    const char *text = skip_unknown_place(description);
    mica_severity severity = severities[LLVMGetDiagInfoSeverity(info)];
    if (module->stack_limit && is_stack_warning(text))
        severity = MICA_SEVERITY_ERROR;
    if (severity == MICA_SEVERITY_ERROR)
        module->failed = true;
    // Remarks say which optimizations were made and missed: of no use unless asked for.
    if (severity == MICA_SEVERITY_ERROR || severity == MICA_SEVERITY_WARNING)
        mica_diagnostic_emit(mica_diagnostic_begin(module->context, mica_location_unknown(),
                                                   severity, "%s", text));
    LLVMDisposeMessage(description);
}

static mica_llvm_module *create_empty(mica_context *context)
{
    mica_llvm_module *module = mica_calloc(1, sizeof *module);
    if (!module)
        return NULL;
    module->context = context;
    module->llvm = LLVMContextCreate();
    LLVMContextSetDiagnosticHandler(module->llvm, take_diagnostic, module);
    return module;
}

mica_llvm_module *micai_llvm_module_create(mica_context *context, const char *name)
{
    mica_llvm_module *module = create_empty(context);
    if (module)
        module->module = LLVMModuleCreateWithNameInContext(name, module->llvm);
    return module;
}

mica_llvm_module *mica_llvm_module_parse(mica_context *context, mica_string text,
                                         const char *name)
{
    mica_llvm_module *module = create_empty(context);
    if (!module)
        return NULL;
    mica_context *outer = micai_llvm_enter(context);
    LLVMMemoryBufferRef buffer =
        LLVMCreateMemoryBufferWithMemoryRangeCopy(text.data, text.length, name);
    char *message = NULL;
    bool failed = LLVMParseIRInContext(module->llvm, buffer, &module->module, &message);
    micai_llvm_leave(outer);
    if (!failed)
        return module;
    micai_llvm_report(context, "can't read LLVM IR", message);
    module->module = NULL;
    mica_llvm_module_destroy(module);
    return NULL;
}

void mica_llvm_module_destroy(mica_llvm_module *module)
{
    if (!module)
        return;
    if (module->module)
        LLVMDisposeModule(module->module);
    LLVMContextDispose(module->llvm);
    mica_free(module);
}

bool mica_llvm_module_verify(mica_llvm_module *module)
{
    char *message = NULL;
    mica_context *outer = micai_llvm_enter(module->context);
    bool broken = LLVMVerifyModule(module->module, LLVMReturnStatusAction, &message);
    micai_llvm_leave(outer);
    if (broken)
        return micai_llvm_report(module->context, "LLVM rejects the module", message);
    LLVMDisposeMessage(message);
    return true;
}

/// LLVM links within one context only, so the source travels there as bitcode.
static LLVMModuleRef move_to_context(mica_llvm_module *module, mica_llvm_module *source)
{
    LLVMModuleRef moved = NULL;
    char *message = NULL;
    LLVMMemoryBufferRef buffer = LLVMWriteBitcodeToMemoryBuffer(source->module);
    if (LLVMParseIRInContext(module->llvm, buffer, &moved, &message)) {
        micai_llvm_report(module->context, "can't move a module", message);
        return NULL;
    }
    return moved;
}

bool mica_llvm_module_link(mica_llvm_module *module, mica_llvm_module *source)
{
    mica_context *outer = micai_llvm_enter(module->context);
    LLVMModuleRef moved = move_to_context(module, source);
    mica_llvm_module_destroy(source);
    bool ok = moved && !LLVMLinkModules2(module->module, moved);
    micai_llvm_leave(outer);
    // The linker's reasons came through the diagnostic handler.
    return ok && !module->failed;
}

void mica_llvm_module_set_stack_limit(mica_llvm_module *module, size_t bytes)
{
    static const char key[] = "warn-stack-size";
    char text[32];
    module->stack_limit = bytes;
    int length = snprintf(text, sizeof text, "%zu", bytes);
    for (LLVMValueRef function = LLVMGetFirstFunction(module->module); function;
         function = LLVMGetNextFunction(function)) {
        LLVMRemoveStringAttributeAtIndex(
            function, (LLVMAttributeIndex)LLVMAttributeFunctionIndex, key, sizeof key - 1);
        if (bytes && !LLVMIsDeclaration(function))
            LLVMAddAttributeAtIndex(function, (LLVMAttributeIndex)LLVMAttributeFunctionIndex,
                                    LLVMCreateStringAttribute(module->llvm, key, sizeof key - 1,
                                                              text, (unsigned)length));
    }
}
