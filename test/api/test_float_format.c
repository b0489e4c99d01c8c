// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Floats of 8 and 4 bits: every code both ways, and every border of rounding. What is nearest
// is found here by looking at all numbers of the format.
#include "ir/core/float_format.h"

#include <float.h>
#include <math.h>

#include "test/cmocka_support.h"

static const mica_float_kind kinds[] = {
    MICA_FLOAT_F8E5M2,     MICA_FLOAT_F8E4M3,        MICA_FLOAT_F8E4M3FN, MICA_FLOAT_F8E5M2FNUZ,
    MICA_FLOAT_F8E4M3FNUZ, MICA_FLOAT_F8E4M3B11FNUZ, MICA_FLOAT_F8E3M4,   MICA_FLOAT_F4E2M1FN,
};
enum { KIND_COUNT = sizeof kinds / sizeof *kinds };

static double decode(mica_float_kind kind, uint64_t code)
{
    const uint64_t bits[2] = {code, 0};
    return mica_float_to_double(kind, bits);
}

static uint64_t encode(mica_float_kind kind, double value)
{
    uint64_t bits[2];
    mica_float_from_double(kind, value, bits);
    assert_int_equal(bits[1], 0);
    return bits[0];
}

static uint64_t sign_of(mica_float_kind kind)
{
    return UINT64_C(1) << (mica_float_format_of(kind)->width - 1);
}

static void every_code_survives(void **state)
{
    (void)state;
    for (int k = 0; k < KIND_COUNT; k++)
        for (uint64_t code = 0; code < 2 * sign_of(kinds[k]); code++) {
            const double value = decode(kinds[k], code);
            if (!isnan(value))
                assert_int_equal(encode(kinds[k], value), code);
        }
    for (uint64_t code = 0; code < 255; code++) {
        assert_true(decode(MICA_FLOAT_F8E8M0FNU, code) == ldexp(1, (int)code - 127));
        assert_int_equal(encode(MICA_FLOAT_F8E8M0FNU, ldexp(1, (int)code - 127)), code);
    }
}

/// Numbers of codes that follow each other: half way the even code, else the nearer one.
static void check_border(mica_float_kind kind, uint64_t code)
{
    const double low = decode(kind, code), high = decode(kind, code + 1);
    const double middle = (low + high) / 2;
    assert_int_equal(encode(kind, middle), code + (code & 1));
    assert_int_equal(encode(kind, nextafter(middle, low)), code);
    assert_int_equal(encode(kind, nextafter(middle, high)), code + 1);
    if (code + (code & 1) > 0) // FNUZ formats have no -0
        assert_int_equal(encode(kind, -middle), (code + (code & 1)) | sign_of(kind));
}

static void borders_go_to_the_even_code(void **state)
{
    (void)state;
    for (int k = 0; k < KIND_COUNT; k++) {
        const uint64_t greatest = encode(kinds[k], mica_float_greatest(kinds[k]));
        for (uint64_t code = 0; code < greatest; code++)
            check_border(kinds[k], code);
    }
}

static void what_is_too_great(void **state)
{
    (void)state;
    assert_true(mica_float_greatest(MICA_FLOAT_F8E4M3FN) == 448);
    assert_true(mica_float_greatest(MICA_FLOAT_F8E5M2) == 57344);
    assert_true(mica_float_greatest(MICA_FLOAT_F8E4M3FNUZ) == 240);
    assert_true(mica_float_greatest(MICA_FLOAT_F4E2M1FN) == 6);
    assert_true(mica_float_greatest(MICA_FLOAT_F32) == (double)FLT_MAX);
    assert_true(mica_float_greatest(MICA_FLOAT_F64) == DBL_MAX);
    assert_true(mica_float_greatest(MICA_FLOAT_F8E8M0FNU) == 0x1p127);
    // 464 is half way between 448 (whose code is even) and what would be 480.
    assert_int_equal(encode(MICA_FLOAT_F8E4M3FN, 463.9), 0x7E);
    assert_int_equal(encode(MICA_FLOAT_F8E4M3FN, 464.0), 0x7E);
    assert_int_equal(encode(MICA_FLOAT_F8E4M3FN, 464.1), 0x7F);
    assert_int_equal(encode(MICA_FLOAT_F8E5M2, -61440.0), 0xFC);
    assert_int_equal(encode(MICA_FLOAT_F8E5M2, -61439.0), 0xFB);
    assert_int_equal(encode(MICA_FLOAT_F8E4M3FNUZ, 248.0), 0x80);
    assert_int_equal(encode(MICA_FLOAT_F4E2M1FN, 1e30), 0x7);
    assert_int_equal(encode(MICA_FLOAT_F4E2M1FN, -(double)INFINITY), 0xF);
    assert_int_equal(encode(MICA_FLOAT_F4E2M1FN, (double)NAN), 0x8);
}

static void powers_of_two_have_no_sign(void **state)
{
    (void)state;
    assert_int_equal(encode(MICA_FLOAT_F8E8M0FNU, -4), 129);
    assert_int_equal(encode(MICA_FLOAT_F8E8M0FNU, 0), 0);
    assert_int_equal(encode(MICA_FLOAT_F8E8M0FNU, 5.9), 129);
    assert_int_equal(encode(MICA_FLOAT_F8E8M0FNU, 6), 130);
    assert_int_equal(encode(MICA_FLOAT_F8E8M0FNU, 0x1p-140), 0);
    assert_int_equal(encode(MICA_FLOAT_F8E8M0FNU, 0x1.7p127), 254);
    assert_int_equal(encode(MICA_FLOAT_F8E8M0FNU, 0x1.8p127), 255);
    assert_true(isnan(decode(MICA_FLOAT_F8E8M0FNU, 255)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_code_survives),
        cmocka_unit_test(borders_go_to_the_even_code),
        cmocka_unit_test(what_is_too_great),
        cmocka_unit_test(powers_of_two_have_no_sign),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
