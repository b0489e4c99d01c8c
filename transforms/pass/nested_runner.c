// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Running the pipelines of nested ops, on one or several threads. The ops are listed first;
// threads take the next one from a shared counter. Whatever the number of threads, every op is
// run, and diagnostics and printed IR come out in the order of the ops: each task writes to a
// buffer of its own, and the diagnostics are handed on at the end.
#include "ir/core/context.h"
#include "transforms/pass/pass_internal.h"

typedef struct nested_task {
    mica_op *op;
    micai_pipeline *pipeline;
    micai_text_buffer output;
} nested_task;

typedef struct nested_work {
    micai_pass_runner *runner;
    nested_task *tasks;
    size_t count, capacity;
    _Atomic size_t next;
    _Atomic bool failed;
    micai_ordered_diagnostics *diagnostics;
} nested_work;

enum { MOST_THREADS = 64 };

static micai_pipeline *pipeline_for(const micai_pass_item *item, const mica_op *op)
{
    for (size_t i = 0; i < item->nested_count; i++) {
        micai_pipeline *pipeline = item->nested[i];
        if (!pipeline->anchor || mica_string_is(mica_op_name(op), pipeline->anchor))
            return pipeline;
    }
    return NULL;
}

static bool add_task(nested_work *work, mica_op *op, micai_pipeline *pipeline)
{
    const micai_allocator *allocator = work->runner->manager->allocator;
    if (!micai_array_reserve(allocator, (void **)&work->tasks, &work->capacity, work->count + 1,
                             sizeof(nested_task)))
        return false;
    nested_task *task = &work->tasks[work->count++];
    task->op = op;
    task->pipeline = pipeline;
    task->output = micai_text_buffer_on(allocator);
    return true;
}

static bool list_tasks(nested_work *work, const micai_pass_item *item, mica_op *op)
{
    for (size_t i = 0; i < mica_op_region_count(op); i++)
        mica_for_each_block(block, mica_op_region(op, i)) mica_for_each_op(nested, block)
        {
            micai_pipeline *pipeline = pipeline_for(item, nested);
            if (pipeline && !add_task(work, nested, pipeline))
                return false;
        }
    return true;
}

static void run_in_order(nested_work *work)
{
    for (size_t i = 0; i < work->count; i++)
        if (!micai_run_pipeline(work->runner, work->tasks[i].pipeline, work->tasks[i].op))
            atomic_store(&work->failed, true);
}

// ---- several threads
// -------------------------------------------------------------------------

static void run_task(nested_work *work, size_t index)
{
    nested_task *task = &work->tasks[index];
    mica_pass_manager *manager = work->runner->manager;
    micai_pass_runner runner = {manager, work->runner->write ? micai_text_write : NULL,
                                &task->output, true};
    mica_thread_enter(manager->context, task->op);
    micai_ordered_diagnostics_enter(work->diagnostics, index);
    if (!micai_run_pipeline(&runner, task->pipeline, task->op))
        atomic_store(&work->failed, true);
    mica_thread_leave(manager->context);
}

static void *work_on_tasks(void *user)
{
    nested_work *work = user;
    for (;;) {
        const size_t index = atomic_fetch_add(&work->next, 1);
        if (index >= work->count)
            return NULL;
        run_task(work, index);
    }
}

/// The calling thread works too; a thread that can't be made is done without.
static void run_on_threads(nested_work *work, size_t thread_count)
{
    pthread_t threads[MOST_THREADS];
    size_t started = 0;
    while (started + 1 < thread_count &&
           pthread_create(&threads[started], NULL, work_on_tasks, work) == 0)
        started++;
    work_on_tasks(work);
    while (started)
        pthread_join(threads[--started], NULL);
}

static void run_in_parallel(nested_work *work, size_t thread_count)
{
    const micai_pass_runner *runner = work->runner;
    work->diagnostics = micai_ordered_diagnostics_begin(runner->manager->context, work->count);
    if (!work->diagnostics) {
        run_in_order(work);
        return;
    }
    run_on_threads(work, thread_count);
    micai_ordered_diagnostics_end(work->diagnostics);
    for (size_t i = 0; i < work->count && runner->write; i++) {
        const mica_string text = micai_text_view(&work->tasks[i].output);
        if (text.length)
            runner->write(runner->write_user, text.data, text.length);
    }
}

static size_t useful_threads(const nested_work *work)
{
    const micai_pass_runner *runner = work->runner;
    const mica_pass_manager_options *options = &runner->manager->options;
    if (runner->is_parallel || options->print_module_scope || options->reproducer)
        return 1;
    size_t count = options->threads;
    if (count > work->count)
        count = work->count;
    return count > MOST_THREADS ? MOST_THREADS : count;
}

bool micai_run_nested(micai_pass_runner *runner, micai_pass_item *item, mica_op *op)
{
    nested_work work = {.runner = runner};
    const bool listed = list_tasks(&work, item, op);
    const size_t threads = listed ? useful_threads(&work) : 0;
    if (threads > 1)
        run_in_parallel(&work, threads);
    else if (listed)
        run_in_order(&work);
    const micai_allocator *allocator = runner->manager->allocator;
    for (size_t i = 0; i < work.count; i++)
        micai_text_buffer_free(&work.tasks[i].output);
    micai_release(allocator, work.tasks, work.capacity * sizeof(nested_task));
    return listed && !atomic_load(&work.failed);
}
