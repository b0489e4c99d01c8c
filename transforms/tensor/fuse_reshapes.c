// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Reshapes out of the way of fusion: a linalg.generic whose input was collapsed, or whose
// result is expanded, runs over the expanded dimensions instead.
//
//   %c = tensor.collapse_shape %x [[0, 1], [2]] : tensor<2x3x4xf32> into tensor<6x4xf32>
//   %r = linalg.generic ins(%c, %y) outs(%z : tensor<6x4xf32>)
//   ->
//   %f = tensor.expand_shape %y ..                          the other operands are expanded
//   %e = linalg.generic ins(%x, %f) outs(.. : tensor<2x3x4xf32>)
//   %r = tensor.collapse_shape %e [[0, 1], [2]]             and the results collapsed
//
// Loop i of the old op becomes the loops [first[i], first[i + 1]). All maps are projected
// permutations, so that each operand dimension is one loop and splits as that does. Loops that
// reduce do not split.
#include "dialects/affine/affine_ops.h"
#include "dialects/arith/arith_ops.h"
#include "dialects/tensor/tensor.h"
#include "ir/core/shape_rules.h"
#include "ir/core/sizes_internal.h"
#include "transforms/tensor/fuse_elementwise_internal.h"
#include "transforms/tensor/loop_nest.h"

#include <stdlib.h>

typedef struct expansion {
    mica_op *op;
    size_t loops;
    micai_sizes first; ///< of the new loops for each loop; one more entry: how many there are
    micai_sizes sizes; ///< of the new loops; only those of split loops are read
} expansion;

static void free_expansion(expansion *made)
{
    micai_sizes_free(&made->first);
    micai_sizes_free(&made->sizes);
}

static size_t first_of(const expansion *made, size_t loop)
{
    return (size_t)made->first.data[loop];
}

static size_t part_count(const expansion *made, size_t loop)
{
    return first_of(made, loop + 1) - first_of(made, loop);
}

/// The loop that runs along dimension `dim` of an operand.
static size_t loop_of(mica_op *op, size_t operand, size_t dim)
{
    const mica_affine_expr *expr =
        mica_affine_map_result(mica_structured_map(op, operand), dim);
    return (size_t)mica_affine_expr_value(expr);
}

static size_t dim_count(mica_op *op, size_t operand)
{
    return mica_affine_map_result_count(mica_structured_map(op, operand));
}

// ---- may it be done?
// -------------------------------------------------------------------------

static bool has_plain_maps(mica_op *op)
{
    for (size_t i = 0; i < mica_op_operand_count(op); i++)
        if (!mica_affine_map_is_projected_permutation(mica_structured_map(op, i)))
            return false;
    return true;
}

static bool may_expand(mica_op *op, size_t operand)
{
    if (!micai_is_generic_on_tensors(op) || !has_plain_maps(op) || dim_count(op, operand) == 0)
        return false;
    for (size_t i = 0; i < dim_count(op, operand); i++)
        if (!mica_structured_is_parallel(op, loop_of(op, operand, i)))
            return false;
    return true;
}

/// Splits the loops of `operand` as `groups` group the dimensions of the type `expanded`.
static bool compute_expansion(expansion *made, mica_op *op, size_t operand,
                              const mica_attr *groups, const mica_type *expanded)
{
    made->op = op;
    made->loops = mica_structured_loop_count(op);
    micai_sizes group; ///< of each loop: one more than the group that splits it; 0: none
    const bool ready = micai_sizes_init(&made->first, made->loops + 1) &
                       micai_sizes_init(&made->sizes, made->loops + mica_type_rank(expanded)) &
                       micai_sizes_init(&group, made->loops);
    for (size_t i = 0; ready && i < mica_array_attr_count(groups); i++)
        group.data[loop_of(op, operand, i)] = (int64_t)i + 1;
    int64_t next = 0;
    for (size_t i = 0; ready && i < made->loops; i++) {
        made->first.data[i] = next;
        const size_t index = (size_t)group.data[i];
        next += index ? (int64_t)mica_reassociation_group_size(groups, index - 1) : 1;
    }
    if (ready)
        made->first.data[made->loops] = next;
    size_t dim = 0;
    for (size_t i = 0; ready && i < mica_array_attr_count(groups); i++) {
        const size_t loop = loop_of(op, operand, i);
        for (size_t j = 0; j < part_count(made, loop); j++)
            made->sizes.data[first_of(made, loop) + j] = mica_type_shape(expanded)[dim++];
    }
    micai_sizes_free(&group);
    return ready;
}

/// Sizes of the parts of a loop but one that is dynamic, multiplied; 0 when several are.
static int64_t known_product(const expansion *made, size_t loop)
{
    int64_t product = 1;
    size_t dynamic = 0;
    for (size_t i = first_of(made, loop); i < first_of(made, loop + 1); i++) {
        const int64_t size = made->sizes.data[i];
        dynamic += size == MICA_DYNAMIC;
        product *= size == MICA_DYNAMIC ? 1 : size;
    }
    return dynamic > 1 ? 0 : product;
}

static bool is_dynamic(const expansion *made, size_t loop)
{
    for (size_t i = first_of(made, loop); i < first_of(made, loop + 1); i++)
        if (made->sizes.data[i] == MICA_DYNAMIC)
            return true;
    return false;
}

/// Do the parts of each split loop make up every operand's dimension?
static bool operands_fit(const expansion *made)
{
    mica_op *op = made->op;
    for (size_t i = 0; i < mica_op_operand_count(op); i++)
        for (size_t j = 0; j < dim_count(op, i); j++) {
            const size_t loop = loop_of(op, i, j);
            const int64_t size = mica_type_shape(mica_value_type(mica_op_operand(op, i)))[j];
            if (part_count(made, loop) == 1)
                continue;
            const int64_t product = known_product(made, loop);
            const bool fits = is_dynamic(made, loop) ? size == MICA_DYNAMIC : size == product;
            if (product == 0 || !fits)
                return false;
        }
    return true;
}

/// linalg.index of a split loop needs the sizes of all parts but the first.
static bool indices_fit(const expansion *made)
{
    if (!mica_structured_uses_index(made->op))
        return true;
    for (size_t i = 0; i < made->loops; i++)
        for (size_t j = 1; j < part_count(made, i); j++)
            if (made->sizes.data[first_of(made, i) + j] == MICA_DYNAMIC)
                return false;
    return true;
}

// ---- operands
// --------------------------------------------------------------------------------

static bool is_split(const expansion *made, size_t operand)
{
    for (size_t i = 0; i < dim_count(made->op, operand); i++)
        if (part_count(made, loop_of(made->op, operand, i)) != 1)
            return true;
    return false;
}

static const mica_attr *expanded_map(const expansion *made, size_t operand)
{
    mica_op *op = made->op;
    uint32_t *positions = mica_malloc((first_of(made, made->loops) + 1) * sizeof *positions);
    if (!positions)
        return NULL;
    size_t count = 0;
    for (size_t i = 0; i < dim_count(op, operand); i++) {
        const size_t loop = loop_of(op, operand, i);
        for (size_t j = first_of(made, loop); j < first_of(made, loop + 1); j++)
            positions[count++] = (uint32_t)j;
    }
    const mica_attr *map = mica_affine_map_projection(
        mica_op_context(op), (uint32_t)first_of(made, made->loops), positions, count);
    mica_free(positions);
    return map;
}

static const mica_attr *operand_groups(const expansion *made, size_t operand)
{
    const size_t count = dim_count(made->op, operand);
    size_t *sizes = mica_malloc((count + 1) * sizeof *sizes);
    if (!sizes)
        return NULL;
    for (size_t i = 0; i < count; i++)
        sizes[i] = part_count(made, loop_of(made->op, operand, i));
    const mica_attr *groups = mica_reassociation_get(mica_op_context(made->op), sizes, count);
    mica_free(sizes);
    return groups;
}

/// size / product, of dimension `dim` of a tensor.
static mica_value *divided_size(mica_builder *builder, mica_value *tensor, size_t dim,
                                int64_t product)
{
    mica_value *size =
        mica_mixed_materialize(builder, mica_tensor_size_of(builder, tensor, dim));
    return product == 1
               ? size
               : mica_op_result(
                     mica_arith_divui_build(builder, size, micai_index(builder, product)), 0);
}

/// expand_shape of a value as operand `operand` needs it.
static mica_value *expand_operand(mica_builder *builder, const expansion *made, size_t operand)
{
    mica_op *op = made->op;
    mica_value *value = mica_op_operand(op, operand);
    const mica_type *type = mica_value_type(value);
    const size_t most = first_of(made, made->loops);
    micai_sizes shape;
    mica_value **sizes = mica_malloc((most + 1) * sizeof *sizes);
    if (!micai_sizes_init(&shape, most) || !sizes) {
        micai_sizes_free(&shape);
        mica_free(sizes);
        return NULL;
    }
    size_t rank = 0, count = 0;
    for (size_t i = 0; i < dim_count(op, operand); i++) {
        const size_t loop = loop_of(op, operand, i);
        const bool is_whole = part_count(made, loop) == 1;
        for (size_t j = first_of(made, loop); j < first_of(made, loop + 1); j++) {
            const int64_t size = is_whole ? mica_type_shape(type)[i] : made->sizes.data[j];
            shape.data[rank++] = size;
            if (size == MICA_DYNAMIC)
                sizes[count++] =
                    divided_size(builder, value, i, is_whole ? 1 : known_product(made, loop));
        }
    }
    mica_op *expand = mica_tensor_expand_shape_build(
        builder, mica_type_with_shape(type, shape.data, rank), value, sizes, count,
        operand_groups(made, operand),
        mica_i64_array_attr_get(builder->context, shape.data, rank));
    micai_sizes_free(&shape);
    mica_free(sizes);
    return expand ? mica_op_result(expand, 0) : NULL;
}

static const mica_attr *expanded_iterators(const expansion *made)
{
    mica_op *op = made->op;
    const mica_attr *old = mica_structured_iterator_types(op);
    const size_t count = first_of(made, made->loops);
    const mica_attr **types = mica_malloc((count + 1) * sizeof *types);
    if (!types || !old) {
        mica_free(types);
        return NULL;
    }
    for (size_t i = 0; i < made->loops; i++)
        for (size_t j = first_of(made, i); j < first_of(made, i + 1); j++)
            types[j] = mica_array_attr_element(old, i);
    const mica_attr *attr = mica_array_attr_get(mica_op_context(op), types, count);
    mica_free(types);
    return attr;
}

// ---- the body
// --------------------------------------------------------------------------------

static mica_value *build_index(mica_builder *builder, size_t loop)
{
    const mica_attr *dim = mica_i64_attr_get(builder->context, (int64_t)loop);
    return mica_op_result(mica_linalg_index_build(builder, dim), 0);
}

/// part + index * size
static mica_value *append_part(mica_builder *builder, mica_value *part, mica_value *index,
                               int64_t size)
{
    const mica_affine_expr *scaled =
        mica_affine_binary_get(MICA_AFFINE_MUL, mica_affine_dim_get(builder->context, 1),
                               mica_affine_constant_get(builder->context, size));
    const mica_affine_expr *expr = mica_affine_binary_get(
        MICA_AFFINE_ADD, mica_affine_dim_get(builder->context, 0), scaled);
    mica_value *operands[] = {part, index};
    const mica_attr *map = mica_affine_map_get(builder->context, 2, 0, &expr, 1);
    return mica_op_result(mica_affine_apply_build(builder, operands, 2, map), 0);
}

/// ((i0 * s1 + i1) * s2 + i2) .. of the parts of a loop.
static mica_value *linear_index(mica_builder *builder, const expansion *made, size_t loop)
{
    const size_t first = first_of(made, loop);
    mica_value *index = NULL;
    for (size_t i = first + 1; i < first_of(made, loop + 1); i++) {
        mica_value *part = build_index(builder, i);
        if (!index)
            index = build_index(builder, first);
        index = append_part(builder, part, index, made->sizes.data[i]);
    }
    return index ? index : build_index(builder, first);
}

static void update_indices(mica_rewriter *rewriter, const expansion *made, mica_op *generic)
{
    mica_block *body = mica_structured_body(generic);
    mica_for_each_op_safe(op, next, body)
    {
        if (!mica_op_is(op, &mica_linalg_index_kind))
            continue;
        mica_builder builder = *mica_rewriter_builder(rewriter);
        mica_builder_set_before(&builder, op);
        const size_t loop = (size_t)mica_integer_attr_value(mica_linalg_index_dim(op));
        mica_value *index = linear_index(&builder, made, loop);
        mica_rewriter_replace_op(rewriter, op, &index, 1);
    }
}

// ---- the op
// ----------------------------------------------------------------------------------

/// The expanded op, with a copy of the body; `given` stands for operand `fused` when not NULL.
static mica_op *build_expanded(mica_rewriter *rewriter, const expansion *made, size_t fused,
                               mica_value *given)
{
    mica_op *op = made->op;
    mica_builder *builder = mica_rewriter_builder(rewriter);
    micai_linalg_generic parts;
    micai_linalg_generic_begin(&parts, builder->context);
    for (size_t i = 0; i < mica_op_operand_count(op); i++) {
        mica_value *value = mica_op_operand(op, i);
        if (i == fused && given)
            value = given;
        else if (is_split(made, i))
            value = expand_operand(builder, made, i);
        if (mica_structured_is_init(op, i))
            micai_linalg_generic_add_output(&parts, value, expanded_map(made, i));
        else
            micai_linalg_generic_add_input(&parts, value, expanded_map(made, i));
    }
    mica_op *generic = micai_linalg_generic_create(&parts, builder, expanded_iterators(made));
    mica_mapping *mapping = generic ? mica_mapping_create(builder->context) : NULL;
    if (!mapping)
        return NULL;
    mica_builder body = micai_linalg_generic_body(builder, generic);
    for (size_t i = 0; i < mica_op_operand_count(op); i++)
        mica_mapping_set(mapping, mica_structured_argument(op, i),
                         mica_structured_argument(generic, i));
    mica_for_each_op(inner, mica_structured_body(op)) mica_builder_clone(&body, inner, mapping);
    mica_mapping_destroy(mapping);
    update_indices(rewriter, made, generic);
    return generic;
}

/// The results of the expanded op in the types of the old one.
static bool replace_by(mica_rewriter *rewriter, const expansion *made, mica_op *generic)
{
    mica_op *op = made->op;
    const size_t count = mica_op_result_count(op), first = mica_structured_inits(op).first;
    mica_value **values = mica_malloc((count + 1) * sizeof *values);
    if (!values)
        return true; // out of memory: the sticky state stops the driver
    mica_builder *builder = mica_rewriter_builder(rewriter);
    for (size_t i = 0; i < count; i++) {
        values[i] = mica_op_result(generic, i);
        const mica_type *type = mica_value_type(mica_op_result(op, i));
        if (mica_value_type(values[i]) != type)
            values[i] =
                mica_op_result(mica_tensor_collapse_shape_build(
                                   builder, type, values[i], operand_groups(made, first + i)),
                               0);
    }
    mica_rewriter_replace_op(rewriter, op, values, count);
    mica_free(values);
    return true;
}

static bool expand_with_input(mica_rewriter *rewriter, mica_op *op, void *user)
{
    (void)user;
    for (size_t i = 0; i < mica_structured_inputs(op).count; i++) {
        mica_value *input = mica_op_operand(op, i);
        mica_op *collapse = mica_value_op(input);
        if (!mica_op_is(collapse, &mica_tensor_collapse_shape_kind) ||
            !micai_fusion_single_use_producer(input) || !may_expand(op, i))
            continue;
        expansion made = {.op = op};
        mica_value *source = mica_op_operand(collapse, 0);
        const bool fits =
            compute_expansion(&made, op, i, mica_tensor_collapse_shape_reassociation(collapse),
                              mica_value_type(source)) &&
            operands_fit(&made) && indices_fit(&made);
        mica_op *generic = fits ? build_expanded(rewriter, &made, i, source) : NULL;
        const bool done = generic && replace_by(rewriter, &made, generic);
        free_expansion(&made);
        if (done)
            return true;
    }
    return mica_rewriter_fail(rewriter, op, "no input is a collapsed tensor that fits");
}

static bool expand_with_result(mica_rewriter *rewriter, mica_op *op, void *user)
{
    (void)user;
    mica_value *source = mica_op_operand(op, 0);
    mica_op *producer = mica_value_op(source);
    if (!mica_op_is(producer, &mica_linalg_generic_kind) ||
        !micai_fusion_single_use_producer(source))
        return mica_rewriter_fail(rewriter, op, "the source is no generic op with one use");
    const size_t result = mica_value_index(source);
    const size_t operand = mica_structured_inits(producer).first + result;
    if (!may_expand(producer, operand))
        return mica_rewriter_fail(rewriter, op, "the loops of the source don't split");
    expansion made = {.op = producer};
    const bool fits =
        compute_expansion(&made, producer, operand, mica_tensor_expand_shape_reassociation(op),
                          mica_value_type(mica_op_result(op, 0))) &&
        operands_fit(&made) && indices_fit(&made);
    mica_rewriter_set_before(rewriter, producer);
    mica_op *generic = fits ? build_expanded(rewriter, &made, operand, NULL) : NULL;
    if (generic) {
        mica_value *value = mica_op_result(generic, result);
        mica_rewriter_replace_op(rewriter, op, &value, 1);
        replace_by(rewriter, &made, generic);
    }
    free_expansion(&made);
    return generic != NULL;
}

static const mica_pattern patterns[] = {
    {.name = "linalg_expand_with_input",
     .root = "linalg.generic",
     .rewrite = expand_with_input},
    {.name = "linalg_expand_with_result",
     .root = "tensor.expand_shape",
     .rewrite = expand_with_result},
};

bool micai_fuse_reshapes_add(mica_pattern_set *set)
{
    return mica_pattern_set_add(set, patterns, 2);
}
