// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A small dialect for tests of passes and rewriting, loaded from text, and functions that make
// its ops.
#ifndef MICA_TEST_TRANSFORMS_TOY_H
#define MICA_TEST_TRANSFORMS_TOY_H

#include "ir/core/builder.h"
#include "ir/core/context.h"
#include "ir/core/definition.h"

/// Diagnostics as they come, one line each; notes begin with "note: ".
typedef struct toy_diagnostics {
    char text[8192];
    size_t length;
    size_t count;
} toy_diagnostics;

/// A context with the dialect, its diagnostics going to `diagnostics`.
mica_context *toy_context(toy_diagnostics *diagnostics);
/// An empty toy.module.
mica_op *toy_module(mica_context *context);
/// A toy.func at the end of the module, whose location is line `line`; its only block.
mica_block *toy_func(mica_op *module, uint32_t line);
/// `name` at the end of the block with operands and one i32 result.
mica_value *toy_op(mica_block *block, const char *name, mica_value *a, mica_value *b);
/// toy.use of a value: has effects, so that it stays.
mica_op *toy_use(mica_block *block, mica_value *value);
size_t toy_count(mica_op *root, const char *name);

#endif
