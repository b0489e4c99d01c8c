// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Scalar arithmetic. Floats narrower than f64 are computed in double and rounded once more: for
// one of + - * / % that gives the correctly rounded result, because double has more than twice
// their digits plus two.
#include "ir/core/scalar_math.h"

#include <math.h>

#include "ir/core/context_internal.h"
#include "ir/core/float_format.h"

// ---- scalars
// ---------------------------------------------------------------------------------

/// Width of an integer or index type that a scalar can hold, else 0.
static uint32_t integer_width(const mica_type *type)
{
    if (!mica_type_is_integer(type) && !mica_type_is_index(type))
        return 0;
    const uint32_t width = mica_type_bit_width(type);
    return width <= MICA_WIDE_MAX_WIDTH ? width : 0;
}

bool mica_scalar_from_attr(const mica_attr *attr, mica_scalar *scalar)
{
    if (mica_attr_is(attr, MICA_ATTR_FLOAT)) {
        scalar->type = mica_attr_type(attr);
        mica_float_attr_bits(attr, scalar->as.bits);
        return true;
    }
    if (!mica_attr_is(attr, MICA_ATTR_INTEGER))
        return false;
    scalar->type = mica_attr_type(attr);
    const uint32_t width = integer_width(scalar->type);
    if (width)
        scalar->as.integer = mica_wide_from_words(width, mica_integer_attr_words(attr));
    return width != 0;
}

const mica_attr *mica_scalar_to_attr(const mica_scalar *scalar)
{
    if (mica_type_is_float(scalar->type))
        return mica_float_attr_get_bits(scalar->type, scalar->as.bits);
    return mica_integer_attr_get_wide(scalar->type, scalar->as.integer.words);
}

bool mica_scalar_load(const mica_type *type, const void *bytes, mica_scalar *scalar)
{
    uint64_t words[MICA_WIDE_WORDS] = {0};
    const size_t size = mica_dense_element_size(type);
    scalar->type = type;
    if (size == 0 || size > sizeof words)
        return false;
    memcpy(words, bytes, size); // dense data and words are little-endian
    if (mica_type_is_float(type)) {
        scalar->as.bits[0] = words[0];
        scalar->as.bits[1] = words[1];
        return true;
    }
    const uint32_t width = integer_width(type);
    if (width)
        scalar->as.integer = mica_wide_from_words(width, words);
    return width != 0;
}

void mica_scalar_store(const mica_scalar *scalar, void *bytes)
{
    const bool is_float = mica_type_is_float(scalar->type);
    memcpy(bytes, is_float ? scalar->as.bits : scalar->as.integer.words,
           mica_dense_element_size(scalar->type));
}

void mica_scalar_set_int(mica_scalar *scalar, int64_t value)
{
    scalar->as.integer = mica_wide_from_int(mica_type_bit_width(scalar->type), value);
}

static bool fits_double(const mica_type *type)
{
    return mica_type_is_float(type) && mica_type_bit_width(type) <= 64;
}

bool mica_scalar_get_float(const mica_scalar *scalar, double *value)
{
    if (!fits_double(scalar->type))
        return false;
    *value = mica_float_to_double(mica_float_type_kind(scalar->type), scalar->as.bits);
    return true;
}

bool mica_scalar_set_float(mica_scalar *scalar, double value)
{
    if (!fits_double(scalar->type))
        return false;
    mica_float_from_double(mica_float_type_kind(scalar->type), value, scalar->as.bits);
    return true;
}

// ---- integers
// --------------------------------------------------------------------------------

#define INTEGER_BINARY(name, function)                                                         \
    bool mica_scalar_##name(const mica_scalar *operands, mica_scalar *result,                  \
                            int64_t parameter)                                                 \
    {                                                                                          \
        (void)parameter;                                                                       \
        result->as.integer = function(&operands[0].as.integer, &operands[1].as.integer);       \
        return true;                                                                           \
    }
INTEGER_BINARY(addi, mica_wide_add)
INTEGER_BINARY(subi, mica_wide_subtract)
INTEGER_BINARY(muli, mica_wide_multiply)
INTEGER_BINARY(andi, mica_wide_and)
INTEGER_BINARY(ori, mica_wide_or)
INTEGER_BINARY(xori, mica_wide_xor)

static bool divide_unsigned(const mica_scalar *operands, mica_wide *quotient,
                            mica_wide *remainder)
{
    if (mica_wide_is_zero(&operands[1].as.integer))
        return false;
    mica_wide_divide_unsigned(&operands[0].as.integer, &operands[1].as.integer, quotient,
                              remainder);
    return true;
}

static bool is_least(const mica_wide *value)
{
    return mica_wide_is_negative(value) && mica_wide_ones(value) == 1;
}

static bool is_minus_one(const mica_wide *value)
{
    return mica_wide_ones(value) == value->width;
}

static bool divide_signed(const mica_scalar *operands, mica_wide *quotient,
                          mica_wide *remainder)
{
    const mica_wide *a = &operands[0].as.integer, *b = &operands[1].as.integer;
    if (mica_wide_is_zero(b) || (is_least(a) && is_minus_one(b)))
        return false;
    mica_wide_divide_signed(a, b, quotient, remainder);
    return true;
}

/// quotient + step when the division leaves a rest and `when` holds.
static void round_quotient(mica_scalar *result, const mica_wide *quotient,
                           const mica_wide *remainder, bool when, int64_t step)
{
    result->as.integer = *quotient;
    if (mica_wide_is_zero(remainder) || !when)
        return;
    const mica_wide by = mica_wide_from_int(quotient->width, step);
    result->as.integer = mica_wide_add(quotient, &by);
}

bool mica_scalar_divui(const mica_scalar *operands, mica_scalar *result, int64_t parameter)
{
    (void)parameter;
    mica_wide remainder;
    return divide_unsigned(operands, &result->as.integer, &remainder);
}

bool mica_scalar_remui(const mica_scalar *operands, mica_scalar *result, int64_t parameter)
{
    (void)parameter;
    mica_wide quotient;
    return divide_unsigned(operands, &quotient, &result->as.integer);
}

bool mica_scalar_ceildivui(const mica_scalar *operands, mica_scalar *result, int64_t parameter)
{
    (void)parameter;
    mica_wide quotient, remainder;
    if (!divide_unsigned(operands, &quotient, &remainder))
        return false;
    round_quotient(result, &quotient, &remainder, true, 1);
    return true;
}

bool mica_scalar_divsi(const mica_scalar *operands, mica_scalar *result, int64_t parameter)
{
    (void)parameter;
    mica_wide remainder;
    return divide_signed(operands, &result->as.integer, &remainder);
}

bool mica_scalar_remsi(const mica_scalar *operands, mica_scalar *result, int64_t parameter)
{
    (void)parameter;
    if (mica_wide_is_zero(&operands[1].as.integer))
        return false;
    mica_wide quotient;
    mica_wide_divide_signed(&operands[0].as.integer, &operands[1].as.integer, &quotient,
                            &result->as.integer);
    return true;
}

static bool signs_differ(const mica_scalar *operands)
{
    return mica_wide_is_negative(&operands[0].as.integer) !=
           mica_wide_is_negative(&operands[1].as.integer);
}

bool mica_scalar_ceildivsi(const mica_scalar *operands, mica_scalar *result, int64_t parameter)
{
    (void)parameter;
    mica_wide quotient, remainder;
    if (!divide_signed(operands, &quotient, &remainder))
        return false;
    round_quotient(result, &quotient, &remainder, !signs_differ(operands), 1);
    return true;
}

bool mica_scalar_floordivsi(const mica_scalar *operands, mica_scalar *result, int64_t parameter)
{
    (void)parameter;
    mica_wide quotient, remainder;
    if (!divide_signed(operands, &quotient, &remainder))
        return false;
    round_quotient(result, &quotient, &remainder, signs_differ(operands), -1);
    return true;
}

/// Shifts by the width or more have no result.
#define INTEGER_SHIFT(name, function)                                                          \
    bool mica_scalar_##name(const mica_scalar *operands, mica_scalar *result,                  \
                            int64_t parameter)                                                 \
    {                                                                                          \
        (void)parameter;                                                                       \
        const mica_wide *value = &operands[0].as.integer, *count = &operands[1].as.integer;    \
        const mica_wide width = mica_wide_from_int(MICA_WIDE_MAX_WIDTH, value->width);         \
        if (mica_wide_compare_unsigned(count, &width) >= 0)                                    \
            return false;                                                                      \
        result->as.integer = function(value, (uint32_t)count->words[0]);                       \
        return true;                                                                           \
    }
INTEGER_SHIFT(shli, mica_wide_shift_left)
INTEGER_SHIFT(shrui, mica_wide_shift_right_unsigned)
INTEGER_SHIFT(shrsi, mica_wide_shift_right_signed)

#define INTEGER_CHOICE(name, compare, relation)                                                \
    bool mica_scalar_##name(const mica_scalar *operands, mica_scalar *result,                  \
                            int64_t parameter)                                                 \
    {                                                                                          \
        (void)parameter;                                                                       \
        const mica_wide *a = &operands[0].as.integer, *b = &operands[1].as.integer;            \
        result->as.integer = compare(a, b) relation 0 ? *a : *b;                               \
        return true;                                                                           \
    }
INTEGER_CHOICE(minui, mica_wide_compare_unsigned, <)
INTEGER_CHOICE(minsi, mica_wide_compare_signed, <)
INTEGER_CHOICE(maxui, mica_wide_compare_unsigned, >)
INTEGER_CHOICE(maxsi, mica_wide_compare_signed, >)

/// Predicates in arith's order: eq ne slt sle sgt sge ult ule ugt uge.
bool mica_scalar_cmpi(const mica_scalar *operands, mica_scalar *result, int64_t predicate)
{
    const mica_wide *a = &operands[0].as.integer, *b = &operands[1].as.integer;
    const int order =
        predicate < 6 ? mica_wide_compare_signed(a, b) : mica_wide_compare_unsigned(a, b);
    const bool answers[] = {order == 0,
                            order != 0,
                            order<0, order <= 0, order> 0,
                            order >= 0,
                            order<0, order <= 0, order> 0,
                            order >= 0};
    if (predicate < 0 || predicate > 9)
        return false;
    mica_scalar_set_int(result, answers[predicate]);
    return true;
}

// ---- floats
// ----------------------------------------------------------------------------------

static bool get_floats(const mica_scalar *operands, double *a, double *b)
{
    return mica_scalar_get_float(&operands[0], a) && mica_scalar_get_float(&operands[1], b);
}

#define FLOAT_BINARY(name, expression)                                                         \
    bool mica_scalar_##name(const mica_scalar *operands, mica_scalar *result,                  \
                            int64_t parameter)                                                 \
    {                                                                                          \
        (void)parameter;                                                                       \
        double a, b;                                                                           \
        return get_floats(operands, &a, &b) && mica_scalar_set_float(result, (expression));    \
    }

/// The lesser (greater) number, -0 before +0; `on_nan` decides when one is none.
static double lesser(double a, double b)
{
    if (a == b)
        return signbit(a) ? a : b;
    return a < b ? a : b;
}
static double greater(double a, double b)
{
    if (a == b)
        return signbit(a) ? b : a;
    return a > b ? a : b;
}

FLOAT_BINARY(addf, a + b)
FLOAT_BINARY(subf, a - b)
FLOAT_BINARY(mulf, a *b)
FLOAT_BINARY(divf, a / b)
FLOAT_BINARY(remf, fmod(a, b))
FLOAT_BINARY(minimumf, isnan(a) ? a : isnan(b) ? b : lesser(a, b))
FLOAT_BINARY(maximumf, isnan(a) ? a : isnan(b) ? b : greater(a, b))
FLOAT_BINARY(minnumf, isnan(a) ? b : isnan(b) ? a : lesser(a, b))
FLOAT_BINARY(maxnumf, isnan(a) ? b : isnan(b) ? a : greater(a, b))

bool mica_scalar_negf(const mica_scalar *operands, mica_scalar *result, int64_t parameter)
{
    (void)parameter;
    const mica_float_format *format =
        mica_float_format_of(mica_float_type_kind(operands[0].type));
    const uint32_t sign = format->width - 1u;
    memcpy(result->as.bits, operands[0].as.bits, sizeof result->as.bits);
    // Formats without -0 keep their zero, and their NaN, which has its bits.
    if (format->specials == MICA_FLOAT_EXPONENT)
        return false; // has no negative numbers
    const uint64_t rest = format->specials == MICA_FLOAT_ZERO_NAN
                              ? result->as.bits[0] & ((UINT64_C(1) << sign) - 1)
                              : 1;
    if (rest)
        result->as.bits[sign / 64] ^= UINT64_C(1) << (sign % 64);
    return true;
}

/// Predicates in arith's order: bit 0 of a group is "ordered and ...", see the table.
bool mica_scalar_cmpf(const mica_scalar *operands, mica_scalar *result, int64_t predicate)
{
    double a, b;
    if (predicate < 0 || predicate > 15 || !get_floats(operands, &a, &b))
        return false;
    const bool unordered = isnan(a) || isnan(b);
    // Which of equal, greater, less, unordered each predicate accepts.
    static const char *const accepted[] = {"",   "=",  ">",   ">=", "<",   "<=",  "<>", "<=>",
                                           "=?", ">?", ">=?", "<?", "<=?", "<>?", "?",  "<=>?"};
    const char relation = unordered ? '?' : a == b ? '=' : a > b ? '>' : '<';
    mica_scalar_set_int(result, strchr(accepted[predicate], relation) != NULL);
    return true;
}

// ---- conversions
// -----------------------------------------------------------------------------

static uint32_t result_width(const mica_scalar *result)
{
    return integer_width(result->type);
}

bool mica_scalar_extui(const mica_scalar *operands, mica_scalar *result, int64_t parameter)
{
    (void)parameter;
    const uint32_t width = result_width(result);
    if (width)
        result->as.integer = mica_wide_extend_unsigned(&operands[0].as.integer, width);
    return width != 0;
}

bool mica_scalar_extsi(const mica_scalar *operands, mica_scalar *result, int64_t parameter)
{
    (void)parameter;
    const uint32_t width = result_width(result);
    if (width)
        result->as.integer = mica_wide_extend_signed(&operands[0].as.integer, width);
    return width != 0;
}

bool mica_scalar_trunci(const mica_scalar *operands, mica_scalar *result, int64_t parameter)
{
    return mica_scalar_extui(operands, result, parameter);
}

static bool convert_float(const mica_scalar *from, mica_scalar *to)
{
    mica_float_convert(mica_float_type_kind(from->type), from->as.bits,
                       mica_float_type_kind(to->type), to->as.bits);
    return true;
}

bool mica_scalar_extf(const mica_scalar *operands, mica_scalar *result, int64_t parameter)
{
    (void)parameter;
    return convert_float(&operands[0], result);
}

bool mica_scalar_truncf(const mica_scalar *operands, mica_scalar *result, int64_t parameter)
{
    (void)parameter;
    double value;
    return mica_scalar_get_float(&operands[0], &value) && convert_float(&operands[0], result);
}

/// The 53 leading digits, the last of which stands for all that are cut off: a double that
/// rounds to every narrower format as the integer itself does.
static double to_odd_double(const mica_wide *magnitude)
{
    const uint32_t length = magnitude->width - mica_wide_leading_zeros(magnitude);
    const uint32_t cut = length > 53 ? length - 53 : 0;
    uint64_t top = mica_wide_shift_right_unsigned(magnitude, cut).words[0];
    top |= cut && mica_wide_trailing_zeros(magnitude) < cut;
    return ldexp((double)top, (int)cut);
}

static bool from_integer(const mica_scalar *operand, mica_scalar *result, bool is_signed)
{
    const mica_wide *value = &operand->as.integer;
    if (mica_float_type_kind(result->type) == MICA_FLOAT_F64)
        return mica_scalar_set_float(result, mica_wide_to_double(value, is_signed));
    const bool negative = is_signed && mica_wide_is_negative(value);
    const mica_wide magnitude = negative ? mica_wide_negate(value) : *value;
    const double odd = to_odd_double(&magnitude);
    return mica_scalar_set_float(result, negative ? -odd : odd);
}

bool mica_scalar_uitofp(const mica_scalar *operands, mica_scalar *result, int64_t parameter)
{
    (void)parameter;
    return from_integer(&operands[0], result, false);
}

bool mica_scalar_sitofp(const mica_scalar *operands, mica_scalar *result, int64_t parameter)
{
    (void)parameter;
    return from_integer(&operands[0], result, true);
}

static bool to_integer(const mica_scalar *operand, mica_scalar *result, bool is_signed)
{
    double value;
    const uint32_t width = result_width(result);
    return width && mica_scalar_get_float(operand, &value) &&
           mica_wide_from_double(value, is_signed, width, &result->as.integer);
}

bool mica_scalar_fptoui(const mica_scalar *operands, mica_scalar *result, int64_t parameter)
{
    (void)parameter;
    return to_integer(&operands[0], result, false);
}

bool mica_scalar_fptosi(const mica_scalar *operands, mica_scalar *result, int64_t parameter)
{
    (void)parameter;
    return to_integer(&operands[0], result, true);
}

bool mica_scalar_bitcast(const mica_scalar *operands, mica_scalar *result, int64_t parameter)
{
    (void)parameter;
    uint64_t words[MICA_WIDE_WORDS] = {0};
    if (mica_type_is_float(operands[0].type))
        memcpy(words, operands[0].as.bits, sizeof operands[0].as.bits);
    else
        memcpy(words, operands[0].as.integer.words, sizeof words);
    if (mica_type_is_float(result->type))
        memcpy(result->as.bits, words, sizeof result->as.bits);
    else if (result_width(result))
        result->as.integer = mica_wide_from_words(result_width(result), words);
    else
        return false;
    return true;
}
