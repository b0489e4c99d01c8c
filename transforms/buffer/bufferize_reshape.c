// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Bufferization of reshapes: views of the same buffer with other dimensions.
//
//   %1 = tensor.collapse_shape %0 [[0, 1]] : tensor<4x8xf32> into tensor<32xf32>
//   %1 = memref.collapse_shape %0 [[0, 1]] : memref<4x8xf32> into memref<32xf32>
//
// A buffer with strides is split as it is; it is joined where the joined dimensions lie one
// after the other, and copied first where they don't (rows of a wider matrix). tensor.reshape,
// whose shape is known at run time alone, needs a buffer without strides.
#include "dialects/memref/memref.h"
#include "dialects/tensor/tensor.h"
#include "transforms/buffer/bufferize_internal.h"

static bool never(const mica_buffer_analysis *analysis, mica_op *op, mica_use *use)
{
    (void)analysis;
    (void)op;
    (void)use;
    return false;
}

/// The result is the first operand's buffer, or a copy where the layout does not allow a view.
static bool alias_source(const mica_buffer_analysis *analysis, mica_op *op, mica_use *use,
                         mica_buffer_alias *alias)
{
    (void)analysis;
    if (mica_use_index(use) != 0)
        return false;
    alias->value = mica_op_result(op, 0);
    alias->is_equivalent = true;
    return true;
}

/// The contents of `source`, a buffer of `tensor`, in a new buffer without strides.
static mica_value *make_contiguous(mica_bufferize_state *state, mica_builder *builder,
                                   mica_value *source, const mica_type *tensor)
{
    mica_value *copy = mica_bufferize_allocate(state, builder, tensor, source);
    if (copy)
        micai_build_copy(builder, source, copy);
    return copy;
}

/// `name` of `source` with the op's other operands and attributes.
static bool build_reshape(mica_bufferize_state *state, mica_builder *builder, mica_op *op,
                          const char *name, mica_value *source, const mica_type *type)
{
    mica_op_state reshape;
    mica_op_state_init(&reshape, state->context, name, builder->location);
    mica_op_state_add_operand(&reshape, source);
    for (size_t i = 1; i < mica_op_operand_count(op); ++i)
        mica_op_state_add_operand(&reshape, mica_op_operand(op, i));
    mica_op_state_add_result(&reshape, type);
    for (size_t i = 0; i < mica_op_slot_count(op); ++i)
        mica_op_state_set_attr(&reshape, mica_op_definition(op)->attrs[i].name,
                               mica_op_slot(op, i));
    mica_op *built = mica_builder_create(builder, &reshape);
    mica_bufferize_set(state, mica_op_result(op, 0), micai_only_result(built));
    return built != NULL;
}

static bool bufferize_collapse_shape(mica_bufferize_state *state, mica_builder *builder,
                                     mica_op *op)
{
    const mica_attr *groups = mica_tensor_collapse_shape_reassociation(op);
    mica_value *source = mica_bufferize_operand(state, builder, op, 0);
    if (!source)
        return false;
    const mica_type *type = mica_memref_collapsed_type(mica_value_type(source), groups);
    if (!type) {
        source =
            make_contiguous(state, builder, source, mica_value_type(mica_op_operand(op, 0)));
        type = mica_buffer_type_identity(mica_value_type(mica_op_result(op, 0)));
    }
    return source && build_reshape(state, builder, op, "memref.collapse_shape", source, type);
}

static bool bufferize_expand_shape(mica_bufferize_state *state, mica_builder *builder,
                                   mica_op *op)
{
    const mica_attr *groups = mica_tensor_expand_shape_reassociation(op);
    const mica_type *tensor = mica_value_type(mica_op_result(op, 0));
    mica_value *source = mica_bufferize_operand(state, builder, op, 0);
    if (!source)
        return false;
    const mica_type *type = mica_memref_expanded_type(
        mica_value_type(source), mica_type_shape(tensor), mica_type_rank(tensor), groups);
    if (!type) {
        source =
            make_contiguous(state, builder, source, mica_value_type(mica_op_operand(op, 0)));
        type = mica_buffer_type_identity(tensor);
    }
    return source && build_reshape(state, builder, op, "memref.expand_shape", source, type);
}

static bool bufferize_reshape(mica_bufferize_state *state, mica_builder *builder, mica_op *op)
{
    mica_value *source = mica_bufferize_operand(state, builder, op, 0);
    mica_value *shape = mica_bufferize_operand(state, builder, op, 1);
    if (source && mica_type_is_ranked(mica_value_type(source)) &&
        mica_memref_type_layout(mica_value_type(source)))
        source =
            make_contiguous(state, builder, source, mica_value_type(mica_op_operand(op, 0)));
    if (!source || !shape)
        return false;
    mica_op *built = mica_memref_reshape_build(
        builder, mica_buffer_type_identity(mica_value_type(mica_op_result(op, 0))), source,
        shape);
    mica_bufferize_set(state, mica_op_result(op, 0), micai_only_result(built));
    return built != NULL;
}

/// The shape alone is read: what the source holds is looked at through the result.
static bool reads_shape(const mica_buffer_analysis *analysis, mica_op *op, mica_use *use)
{
    (void)analysis;
    (void)op;
    return mica_use_index(use) == 1;
}

static const mica_bufferizable collapse_shape_model = {.struct_size = sizeof(mica_bufferizable),
                                                       .reads = never,
                                                       .alias = alias_source,
                                                       .bufferize = bufferize_collapse_shape};
static const mica_bufferizable expand_shape_model = {.struct_size = sizeof(mica_bufferizable),
                                                     .reads = never,
                                                     .alias = alias_source,
                                                     .bufferize = bufferize_expand_shape};
static const mica_bufferizable reshape_model = {.struct_size = sizeof(mica_bufferizable),
                                                .reads = reads_shape,
                                                .alias = alias_source,
                                                .bufferize = bufferize_reshape};

const micai_bufferization_model micai_reshape_bufferization_models[] = {
    {"tensor.collapse_shape", &collapse_shape_model},
    {"tensor.expand_shape", &expand_shape_model},
    {"tensor.reshape", &reshape_model},
    {NULL, NULL},
};
