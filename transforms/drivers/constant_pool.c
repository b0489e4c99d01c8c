// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The constant pool: a hash table keyed by region, dialect, value and type. The order that it
// leaves is part of what users see: constants stand at the top of the entry block, the latest
// one met first, except that a run of constants which already stands there keeps its order.
#include "transforms/drivers/constant_pool_internal.h"

#include "ir/core/context.h"
#include "ir/core/definition.h"
#include "ir/support/hash_internal.h"

typedef struct micai_pooled_constant {
    const mica_region *region;
    const mica_dialect_def *dialect;
    const mica_attr *value;
    const mica_type *type;
    uint64_t hash;
    mica_op *op; ///< NULL: a free entry
} micai_pooled_constant;

void micai_constant_pool_init(micai_constant_pool *pool, const micai_allocator *allocator,
                              mica_rewriter *rewriter)
{
    memset(pool, 0, sizeof(*pool));
    pool->allocator = allocator;
    pool->rewriter = rewriter;
    pool->owned = micai_pointer_map_on(allocator);
}

void micai_constant_pool_free(micai_constant_pool *pool)
{
    micai_release(pool->allocator, pool->entries,
                  pool->capacity * sizeof(micai_pooled_constant));
    micai_pointer_map_free(&pool->owned);
}

/// Equal blobs share their bytes, so that the address of those identifies one.
static const void *identity_of(const mica_attr *value)
{
    size_t size;
    return mica_attr_is_blob(value) ? mica_dense_elements_attr_data(value, &size) : value;
}

static uint64_t hash_key(const micai_pooled_constant *key)
{
    uint64_t hash = micai_hash_pointer(key->region);
    hash = micai_hash_step(hash, (uint64_t)(uintptr_t)key->dialect);
    hash = micai_hash_step(hash, (uint64_t)(uintptr_t)identity_of(key->value));
    return micai_hash_step(hash, (uint64_t)(uintptr_t)key->type);
}

static bool keys_equal(const micai_pooled_constant *a, const micai_pooled_constant *b)
{
    return a->hash == b->hash && a->region == b->region && a->dialect == b->dialect &&
           a->type == b->type && mica_attr_equal(a->value, b->value);
}

static micai_pooled_constant *find_entry(micai_pooled_constant *entries, size_t capacity,
                                         const micai_pooled_constant *key)
{
    size_t index = key->hash & (capacity - 1);
    while (entries[index].op && !keys_equal(&entries[index], key))
        index = (index + 1) & (capacity - 1);
    return &entries[index];
}

/// Room for one more at a load of at most three quarters.
static bool reserve_entry(micai_constant_pool *pool)
{
    if (4 * (pool->count + 1) <= 3 * pool->capacity)
        return true;
    const size_t capacity = pool->capacity ? 2 * pool->capacity : 32;
    micai_pooled_constant *entries =
        micai_allocate_zeroed(pool->allocator, capacity * sizeof(micai_pooled_constant));
    if (!entries)
        return false;
    for (size_t i = 0; i < pool->capacity; i++)
        if (pool->entries[i].op)
            *find_entry(entries, capacity, &pool->entries[i]) = pool->entries[i];
    micai_release(pool->allocator, pool->entries,
                  pool->capacity * sizeof(micai_pooled_constant));
    pool->entries = entries;
    pool->capacity = capacity;
    return true;
}

/// The region whose entry block keeps the constants of `op`. NULL when it has no region.
static mica_region *insertion_region(const mica_op *op)
{
    mica_region *region = mica_op_parent_region(op);
    while (region) {
        const mica_op *parent = mica_region_parent(region);
        if (!parent || !mica_op_definition(parent) || !mica_op_block(parent) ||
            mica_op_has_trait(parent, MICA_TRAIT_ISOLATED_FROM_ABOVE))
            return region;
        region = mica_op_parent_region(parent);
    }
    return NULL;
}

static bool is_owned(const micai_constant_pool *pool, const mica_op *op)
{
    return op && micai_pointer_map_find(&pool->owned, op, NULL);
}

static void replace_by_kept(micai_constant_pool *pool, mica_op *op, mica_op *kept)
{
    mica_op_set_location(kept, mica_location_unknown());
    mica_rewriter_replace_op_with(pool->rewriter, op, kept);
    pool->edited = true;
}

/// Nothing to move where the op stands first or behind kept constants.
static void move_to_top(micai_constant_pool *pool, mica_op *op, mica_block *block)
{
    mica_op *first = mica_block_first(block);
    if (mica_op_block(op) == block && (first == op || is_owned(pool, mica_op_previous(op))))
        return;
    mica_op_move_before(op, first);
    mica_op_set_location(op, mica_location_unknown());
    pool->edited = true;
}

bool micai_constant_pool_insert(micai_constant_pool *pool, mica_op *op, const mica_attr *value)
{
    mica_region *region = insertion_region(op);
    if (!region || !reserve_entry(pool))
        return true;
    micai_pooled_constant key = {region, mica_op_record_dialect(mica_op_get_record(op)),
                                 value,  mica_value_type(mica_op_result(op, 0)),
                                 0,      op};
    key.hash = hash_key(&key);
    micai_pooled_constant *entry = find_entry(pool->entries, pool->capacity, &key);
    if (entry->op) {
        replace_by_kept(pool, op, entry->op);
        return false;
    }
    *entry = key;
    pool->count++;
    move_to_top(pool, op, mica_region_first(region));
    micai_pointer_map_set(&pool->owned, op, 1);
    return true;
}
