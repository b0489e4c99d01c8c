// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Renders diagnostics. Tabs of the source line are kept in front of the caret, so that it
// stands under its column in any terminal.
#include "ir/text/source_snippet.h"

#include "ir/core/context_internal.h"
#include "ir/core/location.h"

const char *mica_severity_name(mica_severity severity)
{
    static const char *const names[] = {"note", "remark", "warning", "error"};
    return names[severity];
}

mica_string mica_source_line(mica_string text, uint32_t line)
{
    const char *at = text.data, *end = text.data + text.length;
    for (; line > 1 && at < end; --line) {
        const char *next = memchr(at, '\n', (size_t)(end - at));
        at = next ? next + 1 : end;
    }
    const char *stop = at < end ? memchr(at, '\n', (size_t)(end - at)) : NULL;
    const mica_string found = {at, (size_t)((stop ? stop : end) - at)};
    return found;
}

static void render_line(micai_text_buffer *out, mica_string line, uint32_t column)
{
    micai_text_append_string(out, line);
    micai_text_printf(out, "\n");
    for (uint32_t i = 1; i < column; ++i)
        micai_text_printf(out, "%c", i <= line.length && line.data[i - 1] == '\t' ? '\t' : ' ');
    micai_text_printf(out, "^\n");
}

static const mica_source *find_source(const mica_source *sources, size_t count,
                                      mica_string name)
{
    for (size_t i = 0; i < count; ++i) {
        if (mica_string_equal(sources[i].name, name))
            return &sources[i];
    }
    return NULL;
}

static void render_one(mica_context *context, micai_text_buffer *out, mica_location location,
                       mica_severity severity, mica_string message, const mica_source *sources,
                       size_t source_count)
{
    mica_string file;
    uint32_t line, column;
    const bool known = mica_location_resolve(context, location, &file, &line, &column);
    const mica_source *source = known ? find_source(sources, source_count, file) : NULL;
    if (known && (line > 0 || source)) // a module of text that has no place is at 0:0
        micai_text_printf(out, "%.*s:%u:%u: ", MICA_STRING_ARG(file), line, column);
    else if (known) // a place in a file that has no lines
        micai_text_printf(out, "%.*s: ", MICA_STRING_ARG(file));
    else
        micai_text_printf(out, "<unknown>:0: ");
    micai_text_printf(out, "%s: ", mica_severity_name(severity));
    micai_text_append_string(out, message);
    micai_text_printf(out, "\n");
    if (source && line > 0)
        render_line(out, mica_source_line(source->text, line), column);
}

bool mica_diagnostic_render(mica_context *context, const mica_diagnostic *diagnostic,
                            const mica_source *sources, size_t source_count,
                            mica_write_fn write, void *user)
{
    micai_text_buffer out = micai_text_buffer_on(&context->allocator);
    render_one(context, &out, mica_diagnostic_location(diagnostic),
               mica_diagnostic_severity(diagnostic), mica_diagnostic_message(diagnostic),
               sources, source_count);
    for (size_t i = 0; i < mica_diagnostic_note_count(diagnostic); ++i)
        render_one(context, &out, mica_diagnostic_note_location(diagnostic, i),
                   MICA_SEVERITY_NOTE, mica_diagnostic_note_message(diagnostic, i), sources,
                   source_count);
    const mica_string text = micai_text_view(&out);
    const bool ok = !out.failed && write(user, text.data, text.length);
    micai_text_buffer_free(&out);
    return ok;
}
