// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// mica-run: compiles in memory and runs. A model (an ONNX file, or MLIR text with an option
// that only models have) goes through run_model.c, which reads tensors from files; with
// mlir-cpu-runner's flags one function of a .mlir file is called (run_function.c), with
// --interpret without compiling it (interpret_function.c). With --interpret a model is not
// compiled either (interpret_model.c).
#include "tools/command/command.h"
#include "tools/mica-run/interpret_function.h"
#include "tools/mica-run/run_function.h"
#include "tools/mica-run/run_model.h"
#include "tools/support/model_main.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

static int print_help(void)
{
    fputs("usage: mica-run MODEL --input FILE... | --input-dir DIR [OPTIONS]\n"
          "       mica-run [FILE.mlir] [-e FUNCTION] [--entry-point-result=TYPE] ...\n\n"
          "Compiles a model (*.onnx, or MLIR text with a function on tensors) in memory and "
          "runs\n"
          "it on tensors from .npy and .pb files.\n\n"
          "  --device=NAME            cpu (the default) or vulkan\n"
          "  --profile                print the time of each part to stderr\n"
          "  --entry=NAME             the function that is the model, when there are several\n"
          "  --dim=NAME=SIZE          a size that the model is compiled for\n"
          "  --shape=INPUT=1x3x?x9    the shape of an input; ? is as the model says\n"
          "  --value=INPUT=NUMBER     an input that always has this value, and is none then\n",
          stdout);
    mica_model_main_options();
    fputs(
        "\nWithout these, compiles a module of the llvm dialect and calls a function that "
        "takes\n"
        "no arguments. printMemref*, printI64, printF32, printNewline and the like are built\n"
        "in.\n\n"
        "  -e FUNCTION                     the function to call (default: main)\n"
        "  --entry-point-result=TYPE       void, i32, i64, f32 (default) or f64\n"
        "  --shared-libs=A.so,B.so         libraries with functions that the file calls\n"
        "  -O0 -O1 -O2 -O3                 optimization (default: -O0, for models -O2)\n"
        "\nWith --interpret, runs such a function of a file of any dialects op by op instead:\n"
        "what is undefined (overflow against its promise, access out of bounds, use after "
        "free)\n"
        "is an error with its place. Results are printed one a line. A model's function is "
        "run\n"
        "as linalg on tensors, and takes and gives its tensors as above.\n\n"
        "  --interpret                     don't compile\n"
        "  --max-steps=N                   end with an error after N ops (default: 10^10)\n"
        "  --report-steps                  say how many ops were run\n",
        stdout);
    return 0;
}

static bool is_level(const char *argument)
{
    if (argument[0] == '-' && argument[1] == '-')
        argument++;
    return argument[0] == '-' && argument[1] == 'O' && argument[2] >= '0' &&
           argument[2] <= '3' && argument[3] == '\0';
}

static unsigned level_of(const char *argument)
{
    return (unsigned)(argument[strlen(argument) - 1] - '0');
}

/// Takes "--name=value" or "--name value".
static const char *take_option(int count, char **arguments, int *at, const char *name)
{
    const char *value = command_option(arguments[*at], name);
    if (!value && command_flag(arguments[*at], name) && *at + 1 < count)
        value = arguments[++*at];
    return value;
}

// ---- functions
// -------------------------------------------------------------------------------

/// "a,b" split at commas; the text is changed. False when out of memory.
static bool split_libraries(char *text, run_function_options *options)
{
    for (char *next = text; next && *next;) {
        char *comma = strchr(next, ',');
        if (comma)
            *comma = '\0';
        const char **grown =
            realloc(options->libraries, (options->library_count + 1) * sizeof *grown);
        if (!grown)
            return false;
        options->libraries = grown;
        options->libraries[options->library_count++] = next;
        next = comma ? comma + 1 : NULL;
    }
    return true;
}

static bool read_option(int count, char **arguments, int *at, run_function_options *options)
{
    static const struct {
        const char *name;
        size_t offset;
    } texts[] = {
        {"e", offsetof(run_function_options, entry)},
        {"entry-point-result", offsetof(run_function_options, result)},
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        const char *value = take_option(count, arguments, at, texts[i].name);
        if (value) {
            memcpy((char *)options + texts[i].offset, &value, sizeof value);
            return true;
        }
    }
    char *argument = arguments[*at];
    if (command_option(argument, "shared-libs"))
        return split_libraries(strchr(argument, '=') + 1, options);
    if (is_level(argument)) {
        options->optimization = level_of(argument);
        return true;
    }
    if (argument[0] != '-' || argument[1] == '\0') {
        options->input = argument;
        return true;
    }
    fprintf(stderr, "error: unknown option '%s'; see --help\n", argument);
    return false;
}

static int main_function(int count, char **arguments)
{
    run_function_options options = {.input = "-", .entry = "main", .result = "f32"};
    bool ok = true;
    for (int i = 1; i < count && ok; i++)
        ok = read_option(count, arguments, &i, &options);
    ok = ok && run_function(&options);
    free(options.libraries);
    return ok ? 0 : 1;
}

// ---- models
// ----------------------------------------------------------------------------------

/// A model or a tensor, by its name.
static bool is_model_file(const char *argument)
{
    static const char *const suffixes[] = {".onnx", ".npy", ".pb"};
    const size_t length = strlen(argument);
    for (size_t i = 0; i < sizeof suffixes / sizeof *suffixes; i++) {
        const size_t tail = strlen(suffixes[i]);
        if (argument[0] != '-' && length > tail &&
            strcmp(argument + length - tail, suffixes[i]) == 0)
            return true;
    }
    return false;
}

/// Does the command line ask for a model to be run?
static bool asks_for_model(int count, char **arguments)
{
    static const char *const options[] = {"input",  "input-dir", "output-dir", "expect-dir",
                                          "device", "entry",     "info",       "dim",
                                          "shape",  "profile"};
    for (int i = 1; i < count; i++) {
        if (is_model_file(arguments[i]))
            return true;
        for (size_t o = 0; o < sizeof options / sizeof *options; o++)
            if (command_flag(arguments[i], options[o]) ||
                command_option(arguments[i], options[o]))
                return true;
    }
    return false;
}

static bool take_interpret_option(int count, char **arguments, int *at,
                                  run_model_options *options)
{
    const char *steps = take_option(count, arguments, at, "max-steps");
    if (steps)
        options->max_steps = strtoull(steps, NULL, 10);
    else if (command_flag(arguments[*at], "report-steps"))
        options->reports_steps = true;
    else if (command_flag(arguments[*at], "interpret"))
        options->is_interpreted = true;
    else
        return false;
    return true;
}

/// Takes what is about compiling; all else is left to the model's own main function.
static int main_model(int count, char **arguments)
{
    model_sizes sizes = {0};
    run_model_options options = {.device = "cpu", .optimization = 2, .sizes = &sizes};
    bool ok = true;
    char **left = calloc((size_t)count + 1, sizeof *left);
    if (!left)
        return 1;
    left[options.argument_count++] = arguments[0];
    for (int i = 1; i < count && ok; i++) {
        if (model_sizes_take_option(&sizes, count, arguments, &i, &ok) ||
            take_interpret_option(count, arguments, &i, &options))
            continue;
        const char *device = take_option(count, arguments, &i, "device");
        const char *entry = device ? NULL : take_option(count, arguments, &i, "entry");
        if (device)
            options.device = device;
        else if (entry)
            options.entry = entry;
        else if (command_flag(arguments[i], "profile"))
            options.has_profile = true;
        else if (is_level(arguments[i]))
            options.optimization = level_of(arguments[i]);
        else if ((arguments[i][0] != '-' || !arguments[i][1]) && !options.input)
            options.input = arguments[i];
        else {
            const bool is_pair = mica_model_main_takes_next(arguments[i]) && i + 1 < count;
            left[options.argument_count++] = arguments[i];
            if (is_pair)
                left[options.argument_count++] = arguments[++i];
        }
    }
    options.arguments = left;
    int status = 1;
    if (ok && options.input)
        status = run_model(&options);
    else if (ok)
        fputs("error: no model is given; see --help\n", stderr);
    free(left);
    model_sizes_free(&sizes);
    return status;
}

// ---- interpretation
// ------------------------------------------------------------------------------

static bool asks_for_interpretation(int count, char **arguments)
{
    for (int i = 1; i < count; i++)
        if (command_flag(arguments[i], "interpret"))
            return true;
    return false;
}

static bool read_interpret_option(int count, char **arguments, int *at,
                                  interpret_function_options *options)
{
    char *argument = arguments[*at];
    const char *entry = take_option(count, arguments, at, "e");
    const char *steps = entry ? NULL : take_option(count, arguments, at, "max-steps");
    if (entry)
        options->entry = entry;
    else if (steps)
        options->max_steps = strtoull(steps, NULL, 10);
    else if (command_flag(argument, "report-steps"))
        options->reports_steps = true;
    else if (argument[0] != '-' || argument[1] == '\0')
        options->input = argument;
    else if (!command_flag(argument, "interpret") && !is_level(argument) &&
             !command_option(argument, "entry-point-result") &&
             !command_option(argument, "shared-libs"))
        return fprintf(stderr, "error: unknown option '%s'; see --help\n", argument) < 0;
    return true;
}

static int main_interpret(int count, char **arguments)
{
    interpret_function_options options = {.input = "-", .entry = "main"};
    bool ok = true;
    for (int i = 1; i < count && ok; i++)
        ok = read_interpret_option(count, arguments, &i, &options);
    return ok && interpret_function(&options) ? 0 : 1;
}

int main(int count, char **arguments)
{
    for (int i = 1; i < count; i++)
        if (command_flag(arguments[i], "help"))
            return print_help();
    if (asks_for_model(count, arguments))
        return main_model(count, arguments);
    return asks_for_interpretation(count, arguments) ? main_interpret(count, arguments)
                                                     : main_function(count, arguments);
}
