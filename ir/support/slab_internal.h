// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Memory of IR objects: pieces of equal size are recycled through free lists (one list for each
// multiple of 8 bytes up to 512), bigger ones are linked allocations of their own.
//
//   slab ---- chunks (list, freed at the end)      large pieces (doubly linked)
//     \-- cache of the main thread: free lists, bump pointer, edit counter
//     \-- idle caches, one taken by each thread that enters (mica_thread_enter)
//
// A piece may be freed through another cache than it came from: it then feeds that cache's
// list. Under AddressSanitizer every piece is large, so that a use after free is seen.
#ifndef MICA_IR_SUPPORT_SLAB_INTERNAL_H
#define MICA_IR_SUPPORT_SLAB_INTERNAL_H

#include <pthread.h>

#include "ir/support/allocator_internal.h"

enum {
    MICAI_SLAB_LARGEST = 512,
    MICAI_SLAB_CLASSES = MICAI_SLAB_LARGEST / 8,
};

/// What one thread uses alone.
typedef struct micai_slab_cache {
    struct micai_slab *slab;
    struct micai_slab_cache *next; ///< in the list of all, or of idle ones
    struct micai_slab_cache *next_idle;
    void *free[MICAI_SLAB_CLASSES + 1];
    char *bump;
    size_t bump_left;
} micai_slab_cache;

typedef struct micai_slab {
    const micai_allocator *allocator;
    pthread_mutex_t lock; ///< of the lists below
    struct micai_slab_chunk *chunks;
    struct micai_slab_large *large;
    micai_slab_cache *caches;
    micai_slab_cache *idle;
    micai_slab_cache main;
} micai_slab;

void micai_slab_init(micai_slab *slab, const micai_allocator *allocator);
/// Frees all pieces, freed or not.
void micai_slab_destroy(micai_slab *slab);
/// Aligned to 8, not cleared; NULL when out of memory.
void *micai_slab_allocate(micai_slab_cache *cache, size_t size);
/// `size` is that of the allocation. NULL is allowed.
void micai_slab_free(micai_slab_cache *cache, void *memory, size_t size);
/// A cache for a thread that begins, and back. NULL when out of memory.
micai_slab_cache *micai_slab_take_cache(micai_slab *slab);
void micai_slab_return_cache(micai_slab *slab, micai_slab_cache *cache);

#endif
