// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Bufferization of tensors that are made anew: computed element by element, filled, put
// together of others.
//
//   %0 = tensor.pad %t low[1] high[2] { .. tensor.yield %x } : tensor<4xf32> to tensor<7xf32>
//
//   %0 = memref.alloc() : memref<7xf32>
//   linalg.fill ins(%x) outs(%0)                     (linalg.map where %x depends on the place)
//   %1 = memref.subview %0[1] [4] [1]
//   memref.copy %t, %1
#include "dialects/linalg/linalg_ops.h"
#include "dialects/tensor/tensor.h"
#include "transforms/buffer/bufferize_internal.h"

enum { MAX_RANK = 64 };

static bool check_rank(mica_op *op, const mica_type *type)
{
    return mica_type_rank(type) <= MAX_RANK ||
           mica_op_error(op, "has more dimensions than can be bufferized (%d)", MAX_RANK);
}

/// A new buffer of a tensor's shape: `sizes[i]` is the value of its i-th dynamic dimension.
static mica_value *allocate(mica_builder *builder, const mica_type *tensor,
                            mica_value *const *sizes, size_t count)
{
    return micai_build_alloc(builder, mica_buffer_type_identity(tensor), sizes, count);
}

static bool build_fill(mica_builder *builder, mica_value *scalar, mica_value *buffer)
{
    return mica_linalg_fill_build(builder, NULL, 0, &scalar, 1, &buffer, 1) != NULL;
}

/// Moves a region of index arguments that ends in tensor.yield into a linalg.map over `buffer`.
static bool build_map(mica_bufferize_state *state, mica_builder *builder, mica_region *region,
                      mica_value *buffer)
{
    mica_context *context = state->context;
    if (!mica_bufferize_region(state, region))
        return false;
    mica_op *map = mica_linalg_map_build(builder, NULL, 0, NULL, 0, buffer);
    if (!map)
        return false;
    mica_region_take_body(mica_op_region(map, 0), region);
    mica_block *body = mica_region_first(mica_op_region(map, 0));
    mica_builder inner = *builder;
    mica_builder_set_at_start(&inner, body);
    for (size_t i = 0; i < mica_block_argument_count(body); ++i) {
        mica_op *index =
            mica_linalg_index_build(&inner, mica_i64_attr_get(context, (int64_t)i));
        if (!index)
            return false;
        mica_value_replace_all_uses(mica_block_argument(body, i), mica_op_result(index, 0));
    }
    for (size_t i = mica_block_argument_count(body); i-- > 0;)
        mica_block_erase_argument(body, i);
    mica_op *old = mica_block_last(body);
    mica_value *value = mica_tensor_yield_value(old);
    mica_builder_set_at_end(&inner, body);
    mica_op *yield = mica_linalg_yield_build(&inner, &value, 1);
    mica_op_erase(old);
    return yield != NULL;
}

/// The value that a region yields at every place, when it is defined outside; else NULL.
static mica_value *uniform_value(mica_region *region)
{
    mica_value *value = mica_tensor_yield_value(mica_block_last(mica_region_first(region)));
    return mica_region_is_ancestor(region, mica_block_region(mica_value_block(value))) ? NULL
                                                                                       : value;
}

static bool compute_elements(mica_bufferize_state *state, mica_builder *builder, mica_op *op,
                             mica_value *buffer)
{
    mica_value *value = uniform_value(mica_op_region(op, 0));
    return value ? build_fill(builder, value, buffer)
                 : build_map(state, builder, mica_op_region(op, 0), buffer);
}

// ---- tensor.generate, tensor.splat
// -----------------------------------------------------------

static bool bufferize_generate(mica_bufferize_state *state, mica_builder *builder, mica_op *op)
{
    const mica_type *tensor = mica_value_type(mica_op_result(op, 0));
    mica_value *sizes[MAX_RANK];
    if (!check_rank(op, tensor))
        return false;
    for (size_t i = 0; i < mica_op_operand_count(op); ++i)
        sizes[i] = mica_op_operand(op, i);
    mica_value *buffer = allocate(builder, tensor, sizes, mica_op_operand_count(op));
    mica_bufferize_set(state, mica_op_result(op, 0), buffer);
    return buffer && compute_elements(state, builder, op, buffer);
}

static bool bufferize_splat(mica_bufferize_state *state, mica_builder *builder, mica_op *op)
{
    const mica_type *tensor = mica_value_type(mica_op_result(op, 0));
    mica_value *sizes[MAX_RANK];
    if (!check_rank(op, tensor))
        return false;
    const size_t count = mica_tensor_splat_dynamicSizes_count(op);
    for (size_t i = 0; i < count; ++i)
        sizes[i] = mica_tensor_splat_dynamicSizes(op, i);
    mica_value *buffer = allocate(builder, tensor, sizes, count);
    mica_bufferize_set(state, mica_op_result(op, 0), buffer);
    return buffer && build_fill(builder, mica_tensor_splat_input(op), buffer);
}

// ---- tensor.pad
// ------------------------------------------------------------------------------

static mica_mixed size_of(mica_builder *builder, mica_value *buffer, size_t dim)
{
    const int64_t size = mica_type_shape(mica_value_type(buffer))[dim];
    return size == MICA_DYNAMIC ? mica_mixed_value(micai_build_memref_dim(builder, buffer, dim))
                                : mica_mixed_constant(size);
}

static mica_mixed add_mixed(mica_builder *builder, mica_mixed a, mica_mixed b)
{
    if (!a.value && !b.value)
        return mica_mixed_constant(a.constant + b.constant);
    mica_op_state state;
    mica_op_state_init(&state, builder->context, "arith.addi", builder->location);
    mica_op_state_add_operand(&state, mica_mixed_materialize(builder, a));
    mica_op_state_add_operand(&state, mica_mixed_materialize(builder, b));
    mica_op_state_add_result(&state, mica_index_type_get(builder->context));
    return mica_mixed_value(micai_only_result(mica_builder_create(builder, &state)));
}

enum { PAD_LOW = 1, PAD_HIGH = 2, PAD_LOW_SLOT = 1, PAD_HIGH_SLOT = 2 };

static bool bufferize_pad(mica_bufferize_state *state, mica_builder *builder, mica_op *op)
{
    const mica_type *tensor = mica_value_type(mica_op_result(op, 0));
    mica_value *source = mica_bufferize_operand(state, builder, op, 0);
    if (!source || !check_rank(op, tensor))
        return false;
    const size_t rank = mica_type_rank(tensor);
    mica_mixed low[MAX_RANK], inner[MAX_RANK];
    mica_value *sizes[MAX_RANK];
    size_t count = 0;
    for (size_t i = 0; i < rank; ++i) {
        low[i] = mica_mixed_at(op, PAD_LOW, PAD_LOW_SLOT, i);
        inner[i] = size_of(builder, source, i);
        if (mica_type_shape(tensor)[i] != MICA_DYNAMIC)
            continue;
        const mica_mixed high = mica_mixed_at(op, PAD_HIGH, PAD_HIGH_SLOT, i);
        const mica_mixed total = add_mixed(builder, add_mixed(builder, low[i], inner[i]), high);
        sizes[count++] = mica_mixed_materialize(builder, total);
    }
    mica_value *buffer = allocate(builder, tensor, sizes, count);
    mica_bufferize_set(state, mica_op_result(op, 0), buffer);
    if (!buffer || !compute_elements(state, builder, op, buffer))
        return false;
    mica_value *box = micai_build_box(builder, buffer, low, inner, rank);
    if (!box)
        return false;
    micai_build_copy(builder, source, box);
    return true;
}

// ---- tensor.concat
// ---------------------------------------------------------------------------

static bool bufferize_concat(mica_bufferize_state *state, mica_builder *builder, mica_op *op)
{
    const mica_type *tensor = mica_value_type(mica_op_result(op, 0));
    const size_t rank = mica_type_rank(tensor);
    const size_t along = (size_t)mica_integer_attr_value(mica_tensor_concat_dim(op));
    mica_value *sources[MAX_RANK];
    if (!check_rank(op, tensor))
        return false;
    if (mica_op_operand_count(op) > MAX_RANK)
        return mica_op_error(op, "has more operands than can be bufferized (%d)", MAX_RANK);
    mica_mixed total = mica_mixed_constant(0);
    for (size_t i = 0; i < mica_op_operand_count(op); ++i) {
        sources[i] = mica_bufferize_operand(state, builder, op, i);
        if (!sources[i])
            return false;
        total = add_mixed(builder, total, size_of(builder, sources[i], along));
    }
    mica_value *dynamic[MAX_RANK];
    size_t count = 0;
    for (size_t i = 0; i < rank; ++i) {
        if (mica_type_shape(tensor)[i] == MICA_DYNAMIC)
            dynamic[count++] = mica_mixed_materialize(
                builder, i == along ? total : size_of(builder, sources[0], i));
    }
    mica_value *buffer = allocate(builder, tensor, dynamic, count);
    mica_bufferize_set(state, mica_op_result(op, 0), buffer);
    mica_mixed offsets[MAX_RANK], sizes[MAX_RANK];
    for (size_t i = 0; i < rank; ++i)
        offsets[i] = mica_mixed_constant(0);
    for (size_t i = 0; i < mica_op_operand_count(op) && buffer; ++i) {
        for (size_t d = 0; d < rank; ++d)
            sizes[d] = size_of(builder, sources[i], d);
        mica_value *box = micai_build_box(builder, buffer, offsets, sizes, rank);
        if (!box)
            return false;
        micai_build_copy(builder, sources[i], box);
        offsets[along] = add_mixed(builder, offsets[along], sizes[along]);
    }
    return buffer != NULL;
}

static const mica_bufferizable concat_model = {.struct_size = sizeof(mica_bufferizable),
                                               .bufferize = bufferize_concat};
static const mica_bufferizable generate_model = {.struct_size = sizeof(mica_bufferizable),
                                                 .bufferize = bufferize_generate};
static const mica_bufferizable pad_model = {.struct_size = sizeof(mica_bufferizable),
                                            .bufferize = bufferize_pad};
static const mica_bufferizable splat_model = {.struct_size = sizeof(mica_bufferizable),
                                              .bufferize = bufferize_splat};

const micai_bufferization_model micai_generate_bufferization_models[] = {
    {"tensor.concat", &concat_model},
    {"tensor.generate", &generate_model},
    {"tensor.pad", &pad_model},
    {"tensor.splat", &splat_model},
    {NULL, NULL},
};
