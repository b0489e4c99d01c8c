// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Integer division that rounds up or down, of arith and index, with llvm ops. The quotient
// towards zero is corrected where the division was inexact. The shorter way, adding or taking
// away one before dividing, is wrong: near the largest and the smallest value the sum wraps and
// then the division traps, even for lanes whose result is not taken.
#include "transforms/convert/llvm_lowering.h"

enum { EQ = 0, NE = 1, SLT = 2 }; // of llvm.icmp

/// The quotient towards zero, moved by `step` where the remainder is not zero and the operands'
/// signs are (`same_sign`) or are not equal.
static mica_value *build_rounded(mica_builder *builder, const mica_type *type,
                                 mica_value *const *operands, bool same_sign, int64_t step)
{
    mica_value *zero = micai_llvm_zero(builder, type);
    mica_value *quotient = micai_llvm_binary(builder, "llvm.sdiv", operands[0], operands[1]);
    mica_value *product = micai_llvm_binary(builder, "llvm.mul", quotient, operands[1]);
    mica_value *inexact = micai_llvm_compare(builder, NE, product, operands[0]);
    mica_value *a_negative = micai_llvm_compare(builder, SLT, operands[0], zero);
    mica_value *b_negative = micai_llvm_compare(builder, SLT, operands[1], zero);
    mica_value *signs =
        micai_llvm_compare(builder, same_sign ? EQ : NE, a_negative, b_negative);
    mica_value *moves = micai_llvm_binary(builder, "llvm.and", inexact, signs);
    mica_value *moved = micai_llvm_binary(builder, "llvm.add", quotient,
                                          micai_llvm_integer(builder, type, step));
    return micai_llvm_select(builder, moves, moved, quotient);
}

/// One less where the signs differ and the division is inexact.
mica_value *micai_llvm_floor_division(mica_builder *builder, mica_op *op, const mica_type *type,
                                      mica_value *const *operands, const void *user)
{
    (void)op, (void)user;
    return build_rounded(builder, type, operands, false, -1);
}

/// One more where the signs agree and the division is inexact.
mica_value *micai_llvm_ceil_division(mica_builder *builder, mica_op *op, const mica_type *type,
                                     mica_value *const *operands, const void *user)
{
    (void)op, (void)user;
    return build_rounded(builder, type, operands, true, 1);
}

/// a == 0 ? 0 : (a - 1) / b + 1
mica_value *micai_llvm_unsigned_ceil_division(mica_builder *builder, mica_op *op,
                                              const mica_type *type,
                                              mica_value *const *operands, const void *user)
{
    (void)op, (void)user;
    mica_value *zero = micai_llvm_zero(builder, type);
    mica_value *one = micai_llvm_integer(builder, type, 1);
    mica_value *less = micai_llvm_binary(builder, "llvm.sub", operands[0], one);
    mica_value *quotient = micai_llvm_binary(builder, "llvm.udiv", less, operands[1]);
    mica_value *more = micai_llvm_binary(builder, "llvm.add", quotient, one);
    mica_value *is_zero = micai_llvm_compare(builder, EQ, operands[0], zero);
    return micai_llvm_select(builder, is_zero, zero, more);
}
