// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Compiles a module of the llvm dialect in memory and calls a function of it. The print
// functions and the runtime are in this program: files need no shared library for them.
#include "tools/mica-run/run_function.h"

#include "codegen/llvm/jit.h"
#include "codegen/llvm/llvm_ir_export.h"
#include "dialects/llvm/llvm.h"
#include "dialects/llvm/llvm_ops.h"
#include "ir/core/context.h"
#include "ir/core/symbol_table.h"
#include "ir/text/text.h"
#include "runtime/mica_rt_symbols.h"
#include "runtime/print/mica_rt_print.h"
#include "tools/command/command.h"
#include "tools/driver/model_native.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

// ---- calling

static void call_void(mica_llvm_address function)
{
    function();
}

static void call_i32(mica_llvm_address function)
{
    printf("%" PRId32 "\n", ((int32_t(*)(void))function)());
}

static void call_i64(mica_llvm_address function)
{
    printf("%" PRId64 "\n", ((int64_t(*)(void))function)());
}

static void call_f32(mica_llvm_address function)
{
    printf("%e\n", (double)((float (*)(void))function)());
}

static void call_f64(mica_llvm_address function)
{
    printf("%e\n", ((double (*)(void))function)());
}

static bool is_void(const mica_type *type)
{
    return mica_llvm_type_is_void(type);
}

static bool is_i32(const mica_type *type)
{
    return mica_type_is_signless(type, 32);
}

static bool is_i64(const mica_type *type)
{
    return mica_type_is_signless(type, 64);
}

static bool is_f32(const mica_type *type)
{
    return mica_type_is_float_kind(type, MICA_FLOAT_F32);
}

static bool is_f64(const mica_type *type)
{
    return mica_type_is_float_kind(type, MICA_FLOAT_F64);
}

static const struct result_row {
    const char *name;
    bool (*matches)(const mica_type *type);
    void (*call)(mica_llvm_address function);
} result_rows[] = {
    {"void", is_void, call_void}, {"i32", is_i32, call_i32}, {"i64", is_i64, call_i64},
    {"f32", is_f32, call_f32},    {"f64", is_f64, call_f64},
};

static const struct result_row *find_result(const char *name)
{
    for (size_t i = 0; i < sizeof result_rows / sizeof *result_rows; i++)
        if (strcmp(result_rows[i].name, name) == 0)
            return &result_rows[i];
    fprintf(stderr, "error: no such result type: '%s'; it is void, i32, i64, f32 or f64\n",
            name);
    return NULL;
}

/// The entry must be there, have a body, take nothing and return what was said.
static bool check_entry(mica_op *module, const char *name, const struct result_row *result)
{
    mica_op *function = mica_symbol_find_in(module, mica_string_from(name));
    if (!mica_op_is(function, &mica_llvm_func_kind) ||
        mica_region_is_empty(mica_op_region(function, 0))) {
        fprintf(stderr, "error: no llvm.func '%s' with a body\n", name);
        return false;
    }
    const mica_type *type = mica_type_attr_value(mica_op_attr(function, "function_type"));
    if (mica_llvm_function_input_count(type) > 0) {
        fprintf(stderr, "error: '%s' takes arguments\n", name);
        return false;
    }
    // As upstream: asked for nothing, a result is dropped.
    if (strcmp(result->name, "void") != 0 &&
        !result->matches(mica_llvm_function_result(type))) {
        fprintf(stderr, "error: '%s' does not return %s\n", name, result->name);
        return false;
    }
    return true;
}

// ---- symbols

/// The tables of the runtime and of the print functions as one; from malloc.
static mica_llvm_symbol *collect_symbols(size_t *count)
{
    const mica_rt_symbol *tables[2];
    size_t counts[2];
    tables[0] = mica_rt_symbols(&counts[0]);
    tables[1] = mica_rt_print_symbols(&counts[1]);
    mica_llvm_symbol *symbols = malloc((counts[0] + counts[1]) * sizeof *symbols);
    *count = 0;
    for (size_t i = 0; symbols && i < 2; i++) {
        for (size_t j = 0; j < counts[i]; j++) {
            symbols[*count].name = tables[i][j].name;
            symbols[(*count)++].address = tables[i][j].function;
        }
    }
    return symbols;
}

static bool compile_and_call(mica_context *context, mica_op *module,
                             const run_function_options *options,
                             const struct result_row *result)
{
    mica_llvm_target_options target_options = {.struct_size = sizeof target_options,
                                               .optimization = options->optimization};
    mica_llvm_jit_options jit_options = {.struct_size = sizeof jit_options,
                                         .libraries = options->libraries,
                                         .library_count = options->library_count};
    mica_llvm_symbol *symbols = collect_symbols(&jit_options.symbol_count);
    jit_options.symbols = symbols;
    mica_llvm_target *target = model_target_create(context, &target_options);
    mica_llvm_jit *jit =
        symbols && target ? mica_llvm_jit_create(context, target, &jit_options) : NULL;
    mica_llvm_module *native = jit ? mica_llvm_export(module, NULL) : NULL;
    bool ok = native && mica_llvm_jit_add(jit, native);
    mica_llvm_address function = ok ? mica_llvm_jit_find(jit, options->entry) : NULL;
    if (function)
        result->call(function);
    fflush(stdout);
    mica_llvm_jit_destroy(jit);
    mica_llvm_target_destroy(target);
    free(symbols);
    return function != NULL;
}

bool run_function(const run_function_options *options)
{
    const struct result_row *result = find_result(options->result);
    mica_context *context = result ? command_context_create() : NULL;
    if (!context)
        return false;
    mica_op *module = command_parse_file(context, options->input);
    bool ok = module && check_entry(module, options->entry, result) &&
              compile_and_call(context, module, options, result);
    if (module)
        mica_op_destroy(module);
    command_context_destroy(context);
    return ok;
}
