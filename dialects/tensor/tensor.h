// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What other parts of Mica use of the tensor dialect besides its ops: the types that follow
// from slices, padding and packing.
#ifndef MICA_DIALECTS_TENSOR_TENSOR_H
#define MICA_DIALECTS_TENSOR_TENSOR_H

#include "dialects/tensor/tensor_ops.h"
#include "ir/core/mixed_values.h"

#ifdef __cplusplus
extern "C" {
#endif

/// The full-rank type of a slice of `source` with these sizes (MICA_DYNAMIC for values).
MICA_API const mica_type *mica_tensor_slice_type(const mica_type *source, const int64_t *sizes,
                                                 size_t rank);
/// The type of `source` with margins; NULL when there are not as many as dimensions.
MICA_API const mica_type *mica_tensor_padded_type(const mica_type *source, const int64_t *low,
                                                  const int64_t *high, size_t count);
/// The type that tensor.pack gives: tiled dimensions divided (rounding up), permuted by
/// `outer_perm` (NULL: not), tiles appended. Tiles may be MICA_DYNAMIC.
MICA_API const mica_type *mica_tensor_packed_type(const mica_type *source, const int64_t *tiles,
                                                  const int64_t *positions, size_t tile_count,
                                                  const int64_t *outer_perm);
/// Size `dim` of a tensor or memref: a constant where the type says it, else a dim op.
MICA_API mica_mixed mica_tensor_size_of(mica_builder *builder, mica_value *tensor, size_t dim);
/// The value, or a constant op for the constant.
MICA_API mica_value *mica_mixed_materialize(mica_builder *builder, mica_mixed mixed);
/// May a tensor.cast to `target` be folded into its user: does it say less than `source`?
MICA_API bool mica_tensor_preserves_static_info(const mica_type *source,
                                                const mica_type *target);

#ifdef __cplusplus
}
#endif

#endif
