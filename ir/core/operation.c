// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Ops: their memory, operands, results, successors, regions and place. operation_internal.h has
// the layout; op_attributes.c the slots and discardable attributes, destroy.c the freeing of
// trees of ops.
#include "ir/core/operation_internal.h"

// ---- memory
// ----------------------------------------------------------------------------------

enum { LARGEST_NARROW_COUNT = 254 };

static bool needs_wide_counts(size_t slots, size_t successors, size_t regions)
{
    return slots > LARGEST_NARROW_COUNT || successors > LARGEST_NARROW_COUNT ||
           regions > LARGEST_NARROW_COUNT;
}

size_t micai_op_allocation_size(size_t results, size_t slots, size_t successors, size_t regions,
                                size_t operands)
{
    const size_t wide =
        needs_wide_counts(slots, successors, regions) ? sizeof(micai_wide_counts) : 0;
    return sizeof(mica_op) + wide + results * sizeof(mica_value) + slots * sizeof(mica_attr *) +
           successors * sizeof(mica_block_use) + regions * sizeof(mica_region *) +
           operands * sizeof(mica_use);
}

static void set_counts(mica_op *op, size_t slots, size_t successors, size_t regions)
{
    if (!needs_wide_counts(slots, successors, regions)) {
        op->slot_count = (uint8_t)slots;
        op->successor_count = (uint8_t)successors;
        op->region_count = (uint8_t)regions;
        return;
    }
    op->flags = MICAI_OP_WIDE;
    micai_wide_counts *counts = (micai_wide_counts *)(micai_op_results(op) + op->result_count);
    counts->slots = (uint32_t)slots;
    counts->successors = (uint32_t)successors;
    counts->regions = (uint32_t)regions;
}

mica_op *micai_op_allocate(mica_context *context, const mica_op_record *record,
                           mica_location location, size_t results, size_t slots,
                           size_t successors, size_t regions, size_t operands)
{
    const size_t size = micai_op_allocation_size(results, slots, successors, regions, operands);
    mica_op *op = micai_context_allocate(context, size);
    if (!op)
        return NULL;
    memset(op, 0, size);
    op->record = record;
    op->location = location;
    op->result_count = (uint32_t)results;
    op->operand_count = (uint32_t)operands;
    set_counts(op, slots, successors, regions);
    op->operands = micai_op_inline_operands(op);
    for (size_t i = 0; i < results; i++)
        micai_op_results(op)[i].index = (uint32_t)i;
    for (size_t i = 0; i < successors; i++)
        micai_op_successors(op)[i].owner = op;
    for (size_t i = 0; i < operands; i++)
        op->operands[i].owner = op;
    return op;
}

/// How many uses the op's own allocation holds, whether they are in use or not.
static size_t inline_operand_capacity(const mica_op *op)
{
    if (!(op->flags & MICAI_OP_OPERANDS_MOVED))
        return micai_op_operand_capacity(op);
    const char *uses = (const char *)op->operands;
    return (size_t)((const micai_moved_operands *)(uses - sizeof(micai_moved_operands)))
        ->inline_capacity;
}

static void free_moved_operands(mica_op *op, size_t capacity)
{
    micai_context_free(op->record->context, (char *)op->operands - sizeof(micai_moved_operands),
                       sizeof(micai_moved_operands) + capacity * sizeof(mica_use));
}

void micai_op_free(mica_op *op)
{
    mica_context *context = op->record->context;
    for (size_t i = 0; i < op->operand_count; i++)
        micai_use_unlink(&op->operands[i]);
    mica_block_use *successors = micai_op_successors(op);
    const size_t successor_count = micai_op_successor_count(op);
    for (size_t i = 0; i < successor_count; i++)
        micai_block_use_unlink(&successors[i]);
    for (size_t i = 0; i < op->result_count; i++)
        micai_value_drop_uses(&micai_op_results(op)[i]);
    const mica_attr **slots = micai_op_slots(op);
    const size_t slot_count = micai_op_slot_count(op), region_count = micai_op_region_count(op);
    for (size_t i = 0; i < slot_count; i++)
        mica_attr_release(slots[i]);
    for (size_t i = 0; i < region_count; i++)
        micai_region_free(micai_op_regions(op)[i]);
    micai_op_free_attrs(op);
    const size_t inline_capacity = inline_operand_capacity(op);
    if (op->flags & MICAI_OP_OPERANDS_MOVED)
        free_moved_operands(op, micai_op_operand_capacity(op));
    micai_context_free(context, op,
                       micai_op_allocation_size(op->result_count, slot_count, successor_count,
                                                region_count, inline_capacity));
}

// ---- reading
// ---------------------------------------------------------------------------------

mica_context *mica_op_context(const mica_op *op)
{
    return op->record->context;
}

const mica_op_record *mica_op_get_record(const mica_op *op)
{
    return op->record;
}

const mica_op_def *mica_op_definition(const mica_op *op)
{
    return op->record->definition;
}

mica_op_kind mica_op_get_kind(const mica_op *op)
{
    return op->record->kind;
}

mica_string mica_op_name(const mica_op *op)
{
    return mica_identifier_text(op->record->name);
}

mica_location mica_op_location(const mica_op *op)
{
    return op->location;
}

void mica_op_set_location(mica_op *op, mica_location location)
{
    op->location = location;
    micai_context_count_edit(op->record->context);
}

mica_block *mica_op_block(const mica_op *op)
{
    return op->block;
}

mica_region *mica_op_parent_region(const mica_op *op)
{
    return op->block ? op->block->region : NULL;
}

mica_op *mica_op_parent(const mica_op *op)
{
    const mica_region *region = mica_op_parent_region(op);
    return region ? region->parent : NULL;
}

mica_op *mica_op_next(const mica_op *op)
{
    return op->next;
}

mica_op *mica_op_previous(const mica_op *op)
{
    return op->previous;
}

bool mica_op_is_ancestor(const mica_op *ancestor, const mica_op *op)
{
    while (op && op != ancestor)
        op = mica_op_parent(op);
    return op != NULL;
}

size_t mica_op_result_count(const mica_op *op)
{
    return op->result_count;
}

mica_value *mica_op_result(const mica_op *op, size_t index)
{
    assert(index < op->result_count);
    return &micai_op_results(op)[index];
}

size_t mica_op_successor_count(const mica_op *op)
{
    return micai_op_successor_count(op);
}

mica_block *mica_op_successor(const mica_op *op, size_t index)
{
    assert(index < micai_op_successor_count(op));
    return micai_op_successors(op)[index].block;
}

void mica_op_set_successor(mica_op *op, size_t index, mica_block *block)
{
    assert(index < micai_op_successor_count(op));
    mica_block_use *use = &micai_op_successors(op)[index];
    if (use->block == block)
        return;
    micai_block_use_unlink(use);
    micai_block_use_link(use, block);
    micai_context_count_edit(op->record->context);
}

size_t mica_op_region_count(const mica_op *op)
{
    return micai_op_region_count(op);
}

mica_region *mica_op_region(const mica_op *op, size_t index)
{
    assert(index < micai_op_region_count(op));
    return micai_op_regions(op)[index];
}

// ---- operands
// --------------------------------------------------------------------------------

size_t mica_op_operand_count(const mica_op *op)
{
    return op->operand_count;
}

mica_value *mica_op_operand(const mica_op *op, size_t index)
{
    assert(index < op->operand_count);
    return op->operands[index].value;
}

mica_use *mica_op_operand_use(const mica_op *op, size_t index)
{
    assert(index < op->operand_count);
    return &op->operands[index];
}

void mica_op_set_operand(mica_op *op, size_t index, mica_value *value)
{
    assert(index < op->operand_count);
    mica_use_set(&op->operands[index], value);
}

/// Moves a use to another address; its neighbours in the use list follow.
static void move_use(mica_use *to, const mica_use *from)
{
    *to = *from;
    if (!to->value)
        return;
    *to->link = to;
    if (to->next)
        to->next->link = &to->next;
}

/// Sets the count of operands within a known capacity and keeps the capacity in the first spare
/// use.
static void set_operand_count(mica_op *op, size_t count, size_t capacity)
{
    op->operand_count = (uint32_t)count;
    op->flags = (uint8_t)(op->flags & ~MICAI_OP_OPERANDS_SPARE);
    if (count == capacity)
        return;
    op->flags |= MICAI_OP_OPERANDS_SPARE;
    op->operands[count].value = NULL;
    op->operands[count].owner = (mica_op *)(uintptr_t)capacity;
}

/// Moves the operands to an array with room for `count` of them.
static bool grow_operands(mica_op *op, size_t count)
{
    const size_t old_capacity = micai_op_operand_capacity(op);
    const size_t capacity = count > old_capacity * 2 ? count : old_capacity * 2;
    micai_moved_operands *moved = micai_context_allocate(
        op->record->context, sizeof *moved + capacity * sizeof(mica_use));
    if (!moved)
        return false;
    moved->inline_capacity = inline_operand_capacity(op);
    for (size_t i = 0; i < op->operand_count; i++)
        move_use(&moved->uses[i], &op->operands[i]);
    if (op->flags & MICAI_OP_OPERANDS_MOVED)
        free_moved_operands(op, old_capacity);
    op->flags |= MICAI_OP_OPERANDS_MOVED;
    op->operands = moved->uses;
    set_operand_count(op, op->operand_count, capacity);
    return true;
}

void mica_op_insert_operands(mica_op *op, size_t index, mica_value *const *values, size_t count)
{
    assert(index <= op->operand_count);
    const size_t old_count = op->operand_count, new_count = old_count + count;
    if (count == 0 ||
        (new_count > micai_op_operand_capacity(op) && !grow_operands(op, new_count)))
        return;
    const size_t capacity = micai_op_operand_capacity(op);
    for (size_t i = old_count; i > index; i--)
        move_use(&op->operands[i - 1 + count], &op->operands[i - 1]);
    for (size_t i = 0; i < count; i++) {
        op->operands[index + i].owner = op;
        micai_use_link(&op->operands[index + i], values[i]);
    }
    set_operand_count(op, new_count, capacity);
    micai_context_count_edit(op->record->context);
}

void mica_op_erase_operands(mica_op *op, size_t index, size_t count)
{
    assert(index + count <= op->operand_count);
    if (count == 0)
        return;
    const size_t capacity = micai_op_operand_capacity(op);
    for (size_t i = 0; i < count; i++)
        micai_use_unlink(&op->operands[index + i]);
    for (size_t i = index + count; i < op->operand_count; i++)
        move_use(&op->operands[i - count], &op->operands[i]);
    set_operand_count(op, op->operand_count - count, capacity);
    micai_context_count_edit(op->record->context);
}

void mica_op_set_operands(mica_op *op, mica_value *const *values, size_t count)
{
    const size_t old_count = op->operand_count;
    const size_t common = count < old_count ? count : old_count;
    for (size_t i = 0; i < common; i++)
        mica_use_set(&op->operands[i], values[i]);
    if (count < old_count)
        mica_op_erase_operands(op, count, old_count - count);
    else
        mica_op_insert_operands(op, old_count, values + common, count - common);
}

// ---- operand and result groups
// ---------------------------------------------------------------

/// The sizes of spec groups from a segment sizes attribute: sets start and count of group
/// `index`. False when the attribute is missing or too short.
static bool find_segment(const mica_op *op, const char *attr_name, size_t index, size_t total,
                         size_t *start, size_t *count)
{
    const mica_attr *sizes = mica_op_attr(op, attr_name);
    if (!mica_attr_is(sizes, MICA_ATTR_DENSE_ARRAY) ||
        index >= mica_dense_array_attr_count(sizes))
        return false;
    int64_t begin = 0;
    for (size_t i = 0; i < index; i++)
        begin += mica_dense_array_attr_int(sizes, i);
    const int64_t size = mica_dense_array_attr_int(sizes, index);
    if (begin < 0 || size < 0 || (uint64_t)(begin + size) > total)
        return false;
    *start = (size_t)begin;
    *count = (size_t)size;
    return true;
}

/// Without segment sizes all groups that may vary have the same size.
static void divide_evenly(const mica_value_spec *specs, size_t spec_count, size_t index,
                          size_t total, size_t *start, size_t *count)
{
    // As many as specs: one each, also of those that may vary.
    if (total == spec_count) {
        *start = index;
        *count = 1;
        return;
    }
    size_t varying = 0, varying_before = 0;
    for (size_t i = 0; i < spec_count; i++) {
        const bool varies = specs[i].arity != MICA_ARITY_ONE;
        varying += varies;
        varying_before += varies && i < index;
    }
    const size_t fixed = spec_count - varying;
    const size_t each = varying && total > fixed ? (total - fixed) / varying : 0;
    *start = (index - varying_before) + varying_before * each;
    *count = specs[index].arity == MICA_ARITY_ONE ? 1 : each;
    if (*start > total)
        *start = total;
    if (*count > total - *start)
        *count = total - *start;
}

void mica_op_operand_range(const mica_op *op, size_t index, size_t *start, size_t *count)
{
    const mica_op_def *definition = op->record->definition;
    assert(definition && index < definition->operand_count);
    if (micai_op_has_trait(op, MICA_TRAIT_ATTR_SIZED_OPERAND_SEGMENTS) &&
        find_segment(op, "operandSegmentSizes", index, op->operand_count, start, count))
        return;
    divide_evenly(definition->operands, definition->operand_count, index, op->operand_count,
                  start, count);
}

void mica_op_result_range(const mica_op *op, size_t index, size_t *start, size_t *count)
{
    const mica_op_def *definition = op->record->definition;
    assert(definition && index < definition->result_count);
    if (micai_op_has_trait(op, MICA_TRAIT_ATTR_SIZED_RESULT_SEGMENTS) &&
        find_segment(op, "resultSegmentSizes", index, op->result_count, start, count))
        return;
    divide_evenly(definition->results, definition->result_count, index, op->result_count, start,
                  count);
}

// ---- modules
// ---------------------------------------------------------------------------------

mica_op *mica_module_create(mica_context *context, mica_location location)
{
    mica_op_state state;
    mica_op_state_init(&state, context, "builtin.module", location);
    mica_region *body = mica_op_state_add_region(&state);
    mica_block *block = mica_block_create(context);
    if (body && block)
        mica_region_append(body, block);
    else if (block)
        mica_block_destroy(block);
    return mica_op_create(&state);
}

mica_block *mica_module_body(const mica_op *module)
{
    return mica_region_first(mica_op_region(module, 0));
}
