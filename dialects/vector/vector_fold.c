// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Folds of vector ops: the rule of algebra stands above the function that applies it.
#include "dialects/vector/vector_internal.h"

#include "ir/core/affine.h"
#include "ir/rewrite/fold.h"

#include <stdlib.h>

static mica_fold_status to_value(mica_fold_result *results, mica_value *value)
{
    results[0].value = value;
    return MICA_FOLD_REPLACED;
}

static mica_fold_status to_attr(mica_fold_result *results, const mica_attr *attr)
{
    results[0].attr = attr;
    return attr ? MICA_FOLD_REPLACED : MICA_FOLD_NONE;
}

static mica_op *defining(mica_value *value, mica_op_kind kind)
{
    mica_op *op = mica_value_op(value);
    return mica_op_is(op, kind) ? op : NULL;
}

static const mica_type *result_type(const mica_op *op)
{
    return mica_value_type(mica_op_result(op, 0));
}

/// The splat element of a constant; NULL for others.
static const mica_attr *splat_of(const mica_attr *constant)
{
    if (!mica_attr_is(constant, MICA_ATTR_DENSE_ELEMENTS) ||
        !mica_dense_elements_attr_is_splat(constant))
        return NULL;
    return mica_dense_elements_attr_element(constant, 0);
}

static bool is_number(const mica_attr *attr)
{
    return mica_attr_is(attr, MICA_ATTR_INTEGER) || mica_attr_is(attr, MICA_ATTR_FLOAT);
}

/// A splat of the result's type from a scalar or splat constant.
static mica_fold_status spread_constant(mica_op *op, const mica_attr *constant,
                                        mica_fold_result *results)
{
    const mica_attr *element = is_number(constant) ? constant : splat_of(constant);
    if (!element || mica_vector_type_is_scalable(result_type(op)))
        return MICA_FOLD_NONE;
    return to_attr(results, mica_dense_elements_attr_get_splat(result_type(op), element));
}

/// f(f(x)) -> f(x); f(x): type of x -> x
static mica_fold_status fold_same_kind(mica_op *op, mica_fold_result *results)
{
    mica_value *source = mica_op_operand(op, 0);
    if (mica_value_type(source) == result_type(op))
        return to_value(results, source);
    mica_op *inner = defining(source, mica_op_get_kind(op));
    if (!inner)
        return MICA_FOLD_NONE;
    if (mica_value_type(mica_op_operand(inner, 0)) == result_type(op))
        return to_value(results, mica_op_operand(inner, 0));
    mica_op_set_operand(op, 0, mica_op_operand(inner, 0));
    return MICA_FOLD_IN_PLACE;
}

mica_fold_status micai_vector_bitcast_fold(mica_op *op, const mica_attr *const *operands,
                                           mica_fold_result *results)
{
    (void)operands;
    return fold_same_kind(op, results);
}

mica_fold_status micai_vector_shape_cast_fold(mica_op *op, const mica_attr *const *operands,
                                              mica_fold_result *results)
{
    mica_fold_status status = fold_same_kind(op, results);
    return status == MICA_FOLD_NONE ? spread_constant(op, splat_of(operands[0]), results)
                                    : status;
}

/// broadcast(x): type of x -> x; broadcast(broadcast(x)) -> broadcast(x); of a constant
mica_fold_status micai_vector_broadcast_fold(mica_op *op, const mica_attr *const *operands,
                                             mica_fold_result *results)
{
    if (operands[0])
        return spread_constant(op, operands[0], results);
    return fold_same_kind(op, results);
}

/// splat(constant) -> constant
mica_fold_status micai_vector_splat_fold(mica_op *op, const mica_attr *const *operands,
                                         mica_fold_result *results)
{
    return is_number(operands[0]) ? spread_constant(op, operands[0], results) : MICA_FOLD_NONE;
}

// ---- extract, insert
// -------------------------------------------------------------------------

static bool is_static(const mica_attr *position)
{
    for (size_t i = 0; i < mica_dense_array_attr_count(position); i++)
        if (mica_dense_array_attr_int(position, i) == MICA_DYNAMIC)
            return false;
    return true;
}

/// extract(extract(x)[p])[q] -> extract(x)[p, q]
static mica_fold_status join_positions(mica_op *op, mica_op *inner)
{
    const mica_attr *first = mica_vector_extract_static_position(inner);
    const mica_attr *second = mica_vector_extract_static_position(op);
    if (!is_static(first) || !is_static(second))
        return MICA_FOLD_NONE;
    size_t count = mica_dense_array_attr_count(first);
    size_t total = count + mica_dense_array_attr_count(second);
    int64_t *position = mica_malloc((total + 1) * sizeof *position);
    if (!position)
        return MICA_FOLD_NONE;
    for (size_t i = 0; i < total; i++)
        position[i] = i < count ? mica_dense_array_attr_int(first, i)
                                : mica_dense_array_attr_int(second, i - count);
    mica_op_set_operand(op, 0, mica_op_operand(inner, 0));
    mica_vector_extract_set_static_position(
        op, mica_i64_array_attr_get(mica_op_context(op), position, total));
    mica_free(position);
    return MICA_FOLD_IN_PLACE;
}

/// Row-major number of the element at a static position that goes all the way.
static int64_t element_number(const mica_type *vector, const mica_attr *position)
{
    int64_t number = 0;
    for (size_t i = 0; i < mica_type_rank(vector); i++)
        number = number * mica_type_shape(vector)[i] + mica_dense_array_attr_int(position, i);
    return number;
}

mica_fold_status micai_vector_extract_fold(mica_op *op, const mica_attr *const *operands,
                                           mica_fold_result *results)
{
    mica_value *source = mica_op_operand(op, 0);
    const mica_type *vector = mica_value_type(source), *type = result_type(op);
    const mica_attr *position = mica_vector_extract_static_position(op);
    // extract(x)[] -> x
    if (mica_dense_array_attr_count(position) == 0 && vector == type)
        return to_value(results, source);
    // extract of a splat -> its element, or a smaller splat
    const mica_attr *splat = splat_of(operands[0]);
    if (splat)
        return mica_type_is_vector(type)
                   ? to_attr(results, mica_dense_elements_attr_get_splat(type, splat))
                   : to_attr(results, splat);
    bool is_element = mica_dense_array_attr_count(position) == mica_type_rank(vector);
    if (mica_attr_is(operands[0], MICA_ATTR_DENSE_ELEMENTS) && is_element &&
        is_static(position) && !mica_attr_is_blob(operands[0]))
        return to_attr(results, mica_dense_elements_attr_element(
                                    operands[0], element_number(vector, position)));
    // extract(broadcast(x: scalar)) -> x
    mica_op *broadcast = mica_value_op(source);
    if (mica_op_is(broadcast, &mica_vector_broadcast_kind) ||
        mica_op_is(broadcast, &mica_vector_splat_kind)) {
        if (mica_value_type(mica_op_operand(broadcast, 0)) == type &&
            !mica_type_is_vector(type))
            return to_value(results, mica_op_operand(broadcast, 0));
    }
    mica_op *inner = defining(source, &mica_vector_extract_kind);
    return inner ? join_positions(op, inner) : MICA_FOLD_NONE;
}

/// insert x into y at no position -> x
mica_fold_status micai_vector_insert_fold(mica_op *op, const mica_attr *const *operands,
                                          mica_fold_result *results)
{
    (void)operands;
    bool whole = mica_dense_array_attr_count(mica_vector_insert_static_position(op)) == 0;
    bool same = mica_value_type(mica_op_operand(op, 0)) == result_type(op);
    return whole && same ? to_value(results, mica_op_operand(op, 0)) : MICA_FOLD_NONE;
}

/// The box of x that is x -> x
mica_fold_status micai_vector_extract_strided_slice_fold(mica_op *op,
                                                         const mica_attr *const *operands,
                                                         mica_fold_result *results)
{
    const mica_attr *splat = splat_of(operands[0]);
    if (mica_value_type(mica_op_operand(op, 0)) == result_type(op))
        return to_value(results, mica_op_operand(op, 0));
    return splat ? spread_constant(op, splat, results) : MICA_FOLD_NONE;
}

/// insert a box as large as y into y -> the box
mica_fold_status micai_vector_insert_strided_slice_fold(mica_op *op,
                                                        const mica_attr *const *operands,
                                                        mica_fold_result *results)
{
    (void)operands;
    bool same = mica_value_type(mica_op_operand(op, 0)) == result_type(op);
    return same ? to_value(results, mica_op_operand(op, 0)) : MICA_FOLD_NONE;
}

// ---- transpose
// -------------------------------------------------------------------------------

/// transpose(x) in the old order -> x; of a splat -> a splat
mica_fold_status micai_vector_transpose_fold(mica_op *op, const mica_attr *const *operands,
                                             mica_fold_result *results)
{
    const mica_attr *permutation = mica_vector_transpose_permutation(op);
    const mica_attr *splat = splat_of(operands[0]);
    if (splat)
        return spread_constant(op, splat, results);
    for (size_t i = 0; i < mica_dense_array_attr_count(permutation); i++)
        if (mica_dense_array_attr_int(permutation, i) != (int64_t)i)
            return MICA_FOLD_NONE;
    return to_value(results, mica_op_operand(op, 0));
}

// ---- transfers
// -------------------------------------------------------------------------------

typedef struct transfer_view {
    mica_op *op;
    const mica_type *shaped, *vector;
    const mica_attr *map, *in_bounds;
    size_t first_index;
} transfer_view;

static transfer_view get_transfer(mica_op *op, bool writes)
{
    size_t first, count;
    mica_op_operand_range(op, writes ? 2 : 1, &first, &count);
    return (transfer_view){
        .op = op,
        .shaped = mica_value_type(mica_op_operand(op, writes)),
        .vector = writes ? mica_value_type(mica_op_operand(op, 0)) : result_type(op),
        .map = mica_op_attr(op, "permutation_map"),
        .in_bounds = mica_op_attr(op, "in_bounds"),
        .first_index = first,
    };
}

static bool says_in_bounds(const transfer_view *t, size_t i)
{
    return mica_integer_attr_value(mica_array_attr_element(t->in_bounds, i));
}

/// Is dimension `i` of the vector known to lie within memory: index + size <= size of memory?
static bool is_in_bounds(const transfer_view *t, size_t i)
{
    const mica_affine_expr *expr = mica_affine_map_result(t->map, i);
    int64_t index;
    if (mica_affine_expr_kind(expr) != MICA_AFFINE_DIM || i >= mica_type_rank(t->vector))
        return false;
    size_t dim = (size_t)mica_affine_expr_value(expr);
    int64_t size = mica_type_shape(t->shaped)[dim];
    return size != MICA_DYNAMIC &&
           mica_value_constant_int(mica_op_operand(t->op, t->first_index + dim), &index) &&
           index + mica_type_shape(t->vector)[i] <= size;
}

static bool is_repeated(const transfer_view *t, size_t i)
{
    return mica_affine_expr_kind(mica_affine_map_result(t->map, i)) != MICA_AFFINE_DIM;
}

/// What is known of the bounds goes into in_bounds; repeated dimensions follow the others.
static mica_fold_status fold_bounds(const transfer_view *t)
{
    mica_context *context = mica_op_context(t->op);
    size_t count = mica_affine_map_result_count(t->map);
    bool changed = false, all = true;
    const mica_attr **bounds = mica_malloc((count + 1) * sizeof *bounds);
    if (!bounds || count == 0) {
        mica_free(bounds);
        return MICA_FOLD_NONE;
    }
    for (size_t i = 0; i < count; i++) {
        bool known = says_in_bounds(t, i) || is_in_bounds(t, i);
        changed |= known && !says_in_bounds(t, i);
        all = all && (known || is_repeated(t, i));
        bounds[i] = mica_bool_attr_get(context, known);
    }
    for (size_t i = 0; all && i < count; i++) {
        changed |= is_repeated(t, i) && !says_in_bounds(t, i);
        bounds[i] = mica_bool_attr_get(context, true);
    }
    if (changed)
        mica_op_set_attr(t->op, "in_bounds", mica_array_attr_get(context, bounds, count));
    mica_free(bounds);
    return changed ? MICA_FOLD_IN_PLACE : MICA_FOLD_NONE;
}

static bool all_in_bounds(const transfer_view *t)
{
    for (size_t i = 0; i < mica_array_attr_count(t->in_bounds); i++)
        if (!says_in_bounds(t, i))
            return false;
    return true;
}

/// Same place, same shape, nothing masked or out of bounds?
static bool reads_what_was_written(const transfer_view *read, const transfer_view *write)
{
    if (read->vector != write->vector || read->map != write->map || !all_in_bounds(write) ||
        mica_vector_transfer_read_mask(read->op) || mica_vector_transfer_write_mask(write->op))
        return false;
    for (size_t i = 0; i < mica_type_rank(read->shaped); i++)
        if (mica_op_operand(read->op, read->first_index + i) !=
            mica_op_operand(write->op, write->first_index + i))
            return false;
    return true;
}

/// read(write(v, t)[i])[i] -> v, on tensors
mica_fold_status micai_vector_transfer_read_fold(mica_op *op, const mica_attr *const *operands,
                                                 mica_fold_result *results)
{
    (void)operands;
    transfer_view read = get_transfer(op, false);
    mica_op *writer = defining(mica_op_operand(op, 0), &mica_vector_transfer_write_kind);
    if (writer) {
        transfer_view write = get_transfer(writer, true);
        if (reads_what_was_written(&read, &write))
            return to_value(results, mica_op_operand(writer, 0));
    }
    return fold_bounds(&read);
}

mica_fold_status micai_vector_transfer_write_fold(mica_op *op, const mica_attr *const *operands,
                                                  mica_fold_result *results)
{
    (void)operands;
    (void)results;
    transfer_view write = get_transfer(op, true);
    return fold_bounds(&write);
}
