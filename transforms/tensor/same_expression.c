// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Equality of sizes that were built apart: two lowerings that ask one tensor for its size make
// two ops, which CSE would join, but only later.
#include "ir/core/builder.h"
#include "ir/core/context_internal.h"
#include "ir/rewrite/side_effects.h"
#include "transforms/tensor/entry_dims.h"

enum { MOST_STEPS = 256, DEEPEST = 32 };

static bool same_ops(const mica_op *a, mica_op *b)
{
    if (mica_op_get_record(a) != mica_op_get_record(b) ||
        mica_op_operand_count(a) != mica_op_operand_count(b) || mica_op_result_count(a) != 1 ||
        mica_op_region_count(a) != 0 || !mica_op_is_memory_effect_free(b))
        return false;
    for (size_t i = 0; i < mica_op_slot_count(a); ++i) {
        const mica_attr *x = mica_op_slot(a, i), *y = mica_op_slot(b, i);
        if (x != y && !(x && y && mica_attr_equal(x, y)))
            return false;
    }
    return mica_value_type(mica_op_result(a, 0)) == mica_value_type(mica_op_result(b, 0));
}

static bool same(mica_value *a, mica_value *b, unsigned depth, unsigned *steps)
{
    if (a == b)
        return true;
    mica_op *x = mica_value_op(a), *y = mica_value_op(b);
    if (!x || !y || depth == 0 || ++*steps > MOST_STEPS || !same_ops(x, y))
        return false;
    for (size_t i = 0; i < mica_op_operand_count(x); ++i)
        if (!same(mica_op_operand(x, i), mica_op_operand(y, i), depth - 1, steps))
            return false;
    return true;
}

bool micai_same_expression(mica_value *a, mica_value *b)
{
    unsigned steps = 0;
    return same(a, b, DEEPEST, &steps);
}
