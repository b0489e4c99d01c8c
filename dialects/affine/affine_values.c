// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See affine.h. An operand list in canonical form: dims in the order of first use, then the
// symbols that there were, then values that were dims and may be symbols.
#include "dialects/affine/affine.h"
#include "ir/core/context.h"

#include "ir/core/traits.h"
#include "ir/rewrite/fold.h"

#include <stdlib.h>

enum { MOST_COMPOSED = 64 }; ///< affine.apply ops that go into one map

static void append(mica_affine_map_of_values *applied, mica_affine_value_list *list,
                   mica_value *value)
{
    if (list->count == list->capacity) {
        const size_t capacity = 2 * list->capacity + 8;
        mica_value **values = mica_realloc(list->values, capacity * sizeof *values);
        if (!values) {
            applied->failed = !mica_context_note_no_memory(mica_attr_context(applied->map));
            return;
        }
        list->values = values;
        list->capacity = capacity;
    }
    list->values[list->count++] = value;
}

bool mica_affine_values_begin(mica_affine_map_of_values *applied, const mica_attr *map,
                              mica_value *const *operands, size_t count)
{
    *applied = (mica_affine_map_of_values){.map = map};
    const size_t dims = mica_affine_map_dim_count(map);
    for (size_t i = 0; i < count; i++)
        append(applied, i < dims ? &applied->dims : &applied->symbols, operands[i]);
    return !applied->failed;
}

void mica_affine_values_end(mica_affine_map_of_values *applied)
{
    mica_free(applied->dims.values);
    mica_free(applied->symbols.values);
    applied->dims = applied->symbols = (mica_affine_value_list){NULL, 0, 0};
}

bool mica_affine_is_symbol(const mica_value *value)
{
    const mica_block *block = mica_value_block(value);
    const mica_op *parent = block ? mica_block_parent_op(block) : NULL;
    if (parent && mica_op_has_trait(parent, MICA_TRAIT_AFFINE_SCOPE))
        return true;
    mica_op *op = mica_value_op(value);
    if (!op || mica_op_has_trait(op, MICA_TRAIT_CONSTANT_LIKE))
        return op != NULL;
    if (!mica_op_is(op, &mica_affine_apply_kind))
        return false;
    // One level only: canonical maps are composed, so that deeper ones are rare.
    for (size_t i = 0; i < mica_op_operand_count(op); i++) {
        const mica_block *place = mica_value_block(mica_op_operand(op, i));
        const mica_op *scope = place ? mica_block_parent_op(place) : NULL;
        if (!scope || !mica_op_has_trait(scope, MICA_TRAIT_AFFINE_SCOPE))
            return false;
    }
    return true;
}

// ---- rewriting the map
// -----------------------------------------------------------------------

/// Expressions that take the place of all dims and symbols.
typedef struct substitution {
    const mica_affine_expr **dims, **symbols;
} substitution;

static bool begin_substitution(substitution *made, const mica_affine_map_of_values *applied)
{
    const size_t dims = mica_affine_map_dim_count(applied->map);
    const size_t symbols = mica_affine_map_symbol_count(applied->map);
    mica_context *context = mica_attr_context(applied->map);
    made->dims = mica_malloc((dims + symbols + 1) * sizeof *made->dims);
    if (!made->dims)
        return mica_context_note_no_memory(context);
    made->symbols = made->dims + dims;
    for (size_t i = 0; i < dims; i++)
        made->dims[i] = mica_affine_dim_get(context, (uint32_t)i);
    for (size_t i = 0; i < symbols; i++)
        made->symbols[i] = mica_affine_symbol_get(context, (uint32_t)i);
    return true;
}

/// The map over as many dims and symbols as the lists have. Frees the substitution.
static void apply_substitution(substitution *made, mica_affine_map_of_values *applied)
{
    const mica_attr *map = applied->map;
    const size_t count = mica_affine_map_result_count(map);
    const mica_affine_expr **results = mica_malloc((count + 1) * sizeof *results);
    for (size_t i = 0; results && i < count; i++)
        results[i] = mica_affine_expr_replace(mica_affine_map_result(map, i), made->dims,
                                              mica_affine_map_dim_count(map), made->symbols,
                                              mica_affine_map_symbol_count(map));
    if (results)
        applied->map =
            mica_affine_map_get(mica_attr_context(map), (uint32_t)applied->dims.count,
                                (uint32_t)applied->symbols.count, results, count);
    if (!results)
        applied->failed = !mica_context_note_no_memory(mica_attr_context(map));
    mica_free(results);
    mica_free(made->dims);
}

// ---- composing
// -------------------------------------------------------------------------------

static mica_op *apply_behind(const mica_value *value)
{
    mica_op *op = value ? mica_value_op(value) : NULL;
    return mica_op_is(op, &mica_affine_apply_kind) ? op : NULL;
}

/// The result of an affine.apply with its operands appended to the lists.
static const mica_affine_expr *inlined(mica_affine_map_of_values *applied, mica_op *apply)
{
    mica_context *context = mica_op_context(apply);
    const mica_attr *map = mica_affine_apply_map(apply);
    const size_t dims = mica_affine_map_dim_count(map), count = mica_op_operand_count(apply);
    const mica_affine_expr **exprs = mica_malloc((count + 1) * sizeof *exprs);
    if (!exprs) {
        applied->failed = !mica_context_note_no_memory(context);
        return mica_affine_constant_get(context, 0);
    }
    for (size_t i = 0; i < count; i++) {
        mica_value *operand = mica_op_operand(apply, i);
        const bool is_symbol = i >= dims || mica_affine_is_symbol(operand);
        mica_affine_value_list *list = is_symbol ? &applied->symbols : &applied->dims;
        exprs[i] = is_symbol ? mica_affine_symbol_get(context, (uint32_t)list->count)
                             : mica_affine_dim_get(context, (uint32_t)list->count);
        append(applied, list, operand);
    }
    const mica_affine_expr *expr = mica_affine_expr_replace(
        mica_affine_map_result(map, 0), exprs, dims, exprs + dims, count - dims);
    mica_free(exprs);
    return expr;
}

/// Replaces entry `index` of a list, which is then unused; its value becomes NULL.
static void compose_one(mica_affine_map_of_values *applied, bool is_symbol, size_t index)
{
    substitution made;
    mica_affine_value_list *list = is_symbol ? &applied->symbols : &applied->dims;
    mica_op *apply = apply_behind(list->values[index]);
    if (!begin_substitution(&made, applied)) {
        applied->failed = true;
        return;
    }
    list->values[index] = NULL;
    const mica_affine_expr *expr = inlined(applied, apply);
    (is_symbol ? made.symbols : made.dims)[index] = expr;
    apply_substitution(&made, applied);
}

void mica_affine_values_compose(mica_affine_map_of_values *applied)
{
    size_t composed = 0;
    for (size_t i = 0; i < applied->dims.count && !applied->failed; i++)
        if (apply_behind(applied->dims.values[i]) && composed++ < MOST_COMPOSED)
            compose_one(applied, false, i);
    for (size_t i = 0; i < applied->symbols.count && !applied->failed; i++)
        if (apply_behind(applied->symbols.values[i]) && composed++ < MOST_COMPOSED)
            compose_one(applied, true, i);
}

// ---- the canonical form
// ----------------------------------------------------------------------

static bool map_uses(const mica_attr *map, bool is_symbol, uint32_t position)
{
    mica_context *context = mica_attr_context(map);
    const mica_affine_expr *marker = mica_affine_constant_get(context, 0);
    for (size_t i = 0; i < mica_affine_map_result_count(map); i++) {
        const mica_affine_expr *expr = mica_affine_map_result(map, i);
        if (!is_symbol && mica_affine_expr_uses_dim(expr, position))
            return true;
        if (!is_symbol)
            continue;
        const mica_affine_expr **symbols = mica_malloc((position + 1) * sizeof *symbols);
        if (!symbols)
            return !mica_context_note_no_memory(context);
        for (uint32_t k = 0; k < position; k++)
            symbols[k] = mica_affine_symbol_get(context, k);
        symbols[position] = marker;
        const bool uses =
            mica_affine_expr_replace(expr, NULL, 0, symbols, position + 1) != expr;
        mica_free(symbols);
        if (uses)
            return true;
    }
    return false;
}

/// The place of the value in the list, which gets it when it is not there.
static size_t place_in(mica_affine_map_of_values *applied, mica_affine_value_list *list,
                       mica_value *value)
{
    for (size_t i = 0; i < list->count; i++)
        if (list->values[i] == value)
            return i;
    append(applied, list, value);
    return list->count - 1;
}

static const mica_affine_expr *kept(mica_affine_map_of_values *applied, mica_value *value,
                                    bool as_symbol)
{
    int64_t constant;
    mica_context *context = mica_attr_context(applied->map);
    if (mica_value_constant_int(value, &constant))
        return mica_affine_constant_get(context, constant);
    return as_symbol ? mica_affine_symbol_get(
                           context, (uint32_t)place_in(applied, &applied->symbols, value))
                     : mica_affine_dim_get(context,
                                           (uint32_t)place_in(applied, &applied->dims, value));
}

void mica_affine_values_simplify(mica_affine_map_of_values *applied)
{
    substitution made;
    if (applied->failed || !begin_substitution(&made, applied)) {
        applied->failed = true;
        return;
    }
    mica_affine_value_list dims = applied->dims, symbols = applied->symbols;
    applied->dims = applied->symbols = (mica_affine_value_list){NULL, 0, 0};
    const mica_attr *map = applied->map;
    for (size_t i = 0; i < dims.count; i++)
        if (dims.values[i] && !mica_affine_is_symbol(dims.values[i]) &&
            map_uses(map, false, (uint32_t)i))
            made.dims[i] = kept(applied, dims.values[i], false);
    for (size_t i = 0; i < symbols.count; i++)
        if (symbols.values[i] && map_uses(map, true, (uint32_t)i))
            made.symbols[i] = kept(applied, symbols.values[i], true);
    for (size_t i = 0; i < dims.count; i++)
        if (dims.values[i] && mica_affine_is_symbol(dims.values[i]) &&
            map_uses(map, false, (uint32_t)i))
            made.dims[i] = kept(applied, dims.values[i], true);
    mica_free(dims.values);
    mica_free(symbols.values);
    apply_substitution(&made, applied);
}
