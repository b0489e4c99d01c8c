// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Merging identical blocks (region-simplify=aggressive): of blocks with the same arguments, ops
// and successors one stays, and all branches lead there.
//
//   cf.cond_br %c, ^bb1, ^bb2
//   ^bb1: return %x                       cf.cond_br %c, ^bb1, ^bb1
//   ^bb2: return %x                ->     ^bb1: return %x
//
// Blocks whose values are used elsewhere stay, since those uses would need a new argument.
// Blocks are compared when their hashes, of op names and counts, are equal.
#include "ir/support/hash_internal.h"
#include "transforms/cleanup/op_equivalence_internal.h"
#include "transforms/drivers/region_simplify_internal.h"

static uint64_t hash_block(const mica_block *block)
{
    uint64_t hash = mica_block_argument_count(block);
    mica_for_each_op(op, block)
    {
        hash = micai_hash_step(hash, (uint64_t)(uintptr_t)mica_op_get_record(op));
        hash = micai_hash_step(hash, mica_op_operand_count(op));
        for (size_t i = 0; i < mica_op_successor_count(op); i++)
            hash = micai_hash_step(hash, (uint64_t)(uintptr_t)mica_op_successor(op, i));
    }
    return hash ? hash : 1;
}

static bool is_used_outside(const mica_value *value, const mica_block *block)
{
    mica_for_each_use(use, value) if (mica_op_block(mica_use_owner(use)) != block) return true;
    return false;
}

static bool keeps_its_values(const mica_block *block)
{
    for (size_t i = 0; i < mica_block_argument_count(block); i++)
        if (is_used_outside(mica_block_argument(block, i), block))
            return false;
    mica_for_each_op(
        op, block) for (size_t i = 0; i < mica_op_result_count(op);
                        i++) if (is_used_outside(mica_op_result(op, i), block)) return false;
    return true;
}

/// Merges each block into the first equal one met before; `seen` maps hashes to blocks.
static bool merge_in_region(region_liveness *state, mica_region *region)
{
    bool edited = false;
    micai_pointer_map seen = micai_pointer_map_on(state->allocator);
    for (mica_block *block = mica_region_first(region), *next; block; block = next) {
        next = mica_block_next(block);
        if (mica_block_is_entry(block) || !keeps_its_values(block))
            continue;
        const void *key = (const void *)(uintptr_t)hash_block(block);
        mica_block *first = micai_pointer_map_get(&seen, key);
        if (!first) {
            micai_pointer_map_put(&seen, key, block);
        } else if (micai_blocks_equivalent(state->allocator, first, block)) {
            mica_block_replace_all_uses(block, first);
            mica_rewriter_erase_block(state->rewriter, block);
            edited = true;
        }
    }
    micai_pointer_map_free(&seen);
    return edited;
}

bool micai_merge_identical_blocks(region_liveness *state)
{
    bool edited = false;
    for (size_t i = 0; i < state->region_count; i++)
        if (!mica_region_is_empty(state->regions[i]) &&
            !mica_region_has_one_block(state->regions[i]))
            edited |= merge_in_region(state, state->regions[i]);
    return edited;
}
