// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Evaluation that ops of many dialects share: `hooks eval = builtin.end_region` and the like.
#include "ir/interpreter/eval.h"

#include "dialects/builtin/builtin_hooks.h"

/// Terminators whose operands are what the region or function ends with.
bool micai_builtin_end_region(mica_eval_frame *frame, mica_op *op)
{
    return mica_eval_end_with_operands(frame, 0, mica_op_operand_count(op));
}

/// Ops that say something about values and do nothing.
bool micai_builtin_do_nothing(mica_eval_frame *frame, mica_op *op)
{
    (void)frame;
    (void)op;
    return true;
}

/// Ops whose result is their operand: same bits, same object.
bool micai_builtin_pass_on(mica_eval_frame *frame, mica_op *op)
{
    (void)op;
    return mica_eval_set_result(frame, 0, mica_eval_take_operand(frame, 0));
}
