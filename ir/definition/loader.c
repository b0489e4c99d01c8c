// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Whole dialects: from a read tree to a mica_dialect_def, and the public loader on top of it.

#include "ir/definition/loader.h"

#include <stdlib.h>

#include "ir/definition/build_internal.h"
#include "ir/definition/dialect.h"

// ---- the dialect
// -----------------------------------------------------------------------------

static const micai_item *find_dialect_item(micai_build *b)
{
    const micai_item *found = NULL;
    for (const micai_item *item = b->reader->items; item; item = item->next) {
        if (item->kind != TOKEN_DIALECT)
            continue;
        if (found) {
            micai_build_error(b, item->place, "a second dialect in one definition");
            return NULL;
        }
        found = item;
    }
    if (!found) {
        const micai_place place = {(uint32_t)b->reader->file_count - 1, 0};
        micai_build_error(b, place, "no 'dialect' in this definition");
    }
    return found;
}

/// Which of the four tables an item belongs to; the enum's attribute comes in addition.
typedef struct tables {
    const mica_op_def **ops;
    const mica_type_def **types;
    const mica_attr_def **attrs;
    const mica_enum_def **enums;
} tables;

static bool build_item(micai_build *b, const micai_item *item, const tables *t,
                       mica_dialect_def *made)
{
    micai_symbol *symbol;
    switch (item->kind) {
    case TOKEN_OP:
        return (t->ops[made->op_count] = micai_build_op(b, item)) && ++made->op_count;
    case TOKEN_TYPE:
        return (t->types[made->type_count] = micai_build_type(b, item)) && ++made->type_count;
    case TOKEN_ATTR:
        return (t->attrs[made->attr_count] = micai_build_attr(b, item)) && ++made->attr_count;
    case TOKEN_ENUM:
    case TOKEN_BITS:
        symbol = micai_build_lookup(b, item->name);
        if (!symbol || symbol->item != item ||
            !(t->enums[made->enum_count] = micai_build_enum(b, symbol)))
            return false;
        ++made->enum_count;
        if (!micai_enum_attr_name(b, item))
            return true;
        return (t->attrs[made->attr_count] = micai_build_attr(b, item)) && ++made->attr_count;
    case TOKEN_CONSTRAINT:
        return true; // built where it is used
    default:
        return true;
    }
}

static int compare_ops(const void *a, const void *b)
{
    return strcmp((*(const mica_op_def *const *)a)->name,
                  (*(const mica_op_def *const *)b)->name);
}
static int compare_types(const void *a, const void *b)
{
    return strcmp((*(const mica_type_def *const *)a)->name,
                  (*(const mica_type_def *const *)b)->name);
}
static int compare_attrs(const void *a, const void *b)
{
    return strcmp((*(const mica_attr_def *const *)a)->name,
                  (*(const mica_attr_def *const *)b)->name);
}
static int compare_enums(const void *a, const void *b)
{
    return strcmp((*(const mica_enum_def *const *)a)->name,
                  (*(const mica_enum_def *const *)b)->name);
}

static void sort_tables(const tables *t, const mica_dialect_def *made)
{
    qsort((void *)t->ops, made->op_count, sizeof *t->ops, compare_ops);
    qsort((void *)t->types, made->type_count, sizeof *t->types, compare_types);
    qsort((void *)t->attrs, made->attr_count, sizeof *t->attrs, compare_attrs);
    qsort((void *)t->enums, made->enum_count, sizeof *t->enums, compare_enums);
}

static bool check_op_names(micai_build *b, const micai_item *dialect, const tables *t,
                           const mica_dialect_def *made)
{
    for (uint32_t i = 1; i < made->op_count; ++i) {
        if (strcmp(t->ops[i - 1]->name, t->ops[i]->name) == 0)
            return micai_build_error(b, dialect->place, "op '%s' is defined twice",
                                     t->ops[i]->name);
    }
    return true;
}

static bool build_dialect_hooks(micai_build *b, const micai_item *item, mica_dialect_def *made)
{
    static const micai_hook_field fields[] = {
        {"materialize_constant", MICAI_HOOK_MATERIALIZE_CONSTANT,
         offsetof(mica_dialect_def, materialize_constant)},
        {"verify_attr", MICAI_HOOK_VERIFY_ATTR, offsetof(mica_dialect_def, verify_attr)},
        {"canonicalize", MICAI_HOOK_OP_CANONICALIZE, offsetof(mica_dialect_def, canonicalize)},
    };
    static const int allowed[] = {TOKEN_DESCRIPTION, TOKEN_HOOKS, 0};
    return micai_build_check_sections(b, item, allowed) &&
           micai_build_hooks(b, item, "", fields, sizeof fields / sizeof fields[0], made);
}

const mica_dialect_def *micai_build_dialect(micai_build *b, micai_reader *reader,
                                            micai_find_hook_fn find_hook, void *user,
                                            const mica_dialect_library *library)
{
    memset(b, 0, sizeof *b);
    b->reader = reader;
    b->context = reader->context;
    b->find_hook = find_hook;
    b->find_hook_user = user;
    b->library = library;
    b->names = micai_pointer_map_on(&reader->context->allocator);
    const micai_item *dialect = find_dialect_item(b);
    mica_dialect_def *made = micai_build_allocate(b, 1, sizeof *made);
    if (!dialect || !made)
        return NULL;
    b->dialect = micai_build_text(b, dialect->name);
    const uint32_t most = reader->item_count;
    const tables t = {micai_build_allocate(b, most, sizeof(void *)),
                      micai_build_allocate(b, most, sizeof(void *)),
                      micai_build_allocate(b, most, sizeof(void *)),
                      micai_build_allocate(b, most, sizeof(void *))};
    if (!t.ops || !t.types || !t.attrs || !t.enums || !micai_build_index_names(b))
        return NULL;
    const micai_section *description = micai_item_section(dialect, TOKEN_DESCRIPTION);
    made->struct_size = sizeof *made;
    made->name = b->dialect;
    made->summary = dialect->summary;
    made->description = description ? description->text : NULL;
    build_dialect_hooks(b, dialect, made);
    for (const micai_item *item = reader->items; item; item = item->next)
        build_item(b, item, &t, made);
    sort_tables(&t, made);
    check_op_names(b, dialect, &t, made);
    made->ops = t.ops;
    made->types = t.types;
    made->attrs = t.attrs;
    made->enums = t.enums;
    return reader->failed ? NULL : made;
}

void micai_build_free(micai_build *b)
{
    if (b->context)
        micai_pointer_map_free(&b->names);
}

// ---- the loader
// ------------------------------------------------------------------------------

static bool find_in_entry(const mica_dialect_entry *entry, const char *symbol, mica_hook *hook)
{
    for (uint32_t low = 0, high = entry->hook_count; low < high;) {
        const uint32_t middle = (low + high) / 2;
        const int order = strcmp(symbol, entry->hooks[middle].name);
        if (order == 0) {
            *hook = entry->hooks[middle];
            return true;
        }
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return false;
}

static bool find_in_library(void *user, const char *symbol, micai_hook_kind kind,
                            mica_hook *hook)
{
    (void)kind;
    const mica_dialect_library *library = user;
    for (uint32_t i = 0; library && i < library->shared_count; ++i) {
        if (find_in_entry(library->shared[i], symbol, hook))
            return true;
    }
    for (uint32_t i = 0; library && i < library->dialect_count; ++i) {
        if (find_in_entry(library->dialects[i], symbol, hook))
            return true;
    }
    return false;
}

/// Builds and registers what the reader has read; the reader's memory goes to the context.
static const mica_dialect_def *finish_load(micai_reader *reader,
                                           const mica_load_options *options)
{
    mica_context *context = reader->context;
    const mica_dialect_library *library = options ? options->library : NULL;
    micai_build build;
    const mica_dialect_def *dialect = micai_build_dialect(&build, reader, find_in_library,
                                                          (void *)(uintptr_t)library, library);
    micai_build_free(&build);
    if (!dialect)
        return NULL;
    pthread_mutex_lock(&context->lock);
    micai_arena_absorb(&context->arena, &reader->arena);
    pthread_mutex_unlock(&context->lock);
    return mica_context_register_dialect(context, dialect) ? dialect : NULL;
}

static void begin_load(micai_reader *reader, mica_context *context,
                       const mica_load_options *options)
{
    micai_reader_init(reader, context);
    if (options) {
        reader->include_folders = options->include_folders;
        reader->include_folder_count = options->include_folder_count;
    }
}

const mica_dialect_def *mica_dialect_load_text(mica_context *context, mica_string text,
                                               const char *name,
                                               const mica_load_options *options)
{
    micai_reader reader;
    begin_load(&reader, context, options);
    const mica_dialect_def *dialect = NULL;
    if (micai_reader_read_prelude(&reader) && micai_reader_read_text(&reader, text, name))
        dialect = finish_load(&reader, options);
    micai_reader_free(&reader);
    return dialect;
}

const mica_dialect_def *mica_dialect_load_file(mica_context *context, const char *path,
                                               const mica_load_options *options)
{
    micai_reader reader;
    begin_load(&reader, context, options);
    const mica_dialect_def *dialect = NULL;
    if (micai_reader_read_prelude(&reader) && micai_reader_read_file(&reader, path))
        dialect = finish_load(&reader, options);
    micai_reader_free(&reader);
    return dialect;
}
