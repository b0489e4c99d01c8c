// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Running pipelines. One op goes through all passes of its pipeline before the next one starts;
// the ops of a level are independent of each other (passes may only touch what is nested in
// their isolated op) and thus may run at the same time:
//
//   module ---- pass ---- pass ---- nested ------------- pass
//                                     func @a: cse, canonicalize
//                                     func @b: cse, canonicalize      (other threads)
//
// What a pass changed is known from the edit counter of the thread's scope: verification,
// cached analyses and print-after-change ask it and not the pass.
#include <assert.h>

#include "ir/core/context.h"
#include "ir/core/definition.h"
#include "ir/core/verifier.h"
#include "transforms/pass/pass_internal.h"

// ---- preparing
// -------------------------------------------------------------------------------

static bool check_dialects(const mica_pass_manager *manager, const mica_pass_def *pass)
{
    for (size_t i = 0; pass->dependent_dialects && pass->dependent_dialects[i]; i++) {
        const char *name = pass->dependent_dialects[i];
        if (!mica_context_find_dialect(manager->context, mica_string_from(name)))
            return mica_diagnostic_emit(
                mica_error(manager->context, mica_location_unknown(),
                           "pass '%s' makes ops of dialect '%s', which is not registered",
                           pass->argument, name));
    }
    return true;
}

static bool prepare_item(mica_pass_manager *manager, micai_pass_item *item)
{
    for (size_t i = 0; i < item->nested_count; i++)
        if (!micai_pipeline_prepare(manager, item->nested[i]))
            return false;
    if (!item->pass)
        return true;
    if (!check_dialects(manager, item->pass))
        return false;
    item->is_prepared = true;
    return !item->pass->prepare ||
           item->pass->prepare(manager->context, &item->options, &item->state);
}

bool micai_pipeline_prepare(mica_pass_manager *manager, micai_pipeline *pipeline)
{
    for (size_t i = 0; i < pipeline->count; i++)
        if (!prepare_item(manager, pipeline->items[i]))
            return false;
    return true;
}

void micai_pipeline_finish(micai_pipeline *pipeline)
{
    for (size_t i = 0; i < pipeline->count; i++) {
        micai_pass_item *item = pipeline->items[i];
        for (size_t k = 0; k < item->nested_count; k++)
            micai_pipeline_finish(item->nested[k]);
        if (item->is_prepared && item->pass->finish && item->state)
            item->pass->finish(item->state);
        item->state = NULL;
        item->is_prepared = false;
    }
}

size_t micai_pipeline_number(micai_pipeline *pipeline, size_t first)
{
    for (size_t i = 0; i < pipeline->count; i++) {
        micai_pass_item *item = pipeline->items[i];
        if (item->pass)
            item->number = first++;
        for (size_t k = 0; k < item->nested_count; k++)
            first = micai_pipeline_number(item->nested[k], first);
    }
    return first;
}

// ---- analyses
// --------------------------------------------------------------------------------

static void drop_analyses(const micai_allocator *allocator, micai_cached_analysis **list,
                          bool keep_preserved)
{
    for (micai_cached_analysis **link = list; *link;) {
        micai_cached_analysis *cached = *link;
        if (keep_preserved && cached->is_preserved) {
            cached->is_preserved = false;
            link = &cached->next;
            continue;
        }
        *link = cached->next;
        cached->definition->destroy(cached->result);
        micai_release(allocator, cached, sizeof(micai_cached_analysis));
    }
}

static micai_cached_analysis *find_analysis(const mica_pass_run *run,
                                            const mica_analysis_def *definition)
{
    micai_cached_analysis *cached = *run->analyses;
    while (cached && cached->definition != definition)
        cached = cached->next;
    return cached;
}

void *mica_pass_run_analysis(mica_pass_run *run, const mica_analysis_def *analysis)
{
    micai_cached_analysis *cached = find_analysis(run, analysis);
    if (cached)
        return cached->result;
    const micai_allocator *allocator = run->runner->manager->allocator;
    cached = micai_allocate_zeroed(allocator, sizeof(micai_cached_analysis));
    if (!cached)
        return NULL;
    cached->definition = analysis;
    cached->result = analysis->create(run->op);
    if (!cached->result) {
        micai_release(allocator, cached, sizeof(micai_cached_analysis));
        return NULL;
    }
    cached->next = *run->analyses;
    *run->analyses = cached;
    return cached->result;
}

void mica_pass_run_preserve(mica_pass_run *run, const mica_analysis_def *analysis)
{
    micai_cached_analysis *cached = find_analysis(run, analysis);
    if (cached)
        cached->is_preserved = true;
}

// ---- what a pass sees
// ------------------------------------------------------------------------

mica_op *mica_pass_run_op(const mica_pass_run *run)
{
    return run->op;
}

mica_context *mica_pass_run_context(const mica_pass_run *run)
{
    return run->runner->manager->context;
}

void *mica_pass_run_state(const mica_pass_run *run)
{
    return run->item->state;
}

const mica_pass_options *mica_pass_run_options(const mica_pass_run *run)
{
    return &run->item->options;
}

void mica_pass_run_count(mica_pass_run *run, size_t statistic, uint64_t amount)
{
    assert(statistic < run->item->pass->statistic_count && "the pass has the statistic");
    atomic_fetch_add_explicit(&run->item->statistics[statistic], amount, memory_order_relaxed);
}

void mica_pass_run_mark_unchanged(mica_pass_run *run)
{
    run->says_unchanged = true;
}

bool mica_pass_run_is_cancelled(const mica_pass_run *run)
{
    return atomic_load(&run->runner->manager->is_cancelled);
}

/// Pipelines that a pass runs stand where that pass stands.
static void number_as(micai_pipeline *pipeline, size_t number)
{
    for (size_t i = 0; i < pipeline->count; i++) {
        micai_pass_item *item = pipeline->items[i];
        item->number = number;
        for (size_t k = 0; k < item->nested_count; k++)
            number_as(item->nested[k], number);
    }
}

bool mica_pass_run_pipeline(mica_pass_run *run, mica_string pipeline, mica_op *op)
{
    assert(mica_op_is_ancestor(run->op, op) && "a pass runs pipelines on what it may change");
    mica_pass_manager *manager = run->runner->manager;
    micai_pipeline *dynamic = micai_pipeline_create(manager->allocator, mica_op_name(op));
    if (!dynamic)
        return false;
    bool done = micai_pipeline_parse(manager, dynamic, pipeline);
    number_as(dynamic, run->item->number);
    done = done && micai_pipeline_prepare(manager, dynamic) &&
           micai_run_pipeline(run->runner, dynamic, op);
    micai_pipeline_finish(dynamic);
    micai_pipeline_destroy(manager->allocator, dynamic);
    return done;
}

// ---- one pass
// --------------------------------------------------------------------------------

static void add_seconds(mica_pass_manager *manager, double *total, double seconds)
{
    pthread_mutex_lock(&manager->lock);
    *total += seconds;
    pthread_mutex_unlock(&manager->lock);
}

static bool check_schedulable(mica_op *op)
{
    if (!mica_op_definition(op))
        return mica_op_error(op, "trying to schedule a pass on an unregistered operation");
    if (!mica_op_has_trait(op, MICA_TRAIT_ISOLATED_FROM_ABOVE))
        return mica_op_error(op, "trying to schedule a pass on an operation not marked as "
                                 "'IsolatedFromAbove'");
    return true;
}

static bool check_anchor(const mica_pass_def *pass, mica_op *op)
{
    if (!pass->anchor || mica_string_is(mica_op_name(op), pass->anchor))
        return true;
    return mica_op_error(op,
                         "trying to schedule a pass on an unsupported operation: '%s' "
                         "runs on '%s'",
                         pass->argument, pass->anchor);
}

/// Checks that the pass told the truth, and what it left.
static bool verify_pass(const mica_pass_run *run, bool edited)
{
    if (run->runner->manager->options.no_verify || !edited)
        return true;
    if (run->says_unchanged)
        return mica_op_error(run->op,
                             "was edited by pass '%s', which says that it changed "
                             "nothing",
                             run->item->pass->argument);
    return mica_op_verify(run->op);
}

/// Tells how far the run is. False when it is not to go on.
static bool report_progress(mica_pass_manager *manager, const micai_pass_item *item,
                            mica_op *op)
{
    const mica_pass_manager_options *options = &manager->options;
    if (options->progress && !atomic_load(&manager->is_cancelled)) {
        const mica_pass_progress progress = {sizeof progress, item->pass, op, item->number,
                                             manager->passes_total};
        pthread_mutex_lock(&manager->lock);
        const bool goes_on = options->progress(options->progress_user, &progress);
        pthread_mutex_unlock(&manager->lock);
        if (!goes_on)
            mica_pass_manager_cancel(manager);
    }
    return !atomic_load(&manager->is_cancelled);
}

static bool run_pass(micai_pass_runner *runner, micai_pass_item *item, mica_op *op,
                     micai_cached_analysis **analyses)
{
    mica_pass_manager *manager = runner->manager;
    if (!check_schedulable(op) || !check_anchor(item->pass, op) ||
        !report_progress(manager, item, op) || !micai_reproducer_before_pass(manager, item, op))
        return false;
    if (micai_dump_is_wanted_before(&manager->options, item->pass))
        micai_dump_ir(runner, item, op, MICAI_DUMP_BEFORE);
    mica_pass_run run = {runner, item, op, analyses, false};
    const uint64_t edits = mica_context_edit_count(manager->context);
    const double start = mica_pass_manager_now();
    bool done = item->pass->run(&run);
    add_seconds(manager, &item->seconds, mica_pass_manager_now() - start);
    const bool edited = mica_context_edit_count(manager->context) != edits;
    done = done && verify_pass(&run, edited);
    if (done && edited && manager->check)
        done = micai_check_after_pass(manager->check, item->pass, op);
    if (!done)
        micai_reproducer_note_failure(manager, item->pass, op);
    if (edited)
        drop_analyses(manager->allocator, analyses, true);
    if (micai_dump_is_wanted_after(&manager->options, item->pass, edited, !done))
        micai_dump_ir(runner, item, op, done ? MICAI_DUMP_AFTER : MICAI_DUMP_FAILED);
    return done;
}

bool micai_run_pipeline(micai_pass_runner *runner, micai_pipeline *pipeline, mica_op *op)
{
    mica_context *context = runner->manager->context;
    micai_cached_analysis *analyses = NULL;
    bool done = true;
    const double start = mica_pass_manager_now();
    for (size_t i = 0; i < pipeline->count && done; i++) {
        micai_pass_item *item = pipeline->items[i];
        if (item->pass) {
            done = run_pass(runner, item, op, &analyses);
        } else {
            done = micai_run_nested(runner, item, op);
            drop_analyses(runner->manager->allocator, &analyses, false);
        }
        done = done && !mica_context_out_of_memory(context);
    }
    drop_analyses(runner->manager->allocator, &analyses, false);
    add_seconds(runner->manager, &pipeline->seconds, mica_pass_manager_now() - start);
    return done;
}
