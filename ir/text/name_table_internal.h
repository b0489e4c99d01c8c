// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Names of values or blocks while parsing: (space, text) -> entry. Entries belong to scopes
// that are closed in the reverse order of opening; closing one removes its entries. `space`
// keeps the names of isolated ops (or of regions, for blocks) apart.
#ifndef MICA_IR_TEXT_NAME_TABLE_INTERNAL_H
#define MICA_IR_TEXT_NAME_TABLE_INTERNAL_H

#include "ir/core/operation.h"
#include "ir/support/allocator_internal.h"

/// One name. A value name with several results (`%0:2`) has them from `values[0]` on.
typedef struct micai_name {
    const char *text; ///< borrowed from the source
    uint32_t length;
    uint32_t hash;
    uint32_t space;
    uint32_t next; ///< in its bucket, index + 1
    uint32_t next_in_scope, previous_in_scope;
    uint32_t scope;
    /// Of values; of a forward reference: its index among them; of an alias: its levels of
    /// nesting.
    uint32_t count;
    bool is_defined;
    bool is_error;     ///< result of a failed op: uses are silently accepted
    const char *place; ///< of the definition or the first use
    union {
        mica_value *value; ///< the first; others follow as results of the same op
        mica_block *block;
        const void *interned; ///< of an alias
    } as;
} micai_name;

typedef struct micai_name_scope {
    uint32_t first; ///< index + 1 of its latest entry
    uint32_t space;
} micai_name_scope;

typedef struct micai_name_table {
    const micai_allocator *allocator;
    micai_name *names;
    size_t count, capacity;
    uint32_t free_names; ///< index + 1
    uint32_t *buckets;
    size_t bucket_count, live;
    micai_name_scope *scopes;
    size_t scope_count, scope_capacity;
} micai_name_table;

void micai_name_table_init(micai_name_table *table, const micai_allocator *allocator);
void micai_name_table_free(micai_name_table *table);
/// Opens a scope; a new `space` hides all names outside. False when out of memory.
bool micai_name_scope_open(micai_name_table *table, uint32_t space);
void micai_name_scope_close(micai_name_table *table);
static inline micai_name_scope *micai_name_scope_top(micai_name_table *table)
{
    return &table->scopes[table->scope_count - 1];
}
/// The entry visible under the current space, or NULL.
micai_name *micai_name_find(micai_name_table *table, mica_string text);
/// Adds an entry to the scope `depth` levels out of the innermost (0: innermost). NULL when out
/// of memory. Pointers to other entries become invalid.
micai_name *micai_name_add(micai_name_table *table, mica_string text, size_t scope);
/// Removes an entry before its scope is closed.
void micai_name_remove(micai_name_table *table, micai_name *name);
/// Index of the outermost scope of the current space.
size_t micai_name_space_base(const micai_name_table *table);

#endif
