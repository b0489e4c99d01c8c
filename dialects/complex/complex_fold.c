// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Folds of complex numbers, those of MLIR 19: parts of what was just made of parts, functions
// undone by their inverse, neutral constants on the right. They hold of the numbers, not of
// their last digit or of a zero's sign; nothing but that is computed here.
#include "dialects/complex/complex_ops.h"
#include "ir/rewrite/constant_fold.h"
#include "ir/rewrite/fold.h"

typedef const mica_attr *const *constants;

// ---- answers and questions
// -----------------------------------------------------------------

static mica_fold_status value_answer(mica_fold_result *results, mica_value *value)
{
    results[0].value = value;
    return value ? MICA_FOLD_REPLACED : MICA_FOLD_NONE;
}

static mica_fold_status attr_answer(mica_fold_result *results, const mica_attr *attr)
{
    results[0].attr = attr;
    return attr ? MICA_FOLD_REPLACED : MICA_FOLD_NONE;
}

/// The op that defines operand `index` when it is of this kind, else NULL.
static mica_op *defined_by(const mica_op *op, size_t index, mica_op_kind kind)
{
    mica_op *definition = mica_value_op(mica_op_operand(op, index));
    return mica_op_is(definition, kind) ? definition : NULL;
}

/// Real (0) or imaginary (1) part of a constant; NULL when it is none.
static const mica_attr *constant_part(const mica_attr *constant, size_t index)
{
    const bool is_pair = constant && mica_attr_is(constant, MICA_ATTR_ARRAY) &&
                         mica_array_attr_count(constant) == 2;
    return is_pair ? mica_array_attr_element(constant, index) : NULL;
}

static bool part_is(const mica_attr *part, double value)
{
    return part && mica_attr_is(part, MICA_ATTR_FLOAT) && mica_float_attr_value(part) == value;
}

/// Is the constant `real` + 0i? The zero may be negative.
static bool is_real(const mica_attr *constant, double real)
{
    return part_is(constant_part(constant, 0), real) && part_is(constant_part(constant, 1), 0);
}

// ---- parts
// ---------------------------------------------------------------------------------

mica_fold_status micai_complex_constant_fold(mica_op *op, constants c,
                                             mica_fold_result *results)
{
    (void)c;
    return attr_answer(results, mica_complex_constant_value(op));
}

/// re and im: `index` says of which part.
static mica_fold_status fold_part(mica_op *op, constants c, mica_fold_result *results,
                                  size_t index)
{
    const mica_attr *part = constant_part(c[0], index);
    if (part)
        return attr_answer(results, part);
    const mica_op *create = defined_by(op, 0, &mica_complex_create_kind);
    return value_answer(results, create ? mica_op_operand(create, index) : NULL);
}

mica_fold_status micai_complex_re_fold(mica_op *op, constants c, mica_fold_result *results)
{
    return fold_part(op, c, results, 0);
}

mica_fold_status micai_complex_im_fold(mica_op *op, constants c, mica_fold_result *results)
{
    return fold_part(op, c, results, 1);
}

/// create(re(x), im(x)) -> x
mica_fold_status micai_complex_create_fold(mica_op *op, constants c, mica_fold_result *results)
{
    (void)c;
    const mica_op *real = defined_by(op, 0, &mica_complex_re_kind);
    const mica_op *imaginary = defined_by(op, 1, &mica_complex_im_kind);
    if (!real || !imaginary || mica_op_operand(real, 0) != mica_op_operand(imaginary, 0))
        return MICA_FOLD_NONE;
    return value_answer(results, mica_op_operand(real, 0));
}

/// To the type that it has.
mica_fold_status micai_complex_bitcast_fold(mica_op *op, constants c, mica_fold_result *results)
{
    (void)c;
    mica_value *operand = mica_op_operand(op, 0);
    const bool is_same = mica_value_type(operand) == mica_value_type(mica_op_result(op, 0));
    return is_same ? value_answer(results, operand) : MICA_FOLD_NONE;
}

// ---- functions and their inverse
// -----------------------------------------------------------

/// f(g(x)) -> x, where `inverse` is g.
static mica_fold_status fold_inverse(mica_op *op, mica_fold_result *results,
                                     mica_op_kind inverse)
{
    const mica_op *inner = defined_by(op, 0, inverse);
    return value_answer(results, inner ? mica_op_operand(inner, 0) : NULL);
}

#define FOLD_INVERSE(name, inverse)                                                            \
    mica_fold_status micai_complex_##name##_fold(mica_op *op, constants c,                     \
                                                 mica_fold_result *results)                    \
    {                                                                                          \
        (void)c;                                                                               \
        return fold_inverse(op, results, &mica_complex_##inverse##_kind);                      \
    }
FOLD_INVERSE(neg, neg)
FOLD_INVERSE(conj, conj)
FOLD_INVERSE(exp, log)
FOLD_INVERSE(log, exp)

// ---- arithmetic
// ----------------------------------------------------------------------------

/// (a - b) + b, b + (a - b) and a + 0 -> a
mica_fold_status micai_complex_add_fold(mica_op *op, constants c, mica_fold_result *results)
{
    for (size_t i = 0; i < 2; ++i) {
        const mica_op *difference = defined_by(op, i, &mica_complex_sub_kind);
        if (difference && mica_op_operand(difference, 1) == mica_op_operand(op, 1 - i))
            return value_answer(results, mica_op_operand(difference, 0));
    }
    return is_real(c[1], 0) ? value_answer(results, mica_op_operand(op, 0)) : MICA_FOLD_NONE;
}

/// (a + b) - b and a - 0 -> a
mica_fold_status micai_complex_sub_fold(mica_op *op, constants c, mica_fold_result *results)
{
    const mica_op *sum = defined_by(op, 0, &mica_complex_add_kind);
    if (sum && mica_op_operand(sum, 1) == mica_op_operand(op, 1))
        return value_answer(results, mica_op_operand(sum, 0));
    return is_real(c[1], 0) ? value_answer(results, mica_op_operand(op, 0)) : MICA_FOLD_NONE;
}

/// a * 1 and a / 1 -> a
static mica_fold_status fold_one(mica_op *op, constants c, mica_fold_result *results)
{
    return is_real(c[1], 1) ? value_answer(results, mica_op_operand(op, 0)) : MICA_FOLD_NONE;
}

mica_fold_status micai_complex_mul_fold(mica_op *op, constants c, mica_fold_result *results)
{
    return fold_one(op, c, results);
}

mica_fold_status micai_complex_div_fold(mica_op *op, constants c, mica_fold_result *results)
{
    return fold_one(op, c, results);
}
