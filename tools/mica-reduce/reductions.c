// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The kinds of edits, those that take most away first. An edit may make something else than the
// program meant: only the verdict counts.
#include "dialects/cf/cf_ops.h"
#include "dialects/func/func_ops.h"
#include "ir/core/builder.h"
#include "ir/core/interfaces.h"
#include "ir/core/symbol_table.h"
#include "ir/rewrite/branch_operands.h"
#include "tools/mica-reduce/reduction.h"
#include "transforms/drivers/greedy.h"

typedef struct listing {
    mica_op *module;
    place_list *places;
} listing;

static bool is_terminator(const mica_op *op)
{
    return mica_op_has_trait(op, MICA_TRAIT_TERMINATOR) || mica_op_successor_count(op) > 0;
}

static void walk(mica_op *module, place_list *places, mica_walk_fn visit)
{
    listing list = {module, places};
    mica_op_walk_pre(module, visit, &list);
}

// ---- functions: bodies go
// --------------------------------------------------------------------

static mica_walk_result list_body(void *user, mica_op *op)
{
    listing *list = user;
    if (mica_op_is(op, &mica_func_func_kind) && !mica_function_is_declaration(op))
        place_list_add(list->places, op, 0);
    return MICA_WALK_ADVANCE;
}

static void list_bodies(mica_op *module, place_list *places)
{
    walk(module, places, list_body);
}

static bool drop_body(mica_op *op, size_t index)
{
    (void)index;
    mica_region *body = mica_op_region(op, 0);
    mica_for_each_block(block, body) mica_for_each_op(nested, block)
        mica_op_drop_all_references(nested);
    while (!mica_region_is_empty(body))
        mica_block_erase(mica_region_last(body));
    mica_symbol_set_visibility(op, MICA_VISIBILITY_PRIVATE);
    return true;
}

// ---- ops: values stand in for their results
// --------------------------------------------------

static mica_walk_result list_erasable(void *user, mica_op *op)
{
    listing *list = user;
    bool is_used = false;
    for (size_t i = 0; i < mica_op_result_count(op); i++)
        is_used = is_used || !mica_value_is_unused(mica_op_result(op, i));
    // What stands in for others would only be replaced by its like.
    const bool stands_in =
        mica_op_result_count(op) == 1 && is_used && value_is_simple(mica_op_result(op, 0));
    if (op != list->module && mica_op_block(op) && !is_terminator(op) && !stands_in)
        place_list_add(list->places, op, 0);
    return MICA_WALK_ADVANCE;
}

static void list_ops(mica_op *module, place_list *places)
{
    walk(module, places, list_erasable);
}

static bool erase_op(mica_op *op, size_t index)
{
    (void)index;
    return replace_and_erase(op);
}

// ---- ops: an operand is handed on
// --------------------------------------------------------------------

static mica_walk_result list_step(void *user, mica_op *op)
{
    listing *list = user;
    if (mica_op_result_count(op) != 1 || is_terminator(op))
        return MICA_WALK_ADVANCE;
    const mica_type *type = mica_value_type(mica_op_result(op, 0));
    for (size_t i = 0; i < mica_op_operand_count(op); i++)
        if (mica_value_type(mica_op_operand(op, i)) == type)
            place_list_add(list->places, op, i);
    return MICA_WALK_ADVANCE;
}

static void list_steps(mica_op *module, place_list *places)
{
    walk(module, places, list_step);
}

static bool skip_step(mica_op *op, size_t index)
{
    mica_value *operand = mica_op_operand(op, index);
    if (operand == mica_op_result(op, 0)) // a cycle of what can't be reached
        return false;
    mica_value_replace_all_uses(mica_op_result(op, 0), operand);
    mica_op_erase(op);
    return true;
}

// ---- regions: their ops take the place of the op around them
// ---------------------------------

static mica_walk_result list_region(void *user, mica_op *op)
{
    listing *list = user;
    if (op == list->module || mica_op_has_trait(op, MICA_TRAIT_ISOLATED_FROM_ABOVE))
        return MICA_WALK_ADVANCE;
    for (size_t i = 0; i < mica_op_region_count(op); i++)
        if (mica_region_has_one_block(mica_op_region(op, i)))
            place_list_add(list->places, op, i);
    return MICA_WALK_ADVANCE;
}

static void list_regions(mica_op *module, place_list *places)
{
    walk(module, places, list_region);
}

/// Results become what the terminator hands out, where that fits.
static bool replace_results(mica_op *op, const mica_op *terminator)
{
    for (size_t i = 0; i < mica_op_result_count(op); i++) {
        mica_value *result = mica_op_result(op, i);
        if (mica_value_is_unused(result))
            continue;
        mica_value *other = NULL;
        if (terminator && i < mica_op_operand_count(terminator) &&
            mica_value_type(mica_op_operand(terminator, i)) == mica_value_type(result))
            other = mica_op_operand(terminator, i);
        if (!other)
            other = substitute_value(result, op, op);
        if (!other)
            return false;
        mica_value_replace_all_uses(result, other);
    }
    return true;
}

static bool unwrap_region(mica_op *op, size_t index)
{
    if (index >= mica_op_region_count(op) ||
        !mica_region_has_one_block(mica_op_region(op, index)))
        return false;
    mica_block *block = mica_region_first(mica_op_region(op, index));
    for (size_t i = 0; i < mica_block_argument_count(block); i++) {
        mica_value *argument = mica_block_argument(block, i);
        mica_value *other =
            mica_value_is_unused(argument) ? argument : substitute_value(argument, op, op);
        if (!other)
            return false;
        if (other != argument)
            mica_value_replace_all_uses(argument, other);
    }
    mica_op *terminator = mica_block_terminator(block);
    mica_for_each_op_safe(nested, next, block)
    {
        if (nested != terminator)
            mica_op_move_before(nested, op);
    }
    if (!replace_results(op, terminator))
        return false;
    mica_op_erase(op);
    return true;
}

// ---- branches: one way remains; blocks that nothing reaches go
// -------------------------------

static mica_walk_result list_branch(void *user, mica_op *op)
{
    listing *list = user;
    for (size_t i = 0; mica_op_successor_count(op) > 1 && i < mica_op_successor_count(op); i++)
        place_list_add(list->places, op, i);
    return MICA_WALK_ADVANCE;
}

static void list_branches(mica_op *module, place_list *places)
{
    walk(module, places, list_branch);
}

static bool choose_branch(mica_op *op, size_t index)
{
    size_t start, count;
    if (!mica_branch_operands(op, index, &start, &count))
        return false;
    mica_builder builder = mica_builder_before(op);
    mica_op_state state;
    mica_op_state_init(&state, builder.context, "cf.br", builder.location);
    for (size_t i = 0; i < count; i++)
        mica_op_state_add_operand(&state, mica_op_operand(op, start + i));
    mica_op_state_add_successor(&state, mica_op_successor(op, index));
    if (!mica_builder_create(&builder, &state))
        return false;
    mica_op_erase(op);
    return true;
}

static mica_walk_result list_joint(void *user, mica_op *op)
{
    listing *list = user;
    if (mica_op_successor_count(op) != 1)
        return MICA_WALK_ADVANCE;
    const mica_block *next = mica_op_successor(op, 0);
    const mica_block_use *use = mica_block_first_use(next);
    if (!mica_block_use_next(use) && !mica_block_is_entry(next) && next != mica_op_block(op))
        place_list_add(list->places, op, 0);
    return MICA_WALK_ADVANCE;
}

static void list_joints(mica_op *module, place_list *places)
{
    walk(module, places, list_joint);
}

/// The only way into a block: it becomes part of the block before.
static bool join_blocks(mica_op *op, size_t index)
{
    size_t start, count;
    mica_block *before = mica_op_block(op), *next = mica_op_successor(op, index);
    if (!mica_branch_operands(op, index, &start, &count) ||
        count != mica_block_argument_count(next))
        return false;
    for (size_t i = 0; i < count; i++)
        mica_value_replace_all_uses(mica_block_argument(next, i),
                                    mica_op_operand(op, start + i));
    mica_op_erase(op);
    if (!mica_block_is_empty(next))
        mica_block_splice_tail(before, mica_block_first(next));
    mica_block_erase(next);
    return true;
}

static mica_walk_result list_body_region(void *user, mica_op *op)
{
    listing *list = user;
    for (size_t i = 0; i < mica_op_region_count(op); i++)
        if (mica_op_has_trait(op, MICA_TRAIT_ISOLATED_FROM_ABOVE) && op != list->module)
            place_list_add(list->places, op, i);
    return MICA_WALK_ADVANCE;
}

static void list_body_regions(mica_op *module, place_list *places)
{
    walk(module, places, list_body_region);
}

static bool simplify_region(mica_op *op, size_t index)
{
    return mica_region_simplify(mica_op_region(op, index), false, NULL);
}

// ---- operands: arguments and constants rather than what others compute
// ------------------------

static mica_walk_result list_operand(void *user, mica_op *op)
{
    listing *list = user;
    for (size_t i = 0; i < mica_op_operand_count(op); i++)
        if (!value_is_simple(mica_op_operand(op, i)))
            place_list_add(list->places, op, i);
    return MICA_WALK_ADVANCE;
}

static void list_operands(mica_op *module, place_list *places)
{
    walk(module, places, list_operand);
}

static bool simplify_operand(mica_op *op, size_t index)
{
    mica_value *other = substitute_value(mica_op_operand(op, index), op, NULL);
    if (other)
        mica_op_set_operand(op, index, other);
    return other != NULL;
}

// ---- functions: arguments and results go
// -----------------------------------------------------

static mica_walk_result list_argument(void *user, mica_op *op)
{
    listing *list = user;
    if (!mica_op_is(op, &mica_func_func_kind) || mica_function_is_declaration(op))
        return MICA_WALK_ADVANCE;
    const mica_block *entry = mica_region_first(mica_op_region(op, 0));
    for (size_t i = 0; i < mica_block_argument_count(entry); i++)
        if (mica_value_is_unused(mica_block_argument(entry, i)))
            place_list_add(list->places, op, i);
    return MICA_WALK_ADVANCE;
}

static void list_arguments(mica_op *module, place_list *places)
{
    walk(module, places, list_argument);
}

enum { MOST_SIGNATURE = 64 };

/// The function's type without one argument or one result (SIZE_MAX: all stay).
static bool retype(mica_op *op, size_t argument, size_t result)
{
    const mica_type *inputs[MOST_SIGNATURE], *results[MOST_SIGNATURE];
    size_t input_count = 0, result_count = 0;
    if (mica_function_argument_count(op) > MOST_SIGNATURE ||
        mica_function_result_count(op) > MOST_SIGNATURE)
        return false;
    for (size_t i = 0; i < mica_function_argument_count(op); i++)
        if (i != argument)
            inputs[input_count++] = mica_function_argument_type(op, i);
    for (size_t i = 0; i < mica_function_result_count(op); i++)
        if (i != result)
            results[result_count++] = mica_function_result_type(op, i);
    mica_function_set_type(op, mica_function_type_get(mica_op_context(op), inputs, input_count,
                                                      results, result_count));
    // Their dictionaries are one a place: those of a function that shrinks are dropped.
    mica_op_set_attr(op, argument == SIZE_MAX ? "res_attrs" : "arg_attrs", NULL);
    return true;
}

static bool drop_argument(mica_op *op, size_t index)
{
    if (!retype(op, index, SIZE_MAX))
        return false;
    mica_block_erase_argument(mica_region_first(mica_op_region(op, 0)), index);
    return true;
}

static mica_walk_result list_result(void *user, mica_op *op)
{
    listing *list = user;
    if (mica_op_is(op, &mica_func_func_kind) && !mica_function_is_declaration(op))
        for (size_t i = 0; i < mica_function_result_count(op); i++)
            place_list_add(list->places, op, i);
    return MICA_WALK_ADVANCE;
}

static void list_results(mica_op *module, place_list *places)
{
    walk(module, places, list_result);
}

static bool drop_result(mica_op *op, size_t index)
{
    if (!retype(op, SIZE_MAX, index))
        return false;
    mica_for_each_block(block, mica_op_region(op, 0))
    {
        mica_op *last = mica_block_last(block);
        if (mica_op_is(last, &mica_func_return_kind) && index < mica_op_operand_count(last))
            mica_op_erase_operands(last, index, 1);
    }
    return true;
}

// ---- attributes
// ------------------------------------------------------------------------------

/// Indices: slots first, then discardable ones.
static mica_walk_result list_attribute(void *user, mica_op *op)
{
    listing *list = user;
    const mica_op_def *definition = mica_op_definition(op);
    const size_t slots = mica_op_slot_count(op);
    for (size_t i = 0; definition && i < slots; i++)
        if (mica_op_slot(op, i) &&
            (definition->attrs[i].is_optional || definition->attrs[i].default_text))
            place_list_add(list->places, op, i);
    for (size_t i = 0; i < mica_op_attr_count(op); i++)
        place_list_add(list->places, op, slots + i);
    return MICA_WALK_ADVANCE;
}

static void list_attributes(mica_op *module, place_list *places)
{
    walk(module, places, list_attribute);
}

static bool drop_attribute(mica_op *op, size_t index)
{
    const size_t slots = mica_op_slot_count(op);
    if (index < slots)
        mica_op_set_slot(op, index, NULL);
    else if (index - slots < mica_op_attr_count(op))
        mica_op_set_attr_by_name(op, mica_op_attr_entry(op, index - slots).name, NULL);
    else
        return false;
    return true;
}

// clang-format off
const reduction reductions[] = {
    {"bodies of functions", list_bodies,       drop_body,        false},
    {"ops",                 list_ops,          erase_op,         true},
    {"steps",               list_steps,        skip_step,        true},
    {"regions",             list_regions,      unwrap_region,    true},
    {"branches",            list_branches,     choose_branch,    true},
    {"blocks",              list_joints,       join_blocks,      true},
    {"what is dead",        list_body_regions, simplify_region,  false},
    {"operands",            list_operands,     simplify_operand, false},
    {"arguments",           list_arguments,    drop_argument,    false},
    {"results",             list_results,      drop_result,      false},
    {"attributes",          list_attributes,   drop_attribute,   false},
    {NULL,                  NULL,              NULL,             false},
};
// clang-format on
