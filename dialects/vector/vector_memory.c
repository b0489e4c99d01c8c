// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Vector ops that read and write memory or tensors: verifiers, the maps and masks of transfers,
// interfaces.
#include "dialects/vector/vector_internal.h"

#include "ir/core/affine.h"
#include "ir/core/diagnostics.h"
#include "ir/core/interfaces.h"
#include "ir/core/sizes_internal.h"
#include "ir/rewrite/side_effects.h"

#include <stdlib.h>

static const mica_type *operand_type(const mica_op *op, size_t index)
{
    return mica_value_type(mica_op_operand(op, index));
}

static bool same_shape(const mica_type *a, const mica_type *b)
{
    size_t rank = mica_type_rank(a);
    if (rank != mica_type_rank(b))
        return false;
    for (size_t i = 0; i < rank; i++)
        if (mica_type_shape(a)[i] != mica_type_shape(b)[i])
            return false;
    return true;
}

static bool verify_indices(mica_op *op, const mica_type *base, size_t spec)
{
    size_t first, count;
    mica_op_operand_range(op, spec, &first, &count);
    return count == mica_type_rank(base) ||
           mica_op_error(op, "requires %zu indices", mica_type_rank(base));
}

// ---- load, store
// -----------------------------------------------------------------------------

/// A vector of more than one element needs a unit stride along the last dimension.
static bool verify_last_stride(mica_op *op, const mica_type *vector, const mica_type *memref)
{
    micai_sizes strides;
    int64_t offset;
    size_t rank = mica_type_rank(memref);
    if (rank == 0 || mica_type_element_count(vector) == 1)
        return true;
    if (!micai_sizes_init(&strides, rank))
        return false;
    bool unit =
        mica_memref_type_strides(memref, strides.data, &offset) && strides.data[rank - 1] == 1;
    micai_sizes_free(&strides);
    return unit || mica_op_error(op, "most minor memref dim must have unit stride");
}

static bool verify_access(mica_op *op, const mica_type *vector, const mica_type *memref,
                          size_t indices)
{
    const mica_type *element = mica_type_element(memref);
    if (!verify_last_stride(op, vector, memref))
        return false;
    if (mica_type_is_vector(element)) {
        if (element != vector)
            return mica_op_error(op, "base memref and vector types should match");
        element = mica_type_element(element);
    }
    if (mica_type_element(vector) != element)
        return mica_op_error(op, "base and vector element types should match");
    return verify_indices(op, memref, indices);
}

bool micai_vector_load_verify(mica_op *op)
{
    return verify_access(op, mica_value_type(mica_op_result(op, 0)), operand_type(op, 0), 1);
}

bool micai_vector_store_verify(mica_op *op)
{
    return verify_access(op, operand_type(op, 0), operand_type(op, 1), 2);
}

// ---- under masks
// -----------------------------------------------------------------------------

static bool verify_masked(mica_op *op, const mica_type *base, const mica_type *vector,
                          const mica_type *mask)
{
    if (mica_type_element(vector) != mica_type_element(base))
        return mica_op_error(op, "base and vector element type should match");
    if (!verify_indices(op, base, 1))
        return false;
    return same_shape(vector, mask) ||
           mica_op_error(op, "expected vector dim to match mask dim");
}

static bool verify_pass_through(mica_op *op, mica_value *value)
{
    return mica_value_type(value) == mica_value_type(mica_op_result(op, 0)) ||
           mica_op_error(op, "expected pass_thru of same type as result type");
}

bool micai_vector_maskedload_verify(mica_op *op)
{
    return verify_masked(op, operand_type(op, 0), mica_value_type(mica_op_result(op, 0)),
                         mica_value_type(mica_vector_maskedload_mask(op))) &&
           verify_pass_through(op, mica_vector_maskedload_pass_thru(op));
}

bool micai_vector_maskedstore_verify(mica_op *op)
{
    return verify_masked(op, operand_type(op, 0),
                         mica_value_type(mica_vector_maskedstore_valueToStore(op)),
                         mica_value_type(mica_vector_maskedstore_mask(op)));
}

bool micai_vector_expandload_verify(mica_op *op)
{
    return verify_masked(op, operand_type(op, 0), mica_value_type(mica_op_result(op, 0)),
                         mica_value_type(mica_vector_expandload_mask(op))) &&
           verify_pass_through(op, mica_vector_expandload_pass_thru(op));
}

bool micai_vector_compressstore_verify(mica_op *op)
{
    return verify_masked(op, operand_type(op, 0),
                         mica_value_type(mica_vector_compressstore_valueToStore(op)),
                         mica_value_type(mica_vector_compressstore_mask(op)));
}

bool micai_vector_gather_verify(mica_op *op)
{
    const mica_type *base = operand_type(op, 0),
                    *result = mica_value_type(mica_op_result(op, 0));
    mica_type_kind kind = mica_type_get_kind(base);
    if (kind != MICA_TYPE_MEMREF && kind != MICA_TYPE_RANKED_TENSOR)
        return mica_op_error(op, "requires base to be a memref or ranked tensor type");
    if (!same_shape(result, mica_value_type(mica_vector_gather_index_vec(op))))
        return mica_op_error(op, "expected result dim to match indices dim");
    return verify_masked(op, base, result, mica_value_type(mica_vector_gather_mask(op))) &&
           verify_pass_through(op, mica_vector_gather_pass_thru(op));
}

bool micai_vector_scatter_verify(mica_op *op)
{
    const mica_type *value = mica_value_type(mica_vector_scatter_valueToStore(op));
    if (!same_shape(value, mica_value_type(mica_vector_scatter_index_vec(op))))
        return mica_op_error(op, "expected valueToStore dim to match indices dim");
    return verify_masked(op, operand_type(op, 0), value,
                         mica_value_type(mica_vector_scatter_mask(op)));
}

// ---- maps and masks of transfers
// -------------------------------------------------------------

bool micai_vector_is_minor_identity(const mica_attr *map)
{
    uint32_t dims = mica_affine_map_dim_count(map);
    size_t results = mica_affine_map_result_count(map);
    if (mica_affine_map_symbol_count(map) != 0 || results > dims)
        return false;
    for (size_t i = 0; i < results; i++) {
        const mica_affine_expr *expr = mica_affine_map_result(map, i);
        if (mica_affine_expr_kind(expr) != MICA_AFFINE_DIM ||
            mica_affine_expr_value(expr) != (int64_t)(dims - results + i))
            return false;
    }
    return true;
}

bool micai_vector_any_in_bounds(const mica_attr *in_bounds)
{
    for (size_t i = 0; in_bounds && i < mica_array_attr_count(in_bounds); i++)
        if (mica_integer_attr_value(mica_array_attr_element(in_bounds, i)))
            return true;
    return false;
}

const mica_attr *micai_vector_all_false(mica_context *context, size_t count)
{
    const mica_attr *no = mica_bool_attr_get(context, false);
    const mica_attr **elements = mica_malloc((count + 1) * sizeof *elements);
    if (!elements)
        return NULL;
    for (size_t i = 0; i < count; i++)
        elements[i] = no;
    const mica_attr *attr = mica_array_attr_get(context, elements, count);
    mica_free(elements);
    return attr;
}

const mica_attr *mica_vector_transfer_minor_identity(const mica_type *shaped,
                                                     const mica_type *vector)
{
    mica_context *context = mica_type_context(shaped);
    size_t rank = mica_type_rank(shaped), count = mica_type_rank(vector);
    const mica_type *element = mica_type_element(shaped);
    if (mica_type_is_vector(element))
        count = count > mica_type_rank(element) ? count - mica_type_rank(element) : 0;
    // Memory of rank 0 holds one element of a vector<1xt>.
    if (rank == 0 && count == 1 && mica_type_shape(vector)[0] == 1) {
        const mica_affine_expr *zero = mica_affine_constant_get(context, 0);
        return mica_affine_map_get(context, 0, 0, &zero, 1);
    }
    uint32_t *positions = mica_malloc((count + 1) * sizeof *positions);
    if (!positions)
        return NULL;
    // More vector dimensions than memory has: the verifier refuses the map.
    size_t kept = count > rank ? rank : count;
    for (size_t i = 0; i < kept; i++)
        positions[i] = (uint32_t)(rank - kept + i);
    const mica_attr *map = mica_affine_map_projection(context, (uint32_t)rank, positions, kept);
    mica_free(positions);
    return map;
}

const mica_type *mica_vector_transfer_mask_type(const mica_type *vector, const mica_attr *map)
{
    size_t dims = mica_affine_map_dim_count(map), rank = 0;
    micai_sizes shape;
    bool *scalable = mica_calloc(dims + 1, sizeof *scalable);
    if (!scalable || !micai_sizes_init(&shape, dims + 1)) {
        mica_free(scalable);
        return NULL;
    }
    for (size_t dim = 0; dim < dims; dim++) {
        for (size_t i = 0; i < mica_affine_map_result_count(map); i++) {
            const mica_affine_expr *expr = mica_affine_map_result(map, i);
            if (mica_affine_expr_kind(expr) != MICA_AFFINE_DIM ||
                mica_affine_expr_value(expr) != (int64_t)dim || i >= mica_type_rank(vector))
                continue;
            scalable[rank] = mica_vector_type_dim_is_scalable(vector, i);
            shape.data[rank++] = mica_type_shape(vector)[i];
            break;
        }
    }
    if (rank == 0)
        shape.data[rank++] = 1;
    const mica_type *i1 = mica_integer_type_get(mica_type_context(vector), 1, MICA_SIGNLESS);
    const mica_type *type = mica_vector_type_get(i1, shape.data, scalable, rank);
    micai_sizes_free(&shape);
    mica_free(scalable);
    return type;
}

// ---- transfer_read, transfer_write
// ------------------------------------------------------------

typedef struct transfer_types {
    const mica_type *shaped, *vector, *mask; ///< `mask` may be NULL
    const mica_attr *map, *in_bounds;
} transfer_types;

/// Bits of the vector's last dimension are a multiple of those of what memory holds.
static bool verify_widths(mica_op *op, const transfer_types *types)
{
    const mica_type *element = mica_type_element(types->shaped);
    size_t rank = mica_type_rank(types->vector);
    int64_t last = rank == 0 ? 1 : mica_type_shape(types->vector)[rank - 1];
    int64_t bits = last * mica_type_bit_width(mica_type_element(types->vector)), unit;
    if (!mica_type_is_vector(element)) {
        unit = mica_type_bit_width(element);
        if (unit != 0 && bits % unit != 0)
            return mica_op_error(op, "requires the bitwidth of the minor 1-D vector to be an "
                                     "integral multiple of the bitwidth of the source element "
                                     "type");
        return mica_affine_map_result_count(types->map) == rank ||
               mica_op_error(op, "requires a permutation_map with result dims of the same rank "
                                 "as the vector type");
    }
    size_t inner = mica_type_rank(element);
    unit = mica_type_bit_width(mica_type_element(element)) *
           (inner == 0 ? 1 : mica_type_shape(element)[inner - 1]);
    if (unit != 0 && bits % unit != 0)
        return mica_op_error(op, "requires the bitwidth of the minor 1-D vector to be an "
                                 "integral multiple of the bitwidth of the minor 1-D vector of "
                                 "the source");
    if (inner > rank)
        return mica_op_error(op, "requires source vector element and vector result ranks to "
                                 "match.");
    if (mica_affine_map_result_count(types->map) != rank - inner)
        return mica_op_error(op, "requires a permutation_map with result dims of the same rank "
                                 "as the vector type");
    return !types->mask || mica_op_error(op, "does not support masks with vector element type");
}

/// Each result is a dim, none twice, or the constant 0.
static bool verify_permutation(mica_op *op, const mica_attr *map)
{
    micai_sizes seen;
    if (!micai_sizes_init(&seen, mica_affine_map_dim_count(map)))
        return false;
    bool good = true;
    for (size_t i = 0; good && i < mica_affine_map_result_count(map); i++) {
        const mica_affine_expr *expr = mica_affine_map_result(map, i);
        mica_affine_kind kind = mica_affine_expr_kind(expr);
        int64_t value = kind == MICA_AFFINE_DIM || kind == MICA_AFFINE_CONSTANT
                            ? mica_affine_expr_value(expr)
                            : -1;
        if (kind == MICA_AFFINE_DIM)
            good = seen.data[value]++ == 0 ||
                   mica_op_error(op, "requires a permutation_map that is a permutation (found "
                                     "one dim used more than once)");
        else
            good = value == 0 ||
                   mica_op_error(op, "requires a projected permutation_map (at most one dim or "
                                     "the zero constant can appear in each result)");
    }
    micai_sizes_free(&seen);
    return good;
}

static bool verify_transfer(mica_op *op, const transfer_types *types)
{
    mica_type_kind kind = mica_type_get_kind(types->shaped);
    if (kind != MICA_TYPE_MEMREF && kind != MICA_TYPE_RANKED_TENSOR)
        return mica_op_error(op, "requires source to be a memref or ranked tensor type");
    if (!verify_widths(op, types))
        return false;
    if (mica_affine_map_symbol_count(types->map) != 0)
        return mica_op_error(op, "requires permutation_map without symbols");
    if (mica_affine_map_dim_count(types->map) != mica_type_rank(types->shaped))
        return mica_op_error(op,
                             "requires a permutation_map with input dims of the same rank as "
                             "the source type");
    if (types->mask && types->mask != mica_vector_transfer_mask_type(types->vector, types->map))
        return mica_op_error(op, "inferred mask type and mask operand type don't match");
    if (mica_array_attr_count(types->in_bounds) != mica_affine_map_result_count(types->map))
        return mica_op_error(op, "expects the in_bounds attr of same rank as permutation_map "
                                 "results");
    return true;
}

static const mica_type *type_or_null(const mica_value *value)
{
    return value ? mica_value_type(value) : NULL;
}

bool micai_vector_transfer_read_verify(mica_op *op)
{
    transfer_types types = {
        .shaped = operand_type(op, 0),
        .vector = mica_value_type(mica_op_result(op, 0)),
        .mask = type_or_null(mica_vector_transfer_read_mask(op)),
        .map = mica_vector_transfer_read_permutation_map(op),
        .in_bounds = mica_vector_transfer_read_in_bounds(op),
    };
    if (!verify_indices(op, types.shaped, 1) || !verify_transfer(op, &types))
        return false;
    return (mica_value_type(mica_vector_transfer_read_padding(op)) ==
                mica_type_element(types.shaped) ||
            mica_op_error(op,
                          "requires formal padding and source of the same elemental type")) &&
           verify_permutation(op, types.map);
}

bool micai_vector_transfer_write_verify(mica_op *op)
{
    transfer_types types = {
        .shaped = operand_type(op, 1),
        .vector = operand_type(op, 0),
        .mask = type_or_null(mica_vector_transfer_write_mask(op)),
        .map = mica_vector_transfer_write_permutation_map(op),
        .in_bounds = mica_vector_transfer_write_in_bounds(op),
    };
    if (!verify_indices(op, types.shaped, 2))
        return false;
    for (size_t i = 0; i < mica_affine_map_result_count(types.map); i++)
        if (mica_affine_expr_kind(mica_affine_map_result(types.map, i)) == MICA_AFFINE_CONSTANT)
            return mica_op_error(op, "should not have broadcast dimensions");
    return verify_transfer(op, &types) && verify_permutation(op, types.map);
}

/// Nothing on tensors, a read or a write on memory.
static mica_op_effects transfer_effects(mica_op *op)
{
    bool writes = mica_op_is(op, &mica_vector_transfer_write_kind);
    mica_op_effects effects = {0, true};
    if (mica_type_get_kind(operand_type(op, writes)) == MICA_TYPE_MEMREF)
        effects.bits = writes ? MICA_EFFECT_WRITE : MICA_EFFECT_READ;
    return effects;
}

const mica_memory_effects micai_vector_transfer_effects = {sizeof(mica_memory_effects),
                                                           transfer_effects};

static mica_run written_operand(mica_op *op)
{
    (void)op;
    return (mica_run){1, 1};
}

const mica_destination_style micai_vector_transfer_write_destination_style = {
    sizeof(mica_destination_style), written_operand};
