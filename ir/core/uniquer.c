// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The uniquer: sharded tables of interned objects and of identifiers. context_internal.h says
// how lookups go without a lock.
#include "ir/core/uniquer_internal.h"

#include "ir/support/hash_internal.h"

enum { FIRST_CAPACITY = 32 };

bool micai_shards_init(micai_shard *shards, const micai_allocator *allocator)
{
    for (size_t i = 0; i < MICAI_SHARDS; ++i) {
        atomic_init(&shards[i].table, NULL);
        shards[i].count = 0;
        shards[i].arena = micai_arena_on(allocator);
        if (pthread_mutex_init(&shards[i].lock, NULL) != 0)
            return false;
    }
    return true;
}

static size_t table_bytes(size_t capacity)
{
    return sizeof(micai_table) + capacity * sizeof(_Atomic(void *));
}

void micai_shards_destroy(micai_shard *shards)
{
    for (size_t i = 0; i < MICAI_SHARDS; ++i) {
        micai_table *table = atomic_load_explicit(&shards[i].table, memory_order_relaxed);
        while (table) {
            micai_table *previous = table->previous;
            micai_release(shards[i].arena.allocator, table, table_bytes(table->capacity));
            table = previous;
        }
        micai_arena_free(&shards[i].arena);
        pthread_mutex_destroy(&shards[i].lock);
    }
}

/// Puts `thing` into the first free slot of its probe sequence.
static void place(micai_table *table, uint32_t hash, void *thing)
{
    size_t index = hash & (table->capacity - 1);
    while (atomic_load_explicit(&table->slots[index], memory_order_relaxed))
        index = (index + 1) & (table->capacity - 1);
    atomic_store_explicit(&table->slots[index], thing, memory_order_release);
}

/// A table of twice the size with the same contents, published; NULL when out of memory.
static micai_table *grow(micai_shard *shard, micai_table *old,
                         uint32_t (*hash_of)(const void *))
{
    const size_t capacity = old ? old->capacity * 2 : FIRST_CAPACITY;
    micai_table *table = micai_allocate_zeroed(shard->arena.allocator, table_bytes(capacity));
    if (!table)
        return NULL;
    table->capacity = capacity;
    table->previous = old;
    for (size_t i = 0; old && i < old->capacity; ++i) {
        void *thing = atomic_load_explicit(&old->slots[i], memory_order_relaxed);
        if (thing)
            place(table, hash_of(thing), thing);
    }
    atomic_store_explicit(&shard->table, table, memory_order_release);
    return table;
}

// ---- objects
// ---------------------------------------------------------------------------------

typedef struct object_key {
    mica_context *context;
    const void *definition;
    const uint64_t *words;
    size_t count;
    uint32_t hash;
    uint16_t kind;
    uint8_t category;
    uint8_t flags;
} object_key;

static uint32_t object_hash(const void *object)
{
    return ((const micai_object *)object)->hash;
}

static bool object_matches(const micai_object *object, const object_key *key)
{
    return object->hash == key->hash && object->kind == key->kind &&
           object->category == key->category && object->definition == key->definition &&
           object->count == key->count &&
           (key->count == 0 || memcmp(object->words, key->words, key->count * 8) == 0);
}

static const micai_object *find_object(micai_table *table, const object_key *key)
{
    if (!table)
        return NULL;
    for (size_t index = key->hash;; ++index) {
        const micai_object *object = atomic_load_explicit(
            &table->slots[index & (table->capacity - 1)], memory_order_acquire);
        if (!object || object_matches(object, key))
            return object;
    }
}

static const micai_object *insert_object(micai_shard *shard, const object_key *key)
{
    micai_table *table = atomic_load_explicit(&shard->table, memory_order_relaxed);
    if (!table || shard->count * 2 >= table->capacity) {
        table = grow(shard, table, object_hash);
        if (!table)
            return NULL;
    }
    micai_object *object =
        micai_arena_allocate(&shard->arena, sizeof *object + key->count * sizeof(uint64_t));
    if (!object)
        return NULL;
    object->context = key->context;
    object->definition = key->definition;
    object->hash = key->hash;
    object->kind = key->kind;
    object->category = key->category;
    object->flags = key->flags;
    object->count = (uint32_t)key->count;
    atomic_init(&object->references, 0);
    if (key->count)
        memcpy(object->words, key->words, key->count * sizeof(uint64_t));
    place(table, key->hash, object);
    ++shard->count;
    return object;
}

static uint32_t hash_key(const object_key *key)
{
    uint64_t hash = micai_hash_step((uint64_t)key->category << 16 | key->kind,
                                    micai_word_of(key->definition));
    for (size_t i = 0; i < key->count; ++i)
        hash = micai_hash_step(hash, key->words[i]);
    return (uint32_t)(hash ^ (hash >> 32));
}

/// Shards go by the top bits, slots within by the low ones.
static size_t shard_of(uint32_t hash)
{
    return hash >> 28;
}

// Affine maps and sets, distinct attributes, locations and long tuples: without any of them the
// printer need not look for aliases.
static bool may_have_alias(const object_key *key)
{
    enum { LONG_TUPLE = 16 };
    if (key->category == MICAI_CATEGORY_TYPE)
        return key->kind == MICA_TYPE_TUPLE && key->count > LONG_TUPLE;
    return key->category == MICAI_CATEGORY_ATTR &&
           (key->kind == MICA_ATTR_AFFINE_MAP || key->kind == MICA_ATTR_INTEGER_SET ||
            key->kind == MICA_ATTR_DISTINCT ||
            (key->kind > MICA_ATTR_LOCATION_UNKNOWN && key->kind <= MICA_ATTR_LOCATION_FUSED));
}

const micai_object *micai_object_get(mica_context *context, micai_category category,
                                     uint32_t kind, const void *definition,
                                     const uint64_t *words, size_t count, uint8_t flags)
{
    object_key key = {context,        definition,        words, count, 0,
                      (uint16_t)kind, (uint8_t)category, flags};
    key.hash = hash_key(&key);
    micai_shard *shard = &context->objects[shard_of(key.hash)];
    const micai_object *object =
        find_object(atomic_load_explicit(&shard->table, memory_order_acquire), &key);
    if (object)
        return object;
    pthread_mutex_lock(&shard->lock);
    object = find_object(atomic_load_explicit(&shard->table, memory_order_relaxed), &key);
    if (!object)
        object = insert_object(shard, &key);
    pthread_mutex_unlock(&shard->lock);
    if (may_have_alias(&key))
        atomic_store_explicit(&context->has_alias_values, true, memory_order_relaxed);
    return object;
}

// ---- identifiers
// -----------------------------------------------------------------------------

static uint32_t identifier_hash(const void *identifier)
{
    return ((const mica_identifier *)identifier)->hash;
}

static mica_identifier *find_identifier(micai_table *table, uint32_t hash, mica_string text)
{
    if (!table)
        return NULL;
    for (size_t index = hash;; ++index) {
        mica_identifier *identifier = atomic_load_explicit(
            &table->slots[index & (table->capacity - 1)], memory_order_acquire);
        if (!identifier ||
            (identifier->hash == hash && identifier->length == text.length &&
             (text.length == 0 || memcmp(identifier->text, text.data, text.length) == 0)))
            return identifier;
    }
}

static mica_identifier *insert_identifier(mica_context *context, micai_shard *shard,
                                          uint32_t hash, mica_string text)
{
    micai_table *table = atomic_load_explicit(&shard->table, memory_order_relaxed);
    if (!table || shard->count * 2 >= table->capacity) {
        table = grow(shard, table, identifier_hash);
        if (!table)
            return NULL;
    }
    mica_identifier *identifier =
        micai_arena_allocate(&shard->arena, sizeof *identifier + text.length + 1);
    if (!identifier)
        return NULL;
    identifier->context = context;
    atomic_init(&identifier->string_attr, NULL);
    atomic_init(&identifier->record, NULL);
    identifier->hash = hash;
    identifier->length = (uint32_t)text.length;
    if (text.length)
        memcpy(identifier->text, text.data, text.length);
    identifier->text[text.length] = '\0';
    place(table, hash, identifier);
    ++shard->count;
    return identifier;
}

const mica_identifier *mica_identifier_get(mica_context *context, mica_string text)
{
    if (text.length > UINT32_MAX - 1) {
        context->out_of_memory = true;
        return NULL;
    }
    const uint64_t wide = micai_hash_bytes(text.data, text.length);
    const uint32_t hash = (uint32_t)(wide ^ (wide >> 32));
    micai_shard *shard = &context->identifiers[shard_of(hash)];
    mica_identifier *identifier =
        find_identifier(atomic_load_explicit(&shard->table, memory_order_acquire), hash, text);
    if (identifier)
        return identifier;
    pthread_mutex_lock(&shard->lock);
    identifier =
        find_identifier(atomic_load_explicit(&shard->table, memory_order_relaxed), hash, text);
    if (!identifier)
        identifier = insert_identifier(context, shard, hash, text);
    pthread_mutex_unlock(&shard->lock);
    return identifier;
}

mica_string mica_identifier_text(const mica_identifier *identifier)
{
    const mica_string text = {identifier->text, identifier->length};
    return text;
}
