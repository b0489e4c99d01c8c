// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// mica-run: compiles in memory and runs. With mlir-cpu-runner's flags it calls one function of
// a .mlir file (run_function.c). Each option is a line of the table: a name, where its value
// goes.
#include "tools/command/command.h"
#include "tools/mica-run/run_function.h"

#include <stdio.h>
#include <stdlib.h>

static int print_help(void)
{
    fputs("usage: mica-run [FILE.mlir] [-e FUNCTION] [--entry-point-result=TYPE] ...\n\n"
          "Compiles a module of the llvm dialect in memory and calls a function that takes no\n"
          "arguments. printMemref*, printI64, printF32, printNewline and the like are built "
          "in.\n\n"
          "  -e FUNCTION                     the function to call (default: main)\n"
          "  --entry-point-result=TYPE       void, i32, i64, f32 (default) or f64\n"
          "  --shared-libs=A.so,B.so         libraries with functions that the file calls\n"
          "  -O0 -O1 -O2 -O3                 optimization (default: -O0)\n"
          "  --help                          this text\n",
          stdout);
    return 0;
}

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

static bool is_level(const char *argument)
{
    if (argument[0] == '-' && argument[1] == '-')
        argument++;
    return argument[0] == '-' && argument[1] == 'O' && argument[2] >= '0' &&
           argument[2] <= '3' && argument[3] == '\0';
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
    char *argument = arguments[*at];
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        const char **place = (const char **)(void *)((char *)options + texts[i].offset);
        const char *value = command_option(argument, texts[i].name);
        if (!value && command_flag(argument, texts[i].name) && *at + 1 < count)
            value = arguments[++*at];
        if (value) {
            *place = value;
            return true;
        }
    }
    if (command_option(argument, "shared-libs"))
        return split_libraries(strchr(argument, '=') + 1, options);
    if (is_level(argument)) {
        options->optimization = (unsigned)(argument[strlen(argument) - 1] - '0');
        return true;
    }
    if (argument[0] != '-' || argument[1] == '\0') {
        options->input = argument;
        return true;
    }
    fprintf(stderr, "error: unknown option '%s'; see --help\n", argument);
    return false;
}

int main(int count, char **arguments)
{
    run_function_options options = {.input = "-", .entry = "main", .result = "f32"};
    for (int i = 1; i < count; i++) {
        if (command_flag(arguments[i], "help"))
            return print_help();
        if (!read_option(count, arguments, &i, &options)) {
            free(options.libraries);
            return 1;
        }
    }
    bool ok = run_function(&options);
    free(options.libraries);
    return ok ? 0 : 1;
}
