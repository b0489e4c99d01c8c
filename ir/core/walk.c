// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Walks over an op and all nested. Parent, next op, next block and next region lead the way, so
// no stack is needed. What follows an op is read before the op is visited, so that the visit
// may erase it; ops that a visit inserts after its op are not visited.
#include "ir/core/operation_internal.h"

/// The first op in the regions of `op` from `index` on, or NULL.
static mica_op *first_op_from_region(const mica_op *op, size_t index)
{
    const size_t count = micai_op_region_count(op);
    for (; index < count; index++)
        mica_for_each_block(block,
                            micai_op_regions(op)[index]) if (block->first) return block->first;
    return NULL;
}

/// The first op after `block` inside the op that holds it; NULL: `*parent` is next to leave.
static mica_op *first_op_after_block(const mica_block *block, mica_op **parent)
{
    const mica_region *region = block->region;
    *parent = region->parent;
    for (block = block->next; block; block = block->next)
        if (block->first)
            return block->first;
    return first_op_from_region(*parent, region->index + (size_t)1);
}

/// The op to visit after `block` is done, climbing as far as `root`; NULL at the end.
static mica_op *climb(const mica_block *block, const mica_op *root)
{
    for (;;) {
        mica_op *parent;
        mica_op *next = first_op_after_block(block, &parent);
        if (next || parent == root)
            return next;
        if (parent->next)
            return parent->next;
        block = parent->block;
    }
}

bool mica_op_walk_pre(mica_op *root, mica_walk_fn visit, void *user)
{
    for (mica_op *op = root; op;) {
        const bool is_root = op == root;
        mica_op *sibling = is_root ? NULL : op->next;
        const mica_block *block = is_root ? NULL : op->block;
        const mica_walk_result result = visit(user, op);
        if (result == MICA_WALK_INTERRUPT)
            return false;
        mica_op *next = result == MICA_WALK_SKIP ? NULL : first_op_from_region(op, 0);
        if (!next && is_root)
            return true;
        if (!next)
            next = sibling ? sibling : climb(block, root);
        op = next;
    }
    return true;
}

static mica_op *descend(mica_op *op)
{
    for (mica_op *nested = op; nested; nested = first_op_from_region(op, 0))
        op = nested;
    return op;
}

bool mica_op_walk_post(mica_op *root, mica_walk_fn visit, void *user)
{
    for (mica_op *op = descend(root);;) {
        const bool is_root = op == root;
        mica_op *sibling = is_root ? NULL : op->next;
        const mica_block *block = is_root ? NULL : op->block;
        if (visit(user, op) == MICA_WALK_INTERRUPT)
            return false;
        if (is_root)
            return true;
        mica_op *parent = NULL;
        mica_op *next = sibling ? sibling : first_op_after_block(block, &parent);
        op = next ? descend(next) : parent;
    }
}
