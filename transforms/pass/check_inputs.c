// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Inputs for checking passes: the same in every run, made from the numbers of the case and of
// the argument alone. Cases differ in how large dynamic sizes are and in what is likely:
//
//   0  sizes 4, small numbers          3  sizes 3, numbers at the ends of their range
//   1  sizes 1                         4  sizes 8, small numbers, also negative
//   2  sizes 7, any numbers            5  sizes that differ from dimension to dimension
//
// Floats are never NaN and mostly multiples of 1/8, so that sums of few don't round.
#include "transforms/pass/check_passes_internal.h"

static const int64_t dynamic_sizes[MICAI_CHECK_CASES] = {4, 1, 7, 3, 8, 0};

static uint64_t next_random(uint64_t *state)
{
    uint64_t z = (*state += UINT64_C(0x9E3779B97F4A7C15));
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

bool micai_check_value_allocate(const micai_allocator *allocator, micai_check_value *value)
{
    const size_t bytes = value->count * value->element_size;
    value->data = micai_allocate_zeroed(allocator, bytes + 1);
    value->shadow = micai_allocate_zeroed(allocator, bytes + 1);
    return value->data && value->shadow;
}

void micai_check_values_free(const micai_allocator *allocator, micai_check_value *values,
                             size_t count)
{
    for (size_t i = 0; values && i < count; i++) {
        const size_t bytes = values[i].count * values[i].element_size + 1;
        if (values[i].data)
            micai_release(allocator, values[i].data, bytes);
        if (values[i].shadow)
            micai_release(allocator, values[i].shadow, bytes);
    }
}

// ---- numbers
// ---------------------------------------------------------------------------------

static double random_float(size_t number, uint64_t *random)
{
    const uint64_t bits = next_random(random);
    if (number == 3 && bits % 5 == 0) {
        static const double ends[] = {0.0, -0.0, 1.0, -1.0, 1e-3, 6.0, -2.5};
        return ends[bits / 5 % 7];
    }
    if (number == 2 || number == 5)
        return (double)(bits >> 11) / 4503599627370496.0 - 1.0; // -1 to 1, all digits
    return (double)((int64_t)(bits % 65) - 32) / 8.0;
}

static int64_t random_integer(size_t number, uint32_t width, uint64_t *random)
{
    const uint64_t bits = next_random(random);
    if (width == 1)
        return (int64_t)(bits & 1);
    if (number == 3) {
        const int64_t least = width >= 64 ? INT64_MIN : -((int64_t)1 << (width - 1));
        const int64_t ends[] = {0, 1, -1, least, -(least + 1), 2, 3};
        return ends[bits % 7];
    }
    if (number == 2)
        return (int64_t)bits;
    if (number == 4)
        return (int64_t)(bits % 9) - 4;
    return (int64_t)(bits % 4); // may well be an index
}

static bool fill_element(const mica_type *type, size_t number, uint64_t *random,
                         unsigned char *bytes)
{
    mica_scalar scalar = {.type = type};
    if (mica_type_is_float(type)) {
        if (!mica_scalar_set_float(&scalar, random_float(number, random)))
            return false;
    } else if (mica_type_is_integer(type) || mica_type_is_index(type)) {
        const uint32_t width = mica_type_bit_width(type);
        if (width == 0 || width > 128)
            return false;
        // An index far outside of everything would leave nothing to compare.
        const bool is_index = mica_type_is_index(type);
        mica_scalar_set_int(&scalar, random_integer(is_index ? 0 : number, width, random));
    } else {
        return false;
    }
    mica_scalar_store(&scalar, bytes);
    return true;
}

// ---- values
// ----------------------------------------------------------------------------------

static bool set_shape(const mica_type *type, size_t number, size_t argument,
                      micai_check_value *value)
{
    if (!mica_type_is_ranked(type) || mica_type_rank(type) > MICA_EVAL_MAX_RANK)
        return false;
    value->is_array = true;
    value->rank = mica_type_rank(type);
    int64_t count = 1;
    for (size_t i = 0; i < value->rank; i++) {
        value->sizes[i] = mica_type_shape(type)[i];
        if (value->sizes[i] == MICA_DYNAMIC)
            value->sizes[i] = dynamic_sizes[number] ? dynamic_sizes[number]
                                                    : (int64_t)((i * 3 + argument) % 5) + 2;
        if (value->sizes[i] > MICAI_CHECK_MAX_ELEMENTS)
            return false;
        count *= value->sizes[i];
        if (count > MICAI_CHECK_MAX_ELEMENTS)
            return false;
    }
    value->count = (size_t)count;
    return true;
}

static bool generate(const micai_allocator *allocator, const mica_type *type, size_t number,
                     size_t argument, micai_check_value *value)
{
    uint64_t random = number * 1000 + argument;
    value->element = mica_type_element_or_self(type);
    value->count = 1;
    if (mica_type_is_shaped(type) && !set_shape(type, number, argument, value))
        return false;
    value->element_size = mica_eval_type_size(value->element);
    if (value->element_size == 0 || !micai_check_value_allocate(allocator, value))
        return false;
    for (size_t i = 0; i < value->count; i++)
        if (!fill_element(value->element, number, &random,
                          value->data + i * value->element_size))
            return false;
    return true;
}

bool micai_check_generate(const micai_allocator *allocator,
                          const micai_check_function *function, size_t number,
                          micai_check_value *inputs)
{
    for (size_t i = 0; i < function->argument_count; i++)
        if (!generate(allocator, function->arguments[i], number, i, &inputs[i]))
            return false;
    return true;
}
