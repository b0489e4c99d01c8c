// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The float formats: widths, exponent biases and special values of each kind, and exact
// conversion between their bits and double. Figures: IEEE 754-2019, the OCP 8-bit formats
// (arXiv 2209.05433), their FNUZ variants (arXiv 2206.02915), OCP's microscaling formats
// f4E2M1FN and f8E8M0FNU (arXiv 2310.10537).
#ifndef MICA_IR_CORE_FLOAT_FORMAT_H
#define MICA_IR_CORE_FLOAT_FORMAT_H

#include "ir/core/type.h"

#ifdef __cplusplus
extern "C" {
#endif

/// How a format spends its special encodings.
typedef enum mica_float_specials {
    MICA_FLOAT_IEEE,     ///< greatest exponent: infinities and NaNs
    MICA_FLOAT_ONE_NAN,  ///< no infinity; NaN is all ones (E4M3FN)
    MICA_FLOAT_ZERO_NAN, ///< no infinity, no -0; its bits are the NaN (FNUZ)
    MICA_FLOAT_FINITE,   ///< numbers only: too great ones become the greatest, NaN becomes -0
    MICA_FLOAT_EXPONENT, ///< an exponent alone: no sign, no zero, no infinity; NaN is all ones
} mica_float_specials;

typedef struct mica_float_format {
    const char *name; ///< as in text: "f32", "bf16", "f8E5M2"
    uint8_t width;
    uint8_t exponent_bits;
    uint8_t fraction_bits; ///< stored; f80 stores its leading one, which is not counted
    int16_t bias;
    mica_float_specials specials;
} mica_float_format;

MICA_API const mica_float_format *mica_float_format_of(mica_float_kind kind);
/// The kind named by the text, false when there is none.
MICA_API bool mica_float_kind_from_name(mica_string name, mica_float_kind *kind);

/// The nearest value of the format, ties to even (of two powers of two the greater; a format
/// without sign takes the magnitude); overflow gives infinity, or NaN where the format has no
/// infinity, or the greatest number where it has no NaN either. `bits[1]` is used by f80 and
/// f128 only and is set to 0 otherwise.
MICA_API void mica_float_from_double(mica_float_kind kind, double value, uint64_t bits[2]);
/// The nearest double (exact for all formats but f80 and f128).
MICA_API double mica_float_to_double(mica_float_kind kind, const uint64_t bits[2]);
/// The greatest finite number.
MICA_API double mica_float_greatest(mica_float_kind kind);
/// Infinity of the given sign; false when the format has none (then what too
/// great numbers become is written).
MICA_API bool mica_float_infinity(mica_float_kind kind, bool negative, uint64_t bits[2]);
MICA_API bool mica_float_is_nan(mica_float_kind kind, const uint64_t bits[2]);
MICA_API bool mica_float_is_infinite(mica_float_kind kind, const uint64_t bits[2]);
/// Converts between formats through exact steps (double when both fit in it).
MICA_API void mica_float_convert(mica_float_kind from, const uint64_t in[2], mica_float_kind to,
                                 uint64_t out[2]);

#ifdef __cplusplus
}
#endif

#endif
