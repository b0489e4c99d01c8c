// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The source of plugin_v1_x86_64.so, which was compiled once and is kept as it was (README.md):
// it must go on loading and working. It fills each kind of struct that a plugin fills (a
// dialect with a type, an attribute and an op with hooks, a pass with an option and a
// statistic, a pattern) and calls functions of each area.
#include "mica.h"

#include "dialects/arith/arith_ops.h"

// ---- !kept.box<4>, #kept.mark<2>, kept.add
static const mica_param_spec number = {.name = "n", .kind = MICA_PARAM_INT};
static const mica_type_def box = {.struct_size = sizeof box,
                                  .dialect = "kept",
                                  .name = "box",
                                  .param_count = 1,
                                  .params = &number};
static const mica_attr_def mark = {.struct_size = sizeof mark,
                                   .dialect = "kept",
                                   .name = "mark",
                                   .param_count = 1,
                                   .params = &number};
static const mica_op_identity add_kind = {"kept.add"};
static const mica_constraint signless = {.name = "signless",
                                         .description = "signless integer",
                                         .kind = MICA_CONSTRAINT_INTEGER_TYPE,
                                         .extra = 1 << MICA_SIGNLESS};
static const mica_value_spec operands[] = {{.name = "lhs", .constraint = &signless},
                                           {.name = "rhs", .constraint = &signless}};
static const mica_value_spec result = {.name = "result", .constraint = &signless};
static const mica_attr_spec marked = {.name = "mark", .is_optional = true};

static bool verify_add(mica_op *op)
{
    const mica_attr *given = mica_op_attr(op, "mark");
    if (given && mica_attr_definition(given) != &mark)
        return mica_op_error(op, "needs a mark of its own dialect");
    return true;
}

static mica_fold_status fold_add(mica_op *op, const mica_attr *const *constants,
                                 mica_fold_result *results)
{
    if (!constants[1] || mica_integer_attr_value(constants[1]) != 0)
        return MICA_FOLD_NONE;
    results[0].value = mica_op_operand(op, 0);
    return MICA_FOLD_REPLACED;
}

static const mica_op_hooks hooks = {
    .struct_size = sizeof hooks, .verify = verify_add, .fold = fold_add};
static const mica_op_def add = {.struct_size = sizeof add,
                                .kind = &add_kind,
                                .name = "kept.add",
                                .operands = operands,
                                .results = &result,
                                .attrs = &marked,
                                .operand_count = 2,
                                .result_count = 1,
                                .attr_count = 1,
                                .trait_bits = MICA_TRAIT_BIT(PURE),
                                .hooks = &hooks,
                                MICA_NO_SEGMENTS};
static const mica_op_def *const ops[] = {&add};
static const mica_type_def *const types[] = {&box};
static const mica_attr_def *const attrs[] = {&mark};
static const mica_dialect_def kept = {.struct_size = sizeof kept,
                                      .name = "kept",
                                      .ops = ops,
                                      .types = types,
                                      .attrs = attrs,
                                      .op_count = 1,
                                      .type_count = 1,
                                      .attr_count = 1};

// ---- kept-lower: kept.add -> arith.addi, marked with the option's text
static bool lower_add(mica_rewriter *rewriter, mica_op *op, void *user)
{
    (void)user;
    mica_builder *at = mica_rewriter_builder(rewriter);
    mica_op *sum = mica_arith_addi_build(at, mica_op_operand(op, 0), mica_op_operand(op, 1),
                                         MICA_ARITH_INTEGER_OVERFLOW_FLAGS_NONE);
    return mica_rewriter_replace_op_with(rewriter, op, sum);
}

static mica_walk_result count_op(void *user, mica_op *op)
{
    *(uint64_t *)user += mica_op_is(op, &mica_arith_addi_kind);
    return MICA_WALK_ADVANCE;
}

static bool run_lower(mica_pass_run *run)
{
    mica_op *function = mica_pass_run_op(run);
    const mica_pattern pattern = {
        .name = "lower_add", .root = "kept.add", .rewrite = lower_add};
    uint64_t count = 0;
    if (!mica_greedy_apply(function, &pattern, 1))
        return false;
    mica_op_walk_post(function, count_op, &count);
    mica_pass_run_count(run, 0, count);
    const mica_string label = mica_pass_option_string(mica_pass_run_options(run), "label");
    mica_op_set_attr(function, "label",
                     mica_string_attr_get(mica_pass_run_context(run), label));
    return true;
}

static const mica_option_def option = {"label", MICA_OPTION_STRING, "Text to leave", "kept",
                                       NULL};
static const mica_statistic_def statistic = {"sums", "Additions that are there"};
static const mica_pass_def lower = {.struct_size = sizeof lower,
                                    .argument = "kept-lower",
                                    .name = "KeptLower",
                                    .summary = "Lower the kept dialect",
                                    .anchor = "func.func",
                                    .options = &option,
                                    .statistics = &statistic,
                                    .option_count = 1,
                                    .statistic_count = 1,
                                    .run = run_lower};

// ---- the plugin
static bool register_dialects(mica_context *context)
{
    return mica_context_register_dialect(context, &kept);
}

static bool register_passes(mica_pass_registry *registry)
{
    return mica_pass_registry_add(registry, &lower);
}

static const mica_plugin plugin = {sizeof plugin, MICA_PLUGIN_VERSION, "kept",
                                   register_dialects, register_passes};

const mica_plugin *mica_plugin_entry(uint32_t host_version)
{
    (void)host_version;
    return &plugin;
}
