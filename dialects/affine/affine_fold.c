// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Folding of affine.apply, min and max: maps that are one operand, maps of constants; constant
// operands of min and max go into the map.
#include "dialects/affine/affine_ops.h"
#include "ir/core/affine.h"
#include "ir/core/context.h"
#include "ir/rewrite/fold.h"

#include <stdlib.h>

mica_op *micai_affine_materialize_constant(mica_builder *builder, const mica_attr *value,
                                           const mica_type *type)
{
    const mica_dialect_def *arith =
        mica_context_find_dialect(builder->context, mica_string_from("arith"));
    return arith && arith->materialize_constant
               ? arith->materialize_constant(builder, value, type)
               : NULL;
}

/// The map with the constants among the operands put in place of their dims and symbols.
static const mica_attr *with_constants(const mica_attr *map, const mica_attr *const *operands)
{
    mica_context *context = mica_attr_context(map);
    const size_t dims = mica_affine_map_dim_count(map);
    const size_t count = dims + mica_affine_map_symbol_count(map);
    const size_t results = mica_affine_map_result_count(map);
    const mica_affine_expr **exprs = mica_malloc((count + results + 1) * sizeof *exprs);
    if (!exprs) {
        mica_context_note_no_memory(context);
        return NULL;
    }
    for (size_t i = 0; i < count; i++) {
        exprs[i] = i < dims ? mica_affine_dim_get(context, (uint32_t)i)
                            : mica_affine_symbol_get(context, (uint32_t)(i - dims));
        if (mica_attr_is(operands[i], MICA_ATTR_INTEGER))
            exprs[i] = mica_affine_constant_get(context, mica_integer_attr_value(operands[i]));
    }
    for (size_t i = 0; i < results; i++)
        exprs[count + i] = mica_affine_expr_replace(mica_affine_map_result(map, i), exprs, dims,
                                                    exprs + dims, count - dims);
    const mica_attr *made = mica_affine_map_get(
        context, (uint32_t)dims, (uint32_t)(count - dims), exprs + count, results);
    mica_free(exprs);
    return made;
}

static const mica_attr *constant_result(const mica_attr *map, size_t index)
{
    const mica_affine_expr *expr = mica_affine_map_result(map, index);
    return mica_affine_expr_kind(expr) == MICA_AFFINE_CONSTANT
               ? mica_index_attr_get(mica_attr_context(map), mica_affine_expr_value(expr))
               : NULL;
}

/// apply (d0, d1) -> (d1) (%a, %b) -> %b; apply of constants -> a constant
mica_fold_status micai_affine_apply_fold(mica_op *op, const mica_attr *const *operands,
                                         mica_fold_result *results)
{
    const mica_attr *map = mica_affine_apply_map(op);
    const mica_affine_expr *expr = mica_affine_map_result(map, 0);
    const mica_affine_kind kind = mica_affine_expr_kind(expr);
    if (kind == MICA_AFFINE_DIM || kind == MICA_AFFINE_SYMBOL) {
        size_t operand = (size_t)mica_affine_expr_value(expr);
        operand += kind == MICA_AFFINE_SYMBOL ? mica_affine_map_dim_count(map) : 0;
        results[0].value = mica_op_operand(op, operand);
        return MICA_FOLD_REPLACED;
    }
    const mica_attr *made = with_constants(map, operands);
    results[0].attr = made ? constant_result(made, 0) : NULL;
    return results[0].attr ? MICA_FOLD_REPLACED : MICA_FOLD_NONE;
}

/// min (d0) -> (d0, 4) (%c3) -> 3; min (d0)[s0] -> (d0, s0) (%x)[%c4] has 4 in its map
static mica_fold_status fold_extremum(mica_op *op, const mica_attr *const *operands,
                                      mica_fold_result *results, bool is_max)
{
    const mica_attr *map = mica_op_attr(op, "map");
    const mica_attr *made = with_constants(map, operands);
    const size_t count = mica_affine_map_result_count(map);
    if (!made || count == 0)
        return MICA_FOLD_NONE;
    const mica_attr *best = NULL;
    size_t known = 0;
    for (; known < count; known++) {
        const mica_attr *result = constant_result(made, known);
        if (!result)
            break;
        const int64_t value = mica_integer_attr_value(result);
        if (!best || (is_max ? value > mica_integer_attr_value(best)
                             : value < mica_integer_attr_value(best)))
            best = result;
    }
    if (known == count) {
        results[0].attr = best;
        return MICA_FOLD_REPLACED;
    }
    if (made == map)
        return MICA_FOLD_NONE;
    mica_op_set_attr(op, "map", made);
    return MICA_FOLD_IN_PLACE;
}

mica_fold_status micai_affine_min_fold(mica_op *op, const mica_attr *const *operands,
                                       mica_fold_result *results)
{
    return fold_extremum(op, operands, results, false);
}

mica_fold_status micai_affine_max_fold(mica_op *op, const mica_attr *const *operands,
                                       mica_fold_result *results)
{
    return fold_extremum(op, operands, results, true);
}
