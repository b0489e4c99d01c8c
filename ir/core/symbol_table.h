// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Symbols: ops with a name (`sym_name`) in an op with the trait symbol_table, referred to by
// symbol reference attributes. A reference is resolved from the nearest symbol table around the
// op that holds it: @root names a symbol there, @root::@leaf one in the table that @root is.
//
//   mica_symbol_table *table = mica_symbol_table_create(module);
//   mica_op *callee = mica_symbol_table_find(table, mica_string_from("f"));
//   mica_symbol_table_destroy(table);
#ifndef MICA_IR_CORE_SYMBOL_TABLE_H
#define MICA_IR_CORE_SYMBOL_TABLE_H

#include "ir/core/interfaces.h"

#ifdef __cplusplus
extern "C" {
#endif

// ---- symbols
// ---------------------------------------------------------------------------------

/// The string attribute `sym_name`; NULL when the op is no symbol.
MICA_API const mica_attr *mica_symbol_name(const mica_op *op);
/// Renames the op only; mica_symbol_rename follows its uses.
MICA_API void mica_symbol_set_name(mica_op *op, mica_string name);
typedef enum mica_visibility {
    MICA_VISIBILITY_PUBLIC,
    MICA_VISIBILITY_PRIVATE,
    MICA_VISIBILITY_NESTED,
} mica_visibility;
MICA_API mica_visibility mica_symbol_get_visibility(const mica_op *op);
/// Public removes the attribute.
MICA_API void mica_symbol_set_visibility(mica_op *op, mica_visibility visibility);
/// The op or the nearest op around it that is a symbol table; NULL when there is none.
MICA_API mica_op *mica_symbol_table_nearest(mica_op *op);

// ---- finding without a table
// -----------------------------------------------------------------

/// A symbol among the direct ops of a symbol table; looks at each.
MICA_API mica_op *mica_symbol_find_in(mica_op *table_op, mica_string name);
/// What `reference` (a symbol reference) means at `op`; NULL when nothing.
MICA_API mica_op *mica_symbol_resolve(mica_op *op, const mica_attr *reference);

// ---- tables
// ----------------------------------------------------------------------------------

/// The symbols of one op, hashed. Valid as long as changes go through it.
typedef struct mica_symbol_table mica_symbol_table;
/// NULL when out of memory. `op` has the trait symbol_table.
MICA_API mica_symbol_table *mica_symbol_table_create(mica_op *op);
MICA_API void mica_symbol_table_destroy(mica_symbol_table *table);
MICA_API mica_op *mica_symbol_table_op(const mica_symbol_table *table);
MICA_API mica_op *mica_symbol_table_find(const mica_symbol_table *table, mica_string name);
/// Adds a symbol, renamed with a suffix `_0`, `_1`, ... when its name is taken. A detached op
/// is inserted before the table's terminator or `before`. False when out of memory.
MICA_API bool mica_symbol_table_insert(mica_symbol_table *table, mica_op *symbol,
                                       mica_op *before);
/// Takes the symbol out of the table; the op stays where it is.
MICA_API void mica_symbol_table_remove(mica_symbol_table *table, mica_op *symbol);
/// Takes it out and erases the op.
MICA_API void mica_symbol_table_erase(mica_symbol_table *table, mica_op *symbol);
/// A name that is free in the table: `base`, or with a suffix. NULL when out of memory.
MICA_API const mica_identifier *mica_symbol_table_unique_name(mica_symbol_table *table,
                                                              mica_string base);

/// Tables of many ops, each made when first asked for.
MICA_API mica_symbol_cache *mica_symbol_cache_create(mica_context *context);
MICA_API void mica_symbol_cache_destroy(mica_symbol_cache *cache);
/// The table of a symbol table op; borrowed. NULL when out of memory.
MICA_API mica_symbol_table *mica_symbol_cache_table(mica_symbol_cache *cache, mica_op *op);
/// As mica_symbol_resolve.
MICA_API mica_op *mica_symbol_cache_resolve(mica_symbol_cache *cache, mica_op *op,
                                            const mica_attr *reference);

// ---- uses
// ------------------------------------------------------------------------------------

/// Called for each symbol reference in the attributes of an op; false ends the walk.
typedef bool (*mica_symbol_use_fn)(void *user, mica_op *op, const mica_attr *reference);
/// Visits the references of all ops nested in `from`, but not in symbol tables nested there,
/// whose references mean other symbols. False when ended by `visit`.
MICA_API bool mica_symbol_walk_uses(mica_op *from, mica_symbol_use_fn visit, void *user);
/// The same for the attributes of the op alone.
MICA_API bool mica_symbol_walk_own_uses(mica_op *op, mica_symbol_use_fn visit, void *user);
/// True when nothing in `from` refers to `symbol`, which lies in it or deeper.
MICA_API bool mica_symbol_is_unused(mica_op *symbol, mica_op *from);
/// Replaces the name of `symbol` in references from within `from`. False when out of memory.
MICA_API bool mica_symbol_replace_uses(mica_op *symbol, mica_string name, mica_op *from);
/// Both: renames a symbol and all uses of it within its symbol table's outermost parent.
MICA_API bool mica_symbol_rename(mica_op *symbol, mica_string name);

#ifdef __cplusplus
}
#endif

#endif
