// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Arrays of any element type.
#include "tools/support/array.h"

#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

bool mica_tool_fail(mica_tool_error *error, const char *format, ...)
{
    if (error == NULL)
        return false;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(error->text, sizeof error->text, format, arguments);
    va_end(arguments);
    return false;
}

bool mica_array_create(mica_array *array, uint32_t type, uint32_t rank, const int64_t *dims,
                       mica_tool_error *error)
{
    *array = (mica_array){0};
    if (mica_rt_type_size(type) == 0)
        return mica_tool_fail(error, "unknown element type %u", type);
    if (rank > MICA_RT_MAX_RANK)
        return mica_tool_fail(error, "%u dimensions, at most %d are supported", rank,
                              MICA_RT_MAX_RANK);
    const uint64_t size = mica_rt_tensor_bytes(type, rank, dims);
    if (size > SIZE_MAX - MICA_RT_ALIGNMENT)
        return mica_tool_fail(error, "the shape is negative or too large");
    // aligned_alloc wants whole multiples of the alignment, and more than none.
    const size_t padded = ((size_t)size / MICA_RT_ALIGNMENT + 1) * MICA_RT_ALIGNMENT;
    void *data = aligned_alloc(MICA_RT_ALIGNMENT, padded);
    if (data == NULL)
        return mica_tool_fail(error, "no memory for %llu bytes", (unsigned long long)size);
    memset(data, 0, padded);
    *array = (mica_array){.type = type,
                          .rank = rank,
                          .count = size / mica_rt_type_size(type),
                          .size = size,
                          .data = data};
    for (uint32_t i = 0; i < rank; ++i)
        array->dims[i] = dims[i];
    return true;
}

void mica_array_destroy(mica_array *array)
{
    free(array->data);
    *array = (mica_array){0};
}

float mica_bf16_to_f32(uint16_t bits)
{
    const uint32_t wide = (uint32_t)bits << 16;
    float value;
    memcpy(&value, &wide, sizeof value);
    return value;
}

float mica_f16_to_f32(uint16_t bits)
{
    const int exponent = bits >> 10 & 0x1f, fraction = bits & 0x3ff;
    float value = ldexpf((float)(fraction | 0x400), exponent - 25);
    if (exponent == 0)
        value = ldexpf((float)fraction, -24);
    else if (exponent == 31)
        value = fraction == 0 ? INFINITY : NAN;
    return bits >> 15 != 0 ? -value : value;
}

// Element `index` of type T as a double.
#define VALUE_AS(T) (double)((const T *)array->data)[index]

double mica_array_value(const mica_array *array, uint64_t index)
{
    switch (array->type) {
    case MICA_RT_I8:
        return VALUE_AS(int8_t);
    case MICA_RT_I16:
        return VALUE_AS(int16_t);
    case MICA_RT_I32:
        return VALUE_AS(int32_t);
    case MICA_RT_I64:
        return VALUE_AS(int64_t);
    case MICA_RT_U16:
        return VALUE_AS(uint16_t);
    case MICA_RT_U32:
        return VALUE_AS(uint32_t);
    case MICA_RT_U64:
        return VALUE_AS(uint64_t);
    case MICA_RT_F16:
        return (double)mica_f16_to_f32(((const uint16_t *)array->data)[index]);
    case MICA_RT_BF16:
        return (double)mica_bf16_to_f32(((const uint16_t *)array->data)[index]);
    case MICA_RT_F32:
        return VALUE_AS(float);
    case MICA_RT_F64:
        return VALUE_AS(double);
    case MICA_RT_C64: {
        const float *parts = (const float *)array->data + 2 * index;
        return hypot((double)parts[0], (double)parts[1]);
    }
    case MICA_RT_C128: {
        const double *parts = (const double *)array->data + 2 * index;
        return hypot(parts[0], parts[1]);
    }
    default:
        return mica_narrow_value(array->type, ((const uint8_t *)array->data)[index]);
    }
}

void mica_array_describe(const mica_array *array, char *text, size_t size)
{
    size_t used = 0;
    if (size == 0)
        return;
    text[0] = '\0';
    for (uint32_t i = 0; i <= array->rank + 1; ++i) {
        char piece[32];
        if (i == 0)
            snprintf(piece, sizeof piece, "%s[", mica_rt_type_name(array->type));
        else if (i <= array->rank)
            snprintf(piece, sizeof piece, "%s%lld", i == 1 ? "" : ",",
                     (long long)array->dims[i - 1]);
        else
            snprintf(piece, sizeof piece, "]");
        const size_t length = strlen(piece);
        if (used + length >= size)
            return;
        memcpy(text + used, piece, length + 1);
        used += length;
    }
}
