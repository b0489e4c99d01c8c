// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Contexts of fuzz targets (fuzz_context.h).
#include "test/fuzz/fuzz_context.h"

#include "dialects/dialects.h"
#include "ir/core/diagnostics.h"
#include "ir/core/location.h"

#include <stdlib.h>

/// Reads all of a diagnostic, so that a sanitizer sees what it is made of.
static void check_diagnostic(void *user, const mica_diagnostic *diagnostic)
{
    mica_context *context = user;
    static volatile size_t sink;
    mica_string file;
    uint32_t line, column;
    const mica_string message = mica_diagnostic_message(diagnostic);
    if (message.length == 0)
        abort();
    mica_location_resolve(context, mica_diagnostic_location(diagnostic), &file, &line, &column);
    for (size_t i = 0; i < message.length; i++)
        sink = sink + (size_t)message.data[i];
    for (size_t i = 0; i < mica_diagnostic_note_count(diagnostic); i++)
        sink = sink + mica_diagnostic_note_message(diagnostic, i).length;
}

mica_context *fuzz_context_create(bool with_dialects)
{
    mica_context *context = mica_context_create(NULL);
    if (!context)
        abort();
    mica_context_set_diagnostic_handler(context, check_diagnostic, context);
    mica_context_allow_unregistered(context, true);
    if (with_dialects && !mica_context_register_all_dialects(context))
        abort();
    return context;
}

void fuzz_check_verdict(const mica_context *context, bool accepted)
{
    if (!accepted && mica_context_error_count(context) == 0)
        abort();
}

mica_string fuzz_text(const uint8_t *bytes, size_t size)
{
    const mica_string text = {(const char *)bytes, size};
    return text;
}
