// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The passes gpu-map-parallel-loops and convert-parallel-loops-to-gpu: the first says which
// hardware id runs each dimension of a parallel loop, the second makes a launch of it.
//
//   scf.parallel (%i) = (%lb) to (%ub) step (%s) { .. } {mapping =
//   [#gpu.loop_dim_map<block_x>]}
//   -> %n = (%ub - %lb) ceildiv %s
//      gpu.launch blocks(%bx, ..) in (%gx = %n, ..) threads(..) in (..) {
//        %i = %bx * %s + %lb .. }
//
// Outermost loops go to blocks, loops within them to invocations; further dimensions and loops
// are sequential. Upstream computes sizes and indices with affine.apply; here they are arith
// ops, which need no further lowering.
#include <stdlib.h>

#include "dialects/gpu/gpu.h"
#include "dialects/gpu/gpu_ops.h"
#include "ir/core/affine.h"
#include "ir/core/builder.h"
#include "ir/core/context.h"
#include "ir/core/definition.h"
#include "ir/core/diagnostics.h"
#include "transforms/pass/pass.h"

enum { MOST_DIMS = 16, MOST_NESTING = 64 };

static bool is(const mica_op *op, const char *name)
{
    return op && mica_string_is(mica_op_name(op), name);
}

// Dimensions of a parallel loop: its operands are lower bounds, upper bounds, steps, inits.
static size_t dim_count(const mica_op *parallel)
{
    return mica_block_argument_count(mica_region_first(mica_op_region(parallel, 0)));
}

// ---- gpu-map-parallel-loops

static void map_loop(mica_op *parallel, size_t level)
{
    mica_context *context = mica_op_context(parallel);
    const mica_attr *attrs[MOST_DIMS];
    const size_t count = dim_count(parallel);
    const mica_attr *identity = mica_affine_map_identity(context, 1);
    for (size_t i = 0; i < count && i < MOST_DIMS; ++i) {
        mica_gpu_loop_dim dim = {MICA_GPU_PROCESSOR_SEQUENTIAL, identity, identity};
        if (level < 2 && i < 3)
            dim.processor = (int64_t)(3 * level + i);
        attrs[i] = mica_gpu_loop_dim_map_get(context, dim);
    }
    if (count <= MOST_DIMS)
        mica_op_set_attr(parallel, "mapping", mica_array_attr_get(context, attrs, count));
}

/// A loop that is mapped already stays, and those in it.
static mica_walk_result map_op(void *user, mica_op *op)
{
    (void)user;
    if (!is(op, "scf.parallel"))
        return MICA_WALK_ADVANCE;
    if (mica_op_attr(op, "mapping"))
        return MICA_WALK_SKIP;
    size_t level = 0;
    for (mica_op *parent = mica_op_parent(op); parent; parent = mica_op_parent(parent))
        level += is(parent, "scf.parallel");
    map_loop(op, level);
    return MICA_WALK_ADVANCE;
}

static bool run_map(mica_pass_run *run)
{
    mica_op_walk_pre(mica_pass_run_op(run), map_op, NULL);
    return true;
}

// ---- convert-parallel-loops-to-gpu

typedef struct launch {
    mica_op *outermost;
    mica_value *sizes[6]; ///< blocks x, y, z, invocations x, y, z; NULL: 1
    mica_block *body;
} launch;

static mica_value *binary(mica_builder *builder, const char *name, mica_value *a, mica_value *b)
{
    mica_op_state state;
    mica_op_state_init(&state, builder->context, name, builder->location);
    mica_op_state_add_operand(&state, a);
    mica_op_state_add_operand(&state, b);
    mica_op_state_add_result(&state, mica_index_type_get(builder->context));
    return mica_op_result(mica_builder_create(builder, &state), 0);
}

// (upper - lower) ceildiv step
static mica_value *build_size(mica_builder *builder, mica_value *const bounds[3])
{
    return binary(builder, "arith.ceildivsi",
                  binary(builder, "arith.subi", bounds[1], bounds[0]), bounds[2]);
}

// id * step + lower
static mica_value *build_index(mica_builder *builder, mica_value *id, mica_value *step,
                               mica_value *lower)
{
    return binary(builder, "arith.addi", binary(builder, "arith.muli", id, step), lower);
}

static mica_value *one(mica_builder *builder)
{
    mica_op_state state;
    mica_op_state_init(&state, builder->context, "arith.constant", builder->location);
    mica_op_state_set_attr(&state, "value", mica_index_attr_get(builder->context, 1));
    mica_op_state_add_result(&state, mica_index_type_get(builder->context));
    return mica_op_result(mica_builder_create(builder, &state), 0);
}

static bool read_dim(const mica_op *parallel, size_t index, mica_gpu_loop_dim *dim)
{
    const mica_attr *mapping = mica_op_attr(parallel, "mapping");
    return mica_attr_is(mapping, MICA_ATTR_ARRAY) && index < mica_array_attr_count(mapping) &&
           mica_gpu_loop_dim_map_read(mica_array_attr_element(mapping, index), dim);
}

// The value before the outermost loop: itself when it is defined there, else a copy of its
// constant; NULL when it is neither.
static mica_value *value_outside(launch *l, mica_builder *builder, mica_value *value)
{
    mica_op *op = mica_value_op(value);
    const mica_region *inside = mica_op_region(l->outermost, 0);
    if (!mica_region_is_ancestor(inside, mica_block_region(mica_value_block(value))))
        return value;
    if (!op || !mica_op_has_trait(op, MICA_TRAIT_CONSTANT_LIKE))
        return NULL;
    return mica_op_result(mica_builder_clone(builder, op, NULL), 0);
}

// Sizes of the grid from the bounds of all mapped loops of the nest.
static bool gather_sizes(launch *l, mica_op *parallel, size_t depth)
{
    if (mica_op_result_count(parallel) || depth > MOST_NESTING)
        return false;
    const size_t count = dim_count(parallel);
    mica_builder builder = mica_builder_before(l->outermost);
    for (size_t i = 0; i < count; ++i) {
        mica_gpu_loop_dim dim;
        if (!read_dim(parallel, i, &dim))
            return false;
        if (dim.processor >= MICA_GPU_PROCESSOR_SEQUENTIAL)
            continue;
        mica_value *bounds[3];
        for (size_t b = 0; b < 3; ++b)
            bounds[b] = value_outside(l, &builder, mica_op_operand(parallel, b * count + i));
        if (!bounds[0] || !bounds[1] || !bounds[2] || l->sizes[dim.processor])
            return false;
        l->sizes[dim.processor] = build_size(&builder, bounds);
    }
    mica_for_each_op(op, mica_region_first(mica_op_region(
                             parallel, 0))) if (is(op, "scf.parallel") &&
                                                mica_op_attr(op, "mapping") &&
                                                !gather_sizes(l, op, depth + 1)) return false;
    return true;
}

static mica_op *build_launch(launch *l)
{
    mica_builder builder = mica_builder_before(l->outermost);
    mica_context *context = builder.context;
    const int32_t segments[11] = {0, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0};
    mica_op_state state;
    mica_value *unit = one(&builder);
    mica_op_state_init(&state, context, "gpu.launch", builder.location);
    for (size_t i = 0; i < 6; ++i)
        mica_op_state_add_operand(&state, l->sizes[i] ? l->sizes[i] : unit);
    mica_op_state_set_attr(&state, "operandSegmentSizes",
                           mica_i32_array_attr_get(context, segments, 11));
    mica_op_state_set_attr(&state, "workgroup_attributions", mica_i64_attr_get(context, 0));
    mica_region *region = mica_op_state_add_region(&state);
    l->body = mica_block_create(context);
    mica_region_append(region, l->body);
    for (size_t i = 0; i < MICA_GPU_LAUNCH_ARGUMENTS; ++i)
        mica_block_add_argument(l->body, mica_index_type_get(context), builder.location);
    return mica_builder_create(&builder, &state);
}

// A sequential dimension: a loop that the builder moves into.
static mica_value *build_for(mica_builder *builder, mica_op *parallel, size_t count,
                             size_t index)
{
    mica_context *context = builder->context;
    mica_op_state state;
    mica_op_state_init(&state, context, "scf.for", builder->location);
    for (size_t b = 0; b < 3; ++b)
        mica_op_state_add_operand(&state, mica_op_operand(parallel, b * count + index));
    mica_region *region = mica_op_state_add_region(&state);
    mica_block *body = mica_block_create(context);
    mica_region_append(region, body);
    mica_value *variable =
        mica_block_add_argument(body, mica_index_type_get(context), builder->location);
    mica_builder_create(builder, &state);
    mica_builder_set_at_end(builder, body);
    mica_op_state_init(&state, context, "scf.yield", builder->location);
    mica_op *yield = mica_builder_create(builder, &state);
    mica_builder_set_before(builder, yield);
    return variable;
}

// Moves the body of the loop to where the builder is, for its indices.
static void move_body(launch *l, mica_builder builder, mica_op *parallel)
{
    const size_t count = dim_count(parallel);
    mica_block *body = mica_region_first(mica_op_region(parallel, 0));
    for (size_t i = 0; i < count; ++i) {
        mica_gpu_loop_dim dim = {0};
        read_dim(parallel, i, &dim);
        mica_value *index =
            dim.processor >= MICA_GPU_PROCESSOR_SEQUENTIAL
                ? build_for(&builder, parallel, count, i)
                : build_index(&builder, mica_block_argument(l->body, (size_t)dim.processor),
                              mica_op_operand(parallel, 2 * count + i),
                              mica_op_operand(parallel, i));
        mica_value_replace_all_uses(mica_block_argument(body, i), index);
    }
    mica_for_each_op_safe(op, next, body)
    {
        if (is(op, "scf.reduce"))
            continue;
        mica_op_remove(op);
        if (is(op, "scf.parallel") && mica_op_attr(op, "mapping")) {
            move_body(l, builder, op);
            mica_op_destroy(op);
        } else {
            mica_builder_insert(&builder, op);
        }
    }
}

static bool convert_loop(mica_op *parallel)
{
    mica_context *context = mica_op_context(parallel);
    launch l = {.outermost = parallel};
    if (!gather_sizes(&l, parallel, 0))
        return mica_op_error(parallel,
                             "can't be launched: it gives results, a bound is computed "
                             "inside, or two dimensions share a processor");
    mica_op *made = build_launch(&l);
    mica_builder builder = mica_builder_at_end(l.body, mica_op_location(parallel));
    mica_op_state state;
    mica_op_state_init(&state, context, "gpu.terminator", builder.location);
    mica_op *end = mica_builder_create(&builder, &state);
    mica_builder_set_before(&builder, end);
    move_body(&l, builder, parallel);
    mica_op_set_attr(made, "SCFToGPU_visited", mica_unit_attr_get(context));
    mica_op_erase(parallel);
    return true;
}

// Outermost mapped loops, to be converted after the walk.
typedef struct found_loops {
    mica_op **ops;
    size_t count, capacity;
    bool failed;
} found_loops;

static mica_walk_result find_loop(void *user, mica_op *op)
{
    found_loops *found = user;
    if (!is(op, "scf.parallel") || !mica_op_attr(op, "mapping"))
        return MICA_WALK_ADVANCE;
    if (found->count == found->capacity) {
        const size_t wanted = found->capacity ? 2 * found->capacity : 16;
        mica_op **larger = mica_realloc(found->ops, wanted * sizeof *larger);
        if (!larger) {
            found->failed = true;
            return MICA_WALK_INTERRUPT;
        }
        found->ops = larger;
        found->capacity = wanted;
    }
    found->ops[found->count++] = op;
    return MICA_WALK_SKIP;
}

static bool run_convert(mica_pass_run *run)
{
    found_loops found = {0};
    mica_op_walk_pre(mica_pass_run_op(run), find_loop, &found);
    bool converted = !found.failed;
    for (size_t i = 0; i < found.count; ++i)
        converted &= convert_loop(found.ops[i]);
    mica_free(found.ops);
    return converted;
}

static const char *const map_dependent[] = {"gpu", NULL};
static const char *const convert_dependent[] = {"gpu", "arith", "scf", NULL};
const mica_pass_def mica_pass_gpu_map_parallel_loops = {
    .struct_size = sizeof(mica_pass_def),
    .argument = "gpu-map-parallel-loops",
    .name = "GpuMapParallelLoopsPass",
    .summary = "Greedily maps loops to GPU hardware dimensions.",
    .anchor = "func.func",
    .dependent_dialects = map_dependent,
    .run = run_map};
const mica_pass_def mica_pass_convert_parallel_loops_to_gpu = {
    .struct_size = sizeof(mica_pass_def),
    .argument = "convert-parallel-loops-to-gpu",
    .name = "ConvertParallelLoopToGpu",
    .summary = "Convert mapped scf.parallel ops to gpu launch operations",
    .dependent_dialects = convert_dependent,
    .run = run_convert};
