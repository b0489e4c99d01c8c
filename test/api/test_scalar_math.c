// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Scalar functions against the C compiler's own types, and maps over elements.
#include <math.h>

#include "ir/core/scalar_math.h"
#include "ir/rewrite/constant_fold.h"
#include "test/api/ir_fixture.h"

static mica_scalar int_scalar(const mica_type *type, int64_t value)
{
    mica_scalar scalar = {.type = type};
    mica_scalar_set_int(&scalar, value);
    return scalar;
}

static mica_scalar float_scalar(const mica_type *type, double value)
{
    mica_scalar scalar = {.type = type};
    assert_true(mica_scalar_set_float(&scalar, value));
    return scalar;
}

static int64_t on_ints(mica_scalar_fn function, const mica_type *type, int64_t a, int64_t b)
{
    const mica_scalar operands[] = {int_scalar(type, a), int_scalar(type, b)};
    mica_scalar result = {.type = type};
    assert_true(function(operands, &result, 0));
    return mica_wide_to_int(&result.as.integer);
}

static void division_rounds_as_named(void **state)
{
    const ir_fixture *fixture = *state;
    for (int a = -9; a <= 9; a++)
        for (int b = -4; b <= 4; b++) {
            if (b == 0)
                continue;
            const double exact = (double)a / b;
            assert_int_equal(on_ints(mica_scalar_divsi, fixture->i32, a, b), a / b);
            assert_int_equal(on_ints(mica_scalar_remsi, fixture->i32, a, b), a % b);
            assert_int_equal(on_ints(mica_scalar_ceildivsi, fixture->i32, a, b),
                             (int)ceil(exact));
            assert_int_equal(on_ints(mica_scalar_floordivsi, fixture->i32, a, b),
                             (int)floor(exact));
        }
    assert_int_equal(on_ints(mica_scalar_ceildivui, fixture->i32, 7, 2), 4);
    assert_int_equal(on_ints(mica_scalar_ceildivui, fixture->i32, 8, 2), 4);
}

static void undefined_results_are_refused(void **state)
{
    const ir_fixture *fixture = *state;
    const mica_type *i8 = mica_integer_type_get(fixture->context, 8, MICA_SIGNLESS);
    static const mica_scalar_fn divisions[] = {
        mica_scalar_divsi, mica_scalar_divui, mica_scalar_ceildivsi, mica_scalar_ceildivui,
        mica_scalar_remsi, mica_scalar_remui, mica_scalar_floordivsi};
    mica_scalar operands[] = {int_scalar(i8, -128), int_scalar(i8, 0)}, result = {.type = i8};
    for (size_t i = 0; i < sizeof divisions / sizeof *divisions; i++)
        assert_false(divisions[i](operands, &result, 0));
    operands[1] = int_scalar(i8, -1);
    assert_false(mica_scalar_divsi(operands, &result, 0));
    assert_true(mica_scalar_remsi(operands, &result, 0));
    assert_int_equal(mica_wide_to_int(&result.as.integer), 0);
    operands[1] = int_scalar(i8, 8);
    assert_false(mica_scalar_shli(operands, &result, 0));
    operands[1] = int_scalar(i8, 7);
    assert_true(mica_scalar_shrsi(operands, &result, 0));
    assert_int_equal(mica_wide_to_int(&result.as.integer), -1);
}

static void float_sums_round_in_their_format(void **state)
{
    const ir_fixture *fixture = *state;
    const mica_type *f32 = mica_float_type_get(fixture->context, MICA_FLOAT_F32);
    const mica_type *f16 = mica_float_type_get(fixture->context, MICA_FLOAT_F16);
    uint32_t random = 3;
    for (size_t i = 0; i < 2000; i++) {
        random = random * 1664525u + 1013904223u;
        const float a = ldexpf((float)(int32_t)random, (int)(i % 60) - 30);
        random = random * 1664525u + 1013904223u;
        const float b = ldexpf((float)(int32_t)random, -25);
        const mica_scalar operands[] = {float_scalar(f32, a), float_scalar(f32, b)};
        mica_scalar result = {.type = f32};
        double value;
        assert_true(mica_scalar_addf(operands, &result, 0));
        assert_true(mica_scalar_get_float(&result, &value) && (float)value == a + b);
        assert_true(mica_scalar_mulf(operands, &result, 0));
        assert_true(mica_scalar_get_float(&result, &value) && (float)value == a * b);
        assert_true(mica_scalar_divf(operands, &result, 0));
        assert_true(mica_scalar_get_float(&result, &value) && (float)value == a / b);
    }
    const mica_scalar big[] = {float_scalar(f16, 2048), float_scalar(f16, 1)};
    mica_scalar sum = {.type = f16};
    double value;
    assert_true(mica_scalar_addf(big, &sum, 0) && mica_scalar_get_float(&sum, &value));
    assert_true(value == 2048);
}

static void least_and_greatest_treat_nan_and_zero(void **state)
{
    const ir_fixture *fixture = *state;
    const mica_type *f64 = mica_float_type_get(fixture->context, MICA_FLOAT_F64);
    mica_scalar operands[] = {float_scalar(f64, (double)NAN), float_scalar(f64, 1)};
    mica_scalar result = {.type = f64};
    double value;
    assert_true(mica_scalar_minimumf(operands, &result, 0));
    assert_true(mica_scalar_get_float(&result, &value) && isnan(value));
    assert_true(mica_scalar_minnumf(operands, &result, 0));
    assert_true(mica_scalar_get_float(&result, &value) && value == 1);
    operands[0] = float_scalar(f64, 0.0);
    operands[1] = float_scalar(f64, -0.0);
    assert_true(mica_scalar_minimumf(operands, &result, 0));
    assert_true(mica_scalar_get_float(&result, &value) && signbit(value));
    assert_true(mica_scalar_maximumf(operands, &result, 0));
    assert_true(mica_scalar_get_float(&result, &value) && !signbit(value));
}

static void comparisons_follow_their_predicates(void **state)
{
    const ir_fixture *fixture = *state;
    const mica_type *f64 = mica_float_type_get(fixture->context, MICA_FLOAT_F64);
    const mica_type *i1 = mica_integer_type_get(fixture->context, 1, MICA_SIGNLESS);
    static const struct {
        double a, b;
    } cases[] = {{1, 2}, {2, 2}, {3, 2}, {(double)NAN, 2}, {2, (double)NAN}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const double a = cases[i].a, b = cases[i].b;
        const bool unordered = isnan(a) || isnan(b);
        const bool expected[] = {false,
                                 a == b,
                                 a > b,
                                 a >= b,
                                 a < b,
                                 a <= b,
                                 a < b || a > b,
                                 !unordered,
                                 unordered || a == b,
                                 !(a <= b),
                                 !(a < b),
                                 !(a >= b),
                                 !(a > b),
                                 a != b,
                                 unordered,
                                 true};
        const mica_scalar operands[] = {float_scalar(f64, a), float_scalar(f64, b)};
        for (int64_t predicate = 0; predicate < 16; predicate++) {
            mica_scalar result = {.type = i1};
            assert_true(mica_scalar_cmpf(operands, &result, predicate));
            assert_int_equal(result.as.integer.words[0], expected[predicate]);
        }
    }
    const mica_scalar ints[] = {int_scalar(fixture->i32, -1), int_scalar(fixture->i32, 1)};
    static const bool expected[] = {false, true,  true,  true, false,
                                    false, false, false, true, true};
    for (int64_t predicate = 0; predicate < 10; predicate++) {
        mica_scalar result = {.type = i1};
        assert_true(mica_scalar_cmpi(ints, &result, predicate));
        assert_int_equal(result.as.integer.words[0], expected[predicate]);
    }
}

static void integers_round_once_to_floats(void **state)
{
    const ir_fixture *fixture = *state;
    const mica_type *f32 = mica_float_type_get(fixture->context, MICA_FLOAT_F32);
    const mica_type *i64 = mica_integer_type_get(fixture->context, 64, MICA_SIGNLESS);
    uint64_t random = 9;
    for (size_t i = 0; i < 2000; i++) {
        random = random * UINT64_C(6364136223846793005) + 1442695040888963407u;
        const int64_t number = (int64_t)(random >> (i % 40));
        const mica_scalar operand = int_scalar(i64, number);
        mica_scalar result = {.type = f32};
        double value;
        assert_true(mica_scalar_sitofp(&operand, &result, 0));
        assert_true(mica_scalar_get_float(&result, &value) && (float)value == (float)number);
        assert_true(mica_scalar_uitofp(&operand, &result, 0));
        assert_true(mica_scalar_get_float(&result, &value) &&
                    (float)value == (float)(uint64_t)number);
    }
}

static void elements_are_mapped(void **state)
{
    const ir_fixture *fixture = *state;
    const int64_t shape[] = {4};
    const mica_type *type = mica_vector_type_get(fixture->i32, shape, NULL, 1);
    const int32_t a[] = {1, 2, 3, 4}, b[] = {10}, sums[] = {11, 12, 13, 14};
    const mica_attr *operands[] = {mica_dense_elements_attr_get(type, a, sizeof a, false),
                                   mica_dense_elements_attr_get(type, b, sizeof b, true)};
    const mica_attr *sum = mica_constant_map(operands, 2, type, mica_scalar_addi, 0);
    assert_ptr_equal(sum, mica_dense_elements_attr_get(type, sums, sizeof sums, false));
    operands[0] = operands[1];
    sum = mica_constant_map(operands, 2, type, mica_scalar_addi, 0);
    assert_true(mica_dense_elements_attr_is_splat(sum));
    assert_true(mica_constant_is_int(sum, 20));
    operands[0] = mica_integer_attr_get(fixture->i32, 1);
    assert_null(mica_constant_map(operands, 2, type, mica_scalar_addi, 0));
    operands[0] = NULL;
    assert_null(mica_constant_map(operands, 2, type, mica_scalar_addi, 0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IR_TEST(division_rounds_as_named),
        IR_TEST(undefined_results_are_refused),
        IR_TEST(float_sums_round_in_their_format),
        IR_TEST(least_and_greatest_treat_nan_and_zero),
        IR_TEST(comparisons_follow_their_predicates),
        IR_TEST(integers_round_once_to_floats),
        IR_TEST(elements_are_mapped),
    };
    return cmocka_run_group_tests_name("scalar_math", tests, NULL, NULL);
}
