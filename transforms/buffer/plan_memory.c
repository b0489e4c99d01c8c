// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The pass plan-memory: gives every allocation of a function its place in one arena that the
// caller owns, so that a compiled model makes no heap allocation.
//
//   func.func @f(%x: memref<4xf32>) {
//     %0 = memref.alloc() : memref<4xf32>      live [1, 5]
//     %1 = memref.alloc() : memref<8xf32>      live [3, 9]
//   func.func @f(%x: memref<4xf32>, %arena: memref<96xi8>)
//     %0 = memref.view %arena[%c0][] ..        at 0
//     %1 = memref.view %arena[%c64][] ..       at 64
//
// A buffer whose size is an expression of the function's arguments lies behind those of known
// size, in a slot whose size is the largest of the buffers that take turns in it. Offsets and
// the arena's size are computed at the function's beginning; the size is a further result:
//
//   func.func @g(%n: index, %arena: memref<?xi8>) -> (index {mica.arena})
//     %bytes = arith.muli %n, %c4 ..           rounded up, at most 2^62
//     %0 = memref.view %arena[%offset][%n] ..
//
// Ops are numbered in program order. Buffers that may be the same (views, carried values,
// results of regions) form sets; a set lives from its first definition to its last use, a use
// inside of a region op counting as one of that op where the buffer is defined outside. Places
// are given to the largest first, each the lowest that is free during its life. The simpler
// way, one place for each, needs several times the memory.
#include <stdlib.h>

#include "dialects/memref/memref_ops.h"
#include "ir/core/builder.h"
#include "ir/core/context_internal.h"
#include "ir/core/interfaces.h"
#include "transforms/buffer/plan_slots.h"
#include "transforms/pass/pass.h"

/// One buffer, a member of a union-find partition; the root has the life of its set.
typedef struct buffer_node {
    size_t parent;
    size_t first, last; ///< positions
    bool escapes;       ///< is returned
} buffer_node;

typedef struct allocation {
    mica_op *op;
    size_t node;
    size_t position; ///< in program order
    uint64_t size, offset;
    mica_value *place; ///< the offset of a buffer of dynamic size
} allocation;

typedef struct memory_plan {
    mica_context *context;
    micai_pointer_map node_of;  ///< value -> node
    micai_pointer_map position; ///< op -> its number
    micai_pointer_map end;      ///< op -> number of the last op nested in it
    buffer_node *nodes;
    size_t node_count, node_capacity;
    allocation *allocations; ///< those of static size first, once they are placed
    size_t allocation_count, allocation_capacity;
    size_t static_count;
    size_t op_count;
    uint64_t alignment;
    bool failed;
} memory_plan;

// ---- sets of buffers that may be the same
// ----------------------------------------------------

static bool is_buffer(const mica_value *value)
{
    return mica_type_is_memref(mica_value_type(value));
}

static size_t root_of(memory_plan *plan, size_t node)
{
    while (plan->nodes[node].parent != node) {
        plan->nodes[node].parent = plan->nodes[plan->nodes[node].parent].parent;
        node = plan->nodes[node].parent;
    }
    return node;
}

/// The node of a buffer, made when it is met first. SIZE_MAX when out of memory.
static size_t node_of(memory_plan *plan, const mica_value *value)
{
    uint64_t index;
    if (micai_pointer_map_find(&plan->node_of, value, &index))
        return (size_t)index;
    void *nodes = plan->nodes;
    const bool room =
        micai_array_reserve(&plan->context->allocator, &nodes, &plan->node_capacity,
                            plan->node_count + 1, sizeof *plan->nodes);
    plan->nodes = nodes;
    if (!room || !micai_pointer_map_set(&plan->node_of, value, plan->node_count)) {
        plan->failed = true;
        return SIZE_MAX;
    }
    plan->nodes[plan->node_count] = (buffer_node){plan->node_count, SIZE_MAX, 0, false};
    return plan->node_count++;
}

/// `*leader` is the buffer that all others given so far are united with; NULL at first.
static void unite(memory_plan *plan, const mica_value **leader, const mica_value *value)
{
    if (!is_buffer(value))
        return;
    if (!*leader) {
        *leader = value;
        return;
    }
    size_t into = node_of(plan, *leader), from = node_of(plan, value);
    if (plan->failed)
        return;
    into = root_of(plan, into);
    from = root_of(plan, from);
    if (into == from)
        return;
    buffer_node *kept = &plan->nodes[into], *gone = &plan->nodes[from];
    gone->parent = into;
    kept->first = kept->first < gone->first ? kept->first : gone->first;
    kept->last = kept->last > gone->last ? kept->last : gone->last;
    kept->escapes |= gone->escapes;
}

/// What `op` gives out or passes to its regions may be any buffer that it is given.
static void unite_around(memory_plan *plan, mica_op *op)
{
    const mica_value *leader = NULL;
    for (size_t i = 0; i < mica_op_result_count(op); ++i)
        unite(plan, &leader, mica_op_result(op, i));
    for (size_t r = 0; r < mica_op_region_count(op); ++r) {
        mica_for_each_block(block, mica_op_region(op, r))
        {
            for (size_t i = 0; i < mica_block_argument_count(block); ++i)
                unite(plan, &leader, mica_block_argument(block, i));
            mica_op *last = mica_block_last(block);
            for (size_t i = 0; last && leader && i < mica_op_operand_count(last); ++i)
                unite(plan, &leader, mica_op_operand(last, i));
        }
    }
    for (size_t i = 0; leader && i < mica_op_operand_count(op); ++i)
        unite(plan, &leader, mica_op_operand(op, i));
}

// ---- lives
// -----------------------------------------------------------------------------------

static size_t number_of(const micai_pointer_map *map, const mica_op *op)
{
    uint64_t number = 0;
    micai_pointer_map_find(map, op, &number);
    return (size_t)number;
}

static void extend(memory_plan *plan, const mica_value *value, size_t first, size_t last)
{
    const size_t node = node_of(plan, value);
    if (plan->failed)
        return;
    buffer_node *set = &plan->nodes[root_of(plan, node)];
    set->first = set->first < first ? set->first : first;
    set->last = set->last > last ? set->last : last;
}

/// A definition in one block of several and a use in another: no order is known.
static bool crosses_blocks(const mica_value *value, const mica_op *use)
{
    return mica_value_block(value) != mica_op_block(use);
}

static void note_uses(memory_plan *plan, mica_value *value, size_t defined)
{
    extend(plan, value, defined, defined);
    mica_region *region = mica_block_region(mica_value_block(value));
    mica_for_each_use(use, value)
    {
        mica_op *user = mica_use_owner(use);
        mica_op *top = mica_region_find_ancestor(region, user);
        if (!top)
            continue;
        if (crosses_blocks(value, top))
            extend(plan, value, 0, plan->op_count);
        else
            extend(plan, value, defined, number_of(&plan->end, top));
        const size_t node = node_of(plan, value);
        if (!plan->failed && mica_op_has_trait(user, MICA_TRAIT_RETURN_LIKE) &&
            mica_op_interface(mica_op_parent(user), &mica_function_like_interface))
            plan->nodes[root_of(plan, node)].escapes = true;
    }
}

static mica_walk_result number_op(void *user, mica_op *op)
{
    memory_plan *plan = user;
    plan->failed |= !micai_pointer_map_set(&plan->position, op, plan->op_count++);
    return plan->failed ? MICA_WALK_INTERRUPT : MICA_WALK_ADVANCE;
}

/// Post-order: the number of the last op nested is that of the last child.
static mica_walk_result note_end(void *user, mica_op *op)
{
    memory_plan *plan = user;
    size_t end = number_of(&plan->position, op);
    for (size_t r = 0; r < mica_op_region_count(op); ++r) {
        mica_for_each_block(block, mica_op_region(op, r))
        {
            mica_op *last = mica_block_last(block);
            if (last && number_of(&plan->end, last) > end)
                end = number_of(&plan->end, last);
        }
    }
    plan->failed |= !micai_pointer_map_set(&plan->end, op, end);
    return plan->failed ? MICA_WALK_INTERRUPT : MICA_WALK_ADVANCE;
}

static bool is_allocation(const mica_op *op)
{
    return mica_op_is(op, &mica_memref_alloc_kind);
}

/// The size in the arena; 0 for one that is not known at compile time.
static uint64_t static_size(const memory_plan *plan, const mica_type *type)
{
    if (!mica_type_has_static_shape(type))
        return 0;
    const uint64_t bytes = (uint64_t)mica_type_element_count(type) *
                           mica_dense_element_size(mica_type_element(type));
    const uint64_t size = (bytes + plan->alignment - 1) / plan->alignment * plan->alignment;
    return size ? size : plan->alignment;
}

static void note_allocation(memory_plan *plan, mica_op *op)
{
    void *allocations = plan->allocations;
    const bool room =
        micai_array_reserve(&plan->context->allocator, &allocations, &plan->allocation_capacity,
                            plan->allocation_count + 1, sizeof *plan->allocations);
    plan->allocations = allocations;
    if (!room) {
        plan->failed = true;
        return;
    }
    plan->allocations[plan->allocation_count++] =
        (allocation){op,
                     node_of(plan, mica_op_result(op, 0)),
                     number_of(&plan->position, op),
                     static_size(plan, mica_value_type(mica_op_result(op, 0))),
                     0,
                     NULL};
}

static mica_walk_result note_op(void *user, mica_op *op)
{
    memory_plan *plan = user;
    const size_t position = number_of(&plan->position, op);
    if (is_allocation(op))
        note_allocation(plan, op);
    else if (!mica_op_interface(op, &mica_function_like_interface))
        unite_around(plan, op);
    for (size_t i = 0; i < mica_op_result_count(op); ++i) {
        if (is_buffer(mica_op_result(op, i)))
            note_uses(plan, mica_op_result(op, i), position);
    }
    for (size_t r = 0; r < mica_op_region_count(op); ++r) {
        mica_for_each_block(block, mica_op_region(op, r))
        {
            for (size_t i = 0; i < mica_block_argument_count(block); ++i) {
                if (is_buffer(mica_block_argument(block, i)))
                    note_uses(plan, mica_block_argument(block, i), position);
            }
        }
    }
    return plan->failed ? MICA_WALK_INTERRUPT : MICA_WALK_ADVANCE;
}

// ---- places
// ----------------------------------------------------------------------------------

static int larger_first(const void *a, const void *b)
{
    const allocation *x = a, *y = b;
    if (x->size != y->size)
        return x->size < y->size ? 1 : -1;
    return (x->position > y->position) - (x->position < y->position);
}

static int lower_first(const void *a, const void *b)
{
    const allocation *const *x = a, *const *y = b;
    if ((*x)->offset != (*y)->offset)
        return (*x)->offset > (*y)->offset ? 1 : -1;
    return ((*x)->position > (*y)->position) - ((*x)->position < (*y)->position);
}

static bool live_together(memory_plan *plan, const allocation *a, const allocation *b)
{
    const buffer_node *x = &plan->nodes[root_of(plan, a->node)];
    const buffer_node *y = &plan->nodes[root_of(plan, b->node)];
    return x->first <= y->last && y->first <= x->last;
}

/// The lowest gap below and between the neighbours, which are sorted by offset.
static uint64_t lowest_gap(allocation *const *neighbours, size_t count, uint64_t size)
{
    uint64_t offset = 0;
    for (size_t i = 0; i < count; ++i) {
        if (neighbours[i]->offset >= offset + size)
            break;
        const uint64_t end = neighbours[i]->offset + neighbours[i]->size;
        offset = offset > end ? offset : end;
    }
    return offset;
}

/// Places all allocations of static size, which are then the first; `*total` is their size.
static bool place_allocations(memory_plan *plan, uint64_t *total)
{
    size_t count = plan->allocation_count;
    const size_t bytes = (count + 1) * sizeof(allocation *);
    allocation **neighbours = micai_allocate(&plan->context->allocator, bytes);
    if (!neighbours)
        return false;
    if (count)
        qsort(plan->allocations, count, sizeof *plan->allocations, larger_first);
    *total = 0;
    while (count && plan->allocations[count - 1].size == 0)
        --count;
    plan->static_count = count;
    for (size_t i = 0; i < count; ++i) {
        allocation *placed = &plan->allocations[i];
        size_t found = 0;
        for (size_t k = 0; k < i; ++k) {
            if (live_together(plan, placed, &plan->allocations[k]))
                neighbours[found++] = &plan->allocations[k];
        }
        qsort(neighbours, found, sizeof *neighbours, lower_first);
        placed->offset = lowest_gap(neighbours, found, placed->size);
        const uint64_t end = placed->offset + placed->size;
        *total = *total > end ? *total : end;
    }
    micai_release(&plan->context->allocator, neighbours, bytes);
    return true;
}

// ---- checks
// ----------------------------------------------------------------------------------

/// Would another iteration of a loop around the allocation still see it?
static bool outlives_iteration(memory_plan *plan, const allocation *planned)
{
    const size_t root = root_of(plan, planned->node);
    for (mica_op *op = mica_op_parent(planned->op); op; op = mica_op_parent(op)) {
        if (mica_op_interface(op, &mica_function_like_interface))
            return false;
        for (size_t r = 0; r < mica_op_region_count(op); ++r) {
            mica_block *entry = mica_region_first(mica_op_region(op, r));
            for (size_t i = 0; entry && i < mica_block_argument_count(entry); ++i) {
                mica_value *argument = mica_block_argument(entry, i);
                if (is_buffer(argument) && root_of(plan, node_of(plan, argument)) == root)
                    return true;
            }
        }
    }
    return false;
}

static bool in_parallel_region(mica_op *op)
{
    for (op = mica_op_parent(op); op; op = mica_op_parent(op)) {
        if (mica_op_has_trait(op, MICA_TRAIT_PARALLEL_REGION))
            return true;
    }
    return false;
}

static bool check_allocation(memory_plan *plan, const allocation *planned)
{
    const mica_type *type = mica_value_type(mica_op_result(planned->op, 0));
    if (mica_memref_type_layout(type))
        return mica_op_error(planned->op, "can't be planned: it has a layout");
    if (plan->nodes[root_of(plan, planned->node)].escapes)
        return mica_op_error(planned->op, "can't be planned: the function returns it; run "
                                          "buffer-results-to-out-params first");
    if (outlives_iteration(plan, planned))
        return mica_op_error(planned->op, "can't be planned: a later iteration uses it");
    if (in_parallel_region(planned->op))
        return mica_op_error(planned->op, "can't be planned: iterations that run at once "
                                          "allocate it");
    return true;
}

// ---- sizes at run time
// ------------------------------------------------------------------------

/// The bytes of a buffer of dynamic size, at most; NULL after a diagnostic.
static mica_value *build_bytes(memory_plan *plan, micai_size_bounds *bounds,
                               const allocation *planned)
{
    mica_value *buffer = mica_op_result(planned->op, 0);
    const mica_type *type = mica_value_type(buffer);
    mica_value *bytes = micai_build_index(
        &bounds->builder, (int64_t)mica_dense_element_size(mica_type_element(type)));
    for (size_t i = 0; bytes && i < mica_type_rank(type); ++i) {
        const micai_size_bound size = micai_size_bounds_of_dim(bounds, buffer, i);
        if (!size.value) {
            mica_op_error(planned->op,
                          "can't be planned: its size %zu depends on data and has no bound", i);
            return NULL;
        }
        bytes = micai_build_size_product(&bounds->builder, bytes, size.value);
    }
    return micai_build_size_aligned(&bounds->builder, bytes, (int64_t)plan->alignment);
}

/// Places the allocations of dynamic size behind the first `base` bytes. The arena's size as a
/// value; NULL after a diagnostic.
static mica_value *place_dynamic(memory_plan *plan, mica_op *function, uint64_t base)
{
    const size_t count = plan->allocation_count - plan->static_count;
    allocation *dynamic = plan->allocations + plan->static_count;
    mica_block *entry = mica_region_first(mica_function_body(function));
    micai_slot_buffer *buffers =
        micai_allocate_zeroed(&plan->context->allocator, count * sizeof *buffers);
    if (!buffers)
        return NULL;
    micai_size_bounds bounds;
    micai_size_bounds_begin(&bounds, function, mica_builder_before(mica_block_first(entry)),
                            NULL);
    mica_value *total = micai_build_index(&bounds.builder, (int64_t)base);
    for (size_t i = 0; i < count && total; ++i) {
        const buffer_node *life = &plan->nodes[root_of(plan, dynamic[i].node)];
        buffers[i] = (micai_slot_buffer){life->first, life->last,
                                         build_bytes(plan, &bounds, &dynamic[i]), 0, NULL};
        total = buffers[i].bytes ? total : NULL;
    }
    if (total)
        total = micai_assign_slots(&bounds.builder, buffers, count, total);
    for (size_t i = 0; i < count && total; ++i)
        dynamic[i].place = buffers[i].offset;
    micai_size_bounds_end(&bounds);
    micai_release(&plan->context->allocator, buffers, count * sizeof *buffers);
    return total;
}

// ---- the rewriting
// ---------------------------------------------------------------------------

static void replace_by_view(const allocation *planned, mica_value *arena)
{
    mica_builder builder = mica_builder_before(planned->op);
    mica_context *context = builder.context;
    const mica_type *type = mica_value_type(mica_op_result(planned->op, 0));
    mica_value *offset =
        planned->place ? planned->place : micai_build_index(&builder, (int64_t)planned->offset);
    if (!offset)
        return;
    mica_op_state view;
    mica_op_state_init(&view, context, "memref.view", builder.location);
    mica_op_state_add_operand(&view, arena);
    mica_op_state_add_operand(&view, offset);
    for (size_t i = 0; i < mica_op_operand_count(planned->op); ++i)
        mica_op_state_add_operand(&view, mica_op_operand(planned->op, i));
    mica_op_state_add_result(&view, type);
    mica_op *built = mica_builder_create(&builder, &view);
    if (!built)
        return;
    mica_value_replace_all_uses(mica_op_result(planned->op, 0), mica_op_result(built, 0));
    mica_op_erase(planned->op);
}

/// Frees at the end of what is planned: the arena is not theirs.
static mica_walk_result erase_dealloc(void *user, mica_op *op)
{
    const micai_pointer_map *planned = user;
    if (mica_op_is(op, &mica_memref_dealloc_kind) &&
        micai_pointer_map_find(planned, mica_value_op(mica_op_operand(op, 0)), NULL))
        mica_op_erase(op);
    return MICA_WALK_ADVANCE;
}

static bool drop_deallocs(memory_plan *plan, mica_op *function)
{
    micai_pointer_map planned = micai_pointer_map_on(&plan->context->allocator);
    bool ok = true;
    for (size_t i = 0; i < plan->allocation_count; ++i)
        ok &= micai_pointer_map_set(&planned, plan->allocations[i].op, 1);
    if (ok)
        mica_op_walk_post(function, erase_dealloc, &planned);
    micai_pointer_map_free(&planned);
    return ok;
}

/// Returns the arena's size behind what was returned.
static bool return_size(mica_op *op, mica_value *size)
{
    mica_builder builder = mica_builder_before(op);
    mica_op_state twin;
    mica_op_state_init_record(&twin, builder.context, mica_op_get_record(op), builder.location);
    for (size_t i = 0; i < mica_op_operand_count(op); ++i)
        mica_op_state_add_operand(&twin, mica_op_operand(op, i));
    mica_op_state_add_operand(&twin, size);
    const bool ok = mica_builder_create(&builder, &twin) != NULL;
    if (ok)
        mica_op_erase(op);
    return ok;
}

static bool add_size_result(memory_plan *plan, mica_op *function, mica_value *size)
{
    mica_context *context = plan->context;
    const size_t count = mica_function_result_count(function);
    const size_t bytes = (count + 1) * sizeof(void *);
    const mica_type **types = micai_context_allocate(context, bytes);
    const mica_attr **attrs = micai_context_allocate(context, bytes);
    const mica_named_attr mark = {mica_identifier_get(context, mica_string_from("mica.arena")),
                                  mica_unit_attr_get(context)};
    bool ok = types && attrs;
    for (size_t i = 0; ok && i < count; ++i) {
        types[i] = mica_function_result_type(function, i);
        attrs[i] = mica_function_result_attrs(function, i);
    }
    if (ok) {
        types[count] = mica_index_type_get(context);
        attrs[count] = mica_dictionary_attr_get(context, &mark, 1);
        ok = mica_function_set_results(function, types, attrs, count + 1);
    }
    micai_context_free(context, types, bytes);
    micai_context_free(context, attrs, bytes);
    mica_for_each_block(block, mica_function_body(function))
    {
        mica_op *last = mica_block_last(block);
        if (ok && last && mica_op_has_trait(last, MICA_TRAIT_RETURN_LIKE))
            ok = return_size(last, size);
    }
    return ok;
}

/// Appends the arena to the function's arguments; `size` MICA_DYNAMIC: known at run time.
static mica_value *add_arena(memory_plan *plan, mica_op *function, int64_t size)
{
    mica_context *context = plan->context;
    const int64_t shape[] = {size};
    const mica_type *type = mica_memref_type_get(
        mica_integer_type_get(context, 8, MICA_SIGNLESS), shape, 1, NULL, NULL);
    mica_block *entry = mica_region_first(mica_function_body(function));
    return mica_function_insert_argument(function, mica_block_argument_count(entry), type,
                                         mica_op_location(function));
}

static bool plan_function(mica_pass_run *run, memory_plan *plan, mica_op *function)
{
    mica_op_walk_pre(function, number_op, plan);
    mica_op_walk_post(function, note_end, plan);
    mica_op_walk_pre(function, note_op, plan);
    uint64_t total = 0;
    for (size_t i = 0; i < plan->allocation_count && !plan->failed; ++i) {
        if (!check_allocation(plan, &plan->allocations[i]))
            return false;
    }
    if (plan->failed || !place_allocations(plan, &total))
        return false;
    mica_value *size = NULL;
    if (plan->static_count < plan->allocation_count) {
        size = place_dynamic(plan, function, total);
        if (!size || !add_size_result(plan, function, size))
            return false;
    }
    mica_value *arena = add_arena(plan, function, size ? MICA_DYNAMIC : (int64_t)total);
    if (!arena || !drop_deallocs(plan, function))
        return false;
    for (size_t i = 0; i < plan->allocation_count; ++i) {
        mica_pass_run_count(run, 1, plan->allocations[i].size);
        replace_by_view(&plan->allocations[i], arena);
    }
    mica_pass_run_count(run, 0, total);
    return !mica_context_out_of_memory(plan->context);
}

static bool run_plan_memory(mica_pass_run *run)
{
    mica_op *function = mica_pass_run_op(run);
    mica_context *context = mica_pass_run_context(run);
    if (!mica_op_interface(function, &mica_function_like_interface) ||
        mica_function_is_declaration(function)) {
        mica_pass_run_mark_unchanged(run);
        return true;
    }
    const int64_t alignment = mica_pass_option_int(mica_pass_run_options(run), "alignment");
    memory_plan plan = {.context = context,
                        .node_of = micai_pointer_map_on(&context->allocator),
                        .position = micai_pointer_map_on(&context->allocator),
                        .end = micai_pointer_map_on(&context->allocator),
                        .alignment = alignment > 0 ? (uint64_t)alignment : 64};
    const bool ok = plan_function(run, &plan, function);
    micai_pointer_map_free(&plan.node_of);
    micai_pointer_map_free(&plan.position);
    micai_pointer_map_free(&plan.end);
    micai_release(&context->allocator, plan.nodes, plan.node_capacity * sizeof *plan.nodes);
    micai_release(&context->allocator, plan.allocations,
                  plan.allocation_capacity * sizeof *plan.allocations);
    return ok;
}

static const mica_option_def options[] = {
    {"alignment", MICA_OPTION_INT, "Alignment of each buffer in bytes", "64", NULL},
};

static const mica_statistic_def statistics[] = {
    {"arena-bytes", "Size of the arenas"},
    {"allocated-bytes", "Sum of the sizes of the buffers in them"},
};

static const char *const dependent_dialects[] = {"arith", "memref", NULL};

const mica_pass_def mica_pass_plan_memory = {
    .struct_size = sizeof(mica_pass_def),
    .argument = "plan-memory",
    .name = "PlanMemory",
    .summary = "Place a function's allocations in one arena that its caller owns",
    .anchor = "func.func",
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .statistics = statistics,
    .statistic_count = sizeof statistics / sizeof *statistics,
    .dependent_dialects = dependent_dialects,
    .run = run_plan_memory,
};
