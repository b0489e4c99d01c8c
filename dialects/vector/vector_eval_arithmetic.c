// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Evaluation of vector: reductions and products. Elements are combined in order, first to last;
// products of floats are added with one rounding, as the lowerings to fma do.
#include <math.h>

#include "dialects/vector/vector_eval_internal.h"
#include "dialects/vector/vector_ops.h"
#include "ir/core/affine.h"

// ---- combining
// -------------------------------------------------------------------------------

/// By the bits of combining_kind.
static mica_scalar_fn combiner(int64_t kind, bool is_float)
{
    switch (kind) {
    case MICA_VECTOR_COMBINING_KIND_ADD:
        return is_float ? mica_scalar_addf : mica_scalar_addi;
    case MICA_VECTOR_COMBINING_KIND_MUL:
        return is_float ? mica_scalar_mulf : mica_scalar_muli;
    case MICA_VECTOR_COMBINING_KIND_MINUI:
        return mica_scalar_minui;
    case MICA_VECTOR_COMBINING_KIND_MINSI:
        return mica_scalar_minsi;
    case MICA_VECTOR_COMBINING_KIND_MINNUMF:
        return mica_scalar_minnumf;
    case MICA_VECTOR_COMBINING_KIND_MAXUI:
        return mica_scalar_maxui;
    case MICA_VECTOR_COMBINING_KIND_MAXSI:
        return mica_scalar_maxsi;
    case MICA_VECTOR_COMBINING_KIND_MAXNUMF:
        return mica_scalar_maxnumf;
    case MICA_VECTOR_COMBINING_KIND_AND:
        return mica_scalar_andi;
    case MICA_VECTOR_COMBINING_KIND_OR:
        return mica_scalar_ori;
    case MICA_VECTOR_COMBINING_KIND_XOR:
        return mica_scalar_xori;
    case MICA_VECTOR_COMBINING_KIND_MAXIMUMF:
        return mica_scalar_maximumf;
    case MICA_VECTOR_COMBINING_KIND_MINIMUMF:
        return mica_scalar_minimumf;
    default:
        return NULL;
    }
}

/// function(a, b) -> *made; poison of either is poison.
static bool apply(mica_eval_frame *frame, mica_op *op, const mica_type *type,
                  mica_scalar_fn function, const mica_eval_value *a, const mica_eval_value *b,
                  mica_eval_value *made)
{
    mica_scalar operands[2], result = {.type = type};
    const bool is_poison = a->is_poison || b->is_poison;
    if (!function || !mica_scalar_load(type, a->as.bits, &operands[0]) ||
        !mica_scalar_load(type, b->as.bits, &operands[1]) || !function(operands, &result, 0))
        return mica_eval_unsupported(frame, op, "of this type can't be interpreted");
    *made = mica_eval_from_bits(0);
    mica_scalar_store(&result, made->as.bits);
    made->is_poison = is_poison;
    return true;
}

static bool combine(mica_eval_frame *frame, mica_op *op, int64_t kind, const mica_type *type,
                    const mica_eval_value *a, const mica_eval_value *b, mica_eval_value *made)
{
    return apply(frame, op, type, combiner(kind, mica_type_is_float(type)), a, b, made);
}

static bool fused(const mica_type *type, const mica_eval_value *a, const mica_eval_value *b,
                  const mica_eval_value *sum, mica_eval_value *made)
{
    mica_scalar x, y, z, result = {.type = type};
    double p, q, r;
    if (!mica_scalar_load(type, a->as.bits, &x) || !mica_scalar_load(type, b->as.bits, &y) ||
        !mica_scalar_load(type, sum->as.bits, &z) || !mica_scalar_get_float(&x, &p) ||
        !mica_scalar_get_float(&y, &q) || !mica_scalar_get_float(&z, &r))
        return false;
    const bool is_single = mica_type_bit_width(type) == 32;
    const bool is_poison = a->is_poison || b->is_poison || sum->is_poison;
    if (!mica_scalar_set_float(&result, is_single ? (double)fmaf((float)p, (float)q, (float)r)
                                                  : fma(p, q, r)))
        return false;
    *made = mica_eval_from_bits(0);
    mica_scalar_store(&result, made->as.bits);
    made->is_poison = is_poison;
    return true;
}

/// kind(sum, a * b) -> *sum
static bool accumulate(mica_eval_frame *frame, mica_op *op, int64_t kind, const mica_type *type,
                       const mica_eval_value *a, const mica_eval_value *b, mica_eval_value *sum)
{
    mica_eval_value product;
    const bool is_float = mica_type_is_float(type);
    if (is_float && kind == MICA_VECTOR_COMBINING_KIND_ADD)
        return fused(type, a, b, sum, sum) ||
               mica_eval_unsupported(frame, op, "of this type can't be interpreted");
    return apply(frame, op, type, is_float ? mica_scalar_mulf : mica_scalar_muli, a, b,
                 &product) &&
           combine(frame, op, kind, type, sum, &product, sum);
}

static bool fma_element(mica_eval_frame *frame, mica_op *op)
{
    mica_eval_value made;
    return (fused(mica_type_element(micai_vector_result_type(op)), mica_eval_operand(frame, 0),
                  mica_eval_operand(frame, 1), mica_eval_operand(frame, 2), &made) ||
            mica_eval_unsupported(frame, op, "of this type can't be interpreted")) &&
           mica_eval_set_result(frame, 0, made);
}

/// Called by the engine for each element.
bool micai_vector_fma_eval(mica_eval_frame *frame, mica_op *op)
{
    return fma_element(frame, op);
}

// ---- reductions
// ------------------------------------------------------------------------------

bool micai_vector_reduction_eval(mica_eval_frame *frame, mica_op *op)
{
    const mica_eval_buffer *source = mica_eval_buffer_operand(frame, op, 0);
    const mica_type *type = micai_vector_result_type(op);
    const int64_t kind = (int64_t)mica_vector_reduction_kind_(op);
    const bool has_start = mica_op_operand_count(op) > 1;
    mica_eval_value sum = mica_eval_poison(), element;
    if (has_start)
        sum = *mica_eval_operand(frame, 1);
    for (size_t i = 0; source && i < source->count; i++) {
        if (!mica_eval_get_element(frame, source, type, i, &element))
            return false;
        if (i == 0 && !has_start)
            sum = element;
        else if (!combine(frame, op, kind, type, &sum, &element, &sum))
            return false;
    }
    return source && mica_eval_set_result(frame, 0, sum);
}

/// Starts from operand `index`, a scalar or vector; scalars are in a buffer of one element.
static mica_eval_buffer *begin_result(mica_eval_frame *frame, mica_op *op, size_t index)
{
    const mica_type *type = mica_value_type(mica_op_operand(op, index));
    if (mica_type_is_vector(type))
        return mica_eval_own_buffer(frame, op, index);
    mica_eval_buffer *buffer = mica_eval_buffer_of_type(frame, type, NULL);
    if (!buffer ||
        !mica_eval_set_element(frame, buffer, type, 0, *mica_eval_operand(frame, index)))
        return NULL;
    return buffer;
}

static bool end_result(mica_eval_frame *frame, mica_op *op, mica_eval_buffer *buffer)
{
    const mica_type *type = micai_vector_result_type(op);
    mica_eval_value value;
    if (mica_type_is_vector(type))
        return micai_vector_set(frame, 0, buffer);
    if (!mica_eval_get_element(frame, buffer, type, 0, &value))
        return false;
    mica_eval_release(frame, &buffer->object);
    return mica_eval_set_result(frame, 0, value);
}

bool micai_vector_multi_reduction_eval(mica_eval_frame *frame, mica_op *op)
{
    const mica_eval_buffer *source = mica_eval_buffer_operand(frame, op, 0);
    const mica_type *element = mica_type_element(mica_value_type(mica_op_operand(op, 0)));
    const int64_t kind = (int64_t)mica_vector_multi_reduction_kind_(op);
    const mica_attr *dims = mica_vector_multi_reduction_reduction_dims(op);
    bool is_reduced[MICA_EVAL_MAX_RANK] = {false};
    for (size_t i = 0; i < mica_array_attr_count(dims); i++)
        is_reduced[mica_integer_attr_value(mica_array_attr_element(dims, i))] = true;
    mica_eval_buffer *result = source ? begin_result(frame, op, 1) : NULL;
    for (size_t i = 0; result && i < source->count; i++) {
        int64_t index[MICA_EVAL_MAX_RANK];
        size_t at = 0;
        mica_eval_value value, sum;
        micai_vector_unflatten(source->sizes, source->rank, i, index);
        for (size_t d = 0; d < source->rank; d++)
            if (!is_reduced[d])
                at = at * (size_t)source->sizes[d] + (size_t)index[d];
        if (!mica_eval_get_element(frame, source, element, i, &value) ||
            !mica_eval_get_element(frame, result, element, at, &sum) ||
            !combine(frame, op, kind, element, &sum, &value, &sum) ||
            !mica_eval_set_element(frame, result, element, at, sum))
            return false;
    }
    return result && end_result(frame, op, result);
}

/// Along one dimension, each element with what was before.
bool micai_vector_scan_eval(mica_eval_frame *frame, mica_op *op)
{
    const mica_eval_buffer *source = mica_eval_buffer_operand(frame, op, 0);
    const mica_type *element = mica_type_element(mica_value_type(mica_op_operand(op, 0)));
    const int64_t kind = (int64_t)mica_vector_scan_kind_(op);
    const size_t dim = (size_t)mica_integer_attr_value(mica_vector_scan_reduction_dim(op));
    const bool inclusive = mica_integer_attr_value(mica_vector_scan_inclusive(op)) != 0;
    mica_eval_buffer *sums = source ? mica_eval_own_buffer(frame, op, 1) : NULL;
    mica_eval_buffer *dest =
        sums ? mica_eval_buffer_of_type(frame, micai_vector_result_type(op), NULL) : NULL;
    for (size_t i = 0; dest && i < source->count; i++) {
        int64_t index[MICA_EVAL_MAX_RANK];
        size_t at = 0;
        mica_eval_value value, sum, before;
        micai_vector_unflatten(source->sizes, source->rank, i, index);
        for (size_t d = 0; d < source->rank; d++)
            if (d != dim)
                at = at * (size_t)source->sizes[d] + (size_t)index[d];
        if (!mica_eval_get_element(frame, source, element, i, &value) ||
            !mica_eval_get_element(frame, sums, element, at, &before) ||
            !combine(frame, op, kind, element, &before, &value, &sum))
            return false;
        const bool is_first = index[dim] == 0, is_last = index[dim] + 1 == source->sizes[dim];
        if (inclusive && is_first)
            sum = value;
        if (!mica_eval_set_element(frame, dest, element, i, inclusive ? sum : before))
            return false;
        if ((inclusive || !is_last) && !mica_eval_set_element(frame, sums, element, at, sum))
            return false;
    }
    return dest && micai_vector_set(frame, 0, dest) && micai_vector_set(frame, 1, sums);
}

// ---- products
// --------------------------------------------------------------------------------

bool micai_vector_outerproduct_eval(mica_eval_frame *frame, mica_op *op)
{
    const mica_type *type = micai_vector_result_type(op), *element = mica_type_element(type);
    const int64_t kind = (int64_t)mica_vector_outerproduct_kind_(op);
    const bool has_sum = mica_op_operand_count(op) > 2;
    const bool is_scaled = !mica_type_is_vector(mica_value_type(mica_op_operand(op, 1)));
    const mica_eval_buffer *lhs = mica_eval_buffer_operand(frame, op, 0);
    const mica_eval_buffer *rhs = is_scaled ? NULL : mica_eval_buffer_operand(frame, op, 1);
    if (!lhs || (!rhs && !is_scaled))
        return false;
    const size_t columns = rhs ? rhs->count : 1;
    mica_eval_buffer *result = has_sum ? mica_eval_own_buffer(frame, op, 2)
                                       : mica_eval_buffer_of_type(frame, type, NULL);
    for (size_t i = 0; result && i < result->count; i++) {
        mica_eval_value a, b, sum = mica_eval_from_bits(0);
        if (!mica_eval_get_element(frame, lhs, element, i / columns, &a))
            return false;
        if (is_scaled)
            b = *mica_eval_operand(frame, 1);
        else if (!mica_eval_get_element(frame, rhs, element, i % columns, &b))
            return false;
        const bool is_float = mica_type_is_float(element);
        bool done;
        if (has_sum)
            done = mica_eval_get_element(frame, result, element, i, &sum) &&
                   accumulate(frame, op, kind, element, &a, &b, &sum);
        else
            done = apply(frame, op, element, is_float ? mica_scalar_mulf : mica_scalar_muli, &a,
                         &b, &sum);
        if (!done || !mica_eval_set_element(frame, result, element, i, sum))
            return false;
    }
    return micai_vector_set(frame, 0, result);
}

typedef struct contraction {
    const mica_eval_buffer *operands[2];
    const mica_attr *maps[3];
    size_t loop_count;
    int64_t bounds[MICA_EVAL_MAX_RANK];
} contraction;

static bool read_contraction(mica_eval_frame *frame, mica_op *op, contraction *made)
{
    const mica_attr *maps = mica_vector_contract_indexing_maps(op);
    made->loop_count = mica_affine_map_dim_count(mica_array_attr_element(maps, 0));
    if (made->loop_count > MICA_EVAL_MAX_RANK)
        return mica_eval_unsupported(frame, op, "has too many loops");
    for (size_t i = 0; i < 3; i++)
        made->maps[i] = mica_array_attr_element(maps, i);
    for (size_t i = 0; i < 2; i++) {
        made->operands[i] = mica_eval_buffer_operand(frame, op, i);
        if (!made->operands[i])
            return false;
        for (size_t d = 0; d < made->operands[i]->rank; d++) {
            const mica_affine_expr *dim = mica_affine_map_result(made->maps[i], d);
            made->bounds[mica_affine_expr_value(dim)] = made->operands[i]->sizes[d];
        }
    }
    return true;
}

/// A factor in the type of the sum.
static bool widen(mica_eval_frame *frame, mica_op *op, const mica_type *from,
                  const mica_type *to, mica_eval_value *value)
{
    mica_scalar operand, result = {.type = to};
    const bool is_poison = value->is_poison;
    if (from == to)
        return true;
    if (!mica_scalar_load(from, value->as.bits, &operand) ||
        !(mica_type_is_float(from) ? mica_scalar_extf : mica_scalar_extsi)(&operand, &result,
                                                                           0))
        return mica_eval_unsupported(frame, op, "of this type can't be interpreted");
    *value = mica_eval_from_bits(0);
    mica_scalar_store(&result, value->as.bits);
    value->is_poison = is_poison;
    return true;
}

/// The element that a map names at a point.
static size_t element_at(const mica_attr *map, const int64_t *sizes, const int64_t *point)
{
    size_t at = 0;
    for (size_t d = 0; d < mica_affine_map_result_count(map); d++) {
        const int64_t dim = mica_affine_expr_value(mica_affine_map_result(map, d));
        at = at * (size_t)sizes[d] + (size_t)point[dim];
    }
    return at;
}

bool micai_vector_contract_eval(mica_eval_frame *frame, mica_op *op)
{
    const mica_type *element = mica_type_element(mica_value_type(mica_op_operand(op, 0)));
    const mica_type *type = micai_vector_result_type(op);
    const mica_type *sum_type = mica_type_element_or_self(type);
    const int64_t kind = (int64_t)mica_vector_contract_kind_(op);
    contraction made;
    if (!read_contraction(frame, op, &made))
        return false;
    mica_eval_buffer *result = begin_result(frame, op, 2);
    size_t points = 1;
    for (size_t i = 0; i < made.loop_count; i++)
        points *= (size_t)made.bounds[i];
    for (size_t i = 0; result && i < points; i++) {
        int64_t point[MICA_EVAL_MAX_RANK];
        mica_eval_value a, b, sum;
        micai_vector_unflatten(made.bounds, made.loop_count, i, point);
        const size_t at = element_at(made.maps[2], mica_type_shape(type), point);
        if (!mica_eval_get_element(frame, made.operands[0], element,
                                   element_at(made.maps[0], made.operands[0]->sizes, point),
                                   &a) ||
            !mica_eval_get_element(frame, made.operands[1], element,
                                   element_at(made.maps[1], made.operands[1]->sizes, point),
                                   &b) ||
            !widen(frame, op, element, sum_type, &a) ||
            !widen(frame, op, element, sum_type, &b) ||
            !mica_eval_get_element(frame, result, sum_type, at, &sum) ||
            !accumulate(frame, op, kind, sum_type, &a, &b, &sum) ||
            !mica_eval_set_element(frame, result, sum_type, at, sum))
            return false;
    }
    return result && end_result(frame, op, result);
}

/// Matrices lie column by column.
bool micai_vector_matrix_multiply_eval(mica_eval_frame *frame, mica_op *op)
{
    const mica_type *type = micai_vector_result_type(op), *element = mica_type_element(type);
    const size_t rows =
        (size_t)mica_integer_attr_value(mica_vector_matrix_multiply_lhs_rows(op));
    const size_t inner =
        (size_t)mica_integer_attr_value(mica_vector_matrix_multiply_lhs_columns(op));
    const mica_eval_buffer *a = mica_eval_buffer_operand(frame, op, 0);
    const mica_eval_buffer *b = mica_eval_buffer_operand(frame, op, 1);
    mica_eval_buffer *result = a && b ? mica_eval_buffer_of_type(frame, type, NULL) : NULL;
    for (size_t i = 0; result && i < result->count; i++) {
        mica_eval_value sum = mica_eval_from_bits(0), x, y;
        for (size_t k = 0; k < inner; k++)
            if (!mica_eval_get_element(frame, a, element, k * rows + i % rows, &x) ||
                !mica_eval_get_element(frame, b, element, i / rows * inner + k, &y) ||
                !accumulate(frame, op, MICA_VECTOR_COMBINING_KIND_ADD, element, &x, &y, &sum))
                return false;
        if (!mica_eval_set_element(frame, result, element, i, sum))
            return false;
    }
    return micai_vector_set(frame, 0, result);
}
