// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A builder is an insertion point and a location. Generated build functions
// (mica_arith_addi_build) take one; with no insertion point the op stays detached. When
// `rewriter` is set (by the rewrite drivers), insertions are reported to it.
#ifndef MICA_IR_CORE_BUILDER_H
#define MICA_IR_CORE_BUILDER_H

#include "ir/core/operation.h"

#ifdef __cplusplus
extern "C" {
#endif

struct mica_builder {
    mica_context *context;
    mica_block *block; ///< NULL: built ops stay detached
    mica_op *before;   ///< insert before this op; NULL: at the end of the block
    mica_location location;
    /// Called after each insertion; may be NULL.
    void (*on_insert)(void *listener, mica_op *op);
    void *listener;
};

static inline mica_builder mica_builder_detached(mica_context *context, mica_location location)
{
    mica_builder builder = {context, NULL, NULL, location, NULL, NULL};
    return builder;
}
static inline mica_builder mica_builder_at_end(mica_block *block, mica_location location)
{
    mica_builder builder = {mica_block_context(block), block, NULL, location, NULL, NULL};
    return builder;
}
/// Before `op`, with its location.
static inline mica_builder mica_builder_before(mica_op *op)
{
    mica_builder builder = {
        mica_op_context(op), mica_op_block(op), op, mica_op_location(op), NULL, NULL};
    return builder;
}
static inline mica_builder mica_builder_after(mica_op *op)
{
    mica_builder builder = {mica_op_context(op),
                            mica_op_block(op),
                            mica_op_next(op),
                            mica_op_location(op),
                            NULL,
                            NULL};
    return builder;
}
/// Moves the insertion point only; context, location and listener stay.
static inline void mica_builder_set_before(mica_builder *builder, mica_op *op)
{
    builder->block = mica_op_block(op);
    builder->before = op;
}
static inline void mica_builder_set_after(mica_builder *builder, mica_op *op)
{
    builder->block = mica_op_block(op);
    builder->before = mica_op_next(op);
}
static inline void mica_builder_set_at_start(mica_builder *builder, mica_block *block)
{
    builder->block = block;
    builder->before = mica_block_first(block);
}
static inline void mica_builder_set_at_end(mica_builder *builder, mica_block *block)
{
    builder->block = block;
    builder->before = NULL;
}
/// Makes the op of the state (consumed) and inserts it at the insertion point.
MICA_API mica_op *mica_builder_create(mica_builder *builder, mica_op_state *state);
/// Infers the result types first; NULL and a diagnostic when that fails.
MICA_API mica_op *mica_builder_create_inferred(mica_builder *builder, mica_op_state *state);
/// Inserts a detached op.
MICA_API void mica_builder_insert(mica_builder *builder, mica_op *op);
/// Clones at the insertion point (nested insertions are not reported).
MICA_API mica_op *mica_builder_clone(mica_builder *builder, mica_op *op, mica_mapping *mapping);
/// A new block in `region` before `before` (NULL: at the end), with arguments; the builder
/// moves to its end.
MICA_API mica_block *mica_builder_create_block(mica_builder *builder, mica_region *region,
                                               mica_block *before,
                                               const mica_type *const *argument_types,
                                               size_t count);

#ifdef __cplusplus
}
#endif

#endif
