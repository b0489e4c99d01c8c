// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The passes gpu-launch-sink-index-computations and gpu-kernel-outlining. The first moves
// copies of constants and sizes into launches, the second makes a kernel of each launch's body:
// what the body uses from outside becomes the kernel's arguments.
//
//   gpu.launch blocks(..) in (..) threads(..) in (..) { use(%x); gpu.terminator }
//   -> gpu.launch_func @f_kernel::@f_kernel blocks in (..) threads in (..) args(%x : f32)
//      gpu.module @f_kernel { gpu.func @f_kernel(%x: f32) kernel { use(%x); gpu.return } }
#include <stdio.h>
#include <stdlib.h>

#include "dialects/gpu/gpu.h"
#include "ir/core/builder.h"
#include "ir/core/context.h"
#include "ir/core/definition.h"
#include "ir/core/symbol_table.h"
#include "transforms/pass/pass.h"

// A growing row of pointers.
typedef struct row {
    void **items;
    size_t count, capacity;
    bool failed;
} row;

static void append(row *r, void *item)
{
    if (r->count == r->capacity) {
        const size_t wanted = r->capacity ? 2 * r->capacity : 16;
        void **larger = mica_realloc(r->items, wanted * sizeof *larger);
        if (!larger) {
            r->failed = true;
            return;
        }
        r->items = larger;
        r->capacity = wanted;
    }
    r->items[r->count++] = item;
}

static bool is(const mica_op *op, const char *name)
{
    return op && mica_string_is(mica_op_name(op), name);
}

static mica_walk_result find_launch(void *user, mica_op *op)
{
    if (is(op, "gpu.launch"))
        append(user, op);
    return MICA_WALK_ADVANCE;
}

// ---- what a body uses from outside

typedef struct captures {
    mica_region *region;
    row values;
} captures;

static bool is_outside(const mica_region *region, mica_value *value)
{
    return !mica_region_is_ancestor(region, mica_block_region(mica_value_block(value)));
}

static mica_walk_result note_operands(void *user, mica_op *op)
{
    captures *c = user;
    for (size_t i = 0; i < mica_op_operand_count(op); ++i) {
        mica_value *value = mica_op_operand(op, i);
        bool known = !is_outside(c->region, value);
        for (size_t j = 0; j < c->values.count && !known; ++j)
            known = c->values.items[j] == value;
        if (!known)
            append(&c->values, value);
    }
    return MICA_WALK_ADVANCE;
}

static captures captures_of(mica_op *launch)
{
    captures c = {.region = mica_op_region(launch, 0)};
    mica_for_each_block(block, c.region) mica_for_each_op(op, block)
        mica_op_walk_pre(op, note_operands, &c);
    return c;
}

static bool is_inside(void *user, mica_use *use)
{
    const mica_region *region = user;
    return mica_region_find_ancestor(region, mica_use_owner(use)) != NULL;
}

// ---- sinking

enum { DEEPEST_SINKING = 16 };

static bool contains(const row *r, const void *item)
{
    for (size_t i = 0; i < r->count; ++i)
        if (r->items[i] == item)
            return true;
    return false;
}

/// Cheaper to compute again than to pass: constants, sizes and what bounds are made of.
static bool is_worth_sinking(const mica_op *op)
{
    return mica_op_has_trait(op, MICA_TRAIT_CONSTANT_LIKE) || is(op, "memref.dim") ||
           is(op, "arith.select") || is(op, "arith.cmpi");
}

/// Puts `op` into the row after those of its operands that go with it; false when an operand
/// could not be had inside without becoming a new argument.
static bool collect_sinking(const captures *c, mica_op *op, row *sinking, size_t depth)
{
    if (contains(sinking, op))
        return true;
    if (depth > DEEPEST_SINKING || !is_worth_sinking(op))
        return false;
    for (size_t i = 0; i < mica_op_operand_count(op); ++i) {
        mica_value *operand = mica_op_operand(op, i);
        mica_op *source = mica_value_op(operand);
        if (!(source && collect_sinking(c, source, sinking, depth + 1)) &&
            !contains(&c->values, operand))
            return false;
    }
    append(sinking, op);
    return true;
}

static bool sink(mica_op *launch)
{
    captures c = captures_of(launch);
    row sinking = {0};
    for (size_t i = 0; i < c.values.count; ++i)
        if (mica_value_op(c.values.items[i]))
            collect_sinking(&c, mica_value_op(c.values.items[i]), &sinking, 0);
    mica_block *body = mica_region_first(c.region);
    mica_builder builder = mica_builder_at_end(body, mica_op_location(launch));
    mica_builder_set_at_start(&builder, body);
    row copies = {0};
    for (size_t i = 0; i < sinking.count; ++i)
        append(&copies, mica_builder_clone(&builder, sinking.items[i], NULL));
    // Then the uses, those in the copies as well.
    for (size_t i = 0; i < copies.count; ++i)
        for (size_t r = 0; r < mica_op_result_count(sinking.items[i]); ++r)
            mica_value_replace_uses_if(mica_op_result(sinking.items[i], r),
                                       mica_op_result(copies.items[i], r), is_inside, c.region);
    const bool sunk = !c.values.failed && !sinking.failed && !copies.failed;
    mica_free(c.values.items);
    mica_free(sinking.items);
    mica_free(copies.items);
    return sunk;
}

static bool run_sink(mica_pass_run *run)
{
    row launches = {0};
    mica_op_walk_pre(mica_pass_run_op(run), find_launch, &launches);
    bool sunk = !launches.failed;
    for (size_t i = 0; i < launches.count; ++i)
        sunk &= sink(launches.items[i]);
    mica_free(launches.items);
    return sunk;
}

// ---- outlining

static mica_value *build_id(mica_builder *builder, const char *name, uint64_t dimension)
{
    mica_context *context = builder->context;
    const mica_dialect_def *dialect =
        mica_context_find_dialect(context, mica_string_from("gpu"));
    const mica_attr *attr = NULL;
    for (uint32_t i = 0; dialect && i < dialect->attr_count && !attr; ++i)
        if (strcmp(dialect->attrs[i]->name, "dim") == 0)
            attr = mica_attr_get(context, dialect->attrs[i], &dimension, 1);
    mica_op_state state;
    mica_op_state_init(&state, context, name, builder->location);
    mica_op_state_set_attr(&state, "dimension", attr);
    mica_op_state_add_result(&state, mica_index_type_get(context));
    return mica_op_result(mica_builder_create(builder, &state), 0);
}

// The first twelve arguments of the body become ops.
static void replace_ids(mica_block *body, mica_location location)
{
    static const char *const names[] = {"gpu.block_id", "gpu.thread_id", "gpu.grid_dim",
                                        "gpu.block_dim"};
    mica_builder builder = mica_builder_at_end(body, location);
    mica_builder_set_at_start(&builder, body);
    for (size_t i = 0; i < MICA_GPU_LAUNCH_ARGUMENTS; ++i)
        mica_value_replace_all_uses(mica_block_argument(body, i),
                                    build_id(&builder, names[i / 3], i % 3));
    for (size_t i = MICA_GPU_LAUNCH_ARGUMENTS; i-- > 0;)
        mica_block_erase_argument(body, i);
}

static void replace_captures(mica_region *region, const captures *c)
{
    mica_block *body = mica_region_first(region);
    for (size_t i = 0; i < c->values.count; ++i) {
        mica_value *value = c->values.items[i];
        mica_value *argument = mica_block_insert_argument(body, i, mica_value_type(value),
                                                          mica_value_location(value));
        mica_value_replace_uses_if(value, argument, is_inside, region);
    }
}

static void replace_terminators(mica_region *region)
{
    mica_for_each_block(block, region)
    {
        mica_op *last = mica_block_last(block);
        if (!is(last, "gpu.terminator"))
            continue;
        mica_builder builder = mica_builder_before(last);
        mica_op_state state;
        mica_op_state_init(&state, builder.context, "gpu.return", builder.location);
        mica_builder_create(&builder, &state);
        mica_op_erase(last);
    }
}

// Three operands from spec `first` as a dense array, NULL unless all are constants.
static const mica_attr *constant_sizes(mica_op *launch, size_t first)
{
    int32_t sizes[3];
    for (size_t i = 0; i < 3; ++i) {
        size_t start, count;
        mica_op_operand_range(launch, first + i, &start, &count);
        mica_op *op = mica_value_op(mica_op_operand(launch, start));
        const mica_attr *value = op && mica_op_has_trait(op, MICA_TRAIT_CONSTANT_LIKE)
                                     ? mica_op_attr(op, "value")
                                     : NULL;
        if (!mica_attr_is(value, MICA_ATTR_INTEGER))
            return NULL;
        sizes[i] = (int32_t)mica_integer_attr_value(value);
    }
    return mica_i32_array_attr_get(mica_op_context(launch), sizes, 3);
}

static mica_op *build_kernel(mica_op *launch, const captures *c, mica_string name)
{
    mica_context *context = mica_op_context(launch);
    const mica_type **types = mica_malloc((c->values.count + 1) * sizeof *types);
    if (!types)
        return NULL;
    for (size_t i = 0; i < c->values.count; ++i)
        types[i] = mica_value_type(c->values.items[i]);
    mica_op_state state;
    mica_op_state_init(&state, context, "gpu.func", mica_op_location(launch));
    mica_op_state_set_attr(&state, "sym_name", mica_string_attr_get(context, name));
    mica_op_state_set_attr(
        &state, "function_type",
        mica_type_attr_get(mica_function_type_get(context, types, c->values.count, NULL, 0)));
    mica_free(types);
    mica_op_state_set_attr(&state, "gpu.kernel", mica_unit_attr_get(context));
    mica_op_state_set_attr(
        &state, "workgroup_attributions",
        mica_i64_attr_get(context, (int64_t)mica_gpu_workgroup_attribution_count(launch)));
    mica_op_state_set_attr(&state, "known_block_size",
                           constant_sizes(launch, MICA_GPU_OPERANDS_BLOCK));
    mica_op_state_set_attr(&state, "known_grid_size",
                           constant_sizes(launch, MICA_GPU_OPERANDS_GRID));
    mica_region *body = mica_op_state_add_region(&state);
    replace_ids(mica_region_first(mica_op_region(launch, 0)), mica_op_location(launch));
    replace_captures(mica_op_region(launch, 0), c);
    replace_terminators(mica_op_region(launch, 0));
    mica_region_take_body(body, mica_op_region(launch, 0));
    return mica_op_create(&state);
}

static mica_op *build_module(mica_op *launch, mica_op *kernel)
{
    mica_context *context = mica_op_context(launch);
    mica_op_state state;
    mica_op_state_init(&state, context, "gpu.module", mica_op_location(launch));
    mica_op_state_set_attr(&state, "sym_name", mica_symbol_name(kernel));
    mica_region *region = mica_op_state_add_region(&state);
    mica_block *body = mica_block_create(context);
    mica_region_append(region, body);
    mica_block_append(body, kernel);
    mica_builder builder = mica_builder_at_end(body, mica_op_location(launch));
    mica_op_state end;
    mica_op_state_init(&end, context, "gpu.module_end", builder.location);
    mica_builder_create(&builder, &end);
    return mica_op_create(&state);
}

static void build_launch_func(mica_op *launch, mica_op *module, mica_op *kernel,
                              const captures *c)
{
    mica_builder builder = mica_builder_before(launch);
    mica_context *context = builder.context;
    mica_op_state state;
    mica_op_state_init(&state, context, "gpu.launch_func", builder.location);
    int32_t segments[13];
    for (size_t spec = 0; spec < MICA_GPU_OPERANDS_KERNEL; ++spec) {
        size_t start, count;
        mica_op_operand_range(launch, spec, &start, &count);
        segments[spec] = (int32_t)count;
        for (size_t i = 0; i < count; ++i)
            mica_op_state_add_operand(&state, mica_op_operand(launch, start + i));
    }
    segments[MICA_GPU_OPERANDS_KERNEL] = (int32_t)c->values.count;
    segments[MICA_GPU_OPERANDS_KERNEL + 1] = 0;
    for (size_t i = 0; i < c->values.count; ++i)
        mica_op_state_add_operand(&state, c->values.items[i]);
    const mica_string path = mica_string_attr_text(mica_symbol_name(kernel));
    mica_op_state_set_attr(&state, "operandSegmentSizes",
                           mica_i32_array_attr_get(context, segments, 13));
    mica_op_state_set_attr(
        &state, "kernel",
        mica_symbol_ref_attr_get(context, mica_string_attr_text(mica_symbol_name(module)),
                                 &path, 1));
    for (size_t i = 0; i < mica_op_result_count(launch); ++i)
        mica_op_state_add_result(&state, mica_value_type(mica_op_result(launch, i)));
    mica_op *made = mica_builder_create(&builder, &state);
    for (size_t i = 0; i < mica_op_result_count(launch); ++i)
        mica_value_replace_all_uses(mica_op_result(launch, i), mica_op_result(made, i));
}

/// Where the kernels of a function stand: before what followed it, in the order of its
/// launches.
typedef struct kernel_place {
    mica_op *function, *next;
} kernel_place;

static bool outline(mica_op *launch, mica_symbol_table *table, kernel_place *place)
{
    mica_op *function = mica_op_parent(launch);
    while (mica_op_parent(function) && mica_op_parent(function) != mica_symbol_table_op(table))
        function = mica_op_parent(function);
    if (function != place->function)
        *place = (kernel_place){function, mica_op_next(function)};
    const mica_attr *owner = mica_symbol_name(function);
    const mica_string name = owner ? mica_string_attr_text(owner) : mica_string_from("main");
    char text[256];
    snprintf(text, sizeof text, "%.*s_kernel", (int)(name.length < 240 ? name.length : 240),
             name.data);
    captures c = captures_of(launch);
    mica_op *kernel = c.values.failed ? NULL : build_kernel(launch, &c, mica_string_from(text));
    bool outlined = kernel != NULL;
    if (outlined) {
        mica_op *module = build_module(launch, kernel);
        outlined = mica_symbol_table_insert(table, module, place->next);
        build_launch_func(launch, module, kernel, &c);
        mica_op_erase(launch);
    }
    mica_free(c.values.items);
    return outlined;
}

static bool run_outline(mica_pass_run *run)
{
    mica_op *module = mica_pass_run_op(run);
    row launches = {0};
    mica_op_walk_pre(module, find_launch, &launches);
    mica_symbol_table *table = mica_symbol_table_create(module);
    bool outlined = table && !launches.failed;
    kernel_place place = {0};
    for (size_t i = 0; outlined && i < launches.count; ++i)
        outlined = outline(launches.items[i], table, &place);
    if (outlined && launches.count)
        mica_op_set_attr(module, "gpu.container_module",
                         mica_unit_attr_get(mica_op_context(module)));
    mica_symbol_table_destroy(table);
    mica_free(launches.items);
    return outlined;
}

static const char *const dependent[] = {"gpu", NULL};
const mica_pass_def mica_pass_gpu_launch_sink_index_computations = {
    .struct_size = sizeof(mica_pass_def),
    .argument = "gpu-launch-sink-index-computations",
    .name = "GpuLaunchSinkIndexComputations",
    .summary = "Sink index computations into gpu.launch body",
    .run = run_sink};
const mica_pass_def mica_pass_gpu_kernel_outlining = {
    .struct_size = sizeof(mica_pass_def),
    .argument = "gpu-kernel-outlining",
    .name = "GpuKernelOutlining",
    .summary = "Outline gpu.launch bodies to kernel functions",
    .anchor = "builtin.module",
    .dependent_dialects = dependent,
    .run = run_outline};
