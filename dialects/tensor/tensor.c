// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Hooks of the tensor dialect in the order of tensor.dialect: verifiers, names, interfaces.
// Folds are in tensor_fold.c, patterns in tensor_canonicalize.c; pack and unpack have their own
// file, tensor_pack.c.
#include "dialects/tensor/tensor.h"

#include "ir/core/context.h"
#include "ir/core/diagnostics.h"
#include "ir/core/interfaces.h"
#include "ir/core/shape_rules.h"
#include "ir/core/sizes_internal.h"
#include "ir/rewrite/fold.h"
#include "ir/rewrite/side_effects.h"

// ---- shared
// ----------------------------------------------------------------------------------

static size_t count_dynamic(const mica_type *type)
{
    size_t count = 0;
    for (size_t i = 0; i < mica_type_rank(type); i++)
        count += mica_type_shape(type)[i] == MICA_DYNAMIC;
    return count;
}

static bool type_mismatch(mica_op *op, const char *what, const mica_type *expected,
                          const mica_type *actual)
{
    mica_diagnostic *error = mica_op_error_begin(op, "%s", what);
    mica_diagnostic_append_type(error, expected);
    mica_diagnostic_append(error, ", but got ");
    mica_diagnostic_append_type(error, actual);
    return mica_diagnostic_emit(error);
}

/// The names that results print with; one hook for all.
static const struct {
    mica_op_kind kind;
    const char *name;
} result_names[] = {
    {&mica_tensor_cast_kind, "cast"},
    {&mica_tensor_collapse_shape_kind, "collapsed"},
    {&mica_tensor_concat_kind, "concat"},
    {&mica_tensor_dim_kind, "dim"},
    {&mica_tensor_expand_shape_kind, "expanded"},
    {&mica_tensor_extract_kind, "extracted"},
    {&mica_tensor_extract_slice_kind, "extracted_slice"},
    {&mica_tensor_from_elements_kind, "from_elements"},
    {&mica_tensor_gather_kind, "gather"},
    {&mica_tensor_generate_kind, "generated"},
    {&mica_tensor_insert_kind, "inserted"},
    {&mica_tensor_insert_slice_kind, "inserted_slice"},
    {&mica_tensor_pack_kind, "pack"},
    {&mica_tensor_pad_kind, "padded"},
    {&mica_tensor_rank_kind, "rank"},
    {&mica_tensor_reshape_kind, "reshape"},
    {&mica_tensor_scatter_kind, "scatter"},
    {&mica_tensor_splat_kind, "splat"},
    {&mica_tensor_unpack_kind, "unpack"},
};

void micai_tensor_name_results(mica_op *op, mica_name_value_fn name, void *user)
{
    for (size_t i = 0; i < sizeof result_names / sizeof *result_names; i++)
        if (mica_op_is(op, result_names[i].kind))
            name(user, mica_op_result(op, 0), mica_string_from(result_names[i].name));
}

mica_op *micai_tensor_materialize_constant(mica_builder *builder, const mica_attr *value,
                                           const mica_type *type)
{
    const mica_dialect_def *arith =
        mica_context_find_dialect(builder->context, mica_string_from("arith"));
    return arith && arith->materialize_constant
               ? arith->materialize_constant(builder, value, type)
               : NULL;
}

// ---- bitcast, cast
// ---------------------------------------------------------------------------

static bool casts_bits(const mica_type *const *inputs, size_t input_count,
                       const mica_type *const *outputs, size_t output_count)
{
    return input_count == 1 && output_count == 1 && mica_type_is_tensor(inputs[0]) &&
           mica_type_is_tensor(outputs[0]) &&
           mica_type_bit_width(mica_type_element(inputs[0])) ==
               mica_type_bit_width(mica_type_element(outputs[0])) &&
           mica_shapes_are_compatible(inputs[0], outputs[0]);
}

const mica_cast micai_tensor_bitcast_cast = {sizeof(mica_cast), casts_bits};

static bool casts_shape(const mica_type *const *inputs, size_t input_count,
                        const mica_type *const *outputs, size_t output_count)
{
    return input_count == 1 && output_count == 1 && mica_type_is_tensor(inputs[0]) &&
           mica_type_is_tensor(outputs[0]) &&
           mica_type_element(inputs[0]) == mica_type_element(outputs[0]) &&
           mica_shapes_are_compatible(inputs[0], outputs[0]);
}

const mica_cast micai_tensor_cast_cast = {sizeof(mica_cast), casts_shape};

// ---- collapse_shape, expand_shape
// -----------------------------------------------------------

/// Is the collapsed type what the groups make of the expanded one? Encodings don't count.
static bool verify_collapsed(mica_op *op, const mica_attr *reassociation,
                             const mica_type *expanded, const mica_type *collapsed)
{
    if (!mica_type_is_ranked(expanded) || !mica_type_is_ranked(collapsed))
        return mica_op_error(op, "expected ranked tensor types");
    if (!mica_reassociation_verify(op, reassociation, expanded, collapsed))
        return false;
    if (mica_type_element(expanded) == mica_type_element(collapsed))
        return true;
    const mica_type *expected = mica_type_with_element(collapsed, mica_type_element(expanded));
    return type_mismatch(op, "expected collapsed type to be ", expected, collapsed);
}

bool micai_tensor_collapse_shape_verify(mica_op *op)
{
    return verify_collapsed(op, mica_tensor_collapse_shape_reassociation(op),
                            mica_value_type(mica_tensor_collapse_shape_src(op)),
                            mica_value_type(mica_tensor_collapse_shape_result(op)));
}

bool micai_tensor_expand_shape_verify(mica_op *op)
{
    const mica_type *expanded = mica_value_type(mica_tensor_expand_shape_result(op));
    const mica_attr *statics = mica_tensor_expand_shape_static_output_shape(op);
    size_t count = mica_dense_array_attr_count(statics), places = 0;
    if (mica_type_is_ranked(expanded) && count != mica_type_rank(expanded))
        return mica_op_error(op,
                             "expected number of static shape dims to be equal to the output "
                             "rank (%zu) but found %zu inputs instead",
                             mica_type_rank(expanded), count);
    for (size_t i = 0; i < count; i++)
        places += mica_dense_array_attr_int(statics, i) == MICA_DYNAMIC;
    if (places != mica_tensor_expand_shape_output_shape_count(op))
        return mica_op_error(op, "mismatch in dynamic dims in output_shape and "
                                 "static_output_shape");
    return verify_collapsed(op, mica_tensor_expand_shape_reassociation(op), expanded,
                            mica_value_type(mica_tensor_expand_shape_src(op)));
}

// ---- concat
// ----------------------------------------------------------------------------------

/// Along one dimension: do the known sizes of the inputs agree with each other and the result?
static bool verify_equal_sizes(mica_op *op, size_t dim)
{
    int64_t known = MICA_DYNAMIC;
    for (size_t i = 0; i < mica_op_operand_count(op); i++) {
        int64_t size = mica_type_shape(mica_value_type(mica_op_operand(op, i)))[dim];
        if (!mica_sizes_are_compatible(known, size))
            return mica_op_error(op,
                                 "static concatenation size mismatch along non-concatenated "
                                 "dimension %zu",
                                 dim);
        known = size == MICA_DYNAMIC ? known : size;
    }
    int64_t result = mica_type_shape(mica_value_type(mica_op_result(op, 0)))[dim];
    return mica_sizes_are_compatible(known, result) ||
           mica_op_error(op,
                         "result type does not match the inferred size %lld of dimension %zu",
                         (long long)known, dim);
}

/// Sum of the inputs' sizes along the concatenated dimension, MICA_DYNAMIC if one is.
static int64_t concat_size(const mica_op *op, size_t dim)
{
    int64_t sum = 0;
    for (size_t i = 0; i < mica_op_operand_count(op); i++) {
        int64_t size = mica_type_shape(mica_value_type(mica_op_operand(op, i)))[dim];
        if (size == MICA_DYNAMIC)
            return MICA_DYNAMIC;
        sum += size;
    }
    return sum;
}

bool micai_tensor_concat_verify(mica_op *op)
{
    const mica_type *result = mica_value_type(mica_op_result(op, 0));
    size_t rank = mica_type_rank(result);
    if (mica_op_operand_count(op) == 0)
        return mica_op_error(op, "requires at least one input");
    for (size_t i = 0; i < mica_op_operand_count(op); i++) {
        const mica_type *input = mica_value_type(mica_op_operand(op, i));
        if (mica_type_rank(input) != rank)
            return mica_op_error(op, "rank of concatenated inputs must match result rank");
        if (mica_type_element(input) != mica_type_element(result))
            return mica_op_error(op, "inputs and result element type must match");
    }
    int64_t dim = mica_integer_attr_value(mica_tensor_concat_dim(op));
    if (dim < 0 || dim >= (int64_t)rank)
        return mica_op_error(op, "concatenation dim must be less than the tensor rank");
    for (size_t i = 0; i < rank; i++)
        if (i != (size_t)dim && !verify_equal_sizes(op, i))
            return false;
    int64_t sum = concat_size(op, (size_t)dim);
    return mica_sizes_are_compatible(sum, mica_type_shape(result)[dim]) ||
           mica_op_error(op,
                         "result type does not match the inferred size %lld of dimension %lld",
                         (long long)sum, (long long)dim);
}

// ---- dim, empty, extract
// ---------------------------------------------------------------------

/// Undefined for an index out of bounds: only moved where the index is known to be good.
static bool dim_is_speculatable(mica_op *op)
{
    int64_t index;
    const mica_type *source = mica_value_type(mica_tensor_dim_source(op));
    return mica_type_is_ranked(source) &&
           mica_value_constant_int(mica_tensor_dim_index(op), &index) && index >= 0 &&
           index < (int64_t)mica_type_rank(source);
}

const mica_speculation micai_tensor_dim_speculation = {sizeof(mica_speculation),
                                                       dim_is_speculatable};

bool micai_tensor_empty_verify(mica_op *op)
{
    size_t expected = count_dynamic(mica_value_type(mica_tensor_empty_result(op)));
    size_t actual = mica_tensor_empty_dynamicSizes_count(op);
    return actual == expected ||
           mica_op_error(op, "incorrect number of dynamic sizes, has %zu, expected %zu", actual,
                         expected);
}

bool micai_tensor_extract_verify(mica_op *op)
{
    const mica_type *tensor = mica_value_type(mica_tensor_extract_tensor(op));
    return mica_tensor_extract_indices_count(op) == mica_type_rank(tensor) ||
           mica_op_error(op, "incorrect number of indices for extract_element");
}

// ---- extract_slice, insert_slice, parallel_insert_slice
// ---------------------------------------

const mica_type *mica_tensor_slice_type(const mica_type *source, const int64_t *sizes,
                                        size_t rank)
{
    return mica_tensor_type_get(mica_type_element(source), sizes, rank,
                                mica_tensor_type_encoding(source));
}

static void source_ranks(const mica_op *op, size_t ranks[3])
{
    ranks[0] = ranks[1] = ranks[2] = mica_type_rank(mica_value_type(mica_op_operand(op, 0)));
}

static void dest_ranks(const mica_op *op, size_t ranks[3])
{
    ranks[0] = ranks[1] = ranks[2] = mica_type_rank(mica_value_type(mica_op_operand(op, 1)));
}

// Operands: source, offsets, sizes, strides; slot 0 holds the segment sizes.
const mica_offset_size_and_stride micai_tensor_slice_operands = {
    sizeof(mica_offset_size_and_stride), {1, 2, 3}, {1, 2, 3}, source_ranks};
// Operands: source, dest, offsets, sizes, strides.
const mica_offset_size_and_stride micai_tensor_insert_slice_operands = {
    sizeof(mica_offset_size_and_stride), {2, 3, 4}, {1, 2, 3}, dest_ranks};

/// Does `slice`, the type of the smaller tensor, fit the box that the op takes of `whole`?
static bool verify_slice(mica_op *op, const mica_type *whole, const mica_type *slice)
{
    if (!mica_slice_verify(op))
        return false;
    micai_sizes sizes;
    if (!micai_sizes_init(&sizes, mica_slice_rank(op)))
        return false;
    mica_mixed size;
    mica_mixed_cursor cursor = mica_slice_begin(op, MICA_SIZES);
    for (size_t i = 0; mica_mixed_next(&cursor, &size); i++)
        sizes.data[i] = mica_mixed_static(size);
    const mica_type *expected = mica_tensor_slice_type(whole, sizes.data, sizes.count);
    micai_sizes_free(&sizes);
    if (mica_type_is_rank_reduced(expected, slice))
        return true;
    mica_diagnostic *error = mica_op_error_begin(op, "expected type to be ");
    mica_diagnostic_append_type(error, expected);
    bool too_large = mica_type_rank(slice) > mica_type_rank(expected);
    mica_diagnostic_append(error, " or a rank-reduced version. %s",
                           too_large ? "(rank is larger)" : "(size mismatch)");
    return mica_diagnostic_emit(error);
}

bool micai_tensor_extract_slice_verify(mica_op *op)
{
    return verify_slice(op, mica_value_type(mica_tensor_extract_slice_source(op)),
                        mica_value_type(mica_tensor_extract_slice_result(op)));
}

bool micai_tensor_insert_slice_verify(mica_op *op)
{
    return verify_slice(op, mica_value_type(mica_tensor_insert_slice_dest(op)),
                        mica_value_type(mica_tensor_insert_slice_source(op)));
}

bool micai_tensor_parallel_insert_slice_verify(mica_op *op)
{
    mica_op *parent = mica_op_parent(op);
    if (!parent || !mica_string_is(mica_op_name(parent), "scf.forall.in_parallel"))
        return mica_op_error(op, "expected ParallelCombiningOpInterface parent, got:");
    return verify_slice(op, mica_value_type(mica_tensor_parallel_insert_slice_dest(op)),
                        mica_value_type(mica_tensor_parallel_insert_slice_source(op)));
}

// ---- gather, scatter
// -------------------------------------------------------------------------

/// `dims` names the dimensions of a tensor of `rank` that the coordinates are for.
static bool verify_coordinates(mica_op *op, const char *name, const mica_attr *dims,
                               const mica_type *indices, size_t rank)
{
    size_t count = mica_dense_array_attr_count(dims), depth = mica_type_rank(indices);
    if (count == 0)
        return mica_op_error(op, "%s_dims must be non-empty", name);
    if (count > rank)
        return mica_op_error(op, "%s_dims overflow rank", name);
    if (depth == 0 || mica_type_shape(indices)[depth - 1] != (int64_t)count)
        return mica_op_error(op,
                             "%s_dims length must match the size of last dimension of "
                             "indices",
                             name);
    for (size_t i = 0; i < count; i++) {
        int64_t dim = mica_dense_array_attr_int(dims, i);
        if (dim < 0)
            return mica_op_error(op, "%s_dims value must be non-negative", name);
        if (dim >= (int64_t)rank)
            return mica_op_error(op, "%s_dims value must be smaller than rank", name);
        if (i > 0 && dim <= mica_dense_array_attr_int(dims, i - 1))
            return mica_op_error(op, "%s_dims values must be strictly increasing", name);
    }
    return true;
}

/// Leading sizes of the indices, then those of `tensor`; dimensions in `dims` become 1, or are
/// left out when `reduced`.
static const mica_type *slices_type(const mica_type *tensor, const mica_type *indices,
                                    const mica_attr *dims, bool reduced)
{
    size_t leading = mica_type_rank(indices) - 1, count = leading, next = 0;
    micai_sizes shape;
    if (!micai_sizes_init(&shape, leading + mica_type_rank(tensor)))
        return NULL;
    for (size_t i = 0; i < leading; i++)
        shape.data[i] = mica_type_shape(indices)[i];
    for (size_t i = 0; i < mica_type_rank(tensor); i++) {
        bool named = next < mica_dense_array_attr_count(dims) &&
                     mica_dense_array_attr_int(dims, next) == (int64_t)i;
        next += named;
        if (!named || !reduced)
            shape.data[count++] = named ? 1 : mica_type_shape(tensor)[i];
    }
    const mica_type *type = mica_tensor_type_get(mica_type_element(tensor), shape.data, count,
                                                 mica_tensor_type_encoding(tensor));
    micai_sizes_free(&shape);
    return type;
}

static bool verify_slices_type(mica_op *op, const char *what, const mica_type *tensor,
                               const mica_type *indices, const mica_attr *dims,
                               const mica_type *actual)
{
    const mica_type *full = slices_type(tensor, indices, dims, false);
    if (actual == full || actual == slices_type(tensor, indices, dims, true))
        return true;
    return type_mismatch(op, what, full, actual);
}

bool micai_tensor_gather_verify(mica_op *op)
{
    const mica_type *source = mica_value_type(mica_tensor_gather_source(op));
    const mica_type *indices = mica_value_type(mica_tensor_gather_indices(op));
    const mica_attr *dims = mica_tensor_gather_gather_dims(op);
    return verify_coordinates(op, "gather", dims, indices, mica_type_rank(source)) &&
           verify_slices_type(op, "result type mismatch: expected ", source, indices, dims,
                              mica_value_type(mica_tensor_gather_result(op)));
}

bool micai_tensor_scatter_verify(mica_op *op)
{
    const mica_type *dest = mica_value_type(mica_tensor_scatter_dest(op));
    const mica_type *indices = mica_value_type(mica_tensor_scatter_indices(op));
    const mica_attr *dims = mica_tensor_scatter_scatter_dims(op);
    if (!verify_coordinates(op, "scatter", dims, indices, mica_type_rank(dest)))
        return false;
    if (!mica_tensor_scatter_unique(op))
        return mica_op_error(op, "requires 'unique' attribute to be set");
    return verify_slices_type(op, "source type mismatch: expected ", dest, indices, dims,
                              mica_value_type(mica_tensor_scatter_source(op)));
}

// ---- generate
// --------------------------------------------------------------------------------

bool micai_tensor_generate_verify(mica_op *op)
{
    size_t expected = count_dynamic(mica_value_type(mica_tensor_generate_result(op)));
    return mica_tensor_generate_dynamicExtents_count(op) == expected ||
           mica_op_error(op, "must have as many index operands as dynamic extents in the "
                             "result type");
}

bool micai_tensor_generate_verify_regions(mica_op *op)
{
    const mica_type *type = mica_value_type(mica_tensor_generate_result(op));
    mica_block *body = mica_region_first(mica_tensor_generate_body(op));
    for (size_t i = 0; i < mica_block_argument_count(body); i++)
        if (!mica_type_is_index(mica_value_type(mica_block_argument(body, i))))
            return mica_op_error(op, "all body arguments must be index");
    if (mica_block_argument_count(body) != mica_type_rank(type))
        return mica_op_error(op, "must have one body argument per input dimension");
    mica_op *yield = mica_block_terminator(body);
    if (!mica_op_is(yield, &mica_tensor_yield_kind) ||
        mica_value_type(mica_tensor_yield_value(yield)) != mica_type_element(type))
        return mica_op_error(op, "body must be terminated with a `yield` operation of the "
                                 "tensor element type");
    return true;
}

// ---- insert
// ----------------------------------------------------------------------------------

bool micai_tensor_insert_verify(mica_op *op)
{
    const mica_type *dest = mica_value_type(mica_tensor_insert_dest(op));
    return mica_tensor_insert_indices_count(op) == mica_type_rank(dest) ||
           mica_op_error(op, "incorrect number of indices");
}

/// The operand after the source is the destination of insert, insert_slice, pack and unpack.
static mica_run second_operand(mica_op *op)
{
    (void)op;
    return (mica_run){1, 1};
}

const mica_destination_style micai_tensor_dest_style = {sizeof(mica_destination_style),
                                                        second_operand};

// ---- pad
// -------------------------------------------------------------------------------------

const mica_type *mica_tensor_padded_type(const mica_type *source, const int64_t *low,
                                         const int64_t *high, size_t count)
{
    micai_sizes shape;
    if (count != mica_type_rank(source) || !micai_sizes_init(&shape, count))
        return NULL;
    for (size_t i = 0; i < count; i++) {
        int64_t size = mica_type_shape(source)[i];
        bool known = size != MICA_DYNAMIC && low[i] != MICA_DYNAMIC && high[i] != MICA_DYNAMIC;
        shape.data[i] = known ? size + low[i] + high[i] : MICA_DYNAMIC;
    }
    const mica_type *type = mica_tensor_type_get(mica_type_element(source), shape.data, count,
                                                 mica_tensor_type_encoding(source));
    micai_sizes_free(&shape);
    return type;
}

bool micai_tensor_pad_verify(mica_op *op)
{
    const mica_type *source = mica_value_type(mica_tensor_pad_source(op));
    const mica_type *result = mica_value_type(mica_tensor_pad_result(op));
    const mica_attr *low = mica_tensor_pad_static_low(op);
    const mica_attr *high = mica_tensor_pad_static_high(op);
    size_t rank = mica_type_rank(source);
    if (mica_dense_array_attr_count(low) != rank || mica_dense_array_attr_count(high) != rank)
        return mica_op_error(op, "expected as many low and high paddings as dimensions");
    const mica_type *expected = mica_tensor_padded_type(source, mica_dense_array_attr_data(low),
                                                        mica_dense_array_attr_data(high), rank);
    bool fits = mica_type_rank(result) == rank;
    for (size_t i = 0; fits && i < rank; i++) {
        int64_t size = mica_type_shape(expected)[i];
        fits = size == MICA_DYNAMIC || size == mica_type_shape(result)[i];
    }
    if (fits)
        return true;
    return type_mismatch(op, "specified type does not match the inferred type ", expected,
                         result);
}

bool micai_tensor_pad_verify_regions(mica_op *op)
{
    const mica_type *type = mica_value_type(mica_tensor_pad_result(op));
    mica_block *body = mica_region_first(mica_tensor_pad_region(op));
    if (mica_block_argument_count(body) != mica_type_rank(type))
        return mica_op_error(op, "expected the block to have %zu arguments",
                             mica_type_rank(type));
    for (size_t i = 0; i < mica_block_argument_count(body); i++)
        if (!mica_type_is_index(mica_value_type(mica_block_argument(body, i))))
            return mica_op_error(op, "expected block argument %zu to be an index", i + 1);
    mica_op *yield = mica_block_terminator(body);
    if (!mica_op_is(yield, &mica_tensor_yield_kind) ||
        mica_value_type(mica_tensor_yield_value(yield)) != mica_type_element(type))
        return mica_op_error(op, "expected yield type to match shape element type");
    return true;
}

// ---- reshape, splat
// --------------------------------------------------------------------------

bool micai_tensor_reshape_verify(mica_op *op)
{
    const mica_type *source = mica_value_type(mica_tensor_reshape_source(op));
    const mica_type *result = mica_value_type(mica_tensor_reshape_result(op));
    int64_t length = mica_type_shape(mica_value_type(mica_tensor_reshape_shape(op)))[0];
    if (mica_type_element(source) != mica_type_element(result))
        return mica_op_error(op, "element types of source and destination tensor types should "
                                 "be the same");
    if (!mica_type_is_ranked(result))
        return true;
    int64_t from = mica_type_element_count(source), to = mica_type_element_count(result);
    if (mica_type_is_ranked(source) && from >= 0 && to >= 0 && from != to)
        return mica_op_error(op, "source and destination tensor should have the same number of "
                                 "elements");
    if (length == MICA_DYNAMIC)
        return mica_op_error(op, "cannot use shape operand with dynamic length to reshape to "
                                 "statically-ranked tensor type");
    return length == (int64_t)mica_type_rank(result) ||
           mica_op_error(op, "length of shape operand differs from the result's tensor rank");
}

bool micai_tensor_splat_verify(mica_op *op)
{
    size_t expected = count_dynamic(mica_value_type(mica_tensor_splat_aggregate(op)));
    size_t actual = mica_tensor_splat_dynamicSizes_count(op);
    return actual == expected ||
           mica_op_error(op, "incorrect number of dynamic sizes, has %zu, expected %zu", actual,
                         expected);
}
