// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A blob is a counted run of bytes: an owned buffer or a slice of a mapped file. Big tensor
// constants refer to one instead of being interned, hashed or copied.
#ifndef MICA_IR_SUPPORT_BLOB_H
#define MICA_IR_SUPPORT_BLOB_H

#include "ir/core/types_forward.h"

#ifdef __cplusplus
extern "C" {
#endif

/// Called once when the last reference is dropped, from whichever thread drops it.
typedef void (*mica_blob_free_fn)(void *user, const void *data, size_t size);

/// Wraps `data` with one reference; `free_data` may be NULL for bytes that outlive the blob.
/// NULL when out of memory (then `free_data` is not called).
MICA_API mica_blob *mica_blob_create(mica_context *context, const void *data, size_t size,
                                     size_t alignment, mica_blob_free_fn free_data, void *user);
/// Allocates `size` bytes (64-byte aligned, not cleared) owned by a new blob with one
/// reference;
/// `*data` is where to write before the blob is shared.
MICA_API mica_blob *mica_blob_allocate(mica_context *context, size_t size, void **data);
/// A part of another blob, which it keeps alive.
MICA_API mica_blob *mica_blob_slice(mica_blob *parent, size_t offset, size_t size);
MICA_API const void *mica_blob_data(const mica_blob *blob);
MICA_API size_t mica_blob_size(const mica_blob *blob);
MICA_API size_t mica_blob_alignment(const mica_blob *blob);
MICA_API void mica_blob_retain(mica_blob *blob);
MICA_API void mica_blob_release(mica_blob *blob);

#ifdef __cplusplus
}
#endif

#endif
