// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Contractions, reductions, and the ops that hold vector code (mask, warp_execute_on_lane_0).
#include "dialects/vector/vector_internal.h"

#include "ir/core/affine.h"
#include "ir/core/diagnostics.h"
#include "ir/core/sizes_internal.h"

static const mica_type *operand_type(const mica_op *op, size_t index)
{
    return mica_value_type(mica_op_operand(op, index));
}

static const mica_type *result_type(const mica_op *op)
{
    return mica_value_type(mica_op_result(op, 0));
}

/// Can elements of this type be combined so?
static bool kind_fits(mica_vector_combining_kind kind, const mica_type *element)
{
    bool is_integer = mica_type_is_integer(element) || mica_type_is_index(element);
    bool is_float = mica_type_is_float(element);
    switch (kind) {
    case MICA_VECTOR_COMBINING_KIND_ADD:
    case MICA_VECTOR_COMBINING_KIND_MUL:
        return is_integer || is_float;
    case MICA_VECTOR_COMBINING_KIND_MINNUMF:
    case MICA_VECTOR_COMBINING_KIND_MAXNUMF:
    case MICA_VECTOR_COMBINING_KIND_MINIMUMF:
    case MICA_VECTOR_COMBINING_KIND_MAXIMUMF:
        return is_float;
    default:
        return is_integer;
    }
}

// ---- contract
// --------------------------------------------------------------------------------

/// Which dimension of an operand a loop indexes; -1 for none.
static int64_t dim_of_loop(const mica_attr *map, size_t loop)
{
    for (size_t i = 0; i < mica_affine_map_result_count(map); i++)
        if (mica_affine_expr_value(mica_affine_map_result(map, i)) == (int64_t)loop)
            return (int64_t)i;
    return -1;
}

static bool verify_contract_maps(mica_op *op, const mica_attr *maps, size_t loops)
{
    if (mica_array_attr_count(maps) != 3)
        return mica_op_error(op, "expected an indexing map for each vector operand");
    for (size_t i = 0; i < 3; i++) {
        const mica_attr *map = mica_array_attr_element(maps, i);
        size_t rank = mica_type_rank(operand_type(op, i));
        if (!mica_attr_is(map, MICA_ATTR_AFFINE_MAP))
            return mica_op_error(op, "expected an indexing map for each vector operand");
        if (mica_affine_map_symbol_count(map) != 0)
            return mica_op_error(op, "expected indexing map %zu to have no symbols", i);
        if (mica_affine_map_dim_count(map) != loops)
            return mica_op_error(op, "expected indexing map %zu to have %zu number of inputs",
                                 i, loops);
        if (mica_affine_map_result_count(map) != rank)
            return mica_op_error(op, "expected indexing map %zu to have %zu number of outputs",
                                 i, rank);
        if (!mica_affine_map_is_projected_permutation(map))
            return mica_op_error(op,
                                 "expected indexing map %zu to be a projected permutation of "
                                 "its inputs",
                                 i);
    }
    return true;
}

static bool is_reduction(const mica_op *op, size_t loop)
{
    const mica_attr *types = mica_vector_contract_iterator_types(op);
    return mica_attr_param(mica_array_attr_element(types, loop), 0) ==
           MICA_VECTOR_ITERATOR_TYPE_REDUCTION;
}

/// Loops that index both factors have one size; sets the size of each loop, 0 for loops that
/// index neither.
static bool find_extents(mica_op *op, const mica_attr *maps, micai_sizes *extents)
{
    const mica_type *lhs = operand_type(op, 0), *rhs = operand_type(op, 1);
    size_t contracted = 0;
    for (size_t i = 0; i < extents->count; i++) {
        int64_t left = dim_of_loop(mica_array_attr_element(maps, 0), i);
        int64_t right = dim_of_loop(mica_array_attr_element(maps, 1), i);
        if (left >= 0)
            extents->data[i] = mica_type_shape(lhs)[left];
        if (right >= 0)
            extents->data[i] = mica_type_shape(rhs)[right];
        if (left < 0 || right < 0)
            continue;
        contracted += is_reduction(op, i);
        if (mica_type_shape(lhs)[left] != mica_type_shape(rhs)[right])
            return mica_op_error(op, "invalid %s dimension map",
                                 is_reduction(op, i) ? "contracting" : "batch");
    }
    return contracted > 0 ||
           mica_op_error(op, "expected at least one contracting dimension pair");
}

static bool verify_contract_result(mica_op *op, const mica_attr *maps,
                                   const micai_sizes *extents)
{
    const mica_attr *map = mica_array_attr_element(maps, 2);
    const mica_type *acc = operand_type(op, 2), *result = result_type(op);
    size_t free_loops = 0;
    for (size_t i = 0; i < extents->count; i++) {
        if (extents->data[i] == 0)
            return mica_op_error(op, "expected all dimensions to be either a LHS or a RHS "
                                     "dimension");
        bool contracted = is_reduction(op, i) &&
                          dim_of_loop(mica_array_attr_element(maps, 0), i) >= 0 &&
                          dim_of_loop(mica_array_attr_element(maps, 1), i) >= 0;
        free_loops += !contracted;
    }
    bool fits = acc == result && mica_type_is_vector(result) == (free_loops > 0);
    for (size_t i = 0; fits && i < mica_affine_map_result_count(map); i++)
        fits = mica_type_shape(result)[i] ==
               extents->data[mica_affine_expr_value(mica_affine_map_result(map, i))];
    return fits || mica_op_error(op, "invalid accumulator/result vector shape");
}

bool micai_vector_contract_verify(mica_op *op)
{
    const mica_attr *maps = mica_vector_contract_indexing_maps(op);
    const mica_type *element = mica_type_element(operand_type(op, 0));
    size_t loops = mica_array_attr_count(mica_vector_contract_iterator_types(op));
    micai_sizes extents;
    if (mica_type_is_integer(element) && !mica_type_is_signless_integer(element))
        return mica_op_error(op, "only supports signless integer types");
    if (!verify_contract_maps(op, maps, loops) || !micai_sizes_init(&extents, loops))
        return false;
    bool good = find_extents(op, maps, &extents) && verify_contract_result(op, maps, &extents);
    micai_sizes_free(&extents);
    return good && (kind_fits(mica_vector_contract_kind_(op),
                              mica_type_element_or_self(result_type(op))) ||
                    mica_op_error(op, "unsupported contraction type"));
}

// ---- multi_reduction, outerproduct, reduction, scan
// -------------------------------------------

static bool lists(const mica_attr *dims, size_t dim)
{
    for (size_t i = 0; i < mica_array_attr_count(dims); i++)
        if (mica_integer_attr_value(mica_array_attr_element(dims, i)) == (int64_t)dim)
            return true;
    return false;
}

bool micai_vector_multi_reduction_verify(mica_op *op)
{
    const mica_type *source = operand_type(op, 0), *result = result_type(op);
    const mica_attr *dims = mica_vector_multi_reduction_reduction_dims(op);
    size_t kept = 0;
    bool fits = true;
    for (size_t i = 0; i < mica_type_rank(source); i++) {
        if (lists(dims, i))
            continue;
        fits = fits && kept < mica_type_rank(result) &&
               mica_type_shape(result)[kept] == mica_type_shape(source)[i] &&
               mica_vector_type_dim_is_scalable(result, kept) ==
                   mica_vector_type_dim_is_scalable(source, i);
        kept++;
    }
    fits = fits && (kept > 0 ? mica_type_is_vector(result) && mica_type_rank(result) == kept
                             : !mica_type_is_vector(result));
    if (fits)
        return true;
    mica_diagnostic *error = mica_op_error_begin(op, "destination type ");
    mica_diagnostic_append_type(error, result);
    mica_diagnostic_append(error, " is incompatible with source type ");
    mica_diagnostic_append_type(error, source);
    return mica_diagnostic_emit(error);
}

static bool verify_outer_shape(mica_op *op, const mica_type *lhs, const mica_type *rhs,
                               const mica_type *result)
{
    if (mica_type_rank(lhs) != 1)
        return mica_op_error(op, "expected 1-d vector for operand #1");
    bool is_vector = mica_type_is_vector(rhs);
    if (is_vector && mica_type_rank(rhs) != 1)
        return mica_op_error(op, "expected 1-d vector for operand #2");
    if (mica_type_rank(result) != (is_vector ? 2u : 1u))
        return mica_op_error(op, "expected %d-d vector result", is_vector ? 2 : 1);
    if (mica_type_shape(lhs)[0] != mica_type_shape(result)[0])
        return mica_op_error(op, "expected #1 operand dim to match result dim #1");
    if (is_vector && mica_type_shape(rhs)[0] != mica_type_shape(result)[1])
        return mica_op_error(op, "expected #2 operand dim to match result dim #2");
    return !is_vector || !mica_vector_type_is_scalable(lhs) ||
           mica_vector_type_is_scalable(rhs) ||
           mica_op_error(op, "expected either both or only #2 operand dim to be scalable");
}

bool micai_vector_outerproduct_verify(mica_op *op)
{
    const mica_type *result = result_type(op);
    mica_value *acc = mica_vector_outerproduct_acc(op);
    if (!verify_outer_shape(op, operand_type(op, 0), operand_type(op, 1), result))
        return false;
    if (acc && mica_value_type(acc) != result)
        return mica_op_error(op, "expected operand #3 of same type as result type");
    return kind_fits(mica_vector_outerproduct_kind_(op), mica_type_element(result)) ||
           mica_op_error(op, "unsupported outerproduct type");
}

bool micai_vector_reduction_verify(mica_op *op)
{
    size_t rank = mica_type_rank(operand_type(op, 0));
    if (rank > 1)
        return mica_op_error(op, "unsupported reduction rank: %zu", rank);
    return kind_fits(mica_vector_reduction_kind_(op), result_type(op)) ||
           mica_op_error(op, "unsupported reduction type");
}

bool micai_vector_scan_verify(mica_op *op)
{
    const mica_type *source = operand_type(op, 0), *initial = operand_type(op, 1);
    int64_t dim = mica_integer_attr_value(mica_vector_scan_reduction_dim(op));
    size_t rank = mica_type_rank(source), next = 0;
    if (dim < 0 || dim >= (int64_t)rank)
        return mica_op_error(op, "reduction dimension %lld has to be less than %zu",
                             (long long)dim, rank);
    if (mica_type_rank(initial) != rank - 1)
        return mica_op_error(op, "initial value rank %zu has to be equal to %zu",
                             mica_type_rank(initial), rank - 1);
    for (size_t i = 0; i < rank; i++)
        if ((int64_t)i != dim && mica_type_shape(source)[i] != mica_type_shape(initial)[next++])
            return mica_op_error(op, "incompatible input/initial value shapes");
    return kind_fits(mica_vector_scan_kind_(op), mica_type_element(source)) ||
           mica_op_error(op, "unsupported reduction type");
}

// ---- mask
// ------------------------------------------------------------------------------------

void micai_vector_ensure_mask_terminator(mica_op_state *state, mica_region *region)
{
    mica_block *block = mica_region_first(region);
    if (!block) {
        block = mica_block_create(state->context);
        if (!block)
            return;
        mica_region_append(region, block);
    }
    mica_op *first = mica_block_first(block), *last = mica_block_last(block);
    if (mica_op_is(last, &mica_vector_yield_kind))
        return;
    mica_op_state yield;
    mica_op_state_init(&yield, state->context, "vector.yield", state->location);
    for (size_t i = 0; first && first == last && i < mica_op_result_count(first); i++)
        mica_op_state_add_operand(&yield, mica_op_result(first, i));
    mica_op *made = mica_op_create(&yield);
    if (made)
        mica_block_append(block, made);
}

static const mica_type *mask_like(const mica_type *vector)
{
    return mica_type_with_element(
        vector, mica_integer_type_get(mica_type_context(vector), 1, MICA_SIGNLESS));
}

/// The type that a mask of a contraction has: an i1 for each iteration.
static const mica_type *contract_mask(mica_op *op)
{
    const mica_attr *maps = mica_vector_contract_indexing_maps(op);
    size_t loops = mica_array_attr_count(mica_vector_contract_iterator_types(op));
    micai_sizes extents;
    if (!micai_sizes_init(&extents, loops))
        return NULL;
    for (size_t i = 0; i < 2 * loops; i++) {
        size_t factor = i % 2, loop = i / 2;
        int64_t dim = dim_of_loop(mica_array_attr_element(maps, factor), loop);
        if (dim >= 0)
            extents.data[loop] = mica_type_shape(operand_type(op, factor))[dim];
    }
    const mica_type *type =
        mica_vector_type_get(mica_integer_type_get(mica_op_context(op), 1, MICA_SIGNLESS),
                             extents.data, NULL, loops);
    micai_sizes_free(&extents);
    return type;
}

/// The mask that a maskable op expects; NULL for an op that can't be masked.
static const mica_type *expected_mask(mica_op *op)
{
    if (mica_op_is(op, &mica_vector_contract_kind))
        return contract_mask(op);
    if (mica_op_is(op, &mica_vector_transfer_read_kind))
        return mica_vector_transfer_mask_type(result_type(op),
                                              mica_op_attr(op, "permutation_map"));
    if (mica_op_is(op, &mica_vector_transfer_write_kind))
        return mica_vector_transfer_mask_type(operand_type(op, 0),
                                              mica_op_attr(op, "permutation_map"));
    if (mica_op_is(op, &mica_vector_reduction_kind) ||
        mica_op_is(op, &mica_vector_multi_reduction_kind))
        return mask_like(operand_type(op, 0));
    if (mica_op_is(op, &mica_vector_gather_kind) ||
        mica_op_is(op, &mica_vector_outerproduct_kind))
        return mask_like(result_type(op));
    return NULL;
}

static bool verify_masked_op(mica_op *op, mica_op *masked)
{
    const mica_type *mask = expected_mask(masked);
    if (!mask)
        return mica_op_error(op, "expects a MaskableOpInterface within the mask region");
    if (mica_op_result_count(masked) != mica_op_result_count(op))
        return mica_op_error(op, "expects number of results to match maskable operation number "
                                 "of results");
    for (size_t i = 0; i < mica_op_result_count(op); i++)
        if (mica_value_type(mica_op_result(op, i)) !=
            mica_value_type(mica_op_result(masked, i)))
            return mica_op_error(op, "expects result type to match maskable operation result "
                                     "type");
    if (operand_type(op, 0) != mask) {
        mica_diagnostic *error = mica_op_error_begin(op, "expects a ");
        mica_diagnostic_append_type(error, mask);
        mica_diagnostic_append(error, " mask for the maskable operation");
        return mica_diagnostic_emit(error);
    }
    mica_value *passthru = mica_vector_mask_passthru(op);
    if (!passthru)
        return true;
    if (mica_op_result_count(masked) != 1)
        return mica_op_error(op, "expects result when passthru argument is provided");
    return mica_value_type(passthru) == result_type(masked) ||
           mica_op_error(op, "expects passthru type to match result type");
}

bool micai_vector_mask_verify(mica_op *op)
{
    mica_block *body = mica_region_first(mica_op_region(op, 0));
    mica_op *first = body ? mica_block_first(body) : NULL;
    mica_op *last = body ? mica_block_last(body) : NULL;
    if (!mica_op_is(last, &mica_vector_yield_kind))
        return mica_op_error(op, "expects a terminator within the mask region");
    if (first != last && mica_op_next(first) != last)
        return mica_op_error(op, "expects only one operation to mask");
    if (mica_op_operand_count(last) != mica_op_result_count(op))
        return mica_op_error(op, "expects number of results to match mask region yielded "
                                 "values");
    return first == last || verify_masked_op(op, first);
}

// ---- warp_execute_on_lane_0
// ------------------------------------------------------------------

/// A value of the whole warp and a lane's part of it: equal, or split along dimensions whose
/// factors make up the warp.
static bool verify_distributed(mica_op *op, const mica_type *whole, const mica_type *part,
                               int64_t lanes)
{
    if (whole == part)
        return true;
    if (!mica_type_is_vector(whole) || !mica_type_is_vector(part))
        return mica_op_error(op, "expected vector type for distributed operands.");
    if (mica_type_rank(whole) != mica_type_rank(part) ||
        mica_type_element(whole) != mica_type_element(part))
        return mica_op_error(op, "expected distributed vectors to have same rank and element "
                                 "type.");
    int64_t factor = 1;
    for (size_t i = 0; i < mica_type_rank(whole); i++) {
        int64_t all = mica_type_shape(whole)[i], some = mica_type_shape(part)[i];
        if (some == 0 || all % some != 0)
            return mica_op_error(op,
                                 "expected expanded vector dimension #%zu to be a multipler "
                                 "of the distributed vector dimension",
                                 i);
        factor *= all / some;
    }
    return factor == lanes || mica_op_error(op, "incompatible distribution dimensions");
}

bool micai_vector_warp_execute_on_lane_0_verify(mica_op *op)
{
    mica_block *body = mica_region_first(mica_op_region(op, 0));
    mica_op *yield = mica_block_terminator(body);
    int64_t lanes = mica_integer_attr_value(mica_op_attr(op, "warp_size"));
    if (mica_op_operand_count(op) - 1 != mica_block_argument_count(body))
        return mica_op_error(op, "expected same number op arguments and block arguments.");
    if (!yield || mica_op_operand_count(yield) != mica_op_result_count(op))
        return mica_op_error(op, "expected same number of yield operands and return values.");
    for (size_t i = 0; i < mica_block_argument_count(body); i++)
        if (!verify_distributed(op, mica_value_type(mica_block_argument(body, i)),
                                operand_type(op, i + 1), lanes))
            return false;
    for (size_t i = 0; i < mica_op_result_count(op); i++)
        if (!verify_distributed(op, operand_type(yield, i),
                                mica_value_type(mica_op_result(op, i)), lanes))
            return false;
    return true;
}
