// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Blocks: their arguments, their list of ops, their place in a region and their predecessors.
// op_order.c keeps the order index of ops.
#include "ir/core/operation_internal.h"

mica_block *mica_block_create(mica_context *context)
{
    mica_block *block = micai_context_allocate(context, sizeof *block);
    if (!block)
        return NULL;
    memset(block, 0, sizeof *block);
    block->context = context;
    return block;
}

static void free_argument(mica_block *block, mica_value *argument)
{
    micai_value_drop_uses(argument);
    micai_context_free(block->context, argument, sizeof(micai_argument));
}

void micai_block_free(mica_block *block)
{
    assert(!block->first && !block->region);
    micai_block_drop_uses(block);
    for (uint32_t i = 0; i < block->argument_count; i++)
        free_argument(block, block->arguments[i]);
    micai_context_free(block->context, block->arguments,
                       block->argument_capacity * sizeof *block->arguments);
    micai_context_free(block->context, block, sizeof *block);
}

// ---- reading
// ---------------------------------------------------------------------------------

mica_region *mica_block_region(const mica_block *block)
{
    return block->region;
}

mica_op *mica_block_parent_op(const mica_block *block)
{
    return block->region ? block->region->parent : NULL;
}

mica_context *mica_block_context(const mica_block *block)
{
    return block->context;
}

mica_block *mica_block_next(const mica_block *block)
{
    return block->next;
}

mica_block *mica_block_previous(const mica_block *block)
{
    return block->previous;
}

bool mica_block_is_entry(const mica_block *block)
{
    return block->region && block->region->first == block;
}

mica_op *mica_block_first(const mica_block *block)
{
    return block->first;
}

mica_op *mica_block_last(const mica_block *block)
{
    return block->last;
}

bool mica_block_is_empty(const mica_block *block)
{
    return !block->first;
}

mica_op *mica_block_terminator(const mica_block *block)
{
    mica_op *last = block->last;
    const bool may_terminate =
        last && (!last->record->definition || micai_op_has_trait(last, MICA_TRAIT_TERMINATOR));
    return may_terminate ? last : NULL;
}

// ---- arguments
// -------------------------------------------------------------------------------

size_t mica_block_argument_count(const mica_block *block)
{
    return block->argument_count;
}

mica_value *mica_block_argument(const mica_block *block, size_t index)
{
    assert(index < block->argument_count);
    return block->arguments[index];
}

static bool reserve_argument(mica_block *block)
{
    if (block->argument_count < block->argument_capacity)
        return true;
    const uint32_t capacity = block->argument_capacity ? block->argument_capacity * 2 : 1;
    mica_value **grown =
        micai_context_allocate(block->context, capacity * sizeof *block->arguments);
    if (!grown)
        return false;
    if (block->argument_count)
        memcpy(grown, block->arguments, block->argument_count * sizeof *grown);
    micai_context_free(block->context, block->arguments,
                       block->argument_capacity * sizeof *block->arguments);
    block->arguments = grown;
    block->argument_capacity = capacity;
    return true;
}

mica_value *mica_block_insert_argument(mica_block *block, size_t index, const mica_type *type,
                                       mica_location location)
{
    assert(index <= block->argument_count);
    if (!reserve_argument(block))
        return NULL;
    micai_argument *argument = micai_context_allocate(block->context, sizeof *argument);
    if (!argument)
        return NULL;
    const mica_value value = {type, NULL, (uint32_t)index, MICAI_VALUE_ARGUMENT};
    argument->value = value;
    argument->block = block;
    argument->location = location;
    for (size_t i = block->argument_count; i > index; i--) {
        block->arguments[i] = block->arguments[i - 1];
        block->arguments[i]->index = (uint32_t)i;
    }
    block->arguments[index] = &argument->value;
    block->argument_count++;
    micai_context_count_edit(block->context);
    return &argument->value;
}

mica_value *mica_block_add_argument(mica_block *block, const mica_type *type,
                                    mica_location location)
{
    return mica_block_insert_argument(block, block->argument_count, type, location);
}

void mica_block_erase_argument(mica_block *block, size_t index)
{
    assert(index < block->argument_count);
    assert(mica_value_is_unused(block->arguments[index]));
    free_argument(block, block->arguments[index]);
    block->argument_count--;
    for (size_t i = index; i < block->argument_count; i++) {
        block->arguments[i] = block->arguments[i + 1];
        block->arguments[i]->index = (uint32_t)i;
    }
    micai_context_count_edit(block->context);
}

// ---- ops
// -------------------------------------------------------------------------------------

void micai_block_link_op(mica_block *block, mica_op *op, mica_op *before)
{
    assert(!op->block && (!before || before->block == block));
    mica_op *previous = before ? before->previous : block->last;
    op->block = block;
    op->order = 0;
    op->previous = previous;
    op->next = before;
    if (previous)
        previous->next = op;
    else
        block->first = op;
    if (before)
        before->previous = op;
    else
        block->last = op;
}

void micai_block_unlink_op(mica_op *op)
{
    mica_block *block = op->block;
    if (op->previous)
        op->previous->next = op->next;
    else
        block->first = op->next;
    if (op->next)
        op->next->previous = op->previous;
    else
        block->last = op->previous;
    op->previous = op->next = NULL;
    op->block = NULL;
}

void mica_block_append(mica_block *block, mica_op *op)
{
    micai_block_link_op(block, op, NULL);
    micai_context_count_edit(block->context);
}

void mica_block_prepend(mica_block *block, mica_op *op)
{
    micai_block_link_op(block, op, block->first);
    micai_context_count_edit(block->context);
}

void mica_op_insert_before(mica_op *op, mica_op *anchor)
{
    micai_block_link_op(anchor->block, op, anchor);
    micai_context_count_edit(anchor->record->context);
}

void mica_op_insert_after(mica_op *op, mica_op *anchor)
{
    micai_block_link_op(anchor->block, op, anchor->next);
    micai_context_count_edit(anchor->record->context);
}

void mica_op_remove(mica_op *op)
{
    if (!op->block)
        return;
    micai_block_unlink_op(op);
    micai_context_count_edit(op->record->context);
}

void mica_op_move_before(mica_op *op, mica_op *anchor)
{
    if (op == anchor || op->next == anchor)
        return;
    micai_block_unlink_op(op);
    mica_op_insert_before(op, anchor);
}

void mica_op_move_after(mica_op *op, mica_op *anchor)
{
    if (op == anchor || anchor->next == op)
        return;
    micai_block_unlink_op(op);
    mica_op_insert_after(op, anchor);
}

void mica_block_splice_tail(mica_block *to, mica_op *first)
{
    mica_block *from = first->block;
    if (from == to)
        return;
    mica_op *last = from->last;
    for (mica_op *op = first; op; op = op->next) {
        op->block = to;
        op->order = 0;
    }
    from->last = first->previous;
    if (from->last)
        from->last->next = NULL;
    else
        from->first = NULL;
    first->previous = to->last;
    if (to->last)
        to->last->next = first;
    else
        to->first = first;
    to->last = last;
    micai_context_count_edit(to->context);
}

mica_block *mica_block_split_before(mica_op *op)
{
    mica_block *block = op->block;
    mica_block *tail = mica_block_create(block->context);
    if (!tail)
        return NULL;
    if (block->region)
        mica_block_insert_after(tail, block);
    mica_block_splice_tail(tail, op);
    return tail;
}

// ---- place in a region
// -----------------------------------------------------------------------

void mica_block_insert_before(mica_block *block, mica_block *anchor)
{
    micai_region_link_block(anchor->region, block, anchor);
    micai_context_count_edit(block->context);
}

void mica_block_insert_after(mica_block *block, mica_block *anchor)
{
    micai_region_link_block(anchor->region, block, anchor->next);
    micai_context_count_edit(block->context);
}

void mica_block_remove(mica_block *block)
{
    mica_region *region = block->region;
    if (!region)
        return;
    if (block->previous)
        block->previous->next = block->next;
    else
        region->first = block->next;
    if (block->next)
        block->next->previous = block->previous;
    else
        region->last = block->previous;
    if (block->next)
        region->is_numbered = false;
    block->next = block->previous = NULL;
    block->region = NULL;
    micai_context_count_edit(block->context);
}

uint32_t micai_block_number(mica_block *block)
{
    mica_region *region = block->region;
    if (!region->is_numbered) {
        uint32_t number = 0;
        mica_for_each_block(each, region) each->number = number++;
        region->is_numbered = true;
    }
    return block->number;
}

// ---- predecessors
// ----------------------------------------------------------------------------

mica_block_use *mica_block_first_use(const mica_block *block)
{
    return block->first_use;
}

mica_block_use *mica_block_use_next(const mica_block_use *use)
{
    return use->next;
}

mica_op *mica_block_use_owner(const mica_block_use *use)
{
    return use->owner;
}

size_t mica_block_use_index(const mica_block_use *use)
{
    return (size_t)(use - micai_op_successors(use->owner));
}

void mica_block_replace_all_uses(mica_block *block, mica_block *with)
{
    if (block == with || !block->first_use)
        return;
    while (block->first_use) {
        mica_block_use *use = block->first_use;
        micai_block_use_unlink(use);
        micai_block_use_link(use, with);
    }
    micai_context_count_edit(with->context);
}

void micai_block_drop_uses(mica_block *block)
{
    for (mica_block_use *use = block->first_use; use; use = use->next)
        use->block = NULL;
    block->first_use = NULL;
}
