// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Elements of 8 and fewer bits that C has no type for: a byte each in arrays. One table says
// how the floats are laid out; their special values are the few cases below it.
#include "tools/support/array.h"

#include <math.h>

typedef enum specials {
    SPECIALS_NONE,      // numbers only
    SPECIALS_IEEE,      // greatest exponent: infinity, NaN
    SPECIALS_ALL_ONES,  // NaN is all ones
    SPECIALS_LIKE_ZERO, // NaN has the bits of -0
} specials;

// clang-format off
static const struct layout {
    uint32_t type;
    uint8_t exponent_bits, fraction_bits;
    int16_t bias;
    specials specials;
} layouts[] = {
    {MICA_RT_F8E4M3FN,   4, 3, 7,  SPECIALS_ALL_ONES},
    {MICA_RT_F8E4M3FNUZ, 4, 3, 8,  SPECIALS_LIKE_ZERO},
    {MICA_RT_F8E5M2,     5, 2, 15, SPECIALS_IEEE},
    {MICA_RT_F8E5M2FNUZ, 5, 2, 16, SPECIALS_LIKE_ZERO},
    {MICA_RT_F4E2M1,     2, 1, 1,  SPECIALS_NONE},
};
// clang-format on

static double float_value(const struct layout *layout, unsigned bits)
{
    const unsigned sign_bit = 1u << (layout->exponent_bits + layout->fraction_bits);
    const unsigned magnitude = bits & (sign_bit - 1);
    const unsigned infinity = ((1u << layout->exponent_bits) - 1) << layout->fraction_bits;
    const int exponent = (int)(magnitude >> layout->fraction_bits);
    const unsigned fraction = magnitude & ((1u << layout->fraction_bits) - 1);
    const unsigned leading = exponent ? 1u << layout->fraction_bits : 0;
    double value = ldexp((double)(leading | fraction),
                         (exponent ? exponent : 1) - layout->bias - layout->fraction_bits);
    if (layout->specials == SPECIALS_IEEE && magnitude >= infinity)
        value = magnitude == infinity ? (double)INFINITY : (double)NAN;
    if ((layout->specials == SPECIALS_ALL_ONES && magnitude == sign_bit - 1) ||
        (layout->specials == SPECIALS_LIKE_ZERO && (bits & (2 * sign_bit - 1)) == sign_bit))
        value = (double)NAN;
    return bits & sign_bit ? -value : value;
}

// The low `width` bits as two's complement.
static double signed_value(unsigned bits, unsigned width)
{
    const int value = (int)(bits & ((1u << width) - 1));
    return value >> (width - 1) ? value - (1 << width) : value;
}

double mica_narrow_value(uint32_t type, uint8_t bits)
{
    for (size_t i = 0; i < sizeof layouts / sizeof layouts[0]; ++i) {
        if (layouts[i].type == type)
            return float_value(&layouts[i], bits);
    }
    switch (type) {
    case MICA_RT_F8E8M0:
        return bits == UINT8_MAX ? (double)NAN : ldexp(1, bits - 127);
    case MICA_RT_I4:
        return signed_value(bits, 4);
    case MICA_RT_I2:
        return signed_value(bits, 2);
    case MICA_RT_U4:
        return bits & 0xf;
    case MICA_RT_U2:
        return bits & 0x3;
    default: // a whole byte
        return bits;
    }
}

uint32_t mica_array_bits_type(uint32_t type)
{
    if (type == MICA_RT_BF16)
        return MICA_RT_U16;
    return type >= MICA_RT_F8E4M3FN && type <= MICA_RT_U2 ? MICA_RT_U8 : type;
}

void mica_array_take_bits_as(mica_array *array, uint32_t type)
{
    if (array->type != type && mica_array_bits_type(type) == array->type)
        array->type = type;
}
