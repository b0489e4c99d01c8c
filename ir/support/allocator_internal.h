// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Where all memory of a context comes from: three words that every container here carries, so
// that an embedder's hook (and the tests that fail the n-th allocation) see everything.
#ifndef MICA_IR_SUPPORT_ALLOCATOR_INTERNAL_H
#define MICA_IR_SUPPORT_ALLOCATOR_INTERNAL_H

#include "ir/support/base.h"

typedef struct micai_allocator {
    void *(*allocate)(void *user, size_t size);
    void (*release)(void *user, void *memory, size_t size);
    void *user;
    /// Set, never cleared, by the first allocation that fails.
    bool *failed;
} micai_allocator;

/// The allocator of malloc and free; `failed` may be NULL.
micai_allocator micai_allocator_system(bool *failed);
/// NULL when out of memory (and `failed` is set). A size of 0 gives NULL without failing.
void *micai_allocate(const micai_allocator *allocator, size_t size);
/// The same, zeroed.
void *micai_allocate_zeroed(const micai_allocator *allocator, size_t size);
/// NULL memory is allowed.
void micai_release(const micai_allocator *allocator, void *memory, size_t size);
/// Grows an array of `*capacity` elements to hold at least `needed`; contents are kept. False
/// when out of memory, the array then stays as it was.
bool micai_array_reserve(const micai_allocator *allocator, void **array, size_t *capacity,
                         size_t needed, size_t element_size);

#endif
