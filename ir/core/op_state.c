// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The state that an op is made of. Each array starts in the state itself and moves to the
// context's memory when it grows. When memory runs out an element is lost, which the context's
// sticky flag remembers: mica_op_create then gives NULL.
#include "ir/core/operation_internal.h"

/// Above this many attributes a name is no longer searched for when it is set: it is appended,
/// and the last entry of a name wins when the op is made.
enum { LARGEST_SEARCHED_DICTIONARY = 32 };

static bool grow(mica_context *context, void **array, const void *inline_array,
                 uint32_t *capacity, size_t needed, size_t element_size)
{
    if (needed <= *capacity)
        return true;
    const size_t grown = needed > (size_t)*capacity * 2 ? needed : (size_t)*capacity * 2;
    if (grown > UINT32_MAX)
        return false;
    void *memory = micai_context_allocate(context, grown * element_size);
    if (!memory)
        return false;
    memcpy(memory, *array, *capacity * element_size);
    if (*array != inline_array)
        micai_context_free(context, *array, *capacity * element_size);
    *array = memory;
    *capacity = (uint32_t)grown;
    return true;
}

#define COUNT_OF(array) ((uint32_t)(sizeof(array) / sizeof *(array)))

static void init_slots(mica_op_state *state)
{
    const mica_op_def *definition = state->record ? state->record->definition : NULL;
    const uint32_t count = definition ? definition->attr_count : 1;
    state->slots = state->inline_slots;
    state->slot_count = count;
    if (count > COUNT_OF(state->inline_slots)) {
        state->slots = micai_context_allocate(state->context, count * sizeof *state->slots);
        if (!state->slots)
            state->slot_count = 0;
    }
    for (uint32_t i = 0; i < state->slot_count; i++)
        state->slots[i] = NULL;
}

void mica_op_state_init_record(mica_op_state *state, mica_context *context,
                               const mica_op_record *record, mica_location location)
{
    state->context = context;
    state->record = record;
    state->location = location;
    state->operands = state->inline_operands;
    state->result_types = state->inline_result_types;
    state->successors = state->inline_successors;
    state->regions = state->inline_regions;
    state->attrs = state->inline_attrs;
    state->operand_count = state->result_count = state->successor_count = 0;
    state->region_count = state->attr_count = 0;
    state->operand_capacity = COUNT_OF(state->inline_operands);
    state->result_capacity = COUNT_OF(state->inline_result_types);
    state->successor_capacity = COUNT_OF(state->inline_successors);
    state->region_capacity = COUNT_OF(state->inline_regions);
    state->attr_capacity = COUNT_OF(state->inline_attrs);
    init_slots(state);
}

void mica_op_state_init(mica_op_state *state, mica_context *context, const char *name,
                        mica_location location)
{
    const mica_op_record *record = mica_op_record_get(context, mica_string_from(name));
    mica_op_state_init_record(state, context, record, location);
}

void mica_op_state_add_operands(mica_op_state *state, mica_value *const *operands, size_t count)
{
    const size_t needed = state->operand_count + count;
    if (count == 0 || !grow(state->context, (void **)&state->operands, state->inline_operands,
                            &state->operand_capacity, needed, sizeof *operands))
        return;
    memcpy(state->operands + state->operand_count, operands, count * sizeof *operands);
    state->operand_count = (uint32_t)needed;
}

void mica_op_state_add_operand(mica_op_state *state, mica_value *operand)
{
    mica_op_state_add_operands(state, &operand, 1);
}

void mica_op_state_add_results(mica_op_state *state, const mica_type *const *types,
                               size_t count)
{
    const size_t needed = state->result_count + count;
    if (count == 0 ||
        !grow(state->context, (void **)&state->result_types, state->inline_result_types,
              &state->result_capacity, needed, sizeof *types))
        return;
    memcpy(state->result_types + state->result_count, types, count * sizeof *types);
    state->result_count = (uint32_t)needed;
}

void mica_op_state_add_result(mica_op_state *state, const mica_type *type)
{
    mica_op_state_add_results(state, &type, 1);
}

void mica_op_state_add_successor(mica_op_state *state, mica_block *block)
{
    if (grow(state->context, (void **)&state->successors, state->inline_successors,
             &state->successor_capacity, state->successor_count + (size_t)1,
             sizeof *state->successors))
        state->successors[state->successor_count++] = block;
}

mica_region *mica_op_state_add_region(mica_op_state *state)
{
    if (!grow(state->context, (void **)&state->regions, state->inline_regions,
              &state->region_capacity, state->region_count + (size_t)1, sizeof *state->regions))
        return NULL;
    mica_region *region = mica_region_create(state->context);
    if (region)
        state->regions[state->region_count++] = region;
    return region;
}

void mica_op_state_set_slot(mica_op_state *state, size_t slot, const mica_attr *value)
{
    assert(slot < state->slot_count || mica_context_out_of_memory(state->context));
    if (slot < state->slot_count)
        state->slots[slot] = value;
}

static void set_discardable(mica_op_state *state, const mica_identifier *name,
                            const mica_attr *value)
{
    if (state->attr_count <= LARGEST_SEARCHED_DICTIONARY)
        for (uint32_t i = 0; i < state->attr_count; i++)
            if (state->attrs[i].name == name) {
                state->attrs[i].value = value;
                return;
            }
    if (!grow(state->context, (void **)&state->attrs, state->inline_attrs,
              &state->attr_capacity, state->attr_count + (size_t)1, sizeof *state->attrs))
        return;
    const mica_named_attr entry = {name, value};
    state->attrs[state->attr_count++] = entry;
}

void mica_op_state_set_attr_by_name(mica_op_state *state, const mica_identifier *name,
                                    const mica_attr *value)
{
    if (!name || !state->record)
        return;
    const int slot =
        mica_op_def_find_slot(state->record->definition, mica_identifier_text(name));
    if (slot >= 0)
        mica_op_state_set_slot(state, (size_t)slot, value);
    else
        set_discardable(state, name, value);
}

void mica_op_state_set_attr(mica_op_state *state, const char *name, const mica_attr *value)
{
    mica_op_state_set_attr_by_name(
        state, mica_identifier_get(state->context, mica_string_from(name)), value);
}

/// Gives back the arrays that left the state.
static void free_arrays(mica_op_state *state)
{
    mica_context *context = state->context;
    if (state->operands != state->inline_operands)
        micai_context_free(context, state->operands,
                           state->operand_capacity * sizeof *state->operands);
    if (state->result_types != state->inline_result_types)
        micai_context_free(context, state->result_types,
                           state->result_capacity * sizeof *state->result_types);
    if (state->successors != state->inline_successors)
        micai_context_free(context, state->successors,
                           state->successor_capacity * sizeof *state->successors);
    if (state->regions != state->inline_regions)
        micai_context_free(context, state->regions,
                           state->region_capacity * sizeof *state->regions);
    if (state->slots != state->inline_slots)
        micai_context_free(context, state->slots, state->slot_count * sizeof *state->slots);
    if (state->attrs != state->inline_attrs)
        micai_context_free(context, state->attrs, state->attr_capacity * sizeof *state->attrs);
}

void mica_op_state_discard(mica_op_state *state)
{
    for (uint32_t i = 0; i < state->region_count; i++)
        mica_region_destroy(state->regions[i]);
    free_arrays(state);
}

/// Moves the state's contents into an op with room for them.
static bool fill_op(mica_op *op, const mica_op_state *state)
{
    for (uint32_t i = 0; i < state->result_count; i++)
        micai_op_results(op)[i].type = state->result_types[i];
    for (uint32_t i = 0; i < state->operand_count; i++)
        micai_use_link(&op->operands[i], state->operands[i]);
    mica_block_use *successors = micai_op_successors(op);
    for (uint32_t i = 0; i < state->successor_count; i++)
        micai_block_use_link(&successors[i], state->successors[i]);
    const mica_attr **slots = micai_op_slots(op);
    for (uint32_t i = 0; i < state->slot_count; i++) {
        mica_attr_retain(state->slots[i]);
        slots[i] = state->slots[i];
    }
    mica_region **regions = micai_op_regions(op);
    for (uint32_t i = 0; i < state->region_count; i++) {
        regions[i] = state->regions[i];
        regions[i]->parent = op;
        regions[i]->index = i;
    }
    return state->attr_count == 0 ||
           micai_op_set_attr_entries(op, state->attrs, state->attr_count);
}

mica_op *mica_op_create(mica_op_state *state)
{
    mica_op *op = NULL;
    if (state->record && !mica_context_out_of_memory(state->context))
        op = micai_op_allocate(state->context, state->record, state->location,
                               state->result_count, state->slot_count, state->successor_count,
                               state->region_count, state->operand_count);
    if (!op) {
        mica_op_state_discard(state);
        return NULL;
    }
    const bool filled = fill_op(op, state);
    free_arrays(state);
    micai_context_count_edit(state->context);
    if (filled)
        return op;
    mica_op_destroy(op);
    return NULL;
}
