// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Transfers through permutation maps as transfers in the order of memory, with the transposing
// and repeating done on vectors:
//
//   (d0, d1) -> (d1, d0)    read: vector.transpose of a plain read
//                           write: of vector.transpose
//   (d0, d1) -> (0, d1)     read: vector.broadcast of a read of one dimension less
//   (d0, d1) -> (d0)        write: of the vector with a dimension of size 1 for d1
#include "dialects/memref/memref_ops.h"
#include "dialects/tensor/tensor_ops.h"
#include "transforms/convert/vector_transfer_internal.h"

/// Where each result of a map stands when those that repeat are given free places: results are
/// dims of the last places of memory, each once.
typedef struct placement {
    size_t places[2 * MICAI_TRANSFER_MOST_DIMS];
    size_t count;
} placement;

static bool find_placement(const mica_attr *map, placement *found)
{
    bool taken[2 * MICAI_TRANSFER_MOST_DIMS] = {false};
    bool repeats[MICAI_TRANSFER_MOST_DIMS] = {false};
    const size_t dims = mica_affine_map_dim_count(map);
    const size_t results = mica_affine_map_result_count(map);
    const size_t skipped = results < dims ? dims - results : 0;
    const size_t leading = results > dims ? results - dims : 0;
    found->count = results;
    for (size_t i = 0; i < results; i++) {
        const mica_affine_expr *expr = mica_affine_map_result(map, i);
        repeats[i] = mica_affine_expr_kind(expr) != MICA_AFFINE_DIM;
        if (repeats[i])
            continue;
        const size_t dim = (size_t)mica_affine_expr_value(expr);
        if (dim < skipped)
            return false;
        found->places[i] = dim - skipped + leading;
        taken[found->places[i]] = true;
    }
    for (size_t i = 0, next = 0; i < results; i++) {
        if (!repeats[i])
            continue;
        while (taken[next])
            next++;
        found->places[i] = next;
        taken[next] = true;
    }
    return true;
}

static bool is_in_order(const placement *found)
{
    for (size_t i = 0; i < found->count; i++)
        if (found->places[i] != i)
            return false;
    return true;
}

/// Element places[i] of the result is element i of the array.
static const mica_attr *permuted_array(const mica_attr *array, const placement *to)
{
    const mica_attr *elements[2 * MICAI_TRANSFER_MOST_DIMS];
    for (size_t i = 0; i < to->count; i++)
        elements[to->places[i]] = mica_array_attr_element(array, i);
    return mica_array_attr_get(mica_attr_context(array), elements, to->count);
}

static const mica_type *permuted_type(const mica_type *vector, const placement *to)
{
    int64_t shape[2 * MICAI_TRANSFER_MOST_DIMS];
    bool scalable[2 * MICAI_TRANSFER_MOST_DIMS];
    for (size_t i = 0; i < to->count; i++) {
        shape[to->places[i]] = mica_type_shape(vector)[i];
        scalable[to->places[i]] = mica_vector_type_dim_is_scalable(vector, i);
    }
    return mica_vector_type_get(mica_type_element(vector), shape, scalable, to->count);
}

static mica_value *transpose(mica_builder *builder, mica_value *vector, const mica_type *type,
                             const int64_t *permutation, size_t count)
{
    const mica_attr *attr = mica_i64_array_attr_get(builder->context, permutation, count);
    return mica_op_result(mica_vector_transpose_build(builder, type, vector, attr), 0);
}

static bool has_vector_elements(const micai_transfer *transfer)
{
    return mica_type_is_vector(mica_type_element(mica_value_type(transfer->source)));
}

// ---- transposed
// ------------------------------------------------------------------------------

static bool read_in_order(mica_rewriter *rewriter, mica_op *op, void *user)
{
    (void)user;
    micai_transfer transfer;
    placement found;
    if (!micai_transfer_of(op, &transfer) || has_vector_elements(&transfer) ||
        !find_placement(transfer.map, &found) || is_in_order(&found))
        return mica_rewriter_fail(rewriter, op, "the dimensions are in order");
    mica_builder *builder = mica_rewriter_builder(rewriter);
    const mica_type *type = transfer.type;
    const mica_affine_expr *results[2 * MICAI_TRANSFER_MOST_DIMS];
    int64_t permutation[2 * MICAI_TRANSFER_MOST_DIMS];
    for (size_t i = 0; i < found.count; i++) {
        results[found.places[i]] = mica_affine_map_result(transfer.map, i);
        permutation[i] = (int64_t)found.places[i];
    }
    transfer.map = mica_affine_map_get(
        builder->context, mica_affine_map_dim_count(transfer.map), 0, results, found.count);
    transfer.in_bounds = permuted_array(transfer.in_bounds, &found);
    transfer.type = permuted_type(type, &found);
    mica_value *read = mica_op_result(micai_transfer_build(builder, &transfer), 0);
    mica_value *made = transpose(builder, read, type, permutation, found.count);
    return mica_rewriter_replace_op(rewriter, op, &made, 1);
}

static const mica_attr *last_dims(const mica_attr *map)
{
    const uint32_t dims = mica_affine_map_dim_count(map);
    const size_t results = mica_affine_map_result_count(map);
    uint32_t positions[2 * MICAI_TRANSFER_MOST_DIMS];
    for (size_t i = 0; i < results; i++)
        positions[i] = (uint32_t)(dims - results + i);
    return mica_affine_map_projection(mica_attr_context(map), dims, positions, results);
}

static bool write_in_order(mica_rewriter *rewriter, mica_op *op, void *user)
{
    (void)user;
    micai_transfer transfer;
    placement found;
    if (!micai_transfer_of(op, &transfer) || has_vector_elements(&transfer) ||
        !find_placement(transfer.map, &found) || is_in_order(&found))
        return mica_rewriter_fail(rewriter, op, "the dimensions are in order");
    mica_builder *builder = mica_rewriter_builder(rewriter);
    int64_t permutation[2 * MICAI_TRANSFER_MOST_DIMS];
    for (size_t i = 0; i < found.count; i++)
        permutation[found.places[i]] = (int64_t)i;
    const mica_type *type = permuted_type(transfer.type, &found);
    transfer.vector = transpose(builder, transfer.vector, type, permutation, found.count);
    transfer.in_bounds = permuted_array(transfer.in_bounds, &found);
    transfer.map = last_dims(transfer.map);
    transfer.type = type;
    mica_op *made = micai_transfer_build(builder, &transfer);
    return made && mica_rewriter_replace_op_with(rewriter, op, made);
}

// ---- dimensions more and less
// ----------------------------------------------------------------

/// The vector with `count` dimensions of size 1 in front.
static mica_value *extend(mica_builder *builder, mica_value *vector, size_t count)
{
    int64_t shape[2 * MICAI_TRANSFER_MOST_DIMS];
    bool scalable[2 * MICAI_TRANSFER_MOST_DIMS] = {false};
    const mica_type *type = mica_value_type(vector);
    const size_t rank = mica_type_rank(type);
    for (size_t i = 0; i < count; i++)
        shape[i] = 1;
    for (size_t i = 0; i < rank; i++) {
        shape[count + i] = mica_type_shape(type)[i];
        scalable[count + i] = mica_vector_type_dim_is_scalable(type, i);
    }
    const mica_type *to =
        mica_vector_type_get(mica_type_element(type), shape, scalable, count + rank);
    return mica_op_result(mica_vector_broadcast_build(builder, to, vector), 0);
}

/// The mask with `count` dimensions of size 1 behind, in memory's order.
static mica_value *extend_mask(mica_builder *builder, mica_value *mask, size_t count)
{
    mica_value *wide = extend(builder, mask, count);
    placement to = {.count = mica_type_rank(mica_value_type(wide))};
    int64_t permutation[2 * MICAI_TRANSFER_MOST_DIMS];
    for (size_t i = 0; i < to.count; i++) {
        permutation[i] = (int64_t)((i + count) % to.count);
        to.places[(i + count) % to.count] = i;
    }
    return transpose(builder, wide, permuted_type(mica_value_type(wide), &to), permutation,
                     to.count);
}

/// Dims of memory behind the first that the map names and that it does not name.
static size_t missing_dims(const mica_attr *map, size_t *missing)
{
    bool is_named[MICAI_TRANSFER_MOST_DIMS] = {false};
    for (size_t i = 0; i < mica_affine_map_result_count(map); i++) {
        const mica_affine_expr *expr = mica_affine_map_result(map, i);
        if (mica_affine_expr_kind(expr) == MICA_AFFINE_DIM)
            is_named[mica_affine_expr_value(expr)] = true;
    }
    bool found = false;
    size_t count = 0;
    for (size_t i = 0; i < mica_affine_map_dim_count(map); i++) {
        if (found && !is_named[i])
            missing[count++] = i;
        found |= is_named[i];
    }
    return count;
}

/// A write that leaves out inner dimensions writes slices of size 1 of them.
static bool write_missing_dims(mica_rewriter *rewriter, mica_op *op, void *user)
{
    (void)user;
    micai_transfer transfer;
    placement found;
    size_t missing[MICAI_TRANSFER_MOST_DIMS];
    if (!micai_transfer_of(op, &transfer) || has_vector_elements(&transfer) ||
        find_placement(transfer.map, &found))
        return mica_rewriter_fail(rewriter, op, "no inner dimension is left out");
    const size_t count = missing_dims(transfer.map, missing);
    if (count + found.count > MICAI_TRANSFER_MOST_DIMS)
        return mica_rewriter_fail(rewriter, op, "too many dimensions");
    mica_builder *builder = mica_rewriter_builder(rewriter);
    const mica_affine_expr *results[2 * MICAI_TRANSFER_MOST_DIMS];
    const mica_attr *bounds[2 * MICAI_TRANSFER_MOST_DIMS];
    for (size_t i = 0; i < count; i++) {
        results[i] = mica_affine_dim_get(builder->context, (uint32_t)missing[i]);
        bounds[i] = mica_bool_attr_get(builder->context, true);
    }
    for (size_t i = 0; i < found.count; i++) {
        results[count + i] = mica_affine_map_result(transfer.map, i);
        bounds[count + i] = mica_array_attr_element(transfer.in_bounds, i);
    }
    transfer.vector = extend(builder, transfer.vector, count);
    if (transfer.mask)
        transfer.mask = extend_mask(builder, transfer.mask, count);
    transfer.type = mica_value_type(transfer.vector);
    transfer.map =
        mica_affine_map_get(builder->context, mica_affine_map_dim_count(transfer.map), 0,
                            results, count + found.count);
    transfer.in_bounds = mica_array_attr_get(builder->context, bounds, count + found.count);
    mica_op *made = micai_transfer_build(builder, &transfer);
    return made && mica_rewriter_replace_op_with(rewriter, op, made);
}

static mica_value *load_element(mica_builder *builder, const micai_transfer *transfer)
{
    mica_op *made = mica_type_is_tensor(mica_value_type(transfer->source))
                        ? mica_tensor_extract_build(builder, transfer->source,
                                                    transfer->indices, transfer->index_count)
                        : mica_memref_load_build(builder, transfer->source, transfer->indices,
                                                 transfer->index_count, NULL);
    return mica_op_result(made, 0);
}

static const mica_attr *array_tail(const mica_attr *array, size_t first)
{
    const mica_attr *elements[2 * MICAI_TRANSFER_MOST_DIMS];
    const size_t count = mica_array_attr_count(array) - first;
    for (size_t i = 0; i < count; i++)
        elements[i] = mica_array_attr_element(array, first + i);
    return mica_array_attr_get(mica_attr_context(array), elements, count);
}

/// The transfer without its first `count` dimensions, which repeat.
static void drop_leading(micai_transfer *transfer, size_t count)
{
    const mica_affine_expr *results[2 * MICAI_TRANSFER_MOST_DIMS];
    bool scalable[2 * MICAI_TRANSFER_MOST_DIMS];
    const mica_type *type = transfer->type;
    const size_t rank = mica_type_rank(type) - count;
    for (size_t i = 0; i < rank; i++) {
        results[i] = mica_affine_map_result(transfer->map, count + i);
        scalable[i] = mica_vector_type_dim_is_scalable(type, count + i);
    }
    transfer->map =
        mica_affine_map_get(mica_attr_context(transfer->map),
                            mica_affine_map_dim_count(transfer->map), 0, results, rank);
    transfer->in_bounds = array_tail(transfer->in_bounds, count);
    transfer->type = mica_vector_type_get(mica_type_element(type),
                                          mica_type_shape(type) + count, scalable, rank);
}

/// read (d0, d1) -> (0, d1) -> broadcast(read (d0, d1) -> (d1))
static bool read_leading_once(mica_rewriter *rewriter, mica_op *op, void *user)
{
    (void)user;
    micai_transfer transfer;
    placement found;
    size_t leading = 0, dim;
    if (!micai_transfer_of(op, &transfer) || has_vector_elements(&transfer))
        return false;
    const mica_type *type = transfer.type;
    const size_t rank = mica_type_rank(type);
    while (leading < rank && !micai_transfer_dim(&transfer, leading, &dim))
        leading++;
    if (leading == 0)
        return mica_rewriter_fail(rewriter, op, "no leading dimension repeats");
    mica_builder *builder = mica_rewriter_builder(rewriter);
    mica_value *read;
    if (leading == rank) {
        if (transfer.mask)
            return mica_rewriter_fail(rewriter, op, "a masked element");
        read = load_element(builder, &transfer);
    } else {
        drop_leading(&transfer, leading);
        if (!find_placement(transfer.map, &found) || !is_in_order(&found))
            return mica_rewriter_fail(rewriter, op, "the other dimensions are not in order");
        read = mica_op_result(micai_transfer_build(builder, &transfer), 0);
    }
    mica_op *made = mica_vector_broadcast_build(builder, type, read);
    return made && mica_rewriter_replace_op_with(rewriter, op, made);
}

static const mica_pattern patterns[] = {
    {"vector_read_in_order", "vector.transfer_read", 1, read_in_order, NULL},
    {"vector_read_leading_once", "vector.transfer_read", 1, read_leading_once, NULL},
    {"vector_write_in_order", "vector.transfer_write", 1, write_in_order, NULL},
    {"vector_write_missing_dims", "vector.transfer_write", 1, write_missing_dims, NULL},
};

bool micai_add_transfer_permutations(mica_pattern_set *set)
{
    return mica_pattern_set_add(set, patterns, sizeof patterns / sizeof *patterns);
}
