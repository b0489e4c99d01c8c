// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Folds of tensor ops: the rule of algebra stands above the function that applies it. A fold
// makes no ops; rules that need new ones are patterns (tensor_canonicalize.c).
#include "dialects/tensor/tensor.h"

#include "ir/core/scalar_math.h"
#include "ir/rewrite/known_size.h"

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

/// The splat element of a constant; NULL for others.
static const mica_attr *splat_of(const mica_attr *constant)
{
    if (!mica_attr_is(constant, MICA_ATTR_DENSE_ELEMENTS) ||
        !mica_dense_elements_attr_is_splat(constant))
        return NULL;
    return mica_dense_elements_attr_element(constant, 0);
}

// ---- collapse_shape, expand_shape
// -----------------------------------------------------------

/// reshape(reshape(x): t): type of x -> x, one the inverse of the other
static mica_fold_status fold_inverse_reshape(mica_op *op, mica_op_kind inverse,
                                             const mica_attr *const *operands,
                                             mica_fold_result *results)
{
    const mica_type *type = mica_value_type(mica_op_result(op, 0));
    mica_op *inner = defining(mica_op_operand(op, 0), inverse);
    if (inner && mica_value_type(mica_op_operand(inner, 0)) == type &&
        mica_op_attr(inner, "reassociation") == mica_op_attr(op, "reassociation"))
        return to_value(results, mica_op_operand(inner, 0));
    const mica_attr *splat = splat_of(operands[0]);
    return splat && mica_type_has_static_shape(type)
               ? to_attr(results, mica_dense_elements_attr_get_splat(type, splat))
               : MICA_FOLD_NONE;
}

mica_fold_status micai_tensor_collapse_shape_fold(mica_op *op, const mica_attr *const *operands,
                                                  mica_fold_result *results)
{
    return fold_inverse_reshape(op, &mica_tensor_expand_shape_kind, operands, results);
}

mica_fold_status micai_tensor_expand_shape_fold(mica_op *op, const mica_attr *const *operands,
                                                mica_fold_result *results)
{
    return fold_inverse_reshape(op, &mica_tensor_collapse_shape_kind, operands, results);
}

// ---- concat, dim, rank
// -----------------------------------------------------------------------

/// concat(x): type of x -> x
mica_fold_status micai_tensor_concat_fold(mica_op *op, const mica_attr *const *operands,
                                          mica_fold_result *results)
{
    (void)operands;
    bool same = mica_op_operand_count(op) == 1 && mica_value_type(mica_op_operand(op, 0)) ==
                                                      mica_value_type(mica_op_result(op, 0));
    return same ? to_value(results, mica_op_operand(op, 0)) : MICA_FOLD_NONE;
}

/// dim(generate(sizes), i), dim(extract_slice(x)[sizes], i) -> the size, where it is dynamic
static mica_value *listed_size(mica_value *source, size_t dim)
{
    const int64_t *shape = mica_type_shape(mica_value_type(source));
    mica_op *op = defining(source, &mica_tensor_generate_kind);
    if (op) {
        size_t place = 0;
        for (size_t i = 0; i < dim; i++)
            place += shape[i] == MICA_DYNAMIC;
        return mica_tensor_generate_dynamicExtents(op, place);
    }
    op = defining(source, &mica_tensor_extract_slice_kind);
    if (!op || mica_slice_rank(op) != mica_type_rank(mica_value_type(source)))
        return NULL;
    return mica_slice_at(op, MICA_SIZES, dim).value;
}

mica_fold_status micai_tensor_dim_fold(mica_op *op, const mica_attr *const *operands,
                                       mica_fold_result *results)
{
    mica_value *source = mica_tensor_dim_source(op);
    mica_op *cast = defining(source, &mica_tensor_cast_kind);
    const mica_type *type = mica_value_type(source);
    // dim(cast(x), i) -> dim(x, i)
    if (cast &&
        mica_tensor_preserves_static_info(type, mica_value_type(mica_op_operand(cast, 0)))) {
        mica_op_set_operand(op, 0, mica_op_operand(cast, 0));
        return MICA_FOLD_IN_PLACE;
    }
    if (!mica_attr_is(operands[1], MICA_ATTR_INTEGER) || !mica_type_is_ranked(type))
        return MICA_FOLD_NONE;
    int64_t dim = mica_integer_attr_value(operands[1]);
    if (dim < 0 || dim >= (int64_t)mica_type_rank(type))
        return MICA_FOLD_NONE;
    int64_t size = mica_type_shape(type)[dim];
    if (size != MICA_DYNAMIC)
        return to_attr(results, mica_index_attr_get(mica_op_context(op), size));
    mica_value *value = listed_size(source, (size_t)dim);
    return value ? to_value(results, value) : MICA_FOLD_NONE;
}

/// rank(x: ranked) -> its rank
mica_fold_status micai_tensor_rank_fold(mica_op *op, const mica_attr *const *operands,
                                        mica_fold_result *results)
{
    (void)operands;
    const mica_type *type = mica_value_type(mica_tensor_rank_tensor(op));
    if (!mica_type_is_ranked(type))
        return MICA_FOLD_NONE;
    return to_attr(results,
                   mica_index_attr_get(mica_op_context(op), (int64_t)mica_type_rank(type)));
}

// ---- extract, from_elements, insert, splat
// ----------------------------------------------------

/// Row-major number of the element at constant indices; false when one is not known or is out
/// of bounds.
static bool element_number(const mica_type *type, const mica_attr *const *indices,
                           int64_t *number)
{
    *number = 0;
    if (!mica_type_has_static_shape(type))
        return false;
    for (size_t i = 0; i < mica_type_rank(type); i++) {
        if (!mica_attr_is(indices[i], MICA_ATTR_INTEGER))
            return false;
        int64_t index = mica_integer_attr_value(indices[i]), size = mica_type_shape(type)[i];
        if (index < 0 || index >= size)
            return false;
        *number = *number * size + index;
    }
    return true;
}

/// extract(splat x) -> x; extract(from_elements(.., x, ..)) -> x; of a constant -> its element
mica_fold_status micai_tensor_extract_fold(mica_op *op, const mica_attr *const *operands,
                                           mica_fold_result *results)
{
    mica_value *tensor = mica_tensor_extract_tensor(op);
    const mica_attr *splat = splat_of(operands[0]);
    int64_t number;
    if (splat)
        return to_attr(results, splat);
    mica_op *op_splat = defining(tensor, &mica_tensor_splat_kind);
    if (op_splat)
        return to_value(results, mica_tensor_splat_input(op_splat));
    if (!element_number(mica_value_type(tensor), operands + 1, &number))
        return MICA_FOLD_NONE;
    mica_op *elements = defining(tensor, &mica_tensor_from_elements_kind);
    if (elements)
        return to_value(results, mica_op_operand(elements, (size_t)number));
    bool is_dense =
        mica_attr_is(operands[0], MICA_ATTR_DENSE_ELEMENTS) && !mica_attr_is_blob(operands[0]);
    return is_dense ? to_attr(results, mica_dense_elements_attr_element(operands[0], number))
                    : MICA_FOLD_NONE;
}

/// from_elements(constants) -> the constant
mica_fold_status micai_tensor_from_elements_fold(mica_op *op, const mica_attr *const *operands,
                                                 mica_fold_result *results)
{
    const mica_type *type = mica_value_type(mica_op_result(op, 0));
    const size_t size = mica_dense_element_size(mica_type_element(type));
    const size_t count = mica_op_operand_count(op);
    mica_scalar scalar;
    for (size_t i = 0; i < count; i++)
        if (!operands[i] || !mica_scalar_from_attr(operands[i], &scalar))
            return MICA_FOLD_NONE;
    char *bytes = count ? mica_calloc(count, size) : NULL;
    if (!bytes)
        return MICA_FOLD_NONE;
    for (size_t i = 0; i < count; i++)
        if (mica_scalar_from_attr(operands[i], &scalar))
            mica_scalar_store(&scalar, bytes + i * size);
    const mica_attr *made = mica_dense_elements_attr_get(type, bytes, count * size, false);
    mica_free(bytes);
    return to_attr(results, made);
}

/// insert x into (splat constant x) -> the constant
mica_fold_status micai_tensor_insert_fold(mica_op *op, const mica_attr *const *operands,
                                          mica_fold_result *results)
{
    (void)op;
    const mica_attr *splat = splat_of(operands[1]);
    return splat && splat == operands[0] ? to_attr(results, operands[1]) : MICA_FOLD_NONE;
}

/// splat(constant) -> constant
mica_fold_status micai_tensor_splat_fold(mica_op *op, const mica_attr *const *operands,
                                         mica_fold_result *results)
{
    const mica_type *type = mica_value_type(mica_op_result(op, 0));
    bool is_number = mica_attr_is(operands[0], MICA_ATTR_INTEGER) ||
                     mica_attr_is(operands[0], MICA_ATTR_FLOAT);
    if (!is_number || !mica_type_has_static_shape(type))
        return MICA_FOLD_NONE;
    return to_attr(results, mica_dense_elements_attr_get_splat(type, operands[0]));
}

// ---- slices
// ----------------------------------------------------------------------------------

/// All of `type`: offsets 0, strides 1, sizes those of the type.
static bool is_whole(mica_op *op, const mica_type *type)
{
    mica_mixed_cursor offsets = mica_slice_begin(op, MICA_OFFSETS);
    mica_mixed_cursor sizes = mica_slice_begin(op, MICA_SIZES);
    mica_mixed offset, size;
    for (size_t i = 0; mica_mixed_next(&offsets, &offset) && mica_mixed_next(&sizes, &size);
         i++)
        if (mica_mixed_known(offset) != 0 || mica_mixed_known(size) == MICA_DYNAMIC ||
            mica_mixed_known(size) != mica_type_shape(type)[i])
            return false;
    return mica_slice_has_unit_strides(op);
}

static bool same_box(const mica_op *a, const mica_op *b)
{
    for (unsigned which = MICA_OFFSETS; which <= MICA_STRIDES; which++) {
        mica_mixed_cursor first = mica_slice_begin(a, which);
        mica_mixed_cursor second = mica_slice_begin(b, which);
        mica_mixed x, y;
        if (first.count != second.count)
            return false;
        while (mica_mixed_next(&first, &x) && mica_mixed_next(&second, &y))
            if (!mica_mixed_equal(mica_mixed_fold(x), mica_mixed_fold(y)))
                return false;
    }
    return true;
}

/// The box of x that is x -> x; extract(insert x into y at b) at b -> x; of a splat -> a splat
mica_fold_status micai_tensor_extract_slice_fold(mica_op *op, const mica_attr *const *operands,
                                                 mica_fold_result *results)
{
    mica_value *source = mica_tensor_extract_slice_source(op);
    const mica_type *type = mica_value_type(mica_op_result(op, 0));
    const mica_attr *splat = splat_of(operands[0]);
    if (splat && mica_type_has_static_shape(type))
        return to_attr(results, mica_dense_elements_attr_get_splat(type, splat));
    if (mica_value_type(source) == type && is_whole(op, type))
        return to_value(results, source);
    mica_op *insert = defining(source, &mica_tensor_insert_slice_kind);
    if (insert && mica_value_type(mica_tensor_insert_slice_source(insert)) == type &&
        same_box(insert, op))
        return to_value(results, mica_tensor_insert_slice_source(insert));
    return MICA_FOLD_NONE;
}

mica_fold_status micai_tensor_insert_slice_fold(mica_op *op, const mica_attr *const *operands,
                                                mica_fold_result *results)
{
    (void)operands;
    mica_value *source = mica_tensor_insert_slice_source(op);
    mica_value *dest = mica_tensor_insert_slice_dest(op);
    const mica_type *type = mica_value_type(mica_op_result(op, 0));
    // insert x into y over all of y -> x
    if (mica_type_has_static_shape(type) && mica_value_type(source) == type &&
        is_whole(op, type))
        return to_value(results, source);
    // insert a into (insert b into y at s) at s -> insert a into y at s
    mica_op *insert = defining(dest, &mica_tensor_insert_slice_kind);
    if (insert &&
        mica_value_type(mica_tensor_insert_slice_source(insert)) == mica_value_type(source) &&
        same_box(insert, op)) {
        mica_op_set_operand(op, 1, mica_tensor_insert_slice_dest(insert));
        return MICA_FOLD_IN_PLACE;
    }
    // insert (extract y at s) into y at s -> y
    mica_op *extract = defining(source, &mica_tensor_extract_slice_kind);
    if (extract && mica_tensor_extract_slice_source(extract) == dest && same_box(extract, op))
        return to_value(results, dest);
    return MICA_FOLD_NONE;
}

// ---- pad
// -------------------------------------------------------------------------------------

/// pad(x) without margins, x of static shape -> x
mica_fold_status micai_tensor_pad_fold(mica_op *op, const mica_attr *const *operands,
                                       mica_fold_result *results)
{
    (void)operands;
    mica_value *source = mica_tensor_pad_source(op);
    const mica_type *type = mica_value_type(mica_op_result(op, 0));
    bool same = mica_type_has_static_shape(type) && mica_value_type(source) == type;
    return same && !mica_tensor_pad_nofold(op) ? to_value(results, source) : MICA_FOLD_NONE;
}
