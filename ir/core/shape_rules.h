// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Rules on shapes that tensors and memrefs share: which shapes may describe one object, which
// unit dimensions a smaller shape leaves out, how groups of dimensions are joined and split.
#ifndef MICA_IR_CORE_SHAPE_RULES_H
#define MICA_IR_CORE_SHAPE_RULES_H

#include "ir/core/operation.h"

#ifdef __cplusplus
extern "C" {
#endif

/// Of shaped types: may both be the shape of one object? Unranked and `?` go with everything.
MICA_API bool mica_shapes_are_compatible(const mica_type *a, const mica_type *b);
MICA_API bool mica_sizes_are_compatible(int64_t a, int64_t b);

/// Can `reduced` be had from `original` by dropping dimensions of size 1? Sets
/// `dropped[i]` for those of `original` (may be NULL): from the left, a dimension that fits is
/// kept. With `match_dynamic`, `?` fits every size but an original 1.
MICA_API bool mica_shape_drops_units(const int64_t *original, size_t original_rank,
                                     const int64_t *reduced, size_t reduced_rank,
                                     bool match_dynamic, bool *dropped);
/// `candidate` is `original`, or has the same element type and drops dimensions of size 1.
MICA_API bool mica_type_is_rank_reduced(const mica_type *original, const mica_type *candidate);

// ---- reassociation: [[0, 1], [2]] joins dimensions 0 and 1 and keeps 2
// -------------------------------------------------------------------------------------------

MICA_API size_t mica_reassociation_group_size(const mica_attr *reassociation, size_t group);
/// The attribute for groups of these sizes.
MICA_API const mica_attr *mica_reassociation_get(mica_context *context, const size_t *sizes,
                                                 size_t count);
/// The groups of `outer` with each dimension replaced by its group of `inner`: one
/// reassociation for two in a row. NULL when out of memory.
MICA_API const mica_attr *mica_reassociation_nest(const mica_attr *outer,
                                                  const mica_attr *inner);
/// Does it name the dimensions 0 .. rank - 1 in order, none twice, in non-empty groups?
MICA_API bool mica_reassociation_is_valid(const mica_attr *reassociation, size_t rank);
/// Sizes of the joined groups of a shape; `?` when one of a group is. `collapsed` has an entry
/// for each group.
MICA_API void mica_reassociation_collapse(const mica_attr *reassociation, const int64_t *shape,
                                          int64_t *collapsed);
/// Checks a reshape op's reassociation against both of its types, with a diagnostic.
MICA_API bool mica_reassociation_verify(mica_op *op, const mica_attr *reassociation,
                                        const mica_type *expanded, const mica_type *collapsed);

#ifdef __cplusplus
}
#endif

#endif
