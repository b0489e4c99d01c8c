// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Deep copies. First the structure is copied (ops without operands, blocks with arguments),
// then operands and successors are set, so that a use before its definition (graph regions,
// branches back) finds the copy. Both steps walk original and copy side by side along the tree,
// without a stack.
#include "ir/core/operation_internal.h"

struct mica_mapping {
    mica_context *context;
    micai_pointer_map map; ///< values and blocks: their addresses never meet
};

mica_mapping *mica_mapping_create(mica_context *context)
{
    mica_mapping *mapping = micai_context_allocate(context, sizeof *mapping);
    if (!mapping)
        return NULL;
    mapping->context = context;
    mapping->map = micai_pointer_map_on(&context->allocator);
    return mapping;
}

void mica_mapping_destroy(mica_mapping *mapping)
{
    if (!mapping)
        return;
    micai_pointer_map_free(&mapping->map);
    micai_context_free(mapping->context, mapping, sizeof *mapping);
}

void mica_mapping_set(mica_mapping *mapping, mica_value *from, mica_value *to)
{
    micai_pointer_map_put(&mapping->map, from, to);
}

mica_value *mica_mapping_get(const mica_mapping *mapping, mica_value *value)
{
    mica_value *mapped = micai_pointer_map_get(&mapping->map, value);
    return mapped ? mapped : value;
}

void mica_mapping_set_block(mica_mapping *mapping, mica_block *from, mica_block *to)
{
    micai_pointer_map_put(&mapping->map, from, to);
}

mica_block *mica_mapping_get_block(const mica_mapping *mapping, mica_block *block)
{
    mica_block *mapped = micai_pointer_map_get(&mapping->map, block);
    return mapped ? mapped : block;
}

// ---- one op
// ----------------------------------------------------------------------------------

static bool copy_regions(mica_op *copy)
{
    const size_t count = micai_op_region_count(copy);
    bool complete = true;
    for (size_t i = 0; i < count; i++) {
        mica_region *region = mica_region_create(copy->record->context);
        micai_op_regions(copy)[i] = region;
        complete = complete && region;
        if (!region)
            continue;
        region->parent = copy;
        region->index = (uint32_t)i;
    }
    return complete;
}

/// A copy with the attributes, result types and empty regions of `op`; operands and successors
/// are left unset. NULL when out of memory.
static mica_op *copy_shell(mica_op *op, mica_mapping *mapping)
{
    mica_op *copy =
        micai_op_allocate(op->record->context, op->record, op->location, op->result_count,
                          micai_op_slot_count(op), micai_op_successor_count(op),
                          micai_op_region_count(op), op->operand_count);
    if (!copy)
        return NULL;
    for (size_t i = 0; i < op->result_count; i++) {
        micai_op_results(copy)[i].type = micai_op_results(op)[i].type;
        if (mapping)
            mica_mapping_set(mapping, &micai_op_results(op)[i], &micai_op_results(copy)[i]);
    }
    const size_t slot_count = micai_op_slot_count(op);
    for (size_t i = 0; i < slot_count; i++) {
        micai_op_slots(copy)[i] = micai_op_slots(op)[i];
        mica_attr_retain(micai_op_slots(op)[i]);
    }
    const bool complete =
        copy_regions(copy) &&
        (!op->attrs || micai_op_set_attr_entries(copy, op->attrs->entries, op->attrs->count));
    if (complete)
        return copy;
    micai_op_free(copy);
    return NULL;
}

static void set_references(mica_op *copy, const mica_op *op, const mica_mapping *mapping)
{
    for (size_t i = 0; i < op->operand_count; i++) {
        mica_value *value = op->operands[i].value;
        micai_use_link(&copy->operands[i],
                       mapping && value ? mica_mapping_get(mapping, value) : value);
    }
    const size_t successor_count = micai_op_successor_count(op);
    for (size_t i = 0; i < successor_count; i++) {
        mica_block *block = micai_op_successors(op)[i].block;
        micai_block_use_link(&micai_op_successors(copy)[i],
                             mapping && block ? mica_mapping_get_block(mapping, block) : block);
    }
}

mica_op *mica_op_clone_without_regions(mica_op *op, mica_mapping *mapping)
{
    mica_op *copy = copy_shell(op, mapping);
    if (!copy)
        return NULL;
    set_references(copy, op, mapping);
    micai_context_count_edit(op->record->context);
    return copy;
}

// ---- regions
// ---------------------------------------------------------------------------------

/// A region and the empty region that becomes its copy.
typedef struct region_pair {
    mica_region *from, *to;
} region_pair;

/// Regions in the order they were met; both steps go over all of them.
typedef struct region_queue {
    const micai_allocator *allocator;
    region_pair *pairs;
    size_t count, capacity;
} region_queue;

static bool enqueue(region_queue *queue, mica_region *from, mica_region *to)
{
    if (!micai_array_reserve(queue->allocator, (void **)&queue->pairs, &queue->capacity,
                             queue->count + 1, sizeof *queue->pairs))
        return false;
    const region_pair pair = {from, to};
    queue->pairs[queue->count++] = pair;
    return true;
}

static bool enqueue_regions(region_queue *queue, const mica_op *op, const mica_op *copy)
{
    const size_t count = micai_op_region_count(op);
    for (size_t i = 0; i < count; i++)
        if (!enqueue(queue, micai_op_regions(op)[i], micai_op_regions(copy)[i]))
            return false;
    return true;
}

/// A block with the arguments of `block`, appended to `region`.
static mica_block *copy_block(mica_block *block, mica_region *region, mica_mapping *mapping)
{
    mica_block *copy = mica_block_create(block->context);
    if (!copy)
        return NULL;
    micai_region_link_block(region, copy, NULL);
    mica_mapping_set_block(mapping, block, copy);
    for (uint32_t i = 0; i < block->argument_count; i++) {
        const micai_argument *argument = (const micai_argument *)block->arguments[i];
        mica_value *added =
            mica_block_add_argument(copy, argument->value.type, argument->location);
        if (!added)
            return NULL;
        mica_mapping_set(mapping, block->arguments[i], added);
    }
    return copy;
}

/// First step for one region: blocks, arguments and ops; nested regions are enqueued.
static bool copy_structure(region_queue *queue, region_pair pair, mica_mapping *mapping)
{
    mica_for_each_block(block, pair.from)
    {
        mica_block *copied_block = copy_block(block, pair.to, mapping);
        if (!copied_block)
            return false;
        mica_for_each_op(op, block)
        {
            mica_op *copy = copy_shell(op, mapping);
            if (!copy)
                return false;
            micai_block_link_op(copied_block, copy, NULL);
            if (!enqueue_regions(queue, op, copy))
                return false;
        }
    }
    return true;
}

/// Second step for one region: operands and successors, original and copy side by side.
static void copy_references(region_pair pair, const mica_mapping *mapping)
{
    mica_for_each_block(block, pair.from)
    {
        const mica_op *op = block->first;
        mica_op *copy = mica_mapping_get_block(mapping, block)->first;
        for (; op; op = op->next, copy = copy->next)
            set_references(copy, op, mapping);
    }
}

static bool copy_queue(region_queue *queue, mica_mapping *mapping)
{
    bool complete = true;
    for (size_t i = 0; complete && i < queue->count; i++)
        complete = copy_structure(queue, queue->pairs[i], mapping);
    for (size_t i = 0; complete && i < queue->count; i++)
        copy_references(queue->pairs[i], mapping);
    micai_release(queue->allocator, queue->pairs, queue->capacity * sizeof *queue->pairs);
    return complete;
}

static bool clone_regions(const mica_op *op, const mica_op *copy, mica_mapping *mapping)
{
    region_queue queue = {&op->record->context->allocator, NULL, 0, 0};
    mica_mapping *own = mapping ? NULL : mica_mapping_create(op->record->context);
    if (own)
        for (size_t i = 0; i < op->result_count; i++)
            mica_mapping_set(own, &micai_op_results(op)[i], &micai_op_results(copy)[i]);
    const bool enqueued = (mapping || own) && enqueue_regions(&queue, op, copy);
    const bool complete = copy_queue(&queue, mapping ? mapping : own) && enqueued;
    mica_mapping_destroy(own);
    return complete;
}

mica_op *mica_op_clone(mica_op *op, mica_mapping *mapping)
{
    mica_op *copy = mica_op_clone_without_regions(op, mapping);
    if (!copy || micai_op_region_count(op) == 0 || clone_regions(op, copy, mapping))
        return copy;
    mica_op_destroy(copy);
    return NULL;
}

void mica_region_clone_into(mica_region *from, mica_region *to, mica_mapping *mapping)
{
    assert(from != to);
    region_queue queue = {&from->context->allocator, NULL, 0, 0};
    mica_mapping *own = mapping ? NULL : mica_mapping_create(from->context);
    if ((mapping || own) && enqueue(&queue, from, to))
        copy_queue(&queue, mapping ? mapping : own);
    mica_mapping_destroy(own);
    micai_context_count_edit(from->context);
}
