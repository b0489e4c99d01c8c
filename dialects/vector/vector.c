// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Verifiers of vector ops that take vectors apart and put them together, in the order of
// vector.dialect. Ops that reach memory are in vector_memory.c, contractions and reductions in
// vector_contract.c, custom syntax in vector_syntax.c.
#include "dialects/vector/vector_internal.h"

#include "ir/core/diagnostics.h"
#include "ir/core/interfaces.h"
#include "ir/core/sizes_internal.h"

// ---- shared
// ----------------------------------------------------------------------------------

static const mica_type *operand_type(const mica_op *op, size_t index)
{
    return mica_value_type(mica_op_operand(op, index));
}

static const mica_type *result_type(const mica_op *op)
{
    return mica_value_type(mica_op_result(op, 0));
}

void micai_vector_name_results(mica_op *op, mica_name_value_fn name, void *user)
{
    name(user, mica_op_result(op, 0), mica_string_from("vscale"));
}

void micai_vector_deinterleave_name_results(mica_op *op, mica_name_value_fn name, void *user)
{
    name(user, mica_op_result(op, 0), mica_string_from("res1"));
    name(user, mica_op_result(op, 1), mica_string_from("res2"));
}

static int64_t array_int(const mica_attr *array, size_t index)
{
    return mica_integer_attr_value(mica_array_attr_element(array, index));
}

static bool same_dim(const mica_type *a, size_t i, const mica_type *b, size_t j)
{
    return mica_type_shape(a)[i] == mica_type_shape(b)[j] &&
           mica_vector_type_dim_is_scalable(a, i) == mica_vector_type_dim_is_scalable(b, j);
}

// ---- bitcast, broadcast
// ----------------------------------------------------------------------

bool micai_vector_bitcast_verify(mica_op *op)
{
    const mica_type *source = operand_type(op, 0), *result = result_type(op);
    size_t rank = mica_type_rank(source);
    for (size_t i = 0; i + 1 < rank; i++)
        if (!same_dim(source, i, result, i))
            return mica_op_error(op, "dimension size mismatch at: %zu", i);
    int64_t from = mica_type_bit_width(mica_type_element(source));
    int64_t to = mica_type_bit_width(mica_type_element(result));
    if (rank == 0)
        return from == to || mica_op_error(op, "source/result bitwidth of the 0-D vector "
                                               "element types must be equal");
    from *= mica_type_shape(source)[rank - 1];
    to *= mica_type_shape(result)[rank - 1];
    return (from == to && mica_vector_type_dim_is_scalable(source, rank - 1) ==
                              mica_vector_type_dim_is_scalable(result, rank - 1)) ||
           mica_op_error(op, "source/result bitwidth of the minor 1-D vectors must be equal");
}

bool micai_vector_broadcast_verify(mica_op *op)
{
    const mica_type *source = operand_type(op, 0), *result = result_type(op);
    size_t rank = mica_type_rank(result), source_rank = mica_type_rank(source);
    if (!mica_type_is_vector(source))
        return source == mica_type_element(result) ||
               mica_op_error(op, "source type is not a vector");
    if (source_rank > rank)
        return mica_op_error(op, "source rank higher than destination rank");
    for (size_t i = 0; i < source_rank; i++) {
        size_t j = rank - source_rank + i;
        bool is_one =
            mica_type_shape(source)[i] == 1 && !mica_vector_type_dim_is_scalable(source, i);
        if (!is_one && !same_dim(source, i, result, j))
            return mica_op_error(op, "dimension mismatch (%lld vs. %lld)",
                                 (long long)mica_type_shape(source)[i],
                                 (long long)mica_type_shape(result)[j]);
    }
    return true;
}

// ---- masks
// -----------------------------------------------------------------------------------

bool micai_vector_constant_mask_verify(mica_op *op)
{
    const mica_type *type = result_type(op);
    const mica_attr *sizes = mica_vector_constant_mask_mask_dim_sizes(op);
    size_t rank = mica_type_rank(type), count = mica_array_attr_count(sizes), zeros = 0;
    if (rank == 0) {
        if (count != 1)
            return mica_op_error(op, "array attr must have length 1 for 0-D vectors");
        return (array_int(sizes, 0) == 0 || array_int(sizes, 0) == 1) ||
               mica_op_error(op, "mask dim size must be either 0 or 1 for 0-D vectors");
    }
    if (count != rank)
        return mica_op_error(op, "must specify array attr of size equal vector result rank");
    for (size_t i = 0; i < rank; i++) {
        int64_t size = array_int(sizes, i), whole = mica_type_shape(type)[i];
        if (size < 0 || size > whole)
            return mica_op_error(op, "array attr of size out of bounds of vector result "
                                     "dimension size");
        if (mica_vector_type_dim_is_scalable(type, i) && size != 0 && size != whole)
            return mica_op_error(op,
                                 "only supports 'none set' or 'all set' scalable dimensions");
        zeros += size == 0;
    }
    return zeros == 0 || zeros == rank ||
           mica_op_error(op, "expected all mask dim sizes to be zeros, as a result of "
                             "conjunction with zero mask dim");
}

bool micai_vector_create_mask_verify(mica_op *op)
{
    size_t rank = mica_type_rank(result_type(op)), count = mica_op_operand_count(op);
    if (rank == 0)
        return count == 1 ||
               mica_op_error(op, "must specify exactly one operand for 0-D create_mask");
    return count == rank ||
           mica_op_error(op, "must specify an operand for each result vector dimension");
}

// ---- interleave, deinterleave
// ----------------------------------------------------------------

static const mica_type *with_last_size(const mica_type *type, int64_t size)
{
    size_t rank = mica_type_rank(type);
    micai_sizes shape;
    bool inline_scalable[12] = {false}, *scalable = inline_scalable;
    if (rank > 12 || !micai_sizes_init(&shape, rank))
        return NULL;
    for (size_t i = 0; i < rank; i++) {
        shape.data[i] = i + 1 == rank ? size : mica_type_shape(type)[i];
        scalable[i] = mica_vector_type_dim_is_scalable(type, i);
    }
    const mica_type *made =
        mica_vector_type_get(mica_type_element(type), shape.data, scalable, rank);
    micai_sizes_free(&shape);
    return made;
}

const mica_type *micai_vector_half_vector(const mica_type *const *types, size_t count)
{
    size_t rank = count == 1 ? mica_type_rank(types[0]) : 0;
    if (rank == 0)
        return NULL;
    int64_t half = mica_type_shape(types[0])[rank - 1] / 2;
    return half <= 0 ? types[0] : with_last_size(types[0], half);
}

const mica_type *micai_vector_double_vector(const mica_type *const *types, size_t count)
{
    static const int64_t two = 2;
    if (count != 1)
        return NULL;
    size_t rank = mica_type_rank(types[0]);
    if (rank == 0)
        return mica_vector_type_get(mica_type_element(types[0]), &two, NULL, 1);
    return with_last_size(types[0], 2 * mica_type_shape(types[0])[rank - 1]);
}

bool micai_vector_deinterleave_verify(mica_op *op)
{
    const mica_type *source = operand_type(op, 0);
    return mica_type_shape(source)[mica_type_rank(source) - 1] % 2 == 0 ||
           mica_op_error(op,
                         "failed to verify that the trailing dimension of the source vector "
                         "has an even number of elements");
}

// ---- extract, insert
// -------------------------------------------------------------------------

/// The type at a position of `depth` numbers: an element or the rest of the dimensions.
static const mica_type *type_at(const mica_type *vector, size_t depth)
{
    size_t rank = mica_type_rank(vector);
    if (depth >= rank)
        return mica_type_element(vector);
    bool inline_scalable[16] = {false};
    for (size_t i = depth; i < rank && i - depth < 16; i++)
        inline_scalable[i - depth] = mica_vector_type_dim_is_scalable(vector, i);
    return mica_vector_type_get(mica_type_element(vector), mica_type_shape(vector) + depth,
                                inline_scalable, rank - depth);
}

/// Constants of a position lie within the vector.
static bool verify_position(mica_op *op, const mica_attr *position, const mica_type *vector)
{
    for (size_t i = 0; i < mica_dense_array_attr_count(position); i++) {
        int64_t number = mica_dense_array_attr_int(position, i);
        int64_t size = mica_type_shape(vector)[i];
        if (number != MICA_DYNAMIC && (number < 0 || number >= size))
            return mica_op_error(
                op,
                "expected position attribute #%zu to be a non-negative integer "
                "smaller than the corresponding vector dimension",
                i + 1);
    }
    return true;
}

bool micai_vector_extract_infer_types(mica_op_state *state)
{
    size_t depth = state->slots[0] ? mica_dense_array_attr_count(state->slots[0]) : 0;
    const mica_type *vector = mica_value_type(state->operands[0]);
    const bool is_element = depth == mica_type_rank(vector);
    mica_op_state_add_result(state, is_element   ? mica_type_element(vector)
                                    : depth == 0 ? vector
                                                 : type_at(vector, depth));
    return true;
}

/// vector<f32> of rank 0 and f32 may stand for each other.
static bool types_agree(const mica_type *a, const mica_type *b)
{
    if (a == b)
        return true;
    const mica_type *vector = mica_type_is_vector(a) ? a : b;
    const mica_type *other = vector == a ? b : a;
    return mica_type_is_vector(vector) && mica_type_rank(vector) <= 1 &&
           (mica_type_rank(vector) == 0 || mica_type_shape(vector)[0] == 1) &&
           mica_type_element(vector) == other;
}

bool micai_vector_extract_verify(mica_op *op)
{
    const mica_type *vector = operand_type(op, 0);
    const mica_attr *position = mica_vector_extract_static_position(op);
    size_t depth = mica_dense_array_attr_count(position);
    if (depth > mica_type_rank(vector))
        return mica_op_error(op, "expected position attribute of rank no greater than vector "
                                 "rank");
    if (!types_agree(depth == 0 ? vector : type_at(vector, depth), result_type(op)))
        return mica_op_error(op, "inferred type(s) are incompatible with return type(s) of "
                                 "operation");
    return verify_position(op, position, vector);
}

bool micai_vector_insert_verify(mica_op *op)
{
    const mica_type *source = operand_type(op, 0), *dest = operand_type(op, 1);
    const mica_attr *position = mica_vector_insert_static_position(op);
    size_t depth = mica_dense_array_attr_count(position), rank = mica_type_rank(dest);
    bool is_vector = mica_type_is_vector(source);
    if (depth > rank)
        return mica_op_error(op, "expected position attribute of rank no greater than dest "
                                 "vector rank");
    if (is_vector && depth + mica_type_rank(source) != rank)
        return mica_op_error(op, "expected position attribute rank + source rank to match dest "
                                 "vector rank");
    if (!is_vector && depth != rank)
        return mica_op_error(op, "expected position attribute rank to match the dest vector "
                                 "rank");
    return verify_position(op, position, dest);
}

static bool verify_element_position(mica_op *op, const mica_type *vector, mica_value *position)
{
    if (mica_type_rank(vector) == 0)
        return !position || mica_op_error(op, "expected position to be empty with 0-D vector");
    if (mica_type_rank(vector) != 1)
        return mica_op_error(op, "unexpected >1 vector rank");
    return position || mica_op_error(op, "expected position for 1-D vector");
}

bool micai_vector_extractelement_verify(mica_op *op)
{
    return verify_element_position(op, operand_type(op, 0),
                                   mica_vector_extractelement_position(op));
}

bool micai_vector_insertelement_verify(mica_op *op)
{
    return verify_element_position(op, operand_type(op, 1),
                                   mica_vector_insertelement_position(op));
}

// ---- strided slices
// --------------------------------------------------------------------------

static bool verify_count_at_most(mica_op *op, const mica_attr *array, size_t rank,
                                 const char *name)
{
    return mica_array_attr_count(array) <= rank ||
           mica_op_error(op, "expected %s attribute of rank no greater than vector rank", name);
}

/// Each number lies in [low, shape[i]), or in [low, shape[i]] when `closed`.
static bool verify_within(mica_op *op, const mica_attr *array, const int64_t *shape,
                          const char *name, int64_t low, bool closed)
{
    for (size_t i = 0; i < mica_array_attr_count(array); i++) {
        int64_t number = array_int(array, i), high = shape[i] + closed;
        if (number < low || number >= high)
            return mica_op_error(op, "expected %s dimension %zu to be confined to [%lld, %lld)",
                                 name, i, (long long)low, (long long)high);
    }
    return true;
}

static bool verify_unit_strides(mica_op *op, const mica_attr *strides)
{
    for (size_t i = 0; i < mica_array_attr_count(strides); i++)
        if (array_int(strides, i) != 1)
            return mica_op_error(op, "expected strides to be confined to [1, 2)");
    return true;
}

static bool verify_box_end(mica_op *op, const mica_attr *offsets, size_t i, int64_t size,
                           const mica_type *whole)
{
    return array_int(offsets, i) + size <= mica_type_shape(whole)[i] ||
           mica_op_error(op,
                         "expected sum(offsets, source vector shape) dimension %zu to be "
                         "confined to [1, %lld)",
                         i, (long long)mica_type_shape(whole)[i] + 1);
}

static bool verify_extracted_shape(mica_op *op, const mica_attr *sizes)
{
    const mica_type *source = operand_type(op, 0), *result = result_type(op);
    size_t rank = mica_type_rank(source), count = mica_array_attr_count(sizes);
    bool fits = mica_type_rank(result) == rank;
    for (size_t i = 0; fits && i < rank; i++) {
        bool scalable = mica_vector_type_dim_is_scalable(source, i);
        fits = mica_type_shape(result)[i] ==
                   (i < count ? array_int(sizes, i) : mica_type_shape(source)[i]) &&
               scalable == mica_vector_type_dim_is_scalable(result, i);
    }
    if (!fits)
        return mica_op_error(op, "expected result type to have the extracted shape");
    for (size_t i = 0; i < count; i++)
        if (mica_vector_type_dim_is_scalable(source, i) &&
            array_int(sizes, i) != mica_type_shape(source)[i])
            return mica_op_error(op,
                                 "expected size at idx=%zu to match the corresponding base "
                                 "size from the input vector",
                                 i);
    return true;
}

bool micai_vector_extract_strided_slice_verify(mica_op *op)
{
    const mica_type *source = operand_type(op, 0);
    const mica_attr *offsets = mica_vector_extract_strided_slice_offsets(op);
    const mica_attr *sizes = mica_vector_extract_strided_slice_sizes(op);
    const mica_attr *strides = mica_vector_extract_strided_slice_strides(op);
    const int64_t *shape = mica_type_shape(source);
    size_t rank = mica_type_rank(source), count = mica_array_attr_count(offsets);
    if (count != mica_array_attr_count(sizes) || count != mica_array_attr_count(strides))
        return mica_op_error(op, "expected offsets, sizes and strides attributes of same size");
    if (!verify_count_at_most(op, offsets, rank, "offsets") ||
        !verify_within(op, offsets, shape, "offsets", 0, false) ||
        !verify_within(op, sizes, shape, "sizes", 1, true) || !verify_unit_strides(op, strides))
        return false;
    for (size_t i = 0; i < count; i++)
        if (!verify_box_end(op, offsets, i, array_int(sizes, i), source))
            return false;
    return verify_extracted_shape(op, sizes);
}

bool micai_vector_insert_strided_slice_verify(mica_op *op)
{
    const mica_type *source = operand_type(op, 0), *dest = operand_type(op, 1);
    const mica_attr *offsets = mica_vector_insert_strided_slice_offsets(op);
    const mica_attr *strides = mica_vector_insert_strided_slice_strides(op);
    size_t rank = mica_type_rank(dest), source_rank = mica_type_rank(source);
    if (mica_array_attr_count(offsets) != rank)
        return mica_op_error(op, "expected offsets of same size as destination vector rank");
    if (mica_array_attr_count(strides) != source_rank)
        return mica_op_error(op, "expected strides of same size as source vector rank");
    if (source_rank > rank)
        return mica_op_error(op, "expected source rank to be no greater than destination rank");
    if (!verify_within(op, offsets, mica_type_shape(dest), "offset", 0, false) ||
        !verify_unit_strides(op, strides))
        return false;
    size_t leading = rank - source_rank;
    for (size_t i = 0; i < source_rank; i++) {
        size_t j = leading + i;
        int64_t size = mica_type_shape(source)[i];
        if (!verify_box_end(op, offsets, j, size, dest))
            return false;
        bool scalable = mica_vector_type_dim_is_scalable(dest, j);
        if (scalable != mica_vector_type_dim_is_scalable(source, i) ||
            (scalable && size != mica_type_shape(dest)[j]))
            return mica_op_error(op, "mismatching scalable flags or sizes at dimension %zu", i);
    }
    return true;
}

// ---- shape_cast, reshape, transpose
// ----------------------------------------------------------

/// Is each size of the longer shape part of one size of the shorter, in order?
static bool regroups(const mica_type *longer, const mica_type *shorter)
{
    size_t i = 0, j = 0, longer_rank = mica_type_rank(longer), rank = mica_type_rank(shorter);
    const int64_t *sizes = mica_type_shape(longer), *groups = mica_type_shape(shorter);
    while (i < longer_rank && j < rank) {
        int64_t product = sizes[i++];
        while (product < groups[j] && i < longer_rank)
            product *= sizes[i++];
        if (product != groups[j++])
            return false;
        while (i < longer_rank && sizes[i] == 1)
            i++;
    }
    while (j < rank && groups[j] == 1)
        j++;
    return i == longer_rank && j == rank;
}

static size_t count_scalable(const mica_type *type)
{
    size_t count = 0;
    for (size_t i = 0; i < mica_type_rank(type); i++)
        count += mica_vector_type_dim_is_scalable(type, i);
    return count;
}

bool micai_vector_shape_cast_verify(mica_op *op)
{
    const mica_type *source = operand_type(op, 0), *result = result_type(op);
    if (mica_type_element(source) != mica_type_element(result))
        return mica_op_error(op, "source/result vectors must have same element type");
    if (mica_type_element_count(source) != mica_type_element_count(result))
        return mica_op_error(op, "source/result number of elements must match");
    size_t from = mica_type_rank(source), to = mica_type_rank(result);
    const bool is_single = from == 0 || to == 0; // one element: every shape is of ones
    if (!is_single &&
        ((from < to && !regroups(result, source)) || (from > to && !regroups(source, result))))
        return mica_op_error(op, "invalid shape cast");
    return count_scalable(source) == count_scalable(result) ||
           mica_op_error(op, "different number of scalable dims at source and result");
}

bool micai_vector_reshape_verify(mica_op *op)
{
    const mica_type *input = operand_type(op, 0), *output = result_type(op);
    const mica_attr *fixed = mica_vector_reshape_fixed_vector_sizes(op);
    size_t count = mica_array_attr_count(fixed);
    size_t input_rank = mica_type_rank(input), output_rank = mica_type_rank(output);
    if (mica_vector_reshape_input_shape_count(op) + count != input_rank)
        return mica_op_error(op, "invalid input shape for vector type");
    if (mica_vector_reshape_output_shape_count(op) + count != output_rank)
        return mica_op_error(op, "invalid output shape for vector type");
    for (size_t i = 0; i < count; i++)
        if (mica_type_shape(input)[input_rank - count + i] != array_int(fixed, i) ||
            mica_type_shape(output)[output_rank - count + i] != array_int(fixed, i))
            return mica_op_error(op,
                                 "fixed vector size must match input and output vector for "
                                 "dim %zu",
                                 i);
    return true;
}

bool micai_vector_transpose_verify(mica_op *op)
{
    const mica_type *source = operand_type(op, 0), *result = result_type(op);
    const mica_attr *permutation = mica_vector_transpose_permutation(op);
    size_t rank = mica_type_rank(result);
    if (mica_type_rank(source) != rank)
        return mica_op_error(op, "vector result rank mismatch: %zu", rank);
    if (mica_dense_array_attr_count(permutation) != rank)
        return mica_op_error(op, "transposition length mismatch: %zu",
                             mica_dense_array_attr_count(permutation));
    micai_sizes seen;
    if (!micai_sizes_init(&seen, rank))
        return false;
    bool good = true;
    for (size_t i = 0; good && i < rank; i++) {
        int64_t dim = mica_dense_array_attr_int(permutation, i);
        good = dim >= 0 && dim < (int64_t)rank;
        if (!good)
            mica_op_error(op, "transposition index out of range: %lld", (long long)dim);
        else if (seen.data[dim]++ > 0)
            good = mica_op_error(op, "duplicate position index: %lld", (long long)dim);
        else if (!same_dim(result, i, source, (size_t)dim))
            good = mica_op_error(op, "dimension size mismatch at: %lld", (long long)dim);
    }
    micai_sizes_free(&seen);
    return good;
}

// ---- scalable slices, shuffle
// ----------------------------------------------------------------

static bool verify_multiple(mica_op *op, const mica_attr *position, const mica_type *part,
                            const char *what)
{
    int64_t size = mica_type_shape(part)[0];
    return size == 0 || mica_integer_attr_value(position) % size == 0 ||
           mica_op_error(op, "failed to verify that position is a multiple of the %s length.",
                         what);
}

bool micai_vector_scalable_extract_verify(mica_op *op)
{
    return verify_multiple(op, mica_vector_scalable_extract_pos(op), result_type(op), "result");
}

bool micai_vector_scalable_insert_verify(mica_op *op)
{
    return verify_multiple(op, mica_vector_scalable_insert_pos(op), operand_type(op, 0),
                           "source");
}

bool micai_vector_shuffle_infer_types(mica_op_state *state)
{
    const mica_type *source = mica_value_type(state->operands[0]);
    int64_t length = state->slots[0] ? (int64_t)mica_array_attr_count(state->slots[0]) : 0;
    size_t rank = mica_type_rank(source);
    micai_sizes shape;
    if (!micai_sizes_init(&shape, rank == 0 ? 1 : rank))
        return false;
    for (size_t i = 1; i < rank; i++)
        shape.data[i] = mica_type_shape(source)[i];
    shape.data[0] = length;
    mica_op_state_add_result(
        state, mica_vector_type_get(mica_type_element(source), shape.data, NULL, shape.count));
    micai_sizes_free(&shape);
    return true;
}

bool micai_vector_shuffle_verify(mica_op *op)
{
    const mica_type *v1 = operand_type(op, 0), *v2 = operand_type(op, 1);
    const mica_type *result = result_type(op);
    const mica_attr *mask = mica_vector_shuffle_mask(op);
    size_t rank = mica_type_rank(result), count = mica_array_attr_count(mask);
    bool from_0d = mica_type_rank(v1) == 0 && mica_type_rank(v2) == 0 && rank == 1;
    if (!from_0d && (mica_type_rank(v1) != rank || mica_type_rank(v2) != rank))
        return mica_op_error(op, "rank mismatch");
    for (size_t i = 1; i < rank; i++)
        if (mica_type_shape(v1)[i] != mica_type_shape(result)[i] ||
            mica_type_shape(v2)[i] != mica_type_shape(result)[i])
            return mica_op_error(op, "dimension mismatch");
    if (count == 0)
        return mica_op_error(op, "invalid mask length");
    if ((int64_t)count != mica_type_shape(result)[0])
        return mica_op_error(op, "mask length mismatch");
    int64_t size = from_0d ? 2 : mica_type_shape(v1)[0] + mica_type_shape(v2)[0];
    for (size_t i = 0; i < count; i++)
        if (array_int(mask, i) < 0 || array_int(mask, i) >= size)
            return mica_op_error(op, "mask index #%zu out of range", i + 1);
    return true;
}

// ---- print, type_cast
// ------------------------------------------------------------------------

bool micai_vector_print_verify(mica_op *op)
{
    bool is_default = mica_vector_print_punctuation(op) == MICA_VECTOR_PUNCTUATION_NEWLINE;
    return !mica_vector_print_stringLiteral(op) ||
           (!mica_vector_print_source(op) && is_default) ||
           mica_op_error(op, "failed to verify that `source` or `punctuation` are not set when "
                             "printing strings");
}

static mica_value *first_operand(mica_op *op)
{
    return mica_op_operand(op, 0);
}

const mica_view_like micai_vector_first_operand_view = {sizeof(mica_view_like), first_operand};

/// All elements of a shaped type and of the vectors that it holds, one after the other.
static size_t flat_rank(const mica_type *type, const mica_type **element)
{
    *element = mica_type_element(type);
    size_t rank = mica_type_rank(type);
    if (mica_type_is_vector(*element)) {
        rank += mica_type_rank(*element);
        *element = mica_type_element(*element);
    }
    return rank;
}

static int64_t flat_size(const mica_type *type, size_t i)
{
    size_t rank = mica_type_rank(type);
    return i < rank ? mica_type_shape(type)[i]
                    : mica_type_shape(mica_type_element(type))[i - rank];
}

bool micai_vector_type_cast_verify(mica_op *op)
{
    const mica_type *source = operand_type(op, 0), *result = result_type(op);
    const mica_type *from, *to;
    if (mica_memref_type_layout(source))
        return mica_op_error(op, "expects operand to be a memref with identity layout");
    if (mica_memref_type_layout(result))
        return mica_op_error(op, "expects result to be a memref with identity layout");
    if (mica_memref_type_memory_space(source) != mica_memref_type_memory_space(result))
        return mica_op_error(op, "expects result in same memory space");
    size_t from_rank = flat_rank(source, &from), to_rank = flat_rank(result, &to);
    if (from != to)
        return mica_op_error(op, "expects result and operand with same underlying scalar type");
    bool same = from_rank == to_rank;
    for (size_t i = 0; same && i < from_rank; i++)
        same = flat_size(source, i) == flat_size(result, i);
    return same || mica_op_error(op, "expects concatenated result and operand shapes to be "
                                     "equal");
}
