// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The interpreter as its users see it: making one, calling a function, what went wrong.
#include "ir/interpreter/interpreter.h"

#include <stdarg.h>
#include <stdio.h>

#include "ir/core/diagnostics.h"
#include "ir/interpreter/interpreter_internal.h"

#define DEFAULT_STEPS UINT64_C(10000000000)
#define DEFAULT_DEPTH UINT64_C(1000000)
#define DEFAULT_MEMORY (UINT64_C(16) << 30)

// ---- reports
// ---------------------------------------------------------------------------------

enum { MAX_CALL_NOTES = 8 };

/// "called from" for the functions under way, the innermost first.
static void add_call_notes(const mica_eval_frame *frame, mica_diagnostic *diagnostic)
{
    size_t notes = 0;
    for (size_t i = frame->control_count; i-- > 0 && notes < MAX_CALL_NOTES;) {
        const micai_control *control = &frame->controls[i];
        if (control->is_call && control->owner) {
            mica_diagnostic_note(diagnostic, control->owner->op->location, "called from here");
            notes++;
        }
    }
}

static void report(mica_eval_frame *frame, mica_op *op, mica_eval_status status,
                   const char *format, va_list arguments)
{
    mica_interpreter *interpreter = frame->interpreter;
    if (interpreter->message[0])
        return; // one fault, one report
    if (interpreter->status == MICA_EVAL_DONE)
        interpreter->status = status;
    size_t length = 0;
    if (op) {
        const mica_string name = mica_op_name(op);
        length = (size_t)snprintf(interpreter->message, sizeof interpreter->message,
                                  "'%.*s' op ", MICA_STRING_ARG(name));
        interpreter->location = op->location;
    }
    if (length < sizeof interpreter->message)
        vsnprintf(interpreter->message + length, sizeof interpreter->message - length, format,
                  arguments);
    if (interpreter->options.is_quiet)
        return;
    mica_diagnostic *diagnostic =
        mica_error(interpreter->context, interpreter->location, "%s", interpreter->message);
    add_call_notes(frame, diagnostic);
    mica_diagnostic_emit(diagnostic);
}

bool mica_eval_error(mica_eval_frame *frame, mica_op *op, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    report(frame, op, MICA_EVAL_UNDEFINED, format, arguments);
    va_end(arguments);
    return false;
}

bool mica_eval_unsupported(mica_eval_frame *frame, mica_op *op, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    report(frame, op, MICA_EVAL_UNSUPPORTED, format, arguments);
    va_end(arguments);
    return false;
}

bool mica_eval_no_memory(mica_eval_frame *frame, mica_op *op)
{
    if (frame->interpreter->status == MICA_EVAL_DONE)
        frame->interpreter->status = MICA_EVAL_NO_MEMORY;
    return mica_eval_error(frame, op, "runs out of memory");
}

mica_string mica_interpreter_message(const mica_interpreter *interpreter)
{
    return mica_string_from(interpreter->message);
}

mica_location mica_interpreter_location(const mica_interpreter *interpreter)
{
    return interpreter->location;
}

// ---- making one
// ------------------------------------------------------------------------------

static void set_options(mica_interpreter *interpreter, const mica_interpreter_options *options)
{
    mica_interpreter_options *own = &interpreter->options;
    if (options) {
        const size_t size = options->struct_size && options->struct_size < sizeof *own
                                ? options->struct_size
                                : sizeof *own;
        memcpy(own, options, size);
    }
    if (own->max_steps == 0)
        own->max_steps = DEFAULT_STEPS;
    if (own->max_depth == 0)
        own->max_depth = DEFAULT_DEPTH;
    if (own->max_memory == 0)
        own->max_memory = DEFAULT_MEMORY;
}

mica_interpreter *mica_interpreter_create(mica_op *module,
                                          const mica_interpreter_options *options)
{
    mica_context *context = mica_op_context(module);
    const micai_allocator *allocator = &context->allocator;
    mica_interpreter *interpreter = micai_allocate_zeroed(allocator, sizeof *interpreter);
    if (!interpreter)
        return NULL;
    interpreter->context = context;
    interpreter->allocator = allocator;
    interpreter->module = module;
    interpreter->codes = micai_pointer_map_on(allocator);
    interpreter->symbols = micai_pointer_map_on(allocator);
    interpreter->frame.interpreter = interpreter;
    set_options(interpreter, options);
    interpreter->symbol_cache = mica_symbol_cache_create(context);
    if (!interpreter->symbol_cache) {
        mica_interpreter_destroy(interpreter);
        return NULL;
    }
    return interpreter;
}

static void free_allocation(mica_interpreter *interpreter, mica_eval_allocation *allocation)
{
    if (!allocation)
        return;
    if (allocation->data)
        micai_release(interpreter->allocator, allocation->data, allocation->size + 1);
    if (allocation->shadow)
        micai_release(interpreter->allocator, allocation->shadow, allocation->size + 1);
    micai_release(interpreter->allocator, allocation, sizeof *allocation);
}

void mica_interpreter_destroy(mica_interpreter *interpreter)
{
    if (!interpreter)
        return;
    const micai_allocator *allocator = interpreter->allocator;
    micai_eval_frame_free(&interpreter->frame);
    micai_eval_sweep(interpreter, NULL);
    for (size_t i = 0; i < interpreter->allocation_count; i++)
        free_allocation(interpreter, interpreter->allocations[i]);
    micai_release(allocator, interpreter->allocations,
                  interpreter->allocation_capacity * sizeof(mica_eval_allocation *));
    for (micai_eval_code *code = interpreter->code_list, *next; code; code = next) {
        next = code->next;
        micai_eval_code_destroy(interpreter, code);
    }
    micai_pointer_map_free(&interpreter->codes);
    micai_pointer_map_free(&interpreter->symbols);
    if (interpreter->symbol_cache)
        mica_symbol_cache_destroy(interpreter->symbol_cache);
    micai_release(allocator, interpreter, sizeof *interpreter);
}

mica_eval_frame *mica_interpreter_frame(mica_interpreter *interpreter)
{
    return &interpreter->frame;
}

uint64_t mica_interpreter_steps(const mica_interpreter *interpreter)
{
    return interpreter->steps_used;
}

// ---- calling
// ---------------------------------------------------------------------------------

static bool start_call(mica_interpreter *interpreter, mica_op *function,
                       const mica_eval_value *arguments, size_t count)
{
    mica_eval_frame *frame = &interpreter->frame;
    mica_region *body = mica_function_body(function);
    if (!body || !body->first)
        return mica_eval_unsupported(frame, function, "has no body to run");
    const micai_eval_code *code = micai_eval_code_of(interpreter, function, body);
    if (!code)
        return interpreter->message[0] ? false : mica_eval_no_memory(frame, function);
    if (count != code->entry->argument_count)
        return mica_eval_error(frame, function, "takes %u arguments, not %zu",
                               code->entry->argument_count, count);
    for (size_t i = 0; i < count; i++)
        if (code->is_object[code->entry->argument + i] && arguments[i].as.object)
            arguments[i].as.object->references++;
    return micai_eval_start(frame, code, code->entry, arguments, count);
}

static bool take_results(mica_interpreter *interpreter, mica_op *function,
                         mica_eval_value *results, size_t count)
{
    const mica_eval_frame *frame = &interpreter->frame;
    if (frame->yielded_count < count)
        return mica_eval_error(&interpreter->frame, function, "returns %zu values, not %zu",
                               frame->yielded_count, count);
    if (count)
        memcpy(results, frame->yielded, count * sizeof *results);
    return true;
}

mica_eval_status mica_interpreter_call(mica_interpreter *interpreter, mica_op *function,
                                       const mica_eval_value *arguments, size_t count,
                                       mica_eval_value *results, size_t result_count)
{
    mica_eval_object *mark = interpreter->objects;
    mica_eval_frame *frame = &interpreter->frame;
    interpreter->status = MICA_EVAL_DONE;
    interpreter->message[0] = '\0';
    interpreter->steps_left = interpreter->options.max_steps;
    const bool done = start_call(interpreter, function, arguments, count) &&
                      micai_eval_run(frame) &&
                      take_results(interpreter, function, results, result_count);
    interpreter->steps_used += interpreter->options.max_steps - interpreter->steps_left;
    if (!done && interpreter->status == MICA_EVAL_DONE)
        interpreter->status = MICA_EVAL_NO_MEMORY;
    if (!done)
        micai_eval_sweep(interpreter, mark);
    micai_eval_frame_free(frame);
    frame->interpreter = interpreter;
    return interpreter->status;
}
