// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// An arena: memory that is handed out in pieces and freed at once. Not thread-safe.
#ifndef MICA_IR_SUPPORT_ARENA_INTERNAL_H
#define MICA_IR_SUPPORT_ARENA_INTERNAL_H

#include "ir/support/allocator_internal.h"

typedef struct micai_arena {
    const micai_allocator *allocator;
    struct micai_arena_chunk *chunks; ///< the latest first
    char *next;
    size_t left;
} micai_arena;

static inline micai_arena micai_arena_on(const micai_allocator *allocator)
{
    micai_arena arena = {allocator, NULL, NULL, 0};
    return arena;
}
/// Aligned to 8 bytes, not cleared. NULL when out of memory; a size of 0 gives a valid pointer.
void *micai_arena_allocate(micai_arena *arena, size_t size);
/// A copy with a NUL after it.
char *micai_arena_copy_text(micai_arena *arena, mica_string text);
/// Frees all; the arena may be used again.
void micai_arena_free(micai_arena *arena);
/// Moves all memory of `from`, which is empty then, to `arena`; both have one allocator.
void micai_arena_absorb(micai_arena *arena, micai_arena *from);

#endif
