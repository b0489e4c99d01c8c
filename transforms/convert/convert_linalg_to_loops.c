// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The passes convert-linalg-to-loops and convert-linalg-to-parallel-loops: structured ops on
// memrefs, generic and named alike, become loops over scalars. Ops on tensors stay.
//
//   linalg.matmul ins(%a, %b : ..) outs(%c : ..)
//   ->
//   scf.for %i .. scf.for %j .. scf.for %k = %c0 to %depth step %c1 {
//     %x = memref.load %a[%i, %k]
//     %y = memref.load %b[%k, %j]
//     %z = memref.load %c[%i, %j]
//     .. the body ..
//     memref.store %sum, %c[%i, %j]
//   }
//
// With parallel loops each run of neighbouring parallel iterators is one scf.parallel; the
// order of the iterators stays. All is derived from mica_structured; no op is known by its
// name.
#include "dialects/linalg/linalg_ops.h"
#include "dialects/linalg/linalg_structured.h"
#include "ir/core/affine.h"
#include "ir/core/context_internal.h"
#include "transforms/buffer/bufferize_internal.h"
#include "transforms/convert/lower_affine.h"
#include "transforms/pass/pass.h"
#include "transforms/tensor/loop_nest.h"

typedef struct loop_lowering {
    mica_op *op;
    mica_builder builder;
    size_t loop_count;
    mica_value **uppers;
    mica_value **ivs;
    mica_value **indices; ///< of one operand at a time
    mica_value *zero, *one;
} loop_lowering;

// ---- bounds
// ----------------------------------------------------------------------------------

static bool build_bounds(loop_lowering *lowering)
{
    mica_op *op = lowering->op;
    mica_builder *builder = &lowering->builder;
    lowering->zero = micai_index(builder, 0);
    lowering->one = micai_index(builder, 1);
    for (size_t i = 0; i < lowering->loop_count; ++i) {
        size_t operand, dim;
        if (!mica_structured_loop_source(op, i, &operand, &dim))
            return mica_op_error(op, "no operand gives the size of loop %zu", i);
        mica_value *memref = mica_op_operand(op, operand);
        const int64_t size = mica_type_shape(mica_value_type(memref))[dim];
        lowering->uppers[i] = size == MICA_DYNAMIC
                                  ? micai_build_memref_dim(builder, memref, dim)
                                  : micai_index(builder, size);
        if (!lowering->uppers[i])
            return false;
    }
    return true;
}

// ---- loops
// -----------------------------------------------------------------------------------

/// Opens scf.for; the builder is then in its body, before the terminator.
static void open_sequential(loop_lowering *lowering, size_t index)
{
    micai_loop loop;
    mica_builder *builder = &lowering->builder;
    micai_loop_begin(&loop, builder, lowering->zero, lowering->uppers[index], lowering->one,
                     NULL, 0);
    mica_block *body = builder->block;
    micai_loop_end(&loop, builder, NULL);
    mica_builder_set_before(builder, mica_block_last(body));
    lowering->ivs[index] = loop.iv;
}

/// Opens scf.parallel over `count` loops; the builder is then as above.
static void open_parallel(loop_lowering *lowering, size_t first, size_t count)
{
    mica_builder *builder = &lowering->builder;
    mica_context *context = builder->context;
    mica_op_state state;
    mica_op_state_init(&state, context, "scf.parallel", builder->location);
    for (size_t i = 0; i < count; ++i)
        mica_op_state_add_operand(&state, lowering->zero);
    mica_op_state_add_operands(&state, lowering->uppers + first, count);
    for (size_t i = 0; i < count; ++i)
        mica_op_state_add_operand(&state, lowering->one);
    const int32_t segments[] = {(int32_t)count, (int32_t)count, (int32_t)count, 0};
    mica_op_state_set_attr(&state, "operandSegmentSizes",
                           mica_i32_array_attr_get(context, segments, 4));
    mica_block *body = mica_block_create(context);
    mica_region_append(mica_op_state_add_region(&state), body);
    for (size_t i = 0; i < count; ++i)
        lowering->ivs[first + i] =
            mica_block_add_argument(body, mica_index_type_get(context), builder->location);
    mica_builder_create(builder, &state);
    mica_builder_set_at_end(builder, body);
    mica_op_state_init(&state, context, "scf.reduce", builder->location);
    mica_builder_set_before(builder, mica_builder_create(builder, &state));
}

static void open_loops(loop_lowering *lowering, bool with_parallel)
{
    mica_op *op = lowering->op;
    for (size_t i = 0; i < lowering->loop_count;) {
        size_t end = i;
        while (with_parallel && end < lowering->loop_count &&
               mica_structured_is_parallel(op, end))
            ++end;
        if (end > i) {
            open_parallel(lowering, i, end - i);
            i = end;
        } else {
            open_sequential(lowering, i++);
        }
    }
}

// ---- body
// ------------------------------------------------------------------------------------

/// Where the present iteration is in `operand`, in lowering->indices; returns how many.
static size_t build_indices(loop_lowering *lowering, size_t operand)
{
    const mica_attr *map = mica_structured_map(lowering->op, operand);
    const size_t count = mica_affine_map_result_count(map);
    for (size_t i = 0; i < count; ++i)
        lowering->indices[i] = micai_build_affine_expression(
            &lowering->builder, mica_affine_map_result(map, i), lowering->ivs, NULL);
    return count;
}

/// The element of an operand; a scalar is its own.
static mica_value *build_load(loop_lowering *lowering, size_t operand)
{
    mica_value *memref = mica_op_operand(lowering->op, operand);
    if (mica_type_get_kind(mica_value_type(memref)) != MICA_TYPE_MEMREF)
        return memref;
    const size_t count = build_indices(lowering, operand);
    mica_builder *builder = &lowering->builder;
    mica_op_state state;
    mica_op_state_init(&state, builder->context, "memref.load", builder->location);
    mica_op_state_add_operand(&state, memref);
    mica_op_state_add_operands(&state, lowering->indices, count);
    mica_op_state_add_result(&state, mica_type_element(mica_value_type(memref)));
    mica_op *load = mica_builder_create(builder, &state);
    return load ? mica_op_result(load, 0) : NULL;
}

static void build_store(loop_lowering *lowering, size_t operand, mica_value *element)
{
    const size_t count = build_indices(lowering, operand);
    mica_builder *builder = &lowering->builder;
    mica_op_state state;
    mica_op_state_init(&state, builder->context, "memref.store", builder->location);
    mica_op_state_add_operand(&state, element);
    mica_op_state_add_operand(&state, mica_op_operand(lowering->op, operand));
    mica_op_state_add_operands(&state, lowering->indices, count);
    mica_builder_create(builder, &state);
}

/// linalg.index of this op, not of a structured op inside its body, is the loop's variable.
static mica_walk_result replace_index(void *user, mica_op *op)
{
    loop_lowering *lowering = user;
    if (!mica_op_is(op, &mica_linalg_index_kind))
        return MICA_WALK_ADVANCE;
    mica_op *parent = mica_op_parent(op);
    while (parent != lowering->op && !mica_structured_get(parent))
        parent = mica_op_parent(parent);
    if (parent != lowering->op)
        return MICA_WALK_ADVANCE;
    const int64_t loop = mica_integer_attr_value(mica_linalg_index_dim(op));
    mica_value_replace_all_uses(mica_linalg_index_result(op), lowering->ivs[loop]);
    mica_op_erase(op);
    return MICA_WALK_ADVANCE;
}

/// Elements that the body does not use are not loaded.
static bool replace_arguments(loop_lowering *lowering)
{
    for (size_t i = 0; i < mica_op_operand_count(lowering->op); ++i) {
        mica_value *argument = mica_structured_argument(lowering->op, i);
        if (!argument || mica_value_is_unused(argument))
            continue;
        mica_value *element = build_load(lowering, i);
        if (!element)
            return false;
        mica_value_replace_all_uses(argument, element);
    }
    return true;
}

static bool inline_body(loop_lowering *lowering)
{
    mica_op *op = lowering->op;
    mica_op_walk_post(op, replace_index, lowering);
    if (!replace_arguments(lowering))
        return false;
    mica_block *body = mica_structured_body(op);
    mica_op *yield = mica_block_last(body);
    mica_for_each_op_safe(inner, next, body)
    {
        if (inner == yield)
            break;
        mica_op_remove(inner);
        mica_builder_insert(&lowering->builder, inner);
    }
    const mica_run inits = mica_structured_inits(op);
    for (size_t i = 0; i < inits.count; ++i)
        build_store(lowering, inits.first + i, mica_op_operand(yield, i));
    return true;
}

// ---- op and pass
// -----------------------------------------------------------------------------

static bool check_maps(mica_op *op, size_t *max_rank)
{
    for (size_t i = 0; i < mica_op_operand_count(op); ++i) {
        const mica_attr *map = mica_structured_map(op, i);
        const size_t rank = mica_affine_map_result_count(map);
        *max_rank = rank > *max_rank ? rank : *max_rank;
        for (size_t j = 0; j < rank; ++j)
            if (!micai_check_affine_divisors(op, mica_affine_map_result(map, j)))
                return false;
    }
    return true;
}

static bool lower_op(mica_op *op, bool with_parallel)
{
    mica_context *context = mica_op_context(op);
    const size_t loops = mica_structured_loop_count(op);
    size_t max_rank = 0;
    if (!check_maps(op, &max_rank))
        return false;
    const size_t size = (2 * loops + max_rank + 1) * sizeof(mica_value *);
    mica_value **values = micai_context_allocate(context, size);
    if (!values)
        return false;
    loop_lowering lowering = {.op = op,
                              .builder = mica_builder_before(op),
                              .loop_count = loops,
                              .uppers = values,
                              .ivs = values + loops,
                              .indices = values + 2 * loops};
    bool ok = build_bounds(&lowering);
    if (ok) {
        open_loops(&lowering, with_parallel);
        ok = inline_body(&lowering);
    }
    micai_context_free(context, values, size);
    if (ok)
        mica_op_erase(op);
    return ok && !mica_context_out_of_memory(context);
}

typedef struct lower_walk {
    bool with_parallel;
    bool changed;
} lower_walk;

static mica_walk_result visit(void *user, mica_op *op)
{
    lower_walk *walk = user;
    if (!mica_structured_get(op) || !mica_structured_has_buffers(op))
        return MICA_WALK_ADVANCE;
    walk->changed = true;
    return lower_op(op, walk->with_parallel) ? MICA_WALK_ADVANCE : MICA_WALK_INTERRUPT;
}

static bool run_pass(mica_pass_run *run, bool with_parallel)
{
    lower_walk walk = {with_parallel, false};
    const bool ok = mica_op_walk_post(mica_pass_run_op(run), visit, &walk);
    if (!walk.changed)
        mica_pass_run_mark_unchanged(run);
    return ok;
}

static bool run_loops(mica_pass_run *run)
{
    return run_pass(run, false);
}

static bool run_parallel_loops(mica_pass_run *run)
{
    return run_pass(run, true);
}

static const char *const dependent_dialects[] = {"arith", "memref", "scf", NULL};

const mica_pass_def mica_pass_convert_linalg_to_loops = {
    .struct_size = sizeof(mica_pass_def),
    .argument = "convert-linalg-to-loops",
    .name = "ConvertLinalgToLoopsPass",
    .summary = "Turn structured ops on memrefs into loops",
    .dependent_dialects = dependent_dialects,
    .run = run_loops,
};

const mica_pass_def mica_pass_convert_linalg_to_parallel_loops = {
    .struct_size = sizeof(mica_pass_def),
    .argument = "convert-linalg-to-parallel-loops",
    .name = "ConvertLinalgToParallelLoopsPass",
    .summary = "Turn structured ops on memrefs into parallel loops",
    .dependent_dialects = dependent_dialects,
    .run = run_parallel_loops,
};
