// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A rewriter is a builder whose changes are reported to a listener: the drivers learn which ops
// to visit again. A pattern changes the IR through it only. Outside of patterns a rewriter
// without a listener is a convenience for the same compound edits (replace, inline, merge).
//
//   mica_builder *builder = mica_rewriter_builder(rewriter);
//   mica_op *constant = mica_arith_constant_build(builder, ...);
//   mica_rewriter_replace_op_with(rewriter, op, constant);
#ifndef MICA_IR_REWRITE_REWRITER_H
#define MICA_IR_REWRITE_REWRITER_H

#include "ir/core/builder.h"

#ifdef __cplusplus
extern "C" {
#endif

/// What a listener hears; members may be NULL. Nested ops of an erased op are reported too,
/// users before definitions, each before it goes.
typedef struct mica_rewriter_listener {
    size_t struct_size;
    void (*inserted)(void *user, mica_op *op);
    /// Operands, attributes, successors or regions of `op` were changed in place.
    void (*modified)(void *user, mica_op *op);
    /// `op` is about to be erased after its results were replaced by `values`.
    void (*replaced)(void *user, mica_op *op, mica_value *const *values, size_t count);
    void (*erased)(void *user, mica_op *op);
    void (*block_erased)(void *user, mica_block *block);
    /// A pattern did not match; `reason` is borrowed for the call. Reasons are only formatted
    /// when this is set.
    void (*failed)(void *user, mica_op *op, mica_string reason);
} mica_rewriter_listener;

/// `listener` (may be NULL) and `user` are borrowed. NULL when out of memory.
MICA_API mica_rewriter *
mica_rewriter_create(mica_context *context, const mica_rewriter_listener *listener, void *user);
MICA_API void mica_rewriter_destroy(mica_rewriter *rewriter);
/// The builder to make ops with; borrowed, lives as long as the rewriter. Its insertion point
/// and location may be set freely, its listener must not.
MICA_API mica_builder *mica_rewriter_builder(mica_rewriter *rewriter);
MICA_API mica_context *mica_rewriter_context(const mica_rewriter *rewriter);
/// Moves the insertion point before `op` and takes its location.
MICA_API void mica_rewriter_set_before(mica_rewriter *rewriter, mica_op *op);

// Functions that return bool below return true, so that a pattern can end in
// `return mica_rewriter_replace_op(...)`.

/// Replaces the results of `op` by `values` (one each, of the same types; NULL for a result
/// without uses) and erases it.
MICA_API bool mica_rewriter_replace_op(mica_rewriter *rewriter, mica_op *op,
                                       mica_value *const *values, size_t count);
/// The same by the results of another op.
MICA_API bool mica_rewriter_replace_op_with(mica_rewriter *rewriter, mica_op *op,
                                            mica_op *with);
/// Replaces all uses of `value`; each user is reported as modified.
MICA_API void mica_rewriter_replace_value(mica_rewriter *rewriter, mica_value *value,
                                          mica_value *with);
/// The same for uses that `accept` says true for.
MICA_API void mica_rewriter_replace_value_if(mica_rewriter *rewriter, mica_value *value,
                                             mica_value *with,
                                             bool (*accept)(void *user, mica_use *use),
                                             void *user);
/// Erases an op whose results have no uses, with all nested ops.
MICA_API bool mica_rewriter_erase_op(mica_rewriter *rewriter, mica_op *op);
/// Erases a block with its ops. No uses of the block or its arguments may remain.
MICA_API void mica_rewriter_erase_block(mica_rewriter *rewriter, mica_block *block);

/// Tells that `op` was changed in place (mica_op_set_operand, mica_op_set_attr, ...); call it
/// once after the changes. Returns true.
MICA_API bool mica_rewriter_modified(mica_rewriter *rewriter, mica_op *op);
/// Sets one operand and tells so.
MICA_API bool mica_rewriter_set_operand(mica_rewriter *rewriter, mica_op *op, size_t index,
                                        mica_value *value);
MICA_API void mica_rewriter_move_before(mica_rewriter *rewriter, mica_op *op, mica_op *anchor);

/// Moves the ops of `source` before `anchor`, replaces its arguments by `values` and erases it.
/// The block must have no predecessors left but those about to go.
MICA_API void mica_rewriter_inline_block_before(mica_rewriter *rewriter, mica_block *source,
                                                mica_op *anchor, mica_value *const *values,
                                                size_t count);
/// The same at the end of `destination`.
MICA_API void mica_rewriter_merge_blocks(mica_rewriter *rewriter, mica_block *source,
                                         mica_block *destination, mica_value *const *values,
                                         size_t count);
/// Moves `op` and those after it to a new block after the present one; returns the new block.
MICA_API mica_block *mica_rewriter_split_block(mica_rewriter *rewriter, mica_op *op);
/// Moves all blocks of `region` before `anchor`.
MICA_API void mica_rewriter_inline_region_before(mica_rewriter *rewriter, mica_region *region,
                                                 mica_block *anchor);
/// Moves all blocks of `region` to the end of `destination`.
MICA_API void mica_rewriter_take_body(mica_rewriter *rewriter, mica_region *destination,
                                      mica_region *region);

/// Says why a pattern does not match at `op` (shown by rewrite logs and by failed conversions);
/// returns false. Costs nothing when nobody listens.
MICA_API bool mica_rewriter_fail(mica_rewriter *rewriter, mica_op *op, const char *format, ...)
    MICA_PRINTF(3, 4);

#ifdef __cplusplus
}
#endif

#endif
