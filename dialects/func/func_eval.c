// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Evaluation of calls. A function as a value is the address of an allocation that stands for
// it.
#include "dialects/func/func_ops.h"
#include "ir/interpreter/eval.h"

enum { MAX_ARGUMENTS = 64 };

static bool call(mica_eval_frame *frame, mica_op *op, mica_op *callee, size_t first)
{
    mica_eval_value values[MAX_ARGUMENTS];
    const size_t count = mica_op_operand_count(op) - first;
    if (!callee)
        return false;
    if (count > MAX_ARGUMENTS)
        return mica_eval_unsupported(frame, op, "passes more than %d arguments", MAX_ARGUMENTS);
    for (size_t i = 0; i < count; i++)
        values[i] = mica_eval_take_operand(frame, first + i);
    return mica_eval_call(frame, op, callee, values, count);
}

bool micai_func_call_eval(mica_eval_frame *frame, mica_op *op)
{
    if (mica_eval_step(frame) > 0)
        return mica_eval_set_results_from_yielded(frame, op);
    return call(frame, op, mica_eval_symbol(frame, op, mica_func_call_callee(op)), 0);
}

bool micai_func_constant_eval(mica_eval_frame *frame, mica_op *op)
{
    bool is_new;
    mica_op *function = mica_eval_symbol(frame, op, mica_func_constant_value(op));
    const mica_eval_allocation *place =
        function ? mica_eval_symbol_memory(frame, op, function, 0, &is_new) : NULL;
    return place && mica_eval_set_bits(frame, 0, mica_eval_address(place, 0));
}

bool micai_func_call_indirect_eval(mica_eval_frame *frame, mica_op *op)
{
    if (mica_eval_step(frame) > 0)
        return mica_eval_set_results_from_yielded(frame, op);
    uint64_t address;
    int64_t offset;
    if (!mica_eval_bits(frame, op, 0, &address))
        return false;
    const mica_eval_allocation *place = mica_eval_find_allocation(frame, op, address, &offset);
    if (!place)
        return false;
    if (!place->function || offset != 0)
        return mica_eval_error(frame, op, "calls something that is no function");
    return call(frame, op, (mica_op *)place->function, 1);
}
