// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Folding of elementwise ops: one scalar function applied to scalar attributes, to splats
// (once) and to dense elements (each). Big constants (blobs) are left alone.
#ifndef MICA_IR_REWRITE_CONSTANT_FOLD_H
#define MICA_IR_REWRITE_CONSTANT_FOLD_H

#include "ir/core/definition.h"
#include "ir/core/scalar_math.h"

#ifdef __cplusplus
extern "C" {
#endif

/// `function` of the constants (at most 3), as an attribute of `type`: a scalar type when all
/// are scalars, a statically shaped vector or tensor type when all are elements attributes with
/// as many elements. NULL when a constant is NULL, when they don't fit, or when the function
/// says false for an element.
MICA_API const mica_attr *mica_constant_map(const mica_attr *const *constants, size_t count,
                                            const mica_type *type, mica_scalar_fn function,
                                            int64_t parameter);
/// The same for an op with one result: a fold hook in one call.
MICA_API mica_fold_status mica_fold_elementwise(mica_op *op, const mica_attr *const *constants,
                                                mica_fold_result *results,
                                                mica_scalar_fn function, int64_t parameter);

/// The scalar that an integer or float attribute, or a splat, consists of; false for others.
MICA_API bool mica_constant_scalar(const mica_attr *attr, mica_scalar *scalar);
/// An attribute of `type` (scalar, or statically shaped) whose every element is `scalar`.
MICA_API const mica_attr *mica_constant_splat(const mica_type *type, const mica_scalar *scalar);
/// Is the constant (scalar or splat) this integer? NULL is not.
MICA_API bool mica_constant_is_int(const mica_attr *attr, int64_t value);
/// All bits one.
MICA_API bool mica_constant_is_ones(const mica_attr *attr);
/// Is it this float, sign of zero included?
MICA_API bool mica_constant_is_float(const mica_attr *attr, double value);

#ifdef __cplusplus
}
#endif

#endif
