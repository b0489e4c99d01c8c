// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Arithmetic on up to four words. Schoolbook throughout: division subtracts and shifts bit by
// bit, which at 256 bits is fast enough for constants and has no corner cases.
#include "ir/support/wide_integer.h"

#include <assert.h>
#include <math.h>

static uint32_t word_count(uint32_t width)
{
    return (width + 63) / 64;
}

/// Clears the bits from the width on.
static void clear_above(mica_wide *value)
{
    const uint32_t used = word_count(value->width);
    for (uint32_t i = used; i < MICA_WIDE_WORDS; i++)
        value->words[i] = 0;
    const uint32_t rest = value->width % 64;
    if (rest)
        value->words[used - 1] &= (UINT64_C(1) << rest) - 1;
}

mica_wide mica_wide_from_int(uint32_t width, int64_t value)
{
    assert(width <= MICA_WIDE_MAX_WIDTH);
    mica_wide result = {width, {(uint64_t)value}};
    for (uint32_t i = 1; i < MICA_WIDE_WORDS; i++)
        result.words[i] = value < 0 ? UINT64_MAX : 0;
    clear_above(&result);
    return result;
}

mica_wide mica_wide_from_words(uint32_t width, const uint64_t *words)
{
    assert(width <= MICA_WIDE_MAX_WIDTH);
    mica_wide result = {width, {0}};
    memcpy(result.words, words, word_count(width) * sizeof *words);
    clear_above(&result);
    return result;
}

int64_t mica_wide_to_int(const mica_wide *value)
{
    const mica_wide extended = value->width < 64 ? mica_wide_extend_signed(value, 64) : *value;
    return (int64_t)extended.words[0];
}

// ---- questions
// -------------------------------------------------------------------------------

bool mica_wide_is_zero(const mica_wide *value)
{
    uint64_t all = 0;
    for (uint32_t i = 0; i < MICA_WIDE_WORDS; i++)
        all |= value->words[i];
    return all == 0;
}

static bool bit(const mica_wide *value, uint32_t index)
{
    return value->words[index / 64] >> (index % 64) & 1;
}

bool mica_wide_is_negative(const mica_wide *value)
{
    return value->width != 0 && bit(value, value->width - 1);
}

bool mica_wide_equal(const mica_wide *a, const mica_wide *b)
{
    return a->width == b->width && memcmp(a->words, b->words, sizeof a->words) == 0;
}

int mica_wide_compare_unsigned(const mica_wide *a, const mica_wide *b)
{
    for (uint32_t i = MICA_WIDE_WORDS; i-- > 0;)
        if (a->words[i] != b->words[i])
            return a->words[i] < b->words[i] ? -1 : 1;
    return 0;
}

int mica_wide_compare_signed(const mica_wide *a, const mica_wide *b)
{
    const bool a_negative = mica_wide_is_negative(a), b_negative = mica_wide_is_negative(b);
    if (a_negative != b_negative)
        return a_negative ? -1 : 1;
    return mica_wide_compare_unsigned(a, b);
}

uint32_t mica_wide_leading_zeros(const mica_wide *value)
{
    uint32_t count = 0;
    while (count < value->width && !bit(value, value->width - 1 - count))
        count++;
    return count;
}

uint32_t mica_wide_trailing_zeros(const mica_wide *value)
{
    uint32_t count = 0;
    while (count < value->width && !bit(value, count))
        count++;
    return count;
}

uint32_t mica_wide_ones(const mica_wide *value)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < value->width; i++)
        count += bit(value, i);
    return count;
}

// ---- arithmetic
// ------------------------------------------------------------------------------

/// a + b + carry.
static mica_wide add_with_carry(const mica_wide *a, const mica_wide *b, uint64_t carry)
{
    mica_wide result = {a->width, {0}};
    for (uint32_t i = 0; i < MICA_WIDE_WORDS; i++) {
        const uint64_t sum = a->words[i] + carry;
        carry = sum < carry;
        result.words[i] = sum + b->words[i];
        carry += result.words[i] < sum;
    }
    clear_above(&result);
    return result;
}

static mica_wide complement(const mica_wide *value)
{
    mica_wide result = {value->width, {0}};
    for (uint32_t i = 0; i < MICA_WIDE_WORDS; i++)
        result.words[i] = ~value->words[i];
    clear_above(&result);
    return result;
}

mica_wide mica_wide_add(const mica_wide *a, const mica_wide *b)
{
    return add_with_carry(a, b, 0);
}

mica_wide mica_wide_subtract(const mica_wide *a, const mica_wide *b)
{
    const mica_wide flipped = complement(b);
    return add_with_carry(a, &flipped, 1);
}

mica_wide mica_wide_negate(const mica_wide *value)
{
    const mica_wide zero = {value->width, {0}};
    return mica_wide_subtract(&zero, value);
}

/// Adds a 64 x 64 bit product at word `place`.
static void add_product(mica_wide *sum, uint64_t a, uint64_t b, uint32_t place)
{
    const uint64_t a_low = a & UINT32_MAX, a_high = a >> 32;
    const uint64_t b_low = b & UINT32_MAX, b_high = b >> 32;
    const uint64_t low = a_low * b_low, middle = a_high * b_low + (low >> 32);
    const uint64_t other = a_low * b_high + (middle & UINT32_MAX);
    mica_wide product = {MICA_WIDE_MAX_WIDTH, {0}};
    product.words[place] = (other << 32) | (low & UINT32_MAX);
    if (place + 1 < MICA_WIDE_WORDS)
        product.words[place + 1] = a_high * b_high + (middle >> 32) + (other >> 32);
    const mica_wide total = add_with_carry(sum, &product, 0);
    memcpy(sum->words, total.words, sizeof sum->words);
}

mica_wide mica_wide_multiply(const mica_wide *a, const mica_wide *b)
{
    mica_wide sum = {MICA_WIDE_MAX_WIDTH, {0}};
    for (uint32_t i = 0; i < MICA_WIDE_WORDS; i++)
        for (uint32_t k = 0; i + k < MICA_WIDE_WORDS; k++)
            if (a->words[i] && b->words[k])
                add_product(&sum, a->words[i], b->words[k], i + k);
    sum.width = a->width;
    clear_above(&sum);
    return sum;
}

mica_wide mica_wide_and(const mica_wide *a, const mica_wide *b)
{
    mica_wide result = *a;
    for (uint32_t i = 0; i < MICA_WIDE_WORDS; i++)
        result.words[i] &= b->words[i];
    return result;
}

mica_wide mica_wide_or(const mica_wide *a, const mica_wide *b)
{
    mica_wide result = *a;
    for (uint32_t i = 0; i < MICA_WIDE_WORDS; i++)
        result.words[i] |= b->words[i];
    return result;
}

mica_wide mica_wide_xor(const mica_wide *a, const mica_wide *b)
{
    mica_wide result = *a;
    for (uint32_t i = 0; i < MICA_WIDE_WORDS; i++)
        result.words[i] ^= b->words[i];
    return result;
}

void mica_wide_divide_unsigned(const mica_wide *a, const mica_wide *b, mica_wide *quotient,
                               mica_wide *remainder)
{
    assert(!mica_wide_is_zero(b));
    // One bit more than the width, so that doubling the remainder can't overflow; at 256 bits
    // the bit shifted out says that the divisor fits.
    mica_wide rest = {MICA_WIDE_MAX_WIDTH, {0}}, divisor = *b, result = {a->width, {0}};
    divisor.width = MICA_WIDE_MAX_WIDTH;
    for (uint32_t i = a->width; i-- > 0;) {
        const bool overflows = bit(&rest, MICA_WIDE_MAX_WIDTH - 1);
        rest = mica_wide_shift_left(&rest, 1);
        rest.words[0] |= bit(a, i);
        if (!overflows && mica_wide_compare_unsigned(&rest, &divisor) < 0)
            continue;
        rest = mica_wide_subtract(&rest, &divisor);
        result.words[i / 64] |= UINT64_C(1) << (i % 64);
    }
    rest.width = a->width;
    *quotient = result;
    *remainder = rest;
}

void mica_wide_divide_signed(const mica_wide *a, const mica_wide *b, mica_wide *quotient,
                             mica_wide *remainder)
{
    const bool a_negative = mica_wide_is_negative(a), b_negative = mica_wide_is_negative(b);
    const mica_wide dividend = a_negative ? mica_wide_negate(a) : *a;
    const mica_wide divisor = b_negative ? mica_wide_negate(b) : *b;
    mica_wide_divide_unsigned(&dividend, &divisor, quotient, remainder);
    if (a_negative != b_negative)
        *quotient = mica_wide_negate(quotient);
    if (a_negative)
        *remainder = mica_wide_negate(remainder);
}

// ---- shifts and widths
// -----------------------------------------------------------------------

mica_wide mica_wide_shift_left(const mica_wide *value, uint32_t count)
{
    const uint32_t words = count / 64, bits = count % 64;
    mica_wide result = {value->width, {0}};
    for (uint32_t i = words; i < MICA_WIDE_WORDS; i++) {
        result.words[i] = value->words[i - words] << bits;
        if (bits && i > words)
            result.words[i] |= value->words[i - words - 1] >> (64 - bits);
    }
    clear_above(&result);
    return result;
}

mica_wide mica_wide_shift_right_unsigned(const mica_wide *value, uint32_t count)
{
    const uint32_t words = count / 64, bits = count % 64;
    mica_wide result = {value->width, {0}};
    for (uint32_t i = 0; i + words < MICA_WIDE_WORDS; i++) {
        result.words[i] = value->words[i + words] >> bits;
        if (bits && i + words + 1 < MICA_WIDE_WORDS)
            result.words[i] |= value->words[i + words + 1] << (64 - bits);
    }
    return result;
}

mica_wide mica_wide_shift_right_signed(const mica_wide *value, uint32_t count)
{
    const mica_wide full = mica_wide_extend_signed(value, MICA_WIDE_MAX_WIDTH);
    if (!mica_wide_is_negative(&full))
        return mica_wide_shift_right_unsigned(value, count);
    // Of the complement zeros move in, of the complement of that ones.
    const mica_wide flipped = complement(&full);
    const mica_wide shifted = mica_wide_shift_right_unsigned(&flipped, count);
    mica_wide result = complement(&shifted);
    result.width = value->width;
    clear_above(&result);
    return result;
}

mica_wide mica_wide_extend_unsigned(const mica_wide *value, uint32_t width)
{
    assert(width <= MICA_WIDE_MAX_WIDTH);
    mica_wide result = *value;
    result.width = width;
    clear_above(&result);
    return result;
}

mica_wide mica_wide_extend_signed(const mica_wide *value, uint32_t width)
{
    assert(width <= MICA_WIDE_MAX_WIDTH);
    mica_wide result = *value;
    result.width = width;
    if (mica_wide_is_negative(value))
        for (uint32_t i = value->width; i < width; i++)
            result.words[i / 64] |= UINT64_C(1) << (i % 64);
    clear_above(&result);
    return result;
}

// ---- double
// ----------------------------------------------------------------------------------

double mica_wide_to_double(const mica_wide *value, bool is_signed)
{
    const bool negative = is_signed && mica_wide_is_negative(value);
    const mica_wide magnitude = negative ? mica_wide_negate(value) : *value;
    const uint32_t length = value->width - mica_wide_leading_zeros(&magnitude);
    // The top 64 bits, the last of which stands for all that is cut off, round correctly.
    const uint32_t cut = length > 64 ? length - 64 : 0;
    uint64_t top = magnitude.words[0];
    if (cut) {
        top = mica_wide_shift_right_unsigned(&magnitude, cut).words[0];
        top |= mica_wide_trailing_zeros(&magnitude) < cut;
    }
    const double result = ldexp((double)top, (int)cut);
    return negative ? -result : result;
}

bool mica_wide_from_double(double value, bool is_signed, uint32_t width, mica_wide *result)
{
    const double whole = trunc(value);
    if (!isfinite(whole))
        return false;
    int exponent;
    const double fraction = frexp(fabs(whole), &exponent); // whole = fraction * 2^exponent
    if (exponent > (int)MICA_WIDE_MAX_WIDTH)
        return false;
    const uint64_t bits = (uint64_t)ldexp(fraction, 53);
    mica_wide magnitude = mica_wide_from_words(64, &bits);
    magnitude = mica_wide_extend_unsigned(&magnitude, MICA_WIDE_MAX_WIDTH);
    magnitude = exponent >= 53
                    ? mica_wide_shift_left(&magnitude, (uint32_t)(exponent - 53))
                    : mica_wide_shift_right_unsigned(&magnitude, (uint32_t)(53 - exponent));
    const bool negative = whole < 0;
    if (negative && !is_signed)
        return false;
    const uint32_t length = MICA_WIDE_MAX_WIDTH - mica_wide_leading_zeros(&magnitude);
    const bool is_power = mica_wide_ones(&magnitude) == 1;
    if (is_signed ? length >= width && !(negative && is_power && length == width)
                  : length > width)
        return false;
    if (negative)
        magnitude = mica_wide_negate(&magnitude);
    *result = mica_wide_extend_unsigned(&magnitude, width);
    return true;
}
