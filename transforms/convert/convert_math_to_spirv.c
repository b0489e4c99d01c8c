// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The pass convert-math-to-spirv. Most functions have one op of the GLSL instruction set; where
// that leaves cases open that math defines (ties of round, powers of negative numbers), a few
// ops more decide them. What has no counterpart (math.cbrt, ...) stays for expansions.
#include <math.h>
#include <string.h>

#include "transforms/convert/spirv_lowering.h"

typedef struct math_row {
    micai_spirv_row row;
    uint32_t widest; ///< bits that the op takes
} math_row;

// clang-format off
static const math_row rows[] = {
    {{"math.absf",      "spirv.GL.FAbs",        MICAI_SPIRV_READS_OWN_BITS}, 64},
    {{"math.absi",      "spirv.GL.SAbs",        MICAI_SPIRV_READS_SIGNED},   64},
    {{"math.acosh",     "spirv.GL.Acosh",       MICAI_SPIRV_READS_OWN_BITS}, 32},
    {{"math.asinh",     "spirv.GL.Asinh",       MICAI_SPIRV_READS_OWN_BITS}, 32},
    {{"math.atan",      "spirv.GL.Atan",        MICAI_SPIRV_READS_OWN_BITS}, 32},
    {{"math.atanh",     "spirv.GL.Atanh",       MICAI_SPIRV_READS_OWN_BITS}, 32},
    {{"math.ceil",      "spirv.GL.Ceil",        MICAI_SPIRV_READS_OWN_BITS}, 64},
    {{"math.cos",       "spirv.GL.Cos",         MICAI_SPIRV_READS_OWN_BITS}, 32},
    {{"math.cosh",      "spirv.GL.Cosh",        MICAI_SPIRV_READS_OWN_BITS}, 32},
    {{"math.ctpop",     "spirv.BitCount",       MICAI_SPIRV_READS_UNSIGNED}, 32},
    {{"math.exp",       "spirv.GL.Exp",         MICAI_SPIRV_READS_OWN_BITS}, 32},
    {{"math.exp2",      "spirv.GL.Exp2",        MICAI_SPIRV_READS_OWN_BITS}, 32},
    {{"math.floor",     "spirv.GL.Floor",       MICAI_SPIRV_READS_OWN_BITS}, 64},
    {{"math.fma",       "spirv.GL.Fma",         MICAI_SPIRV_READS_OWN_BITS}, 64},
    {{"math.log",       "spirv.GL.Log",         MICAI_SPIRV_READS_OWN_BITS}, 32},
    {{"math.log2",      "spirv.GL.Log2",        MICAI_SPIRV_READS_OWN_BITS}, 32},
    {{"math.roundeven", "spirv.GL.RoundEven",   MICAI_SPIRV_READS_OWN_BITS}, 64},
    {{"math.rsqrt",     "spirv.GL.InverseSqrt", MICAI_SPIRV_READS_OWN_BITS}, 64},
    {{"math.sin",       "spirv.GL.Sin",         MICAI_SPIRV_READS_OWN_BITS}, 32},
    {{"math.sinh",      "spirv.GL.Sinh",        MICAI_SPIRV_READS_OWN_BITS}, 32},
    {{"math.sqrt",      "spirv.GL.Sqrt",        MICAI_SPIRV_READS_OWN_BITS}, 64},
    {{"math.tan",       "spirv.GL.Tan",         MICAI_SPIRV_READS_OWN_BITS}, 32},
    {{"math.tanh",      "spirv.GL.Tanh",        MICAI_SPIRV_READS_OWN_BITS}, 32},
    {{"math.trunc",     "spirv.GL.Trunc",       MICAI_SPIRV_READS_OWN_BITS}, 64},
};
// clang-format on

/// What an expansion works with.
typedef struct expansion {
    mica_builder *builder;
    const mica_type *type;       ///< of operands and result
    const mica_type *condition;  ///< i1 or a vector of it
    mica_value *const *operands; ///< narrow integers are zero-extended
    uint32_t width;              ///< of the element before the conversion
} expansion;

static mica_value *unary(const expansion *e, const char *name, mica_value *operand)
{
    return micai_spirv_build(e->builder, name, e->type, &operand, 1);
}

static mica_value *binary(const expansion *e, const char *name, mica_value *lhs,
                          mica_value *rhs)
{
    return micai_spirv_build(e->builder, name, e->type, (mica_value *[]){lhs, rhs}, 2);
}

static mica_value *test(const expansion *e, const char *name, mica_value *lhs, mica_value *rhs)
{
    return micai_spirv_build(e->builder, name, e->condition, (mica_value *[]){lhs, rhs}, 2);
}

static mica_value *choose(const expansion *e, mica_value *condition, mica_value *yes,
                          mica_value *no)
{
    return micai_spirv_build(e->builder, "spirv.Select", e->type,
                             (mica_value *[]){condition, yes, no}, 3);
}

static mica_value *real(const expansion *e, double value)
{
    return micai_spirv_float(e->builder, e->type, value);
}

static mica_value *whole(const expansion *e, int64_t value)
{
    return micai_spirv_int(e->builder, e->type, value);
}

// The order in which C evaluates arguments is open: ops that stand in one call's arguments
// would come in one or the other order. Each gets a line.

/// exp(x) - 1
static mica_value *expand_expm1(const expansion *e)
{
    mica_value *power = unary(e, "spirv.GL.Exp", e->operands[0]);
    return binary(e, "spirv.FSub", power, real(e, 1));
}

/// log(1 + x)
static mica_value *expand_log1p(const expansion *e)
{
    mica_value *sum = binary(e, "spirv.FAdd", real(e, 1), e->operands[0]);
    return unary(e, "spirv.GL.Log", sum);
}

/// log(x) * log10(e)
static mica_value *expand_log10(const expansion *e)
{
    mica_value *natural = unary(e, "spirv.GL.Log", e->operands[0]);
    return binary(e, "spirv.FMul", natural, real(e, 0.43429448190325182765));
}

/// atan(x / sqrt(1 - x^2)), which is closer than what GLSL asks of asin.
static mica_value *expand_asin(const expansion *e)
{
    mica_value *x = e->operands[0], *one = real(e, 1);
    mica_value *below = binary(e, "spirv.FSub", one, x);
    mica_value *above = binary(e, "spirv.FAdd", one, x);
    mica_value *root = unary(e, "spirv.GL.Sqrt", binary(e, "spirv.FMul", below, above));
    return unary(e, "spirv.GL.Atan", binary(e, "spirv.FDiv", x, root));
}

/// 2 atan(sqrt((1 - x) / (1 + x)))
static mica_value *expand_acos(const expansion *e)
{
    mica_value *x = e->operands[0], *one = real(e, 1);
    mica_value *below = binary(e, "spirv.FSub", one, x);
    mica_value *above = binary(e, "spirv.FAdd", one, x);
    mica_value *root = unary(e, "spirv.GL.Sqrt", binary(e, "spirv.FDiv", below, above));
    return binary(e, "spirv.FMul", unary(e, "spirv.GL.Atan", root), real(e, 2));
}

/// A polynomial by Horner's rule; `coefficients` from the constant on.
static mica_value *polynomial(const expansion *e, mica_value *x, const double *coefficients,
                              size_t count)
{
    mica_value *sum = real(e, coefficients[count - 1]);
    for (size_t i = count - 1; i-- > 0;) {
        mica_value *product = binary(e, "spirv.FMul", sum, x);
        sum = binary(e, "spirv.FAdd", product, real(e, coefficients[i]));
    }
    return sum;
}

/// |x| < 1/2: the Taylor series, to 1e-8. Else 1 - t p(t) exp(-x^2) with t = 1 / (1 + c |x|),
/// which is formula 7.1.26 of Abramowitz and Stegun, right to 1.5e-7.
static mica_value *expand_erf(const expansion *e)
{
    static const double series[] = {1.1283791670955126,   -0.37612638903183754,
                                    0.11283791670955126,  -0.02686617064513125,
                                    0.005223977625442188, -0.0008548327023450853};
    static const double tail[] = {0.254829592, -0.284496736, 1.421413741, -1.453152027,
                                  1.061405429};
    mica_value *x = e->operands[0], *one = real(e, 1), *zero = real(e, 0);
    mica_value *square = binary(e, "spirv.FMul", x, x);
    mica_value *near_zero = binary(e, "spirv.FMul", x, polynomial(e, square, series, 6));
    mica_value *magnitude = unary(e, "spirv.GL.FAbs", x);
    mica_value *scaled = binary(e, "spirv.FMul", magnitude, real(e, 0.3275911));
    mica_value *t = binary(e, "spirv.FDiv", one, binary(e, "spirv.FAdd", one, scaled));
    mica_value *rest = binary(e, "spirv.FMul", t, polynomial(e, t, tail, 5));
    mica_value *decay = unary(e, "spirv.GL.Exp", unary(e, "spirv.FNegate", square));
    mica_value *far = binary(e, "spirv.FSub", one, binary(e, "spirv.FMul", rest, decay));
    mica_value *is_negative = test(e, "spirv.FOrdLessThan", x, zero);
    mica_value *minus = unary(e, "spirv.FNegate", far);
    far = choose(e, is_negative, minus, far);
    mica_value *is_near = test(e, "spirv.FOrdLessThan", magnitude, real(e, 0.5));
    return choose(e, is_near, near_zero, far);
}

/// The bits of the magnitude but for the sign's.
static mica_value *with_sign(const expansion *e, mica_value *magnitude, mica_value *sign)
{
    const uint32_t width = mica_type_bit_width(mica_type_element_or_self(e->type));
    const mica_type *integer = mica_integer_type_get(e->builder->context, width, MICA_SIGNLESS);
    expansion bits = *e;
    bits.type =
        mica_type_is_vector(e->type) ? mica_type_with_element(e->type, integer) : integer;
    const int64_t sign_bit = (int64_t)(UINT64_MAX << (width - 1));
    mica_value *kept = unary(&bits, "spirv.Bitcast", magnitude);
    mica_value *taken = unary(&bits, "spirv.Bitcast", sign);
    kept = binary(&bits, "spirv.BitwiseAnd", kept, whole(&bits, ~sign_bit));
    taken = binary(&bits, "spirv.BitwiseAnd", taken, whole(&bits, sign_bit));
    return unary(e, "spirv.Bitcast", binary(&bits, "spirv.BitwiseOr", kept, taken));
}

static mica_value *expand_copysign(const expansion *e)
{
    return with_sign(e, e->operands[0], e->operands[1]);
}

/// Ties go away from zero, where GLSL leaves their direction open: floor of the magnitude, one
/// more when the rest is a half at least.
static mica_value *expand_round(const expansion *e)
{
    mica_value *zero = real(e, 0), *one = real(e, 1);
    mica_value *magnitude = unary(e, "spirv.GL.FAbs", e->operands[0]);
    mica_value *floor = unary(e, "spirv.GL.Floor", magnitude);
    mica_value *rest = binary(e, "spirv.FSub", magnitude, floor);
    mica_value *is_up = test(e, "spirv.FOrdGreaterThanEqual", rest, real(e, 0.5));
    mica_value *rounded = binary(e, "spirv.FAdd", floor, choose(e, is_up, one, zero));
    return with_sign(e, rounded, e->operands[0]);
}

/// GLSL's pow is for positive numbers. x < 0: the power of |x|, negative when y is odd, NaN
/// when y is no integer. y = 0: 1.
static mica_value *expand_powf(const expansion *e)
{
    mica_value *x = e->operands[0], *y = e->operands[1];
    mica_value *zero = real(e, 0), *one = real(e, 1), *nan = real(e, (double)NAN);
    mica_value *power = binary(e, "spirv.GL.Pow", unary(e, "spirv.GL.FAbs", x), y);
    mica_value *minus = unary(e, "spirv.FNegate", power);
    mica_value *half = binary(e, "spirv.FMul", y, real(e, 0.5));
    mica_value *is_even = test(e, "spirv.FOrdEqual", unary(e, "spirv.GL.Floor", half), half);
    mica_value *is_integer = test(e, "spirv.FOrdEqual", unary(e, "spirv.GL.Floor", y), y);
    mica_value *is_negative = test(e, "spirv.FOrdLessThan", x, zero);
    mica_value *is_zero = test(e, "spirv.FOrdEqual", y, zero);
    mica_value *negative = choose(e, is_even, power, minus);
    negative = choose(e, is_integer, negative, nan);
    return choose(e, is_zero, one, choose(e, is_negative, negative, power));
}

/// The highest bit set counts from 0, none is -1.
static mica_value *expand_ctlz(const expansion *e)
{
    mica_value *highest = unary(e, "spirv.GL.FindUMsb", e->operands[0]);
    return binary(e, "spirv.ISub", whole(e, (int64_t)e->width - 1), highest);
}

/// The highest bit of x & -x is the lowest of x.
static mica_value *expand_cttz(const expansion *e)
{
    mica_value *x = e->operands[0];
    mica_value *lowest = binary(e, "spirv.BitwiseAnd", x, unary(e, "spirv.SNegate", x));
    mica_value *position = unary(e, "spirv.GL.FindUMsb", lowest);
    mica_value *is_zero = test(e, "spirv.IEqual", x, whole(e, 0));
    return choose(e, is_zero, whole(e, e->width), position);
}

typedef struct expanded_op {
    const char *name;
    mica_value *(*expand)(const expansion *e);
    uint32_t narrowest, widest; ///< converted bits that the ops take
    bool needs_integer;         ///< of the same width, for its bits
} expanded_op;

static const expanded_op expanded[] = {
    {"math.expm1", expand_expm1, 16, 32, false},
    {"math.log1p", expand_log1p, 16, 32, false},
    {"math.log10", expand_log10, 16, 32, false},
    {"math.copysign", expand_copysign, 16, 64, true},
    {"math.erf", expand_erf, 16, 32, false},
    {"math.asin", expand_asin, 16, 32, false},
    {"math.acos", expand_acos, 16, 32, false},
    {"math.round", expand_round, 16, 64, true},
    {"math.powf", expand_powf, 16, 32, false},
    {"math.ctlz", expand_ctlz, 32, 32, false},
    {"math.cttz", expand_cttz, 32, 32, false},
};

/// The converted type; NULL with a note when the ops of spirv don't take it.
static const mica_type *type_within(mica_rewriter *rewriter, mica_op *op,
                                    const mica_adapted *adapted, uint32_t narrowest,
                                    uint32_t widest)
{
    const mica_type *type =
        micai_spirv_converted(rewriter, op, adapted, mica_value_type(mica_op_result(op, 0)));
    const uint32_t width = type ? mica_type_bit_width(mica_type_element_or_self(type)) : 0;
    if (type && width >= narrowest && width <= widest)
        return type;
    if (type)
        mica_rewriter_fail(rewriter, op, "SPIR-V has no such op of %u bits", width);
    return NULL;
}

static bool convert_row(mica_rewriter *rewriter, mica_op *op, const mica_adapted *adapted,
                        void *user)
{
    const math_row *row = user;
    // BitCount is for 32 bits; the other rows take all that the target has.
    const uint32_t narrowest = strcmp(row->row.from, "math.ctpop") == 0 ? 32 : 8;
    return type_within(rewriter, op, adapted, narrowest, row->widest) &&
           micai_spirv_replace_by_row(rewriter, op, adapted, (void *)&row->row);
}

static bool convert_expanded(mica_rewriter *rewriter, mica_op *op, const mica_adapted *adapted,
                             void *user)
{
    const expanded_op *row = user;
    const mica_type *type = type_within(rewriter, op, adapted, row->narrowest, row->widest);
    if (!type)
        return false;
    mica_builder *builder = mica_rewriter_builder(rewriter);
    mica_context *context = builder->context;
    const mica_type *element = mica_type_element_or_self(type);
    const mica_type *integer =
        mica_integer_type_get(context, mica_type_bit_width(element), MICA_SIGNLESS);
    if (row->needs_integer &&
        mica_type_converter_convert_one(adapted->converter, integer) != integer)
        return mica_rewriter_fail(rewriter, op, "the target lacks integers of the width");
    const mica_type *i1 = mica_integer_type_get(context, 1, MICA_SIGNLESS);
    mica_value *operands[2];
    for (size_t i = 0; i < adapted->count; ++i)
        operands[i] = micai_spirv_extended(builder, adapted->values[i],
                                           mica_value_type(mica_op_operand(op, i)),
                                           MICAI_SPIRV_READS_UNSIGNED);
    const mica_type *before = mica_value_type(mica_op_result(op, 0));
    const expansion e = {.builder = builder,
                         .type = type,
                         .condition =
                             mica_type_is_vector(type) ? mica_type_with_element(type, i1) : i1,
                         .operands = operands,
                         .width = mica_type_bit_width(mica_type_element_or_self(before))};
    mica_value *made = row->expand(&e);
    return mica_rewriter_replace_op(rewriter, op, &made, 1);
}

bool micai_spirv_add_math(mica_conversion *conversion)
{
    bool added = true;
    for (size_t i = 0; added && i < sizeof rows / sizeof *rows; ++i) {
        const mica_conversion_pattern pattern = {"one op", rows[i].row.from, 1, convert_row,
                                                 (void *)&rows[i]};
        added = mica_conversion_add(conversion, &pattern, 1);
    }
    for (size_t i = 0; added && i < sizeof expanded / sizeof *expanded; ++i) {
        const mica_conversion_pattern pattern = {"expansion", expanded[i].name, 1,
                                                 convert_expanded, (void *)&expanded[i]};
        added = mica_conversion_add(conversion, &pattern, 1);
    }
    return added;
}

static bool run_pass(mica_pass_run *run)
{
    return micai_spirv_run(run, NULL, micai_spirv_add_math);
}

static const char *const dependent[] = {"spirv", NULL};
const mica_pass_def mica_pass_convert_math_to_spirv = {
    .struct_size = sizeof(mica_pass_def),
    .argument = "convert-math-to-spirv",
    .name = "ConvertMathToSPIRV",
    .summary = "Convert Math dialect to SPIR-V dialect",
    .dependent_dialects = dependent,
    .run = run_pass};
