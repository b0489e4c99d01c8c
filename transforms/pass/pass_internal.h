// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Pipelines as trees, and what runs them.
//
//   micai_pipeline "builtin.module"
//     items[0]  pass canonicalize
//     items[1]  nested: micai_pipeline "func.func" [cse, canonicalize]
//                       micai_pipeline "gpu.module" [...]
//
// Adjacent nested pipelines share one item: the ops of a level are visited once, each through
// the pipeline of its name.
#ifndef MICA_TRANSFORMS_PASS_PASS_INTERNAL_H
#define MICA_TRANSFORMS_PASS_PASS_INTERNAL_H

#include <pthread.h>
#include <stdatomic.h>

#include "ir/core/diagnostics.h"
#include "ir/support/text_buffer_internal.h"
#include "transforms/pass/pass_manager.h"

// ---- options
// ---------------------------------------------------------------------------------

typedef struct micai_option_value {
    bool is_set;
    int64_t integer; ///< int, or bool
    char *text;      ///< string; of a list: its elements with NULs between
    size_t text_length;
    mica_string *elements; ///< of a list
    int64_t *integers;     ///< of an integer list
    size_t count;
} micai_option_value;

struct mica_pass_options {
    const mica_pass_def *pass;
    const micai_allocator *allocator;
    micai_option_value *values; ///< one for each of the definition's options
};

/// Sets all to their defaults. False when out of memory.
bool micai_pass_options_init(mica_pass_options *options, const mica_pass_def *pass,
                             const micai_allocator *allocator);
void micai_pass_options_free(mica_pass_options *options);
/// Parses "a=1 b={x y}". On failure `error` gets the message.
bool micai_pass_options_parse(mica_pass_options *options, mica_string text,
                              micai_text_buffer *error);
/// "{a=1 b=x}", nothing for a pass without options.
void micai_pass_options_print(const mica_pass_options *options, micai_text_buffer *text);

// ---- pipelines
// -------------------------------------------------------------------------------

typedef struct micai_pipeline micai_pipeline;

/// A pass of a pipeline, or the pipelines of nested ops.
typedef struct micai_pass_item {
    const mica_pass_def *pass; ///< NULL: nested
    mica_pass_options options;
    void *state; ///< of `prepare`
    bool is_prepared;
    size_t number; ///< among the passes of the pipeline text
    _Atomic uint64_t *statistics;
    double seconds; ///< guarded by the manager's lock
    micai_pipeline **nested;
    size_t nested_count, nested_capacity;
} micai_pass_item;

struct micai_pipeline {
    char *anchor; ///< NULL: any op
    micai_pass_item **items;
    size_t count, capacity;
    double seconds;
};

typedef struct micai_timed_work {
    char *name;
    double seconds;
} micai_timed_work;

/// The first pass of a run that failed, for its reproducer; `pass` NULL: none.
typedef struct micai_pass_failure {
    const mica_pass_def *pass;
    mica_op *op;
    bool is_written; ///< a local reproducer has been
} micai_pass_failure;

/// Checks passes by running the program (check_passes.c).
typedef struct micai_check micai_check;

struct mica_pass_manager {
    mica_context *context;
    const micai_allocator *allocator;
    const mica_pass_registry *registry;
    mica_pass_manager_options options;
    micai_pipeline *root;
    micai_timed_work *work; ///< of the tool, in order of addition
    size_t work_count, work_capacity;
    size_t work_before; ///< how many were added before the pipeline ran
    double created;     ///< when the manager was made
    atomic_bool is_cancelled;
    bool was_cancelled; ///< of the last run
    size_t passes_total;
    micai_text_buffer reproducer; ///< text that lies ready
    micai_pass_failure failure;
    micai_check *check; ///< while a run is checked
    pthread_mutex_t lock;
};

micai_pipeline *micai_pipeline_create(const micai_allocator *allocator, mica_string anchor);
void micai_pipeline_destroy(const micai_allocator *allocator, micai_pipeline *pipeline);
/// Appends a pass with default options; NULL when out of memory.
micai_pass_item *micai_pipeline_add_pass(const micai_allocator *allocator,
                                         micai_pipeline *pipeline, const mica_pass_def *pass);
/// The pipeline of nested ops `anchor` at the end of `pipeline`: the one that is there already
/// or a new one. NULL when out of memory.
micai_pipeline *micai_pipeline_nest(const micai_allocator *allocator, micai_pipeline *pipeline,
                                    mica_string anchor);
/// "cse,func.func(canonicalize{...})".
void micai_pipeline_print(const micai_pipeline *pipeline, micai_text_buffer *text);

/// How a pass for another op than the pipeline's is treated.
typedef enum micai_nesting {
    MICAI_NESTING_EXPLICIT, ///< an error
    MICAI_NESTING_IMPLICIT, ///< nested in that op's pipeline
} micai_nesting;

/// Appends one pass or named pipeline. False after a diagnostic.
bool micai_pipeline_add(mica_pass_manager *manager, micai_pipeline *pipeline,
                        mica_string argument, mica_string options, micai_nesting nesting);
/// Parses text and appends what it says. False after a diagnostic.
bool micai_pipeline_parse(mica_pass_manager *manager, micai_pipeline *pipeline,
                          mica_string text);

// ---- running
// ---------------------------------------------------------------------------------

/// One thread's running of a pipeline on one op. `output` is where printed IR goes: the tool's
/// function, or a buffer when several ops are under way at once.
typedef struct micai_pass_runner {
    mica_pass_manager *manager;
    mica_write_fn write;
    void *write_user;
    bool is_parallel; ///< inside a worker: no more threads
} micai_pass_runner;

typedef struct micai_cached_analysis {
    const mica_analysis_def *definition;
    void *result;
    bool is_preserved;
    struct micai_cached_analysis *next;
} micai_cached_analysis;

struct mica_pass_run {
    micai_pass_runner *runner;
    micai_pass_item *item;
    mica_op *op;
    micai_cached_analysis **analyses; ///< of the op
    bool says_unchanged;
};

/// Runs the pipeline on `op`. False after diagnostics.
bool micai_run_pipeline(micai_pass_runner *runner, micai_pipeline *pipeline, mica_op *op);
/// Runs the nested pipelines of `item` on the ops in the regions of `op`.
bool micai_run_nested(micai_pass_runner *runner, micai_pass_item *item, mica_op *op);

/// Calls `prepare` of all passes; `finish` undoes it.
bool micai_pipeline_prepare(mica_pass_manager *manager, micai_pipeline *pipeline);
void micai_pipeline_finish(micai_pipeline *pipeline);

/// Numbers the passes of the pipeline text from `first`; the number after the last.
size_t micai_pipeline_number(micai_pipeline *pipeline, size_t first);

/// What is printed of `op` around a pass. `what` is "Before", "After" or "After ... Failed".
typedef enum micai_dump_moment {
    MICAI_DUMP_BEFORE,
    MICAI_DUMP_AFTER,
    MICAI_DUMP_FAILED,
} micai_dump_moment;
void micai_dump_ir(micai_pass_runner *runner, const micai_pass_item *item, mica_op *op,
                   micai_dump_moment moment);
/// Is the IR to be printed before (after) this pass?
bool micai_dump_is_wanted_before(const mica_pass_manager_options *options,
                                 const mica_pass_def *pass);
bool micai_dump_is_wanted_after(const mica_pass_manager_options *options,
                                const mica_pass_def *pass, bool edited, bool failed);
/// What reproduces the run of the pipeline on `op`, made before it; false when out of memory.
bool micai_reproducer_begin(mica_pass_manager *manager, mica_op *op);
/// The same of one pass, for local reproducers.
bool micai_reproducer_before_pass(mica_pass_manager *manager, const micai_pass_item *item,
                                  mica_op *op);
void micai_reproducer_note_failure(mica_pass_manager *manager, const mica_pass_def *pass,
                                   mica_op *op);
/// Writes the file and reports it, when a pass has failed.
void micai_reproducer_end(mica_pass_manager *manager, mica_op *op);
void micai_report_statistics(mica_pass_manager *manager);

// ---- checking
// --------------------------------------------------------------------------------

/// Runs the public functions of `root` for the first time. NULL when out of memory.
micai_check *micai_check_begin(mica_pass_manager *manager, mica_op *root);
/// Compares after a pass on `op`. False after a diagnostic.
bool micai_check_after_pass(micai_check *check, const mica_pass_def *pass, mica_op *op);
/// NULL is allowed.
void micai_check_end(micai_check *check);

// ---- diagnostics of parallel work
// ------------------------------------------------------------

/// Takes the context's diagnostics during parallel work and hands them to the handler that was
/// set before in order of tasks, whatever thread they came from.
typedef struct micai_ordered_diagnostics micai_ordered_diagnostics;
micai_ordered_diagnostics *micai_ordered_diagnostics_begin(mica_context *context,
                                                           size_t task_count);
/// Says which task the calling thread works on.
void micai_ordered_diagnostics_enter(micai_ordered_diagnostics *ordered, size_t task);
void micai_ordered_diagnostics_end(micai_ordered_diagnostics *ordered);

#endif
