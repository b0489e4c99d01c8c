// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The pass manager's outside: making one, filling its pipeline, running it on an op.
#include "transforms/pass/pass_manager.h"

#include <stdlib.h>
#include <time.h>

#include "ir/rewrite/rewriter_internal.h"
#include "transforms/pass/pass_internal.h"

double mica_pass_manager_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

mica_pass_manager *mica_pass_manager_create(mica_context *context,
                                            const mica_pass_registry *registry,
                                            const char *anchor)
{
    const micai_allocator *allocator = micai_context_allocator(context);
    mica_pass_manager *manager = micai_allocate_zeroed(allocator, sizeof(mica_pass_manager));
    if (!manager)
        return NULL;
    manager->context = context;
    manager->allocator = allocator;
    manager->registry = registry;
    manager->reproducer = micai_text_buffer_on(allocator);
    manager->created = mica_pass_manager_now();
    pthread_mutex_init(&manager->lock, NULL);
    manager->root =
        micai_pipeline_create(allocator, mica_string_from(anchor ? anchor : "builtin.module"));
    if (!manager->root) {
        mica_pass_manager_destroy(manager);
        return NULL;
    }
    return manager;
}

void mica_pass_manager_destroy(mica_pass_manager *manager)
{
    if (!manager)
        return;
    micai_pipeline_destroy(manager->allocator, manager->root);
    for (size_t i = 0; i < manager->work_count; i++)
        micai_release(manager->allocator, manager->work[i].name,
                      strlen(manager->work[i].name) + 1);
    micai_release(manager->allocator, manager->work,
                  manager->work_capacity * sizeof(micai_timed_work));
    micai_text_buffer_free(&manager->reproducer);
    pthread_mutex_destroy(&manager->lock);
    micai_release(manager->allocator, manager, sizeof(mica_pass_manager));
}

void mica_pass_manager_set_options(mica_pass_manager *manager,
                                   const mica_pass_manager_options *options)
{
    // An embedder built against an older version has a shorter struct.
    const size_t size = options->struct_size;
    memset(&manager->options, 0, sizeof manager->options);
    memcpy(&manager->options, options, size && size < sizeof *options ? size : sizeof *options);
    if (manager->options.check_passes)
        manager->options.threads = 1; // a run sees all functions
}

// ---- filling
// ---------------------------------------------------------------------------------

static mica_string trim(mica_string text)
{
    while (text.length && strchr(" \t\r\n", text.data[0])) {
        text.data++;
        text.length--;
    }
    while (text.length && strchr(" \t\r\n", text.data[text.length - 1]))
        text.length--;
    return text;
}

static bool replace_root(mica_pass_manager *manager, mica_string anchor)
{
    micai_pipeline *root = micai_pipeline_create(manager->allocator, anchor);
    if (!root)
        return false;
    micai_pipeline_destroy(manager->allocator, manager->root);
    manager->root = root;
    return true;
}

bool mica_pass_manager_parse(mica_pass_manager *manager, mica_string text)
{
    text = trim(text);
    const char *open = text.length ? memchr(text.data, '(', text.length) : NULL;
    if (!open || open == text.data || text.data[text.length - 1] != ')')
        return mica_diagnostic_emit(mica_error(
            manager->context, mica_location_unknown(),
            "expected pass pipeline to be wrapped with the anchor operation type, e.g. "
            "'builtin.module(...)'"));
    const size_t anchor_length = (size_t)(open - text.data);
    const mica_string inner = {open + 1, text.length - anchor_length - 2};
    return replace_root(manager, trim((mica_string){text.data, anchor_length})) &&
           micai_pipeline_parse(manager, manager->root, inner);
}

bool mica_pass_manager_append(mica_pass_manager *manager, mica_string text)
{
    return micai_pipeline_parse(manager, manager->root, text);
}

bool mica_pass_manager_add(mica_pass_manager *manager, mica_string argument,
                           mica_string options)
{
    return micai_pipeline_add(manager, manager->root, argument, options,
                              MICAI_NESTING_IMPLICIT);
}

char *mica_pass_manager_to_string(const mica_pass_manager *manager)
{
    micai_text_buffer text = micai_text_buffer_on(manager->allocator);
    micai_text_printf(&text, "%s(", manager->root->anchor ? manager->root->anchor : "any");
    micai_pipeline_print(manager->root, &text);
    micai_text_printf(&text, ")");
    const mica_string view = micai_text_view(&text);
    char *copy = text.failed ? NULL : mica_malloc(view.length + 1);
    if (copy)
        memcpy(copy, view.data, view.length + 1);
    micai_text_buffer_free(&text);
    return copy;
}

size_t mica_pass_manager_count(const mica_pass_manager *manager)
{
    return manager->root->count;
}

// ---- running
// ---------------------------------------------------------------------------------

static bool check_anchor(const mica_pass_manager *manager, mica_op *op)
{
    const char *anchor = manager->root->anchor;
    if (!anchor || mica_string_is(mica_op_name(op), anchor))
        return true;
    return mica_diagnostic_emit(mica_error(manager->context, mica_op_location(op),
                                           "can't run '%s' pass manager on '%.*s' op", anchor,
                                           MICA_STRING_ARG(mica_op_name(op))));
}

void mica_pass_manager_cancel(mica_pass_manager *manager)
{
    atomic_store(&manager->is_cancelled, true);
}

bool mica_pass_manager_was_cancelled(const mica_pass_manager *manager)
{
    return manager->was_cancelled;
}

/// The request is used up: the next run starts afresh.
static bool finish_cancelled(mica_pass_manager *manager, const mica_op *op)
{
    manager->was_cancelled = atomic_exchange(&manager->is_cancelled, false);
    if (!manager->was_cancelled)
        return false;
    mica_diagnostic_emit(mica_error(manager->context, mica_op_location(op), "cancelled"));
    return true;
}

bool mica_pass_manager_run(mica_pass_manager *manager, mica_op *op)
{
    if (!check_anchor(manager, op))
        return false;
    manager->passes_total = micai_pipeline_number(manager->root, 0);
    manager->work_before = manager->work_count;
    micai_pass_runner runner = {manager, manager->options.write, manager->options.write_user,
                                false};
    manager->check = manager->options.check_passes ? micai_check_begin(manager, op) : NULL;
    bool done = (manager->check || !manager->options.check_passes) &&
                micai_reproducer_begin(manager, op) &&
                micai_pipeline_prepare(manager, manager->root) &&
                micai_run_pipeline(&runner, manager->root, op);
    micai_pipeline_finish(manager->root);
    micai_check_end(manager->check);
    manager->check = NULL;
    micai_reproducer_end(manager, op);
    done = !finish_cancelled(manager, op) && done;
    if (manager->options.statistics && manager->options.write)
        micai_report_statistics(manager);
    return done && !mica_context_out_of_memory(manager->context);
}
