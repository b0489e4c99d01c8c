// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Verification: does the IR keep the rules of its ops? Checks, their order and their words are
// MLIR 19's. Each isolated-from-above op reports at most one fault of its own; several of them
// give several diagnostics.
#ifndef MICA_IR_CORE_VERIFIER_H
#define MICA_IR_CORE_VERIFIER_H

#include "ir/core/operation.h"

#ifdef __cplusplus
extern "C" {
#endif

/// Verifies the op and everything nested. False after diagnostics. Needs no C stack per level.
MICA_API bool mica_op_verify(mica_op *op);
/// Verifies the op alone: operands, results, attributes, traits and hooks, but nothing nested
/// and no dominance.
MICA_API bool mica_op_verify_shallow(mica_op *op);

#ifdef __cplusplus
}
#endif

#endif
