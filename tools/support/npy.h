// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// numpy's .npy files: plain element types, versions 1 to 3, either byte order, C and Fortran
// order (turned into C order on reading). What is malformed or not supported is refused with a
// sentence that says what; nothing is trusted, no size in a header makes the reader allocate
// more than the file holds.
#ifndef MICA_TOOLS_NPY_H
#define MICA_TOOLS_NPY_H

#include "tools/support/array.h"

#ifdef __cplusplus
extern "C" {
#endif

// Reads a file. The caller destroys *array; it is empty when false is returned. The sentence
// begins with the path.
bool mica_npy_read(const char *path, mica_array *array, mica_tool_error *error);

// The same from `size` bytes in memory; the sentence has no path.
bool mica_npy_parse(const void *bytes, size_t size, mica_array *array, mica_tool_error *error);

// Writes a version 1 file in C order and the machine's byte order, data aligned to 64 bytes. On
// failure no file is left behind. Types that numpy has no names for (MICA_RT_BF16, floats of 8
// and 4 bits, integers of 4 and 2 bits) are refused: see mica_array_bits_type.
bool mica_npy_write(const char *path, const mica_array *array, mica_tool_error *error);

#ifdef __cplusplus
}
#endif

#endif
