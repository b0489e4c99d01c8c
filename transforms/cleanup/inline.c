// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// inline: a call of a function with one block becomes that block's ops.
//
//   func.func private @g(%a: f32) -> f32 { %0 = arith.addf %a, %a   return %0 }
//   %1 = call @g(%x)         ->      %0 = arith.addf %x, %x
//
// Callees come first, so that what is copied has no calls any more that could have been
// inlined: a depth-first walk over the calls, with a stack of its own. A function that is being
// walked is recursive and stays called. Bodies of several blocks stay called too: they would
// need a region that allows them. Private functions that were inlined and are no longer named
// go.
#include "ir/core/builder.h"
#include "ir/core/context_internal.h"
#include "ir/core/interfaces.h"
#include "ir/core/symbol_table.h"
#include "transforms/drivers/op_row.h"
#include "transforms/pass/pass.h"

typedef enum visit_state { UNSEEN, WALKED, DONE, INLINED, NAMED } visit_state;

/// A function whose calls are walked.
typedef struct frame {
    mica_op *function;
    micai_op_row calls;
    size_t next;
} frame;

typedef struct inliner {
    mica_context *context;
    mica_symbol_cache *symbols;
    micai_pointer_map states; ///< function -> visit_state
    frame *frames;
    size_t depth, capacity;
    bool changed, failed;
} inliner;

static visit_state state_of(const inliner *in, const mica_op *function)
{
    uint64_t state = UNSEEN;
    micai_pointer_map_find(&in->states, function, &state);
    return (visit_state)state;
}

static void set_state(inliner *in, const mica_op *function, visit_state state)
{
    in->failed |= !micai_pointer_map_set(&in->states, function, state);
}

/// The function with a body that a call names; NULL when there is none.
static mica_op *callee_of(const inliner *in, mica_op *op)
{
    const mica_call *call = mica_op_interface(op, &mica_call_interface);
    const mica_attr *name = call && call->callee ? call->callee(op) : NULL;
    mica_op *callee = name ? mica_symbol_cache_resolve(in->symbols, op, name) : NULL;
    const bool has_body = callee && mica_op_interface(callee, &mica_function_like_interface) &&
                          !mica_function_is_declaration(callee);
    return has_body ? callee : NULL;
}

static mica_walk_result note_call(void *user, mica_op *op)
{
    if (mica_op_interface(op, &mica_call_interface))
        micai_op_row_append(user, op);
    return MICA_WALK_ADVANCE;
}

static bool push_function(inliner *in, mica_op *function)
{
    void *frames = in->frames;
    in->failed |= !micai_array_reserve(&in->context->allocator, &frames, &in->capacity,
                                       in->depth + 1, sizeof *in->frames);
    in->frames = frames;
    set_state(in, function, WALKED);
    if (in->failed)
        return false;
    frame *top = &in->frames[in->depth++];
    *top = (frame){.function = function};
    mica_op_walk_pre(function, note_call, &top->calls);
    in->failed |= top->calls.failed;
    return !in->failed;
}

// ---- one call
// --------------------------------------------------------------------------------

/// Does the one block of `callee` take and return what the call passes and expects?
static bool can_inline(mica_op *call, mica_op *callee, mica_run arguments)
{
    mica_block *body = mica_region_first(mica_function_body(callee));
    mica_op *last = mica_block_last(body);
    if (mica_block_next(body) || !last || !mica_op_has_trait(last, MICA_TRAIT_RETURN_LIKE) ||
        mica_block_argument_count(body) != arguments.count ||
        mica_op_operand_count(last) != mica_op_result_count(call))
        return false;
    for (size_t i = 0; i < arguments.count; ++i) {
        if (mica_value_type(mica_block_argument(body, i)) !=
            mica_value_type(mica_op_operand(call, arguments.first + i)))
            return false;
    }
    for (size_t i = 0; i < mica_op_operand_count(last); ++i) {
        if (mica_value_type(mica_op_operand(last, i)) !=
            mica_value_type(mica_op_result(call, i)))
            return false;
    }
    return true;
}

static void inline_call(inliner *in, mica_op *op, mica_op *callee)
{
    const mica_call *call = mica_op_interface(op, &mica_call_interface);
    const mica_run arguments = call->arguments(op);
    if (!can_inline(op, callee, arguments))
        return;
    mica_mapping *mapping = mica_mapping_create(in->context);
    if (!mapping) {
        in->failed = true;
        return;
    }
    mica_block *body = mica_region_first(mica_function_body(callee));
    for (size_t i = 0; i < arguments.count; ++i)
        mica_mapping_set(mapping, mica_block_argument(body, i),
                         mica_op_operand(op, arguments.first + i));
    mica_op *last = mica_block_last(body);
    mica_builder builder = mica_builder_before(op);
    for (mica_op *each = mica_block_first(body); each != last; each = mica_op_next(each))
        in->failed |= !mica_builder_clone(&builder, each, mapping);
    for (size_t i = 0; i < mica_op_result_count(op) && !in->failed; ++i)
        mica_value_replace_all_uses(mica_op_result(op, i),
                                    mica_mapping_get(mapping, mica_op_operand(last, i)));
    mica_mapping_destroy(mapping);
    if (!in->failed)
        mica_op_erase(op);
    set_state(in, callee, INLINED);
    in->changed = true;
}

// ---- the walk
// --------------------------------------------------------------------------------

/// Goes on with the calls of the function on top: a callee that was not seen is walked before
/// its call is looked at again.
static void step(inliner *in)
{
    frame *top = &in->frames[in->depth - 1];
    if (top->next == top->calls.count) {
        set_state(in, top->function, DONE);
        micai_op_row_free(&top->calls);
        --in->depth;
        return;
    }
    mica_op *call = top->calls.ops[top->next];
    mica_op *callee = callee_of(in, call);
    if (callee && state_of(in, callee) == UNSEEN) {
        push_function(in, callee);
        return;
    }
    ++top->next;
    if (callee && state_of(in, callee) >= DONE)
        inline_call(in, call, callee);
}

static mica_walk_result visit_function(void *user, mica_op *op)
{
    inliner *in = user;
    if (!mica_op_interface(op, &mica_function_like_interface))
        return MICA_WALK_ADVANCE;
    if (!mica_function_is_declaration(op) && state_of(in, op) == UNSEEN)
        push_function(in, op);
    while (in->depth > 0 && !in->failed)
        step(in);
    return in->failed ? MICA_WALK_INTERRUPT : MICA_WALK_SKIP;
}

static bool note_use(void *user, mica_op *op, const mica_attr *reference)
{
    inliner *in = user;
    const mica_op *symbol = mica_symbol_cache_resolve(in->symbols, op, reference);
    if (symbol && state_of(in, symbol) == INLINED)
        set_state(in, symbol, NAMED);
    return true;
}

static mica_walk_result erase_unnamed(void *user, mica_op *op)
{
    if (state_of(user, op) == INLINED &&
        mica_symbol_get_visibility(op) == MICA_VISIBILITY_PRIVATE)
        mica_op_erase(op);
    return MICA_WALK_ADVANCE;
}

static bool run_inline(mica_pass_run *run)
{
    mica_context *context = mica_pass_run_context(run);
    inliner in = {.context = context,
                  .symbols = mica_symbol_cache_create(context),
                  .states = micai_pointer_map_on(&context->allocator)};
    in.failed = !in.symbols;
    if (!in.failed)
        mica_op_walk_pre(mica_pass_run_op(run), visit_function, &in);
    if (in.changed && !in.failed) {
        mica_symbol_walk_uses(mica_pass_run_op(run), note_use, &in);
        mica_op_walk_post(mica_pass_run_op(run), erase_unnamed, &in);
    }
    while (in.depth > 0)
        micai_op_row_free(&in.frames[--in.depth].calls);
    micai_release(&context->allocator, in.frames, in.capacity * sizeof *in.frames);
    micai_pointer_map_free(&in.states);
    mica_symbol_cache_destroy(in.symbols);
    if (!in.changed)
        mica_pass_run_mark_unchanged(run);
    return !in.failed && !mica_context_out_of_memory(context);
}

const mica_pass_def mica_pass_inline = {
    .struct_size = sizeof(mica_pass_def),
    .argument = "inline",
    .name = "Inliner",
    .summary = "Replace calls by the bodies of the functions that they call",
    .anchor = "builtin.module",
    .run = run_inline,
};
