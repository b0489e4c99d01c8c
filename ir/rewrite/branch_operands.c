// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Operands of branches, by the definition's specs.
#include "ir/rewrite/branch_operands.h"

#include <assert.h>
#include <stdlib.h>

/// Where the operands of a successor are: a spec, and the group within it.
typedef struct branch_place {
    size_t spec;
    size_t group; ///< of a variadic_of_variadic spec
    bool is_group;
} branch_place;

/// Successor specs but the last stand for one block each.
static bool find_place(const mica_op *op, size_t successor, branch_place *place)
{
    const mica_op_def *definition = mica_op_definition(op);
    if (!definition || !mica_op_has_trait(op, MICA_TRAIT_BRANCH) ||
        definition->successor_count > definition->operand_count ||
        definition->successor_count == 0)
        return false;
    const size_t first = (size_t)definition->operand_count - definition->successor_count;
    const size_t last = definition->successor_count - 1u;
    const size_t spec = successor < last ? successor : last;
    place->spec = first + spec;
    place->group = successor - spec;
    place->is_group =
        definition->operands[place->spec].arity == MICA_ARITY_VARIADIC_OF_VARIADIC;
    return place->is_group || place->group == 0;
}

static const mica_attr *group_sizes(const mica_op *op, size_t spec)
{
    const mica_op_def *definition = mica_op_definition(op);
    return mica_op_slot_or_default(op, (size_t)definition->operands[spec].group_slot);
}

/// Narrows the run of a spec to one of its groups.
static bool narrow_to_group(const mica_op *op, const branch_place *place, size_t *start,
                            size_t *count)
{
    const mica_attr *sizes = group_sizes(op, place->spec);
    if (!mica_attr_is(sizes, MICA_ATTR_DENSE_ARRAY) ||
        place->group >= mica_dense_array_attr_count(sizes))
        return false;
    for (size_t i = 0; i < place->group; i++)
        *start += (size_t)mica_dense_array_attr_int(sizes, i);
    *count = (size_t)mica_dense_array_attr_int(sizes, place->group);
    return true;
}

bool mica_branch_operands(const mica_op *op, size_t successor, size_t *start, size_t *count)
{
    branch_place place;
    if (!find_place(op, successor, &place))
        return false;
    mica_op_operand_range(op, place.spec, start, count);
    if (place.is_group && !narrow_to_group(op, &place, start, count))
        return false;
    return *count == mica_block_argument_count(mica_op_successor(op, successor));
}

/// The dense i32 array with `difference` added at `index`.
static const mica_attr *adjust_size(mica_context *context, const mica_attr *sizes, size_t index,
                                    int32_t difference)
{
    const size_t count = mica_dense_array_attr_count(sizes);
    int32_t *values = mica_malloc((count ? count : 1) * sizeof(int32_t));
    if (!values)
        return sizes;
    for (size_t i = 0; i < count; i++)
        values[i] = (int32_t)mica_dense_array_attr_int(sizes, i);
    values[index] += difference;
    const mica_attr *adjusted = mica_i32_array_attr_get(context, values, count);
    mica_free(values);
    return adjusted;
}

static void adjust_sizes(mica_op *op, const branch_place *place, int32_t difference)
{
    const mica_op_def *definition = mica_op_definition(op);
    mica_context *context = mica_op_context(op);
    if (place->is_group)
        mica_op_set_slot(
            op, (size_t)definition->operands[place->spec].group_slot,
            adjust_size(context, group_sizes(op, place->spec), place->group, difference));
    if (!mica_op_has_trait(op, MICA_TRAIT_ATTR_SIZED_OPERAND_SEGMENTS))
        return;
    const int slot = mica_op_def_find_slot(definition, mica_string_from("operandSegmentSizes"));
    assert(slot >= 0 && "segment sizes have a slot");
    mica_op_set_slot(op, (size_t)slot,
                     adjust_size(context, mica_op_slot_or_default(op, (size_t)slot),
                                 place->spec, difference));
}

/// The run without the check of the block's arguments, whose count is about to change.
static void find_run(const mica_op *op, const branch_place *place, size_t *start, size_t *count)
{
    mica_op_operand_range(op, place->spec, start, count);
    if (place->is_group)
        narrow_to_group(op, place, start, count);
}

void mica_branch_erase_operand(mica_op *op, size_t successor, size_t argument)
{
    branch_place place;
    if (!find_place(op, successor, &place))
        return;
    size_t start, count;
    find_run(op, &place, &start, &count);
    mica_op_erase_operands(op, start + argument, 1);
    adjust_sizes(op, &place, -1);
}

void mica_branch_append_operand(mica_op *op, size_t successor, mica_value *value)
{
    branch_place place;
    if (!find_place(op, successor, &place))
        return;
    size_t start, count;
    find_run(op, &place, &start, &count);
    mica_op_insert_operands(op, start + count, &value, 1);
    adjust_sizes(op, &place, 1);
}
