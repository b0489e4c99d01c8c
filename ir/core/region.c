// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Regions: lists of blocks that belong to an op, or to nobody yet.
#include "ir/core/operation_internal.h"

mica_region *mica_region_create(mica_context *context)
{
    mica_region *region = micai_context_allocate(context, sizeof *region);
    if (!region)
        return NULL;
    memset(region, 0, sizeof *region);
    region->context = context;
    return region;
}

void micai_region_free(mica_region *region)
{
    assert(!region || !region->first);
    if (region)
        micai_context_free(region->context, region, sizeof *region);
}

mica_op *mica_region_parent(const mica_region *region)
{
    return region->parent;
}

size_t mica_region_index(const mica_region *region)
{
    return region->index;
}

mica_context *mica_region_context(const mica_region *region)
{
    return region->context;
}

mica_block *mica_region_first(const mica_region *region)
{
    return region->first;
}

mica_block *mica_region_last(const mica_region *region)
{
    return region->last;
}

bool mica_region_is_empty(const mica_region *region)
{
    return !region->first;
}

bool mica_region_has_one_block(const mica_region *region)
{
    return region->first && region->first == region->last;
}

void micai_region_link_block(mica_region *region, mica_block *block, mica_block *before)
{
    assert(!block->region);
    mica_block *previous = before ? before->previous : region->last;
    if (before)
        region->is_numbered = false;
    else
        block->number = previous ? previous->number + 1 : 0;
    if (!previous && !before)
        region->is_numbered = true;
    block->region = region;
    block->previous = previous;
    block->next = before;
    if (previous)
        previous->next = block;
    else
        region->first = block;
    if (before)
        before->previous = block;
    else
        region->last = block;
}

void mica_region_append(mica_region *region, mica_block *block)
{
    micai_region_link_block(region, block, NULL);
    micai_context_count_edit(region->context);
}

/// Moves all blocks of `from` into `to` before `before` (NULL: to the end).
static void move_blocks(mica_region *from, mica_region *to, mica_block *before)
{
    if (from == to || !from->first)
        return;
    for (mica_block *block = from->first; block; block = block->next)
        block->region = to;
    mica_block *previous = before ? before->previous : to->last;
    from->first->previous = previous;
    if (previous)
        previous->next = from->first;
    else
        to->first = from->first;
    from->last->next = before;
    if (before)
        before->previous = from->last;
    else
        to->last = from->last;
    from->first = from->last = NULL;
    to->is_numbered = false;
    micai_context_count_edit(to->context);
}

void mica_region_take_body(mica_region *to, mica_region *from)
{
    move_blocks(from, to, NULL);
}

void mica_region_inline_before(mica_region *region, mica_block *anchor)
{
    move_blocks(region, anchor->region, anchor);
}

bool mica_region_is_ancestor(const mica_region *ancestor, const mica_region *region)
{
    while (region && region != ancestor)
        region = region->parent ? mica_op_parent_region(region->parent) : NULL;
    return region != NULL;
}

mica_op *mica_region_find_ancestor(const mica_region *region, mica_op *op)
{
    while (op && mica_op_parent_region(op) != region)
        op = mica_op_parent(op);
    return op;
}
