// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Counted bytes. An owned buffer follows its blob in one allocation; a slice keeps its parent.
#include "ir/support/blob.h"

#include "ir/core/context_internal.h"

struct mica_blob {
    mica_context *context;
    const void *data;
    size_t size;
    size_t alignment;
    size_t allocation; ///< bytes of this struct and what follows it
    mica_blob *parent;
    mica_blob_free_fn free_data;
    void *user;
    _Atomic uint32_t references;
};

enum { DATA_ALIGNMENT = 64 };

static mica_blob *new_blob(mica_context *context, size_t allocation)
{
    mica_blob *blob = micai_allocate(&context->allocator, allocation);
    if (!blob)
        return NULL;
    memset(blob, 0, sizeof *blob);
    blob->context = context;
    blob->allocation = allocation;
    atomic_init(&blob->references, 1);
    return blob;
}

mica_blob *mica_blob_create(mica_context *context, const void *data, size_t size,
                            size_t alignment, mica_blob_free_fn free_data, void *user)
{
    mica_blob *blob = new_blob(context, sizeof *blob);
    if (!blob)
        return NULL;
    blob->data = data;
    blob->size = size;
    blob->alignment = alignment;
    blob->free_data = free_data;
    blob->user = user;
    return blob;
}

mica_blob *mica_blob_allocate(mica_context *context, size_t size, void **data)
{
    if (size > SIZE_MAX / 2) {
        context->out_of_memory = true;
        return NULL;
    }
    mica_blob *blob = new_blob(context, sizeof *blob + DATA_ALIGNMENT + size);
    if (!blob)
        return NULL;
    const uintptr_t after = (uintptr_t)(blob + 1);
    *data = (void *)((after + DATA_ALIGNMENT - 1) & ~(uintptr_t)(DATA_ALIGNMENT - 1));
    blob->data = *data;
    blob->size = size;
    blob->alignment = DATA_ALIGNMENT;
    return blob;
}

mica_blob *mica_blob_slice(mica_blob *parent, size_t offset, size_t size)
{
    mica_blob *blob = mica_blob_create(parent->context, (const char *)parent->data + offset,
                                       size, 1, NULL, NULL);
    if (!blob)
        return NULL;
    mica_blob_retain(parent);
    blob->parent = parent;
    return blob;
}

const void *mica_blob_data(const mica_blob *blob)
{
    return blob->data;
}

size_t mica_blob_size(const mica_blob *blob)
{
    return blob->size;
}

size_t mica_blob_alignment(const mica_blob *blob)
{
    return blob->alignment;
}

void mica_blob_retain(mica_blob *blob)
{
    if (blob)
        atomic_fetch_add_explicit(&blob->references, 1, memory_order_relaxed);
}

void mica_blob_release(mica_blob *blob)
{
    if (!blob || atomic_fetch_sub_explicit(&blob->references, 1, memory_order_acq_rel) != 1)
        return;
    if (blob->free_data)
        blob->free_data(blob->user, blob->data, blob->size);
    mica_blob *parent = blob->parent;
    micai_release(&blob->context->allocator, blob, blob->allocation);
    mica_blob_release(parent);
}
