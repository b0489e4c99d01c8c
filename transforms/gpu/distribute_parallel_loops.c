// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The pass gpu-distribute-parallel-loops: gives each outermost parallel loop a grid of
// workgroups of one fixed size. Its iterations are numbered in row-major order and the numbers
// dealt out in runs, so that neighbours in a workgroup touch neighbours in memory:
//
//   scf.parallel (%i, %j) = (%c0, %c0) to (%c30, %c50) step (%c1, %c1) { body(%i, %j) }
//   -> scf.parallel (%g) = (%c0) to (%c24) {             mapping = [block_x]
//        scf.parallel (%t) = (%c0) to (%c64) {           mapping = [thread_x]
//          %n = %g * 64 + %t
//          scf.if %n < 1500 { body(%n / 50, %n % 50) } } }
//
// Mapping dimensions to x, y and z as they are (gpu-map-parallel-loops) gives workgroups of one
// invocation, and no grid for a fourth dimension. The condition is left out where the numbers
// fit. A grid of more than 65535 workgroups, which no device need have, gets a second
// dimension. Parallel loops inside the body become sequential.
#include "dialects/gpu/gpu.h"
#include "ir/core/affine.h"
#include "ir/core/context.h"
#include "ir/core/diagnostics.h"
#include "transforms/convert/convert_scf_internal.h"
#include "transforms/drivers/op_row.h"
#include "transforms/gpu/kernel_loops.h"
#include "transforms/pass/pass.h"
#include "transforms/tensor/loop_nest.h"

enum { MOST_GROUPS = 65535, BLOCK_X = 0, BLOCK_Y = 1, THREAD_X = 3 };

// ---- index arithmetic, folded

typedef enum arithmetic {
    SUBTRACT,
    MULTIPLY,
    CEIL_DIVIDE,
    DIVIDE,
    REMAINDER,
    MIN,
    MAX
} arithmetic;
static const char *const arithmetic_ops[] = {"arith.subi",  "arith.muli",  "arith.ceildivsi",
                                             "arith.divui", "arith.remui", "arith.minsi",
                                             "arith.maxsi"};

// `b` is positive where it divides; none of the numbers comes near the limits of 64 bits, which
// check_total sees to.
static int64_t compute(arithmetic kind, int64_t a, int64_t b)
{
    switch (kind) {
    case SUBTRACT:
        return a - b;
    case MULTIPLY:
        return a * b;
    case CEIL_DIVIDE:
        return a <= 0 ? 0 : (a - 1) / b + 1;
    case DIVIDE:
        return a / b;
    case REMAINDER:
        return a % b;
    case MIN:
        return a < b ? a : b;
    case MAX:
        return a > b ? a : b;
    }
    return 0;
}

static mica_value *build(mica_builder *builder, arithmetic kind, mica_value *a, mica_value *b)
{
    int64_t x, y;
    if (micai_index_constant(a, &x) && micai_index_constant(b, &y) &&
        (kind < CEIL_DIVIDE || kind > REMAINDER || y > 0))
        return micai_index(builder, compute(kind, x, y));
    if (kind == MULTIPLY && micai_index_constant(a, &x) && x == 1)
        return b;
    if ((kind == MULTIPLY || kind == DIVIDE) && micai_index_constant(b, &y) && y == 1)
        return a;
    mica_op_state state;
    mica_op_state_init(&state, builder->context, arithmetic_ops[kind], builder->location);
    mica_op_state_add_operand(&state, a);
    mica_op_state_add_operand(&state, b);
    mica_op_state_add_result(&state, mica_index_type_get(builder->context));
    return mica_op_result(mica_builder_create(builder, &state), 0);
}

// ---- the grid

typedef struct distribution {
    mica_op *loop;
    size_t rank;
    int64_t group_size;
    mica_value *sizes[MICAI_PARALLEL_MAX_RANK]; ///< iterations of each dimension
    mica_value *total;                          ///< their product
    mica_value *columns, *rows;                 ///< of the grid
} distribution;

// Indices in kernels have 32 bits; a grid is at most twice as large as it must be.
static bool check_total(const distribution *d)
{
    int64_t total = 1, size;
    for (size_t i = 0; i < d->rank; ++i) {
        if (!micai_index_constant(d->sizes[i], &size))
            continue;
        if (size > 0 && total > (INT32_MAX / 2 - INT16_MAX) / size)
            return mica_op_error(d->loop, "has more iterations than a kernel can number");
        total *= size;
    }
    return true;
}

static bool size_grid(distribution *d, mica_builder *builder)
{
    for (size_t i = 0; i < d->rank; ++i) {
        mica_value *length =
            build(builder, SUBTRACT, micai_parallel_bound(d->loop, MICAI_PARALLEL_UPPER, i),
                  micai_parallel_bound(d->loop, MICAI_PARALLEL_LOWER, i));
        d->sizes[i] = build(builder, CEIL_DIVIDE, length,
                            micai_parallel_bound(d->loop, MICAI_PARALLEL_STEP, i));
    }
    if (!check_total(d))
        return false;
    d->total = micai_index(builder, 1);
    for (size_t i = 0; i < d->rank; ++i)
        d->total = build(builder, MULTIPLY, d->total, d->sizes[i]);
    mica_value *groups =
        build(builder, CEIL_DIVIDE, d->total, micai_index(builder, d->group_size));
    d->columns = build(builder, MIN, groups, micai_index(builder, MOST_GROUPS));
    d->rows = build(builder, CEIL_DIVIDE, groups,
                    build(builder, MAX, d->columns, micai_index(builder, 1)));
    return true;
}

static void map_loop(mica_op *parallel, const int64_t *processors, size_t count)
{
    mica_context *context = mica_op_context(parallel);
    const mica_attr *identity = mica_affine_map_identity(context, 1), *attrs[2];
    for (size_t i = 0; i < count; ++i)
        attrs[i] = mica_gpu_loop_dim_map_get(
            context, (mica_gpu_loop_dim){processors[i], identity, identity});
    mica_op_set_attr(parallel, "mapping", mica_array_attr_get(context, attrs, count));
}

// The two mapped loops; the iteration's number, at a place in the inner one.
static mica_value *build_loops(const distribution *d, mica_builder *builder)
{
    static const int64_t blocks[] = {BLOCK_X, BLOCK_Y}, threads[] = {THREAD_X};
    int64_t rows;
    const size_t dimensions = micai_index_constant(d->rows, &rows) && rows == 1 ? 1 : 2;
    mica_value *const grid[] = {d->columns, d->rows};
    mica_value *group_size = micai_index(builder, d->group_size), *group[2], *invocation;
    map_loop(micai_build_parallel(builder, grid, dimensions, group), blocks, dimensions);
    map_loop(micai_build_parallel(builder, &group_size, 1, &invocation), threads, 1);
    mica_value *number = group[0];
    if (dimensions == 2)
        number =
            micai_index_add(builder, build(builder, MULTIPLY, group[1], d->columns), number);
    return micai_index_add(builder, build(builder, MULTIPLY, number, group_size), invocation);
}

// ---- the body

// Do the workgroups number just the iterations there are?
static bool fits(const distribution *d)
{
    int64_t total, columns, rows;
    return micai_index_constant(d->total, &total) &&
           micai_index_constant(d->columns, &columns) && micai_index_constant(d->rows, &rows) &&
           columns * rows * d->group_size == total;
}

// scf.if on number < total; the builder is then inside.
static void build_condition(const distribution *d, mica_builder *builder, mica_value *number)
{
    enum { SIGNED_LESS = 2 };
    mica_context *context = builder->context;
    mica_op_state state;
    mica_op_state_init(&state, context, "arith.cmpi", builder->location);
    mica_op_state_add_operand(&state, number);
    mica_op_state_add_operand(&state, d->total);
    mica_op_state_set_attr(&state, "predicate", mica_i64_attr_get(context, SIGNED_LESS));
    mica_op_state_add_result(&state, mica_integer_type_get(context, 1, MICA_SIGNLESS));
    mica_value *condition = mica_op_result(mica_builder_create(builder, &state), 0);
    mica_op_state_init(&state, context, "scf.if", builder->location);
    mica_op_state_add_operand(&state, condition);
    mica_block *body = mica_block_create(context);
    mica_region_append(mica_op_state_add_region(&state), body);
    mica_op_state_add_region(&state);
    mica_builder_create(builder, &state);
    mica_builder_set_at_end(builder, body);
    mica_op_state_init(&state, context, "scf.yield", builder->location);
    mica_builder_set_before(builder, mica_builder_create(builder, &state));
}

// The loop's own indices from the iteration's number.
static void build_indices(const distribution *d, mica_builder *builder, mica_value *number)
{
    mica_block *body = mica_region_first(mica_op_region(d->loop, 0));
    mica_value *zero = micai_index(builder, 0);
    size_t outermost = 0; // dimension that takes what is left of the number
    int64_t size;
    while (outermost + 1 < d->rank && micai_index_constant(d->sizes[outermost], &size) &&
           size == 1)
        ++outermost;
    for (size_t i = d->rank; i-- > 0;) {
        mica_value *position = zero;
        if (i == outermost) {
            position = number;
        } else if (!(micai_index_constant(d->sizes[i], &size) && size == 1)) {
            position = build(builder, REMAINDER, number, d->sizes[i]);
            number = build(builder, DIVIDE, number, d->sizes[i]);
        }
        mica_value *step = micai_parallel_bound(d->loop, MICAI_PARALLEL_STEP, i);
        mica_value *lower = micai_parallel_bound(d->loop, MICAI_PARALLEL_LOWER, i);
        mica_value_replace_all_uses(
            mica_block_argument(body, i),
            micai_index_add(builder, build(builder, MULTIPLY, position, step), lower));
    }
}

static bool distribute(mica_op *loop, int64_t group_size)
{
    distribution d = {
        .loop = loop, .rank = micai_parallel_rank(loop), .group_size = group_size};
    if (mica_op_result_count(loop) || d.rank > MICAI_PARALLEL_MAX_RANK)
        return mica_op_error(loop,
                             "can't be distributed: it gives results or has more than "
                             "%d dimensions",
                             MICAI_PARALLEL_MAX_RANK);
    mica_builder builder = mica_builder_before(loop);
    if (!size_grid(&d, &builder))
        return false;
    int64_t total;
    if (micai_index_constant(d.total, &total) && total == 0) {
        mica_op_erase(loop);
        return true;
    }
    mica_value *number = build_loops(&d, &builder);
    if (!fits(&d))
        build_condition(&d, &builder, number);
    build_indices(&d, &builder, number);
    mica_block *body = mica_region_first(mica_op_region(loop, 0));
    mica_op *end = mica_block_last(body);
    mica_for_each_op_safe(op, next, body)
    {
        if (op == end)
            break;
        mica_op_remove(op);
        mica_builder_insert(&builder, op);
    }
    mica_op_erase(loop);
    return true;
}

// ---- the pass

static mica_walk_result find_outermost(void *user, mica_op *op)
{
    if (mica_string_is(mica_op_name(op), "gpu.launch"))
        return MICA_WALK_SKIP;
    if (!mica_string_is(mica_op_name(op), "scf.parallel"))
        return MICA_WALK_ADVANCE;
    if (!mica_op_attr(op, "mapping"))
        micai_op_row_append(user, op);
    return MICA_WALK_SKIP;
}

static mica_walk_result find_any(void *user, mica_op *op)
{
    if (mica_string_is(mica_op_name(op), "scf.parallel"))
        micai_op_row_append(user, op);
    return MICA_WALK_ADVANCE;
}

// Loops inside `loop`, innermost first.
static bool make_inner_sequential(mica_op *loop)
{
    micai_op_row inner = {0};
    mica_op_walk_post(loop, find_any, &inner);
    bool done = !inner.failed;
    for (size_t i = 0; i + 1 < inner.count && done; ++i)
        done = micai_parallel_to_nested_for(inner.ops[i]);
    micai_op_row_free(&inner);
    return done;
}

static bool run_pass(mica_pass_run *run)
{
    mica_op *root = mica_pass_run_op(run);
    const int64_t size = mica_pass_option_int(mica_pass_run_options(run), "workgroup-size");
    if (size < 1 || size > INT16_MAX)
        return mica_op_error(root, "workgroup-size must be from 1 to %d", INT16_MAX);
    micai_op_row found = {0};
    mica_op_walk_pre(root, find_outermost, &found);
    bool done = !found.failed;
    for (size_t i = 0; i < found.count && done; ++i)
        done = make_inner_sequential(found.ops[i]) && distribute(found.ops[i], size);
    if (found.count == 0)
        mica_pass_run_mark_unchanged(run);
    micai_op_row_free(&found);
    return done;
}

static const mica_option_def options[] = {
    {"workgroup-size", MICA_OPTION_INT, "Invocations of a workgroup", "64", NULL},
};
static const char *const dependent[] = {"arith", "gpu", "scf", NULL};
const mica_pass_def mica_pass_gpu_distribute_parallel_loops = {
    .struct_size = sizeof(mica_pass_def),
    .argument = "gpu-distribute-parallel-loops",
    .name = "GpuDistributeParallelLoops",
    .summary = "Outermost parallel loops get a grid of workgroups of one size",
    .anchor = "func.func",
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .dependent_dialects = dependent,
    .run = run_pass};
