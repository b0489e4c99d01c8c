// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Folding: replacing an op by constants or existing values, or simplifying it in place, without
// making ops. An op's fold hook comes first, then what its traits allow: constants of a
// commutative op move to the right, f(f(x)) of an idempotent one is f(x), of an involution x,
// and a cast to the same type its operand.
#ifndef MICA_IR_REWRITE_FOLD_H
#define MICA_IR_REWRITE_FOLD_H

#include "ir/core/builder.h"
#include "ir/core/definition.h"

#ifdef __cplusplus
extern "C" {
#endif

/// The value of an op with the trait constant_like (its fold hook says it); NULL for others.
MICA_API const mica_attr *mica_op_constant_value(const mica_op *op);
/// The same of the op that defines `value`; NULL for block arguments.
MICA_API const mica_attr *mica_value_constant(const mica_value *value);
/// The constant as an integer, sign-extended (i1: 0 or 1): of an integer or index type of at
/// most 64 bits. False when it is none.
MICA_API bool mica_value_constant_int(const mica_value *value, int64_t *number);

/// Tries to fold. `results` has an entry for each result of the op; they are set when the
/// answer is MICA_FOLD_REPLACED. A value that does not have its result's type is not taken.
MICA_API mica_fold_status mica_op_fold(mica_op *op, mica_fold_result *results);
/// Turns fold results into values: makes constants with the op's dialect at the builder's
/// insertion point. False when one can't be made; nothing is left behind then.
MICA_API bool mica_fold_materialize(mica_builder *builder, mica_op *op,
                                    const mica_fold_result *results, mica_value **values);
/// Makes the op of the state (consumed) at the builder's insertion point, unless it folds; its
/// first result or what it folds to. NULL when out of memory.
MICA_API mica_value *mica_builder_create_or_fold(mica_builder *builder, mica_op_state *state);

#ifdef __cplusplus
}
#endif

#endif
