// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Target machines and pipelines. Only the host's code generator is initialized unless a triple
// is named: initializing all of them costs every start several milliseconds.
#include "codegen/llvm/target.h"
#include "codegen/llvm/llvm_module_internal.h"

#include <llvm-c/Target.h>
#include <llvm-c/Transforms/PassBuilder.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

static pthread_once_t native_once = PTHREAD_ONCE_INIT;
static pthread_once_t all_once = PTHREAD_ONCE_INIT;

static void initialize_native(void)
{
    LLVMInitializeNativeTarget();
    LLVMInitializeNativeAsmPrinter();
    LLVMInitializeNativeAsmParser();
}

static void initialize_all(void)
{
    LLVMInitializeAllTargetInfos();
    LLVMInitializeAllTargets();
    LLVMInitializeAllTargetMCs();
    LLVMInitializeAllAsmPrinters();
    LLVMInitializeAllAsmParsers();
}

/// CPU and features that LLVM gets; both from LLVM's allocator.
typedef struct machine_names {
    char *cpu, *features;
} machine_names;

static char *join_features(const char *first, const char *second)
{
    size_t size = strlen(first) + strlen(second) + 2;
    char *joined = mica_malloc(size);
    if (joined)
        snprintf(joined, size, "%s%s%s", first, *first && *second ? "," : "", second);
    return joined;
}

static char *copy_text(const char *text)
{
    char *copy = mica_malloc(strlen(text) + 1);
    return copy ? strcpy(copy, text) : NULL;
}

static machine_names choose_names(const mica_llvm_target_options *options, bool is_host)
{
    machine_names names = {NULL, NULL};
    const char *asked = options->features ? options->features : "";
    bool native = options->cpu ? strcmp(options->cpu, "native") == 0 : is_host;
    if (!native) {
        names.cpu = copy_text(options->cpu ? options->cpu : "");
        names.features = copy_text(asked);
        return names;
    }
    char *cpu = LLVMGetHostCPUName();
    char *features = LLVMGetHostCPUFeatures();
    names.cpu = copy_text(cpu);
    names.features = join_features(features, asked);
    LLVMDisposeMessage(cpu);
    LLVMDisposeMessage(features);
    return names;
}

static LLVMTargetMachineRef
make_machine(mica_context *context, const mica_llvm_target_options *options, const char *triple)
{
    static const LLVMCodeGenOptLevel levels[] = {LLVMCodeGenLevelNone, LLVMCodeGenLevelLess,
                                                 LLVMCodeGenLevelDefault,
                                                 LLVMCodeGenLevelAggressive};
    LLVMTargetRef generator = NULL;
    char *message = NULL;
    if (LLVMGetTargetFromTriple(triple, &generator, &message)) {
        micai_llvm_report(context, "no such target", message);
        return NULL;
    }
    machine_names names = choose_names(options, !options->triple);
    LLVMTargetMachineRef machine = NULL;
    if (names.cpu && names.features && LLVMTargetHasTargetMachine(generator))
        machine = LLVMCreateTargetMachine(generator, triple, names.cpu, names.features,
                                          levels[options->optimization], LLVMRelocPIC,
                                          LLVMCodeModelDefault);
    mica_free(names.cpu);
    mica_free(names.features);
    if (!machine)
        mica_diagnostic_emit(mica_error(context, mica_location_unknown(),
                                        "no code generator for target '%s'", triple));
    return machine;
}

mica_llvm_target *mica_llvm_target_create(mica_context *context,
                                          const mica_llvm_target_options *options)
{
    static const mica_llvm_target_options defaults = {0};
    if (!options)
        options = &defaults;
    if (options->optimization > 3) {
        mica_diagnostic_emit(mica_error(context, mica_location_unknown(),
                                        "optimization level %u is not one of 0 to 3",
                                        options->optimization));
        return NULL;
    }
    if (options->triple)
        pthread_once(&all_once, initialize_all);
    else
        pthread_once(&native_once, initialize_native);
    mica_llvm_target *target = mica_calloc(1, sizeof *target);
    if (!target)
        return NULL;
    mica_context *outer = micai_llvm_enter(context);
    target->context = context;
    target->optimization = options->optimization;
    target->triple = options->triple ? LLVMNormalizeTargetTriple(options->triple)
                                     : LLVMGetDefaultTargetTriple();
    target->machine = make_machine(context, options, target->triple);
    if (target->machine)
        target->layout = LLVMCreateTargetDataLayout(target->machine);
    micai_llvm_leave(outer);
    if (target->machine)
        return target;
    mica_llvm_target_destroy(target);
    return NULL;
}

void mica_llvm_target_destroy(mica_llvm_target *target)
{
    if (!target)
        return;
    if (target->layout)
        LLVMDisposeTargetData(target->layout);
    if (target->machine)
        LLVMDisposeTargetMachine(target->machine);
    LLVMDisposeMessage(target->triple);
    mica_free(target);
}

const char *mica_llvm_target_triple(const mica_llvm_target *target)
{
    return target->triple;
}

unsigned mica_llvm_target_pointer_size(const mica_llvm_target *target)
{
    return LLVMPointerSize(target->layout);
}

static LLVMPassBuilderOptionsRef make_pass_options(unsigned optimization)
{
    LLVMPassBuilderOptionsRef options = LLVMCreatePassBuilderOptions();
    bool vectorize = optimization >= 2;
    LLVMPassBuilderOptionsSetLoopVectorization(options, vectorize);
    LLVMPassBuilderOptionsSetSLPVectorization(options, vectorize);
    LLVMPassBuilderOptionsSetLoopInterleaving(options, vectorize);
    LLVMPassBuilderOptionsSetLoopUnrolling(options, optimization >= 2);
    return options;
}

bool mica_llvm_optimize(mica_llvm_module *module, const mica_llvm_target *target)
{
    // LLVM's own pipelines leave the matrix intrinsics, which no machine has.
    static const char *const pipelines[] = {
        "function(lower-matrix-intrinsics<minimal>),default<O0>",
        "function(lower-matrix-intrinsics),default<O1>",
        "function(lower-matrix-intrinsics),default<O2>",
        "function(lower-matrix-intrinsics),default<O3>"};
    if (!micai_llvm_add_soft_float(module))
        return false;
    LLVMSetTarget(module->module, target->triple);
    LLVMSetModuleDataLayout(module->module, target->layout);
    if (!mica_llvm_module_verify(module))
        return false;
    mica_context *outer = micai_llvm_enter(module->context);
    LLVMPassBuilderOptionsRef options = make_pass_options(target->optimization);
    LLVMErrorRef error = LLVMRunPasses(module->module, pipelines[target->optimization],
                                       target->machine, options);
    LLVMDisposePassBuilderOptions(options);
    micai_llvm_leave(outer);
    return micai_llvm_check(module->context, "LLVM's pass pipeline", error) && !module->failed;
}
