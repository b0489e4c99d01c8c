// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Canonicalization of expand_shape and collapse_shape: two in a row become one, where their
// groups of dimensions nest; reshapes of tensors made element by element disappear; sizes of
// reshaped tensors are those of the source, divided or multiplied.
//
//   collapse(collapse(x, [[0, 1], [2]]), [[0, 1]])  ->  collapse(x, [[0, 1, 2]])
//   collapse(expand(x, [[0], [1, 2, 3]]), [[0], [1, 2], [3]])  ->  expand(x, [[0], [1, 2]])
#include "dialects/tensor/tensor.h"

#include "ir/core/affine.h"
#include "ir/core/interfaces.h"
#include "ir/core/shape_rules.h"
#include "ir/core/sizes_internal.h"
#include "ir/rewrite/fold.h"
#include "ir/rewrite/pattern.h"
#include "ir/rewrite/rewriter.h"

#include <stdlib.h>

static mica_op *defining(const mica_value *value, mica_op_kind kind)
{
    mica_op *op = mica_value_op(value);
    return mica_op_is(op, kind) ? op : NULL;
}

static const mica_attr *groups_of(const mica_op *op)
{
    return mica_op_attr(op, "reassociation");
}

// ---- making reshapes
// -------------------------------------------------------------------------

/// Sizes of the groups of a reassociation in the making.
typedef struct grouping {
    size_t *sizes;
    size_t count;
} grouping;

static bool begin_grouping(grouping *made, size_t most)
{
    made->count = 0;
    made->sizes = mica_calloc(most + 1, sizeof *made->sizes);
    return made->sizes != NULL;
}

static mica_op *build_collapse(mica_builder *builder, const mica_type *type, mica_value *source,
                               const mica_attr *groups)
{
    return mica_tensor_collapse_shape_build(builder, type, source, groups);
}

/// An expansion to the sizes of `like`, an expand_shape with the same result; or, when that is
/// NULL, to the static sizes of the type.
static mica_op *build_expand(mica_builder *builder, const mica_type *type, mica_value *source,
                             const mica_attr *groups, mica_op *like)
{
    if (!like)
        return mica_tensor_expand_shape_build(builder, type, source, NULL, 0, groups,
                                              mica_i64_array_attr_get(builder->context,
                                                                      mica_type_shape(type),
                                                                      mica_type_rank(type)));
    size_t first, count;
    mica_op_operand_range(like, 1, &first, &count);
    mica_value **sizes = mica_malloc((count + 1) * sizeof *sizes);
    for (size_t i = 0; sizes && i < count; i++)
        sizes[i] = mica_op_operand(like, first + i);
    mica_op *made =
        sizes ? mica_tensor_expand_shape_build(builder, type, source, sizes, count, groups,
                                               mica_op_attr(like, "static_output_shape"))
              : NULL;
    mica_free(sizes);
    return made;
}

// ---- reshapes of one kind
// --------------------------------------------------------------------

/// collapse(collapse(x)) -> collapse(x); expand(expand(x)) -> expand(x)
static bool merge_reshapes(mica_rewriter *rewriter, mica_op *op, void *user)
{
    (void)user;
    mica_op *inner = defining(mica_op_operand(op, 0), mica_op_get_kind(op));
    if (!inner)
        return mica_rewriter_fail(rewriter, op, "the operand is no reshape of this kind");
    const bool expands = mica_op_is(op, &mica_tensor_expand_shape_kind);
    // The reshape on the side of the lower rank has the outer groups.
    const mica_attr *outer = groups_of(expands ? inner : op);
    const mica_attr *nested = groups_of(expands ? op : inner);
    mica_value *source = mica_op_operand(inner, 0);
    const mica_type *type = mica_value_type(mica_op_result(op, 0));
    const mica_attr *groups = mica_reassociation_nest(outer, nested);
    mica_builder *builder = mica_rewriter_builder(rewriter);
    mica_op *made = !groups   ? NULL
                    : expands ? build_expand(builder, type, source, groups, op)
                              : build_collapse(builder, type, source, groups);
    return made && mica_rewriter_replace_op_with(rewriter, op, made);
}

// ---- reshapes of two kinds
// -------------------------------------------------------------------

/// Groups of the dimensions that `finer` groups, joined so that they end where groups of
/// `coarser` end; NULL when they cross. Both group the same dimensions.
static const mica_attr *coarsen(const mica_attr *finer, const mica_attr *coarser)
{
    grouping made;
    if (!begin_grouping(&made, mica_array_attr_count(coarser)))
        return NULL;
    size_t next = 0, fine_end = 0, coarse_end = 0;
    bool fits = true;
    for (; fits && made.count < mica_array_attr_count(coarser); made.count++) {
        coarse_end += mica_reassociation_group_size(coarser, made.count);
        while (fine_end < coarse_end && next < mica_array_attr_count(finer)) {
            fine_end += mica_reassociation_group_size(finer, next++);
            made.sizes[made.count]++;
        }
        fits = fine_end == coarse_end;
    }
    const mica_attr *groups =
        fits ? mica_reassociation_get(mica_attr_context(finer), made.sizes, made.count) : NULL;
    mica_free(made.sizes);
    return groups;
}

/// collapse(expand(x)) -> collapse(x) or expand(x)
static bool collapse_of_expand(mica_rewriter *rewriter, mica_op *op, void *user)
{
    (void)user;
    mica_op *expand = defining(mica_op_operand(op, 0), &mica_tensor_expand_shape_kind);
    if (!expand)
        return mica_rewriter_fail(rewriter, op, "the operand is no expansion");
    mica_value *source = mica_op_operand(expand, 0);
    const mica_type *from = mica_value_type(source);
    const mica_type *to = mica_value_type(mica_op_result(op, 0));
    const size_t from_rank = mica_type_rank(from), to_rank = mica_type_rank(to);
    if (from_rank == to_rank || from_rank == 0 || to_rank == 0)
        return mica_rewriter_fail(rewriter, op, "the rank stays, or is 0");
    const bool collapses = from_rank > to_rank;
    if (!collapses && !mica_type_has_static_shape(to))
        return mica_rewriter_fail(rewriter, op, "the sizes are not known");
    const mica_attr *finer = groups_of(collapses ? expand : op);
    const mica_attr *coarser = groups_of(collapses ? op : expand);
    const mica_attr *groups = coarsen(finer, coarser);
    if (!groups)
        return mica_rewriter_fail(rewriter, op, "the groups cross");
    mica_builder *builder = mica_rewriter_builder(rewriter);
    mica_op *made = collapses ? build_collapse(builder, to, source, groups)
                              : build_expand(builder, to, source, groups, NULL);
    return made && mica_rewriter_replace_op_with(rewriter, op, made);
}

/// Appends groups that join `from` (higher rank) to `to`, all static. False when they cross.
static bool join_sizes(const int64_t *from, size_t from_rank, const int64_t *to, size_t to_rank,
                       grouping *made)
{
    size_t next = 0;
    for (size_t i = 0; i < to_rank; i++) {
        int64_t size = 1;
        size_t count = 0;
        while (next < from_rank && (count == 0 || size < to[i])) {
            size *= from[next++];
            count++;
        }
        while (i + 1 == to_rank && next < from_rank && from[next] == 1) {
            next++;
            count++;
        }
        if (size != to[i] || count == 0)
            return false;
        made->sizes[made->count++] = count;
    }
    return next == from_rank;
}

/// Groups that join the shape `high` to `low`, group by group of the dimension between.
static const mica_attr *join_group_wise(const mica_attr *high_groups, const mica_type *high,
                                        const mica_attr *low_groups, const mica_type *low)
{
    grouping made;
    if (!begin_grouping(&made, mica_type_rank(low)))
        return NULL;
    const int64_t *from = mica_type_shape(high), *to = mica_type_shape(low);
    bool fits = true;
    for (size_t i = 0; fits && i < mica_array_attr_count(high_groups); i++) {
        const size_t from_rank = mica_reassociation_group_size(high_groups, i);
        const size_t to_rank = mica_reassociation_group_size(low_groups, i);
        fits = join_sizes(from, from_rank, to, to_rank, &made);
        from += from_rank;
        to += to_rank;
    }
    const mica_attr *groups =
        fits ? mica_reassociation_get(mica_attr_context(high_groups), made.sizes, made.count)
             : NULL;
    mica_free(made.sizes);
    return groups;
}

/// expand(collapse(x)) -> collapse(x) or expand(x)
static bool expand_of_collapse(mica_rewriter *rewriter, mica_op *op, void *user)
{
    (void)user;
    mica_op *collapse = defining(mica_op_operand(op, 0), &mica_tensor_collapse_shape_kind);
    if (!collapse)
        return mica_rewriter_fail(rewriter, op, "the operand is no collapse");
    mica_value *source = mica_op_operand(collapse, 0);
    const mica_type *from = mica_value_type(source);
    const mica_type *to = mica_value_type(mica_op_result(op, 0));
    const size_t from_rank = mica_type_rank(from), to_rank = mica_type_rank(to);
    if (from_rank == to_rank || mica_array_attr_count(groups_of(op)) == 0 ||
        !mica_type_has_static_shape(from) || !mica_type_has_static_shape(to))
        return mica_rewriter_fail(rewriter, op, "the rank stays, or sizes are not known");
    const bool collapses = from_rank > to_rank;
    const mica_attr *groups =
        collapses ? join_group_wise(groups_of(collapse), from, groups_of(op), to)
                  : join_group_wise(groups_of(op), to, groups_of(collapse), from);
    if (!groups)
        return mica_rewriter_fail(rewriter, op, "the groups cross");
    mica_builder *builder = mica_rewriter_builder(rewriter);
    mica_op *made = collapses ? build_collapse(builder, to, source, groups)
                              : build_expand(builder, to, source, groups, op);
    return made && mica_rewriter_replace_op_with(rewriter, op, made);
}

// ---- reshapes of made tensors
// ----------------------------------------------------------------

/// reshape(from_elements(..)) -> from_elements(..) of the other shape
static bool reshape_elements(mica_rewriter *rewriter, mica_op *op, void *user)
{
    (void)user;
    mica_op *elements = defining(mica_op_operand(op, 0), &mica_tensor_from_elements_kind);
    const mica_type *type = mica_value_type(mica_op_result(op, 0));
    if (!elements || !mica_type_has_static_shape(type))
        return mica_rewriter_fail(rewriter, op, "the operand is not made of elements");
    mica_op_state state;
    mica_op_state_init(&state, mica_op_context(op), "tensor.from_elements",
                       mica_op_location(op));
    for (size_t i = 0; i < mica_op_operand_count(elements); i++)
        mica_op_state_add_operand(&state, mica_op_operand(elements, i));
    mica_op_state_add_result(&state, type);
    mica_op *made = mica_builder_create(mica_rewriter_builder(rewriter), &state);
    return made && mica_rewriter_replace_op_with(rewriter, op, made);
}

/// collapse(cast(x)) -> cast(collapse(x)), when x says more
static bool collapse_of_cast(mica_rewriter *rewriter, mica_op *op, void *user)
{
    (void)user;
    mica_op *cast = defining(mica_op_operand(op, 0), &mica_tensor_cast_kind);
    mica_value *source = cast ? mica_op_operand(cast, 0) : NULL;
    if (!cast || !mica_tensor_preserves_static_info(mica_value_type(mica_op_result(cast, 0)),
                                                    mica_value_type(source)))
        return mica_rewriter_fail(rewriter, op, "the operand is no cast that hides sizes");
    const mica_type *from = mica_value_type(source);
    const mica_type *old = mica_value_type(mica_op_result(op, 0));
    micai_sizes shape;
    if (!micai_sizes_init(&shape, mica_type_rank(old)))
        return false;
    mica_reassociation_collapse(groups_of(op), mica_type_shape(from), shape.data);
    const mica_type *type = mica_type_with_shape(from, shape.data, mica_type_rank(old));
    micai_sizes_free(&shape);
    mica_builder *builder = mica_rewriter_builder(rewriter);
    mica_op *made = build_collapse(builder, type, source, groups_of(op));
    if (made && type != old)
        made = mica_tensor_cast_build(builder, old, mica_op_result(made, 0));
    return made && mica_rewriter_replace_op_with(rewriter, op, made);
}

// ---- sizes
// -----------------------------------------------------------------------------------

/// The group of a dimension of the higher rank.
static size_t group_of(const mica_attr *groups, size_t dim)
{
    size_t group = 0, end = mica_reassociation_group_size(groups, 0);
    while (end <= dim)
        end += mica_reassociation_group_size(groups, ++group);
    return group;
}

/// size floordiv the other sizes of the group
static mica_value *divide_size(mica_builder *builder, mica_op *expand, size_t dim)
{
    const mica_type *type = mica_value_type(mica_op_result(expand, 0));
    const mica_attr *groups = groups_of(expand);
    const size_t group = group_of(groups, dim);
    int64_t product = 1;
    for (size_t i = 0; i < mica_type_rank(type); i++)
        if (i != dim && group_of(groups, i) == group)
            product *= mica_type_shape(type)[i];
    mica_value *size = mica_mixed_materialize(
        builder, mica_tensor_size_of(builder, mica_op_operand(expand, 0), group));
    const mica_affine_expr *expr = mica_affine_binary_get(
        MICA_AFFINE_FLOOR_DIV, mica_affine_symbol_get(builder->context, 0),
        mica_affine_constant_get(builder->context, product));
    mica_op_state state;
    mica_op_state_init(&state, builder->context, "affine.apply", builder->location);
    mica_op_state_set_attr(&state, "map",
                           mica_affine_map_get(builder->context, 0, 1, &expr, 1));
    mica_op_state_add_operand(&state, size);
    mica_op_state_add_result(&state, mica_index_type_get(builder->context));
    return mica_builder_create_or_fold(builder, &state);
}

static mica_value *multiply_sizes(mica_builder *builder, mica_op *collapse, size_t dim)
{
    const mica_reify_shape *shape = mica_op_interface(collapse, &mica_reify_shape_interface);
    mica_mixed size;
    return shape && shape->size(builder, collapse, 0, dim, &size)
               ? mica_mixed_materialize(builder, size)
               : NULL;
}

/// dim(expand(x)) -> dim(x) floordiv n; dim(collapse(x)) -> the product of sizes of x
static bool dim_of_reshape(mica_rewriter *rewriter, mica_op *op, void *user)
{
    int64_t dim;
    mica_op *reshape = defining(mica_tensor_dim_source(op), user);
    if (!reshape || !mica_value_constant_int(mica_tensor_dim_index(op), &dim))
        return mica_rewriter_fail(rewriter, op, "no constant dimension of a reshape");
    const mica_type *type = mica_value_type(mica_op_result(reshape, 0));
    if (dim < 0 || dim >= (int64_t)mica_type_rank(type) ||
        mica_type_shape(type)[dim] != MICA_DYNAMIC)
        return mica_rewriter_fail(rewriter, op, "the size is constant");
    mica_builder *builder = mica_rewriter_builder(rewriter);
    mica_value *size = mica_op_is(reshape, &mica_tensor_expand_shape_kind)
                           ? divide_size(builder, reshape, (size_t)dim)
                           : multiply_sizes(builder, reshape, (size_t)dim);
    return size && mica_rewriter_replace_op(rewriter, op, &size, 1);
}

static const mica_pattern expand_patterns[] = {
    {.name = "tensor_merge_expands", .root = "tensor.expand_shape", .rewrite = merge_reshapes},
    {.name = "tensor_expand_of_collapse",
     .root = "tensor.expand_shape",
     .rewrite = expand_of_collapse},
    {.name = "tensor_expand_elements",
     .root = "tensor.expand_shape",
     .rewrite = reshape_elements},
    {.name = "tensor_dim_of_expand",
     .root = "tensor.dim",
     .rewrite = dim_of_reshape,
     .user = (void *)(uintptr_t)&mica_tensor_expand_shape_kind},
};

static const mica_pattern collapse_patterns[] = {
    {.name = "tensor_merge_collapses",
     .root = "tensor.collapse_shape",
     .rewrite = merge_reshapes},
    {.name = "tensor_collapse_of_expand",
     .root = "tensor.collapse_shape",
     .rewrite = collapse_of_expand},
    {.name = "tensor_collapse_elements",
     .root = "tensor.collapse_shape",
     .rewrite = reshape_elements},
    {.name = "tensor_collapse_of_cast",
     .root = "tensor.collapse_shape",
     .rewrite = collapse_of_cast},
    {.name = "tensor_dim_of_collapse",
     .root = "tensor.dim",
     .rewrite = dim_of_reshape,
     .user = (void *)(uintptr_t)&mica_tensor_collapse_shape_kind},
};

void micai_tensor_expand_shape_canonicalize(mica_pattern_set *patterns)
{
    mica_pattern_set_add(patterns, expand_patterns, 4);
}

void micai_tensor_collapse_shape_canonicalize(mica_pattern_set *patterns)
{
    mica_pattern_set_add(patterns, collapse_patterns, 5);
}
