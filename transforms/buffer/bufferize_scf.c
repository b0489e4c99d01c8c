// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Bufferization of structured control flow.
//
//   %r = scf.for %i = .. iter_args(%t = %init) -> (tensor<4xf32>) { ..; scf.yield %u }
//   %m = scf.for %i = .. iter_args(%b = %buffer) -> (memref<4xf32>) { ..; scf.yield %b }
//
// A loop's carried tensor lives in the buffer of its init: a value that is yielded and lives
// elsewhere is copied there at the end of the iteration, so that no loop allocates what
// outlives an iteration. The body is bufferized where it is and moves to the new op afterwards.
#include "dialects/scf/scf_ops.h"
#include "ir/core/interfaces.h"
#include "transforms/buffer/bufferize_internal.h"

enum { FOR_FIRST_INIT = 3 };

/// An array of `count` pointers from the context; freed with free_row.
static void *new_row(mica_context *context, size_t count)
{
    return micai_context_allocate(context, (count + 1) * sizeof(void *));
}

static void free_row(mica_context *context, void *row, size_t count)
{
    micai_context_free(context, row, (count + 1) * sizeof(void *));
}

// ---- scf.yield
// -------------------------------------------------------------------------------

/// The result that a yield passes its operand to; those of loops come from the init.
static bool yield_alias(const mica_buffer_analysis *analysis, mica_op *op, mica_use *use,
                        mica_buffer_alias *alias)
{
    (void)analysis;
    mica_op *parent = mica_op_parent(op);
    if (!mica_op_has_trait(parent, MICA_TRAIT_REGION_BRANCH) ||
        mica_op_has_trait(parent, MICA_TRAIT_LOOP_LIKE))
        return false;
    alias->value = mica_op_result(parent, mica_use_index(use));
    alias->is_equivalent = false;
    return true;
}

static bool yield_in_place(mica_op *op, mica_use *use)
{
    (void)op;
    (void)use;
    return true;
}

/// The op around builds the new yield.
static bool bufferize_yield(mica_bufferize_state *state, mica_builder *builder, mica_op *op)
{
    (void)state;
    (void)builder;
    (void)op;
    return true;
}

static const mica_bufferizable yield_model = {.struct_size = sizeof(mica_bufferizable),
                                              .alias = yield_alias,
                                              .must_be_in_place = yield_in_place,
                                              .bufferize = bufferize_yield};

// ---- scf.for
// ---------------------------------------------------------------------------------

static mica_block *for_body(const mica_op *op)
{
    return mica_region_first(mica_op_region(op, 0));
}

static mica_value *for_argument(const mica_op *op, const mica_use *use)
{
    return mica_block_argument(for_body(op), 1 + mica_use_index(use) - FOR_FIRST_INIT);
}

static bool for_reads(const mica_buffer_analysis *analysis, mica_op *op, mica_use *use)
{
    return mica_buffer_value_is_read(analysis, for_argument(op, use)) ||
           mica_buffer_value_is_read(analysis,
                                     mica_op_result(op, mica_use_index(use) - FOR_FIRST_INIT));
}

static bool for_writes(const mica_buffer_analysis *analysis, mica_op *op, mica_use *use)
{
    (void)analysis;
    (void)op;
    (void)use;
    return true;
}

static bool for_alias(const mica_buffer_analysis *analysis, mica_op *op, mica_use *use,
                      mica_buffer_alias *alias)
{
    (void)analysis;
    alias->value = mica_op_result(op, mica_use_index(use) - FOR_FIRST_INIT);
    // The result is the init's buffer whatever is yielded, see above.
    alias->is_equivalent = true;
    return true;
}

/// What iteration `index` yields must be copied first when another carried buffer, which is
/// overwritten before, may hold it.
static bool lives_in_other_argument(const mica_buffer_analysis *analysis, mica_block *body,
                                    mica_value *yielded, const mica_value *own)
{
    for (size_t i = 1; i < mica_block_argument_count(body); ++i) {
        mica_value *argument = mica_block_argument(body, i);
        if (argument != own && micai_is_tensor_value(argument) &&
            mica_buffer_may_alias(analysis, yielded, argument))
            return true;
    }
    return false;
}

/// One value that the body of a loop yields.
typedef struct carried_value {
    mica_value *tensor;   ///< yielded
    mica_value *argument; ///< the tensor argument, NULL for other types
    mica_value *buffer;   ///< of the argument
    mica_value *from;     ///< to copy into `buffer`; NULL: it is there
} carried_value;

static bool prepare_carried(mica_bufferize_state *state, mica_builder *builder,
                            mica_block *body, carried_value *carried)
{
    const mica_buffer_analysis *analysis = state->analysis;
    if (mica_buffer_are_equivalent(analysis, carried->tensor, carried->argument))
        return true;
    carried->from = mica_bufferize_value(state, builder, carried->tensor);
    if (!carried->from)
        return false;
    if (!lives_in_other_argument(analysis, body, carried->tensor, carried->argument))
        return true;
    mica_value *copy = mica_bufferize_allocate(state, builder, mica_value_type(carried->tensor),
                                               carried->from);
    if (!copy)
        return false;
    micai_build_copy(builder, carried->from, copy);
    carried->from = copy;
    return true;
}

/// Builds the yield of buffers after the old one of tensors.
static bool build_for_yield(mica_bufferize_state *state, mica_block *body)
{
    mica_op *old = mica_block_last(body);
    const size_t count = mica_op_operand_count(old);
    carried_value *carried =
        micai_context_allocate(state->context, (count + 1) * sizeof *carried);
    if (!carried)
        return false;
    mica_builder builder = mica_builder_at_end(body, mica_op_location(old));
    bool ok = true;
    size_t position = 1;
    for (size_t i = 0; i < count && ok; ++i) {
        carried[i] = (carried_value){mica_op_operand(old, i), NULL, NULL, NULL};
        mica_value *argument = mica_block_argument(body, position++);
        if (!micai_is_tensor_value(argument))
            continue;
        carried[i].argument = argument;
        carried[i].buffer = mica_block_argument(body, position++);
        ok = prepare_carried(state, &builder, body, &carried[i]);
    }
    mica_op_state yield;
    mica_op_state_init(&yield, state->context, "scf.yield", mica_op_location(old));
    for (size_t i = 0; i < count && ok; ++i) {
        if (carried[i].from)
            micai_build_copy(&builder, carried[i].from, carried[i].buffer);
        mica_op_state_add_operand(&yield,
                                  carried[i].argument ? carried[i].buffer : carried[i].tensor);
    }
    micai_context_free(state->context, carried, (count + 1) * sizeof *carried);
    if (!ok) {
        mica_op_state_discard(&yield);
        return false;
    }
    return mica_builder_create(&builder, &yield) != NULL;
}

static bool bufferize_for(mica_bufferize_state *state, mica_builder *builder, mica_op *op)
{
    mica_context *context = state->context;
    const size_t inits = mica_op_operand_count(op) - FOR_FIRST_INIT;
    mica_op_state loop;
    mica_op_state_init_record(&loop, context, mica_op_get_record(op), mica_op_location(op));
    for (size_t i = 0; i < FOR_FIRST_INIT; ++i)
        mica_op_state_add_operand(&loop, mica_op_operand(op, i));
    const mica_type **types = new_row(context, inits);
    bool ok = types != NULL;
    size_t tensors = 0;
    for (size_t i = 0; i < inits && ok; ++i) {
        mica_value *init = mica_op_operand(op, FOR_FIRST_INIT + i);
        const bool is_tensor = micai_is_tensor_value(init);
        if (is_tensor)
            init = mica_bufferize_operand(state, builder, op, FOR_FIRST_INIT + i);
        ok = init != NULL;
        if (!ok)
            break;
        mica_op_state_add_operand(&loop, init);
        mica_op_state_add_result(&loop, mica_value_type(init));
        if (is_tensor)
            types[tensors++] = mica_value_type(init);
    }
    mica_block *body = for_body(op);
    ok = ok && micai_bufferize_arguments(state, body, 1, types) &&
         mica_bufferize_region(state, mica_op_region(op, 0)) && build_for_yield(state, body);
    free_row(context, types, inits);
    if (!ok) {
        mica_op_state_discard(&loop);
        return false;
    }
    for (size_t i = 0; i < mica_op_attr_count(op); ++i) {
        const mica_named_attr attr = mica_op_attr_entry(op, i);
        mica_op_state_set_attr_by_name(&loop, attr.name, attr.value);
    }
    mica_region_take_body(mica_op_state_add_region(&loop), mica_op_region(op, 0));
    mica_op *built = mica_builder_create(builder, &loop);
    for (size_t i = 0; built && i < inits; ++i) {
        mica_value *result = mica_op_result(op, i);
        if (micai_is_tensor_value(result))
            mica_bufferize_set(state, result, mica_op_result(built, i));
        else
            mica_bufferize_replace(state, result, mica_op_result(built, i));
    }
    return built != NULL;
}

static const mica_bufferizable for_model = {.struct_size = sizeof(mica_bufferizable),
                                            .reads = for_reads,
                                            .writes = for_writes,
                                            .alias = for_alias,
                                            .bufferize = bufferize_for};

// ---- scf.if, scf.index_switch, scf.execute_region
// --------------------------------------------------

/// The yields of an op's regions.
typedef struct branch_ends {
    mica_op **yields;
    size_t count, capacity;
} branch_ends;

static bool find_ends(mica_context *context, const mica_op *op, branch_ends *ends)
{
    for (size_t r = 0; r < mica_op_region_count(op); ++r) {
        mica_for_each_block(block, mica_op_region(op, r))
        {
            mica_op *last = mica_block_last(block);
            if (!mica_op_is(last, &mica_scf_yield_kind))
                continue;
            void *yields = ends->yields;
            const bool room = micai_array_reserve(&context->allocator, &yields, &ends->capacity,
                                                  ends->count + 1, sizeof(mica_op *));
            ends->yields = yields;
            if (!room)
                return false;
            ends->yields[ends->count++] = last;
        }
    }
    return true;
}

/// The type that all buffers yielded for result `index` can be cast to; NULL on failure.
static const mica_type *common_type(mica_bufferize_state *state, const branch_ends *ends,
                                    size_t index, const mica_type *tensor)
{
    const mica_type *common = NULL;
    for (size_t i = 0; i < ends->count; ++i) {
        mica_op *yield = ends->yields[i];
        mica_builder end = mica_builder_at_end(mica_op_block(yield), mica_op_location(yield));
        mica_value *buffer = mica_bufferize_value(state, &end, mica_op_operand(yield, index));
        if (!buffer)
            return NULL;
        const mica_type *type = mica_value_type(buffer);
        common = !common || common == type ? type : mica_buffer_type_dynamic(tensor);
    }
    return common ? common : mica_buffer_type_identity(tensor);
}

static bool build_branch_yield(mica_bufferize_state *state, mica_op *old,
                               const mica_type *const *types)
{
    mica_builder builder = mica_builder_at_end(mica_op_block(old), mica_op_location(old));
    mica_op_state yield;
    mica_op_state_init(&yield, state->context, "scf.yield", mica_op_location(old));
    for (size_t i = 0; i < mica_op_operand_count(old); ++i) {
        mica_value *value = mica_op_operand(old, i);
        if (micai_is_tensor_value(value))
            value = mica_bufferize_cast(&builder, mica_bufferize_value(state, &builder, value),
                                        types[i]);
        mica_op_state_add_operand(&yield, value);
    }
    return mica_builder_create(&builder, &yield) != NULL;
}

/// The op with results of `types`, around regions whose yields are on buffers already.
static bool rebuild_branches(mica_bufferize_state *state, mica_builder *builder, mica_op *op,
                             const mica_type *const *types)
{
    mica_op_state branch;
    mica_op_state_init_record(&branch, state->context, mica_op_get_record(op),
                              mica_op_location(op));
    for (size_t i = 0; i < mica_op_operand_count(op); ++i)
        mica_op_state_add_operand(&branch, mica_op_operand(op, i));
    for (size_t i = 0; i < mica_op_result_count(op); ++i)
        mica_op_state_add_result(&branch, types[i]);
    micai_copy_attributes(&branch, op);
    for (size_t r = 0; r < mica_op_region_count(op); ++r)
        mica_region_take_body(mica_op_state_add_region(&branch), mica_op_region(op, r));
    mica_op *built = mica_builder_create(builder, &branch);
    for (size_t i = 0; built && i < mica_op_result_count(op); ++i) {
        mica_value *result = mica_op_result(op, i);
        if (micai_is_tensor_value(result))
            mica_bufferize_set(state, result, mica_op_result(built, i));
        else
            mica_bufferize_replace(state, result, mica_op_result(built, i));
    }
    return built != NULL;
}

static bool bufferize_branches(mica_bufferize_state *state, mica_builder *builder, mica_op *op)
{
    mica_context *context = state->context;
    const size_t count = mica_op_result_count(op);
    for (size_t r = 0; r < mica_op_region_count(op); ++r) {
        if (!mica_bufferize_region(state, mica_op_region(op, r)))
            return false;
    }
    branch_ends ends = {NULL, 0, 0};
    const mica_type **types = new_row(context, count);
    bool ok = types && find_ends(context, op, &ends);
    for (size_t i = 0; i < count && ok; ++i) {
        types[i] = mica_value_type(mica_op_result(op, i));
        if (mica_type_is_tensor(types[i]))
            types[i] = common_type(state, &ends, i, types[i]);
        ok = types[i] != NULL;
    }
    for (size_t i = 0; i < ends.count && ok; ++i)
        ok = build_branch_yield(state, ends.yields[i], types);
    ok = ok && rebuild_branches(state, builder, op, types);
    if (types)
        free_row(context, types, count);
    micai_release(&context->allocator, ends.yields, ends.capacity * sizeof(mica_op *));
    return ok;
}

static const mica_bufferizable branches_model = {.struct_size = sizeof(mica_bufferizable),
                                                 .bufferize = bufferize_branches};

// ---- scf.forall
// ------------------------------------------------------------------------------

/// The run of shared outputs: the last of the four operand groups.
static mica_run forall_outputs(const mica_op *op)
{
    mica_run run;
    mica_op_operand_range(op, 3, &run.first, &run.count);
    return run;
}

static size_t forall_rank(const mica_op *op)
{
    return mica_block_argument_count(for_body(op)) - forall_outputs(op).count;
}

static mica_value *forall_argument(const mica_op *op, const mica_use *use)
{
    return mica_block_argument(for_body(op), forall_rank(op) + mica_use_index(use) -
                                                 forall_outputs(op).first);
}

static bool forall_reads(const mica_buffer_analysis *analysis, mica_op *op, mica_use *use)
{
    // What no iteration writes stays, and may be read through the result.
    (void)analysis;
    (void)op;
    (void)use;
    return true;
}

static bool forall_alias(const mica_buffer_analysis *analysis, mica_op *op, mica_use *use,
                         mica_buffer_alias *alias)
{
    (void)analysis;
    alias->value = mica_op_result(op, mica_use_index(use) - forall_outputs(op).first);
    alias->is_equivalent = true;
    return true;
}

/// The loop on buffers has no outputs: its body writes them directly.
static bool bufferize_forall(mica_bufferize_state *state, mica_builder *builder, mica_op *op)
{
    const mica_run outputs = forall_outputs(op);
    const size_t rank = forall_rank(op);
    mica_block *body = for_body(op);
    mica_op_state loop;
    mica_op_state_init_record(&loop, state->context, mica_op_get_record(op),
                              mica_op_location(op));
    for (size_t i = 0; i < outputs.first; ++i)
        mica_op_state_add_operand(&loop, mica_op_operand(op, i));
    bool ok = true;
    for (size_t i = 0; i < outputs.count && ok; ++i) {
        mica_value *buffer = mica_bufferize_operand(state, builder, op, outputs.first + i);
        ok = buffer != NULL;
        if (!ok)
            break;
        mica_value *argument = forall_argument(op, mica_op_operand_use(op, outputs.first + i));
        mica_bufferize_set(state, argument, buffer);
        mica_bufferize_set(state, mica_op_result(op, i), buffer);
    }
    ok = ok && micai_bufferize_arguments(state, body, rank + outputs.count, NULL) &&
         mica_bufferize_region(state, mica_op_region(op, 0));
    if (!ok) {
        mica_op_state_discard(&loop);
        return false;
    }
    for (size_t i = 0; i < mica_op_slot_count(op); ++i)
        mica_op_state_set_slot(&loop, i, mica_op_slot(op, i));
    size_t starts[3], counts[3];
    for (size_t i = 0; i < 3; ++i)
        mica_op_operand_range(op, i, &starts[i], &counts[i]);
    const int32_t segments[] = {(int32_t)counts[0], (int32_t)counts[1], (int32_t)counts[2], 0};
    mica_op_state_set_attr(&loop, "operandSegmentSizes",
                           mica_i32_array_attr_get(state->context, segments, 4));
    mica_region_take_body(mica_op_state_add_region(&loop), mica_op_region(op, 0));
    return mica_builder_create(builder, &loop) != NULL;
}

static const mica_bufferizable forall_model = {.struct_size = sizeof(mica_bufferizable),
                                               .reads = forall_reads,
                                               .writes = for_writes,
                                               .alias = forall_alias,
                                               .bufferize = bufferize_forall};

const micai_bufferization_model micai_scf_bufferization_models[] = {
    {"scf.execute_region", &branches_model},
    {"scf.for", &for_model},
    {"scf.forall", &forall_model},
    {"scf.if", &branches_model},
    {"scf.index_switch", &branches_model},
    {"scf.yield", &yield_model},
    {NULL, NULL},
};
