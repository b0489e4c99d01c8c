// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Signed remainders and divisions that round up or down, of arith and index, with ops of spirv.
// Vulkan leaves SRem of negative numbers undefined, so a remainder is that of the magnitudes. A
// rounded quotient is the one towards zero, corrected; adding one before dividing would wrap
// near the ends of the range.
#include "transforms/convert/spirv_lowering.h"

static const mica_type *condition_of(mica_builder *builder, const mica_type *type)
{
    const mica_type *i1 = mica_integer_type_get(builder->context, 1, MICA_SIGNLESS);
    return mica_type_is_vector(type) ? mica_type_with_element(type, i1) : i1;
}

static mica_value *binary(mica_builder *builder, const char *name, mica_value *lhs,
                          mica_value *rhs)
{
    return micai_spirv_build(builder, name, mica_value_type(lhs), (mica_value *[]){lhs, rhs},
                             2);
}

static mica_value *test(mica_builder *builder, const char *name, mica_value *lhs,
                        mica_value *rhs)
{
    return micai_spirv_build(builder, name, condition_of(builder, mica_value_type(lhs)),
                             (mica_value *[]){lhs, rhs}, 2);
}

static mica_value *choose(mica_builder *builder, mica_value *condition, mica_value *yes,
                          mica_value *no)
{
    return micai_spirv_build(builder, "spirv.Select", mica_value_type(yes),
                             (mica_value *[]){condition, yes, no}, 3);
}

static mica_value *magnitude(mica_builder *builder, mica_value *value)
{
    return micai_spirv_build(builder, "spirv.GL.SAbs", mica_value_type(value), &value, 1);
}

/// |a| % |b| with the sign of a
mica_value *micai_spirv_signed_remainder(mica_builder *builder, mica_value *const *operands)
{
    const mica_type *type = mica_value_type(operands[0]);
    mica_value *zero = micai_spirv_int(builder, type, 0);
    mica_value *is_negative = test(builder, "spirv.SLessThan", operands[0], zero);
    mica_value *a = magnitude(builder, operands[0]);
    mica_value *b = magnitude(builder, operands[1]);
    mica_value *rest = binary(builder, "spirv.UMod", a, b);
    mica_value *minus = micai_spirv_build(builder, "spirv.SNegate", type, &rest, 1);
    return choose(builder, is_negative, minus, rest);
}

/// The quotient towards zero, moved by `step` where the division is inexact and the signs agree
/// (`same_sign`) or differ.
static mica_value *rounded(mica_builder *builder, mica_value *const *operands, bool same_sign,
                           int64_t step)
{
    const mica_type *type = mica_value_type(operands[0]);
    mica_value *zero = micai_spirv_int(builder, type, 0);
    mica_value *quotient = binary(builder, "spirv.SDiv", operands[0], operands[1]);
    mica_value *product = binary(builder, "spirv.IMul", quotient, operands[1]);
    mica_value *inexact = test(builder, "spirv.INotEqual", product, operands[0]);
    mica_value *a_negative = test(builder, "spirv.SLessThan", operands[0], zero);
    mica_value *b_negative = test(builder, "spirv.SLessThan", operands[1], zero);
    mica_value *signs =
        binary(builder, same_sign ? "spirv.LogicalEqual" : "spirv.LogicalNotEqual", a_negative,
               b_negative);
    mica_value *moved =
        binary(builder, "spirv.IAdd", quotient, micai_spirv_int(builder, type, step));
    return choose(builder, binary(builder, "spirv.LogicalAnd", inexact, signs), moved,
                  quotient);
}

mica_value *micai_spirv_floor_division(mica_builder *builder, mica_value *const *operands)
{
    return rounded(builder, operands, false, -1);
}

mica_value *micai_spirv_ceil_division(mica_builder *builder, mica_value *const *operands)
{
    return rounded(builder, operands, true, 1);
}

/// a == 0 ? 0 : (a - 1) / b + 1
mica_value *micai_spirv_unsigned_ceil_division(mica_builder *builder,
                                               mica_value *const *operands)
{
    const mica_type *type = mica_value_type(operands[0]);
    mica_value *zero = micai_spirv_int(builder, type, 0);
    mica_value *one = micai_spirv_int(builder, type, 1);
    mica_value *less = binary(builder, "spirv.ISub", operands[0], one);
    mica_value *quotient = binary(builder, "spirv.UDiv", less, operands[1]);
    mica_value *more = binary(builder, "spirv.IAdd", quotient, one);
    mica_value *is_zero = test(builder, "spirv.IEqual", operands[0], zero);
    return choose(builder, is_zero, zero, more);
}

bool micai_spirv_replace_by_division(mica_rewriter *rewriter, mica_op *op,
                                     const mica_adapted *adapted, void *row)
{
    const micai_spirv_division *division = row;
    const mica_type *before = mica_value_type(mica_op_result(op, 0));
    if (mica_type_is_signless(mica_type_element_or_self(before), 1))
        return mica_rewriter_fail(rewriter, op, "booleans have no such op in SPIR-V");
    if (!micai_spirv_converted(rewriter, op, adapted, before))
        return false;
    mica_builder *builder = mica_rewriter_builder(rewriter);
    mica_value *operands[2];
    for (size_t i = 0; i < 2; ++i)
        operands[i] =
            micai_spirv_extended(builder, adapted->values[i], before, division->reads);
    mica_value *made = division->build(builder, operands);
    return mica_rewriter_replace_op(rewriter, op, &made, 1);
}
