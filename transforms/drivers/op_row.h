// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Rows of ops: passes find first what they will change, in one walk, and change it afterwards.
#ifndef MICA_TRANSFORMS_DRIVERS_OP_ROW_H
#define MICA_TRANSFORMS_DRIVERS_OP_ROW_H

#include "ir/core/operation.h"

/// A growing row of ops. Begin with zero, end with micai_op_row_free.
typedef struct micai_op_row {
    mica_op **ops;
    size_t count, capacity;
    bool failed; ///< out of memory: the row is not complete
} micai_op_row;

void micai_op_row_append(micai_op_row *row, mica_op *op);
void micai_op_row_free(micai_op_row *row);

#endif
