// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// apply-rewrites: the greedy driver with the patterns of `.rewrite` files alone
// (docs/rewrite-language.md).
#include "ir/core/diagnostics.h"
#include "ir/rewrite/match_program.h"
#include "ir/rewrite/rewriter_internal.h"
#include "transforms/drivers/greedy.h"
#include "transforms/pass/pass.h"

typedef struct loaded_rewrites {
    const micai_allocator *allocator;
    mica_pattern_set *set;
    mica_match_program **programs;
    size_t count, capacity;
} loaded_rewrites;

static void finish(void *state)
{
    loaded_rewrites *loaded = state;
    mica_pattern_set_destroy(loaded->set);
    for (size_t i = 0; i < loaded->count; i++)
        mica_match_program_destroy(loaded->programs[i]);
    micai_release(loaded->allocator, loaded->programs,
                  loaded->capacity * sizeof(*loaded->programs));
    micai_release(loaded->allocator, loaded, sizeof(*loaded));
}

static bool load_file(mica_context *context, loaded_rewrites *loaded, const char *path)
{
    if (!micai_array_reserve(loaded->allocator, (void **)&loaded->programs, &loaded->capacity,
                             loaded->count + 1, sizeof(*loaded->programs)))
        return false;
    mica_match_program *program = mica_match_program_load_file(context, path);
    if (!program)
        return false;
    loaded->programs[loaded->count++] = program;
    return mica_pattern_set_add_program(loaded->set, program);
}

static bool load_files(mica_context *context, loaded_rewrites *loaded,
                       const mica_pass_options *options)
{
    size_t count;
    const mica_string *files = mica_pass_option_strings(options, "files", &count);
    if (count == 0)
        return mica_diagnostic_emit(mica_error(context, mica_location_unknown(),
                                               "apply-rewrites needs the option 'files'"));
    loaded->set = mica_pattern_set_create(context);
    for (size_t i = 0; loaded->set && i < count; i++)
        if (!load_file(context, loaded, files[i].data))
            return false;
    return loaded->set && mica_pattern_set_freeze(loaded->set);
}

static bool prepare(mica_context *context, const mica_pass_options *options, void **state)
{
    const micai_allocator *allocator = micai_context_allocator(context);
    loaded_rewrites *loaded = micai_allocate_zeroed(allocator, sizeof(*loaded));
    if (!loaded)
        return false;
    loaded->allocator = allocator;
    *state = loaded;
    return load_files(context, loaded, options);
}

static bool run_apply(mica_pass_run *run)
{
    const loaded_rewrites *loaded = mica_pass_run_state(run);
    const mica_greedy_options greedy = {
        .struct_size = sizeof(greedy),
        .max_iterations = mica_pass_option_int(mica_pass_run_options(run), "max-iterations")};
    // Stopping at a limit is no error: the IR is valid.
    mica_greedy_run(mica_pass_run_op(run), loaded->set, &greedy, NULL);
    return true;
}

static const mica_option_def options[] = {
    {"files", MICA_OPTION_STRING_LIST, "Files of rewrite patterns", NULL, NULL},
    {"max-iterations", MICA_OPTION_INT, "Max. iterations over everything", "10", NULL},
};

const mica_pass_def mica_pass_apply_rewrites = {
    .struct_size = sizeof(mica_pass_def),
    .argument = "apply-rewrites",
    .name = "ApplyRewrites",
    .summary = "Apply rewrite patterns from files",
    .options = options,
    .option_count = 2,
    .prepare = prepare,
    .finish = finish,
    .run = run_apply,
};
