// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The pass promote-elements: elements of buffers that a piece of code keeps coming back to
// become values.
//
//   store %x, %m[%i]; .. load %m[%i]      -> .. %x                            (forwarded)
//   store %x, %m[%i]; .. store %y, %m[%i] -> .. store %y, %m[%i]              (dead)
//   scf.for %k = .. {                     -> %0 = load %m[%i]
//     %a = load %m[%i]; %b = .. %a ..        %1 = scf.for %k = .. iter_args(%a = %0) {
//     store %b, %m[%i] }                       %b = .. %a ..; scf.yield %b }
//                                            store %1, %m[%i]                 (accumulator)
//   an allocation that is only stored to  -> gone
//
// Lowered structured ops read and write their result in the innermost loop; this makes a
// register of it. Loops are taken from the inside out, so an accumulator climbs all loops that
// don't index it. A loop must be known to run: one that does not may have indices that are out
// of bounds.
#include "ir/core/context_internal.h"
#include "ir/core/interfaces.h"
#include "ir/rewrite/fold.h"
#include "transforms/buffer/buffer_alias.h"
#include "transforms/drivers/op_row.h"
#include "transforms/pass/pass.h"

enum {
    MOST_KNOWN = 32, ///< elements at one place
    MOST_TRIES = 16  ///< stores of a loop; each is compared with all accesses
};

typedef struct promotion {
    bool changed;
} promotion;

// ---- along a block

/// An element whose value is known at the present op.
typedef struct known_element {
    micai_element_access access; ///< the load or store that tells
    mica_value *value;
    bool is_unread_store; ///< nothing has read what `access.op` stored
} known_element;

typedef struct known_elements {
    known_element rows[MOST_KNOWN];
    size_t count;
} known_elements;

static void drop(known_elements *known, size_t index)
{
    known->rows[index] = known->rows[--known->count];
}

/// Something else of the memory may have been read, or written too.
static void meet(known_elements *known, const micai_element_access *access)
{
    for (size_t i = known->count; i-- > 0;) {
        if (!micai_buffers_may_alias(known->rows[i].access.memref, access->memref))
            continue;
        known->rows[i].is_unread_store = false;
        if (access->is_store)
            drop(known, i);
    }
}

static known_element *find(known_elements *known, const micai_element_access *access)
{
    for (size_t i = 0; i < known->count; ++i)
        if (micai_same_element(&known->rows[i].access, access))
            return &known->rows[i];
    return NULL;
}

static void learn(known_elements *known, const micai_element_access *access, mica_value *value)
{
    if (known->count == MOST_KNOWN)
        drop(known, 0);
    known->rows[known->count++] = (known_element){*access, value, access->is_store};
}

static void visit_load(promotion *p, known_elements *known, micai_element_access *access)
{
    const known_element *element = find(known, access);
    mica_value *result = mica_op_result(access->op, 0);
    if (element) {
        mica_value_replace_all_uses(result, element->value);
        mica_op_erase(access->op);
        p->changed = true;
        return;
    }
    meet(known, access);
    learn(known, access, result);
}

static void visit_store(promotion *p, known_elements *known, micai_element_access *access)
{
    known_element *element = find(known, access);
    if (element && element->is_unread_store) {
        mica_op_erase(element->access.op);
        p->changed = true;
    }
    if (element)
        drop(known, (size_t)(element - known->rows));
    meet(known, access);
    learn(known, access, mica_op_operand(access->op, 0));
}

static mica_walk_result visit_nested(void *user, mica_op *op)
{
    known_elements *known = user;
    micai_element_access access;
    const micai_access_kind kind = micai_access_of(op, &access);
    if (kind == MICAI_ACCESS_ELEMENT)
        meet(known, &access);
    if (kind == MICAI_ACCESS_UNKNOWN)
        known->count = 0;
    return MICA_WALK_ADVANCE;
}

static void forward_in_block(promotion *p, mica_block *block)
{
    known_elements known = {.count = 0};
    mica_for_each_op_safe(op, next, block)
    {
        micai_element_access access;
        if (!micai_element_access_get(op, &access))
            mica_op_walk_pre(op, visit_nested, &known);
        else if (access.is_store)
            visit_store(p, &known, &access);
        else
            visit_load(p, &known, &access);
    }
}

// ---- accumulators of a loop

typedef struct accumulator {
    mica_op *loop;
    micai_element_access store;
    mica_op *load; ///< of the same element, before the store
    bool is_own;   ///< nothing else in the loop touches the memory
} accumulator;

static bool is_invariant(const mica_op *loop, const mica_value *value)
{
    return !mica_region_is_ancestor(mica_op_region(loop, 0),
                                    mica_block_region(mica_value_block(value)));
}

static bool is_known_to_run(mica_op *loop)
{
    int64_t lower, upper;
    return mica_value_constant_int(mica_op_operand(loop, 0), &lower) &&
           mica_value_constant_int(mica_op_operand(loop, 1), &upper) && lower < upper;
}

static mica_walk_result check_access(void *user, mica_op *op)
{
    accumulator *a = user;
    micai_element_access access;
    const micai_access_kind kind = micai_access_of(op, &access);
    if (op == a->loop || op == a->store.op || kind == MICAI_ACCESS_NONE)
        return MICA_WALK_ADVANCE;
    if (kind == MICAI_ACCESS_UNKNOWN) {
        a->is_own = false;
        return MICA_WALK_INTERRUPT;
    }
    if (!micai_buffers_may_alias(access.memref, a->store.memref))
        return MICA_WALK_ADVANCE;
    const bool is_the_load =
        !access.is_store && !a->load && mica_op_block(op) == mica_op_block(a->store.op) &&
        micai_same_element(&access, &a->store) && mica_op_is_before(op, a->store.op);
    a->load = is_the_load ? op : a->load;
    a->is_own &= is_the_load;
    return a->is_own ? MICA_WALK_ADVANCE : MICA_WALK_INTERRUPT;
}

static bool is_invariant_store(accumulator *a, mica_op *op)
{
    if (!micai_element_access_get(op, &a->store) || !a->store.is_store ||
        !is_invariant(a->loop, a->store.memref))
        return false;
    for (size_t i = 0; i < a->store.rank; ++i)
        if (!is_invariant(a->loop, micai_element_index(&a->store, i)))
            return false;
    return true;
}

/// The loop with `init` as one more carried value; the old one is gone.
static mica_op *carry(mica_op *loop, mica_value *init, mica_value *next)
{
    mica_builder builder = mica_builder_before(loop);
    mica_block *body = mica_region_first(mica_op_region(loop, 0));
    mica_op *yield = mica_block_last(body);
    const size_t results = mica_op_result_count(loop);
    mica_op_state state;
    mica_op_state_init_record(&state, builder.context, mica_op_get_record(loop),
                              builder.location);
    for (size_t i = 0; i < mica_op_operand_count(loop); ++i)
        mica_op_state_add_operand(&state, mica_op_operand(loop, i));
    mica_op_state_add_operand(&state, init);
    for (size_t i = 0; i < results; ++i)
        mica_op_state_add_result(&state, mica_value_type(mica_op_result(loop, i)));
    mica_op_state_add_result(&state, mica_value_type(init));
    for (size_t i = 0; i < mica_op_attr_count(loop); ++i) {
        const mica_named_attr attr = mica_op_attr_entry(loop, i);
        mica_op_state_set_attr_by_name(&state, attr.name, attr.value);
    }
    mica_op_insert_operands(yield, mica_op_operand_count(yield), &next, 1);
    mica_region_take_body(mica_op_state_add_region(&state), mica_op_region(loop, 0));
    mica_op *made = mica_builder_create(&builder, &state);
    for (size_t i = 0; i < results; ++i)
        mica_value_replace_all_uses(mica_op_result(loop, i), mica_op_result(made, i));
    mica_op_erase(loop);
    return made;
}

static mica_op *promote(accumulator *a)
{
    mica_op *loop = a->loop, *load = a->load, *store = a->store.op;
    mica_block *body = mica_op_block(store);
    mica_value *element = mica_op_result(load, 0), *next = mica_op_operand(store, 0);
    mica_value *argument =
        mica_block_add_argument(body, mica_value_type(element), mica_op_location(load));
    mica_op_move_before(load, loop);
    mica_value_replace_all_uses(element, argument);
    if (next == element) // stored as it was loaded
        next = argument;
    mica_op *made = carry(loop, element, next);
    mica_op_move_after(store, made);
    mica_op_set_operand(store, 0, mica_op_result(made, mica_op_result_count(made) - 1));
    return made;
}

static void promote_in_loop(promotion *p, mica_op *loop)
{
    if (!is_known_to_run(loop))
        return;
    mica_block *body = mica_region_first(mica_op_region(loop, 0));
    size_t tries = 0;
    mica_for_each_op_safe(op, next, body)
    {
        accumulator a = {.loop = loop, .is_own = true};
        if (!is_invariant_store(&a, op) || tries++ == MOST_TRIES)
            continue;
        mica_op_walk_pre(loop, check_access, &a);
        if (!a.is_own || !a.load)
            continue;
        loop = promote(&a);
        p->changed = true;
    }
}

// ---- allocations that nobody reads

static bool is_only_stored_to(mica_value *buffer)
{
    mica_for_each_use(use, buffer)
    {
        micai_element_access access;
        mica_op *user = mica_use_owner(use);
        if (!micai_element_access_get(user, &access) || !access.is_store ||
            access.memref != buffer || mica_op_operand(user, 0) == buffer)
            return false;
    }
    return true;
}

static mica_walk_result find_allocations(void *user, mica_op *op)
{
    if (mica_string_is(mica_op_name(op), "memref.alloc"))
        micai_op_row_append(user, op);
    return MICA_WALK_ADVANCE;
}

static void drop_allocation(promotion *p, mica_op *op)
{
    mica_value *buffer = mica_op_result(op, 0);
    if (!is_only_stored_to(buffer))
        return;
    while (!mica_value_is_unused(buffer))
        mica_op_erase(mica_use_owner(mica_value_first_use(buffer)));
    mica_op_erase(op);
    p->changed = true;
}

// ---- the pass

static mica_walk_result find_parents(void *user, mica_op *op)
{
    if (mica_op_region_count(op))
        micai_op_row_append(user, op);
    return MICA_WALK_ADVANCE;
}

static bool run_pass(mica_pass_run *run)
{
    promotion p = {0};
    micai_op_row parents = {0}, allocations = {0};
    mica_op_walk_post(mica_pass_run_op(run), find_parents, &parents);
    mica_op_walk_post(mica_pass_run_op(run), find_allocations, &allocations);
    for (size_t i = 0; i < parents.count && !parents.failed; ++i) {
        mica_op *op = parents.ops[i];
        for (size_t r = 0; r < mica_op_region_count(op); ++r)
            mica_for_each_block(block, mica_op_region(op, r)) forward_in_block(&p, block);
        if (mica_string_is(mica_op_name(op), "scf.for"))
            promote_in_loop(&p, op);
    }
    for (size_t i = 0; i < allocations.count; ++i)
        drop_allocation(&p, allocations.ops[i]);
    if (!p.changed)
        mica_pass_run_mark_unchanged(run);
    const bool done = !parents.failed && !allocations.failed;
    micai_op_row_free(&parents);
    micai_op_row_free(&allocations);
    return done;
}

const mica_pass_def mica_pass_promote_elements = {
    .struct_size = sizeof(mica_pass_def),
    .argument = "promote-elements",
    .name = "PromoteElements",
    .summary = "Elements that a piece of code keeps using become values",
    .anchor = "func.func",
    .run = run_pass};
