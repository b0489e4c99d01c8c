// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A pattern set, indexed by root op when it is frozen: each root name has one run of patterns
// in the order in which they are tried, those for any op merged in. A lookup is one probe of a
// pointer map, and trying patterns is a walk over an array.
#include "ir/rewrite/pattern.h"

#include <assert.h>
#include <stdlib.h>

#include "ir/core/context_internal.h"
#include "ir/rewrite/match_program_internal.h"
#include "ir/rewrite/rewriter_internal.h"

typedef struct entry {
    mica_pattern pattern;
    const mica_op_record *root; ///< NULL: any op
    size_t sequence;
} entry;

/// A run of `order`.
typedef struct run {
    size_t start, count;
} run;

struct mica_pattern_set {
    mica_context *context;
    const micai_allocator *allocator;
    entry *entries; ///< in order of addition; sorted by root, then as tried, once frozen
    size_t count, capacity;
    bool frozen;
    const mica_pattern **order; ///< runs of patterns
    size_t order_capacity;
    run *runs; ///< runs[0] is for roots without patterns of their own
    size_t run_count, run_capacity;
    micai_pointer_map run_of_root; ///< op record -> index in runs
    micai_bound_program *programs;
    const mica_native_def **natives; ///< of the embedder
    size_t native_count, native_capacity;
};

mica_pattern_set *mica_pattern_set_create(mica_context *context)
{
    const micai_allocator *allocator = micai_context_allocator(context);
    mica_pattern_set *set = micai_allocate_zeroed(allocator, sizeof(mica_pattern_set));
    if (!set)
        return NULL;
    set->context = context;
    set->allocator = allocator;
    set->run_of_root = micai_pointer_map_on(allocator);
    return set;
}

void mica_pattern_set_destroy(mica_pattern_set *set)
{
    if (!set)
        return;
    micai_release(set->allocator, set->entries, set->capacity * sizeof(entry));
    micai_release(set->allocator, set->order, set->order_capacity * sizeof(*set->order));
    micai_release(set->allocator, set->runs, set->run_capacity * sizeof(run));
    micai_pointer_map_free(&set->run_of_root);
    while (set->programs) {
        micai_bound_program *next = set->programs->next;
        micai_bound_program_destroy(set->context, set->programs);
        set->programs = next;
    }
    micai_release(set->allocator, set->natives, set->native_capacity * sizeof(*set->natives));
    micai_release(set->allocator, set, sizeof(mica_pattern_set));
}

mica_context *mica_pattern_set_context(const mica_pattern_set *set)
{
    return set->context;
}

size_t mica_pattern_set_count(const mica_pattern_set *set)
{
    return set->count;
}

// ---- adding
// ----------------------------------------------------------------------------------

bool mica_pattern_set_add(mica_pattern_set *set, const mica_pattern *patterns, size_t count)
{
    assert(!set->frozen && "a frozen set takes no more patterns");
    if (!micai_array_reserve(set->allocator, (void **)&set->entries, &set->capacity,
                             set->count + count, sizeof(entry)))
        return false;
    for (size_t i = 0; i < count; i++) {
        entry *added = &set->entries[set->count];
        added->pattern = patterns[i];
        if (added->pattern.benefit == 0)
            added->pattern.benefit = 1;
        added->root = NULL;
        if (patterns[i].root)
            added->root = mica_op_record_get(set->context, mica_string_from(patterns[i].root));
        if (patterns[i].root && !added->root)
            return false;
        added->sequence = set->count++;
    }
    return true;
}

bool mica_pattern_set_add_program(mica_pattern_set *set, const mica_match_program *program)
{
    micai_bound_program *bound =
        micai_match_program_bind(set->context, program, set->natives, set->native_count);
    if (!bound)
        return false;
    bound->next = set->programs;
    set->programs = bound;
    for (uint32_t i = 0; i < program->pattern_count; i++) {
        const mica_pattern pattern = {.name = program->patterns[i].name,
                                      .root = program->patterns[i].root,
                                      .benefit = program->patterns[i].benefit,
                                      .rewrite = micai_match_pattern_rewrite,
                                      .user = &bound->patterns[i]};
        if (!mica_pattern_set_add(set, &pattern, 1))
            return false;
    }
    return true;
}

bool mica_pattern_set_add_natives(mica_pattern_set *set, const mica_native_def *natives,
                                  size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (micai_native_find(NULL, 0, mica_string_from(natives[i].name)) ||
            !micai_array_reserve(set->allocator, (void **)&set->natives, &set->native_capacity,
                                 set->native_count + 1, sizeof(*set->natives)))
            return false;
        set->natives[set->native_count++] = &natives[i];
    }
    return true;
}

static void add_of_dialect(void *user, const mica_dialect_def *dialect)
{
    if (dialect->struct_size > offsetof(mica_dialect_def, canonicalize) &&
        dialect->canonicalize)
        dialect->canonicalize(user);
}

static void add_of_ops(void *user, const mica_dialect_def *dialect)
{
    for (uint32_t i = 0; i < dialect->op_count; i++)
        if (MICA_HOOK(dialect->ops[i], canonicalize))
            dialect->ops[i]->hooks->canonicalize(user);
}

bool mica_pattern_set_add_canonicalizations(mica_pattern_set *set)
{
    mica_context_for_each_dialect(set->context, add_of_dialect, set);
    mica_context_for_each_dialect(set->context, add_of_ops, set);
    return !mica_context_out_of_memory(set->context);
}

bool mica_pattern_set_add_canonicalizations_of(mica_pattern_set *set, const char *const *names)
{
    for (; *names; names++) {
        const mica_string name = mica_string_from(*names);
        if (strchr(*names, '.')) {
            const mica_op_def *op = mica_op_record_def(mica_op_record_get(set->context, name));
            if (op && MICA_HOOK(op, canonicalize))
                op->hooks->canonicalize(set);
        } else {
            const mica_dialect_def *dialect = mica_context_find_dialect(set->context, name);
            if (dialect)
                add_of_dialect(set, dialect);
        }
    }
    return !mica_context_out_of_memory(set->context);
}

static bool is_named(const mica_pattern *pattern, const mica_string *names, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (mica_string_is(names[i], pattern->name))
            return true;
    return false;
}

void mica_pattern_set_filter(mica_pattern_set *set, const mica_string *enabled,
                             size_t enabled_count, const mica_string *disabled,
                             size_t disabled_count)
{
    assert(!set->frozen && "filter before freezing");
    size_t kept = 0;
    for (size_t i = 0; i < set->count; i++) {
        const mica_pattern *pattern = &set->entries[i].pattern;
        if (enabled_count && !is_named(pattern, enabled, enabled_count))
            continue;
        if (is_named(pattern, disabled, disabled_count))
            continue;
        set->entries[kept++] = set->entries[i];
    }
    set->count = kept;
}

// ---- freezing
// --------------------------------------------------------------------------------

/// By root as text (patterns for any op first), falling benefit, order of addition.
static int compare_entries(const void *left, const void *right)
{
    const entry *a = left;
    const entry *b = right;
    if (a->root != b->root) {
        if (!a->root || !b->root)
            return a->root ? 1 : -1;
        return strcmp(a->pattern.root, b->pattern.root);
    }
    if (a->pattern.benefit != b->pattern.benefit)
        return a->pattern.benefit > b->pattern.benefit ? -1 : 1;
    return a->sequence < b->sequence ? -1 : a->sequence > b->sequence;
}

static bool add_run(mica_pattern_set *set, run added, const mica_op_record *root)
{
    if (!micai_array_reserve(set->allocator, (void **)&set->runs, &set->run_capacity,
                             set->run_count + 1, sizeof(run)))
        return false;
    set->runs[set->run_count] = added;
    return !root || micai_pointer_map_set(&set->run_of_root, root, set->run_count++);
}

/// Merges the patterns of one root with those for any op; equal benefit: the root's first.
static bool merge_run(mica_pattern_set *set, const entry *own, size_t own_count,
                      size_t any_count, size_t *used)
{
    const run merged = {*used, own_count + any_count};
    if (!micai_array_reserve(set->allocator, (void **)&set->order, &set->order_capacity,
                             *used + merged.count, sizeof(*set->order)))
        return false;
    const entry *any = set->entries;
    const entry *any_end = any_count ? any + any_count : any; // an empty set has no entries
    const entry *own_end = own_count ? own + own_count : own;
    while (own < own_end || any < any_end) {
        const bool take_any =
            own == own_end || (any < any_end && any->pattern.benefit > own->pattern.benefit);
        set->order[(*used)++] = take_any ? &any++->pattern : &own++->pattern;
    }
    return add_run(set, merged, own_count ? (own_end - 1)->root : NULL);
}

bool mica_pattern_set_freeze(mica_pattern_set *set)
{
    if (set->frozen)
        return true;
    if (set->count)
        qsort(set->entries, set->count, sizeof(entry), compare_entries);
    size_t any_count = 0;
    while (any_count < set->count && !set->entries[any_count].root)
        any_count++;
    size_t used = 0;
    if (!merge_run(set, set->entries, 0, any_count, &used))
        return false;
    set->run_count = 1;
    for (size_t i = any_count, end; i < set->count; i = end) {
        for (end = i + 1; end < set->count && set->entries[end].root == set->entries[i].root;)
            end++;
        if (!merge_run(set, &set->entries[i], end - i, any_count, &used))
            return false;
    }
    set->frozen = true;
    return true;
}

// ---- applying
// --------------------------------------------------------------------------------

bool mica_pattern_set_apply(const mica_pattern_set *set, mica_rewriter *rewriter, mica_op *op,
                            const char **applied)
{
    assert(set->frozen && "freeze the set first");
    uint64_t index = 0;
    micai_pointer_map_find(&set->run_of_root, mica_op_get_record(op), &index);
    const run *tried = &set->runs[index];
    for (size_t i = 0; i < tried->count; i++) {
        const mica_pattern *pattern = set->order[tried->start + i];
        mica_rewriter_set_before(rewriter, op);
#ifdef MICA_ASSERTS
        const uint64_t edits = mica_context_edit_count(set->context);
#endif
        if (pattern->rewrite(rewriter, op, pattern->user)) {
            if (applied)
                *applied = pattern->name;
            return true;
        }
#ifdef MICA_ASSERTS
        assert(mica_context_edit_count(set->context) == edits &&
               "a pattern that does not match changes nothing");
#endif
    }
    return false;
}
