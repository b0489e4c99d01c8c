// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Integer arithmetic that promises not to overflow: what breaks the promise is poison. Shared
// by the dialects that have such flags; bit 1 is nsw, bit 2 nuw in all of them.
#include "ir/interpreter/interpreter_internal.h"

enum { NO_SIGNED_WRAP = 1, NO_UNSIGNED_WRAP = 2 };

typedef mica_wide (*wide_fn)(const mica_wide *, const mica_wide *);

/// Does the exact result, computed in more than twice the width, differ from the result?
static bool differs(wide_fn combine, const mica_scalar *operands, const mica_scalar *result,
                    bool is_signed)
{
    mica_wide (*extend)(const mica_wide *, uint32_t) =
        is_signed ? mica_wide_extend_signed : mica_wide_extend_unsigned;
    const mica_wide a = extend(&operands[0].as.integer, MICA_WIDE_MAX_WIDTH);
    const mica_wide b = extend(&operands[1].as.integer, MICA_WIDE_MAX_WIDTH);
    const mica_wide exact = combine(&a, &b);
    const mica_wide got = extend(&result->as.integer, MICA_WIDE_MAX_WIDTH);
    return !mica_wide_equal(&exact, &got);
}

static bool shift_overflows(const mica_scalar *operands, const mica_scalar *result,
                            bool is_signed)
{
    const uint32_t count = (uint32_t)operands[1].as.integer.words[0];
    const mica_wide back = is_signed
                               ? mica_wide_shift_right_signed(&result->as.integer, count)
                               : mica_wide_shift_right_unsigned(&result->as.integer, count);
    return !mica_wide_equal(&back, &operands[0].as.integer);
}

bool mica_eval_overflows(mica_scalar_fn function, const mica_scalar *operands,
                         const mica_scalar *result, bool is_signed)
{
    if (function == mica_scalar_shli)
        return shift_overflows(operands, result, is_signed);
    const wide_fn combine = function == mica_scalar_addi   ? mica_wide_add
                            : function == mica_scalar_subi ? mica_wide_subtract
                                                           : mica_wide_multiply;
    return differs(combine, operands, result, is_signed);
}

bool mica_eval_promised(mica_eval_frame *frame, mica_op *op, mica_scalar_fn function,
                        int64_t flags)
{
    mica_scalar operands[2], result = {0};
    const mica_type *type = mica_type_element_or_self(micai_op_results(op)->type);
    result.type = type;
    if (mica_type_bit_width(type) > 128 ||
        !mica_scalar_load(type, mica_eval_operand(frame, 0)->as.bits, &operands[0]) ||
        !mica_scalar_load(type, mica_eval_operand(frame, 1)->as.bits, &operands[1]))
        return mica_eval_unsupported(frame, op, "has operands that are too wide");
    if (!function(operands, &result, 0) ||
        (flags & NO_SIGNED_WRAP && mica_eval_overflows(function, operands, &result, true)) ||
        (flags & NO_UNSIGNED_WRAP && mica_eval_overflows(function, operands, &result, false)))
        return mica_eval_set_result(frame, 0, mica_eval_poison());
    mica_eval_value value = mica_eval_from_bits(result.as.integer.words[0]);
    value.as.bits[1] = result.as.integer.words[1];
    return mica_eval_set_result(frame, 0, value);
}
