// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Bufferization of scf.while and of arith.select.
//
//   %r = scf.while (%a = %init) : (tensor<4xf32>) -> tensor<4xf32> {
//     scf.condition(%c) %a : tensor<4xf32>                  %a goes through
//   } do {
//   ^bb0(%b: tensor<4xf32>):
//     scf.yield %w : tensor<4xf32>
//   }
//
// An argument that goes through the condition as it is keeps one buffer, that of the init, for
// the whole loop: the result is that buffer too, and a value yielded from elsewhere is copied
// into it. Anything else that the condition or the yield hands on is a copy.
#include "dialects/arith/arith_ops.h"
#include "dialects/scf/scf_ops.h"
#include "transforms/buffer/bufferize_internal.h"

static mica_block *before_body(const mica_op *loop)
{
    return mica_region_first(mica_op_region(loop, 0));
}

static mica_block *after_body(const mica_op *loop)
{
    return mica_region_first(mica_op_region(loop, 1));
}

enum { CONDITION_FIRST = 1 }; // after the i1

/// The first value of the condition that is tensor argument `argument` itself, by its index
/// among the values that are handed on; SIZE_MAX when there is none.
static size_t handed_on_as(const mica_op *condition, const mica_value *argument)
{
    for (size_t i = CONDITION_FIRST; i < mica_op_operand_count(condition); ++i) {
        if (mica_op_operand(condition, i) == argument)
            return i - CONDITION_FIRST;
    }
    return SIZE_MAX;
}

// ---- scf.while
// -------------------------------------------------------------------------------

static bool while_writes(const mica_buffer_analysis *analysis, mica_op *op, mica_use *use)
{
    (void)analysis;
    (void)op;
    (void)use;
    return true;
}

static bool while_alias(const mica_buffer_analysis *analysis, mica_op *op, mica_use *use,
                        mica_buffer_alias *alias)
{
    (void)analysis;
    mica_block *before = before_body(op);
    const size_t result =
        handed_on_as(mica_block_last(before), mica_block_argument(before, mica_use_index(use)));
    if (result == SIZE_MAX)
        return false;
    alias->value = mica_op_result(op, result);
    alias->is_equivalent = true;
    return true;
}

/// Gives the block's tensor arguments buffers; `types[i]` is that of argument i.
static bool add_buffers(mica_bufferize_state *state, mica_block *block,
                        const mica_type *const *types, size_t count)
{
    const size_t bytes = (count + 1) * sizeof(mica_type *);
    const mica_type **tensors = micai_context_allocate(state->context, bytes);
    if (!tensors)
        return false;
    size_t next = 0;
    for (size_t i = 0; i < count; ++i) {
        if (mica_type_is_memref(types[i]) &&
            micai_is_tensor_value(mica_block_argument(block, i)))
            tensors[next++] = types[i];
    }
    const bool ok = micai_bufferize_arguments(state, block, 0, tensors);
    micai_context_free(state->context, tensors, bytes);
    return ok;
}

static mica_value *copy_of(mica_bufferize_state *state, mica_builder *builder,
                           mica_value *tensor, const mica_type *wanted)
{
    mica_value *buffer = mica_bufferize_value(state, builder, tensor);
    mica_value *copy =
        buffer ? mica_bufferize_allocate(state, builder, mica_value_type(tensor), buffer)
               : NULL;
    if (!copy)
        return NULL;
    micai_build_copy(builder, buffer, copy);
    return mica_bufferize_cast(builder, copy, wanted);
}

/// One value that goes from a region of the loop to the next.
typedef struct handed_value {
    mica_value *tensor;    ///< in the old terminator; of any type
    const mica_type *type; ///< of the buffer that is wanted
    mica_value *home;      ///< the buffer where it belongs, NULL: none
    bool is_home;          ///< it is there already
} handed_value;

/// May the value lie in a place that another one is copied to?
static bool may_be_overwritten(const mica_buffer_analysis *analysis, mica_block *block,
                               const mica_value *value)
{
    for (size_t i = 0; i < mica_block_argument_count(block); ++i) {
        mica_value *argument = mica_block_argument(block, i);
        if (micai_is_tensor_value(argument) && mica_buffer_may_alias(analysis, argument, value))
            return true;
    }
    return false;
}

/// Builds `name` after the old terminator, which hands on `values`.
static bool hand_on(mica_bufferize_state *state, mica_op *old, const char *name,
                    mica_value *condition, const handed_value *values, size_t count)
{
    mica_block *block = mica_op_block(old);
    mica_builder builder = mica_builder_at_end(block, mica_op_location(old));
    bool has_tensors = false;
    for (size_t i = 0; i < count; ++i)
        has_tensors |= micai_is_tensor_value(values[i].tensor);
    if (!has_tensors)
        return true; // the old one stays
    const size_t bytes = (count + 1) * sizeof(mica_value *);
    mica_value **given = micai_context_allocate(state->context, bytes);
    bool ok = given != NULL;
    for (size_t i = 0; i < count && ok; ++i) { // read all before one is overwritten
        given[i] = values[i].tensor;
        if (!micai_is_tensor_value(values[i].tensor))
            continue;
        given[i] = values[i].home;
        if (values[i].is_home)
            continue;
        const bool needs_copy =
            !values[i].home || may_be_overwritten(state->analysis, block, values[i].tensor);
        given[i] = needs_copy ? copy_of(state, &builder, values[i].tensor, values[i].type)
                              : mica_bufferize_value(state, &builder, values[i].tensor);
        ok = given[i] != NULL;
    }
    mica_op_state twin;
    mica_op_state_init(&twin, state->context, name, mica_op_location(old));
    if (condition)
        mica_op_state_add_operand(&twin, condition);
    for (size_t i = 0; i < count && ok; ++i) {
        if (values[i].home && given[i] != values[i].home) {
            micai_build_copy(&builder, given[i], values[i].home);
            given[i] = values[i].home;
        }
        mica_op_state_add_operand(&twin, given[i]);
    }
    micai_context_free(state->context, given, bytes);
    if (ok)
        return mica_builder_create(&builder, &twin) != NULL;
    mica_op_state_discard(&twin);
    return false;
}

/// What the rewriting of one loop keeps at hand. Indices are those of the tensor form.
typedef struct while_rewrite {
    mica_op *op, *condition, *yield;
    size_t inits, results;
    const mica_type **init_types, **result_types; ///< buffer types of tensors, others as is
    mica_value **before, **after;                 ///< the old arguments
    handed_value *values;
} while_rewrite;

/// The init whose buffer result `index` is, or SIZE_MAX.
static size_t source_of(const while_rewrite *loop, size_t index)
{
    const mica_value *value = mica_op_operand(loop->condition, CONDITION_FIRST + index);
    for (size_t i = 0; i < loop->inits; ++i) {
        if (loop->before[i] == value && handed_on_as(loop->condition, value) == index)
            return i;
    }
    return SIZE_MAX;
}

static bool rewrite_condition(mica_bufferize_state *state, while_rewrite *loop)
{
    for (size_t i = 0; i < loop->results; ++i) {
        mica_value *tensor = mica_op_operand(loop->condition, CONDITION_FIRST + i);
        loop->values[i] = (handed_value){tensor, loop->result_types[i], NULL, false};
        if (!micai_is_tensor_value(tensor) || source_of(loop, i) == SIZE_MAX)
            continue;
        loop->values[i].home = micai_pointer_map_get(&state->buffers, tensor);
        loop->values[i].is_home = true;
    }
    return hand_on(state, loop->condition, "scf.condition", mica_op_operand(loop->condition, 0),
                   loop->values, loop->results);
}

static bool rewrite_yield(mica_bufferize_state *state, while_rewrite *loop)
{
    for (size_t i = 0; i < loop->inits; ++i) {
        mica_value *tensor = mica_op_operand(loop->yield, i);
        loop->values[i] = (handed_value){tensor, loop->init_types[i], NULL, false};
        const size_t through = handed_on_as(loop->condition, loop->before[i]);
        if (!micai_is_tensor_value(tensor) || through == SIZE_MAX)
            continue;
        mica_value *home = loop->after[through];
        loop->values[i].home = micai_pointer_map_get(&state->buffers, home);
        loop->values[i].is_home = mica_buffer_are_equivalent(state->analysis, tensor, home);
    }
    return hand_on(state, loop->yield, "scf.yield", NULL, loop->values, loop->inits);
}

static bool rewrite_regions(mica_bufferize_state *state, while_rewrite *loop)
{
    mica_block *before = before_body(loop->op), *after = after_body(loop->op);
    for (size_t i = 0; i < loop->inits; ++i)
        loop->before[i] = mica_block_argument(before, i);
    for (size_t i = 0; i < loop->results; ++i)
        loop->after[i] = mica_block_argument(after, i);
    for (size_t i = 0; i < loop->results; ++i) {
        const mica_type *type = mica_value_type(mica_op_result(loop->op, i));
        const size_t source = source_of(loop, i);
        loop->result_types[i] = type;
        if (mica_type_is_tensor(type))
            loop->result_types[i] =
                source == SIZE_MAX ? mica_buffer_type_identity(type) : loop->init_types[source];
    }
    return add_buffers(state, before, loop->init_types, loop->inits) &&
           add_buffers(state, after, loop->result_types, loop->results) &&
           mica_bufferize_region(state, mica_op_region(loop->op, 0)) &&
           rewrite_condition(state, loop) &&
           mica_bufferize_region(state, mica_op_region(loop->op, 1)) &&
           rewrite_yield(state, loop);
}

/// The buffer of an init. Where a copy may take its place in the next round the layout must not
/// be its own alone.
static mica_value *init_buffer(mica_bufferize_state *state, mica_builder *builder, mica_op *op,
                               size_t index)
{
    mica_value *buffer = mica_bufferize_operand(state, builder, op, index);
    mica_block *before = before_body(op);
    const mica_type *tensor = mica_value_type(mica_op_operand(op, index));
    if (!buffer || mica_value_type(buffer) == mica_buffer_type_identity(tensor) ||
        handed_on_as(mica_block_last(before), mica_block_argument(before, index)) != SIZE_MAX)
        return buffer;
    return mica_bufferize_cast(builder, buffer, mica_buffer_type_dynamic(tensor));
}

static bool build_loop(mica_bufferize_state *state, mica_builder *builder, while_rewrite *loop)
{
    mica_op *op = loop->op;
    mica_op_state twin;
    mica_op_state_init_record(&twin, state->context, mica_op_get_record(op),
                              mica_op_location(op));
    for (size_t i = 0; i < loop->inits; ++i) {
        mica_value *init = mica_op_operand(op, i);
        loop->init_types[i] = mica_value_type(init);
        if (micai_is_tensor_value(init))
            init = init_buffer(state, builder, op, i);
        if (!init) {
            mica_op_state_discard(&twin);
            return false;
        }
        loop->init_types[i] = mica_value_type(init);
        mica_op_state_add_operand(&twin, init);
    }
    if (!rewrite_regions(state, loop)) {
        mica_op_state_discard(&twin);
        return false;
    }
    for (size_t i = 0; i < loop->results; ++i)
        mica_op_state_add_result(&twin, loop->result_types[i]);
    micai_copy_attributes(&twin, op);
    for (size_t r = 0; r < 2; ++r)
        mica_region_take_body(mica_op_state_add_region(&twin), mica_op_region(op, r));
    mica_op *built = mica_builder_create(builder, &twin);
    for (size_t i = 0; built && i < loop->results; ++i) {
        mica_value *result = mica_op_result(op, i);
        if (micai_is_tensor_value(result))
            mica_bufferize_set(state, result, mica_op_result(built, i));
        else
            mica_bufferize_replace(state, result, mica_op_result(built, i));
    }
    return built != NULL;
}

static bool bufferize_while(mica_bufferize_state *state, mica_builder *builder, mica_op *op)
{
    while_rewrite loop = {.op = op,
                          .condition = mica_block_last(before_body(op)),
                          .yield = mica_block_last(after_body(op)),
                          .inits = mica_op_operand_count(op),
                          .results = mica_op_result_count(op)};
    const size_t count = loop.inits > loop.results ? loop.inits : loop.results;
    const size_t bytes = (count + 1) * (4 * sizeof(void *) + sizeof(handed_value));
    handed_value *rows = micai_context_allocate(state->context, bytes);
    if (!rows)
        return false;
    loop.values = rows;
    loop.init_types = (const mica_type **)(void *)(rows + count + 1);
    loop.result_types = loop.init_types + count + 1;
    loop.before = (mica_value **)(void *)(loop.result_types + count + 1);
    loop.after = loop.before + count + 1;
    const bool ok = build_loop(state, builder, &loop);
    micai_context_free(state->context, rows, bytes);
    return ok;
}

static const mica_bufferizable while_model = {.struct_size = sizeof(mica_bufferizable),
                                              .writes = while_writes,
                                              .alias = while_alias,
                                              .bufferize = bufferize_while};

// ---- scf.condition
// ---------------------------------------------------------------------------

static bool condition_in_place(mica_op *op, mica_use *use)
{
    (void)op;
    (void)use;
    return true;
}

/// The loop around builds the new terminator.
static bool leave_to_loop(mica_bufferize_state *state, mica_builder *builder, mica_op *op)
{
    (void)state;
    (void)builder;
    (void)op;
    return true;
}

static const mica_bufferizable condition_model = {.struct_size = sizeof(mica_bufferizable),
                                                  .must_be_in_place = condition_in_place,
                                                  .bufferize = leave_to_loop};

// ---- arith.select
// ----------------------------------------------------------------------------

static bool select_reads(const mica_buffer_analysis *analysis, mica_op *op, mica_use *use)
{
    (void)analysis;
    (void)op;
    (void)use;
    return false; // it picks a buffer; who uses the result reads
}

static bool select_alias(const mica_buffer_analysis *analysis, mica_op *op, mica_use *use,
                         mica_buffer_alias *alias)
{
    (void)analysis;
    (void)use;
    alias->value = mica_op_result(op, 0);
    alias->is_equivalent = false;
    return true;
}

static bool bufferize_select(mica_bufferize_state *state, mica_builder *builder, mica_op *op)
{
    mica_value *condition = mica_arith_select_condition(op);
    if (micai_is_tensor_value(condition))
        return mica_op_error(op, "was not bufferized: it selects element by element; run "
                                 "convert-elementwise-to-linalg first");
    const mica_type *tensor = mica_value_type(mica_op_result(op, 0));
    mica_value *sides[] = {mica_bufferize_operand(state, builder, op, 1),
                           mica_bufferize_operand(state, builder, op, 2)};
    if (!sides[0] || !sides[1])
        return false;
    if (mica_value_type(sides[0]) != mica_value_type(sides[1])) {
        for (int i = 0; i < 2; ++i)
            sides[i] = mica_bufferize_cast(builder, sides[i], mica_buffer_type_dynamic(tensor));
    }
    mica_op *built = mica_arith_select_build(builder, condition, sides[0], sides[1]);
    mica_bufferize_set(state, mica_op_result(op, 0), micai_only_result(built));
    return built != NULL;
}

static const mica_bufferizable select_model = {.struct_size = sizeof(mica_bufferizable),
                                               .reads = select_reads,
                                               .alias = select_alias,
                                               .bufferize = bufferize_select};

const micai_bufferization_model micai_while_bufferization_models[] = {
    {"arith.select", &select_model},
    {"scf.condition", &condition_model},
    {"scf.while", &while_model},
    {NULL, NULL},
};
