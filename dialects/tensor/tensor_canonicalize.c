// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Canonicalization of tensor ops. The law: types become more static and casts move down, never
// the other way; a cast is put where a result's type was sharpened, so that users see no
// change.
#include "dialects/tensor/tensor.h"

#include "ir/core/affine.h"
#include "ir/core/interfaces.h"
#include "ir/core/shape_rules.h"
#include "ir/core/sizes_internal.h"
#include "ir/rewrite/fold.h"
#include "ir/rewrite/known_size.h"
#include "ir/rewrite/match_program.h"
#include "ir/rewrite/pattern.h"
#include "ir/rewrite/rewriter.h"

/// The patterns of tensor.rewrite, as mica-gen compiled them.
extern const mica_match_program micai_tensor_rewrites;

void micai_tensor_canonicalize(mica_pattern_set *patterns)
{
    mica_pattern_set_add_program(patterns, &micai_tensor_rewrites);
}

static mica_op *defining(mica_value *value, mica_op_kind kind)
{
    mica_op *op = mica_value_op(value);
    return mica_op_is(op, kind) ? op : NULL;
}

/// Replaces `op` by `value`, cast to the type of its result where they differ.
static bool replace_with_cast(mica_rewriter *rewriter, mica_op *op, mica_value *value)
{
    const mica_type *type = mica_value_type(mica_op_result(op, 0));
    if (mica_value_type(value) != type) {
        mica_op *cast = mica_tensor_cast_build(mica_rewriter_builder(rewriter), type, value);
        if (!cast)
            return false;
        value = mica_op_result(cast, 0);
    }
    return mica_rewriter_replace_op(rewriter, op, &value, 1);
}

bool mica_tensor_preserves_static_info(const mica_type *source, const mica_type *target)
{
    if (!mica_type_is_ranked(source) || !mica_type_is_ranked(target) ||
        mica_type_element(source) != mica_type_element(target) ||
        mica_type_rank(source) != mica_type_rank(target) ||
        mica_tensor_type_encoding(source) != mica_tensor_type_encoding(target))
        return false;
    for (size_t i = 0; i < mica_type_rank(source); i++)
        if (mica_type_shape(source)[i] != MICA_DYNAMIC &&
            mica_type_shape(target)[i] == MICA_DYNAMIC)
            return false;
    return true;
}

// ---- cast
// ------------------------------------------------------------------------------------

/// The shape that says all that both say; NULL when they can't be one tensor's.
static const mica_type *join_types(const mica_type *a, const mica_type *b)
{
    if (!mica_type_is_ranked(a))
        return b;
    if (!mica_type_is_ranked(b))
        return a;
    size_t rank = mica_type_rank(a);
    micai_sizes shape;
    if (!mica_shapes_are_compatible(a, b) || !micai_sizes_init(&shape, rank))
        return NULL;
    for (size_t i = 0; i < rank; i++)
        shape.data[i] = mica_type_shape(a)[i] == MICA_DYNAMIC ? mica_type_shape(b)[i]
                                                              : mica_type_shape(a)[i];
    const mica_type *type = mica_tensor_type_get(mica_type_element(a), shape.data, rank, NULL);
    micai_sizes_free(&shape);
    return type;
}

/// cast(cast(x: a): b): c -> cast(x): c, when b adds nothing to what a and c say
static bool merge_casts(mica_rewriter *rewriter, mica_op *op, void *user)
{
    (void)user;
    mica_op *inner = defining(mica_op_operand(op, 0), &mica_tensor_cast_kind);
    if (!inner)
        return false;
    const mica_type *source = mica_value_type(mica_op_operand(inner, 0));
    const mica_type *middle = mica_value_type(mica_op_result(inner, 0));
    const mica_type *target = mica_value_type(mica_op_result(op, 0));
    const mica_type *first = join_types(source, middle);
    const mica_type *all = first ? join_types(first, target) : NULL;
    if (!all || all != join_types(source, target))
        return mica_rewriter_fail(rewriter, op, "the middle type says more");
    return replace_with_cast(rewriter, op, mica_op_operand(inner, 0));
}

static const mica_pattern cast_patterns[] = {
    {.name = "tensor_merge_casts", .root = "tensor.cast", .rewrite = merge_casts},
};

void micai_tensor_cast_canonicalize(mica_pattern_set *patterns)
{
    mica_pattern_set_add(patterns, cast_patterns, 1);
}

// ---- dim
// -------------------------------------------------------------------------------------

/// dim(op with destinations, i) -> dim(destination of that result, i)
static bool dim_of_destination(mica_rewriter *rewriter, mica_op *op, void *user)
{
    (void)user;
    mica_value *source = mica_tensor_dim_source(op);
    mica_op *producer = mica_value_op(source);
    const mica_destination_style *style =
        producer ? mica_op_interface(producer, &mica_destination_style_interface) : NULL;
    if (!style)
        return false;
    mica_run inits = style->inits(producer);
    size_t result = mica_value_index(source);
    for (size_t i = inits.first; i < inits.first + inits.count; i++)
        if (mica_type_is_tensor(mica_value_type(mica_op_operand(producer, i))) && result-- == 0)
            return mica_rewriter_set_operand(rewriter, op, 0, mica_op_operand(producer, i));
    return false;
}

/// dim(empty(sizes), i) -> the size
static bool dim_of_empty(mica_rewriter *rewriter, mica_op *op, void *user)
{
    (void)user;
    mica_op *empty = defining(mica_tensor_dim_source(op), &mica_tensor_empty_kind);
    int64_t dim;
    if (!empty || !mica_value_constant_int(mica_tensor_dim_index(op), &dim))
        return false;
    const mica_type *type = mica_value_type(mica_op_result(empty, 0));
    if (dim < 0 || dim >= (int64_t)mica_type_rank(type) ||
        mica_type_shape(type)[dim] != MICA_DYNAMIC)
        return mica_rewriter_fail(rewriter, op, "the size is constant");
    size_t place = 0;
    for (int64_t i = 0; i < dim; i++)
        place += mica_type_shape(type)[i] == MICA_DYNAMIC;
    mica_value *size = mica_tensor_empty_dynamicSizes(empty, place);
    return mica_rewriter_replace_op(rewriter, op, &size, 1);
}

static const mica_pattern dim_patterns[] = {
    {.name = "tensor_dim_of_destination", .root = "tensor.dim", .rewrite = dim_of_destination},
    {.name = "tensor_dim_of_empty", .root = "tensor.dim", .rewrite = dim_of_empty},
};

void micai_tensor_dim_canonicalize(mica_pattern_set *patterns)
{
    mica_pattern_set_add(patterns, dim_patterns, 2);
}

// ---- empty
// -----------------------------------------------------------------------------------

/// cast(empty(sizes)) -> empty of the sharper type
static bool cast_of_empty(mica_rewriter *rewriter, mica_op *op, void *user)
{
    (void)user;
    mica_op *empty = defining(mica_op_operand(op, 0), &mica_tensor_empty_kind);
    const mica_type *to = mica_value_type(mica_op_result(op, 0));
    const mica_type *from = empty ? mica_value_type(mica_op_result(empty, 0)) : NULL;
    if (!empty || !mica_type_is_ranked(to))
        return mica_rewriter_fail(rewriter, op, "the operand is no empty tensor");
    mica_value **sizes = mica_malloc((mica_op_operand_count(empty) + 1) * sizeof *sizes);
    size_t next = 0, kept = 0;
    bool fits = sizes != NULL;
    for (size_t i = 0; fits && i < mica_type_rank(to); i++) {
        const int64_t size = mica_type_shape(to)[i];
        if (mica_type_shape(from)[i] != MICA_DYNAMIC) {
            fits = size == mica_type_shape(from)[i];
            continue;
        }
        mica_value *value = mica_op_operand(empty, next++);
        if (size == MICA_DYNAMIC)
            sizes[kept++] = value;
    }
    mica_op *made =
        fits ? mica_tensor_empty_build(mica_rewriter_builder(rewriter), to, sizes, kept) : NULL;
    mica_free(sizes);
    return made && mica_rewriter_replace_op_with(rewriter, op, made);
}

/// empty(c) with constant sizes -> cast(empty of a static shape)
static bool empty_constant_sizes(mica_rewriter *rewriter, mica_op *op, void *user)
{
    (void)user;
    const mica_type *type = mica_value_type(mica_op_result(op, 0));
    size_t rank = mica_type_rank(type), next = 0, kept = 0;
    size_t count = mica_op_operand_count(op);
    micai_sizes shape;
    mica_value **sizes = mica_malloc((count + 1) * sizeof *sizes);
    if (!sizes || !micai_sizes_init(&shape, rank)) {
        mica_free(sizes);
        return false;
    }
    for (size_t i = 0; i < rank; i++) {
        shape.data[i] = mica_type_shape(type)[i];
        if (shape.data[i] != MICA_DYNAMIC)
            continue;
        mica_value *size = mica_op_operand(op, next++);
        int64_t known;
        if (mica_value_constant_int(size, &known) && known >= 0)
            shape.data[i] = known;
        else
            sizes[kept++] = size;
    }
    bool changed = kept != count;
    if (changed) {
        const mica_type *sharper = mica_type_with_shape(type, shape.data, rank);
        mica_op *empty =
            mica_tensor_empty_build(mica_rewriter_builder(rewriter), sharper, sizes, kept);
        changed = empty && replace_with_cast(rewriter, op, mica_op_result(empty, 0));
    }
    micai_sizes_free(&shape);
    mica_free(sizes);
    return changed;
}

static const mica_pattern empty_patterns[] = {
    {.name = "tensor_empty_constant_sizes",
     .root = "tensor.empty",
     .rewrite = empty_constant_sizes},
    {.name = "tensor_cast_of_empty", .root = "tensor.cast", .rewrite = cast_of_empty},
};

void micai_tensor_empty_canonicalize(mica_pattern_set *patterns)
{
    mica_pattern_set_add(patterns, empty_patterns, 2);
}
