// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Folding of math on constants, and its evaluation: f32 and f64 through the C library, as a
// program that calls it would compute. Folding leaves other formats alone, since no library
// rounds for them; evaluation goes through f32, as the lowerings do.
#include <math.h>

#include "dialects/math/math_ops.h"
#include "ir/core/context.h"
#include "ir/interpreter/eval.h"
#include "ir/rewrite/constant_fold.h"
#include "ir/rewrite/fold.h"

typedef const mica_attr *const *constants;

/// Constants are arith's.
mica_op *micai_math_materialize_constant(mica_builder *builder, const mica_attr *value,
                                         const mica_type *type)
{
    const mica_dialect_def *arith =
        mica_context_find_dialect(builder->context, mica_string_from("arith"));
    return arith && arith->materialize_constant
               ? arith->materialize_constant(builder, value, type)
               : NULL;
}

// ---- floats
// ----------------------------------------------------------------------------------

/// A function of the C library in both of its widths.
typedef struct float_function {
    double (*of_double)(double);
    float (*of_float)(float);
} float_function;

typedef enum function_index {
    ACOS,
    ACOSH,
    ASIN,
    ASINH,
    ATAN,
    ATANH,
    COS,
    COSH,
    ERF,
    EXP,
    EXP2,
    EXPM1,
    LOG,
    LOG10,
    LOG1P,
    LOG2,
    SIN,
    SINH,
    SQRT,
    TAN,
    TANH,
    CEIL,
    FLOOR,
    ROUND,
    ROUNDEVEN,
    TRUNC,
} function_index;

/// Rounds half to even, whatever the thread's rounding mode is.
static double round_even(double value)
{
    const double rounded = round(value);
    const bool is_tie = fabs(value - trunc(value)) == 0.5;
    return is_tie ? copysign(2.0 * round(value / 2.0), value) : rounded;
}
static float round_even_float(float value)
{
    return (float)round_even((double)value);
}

// clang-format off
static const float_function functions[] = {
    [ACOS]  = {acos,  acosf},  [ACOSH] = {acosh, acoshf}, [ASIN]  = {asin,  asinf},
    [ASINH] = {asinh, asinhf}, [ATAN]  = {atan,  atanf},  [ATANH] = {atanh, atanhf},
    [COS]   = {cos,   cosf},   [COSH]  = {cosh,  coshf},  [ERF]   = {erf,   erff},
    [EXP]   = {exp,   expf},   [EXP2]  = {exp2,  exp2f},  [EXPM1] = {expm1, expm1f},
    [LOG]   = {log,   logf},   [LOG10] = {log10, log10f}, [LOG1P] = {log1p, log1pf},
    [LOG2]  = {log2,  log2f},  [SIN]   = {sin,   sinf},   [SINH]  = {sinh,  sinhf},
    [SQRT]  = {sqrt,  sqrtf},  [TAN]   = {tan,   tanf},   [TANH]  = {tanh,  tanhf},
    [CEIL]  = {ceil,  ceilf},  [FLOOR] = {floor, floorf}, [ROUND] = {round, roundf},
    [ROUNDEVEN] = {round_even, round_even_float},         [TRUNC] = {trunc, truncf},
};
// clang-format on

static bool is_kind(const mica_scalar *scalar, mica_float_kind kind)
{
    return mica_type_is_float_kind(scalar->type, kind);
}

/// `function` is an index into the table.
static bool apply(const mica_scalar *operands, mica_scalar *result, int64_t function)
{
    double value;
    if (!mica_scalar_get_float(&operands[0], &value))
        return false;
    if (is_kind(&operands[0], MICA_FLOAT_F64))
        return mica_scalar_set_float(result, functions[function].of_double(value));
    return is_kind(&operands[0], MICA_FLOAT_F32) &&
           mica_scalar_set_float(result, (double)functions[function].of_float((float)value));
}

/// The same for all formats up to f64.
static bool apply_widely(const mica_scalar *operands, mica_scalar *result, int64_t function)
{
    double value;
    return apply(operands, result, function) ||
           (mica_scalar_get_float(&operands[0], &value) &&
            mica_scalar_set_float(result, (double)functions[function].of_float((float)value)));
}

/// The logarithm of a negative number is left to run time, where it may be trapped.
static bool apply_to_positive(const mica_scalar *operands, mica_scalar *result,
                              int64_t function)
{
    double value;
    return mica_scalar_get_float(&operands[0], &value) && !(value < 0) &&
           apply(operands, result, function);
}

#define EVAL(name, function, index)                                                            \
    bool micai_math_##name##_eval(mica_eval_frame *frame, mica_op *op)                         \
    {                                                                                          \
        return mica_eval_scalar(frame, op, function, index, false);                            \
    }
#define FOLD(name, function, index)                                                            \
    mica_fold_status micai_math_##name##_fold(mica_op *op, constants c,                        \
                                              mica_fold_result *results)                       \
    {                                                                                          \
        return mica_fold_elementwise(op, c, results, function, index);                         \
    }
FOLD(acos, apply, ACOS)
FOLD(acosh, apply, ACOSH)
FOLD(asin, apply, ASIN)
FOLD(asinh, apply, ASINH)
FOLD(atan, apply, ATAN)
FOLD(atanh, apply, ATANH)
FOLD(cos, apply, COS)
FOLD(cosh, apply, COSH)
FOLD(erf, apply, ERF)
FOLD(exp, apply, EXP)
FOLD(exp2, apply, EXP2)
FOLD(expm1, apply, EXPM1)
FOLD(log, apply_to_positive, LOG)
FOLD(log10, apply_to_positive, LOG10)
FOLD(log1p, apply, LOG1P)
FOLD(log2, apply_to_positive, LOG2)
FOLD(sin, apply, SIN)
FOLD(sinh, apply, SINH)
FOLD(sqrt, apply_to_positive, SQRT)
FOLD(tan, apply, TAN)
FOLD(tanh, apply, TANH)
FOLD(round, apply, ROUND)
FOLD(roundeven, apply, ROUNDEVEN)
FOLD(trunc, apply, TRUNC)
FOLD(floor, apply, FLOOR)
FOLD(ceil, apply, CEIL)
EVAL(acos, apply_widely, ACOS)
EVAL(acosh, apply_widely, ACOSH)
EVAL(asin, apply_widely, ASIN)
EVAL(asinh, apply_widely, ASINH)
EVAL(atan, apply_widely, ATAN)
EVAL(atanh, apply_widely, ATANH)
EVAL(cos, apply_widely, COS)
EVAL(cosh, apply_widely, COSH)
EVAL(erf, apply_widely, ERF)
EVAL(exp, apply_widely, EXP)
EVAL(exp2, apply_widely, EXP2)
EVAL(expm1, apply_widely, EXPM1)
EVAL(log, apply_widely, LOG)
EVAL(log10, apply_widely, LOG10)
EVAL(log1p, apply_widely, LOG1P)
EVAL(log2, apply_widely, LOG2)
EVAL(sin, apply_widely, SIN)
EVAL(sinh, apply_widely, SINH)
EVAL(sqrt, apply_widely, SQRT)
EVAL(tan, apply_widely, TAN)
EVAL(tanh, apply_widely, TANH)
EVAL(round, apply_widely, ROUND)
EVAL(roundeven, apply_widely, ROUNDEVEN)
EVAL(trunc, apply_widely, TRUNC)
EVAL(floor, apply_widely, FLOOR)
EVAL(ceil, apply_widely, CEIL)

static bool absolute_float(const mica_scalar *operands, mica_scalar *result, int64_t parameter)
{
    (void)parameter;
    double value;
    return mica_scalar_get_float(&operands[0], &value) &&
           mica_scalar_set_float(result, fabs(value));
}
FOLD(absf, absolute_float, 0)
EVAL(absf, absolute_float, 0)

static bool copy_sign(const mica_scalar *operands, mica_scalar *result, int64_t parameter)
{
    (void)parameter;
    double value, sign;
    return mica_scalar_get_float(&operands[0], &value) &&
           mica_scalar_get_float(&operands[1], &sign) &&
           mica_scalar_set_float(result, copysign(value, sign));
}
FOLD(copysign, copy_sign, 0)
EVAL(copysign, copy_sign, 0)

/// pow and atan2.
static bool apply_two(const mica_scalar *operands, mica_scalar *result, int64_t is_power)
{
    double a, b;
    if (!mica_scalar_get_float(&operands[0], &a) || !mica_scalar_get_float(&operands[1], &b))
        return false;
    if (is_kind(&operands[0], MICA_FLOAT_F64))
        return mica_scalar_set_float(result, is_power ? pow(a, b) : atan2(a, b));
    const float x = (float)a, y = (float)b;
    return is_kind(&operands[0], MICA_FLOAT_F32) &&
           mica_scalar_set_float(result, (double)(is_power ? powf(x, y) : atan2f(x, y)));
}
FOLD(atan2, apply_two, 0)
FOLD(powf, apply_two, 1)

static bool apply_two_widely(const mica_scalar *operands, mica_scalar *result, int64_t is_power)
{
    double a, b;
    if (apply_two(operands, result, is_power))
        return true;
    if (!mica_scalar_get_float(&operands[0], &a) || !mica_scalar_get_float(&operands[1], &b))
        return false;
    const float x = (float)a, y = (float)b;
    return mica_scalar_set_float(result, (double)(is_power ? powf(x, y) : atan2f(x, y)));
}
EVAL(atan2, apply_two_widely, 0)
EVAL(powf, apply_two_widely, 1)

// ---- floats that are not folded
// --------------------------------------------------------------

static bool cube_root(const mica_scalar *operands, mica_scalar *result, int64_t parameter)
{
    (void)parameter;
    double value;
    return mica_scalar_get_float(&operands[0], &value) &&
           mica_scalar_set_float(result, is_kind(&operands[0], MICA_FLOAT_F64)
                                             ? cbrt(value)
                                             : (double)cbrtf((float)value));
}
EVAL(cbrt, cube_root, 0)

static bool inverse_root(const mica_scalar *operands, mica_scalar *result, int64_t parameter)
{
    (void)parameter;
    double value;
    return mica_scalar_get_float(&operands[0], &value) &&
           mica_scalar_set_float(result, is_kind(&operands[0], MICA_FLOAT_F64)
                                             ? 1.0 / sqrt(value)
                                             : (double)(1.0f / sqrtf((float)value)));
}
EVAL(rsqrt, inverse_root, 0)

/// Rounded once: by the machine for f32 and f64. Narrower products are exact in double, where
/// the sum is then rounded to more than twice their digits.
static bool multiply_add(const mica_scalar *operands, mica_scalar *result, int64_t parameter)
{
    (void)parameter;
    double a, b, c;
    if (!mica_scalar_get_float(&operands[0], &a) || !mica_scalar_get_float(&operands[1], &b) ||
        !mica_scalar_get_float(&operands[2], &c))
        return false;
    return mica_scalar_set_float(result, is_kind(&operands[0], MICA_FLOAT_F32)
                                             ? (double)fmaf((float)a, (float)b, (float)c)
                                             : fma(a, b, c));
}
EVAL(fma, multiply_add, 0)

static bool integer_power(const mica_scalar *operands, mica_scalar *result, int64_t parameter)
{
    (void)parameter;
    double base;
    if (!mica_scalar_get_float(&operands[0], &base))
        return false;
    const double power = (double)mica_wide_to_int(&operands[1].as.integer);
    return mica_scalar_set_float(result, is_kind(&operands[0], MICA_FLOAT_F64)
                                             ? pow(base, power)
                                             : (double)powf((float)base, (float)power));
}
EVAL(fpowi, integer_power, 0)

// ---- integers
// --------------------------------------------------------------------------------

static bool absolute(const mica_scalar *operands, mica_scalar *result, int64_t parameter)
{
    (void)parameter;
    const mica_wide *value = &operands[0].as.integer;
    result->as.integer = mica_wide_is_negative(value) ? mica_wide_negate(value) : *value;
    return true;
}
FOLD(absi, absolute, 0)
EVAL(absi, absolute, 0)

#define COUNT_FUNCTION(name, count)                                                            \
    static bool name(const mica_scalar *operands, mica_scalar *result, int64_t parameter)      \
    {                                                                                          \
        (void)parameter;                                                                       \
        mica_scalar_set_int(result, count(&operands[0].as.integer));                           \
        return true;                                                                           \
    }
COUNT_FUNCTION(leading_zeros, mica_wide_leading_zeros)
COUNT_FUNCTION(trailing_zeros, mica_wide_trailing_zeros)
COUNT_FUNCTION(ones, mica_wide_ones)
FOLD(ctlz, leading_zeros, 0)
EVAL(ctlz, leading_zeros, 0)
FOLD(cttz, trailing_zeros, 0)
EVAL(cttz, trailing_zeros, 0)
FOLD(ctpop, ones, 0)
EVAL(ctpop, ones, 0)

/// base ** exponent; 1 / base ** -exponent, which is 0 for all but 1 and -1, when it is
/// negative.
static bool power(const mica_scalar *operands, mica_scalar *result, int64_t parameter)
{
    (void)parameter;
    mica_wide base = operands[0].as.integer, exponent = operands[1].as.integer;
    const mica_wide one = mica_wide_from_int(base.width, 1);
    result->as.integer = one;
    if (mica_wide_is_negative(&exponent)) {
        if (mica_wide_is_zero(&base))
            return false;
        const bool is_minus_one = mica_wide_ones(&base) == base.width;
        const bool is_odd = exponent.words[0] & 1;
        if (is_minus_one && is_odd)
            result->as.integer = base;
        else if (!is_minus_one && !mica_wide_equal(&base, &one))
            result->as.integer = mica_wide_from_int(base.width, 0);
        return true;
    }
    for (; !mica_wide_is_zero(&exponent);
         exponent = mica_wide_shift_right_unsigned(&exponent, 1)) {
        if (exponent.words[0] & 1)
            result->as.integer = mica_wide_multiply(&result->as.integer, &base);
        base = mica_wide_multiply(&base, &base);
    }
    return true;
}
FOLD(ipowi, power, 0)
EVAL(ipowi, power, 0)
