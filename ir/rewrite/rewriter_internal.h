// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The rewriter's insides, for the drivers: they embed one and may take replacement over.
#ifndef MICA_IR_REWRITE_REWRITER_INTERNAL_H
#define MICA_IR_REWRITE_REWRITER_INTERNAL_H

#include "ir/core/definition.h"
#include "ir/rewrite/rewriter.h"
#include "ir/support/allocator_internal.h"

/// Takes over the replacement of an op's results, which may be by other types or by several
/// values each: result i by values [offsets[i], offsets[i + 1]). The op is erased afterwards.
typedef void (*micai_replace_fn)(void *user, mica_op *op, mica_value *const *values,
                                 const uint32_t *offsets);

struct mica_rewriter {
    mica_builder builder; ///< its listener is the rewriter
    const mica_rewriter_listener *listener;
    void *user;
    micai_replace_fn replace; ///< NULL: plain replacement
    mica_op **nested;         ///< scratch of erasing
    size_t nested_capacity;
};

void micai_rewriter_init(mica_rewriter *rewriter, mica_context *context,
                         const mica_rewriter_listener *listener, void *user);
void micai_rewriter_free(mica_rewriter *rewriter);

/// Turns fold results of `op` into values; constants are made before it through the rewriter,
/// which thus hears of them. False when one can't be made; then none stays. At most
/// MICAI_MOST_FOLD_RESULTS results.
enum { MICAI_MOST_FOLD_RESULTS = 16 };
bool micai_rewriter_materialize_fold(mica_rewriter *rewriter, mica_op *op,
                                     const mica_fold_result *results, mica_value **values);

/// The allocator behind a context, for containers of passes.
const micai_allocator *micai_context_allocator(mica_context *context);

#endif
