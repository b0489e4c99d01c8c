// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Conversions between narrow floats (bf16 among them) and f32 or f64, without branches and
// tables, so that loops over them become vector code. Widening moves the magnitude to its place
// and corrects the exponent's bias; below the least normal number it takes away the one that
// the wide format would imply. Rounding adds just below half of the last kept place, and one
// more where that place is odd; below the least normal number an addition of floats does it, to
// a number so great that its own last place is the narrow format's.
//
//   f8E4M3FN 0.1101.011                    f32 0.10000101.01100000000000000000000
//             --- ----  << 20, + (127 - 7) << 23
#include "transforms/convert/narrow_float_arith.h"

#include "dialects/arith/arith_ops.h"

#include <math.h>

// ---- short spellings
// -------------------------------------------------------------------------

static mica_value *only(mica_op *op)
{
    return op ? mica_op_result(op, 0) : NULL;
}

/// The element type in the shape of `like`.
static const mica_type *shaped(const mica_value *like, const mica_type *element)
{
    const mica_type *type = mica_value_type(like);
    return mica_type_is_shaped(type) ? mica_type_with_element(type, element) : element;
}

static const mica_type *integer_like(const mica_value *like, uint32_t width)
{
    return shaped(like, mica_integer_type_get(mica_value_context(like), width, MICA_SIGNLESS));
}

static const mica_type *float_like(const mica_value *like, mica_float_kind kind)
{
    return shaped(like, mica_float_type_get(mica_value_context(like), kind));
}

/// A constant of the type of `like`, an integer or a shape of integers.
static mica_value *number(mica_builder *b, const mica_value *like, uint64_t value)
{
    const mica_type *type = mica_value_type(like);
    const bool is_shaped = mica_type_is_shaped(type);
    const mica_attr *scalar =
        mica_integer_attr_get(is_shaped ? mica_type_element(type) : type, (int64_t)value);
    const mica_attr *attr =
        is_shaped && scalar ? mica_dense_elements_attr_get_splat(type, scalar) : scalar;
    return attr ? only(mica_arith_constant_build(b, attr)) : NULL;
}

static mica_value *add(mica_builder *b, mica_value *x, uint64_t value)
{
    return value ? only(mica_arith_addi_build(b, x, number(b, x, value),
                                              MICA_ARITH_INTEGER_OVERFLOW_FLAGS_NONE))
                 : x;
}

static mica_value *mask(mica_builder *b, mica_value *x, uint64_t value)
{
    return only(mica_arith_andi_build(b, x, number(b, x, value)));
}

static mica_value *either(mica_builder *b, mica_value *x, mica_value *y)
{
    return only(mica_arith_ori_build(b, x, y));
}

static mica_value *left(mica_builder *b, mica_value *x, unsigned places)
{
    return places ? only(mica_arith_shli_build(b, x, number(b, x, places),
                                               MICA_ARITH_INTEGER_OVERFLOW_FLAGS_NONE))
                  : x;
}

static mica_value *right(mica_builder *b, mica_value *x, unsigned places)
{
    return places ? only(mica_arith_shrui_build(b, x, number(b, x, places))) : x;
}

static mica_value *bits_of(mica_builder *b, mica_value *x, const mica_type *type)
{
    return only(mica_arith_bitcast_build(b, type, x));
}

/// `value` where `x` compares so with `bound`, else `otherwise`.
static mica_value *choose(mica_builder *b, mica_arith_integer_comparison comparison,
                          mica_value *x, uint64_t bound, mica_value *value,
                          mica_value *otherwise)
{
    mica_value *holds = only(mica_arith_cmpi_build(b, x, number(b, x, bound), comparison));
    return only(mica_arith_select_build(b, holds, value, otherwise));
}

static uint64_t ones(unsigned count)
{
    return (UINT64_C(1) << count) - 1;
}

// ---- facts of a format
// -----------------------------------------------------------------------

/// The greatest finite magnitude.
static uint64_t greatest_code(const mica_float_format *format)
{
    const uint64_t all = ones(format->exponent_bits + format->fraction_bits);
    switch (format->specials) {
    case MICA_FLOAT_IEEE:
        return all - ones(format->fraction_bits) - 1;
    case MICA_FLOAT_ONE_NAN:
        return all - 1;
    default:
        return all;
    }
}

// ---- widening
// --------------------------------------------------------------------------------

enum { F32_FRACTION = 23, F32_BIAS = 127, F32_NAN = 0x7FC00000 };

/// 2^(bits - 127): f32's exponent alone, but for its least value and NaN.
static mica_value *extend_exponent(mica_builder *b, mica_value *wide)
{
    mica_value *value = left(b, wide, F32_FRACTION);
    value = choose(b, MICA_ARITH_INTEGER_COMPARISON_EQ, wide, 0,
                   number(b, wide, UINT64_C(1) << (F32_FRACTION - 1)), value);
    return choose(b, MICA_ARITH_INTEGER_COMPARISON_EQ, wide, UINT8_MAX,
                  number(b, wide, F32_NAN), value);
}

/// Where the bits stand for infinity or for none.
static mica_value *extend_specials(mica_builder *b, const mica_float_format *format,
                                   mica_value *wide, mica_value *magnitude, mica_value *value)
{
    mica_value *nan = number(b, wide, F32_NAN);
    const uint64_t greatest = greatest_code(format);
    switch (format->specials) {
    case MICA_FLOAT_IEEE:
        value = choose(b, MICA_ARITH_INTEGER_COMPARISON_UGT, magnitude, greatest,
                       number(b, wide, 0x7F800000), value);
        return choose(b, MICA_ARITH_INTEGER_COMPARISON_UGT, magnitude, greatest + 1, nan,
                      value);
    case MICA_FLOAT_ONE_NAN:
        return choose(b, MICA_ARITH_INTEGER_COMPARISON_UGT, magnitude, greatest, nan, value);
    case MICA_FLOAT_ZERO_NAN:
        return choose(b, MICA_ARITH_INTEGER_COMPARISON_EQ, wide,
                      UINT64_C(1) << (format->width - 1), nan, value);
    default:
        return value;
    }
}

mica_value *micai_narrow_float_extend(mica_builder *b, mica_value *bits, mica_float_kind kind)
{
    const mica_float_format *format = mica_float_format_of(kind);
    const mica_type *i32 = integer_like(bits, 32), *f32 = float_like(bits, MICA_FLOAT_F32);
    mica_value *wide = only(mica_arith_extui_build(b, i32, bits));
    if (format->specials == MICA_FLOAT_EXPONENT)
        return bits_of(b, extend_exponent(b, wide), f32);
    const unsigned places = F32_FRACTION - format->fraction_bits;
    if (format->bias == F32_BIAS) // bf16: the upper half
        return bits_of(b, left(b, wide, places), f32);
    const uint64_t rebias = (uint64_t)(F32_BIAS - format->bias) << F32_FRACTION;
    const uint64_t one = rebias + (UINT64_C(1) << F32_FRACTION);
    mica_value *magnitude = mask(b, wide, ones(format->width - 1u));
    mica_value *moved = left(b, magnitude, places);
    mica_value *small = only(mica_arith_subf_build(b, bits_of(b, add(b, moved, one), f32),
                                                   bits_of(b, number(b, wide, one), f32),
                                                   MICA_ARITH_FASTMATH_FLAGS_NONE));
    mica_value *value = choose(b, MICA_ARITH_INTEGER_COMPARISON_ULT, magnitude,
                               UINT64_C(1) << format->fraction_bits, bits_of(b, small, i32),
                               add(b, moved, rebias));
    value = extend_specials(b, format, wide, magnitude, value);
    mica_value *sign = mask(b, wide, UINT64_C(1) << (format->width - 1));
    return bits_of(b, either(b, value, left(b, sign, 32u - format->width)), f32);
}

// ---- rounding
// --------------------------------------------------------------------------------

/// The nearest power of two, the greater of two: the exponent, one more when the first bit of
/// the fraction is set. f64 has no subnormal numbers where it matters.
static mica_value *round_exponent(mica_builder *b, mica_value *magnitude)
{
    enum { FRACTION = 52, REBIAS = 1023 - 127 };
    mica_value *power = right(b, add(b, magnitude, UINT64_C(1) << (FRACTION - 1)), FRACTION);
    power = add(b, power, (uint64_t)-REBIAS);
    power = choose(b, MICA_ARITH_INTEGER_COMPARISON_SLT, power, 0, number(b, power, 0), power);
    return choose(b, MICA_ARITH_INTEGER_COMPARISON_UGT, power, UINT8_MAX,
                  number(b, power, UINT8_MAX), power);
}

/// The magnitude of the nearest number of the format, as if exponents had no end.
static mica_value *round_magnitude(mica_builder *b, const mica_float_format *wide,
                                   const mica_float_format *format, mica_value *magnitude,
                                   const mica_type *float_type)
{
    const mica_type *type = mica_value_type(magnitude);
    const unsigned places = (unsigned)(wide->fraction_bits - format->fraction_bits);
    const uint64_t rebias = (uint64_t)(wide->bias - format->bias);
    mica_value *odd = mask(b, right(b, magnitude, places), 1);
    mica_value *sum = only(mica_arith_addi_build(b, add(b, magnitude, ones(places - 1)), odd,
                                                 MICA_ARITH_INTEGER_OVERFLOW_FLAGS_NONE));
    mica_value *normal = add(b, right(b, sum, places), -(rebias << format->fraction_bits));
    if (rebias == 0) // the same exponents, and subnormal numbers in the same places
        return normal;
    // The least normal number, and the power of two whose last place is the format's.
    const uint64_t least = (rebias + 1) << wide->fraction_bits;
    const uint64_t anchor = (rebias + 1 + places) << wide->fraction_bits;
    mica_value *anchored = only(mica_arith_addf_build(
        b, bits_of(b, magnitude, float_type),
        bits_of(b, number(b, magnitude, anchor), float_type), MICA_ARITH_FASTMATH_FLAGS_NONE));
    mica_value *small = add(b, bits_of(b, anchored, type), -anchor);
    return choose(b, MICA_ARITH_INTEGER_COMPARISON_ULT, magnitude, least, small, normal);
}

/// What becomes of numbers beyond the greatest, and of NaN.
static mica_value *round_specials(mica_builder *b, const mica_float_format *wide,
                                  mica_float_kind kind, mica_value *magnitude, mica_value *code)
{
    const mica_float_format *format = mica_float_format_of(kind);
    uint64_t too_great[2], nan[2];
    mica_float_from_double(kind, (double)INFINITY, too_great);
    mica_float_from_double(kind, (double)NAN, nan);
    code = choose(b, MICA_ARITH_INTEGER_COMPARISON_UGT, code, greatest_code(format),
                  number(b, code, too_great[0]), code);
    const uint64_t infinity = ones(wide->exponent_bits) << wide->fraction_bits;
    return nan[0] == too_great[0] ? code
                                  : choose(b, MICA_ARITH_INTEGER_COMPARISON_UGT, magnitude,
                                           infinity, number(b, code, nan[0]), code);
}

/// A format whose only NaN has the bits of -0 has no -0; NaN's sign bit is set already.
static mica_value *with_sign(mica_builder *b, const mica_float_format *format, mica_value *code,
                             mica_value *sign)
{
    mica_value *signed_code = either(b, code, sign);
    if (format->specials != MICA_FLOAT_ZERO_NAN)
        return signed_code;
    return choose(b, MICA_ARITH_INTEGER_COMPARISON_EQ, code, 0, code, signed_code);
}

mica_value *micai_narrow_float_round(mica_builder *b, mica_value *x, mica_float_kind kind)
{
    const mica_float_format *format = mica_float_format_of(kind);
    const bool is_power = format->specials == MICA_FLOAT_EXPONENT;
    const mica_type *element = mica_type_is_shaped(mica_value_type(x))
                                   ? mica_type_element(mica_value_type(x))
                                   : mica_value_type(x);
    if (is_power && !mica_type_is_float_kind(element, MICA_FLOAT_F64)) {
        element = mica_float_type_get(mica_value_context(x), MICA_FLOAT_F64);
        x = only(mica_arith_extf_build(b, shaped(x, element), x, NULL));
    }
    const mica_float_format *wide = mica_float_format_of(mica_float_type_kind(element));
    const mica_type *stored = integer_like(x, format->width > 8 ? 16 : 8);
    mica_value *bits = bits_of(b, x, integer_like(x, wide->width));
    mica_value *magnitude = mask(b, bits, ones(wide->width - 1u));
    if (is_power)
        return only(mica_arith_trunci_build(b, stored, round_exponent(b, magnitude)));
    mica_value *code = round_magnitude(b, wide, format, magnitude, mica_value_type(x));
    code = round_specials(b, wide, kind, magnitude, code);
    mica_value *sign = left(b, right(b, bits, wide->width - 1u), format->width - 1u);
    return only(mica_arith_trunci_build(b, stored, with_sign(b, format, code, sign)));
}
