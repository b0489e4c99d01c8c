// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A pass plugin: count-calls notes on each function how often it is called by name in its
// module, and marks those that are called at least `hot` times.
//
//   func.func @f() attributes {call_count = 2 : i64}
#include "mica.h"

#include "dialects/func/func_ops.h"

typedef struct counting {
    mica_symbol_cache *symbols; ///< so that a name is found in constant time
    mica_context *context;
    int64_t hot;
    uint64_t found;
} counting;

static mica_walk_result count_call(void *user, mica_op *op)
{
    counting *work = user;
    if (!mica_op_is(op, &mica_func_call_kind))
        return MICA_WALK_ADVANCE;
    mica_op *callee = mica_symbol_cache_resolve(work->symbols, op, mica_op_attr(op, "callee"));
    if (!callee)
        return MICA_WALK_ADVANCE;
    const mica_attr *before = mica_op_attr(callee, "call_count");
    const int64_t count = (before ? mica_integer_attr_value(before) : 0) + 1;
    mica_op_set_attr(callee, "call_count", mica_i64_attr_get(work->context, count));
    if (count == work->hot)
        mica_op_set_attr(callee, "hot", mica_unit_attr_get(work->context));
    work->found++;
    return MICA_WALK_ADVANCE;
}

static mica_walk_result forget_count(void *user, mica_op *op)
{
    (void)user;
    mica_op_set_attr(op, "call_count", NULL);
    mica_op_set_attr(op, "hot", NULL);
    return MICA_WALK_ADVANCE;
}

static bool run_count(mica_pass_run *run)
{
    mica_context *context = mica_pass_run_context(run);
    counting work = {.symbols = mica_symbol_cache_create(context),
                     .context = context,
                     .hot = mica_pass_option_int(mica_pass_run_options(run), "hot")};
    if (!work.symbols)
        return false;
    mica_op_walk_pre(mica_pass_run_op(run), forget_count, NULL);
    mica_op_walk_pre(mica_pass_run_op(run), count_call, &work);
    mica_pass_run_count(run, 0, work.found);
    mica_symbol_cache_destroy(work.symbols);
    return true;
}

static const mica_option_def options[] = {
    {"hot", MICA_OPTION_INT, "Calls from which on a function is marked", "3", NULL}};
static const mica_statistic_def statistics[] = {{"calls", "Calls that were found"}};
static const mica_pass_def count_calls = {
    .struct_size = sizeof count_calls,
    .argument = "count-calls",
    .name = "CountCalls",
    .summary = "Note how often functions are called",
    .anchor = "builtin.module",
    .options = options,
    .statistics = statistics,
    .option_count = 1,
    .statistic_count = 1,
    .run = run_count,
};

static bool register_passes(mica_pass_registry *registry)
{
    return mica_pass_registry_add(registry, &count_calls);
}

static const mica_plugin plugin = {sizeof plugin, MICA_PLUGIN_VERSION, "count-calls", NULL,
                                   register_passes};

const mica_plugin *mica_plugin_entry(uint32_t host_version)
{
    (void)host_version;
    return &plugin;
}
