// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Dominance: which definitions reach which uses. Trees are made for each region when first
// asked about and are valid until its blocks or branches change. Regions nest: what dominates
// an op dominates all that is nested in it. In a graph region every op of a block dominates
// every other.
#ifndef MICA_IR_CORE_DOMINANCE_H
#define MICA_IR_CORE_DOMINANCE_H

#include "ir/core/operation.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct mica_dominance mica_dominance;

/// NULL when out of memory. Use one per thread.
MICA_API mica_dominance *mica_dominance_create(mica_context *context);
MICA_API void mica_dominance_destroy(mica_dominance *dominance);
/// Forgets what is known of a region whose blocks or branches changed (NULL: of all).
MICA_API void mica_dominance_invalidate(mica_dominance *dominance, const mica_region *region);

/// Can control come from the region's entry to the block?
MICA_API bool mica_dominance_is_reachable(mica_dominance *dominance, mica_block *block);
/// Every way to `b` leads through `a`, or `a` holds an op that holds `b`; also when they are
/// the same. Anything dominates an unreachable block.
MICA_API bool mica_block_dominates(mica_dominance *dominance, mica_block *a, mica_block *b);
/// `a` comes before `b` on every way to it, or before an op that holds `b`. An op dominates
/// what it holds; it does not dominate itself, except in a graph region.
MICA_API bool mica_op_properly_dominates(mica_dominance *dominance, mica_op *a, mica_op *b);
/// May `user` use `value`? An op's results may not be used inside of it.
MICA_API bool mica_value_dominates(mica_dominance *dominance, mica_value *value, mica_op *user);

/// The closest block other than `block` that dominates it within its region; NULL for the entry
/// and unreachable blocks.
MICA_API mica_block *mica_dominance_immediate(mica_dominance *dominance, mica_block *block);
/// The closest block that dominates both; they are in one region. NULL when one is unreachable.
MICA_API mica_block *mica_dominance_nearest_common(mica_dominance *dominance, mica_block *a,
                                                   mica_block *b);
/// The reachable blocks of a region, each after its immediate dominator and, subtree by
/// subtree, before the next (pre-order of the dominator tree). Borrowed until invalidated; NULL
/// and 0 when the region is empty or memory ran out.
MICA_API mica_block *const *mica_dominance_order(mica_dominance *dominance, mica_region *region,
                                                 size_t *count);

#ifdef __cplusplus
}
#endif

#endif
