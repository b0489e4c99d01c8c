// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// micac: compiles a model. What it can write is a table; how a model gets there is in
// tools/driver, how it is written in the emit_*.c beside this file.
#include "tools/command/command.h"
#include "tools/micac/micac.h"
#include "tools/micac/progress.h"
#include "tools/micac/report.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

#ifdef MICA_HAS_LLVM
#define NATIVE(function) function
#else
#define NATIVE(function) emit_without_llvm
#endif

// clang-format off
static const micac_output outputs[] = {
    {"mlir",    "the model as a module of the onnx dialect", NULL,    emit_mlir,                false, true},
    {"linalg",  "linalg ops on tensors",                     NULL,    emit_linalg,              false, true},
    {"llvm",    "the llvm dialect",                          ".mlir", emit_llvm,                true,  true},
    {"llvm-ir", "optimized LLVM IR",                         ".ll",   NATIVE(emit_llvm_ir),     true,  true},
    {"asm",     "assembler text",                            ".s",    NATIVE(emit_assembly),    true,  true},
    {"obj",     "an object file",                            ".o",    NATIVE(emit_object),      true,  false},
    {"lib",     "an archive, with PREFIX.h and mica_rt.h beside it", ".a", NATIVE(emit_library), true, false},
    {"spirv",   "the kernels of a model for a GPU",          ".spv",  emit_spirv,               true,  false},
    {"exe",     "a program that reads and writes .npy files", "",     NATIVE(emit_executable),  true,  false},
};
// clang-format on
#define OUTPUT_COUNT (sizeof outputs / sizeof *outputs)

/// Options with a value: where it goes.
static const struct text_option {
    const char *name, *value;
    size_t offset;
    const char *help;
} text_options[] = {
    {"device", "NAME", offsetof(micac_options, device), "cpu (the default) or vulkan"},
    {"entry", "NAME", offsetof(micac_options, entry),
     "the function that is the model, when there are several"},
    {"prefix", "NAME", offsetof(micac_options, prefix),
     "begins the model's C names (default: MODEL's file name)"},
    {"cpu", "NAME", offsetof(micac_options, cpu), "as LLVM names it (default: this machine's)"},
    {"features", "LIST", offsetof(micac_options, features), "of the CPU, as +avx2,-avx512f"},
    {"weights", "WHERE", offsetof(micac_options, weights),
     "embed (the default), or file: OUTPUT without suffix, .weights"},
    {"crash-reproducer", "FILE", offsetof(micac_options, reproducer),
     "what replays a crash or a failing pass with mica-opt is written here"},
    {"linker", "COMMAND", offsetof(micac_options, linker), "links programs (default: cc)"},
    {"report", "FILE.html", offsetof(micac_options, report),
     "a page about the model: graph, times, memory, IR"},
};
#define TEXT_OPTION_COUNT (sizeof text_options / sizeof *text_options)

static int print_help(void)
{
    fputs(
        "usage: micac MODEL -o OUTPUT [--emit=KIND]\n\n"
        "Compiles MODEL, an ONNX file (*.onnx) or MLIR text, and writes OUTPUT. Text goes to\n"
        "standard output when OUTPUT is \"-\" or absent. Without --emit the suffix of OUTPUT\n"
        "says what is meant.\n\n",
        stdout);
    for (size_t i = 0; i < OUTPUT_COUNT; i++)
        printf("  --emit=%-9s %-6s %s\n", outputs[i].name,
               outputs[i].suffix ? outputs[i].suffix : "", outputs[i].summary);
    puts("");
    for (size_t i = 0; i < TEXT_OPTION_COUNT; i++)
        printf("  --%s=%-*s %s\n", text_options[i].name,
               (int)(20 - strlen(text_options[i].name)), text_options[i].value,
               text_options[i].help);
    fputs("  --dim=NAME=SIZE        a size for the dimensions that the model calls NAME\n"
          "  --shape=INPUT=1x3x?x9  the shape of an input; ? is as the model says\n"
          "  --value=INPUT=NUMBER   an input that always has this value, and is none then\n"
          "  --profile              the model counts the time of its parts\n"
          "  --time-report          print how long each stage took to stderr\n"
          "  --mlir-print-debuginfo text with locations: the names of the model's nodes\n"
          "  -O0 -O1 -O2 -O3        optimization (default: -O3)\n"
          "  -o OUTPUT              where to write\n"
          "  --help                 this text\n",
          stdout);
    return 0;
}

static const micac_output *find_output(const char *name)
{
    for (size_t i = 0; i < OUTPUT_COUNT; i++)
        if (strcmp(name, outputs[i].name) == 0)
            return &outputs[i];
    fprintf(stderr, "error: can't emit '%s'; see --help\n", name);
    return NULL;
}

/// What a file name's suffix stands for.
static const micac_output *output_of_suffix(const char *path)
{
    const char *slash = strrchr(path, '/');
    const char *dot = strrchr(slash ? slash + 1 : path, '.');
    for (size_t i = 0; i < OUTPUT_COUNT; i++)
        if (outputs[i].suffix && strcmp(dot ? dot : "", outputs[i].suffix) == 0)
            return &outputs[i];
    fprintf(stderr, "error: the suffix of '%s' says nothing to micac; --emit=KIND does\n",
            path);
    return NULL;
}

static bool is_level(const char *argument)
{
    return argument[0] == '-' && argument[1] == 'O' && argument[2] >= '0' &&
           argument[2] <= '3' && argument[3] == '\0';
}

/// Takes an option of the table; false when it is another.
static bool take_text_option(int count, char **arguments, int *at, micac_options *made)
{
    for (size_t i = 0; i < TEXT_OPTION_COUNT; i++) {
        const char *value = command_option(arguments[*at], text_options[i].name);
        if (!value && command_flag(arguments[*at], text_options[i].name) && *at + 1 < count)
            value = arguments[++*at];
        if (value) {
            memcpy((char *)made + text_options[i].offset, &value, sizeof value);
            return true;
        }
    }
    return false;
}

static bool read_option(int count, char **arguments, int *at, micac_options *made)
{
    const char *argument = arguments[*at];
    const char *kind = command_option(argument, "emit");
    bool ok = true;
    if (model_sizes_take_option(&made->sizes, count, arguments, at, &ok))
        return ok;
    if (kind) {
        made->kind = find_output(kind);
        return made->kind != NULL;
    }
    if (command_flag(argument, "help"))
        made->help = true;
    else if (command_flag(argument, "mlir-print-debuginfo"))
        made->prints_locations = true;
    else if (command_flag(argument, "profile"))
        made->has_profile = true;
    else if (command_flag(argument, "time-report"))
        made->has_time_report = true;
    else if (command_flag(argument, "o") && *at + 1 < count)
        made->output = arguments[++*at];
    else if (is_level(argument))
        made->optimization = (unsigned)(argument[2] - '0');
    else if ((argument[0] != '-' || argument[1] == '\0') && !made->input)
        made->input = argument;
    else if (!take_text_option(count, arguments, at, made))
        return fprintf(stderr, "error: unexpected '%s'; see --help\n", argument) < 0;
    return true;
}

static bool check_weights(const micac_options *made)
{
    const bool in_file = strcmp(made->weights, "file") == 0;
    if (!in_file && strcmp(made->weights, "embed") != 0)
        return fprintf(stderr, "error: --weights=%s is neither 'embed' nor 'file'\n",
                       made->weights) < 0;
    if (in_file && made->kind->is_text)
        return fprintf(stderr,
                       "error: --emit=%s holds all of the model; --weights=file is for obj, "
                       "lib and exe\n",
                       made->kind->name) < 0;
    return true;
}

static bool complete_options(micac_options *made)
{
    const bool to_stdout = !made->output || strcmp(made->output, "-") == 0;
    if (!made->input)
        return fputs("error: no model is given; see --help\n", stderr) < 0;
    if (!made->kind && to_stdout)
        return fputs("error: -o OUTPUT or --emit=KIND is needed; see --help\n", stderr) < 0;
    if (!made->kind)
        made->kind = output_of_suffix(made->output);
    if (made->kind && to_stdout && !made->kind->is_text)
        return fprintf(stderr, "error: --emit=%s needs a file: -o OUTPUT\n", made->kind->name) <
               0;
    if (!made->output)
        made->output = "-";
    return made->kind != NULL && check_weights(made);
}

/// Writes the page about a model that was compiled.
static bool finish_report(report *page, const micac_options *options)
{
    bool ok = true;
#ifdef MICA_HAS_LLVM
    if (strcmp(options->device, "cpu") == 0)
        ok = report_measure(page, options->input, options->entry, &options->sizes);
#endif
    return ok && report_write(page, options->report);
}

static bool compile(mica_context *context, const micac_options *options)
{
    model_driver driver = {.device = find_model_device(options->device),
                           .sizes = &options->sizes,
                           .reproducer = options->reproducer,
                           .has_profile = options->has_profile};
    micac_progress progress = {.has_report = options->has_time_report};
    report page = {0};
    driver.watcher = micac_progress_begin(&progress);
    if (options->report)
        progress.next = report_begin(&page, options->input);
    bool ok =
        driver.device && model_driver_read(&driver, context, options->input) &&
        (!options->kind->is_described ||
         model_driver_describe(&driver, options->input, options->entry, options->prefix)) &&
        options->kind->emit(&driver, options);
    micac_progress_end(&progress);
    model_driver_end(&driver);
    if (ok && options->report)
        ok = finish_report(&page, options);
    report_end(&page);
    return ok;
}

/// What the options ask for; the exit status.
static int run(micac_options *options)
{
    if (options->help)
        return print_help();
    if (!complete_options(options))
        return 1;
    mica_context *context = command_context_create();
    const bool ok = context && compile(context, options);
    command_context_destroy(context);
    return ok ? 0 : 1;
}

int main(int count, char **arguments)
{
    micac_options options = {.device = "cpu", .optimization = 3, .weights = "embed"};
    bool ok = true;
    for (int i = 1; i < count && ok; i++)
        ok = read_option(count, arguments, &i, &options);
    const int status = ok ? run(&options) : 1;
    model_sizes_free(&options.sizes);
    return status;
}
