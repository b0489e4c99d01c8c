// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The rewriting half of one-shot bufferization: walks regions in program order, lets each op's
// model build its twin on buffers, and erases the tensor ops at the end, the last first. A side
// table maps tensors to buffers; tensor block arguments stay, unused, until then.
#include "transforms/buffer/bufferize_internal.h"

/// Deeper regions are refused: models of region ops recurse.
enum { DEPTH_LIMIT = 2000 };

const mica_buffer_analysis *mica_bufferize_analysis(const mica_bufferize_state *state)
{
    return state->analysis;
}

void mica_bufferize_set(mica_bufferize_state *state, mica_value *tensor, mica_value *buffer)
{
    micai_pointer_map_put(&state->buffers, tensor, buffer);
}

void mica_bufferize_replace(mica_bufferize_state *state, mica_value *from, mica_value *with)
{
    (void)state;
    mica_value_replace_all_uses(from, with);
}

mica_value *mica_bufferize_value(mica_bufferize_state *state, mica_builder *builder,
                                 mica_value *value)
{
    mica_value *buffer = micai_pointer_map_get(&state->buffers, value);
    if (buffer)
        return buffer;
    // A tensor from outside of what is bufferized: its layout is not known.
    const mica_type *type = mica_value_type(value);
    return micai_build_to_memref(builder, value,
                                 state->identity_layouts ? mica_buffer_type_identity(type)
                                                         : mica_buffer_type_dynamic(type));
}

/// Does somebody look at what the use's value holds: the op itself, or who uses a result that
/// only shows it? A result that was written over shows something else.
static bool contents_matter(const mica_buffer_analysis *analysis, mica_use *use)
{
    mica_buffer_alias alias;
    if (micai_buffer_use_reads(analysis, use))
        return true;
    return !micai_buffer_use_writes(analysis, use) &&
           micai_buffer_use_alias(analysis, use, &alias) &&
           mica_buffer_value_is_read(analysis, alias.value);
}

mica_value *mica_bufferize_operand(mica_bufferize_state *state, mica_builder *builder,
                                   mica_op *op, size_t index)
{
    mica_use *use = mica_op_operand_use(op, index);
    mica_value *tensor = mica_use_value(use);
    mica_value *buffer = mica_bufferize_value(state, builder, tensor);
    if (!buffer || mica_buffer_is_in_place(state->analysis, use))
        return buffer;
    mica_value *copy = mica_bufferize_allocate(state, builder, mica_value_type(tensor), buffer);
    if (copy && contents_matter(state->analysis, use) && !micai_has_undefined_contents(tensor))
        micai_build_copy(builder, buffer, copy);
    return copy;
}

// ---- the walk
// --------------------------------------------------------------------------------

static bool touches_tensors(mica_op *op)
{
    for (size_t i = 0; i < mica_op_operand_count(op); ++i) {
        if (micai_is_tensor_value(mica_op_operand(op, i)))
            return true;
    }
    for (size_t i = 0; i < mica_op_result_count(op); ++i) {
        if (micai_is_tensor_value(mica_op_result(op, i)))
            return true;
    }
    return false;
}

static bool note_replaced(mica_bufferize_state *state, mica_op *op)
{
    void *replaced = state->replaced;
    const bool room =
        micai_array_reserve(&state->context->allocator, &replaced, &state->replaced_capacity,
                            state->replaced_count + 1, sizeof(mica_op *));
    state->replaced = replaced;
    if (room)
        state->replaced[state->replaced_count++] = op;
    return room;
}

/// Gives an op without a model tensors made from the buffers, and its results buffers.
static bool bridge_unknown_op(mica_bufferize_state *state, mica_op *op)
{
    mica_builder builder = mica_builder_before(op);
    for (size_t i = 0; i < mica_op_operand_count(op); ++i) {
        mica_value *tensor = mica_op_operand(op, i);
        mica_value *buffer = micai_pointer_map_get(&state->buffers, tensor);
        if (micai_is_tensor_value(tensor) && buffer)
            mica_op_set_operand(
                op, i, micai_build_to_tensor(&builder, buffer, mica_value_type(tensor)));
    }
    return !mica_context_out_of_memory(state->context);
}

static bool bufferize_op(mica_bufferize_state *state, mica_op *op)
{
    const mica_bufferizable *model = micai_bufferizable_of(op);
    if (model && model->crosses_functions && !state->analysis->calls)
        model = NULL;
    if (model && model->bufferize && touches_tensors(op)) {
        mica_builder builder = mica_builder_before(op);
        return model->bufferize(state, &builder, op) && note_replaced(state, op);
    }
    if (touches_tensors(op)) {
        if (!state->allow_unknown_ops)
            return mica_op_error(op, "was not bufferized: it has no bufferization model");
        if (!bridge_unknown_op(state, op))
            return false;
    }
    for (size_t i = 0; i < mica_op_region_count(op); ++i) {
        if (!mica_bufferize_region(state, mica_op_region(op, i)))
            return false;
    }
    return true;
}

static bool bufferize_block(mica_bufferize_state *state, mica_block *block)
{
    mica_for_each_op_safe(op, next, block)
    {
        if (!bufferize_op(state, op))
            return false;
    }
    return true;
}

/// Branches copy into the buffers of the arguments of the blocks that they lead to.
static bool bufferize_block_arguments(mica_bufferize_state *state, mica_block *block)
{
    const size_t count = mica_block_argument_count(block);
    const size_t bytes = (count + 1) * sizeof(mica_type *);
    const mica_type **types = micai_context_allocate(state->context, bytes);
    if (!types)
        return false;
    size_t tensors = 0;
    for (size_t i = 0; i < count; ++i) {
        const mica_type *type = mica_value_type(mica_block_argument(block, i));
        if (mica_type_is_tensor(type))
            types[tensors++] = mica_buffer_type_identity(type);
    }
    const bool ok = tensors == 0 || micai_bufferize_arguments(state, block, 0, types);
    micai_context_free(state->context, types, bytes);
    return ok;
}

bool mica_bufferize_region(mica_bufferize_state *state, mica_region *region)
{
    mica_block *entry = mica_region_first(region);
    for (mica_block *block = entry ? mica_block_next(entry) : NULL; block;
         block = mica_block_next(block)) {
        if (!bufferize_block_arguments(state, block))
            return false;
    }
    if (++state->depth > DEPTH_LIMIT)
        return mica_op_error(mica_region_parent(region),
                             "is nested too deeply to be bufferized (limit %d)", DEPTH_LIMIT);
    bool ok = true;
    mica_for_each_block(block, region)
    {
        ok = ok && bufferize_block(state, block);
    }
    --state->depth;
    return ok;
}

bool micai_bufferize_arguments(mica_bufferize_state *state, mica_block *block, size_t first,
                               const mica_type *const *types)
{
    void *blocks = state->blocks;
    const bool room =
        micai_array_reserve(&state->context->allocator, &blocks, &state->block_capacity,
                            state->block_count + 1, sizeof(mica_block *));
    state->blocks = blocks;
    if (!room)
        return false;
    state->blocks[state->block_count++] = block;
    size_t next = 0;
    for (size_t i = first; i < mica_block_argument_count(block); ++i) {
        mica_value *tensor = mica_block_argument(block, i);
        if (!micai_is_tensor_value(tensor))
            continue;
        mica_value *buffer = mica_block_insert_argument(block, i + 1, types[next++],
                                                        mica_value_location(tensor));
        if (!buffer)
            return false;
        mica_bufferize_set(state, tensor, buffer);
        ++i; // over the new one
    }
    return true;
}

// ---- models
// ----------------------------------------------------------------------------------

static bool attach(mica_context *context, const micai_bufferization_model *models)
{
    for (; models->op; ++models) {
        const mica_op_record *record =
            mica_op_record_get(context, mica_string_from(models->op));
        if (!record ||
            !mica_op_record_attach_interface(context, mica_string_from(models->op),
                                             &mica_bufferizable_interface, models->model))
            return false;
    }
    return true;
}

bool micai_attach_bufferization_models(mica_context *context)
{
    return attach(context, micai_tensor_bufferization_models) &&
           attach(context, micai_scf_bufferization_models) &&
           attach(context, micai_dialect_bufferization_models) &&
           attach(context, micai_func_bufferization_models) &&
           attach(context, micai_generate_bufferization_models) &&
           attach(context, micai_reshape_bufferization_models) &&
           attach(context, micai_while_bufferization_models);
}
