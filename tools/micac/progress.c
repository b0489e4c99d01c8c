// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The line on a terminal shows the stage at work; times and sizes are noted as stages end.
#include "tools/micac/progress.h"

#include "transforms/pass/pass_manager.h"

#include <stdio.h>
#include <sys/resource.h>
#include <unistd.h>

static void clear_line(const micac_progress *progress)
{
    if (progress->on_terminal)
        fputs("\r\033[K", stderr);
}

static void begin_stage(void *user, const char *stage)
{
    micac_progress *progress = user;
    progress->stage_began = mica_pass_manager_now();
    if (progress->on_terminal)
        fprintf(stderr, "\r\033[Kmicac: %s ... (%.1f s)", stage,
                progress->stage_began - progress->began);
    if (progress->next)
        progress->next->begin(progress->next->user, stage);
}

static mica_walk_result count_op(void *user, mica_op *op)
{
    (void)op;
    ++*(size_t *)user;
    return MICA_WALK_ADVANCE;
}

static void end_stage(void *user, const char *stage, mica_op *module, bool ok)
{
    micac_progress *progress = user;
    clear_line(progress);
    if (progress->stage_count < MICAC_MOST_STAGES) {
        micac_stage_time *time = &progress->stages[progress->stage_count++];
        *time = (micac_stage_time){stage, mica_pass_manager_now() - progress->stage_began, 0};
        if (module && ok && progress->has_report)
            mica_op_walk_pre(module, count_op, &time->ops);
    }
    if (progress->next)
        progress->next->end(progress->next->user, stage, module, ok);
}

const model_watcher *micac_progress_begin(micac_progress *progress)
{
    progress->on_terminal = isatty(STDERR_FILENO);
    progress->began = mica_pass_manager_now();
    progress->watcher = (model_watcher){progress, begin_stage, end_stage};
    return &progress->watcher;
}

static void print_table(const micac_progress *progress)
{
    struct rusage usage = {0};
    const double total = mica_pass_manager_now() - progress->began;
    double known = 0;
    fprintf(stderr, "%10s %7s %9s  %s\n", "seconds", "share", "ops", "stage");
    for (size_t i = 0; i < progress->stage_count; ++i) {
        const micac_stage_time *stage = &progress->stages[i];
        fprintf(stderr, "%10.4f %6.1f%% %9zu  %s\n", stage->seconds,
                100 * stage->seconds / total, stage->ops, stage->name);
        known += stage->seconds;
    }
    fprintf(stderr, "%10.4f %6.1f%% %9s  %s\n", total - known, 100 * (total - known) / total,
            "", "the rest");
    getrusage(RUSAGE_SELF, &usage);
    fprintf(stderr, "%10.4f %6.1f%% %9s  all; at most %.1f MB of memory\n", total, 100.0, "",
            (double)usage.ru_maxrss / 1024);
}

void micac_progress_end(micac_progress *progress)
{
    clear_line(progress);
    if (progress->has_report)
        print_table(progress);
}
