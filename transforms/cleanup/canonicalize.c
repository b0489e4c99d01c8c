// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// canonicalize: the greedy driver with the canonicalization patterns of every registered
// dialect and op. The patterns are collected once a pipeline and shared by all threads.
#include "ir/core/diagnostics.h"
#include "transforms/drivers/greedy.h"
#include "transforms/pass/pass.h"

static bool prepare(mica_context *context, const mica_pass_options *options, void **state)
{
    mica_pattern_set *set = mica_pattern_set_create(context);
    if (!set)
        return false;
    size_t enabled_count, disabled_count;
    const mica_string *enabled =
        mica_pass_option_strings(options, "enable-patterns", &enabled_count);
    const mica_string *disabled =
        mica_pass_option_strings(options, "disable-patterns", &disabled_count);
    *state = set;
    if (!mica_pattern_set_add_canonicalizations(set))
        return false;
    mica_pattern_set_filter(set, enabled, enabled_count, disabled, disabled_count);
    return mica_pattern_set_freeze(set);
}

static void finish(void *state)
{
    mica_pattern_set_destroy(state);
}

static mica_region_level region_level(mica_string name)
{
    if (mica_string_is(name, "disabled"))
        return MICA_REGION_DISABLED;
    return mica_string_is(name, "aggressive") ? MICA_REGION_AGGRESSIVE : MICA_REGION_NORMAL;
}

static bool run_canonicalize(mica_pass_run *run)
{
    const mica_pass_options *options = mica_pass_run_options(run);
    const mica_greedy_options greedy = {
        .struct_size = sizeof(greedy),
        .bottom_up = !mica_pass_option_bool(options, "top-down"),
        .region_level = region_level(mica_pass_option_string(options, "region-simplify")),
        .max_iterations = mica_pass_option_int(options, "max-iterations"),
        .max_rewrites = mica_pass_option_int(options, "max-num-rewrites"),
    };
    mica_op *op = mica_pass_run_op(run);
    const bool converged = mica_greedy_run(op, mica_pass_run_state(run), &greedy, NULL);
    // Stopping at a limit is no error: the IR is valid, only not as simple as it could be.
    if (!converged && mica_pass_option_bool(options, "test-convergence"))
        return mica_op_error(op, "did not converge within the limits of canonicalize");
    return true;
}

static const char *const region_levels[] = {"disabled", "normal", "aggressive", NULL};

static const mica_option_def options[] = {
    {"top-down", MICA_OPTION_BOOL, "Seed the worklist in general top-down order", "true", NULL},
    {"region-simplify", MICA_OPTION_STRING,
     "Perform control flow optimizations to the region tree", "normal", region_levels},
    {"max-iterations", MICA_OPTION_INT,
     "Max. iterations between applying patterns / simplifying regions", "10", NULL},
    {"max-num-rewrites", MICA_OPTION_INT, "Max. number of pattern rewrites within an iteration",
     "-1", NULL},
    {"test-convergence", MICA_OPTION_BOOL, "Fail if the pass does not converge", NULL, NULL},
    {"disable-patterns", MICA_OPTION_STRING_LIST, "Names of patterns that are left out", NULL,
     NULL},
    {"enable-patterns", MICA_OPTION_STRING_LIST, "Names of the only patterns that are used",
     NULL, NULL},
};

const mica_pass_def mica_pass_canonicalize = {
    .struct_size = sizeof(mica_pass_def),
    .argument = "canonicalize",
    .name = "Canonicalizer",
    .summary = "Canonicalize operations",
    .options = options,
    .option_count = sizeof(options) / sizeof(options[0]),
    .prepare = prepare,
    .finish = finish,
    .run = run_canonicalize,
};
