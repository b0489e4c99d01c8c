// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Are two ops the same computation? Locations don't count.
#ifndef MICA_TRANSFORMS_CLEANUP_OP_EQUIVALENCE_INTERNAL_H
#define MICA_TRANSFORMS_CLEANUP_OP_EQUIVALENCE_INTERNAL_H

#include "ir/core/operation.h"
#include "ir/support/allocator_internal.h"

/// Equal for equivalent ops. Regions are left out.
uint64_t micai_op_hash(const mica_op *op);
/// The same name, operands (in any order when commutative), attributes, result types and, block
/// by block, regions. Regions that nest more than a few levels count as different.
bool micai_ops_equivalent(const micai_allocator *allocator, mica_op *a, mica_op *b);
/// The same for blocks: arguments of equal types and equivalent ops in order.
bool micai_blocks_equivalent(const micai_allocator *allocator, const mica_block *a,
                             const mica_block *b);

#endif
