// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// mica-reduce: makes the input smaller as long as it stays interesting (docs/reducing.md).
//
//   mica-reduce bad.mlir --pass-pipeline='builtin.module(cse)' -o small.mlir
//   mica-reduce bad.mlir --test=./check.sh -o small.mlir
#include <stdio.h>
#include <stdlib.h>

#include "dialects/dialects.h"
#include "ir/core/diagnostics.h"
#include "ir/core/verifier.h"
#include "tools/command/command.h"
#include "tools/command/command_plugins.h"
#include "tools/mica-reduce/reduction.h"
#include "transforms/pass/reproducer.h"

enum { MOST_DIALECTS = 64 };

typedef struct reduce_options {
    const char *input, *output, *most_tests, *timeout;
    const char *dialects[MOST_DIALECTS];
    size_t dialect_count;
    char **test_arguments; ///< as many as the command line has words
    bool allow_unregistered, run_reproducer;
    verdict_options verdict;
} reduce_options;

static int print_help(void)
{
    fputs("usage: mica-reduce [FILE] [-o FILE] [OPTIONS]\n\n"
          "Makes IR smaller as long as it stays interesting. What is interesting:\n"
          "  --test=PROGRAM           the program, given the file, ends with a status other "
          "than 0\n"
          "  --test-arg=TEXT          an argument of it before the file (may be given again)\n"
          "  --pass-pipeline=TEXT     the pipeline crashes, or fails, as it does on the input\n"
          "  --check-passes           a pass of it changes what a function computes\n"
          "  --run-reproducer         the same with the pipeline that the input names\n"
          "  (none of these)          the verifier's error about the input\n"
          "  --expect=TEXT            text in the program's output or in the error\n\n"
          "  --timeout=SECONDS        what takes longer is not interesting (default: 10)\n"
          "  --max-tests=N            stop after as many tests\n"
          "  --allow-unregistered-dialect\n"
          "  --load-dialect=FILE, --load-dialect-plugin=FILE, --load-pass-plugin=FILE\n",
          stdout);
    return 0;
}

/// mlir-reduce's way to say it: --reduction-tree='traversal-mode=0 test=PROGRAM'. The text is
/// changed.
static const char *test_of_tree(char *text)
{
    char *test = strstr(text, "test=");
    if (!test)
        return NULL;
    test += strlen("test=");
    test[strcspn(test, " ")] = '\0';
    return test;
}

static bool read_value(reduce_options *options, char *argument, const char *next, int *at)
{
    const struct {
        const char *name;
        const char **value;
    } values[] = {
        {"o", &options->output},
        {"test", &options->verdict.test},
        {"expect", &options->verdict.expect},
        {"pass-pipeline", &options->verdict.pipeline},
        {"timeout", &options->timeout},
        {"max-tests", &options->most_tests},
    };
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        const char *value = command_option(argument, values[i].name);
        if (!value && next && command_flag(argument, values[i].name)) {
            value = next;
            ++*at;
        }
        if (value) {
            *values[i].value = value;
            return true;
        }
    }
    return false;
}

static bool read_argument(reduce_options *options, char **arguments, int count, int *at)
{
    char *argument = arguments[*at];
    char *next = *at + 1 < count ? arguments[*at + 1] : NULL;
    if (argument[0] != '-' || argument[1] == '\0') {
        options->input = argument;
        return true;
    }
    if (read_value(options, argument, next, at))
        return true;
    if (command_option(argument, "test-arg")) {
        options->test_arguments[options->verdict.argument_count++] = strchr(argument, '=') + 1;
        return true;
    }
    if (command_option(argument, "reduction-tree"))
        return (options->verdict.test = test_of_tree(argument)) != NULL;
    if (command_option(argument, "load-dialect") && options->dialect_count < MOST_DIALECTS) {
        options->dialects[options->dialect_count++] = strchr(argument, '=') + 1;
        return true;
    }
    if (command_flag(argument, "load-dialect-plugin") ||
        command_flag(argument, "load-pass-plugin")) {
        ++*at; // opened before
        return true;
    }
    if (command_option(argument, "load-dialect-plugin") ||
        command_option(argument, "load-pass-plugin"))
        return true;
    if (command_flag(argument, "allow-unregistered-dialect"))
        return options->allow_unregistered = true;
    if (command_flag(argument, "check-passes"))
        return options->verdict.check_passes = true;
    if (command_flag(argument, "run-reproducer"))
        return options->run_reproducer = true;
    return false;
}

/// A whole number from 1 on; `missing` when the option was not given.
static bool read_number(const char *text, size_t missing, size_t *number)
{
    char *end = NULL;
    *number = text ? strtoul(text, &end, 10) : missing;
    return !text || (*end == '\0' && *text != '-' && *number > 0);
}

// ---- the work
// --------------------------------------------------------------------------------

static bool fill_context(mica_context *context, const reduce_options *options,
                         const command_plugins *plugins)
{
    const mica_load_options load = {.struct_size = sizeof load,
                                    .library = mica_dialect_library_builtin()};
    mica_context_allow_unregistered(context, options->allow_unregistered);
    for (size_t i = 0; i < options->dialect_count; i++)
        if (!mica_dialect_load_file(context, options->dialects[i], &load))
            return false;
    return command_plugins_register(plugins, context);
}

static mica_walk_result count_op(void *count, mica_op *op)
{
    (void)op;
    ++*(size_t *)count;
    return MICA_WALK_ADVANCE;
}

static size_t count_ops(mica_op *module)
{
    size_t count = 0;
    mica_op_walk_pre(module, count_op, &count);
    return count;
}

static bool write_result(const reduce_options *options, mica_op *module)
{
    command_output output;
    if (!command_output_begin(&output, options->output))
        return false;
    return command_output_end(&output,
                              mica_print_op(module, NULL, command_output_write, &output));
}

static bool reduce(const reduce_options *options, mica_context *context, mica_op *module,
                   size_t most_tests)
{
    verdict_state verdict = {.report = -1};
    char what[256];
    reducer_state reducer = {.verdict = &verdict, .module = module, .most_tests = most_tests};
    bool ok = verdict_begin(&verdict, &options->verdict, context, module);
    if (ok) {
        const size_t before = count_ops(module);
        reducer.must_verify = mica_op_verify(module);
        reducer_run(&reducer);
        verdict_describe(&verdict, what, sizeof what);
        fprintf(stderr, "mica-reduce: %zu ops became %zu after %zu tests, with %s\n", before,
                count_ops(reducer.module), reducer.tests, what);
        ok = write_result(options, reducer.module);
    }
    verdict_end_all(&verdict);
    return ok;
}

static bool run_tool(reduce_options *options, const command_plugins *plugins,
                     const mica_pass_registry *registry, size_t most_tests)
{
    // The input need not verify, and what it says about itself is read on the way.
    mica_context *context = command_context_create();
    mica_reproducer reproducer = {.struct_size = sizeof reproducer};
    command_input input;
    if (!context || !fill_context(context, options, plugins) ||
        !command_input_read(&input, options->input)) {
        command_context_destroy(context);
        return false;
    }
    const mica_parse_options parse = {.struct_size = sizeof parse,
                                      .no_verify = true,
                                      .external_resource = mica_reproducer_read,
                                      .external_resource_user = &reproducer};
    mica_op *module =
        mica_parse_source(context, (mica_string){input.text, input.length}, input.name, &parse);
    command_input_free(&input);
    void *state;
    const mica_diagnostic_fn handler = mica_context_diagnostic_handler(context, &state);
    options->verdict.registry = registry;
    if (options->run_reproducer)
        options->verdict.pipeline = reproducer.pipeline;
    bool ok = module != NULL;
    if (ok && options->run_reproducer && !reproducer.pipeline)
        ok = fprintf(stderr, "error: the input is no reproducer\n") < 0;
    ok = ok && reduce(options, context, module, most_tests);
    mica_context_set_diagnostic_handler(context, handler, state);
    mica_reproducer_free(&reproducer);
    command_context_destroy(context);
    return ok;
}

static int main_reduce(reduce_options *options, int count, char **arguments,
                       const command_plugins *plugins, const mica_pass_registry *registry)
{
    size_t most_tests, timeout;
    for (int i = 1; i < count; i++) {
        if (command_flag(arguments[i], "help"))
            return print_help();
        if (!read_argument(options, arguments, count, &i)) {
            fprintf(stderr, "error: unknown option '%s'; see --help\n", arguments[i]);
            return 1;
        }
    }
    if (!read_number(options->most_tests, 0, &most_tests) ||
        !read_number(options->timeout, 10, &timeout) || timeout > 1000000) {
        fputs("error: --max-tests and --timeout take a number from 1 on\n", stderr);
        return 1;
    }
    // The numbers of such an error change with the inputs; its words are these.
    if (options->verdict.check_passes && !options->verdict.expect)
        options->verdict.expect = "changes what function";
    options->verdict.arguments = options->test_arguments;
    options->verdict.timeout = (unsigned)timeout;
    return run_tool(options, plugins, registry, most_tests) ? 0 : 1;
}

int main(int count, char **arguments)
{
    reduce_options options = {.input = "-", .output = "-"};
    options.test_arguments = calloc((size_t)count + 1, sizeof *options.test_arguments);
    mica_pass_registry *registry = mica_pass_registry_create();
    command_plugins plugins = {0};
    int status = 1;
    if (options.test_arguments && registry && mica_pass_registry_add_all(registry) &&
        command_plugins_open(&plugins, registry, count, arguments))
        status = main_reduce(&options, count, arguments, &plugins, registry);
    mica_pass_registry_destroy(registry);
    command_plugins_close(&plugins);
    free(options.test_arguments);
    return status;
}
