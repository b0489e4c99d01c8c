// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The state of one simplification of a region, shared by its steps.
#ifndef MICA_TRANSFORMS_DRIVERS_REGION_SIMPLIFY_INTERNAL_H
#define MICA_TRANSFORMS_DRIVERS_REGION_SIMPLIFY_INTERNAL_H

#include "ir/rewrite/rewriter_internal.h"
#include "ir/support/pointer_map_internal.h"
#include "transforms/drivers/greedy.h"

typedef struct pending_thing {
    void *thing; ///< op, block or value
    bool is_value;
} pending_thing;

typedef struct region_liveness {
    const micai_allocator *allocator;
    mica_rewriter *rewriter;
    mica_region **regions; ///< the region and all nested in it, outer ones first
    size_t region_count, region_capacity;
    mica_op **ops; ///< parents before children
    size_t op_count, op_capacity;
    pending_thing *pending; ///< marked, its consequences not yet drawn
    size_t pending_count, pending_capacity;
    unsigned char *feeds; ///< of one branch: operands that feed block arguments
    size_t feeds_capacity;
    micai_pointer_map marked;
    bool has_graph; ///< some region has several blocks
    bool failed;    ///< out of memory
} region_liveness;

/// Merges blocks of equal contents, the differing operands becoming arguments. True when
/// anything changed.
bool micai_merge_identical_blocks(region_liveness *state);
/// Drops block arguments that all predecessors pass the same value for. True when anything
/// changed.
bool micai_drop_redundant_arguments(region_liveness *state);

#endif
