// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// mica-translate: between Mica's IR and other forms. Each translation is a line of the table.
#include "codegen/llvm/llvm_ir_export.h"
#include "codegen/llvm/object.h"
#include "dialects/onnx/reader/import.h"
#include "ir/core/context.h"
#include "ir/core/verifier.h"
#include "ir/text/text.h"
#include "tools/command/command.h"
#include "tools/mica-translate/serialize_spirv.h"

#include <stdio.h>

typedef mica_op *(*read_fn)(mica_context *context, const char *input);
typedef bool (*translate_fn)(mica_context *context, mica_op *module, const char *output);

static mica_op *read_text(mica_context *context, const char *input)
{
    return command_parse_file(context, input);
}

static mica_op *read_onnx(mica_context *context, const char *input)
{
    mica_op *module =
        command_input_check(input) ? mica_onnx_import(context, input, NULL) : NULL;
    if (!module || mica_op_verify(module))
        return module;
    mica_op_destroy(module);
    return NULL;
}

static bool to_text(mica_context *context, mica_op *module, const char *output)
{
    (void)context;
    command_output file;
    return command_output_begin(&file, output) &&
           command_output_end(&file, mica_print_op(module, NULL, command_output_write, &file));
}

static bool to_llvm_ir(mica_context *context, mica_op *module, const char *output)
{
    (void)context;
    mica_llvm_module *native = mica_llvm_export(module, NULL);
    mica_llvm_buffer text = {0};
    command_output file;
    bool ok = native && mica_llvm_emit(native, NULL, MICA_LLVM_IR, &text) &&
              command_output_begin(&file, output);
    if (ok)
        ok = command_output_end(&file, command_output_write(&file, text.data, text.size));
    mica_llvm_buffer_destroy(&text);
    mica_llvm_module_destroy(native);
    return ok;
}

static const struct translation {
    const char *flag, *summary;
    read_fn read;
    translate_fn run;
} translations[] = {
    {"import-onnx", "an ONNX model to a module of the onnx dialect", read_onnx, to_text},
    {"mlir-to-llvmir", "a module of the llvm dialect to LLVM IR text", read_text, to_llvm_ir},
    {"serialize-spirv", "a spirv.module to a SPIR-V binary", read_text, serialize_spirv},
};
#define TRANSLATION_COUNT (sizeof translations / sizeof *translations)

typedef struct translate_options {
    const struct translation *translation;
    const char *input, *output;
    bool allow_unregistered, help;
} translate_options;

static int print_help(void)
{
    fputs("usage: mica-translate --TRANSLATION [FILE] [-o OUTPUT]\n\n"
          "Reads FILE (default \"-\", standard input) and writes OUTPUT (default \"-\").\n\n",
          stdout);
    for (size_t i = 0; i < TRANSLATION_COUNT; i++)
        printf("  --%-32s %s\n", translations[i].flag, translations[i].summary);
    fputs("  --allow-unregistered-dialect       keep ops of unknown dialects\n"
          "  -o OUTPUT                          where to write\n"
          "  --help                             this text\n",
          stdout);
    return 0;
}

static const struct translation *find_translation(const char *argument)
{
    for (size_t i = 0; i < TRANSLATION_COUNT; i++)
        if (command_flag(argument, translations[i].flag))
            return &translations[i];
    return NULL;
}

static bool read_options(int count, char **arguments, translate_options *made)
{
    for (int i = 1; i < count; i++) {
        const char *argument = arguments[i];
        const struct translation *translation = find_translation(argument);
        if (translation)
            made->translation = translation;
        else if (command_flag(argument, "help"))
            made->help = true;
        else if (command_flag(argument, "allow-unregistered-dialect"))
            made->allow_unregistered = true;
        else if (command_flag(argument, "o") && i + 1 < count)
            made->output = arguments[++i];
        else if (argument[0] != '-' || argument[1] == '\0')
            made->input = argument;
        else
            return fprintf(stderr, "error: unknown option '%s'; see --help\n", argument) < 0;
    }
    if (!made->translation && !made->help)
        return fputs("error: no translation is given; see --help\n", stderr) < 0;
    return true;
}

int main(int count, char **arguments)
{
    translate_options options = {.input = "-", .output = "-"};
    if (!read_options(count, arguments, &options))
        return 1;
    if (options.help)
        return print_help();
    mica_context *context = command_context_create();
    if (!context)
        return 1;
    mica_context_allow_unregistered(context, options.allow_unregistered);
    mica_op *module = options.translation->read(context, options.input);
    bool ok = module && options.translation->run(context, module, options.output);
    if (module)
        mica_op_destroy(module);
    command_context_destroy(context);
    return ok ? 0 : 1;
}
