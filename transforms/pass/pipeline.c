// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Pipelines: trees of passes, and their text form.
#include "transforms/pass/pass_internal.h"

static bool is_any(mica_string anchor)
{
    return anchor.length == 0 || mica_string_is(anchor, "any");
}

micai_pipeline *micai_pipeline_create(const micai_allocator *allocator, mica_string anchor)
{
    micai_pipeline *pipeline = micai_allocate_zeroed(allocator, sizeof(micai_pipeline));
    if (!pipeline || is_any(anchor))
        return pipeline;
    pipeline->anchor = micai_allocate_zeroed(allocator, anchor.length + 1);
    if (!pipeline->anchor) {
        micai_release(allocator, pipeline, sizeof(micai_pipeline));
        return NULL;
    }
    memcpy(pipeline->anchor, anchor.data, anchor.length);
    return pipeline;
}

static void destroy_item(const micai_allocator *allocator, micai_pass_item *item)
{
    if (item->pass) {
        micai_pass_options_free(&item->options);
        micai_release(allocator, (void *)item->statistics,
                      item->pass->statistic_count * sizeof(*item->statistics));
    }
    for (size_t i = 0; i < item->nested_count; i++)
        micai_pipeline_destroy(allocator, item->nested[i]);
    micai_release(allocator, item->nested, item->nested_capacity * sizeof(*item->nested));
    micai_release(allocator, item, sizeof(micai_pass_item));
}

/// Recurses as deep as pipelines nest, which their parser limits.
void micai_pipeline_destroy(const micai_allocator *allocator, micai_pipeline *pipeline)
{
    if (!pipeline)
        return;
    for (size_t i = 0; i < pipeline->count; i++)
        destroy_item(allocator, pipeline->items[i]);
    micai_release(allocator, pipeline->items, pipeline->capacity * sizeof(*pipeline->items));
    if (pipeline->anchor)
        micai_release(allocator, pipeline->anchor, strlen(pipeline->anchor) + 1);
    micai_release(allocator, pipeline, sizeof(micai_pipeline));
}

static micai_pass_item *add_item(const micai_allocator *allocator, micai_pipeline *pipeline)
{
    if (!micai_array_reserve(allocator, (void **)&pipeline->items, &pipeline->capacity,
                             pipeline->count + 1, sizeof(*pipeline->items)))
        return NULL;
    micai_pass_item *item = micai_allocate_zeroed(allocator, sizeof(micai_pass_item));
    if (item)
        pipeline->items[pipeline->count++] = item;
    return item;
}

micai_pass_item *micai_pipeline_add_pass(const micai_allocator *allocator,
                                         micai_pipeline *pipeline, const mica_pass_def *pass)
{
    micai_pass_item *item = add_item(allocator, pipeline);
    if (!item)
        return NULL;
    item->pass = pass;
    if (!micai_pass_options_init(&item->options, pass, allocator))
        return NULL;
    if (pass->statistic_count) {
        item->statistics =
            micai_allocate_zeroed(allocator, pass->statistic_count * sizeof(*item->statistics));
        if (!item->statistics)
            return NULL;
    }
    return item;
}

static bool has_anchor(const micai_pipeline *pipeline, mica_string anchor)
{
    return pipeline->anchor ? mica_string_is(anchor, pipeline->anchor) : is_any(anchor);
}

/// An item of nested pipelines at the end that can take one more: pipelines of any op stand
/// alone, since what they run on depends on the others.
static micai_pass_item *last_nested_item(const micai_pipeline *pipeline, mica_string anchor)
{
    micai_pass_item *last = pipeline->count ? pipeline->items[pipeline->count - 1] : NULL;
    if (!last || last->pass || is_any(anchor) != !last->nested[0]->anchor)
        return NULL;
    return last;
}

micai_pipeline *micai_pipeline_nest(const micai_allocator *allocator, micai_pipeline *pipeline,
                                    mica_string anchor)
{
    micai_pass_item *item = last_nested_item(pipeline, anchor);
    for (size_t i = 0; item && i < item->nested_count; i++)
        if (has_anchor(item->nested[i], anchor))
            return item->nested[i];
    micai_pipeline *nested = micai_pipeline_create(allocator, anchor);
    if (nested && !item)
        item = add_item(allocator, pipeline);
    if (!nested || !item ||
        !micai_array_reserve(allocator, (void **)&item->nested, &item->nested_capacity,
                             item->nested_count + 1, sizeof(*item->nested))) {
        micai_pipeline_destroy(allocator, nested);
        return NULL;
    }
    item->nested[item->nested_count++] = nested;
    return nested;
}

static void print_item(const micai_pass_item *item, micai_text_buffer *text)
{
    if (item->pass) {
        micai_text_printf(text, "%s", item->pass->argument);
        micai_pass_options_print(&item->options, text);
        return;
    }
    for (size_t i = 0; i < item->nested_count; i++) {
        const char *anchor = item->nested[i]->anchor;
        micai_text_printf(text, "%s%s(", i ? "," : "", anchor ? anchor : "any");
        micai_pipeline_print(item->nested[i], text);
        micai_text_printf(text, ")");
    }
}

void micai_pipeline_print(const micai_pipeline *pipeline, micai_text_buffer *text)
{
    for (size_t i = 0; i < pipeline->count; i++) {
        if (i)
            micai_text_printf(text, ",");
        print_item(pipeline->items[i], text);
    }
}
