// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The builtin dialect: builtin.module and builtin.unrealized_conversion_cast. Written by hand,
// since a bare context has them before any definition is read.
#include "ir/core/builtin_ops.h"

#include "ir/core/context.h"
#include "ir/core/diagnostics.h"
#include "ir/text/asm_parser.h"
#include "ir/text/asm_printer.h"

const mica_op_identity mica_builtin_module_kind = {"builtin.module"};
const mica_op_identity mica_builtin_unrealized_conversion_cast_kind = {
    "builtin.unrealized_conversion_cast"};

static const mica_constraint any_type = {.description = "any type",
                                         .kind = MICA_CONSTRAINT_ANY};
static const mica_constraint string_attr = {.description = "string attribute",
                                            .kind = MICA_CONSTRAINT_ATTR_KIND,
                                            .value = MICA_ATTR_STRING};

// ---- module
// ----------------------------------------------------------------------------------
//   module @name attributes {...} { ops }

enum { MODULE_SYM_NAME, MODULE_SYM_VISIBILITY };

static bool parse_module(mica_asm_parser *parser, mica_op_state *state)
{
    const mica_attr *name = NULL;
    mica_region *body = mica_op_state_add_region(state);
    if (!body)
        return false;
    if (mica_asm_parse_symbol_name_if(parser, &name))
        mica_op_state_set_slot(state, MODULE_SYM_NAME, name);
    if (!mica_asm_parse_attr_dict_with_keyword(parser, state) ||
        !mica_asm_parse_region(parser, body, NULL, 0))
        return false;
    if (mica_region_is_empty(body)) {
        mica_block *block = mica_block_create(state->context);
        if (!block)
            return false;
        mica_region_append(body, block);
    }
    return true;
}

static void print_module(mica_asm_printer *printer, mica_op *op)
{
    static const char *const printed[] = {"sym_name", NULL};
    const mica_attr *name = mica_op_slot(op, MODULE_SYM_NAME);
    if (name) {
        mica_asm_print(printer, " ");
        mica_asm_print_symbol_name(printer, mica_string_attr_text(name));
    }
    mica_asm_print_attr_dict_with_keyword(printer, op, printed);
    mica_asm_print(printer, " ");
    mica_asm_print_region(printer, mica_op_region(op, 0), true, true);
}

/// A module may carry attributes of dialects; anything else would be taken for its own.
static bool verify_module(mica_op *op)
{
    for (size_t i = 0; i < mica_op_attr_count(op); ++i) {
        const mica_string name = mica_identifier_text(mica_op_attr_entry(op, i).name);
        if (!memchr(name.data, '.', name.length))
            return mica_op_error(op,
                                 "can only contain attributes with dialect-prefixed names, "
                                 "found: '%.*s'",
                                 MICA_STRING_ARG(name));
    }
    return true;
}

static const mica_attr_spec module_attrs[] = {
    {.name = "sym_name", .constraint = &string_attr, .is_optional = true},
    {.name = "sym_visibility", .constraint = &string_attr, .is_optional = true},
};
static const mica_region_spec module_regions[] = {
    {.name = "body", .min_blocks = 1, .max_blocks = 1}};
static const mica_trait_use module_traits[] = {
    {.trait = MICA_TRAIT_AFFINE_SCOPE},    {.trait = MICA_TRAIT_ISOLATED_FROM_ABOVE},
    {.trait = MICA_TRAIT_SYMBOL_TABLE},    {.trait = MICA_TRAIT_SYMBOL},
    {.trait = MICA_TRAIT_SINGLE_BLOCK},    {.trait = MICA_TRAIT_NO_TERMINATOR},
    {.trait = MICA_TRAIT_GRAPH_REGION},    {.trait = MICA_TRAIT_NO_REGION_ARGUMENTS},
    {.trait = MICA_TRAIT_DEFAULT_DIALECT},
};
#define BIT(trait) (UINT64_C(1) << MICA_TRAIT_##trait)
static const mica_op_hooks module_hooks = {.struct_size = sizeof module_hooks,
                                           .verify = verify_module,
                                           .parse = parse_module,
                                           .print = print_module};
static const mica_op_def module_def = {
    .struct_size = sizeof module_def,
    .kind = &mica_builtin_module_kind,
    .name = "builtin.module",
    .summary = "A top level container operation",
    .attrs = module_attrs,
    .attr_count = 2,
    .regions = module_regions,
    .region_count = 1,
    .traits = module_traits,
    .trait_count = sizeof module_traits / sizeof module_traits[0],
    .trait_bits = BIT(AFFINE_SCOPE) | BIT(ISOLATED_FROM_ABOVE) | BIT(SYMBOL_TABLE) |
                  BIT(SYMBOL) | BIT(SINGLE_BLOCK) | BIT(NO_TERMINATOR) | BIT(GRAPH_REGION) |
                  BIT(NO_REGION_ARGUMENTS) | BIT(DEFAULT_DIALECT),
    .hooks = &module_hooks,
};

// ---- unrealized_conversion_cast
// --------------------------------------------------------------
//   builtin.unrealized_conversion_cast %a, %b : i32, i64 to f32 {attrs}

static bool parse_cast_inputs(mica_asm_parser *parser, mica_op_state *state)
{
    mica_asm_operand_list operands = {0};
    mica_asm_type_list types = {0};
    const size_t offset = mica_asm_offset(parser);
    bool good = mica_asm_parse_operand_list(parser, MICA_DELIMITER_NONE, &operands);
    if (good && operands.count)
        good = mica_asm_parse_colon_type_list(parser, &types) &&
               mica_asm_resolve_operands(parser, &operands, types.data, types.count, offset,
                                         state);
    mica_asm_operand_list_free(&operands);
    mica_asm_type_list_free(&types);
    return good;
}

static bool parse_cast(mica_asm_parser *parser, mica_op_state *state)
{
    if (!parse_cast_inputs(parser, state) || !mica_asm_parse_keyword(parser, "to"))
        return false;
    mica_asm_type_list types = {0};
    const bool good =
        mica_asm_parse_type_list(parser, &types) && mica_asm_parse_attr_dict(parser, state);
    if (good)
        mica_op_state_add_results(state, types.data, types.count);
    mica_asm_type_list_free(&types);
    return good;
}

static void print_cast(mica_asm_printer *printer, mica_op *op)
{
    const size_t count = mica_op_operand_count(op);
    if (count) {
        mica_asm_print(printer, " ");
        mica_asm_print_operands(printer, op, 0, count);
        mica_asm_print(printer, " : ");
        mica_asm_print_operand_types(printer, op, 0, count);
    }
    mica_asm_print(printer, " to ");
    mica_asm_print_result_types(printer, op);
    mica_asm_print_attr_dict(printer, op, NULL);
}

static bool verify_cast(mica_op *op)
{
    return mica_op_result_count(op) > 0 ||
           mica_op_error(op, "expected at least one result for cast operation");
}

static const mica_value_spec cast_inputs[] = {{.name = "inputs",
                                               .constraint = &any_type,
                                               .arity = MICA_ARITY_VARIADIC,
                                               .group_slot = -1}};
static const mica_value_spec cast_outputs[] = {{.name = "outputs",
                                                .constraint = &any_type,
                                                .arity = MICA_ARITY_VARIADIC,
                                                .group_slot = -1}};
static const mica_trait_use cast_traits[] = {{.trait = MICA_TRAIT_PURE}};
static const mica_op_hooks cast_hooks = {.struct_size = sizeof cast_hooks,
                                         .verify = verify_cast,
                                         .parse = parse_cast,
                                         .print = print_cast};
static const mica_op_def cast_def = {
    .struct_size = sizeof cast_def,
    .kind = &mica_builtin_unrealized_conversion_cast_kind,
    .name = "builtin.unrealized_conversion_cast",
    .summary = "An unrealized conversion from one set of types to another",
    .operands = cast_inputs,
    .operand_count = 1,
    .results = cast_outputs,
    .result_count = 1,
    .traits = cast_traits,
    .trait_count = 1,
    .trait_bits = BIT(PURE),
    .hooks = &cast_hooks,
};

// ---- the dialect
// -----------------------------------------------------------------------------

static const mica_op_def *const ops[] = {&module_def, &cast_def};
const mica_dialect_def mica_builtin_dialect = {
    .struct_size = sizeof mica_builtin_dialect,
    .name = "builtin",
    .summary = "the ops that every context knows",
    .ops = ops,
    .op_count = 2,
};
