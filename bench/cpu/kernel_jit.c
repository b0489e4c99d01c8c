// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Compiling kernels for the benchmarks; see kernel_jit.h.
#include "bench/cpu/kernel_jit.h"

#include "codegen/llvm/jit.h"
#include "codegen/llvm/llvm_ir_export.h"
#include "ir/core/context.h"
#include "ir/core/interfaces.h"
#include "ir/core/symbol_table.h"
#include "ir/text/text.h"
#include "runtime/mica_rt_symbols.h"
#include "tools/command/command.h"
#include "transforms/pass/pass_manager.h"
#include "transforms/pass/pass_registry.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct kernel_jit {
    mica_context *context;
    mica_llvm_target *target;
    mica_llvm_jit *jit;
    kernel_fn function;
    kernel_bytes arena;
};

static bool run_passes(mica_context *context, mica_op *module, const char *text)
{
    mica_pass_registry *registry = mica_pass_registry_create();
    mica_pass_manager *manager = NULL;
    bool ok = registry && mica_pass_registry_add_all(registry);
    if (ok)
        manager = mica_pass_manager_create(context, registry, NULL);
    ok = manager && mica_pass_manager_append(manager, mica_string_from(text)) &&
         mica_pass_manager_run(manager, module);
    mica_pass_manager_destroy(manager);
    mica_pass_registry_destroy(registry);
    return ok;
}

typedef struct copy_count {
    size_t allocations, copies;
} copy_count;

static mica_walk_result count_copies(void *user, mica_op *op)
{
    copy_count *count = user;
    count->allocations += mica_string_is(mica_op_name(op), "memref.view");
    count->copies += mica_string_is(mica_op_name(op), "memref.copy");
    return MICA_WALK_ADVANCE;
}

static void report_copies(mica_op *module, const char *name)
{
    copy_count count = {0, 0};
    mica_op_walk_pre(module, count_copies, &count);
    printf("%s, bufferized: %zu places in the arena, %zu memref.copy\n", name,
           count.allocations, count.copies);
}

/// The arena is the last argument of the bufferized function.
static bool make_arena(kernel_jit *jit, mica_op *module, const char *name)
{
    mica_op *function = mica_symbol_find_in(module, mica_string_from(name));
    if (!function)
        return false;
    const mica_type *type =
        mica_function_argument_type(function, mica_function_argument_count(function) - 1);
    const int64_t bytes = mica_type_shape(type)[0];
    char *data = aligned_alloc(64, ((size_t)bytes + 64) / 64 * 64);
    jit->arena = (kernel_bytes){data, data, 0, {bytes}, {1}};
    return data != NULL;
}

static bool compile(kernel_jit *jit, mica_op *module)
{
    const mica_llvm_target_options target = {.struct_size = sizeof target, .optimization = 3};
    mica_llvm_jit_options options = {.struct_size = sizeof options};
    size_t count;
    const mica_rt_symbol *runtime = mica_rt_symbols(&count);
    mica_llvm_symbol *symbols = calloc(count, sizeof *symbols);
    if (!symbols)
        return false;
    for (size_t i = 0; i < count; i++)
        symbols[i] = (mica_llvm_symbol){runtime[i].name, runtime[i].function};
    options.symbols = symbols;
    options.symbol_count = count;
    jit->target = mica_llvm_target_create(jit->context, &target);
    if (jit->target)
        jit->jit = mica_llvm_jit_create(jit->context, jit->target, &options);
    mica_llvm_module *native = jit->jit ? mica_llvm_export(module, NULL) : NULL;
    return native && mica_llvm_jit_add(jit->jit, native);
}

kernel_jit *kernel_jit_create(const char *text, const char *name)
{
    kernel_jit *jit = calloc(1, sizeof *jit);
    if (!jit)
        return NULL;
    jit->context = command_context_create();
    mica_op *module = NULL;
    if (jit->context)
        module = mica_parse_source(jit->context, mica_string_from(text),
                                   mica_string_from("kernel"), NULL);
    bool ok = module && run_passes(jit->context, module, "mica-cpu-to-buffers");
    if (ok)
        report_copies(module, name);
    ok = ok && make_arena(jit, module, name) &&
         run_passes(jit->context, module, "mica-cpu-to-llvm") && compile(jit, module);
    if (module)
        mica_op_destroy(module);
    char symbol[128];
    snprintf(symbol, sizeof symbol, "_mlir_ciface_%s", name);
    jit->function = ok ? mica_llvm_jit_find(jit->jit, symbol) : NULL;
    if (jit->function)
        return jit;
    kernel_jit_destroy(jit);
    return NULL;
}

void kernel_jit_destroy(kernel_jit *jit)
{
    if (!jit)
        return;
    mica_llvm_jit_destroy(jit->jit);
    mica_llvm_target_destroy(jit->target);
    mica_context_destroy(jit->context);
    free(jit->arena.allocated);
    free(jit);
}

kernel_fn kernel_jit_function(const kernel_jit *jit)
{
    return jit->function;
}

kernel_bytes *kernel_jit_arena(kernel_jit *jit)
{
    return &jit->arena;
}
