// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The context's insides, for ir/ alone: the uniquer, identifiers, op records and memory.
//
// Uniquing. Every interned thing (type, attribute, affine expression, word list) is one object:
// a header and a row of words. Equal means same category, kind, definition and words. The table
// is sharded by hash; lookups take no lock (slots are atomic and a grown table keeps its
// predecessor alive), insertions lock their shard.
#ifndef MICA_IR_CORE_CONTEXT_INTERNAL_H
#define MICA_IR_CORE_CONTEXT_INTERNAL_H

#include <pthread.h>
#include <stdatomic.h>

#include "ir/core/affine.h"
#include "ir/core/context.h"
#include "ir/core/definition.h"
#include "ir/core/diagnostics.h"
#include "ir/support/arena_internal.h"
#include "ir/support/pointer_map_internal.h"
#include "ir/support/slab_internal.h"
#include "ir/support/text_buffer_internal.h"

typedef enum micai_category {
    MICAI_CATEGORY_TYPE,
    MICAI_CATEGORY_ATTR,
    MICAI_CATEGORY_AFFINE,
    MICAI_CATEGORY_LIST,
} micai_category;

enum {
    /// The words are { type, is_splat, size, blob, previous, next }: counted, not interned.
    MICAI_FLAG_BLOB = 1,
    /// Affine: no dims inside; affine in the strict sense.
    MICAI_FLAG_SYMBOLIC = 2,
    MICAI_FLAG_PURE_AFFINE = 4,
};

/// The header of all interned things.
typedef struct micai_object {
    mica_context *context;
    const void *definition; ///< mica_type_def or mica_attr_def; NULL for builtin kinds
    uint32_t hash;
    uint16_t kind;
    uint8_t category;
    uint8_t flags;
    uint32_t count;              ///< words
    _Atomic uint32_t references; ///< of blob attributes
    uint64_t words[];
} micai_object;

/// mica_type, mica_attr, mica_affine_expr and mica_word_list are never defined: each is a
/// micai_object of its category.
static inline const micai_object *micai_object_of(const void *thing)
{
    return (const micai_object *)thing;
}
static inline uint64_t micai_word(const void *thing, size_t index)
{
    return micai_object_of(thing)->words[index];
}

struct mica_identifier {
    mica_context *context;
    _Atomic(const mica_attr *) string_attr; ///< of this text without a type
    _Atomic(const mica_op_record *) record; ///< of the op with this name
    uint32_t hash;
    uint32_t length;
    char text[];
};

typedef struct micai_attached_interface {
    struct micai_attached_interface *next;
    mica_interface_entry entry;
} micai_attached_interface;

struct mica_op_record {
    mica_context *context;
    const mica_op_def *definition; ///< NULL: unregistered
    mica_op_kind kind;             ///< unique to the name, also when unregistered
    const mica_identifier *name;
    const mica_dialect_def *dialect; ///< NULL: not registered
    uint64_t trait_bits;
    _Atomic(const mica_attr *) *defaults; ///< one a slot, parsed when first asked for
    micai_attached_interface *attached;
    const mica_identifier *const *slot_names; ///< identifiers of the definition's attrs
    mica_op_record *next;                     ///< all records of the context
};

enum { MICAI_SHARDS = 16 };

typedef struct micai_table {
    struct micai_table *previous; ///< outgrown, kept for readers under way
    size_t capacity;              ///< a power of two
    _Atomic(void *) slots[];
} micai_table;

/// One shard of a table of interned things.
typedef struct micai_shard {
    _Atomic(micai_table *) table;
    size_t count;
    pthread_mutex_t lock;
    micai_arena arena;
} micai_shard;

/// What a thread has between mica_thread_enter and mica_thread_leave.
typedef struct micai_scope {
    struct micai_scope *outer;
    mica_context *context;
    micai_slab_cache *cache;
    mica_op *anchor;
    uint64_t edits;
} micai_scope;

struct mica_context {
    micai_allocator allocator;
    bool out_of_memory;
    bool allow_unregistered;
    micai_slab slab;
    uint64_t edits;
    micai_shard objects[MICAI_SHARDS];
    micai_shard identifiers[MICAI_SHARDS];

    pthread_mutex_t lock; ///< of dialects, records, files, resources, blobs, diagnostics' count
    micai_arena arena;
    const mica_dialect_def **dialects; ///< sorted by name
    size_t dialect_count, dialect_capacity;
    mica_op_record *records;
    const mica_identifier **files; ///< of packed locations, by index
    size_t file_count, file_capacity;
    micai_pointer_map file_indices;
    micai_pointer_map resources; ///< key identifier -> mica_blob
    const mica_identifier **resource_keys;
    size_t resource_count, resource_capacity;
    micai_object *blob_attrs; ///< live blob attributes
    uint64_t distinct_count;
    /// Some type or attribute was made that the printer may give an alias.
    _Atomic bool has_alias_values;
    /// Some op that was met refers to symbols: without any a symbol table need not look for it.
    _Atomic bool has_symbol_users;

    pthread_mutex_t diagnostic_lock;
    mica_diagnostic_fn handler;
    void *handler_user;
    _Atomic size_t error_count;

    /// Found at creation, so that the common ones cost nothing.
    const mica_type *index_type, *none_type, *i1_type, *i32_type, *i64_type, *f32_type;
    const mica_attr *unit_attr, *unknown_location_attr;
};

/// The interned object of these contents, NULL when out of memory. `flags` are those of a new
/// object.
const micai_object *micai_object_get(mica_context *context, micai_category category,
                                     uint32_t kind, const void *definition,
                                     const uint64_t *words, size_t count, uint8_t flags);

/// Slab memory of IR objects through the thread's cache.
void *micai_context_allocate(mica_context *context, size_t size);
void micai_context_free(mica_context *context, void *memory, size_t size);
/// Counts one mutation of the IR in the thread's scope.
void micai_context_count_edit(mica_context *context);
/// The file of a packed location, by its index there.
const mica_identifier *micai_context_file(const mica_context *context, size_t index);
/// Index of a file name for packed locations; SIZE_MAX when it does not fit.
size_t micai_context_file_index(mica_context *context, const mica_identifier *file);

/// The packed location of a file index; line and column must fit (mica_location_file checks).
mica_location micai_location_pack(size_t file_index, uint32_t line, uint32_t column);

/// Finds the builtin types and attributes that the context keeps at hand; called once by
/// mica_context_create.
bool micai_context_init_builtin(mica_context *context);
/// Order of names: by bytes, the shorter first.
int micai_identifier_compare(const mica_identifier *a, const mica_identifier *b);
/// Frees a diagnostic without reporting it. NULL is allowed.
void micai_diagnostic_destroy(mica_diagnostic *diagnostic);
/// Frees blob attributes that are still alive.
void micai_context_free_blob_attrs(mica_context *context);

static inline uint64_t micai_word_of(const void *pointer)
{
    return (uint64_t)(uintptr_t)pointer;
}
static inline const void *micai_pointer_of(uint64_t word)
{
    return (const void *)(uintptr_t)word;
}

#endif
