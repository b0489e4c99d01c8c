// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The greedy driver applies patterns and folders to everything nested in an op until nothing
// changes: a worklist, dead ops removed, constants uniqued and hoisted to the top of the
// nearest isolated region, blocks that can't be reached dropped. The order is fixed, so that
// equal input gives equal output.
//
//   mica_pattern_set *set = mica_pattern_set_create(context);
//   mica_pattern_set_add_canonicalizations(set);
//   mica_greedy_run(function, set, NULL, NULL);
//   mica_pattern_set_destroy(set);
#ifndef MICA_TRANSFORMS_DRIVERS_GREEDY_H
#define MICA_TRANSFORMS_DRIVERS_GREEDY_H

#include "ir/rewrite/pattern.h"
#include "ir/rewrite/rewriter.h"
#include "ir/text/text.h"

#ifdef __cplusplus
extern "C" {
#endif

/// What happens to the blocks of regions after each round.
typedef enum mica_region_level {
    MICA_REGION_NORMAL,     ///< unreachable blocks and unused block arguments go
    MICA_REGION_DISABLED,   ///< nothing
    MICA_REGION_AGGRESSIVE, ///< identical blocks merge too
} mica_region_level;

/// Zero is the default.
typedef struct mica_greedy_options {
    size_t struct_size;
    bool bottom_up; ///< visit the last op first; default: in program order
    bool no_fold;   ///< patterns only: neither fold nor unique constants
    mica_region_level region_level;
    int64_t max_iterations; ///< rounds over everything; 0 means 10, -1 no limit
    int64_t max_rewrites;   ///< pattern applications in a round; 0 or -1 means no limit
    const mica_rewriter_listener *listener; ///< hears every change; may be NULL
    void *listener_user;
    mica_write_fn log; ///< what matched and why not, as text; NULL: no log
    void *log_user;
    /// Ops without a fold whose operands are constants are evaluated by their `eval` hook, when
    /// the results are small.
    bool evaluate_constants;
} mica_greedy_options;

/// Rewrites all that is nested in `root`, which must be isolated from above. True when nothing
/// more applies, false when a limit stopped it (the IR is valid) or memory ran out. `changed`
/// may be NULL. Freezes the set. `options` may be NULL.
MICA_API bool mica_greedy_run(mica_op *root, mica_pattern_set *patterns,
                              const mica_greedy_options *options, bool *changed);
/// The same for one region.
MICA_API bool mica_greedy_run_region(mica_region *region, mica_pattern_set *patterns,
                                     const mica_greedy_options *options, bool *changed);

/// mica_greedy_run with a few C patterns: a pass that is nothing but its patterns ends in it.
/// False when memory ran out; stopping at a limit is no failure.
MICA_API bool mica_greedy_apply(mica_op *root, const mica_pattern *patterns, size_t count);

/// Drops unreachable blocks, unused block arguments and dead ops of the region and all nested
/// in it; with `merge` identical blocks too. True when anything changed. `rewriter` may be
/// NULL.
MICA_API bool mica_region_simplify(mica_region *region, bool merge, mica_rewriter *rewriter);

#ifdef __cplusplus
}
#endif

#endif
