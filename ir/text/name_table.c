// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Names while parsing: chained buckets over one array of entries, entries of a scope linked, so
// that closing a scope costs what it holds.
#include "ir/text/name_table_internal.h"

#include "ir/support/hash_internal.h"

void micai_name_table_init(micai_name_table *table, const micai_allocator *allocator)
{
    memset(table, 0, sizeof *table);
    table->allocator = allocator;
}

void micai_name_table_free(micai_name_table *table)
{
    micai_release(table->allocator, table->names, table->capacity * sizeof *table->names);
    micai_release(table->allocator, table->buckets,
                  table->bucket_count * sizeof *table->buckets);
    micai_release(table->allocator, table->scopes,
                  table->scope_capacity * sizeof *table->scopes);
    micai_name_table_init(table, table->allocator);
}

bool micai_name_scope_open(micai_name_table *table, uint32_t space)
{
    void *scopes = table->scopes;
    if (!micai_array_reserve(table->allocator, &scopes, &table->scope_capacity,
                             table->scope_count + 1, sizeof *table->scopes))
        return false;
    table->scopes = scopes;
    const micai_name_scope scope = {0, space};
    table->scopes[table->scope_count++] = scope;
    return true;
}

static void unlink_name(micai_name_table *table, uint32_t index)
{
    const micai_name *name = &table->names[index];
    uint32_t *link = &table->buckets[name->hash & (table->bucket_count - 1)];
    while (*link != index + 1)
        link = &table->names[*link - 1].next;
    *link = name->next;
    table->live--;
}

void micai_name_scope_close(micai_name_table *table)
{
    uint32_t entry = table->scopes[--table->scope_count].first;
    while (entry) {
        const uint32_t next = table->names[entry - 1].next_in_scope;
        unlink_name(table, entry - 1);
        table->names[entry - 1].next_in_scope = table->free_names;
        table->free_names = entry;
        entry = next;
    }
}

static uint32_t hash_name(mica_string text, uint32_t space)
{
    const uint64_t hash = micai_hash_step(micai_hash_bytes(text.data, text.length), space);
    return (uint32_t)(hash ^ (hash >> 32));
}

static bool grow_buckets(micai_name_table *table)
{
    const size_t count = table->bucket_count ? table->bucket_count * 2 : 64;
    uint32_t *buckets = micai_allocate_zeroed(table->allocator, count * sizeof *buckets);
    if (!buckets)
        return false;
    for (size_t i = 0; i < table->bucket_count; i++) {
        for (uint32_t entry = table->buckets[i], next; entry; entry = next) {
            micai_name *name = &table->names[entry - 1];
            next = name->next;
            name->next = buckets[name->hash & (count - 1)];
            buckets[name->hash & (count - 1)] = entry;
        }
    }
    micai_release(table->allocator, table->buckets,
                  table->bucket_count * sizeof *table->buckets);
    table->buckets = buckets;
    table->bucket_count = count;
    return true;
}

micai_name *micai_name_find(micai_name_table *table, mica_string text)
{
    if (!table->bucket_count)
        return NULL;
    const uint32_t space = micai_name_scope_top(table)->space;
    const uint32_t hash = hash_name(text, space);
    for (uint32_t entry = table->buckets[hash & (table->bucket_count - 1)]; entry;
         entry = table->names[entry - 1].next) {
        micai_name *name = &table->names[entry - 1];
        if (name->hash == hash && name->space == space && name->length == text.length &&
            memcmp(name->text, text.data, text.length) == 0)
            return name;
    }
    return NULL;
}

static uint32_t allocate_name(micai_name_table *table)
{
    if (table->free_names) {
        const uint32_t entry = table->free_names;
        table->free_names = table->names[entry - 1].next_in_scope;
        return entry;
    }
    void *names = table->names;
    if (!micai_array_reserve(table->allocator, &names, &table->capacity, table->count + 1,
                             sizeof *table->names))
        return 0;
    table->names = names;
    return (uint32_t)++table->count;
}

micai_name *micai_name_add(micai_name_table *table, mica_string text, size_t scope)
{
    if (table->live >= table->bucket_count && !grow_buckets(table))
        return NULL;
    const uint32_t entry = allocate_name(table);
    if (!entry)
        return NULL;
    micai_name_scope *owner = &table->scopes[scope];
    micai_name *name = &table->names[entry - 1];
    memset(name, 0, sizeof *name);
    name->text = text.data;
    name->length = (uint32_t)text.length;
    name->space = owner->space;
    name->hash = hash_name(text, owner->space);
    uint32_t *bucket = &table->buckets[name->hash & (table->bucket_count - 1)];
    name->next = *bucket;
    *bucket = entry;
    name->scope = (uint32_t)scope;
    name->next_in_scope = owner->first;
    if (owner->first)
        table->names[owner->first - 1].previous_in_scope = entry;
    owner->first = entry;
    table->live++;
    return name;
}

void micai_name_remove(micai_name_table *table, micai_name *name)
{
    const uint32_t entry = (uint32_t)(name - table->names) + 1;
    unlink_name(table, entry - 1);
    if (name->previous_in_scope)
        table->names[name->previous_in_scope - 1].next_in_scope = name->next_in_scope;
    else
        table->scopes[name->scope].first = name->next_in_scope;
    if (name->next_in_scope)
        table->names[name->next_in_scope - 1].previous_in_scope = name->previous_in_scope;
    name->next_in_scope = table->free_names;
    table->free_names = entry;
}

size_t micai_name_space_base(const micai_name_table *table)
{
    size_t scope = table->scope_count - 1;
    while (scope && table->scopes[scope - 1].space == table->scopes[scope].space)
        scope--;
    return scope;
}
