// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Diagnostics: built up as text with notes, handed to the context's handler, freed.
#include "ir/core/diagnostics.h"

#include "ir/core/context_internal.h"
#include "ir/text/text.h"

typedef struct diagnostic_note {
    mica_location location;
    micai_text_buffer message;
} diagnostic_note;

struct mica_diagnostic {
    mica_context *context;
    mica_severity severity;
    mica_location location;
    micai_text_buffer message;
    diagnostic_note *notes;
    size_t note_count, note_capacity;
};

void mica_context_set_diagnostic_handler(mica_context *context, mica_diagnostic_fn handler,
                                         void *user)
{
    pthread_mutex_lock(&context->diagnostic_lock);
    context->handler = handler;
    context->handler_user = user;
    pthread_mutex_unlock(&context->diagnostic_lock);
}

mica_diagnostic_fn mica_context_diagnostic_handler(const mica_context *context, void **user)
{
    if (user)
        *user = context->handler_user;
    return context->handler;
}

size_t mica_context_error_count(const mica_context *context)
{
    return atomic_load(&context->error_count);
}

static mica_diagnostic *begin(mica_context *context, mica_location location,
                              mica_severity severity)
{
    mica_diagnostic *diagnostic =
        micai_allocate_zeroed(&context->allocator, sizeof *diagnostic);
    if (!diagnostic) {
        atomic_fetch_add(&context->error_count, severity == MICA_SEVERITY_ERROR);
        return NULL;
    }
    diagnostic->context = context;
    diagnostic->severity = severity;
    diagnostic->location = location;
    diagnostic->message = micai_text_buffer_on(&context->allocator);
    return diagnostic;
}

mica_diagnostic *mica_diagnostic_begin(mica_context *context, mica_location location,
                                       mica_severity severity, const char *format, ...)
{
    mica_diagnostic *diagnostic = begin(context, location, severity);
    if (!diagnostic)
        return NULL;
    va_list arguments;
    va_start(arguments, format);
    micai_text_vprintf(&diagnostic->message, format, arguments);
    va_end(arguments);
    return diagnostic;
}

/// Where appended text goes: the last note, or the message.
static micai_text_buffer *tail(mica_diagnostic *diagnostic)
{
    if (diagnostic->note_count)
        return &diagnostic->notes[diagnostic->note_count - 1].message;
    return &diagnostic->message;
}

void mica_diagnostic_append(mica_diagnostic *diagnostic, const char *format, ...)
{
    if (!diagnostic)
        return;
    va_list arguments;
    va_start(arguments, format);
    micai_text_vprintf(tail(diagnostic), format, arguments);
    va_end(arguments);
}

void mica_diagnostic_append_type(mica_diagnostic *diagnostic, const mica_type *type)
{
    if (!diagnostic)
        return;
    mica_diagnostic_append(diagnostic, "'");
    mica_print_type(type, micai_text_write, tail(diagnostic));
    mica_diagnostic_append(diagnostic, "'");
}

void mica_diagnostic_append_attr(mica_diagnostic *diagnostic, const mica_attr *attr)
{
    if (diagnostic)
        mica_print_attr(attr, micai_text_write, tail(diagnostic));
}

void mica_diagnostic_note(mica_diagnostic *diagnostic, mica_location location,
                          const char *format, ...)
{
    if (!diagnostic)
        return;
    const micai_allocator *allocator = &diagnostic->context->allocator;
    void *notes = diagnostic->notes;
    const bool room = micai_array_reserve(allocator, &notes, &diagnostic->note_capacity,
                                          diagnostic->note_count + 1, sizeof(diagnostic_note));
    diagnostic->notes = notes;
    if (!room)
        return;
    diagnostic_note *note = &diagnostic->notes[diagnostic->note_count++];
    note->location = location;
    note->message = micai_text_buffer_on(allocator);
    va_list arguments;
    va_start(arguments, format);
    micai_text_vprintf(&note->message, format, arguments);
    va_end(arguments);
}

void micai_diagnostic_destroy(mica_diagnostic *diagnostic)
{
    if (!diagnostic)
        return;
    const micai_allocator *allocator = &diagnostic->context->allocator;
    for (size_t i = 0; i < diagnostic->note_count; ++i)
        micai_text_buffer_free(&diagnostic->notes[i].message);
    micai_release(allocator, diagnostic->notes,
                  diagnostic->note_capacity * sizeof *diagnostic->notes);
    micai_text_buffer_free(&diagnostic->message);
    micai_release(allocator, diagnostic, sizeof *diagnostic);
}

bool mica_diagnostic_emit(mica_diagnostic *diagnostic)
{
    if (!diagnostic)
        return false;
    mica_context *context = diagnostic->context;
    if (diagnostic->severity == MICA_SEVERITY_ERROR)
        atomic_fetch_add(&context->error_count, 1);
    pthread_mutex_lock(&context->diagnostic_lock);
    if (context->handler)
        context->handler(context->handler_user, diagnostic);
    pthread_mutex_unlock(&context->diagnostic_lock);
    micai_diagnostic_destroy(diagnostic);
    return false;
}

static mica_diagnostic *op_error(mica_op *op, const char *format, va_list arguments)
{
    mica_diagnostic *diagnostic =
        begin(mica_op_context(op), mica_op_location(op), MICA_SEVERITY_ERROR);
    if (!diagnostic)
        return NULL;
    const mica_string name = mica_op_name(op);
    micai_text_printf(&diagnostic->message, "'%.*s' op ", MICA_STRING_ARG(name));
    micai_text_vprintf(&diagnostic->message, format, arguments);
    return diagnostic;
}

mica_diagnostic *mica_op_error_begin(mica_op *op, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    mica_diagnostic *diagnostic = op_error(op, format, arguments);
    va_end(arguments);
    return diagnostic;
}

bool mica_op_error(mica_op *op, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    mica_diagnostic *diagnostic = op_error(op, format, arguments);
    va_end(arguments);
    return mica_diagnostic_emit(diagnostic);
}

mica_severity mica_diagnostic_severity(const mica_diagnostic *diagnostic)
{
    return diagnostic->severity;
}

mica_location mica_diagnostic_location(const mica_diagnostic *diagnostic)
{
    return diagnostic->location;
}

mica_string mica_diagnostic_message(const mica_diagnostic *diagnostic)
{
    return micai_text_view(&diagnostic->message);
}

size_t mica_diagnostic_note_count(const mica_diagnostic *diagnostic)
{
    return diagnostic->note_count;
}

mica_location mica_diagnostic_note_location(const mica_diagnostic *diagnostic, size_t index)
{
    return diagnostic->notes[index].location;
}

mica_string mica_diagnostic_note_message(const mica_diagnostic *diagnostic, size_t index)
{
    return micai_text_view(&diagnostic->notes[index].message);
}
