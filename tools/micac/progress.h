// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What micac tells while it works, and how long it took: a line on a terminal, the table of
// --time-report.
//
//   micac_progress progress = {.has_report = options->has_time_report};
//   driver.watcher = micac_progress_begin(&progress);
//   ...
//   micac_progress_end(&progress);
#ifndef MICA_TOOLS_MICAC_PROGRESS_H
#define MICA_TOOLS_MICAC_PROGRESS_H

#include "tools/driver/model_driver.h"

enum { MICAC_MOST_STAGES = 16 };

typedef struct micac_stage_time {
    const char *name;
    double seconds;
    size_t ops; ///< in the module after it; 0: unknown
} micac_stage_time;

typedef struct micac_progress {
    bool has_report;           ///< --time-report
    const model_watcher *next; ///< is told too; may be NULL
    model_watcher watcher;
    bool on_terminal;
    double began, stage_began;
    micac_stage_time stages[MICAC_MOST_STAGES];
    size_t stage_count;
} micac_progress;

/// Starts the clock; the watcher is in `progress`.
const model_watcher *micac_progress_begin(micac_progress *progress);
/// Clears the line and prints the table when it was asked for, to stderr.
void micac_progress_end(micac_progress *progress);

#endif
