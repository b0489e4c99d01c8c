// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Passes that go wrong where the input asks for it, for the tests of reproducers and of
// mica-reduce. An op with the attribute `fault` of one of these texts is what they stumble
// over:
//
//   faulty-crash    "crash": writes through NULL; "overflow": recurses for ever
//   faulty-fail     "fail": reports an error and fails
//   faulty-change   "change": swaps the op's first two operands
//   faulty-break    "break": takes the op's attributes away, so that it does not verify
#include <signal.h>

#include "mica.h"

typedef struct search {
    const char *text;
    mica_op *found;
} search;

static mica_walk_result find_fault(void *user, mica_op *op)
{
    search *wanted = user;
    const mica_attr *fault = mica_op_attr(op, "fault");
    if (!mica_attr_is(fault, MICA_ATTR_STRING) ||
        !mica_string_is(mica_string_attr_text(fault), wanted->text))
        return MICA_WALK_ADVANCE;
    wanted->found = op;
    return MICA_WALK_INTERRUPT;
}

static mica_op *find(const mica_pass_run *run, const char *text)
{
    search wanted = {text, NULL};
    mica_op_walk_pre(mica_pass_run_op(run), find_fault, &wanted);
    return wanted.found;
}

/// The frames are kept by using what comes back.
static int overflow(volatile char *above, int depth)
{
    volatile char frame[4096];
    frame[0] = above ? above[0] : 1;
    return depth < 0 ? 0 : overflow(frame, depth + 1) + frame[0];
}

static bool run_crash(mica_pass_run *run)
{
    if (find(run, "overflow"))
        return overflow(NULL, 0) == 0;
    if (find(run, "crash"))
        raise(SIGSEGV);
    return true;
}

static bool run_fail(mica_pass_run *run)
{
    mica_op *op = find(run, "fail");
    return !op || mica_op_error(op, "is more than this pass can take");
}

static bool run_break(mica_pass_run *run)
{
    mica_op *op = find(run, "break");
    for (size_t i = 0; op && i < mica_op_slot_count(op); i++)
        mica_op_set_slot(op, i, NULL);
    return true;
}

static bool run_change(mica_pass_run *run)
{
    mica_op *op = find(run, "change");
    if (!op)
        return true;
    mica_value *first = mica_op_operand(op, 0);
    mica_op_set_operand(op, 0, mica_op_operand(op, 1));
    mica_op_set_operand(op, 1, first);
    return true;
}

static const mica_pass_def passes[] = {
    {.struct_size = sizeof(mica_pass_def),
     .argument = "faulty-break",
     .name = "FaultyBreak",
     .run = run_break},
    {.struct_size = sizeof(mica_pass_def),
     .argument = "faulty-change",
     .name = "FaultyChange",
     .run = run_change},
    {.struct_size = sizeof(mica_pass_def),
     .argument = "faulty-crash",
     .name = "FaultyCrash",
     .run = run_crash},
    {.struct_size = sizeof(mica_pass_def),
     .argument = "faulty-fail",
     .name = "FaultyFail",
     .run = run_fail},
};

static bool register_passes(mica_pass_registry *registry)
{
    bool added = true;
    for (size_t i = 0; i < sizeof passes / sizeof *passes; i++)
        added = mica_pass_registry_add(registry, &passes[i]) && added;
    return added;
}

static const mica_plugin plugin = {sizeof plugin, MICA_PLUGIN_VERSION, "faulty", NULL,
                                   register_passes};

const mica_plugin *mica_plugin_entry(uint32_t host_version)
{
    (void)host_version;
    return &plugin;
}
