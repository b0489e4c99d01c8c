// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See op_row.h.
#include "transforms/drivers/op_row.h"

#include <stdlib.h>

void micai_op_row_append(micai_op_row *row, mica_op *op)
{
    if (row->count == row->capacity) {
        const size_t wanted = row->capacity ? 2 * row->capacity : 16;
        mica_op **larger = mica_realloc(row->ops, wanted * sizeof *larger);
        if (!larger) {
            row->failed = true;
            return;
        }
        row->ops = larger;
        row->capacity = wanted;
    }
    row->ops[row->count++] = op;
}

void micai_op_row_free(micai_op_row *row)
{
    mica_free(row->ops);
    *row = (micai_op_row){0};
}
