// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A hash map from pointers to words: open addressing, linear probing, erasure by shifting back.
// Iterating over it would follow addresses, so there is no iteration.
#ifndef MICA_IR_SUPPORT_POINTER_MAP_INTERNAL_H
#define MICA_IR_SUPPORT_POINTER_MAP_INTERNAL_H

#include "ir/support/allocator_internal.h"

typedef struct micai_pointer_map {
    const micai_allocator *allocator;
    struct micai_pointer_map_entry *entries;
    size_t count;
    size_t capacity; ///< a power of two, or 0
} micai_pointer_map;

static inline micai_pointer_map micai_pointer_map_on(const micai_allocator *allocator)
{
    micai_pointer_map map = {allocator, NULL, 0, 0};
    return map;
}
void micai_pointer_map_free(micai_pointer_map *map);
/// Forgets all entries, keeps the memory.
void micai_pointer_map_clear(micai_pointer_map *map);
/// `key` is not NULL. False when out of memory.
bool micai_pointer_map_set(micai_pointer_map *map, const void *key, uint64_t value);
/// False when absent; `*value` is then left alone. `value` may be NULL.
bool micai_pointer_map_find(const micai_pointer_map *map, const void *key, uint64_t *value);
void micai_pointer_map_erase(micai_pointer_map *map, const void *key);

static inline void *micai_pointer_map_get(const micai_pointer_map *map, const void *key)
{
    uint64_t value = 0;
    micai_pointer_map_find(map, key, &value);
    return (void *)(uintptr_t)value;
}
static inline bool micai_pointer_map_put(micai_pointer_map *map, const void *key,
                                         const void *value)
{
    return micai_pointer_map_set(map, key, (uint64_t)(uintptr_t)value);
}

#endif
