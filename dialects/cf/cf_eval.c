// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Evaluation of cf: which block is next. What is passed there is known to the branch interface.
#include "dialects/cf/cf_ops.h"
#include "ir/interpreter/eval.h"

enum { INLINE_ARGUMENTS = 16 };

static bool go_to(mica_eval_frame *frame, mica_op *op, size_t successor)
{
    const mica_branch *branch = mica_op_interface(op, &mica_branch_interface);
    const mica_run run = branch->successor_operands(op, successor);
    mica_eval_value values[INLINE_ARGUMENTS];
    if (run.count > INLINE_ARGUMENTS)
        return mica_eval_unsupported(frame, op, "passes more than %d values to a block",
                                     INLINE_ARGUMENTS);
    for (size_t i = 0; i < run.count; i++)
        values[i] = mica_eval_take_operand(frame, run.first + i);
    return mica_eval_branch(frame, op, successor, values, run.count);
}

bool micai_cf_br_eval(mica_eval_frame *frame, mica_op *op)
{
    return go_to(frame, op, 0);
}

bool micai_cf_cond_br_eval(mica_eval_frame *frame, mica_op *op)
{
    uint64_t condition;
    return mica_eval_bits(frame, op, 0, &condition) && go_to(frame, op, condition & 1 ? 0 : 1);
}

bool micai_cf_switch_eval(mica_eval_frame *frame, mica_op *op)
{
    uint64_t flag;
    if (!mica_eval_bits(frame, op, 0, &flag))
        return false;
    const mica_attr *cases = mica_cf_switch_case_values(op);
    const int64_t count = cases ? mica_type_element_count(mica_attr_type(cases)) : 0;
    for (int64_t i = 0; i < count; i++) {
        const mica_attr *value = mica_dense_elements_attr_element(cases, i);
        if (mica_integer_attr_words(value)[0] == flag)
            return go_to(frame, op, (size_t)i + 1);
    }
    return go_to(frame, op, 0);
}

bool micai_cf_assert_eval(mica_eval_frame *frame, mica_op *op)
{
    uint64_t holds;
    if (!mica_eval_bits(frame, op, 0, &holds))
        return false;
    const mica_string text = mica_string_attr_text(mica_cf_assert_msg(op));
    return holds || mica_eval_error(frame, op, "fails: %.*s", MICA_STRING_ARG(text));
}
