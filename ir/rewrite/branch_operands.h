// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Which operands of a branch go to which successor's block arguments. The definition says it:
// the last operand specs of an op with the trait `branch` belong to its successor specs one by
// one (a variadic successor to a variadic_of_variadic spec, a group each).
//
//   cf.cond_br  operands (condition, true_operands..., false_operands...)
//               successors            (true_dest,        false_dest)
#ifndef MICA_IR_REWRITE_BRANCH_OPERANDS_H
#define MICA_IR_REWRITE_BRANCH_OPERANDS_H

#include "ir/core/definition.h"

#ifdef __cplusplus
extern "C" {
#endif

/// The run of operands that successor `index` receives as its arguments, in order. False when
/// that is not known: no branch, or the counts do not fit the block's arguments.
MICA_API bool mica_branch_operands(const mica_op *op, size_t successor, size_t *start,
                                   size_t *count);
/// Takes the operand for argument `argument` of a successor away, segment sizes included.
MICA_API void mica_branch_erase_operand(mica_op *op, size_t successor, size_t argument);
/// Appends an operand for a new last argument of a successor.
MICA_API void mica_branch_append_operand(mica_op *op, size_t successor, mica_value *value);

#ifdef __cplusplus
}
#endif

#endif
