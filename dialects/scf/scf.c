// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Hooks of the scf dialect but text and folding: what the interfaces say of each op, and
// verifiers.

#include "dialects/scf/scf_ops.h"
#include "ir/core/diagnostics.h"

static mica_run operand_run(mica_op *op, size_t spec)
{
    mica_run run;
    mica_op_operand_range(op, spec, &run.first, &run.count);
    return run;
}

/// Fills in the edges that fit; returns how many there are.
static size_t give_edges(const mica_region_edge *from, size_t count, mica_region_edge *edges,
                         size_t capacity)
{
    for (size_t i = 0; i < count && i < capacity; ++i)
        edges[i] = from[i];
    return count;
}

static mica_region *first_region(mica_op *op)
{
    return mica_op_region(op, 0);
}

// ---- execute_region
// --------------------------------------------------------------------------

static size_t execute_edges(mica_op *op, const mica_region *from, mica_region_edge *edges,
                            size_t capacity)
{
    const mica_region_edge in = {mica_op_region(op, 0), 0, 0, 0};
    const mica_region_edge out = {NULL, 0, MICA_ALL_OPERANDS, 0};
    return give_edges(from ? &out : &in, 1, edges, capacity);
}
const mica_region_branch micai_scf_execute_region_region_branch = {sizeof(mica_region_branch),
                                                                   execute_edges};

bool micai_scf_execute_region_verify(mica_op *op)
{
    const mica_region *region = mica_scf_execute_region_region(op);
    if (mica_region_is_empty(region))
        return mica_op_error(op, "region needs to have at least one block");
    if (mica_block_argument_count(mica_region_first(region)))
        return mica_op_error(op, "region cannot have any arguments");
    return true;
}

// ---- for
// -------------------------------------------------------------------------------------

static size_t one(mica_op *op)
{
    (void)op;
    return 1;
}
static mica_run for_inits(mica_op *op)
{
    return operand_run(op, 3);
}
static bool for_bounds(mica_op *op, size_t index, mica_loop_bound *lower,
                       mica_loop_bound *upper, mica_loop_bound *step)
{
    (void)index;
    *lower = (mica_loop_bound){mica_op_operand(op, 0), 0};
    *upper = (mica_loop_bound){mica_op_operand(op, 1), 0};
    *step = (mica_loop_bound){mica_op_operand(op, 2), 0};
    return true;
}
const mica_loop_like micai_scf_for_loop_like = {sizeof(mica_loop_like), first_region, one,
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
const mica_region_branch micai_scf_for_region_branch = {sizeof(mica_region_branch), for_edges};

/// The integer that a constant op gives; false when the value is none.
static bool find_constant(const mica_value *value, int64_t *constant)
{
    const mica_op *op = mica_value_op(value);
    if (!op || !mica_op_has_trait(op, MICA_TRAIT_CONSTANT_LIKE))
        return false;
    const mica_attr *attr = mica_op_attr(op, "value");
    if (!mica_attr_is(attr, MICA_ATTR_INTEGER))
        return false;
    *constant = mica_integer_attr_value(attr);
    return true;
}

bool micai_scf_for_verify(mica_op *op)
{
    int64_t step = 0;
    if (find_constant(mica_op_operand(op, 2), &step) && step <= 0)
        return mica_op_error(op, "constant step operand must be positive");
    if (for_inits(op).count != mica_op_result_count(op))
        return mica_op_error(op,
                             "mismatch in number of loop-carried values and defined values");
    return true;
}

bool micai_scf_for_verify_regions(mica_op *op)
{
    const mica_block *body = mica_region_first(mica_scf_for_region(op));
    const mica_run inits = for_inits(op);
    const size_t count = mica_block_argument_count(body);
    if (count == 0 || mica_value_type(mica_block_argument(body, 0)) !=
                          mica_value_type(mica_op_operand(op, 0)))
        return mica_op_error(op,
                             "expected induction variable to be same type as bounds and step");
    if (count - 1 != mica_op_result_count(op))
        return mica_op_error(op, "mismatch in number of basic block args and defined values");
    for (size_t i = 0; i < inits.count; ++i) {
        const mica_type *result = mica_value_type(mica_op_result(op, i));
        if (mica_value_type(mica_op_operand(op, inits.first + i)) != result)
            return mica_op_error(op,
                                 "types mismatch between %zuth iter operand and defined "
                                 "value",
                                 i);
        if (mica_value_type(mica_block_argument(body, i + 1)) != result)
            return mica_op_error(op,
                                 "types mismatch between %zuth iter region arg and defined "
                                 "value",
                                 i);
    }
    return true;
}

// ---- forall
// ----------------------------------------------------------------------------------

static size_t forall_rank(mica_op *op)
{
    return mica_dense_array_attr_count(mica_scf_forall_staticLowerBound(op));
}
static mica_run forall_outputs(mica_op *op)
{
    return operand_run(op, 3);
}

/// Number `index` of a mixed list: its constant, or the operand of the run that stands for it.
static mica_loop_bound mixed_bound(mica_op *op, size_t spec, const mica_attr *integers,
                                   size_t index)
{
    size_t dynamic = 0;
    for (size_t i = 0; i < index; ++i)
        dynamic += mica_dense_array_attr_int(integers, i) == MICA_DYNAMIC;
    const int64_t integer = mica_dense_array_attr_int(integers, index);
    const bool is_value = integer == MICA_DYNAMIC;
    return (mica_loop_bound){
        is_value ? mica_op_operand(op, operand_run(op, spec).first + dynamic) : NULL,
        is_value ? 0 : integer};
}

static bool forall_bounds(mica_op *op, size_t index, mica_loop_bound *lower,
                          mica_loop_bound *upper, mica_loop_bound *step)
{
    *lower = mixed_bound(op, 0, mica_scf_forall_staticLowerBound(op), index);
    *upper = mixed_bound(op, 1, mica_scf_forall_staticUpperBound(op), index);
    *step = mixed_bound(op, 2, mica_scf_forall_staticStep(op), index);
    return true;
}
const mica_loop_like micai_scf_forall_loop_like = {sizeof(mica_loop_like), first_region,
                                                   forall_rank, forall_bounds, NULL};
const mica_destination_style micai_scf_forall_destination_style = {
    sizeof(mica_destination_style), forall_outputs};

/// Threads take nothing in and give nothing out but through the shared outputs.
static size_t parallel_edges(mica_op *op, const mica_region *from, mica_region_edge *edges,
                             size_t capacity)
{
    (void)op, (void)from, (void)edges, (void)capacity;
    return 0;
}
const mica_region_branch micai_scf_forall_region_branch = {sizeof(mica_region_branch),
                                                           parallel_edges};

static bool check_mixed_list(mica_op *op, const char *name, size_t rank,
                             const mica_attr *integers, size_t spec)
{
    size_t dynamic = 0;
    for (size_t i = 0; i < mica_dense_array_attr_count(integers); ++i)
        dynamic += mica_dense_array_attr_int(integers, i) == MICA_DYNAMIC;
    if (mica_dense_array_attr_count(integers) != rank)
        return mica_op_error(op, "expected %zu %s values, got %zu", rank, name,
                             mica_dense_array_attr_count(integers));
    if (operand_run(op, spec).count != dynamic)
        return mica_op_error(op, "expected %zu dynamic %s values", dynamic, name);
    return true;
}

bool micai_scf_forall_verify(mica_op *op)
{
    const mica_block *body = mica_region_first(mica_scf_forall_region(op));
    const mica_run outputs = forall_outputs(op);
    const size_t rank = forall_rank(op);
    const mica_attr *mapping = mica_scf_forall_mapping(op);
    if (mica_op_result_count(op) != outputs.count)
        return mica_op_error(op, "produces %zu results, but has only %zu outputs",
                             mica_op_result_count(op), outputs.count);
    if (mica_block_argument_count(body) != rank + outputs.count)
        return mica_op_error(op, "region expects %zu arguments", rank + outputs.count);
    for (size_t i = 0; i < rank; ++i) {
        if (!mica_type_is_index(mica_value_type(mica_block_argument(body, i))))
            return mica_op_error(op, "expects %zu-th block argument to be an index", i);
    }
    for (size_t i = 0; i < outputs.count; ++i) {
        const mica_type *type = mica_value_type(mica_op_operand(op, outputs.first + i));
        if (mica_value_type(mica_op_result(op, i)) != type)
            return mica_op_error(op, "type mismatch between output %zu and its result", i);
        if (mica_value_type(mica_block_argument(body, rank + i)) != type)
            return mica_op_error(op,
                                 "type mismatch between %zu-th output and corresponding "
                                 "block argument",
                                 i);
    }
    if (mapping && mica_array_attr_count(mapping) != rank)
        return mica_op_error(op, "mapping attribute size must match op rank");
    return check_mixed_list(op, "lower bound", rank, mica_scf_forall_staticLowerBound(op), 0) &&
           check_mixed_list(op, "upper bound", rank, mica_scf_forall_staticUpperBound(op), 1) &&
           check_mixed_list(op, "step", rank, mica_scf_forall_staticStep(op), 2);
}

bool micai_scf_forall_in_parallel_verify(mica_op *op)
{
    mica_for_each_op(nested, mica_region_first(mica_scf_forall_in_parallel_region(op)))
    {
        if (mica_string_is(mica_op_name(nested), "tensor.parallel_insert_slice"))
            continue;
        return mica_op_error(op, "expected only tensor.parallel_insert_slice ops");
    }
    return true;
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
const mica_region_branch micai_scf_if_region_branch = {sizeof(mica_region_branch), if_edges};

bool micai_scf_if_verify(mica_op *op)
{
    if (mica_op_result_count(op) && mica_region_is_empty(mica_scf_if_elseRegion(op)))
        return mica_op_error(op, "must have an else block if defining values");
    return true;
}

// ---- index_switch
// ----------------------------------------------------------------------------

static size_t switch_edges(mica_op *op, const mica_region *from, mica_region_edge *edges,
                           size_t capacity)
{
    const mica_region_edge out = {NULL, 0, MICA_ALL_OPERANDS, 0};
    if (from)
        return give_edges(&out, 1, edges, capacity);
    for (size_t i = 0; i < mica_op_region_count(op) && i < capacity; ++i)
        edges[i] = (mica_region_edge){mica_op_region(op, i), 0, 0, 0};
    return mica_op_region_count(op);
}
const mica_region_branch micai_scf_index_switch_region_branch = {sizeof(mica_region_branch),
                                                                 switch_edges};

/// Each region ends with as many values of the types of the results.
static bool verify_case(mica_op *op, mica_region *region, const char *label)
{
    mica_op *last = mica_block_last(mica_region_first(region));
    if (!mica_op_is(last, &mica_scf_yield_kind))
        return mica_op_error(op, "expected region to end with scf.yield, but got %.*s",
                             MICA_STRING_ARG(mica_op_name(last)));
    if (mica_op_operand_count(last) != mica_op_result_count(op))
        return mica_op_error(op,
                             "expected each region to return %zu values, but %s returns %zu",
                             mica_op_result_count(op), label, mica_op_operand_count(last));
    for (size_t i = 0; i < mica_op_result_count(op); ++i) {
        if (mica_value_type(mica_op_operand(last, i)) != mica_value_type(mica_op_result(op, i)))
            return mica_op_error(op, "expected result #%zu of each region to be of its type",
                                 i);
    }
    return true;
}

bool micai_scf_index_switch_verify(mica_op *op)
{
    const mica_attr *cases = mica_scf_index_switch_cases(op);
    const size_t count = mica_scf_index_switch_caseRegions_count(op);
    if (mica_dense_array_attr_count(cases) != count)
        return mica_op_error(op, "has %zu case regions but %zu case values", count,
                             mica_dense_array_attr_count(cases));
    for (size_t i = 0; i < count; ++i) {
        for (size_t k = 0; k < i; ++k) {
            if (mica_dense_array_attr_int(cases, i) == mica_dense_array_attr_int(cases, k))
                return mica_op_error(op, "has duplicate case value: %lld",
                                     (long long)mica_dense_array_attr_int(cases, i));
        }
    }
    bool good = verify_case(op, mica_scf_index_switch_defaultRegion(op), "default region");
    for (size_t i = 0; good && i < count; ++i)
        good = verify_case(op, mica_scf_index_switch_caseRegions(op, i), "a case region");
    return good;
}

// ---- parallel
// --------------------------------------------------------------------------------

static size_t parallel_rank(mica_op *op)
{
    return operand_run(op, 0).count;
}
static bool parallel_bounds(mica_op *op, size_t index, mica_loop_bound *lower,
                            mica_loop_bound *upper, mica_loop_bound *step)
{
    *lower = (mica_loop_bound){mica_op_operand(op, operand_run(op, 0).first + index), 0};
    *upper = (mica_loop_bound){mica_op_operand(op, operand_run(op, 1).first + index), 0};
    *step = (mica_loop_bound){mica_op_operand(op, operand_run(op, 2).first + index), 0};
    return true;
}
const mica_loop_like micai_scf_parallel_loop_like = {sizeof(mica_loop_like), first_region,
                                                     parallel_rank, parallel_bounds, NULL};
const mica_region_branch micai_scf_parallel_region_branch = {sizeof(mica_region_branch),
                                                             parallel_edges};

bool micai_scf_parallel_verify(mica_op *op)
{
    const mica_run steps = operand_run(op, 2);
    const mica_block *body = mica_region_first(mica_scf_parallel_region(op));
    const mica_op *reduce = mica_block_last(body);
    const size_t results = mica_op_result_count(op);
    int64_t step = 0;
    if (steps.count == 0)
        return mica_op_error(op, "needs at least one tuple element for lowerBound, upperBound "
                                 "and step");
    for (size_t i = 0; i < steps.count; ++i) {
        if (find_constant(mica_op_operand(op, steps.first + i), &step) && step <= 0)
            return mica_op_error(op, "constant step operand must be positive");
    }
    if (mica_block_argument_count(body) != steps.count)
        return mica_op_error(op,
                             "expects the same number of induction variables: %zu as bound "
                             "and step values: %zu",
                             mica_block_argument_count(body), steps.count);
    for (size_t i = 0; i < steps.count; ++i) {
        if (!mica_type_is_index(mica_value_type(mica_block_argument(body, i))))
            return mica_op_error(op, "expects arguments for the induction variable to be of "
                                     "index type");
    }
    if (!mica_op_is(reduce, &mica_scf_reduce_kind))
        return mica_op_error(op, "expects body to terminate with 'scf.reduce'");
    if (mica_op_operand_count(reduce) != results)
        return mica_op_error(op,
                             "expects number of results: %zu to be the same as number of "
                             "reductions: %zu",
                             results, mica_op_operand_count(reduce));
    if (operand_run(op, 3).count != results)
        return mica_op_error(op,
                             "expects number of results: %zu to be the same as number of "
                             "initial values: %zu",
                             results, operand_run(op, 3).count);
    return true;
}

// ---- reduce
// ----------------------------------------------------------------------------------

static bool report_reduction(mica_op *op, const mica_type *type, size_t index)
{
    mica_diagnostic *d = mica_op_error_begin(op, "expected two block arguments with type ");
    mica_diagnostic_append_type(d, type);
    mica_diagnostic_append(d, " in the %zu-th reduction region", index);
    return mica_diagnostic_emit(d);
}

bool micai_scf_reduce_verify_regions(mica_op *op)
{
    if (mica_op_region_count(op) != mica_op_operand_count(op))
        return mica_op_error(op, "expects number of reduction regions to be the same as number "
                                 "of operands");
    for (size_t i = 0; i < mica_op_operand_count(op); ++i) {
        const mica_type *type = mica_value_type(mica_op_operand(op, i));
        const mica_block *block = mica_region_first(mica_op_region(op, i));
        if (mica_block_is_empty(block))
            return mica_op_error(op, "%zu-th reduction has an empty body", i);
        if (mica_block_argument_count(block) != 2 ||
            mica_value_type(mica_block_argument(block, 0)) != type ||
            mica_value_type(mica_block_argument(block, 1)) != type)
            return report_reduction(op, type, i);
        if (!mica_op_is(mica_block_last(block), &mica_scf_reduce_return_kind))
            return mica_op_error(op, "reduction bodies must be terminated with an "
                                     "'scf.reduce.return' op");
    }
    return true;
}

bool micai_scf_reduce_return_verify(mica_op *op)
{
    const mica_block *block = mica_op_block(op);
    if (mica_block_argument_count(block) == 0 ||
        mica_value_type(mica_block_argument(block, 0)) ==
            mica_value_type(mica_op_operand(op, 0)))
        return true;
    mica_diagnostic *d = mica_op_error_begin(op, "must have type ");
    mica_diagnostic_append_type(d, mica_value_type(mica_block_argument(block, 0)));
    mica_diagnostic_append(d, " (the type of the reduction inputs)");
    return mica_diagnostic_emit(d);
}

// ---- while
// -----------------------------------------------------------------------------------

static mica_region *while_body(mica_op *op)
{
    return mica_op_region(op, 1);
}
const mica_loop_like micai_scf_while_loop_like = {sizeof(mica_loop_like), while_body, NULL,
                                                  NULL, NULL};

static size_t while_edges(mica_op *op, const mica_region *from, mica_region_edge *edges,
                          size_t capacity)
{
    mica_region *before = mica_op_region(op, 0), *after = mica_op_region(op, 1);
    const mica_region_edge in = {before, 0, mica_op_operand_count(op), 0};
    const mica_region_edge decided[] = {{NULL, 1, MICA_ALL_OPERANDS, 0},
                                        {after, 1, MICA_ALL_OPERANDS, 0}};
    const mica_region_edge again = {before, 0, MICA_ALL_OPERANDS, 0};
    if (!from)
        return give_edges(&in, 1, edges, capacity);
    if (from == before)
        return give_edges(decided, 2, edges, capacity);
    return give_edges(&again, 1, edges, capacity);
}
const mica_region_branch micai_scf_while_region_branch = {sizeof(mica_region_branch),
                                                          while_edges};

bool micai_scf_while_verify(mica_op *op)
{
    const mica_block *before = mica_region_first(mica_scf_while_before(op));
    const mica_block *after = mica_region_first(mica_scf_while_after(op));
    if (!mica_op_is(mica_block_last(before), &mica_scf_condition_kind))
        return mica_op_error(op,
                             "expects the 'before' region to terminate with 'scf.condition'");
    if (!mica_op_is(mica_block_last(after), &mica_scf_yield_kind))
        return mica_op_error(op, "expects the 'after' region to terminate with 'scf.yield'");
    return true;
}
