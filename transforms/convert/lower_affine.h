// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Affine expressions as index arithmetic, for lower-affine and for passes that read the maps of
// structured ops. See lower_affine.c for how divisions round.
#ifndef MICA_TRANSFORMS_CONVERT_LOWER_AFFINE_H
#define MICA_TRANSFORMS_CONVERT_LOWER_AFFINE_H

#include "ir/core/affine.h"
#include "ir/core/builder.h"

/// The value of `expr` at the builder's place, for the values of its dims and symbols (which
/// may be NULL when it has none). Divisors must have been checked. NULL when out of memory.
mica_value *micai_build_affine_expression(mica_builder *builder, const mica_affine_expr *expr,
                                          mica_value *const *dims, mica_value *const *symbols);
/// A division by a constant that is not positive has no meaning: false and an error at `op`.
bool micai_check_affine_divisors(mica_op *op, const mica_affine_expr *expr);

#endif
