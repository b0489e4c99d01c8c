// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Integers of up to 256 bits with two's complement arithmetic modulo 2^width: what folding and
// interpreting need of an arbitrary-precision library. Wider ones are left alone.
#ifndef MICA_IR_SUPPORT_WIDE_INTEGER_H
#define MICA_IR_SUPPORT_WIDE_INTEGER_H

#include "ir/support/base.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { MICA_WIDE_WORDS = 4, MICA_WIDE_MAX_WIDTH = 256 };

/// Least significant word first. Bits from `width` on are zero.
typedef struct mica_wide {
    uint32_t width;
    uint64_t words[MICA_WIDE_WORDS];
} mica_wide;

/// `value` sign-extended or cut to `width`, which is at most MICA_WIDE_MAX_WIDTH.
MICA_API mica_wide mica_wide_from_int(uint32_t width, int64_t value);
/// ceil(width / 64) words.
MICA_API mica_wide mica_wide_from_words(uint32_t width, const uint64_t *words);
/// The low 64 bits, sign-extended from the width.
MICA_API int64_t mica_wide_to_int(const mica_wide *value);

MICA_API bool mica_wide_is_zero(const mica_wide *value);
MICA_API bool mica_wide_is_negative(const mica_wide *value);
MICA_API bool mica_wide_equal(const mica_wide *a, const mica_wide *b);
/// Negative, 0 or positive, both of one width.
MICA_API int mica_wide_compare_unsigned(const mica_wide *a, const mica_wide *b);
MICA_API int mica_wide_compare_signed(const mica_wide *a, const mica_wide *b);

MICA_API mica_wide mica_wide_add(const mica_wide *a, const mica_wide *b);
MICA_API mica_wide mica_wide_subtract(const mica_wide *a, const mica_wide *b);
MICA_API mica_wide mica_wide_multiply(const mica_wide *a, const mica_wide *b);
MICA_API mica_wide mica_wide_negate(const mica_wide *value);
MICA_API mica_wide mica_wide_and(const mica_wide *a, const mica_wide *b);
MICA_API mica_wide mica_wide_or(const mica_wide *a, const mica_wide *b);
MICA_API mica_wide mica_wide_xor(const mica_wide *a, const mica_wide *b);
/// Quotient rounded towards zero and remainder with the dividend's sign; `b` is not zero. The
/// quotient of the least value and -1 wraps.
MICA_API void mica_wide_divide_unsigned(const mica_wide *a, const mica_wide *b,
                                        mica_wide *quotient, mica_wide *remainder);
MICA_API void mica_wide_divide_signed(const mica_wide *a, const mica_wide *b,
                                      mica_wide *quotient, mica_wide *remainder);
/// By `count` < width.
MICA_API mica_wide mica_wide_shift_left(const mica_wide *value, uint32_t count);
MICA_API mica_wide mica_wide_shift_right_unsigned(const mica_wide *value, uint32_t count);
MICA_API mica_wide mica_wide_shift_right_signed(const mica_wide *value, uint32_t count);
/// To another width: cut, or extended.
MICA_API mica_wide mica_wide_extend_unsigned(const mica_wide *value, uint32_t width);
MICA_API mica_wide mica_wide_extend_signed(const mica_wide *value, uint32_t width);
/// Counted within the width; the width for zero.
MICA_API uint32_t mica_wide_leading_zeros(const mica_wide *value);
MICA_API uint32_t mica_wide_trailing_zeros(const mica_wide *value);
MICA_API uint32_t mica_wide_ones(const mica_wide *value);
/// The nearest double, ties to even.
MICA_API double mica_wide_to_double(const mica_wide *value, bool is_signed);
/// The value rounded towards zero; false when it does not fit in the width, or is NaN.
MICA_API bool mica_wide_from_double(double value, bool is_signed, uint32_t width,
                                    mica_wide *result);

#ifdef __cplusplus
}
#endif

#endif
