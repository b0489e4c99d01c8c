// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What a linalg.generic can know of its operands without reading them:
//
//   generic ins(fill(%v)) { ^(%x) .. }          ->  %v in place of %x
//   generic ins(constant dense<2.0>) { .. }     ->  a scalar constant in place of the argument
//   generic outs(%t) { nothing reads the out }  ->  outs(tensor.empty of the same sizes)
//   generic ins(constant) { yield in }, all parallel, through permutations
//                                               ->  the permuted constant
#include "dialects/arith/arith_ops.h"
#include "dialects/tensor/tensor.h"
#include "ir/core/sizes_internal.h"
#include "ir/rewrite/fold.h"
#include "transforms/tensor/fuse_elementwise_internal.h"

#include <stdlib.h>
#include <string.h>

// ---- fill
// ------------------------------------------------------------------------------------

/// The cast op from one scalar type to another; NULL when there is none.
static const char *cast_name(const mica_type *from, const mica_type *to)
{
    const uint32_t from_width = mica_type_bit_width(from), to_width = mica_type_bit_width(to);
    if (mica_type_is_index(from) || mica_type_is_index(to))
        return mica_type_is_float(from) || mica_type_is_float(to) ? NULL : "arith.index_cast";
    if (mica_type_is_float(from) && mica_type_is_float(to))
        return from_width < to_width   ? "arith.extf"
               : from_width > to_width ? "arith.truncf"
                                       : NULL;
    if (mica_type_is_float(to))
        return mica_type_is_integer(from) ? "arith.sitofp" : NULL;
    if (mica_type_is_float(from))
        return mica_type_is_integer(to) ? "arith.fptosi" : NULL;
    if (!mica_type_is_integer(from) || !mica_type_is_integer(to))
        return NULL;
    return from_width < to_width ? "arith.extsi" : "arith.trunci";
}

static mica_value *cast_scalar(mica_builder *builder, mica_value *value, const mica_type *to)
{
    mica_op_state state;
    mica_op_state_init(&state, builder->context, cast_name(mica_value_type(value), to),
                       builder->location);
    mica_op_state_add_operand(&state, value);
    mica_op_state_add_result(&state, to);
    mica_op *cast = mica_builder_create(builder, &state);
    return cast ? mica_op_result(cast, 0) : NULL;
}

/// The value that operand `index` is filled with; NULL when it is not, or can't be cast.
static mica_value *filled_with(mica_op *op, size_t index)
{
    mica_op *fill = mica_value_op(mica_op_operand(op, index));
    if (!mica_op_is(fill, &mica_linalg_fill_kind))
        return NULL;
    mica_value *value = mica_op_operand(fill, 0);
    const mica_type *from = mica_value_type(value);
    const mica_type *to = micai_structured_element(mica_value_type(mica_op_operand(op, index)));
    return from == to || cast_name(from, to) ? value : NULL;
}

static bool fold_fill(mica_rewriter *rewriter, mica_op *op, void *user)
{
    (void)user;
    bool changed = false;
    mica_builder *builder = mica_rewriter_builder(rewriter);
    for (size_t i = 0; i < mica_structured_inputs(op).count; i++) {
        mica_value *value = filled_with(op, i);
        if (!value || !micai_structured_reads(op, i))
            continue;
        mica_value *argument = mica_structured_argument(op, i);
        if (mica_value_type(value) != mica_value_type(argument))
            value = cast_scalar(builder, value, mica_value_type(argument));
        mica_rewriter_replace_value(rewriter, argument, value);
        changed = true;
    }
    return changed || mica_rewriter_fail(rewriter, op, "no input is a fill");
}

// ---- constants
// -------------------------------------------------------------------------------

/// The number that all elements of an operand are; NULL when that is not known.
static const mica_attr *constant_scalar(mica_value *value)
{
    const mica_attr *attr = mica_value_constant(value);
    if (mica_attr_is(attr, MICA_ATTR_INTEGER) || mica_attr_is(attr, MICA_ATTR_FLOAT))
        return attr;
    if (!mica_attr_is(attr, MICA_ATTR_DENSE_ELEMENTS) ||
        !mica_dense_elements_attr_is_splat(attr))
        return NULL;
    const mica_type *element = mica_type_element(mica_attr_type(attr));
    return mica_type_is_float(element) || mica_type_is_integer(element)
               ? mica_dense_elements_attr_element(attr, 0)
               : NULL;
}

/// Puts the op without operand `dropped` in place of `op`.
static bool replace_without(mica_rewriter *rewriter, mica_op *op, micai_linalg_generic *made,
                            size_t dropped, const mica_attr *scalar)
{
    mica_builder *builder = mica_rewriter_builder(rewriter);
    const size_t count = mica_op_operand_count(op);
    mica_value **values = mica_malloc((count + 1) * sizeof *values);
    mica_op *constant = values ? mica_arith_constant_build(builder, scalar) : NULL;
    mica_op *generic =
        constant
            ? micai_linalg_generic_create(made, builder, mica_linalg_generic_iterator_types(op))
            : NULL;
    if (generic) {
        mica_block *body = mica_structured_body(generic);
        for (size_t i = 0, next = 0; i < count; i++)
            values[i] =
                i == dropped ? mica_op_result(constant, 0) : mica_block_argument(body, next++);
        mica_rewriter_merge_blocks(rewriter, mica_structured_body(op), body, values, count);
        mica_rewriter_replace_op_with(rewriter, op, generic);
    }
    mica_free(values);
    return generic != NULL;
}

static bool fold_constant(mica_rewriter *rewriter, mica_op *op, void *user)
{
    (void)user;
    if (!mica_structured_has_tensors(op))
        return false;
    for (size_t i = 0; i < mica_structured_inputs(op).count; i++) {
        const mica_attr *scalar = constant_scalar(mica_op_operand(op, i));
        if (!scalar)
            continue;
        micai_linalg_generic made;
        micai_linalg_generic_begin(&made, mica_op_context(op));
        for (size_t j = 0; j < mica_op_operand_count(op); j++)
            if (j != i)
                micai_linalg_generic_add_from(&made, op, j);
        if (micai_linalg_generic_knows_loops(&made, mica_structured_loop_count(op)))
            return replace_without(rewriter, op, &made, i, scalar);
        micai_linalg_generic_discard(&made);
        return mica_rewriter_fail(rewriter, op, "the constant tells the size of a loop");
    }
    return mica_rewriter_fail(rewriter, op, "no input is a scalar or splat constant");
}

// ---- outputs that nothing reads
// --------------------------------------------------------------

static mica_value *empty_like(mica_builder *builder, mica_value *tensor)
{
    const mica_type *type = mica_value_type(tensor);
    const size_t rank = mica_type_rank(type);
    mica_value **sizes = mica_malloc((rank + 1) * sizeof *sizes);
    size_t count = 0;
    for (size_t i = 0; sizes && i < rank; i++)
        if (mica_type_shape(type)[i] == MICA_DYNAMIC)
            sizes[count++] =
                mica_mixed_materialize(builder, mica_tensor_size_of(builder, tensor, i));
    mica_op *empty = sizes ? mica_tensor_empty_build(builder, type, sizes, count) : NULL;
    mica_free(sizes);
    return empty ? mica_op_result(empty, 0) : NULL;
}

static bool drop_output_reads(mica_rewriter *rewriter, mica_op *op, void *user)
{
    (void)user;
    bool changed = false;
    const mica_run inits = mica_structured_inits(op);
    for (size_t i = inits.first; i < inits.first + inits.count; i++) {
        mica_value *output = mica_op_operand(op, i);
        const mica_type_kind kind = mica_type_get_kind(mica_value_type(output));
        if (kind != MICA_TYPE_RANKED_TENSOR || micai_structured_reads(op, i) ||
            mica_tensor_type_encoding(mica_value_type(output)) ||
            mica_op_is(mica_value_op(output), &mica_tensor_empty_kind))
            continue;
        mica_value *empty = empty_like(mica_rewriter_builder(rewriter), output);
        if (!empty)
            return changed;
        mica_op_set_operand(op, i, empty);
        changed = true;
    }
    return changed && mica_rewriter_modified(rewriter, op);
}

// ---- permuted constants
// ----------------------------------------------------------------------

/// Elements of `source`, row-major in `shape`, into `target` in row-major order of its shape:
/// dimension i of the target is dimension permutation[i] of the source.
static void permute(char *target, const char *source, size_t element, const int64_t *shape,
                    const int64_t *permutation, int64_t *scratch, size_t rank, size_t count)
{
    int64_t *strides = scratch, *index = scratch + rank;
    int64_t stride = 1, from = 0;
    for (size_t i = rank; i-- > 0;) {
        strides[i] = stride;
        stride *= shape[i];
        index[i] = 0;
    }
    for (size_t n = 0; n < count; ++n) {
        memcpy(target + n * element, source + (size_t)from * element, element);
        for (size_t i = rank; i-- > 0;) {
            const int64_t step = strides[permutation[i]], size = shape[permutation[i]];
            from += step;
            if (++index[i] < size)
                break;
            from -= size * step;
            index[i] = 0;
        }
    }
}

/// The constant seen through the permutation `map` of the dimensions of `type`.
static const mica_attr *permuted_constant(const mica_attr *attr, const mica_type *type,
                                          const mica_attr *map)
{
    if (mica_dense_elements_attr_is_splat(attr))
        return mica_dense_elements_attr_reshape(attr, type);
    const size_t rank = mica_type_rank(type);
    size_t size;
    const char *source = mica_dense_elements_attr_data(attr, &size);
    const size_t element = mica_dense_element_size(mica_type_element(type));
    micai_sizes numbers;
    char *target = mica_malloc(size + 1);
    const mica_attr *made = NULL;
    if (micai_sizes_init(&numbers, 3 * rank) && target) {
        for (size_t i = 0; i < rank; i++)
            numbers.data[i] = mica_affine_expr_value(mica_affine_map_result(map, i));
        permute(target, source, element, mica_type_shape(mica_attr_type(attr)), numbers.data,
                numbers.data + rank, rank, size / element);
        made = mica_dense_elements_attr_get(type, target, size, false);
    }
    micai_sizes_free(&numbers);
    mica_free(target);
    return made;
}

static bool yields_its_input(mica_op *op)
{
    mica_block *body = mica_structured_body(op);
    const mica_op *yield = mica_block_first(body);
    return yield == mica_block_last(body) && mica_op_operand_count(yield) == 1 &&
           mica_op_operand(yield, 0) == mica_block_argument(body, 0);
}

static bool is_transposition(mica_op *op)
{
    if (!mica_structured_has_tensors(op) || mica_op_operand_count(op) != 2 ||
        mica_op_result_count(op) != 1 || !yields_its_input(op) ||
        mica_structured_parallel_count(op) != mica_structured_loop_count(op))
        return false;
    return mica_affine_map_is_permutation(mica_structured_map(op, 0)) &&
           mica_affine_map_is_permutation(mica_structured_map(op, 1)) &&
           mica_type_has_static_shape(mica_value_type(mica_op_result(op, 0)));
}

/// (i) -> read(written(i)) for two permutations.
static const mica_attr *compose_positions(const mica_attr *read, const mica_attr *written)
{
    const size_t rank = mica_affine_map_result_count(written);
    uint32_t *positions = mica_malloc((rank + 1) * sizeof *positions);
    if (!positions)
        return NULL;
    for (size_t i = 0; i < rank; i++) {
        const int64_t loop = mica_affine_expr_value(mica_affine_map_result(written, i));
        positions[i] =
            (uint32_t)mica_affine_expr_value(mica_affine_map_result(read, (size_t)loop));
    }
    const mica_attr *map =
        mica_affine_map_projection(mica_attr_context(written), (uint32_t)rank, positions, rank);
    mica_free(positions);
    return map;
}

static bool permute_constant(mica_rewriter *rewriter, mica_op *op, void *user)
{
    (void)user;
    if (!is_transposition(op))
        return false;
    mica_value *input = mica_op_operand(op, 0);
    const mica_attr *attr = mica_value_constant(input);
    const mica_type *type = mica_value_type(mica_op_result(op, 0));
    const mica_type *element = mica_type_element(type);
    if (!mica_attr_is(attr, MICA_ATTR_DENSE_ELEMENTS) ||
        !micai_fusion_single_use_producer(input) ||
        !(mica_type_is_float(element) || mica_type_is_integer(element)))
        return mica_rewriter_fail(rewriter, op, "the input is no constant of one use");
    // Dimension i of the output is loop written(i), and read^-1 says which dimension of the
    // input shows that loop.
    const mica_attr *read = mica_affine_map_inverse_permutation(mica_structured_map(op, 0));
    const mica_attr *map = compose_positions(read, mica_structured_map(op, 1));
    const mica_attr *made = map ? permuted_constant(attr, type, map) : NULL;
    mica_op *constant =
        made ? mica_arith_constant_build(mica_rewriter_builder(rewriter), made) : NULL;
    return constant && mica_rewriter_replace_op_with(rewriter, op, constant);
}

static const mica_pattern patterns[] = {
    {.name = "linalg_fold_fill", .root = "linalg.generic", .rewrite = fold_fill},
    {.name = "linalg_fold_constant", .root = "linalg.generic", .rewrite = fold_constant},
    {.name = "linalg_drop_output_reads",
     .root = "linalg.generic",
     .rewrite = drop_output_reads},
    {.name = "linalg_permute_constant", .root = "linalg.generic", .rewrite = permute_constant},
};

bool micai_fuse_constants_add(mica_pattern_set *set)
{
    return mica_pattern_set_add(set, patterns, sizeof patterns / sizeof *patterns);
}
