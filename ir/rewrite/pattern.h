// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A pattern is a rewrite of one kind of op: a C function, or a match program compiled from a
// `.rewrite` file (docs/rewrite-language.md). Both live in one pattern set, indexed by the
// root op's name, tried in order of falling benefit and, within it, of addition.
//
//   // x + 0 -> x
//   static bool drop_zero(mica_rewriter *rewriter, mica_op *op, void *user)
//   {
//       if (!is_zero(mica_op_operand(op, 1)))
//           return mica_rewriter_fail(rewriter, op, "right operand is not zero");
//       mica_value *x = mica_op_operand(op, 0);
//       return mica_rewriter_replace_op(rewriter, op, &x, 1);
//   }
//   static const mica_pattern patterns[] = {
//       {.name = "drop_zero", .root = "arith.addi", .rewrite = drop_zero},
//   };
//   mica_pattern_set_add(set, patterns, 1);
//
// The law for patterns that canonicalize: keep types, never make the program worse, have one
// canonical form, so that no two patterns undo each other.
#ifndef MICA_IR_REWRITE_PATTERN_H
#define MICA_IR_REWRITE_PATTERN_H

#include "ir/core/operation.h"

#ifdef __cplusplus
extern "C" {
#endif

/// Tries the pattern at `op`, which has the pattern's root name. True: the IR was changed, all
/// through the rewriter (`op` may be gone). False: nothing was changed; mica_rewriter_fail says
/// why. The rewriter's builder inserts before `op` and has its location.
typedef bool (*mica_pattern_fn)(mica_rewriter *rewriter, mica_op *op, void *user);

/// A C pattern. Strings and `user` are borrowed; the set copies the struct.
typedef struct mica_pattern {
    const char *name; ///< for logs; not NULL
    const char *root; ///< "dialect.op", or NULL: every op
    uint32_t benefit; ///< higher is tried first; 0 means 1
    mica_pattern_fn rewrite;
    void *user;
} mica_pattern;

/// Compiled `.rewrite` patterns (ir/rewrite/match_program.h).
typedef struct mica_match_program mica_match_program;

/// An empty set for ops of `context`. NULL when out of memory.
MICA_API mica_pattern_set *mica_pattern_set_create(mica_context *context);
/// NULL is allowed. No driver may be using the set.
MICA_API void mica_pattern_set_destroy(mica_pattern_set *set);
MICA_API mica_context *mica_pattern_set_context(const mica_pattern_set *set);

/// Adds C patterns. The set must not be frozen. False only when out of memory.
MICA_API bool mica_pattern_set_add(mica_pattern_set *set, const mica_pattern *patterns,
                                   size_t count);
/// Adds all patterns of a match program (borrowed, must outlive the set).
MICA_API bool mica_pattern_set_add_program(mica_pattern_set *set,
                                           const mica_match_program *program);
/// Adds the canonicalization patterns of every registered dialect and op, in order of names.
MICA_API bool mica_pattern_set_add_canonicalizations(mica_pattern_set *set);
/// The same of a few, NULL-terminated: "dialect" stands for the patterns of the dialect as a
/// whole, "dialect.op" for those of the op. Names that are not registered add nothing.
MICA_API bool mica_pattern_set_add_canonicalizations_of(mica_pattern_set *set,
                                                        const char *const *names);
/// Keeps only patterns named in `enabled` (when `enabled_count` is not 0) and none named in
/// `disabled`. Names are the patterns'.
MICA_API void mica_pattern_set_filter(mica_pattern_set *set, const mica_string *enabled,
                                      size_t enabled_count, const mica_string *disabled,
                                      size_t disabled_count);
MICA_API size_t mica_pattern_set_count(const mica_pattern_set *set);

/// Sorts and indexes the set; nothing may be added afterwards. A frozen set may be used from
/// several threads. Drivers freeze a set that is not. False only when out of memory.
MICA_API bool mica_pattern_set_freeze(mica_pattern_set *set);

/// Tries the patterns for `op` in order until one succeeds. The set must be frozen. Sets the
/// rewriter's insertion point and location before each. `applied`, if not NULL, gets the name
/// of the pattern that succeeded.
MICA_API bool mica_pattern_set_apply(const mica_pattern_set *set, mica_rewriter *rewriter,
                                     mica_op *op, const char **applied);

#ifdef __cplusplus
}
#endif

#endif
