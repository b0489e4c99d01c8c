// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// LLJIT fed with finished objects: optimization and code generation are those of files
// (target.c, object.c), so that what runs in memory is what would be written. Unknown names go
// through a chain of generators: libraries, the host's table, the process.
//
//   add(module) -> object bytes -> main dylib --unknown name--> library ... -> table -> process
#include "codegen/llvm/jit.h"
#include "codegen/llvm/llvm_ir_export.h"
#include "codegen/llvm/llvm_module_internal.h"
#include "codegen/llvm/object.h"
#include "ir/core/operation.h"

#include <llvm-c/LLJIT.h>
#include <llvm-c/Orc.h>
#include <stdlib.h>

struct mica_llvm_jit {
    mica_context *context;
    const mica_llvm_target *target;
    mica_llvm_target *own_target; ///< of mica_llvm_jit_compile
    LLVMOrcLLJITRef lljit;
    LLVMOrcJITDylibRef dylib;
    mica_llvm_symbol *symbols; ///< sorted by name
    size_t symbol_count;
    bool reported; ///< the session has reported an error since this was cleared
};

static int compare_symbols(const void *a, const void *b)
{
    return strcmp(((const mica_llvm_symbol *)a)->name, ((const mica_llvm_symbol *)b)->name);
}

static void report_session_error(void *user, LLVMErrorRef error)
{
    mica_llvm_jit *jit = user;
    micai_llvm_check(jit->context, "the JIT", error);
    jit->reported = true;
}

/// Defines those of the wanted names that are in the host's table.
static LLVMErrorRef generate_host_symbols(LLVMOrcDefinitionGeneratorRef generator, void *user,
                                          LLVMOrcLookupStateRef *state, LLVMOrcLookupKind kind,
                                          LLVMOrcJITDylibRef dylib,
                                          LLVMOrcJITDylibLookupFlags flags,
                                          LLVMOrcCLookupSet wanted, size_t count)
{
    (void)generator, (void)state, (void)kind, (void)flags;
    const mica_llvm_jit *jit = user;
    LLVMOrcCSymbolMapPair *pairs = mica_calloc(count ? count : 1, sizeof *pairs);
    size_t found = 0;
    for (size_t i = 0; pairs && i < count; i++) {
        mica_llvm_symbol key = {LLVMOrcSymbolStringPoolEntryStr(wanted[i].Name), NULL};
        const mica_llvm_symbol *symbol = bsearch(&key, jit->symbols, jit->symbol_count,
                                                 sizeof *jit->symbols, compare_symbols);
        if (!symbol)
            continue;
        LLVMOrcRetainSymbolStringPoolEntry(wanted[i].Name);
        pairs[found].Name = wanted[i].Name;
        pairs[found].Sym.Address = (LLVMOrcExecutorAddress)(uintptr_t)symbol->address;
        pairs[found].Sym.Flags.GenericFlags =
            LLVMJITSymbolGenericFlagsExported | LLVMJITSymbolGenericFlagsCallable;
        found++;
    }
    LLVMErrorRef error = NULL;
    if (found > 0)
        error = LLVMOrcJITDylibDefine(dylib, LLVMOrcAbsoluteSymbols(pairs, found));
    mica_free(pairs);
    return error;
}

static bool add_libraries(mica_llvm_jit *jit, const mica_llvm_jit_options *options)
{
    char prefix = LLVMOrcLLJITGetGlobalPrefix(jit->lljit);
    for (size_t i = 0; i < options->library_count; i++) {
        LLVMOrcDefinitionGeneratorRef generator = NULL;
        LLVMErrorRef error = LLVMOrcCreateDynamicLibrarySearchGeneratorForPath(
            &generator, options->libraries[i], prefix, NULL, NULL);
        if (!micai_llvm_check(jit->context, "can't open a shared library", error))
            return false;
        LLVMOrcJITDylibAddGenerator(jit->dylib, generator);
    }
    return true;
}

static bool add_host_symbols(mica_llvm_jit *jit, const mica_llvm_jit_options *options)
{
    if (options->symbol_count == 0)
        return true;
    jit->symbols = mica_malloc(options->symbol_count * sizeof *jit->symbols);
    if (!jit->symbols)
        return false;
    memcpy(jit->symbols, options->symbols, options->symbol_count * sizeof *jit->symbols);
    jit->symbol_count = options->symbol_count;
    qsort(jit->symbols, jit->symbol_count, sizeof *jit->symbols, compare_symbols);
    LLVMOrcJITDylibAddGenerator(jit->dylib, LLVMOrcCreateCustomCAPIDefinitionGenerator(
                                                generate_host_symbols, jit, NULL));
    return true;
}

static bool start_session(mica_llvm_jit *jit, const mica_llvm_jit_options *options)
{
    LLVMErrorRef error = LLVMOrcCreateLLJIT(&jit->lljit, LLVMOrcCreateLLJITBuilder());
    if (!micai_llvm_check(jit->context, "can't start the JIT", error))
        return false;
    jit->dylib = LLVMOrcLLJITGetMainJITDylib(jit->lljit);
    LLVMOrcExecutionSessionSetErrorReporter(LLVMOrcLLJITGetExecutionSession(jit->lljit),
                                            report_session_error, jit);
    return add_libraries(jit, options) && add_host_symbols(jit, options);
}

mica_llvm_jit *mica_llvm_jit_create(mica_context *context, const mica_llvm_target *target,
                                    const mica_llvm_jit_options *options)
{
    static const mica_llvm_jit_options defaults = {0};
    mica_llvm_jit *jit = mica_calloc(1, sizeof *jit);
    if (!jit)
        return NULL;
    jit->context = context;
    jit->target = target;
    mica_context *outer = micai_llvm_enter(context);
    bool ok = start_session(jit, options ? options : &defaults);
    micai_llvm_leave(outer);
    if (ok)
        return jit;
    mica_llvm_jit_destroy(jit);
    return NULL;
}

void mica_llvm_jit_destroy(mica_llvm_jit *jit)
{
    if (!jit)
        return;
    if (jit->lljit)
        micai_llvm_check(jit->context, "the JIT", LLVMOrcDisposeLLJIT(jit->lljit));
    mica_llvm_target_destroy(jit->own_target);
    mica_free(jit->symbols);
    mica_free(jit);
}

bool mica_llvm_jit_add(mica_llvm_jit *jit, mica_llvm_module *module)
{
    mica_llvm_buffer object = {0};
    bool ok = mica_llvm_optimize(module, jit->target) &&
              mica_llvm_emit(module, jit->target, MICA_LLVM_OBJECT, &object);
    mica_llvm_module_destroy(module);
    if (!ok)
        return false;
    mica_context *outer = micai_llvm_enter(jit->context);
    // The JIT takes over the memory buffer.
    LLVMErrorRef error = LLVMOrcLLJITAddObjectFile(jit->lljit, jit->dylib, object.owner);
    micai_llvm_leave(outer);
    return micai_llvm_check(jit->context, "the JIT can't take a module", error);
}

mica_llvm_address mica_llvm_jit_find(mica_llvm_jit *jit, const char *name)
{
    LLVMOrcExecutorAddress address = 0;
    mica_context *outer = micai_llvm_enter(jit->context);
    jit->reported = false;
    LLVMErrorRef error = LLVMOrcLLJITLookup(jit->lljit, &address, name);
    micai_llvm_leave(outer);
    if (error && jit->reported) {
        // The session has said which symbols are missing; this would only add "failed".
        LLVMConsumeError(error);
        return NULL;
    }
    if (!micai_llvm_check(jit->context, "the JIT", error))
        return NULL;
    return (mica_llvm_address)(uintptr_t)address;
}

mica_llvm_jit *mica_llvm_jit_compile(mica_op *module)
{
    mica_context *context = mica_op_context(module);
    mica_llvm_target *target = mica_llvm_target_create(context, NULL);
    mica_llvm_jit *jit = target ? mica_llvm_jit_create(context, target, NULL) : NULL;
    if (!jit) {
        mica_llvm_target_destroy(target);
        return NULL;
    }
    jit->own_target = target;
    mica_llvm_module *native = mica_llvm_export(module, NULL);
    if (native && mica_llvm_jit_add(jit, native))
        return jit;
    mica_llvm_jit_destroy(jit);
    return NULL;
}
