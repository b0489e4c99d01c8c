// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Symbols and tables of them. symbol_uses.c walks and rewrites references.
#include "ir/core/symbol_table.h"

#include "ir/core/verifier_internal.h"

// ---- symbols
// ---------------------------------------------------------------------------------

const mica_attr *mica_symbol_name(const mica_op *op)
{
    const mica_attr *name = mica_op_attr(op, "sym_name");
    return mica_attr_is(name, MICA_ATTR_STRING) ? name : NULL;
}

void mica_symbol_set_name(mica_op *op, mica_string name)
{
    mica_op_set_attr(op, "sym_name", mica_string_attr_get(op->record->context, name));
}

static const char *const visibility_names[] = {"public", "private", "nested"};

mica_visibility mica_symbol_get_visibility(const mica_op *op)
{
    const mica_attr *attr = mica_op_attr(op, "sym_visibility");
    if (!mica_attr_is(attr, MICA_ATTR_STRING))
        return MICA_VISIBILITY_PUBLIC;
    const mica_string text = mica_string_attr_text(attr);
    for (int i = MICA_VISIBILITY_PRIVATE; i <= MICA_VISIBILITY_NESTED; i++)
        if (mica_string_is(text, visibility_names[i]))
            return (mica_visibility)i;
    return MICA_VISIBILITY_PUBLIC;
}

void mica_symbol_set_visibility(mica_op *op, mica_visibility visibility)
{
    const mica_attr *value = NULL;
    if (visibility != MICA_VISIBILITY_PUBLIC)
        value = mica_string_attr_get(op->record->context,
                                     mica_string_from(visibility_names[visibility]));
    mica_op_set_attr(op, "sym_visibility", value);
}

mica_op *mica_symbol_table_nearest(mica_op *op)
{
    while (op && !micai_op_has_trait(op, MICA_TRAIT_SYMBOL_TABLE))
        op = mica_op_parent(op);
    return op;
}

static const mica_identifier *name_of(const mica_op *op)
{
    const mica_attr *name = mica_symbol_name(op);
    return name ? mica_string_attr_identifier(name) : NULL;
}

// ---- finding without a table
// -----------------------------------------------------------------

mica_op *mica_symbol_find_in(mica_op *table_op, mica_string name)
{
    if (micai_op_region_count(table_op) == 0)
        return NULL;
    const mica_identifier *identifier = mica_identifier_get(table_op->record->context, name);
    mica_for_each_block(block, micai_op_regions(table_op)[0])
    {
        mica_for_each_op(op, block)
        {
            if (identifier && name_of(op) == identifier)
                return op;
        }
    }
    return NULL;
}

/// Finds a name in a symbol table op, through a cache or (NULL) without.
static mica_op *find_symbol(mica_symbol_cache *cache, mica_op *table_op, mica_string name)
{
    if (!table_op || !micai_op_has_trait(table_op, MICA_TRAIT_SYMBOL_TABLE))
        return NULL;
    if (!cache)
        return mica_symbol_find_in(table_op, name);
    const mica_symbol_table *table = mica_symbol_cache_table(cache, table_op);
    return table ? mica_symbol_table_find(table, name) : NULL;
}

static mica_op *resolve(mica_symbol_cache *cache, mica_op *op, const mica_attr *reference)
{
    if (!mica_attr_is(reference, MICA_ATTR_SYMBOL_REF))
        return NULL;
    mica_op *found =
        find_symbol(cache, mica_symbol_table_nearest(op), mica_symbol_ref_attr_root(reference));
    const size_t count = mica_symbol_ref_attr_path_count(reference);
    for (size_t i = 0; found && i < count; i++)
        found = find_symbol(cache, found, mica_symbol_ref_attr_path(reference, i));
    return found;
}

mica_op *mica_symbol_resolve(mica_op *op, const mica_attr *reference)
{
    return resolve(NULL, op, reference);
}

// ---- tables
// ----------------------------------------------------------------------------------

struct mica_symbol_table {
    mica_op *op;
    micai_pointer_map symbols; ///< name -> op
    uint32_t next_suffix;      ///< no name with a smaller one was free
    mica_symbol_table *next;   ///< in a cache
};

static const micai_allocator *allocator_of(const mica_op *op)
{
    return &op->record->context->allocator;
}

static bool collect_symbols(mica_symbol_table *table)
{
    mica_for_each_block(block, micai_op_regions(table->op)[0])
    {
        mica_for_each_op(op, block)
        {
            const mica_identifier *name = name_of(op);
            if (!name || micai_pointer_map_find(&table->symbols, name, NULL))
                continue;
            if (!micai_pointer_map_put(&table->symbols, name, op))
                return false;
        }
    }
    return true;
}

mica_symbol_table *mica_symbol_table_create(mica_op *op)
{
    mica_symbol_table *table = micai_allocate_zeroed(allocator_of(op), sizeof *table);
    if (!table)
        return NULL;
    table->op = op;
    table->symbols = micai_pointer_map_on(allocator_of(op));
    if (micai_op_region_count(op) == 0 || collect_symbols(table))
        return table;
    mica_symbol_table_destroy(table);
    return NULL;
}

void mica_symbol_table_destroy(mica_symbol_table *table)
{
    if (!table)
        return;
    const micai_allocator *allocator = table->symbols.allocator;
    micai_pointer_map_free(&table->symbols);
    micai_release(allocator, table, sizeof *table);
}

mica_op *mica_symbol_table_op(const mica_symbol_table *table)
{
    return table->op;
}

mica_op *mica_symbol_table_find(const mica_symbol_table *table, mica_string name)
{
    const mica_identifier *identifier = mica_identifier_get(table->op->record->context, name);
    return identifier ? micai_pointer_map_get(&table->symbols, identifier) : NULL;
}

const mica_identifier *mica_symbol_table_unique_name(mica_symbol_table *table, mica_string base)
{
    mica_context *context = table->op->record->context;
    const mica_identifier *name = mica_identifier_get(context, base);
    if (!name || !micai_pointer_map_find(&table->symbols, name, NULL))
        return name;
    micai_text_buffer text = micai_text_buffer_on(&context->allocator);
    do {
        text.length = 0;
        micai_text_append_string(&text, base);
        micai_text_printf(&text, "_%u", table->next_suffix++);
        name = text.failed ? NULL : mica_identifier_get(context, micai_text_view(&text));
    } while (name && micai_pointer_map_find(&table->symbols, name, NULL));
    micai_text_buffer_free(&text);
    return name;
}

/// Where a new symbol goes: before the terminator, if the body has one.
static void insert_in_body(const mica_symbol_table *table, mica_op *symbol, mica_op *before)
{
    mica_block *body = micai_op_regions(table->op)[0]->first;
    mica_op *last = body->last;
    if (!before && last && micai_op_has_trait(last, MICA_TRAIT_TERMINATOR))
        before = last;
    if (before)
        mica_op_insert_before(symbol, before);
    else
        mica_block_append(body, symbol);
}

bool mica_symbol_table_insert(mica_symbol_table *table, mica_op *symbol, mica_op *before)
{
    const mica_identifier *name = name_of(symbol);
    if (name && micai_pointer_map_get(&table->symbols, name) == symbol)
        return true;
    const mica_string base = name ? mica_identifier_text(name) : mica_string_from("");
    const mica_identifier *unique = mica_symbol_table_unique_name(table, base);
    if (!unique || !micai_pointer_map_put(&table->symbols, unique, symbol))
        return false;
    if (unique != name)
        mica_symbol_set_name(symbol, mica_identifier_text(unique));
    if (!symbol->block)
        insert_in_body(table, symbol, before);
    return true;
}

void mica_symbol_table_remove(mica_symbol_table *table, mica_op *symbol)
{
    const mica_identifier *name = name_of(symbol);
    if (name && micai_pointer_map_get(&table->symbols, name) == symbol)
        micai_pointer_map_erase(&table->symbols, name);
}

void mica_symbol_table_erase(mica_symbol_table *table, mica_op *symbol)
{
    mica_symbol_table_remove(table, symbol);
    mica_op_erase(symbol);
}

// ---- caches
// ----------------------------------------------------------------------------------

struct mica_symbol_cache {
    const micai_allocator *allocator;
    micai_pointer_map tables; ///< symbol table op -> mica_symbol_table
    mica_symbol_table *all;
};

mica_symbol_cache *mica_symbol_cache_create(mica_context *context)
{
    mica_symbol_cache *cache = micai_allocate_zeroed(&context->allocator, sizeof *cache);
    if (!cache)
        return NULL;
    cache->allocator = &context->allocator;
    cache->tables = micai_pointer_map_on(&context->allocator);
    return cache;
}

void mica_symbol_cache_destroy(mica_symbol_cache *cache)
{
    if (!cache)
        return;
    for (mica_symbol_table *table = cache->all; table;) {
        mica_symbol_table *next = table->next;
        mica_symbol_table_destroy(table);
        table = next;
    }
    micai_pointer_map_free(&cache->tables);
    micai_release(cache->allocator, cache, sizeof *cache);
}

mica_symbol_table *mica_symbol_cache_table(mica_symbol_cache *cache, mica_op *op)
{
    mica_symbol_table *table = micai_pointer_map_get(&cache->tables, op);
    if (table)
        return table;
    table = mica_symbol_table_create(op);
    if (!table)
        return NULL;
    table->next = cache->all;
    cache->all = table;
    micai_pointer_map_put(&cache->tables, op, table);
    return table;
}

mica_op *mica_symbol_cache_resolve(mica_symbol_cache *cache, mica_op *op,
                                   const mica_attr *reference)
{
    return resolve(cache, op, reference);
}

// ---- verification
// ----------------------------------------------------------------------------

static bool report_redefinition(const mica_op *op, const mica_op *original)
{
    const mica_string name = mica_string_attr_text(mica_symbol_name(op));
    mica_diagnostic *diagnostic =
        mica_error(op->record->context, op->location, "redefinition of symbol named '%.*s'",
                   MICA_STRING_ARG(name));
    mica_diagnostic_note(diagnostic, original->location, "see existing symbol definition here");
    return mica_diagnostic_emit(diagnostic);
}

/// Every name once.
static bool verify_unique_names(const mica_symbol_table *table, const mica_block *body)
{
    mica_for_each_op(op, body)
    {
        const mica_identifier *name = name_of(op);
        const mica_op *original =
            name ? micai_pointer_map_get(&table->symbols, name) : (mica_op *)NULL;
        if (original && original != op)
            return report_redefinition(op, original);
    }
    return true;
}

static mica_walk_result verify_user(void *cache, mica_op *op)
{
    const mica_symbol_user *user = mica_op_interface(op, &mica_symbol_user_interface);
    return user && !user->verify_uses(op, cache) ? MICA_WALK_INTERRUPT : MICA_WALK_ADVANCE;
}

typedef struct user_walk {
    const mica_op *root;
    mica_symbol_cache *cache;
} user_walk;

/// References in nested symbol tables are checked when these are verified.
static mica_walk_result visit_user(void *user, mica_op *op)
{
    const user_walk *walk = user;
    if (op == walk->root)
        return MICA_WALK_ADVANCE;
    if (verify_user(walk->cache, op) == MICA_WALK_INTERRUPT)
        return MICA_WALK_INTERRUPT;
    return micai_op_has_trait(op, MICA_TRAIT_SYMBOL_TABLE) ? MICA_WALK_SKIP : MICA_WALK_ADVANCE;
}

bool micai_verify_symbol_table(mica_op *op)
{
    if (micai_op_region_count(op) != 1)
        return mica_op_error(op,
                             "Operations with a 'SymbolTable' must have exactly one region");
    if (!mica_region_has_one_block(micai_op_regions(op)[0]))
        return mica_op_error(op, "Operations with a 'SymbolTable' must have exactly one block");
    mica_symbol_cache *cache = mica_symbol_cache_create(op->record->context);
    const mica_symbol_table *table = cache ? mica_symbol_cache_table(cache, op) : NULL;
    user_walk walk = {op, cache};
    const bool has_users =
        atomic_load_explicit(&op->record->context->has_symbol_users, memory_order_relaxed);
    const bool valid = table && verify_unique_names(table, micai_op_regions(op)[0]->first) &&
                       (!has_users || mica_op_walk_pre(op, visit_user, &walk));
    mica_symbol_cache_destroy(cache);
    return valid;
}
