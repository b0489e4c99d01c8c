// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Verifiers and names of linalg ops. What every structured op must be is checked by
// verify_structured, after the body has been verified.
#include "dialects/linalg/linalg_internal.h"

#include "ir/core/affine.h"
#include "ir/core/diagnostics.h"
#include "ir/core/shape_rules.h"
#include "ir/core/sizes_internal.h"

// ---- names
// -----------------------------------------------------------------------------------

static const struct {
    mica_op_kind kind;
    const char *name;
} result_names[] = {
    {&mica_linalg_broadcast_kind, "broadcasted"},
    {&mica_linalg_map_kind, "mapped"},
    {&mica_linalg_reduce_kind, "reduced"},
    {&mica_linalg_transpose_kind, "transposed"},
};

void micai_linalg_name_results(mica_op *op, mica_name_value_fn name, void *user)
{
    for (size_t i = 0; i < sizeof result_names / sizeof *result_names; i++)
        if (mica_op_is(op, result_names[i].kind) && mica_op_result_count(op) > 0)
            name(user, mica_op_result(op, 0), mica_string_from(result_names[i].name));
}

static void name_arguments(mica_op *op, const char *output, mica_name_value_fn name, void *user)
{
    mica_block *body = mica_structured_body(op);
    for (size_t i = 0; i < mica_block_argument_count(body); i++)
        name(user, mica_block_argument(body, i),
             mica_string_from(mica_structured_is_init(op, i) ? output : "in"));
}

void micai_linalg_generic_name_arguments(mica_op *op, mica_region *region,
                                         mica_name_value_fn name, void *user)
{
    (void)region;
    name_arguments(op, "out", name, user);
}

void micai_linalg_name_region_arguments(mica_op *op, mica_region *region,
                                        mica_name_value_fn name, void *user)
{
    (void)region;
    name_arguments(op, "init", name, user);
}

// ---- constraints
// -----------------------------------------------------------------------------

bool micai_linalg_is_increasing(const mica_attr *dims)
{
    for (size_t i = 1; i < mica_dense_array_attr_count(dims); i++)
        if (mica_dense_array_attr_int(dims, i - 1) >= mica_dense_array_attr_int(dims, i))
            return false;
    return true;
}

// ---- structured ops
// --------------------------------------------------------------------------

/// Maps: one an operand, no symbols, a dim for each loop, a result for each dimension.
static bool verify_maps(mica_op *op, const mica_attr *maps)
{
    size_t operands = mica_op_operand_count(op), loops = mica_structured_loop_count(op);
    if (mica_array_attr_count(maps) != operands)
        return mica_op_error(op,
                             "expected the number of indexing_map (%zu) to be equal to the "
                             "number of input/output operands (%zu)",
                             mica_array_attr_count(maps), operands);
    for (size_t i = 0; i < operands; i++) {
        const mica_attr *map = mica_array_attr_element(maps, i);
        size_t rank = mica_type_rank(mica_value_type(mica_op_operand(op, i)));
        size_t results = mica_affine_map_result_count(map);
        if (mica_affine_map_symbol_count(map) != 0)
            return mica_op_error(op, "unexpected symbols in indexing_map #%zu", i);
        if (mica_affine_map_dim_count(map) != loops)
            return mica_op_error(op,
                                 "expected indexing_map #%zu to have %zu dim(s) to match the "
                                 "number of loops",
                                 i, loops);
        if (results != rank)
            return mica_op_error(op,
                                 "expected operand rank (%zu) to match the result rank of "
                                 "indexing_map #%zu (%zu)",
                                 rank, i, results);
    }
    return true;
}

/// The elements that an operand is indexed with in the first and the last iteration (where each
/// index is least and greatest) lie within it; along a plain loop they are all of it.
static bool verify_bounds(mica_op *op, size_t operand, const mica_attr *map,
                          const int64_t *first, const int64_t *last)
{
    const int64_t *shape = mica_type_shape(mica_value_type(mica_op_operand(op, operand)));
    for (size_t i = 0; i < mica_affine_map_result_count(map); i++) {
        const mica_affine_expr *expr = mica_affine_map_result(map, i);
        int64_t low, high;
        if (shape[i] == MICA_DYNAMIC || shape[i] == 0 ||
            !mica_affine_expr_evaluate(expr, first, NULL, &low) ||
            !mica_affine_expr_evaluate(expr, last, NULL, &high))
            continue;
        int64_t size = (low > high ? low : high) + 1;
        bool is_loop = mica_affine_expr_kind(expr) == MICA_AFFINE_DIM;
        if (low < 0 || high < 0)
            return mica_op_error(op, "unexpected result less than 0 at expression #%zu", i);
        if (is_loop ? size != shape[i] : size > shape[i])
            return mica_op_error(
                op,
                "inferred input/output operand #%zu has shape's dimension #%zu "
                "to be %s%lld, but found %lld",
                operand, i, is_loop ? "" : "greater than or equal to ", (long long)size,
                (long long)shape[i]);
    }
    return true;
}

static bool verify_ranges(mica_op *op, const mica_attr *maps, micai_sizes *first,
                          micai_sizes *last)
{
    if (!mica_structured_loop_ranges(op, last->data))
        return mica_op_error(op, "expected the shape-to-loops map to be non-null");
    for (size_t i = 0; i < last->count; i++) {
        if (last->data[i] == MICA_DYNAMIC)
            return true;
        last->data[i]--;
    }
    for (size_t i = 0; i < mica_op_operand_count(op); i++)
        if (!verify_bounds(op, i, mica_array_attr_element(maps, i), first->data, last->data))
            return false;
    return true;
}

static bool verify_shapes(mica_op *op, const mica_attr *maps)
{
    micai_sizes first, last;
    size_t loops = mica_structured_loop_count(op);
    if (!micai_sizes_init(&first, loops))
        return false;
    bool good = micai_sizes_init(&last, loops) && verify_ranges(op, maps, &first, &last);
    micai_sizes_free(&last);
    micai_sizes_free(&first);
    return good;
}

static bool verify_body(mica_op *op)
{
    if (mica_op_region_count(op) != 1 || !mica_region_has_one_block(mica_op_region(op, 0)))
        return mica_op_error(op, "expects to have 1 region with 1 block");
    const mica_structured *structured = mica_structured_get(op);
    mica_block *body = mica_structured_body(op);
    size_t expected =
        structured->passes_inits ? mica_op_operand_count(op) : mica_structured_inputs(op).count;
    if (mica_block_argument_count(body) != expected)
        return mica_op_error(op, "expected as many non-induction variable region arguments as "
                                 "the number of input/output operands");
    for (size_t i = 0; i < expected; i++) {
        const mica_type *type = micai_linalg_body_type(mica_value_type(mica_op_operand(op, i)));
        if (mica_value_type(mica_block_argument(body, i)) == type)
            continue;
        mica_diagnostic *error =
            mica_op_error_begin(op, "expected type of bb argument #%zu (", i);
        mica_diagnostic_append_type(error, mica_value_type(mica_block_argument(body, i)));
        mica_diagnostic_append(error, ") to match element or self type of the corresponding "
                                      "operand (");
        mica_diagnostic_append_type(error, type);
        mica_diagnostic_append(error, ")");
        return mica_diagnostic_emit(error);
    }
    return true;
}

bool micai_linalg_verify_structured(mica_op *op)
{
    const mica_linalg_named_op *named = mica_structured_get(op)->named;
    if (mica_op_operand_count(op) > 0 && !mica_structured_has_tensors(op) &&
        !mica_structured_has_buffers(op))
        return mica_op_error(op, "expected to have pure tensor or buffer semantics");
    if (named && mica_op_operand_count(op) != named->operand_count)
        return mica_op_error(op,
                             "expected the number of indexing_map (%u) to be equal to the "
                             "number of input/output operands (%zu)",
                             named->operand_count, mica_op_operand_count(op));
    const mica_attr *maps = mica_structured_indexing_maps(op);
    return maps && verify_maps(op, maps) && verify_shapes(op, maps) && verify_body(op);
}

bool micai_linalg_fill_verify(mica_op *op)
{
    if (mica_linalg_fill_inputs_count(op) != 1 || mica_linalg_fill_outputs_count(op) != 1)
        return mica_op_error(op, "expected op with 1 input and 1 output");
    return !mica_type_is_shaped(mica_value_type(mica_op_operand(op, 0))) ||
           mica_op_error(op, "expected op with scalar input");
}

// ---- index, yield
// ----------------------------------------------------------------------------

bool micai_linalg_index_verify(mica_op *op)
{
    mica_op *parent = mica_op_parent(op);
    if (!parent || !mica_structured_get(parent))
        return mica_op_error(op, "expected parent op with LinalgOp interface");
    int64_t dim = mica_integer_attr_value(mica_linalg_index_dim(op));
    size_t loops = mica_structured_loop_count(parent);
    return dim < (int64_t)loops ||
           mica_op_error(
               op,
               "expected dim (%lld) to be lower than the number of loops (%zu) of the "
               "enclosing LinalgOp",
               (long long)dim, loops);
}

bool micai_linalg_yield_verify(mica_op *op)
{
    mica_op *parent = mica_op_parent(op);
    if (mica_op_region_count(parent) != 1)
        return mica_op_error(op, "expected single non-empty parent region");
    if (!mica_structured_get(parent))
        return mica_op_error(op, "expected parent op with LinalgOp interface");
    mica_run inits = mica_structured_inits(parent);
    if (mica_op_operand_count(op) != inits.count)
        return mica_op_error(op,
                             "expected number of yield values (%zu) to match the number of "
                             "inits / outs operands of the enclosing LinalgOp (%zu)",
                             mica_op_operand_count(op), inits.count);
    for (size_t i = 0; i < inits.count; i++) {
        const mica_type *type =
            micai_linalg_body_type(mica_value_type(mica_op_operand(parent, inits.first + i)));
        if (mica_value_type(mica_op_operand(op, i)) == type)
            continue;
        mica_diagnostic *error = mica_op_error_begin(op, "type of yield operand %zu (", i + 1);
        mica_diagnostic_append_type(error, mica_value_type(mica_op_operand(op, i)));
        mica_diagnostic_append(error, ") doesn't match the element type of the enclosing "
                                      "linalg.generic op (");
        mica_diagnostic_append_type(error, type);
        mica_diagnostic_append(error, ")");
        return mica_diagnostic_emit(error);
    }
    return true;
}

// ---- map, reduce
// -----------------------------------------------------------------------------

static bool same_shape(const mica_type *a, const mica_type *b)
{
    size_t rank = mica_type_rank(a);
    return rank == mica_type_rank(b) &&
           (rank == 0 || memcmp(mica_type_shape(a), mica_type_shape(b),
                                rank * sizeof *mica_type_shape(a)) == 0);
}

static const mica_type *operand_type(const mica_op *op, size_t index)
{
    return mica_value_type(mica_op_operand(op, index));
}

bool micai_linalg_map_verify(mica_op *op)
{
    mica_block *body = mica_structured_body(op);
    size_t inputs = mica_structured_inputs(op).count;
    if (inputs != mica_block_argument_count(body))
        return mica_op_error(
            op,
            "expects number of operands to match the arity of mapper, but got: "
            "%zu and %zu",
            inputs, mica_block_argument_count(body));
    for (size_t i = 0; i < inputs; i++)
        if (mica_value_type(mica_block_argument(body, i)) !=
            mica_type_element(operand_type(op, i)))
            return mica_op_error(op, "expected element type of input %zu to match bbArg type",
                                 i);
    for (size_t i = 0; i < inputs; i++)
        if (!same_shape(operand_type(op, i), operand_type(op, inputs)))
            return mica_op_error(op, "expected shape of input %zu to match shape of output", i);
    return true;
}

static bool verify_reduced_shape(mica_op *op, const mica_type *input, const mica_type *init)
{
    const mica_attr *dims = mica_linalg_reduce_dimensions(op);
    size_t rank = mica_type_rank(input), reduced = mica_dense_array_attr_count(dims), next = 0;
    if (rank - reduced != mica_type_rank(init))
        return mica_op_error(op,
                             "number of dimensions after reduction %zu doesn't match the init "
                             "rank %zu",
                             rank - reduced, mica_type_rank(init));
    for (size_t i = 0; i < rank; i++) {
        if (next < reduced && mica_dense_array_attr_int(dims, next) == (int64_t)i)
            next++;
        else if (mica_type_shape(input)[i] != mica_type_shape(init)[i - next])
            return mica_op_error(op, "init dimensions don't match input dimensions after "
                                     "reduction");
    }
    return true;
}

bool micai_linalg_reduce_verify(mica_op *op)
{
    mica_run inits = mica_structured_inits(op);
    const mica_attr *dims = mica_linalg_reduce_dimensions(op);
    if (inits.first == 0 || inits.count == 0)
        return mica_op_error(op, "expects an input and an init");
    const mica_type *input = operand_type(op, 0), *init = operand_type(op, inits.first);
    for (size_t i = 1; i < inits.first; i++)
        if (!same_shape(operand_type(op, i), input))
            return mica_op_error(op, "expects all inputs to have the same shapes");
    for (size_t i = 1; i < inits.count; i++)
        if (!same_shape(operand_type(op, inits.first + i), init))
            return mica_op_error(op, "expects all outputs to have the same shapes");
    for (size_t i = 0; i < mica_dense_array_attr_count(dims); i++) {
        int64_t dim = mica_dense_array_attr_int(dims, i);
        if (dim < 0 || dim >= (int64_t)mica_type_rank(input))
            return mica_op_error(op,
                                 "dimensions for reduction should be in the range [0, %lld].",
                                 (long long)mica_type_rank(input) - 1);
    }
    if (!verify_reduced_shape(op, input, init))
        return false;
    mica_block *body = mica_structured_body(op);
    if (mica_block_argument_count(body) != mica_op_operand_count(op))
        return mica_op_error(op, "mismatching number of operands and block arguments");
    for (size_t i = 0; i < mica_op_operand_count(op); i++)
        if (mica_value_type(mica_block_argument(body, i)) !=
            mica_type_element(operand_type(op, i)))
            return mica_op_error(op,
                                 "element type of operand %zu does not match corresponding "
                                 "block argument type",
                                 i);
    return true;
}

// ---- transpose, broadcast, softmax
// -----------------------------------------------------------

static bool is_permutation(const mica_attr *dims)
{
    size_t count = mica_dense_array_attr_count(dims);
    micai_sizes seen;
    if (!micai_sizes_init(&seen, count))
        return false;
    bool good = true;
    for (size_t i = 0; good && i < count; i++) {
        int64_t dim = mica_dense_array_attr_int(dims, i);
        good = dim >= 0 && dim < (int64_t)count && seen.data[dim]++ == 0;
    }
    micai_sizes_free(&seen);
    return good;
}

bool micai_linalg_transpose_verify(mica_op *op)
{
    const mica_attr *permutation = mica_linalg_transpose_permutation(op);
    const mica_type *input = operand_type(op, 0), *init = operand_type(op, 1);
    size_t rank = mica_type_rank(input);
    if (!is_permutation(permutation))
        return mica_op_error(op, "permutation is not valid");
    if (rank != mica_type_rank(init))
        return mica_op_error(op, "input rank %zu does not match init rank %zu", rank,
                             mica_type_rank(init));
    if (rank != mica_dense_array_attr_count(permutation))
        return mica_op_error(op, "size of permutation %zu does not match the argument rank %zu",
                             mica_dense_array_attr_count(permutation), rank);
    for (size_t i = 0; i < rank; i++) {
        int64_t from = mica_type_shape(input)[mica_dense_array_attr_int(permutation, i)];
        if (from != mica_type_shape(init)[i])
            return mica_op_error(op,
                                 "dim(result, %zu) = %lld doesn't match dim(input, "
                                 "permutation[%zu]) = %lld",
                                 i, (long long)mica_type_shape(init)[i], i, (long long)from);
    }
    return true;
}

bool micai_linalg_broadcast_verify(mica_op *op)
{
    const mica_attr *added = mica_linalg_broadcast_dimensions(op);
    const mica_type *input = operand_type(op, 0), *init = operand_type(op, 1);
    size_t rank = mica_type_rank(init), count = mica_dense_array_attr_count(added), next = 0;
    if (mica_type_rank(input) + count != rank)
        return mica_op_error(op, "input rank plus added dimensions does not match init rank.");
    micai_sizes is_added;
    for (size_t i = 0; i < count; i++) {
        int64_t dim = mica_dense_array_attr_int(added, i);
        if (dim < 0 || dim >= (int64_t)rank)
            return mica_op_error(op, "dimension %zu is out of range. expected range: [0, %zu]",
                                 i, rank - 1);
    }
    if (!micai_sizes_init(&is_added, rank))
        return false;
    for (size_t i = 0; i < count; i++)
        is_added.data[mica_dense_array_attr_int(added, i)] = 1;
    bool good = true;
    for (size_t i = 0; good && i < rank; i++)
        if (!is_added.data[i])
            good = next < mica_type_rank(input) &&
                   mica_type_shape(input)[next++] == mica_type_shape(init)[i];
    micai_sizes_free(&is_added);
    return good || mica_op_error(op, "input dims should match init dims");
}

bool micai_linalg_softmax_verify(mica_op *op)
{
    const mica_type *input = operand_type(op, 0);
    int64_t dim = mica_integer_attr_value(mica_linalg_softmax_dimension(op));
    if (!mica_shapes_are_compatible(input, operand_type(op, 1)))
        return mica_op_error(op, "incompatible output shape");
    return (dim >= 0 && dim < (int64_t)mica_type_rank(input)) ||
           mica_op_error(op, "incorrect dimension specified");
}

static mica_run last_operand(mica_op *op)
{
    return (mica_run){mica_op_operand_count(op) - 1, 1};
}

const mica_destination_style micai_linalg_softmax_destination_style = {
    sizeof(mica_destination_style), last_operand};
