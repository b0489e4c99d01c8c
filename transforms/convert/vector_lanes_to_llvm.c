// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Vector ops that are LLVM's shuffles, intrinsics or constants, row by row where vectors have
// several dimensions:
//
//   interleave, deinterleave          shufflevector; of scalable vectors, the intrinsics
//   from_elements                     insertelement for each element
//   flat_transpose, matrix_multiply   llvm.intr.matrix.*
//   scalable.insert, scalable.extract llvm.intr.vector.insert, extract
//   step                              a constant, or llvm.intr.experimental.stepvector
//   type_cast                         a descriptor of rank 0
#include <stdlib.h>

#include "transforms/convert/memref_descriptor.h"
#include "transforms/convert/vector_to_llvm_internal.h"

static const mica_type *result_type(const mica_op *op, size_t index)
{
    return mica_value_type(mica_op_result(op, index));
}

static bool is_scalable(const mica_type *vector)
{
    return mica_vector_type_is_scalable(vector);
}

static const mica_type *converted(mica_rewriter *rewriter, mica_op *op,
                                  const mica_adapted *adapted, const mica_type *type)
{
    const mica_type *made = mica_type_converter_convert_one(adapted->converter, type);
    if (!made)
        mica_rewriter_fail(rewriter, op, "the type has no LLVM counterpart");
    return made;
}

// ---- interleave and deinterleave

/// first, first + step, ...: `pairs` false; first, first + step, first + 1, ...: true.
static mica_value *shuffle(mica_builder *builder, mica_value *a, mica_value *b, size_t count,
                           bool pairs, size_t first, size_t step)
{
    int32_t *mask = mica_malloc((count + 1) * sizeof *mask);
    if (!mask)
        return NULL;
    for (size_t i = 0; i < count; i++)
        mask[i] = (int32_t)(pairs ? i / 2 + (i % 2) * step : first + i * step);
    mica_value *made = micai_llvm_shuffle(builder, a, b, mask, count);
    mica_free(mask);
    return made;
}

static bool convert_interleave(mica_rewriter *rewriter, mica_op *op,
                               const mica_adapted *adapted, void *user)
{
    (void)user;
    mica_builder *builder = mica_rewriter_builder(rewriter);
    const mica_type *vector = result_type(op, 0);
    const mica_type *type = converted(rewriter, op, adapted, vector);
    const size_t rank = mica_type_rank(vector);
    if (!type || rank == 0 || rank > MICAI_VECTOR_MAX_RANK)
        return false;
    if (is_scalable(vector)) {
        if (rank > 1)
            return mica_rewriter_fail(rewriter, op, "scalable and of several dimensions");
        mica_value *whole =
            micai_llvm_build(builder, "llvm.intr.vector.interleave2", type, adapted->values, 2);
        return mica_rewriter_replace_op(rewriter, op, &whole, 1);
    }
    const size_t lanes = (size_t)mica_type_shape(vector)[rank - 1];
    int64_t position[MICAI_VECTOR_MAX_RANK] = {0};
    mica_value *made = rank > 1 ? micai_llvm_undef(builder, type) : NULL;
    do {
        mica_value *a = micai_vector_row(builder, adapted->values[0], position, rank - 1);
        mica_value *b = micai_vector_row(builder, adapted->values[1], position, rank - 1);
        mica_value *row = shuffle(builder, a, b, lanes, true, 0, lanes / 2);
        if (!row)
            return false;
        made = micai_vector_set_row(builder, made, row, position, rank - 1);
    } while (micai_next_position(position, mica_type_shape(vector), rank - 1));
    return mica_rewriter_replace_op(rewriter, op, &made, 1);
}

static bool deinterleave_scalable(mica_rewriter *rewriter, mica_op *op,
                                  const mica_adapted *adapted, const mica_type *type)
{
    mica_builder *builder = mica_rewriter_builder(rewriter);
    const mica_type *members[] = {type, type};
    mica_value *both = micai_llvm_build(
        builder, "llvm.intr.vector.deinterleave2",
        mica_llvm_struct_get(builder->context, members, 2, false), adapted->values, 1);
    mica_value *results[2];
    for (int64_t i = 0; i < 2; i++)
        results[i] = micai_llvm_extract_value(builder, both, &i, 1);
    return mica_rewriter_replace_op(rewriter, op, results, 2);
}

static bool convert_deinterleave(mica_rewriter *rewriter, mica_op *op,
                                 const mica_adapted *adapted, void *user)
{
    (void)user;
    mica_builder *builder = mica_rewriter_builder(rewriter);
    const mica_type *vector = result_type(op, 0);
    const mica_type *type = converted(rewriter, op, adapted, vector);
    const size_t rank = mica_type_rank(vector);
    if (!type || rank == 0 || rank > MICAI_VECTOR_MAX_RANK)
        return false;
    if (is_scalable(vector) && rank > 1)
        return mica_rewriter_fail(rewriter, op, "scalable and of several dimensions");
    if (is_scalable(vector))
        return deinterleave_scalable(rewriter, op, adapted, type);
    const size_t lanes = (size_t)mica_type_shape(vector)[rank - 1];
    int64_t position[MICAI_VECTOR_MAX_RANK] = {0};
    mica_value *made[2] = {NULL, NULL};
    for (size_t i = 0; rank > 1 && i < 2; i++)
        made[i] = micai_llvm_undef(builder, type);
    do {
        mica_value *source = micai_vector_row(builder, adapted->values[0], position, rank - 1);
        for (size_t i = 0; i < 2; i++) {
            mica_value *row = shuffle(builder, source, source, lanes, false, i, 2);
            if (!row)
                return false;
            made[i] = micai_vector_set_row(builder, made[i], row, position, rank - 1);
        }
    } while (micai_next_position(position, mica_type_shape(vector), rank - 1));
    return mica_rewriter_replace_op(rewriter, op, made, 2);
}

// ---- elements

static bool convert_from_elements(mica_rewriter *rewriter, mica_op *op,
                                  const mica_adapted *adapted, void *user)
{
    (void)user;
    mica_builder *builder = mica_rewriter_builder(rewriter);
    const mica_type *vector = result_type(op, 0);
    const mica_type *type = converted(rewriter, op, adapted, vector);
    const size_t rank = mica_type_rank(vector);
    if (!type || rank > MICAI_VECTOR_MAX_RANK)
        return false;
    int64_t position[MICAI_VECTOR_MAX_RANK] = {0};
    mica_value *made = micai_llvm_undef(builder, type);
    size_t next = 0;
    do
        made = micai_vector_set_element(builder, made, adapted->values[next++], position, rank);
    while (micai_next_position(position, mica_type_shape(vector), rank));
    return mica_rewriter_replace_op(rewriter, op, &made, 1);
}

static bool convert_step(mica_rewriter *rewriter, mica_op *op, const mica_adapted *adapted,
                         void *user)
{
    (void)user;
    mica_builder *builder = mica_rewriter_builder(rewriter);
    const mica_type *vector = result_type(op, 0);
    const mica_type *type = converted(rewriter, op, adapted, vector);
    if (!type)
        return false;
    mica_value *made =
        is_scalable(vector)
            ? micai_llvm_build(builder, "llvm.intr.experimental.stepvector", type, NULL, 0)
            : micai_vector_iota(builder, type);
    if (!made)
        return mica_rewriter_fail(rewriter, op, "too many lanes");
    return mica_rewriter_replace_op(rewriter, op, &made, 1);
}

// ---- intrinsics

typedef struct intrinsic_row {
    const char *name;
    const char *attrs[4]; ///< copied under their names, NULL-terminated
    bool is_swapped;      ///< operands in the other order
} intrinsic_row;

static const intrinsic_row flat_transpose = {
    "llvm.intr.matrix.transpose", {"rows", "columns", NULL}, false};
static const intrinsic_row matrix_multiply = {
    "llvm.intr.matrix.multiply", {"lhs_rows", "lhs_columns", "rhs_columns", NULL}, false};
static const intrinsic_row scalable_extract = {
    "llvm.intr.vector.extract", {"pos", NULL}, false};
static const intrinsic_row scalable_insert = {"llvm.intr.vector.insert", {"pos", NULL}, true};

static bool convert_intrinsic(mica_rewriter *rewriter, mica_op *op, const mica_adapted *adapted,
                              void *user)
{
    const intrinsic_row *row = user;
    const mica_type *type = converted(rewriter, op, adapted, result_type(op, 0));
    if (!type || adapted->count > 2)
        return false;
    mica_value *operands[2];
    for (size_t i = 0; i < adapted->count; i++)
        operands[row->is_swapped ? adapted->count - 1 - i : i] = adapted->values[i];
    mica_op *made = micai_llvm_create(mica_rewriter_builder(rewriter), row->name, type,
                                      operands, adapted->count);
    for (size_t i = 0; row->attrs[i]; i++)
        mica_op_set_attr(made, row->attrs[i], mica_op_attr(op, row->attrs[i]));
    return mica_rewriter_replace_op_with(rewriter, op, made);
}

// ---- memory seen as vectors

static bool convert_type_cast(mica_rewriter *rewriter, mica_op *op, const mica_adapted *adapted,
                              void *user)
{
    (void)user;
    mica_builder *builder = mica_rewriter_builder(rewriter);
    const mica_type *memref = result_type(op, 0);
    const mica_type *type = converted(rewriter, op, adapted, memref);
    if (!type || mica_type_rank(memref) > 0)
        return type ? mica_rewriter_fail(rewriter, op, "the result is not of rank 0") : false;
    micai_descriptor source = micai_descriptor_of(builder, adapted->values[0]);
    micai_descriptor made = micai_descriptor_undef(builder, type);
    micai_descriptor_set_allocated(&made, micai_descriptor_allocated(&source));
    micai_descriptor_set_aligned(&made, micai_descriptor_aligned(&source));
    micai_descriptor_set_offset(&made, micai_llvm_index(builder, made.index, 0));
    return mica_rewriter_replace_op(rewriter, op, &made.value, 1);
}

bool micai_vector_lanes_to_llvm_add(mica_conversion *conversion)
{
    static const mica_conversion_pattern patterns[] = {
        {"convert-interleave", "vector.interleave", 1, convert_interleave, NULL},
        {"convert-deinterleave", "vector.deinterleave", 1, convert_deinterleave, NULL},
        {"convert-from-elements", "vector.from_elements", 1, convert_from_elements, NULL},
        {"convert-step", "vector.step", 1, convert_step, NULL},
        {"convert-flat-transpose", "vector.flat_transpose", 1, convert_intrinsic,
         (void *)&flat_transpose},
        {"convert-matrix-multiply", "vector.matrix_multiply", 1, convert_intrinsic,
         (void *)&matrix_multiply},
        {"convert-scalable-extract", "vector.scalable.extract", 1, convert_intrinsic,
         (void *)&scalable_extract},
        {"convert-scalable-insert", "vector.scalable.insert", 1, convert_intrinsic,
         (void *)&scalable_insert},
        {"convert-type-cast", "vector.type_cast", 1, convert_type_cast, NULL},
    };
    return mica_conversion_add(conversion, patterns, sizeof patterns / sizeof *patterns);
}
