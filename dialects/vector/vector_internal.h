// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What the files of the vector dialect share.
#ifndef MICA_DIALECTS_VECTOR_VECTOR_INTERNAL_H
#define MICA_DIALECTS_VECTOR_VECTOR_INTERNAL_H

#include "dialects/vector/vector.h"
#include "ir/core/context.h"

/// (d0, .., dn) -> the last of them, in order.
bool micai_vector_is_minor_identity(const mica_attr *map);
/// Of an array of bools: is one true? Unset counts as none.
bool micai_vector_any_in_bounds(const mica_attr *in_bounds);
/// [false, false, ...]
const mica_attr *micai_vector_all_false(mica_context *context, size_t count);
/// Ends the block of a vector.mask that has no vector.yield with one of its op's results.
void micai_vector_ensure_mask_terminator(mica_op_state *state, mica_region *region);

#endif
