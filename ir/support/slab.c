// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Size-class slabs; slab_internal.h has the picture.
#include "ir/support/slab_internal.h"

enum { FIRST_CHUNK = 16 * 1024, LARGEST_CHUNK = 8 * 1024 * 1024 };

#if defined(__SANITIZE_ADDRESS__)
#define SMALL_LIMIT 0
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SMALL_LIMIT 0
#endif
#endif
#ifndef SMALL_LIMIT
#define SMALL_LIMIT MICAI_SLAB_LARGEST
#endif

typedef struct micai_slab_chunk {
    struct micai_slab_chunk *next;
    size_t size;
} micai_slab_chunk;

typedef struct micai_slab_large {
    struct micai_slab_large *next, **link;
    size_t size;
    size_t padding;
} micai_slab_large;

void micai_slab_init(micai_slab *slab, const micai_allocator *allocator)
{
    memset(slab, 0, sizeof *slab);
    slab->allocator = allocator;
    pthread_mutex_init(&slab->lock, NULL);
    slab->main.slab = slab;
}

void micai_slab_destroy(micai_slab *slab)
{
    for (micai_slab_chunk *chunk = slab->chunks; chunk;) {
        micai_slab_chunk *next = chunk->next;
        micai_release(slab->allocator, chunk, chunk->size);
        chunk = next;
    }
    for (micai_slab_large *large = slab->large; large;) {
        micai_slab_large *next = large->next;
        micai_release(slab->allocator, large, large->size);
        large = next;
    }
    for (micai_slab_cache *cache = slab->caches; cache;) {
        micai_slab_cache *next = cache->next;
        micai_release(slab->allocator, cache, sizeof *cache);
        cache = next;
    }
    pthread_mutex_destroy(&slab->lock);
}

static void *allocate_large(micai_slab *slab, size_t size)
{
    if (size > SIZE_MAX / 2) {
        *slab->allocator->failed = true;
        return NULL;
    }
    pthread_mutex_lock(&slab->lock);
    micai_slab_large *large = micai_allocate(slab->allocator, sizeof *large + size);
    if (large) {
        large->size = sizeof *large + size;
        large->next = slab->large;
        large->link = &slab->large;
        if (large->next)
            large->next->link = &large->next;
        slab->large = large;
    }
    pthread_mutex_unlock(&slab->lock);
    return large ? large + 1 : NULL;
}

static void free_large(micai_slab *slab, void *memory)
{
    micai_slab_large *large = (micai_slab_large *)memory - 1;
    pthread_mutex_lock(&slab->lock);
    *large->link = large->next;
    if (large->next)
        large->next->link = large->link;
    micai_release(slab->allocator, large, large->size);
    pthread_mutex_unlock(&slab->lock);
}

/// Puts what is left of the bump region on a free list, so that it isn't lost.
static void keep_rest(micai_slab_cache *cache)
{
    const size_t class_of_rest = cache->bump_left / 8;
    if (class_of_rest == 0 || class_of_rest > MICAI_SLAB_CLASSES)
        return;
    *(void **)cache->bump = cache->free[class_of_rest];
    cache->free[class_of_rest] = cache->bump;
    cache->bump_left = 0;
}

static bool refill(micai_slab_cache *cache)
{
    keep_rest(cache);
    micai_slab *slab = cache->slab;
    pthread_mutex_lock(&slab->lock);
    size_t size = slab->chunks ? slab->chunks->size * 2 : FIRST_CHUNK;
    if (size > LARGEST_CHUNK)
        size = LARGEST_CHUNK;
    micai_slab_chunk *chunk = micai_allocate(slab->allocator, size);
    if (chunk) {
        chunk->size = size;
        chunk->next = slab->chunks;
        slab->chunks = chunk;
        cache->bump = (char *)(chunk + 1);
        cache->bump_left = size - sizeof *chunk;
    }
    pthread_mutex_unlock(&slab->lock);
    return chunk != NULL;
}

void *micai_slab_allocate(micai_slab_cache *cache, size_t size)
{
    if (size > SMALL_LIMIT)
        return allocate_large(cache->slab, size);
    const size_t class_of_size = size ? (size + 7) / 8 : 1;
    void *memory = cache->free[class_of_size];
    if (memory) {
        cache->free[class_of_size] = *(void **)memory;
        return memory;
    }
    const size_t bytes = class_of_size * 8;
    if (cache->bump_left < bytes && !refill(cache))
        return NULL;
    memory = cache->bump;
    cache->bump += bytes;
    cache->bump_left -= bytes;
    return memory;
}

void micai_slab_free(micai_slab_cache *cache, void *memory, size_t size)
{
    if (!memory)
        return;
    if (size > SMALL_LIMIT) {
        free_large(cache->slab, memory);
        return;
    }
    const size_t class_of_size = size ? (size + 7) / 8 : 1;
    *(void **)memory = cache->free[class_of_size];
    cache->free[class_of_size] = memory;
}

micai_slab_cache *micai_slab_take_cache(micai_slab *slab)
{
    pthread_mutex_lock(&slab->lock);
    micai_slab_cache *cache = slab->idle;
    if (cache) {
        slab->idle = cache->next_idle;
    } else if ((cache = micai_allocate_zeroed(slab->allocator, sizeof *cache)) != NULL) {
        cache->slab = slab;
        cache->next = slab->caches;
        slab->caches = cache;
    }
    pthread_mutex_unlock(&slab->lock);
    return cache;
}

void micai_slab_return_cache(micai_slab *slab, micai_slab_cache *cache)
{
    pthread_mutex_lock(&slab->lock);
    cache->next_idle = slab->idle;
    slab->idle = cache;
    pthread_mutex_unlock(&slab->lock);
}
