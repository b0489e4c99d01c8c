// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// mica-opt: reads MLIR text, runs passes, prints. All work is libmica's; here are the flags,
// the splitting of input and the rendering of diagnostics on stderr.
#include <stdio.h>
#include <stdlib.h>

#include "dialects/dialects.h"
#include "expected_diagnostics.h"
#include "ir/definition/loader.h"
#include "ir/text/source_snippet.h"
#include "options.h"
#include "tools/command/command.h"
#include "tools/command/command_crash.h"
#include "tools/command/command_plugins.h"

/// One part of the input under way.
typedef struct opt_run {
    const opt_options *options;
    const mica_pass_registry *registry;
    const command_plugins *plugins;
    mica_reproducer reproducer; ///< what the part says about itself
    command_input input;
    command_output output;
    mica_source source; ///< a view of the input
    mica_string part;
    uint32_t first_line; ///< of the part
    expected_list expected;
    mica_context *context;
} opt_run;

static bool write_stderr(void *user, const char *data, size_t size)
{
    (void)user;
    return fwrite(data, 1, size, stderr) == size;
}

static void on_diagnostic(void *user, const mica_diagnostic *diagnostic)
{
    opt_run *run = user;
    if (run->options->verify_diagnostics)
        expected_list_take(&run->expected, run->context, diagnostic);
    else
        mica_diagnostic_render(run->context, diagnostic, &run->source, 1, write_stderr, NULL);
}

static mica_context *make_context(opt_run *run)
{
    const opt_options *options = run->options;
    mica_context *context = mica_context_create(NULL);
    if (!context)
        return NULL;
    run->context = context;
    mica_context_allow_unregistered(context, options->allow_unregistered);
    mica_context_set_diagnostic_handler(context, on_diagnostic, run);
    bool ok = (options->no_compiled_dialects || mica_context_register_all_dialects(context)) &&
              command_plugins_register(run->plugins, context);
    const mica_load_options load = {.struct_size = sizeof load,
                                    .library = mica_dialect_library_builtin(),
                                    .include_folders = options->dialect_folders,
                                    .include_folder_count = options->dialect_folder_count};
    for (size_t i = 0; i < options->dialect_count && ok; ++i)
        ok = mica_dialect_load_file(context, options->dialects[i], &load) != NULL;
    if (ok)
        return context;
    mica_context_destroy(context);
    return NULL;
}

/// Upstream's words, which scripts look for.
static bool dump_pipeline(const mica_pass_manager *manager)
{
    char *text = mica_pass_manager_to_string(manager);
    if (text)
        fprintf(stderr, "Pass Manager with %zu passes:\n%s\n\n",
                mica_pass_manager_count(manager), text);
    free(text);
    return text != NULL;
}

/// Pipeline and passes of the command line, or what the input says when it is to be replayed.
static bool fill_pipeline(const opt_run *run, mica_pass_manager *manager)
{
    const opt_options *options = run->options;
    if (options->run_reproducer && run->reproducer.pipeline)
        return mica_pass_manager_parse(manager, mica_string_from(run->reproducer.pipeline));
    if (options->pipeline &&
        !mica_pass_manager_parse(manager, mica_string_from(options->pipeline)))
        return false;
    return !options->pass_flags ||
           mica_pass_manager_append(manager, mica_string_from(options->pass_flags));
}

static void set_options(const opt_run *run, mica_pass_manager *manager)
{
    const opt_options *options = run->options;
    mica_pass_manager_options settings = options->passes;
    settings.threads = options->threading_disabled ? 1 : 2;
    if (options->run_reproducer && run->reproducer.pipeline) {
        settings.threads = run->reproducer.disable_threading ? 1 : settings.threads;
        settings.no_verify = settings.no_verify || run->reproducer.no_verify_each;
    }
    if (options->generate_reproducer && !settings.reproducer)
        settings.reproducer = options->generate_reproducer;
    settings.print_options = &options->print;
    settings.write = write_stderr;
    mica_pass_manager_set_options(manager, &settings);
}

static bool write_reproducer(const mica_pass_manager *manager, const char *path)
{
    if (!path || mica_pass_manager_write_reproducer(manager, path))
        return true;
    fprintf(stderr, "error: can't write the reproducer '%s'\n", path);
    return false;
}

static bool run_passes(opt_run *run, mica_op *op)
{
    const opt_options *options = run->options;
    if (!options->pipeline && !options->pass_flags && !run->reproducer.pipeline)
        return true;
    mica_pass_manager *manager =
        mica_pass_manager_create(run->context, run->registry, "builtin.module");
    if (!manager)
        return false;
    set_options(run, manager);
    bool ok = fill_pipeline(run, manager);
    if (ok && options->dump_pipeline)
        ok = dump_pipeline(manager);
    if (options->passes.reproducer)
        command_crash_watch(manager, options->passes.reproducer);
    ok = ok && mica_pass_manager_run(manager, op) &&
         write_reproducer(manager, options->generate_reproducer);
    command_crash_ignore();
    if (options->passes.timing)
        mica_pass_manager_report_timing(manager);
    mica_pass_manager_destroy(manager);
    return ok;
}

/// Printing has no diagnostics that would show a line: the text makes room for the output.
static void drop_text(opt_run *run)
{
    const mica_string none = {"", 0};
    command_input_free(&run->input);
    run->source.text = run->part = none;
}

/// Parses, transforms and prints one part.
static bool process(opt_run *run)
{
    const opt_options *options = run->options;
    if (options->verify_diagnostics)
        expected_list_read(&run->expected, options->input, run->part, run->first_line);
    mica_context *context = make_context(run);
    if (!context)
        return false;
    const mica_parse_options parse = {
        .struct_size = sizeof parse,
        .stop_at_first_error = options->verify_diagnostics,
        .no_implicit_module = options->no_implicit_module,
        .first_line = run->first_line,
        .text_ends_in_nul = !options->split_input,
        .passed = options->split_input ? NULL : command_input_passed,
        .passed_user = &run->input,
        .external_resource = options->run_reproducer ? mica_reproducer_read : NULL,
        .external_resource_user = &run->reproducer};
    mica_op *op = mica_parse_source(context, run->part, run->source.name, &parse);
    bool ok = op && run_passes(run, op);
    if (ok && !options->split_input)
        drop_text(run);
    if (ok)
        ok = mica_print_op(op, &options->print, command_output_write, &run->output) &&
             command_output_write(&run->output, "\n",
                                  1); // the blank line that mlir-opt ends with
    if (options->verify_diagnostics)
        ok = expected_list_finish(&run->expected);
    mica_reproducer_free(&run->reproducer);
    mica_context_destroy(context);
    return ok;
}

/// The next line that begins with `// -----`, or the end.
static const char *find_split(const char *at, const char *end)
{
    static const char marker[] = "// -----";
    for (const char *line = at; line < end;) {
        if ((size_t)(end - line) >= sizeof marker - 1 &&
            memcmp(line, marker, sizeof marker - 1) == 0)
            return line;
        const char *next = memchr(line, '\n', (size_t)(end - line));
        line = next ? next + 1 : end;
    }
    return end;
}

static uint32_t count_lines(const char *from, const char *to)
{
    uint32_t count = 0;
    while ((from = memchr(from, '\n', (size_t)(to - from))) != NULL) {
        ++count;
        ++from;
    }
    return count;
}

/// Each part keeps its place in the file: it is told the number of its first line.
static bool process_parts(opt_run *run)
{
    bool ok = true;
    const char *at = run->source.text.data;
    const char *end = at + run->source.text.length;
    run->first_line = 1;
    for (;;) {
        const char *split = find_split(at, end);
        run->part.data = at;
        run->part.length = (size_t)(split - at);
        ok = process(run) && ok;
        const char *line_end = memchr(split, '\n', (size_t)(end - split));
        if (!line_end)
            return ok;
        ok = command_output_write(&run->output, "// -----\n", 9) && ok;
        run->first_line += count_lines(at, line_end + 1);
        at = line_end + 1;
    }
}

static void show_dialect(void *user, const mica_dialect_def *dialect)
{
    bool *first = user;
    printf("%s%s", *first ? "" : ",", dialect->name);
    *first = false;
}

static int show_dialects(opt_run *run)
{
    mica_context *context = make_context(run);
    if (!context)
        return 1;
    bool first = true;
    printf("Available Dialects: ");
    mica_context_for_each_dialect(context, show_dialect, &first);
    printf("\n");
    mica_context_destroy(context);
    return 0;
}

/// Output appears under its name when all went well.
static bool run_to_output(opt_run *run)
{
    const opt_options *options = run->options;
    if (!command_output_begin(&run->output, options->output))
        return false;
    run->source.name = run->input.name;
    run->source.text.data = run->input.text;
    run->source.text.length = run->input.length;
    run->part = run->source.text;
    run->first_line = 1;
    return command_output_end(&run->output,
                              options->split_input ? process_parts(run) : process(run));
}

static int run_tool(opt_options *options, const mica_pass_registry *registry,
                    const command_plugins *plugins)
{
    opt_run run = {.options = options, .registry = registry, .plugins = plugins};
    if (options->show_dialects)
        return show_dialects(&run);
    if (options->list_passes) {
        for (size_t i = 0; i < mica_pass_registry_count(registry); ++i)
            printf("%s\n", mica_pass_registry_at(registry, i)->argument);
        return 0;
    }
    const bool ok = command_input_read(&run.input, options->input) && run_to_output(&run);
    command_input_free(&run.input);
    return ok ? 0 : 1;
}

int main(int count, char **arguments)
{
    mica_pass_registry *registry = mica_pass_registry_create();
    if (!registry || !mica_pass_registry_add_all(registry))
        return 1;
    opt_options options = {0};
    command_plugins plugins;
    int status = 1;
    if (command_plugins_open(&plugins, registry, count, arguments)) {
        status = opt_options_read(&options, registry, count, arguments);
        status = status ? status - 1 : run_tool(&options, registry, &plugins);
    }
    free(options.pass_flags);
    free(options.rewrites);
    mica_pass_registry_destroy(registry);
    command_plugins_close(&plugins);
    return status;
}
