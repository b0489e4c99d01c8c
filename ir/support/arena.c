// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The arena: chunks double from 1 KiB to 256 KiB, so that small contexts stay small and large
// ones make few calls. A piece above a quarter of a chunk gets a chunk of its own.
#include "ir/support/arena_internal.h"

enum { FIRST_CHUNK = 1024, LARGEST_CHUNK = 256 * 1024, ALIGNMENT = 8 };

typedef struct micai_arena_chunk {
    struct micai_arena_chunk *previous;
    size_t size; ///< of the whole chunk
} micai_arena_chunk;

static micai_arena_chunk *add_chunk(micai_arena *arena, size_t size)
{
    micai_arena_chunk *chunk = micai_allocate(arena->allocator, size);
    if (!chunk)
        return NULL;
    chunk->size = size;
    chunk->previous = arena->chunks;
    arena->chunks = chunk;
    return chunk;
}

/// A chunk of its own, kept behind the current one so that its rest stays in use.
static void *allocate_alone(micai_arena *arena, size_t size)
{
    micai_arena_chunk *current = arena->chunks;
    micai_arena_chunk *chunk = add_chunk(arena, sizeof *chunk + size);
    if (!chunk)
        return NULL;
    if (current && arena->left) {
        chunk->previous = current->previous;
        current->previous = chunk;
        arena->chunks = current;
    }
    return chunk + 1;
}

void *micai_arena_allocate(micai_arena *arena, size_t size)
{
    if (size > SIZE_MAX / 2) {
        if (arena->allocator->failed)
            *arena->allocator->failed = true;
        return NULL;
    }
    size = size ? (size + ALIGNMENT - 1) & ~(size_t)(ALIGNMENT - 1) : ALIGNMENT;
    if (size > arena->left) {
        size_t chunk_size = arena->chunks ? arena->chunks->size * 2 : FIRST_CHUNK;
        if (chunk_size > LARGEST_CHUNK)
            chunk_size = LARGEST_CHUNK;
        if (size > chunk_size / 4)
            return allocate_alone(arena, size);
        micai_arena_chunk *chunk = add_chunk(arena, chunk_size);
        if (!chunk)
            return NULL;
        arena->next = (char *)(chunk + 1);
        arena->left = chunk_size - sizeof *chunk;
    }
    void *memory = arena->next;
    arena->next += size;
    arena->left -= size;
    return memory;
}

char *micai_arena_copy_text(micai_arena *arena, mica_string text)
{
    char *copy = micai_arena_allocate(arena, text.length + 1);
    if (!copy)
        return NULL;
    if (text.length)
        memcpy(copy, text.data, text.length);
    copy[text.length] = '\0';
    return copy;
}

void micai_arena_absorb(micai_arena *arena, micai_arena *from)
{
    if (!arena->chunks) {
        *arena = *from;
    } else if (from->chunks) {
        micai_arena_chunk *oldest = from->chunks;
        while (oldest->previous)
            oldest = oldest->previous;
        oldest->previous = arena->chunks->previous;
        arena->chunks->previous = from->chunks;
    }
    *from = micai_arena_on(from->allocator);
}

void micai_arena_free(micai_arena *arena)
{
    for (micai_arena_chunk *chunk = arena->chunks; chunk;) {
        micai_arena_chunk *previous = chunk->previous;
        micai_release(arena->allocator, chunk, chunk->size);
        chunk = previous;
    }
    *arena = micai_arena_on(arena->allocator);
}
