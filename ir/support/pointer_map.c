// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The pointer map: at most three quarters full; a free entry has a NULL key.
#include "ir/support/pointer_map_internal.h"

#include "ir/support/hash_internal.h"

typedef struct micai_pointer_map_entry {
    const void *key;
    uint64_t value;
} micai_pointer_map_entry;

static size_t home_of(const micai_pointer_map *map, const void *key)
{
    return (size_t)micai_hash_pointer(key) & (map->capacity - 1);
}

/// The entry of `key`, or the free one where it would go. The map has a free entry.
static micai_pointer_map_entry *probe(const micai_pointer_map *map, const void *key)
{
    size_t index = home_of(map, key);
    while (map->entries[index].key && map->entries[index].key != key)
        index = (index + 1) & (map->capacity - 1);
    return &map->entries[index];
}

void micai_pointer_map_free(micai_pointer_map *map)
{
    micai_release(map->allocator, map->entries, map->capacity * sizeof *map->entries);
    map->entries = NULL;
    map->count = map->capacity = 0;
}

void micai_pointer_map_clear(micai_pointer_map *map)
{
    if (map->count)
        memset(map->entries, 0, map->capacity * sizeof *map->entries);
    map->count = 0;
}

static bool grow(micai_pointer_map *map)
{
    micai_pointer_map bigger = {map->allocator, NULL, map->count,
                                map->capacity ? map->capacity * 2 : 16};
    bigger.entries =
        micai_allocate_zeroed(map->allocator, bigger.capacity * sizeof *bigger.entries);
    if (!bigger.entries)
        return false;
    for (size_t i = 0; i < map->capacity; ++i) {
        if (map->entries[i].key)
            *probe(&bigger, map->entries[i].key) = map->entries[i];
    }
    micai_release(map->allocator, map->entries, map->capacity * sizeof *map->entries);
    *map = bigger;
    return true;
}

bool micai_pointer_map_set(micai_pointer_map *map, const void *key, uint64_t value)
{
    if (map->count + 1 > map->capacity / 4 * 3 && !grow(map))
        return false;
    micai_pointer_map_entry *entry = probe(map, key);
    if (!entry->key)
        ++map->count;
    entry->key = key;
    entry->value = value;
    return true;
}

bool micai_pointer_map_find(const micai_pointer_map *map, const void *key, uint64_t *value)
{
    if (map->count == 0)
        return false;
    const micai_pointer_map_entry *entry = probe(map, key);
    if (!entry->key)
        return false;
    if (value)
        *value = entry->value;
    return true;
}

void micai_pointer_map_erase(micai_pointer_map *map, const void *key)
{
    if (map->count == 0)
        return;
    micai_pointer_map_entry *entry = probe(map, key);
    if (!entry->key)
        return;
    const size_t mask = map->capacity - 1;
    size_t hole = (size_t)(entry - map->entries);
    for (size_t next = (hole + 1) & mask; map->entries[next].key; next = (next + 1) & mask) {
        const size_t home = home_of(map, map->entries[next].key);
        if (((next - home) & mask) < ((next - hole) & mask))
            continue; // still reachable from its home
        map->entries[hole] = map->entries[next];
        hole = next;
    }
    map->entries[hole].key = NULL;
    --map->count;
}
