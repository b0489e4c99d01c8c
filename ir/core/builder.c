// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Insertion of new ops at a builder's insertion point.
#include "ir/core/builder.h"

#include "ir/core/operation_internal.h"

void mica_builder_insert(mica_builder *builder, mica_op *op)
{
    if (!builder->block)
        return;
    micai_block_link_op(builder->block, op, builder->before);
    micai_context_count_edit(builder->context);
    if (builder->on_insert)
        builder->on_insert(builder->listener, op);
}

mica_op *mica_builder_create(mica_builder *builder, mica_op_state *state)
{
    mica_op *op = mica_op_create(state);
    if (op)
        mica_builder_insert(builder, op);
    return op;
}

mica_op *mica_builder_create_inferred(mica_builder *builder, mica_op_state *state)
{
    if (mica_op_state_infer_types(state))
        return mica_builder_create(builder, state);
    mica_op_state_discard(state);
    return NULL;
}

mica_op *mica_builder_clone(mica_builder *builder, mica_op *op, mica_mapping *mapping)
{
    mica_op *copy = mica_op_clone(op, mapping);
    if (copy)
        mica_builder_insert(builder, copy);
    return copy;
}

mica_block *mica_builder_create_block(mica_builder *builder, mica_region *region,
                                      mica_block *before,
                                      const mica_type *const *argument_types, size_t count)
{
    mica_block *block = mica_block_create(builder->context);
    if (!block)
        return NULL;
    for (size_t i = 0; i < count; i++)
        mica_block_add_argument(block, argument_types[i], builder->location);
    micai_region_link_block(region, block, before);
    micai_context_count_edit(builder->context);
    mica_builder_set_at_end(builder, block);
    return block;
}
