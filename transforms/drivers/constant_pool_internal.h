// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Uniques constants and moves them to the top of the region that they are kept in: that of the
// nearest op which is isolated from above (or has no parent).
#ifndef MICA_TRANSFORMS_DRIVERS_CONSTANT_POOL_INTERNAL_H
#define MICA_TRANSFORMS_DRIVERS_CONSTANT_POOL_INTERNAL_H

#include "ir/rewrite/rewriter.h"
#include "ir/support/pointer_map_internal.h"

typedef struct micai_constant_pool {
    const micai_allocator *allocator;
    mica_rewriter *rewriter;
    struct micai_pooled_constant *entries; ///< open addressing
    size_t count;
    size_t capacity;         ///< a power of two, or 0
    micai_pointer_map owned; ///< constants that the pool keeps
    bool edited;             ///< a constant was moved or replaced
} micai_constant_pool;

void micai_constant_pool_init(micai_constant_pool *pool, const micai_allocator *allocator,
                              mica_rewriter *rewriter);
void micai_constant_pool_free(micai_constant_pool *pool);
/// Takes in `op`, a constant with the value `value`: keeps it, at the top of its region, or
/// replaces it by the one that is already kept. False when the op was replaced (it is gone).
bool micai_constant_pool_insert(micai_constant_pool *pool, mica_op *op, const mica_attr *value);

#endif
