// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A function's signature changes under passes; this adapts inputs and outputs to what it is
// now. What became of an argument or result is told by its present type:
//
//   tensor -> tensor, memref, or (once lowered) pointers, offset, sizes, strides
//   result -> result, or an argument behind all others that the function fills
//   memref<..xi8> behind all arguments -> the arena of plan-memory
//   result gone, no argument added -> an argument that holds it
//   (drop-equivalent-buffer-results)
#include "dialects/llvm/llvm.h"
#include "transforms/pass/check_passes_internal.h"

enum { MAX_ARGUMENTS = 512, ARENA_BYTES = 1 << 20 };

/// Where an array lies in the run.
typedef struct array_place {
    const mica_eval_allocation *memory; ///< NULL: passed as a value
} array_place;

typedef struct adapted_call {
    const micai_check *check;
    micai_check_function *function;
    mica_op *op;
    mica_interpreter *interpreter;
    mica_eval_frame *frame;
    size_t type_count, next_type;
    mica_eval_value arguments[MAX_ARGUMENTS];
    size_t count;
    array_place inputs[MICAI_CHECK_MAX_VALUES];
    array_place out_params[MICAI_CHECK_MAX_VALUES];
    bool is_result_gone[MICAI_CHECK_MAX_VALUES];
} adapted_call;

static const mica_type *type_at(const adapted_call *call, size_t index)
{
    return index < call->type_count ? mica_function_argument_type(call->op, index) : NULL;
}

static bool push(adapted_call *call, mica_eval_value value)
{
    if (call->count == MAX_ARGUMENTS)
        return false;
    call->arguments[call->count++] = value;
    call->next_type++;
    return true;
}

// ---- arrays
// ----------------------------------------------------------------------------------

static mica_eval_allocation *to_memory(adapted_call *call, const micai_check_value *value)
{
    const size_t bytes = value->count * value->element_size;
    mica_eval_allocation *memory = mica_eval_allocate(call->frame, NULL, bytes, false);
    if (memory && value->data && bytes) {
        memcpy(memory->data, value->data, bytes);
        memcpy(memory->shadow, value->shadow, bytes);
    }
    return memory;
}

static bool push_tensor(adapted_call *call, const micai_check_value *value)
{
    mica_eval_buffer *buffer =
        mica_eval_buffer_create(call->frame, value->element, value->sizes, value->rank);
    if (!buffer)
        return false;
    memcpy(buffer->data, value->data, value->count * value->element_size);
    return push(call, mica_eval_from_buffer(buffer));
}

/// Contiguous in row-major order; a type that says otherwise can't be served.
static bool fits_layout(const mica_type *type, const micai_check_value *value)
{
    int64_t strides[MICA_EVAL_MAX_RANK], offset, expected = 1;
    if (!mica_type_is_ranked(type) || mica_type_rank(type) != value->rank ||
        !mica_memref_type_strides(type, strides, &offset) ||
        (offset != 0 && offset != MICA_DYNAMIC))
        return false;
    for (size_t i = value->rank; i-- > 0;) {
        if (strides[i] != MICA_DYNAMIC && strides[i] != expected && value->sizes[i] > 1)
            return false;
        expected *= value->sizes[i];
    }
    return true;
}

static mica_eval_memref *describe(adapted_call *call, const micai_check_value *value,
                                  mica_eval_allocation *memory)
{
    mica_eval_memref *memref =
        memory ? mica_eval_memref_create(call->frame, value->rank) : NULL;
    if (!memref)
        return NULL;
    memref->allocation = memory;
    memref->element_size = value->element_size;
    int64_t stride = 1;
    for (size_t i = value->rank; i-- > 0;) {
        memref->sizes[i] = value->sizes[i];
        memref->strides[i] = stride;
        stride *= value->sizes[i];
    }
    return memref;
}

/// Allocated and aligned pointer, offset, sizes, strides; or a pointer alone.
static bool push_descriptor(adapted_call *call, const mica_eval_memref *memref)
{
    const mica_eval_value address =
        mica_eval_from_bits(mica_eval_address(memref->allocation, 0));
    const mica_type *second = type_at(call, call->next_type + 1);
    if (!push(call, address))
        return false;
    if (!second || !mica_llvm_type_is_pointer(second))
        return true;
    bool done = push(call, address) && push(call, mica_eval_from_bits(0));
    for (size_t i = 0; i < memref->rank && done; i++)
        done = push(call, mica_eval_from_bits((uint64_t)memref->sizes[i]));
    for (size_t i = 0; i < memref->rank && done; i++)
        done = push(call, mica_eval_from_bits((uint64_t)memref->strides[i]));
    return done;
}

static bool push_array(adapted_call *call, const micai_check_value *value, array_place *place)
{
    const mica_type *type = type_at(call, call->next_type);
    if (!type)
        return false;
    if (mica_type_is_tensor(type) || mica_type_is_vector(type))
        return push_tensor(call, value);
    mica_eval_memref *memref = describe(call, value, to_memory(call, value));
    if (!memref)
        return false;
    place->memory = memref->allocation;
    if (mica_llvm_type_is_pointer(type))
        return push_descriptor(call, memref);
    return mica_type_is_memref(type) && fits_layout(type, value) &&
           mica_eval_type_size(mica_type_element(type)) == value->element_size &&
           push(call, mica_eval_from_memref(memref));
}

static bool push_number(adapted_call *call, const micai_check_value *value)
{
    mica_eval_value number = mica_eval_from_bits(0);
    const mica_type *type = type_at(call, call->next_type);
    if (!type || mica_eval_type_is_object(type) ||
        mica_eval_type_size(type) != value->element_size)
        return false;
    memcpy(number.as.bits, value->data, value->element_size);
    return push(call, number);
}

// ---- arguments
// -------------------------------------------------------------------------------

/// Bytes for an arena: what its type says, or plenty.
static bool push_arena(adapted_call *call)
{
    const mica_type *type = type_at(call, call->next_type);
    const bool is_static = mica_type_is_memref(type) && mica_type_has_static_shape(type);
    micai_check_value bytes = {.is_array = true, .rank = 1, .element_size = 1};
    bytes.sizes[0] = is_static ? mica_type_shape(type)[0] : ARENA_BYTES;
    bytes.count = (size_t)bytes.sizes[0];
    array_place ignored;
    return push_array(call, &bytes, &ignored);
}

static bool is_arena(const mica_type *type)
{
    return mica_type_is_memref(type) && mica_type_rank(type) == 1 &&
           mica_type_is_signless(mica_type_element(type), 8);
}

static size_t gone_results(const adapted_call *call)
{
    const mica_type *only = mica_function_result_count(call->op) == 1
                                ? mica_function_result_type(call->op, 0)
                                : NULL;
    size_t count = mica_function_result_count(call->op);
    if (only && mica_llvm_type_is_void(only))
        count = 0;
    size_t numbers = 0;
    for (size_t i = 0; i < call->function->result_count; i++)
        numbers += !mica_type_is_shaped(call->function->results[i]);
    return count < call->function->result_count && count <= numbers + 1
               ? call->function->result_count - numbers
               : 0;
}

/// Results that were shaped and are results no more: passed in, behind the other arguments, or
/// held by one of these.
static bool push_out_params(adapted_call *call, const micai_check_outcome *expected)
{
    const bool any = call->next_type < call->type_count;
    const size_t gone = gone_results(call);
    for (size_t i = 0; gone && i < call->function->result_count; i++) {
        const mica_type *type = call->function->results[i];
        if (!mica_type_is_shaped(type))
            continue;
        call->is_result_gone[i] = true;
        if (!any || call->function->result_argument[i] != SIZE_MAX)
            continue;
        if (!expected || !expected->is_set || call->next_type >= call->type_count)
            return false;
        micai_check_value undefined = expected->values[i];
        undefined.data = undefined.shadow = NULL;
        if (!push_array(call, &undefined, &call->out_params[i]))
            return false;
    }
    return true;
}

static bool make_arguments(adapted_call *call, const micai_check_value *inputs,
                           const micai_check_outcome *expected)
{
    for (size_t i = 0; i < call->function->argument_count; i++)
        if (!(inputs[i].is_array ? push_array(call, &inputs[i], &call->inputs[i])
                                 : push_number(call, &inputs[i])))
            return false;
    if (!push_out_params(call, expected))
        return false;
    if (call->next_type < call->type_count) {
        const mica_type *type = type_at(call, call->next_type);
        if (!is_arena(type) && !mica_llvm_type_is_pointer(type))
            return false;
        if (!push_arena(call))
            return false;
    }
    return call->next_type == call->type_count;
}

// ---- outputs
// ---------------------------------------------------------------------------------

static bool copy_out(const adapted_call *call, micai_check_value *value,
                     const unsigned char *data, const unsigned char *shadow)
{
    const size_t bytes = value->count * value->element_size;
    if (!micai_check_value_allocate(call->check->allocator, value))
        return false;
    memcpy(value->data, data, bytes);
    if (shadow)
        memcpy(value->shadow, shadow, bytes);
    return true;
}

static bool memory_out(const adapted_call *call, const mica_eval_allocation *memory,
                       micai_check_value *value)
{
    // A function may free what it was given; then nothing can be said of it.
    return memory->is_alive ? copy_out(call, value, memory->data, memory->shadow)
                            : micai_check_value_allocate(call->check->allocator, value);
}

static bool memref_out(const adapted_call *call, const mica_eval_memref *memref,
                       micai_check_value *value)
{
    mica_eval_view from, to;
    value->rank = memref->rank;
    memcpy(value->sizes, memref->sizes, memref->rank * sizeof(int64_t));
    if (!mica_eval_view_of_memref(call->frame, call->op, memref, false, &from))
        return false;
    mica_eval_buffer *buffer =
        mica_eval_buffer_create(call->frame, value->element, memref->sizes, memref->rank);
    if (!buffer || !mica_eval_view_of_buffer(call->frame, buffer, &to) ||
        !mica_eval_view_copy(call->frame, call->op, &to, &from))
        return false;
    value->count = buffer->count;
    return copy_out(call, value, buffer->data, buffer->shadow);
}

/// A descriptor as it lies in a struct.
static bool descriptor_out(adapted_call *call, const unsigned char *bytes, size_t rank,
                           micai_check_value *value)
{
    uint64_t words[3 + 2 * MICA_EVAL_MAX_RANK];
    memcpy(words, bytes, (3 + 2 * rank) * sizeof *words);
    mica_eval_memref *memref = mica_eval_memref_create(call->frame, rank);
    if (!memref)
        return false;
    memref->allocation =
        mica_eval_find_allocation(call->frame, call->op, words[1], &memref->base);
    memref->offset = (int64_t)words[2];
    memref->element_size = value->element_size;
    memcpy(memref->sizes, words + 3, rank * sizeof(int64_t));
    memcpy(memref->strides, words + 3 + rank, rank * sizeof(int64_t));
    return memref->allocation && memref_out(call, memref, value);
}

static bool result_out(adapted_call *call, const mica_eval_value *result, const mica_type *type,
                       micai_check_value *value)
{
    if (!value->is_array) {
        unsigned char poison[16];
        memset(poison, result->is_poison, sizeof poison);
        return copy_out(call, value, (const unsigned char *)result->as.bits, poison);
    }
    if (mica_type_is_memref(type))
        return result->as.memref && memref_out(call, result->as.memref, value);
    const mica_eval_buffer *buffer = result->as.buffer;
    if (!buffer)
        return false;
    if (!mica_type_is_shaped(type))
        return descriptor_out(call, buffer->data, value->rank, value);
    value->rank = buffer->rank;
    value->count = buffer->count;
    memcpy(value->sizes, buffer->sizes, buffer->rank * sizeof(int64_t));
    return copy_out(call, value, buffer->data, buffer->shadow);
}

/// Several results of an llvm.func are members of a struct, laid out as in C.
static bool split_struct(const mica_eval_value *result, const mica_type *type, size_t member,
                         mica_eval_value *part, unsigned char **bytes)
{
    size_t at = 0;
    for (size_t i = 0; i <= member; i++) {
        const size_t size = mica_eval_type_size(mica_llvm_struct_member(type, i));
        const size_t alignment = size < 8 && size ? size : 8;
        at = (at + alignment - 1) / alignment * alignment;
        if (i < member)
            at += size;
    }
    const mica_eval_buffer *buffer = result->as.buffer;
    const size_t size = mica_eval_type_size(mica_llvm_struct_member(type, member));
    if (!buffer || at + size > buffer->element_size * buffer->count)
        return false;
    *part = mica_eval_from_bits(0);
    *bytes = buffer->data + at;
    if (size <= sizeof part->as.bits)
        memcpy(part->as.bits, buffer->data + at, size);
    for (size_t i = 0; buffer->shadow && i < size; i++)
        part->is_poison |= buffer->shadow[at + i] != 0;
    return true;
}

static bool is_struct_of_results(const adapted_call *call, const mica_type *type, size_t left)
{
    return left > 1 && type && mica_llvm_type_is_struct(type) &&
           mica_function_result_count(call->op) == 1;
}

static bool collect_results(adapted_call *call, const mica_eval_value *results,
                            micai_check_value *values)
{
    const size_t count = mica_function_result_count(call->op);
    const mica_type *first = count ? mica_function_result_type(call->op, 0) : NULL;
    size_t left = 0, next = 0;
    for (size_t i = 0; i < call->function->result_count; i++)
        left += !call->is_result_gone[i];
    const bool is_struct = is_struct_of_results(call, first, left);
    for (size_t i = 0; i < call->function->result_count; i++) {
        bool done;
        mica_eval_value part;
        unsigned char *bytes;
        if (call->out_params[i].memory)
            done = memory_out(call, call->out_params[i].memory, &values[i]);
        else if (call->is_result_gone[i])
            continue;
        else if (!is_struct)
            done = next < count &&
                   result_out(call, &results[next], mica_function_result_type(call->op, next),
                              &values[i]);
        else if (!split_struct(&results[0], first, next, &part, &bytes))
            done = false;
        else
            done = values[i].is_array ? descriptor_out(call, bytes, values[i].rank, &values[i])
                                      : result_out(call, &part, first, &values[i]);
        next += !call->out_params[i].memory;
        if (!done)
            return false;
    }
    return true;
}

/// What memory arguments hold; a tensor argument's memory is nobody's business but that of a
/// result that was dropped.
static bool collect_arguments(adapted_call *call, micai_check_value *values)
{
    const micai_check_function *function = call->function;
    for (size_t i = 0; i < function->argument_count; i++) {
        micai_check_value *value = &values[function->result_count + i];
        if (value->is_array && call->inputs[i].memory &&
            !memory_out(call, call->inputs[i].memory, value))
            return false;
    }
    return true;
}

static bool same_bytes(const micai_check_value *a, const micai_check_value *b)
{
    return a->data && b->data && a->count == b->count && a->element_size == b->element_size &&
           memcmp(a->data, b->data, a->count * a->element_size) == 0;
}

/// A result that is gone without an argument in its place is one that an argument held anyway:
/// the first whose contents are what is expected.
static bool find_dropped(adapted_call *call, const micai_check_outcome *expected,
                         micai_check_value *values)
{
    micai_check_function *function = call->function;
    for (size_t i = 0; i < function->result_count; i++) {
        if (!call->is_result_gone[i] || call->out_params[i].memory)
            continue;
        const micai_check_value *arguments = values + function->result_count;
        size_t *found = &function->result_argument[i];
        for (size_t k = 0; *found == SIZE_MAX && expected && k < function->argument_count; k++)
            if (same_bytes(&arguments[k], &expected->values[i]))
                *found = k;
        if (*found == SIZE_MAX || !arguments[*found].data)
            return false;
        const micai_check_value *holder = &arguments[*found];
        values[i].count = holder->count;
        values[i].rank = holder->rank;
        memcpy(values[i].sizes, holder->sizes, sizeof holder->sizes);
        if (!copy_out(call, &values[i], holder->data, holder->shadow))
            return false;
    }
    return true;
}

/// Outputs without contents: what kind each is.
static micai_check_value *blank_outputs(const adapted_call *call,
                                        const micai_check_value *inputs,
                                        const micai_check_outcome *expected)
{
    const micai_check_function *function = call->function;
    const size_t count = function->result_count + function->argument_count;
    micai_check_value *values =
        micai_allocate_zeroed(call->check->allocator, (count + 1) * sizeof *values);
    for (size_t i = 0; values && i < count; i++) {
        const bool is_result = i < function->result_count;
        micai_check_value *value = &values[i];
        if (!is_result)
            *value = inputs[i - function->result_count];
        else if (expected && expected->is_set)
            *value = expected->values[i];
        const mica_type *type = is_result ? function->results[i] : NULL;
        if (is_result) {
            value->element = mica_type_element_or_self(type);
            value->element_size = mica_eval_type_size(value->element);
            value->is_array = mica_type_is_shaped(type);
            value->rank = mica_type_rank(type);
            value->count = value->is_array ? value->count : 1;
        }
        value->data = value->shadow = NULL;
    }
    return values;
}

void micai_check_outcome_free(const micai_check *check, const micai_check_function *function,
                              micai_check_outcome *outcome)
{
    const size_t count = function->result_count + function->argument_count;
    micai_check_values_free(check->allocator, outcome->values, count);
    if (outcome->values)
        micai_release(check->allocator, outcome->values,
                      (count + 1) * sizeof(micai_check_value));
    outcome->values = NULL;
    outcome->is_set = false;
}

// ---- a run
// -----------------------------------------------------------------------------------

static void run(adapted_call *call, const micai_check_value *inputs,
                const micai_check_outcome *expected, micai_check_outcome *outcome,
                micai_check_report *report)
{
    mica_eval_value results[MICAI_CHECK_MAX_VALUES];
    size_t count = mica_function_result_count(call->op);
    if (count == 1 && mica_llvm_type_is_void(mica_function_result_type(call->op, 0)))
        count = 0;
    report->is_adapted =
        count <= MICAI_CHECK_MAX_VALUES && make_arguments(call, inputs, expected);
    if (!report->is_adapted)
        return;
    report->status = mica_interpreter_call(call->interpreter, call->op, call->arguments,
                                           call->count, results, count);
    if (report->status != MICA_EVAL_DONE)
        return;
    outcome->values = blank_outputs(call, inputs, expected);
    outcome->is_set = outcome->values && collect_results(call, results, outcome->values) &&
                      collect_arguments(call, outcome->values);
    if (outcome->is_set && !find_dropped(call, expected, outcome->values)) {
        outcome->is_set = false;
        report->is_adapted = false;
    }
    if (!outcome->is_set && report->is_adapted)
        report->status = mica_interpreter_message(call->interpreter).length
                             ? MICA_EVAL_UNDEFINED
                             : MICA_EVAL_NO_MEMORY;
}

void micai_check_run(const micai_check *check, micai_check_function *function, mica_op *op,
                     const micai_check_value *inputs, const micai_check_outcome *expected,
                     micai_check_outcome *outcome, micai_check_report *report)
{
    const bool is_first = !expected || !expected->is_set;
    const mica_interpreter_options options = {.struct_size = sizeof options,
                                              .is_quiet = true,
                                              .max_steps = is_first ? MICAI_CHECK_STEPS
                                                                    : MICAI_CHECK_STEPS_AFTER,
                                              .max_memory = UINT64_C(1) << 31};
    memset(report, 0, sizeof *report);
    memset(outcome, 0, sizeof *outcome);
    adapted_call *made = micai_allocate_zeroed(check->allocator, sizeof *made);
    mica_interpreter *interpreter =
        made ? mica_interpreter_create(check->root, &options) : NULL;
    report->status = MICA_EVAL_NO_MEMORY;
    if (interpreter) {
        made->check = check;
        made->function = function;
        made->op = op;
        made->interpreter = interpreter;
        made->frame = mica_interpreter_frame(interpreter);
        made->type_count = mica_function_argument_count(op);
        run(made, inputs, expected, outcome, report);
        report->steps = mica_interpreter_steps(interpreter);
        const mica_string message = mica_interpreter_message(interpreter);
        const size_t length = message.length < sizeof report->message
                                  ? message.length
                                  : sizeof report->message - 1;
        if (length)
            memcpy(report->message, message.data, length);
    }
    if (!outcome->is_set)
        micai_check_outcome_free(check, function, outcome);
    mica_interpreter_destroy(interpreter);
    if (made)
        micai_release(check->allocator, made, sizeof *made);
}
