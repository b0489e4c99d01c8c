// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A dense, row-major array with its shape: what tools read from files, pass to compiled code
// and compare. It knows no file format. Errors are sentences in a small struct that the caller
// owns.
//
//   mica_tool_error error;
//   mica_array image;
//   if (!mica_npy_read("image.npy", &image, &error))
//       fprintf(stderr, "%s\n", error.text);
//   ...
//   mica_array_destroy(&image);
#ifndef MICA_TOOLS_ARRAY_H
#define MICA_TOOLS_ARRAY_H

#include "runtime/mica_rt.h"

#include <stdbool.h>
#include <stdio.h>

#ifdef __cplusplus
extern "C" {
#endif

// One sentence without a line end.
typedef struct mica_tool_error {
    char text[256];
} mica_tool_error;

// Writes the sentence. Returns false, for the caller to return. `error` may be NULL.
#if defined(__GNUC__)
__attribute__((format(printf, 2, 3)))
#endif
bool mica_tool_fail(mica_tool_error *error, const char *format, ...);

// All zero is a valid empty value without data.
typedef struct mica_array {
    uint32_t type; // mica_rt_type
    uint32_t rank;
    int64_t dims[MICA_RT_MAX_RANK];
    uint64_t count; // elements
    uint64_t size;  // bytes
    void *data;     // owned, aligned to MICA_RT_ALIGNMENT; not NULL, even for size 0
} mica_array;

// Makes an array of zeros; `dims` may be NULL for rank 0. The caller destroys it. False with a
// sentence and an empty *array: unknown type, a rank over MICA_RT_MAX_RANK, a negative
// dimension, a size that does not fit, no memory.
bool mica_array_create(mica_array *array, uint32_t type, uint32_t rank, const int64_t *dims,
                       mica_tool_error *error);

// Frees the data and empties *array. An empty one is allowed.
void mica_array_destroy(mica_array *array);

// Element `index` in row-major order as a double (a complex one's absolute value). Integers of
// more than 53 bits are rounded. `index` is below count.
double mica_array_value(const mica_array *array, uint64_t index);

// The value of an IEEE half and of a bfloat16.
float mica_f16_to_f32(uint16_t bits);
float mica_bf16_to_f32(uint16_t bits);
// The value of an element of 8 or fewer bits that is a float or has 4 or 2 bits.
double mica_narrow_value(uint32_t type, uint8_t bits);

// The unsigned type that stands for a type's bits where numpy has no name for it; `type` itself
// where it has one.
uint32_t mica_array_bits_type(uint32_t type);

// Takes an array of such bits for what it stands for: `type`, when its bits' type is the
// array's.
void mica_array_take_bits_as(mica_array *array, uint32_t type);

// Writes "f32[2,3]" to `text`, always ended by NUL, cut off when `size` is too small.
void mica_array_describe(const mica_array *array, char *text, size_t size);

#ifdef __cplusplus
}
#endif

#endif
