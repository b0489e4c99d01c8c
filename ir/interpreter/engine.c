// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The loop that runs instructions, and control: entering regions, branching, calling,
// returning. A hook that wants a region run pushes a control record and returns; when the
// region ends the record is popped and the hook is called once more, with the step counted up.
// So the depth of a program is the length of an array here, and the C stack stays flat.
#include "ir/interpreter/interpreter_internal.h"

#define DEFAULT_CHUNK 4096u

static bool reserve(mica_eval_frame *frame, void **array, size_t *capacity, size_t needed,
                    size_t size)
{
    return needed <= *capacity ||
           micai_array_reserve(frame->interpreter->allocator, array, capacity, needed, size);
}

// ---- cells
// -----------------------------------------------------------------------------------

static mica_eval_value *push_values(mica_eval_frame *frame, size_t count)
{
    micai_value_chunk *chunk = frame->chunk;
    if (!chunk || chunk->capacity - chunk->used < count) {
        const size_t capacity = count > DEFAULT_CHUNK ? count : DEFAULT_CHUNK;
        micai_value_chunk *made = micai_allocate(
            frame->interpreter->allocator, sizeof *made + capacity * sizeof(mica_eval_value));
        if (!made)
            return NULL;
        made->capacity = capacity;
        made->used = 0;
        made->below = chunk;
        frame->chunk = chunk = made;
    }
    mica_eval_value *values = chunk->values + chunk->used;
    memset(values, 0, count * sizeof *values);
    chunk->used += count;
    return values;
}

static void free_chunk(mica_eval_frame *frame)
{
    micai_value_chunk *chunk = frame->chunk;
    frame->chunk = chunk->below;
    micai_release(frame->interpreter->allocator, chunk,
                  sizeof *chunk + chunk->capacity * sizeof(mica_eval_value));
}

static void pop_values(mica_eval_frame *frame)
{
    const micai_eval_code *code = frame->code;
    for (size_t i = 0; i < code->object_count; i++)
        micai_eval_drop(frame->interpreter, frame->values[code->object_slots[i]].as.object);
    frame->chunk->used -= code->slot_count;
    if (frame->chunk->used == 0 && frame->chunk->below)
        free_chunk(frame);
}

static void set_cell(mica_eval_frame *frame, size_t slot, mica_eval_value value)
{
    mica_eval_value *cell = frame->values + slot;
    if (frame->is_object[slot])
        micai_eval_drop(frame->interpreter, cell->as.object);
    *cell = value;
}

static void set_arguments(mica_eval_frame *frame, const micai_eval_block *block,
                          const mica_eval_value *values, size_t count)
{
    for (size_t i = 0; i < count && i < block->argument_count; i++)
        set_cell(frame, block->argument + i, values[i]);
}

void micai_eval_frame_free(mica_eval_frame *frame)
{
    const micai_allocator *allocator = frame->interpreter->allocator;
    while (frame->chunk)
        free_chunk(frame);
    micai_release(allocator, frame->controls, frame->control_capacity * sizeof(micai_control));
    micai_release(allocator, frame->yielded, frame->yielded_capacity * sizeof(mica_eval_value));
    micai_release(allocator, frame->state, frame->state_capacity);
    micai_release(allocator, frame->stack,
                  frame->stack_capacity * sizeof(mica_eval_allocation *));
    memset(frame, 0, sizeof *frame);
}

// ---- what hooks ask
// --------------------------------------------------------------------------

const mica_eval_value *mica_eval_operand(const mica_eval_frame *frame, size_t index)
{
    assert(index < frame->at->operand_count && "the op has the operand");
    return frame->values + MICAI_SLOT(frame->at->operands[index]);
}

mica_eval_value mica_eval_take_operand(mica_eval_frame *frame, size_t index)
{
    assert(index < frame->at->operand_count && "the op has the operand");
    const uint32_t operand = frame->at->operands[index];
    mica_eval_value *cell = frame->values + MICAI_SLOT(operand);
    const mica_eval_value value = *cell;
    if (operand & MICAI_LAST_USE)
        cell->as.object = NULL;
    else if (frame->is_object[operand] && value.as.object)
        value.as.object->references++;
    return value;
}

bool mica_eval_set_result(mica_eval_frame *frame, size_t index, mica_eval_value value)
{
    const size_t slot = frame->at->result + index;
    if (frame->is_object[slot])
        micai_eval_drop(frame->interpreter, frame->values[slot].as.object);
    frame->values[slot] = value;
    return true;
}

uint32_t mica_eval_result_width(const mica_eval_frame *frame)
{
    return frame->at->result_width;
}

uint32_t mica_eval_operand_width(const mica_eval_frame *frame)
{
    return frame->at->operand_width;
}

uint64_t mica_eval_step(const mica_eval_frame *frame)
{
    return frame->step;
}

void *mica_eval_user(const mica_eval_frame *frame)
{
    return frame->interpreter->options.user;
}

void *mica_eval_state(mica_eval_frame *frame, size_t size)
{
    const size_t rounded = (size + 15) / 16 * 16;
    if (frame->step > 0 || frame->is_resumed)
        return frame->state + frame->state_start;
    frame->state_start = frame->state_size;
    if (!reserve(frame, (void **)&frame->state, &frame->state_capacity,
                 frame->state_size + rounded, 1)) {
        (void)mica_eval_no_memory(frame, frame->at->op);
        return NULL;
    }
    memset(frame->state + frame->state_size, 0, rounded);
    frame->state_size += rounded;
    frame->is_resumed = true;
    return frame->state + frame->state_start;
}

// ---- control
// ---------------------------------------------------------------------------------

static micai_control *push_control(mica_eval_frame *frame)
{
    if (frame->control_count >= frame->interpreter->options.max_depth) {
        frame->interpreter->status = MICA_EVAL_OUT_OF_STEPS;
        (void)mica_eval_error(frame, frame->at->op, "is nested too deeply to be run");
        return NULL;
    }
    if (!reserve(frame, (void **)&frame->controls, &frame->control_capacity,
                 frame->control_count + 1, sizeof(micai_control))) {
        (void)mica_eval_no_memory(frame, frame->at->op);
        return NULL;
    }
    micai_control *control = &frame->controls[frame->control_count++];
    control->owner = frame->at;
    control->step = frame->step;
    control->state_start = frame->is_resumed ? frame->state_start : frame->state_size;
    control->is_call = false;
    frame->motion = MICAI_MOTION_DOWN;
    return control;
}

static bool yield(mica_eval_frame *frame, const mica_eval_value *values, size_t count)
{
    if (!reserve(frame, (void **)&frame->yielded, &frame->yielded_capacity, count,
                 sizeof(mica_eval_value)))
        return mica_eval_no_memory(frame, frame->at->op);
    if (count)
        memcpy(frame->yielded, values, count * sizeof *values);
    frame->yielded_count = count;
    return true;
}

/// Back to the op that asked for the region or function that ended.
static void resume(mica_eval_frame *frame)
{
    const micai_control *control = &frame->controls[--frame->control_count];
    frame->step = control->step + 1;
    frame->state_start = control->state_start;
    frame->is_resumed = true;
    frame->next = control->owner;
    frame->motion = MICAI_MOTION_UP;
}

bool mica_eval_enter(mica_eval_frame *frame, mica_op *op, size_t region,
                     const mica_eval_value *arguments, size_t count)
{
    const micai_instruction_extra *extra = frame->at->extra;
    if (!extra || region >= micai_op_region_count(op))
        return mica_eval_unsupported(frame, op, "has a region that can't be run here");
    const micai_eval_block *block = extra->regions[region];
    if (block && count != block->argument_count)
        return mica_eval_error(frame, op, "passes %zu values to a region that takes %u", count,
                               block->argument_count);
    if (!push_control(frame))
        return false;
    if (!block) {
        resume(frame);
        return yield(frame, NULL, 0);
    }
    set_arguments(frame, block, arguments, count);
    frame->next = block->first;
    return true;
}

static void free_stack(mica_eval_frame *frame, size_t mark)
{
    while (frame->stack_count > mark) {
        mica_eval_allocation *allocation = frame->stack[--frame->stack_count];
        if (allocation->is_alive)
            (void)mica_eval_free(frame, allocation->origin, allocation);
    }
}

static bool end_call(mica_eval_frame *frame, const micai_control *control)
{
    free_stack(frame, control->stack_mark);
    pop_values(frame);
    frame->code = control->code;
    frame->values = control->values;
    frame->is_object = frame->code ? frame->code->is_object : NULL;
    return true;
}

bool mica_eval_end(mica_eval_frame *frame, const mica_eval_value *values, size_t count)
{
    if (!yield(frame, values, count))
        return false;
    const micai_control *control = &frame->controls[frame->control_count - 1];
    if (control->is_call)
        end_call(frame, control);
    if (!control->owner) {
        frame->control_count--;
        frame->is_done = true;
        return true;
    }
    resume(frame);
    return true;
}

bool mica_eval_end_with_operands(mica_eval_frame *frame, size_t first, size_t count)
{
    if (!reserve(frame, (void **)&frame->yielded, &frame->yielded_capacity, count,
                 sizeof(mica_eval_value)))
        return mica_eval_no_memory(frame, frame->at->op);
    for (size_t i = 0; i < count; i++)
        frame->yielded[i] = mica_eval_take_operand(frame, first + i);
    return mica_eval_end(frame, frame->yielded, count);
}

bool micai_eval_end_of_block(mica_eval_frame *frame, mica_op *op)
{
    (void)op;
    return mica_eval_end(frame, NULL, 0);
}

bool mica_eval_branch(mica_eval_frame *frame, mica_op *op, size_t successor,
                      const mica_eval_value *arguments, size_t count)
{
    const micai_instruction_extra *extra = frame->at->extra;
    if (!extra || successor >= micai_op_successor_count(op))
        return mica_eval_error(frame, op, "has no successor to go to");
    const micai_eval_block *block = extra->successors[successor];
    set_arguments(frame, block, arguments, count);
    frame->next = block->first;
    return true;
}

mica_eval_value *mica_eval_yielded(mica_eval_frame *frame, size_t *count)
{
    *count = frame->yielded_count;
    return frame->yielded;
}

bool mica_eval_set_results_from_yielded(mica_eval_frame *frame, mica_op *op)
{
    for (size_t i = 0; i < op->result_count; i++) {
        if (i >= frame->yielded_count)
            return mica_eval_error(frame, op, "has more results than were handed on");
        mica_eval_set_result(frame, i, frame->yielded[i]);
    }
    return true;
}

mica_eval_value mica_eval_take_argument(mica_eval_frame *frame, size_t region, size_t index)
{
    const micai_eval_block *block = frame->at->extra->regions[region];
    mica_eval_value *cell = &frame->values[block->argument + index];
    const mica_eval_value value = *cell;
    if (frame->is_object[block->argument + index])
        cell->as.object = NULL;
    return value;
}

void mica_eval_replace_operand(mica_eval_frame *frame, size_t index, mica_eval_value value)
{
    set_cell(frame, MICAI_SLOT(frame->at->operands[index]), value);
}

void *mica_eval_state_of(mica_eval_frame *frame, const mica_op *ancestor)
{
    for (size_t i = frame->control_count; i-- > 0 && !frame->controls[i].is_call;)
        if (frame->controls[i].owner && frame->controls[i].owner->op == ancestor)
            return frame->state + frame->controls[i].state_start;
    return NULL;
}

// ---- calls
// -----------------------------------------------------------------------------------

bool micai_eval_start(mica_eval_frame *frame, const micai_eval_code *code,
                      micai_eval_block *entry, const mica_eval_value *arguments, size_t count)
{
    micai_control *control = push_control(frame);
    if (!control)
        return false;
    control->is_call = true;
    control->code = frame->code;
    control->values = frame->values;
    control->stack_mark = frame->stack_count;
    mica_eval_value *values = push_values(frame, code->slot_count);
    if (!values) {
        frame->control_count--;
        return mica_eval_no_memory(frame, code->owner);
    }
    frame->values = values;
    frame->code = code;
    frame->is_object = code->is_object;
    set_arguments(frame, entry, arguments, count);
    frame->next = entry->first;
    return true;
}

static bool call_external(mica_eval_frame *frame, mica_op *op, mica_op *callee,
                          const mica_eval_value *arguments, size_t count)
{
    const mica_attr *name = mica_symbol_name(callee);
    const mica_string text = name ? mica_string_attr_text(name) : mica_string_from("");
    const mica_eval_external *external = micai_eval_find_external(frame->interpreter, text);
    if (!external)
        return mica_eval_unsupported(frame, op, "calls '%.*s', which has no body",
                                     MICA_STRING_ARG(text));
    const size_t results = mica_function_result_count(callee);
    if (!reserve(frame, (void **)&frame->yielded, &frame->yielded_capacity, results + 1,
                 sizeof(mica_eval_value)))
        return mica_eval_no_memory(frame, op);
    memset(frame->yielded, 0, (results + 1) * sizeof(mica_eval_value));
    if (!external->call(frame, op, arguments, count, frame->yielded))
        return false;
    for (size_t i = 0; i < count; i++)
        if (mica_eval_type_is_object(mica_function_argument_type(callee, i)))
            micai_eval_drop(frame->interpreter, arguments[i].as.object);
    frame->yielded_count = results;
    if (!push_control(frame))
        return false;
    resume(frame);
    return true;
}

bool mica_eval_call(mica_eval_frame *frame, mica_op *op, mica_op *callee,
                    const mica_eval_value *arguments, size_t count)
{
    const mica_callable *callable = mica_op_interface(callee, &mica_callable_interface);
    mica_region *body = callable ? callable->region(callee) : NULL;
    if (!callable)
        return mica_eval_error(frame, op, "calls something that is no function");
    if (!body || !body->first)
        return call_external(frame, op, callee, arguments, count);
    const micai_eval_code *code = micai_eval_code_of(frame->interpreter, callee, body);
    if (!code)
        return frame->interpreter->status != MICA_EVAL_DONE ? false
                                                            : mica_eval_no_memory(frame, op);
    if (count != code->entry->argument_count)
        return mica_eval_error(frame, op, "passes %zu values to a function that takes %u",
                               count, code->entry->argument_count);
    return micai_eval_start(frame, code, code->entry, arguments, count);
}

mica_op *mica_eval_symbol(mica_eval_frame *frame, mica_op *op, const mica_attr *reference)
{
    micai_instruction *at = (micai_instruction *)frame->at;
    if (at->extra && at->extra->symbol)
        return at->extra->symbol;
    if (!at->extra) {
        at->extra = micai_arena_allocate(&((micai_eval_code *)frame->code)->arena,
                                         sizeof(micai_instruction_extra));
        if (!at->extra) {
            (void)mica_eval_no_memory(frame, op);
            return NULL;
        }
        memset(at->extra, 0, sizeof(micai_instruction_extra));
    }
    mica_op *symbol =
        mica_symbol_cache_resolve(frame->interpreter->symbol_cache, op, reference);
    if (!symbol)
        (void)mica_eval_error(frame, op, "names a symbol that there is not");
    at->extra->symbol = symbol;
    return symbol;
}

// ---- the loop
// --------------------------------------------------------------------------------

bool micai_eval_missing(mica_eval_frame *frame, mica_op *op)
{
    return mica_eval_unsupported(frame, op, "can't be interpreted");
}

bool micai_eval_preset(mica_eval_frame *frame, mica_op *op)
{
    (void)op;
    const mica_eval_value value = frame->at->extra->constant;
    if (frame->at->flags & MICAI_HAS_OBJECTS && value.as.object)
        value.as.object->references++;
    return mica_eval_set_result(frame, 0, value);
}

static bool has_poison_operand(const mica_eval_frame *frame, const micai_instruction *at)
{
    for (uint32_t i = 0; i < at->operand_count; i++)
        if (frame->values[MICAI_SLOT(at->operands[i])].is_poison)
            return true;
    return false;
}

/// After an op that asked for something, kept state or was resumed.
static void settle(mica_eval_frame *frame)
{
    const micai_motion motion = frame->motion;
    frame->motion = MICAI_MOTION_NONE;
    if (motion == MICAI_MOTION_UP)
        return; // step and state are those of the op that is called again
    if (motion == MICAI_MOTION_NONE)
        frame->state_size = frame->state_start; // done
    frame->step = 0;
    frame->is_resumed = false;
}

bool micai_eval_run(mica_eval_frame *frame)
{
    mica_interpreter *interpreter = frame->interpreter;
    for (;;) {
        const micai_instruction *at = frame->next++;
        frame->at = at;
        if (interpreter->steps_left-- == 0) {
            interpreter->steps_left = 0;
            interpreter->status = MICA_EVAL_OUT_OF_STEPS;
            return mica_eval_error(frame, at->op, "is where the budget of steps ends");
        }
        if (at->flags & MICAI_PROPAGATES_POISON && has_poison_operand(frame, at)) {
            if (!mica_eval_set_poison(frame, at->op))
                return false;
            continue;
        }
        if (!at->eval(frame, at->op))
            return false;
        if (frame->motion != MICAI_MOTION_NONE || frame->is_resumed)
            settle(frame);
        if (frame->is_done || frame->is_waiting)
            return true;
    }
}
