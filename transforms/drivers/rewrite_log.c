// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The rewrite log.
#include "transforms/drivers/rewrite_log_internal.h"

#include <stdarg.h>
#include <stdio.h>

void micai_rewrite_log_init(micai_rewrite_log *log, mica_write_fn write, void *user)
{
    log->write = write;
    log->user = user;
}

static void write_line(micai_rewrite_log *log, const char *format, ...) MICA_PRINTF(2, 3);
static void write_line(micai_rewrite_log *log, const char *format, ...)
{
    char line[512];
    va_list arguments;
    va_start(arguments, format);
    const int length = vsnprintf(line, sizeof(line) - 1, format, arguments);
    va_end(arguments);
    if (length < 0)
        return;
    size_t size = (size_t)length < sizeof(line) - 2 ? (size_t)length : sizeof(line) - 2;
    line[size++] = '\n';
    log->write(log->user, line, size);
}

void micai_rewrite_log_op(micai_rewrite_log *log, const char *what, const mica_op *op)
{
    if (!log->write)
        return;
    mica_string file;
    uint32_t line, column;
    if (mica_location_resolve(mica_op_context(op), mica_op_location(op), &file, &line, &column))
        write_line(log, "%s '%.*s' at %u:%u", what, MICA_STRING_ARG(mica_op_name(op)), line,
                   column);
    else
        write_line(log, "%s '%.*s'", what, MICA_STRING_ARG(mica_op_name(op)));
}

void micai_rewrite_log_reason(micai_rewrite_log *log, mica_string reason)
{
    if (log->write)
        write_line(log, "  no match: %.*s", MICA_STRING_ARG(reason));
}

void micai_rewrite_log_applied(micai_rewrite_log *log, const char *pattern)
{
    if (log->write)
        write_line(log, "  applied %s", pattern);
}
