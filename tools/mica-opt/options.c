// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The table of flags, with MLIR's own names, and the flags that stand for passes: one a pass
// and one a pipeline of the registry, in the order in which they are given.
#include "options.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

typedef enum flag_id {
    FLAG_HELP = 1000,
    FLAG_OUTPUT,
    FLAG_PIPELINE,
    FLAG_LOAD_DIALECT,
    FLAG_DIALECT_PATH,
    FLAG_LOAD_REWRITES,
    FLAG_BEFORE,
    FLAG_AFTER,
    FLAG_ELIDE,
    FLAG_ELIDE_RESOURCES,
    FLAG_HEX,
    FLAG_TIMING_DISPLAY,
    FLAG_VERIFY_EACH,
    FLAG_PLUGIN,
    FLAG_CRASH_REPRODUCER,
    FLAG_GENERATE_REPRODUCER,
    FLAG_SWITCH, ///< this and above: offsets of bools
} flag_id;

typedef struct flag {
    const char *name;
    const char *argument; ///< NULL: none
    const char *summary;
    int id;
    size_t offset; ///< of a bool in opt_options, for FLAG_SWITCH
} flag;

#define SWITCH(member) FLAG_SWITCH, offsetof(opt_options, member)

// clang-format off
static const flag flags[] = {
    {"help", NULL, "print this text", FLAG_HELP, 0},
    {"o", "FILE", "write here instead of standard output", FLAG_OUTPUT, 0},
    {"pass-pipeline", "TEXT", "run a pipeline, as builtin.module(func.func(cse))", FLAG_PIPELINE, 0},
    {"allow-unregistered-dialect", NULL, "keep ops of unknown dialects", SWITCH(allow_unregistered)},
    {"split-input-file", NULL, "take the parts between lines `// -----` as files of their own", SWITCH(split_input)},
    {"verify-diagnostics", NULL, "compare diagnostics with expected-... comments", SWITCH(verify_diagnostics)},
    {"check-passes", NULL, "run functions on generated inputs before and after each pass", SWITCH(passes.check_passes)},
    {"verify-each", "BOOL", "verify after each pass (default: true)", FLAG_VERIFY_EACH, 0},
    {"no-implicit-module", NULL, "the file must hold one op, which is not wrapped", SWITCH(no_implicit_module)},
    {"show-dialects", NULL, "list the dialects and stop", SWITCH(show_dialects)},
    {"list-passes", NULL, "list the passes, one a line, and stop", SWITCH(list_passes)},
    {"load-dialect", "FILE", "read a dialect's definition (may be given again)", FLAG_LOAD_DIALECT, 0},
    {"dialect-path", "FOLDER", "where definitions look for what they include (may be given again)", FLAG_DIALECT_PATH, 0},
    {"load-rewrites", "FILE", "rewrite patterns for --apply-rewrites (may be given again)", FLAG_LOAD_REWRITES, 0},
    {"load-dialect-plugin", "FILE", "a shared library with dialects (may be given again)", FLAG_PLUGIN, 0},
    {"load-pass-plugin", "FILE", "a shared library with passes (may be given again)", FLAG_PLUGIN, 0},
    {"no-compiled-dialects", NULL, "begin with the builtin dialect alone", SWITCH(no_compiled_dialects)},
    {"run-reproducer", NULL, "run the pipeline that the input, a reproducer, names", SWITCH(run_reproducer)},
    {"mlir-pass-pipeline-crash-reproducer", "FILE", "what reproduces a crash or a failing pass is written here", FLAG_CRASH_REPRODUCER, 0},
    {"mlir-pass-pipeline-local-reproducer", NULL, "of the pass alone that crashed or failed", SWITCH(passes.local_reproducer)},
    {"mlir-generate-reproducer", "FILE", "write a reproducer in any case", FLAG_GENERATE_REPRODUCER, 0},
    {"dump-pass-pipeline", NULL, "print the pipeline with all options spelled out", SWITCH(dump_pipeline)},
    {"mlir-disable-threading", NULL, "run passes on one thread", SWITCH(threading_disabled)},
    {"mlir-timing", NULL, "report how long each pass took", SWITCH(passes.timing)},
    {"mlir-timing-display", "KIND", "list or tree", FLAG_TIMING_DISPLAY, 0},
    {"mlir-pass-statistics", NULL, "report what passes counted", SWITCH(passes.statistics)},
    {"mlir-print-ir-before-all", NULL, "print the IR before each pass", SWITCH(passes.print_before_all)},
    {"mlir-print-ir-after-all", NULL, "print the IR after each pass", SWITCH(passes.print_after_all)},
    {"mlir-print-ir-after-change", NULL, "of those, only where it changed", SWITCH(passes.print_after_change)},
    {"mlir-print-ir-after-failure", NULL, "print the IR after a pass that failed", SWITCH(passes.print_after_failure)},
    {"mlir-print-ir-module-scope", NULL, "print the whole module there", SWITCH(passes.print_module_scope)},
    {"mlir-print-ir-before", "PASS", "print the IR before a pass (may be given again)", FLAG_BEFORE, 0},
    {"mlir-print-ir-after", "PASS", "print the IR after a pass (may be given again)", FLAG_AFTER, 0},
    {"mlir-print-op-generic", NULL, "print ops in the generic form", SWITCH(print.generic)},
    {"mlir-print-debuginfo", NULL, "print locations", SWITCH(print.debug_info)},
    {"mlir-pretty-debuginfo", NULL, "print locations in short form", SWITCH(print.pretty_debug_info)},
    {"mlir-print-local-scope", NULL, "print without aliases", SWITCH(print.local_scope)},
    {"mlir-print-value-users", NULL, "print users of values as comments", SWITCH(print.print_value_users)},
    {"mlir-print-unique-ssa-ids", NULL, "number values through all scopes", SWITCH(print.print_unique_ids)},
    {"mlir-print-assume-verified", NULL, "accepted: printing never verifies", SWITCH(print.assume_verified)},
    {"mlir-print-skip-regions", NULL, "print {...} for regions", SWITCH(print.skip_regions)},
    {"mlir-elide-elementsattrs-if-larger", "N", "elide constants of more elements", FLAG_ELIDE, 0},
    {"mlir-elide-resource-strings-if-larger", "N", "elide longer resources", FLAG_ELIDE_RESOURCES, 0},
    {"mlir-print-elementsattrs-with-hex-if-larger", "N", "print constants of more elements as hex", FLAG_HEX, 0},
};
// clang-format on
enum {
    FLAG_COUNT = sizeof flags / sizeof *flags,
    FIRST_VALUE = 1000, ///< of getopt: no character, '?' above all
};

static void print_help(const mica_pass_registry *registry)
{
    printf("usage: mica-opt [flags] [FILE]\n\n"
           "Reads MLIR text, runs passes on it and prints the result.\n\nFlags:\n");
    for (size_t i = 0; i < FLAG_COUNT; ++i) {
        char name[96];
        snprintf(name, sizeof name, "%s%s%s%s", strlen(flags[i].name) > 1 ? "--" : "-",
                 flags[i].name,
                 flags[i].argument ? (strlen(flags[i].name) > 1 ? "=" : " ") : "",
                 flags[i].argument ? flags[i].argument : "");
        printf("  %-46s %s\n", name, flags[i].summary);
    }
    printf("\nPasses (options as --PASS=\"name=value ...\"):\n");
    for (size_t i = 0; i < mica_pass_registry_count(registry); ++i) {
        const mica_pass_def *pass = mica_pass_registry_at(registry, i);
        printf("  --%-44s %s\n", pass->argument, pass->summary);
        for (uint32_t k = 0; k < pass->option_count; ++k)
            printf("      %-42s %s\n", pass->options[k].name, pass->options[k].summary);
    }
    if (mica_pass_registry_pipeline_count(registry))
        printf("\nPipelines:\n");
    for (size_t i = 0; i < mica_pass_registry_pipeline_count(registry); ++i) {
        const mica_pipeline_def *pipeline = mica_pass_registry_pipeline_at(registry, i);
        printf("  --%-44s %s\n", pipeline->argument, pipeline->summary);
    }
}

/// Appends `name` or `name{options}` to the passes given as flags, nested where the pass runs
/// on another op than the module.
static bool add_pass(opt_options *options, const mica_pass_registry *registry, const char *name,
                     const char *values)
{
    const mica_pass_def *pass = mica_pass_registry_find(registry, mica_string_from(name));
    const char *anchor = pass && pass->anchor ? pass->anchor : "";
    const bool nests = anchor[0] && strcmp(anchor, "builtin.module") != 0;
    const size_t old = options->pass_flags ? strlen(options->pass_flags) : 0;
    const size_t more = strlen(anchor) + strlen(name) + (values ? strlen(values) : 0) + 8;
    char *text = realloc(options->pass_flags, old + more + 1);
    if (!text)
        return false;
    options->pass_flags = text;
    snprintf(text + old, more + 1, "%s%s%s%s%s%s%s%s", old ? "," : "", nests ? anchor : "",
             nests ? "(" : "", name, values ? "{" : "", values ? values : "", values ? "}" : "",
             nests ? ")" : "");
    return true;
}

/// A number that is not negative; false for any other text.
static bool read_number(const char *text, int64_t *number)
{
    char *end = NULL;
    errno = 0;
    *number = text[0] >= '0' && text[0] <= '9' ? strtoll(text, &end, 10) : -1;
    return end && errno == 0 && *end == '\0';
}

/// Without a value a flag is set; false for a value that is none of LLVM's words.
static bool read_bool(const char *text, bool *value)
{
    static const char *const words[] = {"0",     "1",    "false", "true",
                                        "FALSE", "TRUE", "False", "True"};
    *value = true;
    for (size_t i = 0; text && i < sizeof words / sizeof *words; i++) {
        if (strcmp(text, words[i]) == 0) {
            *value = i % 2 == 1;
            return true;
        }
    }
    return !text;
}

static bool push(const char **list, size_t *count, size_t limit, const char *value)
{
    if (*count == limit)
        return false;
    list[(*count)++] = value;
    return true;
}

/// Keeps a file of patterns for the passes `apply-rewrites` that name none.
static bool add_rewrites(opt_options *options, const char *file)
{
    const size_t old = options->rewrites ? strlen(options->rewrites) : 0;
    const size_t size = old + strlen(file) + 2;
    char *text = realloc(options->rewrites, size);
    if (!text)
        return false;
    options->rewrites = text;
    snprintf(text + old, size - old, "%s%s", old ? "," : "", file);
    return true;
}

/// False for a value that makes no sense.
static bool apply(opt_options *options, const mica_pass_registry *registry, const flag *given,
                  const char *value)
{
    bool is_set, is_good;
    switch (given->id) {
    case FLAG_OUTPUT:
        options->output = value;
        return true;
    case FLAG_PIPELINE:
        options->pipeline = value;
        return true;
    case FLAG_LOAD_DIALECT:
        return push(options->dialects, &options->dialect_count, MAX_LOADED_DIALECTS, value);
    case FLAG_DIALECT_PATH:
        return push(options->dialect_folders, &options->dialect_folder_count,
                    MAX_LOADED_DIALECTS, value);
    case FLAG_LOAD_REWRITES:
        return add_rewrites(options, value);
    case FLAG_BEFORE:
        options->passes.print_before = options->print_before;
        return mica_pass_registry_find(registry, mica_string_from(value)) &&
               push(options->print_before, &options->print_before_count, MAX_PRINTED_PASSES,
                    value);
    case FLAG_AFTER:
        options->passes.print_after = options->print_after;
        return mica_pass_registry_find(registry, mica_string_from(value)) &&
               push(options->print_after, &options->print_after_count, MAX_PRINTED_PASSES,
                    value);
    case FLAG_ELIDE:
        return read_number(value, &options->print.elide_elements_over);
    case FLAG_ELIDE_RESOURCES:
        return read_number(value, &options->print.elide_resources_over);
    case FLAG_HEX:
        return read_number(value, &options->print.hex_elements_over);
    case FLAG_TIMING_DISPLAY:
        options->passes.timing_list = strcmp(value, "list") == 0;
        return options->passes.timing_list || strcmp(value, "tree") == 0;
    case FLAG_VERIFY_EACH:
        is_good = read_bool(value, &is_set);
        options->no_verify_each = !is_set;
        return is_good;
    case FLAG_PLUGIN:
        return true; // opened before flags are read
    case FLAG_CRASH_REPRODUCER:
        options->passes.reproducer = value;
        return true;
    case FLAG_GENERATE_REPRODUCER:
        options->generate_reproducer = value;
        return true;
    default:
        return read_bool(value, (bool *)((char *)options + given->offset));
    }
}

/// `--apply-rewrites` without options takes the files that were loaded before it.
static bool add_pass_flag(opt_options *options, const mica_pass_registry *registry,
                          const char *name, const char *values)
{
    if (values || !options->rewrites || strcmp(name, "apply-rewrites") != 0)
        return add_pass(options, registry, name, values);
    const size_t size = strlen(options->rewrites) + 16;
    char *files = malloc(size);
    if (!files)
        return false;
    snprintf(files, size, "files={%s}", options->rewrites);
    const bool added = add_pass(options, registry, name, files);
    free(files);
    return added;
}

/// getopt's table: the flags, then the passes, then the pipelines.
static struct option *build_table(const mica_pass_registry *registry)
{
    const size_t passes = mica_pass_registry_count(registry);
    const size_t pipelines = mica_pass_registry_pipeline_count(registry);
    struct option *table = calloc(FLAG_COUNT + passes + pipelines + 1, sizeof *table);
    for (size_t i = 0; table && i < FLAG_COUNT; ++i) {
        table[i].name = flags[i].name;
        table[i].has_arg = flags[i].argument && flags[i].id != FLAG_VERIFY_EACH
                               ? required_argument
                               : optional_argument;
        table[i].val = FIRST_VALUE + (int)i;
    }
    for (size_t i = 0; table && i < passes + pipelines; ++i) {
        struct option *entry = &table[FLAG_COUNT + i];
        entry->name = i < passes
                          ? mica_pass_registry_at(registry, i)->argument
                          : mica_pass_registry_pipeline_at(registry, i - passes)->argument;
        entry->has_arg = optional_argument;
        entry->val = FIRST_VALUE + (int)(FLAG_COUNT + i);
    }
    return table;
}

static int read_flags(opt_options *options, const mica_pass_registry *registry,
                      const struct option *table, int count, char **arguments)
{
    for (int found; (found = getopt_long_only(count, arguments, "", table, NULL)) != -1;) {
        if (found == '?' || found == ':')
            return 2;
        const size_t index = (size_t)(found - FIRST_VALUE);
        if (index >= FLAG_COUNT) {
            if (!add_pass_flag(options, registry, table[index].name, optarg))
                return 2;
            continue;
        }
        if (flags[index].id == FLAG_HELP) {
            print_help(registry);
            return 1;
        }
        if (!apply(options, registry, &flags[index], optarg)) {
            fprintf(stderr, "mica-opt: error: --%s can't be '%s'\n", flags[index].name, optarg);
            return 2;
        }
    }
    if (optind < count)
        options->input = arguments[optind++];
    if (optind < count) {
        fprintf(stderr, "mica-opt: error: more than one input file: '%s'\n", arguments[optind]);
        return 2;
    }
    return 0;
}

int opt_options_read(opt_options *options, const mica_pass_registry *registry, int count,
                     char **arguments)
{
    memset(options, 0, sizeof *options);
    options->input = options->output = "-";
    options->print.struct_size = sizeof options->print;
    options->passes.struct_size = sizeof options->passes;
    struct option *table = build_table(registry);
    if (!table)
        return 2;
    const int status = read_flags(options, registry, table, count, arguments);
    free(table);
    options->passes.no_verify = options->no_verify_each;
    return status;
}
