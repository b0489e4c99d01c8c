// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Delta debugging on IR. A reduction is a kind of edit: it lists the places of a module where
// the edit can be made, always in the same order, so that "place 7" means the same in a copy.
// Runs of places, long ones first, are edited in a copy at once; a copy that verifies and is
// still interesting takes the module's place:
//
//   places  0 1 2 3 4 5 6 7      8 at once: no;  0-3: yes, they are gone;  4-5: no;  6-7: yes
//   ...
//
// Most of a module goes in the first, long runs, so that the number of tests follows the size
// of what remains rather than that of the input.
#ifndef MICA_TOOLS_MICA_REDUCE_REDUCTION_H
#define MICA_TOOLS_MICA_REDUCE_REDUCTION_H

#include "tools/mica-reduce/verdict.h"

/// The places of one kind of edit, in order. `index` is what the edit needs beside the op.
typedef struct place {
    mica_op *op;
    size_t index;
} place;
typedef struct place_list {
    place *data;
    size_t count, capacity;
    bool failed; ///< out of memory
} place_list;
void place_list_add(place_list *list, mica_op *op, size_t index);

typedef struct reduction {
    const char *name;
    void (*list)(mica_op *module, place_list *places);
    /// Makes the edit; false when it can't be made here. Places are edited from last to first,
    /// so that an edit finds what lies before it as it was listed.
    bool (*edit)(mica_op *op, size_t index);
    bool takes_op; ///< the edit erases the op: of its places only one is edited
} reduction;
/// All, in the order in which they are tried; ends with a NULL name.
extern const reduction reductions[];

typedef struct reducer_state {
    verdict_state *verdict;
    mica_op *module;   ///< interesting; replaced by smaller ones
    bool must_verify;  ///< the input did
    size_t most_tests; ///< 0: no limit
    size_t tests;
} reducer_state;

/// Reduces until no edit makes the module smaller, or the limit of tests is reached.
void reducer_run(reducer_state *reducer);

// ---- what edits share
// ------------------------------------------------------------------------

/// Another value of the same type that can stand where `value` does at `user`, simpler than it:
/// an argument of a block around, else a new constant of zeros, else a cast of nothing.
/// `avoid` is an op whose results are no choice (may be NULL). NULL only when out of memory.
mica_value *substitute_value(mica_value *value, mica_op *user, const mica_op *avoid);
/// Is there nothing simpler than the value?
bool value_is_simple(const mica_value *value);
/// Replaces all uses of the op's results by substitutes and erases it.
bool replace_and_erase(mica_op *op);

#endif
