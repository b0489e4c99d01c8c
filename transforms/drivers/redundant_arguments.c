// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Block arguments for which every predecessor passes the same value are that value:
//
//     cf.br ^bb1(%x)
//   ^bb1(%y):          ->  ^bb1:  with %x for %y
//
// A value that all predecessors see dominates them, and so the block.
#include "ir/rewrite/branch_operands.h"
#include "transforms/drivers/region_simplify_internal.h"

/// What every edge to the block passes for argument `index`; NULL when that differs.
static mica_value *common_value(const mica_block *block, size_t index)
{
    mica_value *common = NULL;
    for (mica_block_use *edge = mica_block_first_use(block); edge;
         edge = mica_block_use_next(edge)) {
        const mica_op *branch = mica_block_use_owner(edge);
        size_t start, count;
        if (!mica_branch_operands(branch, mica_block_use_index(edge), &start, &count))
            return NULL;
        mica_value *passed = mica_op_operand(branch, start + index);
        if (common && passed != common)
            return NULL;
        common = passed;
    }
    return common == mica_block_argument(block, index) ? NULL : common;
}

static void drop_argument(region_liveness *state, mica_block *block, size_t index,
                          mica_value *value)
{
    mica_rewriter_replace_value(state->rewriter, mica_block_argument(block, index), value);
    for (mica_block_use *edge = mica_block_first_use(block); edge;
         edge = mica_block_use_next(edge)) {
        mica_op *branch = mica_block_use_owner(edge);
        mica_branch_erase_operand(branch, mica_block_use_index(edge), index);
        mica_rewriter_modified(state->rewriter, branch);
    }
    mica_block_erase_argument(block, index);
}

bool micai_drop_redundant_arguments(region_liveness *state)
{
    bool edited = false;
    for (size_t i = 0; i < state->region_count; i++)
        mica_for_each_block(block, state->regions[i])
        {
            if (mica_block_is_entry(block))
                continue;
            for (size_t k = mica_block_argument_count(block); k-- > 0;) {
                mica_value *value = common_value(block, k);
                if (!value)
                    continue;
                drop_argument(state, block, k, value);
                edited = true;
            }
        }
    return edited;
}
