// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A pass manager holds a pipeline (a tree of passes, each level anchored on an op name) and
// runs it: sequentially on an op, in parallel over the isolated ops nested in it. Everything
// printed goes to the caller's write function.
//
//   mica_pass_manager *manager = mica_pass_manager_create(context, registry, NULL);
//   bool ok = mica_pass_manager_parse(manager, mica_string_from(
//                 "builtin.module(func.func(canonicalize{max-iterations=3},cse))")) &&
//             mica_pass_manager_run(manager, module);
//   mica_pass_manager_destroy(manager);
//
// A manager belongs to one thread; mica_pass_manager_cancel alone may be called from others.
#ifndef MICA_TRANSFORMS_PASS_PASS_MANAGER_H
#define MICA_TRANSFORMS_PASS_PASS_MANAGER_H

#include "ir/text/text.h"
#include "transforms/pass/pass_registry.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct mica_pass_manager mica_pass_manager;

/// Where a run stands: told before each pass on each op.
typedef struct mica_pass_progress {
    size_t struct_size;
    const mica_pass_def *pass; ///< the pass that is about to run
    mica_op *op;  ///< what it runs on; borrowed for the call, and not to be changed
    size_t done;  ///< passes of the pipeline text that lie behind, 0 before the first
    size_t total; ///< passes in the pipeline text; those that passes run themselves count not
} mica_pass_progress;

/// Zero is the default.
typedef struct mica_pass_manager_options {
    size_t struct_size;
    bool no_verify;   ///< don't verify after each pass
    unsigned threads; ///< over nested isolated ops; 0 and 1: the calling thread alone
    bool timing;      ///< report times at the end, as --mlir-timing does
    bool timing_list; ///< a list sorted by time, rather than nested as the pipeline is
    bool statistics;  ///< report statistics at the end
    bool print_before_all;
    bool print_after_all;
    bool print_after_change;  ///< of those printed after: only when the pass edited anything
    bool print_after_failure; ///< only after passes that failed
    bool print_module_scope;  ///< print the top-level op whatever the pass ran on
    const char *const *print_before; ///< arguments of passes, NULL-terminated; or NULL
    const char *const *print_after;
    const mica_print_options *print_options; ///< of those printings; may be NULL
    mica_write_fn write; ///< gets printed IR and reports; NULL: nothing is printed
    void *write_user;
    /// Called before each pass on each op, from the thread that runs it, one call at a time.
    /// False cancels the run as mica_pass_manager_cancel does. May be NULL.
    bool (*progress)(void *user, const mica_pass_progress *progress);
    void *progress_user;
    /// When a pass fails, what reproduces that is written to this file (reproducer.h); NULL: no
    /// reproducer. Costs printing the IR once, and one thread runs all, so that a crash happens
    /// in the thread that knows how to end.
    const char *reproducer;
    /// Of the failing pass alone, with the IR before it: costs printing before each pass.
    bool local_reproducer;
    /// Interpret public functions on generated inputs before and after each pass: a difference
    /// is an error that names pass, function and input, and ends the run. One thread runs all.
    bool check_passes;
} mica_pass_manager_options;

/// A manager with an empty pipeline anchored on `anchor` (NULL: "builtin.module"; "any": any
/// op). The registry is borrowed. NULL when out of memory.
MICA_API mica_pass_manager *mica_pass_manager_create(mica_context *context,
                                                     const mica_pass_registry *registry,
                                                     const char *anchor);
MICA_API void mica_pass_manager_destroy(mica_pass_manager *manager);
/// Copies the struct; what it points to is borrowed.
MICA_API void mica_pass_manager_set_options(mica_pass_manager *manager,
                                            const mica_pass_manager_options *options);

/// Sets the pipeline from text that names the anchor: "builtin.module(...)". False after
/// diagnostics.
MICA_API bool mica_pass_manager_parse(mica_pass_manager *manager, mica_string text);
/// Appends passes from text without the anchor: "cse,func.func(canonicalize)".
MICA_API bool mica_pass_manager_append(mica_pass_manager *manager, mica_string text);
/// Appends one pass or named pipeline with its option text ("a=1 b=2", may be empty); a pass
/// for another op is nested in that op's pipeline (as for `-pass` flags).
MICA_API bool mica_pass_manager_add(mica_pass_manager *manager, mica_string argument,
                                    mica_string options);
/// The pipeline as text, all options spelled out; freed with mica_free, NULL when out
/// of memory.
MICA_API char *mica_pass_manager_to_string(const mica_pass_manager *manager);
MICA_API size_t mica_pass_manager_count(const mica_pass_manager *manager);

/// Runs the pipeline on `op`. False after a diagnostic when a pass failed or left IR that does
/// not verify; later passes of the same op are not run, other ops' are.
MICA_API bool mica_pass_manager_run(mica_pass_manager *manager, mica_op *op);
/// Stops a run: passes under way end, no other one starts, and mica_pass_manager_run returns
/// false after the error "cancelled". The IR is valid, and transformed in part. From any thread
/// and from signal handlers; without a run under way the next one is stopped.
MICA_API void mica_pass_manager_cancel(mica_pass_manager *manager);
/// Did the last run end because it was cancelled?
MICA_API bool mica_pass_manager_was_cancelled(const mica_pass_manager *manager);
/// Adds the time of work outside of passes to the report ("Parser", "Output"), in seconds.
MICA_API void mica_pass_manager_add_time(mica_pass_manager *manager, const char *name,
                                         double seconds);
/// Seconds on the clock that the report uses.
MICA_API double mica_pass_manager_now(void);
/// Writes the timing report; when `timing` is set and the tool has added what it wanted.
MICA_API void mica_pass_manager_report_timing(mica_pass_manager *manager);

#ifdef __cplusplus
}
#endif

#endif
