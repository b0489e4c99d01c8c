// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Canonicalization of structured ops: those that only pass operands on disappear, casts that
// only forget sizes move behind them, those on empty memory go.
#include "dialects/linalg/linalg_internal.h"

#include "dialects/tensor/tensor.h"
#include "ir/core/shape_rules.h"
#include "ir/rewrite/pattern.h"
#include "ir/rewrite/rewriter.h"

/// `value`, cast to `type` where it has another one; NULL when it can't be.
static mica_value *cast_to(mica_rewriter *rewriter, mica_value *value, const mica_type *type)
{
    const mica_type *from = mica_value_type(value);
    if (from == type)
        return value;
    if (!mica_type_is_tensor(from) || mica_type_element(from) != mica_type_element(type) ||
        !mica_shapes_are_compatible(from, type))
        return NULL;
    mica_op *cast = mica_tensor_cast_build(mica_rewriter_builder(rewriter), type, value);
    return cast ? mica_op_result(cast, 0) : NULL;
}

// ---- ops that pass operands on
// ---------------------------------------------------------------

static bool has_equal_maps(mica_op *op)
{
    const mica_attr *maps = mica_structured_indexing_maps(op);
    for (size_t i = 1; i < mica_array_attr_count(maps); i++)
        if (mica_array_attr_element(maps, i) != mica_array_attr_element(maps, 0))
            return false;
    return true;
}

/// Replaces the results by the operands whose arguments the body yields.
static bool forward_operands(mica_rewriter *rewriter, mica_op *op, mica_op *yield)
{
    enum { MOST = 16 };
    mica_value *values[MOST];
    size_t count = mica_op_result_count(op);
    if (count > MOST || count != mica_op_operand_count(yield))
        return false;
    for (size_t i = 0; i < count; i++) {
        mica_value *yielded = mica_op_operand(yield, i);
        if (mica_value_argument_block(yielded) != mica_structured_body(op))
            return mica_rewriter_fail(rewriter, op, "a result is computed");
        values[i] = mica_op_operand(op, mica_value_index(yielded));
        const mica_type *from = mica_value_type(values[i]);
        const mica_type *to = mica_value_type(mica_op_result(op, i));
        if (!mica_type_is_tensor(from) || !mica_shapes_are_compatible(from, to))
            return mica_rewriter_fail(rewriter, op, "an operand has another shape");
    }
    for (size_t i = 0; i < count; i++)
        values[i] = cast_to(rewriter, values[i], mica_value_type(mica_op_result(op, i)));
    return mica_rewriter_replace_op(rewriter, op, values, count);
}

/// generic { yield x }, copy, transpose and broadcast that move nothing -> x
static bool erase_identity(mica_rewriter *rewriter, mica_op *op, void *user)
{
    (void)user;
    mica_block *body = mica_structured_body(op);
    mica_op *yield = mica_block_last(body);
    if (mica_block_first(body) != yield || !mica_op_is(yield, &mica_linalg_yield_kind))
        return mica_rewriter_fail(rewriter, op, "the body computes something");
    if (!has_equal_maps(op))
        return mica_rewriter_fail(rewriter, op, "operands are indexed differently");
    if (mica_structured_has_tensors(op))
        return forward_operands(rewriter, op, yield);
    bool copies_itself =
        mica_op_operand_count(op) == 2 && mica_op_operand(op, 0) == mica_op_operand(op, 1);
    return copies_itself && mica_rewriter_erase_op(rewriter, op);
}

static const mica_pattern identity_patterns[] = {
    {.name = "linalg_erase_identity", .root = "linalg.generic", .rewrite = erase_identity},
    {.name = "linalg_erase_identity", .root = "linalg.copy", .rewrite = erase_identity},
    {.name = "linalg_erase_identity", .root = "linalg.transpose", .rewrite = erase_identity},
    {.name = "linalg_erase_identity", .root = "linalg.broadcast", .rewrite = erase_identity},
};

// ---- for every structured op
// -----------------------------------------------------------------

/// Nothing is done where a buffer has no elements.
static bool erase_empty(mica_rewriter *rewriter, mica_op *op, void *user)
{
    (void)user;
    if (!mica_structured_get(op))
        return false;
    for (size_t i = 0; i < mica_op_operand_count(op); i++) {
        const mica_type *type = mica_value_type(mica_op_operand(op, i));
        if (mica_type_get_kind(type) != MICA_TYPE_MEMREF)
            continue;
        for (size_t j = 0; j < mica_type_rank(type); j++)
            if (mica_type_shape(type)[j] == 0)
                return mica_rewriter_erase_op(rewriter, op);
    }
    return false;
}

/// The source of a tensor.cast that says at least as much; NULL for other values.
static mica_value *look_through_cast(mica_value *value)
{
    mica_op *cast = mica_value_op(value);
    if (!mica_op_is(cast, &mica_tensor_cast_kind))
        return NULL;
    mica_value *source = mica_op_operand(cast, 0);
    return mica_tensor_preserves_static_info(mica_value_type(value), mica_value_type(source))
               ? source
               : NULL;
}

/// op(cast(x), cast(y)) -> cast(op(x, y))
static bool sink_casts(mica_rewriter *rewriter, mica_op *op, void *user)
{
    enum { MOST = 16 };
    (void)user;
    if (!mica_structured_get(op) || mica_op_result_count(op) > MOST)
        return false;
    bool found = false;
    for (size_t i = 0; i < mica_op_operand_count(op); i++)
        found |= look_through_cast(mica_op_operand(op, i)) != NULL;
    if (!found)
        return false;
    mica_op *made = mica_op_clone(op, NULL);
    if (!made)
        return false;
    size_t result = 0;
    for (size_t i = 0; i < mica_op_operand_count(op); i++) {
        mica_value *source = look_through_cast(mica_op_operand(op, i));
        if (source)
            mica_op_set_operand(made, i, source);
        const mica_type *type = mica_value_type(mica_op_operand(made, i));
        if (mica_structured_is_init(op, i) && mica_type_is_tensor(type))
            mica_value_set_type(mica_op_result(made, result++), type);
    }
    mica_builder_insert(mica_rewriter_builder(rewriter), made);
    mica_value *values[MOST];
    for (size_t i = 0; i < mica_op_result_count(op); i++)
        values[i] =
            cast_to(rewriter, mica_op_result(made, i), mica_value_type(mica_op_result(op, i)));
    return mica_rewriter_replace_op(rewriter, op, values, mica_op_result_count(op));
}

// ---- fill
// ------------------------------------------------------------------------------------

/// reshape(fill(x, t)) -> fill(x, reshape(t))
static bool reshape_of_fill(mica_rewriter *rewriter, mica_op *op, void *user)
{
    (void)user;
    mica_op *fill = mica_value_op(mica_op_operand(op, 0));
    if (!mica_op_is(fill, &mica_linalg_fill_kind))
        return mica_rewriter_fail(rewriter, op, "the operand is no fill");
    mica_builder *builder = mica_rewriter_builder(rewriter);
    mica_op *reshape = mica_op_clone(op, NULL);
    if (!reshape)
        return false;
    mica_op_set_operand(reshape, 0, mica_op_operand(fill, 1));
    mica_builder_insert(builder, reshape);
    mica_op *made = mica_op_clone(fill, NULL);
    if (!made)
        return true; // out of memory: the sticky state stops the driver
    mica_op_set_operand(made, 1, mica_op_result(reshape, 0));
    mica_value_set_type(mica_op_result(made, 0), mica_value_type(mica_op_result(op, 0)));
    mica_builder_insert(builder, made);
    return mica_rewriter_replace_op_with(rewriter, op, made);
}

static const mica_pattern fill_patterns[] = {
    {.name = "linalg_reshape_of_fill",
     .root = "tensor.collapse_shape",
     .rewrite = reshape_of_fill},
    {.name = "linalg_reshape_of_fill",
     .root = "tensor.expand_shape",
     .rewrite = reshape_of_fill},
};

static const mica_pattern common_patterns[] = {
    {.name = "linalg_erase_empty", .rewrite = erase_empty},
    {.name = "linalg_sink_casts", .rewrite = sink_casts},
};

void micai_linalg_canonicalize(mica_pattern_set *patterns)
{
    mica_pattern_set_add(patterns, common_patterns, 2);
    mica_pattern_set_add(patterns, fill_patterns, 2);
    mica_pattern_set_add(patterns, identity_patterns,
                         sizeof identity_patterns / sizeof *identity_patterns);
}
