// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What other parts of Mica use of the vector dialect besides its ops: the maps and masks of
// transfers.
#ifndef MICA_DIALECTS_VECTOR_VECTOR_H
#define MICA_DIALECTS_VECTOR_VECTOR_H

#include "dialects/vector/vector_ops.h"

#ifdef __cplusplus
extern "C" {
#endif

/// The permutation map of a transfer that does not say one: the last dimensions in order.
MICA_API const mica_attr *mica_vector_transfer_minor_identity(const mica_type *shaped,
                                                              const mica_type *vector);
/// The mask's type: an i1 for each element, in the order of the dimensions of memory.
MICA_API const mica_type *mica_vector_transfer_mask_type(const mica_type *vector,
                                                         const mica_attr *map);

#ifdef __cplusplus
}
#endif

#endif
