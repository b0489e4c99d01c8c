// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Contexts: creation, dialects, op records and the memory of each thread.
#include "ir/core/context.h"

#include <stdlib.h>

#include "ir/core/builtin_ops.h"
#include "ir/core/interfaces.h"
#include "ir/core/uniquer_internal.h"
#include "ir/support/blob.h"
#include "ir/text/text.h"

/// The innermost scope of this thread; scopes of several contexts may nest.
static _Thread_local micai_scope *current_scope;

static micai_scope *scope_of(const mica_context *context)
{
    micai_scope *scope = current_scope;
    while (scope && scope->context != context)
        scope = scope->outer;
    return scope;
}

mica_context *mica_context_create(const mica_context_options *options)
{
    micai_allocator allocator = micai_allocator_system(NULL);
    if (options && options->allocate) {
        allocator.allocate = options->allocate;
        allocator.release = options->release;
        allocator.user = options->allocator_user;
    }
    mica_context *context = micai_allocate_zeroed(&allocator, sizeof *context);
    if (!context)
        return NULL;
    context->allocator = allocator;
    context->allocator.failed = &context->out_of_memory;
    context->arena = micai_arena_on(&context->allocator);
    context->file_indices = micai_pointer_map_on(&context->allocator);
    context->resources = micai_pointer_map_on(&context->allocator);
    micai_slab_init(&context->slab, &context->allocator);
    pthread_mutex_init(&context->lock, NULL);
    pthread_mutex_init(&context->diagnostic_lock, NULL);
    if (!micai_shards_init(context->objects, &context->allocator) ||
        !micai_shards_init(context->identifiers, &context->allocator) ||
        !micai_context_init_builtin(context) ||
        !mica_context_register_dialect(context, &mica_builtin_dialect)) {
        mica_context_destroy(context);
        return NULL;
    }
    return context;
}

static void free_resources(mica_context *context)
{
    for (size_t i = 0; i < context->resource_count; ++i)
        mica_blob_release(
            micai_pointer_map_get(&context->resources, context->resource_keys[i]));
    micai_release(&context->allocator, context->resource_keys,
                  context->resource_capacity * sizeof *context->resource_keys);
    micai_pointer_map_free(&context->resources);
}

void mica_context_destroy(mica_context *context)
{
    if (!context)
        return;
    micai_context_free_blob_attrs(context);
    free_resources(context);
    micai_pointer_map_free(&context->file_indices);
    micai_release(&context->allocator, context->files,
                  context->file_capacity * sizeof *context->files);
    micai_release(&context->allocator, context->dialects,
                  context->dialect_capacity * sizeof *context->dialects);
    micai_slab_destroy(&context->slab);
    micai_shards_destroy(context->objects);
    micai_shards_destroy(context->identifiers);
    micai_arena_free(&context->arena);
    pthread_mutex_destroy(&context->lock);
    pthread_mutex_destroy(&context->diagnostic_lock);
    const micai_allocator allocator = context->allocator;
    micai_release(&allocator, context, sizeof *context);
}

bool mica_context_note_no_memory(mica_context *context)
{
    context->out_of_memory = true;
    return false;
}

bool mica_context_out_of_memory(const mica_context *context)
{
    return context->out_of_memory;
}

void mica_context_allow_unregistered(mica_context *context, bool allow)
{
    context->allow_unregistered = allow;
}

bool mica_context_allows_unregistered(const mica_context *context)
{
    return context->allow_unregistered;
}

// ---- memory and edits
// ------------------------------------------------------------------------

void *micai_context_allocate(mica_context *context, size_t size)
{
    const micai_scope *scope = scope_of(context);
    return micai_slab_allocate(scope ? scope->cache : &context->slab.main, size);
}

void micai_context_free(mica_context *context, void *memory, size_t size)
{
    const micai_scope *scope = scope_of(context);
    micai_slab_free(scope ? scope->cache : &context->slab.main, memory, size);
}

void micai_context_count_edit(mica_context *context)
{
    micai_scope *scope = scope_of(context);
    ++*(scope ? &scope->edits : &context->edits);
}

uint64_t mica_context_edit_count(const mica_context *context)
{
    const micai_scope *scope = scope_of(context);
    return scope ? scope->edits : context->edits;
}

void mica_thread_enter(mica_context *context, mica_op *anchor)
{
    micai_scope *scope = mica_malloc(sizeof *scope);
    if (!scope) {
        context->out_of_memory = true;
        return;
    }
    micai_scope *outer = scope_of(context);
    scope->context = context;
    scope->anchor = anchor;
    scope->edits = 0;
    // A nested scope of the same thread goes on with its cache.
    scope->cache = outer ? outer->cache : micai_slab_take_cache(&context->slab);
    scope->outer = current_scope;
    if (!scope->cache) {
        mica_free(scope);
        return;
    }
    current_scope = scope;
}

void mica_thread_leave(mica_context *context)
{
    micai_scope *scope = current_scope;
    if (!scope || scope->context != context)
        return;
    current_scope = scope->outer;
    micai_scope *outer = scope_of(context);
    if (outer)
        outer->edits += scope->edits;
    else
        micai_slab_return_cache(&context->slab, scope->cache);
    mica_free(scope);
}

// ---- dialects
// --------------------------------------------------------------------------------

/// Index of the first dialect whose name is not below `name`.
static size_t dialect_position(const mica_context *context, mica_string name, bool *found)
{
    size_t low = 0, high = context->dialect_count;
    *found = false;
    while (low < high) {
        const size_t middle = (low + high) / 2;
        const mica_string other = mica_string_from(context->dialects[middle]->name);
        const size_t shorter = other.length < name.length ? other.length : name.length;
        int order = memcmp(other.data, name.data, shorter);
        if (order == 0)
            order = (other.length > name.length) - (other.length < name.length);
        if (order == 0) {
            *found = true;
            return middle;
        }
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static mica_string dialect_prefix(mica_string op_name)
{
    const char *dot = op_name.length ? memchr(op_name.data, '.', op_name.length) : NULL;
    mica_string prefix = {op_name.data, dot ? (size_t)(dot - op_name.data) : 0};
    return prefix;
}

static const mica_op_def *find_op_def(const mica_dialect_def *dialect, const char *name)
{
    size_t low = 0, high = dialect->op_count;
    while (low < high) {
        const size_t middle = (low + high) / 2;
        const int order = strcmp(dialect->ops[middle]->name, name);
        if (order == 0)
            return dialect->ops[middle];
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

static void note_interface(mica_context *context, const void *interface)
{
    if (interface == &mica_symbol_user_interface)
        atomic_store_explicit(&context->has_symbol_users, true, memory_order_relaxed);
}

/// Fills the parts of a record that follow from its dialect. The context's lock is held.
static bool define_record(mica_op_record *record, const mica_dialect_def *dialect)
{
    record->dialect = dialect;
    const mica_op_def *definition = find_op_def(dialect, record->name->text);
    if (!definition)
        return true;
    mica_context *context = record->context;
    const size_t count = definition->attr_count;
    record->defaults = micai_arena_allocate(&context->arena, count * sizeof *record->defaults);
    const mica_identifier **names =
        micai_arena_allocate(&context->arena, count * sizeof *names);
    if (!record->defaults || !names)
        return false;
    for (size_t i = 0; i < count; ++i) {
        atomic_init(&record->defaults[i], NULL);
        names[i] = mica_identifier_get(context, mica_string_from(definition->attrs[i].name));
        if (!names[i])
            return false;
    }
    record->slot_names = names;
    record->trait_bits = definition->trait_bits;
    record->kind = definition->kind;
    record->definition = definition;
    for (uint32_t i = 0; i < definition->interface_count; ++i)
        note_interface(context, definition->interfaces[i].interface);
    return true;
}

bool mica_context_register_dialect(mica_context *context, const mica_dialect_def *dialect)
{
    pthread_mutex_lock(&context->lock);
    bool found;
    const size_t position = dialect_position(context, mica_string_from(dialect->name), &found);
    if (found) {
        const bool same = context->dialects[position] == dialect;
        pthread_mutex_unlock(&context->lock);
        return same || mica_diagnostic_emit(mica_error(context, mica_location_unknown(),
                                                       "dialect '%s' is already registered",
                                                       dialect->name));
    }
    void *dialects = context->dialects;
    bool ok = micai_array_reserve(&context->allocator, &dialects, &context->dialect_capacity,
                                  context->dialect_count + 1, sizeof *context->dialects);
    context->dialects = dialects;
    if (ok) {
        memmove(&context->dialects[position + 1], &context->dialects[position],
                (context->dialect_count - position) * sizeof *context->dialects);
        context->dialects[position] = dialect;
        ++context->dialect_count;
        // Ops of this dialect may have been named before it came.
        for (mica_op_record *record = context->records; record && ok; record = record->next) {
            if (!record->dialect &&
                mica_string_is(dialect_prefix(mica_identifier_text(record->name)),
                               dialect->name))
                ok = define_record(record, dialect);
        }
    }
    pthread_mutex_unlock(&context->lock);
    return ok;
}

const mica_dialect_def *mica_context_find_dialect(mica_context *context, mica_string name)
{
    pthread_mutex_lock(&context->lock);
    bool found;
    const size_t position = dialect_position(context, name, &found);
    const mica_dialect_def *dialect = found ? context->dialects[position] : NULL;
    pthread_mutex_unlock(&context->lock);
    return dialect;
}

void mica_context_for_each_dialect(mica_context *context,
                                   void (*visit)(void *user, const mica_dialect_def *dialect),
                                   void *user)
{
    for (size_t i = 0; i < context->dialect_count; ++i)
        visit(user, context->dialects[i]);
}

// ---- op records
// ------------------------------------------------------------------------------

/// Makes the record of a name that has none yet. The context's lock is held.
static mica_op_record *make_record(mica_context *context, const mica_identifier *name)
{
    mica_op_record *record = micai_arena_allocate(&context->arena, sizeof *record);
    mica_op_identity *identity = micai_arena_allocate(&context->arena, sizeof *identity);
    if (!record || !identity)
        return NULL;
    memset(record, 0, sizeof *record);
    identity->name = name->text;
    record->context = context;
    record->name = name;
    record->kind = identity;
    bool found;
    const size_t position =
        dialect_position(context, dialect_prefix(mica_identifier_text(name)), &found);
    if (found && !define_record(record, context->dialects[position]))
        return NULL;
    record->next = context->records;
    context->records = record;
    return record;
}

const mica_op_record *mica_op_record_get(mica_context *context, mica_string name)
{
    mica_identifier *identifier = (mica_identifier *)mica_identifier_get(context, name);
    if (!identifier)
        return NULL;
    const mica_op_record *record =
        atomic_load_explicit(&identifier->record, memory_order_acquire);
    if (record)
        return record;
    pthread_mutex_lock(&context->lock);
    record = atomic_load_explicit(&identifier->record, memory_order_relaxed);
    if (!record) {
        record = make_record(context, identifier);
        atomic_store_explicit(&identifier->record, record, memory_order_release);
    }
    pthread_mutex_unlock(&context->lock);
    return record;
}

const mica_op_def *mica_op_record_def(const mica_op_record *record)
{
    return record->definition;
}

mica_op_kind mica_op_record_kind(const mica_op_record *record)
{
    return record->kind;
}

const mica_identifier *mica_op_record_name(const mica_op_record *record)
{
    return record->name;
}

const mica_dialect_def *mica_op_record_dialect(const mica_op_record *record)
{
    return record->dialect;
}

bool mica_op_record_has_trait(const mica_op_record *record, mica_trait trait)
{
    return record->trait_bits >> trait & 1;
}

const mica_attr *mica_op_record_default(const mica_op_record *record, size_t index)
{
    const mica_op_def *definition = record->definition;
    if (!definition || index >= definition->attr_count ||
        !definition->attrs[index].default_text)
        return NULL;
    const mica_attr *value =
        atomic_load_explicit(&record->defaults[index], memory_order_acquire);
    if (!value) {
        // Two threads may both parse it; they get the same pointer.
        value = mica_parse_attr(record->context,
                                mica_string_from(definition->attrs[index].default_text));
        atomic_store_explicit(&record->defaults[index], value, memory_order_release);
    }
    return value;
}

bool mica_op_record_attach_interface(mica_context *context, mica_string op_name,
                                     const void *interface, const void *table)
{
    mica_op_record *record = (mica_op_record *)mica_op_record_get(context, op_name);
    if (!record)
        return false;
    pthread_mutex_lock(&context->lock);
    micai_attached_interface *attached = record->attached;
    while (attached &&
           (attached->entry.interface != interface || attached->entry.table != table))
        attached = attached->next;
    if (!attached && (attached = micai_arena_allocate(&context->arena, sizeof *attached))) {
        attached->entry.interface = interface;
        attached->entry.table = table;
        attached->next = record->attached;
        record->attached = attached;
    }
    note_interface(context, interface);
    pthread_mutex_unlock(&context->lock);
    return attached != NULL;
}

const mica_trait_use *mica_op_def_find_trait(const mica_op_def *definition, mica_trait trait)
{
    for (size_t i = 0; definition && i < definition->trait_count; ++i) {
        if (definition->traits[i].trait == trait)
            return &definition->traits[i];
    }
    return NULL;
}

int mica_op_def_find_slot(const mica_op_def *definition, mica_string name)
{
    for (int i = 0; definition && i < definition->attr_count; ++i) {
        if (mica_string_is(name, definition->attrs[i].name))
            return i;
    }
    return -1;
}
