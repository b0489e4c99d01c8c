// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Hooks of the bufferization dialect in the order of bufferization.dialect.
#include "dialects/bufferization/bufferization_ops.h"

#include "ir/core/context.h"
#include "ir/core/diagnostics.h"
#include "ir/core/interfaces.h"
#include "ir/core/mixed_values.h"
#include "ir/core/shape_rules.h"
#include "ir/rewrite/side_effects.h"

// ---- attributes of other ops
// ------------------------------------------------------------------

static bool allocates_or_frees(mica_op *op)
{
    uint32_t bits = mica_op_get_effects(op).bits;
    for (size_t i = 0; i < mica_op_operand_count(op); i++)
        bits |= mica_op_operand_effects(op, i);
    for (size_t i = 0; i < mica_op_result_count(op); i++)
        bits |= mica_op_result_effects(op, i);
    return bits & (MICA_EFFECT_ALLOCATE | MICA_EFFECT_FREE);
}

bool micai_bufferization_verify_attr(mica_op *op, mica_named_attr attr)
{
    mica_string name = mica_identifier_text(attr.name);
    if (!mica_string_is(name, "bufferization.manual_deallocation"))
        return mica_diagnostic_emit(mica_error(mica_op_context(op), mica_op_location(op),
                                               "attribute '%.*s' not supported as an op "
                                               "attribute by the bufferization dialect",
                                               MICA_STRING_ARG(name)));
    return allocates_or_frees(op) ||
           mica_op_error(op,
                         "attribute '%.*s' can be used only on ops that have an allocation "
                         "and/or free side effect",
                         MICA_STRING_ARG(name));
}

// ---- alloc_tensor
// ----------------------------------------------------------------------------

static size_t count_dynamic(const mica_type *type)
{
    size_t count = 0;
    for (size_t i = 0; i < mica_type_rank(type); i++)
        count += mica_type_shape(type)[i] == MICA_DYNAMIC;
    return count;
}

bool micai_bufferization_alloc_tensor_verify(mica_op *op)
{
    const mica_type *type = mica_value_type(mica_op_result(op, 0));
    mica_value *copy = mica_bufferization_alloc_tensor_copy(op);
    size_t sizes = mica_bufferization_alloc_tensor_dynamic_sizes_count(op);
    if (copy && sizes > 0)
        return mica_op_error(op, "dynamic sizes not needed when copying a tensor");
    if (!copy && sizes != count_dynamic(type))
        return mica_op_error(op, "expected %zu dynamic sizes", count_dynamic(type));
    return !copy || mica_value_type(copy) == type ||
           mica_op_error(op, "expected that `copy` and return type match");
}

/// A known size, or the value that gives it; not that of a copied tensor.
static bool allocated_size(mica_builder *builder, mica_op *op, size_t result, size_t dim,
                           mica_mixed *size)
{
    (void)builder;
    (void)result;
    const mica_type *type = mica_value_type(mica_op_result(op, 0));
    *size = mica_mixed_constant(mica_type_shape(type)[dim]);
    if (size->constant != MICA_DYNAMIC)
        return true;
    if (mica_bufferization_alloc_tensor_copy(op))
        return false;
    size_t place = 0;
    for (size_t i = 0; i < dim; i++)
        place += mica_type_shape(type)[i] == MICA_DYNAMIC;
    *size = mica_mixed_value(mica_bufferization_alloc_tensor_dynamic_sizes(op, place));
    return true;
}

const mica_reify_shape micai_bufferization_alloc_tensor_reify_shape = {sizeof(mica_reify_shape),
                                                                       allocated_size};

// ---- dealloc
// ---------------------------------------------------------------------------------

bool micai_bufferization_dealloc_infer_types(mica_op_state *state)
{
    const mica_attr *segments = state->slots[0];
    const mica_type *i1 = mica_integer_type_get(state->context, 1, MICA_SIGNLESS);
    if (!segments || mica_dense_array_attr_count(segments) != 3)
        return false;
    for (int64_t i = 0; i < mica_dense_array_attr_int(segments, 2); i++)
        mica_op_state_add_result(state, i1);
    return true;
}

bool micai_bufferization_dealloc_verify(mica_op *op)
{
    size_t memrefs = mica_bufferization_dealloc_memrefs_count(op);
    size_t conditions = mica_bufferization_dealloc_conditions_count(op);
    size_t retained = mica_bufferization_dealloc_retained_count(op);
    if (memrefs != conditions)
        return mica_op_error(op, "must have the same number of conditions as memrefs to "
                                 "deallocate");
    return retained == mica_op_result_count(op) ||
           mica_op_error(op, "must have the same number of updated conditions (results) as "
                             "retained operands");
}

// ---- materialize_in_destination
// --------------------------------------------------------------

bool micai_bufferization_materialize_in_destination_verify(mica_op *op)
{
    const mica_type *source = mica_value_type(mica_op_operand(op, 0));
    const mica_type *dest = mica_value_type(mica_op_operand(op, 1));
    bool to_memory = mica_type_is_memref(dest);
    if (!mica_type_is_tensor(dest) && !to_memory)
        return mica_op_error(op, "'dest' must be a tensor or a memref");
    if (!to_memory && mica_op_result_count(op) != 1)
        return mica_op_error(op, "tensor 'dest' implies exactly one tensor result");
    if (!to_memory && mica_value_type(mica_op_result(op, 0)) != dest)
        return mica_op_error(op, "result and 'dest' types must match");
    if (to_memory && mica_op_result_count(op) != 0)
        return mica_op_error(op, "memref 'dest' implies zero results");
    if (mica_bufferization_materialize_in_destination_restrict(op) && !to_memory)
        return mica_op_error(op, "'restrict' is valid only for memref destinations");
    if (mica_bufferization_materialize_in_destination_writable(op) != to_memory)
        return mica_op_error(op,
                             "'writable' must be specified if and only if the destination is "
                             "of memref type");
    return (mica_type_is_ranked(source) == mica_type_is_ranked(dest) &&
            mica_shapes_are_compatible(source, dest)) ||
           mica_op_error(op, "source/destination shapes are incompatible");
}

static mica_run destination(mica_op *op)
{
    (void)op;
    return (mica_run){1, 1};
}

const mica_destination_style micai_bufferization_materialize_in_destination_destination_style =
    {sizeof(mica_destination_style), destination};

static mica_op_effects materialize_effects(mica_op *op)
{
    bool to_memory = mica_type_is_memref(mica_value_type(mica_op_operand(op, 1)));
    return (mica_op_effects){to_memory ? MICA_EFFECT_WRITE : 0, true};
}

const mica_memory_effects micai_bufferization_materialize_in_destination_memory_effects = {
    sizeof(mica_memory_effects), materialize_effects};
