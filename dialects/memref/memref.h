// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What other parts of Mica use of the memref dialect besides its ops: the types that follow
// from views.
#ifndef MICA_DIALECTS_MEMREF_MEMREF_H
#define MICA_DIALECTS_MEMREF_MEMREF_H

#include "dialects/memref/memref_ops.h"
#include "ir/core/mixed_values.h"

#ifdef __cplusplus
extern "C" {
#endif

/// The full-rank type of a subview of `source` (a strided memref): a strided layout from its
/// strides, the offsets, sizes and strides (`rank` entries each, MICA_DYNAMIC for values). NULL
/// when the source has no strides.
MICA_API const mica_type *mica_memref_subview_type(const mica_type *source,
                                                   const int64_t *offsets, const int64_t *sizes,
                                                   const int64_t *strides);
/// The same without the dimensions of size 1 that a result of shape `reduced` lacks; NULL when
/// that can't be.
MICA_API const mica_type *mica_memref_reduced_subview_type(const mica_type *full,
                                                           const int64_t *reduced,
                                                           size_t reduced_rank);
/// Type of the memref with dimensions joined (split); NULL when the layout does not allow it.
MICA_API const mica_type *mica_memref_collapsed_type(const mica_type *source,
                                                     const mica_attr *reassociation);
MICA_API const mica_type *mica_memref_expanded_type(const mica_type *source,
                                                    const int64_t *shape, size_t rank,
                                                    const mica_attr *reassociation);
/// May a value of type `from` be cast to `to` without looking at it at run time?
MICA_API bool mica_memref_cast_is_valid(const mica_type *from, const mica_type *to);

#ifdef __cplusplus
}
#endif

#endif
