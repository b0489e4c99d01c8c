// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Views of memory: the types that follow from them and their verifiers. A type that is computed
// here has a strided layout unless the source's layout is the identity and stays so.
#include "dialects/memref/memref.h"

#include "ir/core/affine.h"
#include "ir/core/diagnostics.h"
#include "ir/core/interfaces.h"
#include "ir/core/shape_rules.h"
#include "ir/core/sizes_internal.h"

// ---- numbers that may be unknown
// -----------------------------------------------------------------

static int64_t add(int64_t a, int64_t b)
{
    return a == MICA_DYNAMIC || b == MICA_DYNAMIC ? MICA_DYNAMIC
                                                  : (int64_t)((uint64_t)a + (uint64_t)b);
}

/// 0 times an unknown number is 0.
static int64_t multiply(int64_t a, int64_t b)
{
    if (a == 0 || b == 0)
        return 0;
    return a == MICA_DYNAMIC || b == MICA_DYNAMIC ? MICA_DYNAMIC
                                                  : (int64_t)((uint64_t)a * (uint64_t)b);
}

/// Strides of a memref and its offset, in a row that the caller frees.
static bool get_strides(const mica_type *type, micai_sizes *strides, int64_t *offset)
{
    if (!micai_sizes_init(strides, mica_type_rank(type)))
        return false;
    if (mica_memref_type_strides(type, strides->data, offset))
        return true;
    micai_sizes_free(strides);
    return false;
}

static bool error_with_types(mica_op *op, const char *before, const mica_type *a,
                             const char *between, const mica_type *b)
{
    mica_diagnostic *error = mica_op_error_begin(op, "%s", before);
    mica_diagnostic_append_type(error, a);
    mica_diagnostic_append(error, "%s", between);
    mica_diagnostic_append_type(error, b);
    return mica_diagnostic_emit(error);
}

static const mica_type *with_layout(const mica_type *type, const int64_t *shape, size_t rank,
                                    const mica_attr *layout)
{
    return mica_memref_type_get(mica_type_element(type), shape, rank, layout,
                                mica_memref_type_memory_space(type));
}

static mica_value *first_operand(mica_op *op)
{
    return mica_op_operand(op, 0);
}

const mica_view_like micai_memref_first_operand_view = {sizeof(mica_view_like), first_operand};

// ---- cast, memory_space_cast
// -----------------------------------------------------------------

static bool layouts_are_compatible(const mica_type *a, const mica_type *b)
{
    if (mica_memref_type_layout(a) == mica_memref_type_layout(b))
        return true;
    micai_sizes from, to;
    int64_t from_offset, to_offset;
    if (mica_type_rank(a) != mica_type_rank(b) || !get_strides(a, &from, &from_offset))
        return false;
    bool fits = get_strides(b, &to, &to_offset);
    if (fits) {
        fits = mica_sizes_are_compatible(from_offset, to_offset);
        for (size_t i = 0; fits && i < from.count; i++)
            fits = mica_sizes_are_compatible(from.data[i], to.data[i]);
        micai_sizes_free(&to);
    }
    micai_sizes_free(&from);
    return fits;
}

bool mica_memref_cast_is_valid(const mica_type *from, const mica_type *to)
{
    if (!mica_type_is_memref(from) || !mica_type_is_memref(to) ||
        mica_type_element(from) != mica_type_element(to) ||
        mica_memref_type_memory_space(from) != mica_memref_type_memory_space(to))
        return false;
    if (!mica_type_is_ranked(from) || !mica_type_is_ranked(to))
        return mica_type_is_ranked(from) || mica_type_is_ranked(to);
    return layouts_are_compatible(from, to) && mica_shapes_are_compatible(from, to);
}

static bool casts(const mica_type *const *inputs, size_t input_count,
                  const mica_type *const *outputs, size_t output_count)
{
    return input_count == 1 && output_count == 1 &&
           mica_memref_cast_is_valid(inputs[0], outputs[0]);
}

const mica_cast micai_memref_cast_cast = {sizeof(mica_cast), casts};

/// Everything but the memory space stays.
static bool casts_memory_space(const mica_type *const *inputs, size_t input_count,
                               const mica_type *const *outputs, size_t output_count)
{
    if (input_count != 1 || output_count != 1)
        return false;
    const mica_type *from = inputs[0], *to = outputs[0];
    if (mica_type_get_kind(from) != mica_type_get_kind(to) ||
        mica_type_element(from) != mica_type_element(to))
        return false;
    if (!mica_type_is_ranked(from))
        return true;
    return mica_memref_type_layout(from) == mica_memref_type_layout(to) &&
           mica_type_with_shape(from, mica_type_shape(to), mica_type_rank(to)) == from;
}

const mica_cast micai_memref_memory_space_cast_cast = {sizeof(mica_cast), casts_memory_space};

// ---- collapse_shape
// --------------------------------------------------------------------------

/// Stride of a group: that of its last dimension which is not 1, unknown when that may be 1.
static int64_t group_stride(const int64_t *shape, const int64_t *strides, size_t count)
{
    size_t last = count - 1;
    while (last > 0 && shape[last] == 1)
        last--;
    return shape[last] != MICA_DYNAMIC || last == 0 ? strides[last] : MICA_DYNAMIC;
}

/// Can't be one dimension for certain: a stride that is known and not the one expected.
static bool group_is_contiguous(const int64_t *shape, const int64_t *strides, size_t count,
                                int64_t stride)
{
    for (size_t i = count; i-- > 1;) {
        stride = multiply(stride, shape[i]);
        if (shape[i - 1] != 1 && !mica_sizes_are_compatible(stride, strides[i - 1]))
            return false;
    }
    return true;
}

static bool collapse_strides(const mica_attr *reassociation, const int64_t *shape,
                             const int64_t *strides, int64_t *collapsed)
{
    for (size_t i = 0; i < mica_array_attr_count(reassociation); i++) {
        size_t count = mica_reassociation_group_size(reassociation, i);
        collapsed[i] = group_stride(shape, strides, count);
        if (!group_is_contiguous(shape, strides, count, collapsed[i]))
            return false;
        shape += count;
        strides += count;
    }
    return true;
}

const mica_type *mica_memref_collapsed_type(const mica_type *source,
                                            const mica_attr *reassociation)
{
    size_t groups = mica_array_attr_count(reassociation);
    const mica_type *type = NULL;
    int64_t offset;
    micai_sizes shape, strides, collapsed;
    if (!micai_sizes_init(&shape, groups))
        return NULL;
    mica_reassociation_collapse(reassociation, mica_type_shape(source), shape.data);
    if (!mica_memref_type_layout(source)) {
        type = with_layout(source, shape.data, groups, NULL);
    } else if (get_strides(source, &strides, &offset)) {
        if (micai_sizes_init(&collapsed, groups) &&
            collapse_strides(reassociation, mica_type_shape(source), strides.data,
                             collapsed.data))
            type = with_layout(source, shape.data, groups,
                               mica_strided_layout_attr_get(mica_type_context(source), offset,
                                                            collapsed.data, groups));
        micai_sizes_free(&collapsed);
        micai_sizes_free(&strides);
    }
    micai_sizes_free(&shape);
    return type;
}

bool micai_memref_collapse_shape_verify(mica_op *op)
{
    const mica_type *source = mica_value_type(mica_memref_collapse_shape_src(op));
    const mica_type *result = mica_value_type(mica_memref_collapse_shape_result(op));
    const mica_attr *reassociation = mica_memref_collapse_shape_reassociation(op);
    if (!mica_reassociation_verify(op, reassociation, source, result))
        return false;
    const mica_type *expected = mica_memref_collapsed_type(source, reassociation);
    if (!expected)
        return mica_op_error(op, "invalid source layout map or collapsing non-contiguous dims");
    return expected == result || error_with_types(op, "expected collapsed type to be ",
                                                  expected, " but found ", result);
}

// ---- expand_shape
// ----------------------------------------------------------------------------

const mica_type *mica_memref_expanded_type(const mica_type *source, const int64_t *shape,
                                           size_t rank, const mica_attr *reassociation)
{
    if (!mica_memref_type_layout(source))
        return with_layout(source, shape, rank, NULL);
    micai_sizes strides, expanded;
    int64_t offset;
    if (!get_strides(source, &strides, &offset))
        return NULL;
    if (!micai_sizes_init(&expanded, rank)) {
        micai_sizes_free(&strides);
        return NULL;
    }
    size_t dim = rank;
    for (size_t i = mica_array_attr_count(reassociation); i-- > 0;) {
        int64_t stride = strides.data[i];
        for (size_t j = mica_reassociation_group_size(reassociation, i); j-- > 0;) {
            expanded.data[--dim] = stride;
            stride = multiply(stride, shape[dim]);
        }
    }
    while (dim > 0)
        expanded.data[--dim] = 1;
    const mica_type *type = with_layout(
        source, shape, rank,
        mica_strided_layout_attr_get(mica_type_context(source), offset, expanded.data, rank));
    micai_sizes_free(&expanded);
    micai_sizes_free(&strides);
    return type;
}

bool micai_memref_expand_shape_verify(mica_op *op)
{
    const mica_type *source = mica_value_type(mica_memref_expand_shape_src(op));
    const mica_type *result = mica_value_type(mica_memref_expand_shape_result(op));
    const mica_attr *reassociation = mica_memref_expand_shape_reassociation(op);
    size_t rank = mica_type_rank(result);
    if (!mica_reassociation_verify(op, reassociation, result, source))
        return false;
    const mica_type *expected =
        mica_memref_expanded_type(source, mica_type_shape(result), rank, reassociation);
    if (!expected)
        return mica_op_error(op, "invalid source layout map");
    if (expected != result)
        return error_with_types(op, "expected expanded type to be ", expected, " but found ",
                                result);
    if (!mica_mixed_verify(op, "output shape", 1, 1, rank))
        return false;
    const mica_attr *statics = mica_memref_expand_shape_static_output_shape(op);
    for (size_t i = 0; i < rank; i++) {
        int64_t size = mica_type_shape(result)[i];
        if (size != MICA_DYNAMIC && size != mica_dense_array_attr_int(statics, i))
            return mica_op_error(op, "invalid output shape provided at pos %zu", i);
    }
    return true;
}

// ---- extract_strided_metadata
// ----------------------------------------------------------------

static const mica_type *base_type(const mica_type *source)
{
    return mica_memref_type_get(mica_type_element(source), NULL, 0, NULL,
                                mica_memref_type_memory_space(source));
}

bool micai_memref_extract_strided_metadata_infer_types(mica_op_state *state)
{
    const mica_type *source = mica_value_type(state->operands[0]);
    const mica_type *index = mica_index_type_get(state->context);
    mica_op_state_add_result(state, base_type(source));
    for (size_t i = 0; i < 1 + 2 * mica_type_rank(source); i++)
        mica_op_state_add_result(state, index);
    return true;
}

void micai_memref_extract_strided_metadata_name_results(mica_op *op, mica_name_value_fn name,
                                                        void *user)
{
    size_t rank = (mica_op_result_count(op) - 2) / 2;
    name(user, mica_op_result(op, 0), mica_string_from("base_buffer"));
    name(user, mica_op_result(op, 1), mica_string_from("offset"));
    if (rank > 0) {
        name(user, mica_op_result(op, 2), mica_string_from("sizes"));
        name(user, mica_op_result(op, 2 + rank), mica_string_from("strides"));
    }
}

bool micai_memref_extract_strided_metadata_verify(mica_op *op)
{
    const mica_type *source = mica_value_type(mica_op_operand(op, 0));
    return (mica_op_result_count(op) == 2 + 2 * mica_type_rank(source) &&
            mica_value_type(mica_op_result(op, 0)) == base_type(source)) ||
           mica_op_error(op, "inferred type(s) are incompatible with return type(s) of "
                             "operation");
}

// ---- reinterpret_cast, reshape
// ---------------------------------------------------------------

/// One offset, and a size and a stride for each dimension of the result.
static void reinterpret_ranks(const mica_op *op, size_t ranks[3])
{
    ranks[MICA_OFFSETS] = 1;
    ranks[MICA_SIZES] = ranks[MICA_STRIDES] =
        mica_type_rank(mica_value_type(mica_op_result(op, 0)));
}

const mica_offset_size_and_stride micai_memref_reinterpret_cast_operands = {
    sizeof(mica_offset_size_and_stride), {1, 2, 3}, {1, 2, 3}, reinterpret_ranks};

/// A known number in the type must be the constant in the op.
static bool verify_known(mica_op *op, const char *name, const int64_t *in_type,
                         const mica_attr *in_op)
{
    for (size_t i = 0; i < mica_dense_array_attr_count(in_op); i++)
        if (in_type[i] != MICA_DYNAMIC && in_type[i] != mica_dense_array_attr_int(in_op, i))
            return mica_op_error(op, "expected result type with %s = %lld in dim = %zu", name,
                                 (long long)mica_dense_array_attr_int(in_op, i), i);
    return true;
}

bool micai_memref_reinterpret_cast_verify(mica_op *op)
{
    const mica_type *source = mica_value_type(mica_memref_reinterpret_cast_source(op));
    const mica_type *result = mica_value_type(mica_memref_reinterpret_cast_result(op));
    if (!mica_slice_verify(op))
        return false;
    if (mica_memref_type_memory_space(source) != mica_memref_type_memory_space(result))
        return error_with_types(op, "different memory spaces specified for source type ",
                                source, " and result memref type ", result);
    if (mica_type_element(source) != mica_type_element(result))
        return error_with_types(op, "different element types specified for source type ",
                                source, " and result memref type ", result);
    if (!verify_known(op, "size", mica_type_shape(result),
                      mica_memref_reinterpret_cast_static_sizes(op)))
        return false;
    micai_sizes strides;
    int64_t offset;
    if (!get_strides(result, &strides, &offset))
        return mica_op_error(op, "expected result type to have strided layout");
    bool good =
        verify_known(op, "offset", &offset, mica_memref_reinterpret_cast_static_offsets(op)) &&
        verify_known(op, "stride", strides.data,
                     mica_memref_reinterpret_cast_static_strides(op));
    micai_sizes_free(&strides);
    return good;
}

bool micai_memref_reshape_verify(mica_op *op)
{
    const mica_type *source = mica_value_type(mica_memref_reshape_source(op));
    const mica_type *result = mica_value_type(mica_memref_reshape_result(op));
    int64_t length = mica_type_shape(mica_value_type(mica_memref_reshape_shape(op)))[0];
    if (mica_type_element(source) != mica_type_element(result))
        return mica_op_error(op, "element types of source and destination memref types should "
                                 "be the same");
    if (mica_type_is_ranked(source) && mica_memref_type_layout(source))
        return mica_op_error(op, "source memref type should have identity affine map");
    if (!mica_type_is_ranked(result))
        return true;
    if (mica_memref_type_layout(result))
        return mica_op_error(op, "result memref type should have identity affine map");
    if (length == MICA_DYNAMIC)
        return mica_op_error(op, "cannot use shape operand with dynamic length to reshape to "
                                 "statically-ranked memref type");
    return length == (int64_t)mica_type_rank(result) ||
           mica_op_error(op, "length of shape operand differs from the result's memref rank");
}

// ---- subview
// ---------------------------------------------------------------------------------

static void subview_ranks(const mica_op *op, size_t ranks[3])
{
    ranks[0] = ranks[1] = ranks[2] = mica_type_rank(mica_value_type(mica_op_operand(op, 0)));
}

const mica_offset_size_and_stride micai_memref_subview_operands = {
    sizeof(mica_offset_size_and_stride), {1, 2, 3}, {1, 2, 3}, subview_ranks};

const mica_type *mica_memref_subview_type(const mica_type *source, const int64_t *offsets,
                                          const int64_t *sizes, const int64_t *strides)
{
    micai_sizes from;
    int64_t offset;
    size_t rank = mica_type_rank(source);
    if (!get_strides(source, &from, &offset))
        return NULL;
    for (size_t i = 0; i < rank; i++) {
        offset = add(offset, multiply(offsets[i], from.data[i]));
        from.data[i] = multiply(from.data[i], strides[i]);
    }
    const mica_type *type = with_layout(
        source, sizes, rank,
        mica_strided_layout_attr_get(mica_type_context(source), offset, from.data, rank));
    micai_sizes_free(&from);
    return type;
}

static size_t count_of(const micai_sizes *numbers, int64_t number)
{
    size_t count = 0;
    for (size_t i = 0; i < numbers->count; i++)
        count += numbers->data[i] == number;
    return count;
}

/// Which unit dimensions of `full` a result with these strides lacks. A dimension is dropped
/// when its stride is: as often as the stride occurs more often in `full`.
static bool find_dropped(const mica_type *full, const micai_sizes *full_strides,
                         const micai_sizes *strides, bool *dropped)
{
    size_t units = 0, excess = full_strides->count - strides->count;
    for (size_t i = 0; i < full_strides->count; i++)
        units += dropped[i] = mica_type_shape(full)[i] == 1;
    if (units == excess)
        return true;
    for (size_t i = 0; i < full_strides->count; i++) {
        if (!dropped[i])
            continue;
        size_t before = 0;
        for (size_t j = 0; j < i; j++)
            before += dropped[j] && full_strides->data[j] == full_strides->data[i];
        size_t left = count_of(full_strides, full_strides->data[i]) - before;
        size_t kept = count_of(strides, full_strides->data[i]);
        if (left < kept)
            return false;
        if (left == kept) {
            dropped[i] = false;
            units--;
        }
    }
    return units == excess;
}

static bool strides_fit(const mica_type *full, const micai_sizes *full_strides,
                        const micai_sizes *strides)
{
    bool inline_dropped[12], *dropped = inline_dropped;
    size_t rank = full_strides->count, next = 0;
    if (rank > sizeof inline_dropped / sizeof *inline_dropped)
        dropped = mica_malloc(rank * sizeof *dropped);
    bool fits = dropped && find_dropped(full, full_strides, strides, dropped);
    for (size_t i = 0; fits && i < rank; i++)
        if (!dropped[i])
            fits = full_strides->data[i] == strides->data[next++];
    if (dropped != inline_dropped)
        mica_free(dropped);
    return fits;
}

/// Is `type` the subview type `full`, or `full` without unit dimensions?
static bool subview_fits(const mica_type *full, const mica_type *type)
{
    micai_sizes full_strides, strides;
    int64_t full_offset, offset;
    if (!get_strides(full, &full_strides, &full_offset))
        return false;
    bool fits = get_strides(type, &strides, &offset);
    if (fits) {
        fits = full_offset == offset && strides_fit(full, &full_strides, &strides);
        micai_sizes_free(&strides);
    }
    micai_sizes_free(&full_strides);
    return fits;
}

bool micai_memref_subview_verify(mica_op *op)
{
    const mica_type *source = mica_value_type(mica_memref_subview_source(op));
    const mica_type *result = mica_value_type(mica_memref_subview_result(op));
    if (!mica_slice_verify(op))
        return false;
    if (mica_memref_type_memory_space(source) != mica_memref_type_memory_space(result))
        return error_with_types(op, "different memory spaces specified for base memref type ",
                                source, " and subview memref type ", result);
    const mica_type *full = mica_memref_subview_type(
        source, mica_dense_array_attr_data(mica_memref_subview_static_offsets(op)),
        mica_dense_array_attr_data(mica_memref_subview_static_sizes(op)),
        mica_dense_array_attr_data(mica_memref_subview_static_strides(op)));
    if (!full)
        return mica_op_error(op, "base type is not strided");
    if (mica_type_is_rank_reduced(full, result) && subview_fits(full, result))
        return true;
    return error_with_types(op, "expected result type to be ", full,
                            " or a rank-reduced version, but got ", result);
}

const mica_type *mica_memref_reduced_subview_type(const mica_type *full, const int64_t *reduced,
                                                  size_t reduced_rank)
{
    size_t rank = mica_type_rank(full), next = 0;
    micai_sizes strides;
    int64_t offset;
    const mica_type *type = NULL;
    bool *dropped = mica_calloc(rank + 1, sizeof *dropped);
    if (dropped &&
        mica_shape_drops_units(mica_type_shape(full), rank, reduced, reduced_rank, false,
                               dropped) &&
        get_strides(full, &strides, &offset)) {
        for (size_t i = 0; i < rank; i++)
            if (!dropped[i])
                strides.data[next++] = strides.data[i];
        type = with_layout(full, reduced, reduced_rank,
                           mica_strided_layout_attr_get(mica_type_context(full), offset,
                                                        strides.data, reduced_rank));
        micai_sizes_free(&strides);
    }
    mica_free(dropped);
    return type;
}

// ---- transpose, view
// -------------------------------------------------------------------------

/// The source's sizes and strides, permuted, are those of the result.
static bool is_transposed(const mica_type *source, const mica_type *result,
                          const mica_attr *permutation)
{
    micai_sizes from, to;
    int64_t from_offset, to_offset;
    if (!get_strides(source, &from, &from_offset))
        return false;
    bool good = get_strides(result, &to, &to_offset);
    if (good) {
        good = from_offset == to_offset;
        for (size_t i = 0; good && i < to.count; i++) {
            int64_t dim = mica_affine_expr_value(mica_affine_map_result(permutation, i));
            good = to.data[i] == from.data[dim] &&
                   mica_type_shape(result)[i] == mica_type_shape(source)[dim];
        }
        micai_sizes_free(&to);
    }
    micai_sizes_free(&from);
    return good;
}

bool micai_memref_transpose_verify(mica_op *op)
{
    const mica_type *source = mica_value_type(mica_memref_transpose_in(op));
    const mica_type *result = mica_value_type(mica_memref_transpose_result(op));
    const mica_attr *permutation = mica_memref_transpose_permutation(op);
    if (!mica_affine_map_is_permutation(permutation))
        return mica_op_error(op, "expected a permutation map");
    if (mica_affine_map_dim_count(permutation) != mica_type_rank(source))
        return mica_op_error(op, "expected a permutation map of same rank as the input");
    if (mica_type_rank(result) == mica_type_rank(source) &&
        mica_type_element(result) == mica_type_element(source) &&
        is_transposed(source, result, permutation))
        return true;
    return error_with_types(op, "result type ", result,
                            " is not equivalent to the transposed input type of ", source);
}

bool micai_memref_view_verify(mica_op *op)
{
    const mica_type *source = mica_value_type(mica_memref_view_source(op));
    const mica_type *result = mica_value_type(mica_op_result(op, 0));
    size_t dynamic = 0;
    for (size_t i = 0; i < mica_type_rank(result); i++)
        dynamic += mica_type_shape(result)[i] == MICA_DYNAMIC;
    if (mica_memref_type_layout(source))
        return mica_op_error(op, "unsupported map for base memref type");
    if (mica_memref_type_layout(result))
        return mica_op_error(op, "unsupported map for result memref type");
    if (mica_memref_type_memory_space(source) != mica_memref_type_memory_space(result))
        return error_with_types(op, "different memory spaces specified for base memref type ",
                                source, " and view memref type ", result);
    return mica_memref_view_sizes_count(op) == dynamic ||
           mica_op_error(op, "incorrect number of size operands for the result type");
}
