// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A hash map with open addressing. Interned names are equal when their pointers are; libmica's
// own maps are not part of its interface.
#include "dialects/onnx/reader/import_internal.h"

#include <stdlib.h>

void micai_names_free(micai_names *names)
{
    free(names->entries);
    names->entries = NULL;
    names->count = names->capacity = 0;
}

/// The entry of the name, or the free one where it belongs.
static struct micai_name_entry *find_entry(const micai_names *names,
                                           const mica_identifier *name)
{
    const uint64_t hash = (uint64_t)(uintptr_t)name * UINT64_C(0x9E3779B97F4A7C15);
    size_t i = (size_t)(hash >> 32) & (names->capacity - 1);
    while (names->entries[i].name && names->entries[i].name != name)
        i = (i + 1) & (names->capacity - 1);
    return &names->entries[i];
}

void *micai_names_find(const micai_names *names, const mica_identifier *name)
{
    return names->capacity ? find_entry(names, name)->value : NULL;
}

static bool grow(micai_names *names)
{
    micai_names larger = {.count = names->count,
                          .capacity = names->capacity ? 2 * names->capacity : 64};
    larger.entries = calloc(larger.capacity, sizeof *larger.entries);
    if (!larger.entries)
        return false;
    for (size_t i = 0; i < names->capacity; ++i)
        if (names->entries[i].name)
            *find_entry(&larger, names->entries[i].name) = names->entries[i];
    free(names->entries);
    *names = larger;
    return true;
}

bool micai_names_add(micai_names *names, const mica_identifier *name, void *value)
{
    if (!name || (2 * names->count >= names->capacity && !grow(names)))
        return false;
    struct micai_name_entry *entry = find_entry(names, name);
    entry->name = name;
    entry->value = value;
    ++names->count;
    return true;
}
