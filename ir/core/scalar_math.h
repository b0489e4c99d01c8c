// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Arithmetic on constants, shared by folders and the interpreter so that both give the same
// bits. A scalar is an integer or index of at most 256 bits, or a float of any format. Each
// function computes one result from its operands and says false when there is none: division by
// zero, an overflow that the operation does not define, a width or format that it can't do.
//
//   mica_scalar operands[2], sum = {.type = type};
//   if (mica_scalar_from_attr(a, &operands[0]) && mica_scalar_from_attr(b, &operands[1]) &&
//       mica_scalar_addi(operands, &sum, 0))
//       attr = mica_scalar_to_attr(&sum);
#ifndef MICA_IR_CORE_SCALAR_MATH_H
#define MICA_IR_CORE_SCALAR_MATH_H

#include "ir/core/attribute.h"
#include "ir/support/wide_integer.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct mica_scalar {
    const mica_type *type; ///< of the result: set by the caller
    union {
        mica_wide integer; ///< index: 64 bits
        uint64_t bits[2];  ///< of the float's own format
    } as;
} mica_scalar;

/// Of an integer or float attribute; false for others and for wider integers.
MICA_API bool mica_scalar_from_attr(const mica_attr *attr, mica_scalar *scalar);
MICA_API const mica_attr *mica_scalar_to_attr(const mica_scalar *scalar);
/// From and to the bytes of one element of a dense attribute (mica_dense_element_size).
MICA_API bool mica_scalar_load(const mica_type *type, const void *bytes, mica_scalar *scalar);
MICA_API void mica_scalar_store(const mica_scalar *scalar, void *bytes);
/// An integer of the scalar's type.
MICA_API void mica_scalar_set_int(mica_scalar *scalar, int64_t value);
/// A float as a double, and rounded from one. False for f80 and f128, which double can't hold.
MICA_API bool mica_scalar_get_float(const mica_scalar *scalar, double *value);
MICA_API bool mica_scalar_set_float(mica_scalar *scalar, double value);

/// `parameter` is the predicate of comparisons, 0 for all others.
typedef bool (*mica_scalar_fn)(const mica_scalar *operands, mica_scalar *result,
                               int64_t parameter);

// X(NAME): arith's ops of these names; index's ops use them too.
#define MICA_SCALAR_FUNCTIONS(X)                                                               \
    X(addi)                                                                                    \
    X(subi) X(muli) X(andi) X(ori) X(xori) X(divui) X(divsi) X(ceildivui) X(ceildivsi)         \
        X(floordivsi) X(remui) X(remsi) X(shli) X(shrui) X(shrsi) X(minui) X(minsi) X(maxui)   \
            X(maxsi) X(cmpi) X(addf) X(subf) X(mulf) X(divf) X(remf) X(negf) X(minimumf)       \
                X(maximumf) X(minnumf) X(maxnumf) X(cmpf) X(extui) X(extsi) X(trunci) X(extf)  \
                    X(truncf) X(uitofp) X(sitofp) X(fptoui) X(fptosi) X(bitcast)

#define MICA_SCALAR_DECLARE(name)                                                              \
    MICA_API bool mica_scalar_##name(const mica_scalar *operands, mica_scalar *result,         \
                                     int64_t parameter);
MICA_SCALAR_FUNCTIONS(MICA_SCALAR_DECLARE)
#undef MICA_SCALAR_DECLARE

#ifdef __cplusplus
}
#endif

#endif
