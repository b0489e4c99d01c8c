// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Hooks of the affine dialect but text: verifiers and what the interfaces say of loops.

#include "ir/core/affine.h"
#include "dialects/affine/affine_ops.h"
#include "ir/core/diagnostics.h"
#include "ir/rewrite/side_effects.h"

static mica_run operand_run(mica_op *op, size_t spec)
{
    mica_run run;
    mica_op_operand_range(op, spec, &run.first, &run.count);
    return run;
}

static size_t give_edges(const mica_region_edge *from, size_t count, mica_region_edge *edges,
                         size_t capacity)
{
    for (size_t i = 0; i < count && i < capacity; ++i)
        edges[i] = from[i];
    return count;
}

// ---- apply, min, max
// -------------------------------------------------------------------------

static size_t input_count(const mica_attr *map)
{
    return (size_t)mica_affine_map_dim_count(map) + mica_affine_map_symbol_count(map);
}

bool micai_affine_apply_verify(mica_op *op)
{
    const mica_attr *map = mica_affine_apply_map(op);
    if (mica_op_operand_count(op) != input_count(map))
        return mica_op_error(op, "operand count and affine map dimension and symbol count must "
                                 "match");
    return mica_affine_map_result_count(map) == 1 ||
           mica_op_error(op, "mapping must produce one value");
}

bool micai_affine_verify_extremum(mica_op *op)
{
    return mica_op_operand_count(op) == input_count(mica_op_attr(op, "map")) ||
           mica_op_error(op,
                         "operand count and affine map dimension and symbol count must match");
}

bool micai_affine_delinearize_index_verify(mica_op *op)
{
    if (mica_op_operand_count(op) == 1)
        return mica_op_error(op, "basis should not be empty");
    return mica_op_result_count(op) == mica_op_operand_count(op) - 1 ||
           mica_op_error(op, "should return an index for each basis element");
}

// ---- for
// -------------------------------------------------------------------------------------

static mica_region *for_body(mica_op *op)
{
    return mica_op_region(op, 0);
}
static size_t one(mica_op *op)
{
    (void)op;
    return 1;
}
static mica_run for_inits(mica_op *op)
{
    return operand_run(op, 2);
}

/// A bound whose map is a constant, or one operand as it is.
static bool read_bound(mica_op *op, size_t spec, const mica_attr *map, mica_loop_bound *bound)
{
    const mica_affine_expr *expr =
        mica_affine_map_result_count(map) == 1 ? mica_affine_map_result(map, 0) : NULL;
    if (expr && mica_affine_expr_kind(expr) == MICA_AFFINE_CONSTANT) {
        *bound = (mica_loop_bound){NULL, mica_affine_expr_value(expr)};
        return true;
    }
    if (!expr || input_count(map) != 1 ||
        (mica_affine_expr_kind(expr) != MICA_AFFINE_SYMBOL &&
         mica_affine_expr_kind(expr) != MICA_AFFINE_DIM))
        return false;
    *bound = (mica_loop_bound){mica_op_operand(op, operand_run(op, spec).first), 0};
    return true;
}

static bool for_bounds(mica_op *op, size_t index, mica_loop_bound *lower,
                       mica_loop_bound *upper, mica_loop_bound *step)
{
    (void)index;
    *step = (mica_loop_bound){NULL, mica_integer_attr_value(mica_affine_for_step(op))};
    return read_bound(op, 0, mica_affine_for_lowerBoundMap(op), lower) &&
           read_bound(op, 1, mica_affine_for_upperBoundMap(op), upper);
}
const mica_loop_like micai_affine_for_loop_like = {sizeof(mica_loop_like), for_body, one,
                                                   for_bounds, for_inits};

static size_t for_edges(mica_op *op, const mica_region *from, mica_region_edge *edges,
                        size_t capacity)
{
    const mica_run inits = for_inits(op);
    const size_t first = from ? 0 : inits.first;
    const size_t count = from ? MICA_ALL_OPERANDS : inits.count;
    const mica_region_edge all[] = {{mica_op_region(op, 0), first, count, 1},
                                    {NULL, first, count, 0}};
    return give_edges(all, 2, edges, capacity);
}
const mica_region_branch micai_affine_for_region_branch = {sizeof(mica_region_branch),
                                                           for_edges};

bool micai_affine_for_verify_regions(mica_op *op)
{
    const mica_block *body = mica_region_first(mica_affine_for_region(op));
    const size_t arguments = mica_block_argument_count(body);
    if (arguments == 0 || !mica_type_is_index(mica_value_type(mica_block_argument(body, 0))))
        return mica_op_error(op, "expected body to have a single index argument for the "
                                 "induction variable");
    if (operand_run(op, 0).count != input_count(mica_affine_for_lowerBoundMap(op)) ||
        operand_run(op, 1).count != input_count(mica_affine_for_upperBoundMap(op)))
        return mica_op_error(op, "operand count and affine map dimension and symbol count must "
                                 "match");
    if (for_inits(op).count != mica_op_result_count(op))
        return mica_op_error(op, "mismatch between the number of loop-carried values and "
                                 "results");
    return arguments - 1 == mica_op_result_count(op) ||
           mica_op_error(op, "mismatch between the number of basic block args and results");
}

// ---- if
// --------------------------------------------------------------------------------------

static size_t if_edges(mica_op *op, const mica_region *from, mica_region_edge *edges,
                       size_t capacity)
{
    mica_region *otherwise = mica_op_region(op, 1);
    const mica_region_edge out = {NULL, 0, MICA_ALL_OPERANDS, 0};
    if (from)
        return give_edges(&out, 1, edges, capacity);
    const mica_region_edge in[] = {
        {mica_op_region(op, 0), 0, 0, 0},
        {mica_region_is_empty(otherwise) ? NULL : otherwise, 0, 0, 0}};
    return give_edges(in, 2, edges, capacity);
}
const mica_region_branch micai_affine_if_region_branch = {sizeof(mica_region_branch), if_edges};

bool micai_affine_if_verify(mica_op *op)
{
    const mica_attr *set = mica_affine_if_condition(op);
    const size_t inputs =
        (size_t)mica_integer_set_dim_count(set) + mica_integer_set_symbol_count(set);
    if (mica_op_operand_count(op) != inputs)
        return mica_op_error(op,
                             "operand count and integer set dimension and symbol count must "
                             "match");
    if (mica_op_result_count(op) && mica_region_is_empty(mica_affine_if_elseRegion(op)))
        return mica_op_error(op, "must have an else block if defining values");
    return true;
}

// ---- accesses
// --------------------------------------------------------------------------------

/// The map gives one index for each dimension, from the operands after the memref.
bool micai_affine_verify_access(mica_op *op)
{
    const mica_attr *map = mica_op_attr(op, "map");
    const bool stores = mica_op_result_count(op) == 0;
    const mica_value *memref = mica_op_operand(op, stores ? 1 : 0);
    const size_t rank = mica_type_rank(mica_value_type(memref));
    const mica_run indices = operand_run(op, stores ? 2 : 1);
    if (mica_affine_map_result_count(map) != rank)
        return mica_op_error(op, "affine map num results must equal memref rank");
    return indices.count == input_count(map) ||
           mica_op_error(op, "expects as many subscripts as affine map inputs");
}

// ---- speculation
// -----------------------------------------------------------------------------

/// With another step than 1 the induction variable may wrap around the upper bound.
static bool is_loop_speculatable(mica_op *op)
{
    const mica_attr *step = mica_affine_for_step(op);
    return mica_attr_is(step, MICA_ATTR_INTEGER) && mica_integer_attr_value(step) == 1;
}
extern const mica_speculation micai_affine_for_speculation;
const mica_speculation micai_affine_for_speculation = {sizeof(mica_speculation),
                                                       is_loop_speculatable};
