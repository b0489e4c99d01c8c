// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The rule of allclose where numpy's own arithmetic would hide it (wide integers), and what is
// reported. Agreement with numpy at large is against_numpy.py's.
#include "test/cmocka_support.h"
#include "tools/support/array_compare.h"

#include <math.h>
#include <string.h>

static mica_array make_row(uint32_t type, const void *values, int64_t count)
{
    mica_tool_error error;
    mica_array array;
    assert_true(mica_array_create(&array, type, 1, &count, &error));
    memcpy(array.data, values, (size_t)array.size);
    return array;
}

static mica_comparison compare(uint32_t type, const void *actual, const void *expected,
                               int64_t count, double rtol, double atol, bool equal_nan)
{
    mica_tool_error error;
    mica_comparison result;
    mica_array a = make_row(type, actual, count), e = make_row(type, expected, count);
    assert_true(mica_array_compare(&a, &e, rtol, atol, equal_nan, &result, &error));
    mica_array_destroy(&a);
    mica_array_destroy(&e);
    assert_int_equal(result.count, count);
    return result;
}

static void test_largest_error(void **state)
{
    (void)state;
    const float actual[] = {1, 2.5f, 100.25f, 0}, expected[] = {1, 2, 100, 0};
    const mica_comparison r = compare(MICA_RT_F32, actual, expected, 4, 0.01, 0, false);
    assert_int_equal(r.mismatches, 1);
    assert_true(r.largest_error == 0.5);
    assert_int_equal(r.largest_index, 1);
    assert_true(r.largest_relative_error == 0.25);
}

// Exactly the tolerance is allowed; it is measured against the expected value alone.
static void test_tolerance_is_not_symmetric(void **state)
{
    (void)state;
    const double ten = 10, eleven = 11;
    assert_int_equal(compare(MICA_RT_F64, &eleven, &ten, 1, 0.1, 0, false).mismatches, 0);
    assert_int_equal(compare(MICA_RT_F64, &ten, &eleven, 1, 0.09, 0, false).mismatches, 1);
    assert_int_equal(compare(MICA_RT_F64, &ten, &eleven, 1, 0, 1, false).mismatches, 0);
}

static void test_wide_integers(void **state)
{
    (void)state;
    const int64_t a[] = {INT64_MAX, INT64_MIN, 5}, e[] = {INT64_MAX - 1, INT64_MAX, 5};
    const mica_comparison r = compare(MICA_RT_I64, a, e, 3, 0, 0, false);
    assert_int_equal(r.mismatches, 2);
    assert_true(r.largest_error == 0x1p64);
    const uint64_t u[] = {UINT64_MAX}, v[] = {UINT64_MAX - 1};
    assert_true(compare(MICA_RT_U64, u, v, 1, 0, 0, false).largest_error == 1);
}

static void test_nan_and_infinity(void **state)
{
    (void)state;
    const double a[] = {NAN, INFINITY, 1, NAN}, e[] = {NAN, -INFINITY, INFINITY, 1};
    mica_comparison r = compare(MICA_RT_F64, a, e, 4, 1, 1, false);
    assert_int_equal(r.mismatches, 4);
    assert_true(isnan(r.largest_error));
    assert_int_equal(r.largest_index, 0);
    r = compare(MICA_RT_F64, a, e, 4, 1, 1, true);
    assert_int_equal(r.mismatches, 3);
    assert_int_equal(r.largest_index, 3);
    assert_int_equal(compare(MICA_RT_F64, a, a, 4, 0, 0, true).mismatches, 0);
}

static void test_shapes_and_types_must_agree(void **state)
{
    (void)state;
    mica_tool_error error;
    mica_comparison result;
    const float values[4] = {0};
    mica_array a = make_row(MICA_RT_F32, values, 4), b = make_row(MICA_RT_F32, values, 3);
    mica_array c = make_row(MICA_RT_I32, values, 4);
    assert_false(mica_array_compare(&a, &b, 0, 0, false, &result, &error));
    assert_string_equal(error.text, "got f32[4], expected f32[3]");
    assert_false(mica_array_compare(&a, &c, 0, 0, false, &result, &error));
    assert_string_equal(error.text, "got f32[4], expected i32[4]");
    mica_array_destroy(&a);
    mica_array_destroy(&b);
    mica_array_destroy(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_largest_error),
        cmocka_unit_test(test_tolerance_is_not_symmetric),
        cmocka_unit_test(test_wide_integers),
        cmocka_unit_test(test_nan_and_infinity),
        cmocka_unit_test(test_shapes_and_types_must_agree),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
