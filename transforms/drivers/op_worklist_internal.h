// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A stack of ops without duplicates, from which any op can be taken out.
#ifndef MICA_TRANSFORMS_DRIVERS_OP_WORKLIST_INTERNAL_H
#define MICA_TRANSFORMS_DRIVERS_OP_WORKLIST_INTERNAL_H

#include "ir/core/operation.h"
#include "ir/support/pointer_map_internal.h"

/// Invariant: `position` maps each op that is not NULL in `ops` to its index.
typedef struct micai_op_worklist {
    const micai_allocator *allocator;
    mica_op **ops; ///< NULL where one was taken out
    size_t count, capacity;
    micai_pointer_map position;
} micai_op_worklist;

void micai_op_worklist_init(micai_op_worklist *list, const micai_allocator *allocator);
void micai_op_worklist_free(micai_op_worklist *list);
void micai_op_worklist_clear(micai_op_worklist *list);
/// An op that is on the list stays where it is. False when out of memory.
bool micai_op_worklist_push(micai_op_worklist *list, mica_op *op);
/// The last op, NULL when the list is empty.
mica_op *micai_op_worklist_pop(micai_op_worklist *list);
void micai_op_worklist_remove(micai_op_worklist *list, mica_op *op);
/// The last becomes the first.
void micai_op_worklist_reverse(micai_op_worklist *list);

#endif
