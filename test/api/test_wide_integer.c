// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Wide integers against 128-bit arithmetic of the compiler, at many widths.
#include <math.h>

#include "ir/support/wide_integer.h"
#include "test/cmocka_support.h"

__extension__ typedef unsigned __int128 u128;
__extension__ typedef __int128 s128;

static uint64_t next_random(uint64_t *state)
{
    *state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return *state ^ (*state >> 29);
}

static u128 mask(uint32_t width)
{
    return width == 128 ? ~(u128)0 : ((u128)1 << width) - 1;
}

static mica_wide wide(uint32_t width, u128 value)
{
    const uint64_t words[] = {(uint64_t)value, (uint64_t)(value >> 64)};
    return mica_wide_from_words(width, words);
}

static u128 narrow(mica_wide value)
{
    assert_int_equal(value.words[2], 0);
    assert_int_equal(value.words[3], 0);
    return (u128)value.words[1] << 64 | value.words[0];
}

static s128 as_signed(uint32_t width, u128 value)
{
    const u128 sign = (u128)1 << (width - 1);
    return (s128)((value ^ sign) - sign);
}

static void assert_same(uint32_t width, mica_wide actual, u128 expected)
{
    assert_int_equal(actual.width, width);
    assert_true(narrow(actual) == (expected & mask(width)));
}

static void check_pair(uint32_t width, u128 x, u128 y)
{
    const mica_wide a = wide(width, x), b = wide(width, y);
    const s128 sx = as_signed(width, x), sy = as_signed(width, y);
    assert_same(width, mica_wide_add(&a, &b), x + y);
    assert_same(width, mica_wide_subtract(&a, &b), x - y);
    assert_same(width, mica_wide_multiply(&a, &b), x * y);
    assert_same(width, mica_wide_negate(&a), -x);
    assert_same(width, mica_wide_and(&a, &b), x & y);
    assert_same(width, mica_wide_or(&a, &b), x | y);
    assert_same(width, mica_wide_xor(&a, &b), x ^ y);
    assert_int_equal(mica_wide_compare_unsigned(&a, &b), x < y ? -1 : x > y);
    assert_int_equal(mica_wide_compare_signed(&a, &b), sx < sy ? -1 : sx > sy);
    const uint32_t count = (uint32_t)(y % width);
    assert_same(width, mica_wide_shift_left(&a, count), x << count);
    assert_same(width, mica_wide_shift_right_unsigned(&a, count), x >> count);
    assert_same(width, mica_wide_shift_right_signed(&a, count), (u128)(sx >> count));
    if (y == 0)
        return;
    mica_wide quotient, remainder;
    mica_wide_divide_unsigned(&a, &b, &quotient, &remainder);
    assert_same(width, quotient, x / y);
    assert_same(width, remainder, x % y);
    if (width == 128 && sy == -1)
        return;
    mica_wide_divide_signed(&a, &b, &quotient, &remainder);
    assert_same(width, quotient, (u128)(sx / sy));
    assert_same(width, remainder, (u128)(sx % sy));
}

static void arithmetic_agrees_with_the_compiler(void **state)
{
    (void)state;
    static const uint32_t widths[] = {1, 7, 8, 32, 63, 64, 65, 100, 127, 128};
    uint64_t seed = 1;
    for (size_t w = 0; w < sizeof widths / sizeof *widths; w++)
        for (size_t i = 0; i < 400; i++) {
            u128 x = (u128)next_random(&seed) << 64 | next_random(&seed);
            u128 y = (u128)next_random(&seed) << 64 | next_random(&seed);
            if (i % 4 == 1)
                y >>= 1 + i % 120;
            if (i % 16 == 2)
                x = (u128)1 << (widths[w] - 1);
            if (i % 16 == 3)
                y = ~(u128)0;
            check_pair(widths[w], x & mask(widths[w]), y & mask(widths[w]));
        }
}

static void extension_and_counts(void **state)
{
    (void)state;
    const mica_wide minus_two = mica_wide_from_int(7, -2);
    const mica_wide extended = mica_wide_extend_signed(&minus_two, 200);
    assert_int_equal(mica_wide_to_int(&extended), -2);
    assert_int_equal(mica_wide_ones(&extended), 199);
    const mica_wide positive = mica_wide_extend_unsigned(&minus_two, 200);
    assert_int_equal(mica_wide_to_int(&positive), 126);
    assert_int_equal(mica_wide_leading_zeros(&positive), 193);
    assert_int_equal(mica_wide_trailing_zeros(&positive), 1);
    const mica_wide zero = mica_wide_from_int(33, 0);
    assert_int_equal(mica_wide_leading_zeros(&zero), 33);
    assert_int_equal(mica_wide_trailing_zeros(&zero), 33);
    assert_true(mica_wide_is_zero(&zero));
}

static void division_works_at_the_full_width(void **state)
{
    (void)state;
    const mica_wide ones = mica_wide_from_int(256, -1), three = mica_wide_from_int(256, 3);
    mica_wide quotient, remainder;
    mica_wide_divide_unsigned(&ones, &three, &quotient, &remainder);
    for (size_t i = 0; i < MICA_WIDE_WORDS; i++)
        assert_true(quotient.words[i] == UINT64_C(0x5555555555555555));
    assert_true(mica_wide_is_zero(&remainder));
    mica_wide_divide_unsigned(&three, &ones, &quotient, &remainder);
    assert_true(mica_wide_is_zero(&quotient));
    assert_true(mica_wide_equal(&remainder, &three));
}

static void doubles_round_to_even(void **state)
{
    (void)state;
    const mica_wide tie = mica_wide_from_int(64, (INT64_C(1) << 53) + 1);
    assert_true(mica_wide_to_double(&tie, true) == 0x1p53);
    const uint64_t words[] = {1, UINT64_C(1) << 53 | 1};
    const mica_wide above_tie = mica_wide_from_words(128, words);
    assert_true(mica_wide_to_double(&above_tie, false) == ldexp(0x1p53 + 2, 64));
    const mica_wide minus_one = mica_wide_from_int(16, -1);
    assert_true(mica_wide_to_double(&minus_one, true) == -1.0);
    assert_true(mica_wide_to_double(&minus_one, false) == 65535.0);
}

static void doubles_that_do_not_fit_are_refused(void **state)
{
    (void)state;
    mica_wide value;
    assert_true(mica_wide_from_double(-128.9, true, 8, &value));
    assert_int_equal(mica_wide_to_int(&value), -128);
    assert_false(mica_wide_from_double(-129.0, true, 8, &value));
    assert_false(mica_wide_from_double(128.0, true, 8, &value));
    assert_true(mica_wide_from_double(255.5, false, 8, &value));
    assert_int_equal(value.words[0], 255);
    assert_false(mica_wide_from_double(256.0, false, 8, &value));
    assert_false(mica_wide_from_double(-1.0, false, 8, &value));
    assert_true(mica_wide_from_double(-0.5, false, 8, &value));
    assert_true(mica_wide_is_zero(&value));
    assert_false(mica_wide_from_double(NAN, true, 64, &value));
    assert_false(mica_wide_from_double(INFINITY, true, 64, &value));
    assert_true(mica_wide_from_double(-0x1p127, true, 128, &value));
    assert_true(mica_wide_is_negative(&value));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(arithmetic_agrees_with_the_compiler),
        cmocka_unit_test(extension_and_counts),
        cmocka_unit_test(division_works_at_the_full_width),
        cmocka_unit_test(doubles_round_to_even),
        cmocka_unit_test(doubles_that_do_not_fit_are_refused),
    };
    return cmocka_run_group_tests_name("wide_integer", tests, NULL, NULL);
}
