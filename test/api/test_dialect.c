// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "test/api/test_dialect.h"

#include "ir/core/builder.h"
#include "ir/core/definition.h"

static const mica_op_identity table_kind = {"check.table"}, function_kind = {"check.function"},
                              loop_kind = {"check.loop"}, graph_kind = {"check.graph"},
                              branch_kind = {"check.branch"}, end_kind = {"check.end"},
                              add_kind = {"check.add"}, ref_kind = {"check.ref"},
                              constant_kind = {"check.constant"}, max_kind = {"check.max"},
                              not_kind = {"check.not"};

static const mica_constraint signless = {.name = "signless_integer",
                                         .description = "signless integer",
                                         .kind = MICA_CONSTRAINT_INTEGER_TYPE,
                                         .extra = 1 << MICA_SIGNLESS};
static const mica_constraint string = {.name = "string",
                                       .description = "string attribute",
                                       .kind = MICA_CONSTRAINT_ATTR_KIND,
                                       .value = MICA_ATTR_STRING};
static const mica_constraint reference = {.name = "symbol_ref",
                                          .description = "symbol reference attribute",
                                          .kind = MICA_CONSTRAINT_ATTR_KIND,
                                          .value = MICA_ATTR_SYMBOL_REF};

static const mica_region_spec any_region[] = {{.name = "body"}};
static const mica_attr_spec symbol_attrs[] = {
    {.name = "sym_name", .constraint = &string},
    {.name = "sym_visibility", .constraint = &string, .is_optional = true}};
static const mica_attr_spec table_attrs[] = {
    {.name = "sym_name", .constraint = &string, .is_optional = true}};
static const mica_attr_spec reference_attrs[] = {{.name = "callee", .constraint = &reference}};
static const mica_value_spec add_operands[] = {{.name = "lhs", .constraint = &signless},
                                               {.name = "rhs", .constraint = &signless}};
static const mica_value_spec add_results[] = {{.name = "result", .constraint = &signless}};
static const mica_value_spec any_values[] = {{.name = "values", .arity = MICA_ARITY_VARIADIC}};
static const mica_successor_spec any_successors[] = {{"targets", true}};

#define BIT(trait) (UINT64_C(1) << (trait))
#define COUNT(array) (sizeof(array) / sizeof *(array))

static const mica_trait_use table_traits[] = {{.trait = MICA_TRAIT_SINGLE_BLOCK},
                                              {.trait = MICA_TRAIT_NO_TERMINATOR},
                                              {.trait = MICA_TRAIT_ISOLATED_FROM_ABOVE},
                                              {.trait = MICA_TRAIT_SYMBOL_TABLE}};
static const mica_trait_use function_traits[] = {{.trait = MICA_TRAIT_ISOLATED_FROM_ABOVE},
                                                 {.trait = MICA_TRAIT_SYMBOL}};
static const mica_trait_use graph_traits[] = {{.trait = MICA_TRAIT_GRAPH_REGION},
                                              {.trait = MICA_TRAIT_NO_TERMINATOR}};
static const mica_trait_use terminator_traits[] = {{.trait = MICA_TRAIT_TERMINATOR}};
static const mica_trait_use add_traits[] = {
    {.trait = MICA_TRAIT_SAME_OPERANDS_AND_RESULT_TYPE}};

static const mica_op_def table_op = {
    .struct_size = sizeof(mica_op_def),
    .kind = &table_kind,
    .name = "check.table",
    .attrs = table_attrs,
    .attr_count = COUNT(table_attrs),
    .regions = any_region,
    .region_count = 1,
    .traits = table_traits,
    .trait_count = COUNT(table_traits),
    .trait_bits = BIT(MICA_TRAIT_SINGLE_BLOCK) | BIT(MICA_TRAIT_NO_TERMINATOR) |
                  BIT(MICA_TRAIT_ISOLATED_FROM_ABOVE) | BIT(MICA_TRAIT_SYMBOL_TABLE)};
static const mica_op_def function_op = {.struct_size = sizeof(mica_op_def),
                                        .kind = &function_kind,
                                        .name = "check.function",
                                        .attrs = symbol_attrs,
                                        .attr_count = COUNT(symbol_attrs),
                                        .regions = any_region,
                                        .region_count = 1,
                                        .traits = function_traits,
                                        .trait_count = COUNT(function_traits),
                                        .trait_bits = BIT(MICA_TRAIT_ISOLATED_FROM_ABOVE) |
                                                      BIT(MICA_TRAIT_SYMBOL)};
static const mica_op_def loop_op = {.struct_size = sizeof(mica_op_def),
                                    .kind = &loop_kind,
                                    .name = "check.loop",
                                    .regions = any_region,
                                    .region_count = 1};
static const mica_op_def graph_op = {.struct_size = sizeof(mica_op_def),
                                     .kind = &graph_kind,
                                     .name = "check.graph",
                                     .regions = any_region,
                                     .region_count = 1,
                                     .traits = graph_traits,
                                     .trait_count = COUNT(graph_traits),
                                     .trait_bits = BIT(MICA_TRAIT_GRAPH_REGION) |
                                                   BIT(MICA_TRAIT_NO_TERMINATOR)};
static const mica_op_def branch_op = {.struct_size = sizeof(mica_op_def),
                                      .kind = &branch_kind,
                                      .name = "check.branch",
                                      .operands = any_values,
                                      .operand_count = 1,
                                      .successors = any_successors,
                                      .successor_count = 1,
                                      .traits = terminator_traits,
                                      .trait_count = 1,
                                      .trait_bits = BIT(MICA_TRAIT_TERMINATOR)};
static const mica_op_def end_op = {.struct_size = sizeof(mica_op_def),
                                   .kind = &end_kind,
                                   .name = "check.end",
                                   .operands = any_values,
                                   .operand_count = 1,
                                   .traits = terminator_traits,
                                   .trait_count = 1,
                                   .trait_bits = BIT(MICA_TRAIT_TERMINATOR)};
static const mica_op_def add_op = {.struct_size = sizeof(mica_op_def),
                                   .kind = &add_kind,
                                   .name = "check.add",
                                   .operands = add_operands,
                                   .operand_count = 2,
                                   .results = add_results,
                                   .result_count = 1,
                                   .traits = add_traits,
                                   .trait_count = 1,
                                   .trait_bits = BIT(MICA_TRAIT_SAME_OPERANDS_AND_RESULT_TYPE)};
static const mica_op_def ref_op = {.struct_size = sizeof(mica_op_def),
                                   .kind = &ref_kind,
                                   .name = "check.ref",
                                   .attrs = reference_attrs,
                                   .attr_count = 1};

// ---- what folds
// ------------------------------------------------------------------------------

static mica_fold_status fold_constant(mica_op *op, const mica_attr *const *operands,
                                      mica_fold_result *results)
{
    (void)operands;
    results[0].attr = mica_op_slot(op, 0);
    return MICA_FOLD_REPLACED;
}
static const mica_op_hooks constant_hooks = {.struct_size = sizeof(mica_op_hooks),
                                             .fold = fold_constant};
static const mica_attr_spec constant_attrs[] = {{.name = "value"}};
static const mica_trait_use constant_traits[] = {{.trait = MICA_TRAIT_CONSTANT_LIKE}};
static const mica_trait_use max_traits[] = {{.trait = MICA_TRAIT_COMMUTATIVE},
                                            {.trait = MICA_TRAIT_IDEMPOTENT}};
static const mica_trait_use not_traits[] = {{.trait = MICA_TRAIT_INVOLUTION}};

static const mica_op_def constant_op = {.struct_size = sizeof(mica_op_def),
                                        .kind = &constant_kind,
                                        .name = "check.constant",
                                        .attrs = constant_attrs,
                                        .attr_count = 1,
                                        .results = add_results,
                                        .result_count = 1,
                                        .traits = constant_traits,
                                        .trait_count = 1,
                                        .trait_bits = BIT(MICA_TRAIT_CONSTANT_LIKE),
                                        .hooks = &constant_hooks};
static const mica_op_def max_op = {.struct_size = sizeof(mica_op_def),
                                   .kind = &max_kind,
                                   .name = "check.max",
                                   .operands = any_values,
                                   .operand_count = 1,
                                   .results = add_results,
                                   .result_count = 1,
                                   .traits = max_traits,
                                   .trait_count = COUNT(max_traits),
                                   .trait_bits = BIT(MICA_TRAIT_COMMUTATIVE) |
                                                 BIT(MICA_TRAIT_IDEMPOTENT)};
static const mica_op_def not_op = {.struct_size = sizeof(mica_op_def),
                                   .kind = &not_kind,
                                   .name = "check.not",
                                   .operands = add_operands,
                                   .operand_count = 1,
                                   .results = add_results,
                                   .result_count = 1,
                                   .traits = not_traits,
                                   .trait_count = 1,
                                   .trait_bits = BIT(MICA_TRAIT_INVOLUTION)};

static const mica_op_def *const ops[] = {
    &add_op,  &branch_op, &constant_op, &end_op, &function_op, &graph_op,
    &loop_op, &max_op,    &not_op,      &ref_op, &table_op,
};
static mica_op *make_constant(mica_builder *builder, const mica_attr *value,
                              const mica_type *type)
{
    mica_op_state state;
    mica_op_state_init(&state, builder->context, "check.constant", builder->location);
    mica_op_state_set_slot(&state, 0, value);
    mica_op_state_add_result(&state, type);
    return mica_builder_create(builder, &state);
}

const mica_dialect_def test_dialect = {
    .struct_size = sizeof(mica_dialect_def),
    .name = "check",
    .ops = ops,
    .op_count = COUNT(ops),
    .materialize_constant = make_constant,
};

int test_dialect_setup(void **state)
{
    if (ir_fixture_setup(state) != 0)
        return -1;
    const ir_fixture *fixture = *state;
    return mica_context_register_dialect(fixture->context, &test_dialect) ? 0 : -1;
}
