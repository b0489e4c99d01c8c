// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Ops that only move elements: shape_cast, transpose, strided slices, shuffle. Each says, for a
// position of the result, which element of the source stands there; where whole rows stay
// together rows are moved, else single elements.
#include <stdlib.h>

#include "transforms/convert/vector_to_llvm_internal.h"

enum { MOST_ELEMENTS = 16384 };

static const mica_type *operand_type(const mica_op *op, size_t index)
{
    return mica_value_type(mica_op_operand(op, index));
}

static const mica_type *result_type(const mica_op *op)
{
    return mica_value_type(mica_op_result(op, 0));
}

/// Vectors that are unrolled here: of known and moderate size.
static bool is_movable(const mica_type *type)
{
    int64_t count = mica_type_element_count(type);
    return mica_type_rank(type) <= MICAI_VECTOR_MAX_RANK && count >= 0 &&
           count <= MOST_ELEMENTS && !mica_vector_type_is_scalable(type);
}

static size_t outer_rank(const mica_type *type)
{
    return mica_type_rank(type) ? mica_type_rank(type) - 1 : 0;
}

static int64_t row_length(const mica_type *type)
{
    size_t rank = mica_type_rank(type);
    return rank ? mica_type_shape(type)[rank - 1] : 1;
}

// ---- shape_cast

static bool convert_shape_cast(mica_rewriter *rewriter, mica_op *op,
                               const mica_adapted *adapted, void *user)
{
    (void)user;
    mica_builder *builder = mica_rewriter_builder(rewriter);
    const mica_type *from = operand_type(op, 0), *to = result_type(op);
    const mica_type *type = mica_type_converter_convert_one(adapted->converter, to);
    if (!type || !is_movable(from) || !is_movable(to))
        return mica_rewriter_fail(rewriter, op, "too large to unroll");
    bool rows = row_length(from) == row_length(to);
    size_t from_rank = rows ? outer_rank(from) : mica_type_rank(from);
    size_t to_rank = rows ? outer_rank(to) : mica_type_rank(to);
    int64_t source[MICAI_VECTOR_MAX_RANK] = {0}, target[MICAI_VECTOR_MAX_RANK] = {0};
    mica_value *value = adapted->values[0], *made = micai_llvm_undef(builder, type);
    do {
        if (rows)
            made = micai_vector_set_row(builder, made,
                                        micai_vector_row(builder, value, source, from_rank),
                                        target, to_rank);
        else
            made = micai_vector_set_element(
                builder, made, micai_vector_element(builder, value, source, from_rank), target,
                to_rank);
        micai_next_position(source, mica_type_shape(from), from_rank);
    } while (micai_next_position(target, mica_type_shape(to), to_rank));
    return mica_rewriter_replace_op(rewriter, op, &made, 1);
}

// ---- transpose

/// Position i of the result is position permutation[i] of the source.
static bool convert_transpose(mica_rewriter *rewriter, mica_op *op, const mica_adapted *adapted,
                              void *user)
{
    (void)user;
    mica_builder *builder = mica_rewriter_builder(rewriter);
    const mica_type *from = operand_type(op, 0), *to = result_type(op);
    const mica_type *type = mica_type_converter_convert_one(adapted->converter, to);
    const mica_attr *permutation = mica_op_attr(op, "permutation");
    size_t rank = mica_type_rank(to);
    if (!type || !is_movable(from))
        return mica_rewriter_fail(rewriter, op, "too large to unroll");
    bool rows =
        rank > 0 && mica_dense_array_attr_int(permutation, rank - 1) == (int64_t)rank - 1;
    size_t walked = rows ? rank - 1 : rank;
    int64_t source[MICAI_VECTOR_MAX_RANK] = {0}, target[MICAI_VECTOR_MAX_RANK] = {0};
    mica_value *value = adapted->values[0], *made = micai_llvm_undef(builder, type);
    do {
        for (size_t i = 0; i < walked; i++)
            source[mica_dense_array_attr_int(permutation, i)] = target[i];
        if (rows)
            made = micai_vector_set_row(builder, made,
                                        micai_vector_row(builder, value, source, walked),
                                        target, walked);
        else
            made = micai_vector_set_element(builder, made,
                                            micai_vector_element(builder, value, source, rank),
                                            target, rank);
    } while (micai_next_position(target, mica_type_shape(to), walked));
    return mica_rewriter_replace_op(rewriter, op, &made, 1);
}

// ---- strided slices

static int64_t array_entry(const mica_op *op, const char *name, size_t index)
{
    const mica_attr *list = mica_op_attr(op, name);
    if (index >= mica_array_attr_count(list))
        return -1;
    return mica_integer_attr_value(mica_array_attr_element(list, index));
}

/// A slice gives offset and stride of the leading dimensions; the others are whole.
static void slice_position(const mica_op *op, const int64_t *inner, size_t rank, int64_t *outer)
{
    for (size_t i = 0; i < rank; i++) {
        int64_t offset = array_entry(op, "offsets", i);
        outer[i] = offset < 0 ? inner[i] : offset + inner[i] * array_entry(op, "strides", i);
    }
}

/// Lanes of one row: a shufflevector.
static bool extract_lanes(mica_rewriter *rewriter, mica_op *op, const mica_adapted *adapted)
{
    const size_t count = (size_t)mica_type_shape(result_type(op))[0];
    int32_t *lanes = mica_malloc((count + 1) * sizeof *lanes);
    if (!lanes)
        return false;
    for (size_t i = 0; i < count; i++) {
        int64_t source, target = (int64_t)i;
        slice_position(op, &target, 1, &source);
        lanes[i] = (int32_t)source;
    }
    mica_value *const row = adapted->values[0];
    mica_value *made =
        micai_llvm_shuffle(mica_rewriter_builder(rewriter), row, row, lanes, count);
    mica_free(lanes);
    return mica_rewriter_replace_op(rewriter, op, &made, 1);
}

static bool convert_extract_slice(mica_rewriter *rewriter, mica_op *op,
                                  const mica_adapted *adapted, void *user)
{
    (void)user;
    mica_builder *builder = mica_rewriter_builder(rewriter);
    const mica_type *from = operand_type(op, 0), *to = result_type(op);
    const mica_type *type = mica_type_converter_convert_one(adapted->converter, to);
    size_t rank = mica_type_rank(to);
    if (!type || !is_movable(from))
        return mica_rewriter_fail(rewriter, op, "too large to unroll");
    bool rows = row_length(from) == row_length(to);
    if (rank == 1 && mica_type_rank(from) == 1 && !rows)
        return extract_lanes(rewriter, op, adapted);
    size_t walked = rows ? rank - 1 : rank;
    int64_t source[MICAI_VECTOR_MAX_RANK] = {0}, target[MICAI_VECTOR_MAX_RANK] = {0};
    mica_value *value = adapted->values[0], *made = micai_llvm_undef(builder, type);
    do {
        slice_position(op, target, walked, source);
        if (rows)
            made = micai_vector_set_row(builder, made,
                                        micai_vector_row(builder, value, source, walked),
                                        target, walked);
        else
            made = micai_vector_set_element(builder, made,
                                            micai_vector_element(builder, value, source, rank),
                                            target, rank);
    } while (micai_next_position(target, mica_type_shape(to), walked));
    return mica_rewriter_replace_op(rewriter, op, &made, 1);
}

/// The source may have a lower rank: offsets are of all dimensions of the target, strides of
/// the source's.
static bool convert_insert_slice(mica_rewriter *rewriter, mica_op *op,
                                 const mica_adapted *adapted, void *user)
{
    (void)user;
    mica_builder *builder = mica_rewriter_builder(rewriter);
    const mica_type *from = operand_type(op, 0), *to = operand_type(op, 1);
    size_t rank = mica_type_rank(from), lead = mica_type_rank(to) - rank;
    if (!is_movable(from) || !is_movable(to))
        return mica_rewriter_fail(rewriter, op, "too large to unroll");
    bool rows = row_length(from) == row_length(to);
    size_t walked = rows ? rank - 1 : rank;
    int64_t source[MICAI_VECTOR_MAX_RANK] = {0}, target[MICAI_VECTOR_MAX_RANK] = {0};
    mica_value *made = adapted->values[1];
    for (size_t i = 0; i < lead; i++)
        target[i] = array_entry(op, "offsets", i);
    do {
        for (size_t i = 0; i < walked; i++)
            target[lead + i] = array_entry(op, "offsets", lead + i) +
                               source[i] * array_entry(op, "strides", i);
        if (rows)
            made = micai_vector_set_row(
                builder, made, micai_vector_row(builder, adapted->values[0], source, walked),
                target, lead + walked);
        else
            made = micai_vector_set_element(
                builder, made, micai_vector_element(builder, adapted->values[0], source, rank),
                target, lead + rank);
    } while (micai_next_position(source, mica_type_shape(from), walked));
    return mica_rewriter_replace_op(rewriter, op, &made, 1);
}

// ---- shuffle

/// Numbers count the first dimension of both vectors, the first vector's first.
/// Of two equal rows: one shufflevector.
static mica_value *shuffle_rows(mica_builder *builder, const mica_adapted *adapted,
                                const mica_attr *mask)
{
    const size_t count = mica_array_attr_count(mask);
    int32_t *lanes = mica_malloc((count + 1) * sizeof *lanes);
    for (size_t i = 0; lanes && i < count; i++)
        lanes[i] = (int32_t)mica_integer_attr_value(mica_array_attr_element(mask, i));
    mica_value *made = lanes ? micai_llvm_shuffle(builder, adapted->values[0],
                                                  adapted->values[1], lanes, count)
                             : NULL;
    mica_free(lanes);
    return made;
}

static bool convert_shuffle(mica_rewriter *rewriter, mica_op *op, const mica_adapted *adapted,
                            void *user)
{
    (void)user;
    mica_builder *builder = mica_rewriter_builder(rewriter);
    const mica_type *from = operand_type(op, 0), *to = result_type(op);
    const mica_type *type = mica_type_converter_convert_one(adapted->converter, to);
    const mica_attr *mask = mica_op_attr(op, "mask");
    size_t rank = mica_type_rank(from);
    if (!type || !is_movable(from) || !is_movable(to))
        return mica_rewriter_fail(rewriter, op, "too large to unroll");
    if (rank == 1 && from == operand_type(op, 1)) {
        mica_value *row = shuffle_rows(builder, adapted, mask);
        return row && mica_rewriter_replace_op(rewriter, op, &row, 1);
    }
    int64_t first = rank ? mica_type_shape(from)[0] : 1;
    mica_value *made = micai_llvm_undef(builder, type);
    for (int64_t i = 0; i < (int64_t)mica_array_attr_count(mask); i++) {
        int64_t from_lane = mica_integer_attr_value(mica_array_attr_element(mask, (size_t)i));
        bool second = from_lane >= first;
        int64_t at = second ? from_lane - first : from_lane;
        mica_value *source = adapted->values[second ? 1 : 0];
        if (rank > 1)
            made = micai_vector_set_row(builder, made,
                                        micai_vector_row(builder, source, &at, 1), &i, 1);
        else
            made = micai_vector_set_element(
                builder, made, micai_vector_element(builder, source, &at, 1), &i, 1);
    }
    return mica_rewriter_replace_op(rewriter, op, &made, 1);
}

static const mica_conversion_pattern patterns[] = {
    {"convert-shape-cast", "vector.shape_cast", 1, convert_shape_cast, NULL},
    {"convert-vector-transpose", "vector.transpose", 1, convert_transpose, NULL},
    {"convert-extract-slice", "vector.extract_strided_slice", 1, convert_extract_slice, NULL},
    {"convert-insert-slice", "vector.insert_strided_slice", 1, convert_insert_slice, NULL},
    {"convert-shuffle", "vector.shuffle", 1, convert_shuffle, NULL},
};

bool micai_vector_shapes_to_llvm_add(mica_conversion *conversion)
{
    return mica_conversion_add(conversion, patterns, sizeof patterns / sizeof *patterns);
}
