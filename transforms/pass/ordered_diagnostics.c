// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Diagnostics of several threads, brought into the order of their tasks. While threads run, the
// context's handler is one that keeps copies by task; at the end they go to the handler that
// was there before. Which task a thread works on is a thread-local word, valid between enter
// and the next enter of that thread.
#include "ir/core/context_internal.h"
#include "ir/rewrite/rewriter_internal.h"
#include "transforms/pass/pass_internal.h"

typedef struct kept_diagnostic {
    mica_diagnostic *diagnostic;
    struct kept_diagnostic *next;
} kept_diagnostic;

typedef struct task_diagnostics {
    kept_diagnostic *first;
    kept_diagnostic **tail;
} task_diagnostics;

struct micai_ordered_diagnostics {
    mica_context *context;
    const micai_allocator *allocator;
    mica_diagnostic_fn handler;
    void *handler_user;
    size_t task_count;
    task_diagnostics tasks[];
};

static _Thread_local size_t current_task;

static size_t size_of(size_t task_count)
{
    return sizeof(micai_ordered_diagnostics) + task_count * sizeof(task_diagnostics);
}

/// A diagnostic of equal contents that nobody counts or reports.
static mica_diagnostic *copy_diagnostic(mica_context *context, const mica_diagnostic *original)
{
    const mica_string message = mica_diagnostic_message(original);
    mica_diagnostic *copy = mica_diagnostic_begin(context, mica_diagnostic_location(original),
                                                  mica_diagnostic_severity(original), "%.*s",
                                                  MICA_STRING_ARG(message));
    for (size_t i = 0; i < mica_diagnostic_note_count(original); i++) {
        const mica_string note = mica_diagnostic_note_message(original, i);
        mica_diagnostic_note(copy, mica_diagnostic_note_location(original, i), "%.*s",
                             MICA_STRING_ARG(note));
    }
    return copy;
}

/// Called with the context's lock held. Without memory the diagnostic goes out at once.
static void keep(void *user, const mica_diagnostic *diagnostic)
{
    micai_ordered_diagnostics *ordered = user;
    kept_diagnostic *kept = micai_allocate(ordered->allocator, sizeof(kept_diagnostic));
    mica_diagnostic *copy = kept ? copy_diagnostic(ordered->context, diagnostic) : NULL;
    if (!copy) {
        micai_release(ordered->allocator, kept, sizeof(kept_diagnostic));
        if (ordered->handler)
            ordered->handler(ordered->handler_user, diagnostic);
        return;
    }
    task_diagnostics *task = &ordered->tasks[current_task];
    *kept = (kept_diagnostic){copy, NULL};
    *task->tail = kept;
    task->tail = &kept->next;
}

micai_ordered_diagnostics *micai_ordered_diagnostics_begin(mica_context *context,
                                                           size_t task_count)
{
    const micai_allocator *allocator = micai_context_allocator(context);
    micai_ordered_diagnostics *ordered = micai_allocate_zeroed(allocator, size_of(task_count));
    if (!ordered)
        return NULL;
    ordered->context = context;
    ordered->allocator = allocator;
    ordered->task_count = task_count;
    for (size_t i = 0; i < task_count; i++)
        ordered->tasks[i].tail = &ordered->tasks[i].first;
    ordered->handler = mica_context_diagnostic_handler(context, &ordered->handler_user);
    mica_context_set_diagnostic_handler(context, keep, ordered);
    return ordered;
}

void micai_ordered_diagnostics_enter(micai_ordered_diagnostics *ordered, size_t task)
{
    (void)ordered;
    current_task = task;
}

void micai_ordered_diagnostics_end(micai_ordered_diagnostics *ordered)
{
    mica_context_set_diagnostic_handler(ordered->context, ordered->handler,
                                        ordered->handler_user);
    for (size_t i = 0; i < ordered->task_count; i++)
        for (kept_diagnostic *kept = ordered->tasks[i].first, *next; kept; kept = next) {
            next = kept->next;
            if (ordered->handler)
                ordered->handler(ordered->handler_user, kept->diagnostic);
            micai_diagnostic_destroy(kept->diagnostic);
            micai_release(ordered->allocator, kept, sizeof(kept_diagnostic));
        }
    micai_release(ordered->allocator, ordered, size_of(ordered->task_count));
}
