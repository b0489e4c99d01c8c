// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The registry: two arrays kept in order of names, searched by halving.
#include "transforms/pass/pass_registry.h"

#include <stdlib.h>

#include "ir/support/allocator_internal.h"

typedef struct named_row {
    const char **names; ///< names[i] belongs to items[i]
    const void **items;
    size_t count, name_capacity, item_capacity;
} named_row;

struct mica_pass_registry {
    micai_allocator allocator;
    named_row passes;
    named_row pipelines;
};

static int compare(mica_string text, const char *name)
{
    const size_t length = strlen(name);
    const size_t common = text.length < length ? text.length : length;
    const int order = common ? memcmp(text.data, name, common) : 0;
    if (order)
        return order;
    return text.length < length ? -1 : text.length > length;
}

/// Index of the first name that is not less.
static size_t lower_bound(const named_row *row, mica_string name)
{
    size_t low = 0;
    size_t high = row->count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (compare(name, row->names[middle]) > 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static const void *find(const named_row *row, mica_string name)
{
    const size_t index = lower_bound(row, name);
    if (index < row->count && compare(name, row->names[index]) == 0)
        return row->items[index];
    return NULL;
}

static bool add(const micai_allocator *allocator, named_row *row, const char *name,
                const void *item)
{
    const mica_string text = mica_string_from(name);
    const size_t index = lower_bound(row, text);
    if (index < row->count && compare(text, row->names[index]) == 0)
        return row->items[index] == item;
    if (!micai_array_reserve(allocator, (void **)&row->names, &row->name_capacity,
                             row->count + 1, sizeof(*row->names)) ||
        !micai_array_reserve(allocator, (void **)&row->items, &row->item_capacity,
                             row->count + 1, sizeof(*row->items)))
        return false;
    const size_t behind = row->count - index;
    memmove(row->names + index + 1, row->names + index, behind * sizeof(*row->names));
    memmove(row->items + index + 1, row->items + index, behind * sizeof(*row->items));
    row->names[index] = name;
    row->items[index] = item;
    row->count++;
    return true;
}

static void free_row(const micai_allocator *allocator, named_row *row)
{
    micai_release(allocator, row->names, row->name_capacity * sizeof(*row->names));
    micai_release(allocator, row->items, row->item_capacity * sizeof(*row->items));
}

mica_pass_registry *mica_pass_registry_create(void)
{
    const micai_allocator allocator = micai_allocator_system(NULL);
    mica_pass_registry *registry =
        micai_allocate_zeroed(&allocator, sizeof(mica_pass_registry));
    if (registry)
        registry->allocator = allocator;
    return registry;
}

void mica_pass_registry_destroy(mica_pass_registry *registry)
{
    if (!registry)
        return;
    const micai_allocator allocator = registry->allocator;
    free_row(&allocator, &registry->passes);
    free_row(&allocator, &registry->pipelines);
    micai_release(&allocator, registry, sizeof(mica_pass_registry));
}

bool mica_pass_registry_add(mica_pass_registry *registry, const mica_pass_def *pass)
{
    return add(&registry->allocator, &registry->passes, pass->argument, pass);
}

bool mica_pass_registry_add_pipeline(mica_pass_registry *registry,
                                     const mica_pipeline_def *pipeline)
{
    return add(&registry->allocator, &registry->pipelines, pipeline->argument, pipeline);
}

bool mica_pass_registry_add_all(mica_pass_registry *registry)
{
    bool added = true;
    for (size_t i = 0; mica_builtin_passes[i]; i++)
        added &= mica_pass_registry_add(registry, mica_builtin_passes[i]);
    for (size_t i = 0; mica_builtin_pipelines[i]; i++)
        added &= mica_pass_registry_add_pipeline(registry, mica_builtin_pipelines[i]);
    return added;
}

const mica_pass_def *mica_pass_registry_find(const mica_pass_registry *registry,
                                             mica_string argument)
{
    return find(&registry->passes, argument);
}

const mica_pipeline_def *mica_pass_registry_find_pipeline(const mica_pass_registry *registry,
                                                          mica_string argument)
{
    return find(&registry->pipelines, argument);
}

size_t mica_pass_registry_count(const mica_pass_registry *registry)
{
    return registry->passes.count;
}

const mica_pass_def *mica_pass_registry_at(const mica_pass_registry *registry, size_t index)
{
    return registry->passes.items[index];
}

size_t mica_pass_registry_pipeline_count(const mica_pass_registry *registry)
{
    return registry->pipelines.count;
}

const mica_pipeline_def *mica_pass_registry_pipeline_at(const mica_pass_registry *registry,
                                                        size_t index)
{
    return registry->pipelines.items[index];
}
