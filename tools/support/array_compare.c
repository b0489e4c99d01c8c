// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// numpy's allclose, with the largest error and its place. Integers are subtracted as integers:
// two large ones that differ by one must not become equal doubles.
#include "tools/support/array_compare.h"

#include <math.h>

static bool is_signed_integer(uint32_t type)
{
    return type >= MICA_RT_I8 && type <= MICA_RT_I64;
}

static bool is_unsigned_integer(uint32_t type)
{
    return type == MICA_RT_BOOL || (type >= MICA_RT_U8 && type <= MICA_RT_U64);
}

static bool is_complex(uint32_t type)
{
    return type == MICA_RT_C64 || type == MICA_RT_C128;
}

static int64_t signed_value(const mica_array *array, uint64_t index)
{
    switch (array->type) {
    case MICA_RT_I8:
        return ((const int8_t *)array->data)[index];
    case MICA_RT_I16:
        return ((const int16_t *)array->data)[index];
    case MICA_RT_I32:
        return ((const int32_t *)array->data)[index];
    default:
        return ((const int64_t *)array->data)[index];
    }
}

static uint64_t unsigned_value(const mica_array *array, uint64_t index)
{
    switch (array->type) {
    case MICA_RT_U16:
        return ((const uint16_t *)array->data)[index];
    case MICA_RT_U32:
        return ((const uint32_t *)array->data)[index];
    case MICA_RT_U64:
        return ((const uint64_t *)array->data)[index];
    default:
        return ((const uint8_t *)array->data)[index];
    }
}

// The difference of two numbers of which one may be no number at all: 0 for equal infinities
// and for two NaNs where these agree, infinity for unequal infinities.
static double subtract(double actual, double expected, bool equal_nan)
{
    if (isnan(actual) || isnan(expected))
        return equal_nan && isnan(actual) && isnan(expected) ? 0 : NAN;
    return actual == expected ? 0 : fabs(actual - expected);
}

static void read_parts(const mica_array *array, uint64_t index, double parts[2])
{
    for (uint64_t i = 0; i < 2; ++i)
        parts[i] = array->type == MICA_RT_C64
                       ? (double)((const float *)array->data)[2 * index + i]
                       : ((const double *)array->data)[2 * index + i];
}

static double subtract_complex(const mica_array *actual, const mica_array *expected,
                               uint64_t index, bool equal_nan)
{
    double a[2], e[2];
    read_parts(actual, index, a);
    read_parts(expected, index, e);
    const bool is_nan = isnan(a[0]) || isnan(a[1]), expects_nan = isnan(e[0]) || isnan(e[1]);
    if (is_nan || expects_nan)
        return equal_nan && is_nan && expects_nan ? 0 : NAN;
    return hypot(subtract(a[0], e[0], false), subtract(a[1], e[1], false));
}

static double difference(const mica_array *actual, const mica_array *expected, uint64_t index,
                         bool equal_nan)
{
    if (is_signed_integer(actual->type)) {
        const int64_t a = signed_value(actual, index), e = signed_value(expected, index);
        return (double)(a > e ? (uint64_t)a - (uint64_t)e : (uint64_t)e - (uint64_t)a);
    }
    if (is_unsigned_integer(actual->type)) {
        const uint64_t a = unsigned_value(actual, index), e = unsigned_value(expected, index);
        return (double)(a > e ? a - e : e - a);
    }
    if (is_complex(actual->type))
        return subtract_complex(actual, expected, index, equal_nan);
    return subtract(mica_array_value(actual, index), mica_array_value(expected, index),
                    equal_nan);
}

// `size` is |expected|. An infinite tolerance (infinite expected) allows no other number.
static bool is_within(double error, double size, double rtol, double atol)
{
    if (error == 0)
        return true;
    return isfinite(error) && error <= atol + (isfinite(size) ? rtol * size : 0);
}

static bool is_larger(double error, double than)
{
    return isnan(error) ? !isnan(than) : error > than;
}

static void add_element(mica_comparison *result, uint64_t index, double error, double size,
                        double rtol, double atol)
{
    if (!is_within(error, size, rtol, atol))
        ++result->mismatches;
    if (is_larger(error, result->largest_error)) {
        result->largest_error = error;
        result->largest_index = index;
    }
    const double relative = error / size;
    if (isfinite(relative) && relative > result->largest_relative_error)
        result->largest_relative_error = relative;
}

static bool have_one_shape(const mica_array *a, const mica_array *b)
{
    bool is_same = a->type == b->type && a->rank == b->rank;
    for (uint32_t i = 0; is_same && i < a->rank; ++i)
        is_same = a->dims[i] == b->dims[i];
    return is_same;
}

bool mica_array_compare(const mica_array *actual, const mica_array *expected, double rtol,
                        double atol, bool equal_nan, mica_comparison *result,
                        mica_tool_error *error)
{
    *result = (mica_comparison){0};
    if (!have_one_shape(actual, expected)) {
        char got[120], wanted[120];
        mica_array_describe(actual, got, sizeof got);
        mica_array_describe(expected, wanted, sizeof wanted);
        return mica_tool_fail(error, "got %s, expected %s", got, wanted);
    }
    result->count = actual->count;
    for (uint64_t i = 0; i < actual->count; ++i)
        add_element(result, i, difference(actual, expected, i, equal_nan),
                    fabs(mica_array_value(expected, i)), rtol, atol);
    return true;
}
