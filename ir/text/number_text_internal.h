// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Numbers between text and bits, without the locale.
#ifndef MICA_IR_TEXT_NUMBER_TEXT_INTERNAL_H
#define MICA_IR_TEXT_NUMBER_TEXT_INTERNAL_H

#include "ir/core/type.h"

/// Digits (decimal or 0x) into `count` words, least significant first; false when it overflows.
bool micai_integer_from_text(mica_string text, uint64_t *words, size_t count);
/// The decimal float (digits, point, exponent), rounded to double.
double micai_float_from_text(mica_string text);
/// An element's text of type integer, index or float as little-endian bits in `words` (room for
/// the type's width rounded up to 64, at least two); NULL, or what is wrong with it.
const char *micai_integer_to_bits(const mica_type *type, mica_string text, bool negative,
                                  uint64_t *words);
const char *micai_float_to_bits(const mica_type *type, mica_string text, bool is_integer_token,
                                bool negative, uint64_t words[2]);

enum { MICAI_FLOAT_TEXT_SIZE = 64 };
/// Writes the float as MLIR prints it; returns the length.
size_t micai_float_text(const mica_type *type, const uint64_t bits[2],
                        char text[MICAI_FLOAT_TEXT_SIZE]);
/// Decimal text of `count` words as a signed or unsigned number of `width` bits; `room` must
/// hold width / 3 + 3 bytes. Returns the length.
size_t micai_integer_text(const uint64_t *words, uint32_t width, bool is_signed, char *text);

#endif
