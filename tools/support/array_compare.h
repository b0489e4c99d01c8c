// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Comparison of what was computed with what was expected, by the rule of numpy's allclose:
//
//   |actual - expected| <= atol + rtol * |expected|
//
// Infinities agree only with themselves. A NaN agrees with a NaN when the caller says so, and
// with nothing else. Complex numbers are compared by the absolute value of their difference.
#ifndef MICA_TOOLS_ARRAY_COMPARE_H
#define MICA_TOOLS_ARRAY_COMPARE_H

#include "tools/support/array.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct mica_comparison {
    uint64_t count;      // elements compared
    uint64_t mismatches; // elements over the tolerance
    // The largest difference over all elements, and where it first is (0 when all are equal).
    // An infinite or NaN difference is larger than any other.
    double largest_error;
    uint64_t largest_index;
    // The largest |actual - expected| / |expected| where that is finite and expected is not 0.
    double largest_relative_error;
} mica_comparison;

// True when both were compared: read result->mismatches then. False with a sentence when type
// or shape differ.
bool mica_array_compare(const mica_array *actual, const mica_array *expected, double rtol,
                        double atol, bool equal_nan, mica_comparison *result,
                        mica_tool_error *error);

#ifdef __cplusplus
}
#endif

#endif
