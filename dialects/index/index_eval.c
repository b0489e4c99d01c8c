// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Evaluation of index: 64-bit words, through the arithmetic that folders use.
#include "dialects/index/index_ops.h"
#include "ir/interpreter/eval.h"

static bool eval_scalar(mica_eval_frame *frame, mica_op *op, mica_scalar_fn function,
                        int64_t parameter, bool traps)
{
    for (size_t i = 0; i < mica_op_operand_count(op); i++)
        if (mica_eval_operand(frame, i)->is_poison)
            return mica_eval_set_poison(frame, op);
    return mica_eval_scalar(frame, op, function, parameter, traps);
}

#define SCALAR(name, function, traps)                                                          \
    bool micai_index_##name##_eval(mica_eval_frame *frame, mica_op *op)                        \
    {                                                                                          \
        return eval_scalar(frame, op, mica_scalar_##function, 0, traps);                       \
    }
SCALAR(add, addi, false)
SCALAR(sub, subi, false)
SCALAR(mul, muli, false)
SCALAR(and, andi, false)
SCALAR(or, ori, false)
SCALAR(xor, xori, false)
SCALAR(divs, divsi, true)
SCALAR(divu, divui, true)
SCALAR(ceildivs, ceildivsi, true)
SCALAR(ceildivu, ceildivui, true)
SCALAR(floordivs, floordivsi, true)
SCALAR(rems, remsi, true)
SCALAR(remu, remui, true)
SCALAR(shl, shli, false)
SCALAR(shrs, shrsi, false)
SCALAR(shru, shrui, false)
SCALAR(maxs, maxsi, false)
SCALAR(maxu, maxui, false)
SCALAR(mins, minsi, false)
SCALAR(minu, minui, false)

/// The predicates are numbered as arith's are.
bool micai_index_cmp_eval(mica_eval_frame *frame, mica_op *op)
{
    return eval_scalar(frame, op, mica_scalar_cmpi, (int64_t)mica_index_cmp_pred(op), false);
}

static bool eval_cast(mica_eval_frame *frame, mica_op *op, mica_scalar_fn extend)
{
    const bool widens = mica_eval_result_width(frame) > mica_eval_operand_width(frame);
    return eval_scalar(frame, op, widens ? extend : mica_scalar_trunci, 0, false);
}

bool micai_index_casts_eval(mica_eval_frame *frame, mica_op *op)
{
    return eval_cast(frame, op, mica_scalar_extsi);
}
bool micai_index_castu_eval(mica_eval_frame *frame, mica_op *op)
{
    return eval_cast(frame, op, mica_scalar_extui);
}

bool micai_index_sizeof_eval(mica_eval_frame *frame, mica_op *op)
{
    (void)op;
    return mica_eval_set_bits(frame, 0, 64);
}
