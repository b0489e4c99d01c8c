// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Builders of loop nests; see loop_nest.h.
#include "transforms/tensor/loop_nest.h"

#include "dialects/arith/arith_ops.h"
#include "ir/core/affine.h"

static mica_value *only_result(mica_op *op)
{
    return op ? mica_op_result(op, 0) : NULL;
}

/// An op with one result and up to three operands.
static mica_value *build(mica_builder *builder, const char *name, const mica_type *type,
                         mica_value *a, mica_value *b, mica_value *c)
{
    mica_op_state state;
    mica_op_state_init(&state, builder->context, name, builder->location);
    mica_value *const operands[] = {a, b, c};
    for (size_t i = 0; i < 3 && operands[i]; ++i)
        mica_op_state_add_operand(&state, operands[i]);
    mica_op_state_add_result(&state, type);
    return only_result(mica_builder_create(builder, &state));
}

// ---- loops
// -----------------------------------------------------------------------------------

void micai_loop_begin(micai_loop *loop, mica_builder *builder, mica_value *lower,
                      mica_value *upper, mica_value *step, mica_value *const *inits,
                      size_t count)
{
    mica_op_state state;
    mica_op_state_init(&state, builder->context, "scf.for", builder->location);
    mica_op_state_add_operand(&state, lower);
    mica_op_state_add_operand(&state, upper);
    mica_op_state_add_operand(&state, step);
    for (size_t i = 0; i < count; ++i) {
        mica_op_state_add_operand(&state, inits[i]);
        mica_op_state_add_result(&state, mica_value_type(inits[i]));
    }
    mica_region *region = mica_op_state_add_region(&state);
    mica_block *body = mica_block_create(builder->context);
    mica_region_append(region, body);
    loop->iv =
        mica_block_add_argument(body, mica_index_type_get(builder->context), builder->location);
    loop->count = count;
    for (size_t i = 0; i < count; ++i)
        loop->carried[i] =
            mica_block_add_argument(body, mica_value_type(inits[i]), builder->location);
    loop->op = mica_builder_create(builder, &state);
    mica_builder_set_at_end(builder, body);
}

void micai_loop_end(micai_loop *loop, mica_builder *builder, mica_value *const *yielded)
{
    mica_op_state state;
    mica_op_state_init(&state, builder->context, "scf.yield", builder->location);
    mica_op_state_add_operands(&state, yielded, loop->count);
    mica_builder_create(builder, &state);
    for (size_t i = 0; i < loop->count; ++i)
        loop->results[i] = mica_op_result(loop->op, i);
    mica_builder_set_after(builder, loop->op);
}

// ---- index arithmetic
// ------------------------------------------------------------------------

mica_value *micai_index(mica_builder *builder, int64_t value)
{
    return only_result(
        mica_arith_constant_build(builder, mica_index_attr_get(builder->context, value)));
}

bool micai_index_constant(const mica_value *value, int64_t *constant)
{
    const mica_op *op = mica_value_op(value);
    if (!mica_op_is(op, &mica_arith_constant_kind))
        return false;
    const mica_attr *attr = mica_arith_constant_value(op);
    if (!mica_attr_is(attr, MICA_ATTR_INTEGER))
        return false;
    *constant = mica_integer_attr_value(attr);
    return true;
}

static mica_value *index_op(mica_builder *builder, const char *name, mica_value *a,
                            mica_value *b)
{
    return build(builder, name, mica_index_type_get(builder->context), a, b, NULL);
}

mica_value *micai_index_add(mica_builder *builder, mica_value *a, mica_value *b)
{
    int64_t x, y;
    const bool left = micai_index_constant(a, &x), right = micai_index_constant(b, &y);
    if (left && right)
        return micai_index(builder, x + y);
    if (left && x == 0)
        return b;
    if (right && y == 0)
        return a;
    return index_op(builder, "arith.addi", a, b);
}

mica_value *micai_index_sub(mica_builder *builder, mica_value *a, mica_value *b)
{
    int64_t x, y;
    const bool left = micai_index_constant(a, &x), right = micai_index_constant(b, &y);
    if (left && right)
        return micai_index(builder, x - y);
    return right && y == 0 ? a : index_op(builder, "arith.subi", a, b);
}

mica_value *micai_index_mul(mica_builder *builder, mica_value *a, int64_t factor)
{
    int64_t x;
    if (micai_index_constant(a, &x))
        return micai_index(builder, x * factor);
    if (factor == 1)
        return a;
    return index_op(builder, "arith.muli", a, micai_index(builder, factor));
}

mica_value *micai_index_min(mica_builder *builder, mica_value *a, mica_value *b)
{
    int64_t x, y;
    if (micai_index_constant(a, &x) && micai_index_constant(b, &y))
        return x < y ? a : b;
    return index_op(builder, "arith.minsi", a, b);
}

// ---- tensors and vectors
// ---------------------------------------------------------------------

mica_value *micai_empty_tensor(mica_builder *builder, const mica_type *type)
{
    return build(builder, "tensor.empty", type, NULL, NULL, NULL);
}

mica_value *micai_zero(mica_builder *builder, const mica_type *type)
{
    const mica_type *element = mica_type_element_or_self(type);
    const mica_attr *value = mica_type_is_float(element) ? mica_float_attr_get(element, 0.0)
                                                         : mica_integer_attr_get(element, 0);
    if (mica_type_is_shaped(type))
        value = mica_dense_elements_attr_get_splat(type, value);
    mica_op_state state;
    mica_op_state_init(&state, builder->context, "arith.constant", builder->location);
    mica_op_state_add_result(&state, type);
    mica_op_state_set_attr(&state, "value", value);
    return only_result(mica_builder_create(builder, &state));
}

mica_value *micai_tensor_extract(mica_builder *builder, mica_value *tensor,
                                 mica_value *const *indices, size_t count)
{
    mica_op_state state;
    mica_op_state_init(&state, builder->context, "tensor.extract", builder->location);
    mica_op_state_add_operand(&state, tensor);
    mica_op_state_add_operands(&state, indices, count);
    mica_op_state_add_result(&state, mica_type_element(mica_value_type(tensor)));
    return only_result(mica_builder_create(builder, &state));
}

mica_value *micai_tensor_insert(mica_builder *builder, mica_value *scalar, mica_value *tensor,
                                mica_value *const *indices, size_t count)
{
    mica_op_state state;
    mica_op_state_init(&state, builder->context, "tensor.insert", builder->location);
    mica_op_state_add_operand(&state, scalar);
    mica_op_state_add_operand(&state, tensor);
    mica_op_state_add_operands(&state, indices, count);
    mica_op_state_add_result(&state, mica_value_type(tensor));
    return only_result(mica_builder_create(builder, &state));
}

/// (d0, .., dn-1) -> (dn-1), in_bounds and segment sizes of a transfer.
static void set_transfer_attrs(mica_op_state *state, size_t rank, bool in_bounds,
                               const int32_t *segments, size_t segment_count)
{
    mica_context *context = state->context;
    const uint32_t last = (uint32_t)rank - 1;
    const mica_attr *map = mica_affine_map_projection(context, (uint32_t)rank, &last, 1);
    const mica_attr *bound = mica_bool_attr_get(context, in_bounds);
    mica_op_state_set_attr(state, "permutation_map", map);
    mica_op_state_set_attr(state, "in_bounds", mica_array_attr_get(context, &bound, 1));
    mica_op_state_set_attr(state, "operandSegmentSizes",
                           mica_i32_array_attr_get(context, segments, segment_count));
}

mica_value *micai_vector_read(mica_builder *builder, const mica_type *vector,
                              mica_value *tensor, mica_value *const *indices, size_t count,
                              bool in_bounds)
{
    mica_value *padding = micai_zero(builder, mica_type_element(vector));
    mica_op_state state;
    mica_op_state_init(&state, builder->context, "vector.transfer_read", builder->location);
    mica_op_state_add_operand(&state, tensor);
    mica_op_state_add_operands(&state, indices, count);
    mica_op_state_add_operand(&state, padding);
    mica_op_state_add_result(&state, vector);
    const int32_t segments[] = {1, (int32_t)count, 1, 0};
    set_transfer_attrs(&state, count, in_bounds, segments, 4);
    return only_result(mica_builder_create(builder, &state));
}

mica_value *micai_vector_write(mica_builder *builder, mica_value *vector, mica_value *tensor,
                               mica_value *const *indices, size_t count, bool in_bounds)
{
    mica_op_state state;
    mica_op_state_init(&state, builder->context, "vector.transfer_write", builder->location);
    mica_op_state_add_operand(&state, vector);
    mica_op_state_add_operand(&state, tensor);
    mica_op_state_add_operands(&state, indices, count);
    mica_op_state_add_result(&state, mica_value_type(tensor));
    const int32_t segments[] = {1, 1, (int32_t)count, 0};
    set_transfer_attrs(&state, count, in_bounds, segments, 4);
    return only_result(mica_builder_create(builder, &state));
}

mica_value *micai_vector_broadcast(mica_builder *builder, const mica_type *vector,
                                   mica_value *scalar)
{
    return build(builder, "vector.broadcast", vector, scalar, NULL, NULL);
}

mica_value *micai_vector_multiply_add(mica_builder *builder, mica_value *a, mica_value *b,
                                      mica_value *c)
{
    const mica_type *type = mica_value_type(c);
    if (mica_type_is_float(mica_type_element(type)))
        return build(builder, "vector.fma", type, a, b, c);
    mica_value *product = build(builder, "arith.muli", type, a, b, NULL);
    return build(builder, "arith.addi", type, product, c, NULL);
}
