// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Freeing trees of ops. The tree itself says where to go on (last op, previous block, parent),
// so no stack is needed, however deep it is. Going backwards, users mostly go before what they
// use; what remains (cycles, graph regions) loses its value when the value is freed.
#include "ir/core/operation_internal.h"

/// The last block of the last region below `*regions_left` that has blocks, or NULL.
static mica_block *find_last_block(const mica_op *op, size_t *regions_left)
{
    for (; *regions_left; --*regions_left) {
        mica_block *block = micai_op_regions(op)[*regions_left - 1]->last;
        if (block)
            return block;
    }
    return NULL;
}

/// Frees an op that is in no block, with all nested.
static void free_tree(mica_op *root)
{
    mica_op *op = root;
    size_t regions_left = micai_op_region_count(op); // those after it are empty
    for (;;) {
        mica_block *block = find_last_block(op, &regions_left);
        if (!block) {
            block = op->block;
            if (block)
                micai_block_unlink_op(op);
            micai_op_free(op);
            if (op == root)
                return;
        }
        if (block->last) {
            op = block->last;
            regions_left = micai_op_region_count(op);
            continue;
        }
        const mica_region *region = block->region;
        op = region->parent;
        regions_left = region->index + (size_t)1;
        mica_block_remove(block);
        micai_block_free(block);
    }
}

void mica_op_destroy(mica_op *op)
{
    if (!op)
        return;
    assert(!op->block);
    micai_context_count_edit(op->record->context);
    free_tree(op);
}

void mica_op_erase(mica_op *op)
{
    for (size_t i = 0; i < op->result_count; i++)
        assert(mica_value_is_unused(mica_op_result(op, i)));
    mica_op_remove(op);
    mica_op_destroy(op);
}

void mica_block_destroy(mica_block *block)
{
    assert(!block->region);
    while (block->last) {
        mica_op *op = block->last;
        micai_block_unlink_op(op);
        free_tree(op);
    }
    micai_context_count_edit(block->context);
    micai_block_free(block);
}

void mica_block_erase(mica_block *block)
{
    assert(!block->first_use);
    mica_block_remove(block);
    mica_block_destroy(block);
}

void mica_region_destroy(mica_region *region)
{
    if (!region)
        return;
    while (region->last) {
        mica_block *block = region->last;
        mica_block_remove(block);
        mica_block_destroy(block);
    }
    micai_region_free(region);
}

static mica_walk_result drop_references(void *user, mica_op *op)
{
    (void)user;
    for (size_t i = 0; i < op->operand_count; i++)
        micai_use_unlink(&op->operands[i]);
    mica_block_use *successors = micai_op_successors(op);
    const size_t count = micai_op_successor_count(op);
    for (size_t i = 0; i < count; i++)
        micai_block_use_unlink(&successors[i]);
    return MICA_WALK_ADVANCE;
}

void mica_op_drop_all_references(mica_op *op)
{
    mica_op_walk_pre(op, drop_references, NULL);
    micai_context_count_edit(op->record->context);
}
