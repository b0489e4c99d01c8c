// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Floats of 8 and fewer bits, and bf16, as integer arithmetic: the two conversions that all
// else is made of.
#ifndef MICA_TRANSFORMS_CONVERT_NARROW_FLOAT_ARITH_H
#define MICA_TRANSFORMS_CONVERT_NARROW_FLOAT_ARITH_H

#include "ir/core/builder.h"
#include "ir/core/float_format.h"

/// The numbers that the bytes `bits` (i8, i16 for bf16, or a vector or tensor of it) stand for,
/// as f32, exact.
mica_value *micai_narrow_float_extend(mica_builder *builder, mica_value *bits,
                                      mica_float_kind kind);
/// The bytes of the numbers `x` (f32 or f64), rounded as mica_float_from_double does; bits
/// above the format's are 0.
mica_value *micai_narrow_float_round(mica_builder *builder, mica_value *x,
                                     mica_float_kind kind);

#endif
