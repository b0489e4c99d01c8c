// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Float formats. A finite value is taken apart as sign, 64-bit significand and exponent of two
// (value = significand * 2^exponent), and put together by rounding that to the target's
// precision; no format needs code of its own but for its special values.
#include "ir/core/float_format.h"

#include <math.h>

// clang-format off
static const mica_float_format formats[MICA_FLOAT_KIND_COUNT] = {
    //                             name           width exp frac  bias   specials
    [MICA_FLOAT_F16]          = {"f16",            16,  5,  10,    15, MICA_FLOAT_IEEE},
    [MICA_FLOAT_BF16]         = {"bf16",           16,  8,   7,   127, MICA_FLOAT_IEEE},
    [MICA_FLOAT_TF32]         = {"tf32",           19,  8,  10,   127, MICA_FLOAT_IEEE},
    [MICA_FLOAT_F32]          = {"f32",            32,  8,  23,   127, MICA_FLOAT_IEEE},
    [MICA_FLOAT_F64]          = {"f64",            64, 11,  52,  1023, MICA_FLOAT_IEEE},
    [MICA_FLOAT_F80]          = {"f80",            80, 15,  63, 16383, MICA_FLOAT_IEEE},
    [MICA_FLOAT_F128]         = {"f128",          128, 15, 112, 16383, MICA_FLOAT_IEEE},
    [MICA_FLOAT_F8E5M2]       = {"f8E5M2",          8,  5,   2,    15, MICA_FLOAT_IEEE},
    [MICA_FLOAT_F8E4M3]       = {"f8E4M3",          8,  4,   3,     7, MICA_FLOAT_IEEE},
    [MICA_FLOAT_F8E4M3FN]     = {"f8E4M3FN",        8,  4,   3,     7, MICA_FLOAT_ONE_NAN},
    [MICA_FLOAT_F8E5M2FNUZ]   = {"f8E5M2FNUZ",      8,  5,   2,    16, MICA_FLOAT_ZERO_NAN},
    [MICA_FLOAT_F8E4M3FNUZ]   = {"f8E4M3FNUZ",      8,  4,   3,     8, MICA_FLOAT_ZERO_NAN},
    [MICA_FLOAT_F8E4M3B11FNUZ]= {"f8E4M3B11FNUZ",   8,  4,   3,    11, MICA_FLOAT_ZERO_NAN},
    [MICA_FLOAT_F8E3M4]       = {"f8E3M4",          8,  3,   4,     3, MICA_FLOAT_IEEE},
    [MICA_FLOAT_F4E2M1FN]     = {"f4E2M1FN",        4,  2,   1,     1, MICA_FLOAT_FINITE},
    [MICA_FLOAT_F8E8M0FNU]    = {"f8E8M0FNU",       8,  8,   0,   127, MICA_FLOAT_EXPONENT},
};
// clang-format on

const mica_float_format *mica_float_format_of(mica_float_kind kind)
{
    return &formats[kind];
}

bool mica_float_kind_from_name(mica_string name, mica_float_kind *kind)
{
    for (int i = 0; i < MICA_FLOAT_KIND_COUNT; ++i) {
        if (mica_string_is(name, formats[i].name)) {
            *kind = (mica_float_kind)i;
            return true;
        }
    }
    return false;
}

/// Stored fields; the fraction of f128 keeps its low 48 bits apart.
typedef struct float_fields {
    bool negative;
    uint32_t exponent;
    uint64_t fraction;     ///< the top (at most 64) fraction bits
    uint64_t low_fraction; ///< f128: the 48 bits below them
} float_fields;

static uint64_t mask(unsigned bits)
{
    return bits >= 64 ? UINT64_MAX : (UINT64_C(1) << bits) - 1;
}

static float_fields split(mica_float_kind kind, const uint64_t bits[2])
{
    const mica_float_format *format = &formats[kind];
    float_fields fields = {0};
    if (kind == MICA_FLOAT_F128) {
        fields.negative = bits[1] >> 63;
        fields.exponent = (uint32_t)(bits[1] >> 48 & 0x7FFF);
        fields.fraction = (bits[1] & mask(48)) << 16 | bits[0] >> 48;
        fields.low_fraction = bits[0] & mask(48);
    } else if (kind == MICA_FLOAT_F80) {
        fields.negative = bits[1] >> 15 & 1;
        fields.exponent = (uint32_t)(bits[1] & 0x7FFF);
        fields.fraction = bits[0] & mask(63);
    } else {
        fields.negative =
            format->specials != MICA_FLOAT_EXPONENT && bits[0] >> (format->width - 1) & 1;
        fields.exponent =
            (uint32_t)(bits[0] >> format->fraction_bits & mask(format->exponent_bits));
        fields.fraction = bits[0] & mask(format->fraction_bits);
    }
    return fields;
}

static void join(mica_float_kind kind, const float_fields *fields, uint64_t bits[2])
{
    const mica_float_format *format = &formats[kind];
    bits[1] = 0;
    if (kind == MICA_FLOAT_F128) {
        bits[1] = (uint64_t)fields->negative << 63 | (uint64_t)fields->exponent << 48 |
                  fields->fraction >> 16;
        bits[0] = fields->fraction << 48 | fields->low_fraction;
    } else if (kind == MICA_FLOAT_F80) {
        bits[1] = (uint64_t)fields->negative << 15 | fields->exponent;
        bits[0] = fields->fraction | (uint64_t)(fields->exponent != 0) << 63;
    } else {
        const bool negative = fields->negative && format->specials != MICA_FLOAT_EXPONENT;
        bits[0] = (uint64_t)negative << (format->width - 1) |
                  (uint64_t)fields->exponent << format->fraction_bits | fields->fraction;
    }
}

static void write_nan(mica_float_kind kind, bool negative, uint64_t bits[2])
{
    const mica_float_format *format = &formats[kind];
    float_fields fields = {negative, (uint32_t)mask(format->exponent_bits), 0, 0};
    if (format->specials == MICA_FLOAT_ZERO_NAN || format->specials == MICA_FLOAT_FINITE) {
        fields.negative = true;
        fields.exponent = 0;
    } else if (format->specials == MICA_FLOAT_ONE_NAN) {
        fields.fraction = mask(format->fraction_bits);
    } else if (format->specials != MICA_FLOAT_EXPONENT) {
        const unsigned stored = format->fraction_bits > 64 ? 64 : format->fraction_bits;
        fields.fraction = UINT64_C(1) << (stored - 1);
    }
    join(kind, &fields, bits);
}

/// The greatest finite number's magnitude.
static void write_greatest(mica_float_kind kind, bool negative, uint64_t bits[2])
{
    const mica_float_format *format = &formats[kind];
    float_fields fields = {negative, (uint32_t)mask(format->exponent_bits),
                           mask(format->fraction_bits), mask(48)};
    if (format->specials == MICA_FLOAT_IEEE || format->specials == MICA_FLOAT_EXPONENT)
        --fields.exponent;
    else if (format->specials == MICA_FLOAT_ONE_NAN)
        --fields.fraction;
    join(kind, &fields, bits);
}

bool mica_float_infinity(mica_float_kind kind, bool negative, uint64_t bits[2])
{
    if (formats[kind].specials == MICA_FLOAT_FINITE) {
        write_greatest(kind, negative, bits);
        return false;
    }
    if (formats[kind].specials != MICA_FLOAT_IEEE) {
        write_nan(kind, negative, bits);
        return false;
    }
    const float_fields fields = {negative, (uint32_t)mask(formats[kind].exponent_bits), 0, 0};
    join(kind, &fields, bits);
    return true;
}

bool mica_float_is_nan(mica_float_kind kind, const uint64_t bits[2])
{
    const mica_float_format *format = &formats[kind];
    const float_fields fields = split(kind, bits);
    const uint32_t greatest = (uint32_t)mask(format->exponent_bits);
    switch (format->specials) {
    case MICA_FLOAT_ZERO_NAN:
        return fields.negative && fields.exponent == 0 && fields.fraction == 0;
    case MICA_FLOAT_FINITE:
        return false;
    case MICA_FLOAT_ONE_NAN:
    case MICA_FLOAT_EXPONENT:
        return fields.exponent == greatest && fields.fraction == mask(format->fraction_bits);
    default:
        return fields.exponent == greatest && (fields.fraction || fields.low_fraction);
    }
}

bool mica_float_is_infinite(mica_float_kind kind, const uint64_t bits[2])
{
    const float_fields fields = split(kind, bits);
    return formats[kind].specials == MICA_FLOAT_IEEE &&
           fields.exponent == (uint32_t)mask(formats[kind].exponent_bits) &&
           fields.fraction == 0 && fields.low_fraction == 0;
}

/// `value` shifted right by `count`, rounded to nearest, ties to even.
static uint64_t shift_right_even(uint64_t value, int64_t count)
{
    if (count <= 0)
        return value;
    if (count > 64)
        return 0;
    const uint64_t kept = count == 64 ? 0 : value >> count;
    const uint64_t half = UINT64_C(1) << (count - 1);
    const uint64_t rest = value & (half | (half - 1));
    return kept + (rest > half || (rest == half && (kept & 1)));
}

/// significand * 2^exponent as a power of two: the nearest, the greater of two.
static void assemble_power(mica_float_kind kind, uint64_t significand, int64_t exponent,
                           uint64_t bits[2])
{
    const int top = 63 - __builtin_clzll(significand);
    const bool rounds_up = top > 0 && significand >> (top - 1) & 1;
    const int64_t biased = exponent + top + rounds_up + formats[kind].bias;
    bits[0] = biased < 0 ? 0 : biased > UINT8_MAX ? UINT8_MAX : (uint64_t)biased;
    bits[1] = 0;
}

/// Rounds significand * 2^exponent to the format; significand is below 2^63 and not 0.
static void assemble(mica_float_kind kind, bool negative, uint64_t significand,
                     int64_t exponent, uint64_t bits[2])
{
    const mica_float_format *format = &formats[kind];
    if (format->specials == MICA_FLOAT_EXPONENT) {
        assemble_power(kind, significand, exponent, bits);
        return;
    }
    // The value is 1.xxx * 2^scale.
    const int top = 63 - __builtin_clzll(significand);
    int64_t scale = exponent + top;
    const int64_t least = 1 - format->bias;
    const int fraction_bits = format->fraction_bits;
    // Weight of the last kept bit: relative to the leading one, or fixed for subnormals.
    int64_t last = (scale < least ? least : scale) - fraction_bits;
    uint64_t kept = shift_right_even(significand, last - exponent);
    if (last < exponent && fraction_bits <= 63)
        kept = significand << (exponent - last);
    if (kind == MICA_FLOAT_F128) {
        // A double is exact here: 64 significant bits go to the top of 112.
        const uint64_t aligned = significand << (63 - top);
        const float_fields fields = {negative, (uint32_t)(scale + format->bias), aligned << 1,
                                     0};
        join(kind, &fields, bits);
        return;
    }
    float_fields fields = {negative, 0, 0, 0};
    const uint64_t one = UINT64_C(1) << fraction_bits;
    if (scale >= least && fraction_bits < 63 && kept >> (fraction_bits + 1)) {
        kept >>= 1; // rounding carried into the next power of two
        ++scale;
    }
    if (kept >= one || scale >= least) {
        const int64_t biased = (scale < least ? least : scale) + format->bias;
        const int64_t greatest = (int64_t)mask(format->exponent_bits);
        fields.fraction = kept & (one - 1);
        const bool special =
            format->specials == MICA_FLOAT_IEEE ? biased >= greatest
            : format->specials == MICA_FLOAT_ONE_NAN
                ? biased > greatest || (biased == greatest && fields.fraction == one - 1)
                : biased > greatest;
        if (special) {
            mica_float_infinity(kind, negative, bits);
            return;
        }
        fields.exponent = (uint32_t)biased;
    } else {
        fields.fraction = kept;
    }
    if (format->specials == MICA_FLOAT_ZERO_NAN && fields.exponent == 0 && !fields.fraction)
        fields.negative = false;
    join(kind, &fields, bits);
}

void mica_float_from_double(mica_float_kind kind, double value, uint64_t bits[2])
{
    if (kind == MICA_FLOAT_F64) {
        memcpy(bits, &value, sizeof value);
        bits[1] = 0;
        return;
    }
    const bool negative = signbit(value);
    if (isnan(value)) {
        write_nan(kind, negative, bits);
        return;
    }
    if (isinf(value)) {
        mica_float_infinity(kind, negative, bits);
        return;
    }
    int exponent;
    const double fraction = frexp(fabs(value), &exponent);
    const uint64_t significand = (uint64_t)ldexp(fraction, 53);
    if (significand == 0) {
        const float_fields zero = {negative && formats[kind].specials != MICA_FLOAT_ZERO_NAN, 0,
                                   0, 0};
        join(kind, &zero, bits);
        return;
    }
    assemble(kind, negative, significand, exponent - 53, bits);
}

double mica_float_to_double(mica_float_kind kind, const uint64_t bits[2])
{
    const mica_float_format *format = &formats[kind];
    const float_fields fields = split(kind, bits);
    if (mica_float_is_nan(kind, bits))
        return fields.negative ? -NAN : NAN;
    if (mica_float_is_infinite(kind, bits))
        return fields.negative ? -INFINITY : INFINITY;
    const int fraction_bits = format->fraction_bits > 64 ? 64 : format->fraction_bits;
    if (format->specials == MICA_FLOAT_EXPONENT)
        return ldexp(1.0, (int)fields.exponent - format->bias);
    int exponent = (fields.exponent ? (int)fields.exponent : 1) - format->bias;
    // Up to 64 fraction bits and a leading one: add the two parts as doubles, high part first.
    double value = ldexp((double)(fields.fraction >> 11), exponent - fraction_bits + 11) +
                   ldexp((double)(fields.fraction & 2047), exponent - fraction_bits);
    if (fields.exponent)
        value += ldexp(1.0, exponent);
    return fields.negative ? -value : value;
}

double mica_float_greatest(mica_float_kind kind)
{
    uint64_t bits[2];
    write_greatest(kind, false, bits);
    return mica_float_to_double(kind, bits);
}

void mica_float_convert(mica_float_kind from, const uint64_t in[2], mica_float_kind to,
                        uint64_t out[2])
{
    if (from == to) {
        out[0] = in[0];
        out[1] = in[1];
        return;
    }
    mica_float_from_double(to, mica_float_to_double(from, in), out);
}
