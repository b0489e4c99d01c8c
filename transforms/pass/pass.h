// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A pass is a named transformation of one op and what is nested in it, described by a constant
// struct: the definition names it, lists its options and statistics, and has the function that
// runs. Passes keep no state of their own, so one definition serves all threads.
//
//   static bool run_cse(mica_pass_run *run)
//   {
//       mica_op *op = mica_pass_run_op(run);
//       ...
//       mica_pass_run_count(run, CSE_ERASED, erased);
//       return true;
//   }
//   const mica_pass_def mica_pass_cse = {
//       .struct_size = sizeof(mica_pass_def), .argument = "cse", .name = "CSE",
//       .summary = "Eliminate common sub-expressions", .run = run_cse};
//
// transforms/pass/pass_manager.h runs them; transforms/passes.c lists the built-in ones.
#ifndef MICA_TRANSFORMS_PASS_PASS_H
#define MICA_TRANSFORMS_PASS_PASS_H

#include "ir/core/context.h"
#include "ir/core/operation.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct mica_pass_run mica_pass_run;
typedef struct mica_pass_options mica_pass_options;
typedef struct mica_pass_def mica_pass_def;

typedef enum mica_option_kind {
    MICA_OPTION_BOOL,
    MICA_OPTION_INT,
    MICA_OPTION_STRING,
    MICA_OPTION_STRING_LIST, ///< comma-separated
    MICA_OPTION_INT_LIST,    ///< comma-separated
} mica_option_kind;

/// An option, with upstream's name where upstream has the pass.
typedef struct mica_option_def {
    const char *name; ///< "max-iterations"
    mica_option_kind kind;
    const char *summary;
    const char *default_text;   ///< as in a pipeline; NULL: false, 0, "", no elements
    const char *const *choices; ///< of a string: its only values, NULL-terminated; or NULL
} mica_option_def;

typedef struct mica_statistic_def {
    const char *name; ///< "num-cse'd"
    const char *summary;
} mica_statistic_def;

struct mica_pass_def {
    size_t struct_size;
    const char *argument; ///< its name in pipelines: "canonicalize"
    const char *name;     ///< its name in reports, upstream's class name: "Canonicalizer"
    const char *summary;
    const char *description; ///< more words; may be NULL
    const char *anchor;      ///< the op that it runs on, "func.func"; NULL: any isolated op
    const mica_option_def *options;
    const mica_statistic_def *statistics;
    uint32_t option_count;
    uint32_t statistic_count;
    /// Dialects of ops that it makes, NULL-terminated; NULL: none but those it finds.
    const char *const *dependent_dialects;
    /// Called once before a pipeline runs, for what all runs share and none changes (frozen
    /// patterns); `*state` is then seen by every run and, unless NULL, given to `finish`, also
    /// when this fails. May be NULL.
    bool (*prepare)(mica_context *context, const mica_pass_options *options, void **state);
    void (*finish)(void *state);
    /// Transforms mica_pass_run_op and what is nested in it, nothing else. False: the pass
    /// failed and has reported a diagnostic.
    bool (*run)(mica_pass_run *run);
    /// How far floats that the program computes may move (relative to the greater of 1 and
    /// their magnitude), for passes that change the order of sums and the like; 0: not at all.
    /// Checked by mica_pass_manager_options.check_passes.
    double tolerance;
};

// ---- what a running pass sees
// ----------------------------------------------------------------

MICA_API mica_op *mica_pass_run_op(const mica_pass_run *run);
MICA_API mica_context *mica_pass_run_context(const mica_pass_run *run);
/// What `prepare` made.
MICA_API void *mica_pass_run_state(const mica_pass_run *run);
MICA_API const mica_pass_options *mica_pass_run_options(const mica_pass_run *run);
/// Adds to a statistic, by its index in the definition.
MICA_API void mica_pass_run_count(mica_pass_run *run, size_t statistic, uint64_t amount);
/// Promises that the pass changed nothing: cached analyses stay. Verify-each checks it against
/// the edit counter.
MICA_API void mica_pass_run_mark_unchanged(mica_pass_run *run);
/// Runs a pipeline, as text like "func.func(cse)" or "cse,canonicalize", on `op`, which is the
/// run's op or nested in it.
MICA_API bool mica_pass_run_pipeline(mica_pass_run *run, mica_string pipeline, mica_op *op);
/// Was the run cancelled? A pass that takes long asks between two steps and returns false, with
/// valid IR and without a diagnostic.
MICA_API bool mica_pass_run_is_cancelled(const mica_pass_run *run);

/// An analysis: a result computed from an op, kept while nothing under the op changes.
typedef struct mica_analysis_def {
    size_t struct_size;
    const char *name;
    void *(*create)(mica_op *op); ///< NULL: failed
    void (*destroy)(void *result);
} mica_analysis_def;
/// The analysis of the run's op, computed if it is not cached; borrowed until the pass ends.
MICA_API void *mica_pass_run_analysis(mica_pass_run *run, const mica_analysis_def *analysis);
/// Keeps a cached analysis although the pass changes things.
MICA_API void mica_pass_run_preserve(mica_pass_run *run, const mica_analysis_def *analysis);

// ---- option values
// ---------------------------------------------------------------------------

// By name; asking for an option that the definition lacks, or of another kind, is a
// programmer's error.
MICA_API bool mica_pass_option_bool(const mica_pass_options *options, const char *name);
MICA_API int64_t mica_pass_option_int(const mica_pass_options *options, const char *name);
/// NUL-terminated at data[length].
MICA_API mica_string mica_pass_option_string(const mica_pass_options *options,
                                             const char *name);
/// Elements of a list option, borrowed.
MICA_API const mica_string *mica_pass_option_strings(const mica_pass_options *options,
                                                     const char *name, size_t *count);
MICA_API const int64_t *mica_pass_option_ints(const mica_pass_options *options,
                                              const char *name, size_t *count);
/// Was it given, rather than left at its default?
MICA_API bool mica_pass_option_is_set(const mica_pass_options *options, const char *name);

#ifdef __cplusplus
}
#endif

#endif
