// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Building blocks of the lowering from onnx: tensors to write into, named and generic ops of
// linalg, broadcasting, reductions, padding.
#include "ir/core/context.h"
#include "ir/core/definition.h"
#include "ir/rewrite/fold.h"
#include "transforms/convert/convert_onnx_to_linalg_internal.h"

#include <math.h>

// ---- scalars
// ---------------------------------------------------------------------------------

static mica_value *only_result(mica_op *op)
{
    return op ? mica_op_result(op, 0) : NULL;
}

mica_value *micai_onnx_emit(mica_builder *builder, const char *name,
                            mica_value *const *operands, size_t count, const mica_type *type)
{
    mica_op_state state;
    mica_op_state_init(&state, builder->context, name, builder->location);
    mica_op_state_add_operands(&state, operands, count);
    mica_op_state_add_result(&state, type);
    // Sizes and places are computed at once where they can be.
    if (mica_type_is_index(type) || mica_type_is_signless(type, 64))
        return mica_builder_create_or_fold(builder, &state);
    return only_result(mica_builder_create(builder, &state));
}

mica_value *micai_onnx_select(mica_builder *builder, mica_value *condition, mica_value *a,
                              mica_value *b)
{
    mica_value *const operands[] = {condition, a, b};
    return micai_onnx_emit(builder, "arith.select", operands, 3, mica_value_type(a));
}

mica_value *micai_onnx_constant_op(mica_builder *builder, const mica_attr *value)
{
    mica_op_state state;
    mica_op_state_init(&state, builder->context, "arith.constant", builder->location);
    mica_op_state_set_attr(&state, "value", value);
    mica_op_state_add_result(&state, mica_attr_type(value));
    return only_result(mica_builder_create(builder, &state));
}

static const mica_attr *number_attr(const mica_type *type, double value)
{
    return mica_type_is_float(type) ? mica_float_attr_get(type, value)
                                    : mica_integer_attr_get(type, (int64_t)value);
}

mica_value *micai_onnx_number(mica_builder *builder, const mica_type *type, double value)
{
    return micai_onnx_constant_op(builder, number_attr(type, value));
}

const mica_attr *micai_onnx_least(const mica_type *type, bool is_unsigned)
{
    if (mica_type_is_float(type))
        return mica_float_attr_get(type, -(double)INFINITY);
    const uint32_t width = mica_type_bit_width(type);
    return mica_integer_attr_get(type, is_unsigned ? 0 : INT64_MIN >> (64 - width));
}

// ---- tensors to write into
// -------------------------------------------------------------------

void micai_onnx_sizes_like(micai_onnx_sizes *sizes, mica_value *value)
{
    for (size_t i = 0; i < micai_rank(value); ++i) {
        sizes->values[i] = value;
        sizes->dims[i] = i;
    }
}

mica_value *micai_onnx_empty(mica_builder *builder, const mica_type *type,
                             const micai_onnx_sizes *sizes)
{
    mica_value *dynamic[MICA_ONNX_MAX_RANK + 2];
    size_t count = 0;
    for (size_t i = 0; i < mica_type_rank(type); ++i)
        if (mica_type_shape(type)[i] == MICA_DYNAMIC)
            dynamic[count++] = mica_type_is_tensor(mica_value_type(sizes->values[i]))
                                   ? micai_onnx_dim(builder, sizes->values[i], sizes->dims[i])
                                   : sizes->values[i];
    return micai_onnx_emit(builder, "tensor.empty", dynamic, count, type);
}

mica_value *micai_onnx_fill(mica_builder *builder, const mica_attr *scalar, mica_value *tensor)
{
    mica_value *value = micai_onnx_constant_op(builder, scalar);
    return micai_onnx_named(builder, "linalg.fill", &value, 1, tensor, NULL);
}

mica_value *micai_onnx_filled(mica_builder *builder, const mica_type *type,
                              const micai_onnx_sizes *sizes, const mica_attr *scalar)
{
    return micai_onnx_fill(builder, scalar, micai_onnx_empty(builder, type, sizes));
}

// ---- ops of linalg
// ---------------------------------------------------------------------------

/// dense<[2, 2]> : tensor<2xi64>
static const mica_attr *window_attr(mica_context *context, const int64_t *values, size_t rank)
{
    const int64_t shape = (int64_t)rank;
    const mica_type *element = mica_integer_type_get(context, 64, MICA_SIGNLESS);
    const mica_type *type = mica_tensor_type_get(element, &shape, 1, NULL);
    return mica_dense_elements_attr_get(type, values, rank * sizeof *values, false);
}

static void begin_structured(mica_op_state *state, mica_builder *builder, const char *name,
                             mica_value *const *inputs, size_t count, mica_value *output)
{
    const int32_t segments[] = {(int32_t)count, 1};
    mica_op_state_init(state, builder->context, name, builder->location);
    mica_op_state_add_operands(state, inputs, count);
    mica_op_state_add_operand(state, output);
    mica_op_state_add_result(state, mica_value_type(output));
    mica_op_state_set_attr(state, "operandSegmentSizes",
                           mica_i32_array_attr_get(builder->context, segments, 2));
    mica_op_state_add_region(state);
}

mica_value *micai_onnx_named(mica_builder *builder, const char *name, mica_value *const *inputs,
                             size_t count, mica_value *output, const mica_onnx_window *window)
{
    mica_op_state state;
    begin_structured(&state, builder, name, inputs, count, output);
    if (window) {
        mica_op_state_set_attr(&state, "strides",
                               window_attr(builder->context, window->strides, window->rank));
        mica_op_state_set_attr(&state, "dilations",
                               window_attr(builder->context, window->dilations, window->rank));
    }
    mica_op *op = mica_op_create(&state);
    if (!op)
        return NULL;
    const mica_op_def *definition = mica_op_definition(op);
    if (mica_region_is_empty(mica_op_region(op, 0)) && MICA_HOOK(definition, build_region))
        definition->hooks->build_region(op);
    mica_builder_insert(builder, op);
    return mica_op_result(op, 0);
}

/// #linalg.iterator_type<parallel> and <reduction> for each 'p' and 'r'.
static const mica_attr *iterator_types(mica_context *context, const char *iterators)
{
    const mica_dialect_def *dialect =
        mica_context_find_dialect(context, mica_string_from("linalg"));
    const mica_attr_def *definition = NULL;
    for (uint32_t i = 0; dialect && i < dialect->attr_count; ++i)
        if (strcmp(dialect->attrs[i]->name, "iterator_type") == 0)
            definition = dialect->attrs[i];
    const mica_attr *types[3 * MICA_ONNX_MAX_RANK];
    size_t count = 0;
    for (; definition && iterators[count]; ++count) {
        const uint64_t is_reduction = iterators[count] == 'r';
        types[count] = mica_attr_get(context, definition, &is_reduction, 1);
    }
    return mica_array_attr_get(context, types, count);
}

mica_value *micai_onnx_generic(mica_builder *builder, mica_value *const *inputs, size_t count,
                               mica_value *output, const mica_attr *const *maps,
                               const char *iterators, micai_onnx_body_fn body, void *user)
{
    mica_context *context = builder->context;
    mica_op_state state;
    begin_structured(&state, builder, "linalg.generic", inputs, count, output);
    mica_op_state_set_attr(&state, "indexing_maps",
                           mica_array_attr_get(context, maps, count + 1));
    mica_op_state_set_attr(&state, "iterator_types", iterator_types(context, iterators));
    mica_op *op = mica_op_create(&state);
    if (!op)
        return NULL;
    const mica_type *types[8];
    for (size_t i = 0; i < count; ++i)
        types[i] = micai_element(inputs[i]);
    types[count] = micai_element(output);
    mica_builder inside = mica_builder_detached(context, builder->location);
    mica_block *block =
        mica_builder_create_block(&inside, mica_op_region(op, 0), NULL, types, count + 1);
    mica_value *elements[8];
    for (size_t i = 0; i <= count; ++i)
        elements[i] = mica_block_argument(block, i);
    mica_value *element = body(user, &inside, elements);
    mica_op_state yield;
    mica_op_state_init(&yield, context, "linalg.yield", builder->location);
    mica_op_state_add_operand(&yield, element);
    mica_builder_create(&inside, &yield);
    mica_builder_insert(builder, op);
    return mica_op_result(op, 0);
}

mica_value *micai_onnx_emit_body(void *name, mica_builder *builder, mica_value *const *elements)
{
    return micai_onnx_emit2(builder, name, elements[0], elements[1]);
}

mica_value *micai_onnx_first(void *user, mica_builder *builder, mica_value *const *elements)
{
    (void)user;
    (void)builder;
    return elements[0];
}

// ---- broadcasting
// ----------------------------------------------------------------------------

/// (d0, d1, ..) -> (d1, 0, ..): each dimension of the input where it stands in the result.
static const mica_attr *broadcast_map(mica_context *context, const mica_value *input,
                                      const mica_type *type)
{
    const size_t rank = mica_type_rank(type), own = micai_rank(input);
    const mica_affine_expr *results[MICA_ONNX_MAX_RANK];
    for (size_t i = 0; i < own; ++i) {
        const size_t dim = i + rank - own;
        const bool repeats = micai_shape(input)[i] == 1 && mica_type_shape(type)[dim] != 1;
        results[i] = repeats ? mica_affine_constant_get(context, 0)
                             : mica_affine_dim_get(context, (uint32_t)dim);
    }
    return mica_affine_map_get(context, (uint32_t)rank, 0, results, own);
}

static const char *all_parallel(size_t rank)
{
    static const char text[] = "pppppppppppppppppp";
    return text + (sizeof text - 1 - rank);
}

mica_value *micai_onnx_pointwise_to(mica_builder *builder, const mica_type *type,
                                    mica_value *const *inputs, size_t count,
                                    mica_value *const *wanted, micai_onnx_body_fn body,
                                    void *user)
{
    const size_t rank = mica_type_rank(type);
    const mica_attr *maps[8 + 1];
    mica_value *settled[8];
    micai_onnx_sizes sizes = {{NULL}, {0}};
    bool is_static = mica_type_has_static_shape(type);
    for (size_t i = 0; i < count; ++i) {
        settled[i] = inputs[i];
        is_static &= mica_type_has_static_shape(mica_value_type(inputs[i]));
    }
    if (!is_static)
        micai_onnx_settle(builder, type, settled, count, wanted, &sizes);
    for (size_t i = 0; i < count; ++i)
        maps[i] = broadcast_map(builder->context, settled[i], type);
    maps[count] = mica_affine_map_identity(builder->context, (uint32_t)rank);
    mica_value *output = micai_onnx_empty(builder, type, &sizes);
    return micai_onnx_generic(builder, settled, count, output, maps, all_parallel(rank), body,
                              user);
}

mica_value *micai_onnx_pointwise(mica_builder *builder, const mica_type *type,
                                 mica_value *const *inputs, size_t count,
                                 micai_onnx_body_fn body, void *user)
{
    return micai_onnx_pointwise_to(builder, type, inputs, count, NULL, body, user);
}

mica_value *micai_onnx_per_channel(mica_builder *builder, const mica_type *type,
                                   mica_value *input, mica_value *const *vectors, size_t count,
                                   const micai_onnx_sizes *sizes, micai_onnx_body_fn body,
                                   void *user)
{
    mica_context *context = builder->context;
    const uint32_t rank = (uint32_t)mica_type_rank(type), channel = 1;
    const mica_attr *maps[8];
    mica_value *inputs[8];
    size_t n = 0;
    if (input) {
        maps[n] = mica_affine_map_identity(context, rank);
        inputs[n++] = input;
    }
    for (size_t i = 0; i < count; ++i) {
        maps[n] = mica_affine_map_projection(context, rank, &channel, 1);
        inputs[n++] = vectors[i];
    }
    maps[n] = mica_affine_map_identity(context, rank);
    mica_value *output = micai_onnx_empty(builder, type, sizes);
    return micai_onnx_generic(builder, inputs, n, output, maps, all_parallel(rank), body, user);
}

mica_value *micai_onnx_reduce(mica_builder *builder, mica_value *input, const bool *axes,
                              const mica_attr *init, const char *combine)
{
    mica_context *context = builder->context;
    const size_t rank = micai_rank(input);
    int64_t shape[MICA_ONNX_MAX_RANK];
    uint32_t kept[MICA_ONNX_MAX_RANK];
    char iterators[MICA_ONNX_MAX_RANK + 1] = {0};
    micai_onnx_sizes sizes;
    size_t count = 0;
    for (size_t i = 0; i < rank; ++i) {
        iterators[i] = axes[i] ? 'r' : 'p';
        if (axes[i])
            continue;
        kept[count] = (uint32_t)i;
        sizes.values[count] = input;
        sizes.dims[count] = i;
        shape[count++] = micai_shape(input)[i];
    }
    const mica_type *type = mica_tensor_type_get(micai_element(input), shape, count, NULL);
    const mica_attr *maps[] = {
        mica_affine_map_identity(context, (uint32_t)rank),
        mica_affine_map_projection(context, (uint32_t)rank, kept, count)};
    mica_value *output = micai_onnx_filled(builder, type, &sizes, init);
    return micai_onnx_generic(builder, &input, 1, output, maps, iterators, micai_onnx_emit_body,
                              (void *)(uintptr_t)combine);
}

// ---- slices
// ----------------------------------------------------------------------------------

mica_value *micai_onnx_insert_slice(mica_builder *builder, mica_value *source, mica_value *into,
                                    const int64_t *offsets)
{
    mica_context *context = builder->context;
    const size_t rank = micai_rank(source);
    int64_t strides[MICA_ONNX_MAX_RANK];
    mica_value *sizes[MICA_ONNX_MAX_RANK];
    size_t dynamic = 0;
    for (size_t i = 0; i < rank; ++i) {
        strides[i] = 1;
        if (micai_shape(source)[i] == MICA_DYNAMIC)
            sizes[dynamic++] = micai_onnx_dim(builder, source, i);
    }
    mica_op_state state;
    mica_op_state_init(&state, context, "tensor.insert_slice", builder->location);
    mica_op_state_add_operand(&state, source);
    mica_op_state_add_operand(&state, into);
    mica_op_state_add_operands(&state, sizes, dynamic);
    mica_op_state_add_result(&state, mica_value_type(into));
    const int32_t segments[] = {1, 1, 0, (int32_t)dynamic, 0};
    mica_op_state_set_attr(&state, "operandSegmentSizes",
                           mica_i32_array_attr_get(context, segments, 5));
    mica_op_state_set_attr(&state, "static_offsets",
                           mica_i64_array_attr_get(context, offsets, rank));
    mica_op_state_set_attr(&state, "static_sizes",
                           mica_i64_array_attr_get(context, micai_shape(source), rank));
    mica_op_state_set_attr(&state, "static_strides",
                           mica_i64_array_attr_get(context, strides, rank));
    return only_result(mica_builder_create(builder, &state));
}

mica_value *micai_onnx_pad(mica_builder *builder, mica_value *value, const int64_t *begin,
                           const int64_t *end, const mica_attr *scalar)
{
    const size_t rank = micai_rank(value);
    int64_t shape[MICA_ONNX_MAX_RANK], offsets[MICA_ONNX_MAX_RANK] = {0};
    bool is_needed = false;
    for (size_t i = 0; i < rank; ++i) {
        shape[i] = micai_shape(value)[i];
        if (i < 2)
            continue;
        offsets[i] = begin[i - 2];
        is_needed |= begin[i - 2] != 0 || end[i - 2] != 0;
    }
    if (!is_needed)
        return value;
    micai_onnx_sizes sizes;
    micai_onnx_sizes_like(&sizes, value);
    for (size_t i = 2; i < rank; ++i) {
        const int64_t margin = begin[i - 2] + end[i - 2];
        if (shape[i] == MICA_DYNAMIC)
            sizes.values[i] =
                micai_onnx_plus(builder, micai_onnx_dim(builder, value, i), margin);
        else
            shape[i] += margin;
    }
    const mica_type *type = mica_tensor_type_get(micai_element(value), shape, rank, NULL);
    mica_value *padded = micai_onnx_filled(builder, type, &sizes, scalar);
    return micai_onnx_insert_slice(builder, value, padded, offsets);
}
