// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Contexts, output files and options of tools (command.h).
#include "tools/command/command.h"

#include "dialects/dialects.h"
#include "ir/core/diagnostics.h"
#include "ir/core/location.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *severity_name(mica_severity severity)
{
    static const char *const names[] = {
        [MICA_SEVERITY_NOTE] = "note",
        [MICA_SEVERITY_REMARK] = "remark",
        [MICA_SEVERITY_WARNING] = "warning",
        [MICA_SEVERITY_ERROR] = "error",
    };
    return names[severity];
}

static void print_line(mica_context *context, mica_location location, const char *severity,
                       mica_string message)
{
    mica_string file;
    uint32_t line = 0, column = 0;
    if (mica_location_resolve(context, location, &file, &line, &column))
        fprintf(stderr, "%.*s:%u:%u: ", MICA_STRING_ARG(file), line, column);
    fprintf(stderr, "%s: %.*s\n", severity, MICA_STRING_ARG(message));
}

static void print_diagnostic(void *user, const mica_diagnostic *diagnostic)
{
    mica_context *context = user;
    print_line(context, mica_diagnostic_location(diagnostic),
               severity_name(mica_diagnostic_severity(diagnostic)),
               mica_diagnostic_message(diagnostic));
    for (size_t i = 0; i < mica_diagnostic_note_count(diagnostic); i++)
        print_line(context, mica_diagnostic_note_location(diagnostic, i), "note",
                   mica_diagnostic_note_message(diagnostic, i));
}

mica_context *command_context_create(void)
{
    mica_context *context = mica_context_create(NULL);
    if (context) {
        mica_context_set_diagnostic_handler(context, print_diagnostic, context);
        if (mica_context_register_all_dialects(context))
            return context;
    }
    fputs("error: out of memory\n", stderr);
    mica_context_destroy(context);
    return NULL;
}

// ---- output

static bool report_errno(const char *path)
{
    fprintf(stderr, "error: can't write '%s': %s\n", path, strerror(errno));
    return false;
}

bool command_output_begin(command_output *output, const char *path)
{
    memset(output, 0, sizeof *output);
    output->file = STDOUT_FILENO;
    output->path = path;
    if (!path || strcmp(path, "-") == 0)
        return true;
    struct stat status;
    if (stat(path, &status) == 0 && !S_ISREG(status.st_mode)) {
        // A device or pipe: a rename would put a file in its place.
        output->file = open(path, O_WRONLY | O_CLOEXEC);
        return output->file >= 0 || report_errno(path);
    }
    size_t size = strlen(path) + 32;
    output->temporary = malloc(size);
    if (!output->temporary)
        return report_errno(path);
    snprintf(output->temporary, size, "%s.tmp-%ld", path, (long)getpid());
    output->file = open(output->temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (output->file >= 0)
        return true;
    report_errno(path);
    free(output->temporary);
    output->temporary = NULL;
    return false;
}

bool command_output_write(void *user, const char *data, size_t size)
{
    const command_output *output = user;
    while (size > 0) {
        ssize_t written = write(output->file, data, size);
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return report_errno(output->path ? output->path : "-");
        data += written;
        size -= (size_t)written;
    }
    return true;
}

bool command_output_end(command_output *output, bool ok)
{
    if (!output->temporary)
        return ok;
    ok = close(output->file) == 0 && ok;
    if (ok && rename(output->temporary, output->path) != 0)
        ok = report_errno(output->path);
    if (!ok)
        unlink(output->temporary);
    free(output->temporary);
    output->temporary = NULL;
    return ok;
}

// ---- options

static const char *after_dashes(const char *argument)
{
    if (argument[0] != '-' || argument[1] == '\0')
        return NULL;
    return argument + (argument[1] == '-' ? 2 : 1);
}

const char *command_option(const char *argument, const char *name)
{
    const char *text = after_dashes(argument);
    size_t length = strlen(name);
    if (!text || strncmp(text, name, length) != 0 || text[length] != '=')
        return NULL;
    return text + length + 1;
}

bool command_flag(const char *argument, const char *name)
{
    const char *text = after_dashes(argument);
    return text && strcmp(text, name) == 0;
}
