// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The interface of structured ops: its implementations for generic, map, reduce, transpose and
// broadcast, and what is derived from it. Those of named ops are in named_ops.c.
#include "dialects/linalg/linalg_internal.h"

#include "dialects/tensor/tensor.h"
#include "ir/core/affine.h"
#include "ir/core/context.h"
#include "ir/core/sizes_internal.h"

const char mica_structured_interface = 0;

// ---- derived
// ---------------------------------------------------------------------------------

const mica_attr *mica_structured_indexing_maps(mica_op *op)
{
    return mica_structured_get(op)->indexing_maps(op);
}

const mica_attr *mica_structured_map(mica_op *op, size_t operand)
{
    return mica_array_attr_element(mica_structured_indexing_maps(op), operand);
}

size_t mica_structured_loop_count(mica_op *op)
{
    return mica_structured_get(op)->loop_count(op);
}

bool mica_structured_is_parallel(mica_op *op, size_t loop)
{
    return mica_structured_get(op)->is_parallel(op, loop);
}

size_t mica_structured_parallel_count(mica_op *op)
{
    size_t count = 0;
    for (size_t i = 0; i < mica_structured_loop_count(op); i++)
        count += mica_structured_is_parallel(op, i);
    return count;
}

mica_run mica_structured_inits(mica_op *op)
{
    return mica_structured_get(op)->inits(op);
}

mica_run mica_structured_inputs(mica_op *op)
{
    return (mica_run){0, mica_structured_inits(op).first};
}

bool mica_structured_is_init(mica_op *op, size_t operand)
{
    return operand >= mica_structured_inits(op).first;
}

mica_block *mica_structured_body(mica_op *op)
{
    return mica_region_first(mica_op_region(op, 0));
}

mica_value *mica_structured_argument(mica_op *op, size_t operand)
{
    mica_block *body = mica_structured_body(op);
    return operand < mica_block_argument_count(body) ? mica_block_argument(body, operand)
                                                     : NULL;
}

static bool has_semantics(mica_op *op, mica_type_kind kind, mica_type_kind other)
{
    for (size_t i = 0; i < mica_op_operand_count(op); i++) {
        const mica_type *type = mica_value_type(mica_op_operand(op, i));
        mica_type_kind actual = mica_type_get_kind(type);
        bool is_scalar = !mica_structured_is_init(op, i) && !mica_type_is_shaped(type);
        if (actual == other || (actual != kind && !is_scalar && !mica_type_is_vector(type)))
            return false;
    }
    return true;
}

bool mica_structured_has_tensors(mica_op *op)
{
    return has_semantics(op, MICA_TYPE_RANKED_TENSOR, MICA_TYPE_MEMREF);
}

bool mica_structured_has_buffers(mica_op *op)
{
    return mica_op_result_count(op) == 0 &&
           has_semantics(op, MICA_TYPE_MEMREF, MICA_TYPE_RANKED_TENSOR);
}

static bool is_loop(const mica_affine_expr *expr, size_t loop)
{
    return mica_affine_expr_kind(expr) == MICA_AFFINE_DIM &&
           mica_affine_expr_value(expr) == (int64_t)loop;
}

bool mica_structured_loop_source(mica_op *op, size_t loop, size_t *operand, size_t *dim)
{
    const mica_attr *maps = mica_structured_indexing_maps(op);
    for (*operand = 0; *operand < mica_array_attr_count(maps); ++*operand) {
        const mica_attr *map = mica_array_attr_element(maps, *operand);
        for (*dim = 0; *dim < mica_affine_map_result_count(map); ++*dim)
            if (is_loop(mica_affine_map_result(map, *dim), loop))
                return true;
    }
    return false;
}

bool mica_structured_loop_ranges(mica_op *op, int64_t *ranges)
{
    size_t loops = mica_structured_loop_count(op), found = 0;
    const mica_attr *maps = mica_structured_indexing_maps(op);
    micai_sizes seen;
    if (!micai_sizes_init(&seen, loops))
        return false;
    for (size_t i = 0; i < mica_array_attr_count(maps); i++) {
        const mica_attr *map = mica_array_attr_element(maps, i);
        const mica_type *type = mica_value_type(mica_op_operand(op, i));
        for (size_t j = 0; j < mica_affine_map_result_count(map); j++) {
            const mica_affine_expr *expr = mica_affine_map_result(map, j);
            if (mica_affine_expr_kind(expr) != MICA_AFFINE_DIM)
                continue;
            size_t loop = (size_t)mica_affine_expr_value(expr);
            if (loop >= loops || seen.data[loop]++ > 0 || j >= mica_type_rank(type))
                continue;
            ranges[loop] = mica_type_shape(type)[j];
            found++;
        }
    }
    micai_sizes_free(&seen);
    return found == loops;
}

static mica_walk_result find_index(void *user, mica_op *op)
{
    if (op != user && mica_structured_get(op))
        return MICA_WALK_SKIP;
    return mica_op_is(op, &mica_linalg_index_kind) ? MICA_WALK_INTERRUPT : MICA_WALK_ADVANCE;
}

bool mica_structured_uses_index(mica_op *op)
{
    return !mica_op_walk_pre(op, find_index, op);
}

const mica_attr *mica_structured_iterator_types(mica_op *op)
{
    mica_context *context = mica_op_context(op);
    size_t count = mica_structured_loop_count(op);
    const mica_attr **types = mica_calloc(count + 1, sizeof *types);
    if (!types)
        return NULL;
    for (size_t i = 0; i < count; i++)
        types[i] = micai_linalg_iterator_type(context, mica_structured_is_parallel(op, i));
    const mica_attr *attr = mica_array_attr_get(context, types, count);
    mica_free(types);
    return attr;
}

const mica_attr *micai_linalg_iterator_type(mica_context *context, bool is_parallel)
{
    return mica_linalg_iterator_type_attr_get(
        context,
        is_parallel ? MICA_LINALG_ITERATOR_TYPE_PARALLEL : MICA_LINALG_ITERATOR_TYPE_REDUCTION);
}

// ---- destination style and shapes, for all
// ----------------------------------------------------

const mica_destination_style micai_linalg_structured_inits = {sizeof(mica_destination_style),
                                                              mica_structured_inits};

/// A result has the shape of its output.
static bool result_size(mica_builder *builder, mica_op *op, size_t result, size_t dim,
                        mica_mixed *size)
{
    mica_value *init = mica_op_operand(op, mica_structured_inits(op).first + result);
    *size = mica_tensor_size_of(builder, init, dim);
    return size->value || size->constant != MICA_DYNAMIC;
}

const mica_reify_shape micai_linalg_structured_shape = {sizeof(mica_reify_shape), result_size};

// ---- generic
// ---------------------------------------------------------------------------------

static const mica_attr *generic_maps(mica_op *op)
{
    return mica_linalg_generic_indexing_maps(op);
}

static size_t generic_loop_count(mica_op *op)
{
    return mica_array_attr_count(mica_linalg_generic_iterator_types(op));
}

static bool generic_is_parallel(mica_op *op, size_t loop)
{
    const mica_attr *type =
        mica_array_attr_element(mica_linalg_generic_iterator_types(op), loop);
    return mica_attr_param(type, 0) == MICA_LINALG_ITERATOR_TYPE_PARALLEL;
}

/// The second operand spec, whatever its name.
mica_run micai_linalg_second_spec(mica_op *op)
{
    mica_run run;
    mica_op_operand_range(op, 1, &run.first, &run.count);
    return run;
}

const mica_structured micai_linalg_generic_structured = {
    .struct_size = sizeof(mica_structured),
    .indexing_maps = generic_maps,
    .loop_count = generic_loop_count,
    .is_parallel = generic_is_parallel,
    .inits = micai_linalg_second_spec,
    .passes_inits = true,
};

// ---- map, reduce, transpose, broadcast
// ---------------------------------------------------------

/// Identity on the dimensions of the last operand, which is the output.
static const mica_attr *output_identity(mica_op *op)
{
    mica_value *init = mica_op_operand(op, mica_op_operand_count(op) - 1);
    return mica_affine_map_identity(mica_op_context(op),
                                    (uint32_t)mica_type_rank(mica_value_type(init)));
}

static size_t output_rank(mica_op *op)
{
    return mica_affine_map_dim_count(output_identity(op));
}

static bool always_parallel(mica_op *op, size_t loop)
{
    (void)op;
    (void)loop;
    return true;
}

/// `first` for the inputs and `last` for the outputs.
static const mica_attr *map_array(mica_op *op, const mica_attr *first, const mica_attr *last)
{
    size_t count = mica_op_operand_count(op);
    const mica_attr **maps = mica_calloc(count + 1, sizeof *maps);
    if (!maps)
        return NULL;
    for (size_t i = 0; i < count; i++)
        maps[i] = mica_structured_is_init(op, i) ? last : first;
    const mica_attr *attr = mica_array_attr_get(mica_op_context(op), maps, count);
    mica_free(maps);
    return attr;
}

static const mica_attr *map_maps(mica_op *op)
{
    return map_array(op, output_identity(op), output_identity(op));
}

const mica_structured micai_linalg_map_structured = {
    .struct_size = sizeof(mica_structured),
    .indexing_maps = map_maps,
    .loop_count = output_rank,
    .is_parallel = always_parallel,
    .inits = micai_linalg_second_spec,
};

static bool holds(const mica_attr *dims, size_t dim)
{
    for (size_t i = 0; i < mica_dense_array_attr_count(dims); i++)
        if (mica_dense_array_attr_int(dims, i) == (int64_t)dim)
            return true;
    return false;
}

/// (d0, ..) -> all dims but those in `dims`.
static const mica_attr *map_without(mica_context *context, size_t rank, const mica_attr *dims)
{
    uint32_t *kept = mica_calloc(rank + 1, sizeof *kept);
    if (!kept)
        return NULL;
    size_t count = 0;
    for (size_t i = 0; i < rank; i++)
        if (!holds(dims, i))
            kept[count++] = (uint32_t)i;
    const mica_attr *map = mica_affine_map_projection(context, (uint32_t)rank, kept, count);
    mica_free(kept);
    return map;
}

static size_t reduce_loop_count(mica_op *op)
{
    return mica_type_rank(mica_value_type(mica_op_operand(op, 0)));
}

static const mica_attr *reduce_maps(mica_op *op)
{
    size_t rank = reduce_loop_count(op);
    mica_context *context = mica_op_context(op);
    return map_array(op, mica_affine_map_identity(context, (uint32_t)rank),
                     map_without(context, rank, mica_linalg_reduce_dimensions(op)));
}

static bool reduce_is_parallel(mica_op *op, size_t loop)
{
    return !holds(mica_linalg_reduce_dimensions(op), loop);
}

const mica_structured micai_linalg_reduce_structured = {
    .struct_size = sizeof(mica_structured),
    .indexing_maps = reduce_maps,
    .loop_count = reduce_loop_count,
    .is_parallel = reduce_is_parallel,
    .inits = micai_linalg_second_spec,
    .passes_inits = true,
};

/// Loop p[i] is dimension p[i] of the input, so that the output, in order of loops, has it at
/// i.
static const mica_attr *transpose_maps(mica_op *op)
{
    const mica_attr *permutation = mica_linalg_transpose_permutation(op);
    size_t rank = mica_dense_array_attr_count(permutation);
    uint32_t *inverse = mica_calloc(rank + 1, sizeof *inverse);
    if (!inverse)
        return NULL;
    for (size_t i = 0; i < rank; i++) {
        size_t loop = (size_t)mica_dense_array_attr_int(permutation, i);
        if (loop < rank)
            inverse[loop] = (uint32_t)i;
    }
    const mica_attr *input =
        mica_affine_map_projection(mica_op_context(op), (uint32_t)rank, inverse, rank);
    mica_free(inverse);
    return map_array(op, input, output_identity(op));
}

const mica_structured micai_linalg_transpose_structured = {
    .struct_size = sizeof(mica_structured),
    .indexing_maps = transpose_maps,
    .loop_count = output_rank,
    .is_parallel = always_parallel,
    .inits = micai_linalg_second_spec,
    .passes_inits = true,
};

static const mica_attr *broadcast_maps(mica_op *op)
{
    const mica_attr *added = mica_linalg_broadcast_dimensions(op);
    return map_array(op, map_without(mica_op_context(op), output_rank(op), added),
                     output_identity(op));
}

const mica_structured micai_linalg_broadcast_structured = {
    .struct_size = sizeof(mica_structured),
    .indexing_maps = broadcast_maps,
    .loop_count = output_rank,
    .is_parallel = always_parallel,
    .inits = micai_linalg_second_spec,
    .passes_inits = true,
};

const mica_linalg_named_op *micai_linalg_named_of(const mica_op_record *record)
{
    const mica_op_def *definition = mica_op_record_def(record);
    for (uint32_t i = 0; i < definition->interface_count; i++)
        if (definition->interfaces[i].interface == &mica_structured_interface)
            return ((const mica_structured *)definition->interfaces[i].table)->named;
    return NULL;
}
