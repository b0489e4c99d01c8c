// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// micac: compiles a model. A stage is a line of the table: the passes, as text, that lead to it
// from the module that was read.
#include "dialects/onnx/reader/import.h"
#include "ir/core/verifier.h"
#include "ir/text/text.h"
#include "tools/command/command.h"
#include "transforms/pass/pass_manager.h"
#include "transforms/pass/pass_registry.h"

#include <stdio.h>
#include <string.h>

static const struct stage {
    const char *name, *summary;
    const char *pipeline; ///< NULL: the module as it was read
} stages[] = {
    {"mlir", "the model as a module of the onnx dialect", NULL},
    {"linalg", "linalg ops on tensors", "builtin.module(mica-onnx-to-linalg)"},
};
#define STAGE_COUNT (sizeof stages / sizeof *stages)

typedef struct compile_options {
    const struct stage *stage;
    const char *input, *output;
    bool help;
} compile_options;

static int print_help(void)
{
    fputs("usage: micac MODEL [-o OUTPUT] --emit=STAGE\n\n"
          "Compiles MODEL, an ONNX file (*.onnx) or MLIR text, and writes OUTPUT\n"
          "(default \"-\", standard output).\n\n",
          stdout);
    for (size_t i = 0; i < STAGE_COUNT; i++)
        printf("  --emit=%-12s %s\n", stages[i].name, stages[i].summary);
    fputs("  -o OUTPUT           where to write\n"
          "  --help              this text\n",
          stdout);
    return 0;
}

static const struct stage *find_stage(const char *name)
{
    for (size_t i = 0; i < STAGE_COUNT; i++)
        if (strcmp(name, stages[i].name) == 0)
            return &stages[i];
    fprintf(stderr, "error: can't emit '%s'; see --help\n", name);
    return NULL;
}

static bool read_options(int count, char **arguments, compile_options *made)
{
    for (int i = 1; i < count; i++) {
        const char *argument = arguments[i];
        const char *stage = command_option(argument, "emit");
        if (stage) {
            made->stage = find_stage(stage);
            if (!made->stage)
                return false;
        } else if (command_flag(argument, "help"))
            made->help = true;
        else if (command_flag(argument, "o") && i + 1 < count)
            made->output = arguments[++i];
        else if (argument[0] != '-' && !made->input)
            made->input = argument;
        else
            return fprintf(stderr, "error: unexpected '%s'; see --help\n", argument) < 0;
    }
    if (!made->help && (!made->input || !made->stage))
        return fputs("error: a model and --emit=STAGE are needed; see --help\n", stderr) < 0;
    return true;
}

static bool ends_with(const char *text, const char *suffix)
{
    const size_t length = strlen(text), tail = strlen(suffix);
    return length >= tail && strcmp(text + length - tail, suffix) == 0;
}

static mica_op *read_model(mica_context *context, const char *path)
{
    if (!ends_with(path, ".onnx"))
        return command_parse_file(context, path);
    mica_op *module = command_input_check(path) ? mica_onnx_import(context, path, NULL) : NULL;
    if (!module || mica_op_verify(module))
        return module;
    mica_op_destroy(module);
    return NULL;
}

static bool run_pipeline(mica_context *context, mica_op *module, const char *pipeline)
{
    mica_pass_registry *registry = mica_pass_registry_create();
    mica_pass_manager *manager = NULL;
    if (registry && mica_pass_registry_add_all(registry))
        manager = mica_pass_manager_create(context, registry, "builtin.module");
    const bool ok = manager && mica_pass_manager_parse(manager, mica_string_from(pipeline)) &&
                    mica_pass_manager_run(manager, module);
    if (manager)
        mica_pass_manager_destroy(manager);
    if (registry)
        mica_pass_registry_destroy(registry);
    return ok;
}

static bool compile(mica_context *context, mica_op *module, const compile_options *options)
{
    const char *pipeline = options->stage->pipeline;
    if (pipeline && !run_pipeline(context, module, pipeline))
        return false;
    command_output file;
    return command_output_begin(&file, options->output) &&
           command_output_end(&file, mica_print_op(module, NULL, command_output_write, &file));
}

int main(int count, char **arguments)
{
    compile_options options = {.output = "-"};
    if (!read_options(count, arguments, &options))
        return 1;
    if (options.help)
        return print_help();
    mica_context *context = command_context_create();
    if (!context)
        return 1;
    mica_op *module = read_model(context, options.input);
    const bool ok = module && compile(context, module, &options);
    if (module)
        mica_op_destroy(module);
    command_context_destroy(context);
    return ok ? 0 : 1;
}
