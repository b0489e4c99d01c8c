// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Numbers between text and bits. strtod and printf follow the locale's decimal point, so text
// is passed through a copy with the point that the locale uses.
#include "ir/text/number_text_internal.h"

#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "ir/core/float_format.h"

static unsigned digit_value(char c)
{
    return c <= '9' ? (unsigned)(c - '0') : (unsigned)((c | 0x20) - 'a') + 10;
}

// words = words * factor + addend; the carry out.
static uint64_t multiply_add(uint64_t *words, size_t count, uint32_t factor, uint64_t addend)
{
    uint64_t carry = addend;
    for (size_t i = 0; i < count; i++) {
        const uint64_t low = (words[i] & UINT32_MAX) * factor + (carry & UINT32_MAX);
        const uint64_t high = (words[i] >> 32) * factor + (carry >> 32) + (low >> 32);
        words[i] = high << 32 | (low & UINT32_MAX);
        carry = high >> 32;
    }
    return carry;
}

bool micai_integer_from_text(mica_string text, uint64_t *words, size_t count)
{
    const bool is_hex = text.length > 1 && text.data[1] == 'x';
    memset(words, 0, count * sizeof *words);
    for (size_t i = is_hex ? 2 : 0; i < text.length; i++) {
        if (multiply_add(words, count, is_hex ? 16 : 10, digit_value(text.data[i])))
            return false;
    }
    return true;
}

static bool bit_is_set(const uint64_t *words, uint32_t bit)
{
    return words[bit / 64] >> (bit % 64) & 1;
}

static bool fits(const uint64_t *words, size_t count, uint32_t width)
{
    for (size_t i = 0; i < count; i++) {
        const uint32_t first = (uint32_t)(64 * i);
        if (first >= width ? words[i] != 0 : width - first < 64 && words[i] >> (width - first))
            return false;
    }
    return true;
}

static void negate(uint64_t *words, size_t count, uint32_t width)
{
    bool carry = true;
    for (size_t i = 0; i < count; i++) {
        words[i] = ~words[i] + carry;
        carry = carry && words[i] == 0;
    }
    if (width % 64)
        words[count - 1] &= (UINT64_C(1) << width % 64) - 1;
}

const char *micai_integer_to_bits(const mica_type *type, mica_string text, bool negative,
                                  uint64_t *words)
{
    static const char out_of_range[] = "integer constant out of range for type";
    const uint32_t width = mica_type_bit_width(type);
    const size_t count = width ? (width + 63) / 64 : 1;
    const bool is_signed =
        mica_type_is_index(type) || mica_integer_type_signedness(type) == MICA_SIGNED;
    if (!micai_integer_from_text(text, words, count) || !fits(words, count, width))
        return out_of_range;
    if (!width)
        return negative ? out_of_range : NULL;
    if (negative) {
        negate(words, count, width);
        if (!bit_is_set(words, width - 1))
            return out_of_range;
    } else if (is_signed && bit_is_set(words, width - 1)) {
        return out_of_range;
    }
    return NULL;
}

double micai_float_from_text(mica_string text)
{
    char inline_copy[64];
    char *copy = text.length < sizeof inline_copy ? inline_copy : mica_malloc(text.length + 1);
    if (!copy)
        return 0;
    memcpy(copy, text.data, text.length);
    copy[text.length] = '\0';
    const char point = localeconv()->decimal_point[0];
    char *dot = point == '.' ? NULL : strchr(copy, '.');
    if (dot)
        *dot = point;
    const double value = strtod(copy, NULL);
    if (copy != inline_copy)
        mica_free(copy);
    return value;
}

const char *micai_float_to_bits(const mica_type *type, mica_string text, bool is_integer_token,
                                bool negative, uint64_t words[2])
{
    const mica_float_kind kind = mica_float_type_kind(type);
    if (!is_integer_token) {
        const double value = micai_float_from_text(text);
        mica_float_from_double(kind, negative ? -value : value, words);
        return NULL;
    }
    const bool is_hex = text.length > 1 && text.data[1] == 'x';
    if (!is_hex)
        return "unexpected decimal integer literal for a floating point attribute";
    if (negative)
        return "hexadecimal float literal should not have a leading minus";
    const uint32_t width = mica_type_bit_width(type);
    if (!micai_integer_from_text(text, words, 2) || !fits(words, 2, width))
        return "hexadecimal float constant out of range for type";
    return NULL;
}

// ---- to text
// ---------------------------------------------------------------------------------

static size_t hex_text(const uint64_t bits[2], char *text)
{
    if (!bits[1])
        return (size_t)sprintf(text, "0x%llX", (unsigned long long)bits[0]);
    return (size_t)sprintf(text, "0x%llX%016llX", (unsigned long long)bits[1],
                           (unsigned long long)bits[0]);
}

/// A number as digits and the power of ten of the last one.
typedef struct decimal {
    bool negative;
    char digits[48];
    int count;
    int exponent; ///< of the last digit
} decimal;

// The digits of odd * 2^binary as an integer times 10^min(binary, 0), without leading zeros.
static char *exact_digits(double value, int binary, char *text, size_t size, size_t *count)
{
    int length = snprintf(text, size, "%.*f", binary < 0 ? -binary : 0, value);
    if (binary < 0) { // the point stands in front of the last -binary digits
        char *point = text + length + binary - 1;
        memmove(text + 1, text, (size_t)(point - text));
        ++text;
        --length;
    }
    const size_t zeros = strspn(text, "0");
    *count = (size_t)length - zeros;
    return text + zeros;
}

static void drop_zeros(decimal *d)
{
    while (d->count > 1 && d->digits[d->count - 1] == '0') {
        d->count--;
        d->exponent++;
    }
}

// Rounds half up to `most` digits.
static void round_to(decimal *d, int most)
{
    if (d->count <= most)
        return;
    const bool up = d->digits[most] >= '5';
    d->exponent += d->count - most;
    d->count = most;
    if (up) {
        while (d->count > 0 && d->digits[d->count - 1] == '9') {
            d->count--;
            d->exponent++;
        }
        if (d->count > 0)
            d->digits[d->count - 1]++;
        else
            d->digits[d->count++] = '1';
    }
    drop_zeros(d);
}

// As LLVM's APFloat, which cuts digits off by an estimate in bits before it rounds: 0.7 : f32
// has the six digits 699999.
static decimal to_decimal(double value, int most)
{
    decimal result = {.negative = signbit(value) != 0, .digits = "0", .count = 1};
    if (value == 0)
        return result;
    value = fabs(value);
    int binary;
    uint64_t odd = (uint64_t)ldexp(frexp(value, &binary), 53);
    for (binary -= 53; !(odd & 1); ++binary)
        odd >>= 1;
    char text[1536];
    size_t count;
    const char *digits = exact_digits(value, binary, text, sizeof text, &count);
    const double factor = binary < 0 ? -binary * 2.321928094887362347870319429489 : binary;
    const int bits = (int)floor(log2((double)odd) + factor) + 1;
    const int needed = (most * 196 + 58) / 59;
    const int removable = bits > needed ? (bits - needed) * 59 / 196 : 0;
    result.exponent = (binary < 0 ? binary : 0) + removable;
    result.count = (int)count - removable;
    if (result.count > (int)sizeof result.digits) // more than are looked at
        result.count = (int)sizeof result.digits;
    memcpy(result.digits, digits, (size_t)result.count);
    result.exponent += (int)count - removable - result.count;
    drop_zeros(&result);
    round_to(&result, most);
    return result;
}

// d.dddddde+xx of at most six digits that count, seven that show.
static size_t short_text(double value, char *text)
{
    const decimal d = to_decimal(value, 6);
    const int power = value == 0 ? 0 : d.exponent + d.count - 1;
    return (size_t)sprintf(text, "%s%c.%.*s%.*se%c%02d", d.negative ? "-" : "", d.digits[0],
                           d.count - 1, d.digits + 1, 7 - d.count, "000000",
                           power < 0 ? '-' : '+', abs(power));
}

// d.dddE+x when the point is far from the digits, else plain; as LLVM's APFloat prints.
static size_t long_text(double value, int precision, char *text)
{
    enum { MAX_PADDING = 3 };
    const int most = 2 + precision * 59 / 196;
    const decimal d = to_decimal(value, most);
    const int leading = d.exponent + d.count - 1; // power of the first digit
    const bool scientific = d.exponent >= 0
                                ? d.exponent > MAX_PADDING || d.count + d.exponent > most
                                : leading < 0 && -leading > MAX_PADDING;
    const char *sign = d.negative ? "-" : "";
    if (scientific)
        return (size_t)sprintf(text, "%s%c.%.*sE%c%d", sign, d.digits[0],
                               d.count > 1 ? d.count - 1 : 1, d.count > 1 ? d.digits + 1 : "0",
                               leading < 0 ? '-' : '+', leading < 0 ? -leading : leading);
    if (d.exponent >= 0)
        return (size_t)sprintf(text, "%s%.*s%.*s", sign, d.count, d.digits, d.exponent, "000");
    if (leading >= 0)
        return (size_t)sprintf(text, "%s%.*s.%.*s", sign, leading + 1, d.digits,
                               d.count - leading - 1, d.digits + leading + 1);
    return (size_t)sprintf(text, "%s0.%.*s%.*s", sign, -leading - 1, "000", d.count, d.digits);
}

size_t micai_float_text(const mica_type *type, const uint64_t bits[2],
                        char text[MICAI_FLOAT_TEXT_SIZE])
{
    const mica_float_kind kind = mica_float_type_kind(type);
    if (mica_float_is_nan(kind, bits) || mica_float_is_infinite(kind, bits))
        return hex_text(bits, text);
    const double value = mica_float_to_double(kind, bits);
    uint64_t again[2];
    size_t length = short_text(value, text);
    mica_float_from_double(kind, micai_float_from_text((mica_string){text, length}), again);
    if (again[0] == bits[0] && again[1] == bits[1])
        return length;
    const mica_float_format *format = mica_float_format_of(kind);
    length = long_text(value, format->fraction_bits + 1, text);
    return memchr(text, '.', length) ? length : hex_text(bits, text);
}

// words /= divisor; the remainder.
static uint32_t divide(uint64_t *words, size_t count, uint32_t divisor)
{
    uint64_t rest = 0;
    for (size_t i = count; i-- > 0;) {
        const uint64_t high = rest << 32 | words[i] >> 32;
        const uint64_t low = (high % divisor) << 32 | (words[i] & UINT32_MAX);
        words[i] = (high / divisor) << 32 | low / divisor;
        rest = low % divisor;
    }
    return (uint32_t)rest;
}

static bool is_zero(const uint64_t *words, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (words[i])
            return false;
    }
    return true;
}

size_t micai_integer_text(const uint64_t *words, uint32_t width, bool is_signed, char *text)
{
    const size_t count = (width + 63) / 64;
    uint64_t inline_copy[4];
    uint64_t *copy = count <= 4 ? inline_copy : mica_malloc(count * sizeof *copy);
    if (!copy)
        return 0;
    memcpy(copy, words, count * sizeof *copy);
    const bool negative = is_signed && width && bit_is_set(copy, width - 1);
    if (negative)
        negate(copy, count, width);
    size_t length = 0;
    do {
        text[length++] = (char)('0' + divide(copy, count, 10));
    } while (!is_zero(copy, count));
    if (negative)
        text[length++] = '-';
    for (size_t i = 0; i < length / 2; i++) {
        const char c = text[i];
        text[i] = text[length - 1 - i];
        text[length - 1 - i] = c;
    }
    if (copy != inline_copy)
        mica_free(copy);
    return length;
}
