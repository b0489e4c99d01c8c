// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The families of patterns of linalg-fuse-elementwise-ops, one a file.
#ifndef MICA_TRANSFORMS_TENSOR_FUSE_ELEMENTWISE_INTERNAL_H
#define MICA_TRANSFORMS_TENSOR_FUSE_ELEMENTWISE_INTERNAL_H

#include "transforms/tensor/generic_builder.h"

/// Producers into consumers (fuse_producers.c).
bool micai_fuse_producers_add(mica_pattern_set *set);
/// Fills and constants into bodies, outputs whose elements are not read
/// (fuse_constants.c).
bool micai_fuse_constants_add(mica_pattern_set *set);
/// Operands that nothing reads, and equal ones (drop_unused_operands.c).
bool micai_drop_unused_operands_add(mica_pattern_set *set);
/// Reshapes before and after elementwise ops (fuse_reshapes.c).
bool micai_fuse_reshapes_add(mica_pattern_set *set);

/// The producer of a value, when all its results together have one use.
mica_op *micai_fusion_single_use_producer(mica_value *value);
static inline bool micai_is_generic_on_tensors(mica_op *op)
{
    return mica_op_is(op, &mica_linalg_generic_kind) && mica_structured_has_tensors(op);
}

#endif
